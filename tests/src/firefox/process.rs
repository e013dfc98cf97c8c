//! Finds Firefox, and starts geckodriver.

use std::path::Path;

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::driver::Driver;

const GECKODRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/bin/geckodriver");

/// What Firefox is called, in Debian and elsewhere.
const NAMES: [&str; 2] = ["firefox-esr", "firefox"];

/// The path of the browser.
pub(super) fn browser() -> Result<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there =
        |name: &&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    NAMES.into_iter().find(is_there).context("Firefox is missing: apt-get install firefox-esr")
}

/// Starts geckodriver, which keeps everything in a folder, and so do its browsers.
pub(super) async fn start(home: &Path) -> Result<Driver> {
    let command = || {
        let mut command = Command::new(GECKODRIVER);
        command
            .args(["--port=0", "--websocket-port=0", "--allow-system-access", "--profile-root"])
            .arg(home)
            .env("HOME", home);
        command
    };
    Driver::start(command, "Listening on 127.0.0.1:").await.context(
        "geckodriver does not run: `cargo xtask test` installs it, or by hand \
         `cargo install geckodriver --locked --version 0.37.1 --root target/tools`",
    )
}
