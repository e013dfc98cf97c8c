//! From the compiler's output and `app/assets` to the files of the site.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::hash::short_hex;
use super::{BUNDLES, page};

/// The URL paths of one bundle.
#[derive(Debug)]
struct Bundle {
    css: String,
    js: String,
    wasm: String,
    boot: String,
}

/// Fills `fresh` from the hand-written `assets` and the generated files in `work`.
pub(super) fn collect(assets: &Path, work: &Path, fresh: &Path) -> Result<()> {
    fs::create_dir_all(fresh.join("assets"))?;
    let base = read(&assets.join("base.css"), "the style that all pages share")?;
    let mut release = Sha256::new();
    let mut values = Vec::new();
    for name in BUNDLES {
        let bundle = collect_bundle(name, &base, assets, work, fresh)?;
        let Bundle { css, js, wasm, boot } = &bundle;
        let template = assets.join(format!("{name}.html"));
        let html = page::fill(
            &read(&template, "the page of a bundle; see xtask/src/app/mod.rs")?,
            &[("css", css), ("boot", boot), ("preload", &page::preload(js, wasm))],
        )
        .with_context(|| format!("cannot fill {}", template.display()))?;
        release.update(&html);
        fs::write(fresh.join(format!("{name}.html")), html)?;
        let list = serde_json::to_string(&[css, js, wasm, boot])?;
        values.push((format!("{name}_assets"), list));
    }
    values.push(("release".to_owned(), short_hex(&release.finalize())));
    copy_static(&assets.join("static"), fresh, &values)
}

fn collect_bundle(
    name: &str,
    base: &str,
    assets: &Path,
    work: &Path,
    fresh: &Path,
) -> Result<Bundle> {
    let own = read(&assets.join(format!("{name}.css")), "the style of a bundle")?;
    let js = fs::read(work.join(format!("{name}.js")))?;
    let wasm = fs::read(work.join(format!("{name}_bg.wasm")))?;

    let css = publish(fresh, name, ".css", format!("{base}\n{own}").as_bytes())?;
    let js = publish(fresh, name, ".js", &js)?;
    let wasm = publish(fresh, name, "_bg.wasm", &wasm)?;
    let boot = page::boot(&js, &wasm);
    let boot = publish(fresh, &format!("{name}-boot"), ".js", boot.as_bytes())?;
    Ok(Bundle { css, js, wasm, boot })
}

/// Writes a file under a name that changes with its content, and returns its URL path.
fn publish(fresh: &Path, stem: &str, ending: &str, content: &[u8]) -> Result<String> {
    let url = format!("/assets/{stem}-{}{ending}", short_hex(&Sha256::digest(content)));
    fs::write(fresh.join(&url[1..]), content)?;
    Ok(url)
}

fn copy_static(from: &Path, fresh: &Path, values: &[(String, String)]) -> Result<()> {
    if !from.exists() {
        return Ok(());
    }
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for entry in WalkDir::new(from) {
        let entry = entry?;
        let to = fresh.join(entry.path().strip_prefix(from)?);
        if entry.file_type().is_dir() {
            fs::create_dir_all(&to)?;
        } else if to.extension().is_some_and(|ending| ending == "js") {
            let script = read(entry.path(), "a script")?;
            fs::write(&to, page::fill_known(&script, &values))?;
        } else {
            fs::copy(entry.path(), &to)?;
        }
    }
    Ok(())
}

fn read(path: &Path, what: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {} ({what})", path.display()))
}
