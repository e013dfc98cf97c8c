//! `cargo xtask app`: the browser side, from Rust sources to files that the server embeds.
//!
//! What stands in `app/assets`, for each bundle `NAME` of [`BUNDLES`]:
//!
//! * `NAME.html`: the page. It must contain each of these placeholders exactly where it says:
//!   * `{{css}}`: the URL path of the style sheet, as in `<link rel="stylesheet" href="{{css}}">`;
//!   * `{{preload}}`: whole `<link>` elements that start the downloads of the script and the
//!     WebAssembly early; belongs in `<head>`;
//!   * `{{boot}}`: the URL path of the module that starts the app, as in
//!     `<script type="module" src="{{boot}}"></script>`. It is a file of its own because the
//!     content security policy allows no inline script (it needs `'wasm-unsafe-eval'`).
//! * `NAME.css`: its style, after `base.css`, which all bundles share. URLs in it are absolute.
//! * `boot.js`: the module that starts `form` and `kiosk`, with the placeholders `{{js}}` and
//!   `{{wasm}}` for the URL paths of the program.
//! * `static/`: copied to the root of the site under its own name (icons, manifest, service
//!   worker). In `.js` files there `{{form_assets}}`, `{{kiosk_assets}}` and `{{console_assets}}`
//!   become JSON arrays of the URL paths of a bundle (style, script, WebAssembly, boot module, then
//!   the fonts of the style), and `{{release}}` a short text that changes with every build of
//!   other content: what a service worker must know to fill its cache.
//!
//! What comes out in `target/app`: `NAME.html`, `assets/NAME-HASH.js`, `assets/NAME-HASH_bg.wasm`,
//! `assets/NAME-HASH.css`, `assets/NAME-boot-HASH.js`, the static files, and beside each of them
//! the same with `.br` and `.gz`. Everything in `assets/` may be cached for ever, the rest may
//! not. `.stamp` tells the next run whether anything has to be done.

mod aids;
mod bindgen;
mod compress;
mod dist;
mod hash;
mod minify;
mod optimise;
mod page;
mod stamp;
pub(crate) mod toolchain;

use std::fs::{self, File};
use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result, anyhow};

use crate::progress::{Steps, note};
use crate::workspace::Workspace;
use crate::{compile, shell};

use aids::Aids;
pub(crate) use stamp::Stamp;

/// The binaries of package `app`.
pub(crate) const BUNDLES: [&str; 3] = ["form", "kiosk", "console"];

/// How many steps a build announces.
pub(crate) const STEPS: usize = 4;

/// What comes after compiling, in seconds of one core.
const FINISHING: f64 = 55.0;

pub(crate) const PROFILE: &str = "wasm-release";
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the app unless `target/app` is already what the sources would give.
pub(crate) fn ensure(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    let _lock = lock(workspace)?;
    let inputs = stamp::inputs(workspace)?;
    if let Some(stamp) = Stamp::read(&workspace.dist())
        && stamp.inputs == inputs
    {
        if stamp.lacking.is_empty() {
            steps.skip(STEPS, "the app in target/app is up to date");
            return Ok(());
        }
        // Once more, in case something was missing only because a download failed.
        let aids = Aids::gather(workspace);
        if aids.lacking() == stamp.lacking {
            steps.skip(STEPS, "the app in target/app is up to date, but larger than it need be");
            aids.report();
            return Ok(());
        }
    }
    build(workspace, steps, inputs)
}

/// Fetches what a build needs beside the packages in `Cargo.lock`, as far as it can be had.
pub(crate) fn fetch(workspace: &Workspace) -> Result<()> {
    toolchain::obtain()?;
    Aids::gather(workspace);
    Ok(())
}

/// Builds the app in any case.
pub(crate) fn rebuild(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    let _lock = lock(workspace)?;
    build(workspace, steps, stamp::inputs(workspace)?)
}

/// Two chores at the same time must not write into one folder; the later one waits.
fn lock(workspace: &Workspace) -> Result<File> {
    let folder = workspace.root.join("target");
    fs::create_dir_all(&folder)?;
    let file = File::create(folder.join("app.lock"))?;
    file.lock().context("cannot lock target/app.lock")?;
    Ok(file)
}

fn build(workspace: &Workspace, steps: &mut Steps, inputs: String) -> Result<()> {
    steps.next("looking for the WebAssembly toolchain…");
    bindgen::check_version(workspace)?;
    toolchain::obtain()?;
    let aids = Aids::gather(workspace);
    aids.report();

    steps.next("building the app for the browser…");
    let mut compile = toolchain::build(workspace);
    let mut tree = shell::cargo();
    tree.args(["tree", "--locked", "-p", "app", "-e", "normal,build", "--prefix", "none"]);
    tree.args(["--target", TARGET]).current_dir(&workspace.root);
    compile::run(compile.current_dir(&workspace.root), &mut tree, FINISHING + steps.later)?;

    steps.next("binding WebAssembly to JavaScript and optimising it for size…");
    let work = workspace.root.join("target/app.work");
    recreate(&work)?;
    if let Some(wasm_opt) = aids.wasm_opt() {
        note(&format!("wasm-opt {}", wasm_opt.version));
    }
    let compiled = workspace.target.join(TARGET).join(PROFILE);
    let finish = |name: &str| -> Result<()> {
        bindgen::bind(&compiled.join(format!("{name}.wasm")), name, &work)?;
        let wasm = work.join(format!("{name}_bg.wasm"));
        aids.wasm_opt().map_or(Ok(()), |wasm_opt| wasm_opt.optimise(&wasm))
    };
    // Each of them takes one core.
    thread::scope(|scope| {
        let bundles = BUNDLES.map(|name| scope.spawn(move || finish(name)));
        bundles
            .into_iter()
            .try_for_each(|bundle| bundle.join().map_err(|_| anyhow!("a bundle panicked"))?)
    })?;

    steps.next("naming, compressing and collecting the files…");
    let fresh = workspace.root.join("target/app.new");
    recreate(&fresh)?;
    let assets = workspace.root.join("app/assets");
    dist::collect(&dist::Folders { assets: &assets, work: &work, fresh: &fresh }, aids.esbuild())?;
    compress::beside_all(&fresh)?;
    Stamp { inputs, lacking: aids.lacking() }.write(&fresh)?;
    replace(&workspace.dist(), &fresh)?;
    fs::remove_dir_all(&work)?;
    Ok(())
}

fn recreate(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    Ok(())
}

/// Puts the new folder in the place of the old one; a server that is being compiled meanwhile
/// sees one or the other, never half of each.
fn replace(dist: &Path, fresh: &Path) -> Result<()> {
    let old = dist.with_extension("old");
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    if dist.exists() {
        fs::rename(dist, &old)?;
    }
    fs::rename(fresh, dist)?;
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    Ok(())
}
