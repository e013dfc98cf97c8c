//! Makes a `.br` and a `.gz` file beside each file, so that the server never compresses.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Result, anyhow};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use walkdir::WalkDir;

/// Compresses every file below `folder`.
pub(super) fn beside_all(folder: &Path) -> Result<()> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push((entry.metadata()?.len(), entry.into_path()));
        }
    }
    // The largest is last and taken first, so that no core waits long for another at the end.
    files.sort_unstable();
    let queue = Mutex::new(files);
    let work = || -> Result<()> {
        while let Some((_, path)) = pop(&queue) {
            compress(&path)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow!("compression panicked"))?)
    })
}

fn pop<T>(queue: &Mutex<Vec<T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

fn compress(path: &Path) -> Result<()> {
    let content = fs::read(path)?;

    let mut gzip = GzEncoder::new(File::create(with_ending(path, ".gz"))?, Compression::best());
    gzip.write_all(&content)?;
    gzip.finish()?;

    let params = BrotliEncoderParams {
        quality: 11,
        // The largest window that browsers accept.
        lgwin: 24,
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut brotli = File::create(with_ending(path, ".br"))?;
    brotli::BrotliCompress(&mut content.as_slice(), &mut brotli, &params)?;
    Ok(())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
