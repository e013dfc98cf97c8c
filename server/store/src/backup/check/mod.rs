//! Whether the rows of a dump agree with each other: pure, row by row, in the order of a dump.

mod finding;
mod sequence;

mod audit;
mod cases;
mod catalogue;
mod imports;
mod log;
mod quarantine;

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

pub use self::finding::{Finding, FindingKind, Findings};

use self::audit::Audit;
use self::cases::Cases;
use self::imports::Imports;
use self::log::Log;
use self::quarantine::Quarantine;
use self::sequence::Sequence;
use super::{DumpedRow, Summary};

/// Checks the rows of a dump. It keeps 16 bytes for each submission of one wave at a time, and what the
/// audit log and imports claim.
#[derive(Debug)]
pub struct Checker {
    summary: Summary,
    findings: Findings,
    audit: Audit,
    log: Log,
    imports: Imports,
    quarantine: Quarantine,
    cases: Cases,
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
            audit: Audit::default(),
            log: Log::default(),
            imports: Imports::default(),
            quarantine: Quarantine::default(),
            cases: Cases::default(),
            dossiers: Sequence::of_numbers("dossier file"),
        }
    }

    /// Takes the next row.
    pub fn row(&mut self, row: &DumpedRow) {
        self.summary.add(row);
        (row.table().check())(self, row);
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.summary.total()
    }

    /// Ends the check.
    pub fn finish(self) -> Checked {
        let Self { summary, mut findings, audit, log, imports, cases, .. } = self;
        let ends = log.finish(&mut findings);
        imports.finish(&ends, &mut findings);
        audit.finish(&mut findings);
        cases.finish(&mut findings);
        Checked { summary, findings }
    }

    /// Ends a check whose rows ended too early: what is missing is no finding.
    pub fn interrupted(self) -> Checked {
        Checked { summary: self.summary, findings: self.findings }
    }
}

/// What looks at the rows of each table.
impl Checker {
    /// Loading or the database itself refuses what could be wrong.
    pub(super) fn nothing(_: &mut Self, _: &DumpedRow) {}

    pub(super) fn wave(&mut self, row: &DumpedRow) {
        catalogue::wave(row, &mut self.findings);
        self.log.wave(row, &mut self.findings);
    }

    pub(super) fn point(&mut self, row: &DumpedRow) {
        catalogue::point(row, &mut self.findings);
    }

    pub(super) fn wave_log(&mut self, row: &DumpedRow) {
        self.log.end(row, &mut self.findings);
    }

    pub(super) fn audit_entry(&mut self, row: &DumpedRow) {
        self.audit.row(row, &mut self.findings);
    }

    pub(super) fn redaction(&mut self, row: &DumpedRow) {
        self.log.redaction(row, &self.audit, &mut self.findings);
    }

    pub(super) fn submission(&mut self, row: &DumpedRow) {
        self.log.submission(row, &mut self.audit, &mut self.findings);
    }

    pub(super) fn import(&mut self, row: &DumpedRow) {
        self.imports.import(row, self.log.ends(), &mut self.findings);
    }

    pub(super) fn level_count(&mut self, row: &DumpedRow) {
        self.imports.counts(row, &mut self.findings);
    }

    pub(super) fn dossier_file(&mut self, row: &DumpedRow) {
        let (wave, version) = (row.text("wave"), row.int("version"));
        let (wave, version) = (wave.unwrap_or_default(), version.unwrap_or_default());
        self.dossiers.next(wave, version, &mut self.findings);
    }

    pub(super) fn quarantined(&mut self, row: &DumpedRow) {
        self.quarantine.row(row, &mut self.audit, &mut self.findings);
    }

    pub(super) fn device(&mut self, row: &DumpedRow) {
        catalogue::device(row, &mut self.findings);
    }

    pub(super) fn break_off(&mut self, row: &DumpedRow) {
        catalogue::break_off(row, &mut self.findings);
    }

    pub(super) fn case(&mut self, row: &DumpedRow) {
        self.cases.case(row, &mut self.findings);
    }

    pub(super) fn case_records(&mut self, row: &DumpedRow) {
        self.cases.records(row, self.log.ends(), &mut self.findings);
    }

    pub(super) fn case_event(&mut self, row: &DumpedRow) {
        self.cases.event(row, &mut self.audit, &mut self.findings);
    }

    pub(super) fn annulment(&mut self, row: &DumpedRow) {
        self.cases.annulment(row, &mut self.findings);
    }

    pub(super) fn short_code(&mut self, row: &DumpedRow) {
        catalogue::short_code(row, &mut self.findings);
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
