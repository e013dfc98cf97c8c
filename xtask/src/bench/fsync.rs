//! Measures how often a disk can make something durable.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::stopwatch::Stopwatch;

const DURATION: Duration = Duration::from_secs(2);

/// A page of the database.
const BYTES: usize = 4_096;

/// Appends of a page, each of them synced, per second, one after the other.
pub(super) fn per_second(folder: &Path) -> Result<f64> {
    let path = folder.join("fsync");
    let mut file = File::create(&path)?;
    let mut synced = 0_u32;
    let watch = Stopwatch::start();
    while watch.elapsed() < DURATION {
        file.write_all(&[1; BYTES])?;
        file.sync_data()?;
        synced += 1;
    }
    let per_second = f64::from(synced) / watch.seconds();
    std::fs::remove_file(path)?;
    Ok(per_second)
}
