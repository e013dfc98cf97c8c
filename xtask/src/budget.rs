//! `cargo xtask budget`: what a citizen on a slow network downloads before the first question.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use walkdir::WalkDir;

use crate::app::{self, Stamp};
use crate::progress::{Steps, note};
use crate::workspace::Workspace;

/// Brotli bytes of page, style, scripts and WebAssembly together: the form is opened once, on any
/// phone; the kiosk once a release; the console daily, in an office. They hold for what a machine
/// builds, also where it could not fetch all that makes the bundles smaller: that is what is served.
const LIMITS: [(&str, u64); 3] = [("form", 200_000), ("kiosk", 300_000), ("console", 400_000)];

/// Sizes in bytes of one file, or of several added up.
#[derive(Debug, Default, Clone, Copy)]
struct Sizes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

pub(crate) fn budget(workspace: &Workspace) -> Result<()> {
    app::ensure(workspace, &mut Steps::new(app::STEPS))?;
    judge(&workspace.dist())
}

fn judge(dist: &Path) -> Result<()> {
    let lacking = Stamp::read(dist).map(|stamp| stamp.lacking).unwrap_or_default();
    if !lacking.is_empty() {
        note(&format!("built without {}: larger than it need be", lacking.join(", ")));
    }
    let mut record = String::from("{\"budget\":\"bundles\"");
    let mut exceeded = Vec::new();
    println!("{:<46}{:>10}{:>10}{:>10}", "file", "raw", "gzip", "brotli");
    for (name, limit) in LIMITS {
        let total = bundle(dist, name)?;
        println!("{}", row(&format!("{name}, limit {limit} brotli"), total));
        ensure!(total.brotli > 0, "the bundle {name} has no files in {}", dist.display());
        if total.brotli > limit {
            exceeded.push(format!("{name} by {}", total.brotli - limit));
        }
        write!(record, ",\"{name}_brotli_bytes\":{}", total.brotli)?;
    }
    println!("{record}}}");
    ensure!(exceeded.is_empty(), "bytes over the limit: {}", exceeded.join(", "));
    Ok(())
}

/// Prints the files of one bundle and adds them up.
fn bundle(dist: &Path, name: &str) -> Result<Sizes> {
    let mut total = Sizes::default();
    for entry in WalkDir::new(dist).sort_by_file_name() {
        let entry = entry?;
        let file = entry.path().strip_prefix(dist)?.to_string_lossy();
        if !belongs(&file, name) {
            continue;
        }
        let sizes = Sizes {
            raw: length(entry.path())?,
            gzip: length(&format!("{}.gz", entry.path().display()))?,
            brotli: length(&format!("{}.br", entry.path().display()))?,
        };
        println!("{}", row(&file, sizes));
        total.raw += sizes.raw;
        total.gzip += sizes.gzip;
        total.brotli += sizes.brotli;
    }
    Ok(total)
}

fn belongs(file: &str, bundle: &str) -> bool {
    let compressed =
        ["br", "gz"].iter().any(|ending| Path::new(file).extension().is_some_and(|e| e == *ending));
    !compressed
        && (file == format!("{bundle}.html") || file.starts_with(&format!("assets/{bundle}-")))
}

fn length(path: &(impl AsRef<Path> + ?Sized)) -> Result<u64> {
    let path: PathBuf = path.as_ref().into();
    let metadata = fs::metadata(&path).with_context(|| format!("no {}", path.display()))?;
    Ok(metadata.len())
}

fn row(name: &str, sizes: Sizes) -> String {
    let Sizes { raw, gzip, brotli } = sizes;
    format!("{name:<46}{raw:>10}{gzip:>10}{brotli:>10}")
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::{LIMITS, belongs, judge};

    #[test]
    fn a_bundle_is_its_page_and_its_assets() {
        for (file, expected) in [
            ("form.html", true),
            ("assets/form-0123.js", true),
            ("assets/form-boot-0123.js", true),
            ("assets/form-0123_bg.wasm", true),
            ("assets/form-0123_bg.wasm.br", false),
            ("form.html.gz", false),
            ("assets/console-0123.js", false),
            ("icon.svg", false),
        ] {
            assert_eq!(belongs(file, "form"), expected, "{file}");
        }
    }

    #[test]
    fn a_limit_holds_whatever_the_machine_lacks() {
        let dist = env::temp_dir().join(format!("xtask-budget-{}", std::process::id()));
        fs::create_dir_all(dist.join("assets")).unwrap();
        for lacking in ["", "a standard library for size, wasm-opt, esbuild"] {
            fs::write(dist.join(".stamp"), format!("inputs = 0\nlacking = {lacking}\n")).unwrap();
            for more in [0, 1] {
                for (name, limit) in LIMITS {
                    let page = dist.join(format!("{name}.html"));
                    for (ending, bytes) in [("html", 1), ("html.gz", 1), ("html.br", limit)] {
                        let over = if ending == "html.br" && name == "kiosk" { more } else { 0 };
                        let content = vec![0; usize::try_from(bytes + over).unwrap()];
                        fs::write(page.with_extension(ending), content).unwrap();
                    }
                }
                let judged = judge(&dist).map_err(|error| error.to_string());
                let expected =
                    if more == 0 { Ok(()) } else { Err("bytes over the limit: kiosk by 1") };
                assert_eq!(judged, expected.map_err(str::to_owned), "without {lacking:?}");
            }
        }
        fs::remove_dir_all(&dist).unwrap();
    }
}
