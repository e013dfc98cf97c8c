//! Writing.

use std::io::{self, Write};

use serde::Serialize;

use super::frame::{self, Chain, FrameKind};
use super::{Header, MAGIC, Summary};
use crate::backup::{DumpedRow, Table};

/// A frame is closed when it has this many bytes: enough to compress well, little to hold.
const FRAME_BYTES: usize = 1 << 20;

/// Writes a backup, row by row. Without [`BackupWriter::finish`] the file has no trailer, and
/// nobody takes it for a whole one.
pub struct BackupWriter<W> {
    output: W,
    chain: Chain,
    table: Option<Table>,
    lines: Vec<u8>,
    summary: Summary,
}

impl<W: Write> BackupWriter<W> {
    /// Begins a backup.
    ///
    /// # Errors
    /// What the output says.
    pub fn new(mut output: W, header: &Header) -> io::Result<Self> {
        output.write_all(MAGIC)?;
        let chain = Chain::begin(MAGIC);
        let chain = frame::write(&mut output, chain, FrameKind::Header, &json(header)?)?;
        Ok(Self { output, chain, table: None, lines: Vec::new(), summary: Summary::default() })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What the output says.
    pub fn row(&mut self, row: &DumpedRow) -> io::Result<()> {
        if self.table != Some(row.table()) || self.lines.len() >= FRAME_BYTES {
            self.close_frame()?;
            self.table = Some(row.table());
            self.lines.extend_from_slice(row.table().as_str().as_bytes());
            self.lines.push(b'\n');
        }
        serde_json::to_writer(&mut self.lines, row)?;
        self.lines.push(b'\n');
        self.summary.add(row);
        Ok(())
    }

    /// Rows that were added.
    pub fn rows(&self) -> u64 {
        self.summary.total()
    }

    /// Ends the backup, and gives the output back with what was written to it.
    ///
    /// # Errors
    /// What the output says.
    pub fn finish(mut self) -> io::Result<(W, Summary)> {
        self.close_frame()?;
        let Self { mut output, chain, table: _, lines: _, summary } = self;
        frame::write(&mut output, chain, FrameKind::Trailer, &json(&summary)?)?;
        output.flush()?;
        Ok((output, summary))
    }

    fn close_frame(&mut self) -> io::Result<()> {
        if !self.lines.is_empty() {
            self.chain = frame::write(&mut self.output, self.chain, FrameKind::Rows, &self.lines)?;
            self.lines.clear();
        }
        Ok(())
    }
}

impl<W> std::fmt::Debug for BackupWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BackupWriter").field("summary", &self.summary).finish_non_exhaustive()
    }
}

fn json(value: &impl Serialize) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec(value)?)
}
