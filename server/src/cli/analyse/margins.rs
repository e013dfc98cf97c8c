//! Files of population totals.

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use scoring::analyse::{Margin, MarginFile, read_margin};
use sha2::{Digest, Sha256};

/// Reads margins from files.
pub(super) fn read_all(files: &[PathBuf]) -> anyhow::Result<Vec<Margin>> {
    files.iter().map(|file| read(file)).collect()
}

/// Reads a margin. Totals are published in editions, so it is known by the name of its file and
/// the hash of what is in it.
pub(super) fn read(file: &Path) -> anyhow::Result<Margin> {
    let content = std::fs::read(file)
        .with_context(|| format!("cannot read the margin {}", file.display()))?;
    let name = file.file_stem().unwrap_or(OsStr::new("margin")).to_string_lossy();
    let hash = hex(&Sha256::digest(&content));
    Ok(read_margin(MarginFile { name: &name, version: &hash, content: &content })?)
}

fn hex(hash: &[u8]) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
