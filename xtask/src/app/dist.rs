//! Makes the files of the site from the compiler's output and `app/assets`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::hash::short_hex;
use super::minify::{Esbuild, Source};
use super::{BUNDLES, page};

/// The URL paths of one bundle.
#[derive(Debug)]
struct Bundle {
    css: String,
    js: String,
    wasm: String,
    boot: String,
    /// What the style sheet asks for.
    fonts: Vec<String>,
}

/// Where files come from and go to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folders<'a> {
    /// What is written by hand.
    pub(super) assets: &'a Path,
    /// What was generated.
    pub(super) work: &'a Path,
    /// The site.
    pub(super) fresh: &'a Path,
}

/// Fills the site, with shorter scripts and styles where esbuild can be had.
pub(super) fn collect(folders: &Folders<'_>, esbuild: Option<&Esbuild>) -> Result<()> {
    let Folders { assets, fresh, .. } = *folders;
    fs::create_dir_all(fresh.join("assets"))?;
    let base = read(&assets.join("base.css"), "the style that all pages share")?;
    let mut release = Sha256::new();
    let mut values = Vec::new();
    for name in BUNDLES {
        let bundle = collect_bundle(name, &base, folders, esbuild)?;
        let Bundle { css, js, wasm, boot, fonts } = &bundle;
        let template = assets.join(format!("{name}.html"));
        let html = page::fill(
            &read(&template, "the page of a bundle; see xtask/src/app/mod.rs")?,
            &[("css", css), ("boot", boot), ("preload", &page::preload(js, wasm))],
        )
        .with_context(|| format!("cannot fill {}", template.display()))?;
        release.update(&html);
        fs::write(fresh.join(format!("{name}.html")), html)?;
        for font in fonts {
            // Their names do not change with their content.
            let file = assets.join("static").join(&font[1..]);
            release.update(fs::read(&file).with_context(|| {
                format!("a style of {name} asks for {font}, but there is no {}", file.display())
            })?);
        }
        let list: Vec<&String> = [css, js, wasm, boot].into_iter().chain(fonts).collect();
        let list = serde_json::to_string(&list)?;
        values.push((format!("{name}_assets"), list));
    }
    values.push(("release".to_owned(), short_hex(&release.finalize())));
    copy_static(&assets.join("static"), fresh, &values, esbuild)
}

fn collect_bundle(
    name: &str,
    base: &str,
    folders: &Folders<'_>,
    esbuild: Option<&Esbuild>,
) -> Result<Bundle> {
    let Folders { assets, work, fresh } = *folders;
    let mut style = base.to_owned();
    for part in styles(name) {
        style.push('\n');
        style.push_str(&read(&assets.join(part), "the style of a bundle")?);
    }
    let style = shorten(esbuild, Source::Style, style)?;
    let js = read(&work.join(format!("{name}.js")), "the script of a bundle")?;
    let js = shorten(esbuild, Source::Module, js)?;
    let wasm = fs::read(work.join(format!("{name}_bg.wasm")))?;

    let fonts = page::paths_in(&style).into_iter().map(str::to_owned).collect();
    let css = publish(fresh, name, ".css", style.as_bytes())?;
    let js = publish(fresh, name, ".js", js.as_bytes())?;
    let wasm = publish(fresh, name, "_bg.wasm", &wasm)?;
    let boot = boot(name, folders.assets)?;
    let boot = page::fill(&boot, &[("js", &js), ("wasm", &wasm)]).context("cannot fill boot.js")?;
    let boot = shorten(esbuild, Source::Module, boot)?;
    let boot = publish(fresh, &format!("{name}-boot"), ".js", boot.as_bytes())?;
    Ok(Bundle { css, js, wasm, boot, fonts })
}

/// What starts a bundle. The citizens' programs have more to do at their start: they must work
/// without a network, and say so where they cannot.
fn boot(name: &str, assets: &Path) -> Result<String> {
    if name == "console" {
        return Ok(page::BOOT.to_owned());
    }
    read(&assets.join("boot.js"), "the module that starts a citizens' program")
}

/// The style sheets of a bundle, after the one that all share. A kiosk shows the form.
fn styles(name: &str) -> Vec<String> {
    let own = format!("{name}.css");
    if name == "kiosk" { vec!["form.css".to_owned(), own] } else { vec![own] }
}

/// Writes a file under a name that changes with its content, and returns its URL path.
fn publish(fresh: &Path, stem: &str, ending: &str, content: &[u8]) -> Result<String> {
    let url = format!("/assets/{stem}-{}{ending}", short_hex(&Sha256::digest(content)));
    fs::write(fresh.join(&url[1..]), content)?;
    Ok(url)
}

fn shorten(esbuild: Option<&Esbuild>, source: Source, text: String) -> Result<String> {
    match esbuild {
        Some(esbuild) => esbuild.minify(source, &text),
        None => Ok(text),
    }
}

fn copy_static(
    from: &Path,
    fresh: &Path,
    values: &[(String, String)],
    esbuild: Option<&Esbuild>,
) -> Result<()> {
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
            let script = page::fill_known(&script, &values);
            fs::write(&to, shorten(esbuild, Source::Script, script)?)?;
        } else {
            fs::copy(entry.path(), &to)?;
        }
    }
    Ok(())
}

fn read(path: &Path, what: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {} ({what})", path.display()))
}
