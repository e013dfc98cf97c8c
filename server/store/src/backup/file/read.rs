//! Reading.

use std::collections::VecDeque;
use std::io::Read;

use super::frame::{self, Chain, Frame, FrameKind};
use super::{BackupError, Damage, FAMILY, Header, MAGIC, Summary};
use crate::backup::{DumpedRow, Table};

/// Reads a backup, row by row. Only after the last one, when [`BackupReader::summary`] is there, is
/// it certain that the file is whole: use nothing for good before.
pub struct BackupReader<R> {
    input: R,
    header: Header,
    chain: Chain,
    frame: u64,
    offset: u64,
    rows: VecDeque<DumpedRow>,
    counted: Summary,
    state: State,
}

enum State {
    Reading,
    Whole(Summary),
    Failed,
}

impl<R: Read> BackupReader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// Every [`BackupError`].
    pub fn open(mut input: R) -> Result<Self, BackupError> {
        let mut magic = Vec::new();
        let n_magic = MAGIC.len() as u64;
        input.by_ref().take(n_magic).read_to_end(&mut magic).map_err(BackupError::Disk)?;
        if magic != MAGIC {
            if magic.starts_with(FAMILY) && magic.len() == MAGIC.len() {
                let what = "the file has another format".to_owned();
                return Err(BackupError::Version { program: "?".to_owned(), what });
            }
            return Err(BackupError::Foreign);
        }
        let damaged = |damage| BackupError::Damaged { frame: 1, offset: n_magic, damage };
        let first = frame::read(&mut input, Chain::begin(MAGIC)).map_err(BackupError::Disk)?;
        let Frame { kind, content, chain, bytes } = first.map_err(damaged)?;
        let header: Option<Header> = serde_json::from_slice(&content).ok();
        let Some(header) = header.filter(|_| kind == FrameKind::Header) else {
            return Err(damaged(Damage::Content));
        };
        if let Some(what) = header.difference() {
            return Err(BackupError::Version { program: header.program, what });
        }
        Ok(Self {
            input,
            header,
            chain,
            frame: 2,
            offset: n_magic + bytes,
            rows: VecDeque::new(),
            counted: Summary::default(),
            state: State::Reading,
        })
    }

    /// What stands at the beginning.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What stands at the end; none before all rows were read.
    pub fn summary(&self) -> Option<&Summary> {
        match &self.state {
            State::Whole(summary) => Some(summary),
            State::Reading | State::Failed => None,
        }
    }

    fn damaged(&self, damage: Damage) -> BackupError {
        BackupError::Damaged { frame: self.frame, offset: self.offset, damage }
    }

    /// Reads the next frame: more rows, or the end.
    fn next_frame(&mut self) -> Result<(), BackupError> {
        let read = frame::read(&mut self.input, self.chain).map_err(BackupError::Disk)?;
        let Frame { kind, content, chain, bytes } = read.map_err(|what| self.damaged(what))?;
        match kind {
            FrameKind::Header => return Err(self.damaged(Damage::Content)),
            FrameKind::Rows => {
                let rows = rows(&content).ok_or_else(|| self.damaged(Damage::Content))?;
                for row in &rows {
                    self.counted.add(row);
                }
                self.rows = rows;
            }
            FrameKind::Trailer => {
                let summary: Summary =
                    serde_json::from_slice(&content).map_err(|_| self.damaged(Damage::Content))?;
                if summary != self.counted {
                    return Err(self.damaged(Damage::Count));
                }
                let mut surplus = Vec::new();
                self.input.by_ref().take(1).read_to_end(&mut surplus).map_err(BackupError::Disk)?;
                if !surplus.is_empty() {
                    return Err(self.damaged(Damage::Surplus));
                }
                self.state = State::Whole(summary);
            }
        }
        self.chain = chain;
        self.frame += 1;
        self.offset += bytes;
        Ok(())
    }
}

impl<R: Read> Iterator for BackupReader<R> {
    type Item = Result<DumpedRow, BackupError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.pop_front() {
                return Some(Ok(row));
            }
            match self.state {
                State::Reading => {}
                State::Whole(_) | State::Failed => return None,
            }
            if let Err(error) = self.next_frame() {
                self.state = State::Failed;
                return Some(Err(error));
            }
        }
    }
}

impl<R> std::fmt::Debug for BackupReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BackupReader")
            .field("header", &self.header)
            .field("frame", &self.frame)
            .finish_non_exhaustive()
    }
}

/// The rows of a frame; none if a line cannot be read.
fn rows(content: &[u8]) -> Option<VecDeque<DumpedRow>> {
    let mut lines = content.strip_suffix(b"\n")?.split(|byte| *byte == b'\n');
    let name = lines.next()?;
    let table = Table::ALL.into_iter().find(|table| table.as_str().as_bytes() == name)?;
    lines.map(|line| DumpedRow::from_line(table, line)).collect()
}
