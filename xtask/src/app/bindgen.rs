//! Runs wasm-bindgen as a library, so that no second program can have another version.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::Workspace;

/// The generator must have exactly the version of the library in the app, or it refuses with a
/// message about schemas that says little about what to do.
pub(super) fn check_version(workspace: &Workspace) -> Result<()> {
    let library = workspace.locked_version("wasm-bindgen")?;
    let generator = workspace.locked_version("wasm-bindgen-cli-support")?;
    ensure!(
        library == generator,
        "wasm-bindgen is locked at {library} but wasm-bindgen-cli-support at {generator}; run \
         `cargo update -p wasm-bindgen-cli-support --precise {library}`"
    );
    Ok(())
}

/// Writes `NAME.js` and `NAME_bg.wasm` into `out`, without names and debug information.
pub(super) fn bind(compiled: &Path, name: &str, out: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .keep_debug(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(out)
        .with_context(|| format!("wasm-bindgen failed on {}", compiled.display()))?;
    ensure!(
        !out.join("snippets").exists(),
        "a dependency of {name} brings JavaScript snippets, which the file names with hashes do \
         not allow for; find it with `cargo tree -p app` or teach xtask/src/app/dist.rs"
    );
    Ok(())
}
