//! Backups: writing one while the server works, reading one, restoring one.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, ensure};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use store::Store;
use store::backup::{
    BackupError, BackupReader, BackupWriter, Checked, Checker, Dump, DumpedRow, Finding,
    FindingKind, Header, Summary,
};
use tempfile::NamedTempFile;

/// The version that backups name as their maker.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Rows between two calls of whoever is told of progress.
const PROGRESS: u64 = 200_000;

/// Bytes that are collected before the disk is asked.
const BUFFER_BYTES: usize = 1 << 20;

/// Is told how many rows are done.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// Writes everything that must survive, as it is now, to an output.
///
/// # Errors
/// What the database or the output says; then what was written is no backup.
pub async fn write<W: Write>(
    store: &dyn Store,
    now: Timestamp,
    output: W,
    progress: Progress<'_>,
) -> anyhow::Result<(W, Summary)> {
    let Dump { backend, mut rows } = store.dump().await?;
    let header = Header::new(PROGRAM.to_owned(), now, backend);
    let mut writer = BackupWriter::new(output, &header)?;
    while let Some(row) = rows.try_next().await? {
        writer.row(&row)?;
        if writer.rows().is_multiple_of(PROGRESS) {
            progress(writer.rows());
        }
    }
    Ok(writer.finish()?)
}

/// Writes a backup to a file that does not exist yet, readable by its owner only. The file has its
/// name when all of it is on disk, and never before.
///
/// # Errors
/// A sentence, also if there is such a file; then no file is left.
pub async fn write_file(
    store: &dyn Store,
    now: Timestamp,
    path: &Path,
    progress: Progress<'_>,
) -> anyhow::Result<Summary> {
    let name = path.display();
    ensure!(!path.try_exists()?, "{name} exists already; a backup is never written over another");
    let path = std::path::absolute(path)?;
    let folder = path.parent().context("a backup needs a folder")?;
    let file = NamedTempFile::with_prefix_in(".thuocdo-backup-", folder)
        .with_context(|| format!("no file can be made in {}", folder.display()))?;
    let output = BufWriter::with_capacity(BUFFER_BYTES, file);
    let (output, summary) = write(store, now, output, progress).await?;
    let file = output.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(&path).with_context(|| format!("{name} could not be put in place"))?;
    // The name is on disk when its folder is.
    File::open(folder)?.sync_all()?;
    Ok(summary)
}

/// Opens a backup.
///
/// # Errors
/// Every [`BackupError`]
pub fn open(path: &Path) -> Result<BackupReader<BufReader<File>>, BackupError> {
    let file = File::open(path).map_err(BackupError::Disk)?;
    BackupReader::open(BufReader::with_capacity(BUFFER_BYTES, file))
}

/// Reads all of a backup, and returns what it holds if all of it is as it was written.
///
/// # Errors
/// Every [`BackupError`]
pub fn inspect(path: &Path) -> Result<(Header, Summary), BackupError> {
    let mut reader = open(path)?;
    reader.by_ref().try_for_each(|row| row.map(|_| ()))?;
    let summary = reader.summary().cloned().unwrap_or_default();
    Ok((reader.header().clone(), summary))
}

/// Loads a backup into an empty database, all of it or nothing.
///
/// The file is read twice: [`inspect`] it first, so that a damaged one is refused before a database
/// is touched. What happens to the file between the two is found as well, because the one
/// transaction that loads commits only behind a trailer that is right.
///
/// # Errors
/// A sentence; then the database is as empty as before.
pub async fn load(
    store: &dyn Store,
    path: &Path,
    progress: Progress<'_>,
) -> anyhow::Result<Summary> {
    let reader = open(path)?;
    let mut n_rows = 0;
    let mut rows = reader.inspect(|_| {
        n_rows += 1;
        if u64::is_multiple_of(n_rows, PROGRESS) {
            progress(n_rows);
        }
    });
    Ok(store.load(&mut rows).await?)
}

/// Checks all rows of a database, as they are now.
///
/// # Errors
/// [`store::StoreError`] if they cannot be asked for. Rows that cannot be read to the end are a
/// finding.
pub async fn check_database(
    store: &dyn Store,
    progress: Progress<'_>,
) -> Result<Checked, store::StoreError> {
    let mut checker = Checker::new();
    let mut rows = store.dump().await?.rows;
    loop {
        match rows.try_next().await {
            Ok(Some(row)) => check(&mut checker, &row, progress),
            Ok(None) => return Ok(checker.finish()),
            Err(error) => return Ok(unreadable(checker, &error)),
        }
    }
}

/// Checks all rows of a backup.
pub fn check_file(path: &Path, progress: Progress<'_>) -> Checked {
    let mut checker = Checker::new();
    let rows = match open(path) {
        Ok(rows) => rows,
        Err(error) => return unreadable(checker, &error),
    };
    for row in rows {
        match row {
            Ok(row) => check(&mut checker, &row, progress),
            Err(error) => return unreadable(checker, &error),
        }
    }
    checker.finish()
}

fn check(checker: &mut Checker, row: &DumpedRow, progress: Progress<'_>) {
    checker.row(row);
    if checker.rows().is_multiple_of(PROGRESS) {
        progress(checker.rows());
    }
}

/// What was checked before the rows ended too early. What is missing behind that place is no
/// finding of its own.
fn unreadable(checker: Checker, error: &dyn std::error::Error) -> Checked {
    let mut seen = checker.interrupted();
    let sources = std::iter::successors(Some(error), |error| error.source());
    let what = sources.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    let kind = FindingKind::Unreadable;
    seen.findings.add(Finding { kind, wave: None, number: None, what });
    seen
}
