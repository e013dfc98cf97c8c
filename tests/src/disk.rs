//! Makes a disk that fails when told to: a library that is preloaded into a program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

const SOURCE: &str = include_str!("../fixtures/faulty_disk.c");

/// What can be wrong with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No file can become longer.
    Full,
    /// Nothing is brought to the disk: `fsync` fails with an error of input and output.
    Sync,
    /// Bringing something to the disk does not return.
    Hang,
}

impl Trouble {
    fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Sync => "sync",
            Self::Hang => "hang",
        }
    }
}

/// A disk under the programs that are started with its environment.
#[derive(Debug)]
pub struct FaultyDisk {
    folder: TempDir,
}

impl FaultyDisk {
    /// Compiles the library; the disk is in order.
    pub fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // Programs of other users load the library and write how often it failed.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777))?;
        let source = folder.path().join("faulty_disk.c");
        fs::write(&source, SOURCE)?;
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(folder.path().join("faulty_disk.so"));
        let output = compiler.arg(source).output().context("there is no C compiler `cc`")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(Self { folder })
    }

    /// The environment of a program whose files with this text in their path are on the disk.
    pub fn environment(&self, under: &str) -> [(&'static str, String); 3] {
        [
            ("LD_PRELOAD", self.path("faulty_disk.so")),
            ("FAULTY_DISK_UNDER", under.to_owned()),
            ("FAULTY_DISK_CONTROL", self.path("disk")),
        ]
    }

    /// From now on something is wrong.
    pub fn break_by(&self, trouble: Trouble) {
        fs::write(self.path(&format!("disk.{}", trouble.word())), "").expect("the folder exists");
    }

    /// Nothing is wrong any more.
    pub fn heal(&self) {
        for trouble in [Trouble::Full, Trouble::Sync, Trouble::Hang] {
            let _ = fs::remove_file(self.path(&format!("disk.{}", trouble.word())));
        }
    }

    /// How many calls have failed since the start.
    pub fn failures(&self, trouble: Trouble) -> u64 {
        let counts = PathBuf::from(self.path(&format!("disk.{}-count", trouble.word())));
        counts.metadata().map_or(0, |file| file.len())
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}
