//! Starts chromedriver, on a profile.

use std::path::Path;

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::process::Command;

use crate::driver::Driver;

/// A profile folder: what a device keeps when its browser dies.
#[derive(Debug)]
pub struct Profile(TempDir);

impl Profile {
    /// The profile of a browser that was never started.
    pub fn fresh() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A browser that was killed leaves its lock behind.
    pub(super) fn unlock(&self) {
        for name in ["SingletonLock", "SingletonCookie", "SingletonSocket"] {
            // Not there if the browser had not come so far.
            let _ = std::fs::remove_file(self.0.path().join(name));
        }
    }
}

/// Starts chromedriver.
pub(super) async fn start() -> Result<Driver> {
    let command = || {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0");
        command
    };
    Driver::start(command, "started successfully on port ")
        .await
        .context("apt-get install chromium chromium-driver")
}
