//! Whether the rows of a dump agree with each other: pure, row by row, in the order of a dump.

/// What is found.
mod finding;
/// Numbers that begin at 1 and have no gaps.
mod sequence;

/// Acts, and what they claim.
mod acts;
/// Definitions, waves, devices, forms that were not finished.
mod catalogue;
/// Imports and level counts.
mod imports;
/// The logs.
mod log;
/// Quarantine.
mod quarantine;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

pub use self::finding::{Finding, FindingKind, Findings};

use self::acts::Acts;
use self::imports::Imports;
use self::log::Log;
use self::quarantine::Quarantine;
use self::sequence::Sequence;
use super::{DumpedRow, Summary, Table};

/// Checks the rows of a dump. It keeps 16 bytes for each submission of one wave at a time, and what
/// acts and imports claim.
#[derive(Debug)]
pub struct Checker {
    summary: Summary,
    findings: Findings,
    acts: Acts,
    log: Log,
    imports: Imports,
    quarantine: Quarantine,
    dossiers: Sequence,
}

/// What a [`Checker`] has seen.
#[derive(Debug)]
pub struct Checked {
    /// How much was checked.
    pub summary: Summary,
    /// What is wrong.
    pub findings: Findings,
}

impl Checker {
    /// A checker of one dump.
    pub fn new() -> Self {
        Self {
            summary: Summary::default(),
            findings: Findings::default(),
            acts: Acts::default(),
            log: Log::default(),
            imports: Imports::default(),
            quarantine: Quarantine::default(),
            dossiers: Sequence::of_numbers("dossier file"),
        }
    }

    /// Takes the next row.
    pub fn row(&mut self, row: &DumpedRow) {
        self.summary.add(row);
        let found = &mut self.findings;
        match row.table() {
            // Loading or the database itself refuses what could be wrong with these.
            Table::Definitions | Table::DossierCounts | Table::DeviceMarks => {}
            Table::Waves => catalogue::wave(row, found),
            Table::Points => catalogue::point(row, found),
            Table::WaveLogs => self.log.end(row),
            Table::Acts => self.acts.row(row, found),
            Table::Redactions => self.log.redaction(row, &self.acts, found),
            Table::Submissions => self.log.submission(row, &mut self.acts, found),
            Table::Imports => self.imports.import(row, self.log.ends(), found),
            Table::LevelCounts => self.imports.counts(row, found),
            Table::DossierFiles => {
                let wave = row.text("wave").unwrap_or_default();
                self.dossiers.next(wave, row.int("version").unwrap_or_default(), found);
            }
            Table::Quarantine => self.quarantine.row(row, &mut self.acts, found),
            Table::Devices => catalogue::device(row, found),
            Table::BreakOffs => catalogue::break_off(row, found),
        }
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.summary.total()
    }

    /// Ends the check.
    pub fn finish(self) -> Checked {
        let Self { summary, mut findings, acts, log, imports, quarantine: _, dossiers: _ } = self;
        let ends = log.finish(&mut findings);
        imports.finish(&ends, &mut findings);
        acts.finish(&mut findings);
        Checked { summary, findings }
    }

    /// Ends a check whose rows ended too early: what is missing is no finding.
    pub fn interrupted(self) -> Checked {
        Checked { summary: self.summary, findings: self.findings }
    }
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

/// Where the log of each wave ends, as the database says.
type Ends = BTreeMap<String, log::End>;

fn is_hash_of(sha256: Option<&[u8]>, text: &str) -> bool {
    sha256 == Some(Sha256::digest(text).as_slice())
}
