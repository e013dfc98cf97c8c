//! Comparing segments with the log.

use std::sync::Arc;

use scoring::{Difference, Forms, MirrorError};
use store::backup::{Finding, FindingKind, Findings};
use store::{LogEnd, Segment, Store, StoreError};
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;

use super::wave_columns::read_page;
use super::{Check, MirrorJobError, Segments, SharedStorageError, listed};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// What was compared with the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compared {
    /// Segments.
    pub segments: u64,
    /// Their rows.
    pub rows: u64,
}

/// What is compared, of one wave.
#[derive(Clone, Copy)]
struct Wave<'a> {
    store: &'a dyn Store,
    segments: &'a Segments,
    id: &'a WaveId,
    instrument: &'a Arc<Instrument>,
}

/// Compares every listed segment with the log: that it is there, that its files have their hashes,
/// and that its rows are those which the log gives for its range, cell by cell. Nothing is changed,
/// but that segments which are missing or damaged here are fetched from shared storage.
///
/// # Errors
/// [`MirrorJobError`]; what is wrong with segments or log is a finding.
pub async fn compare(
    store: &dyn Store,
    definitions: &Definitions,
    segments: &Segments,
    findings: &mut Findings,
) -> Result<Compared, MirrorJobError> {
    let mut compared = Compared::default();
    for wave in store.waves().await? {
        let id = &wave.id;
        let Some(instrument) = definitions.instrument(&wave.instrument) else {
            if !store.segments(id).await?.is_empty() {
                let what = format!("this program does not know instrument {}", wave.instrument);
                findings.add(finding(id, FindingKind::Segment, (None, what)));
            }
            continue;
        };
        let (one, found) = Wave { store, segments, id, instrument }.compare().await?;
        compared.segments += one.segments;
        compared.rows += one.rows;
        for finding in found {
            findings.add(finding);
        }
    }
    Ok(compared)
}

impl Wave<'_> {
    async fn compare(self) -> Result<(Compared, Vec<Finding>), MirrorJobError> {
        'listing: loop {
            let listing = self.store.segments(self.id).await?;
            // After the listing, so that whatever is listed is in the log.
            let end = self.store.log_end(self.id).await?;
            let (mut compared, mut findings) = (Compared::default(), Vec::new());
            let mut covered = 0;
            for segment in &listing {
                findings.extend(self.range(segment, covered, end));
                covered = segment.last_position.max(covered);
                let found = self.segment(segment).await?;
                // A server that works beside may just have merged it into another one.
                if !found.is_empty() && self.store.segments(self.id).await? != listing {
                    continue 'listing;
                }
                findings.extend(found);
                compared.segments += 1;
                compared.rows += segment.rows;
            }
            return Ok((compared, findings));
        }
    }

    /// Whether a segment covers a part of the log that no other one covers, and all of it.
    fn range(self, segment: &Segment, covered: u64, end: LogEnd) -> Option<Finding> {
        let Segment { name, first_position: first, last_position: last, rows, .. } = segment;
        let what = if *first <= covered {
            format!("segment {name} begins at {first}, and another one ends at {covered}")
        } else if *last > end.position {
            format!("segment {name} ends at {last}, and the log at {}", end.position)
        } else if last - first + 1 != *rows {
            format!("segment {name} covers positions {first} to {last} with {rows} rows")
        } else {
            return None;
        };
        Some(finding(self.id, FindingKind::SegmentRange, (Some(*first), what)))
    }

    async fn segment(self, segment: &Segment) -> Result<Vec<Finding>, MirrorJobError> {
        let first = segment.first_position;
        let at = |kind, what| Ok(vec![finding(self.id, kind, (Some(first), what))]);
        let opened = self.segments.open(&listed(segment), self.instrument, Check::Contents).await;
        let opened = match opened {
            Ok(opened) => opened,
            Err(SharedStorageError::Mirror(error @ MirrorError::Damaged { .. })) => {
                return at(FindingKind::Segment, error.to_string());
            }
            Err(error) => return Err(error.into()),
        };
        let forms = match self.forms(segment).await {
            Ok(forms) => forms,
            // What the log has is told by its own check; the mirror can only not be compared.
            Err(
                error @ (MirrorJobError::Data(_)
                | MirrorJobError::Store(StoreError::Corrupt { .. })),
            ) => {
                let what = format!("segment {} cannot be compared: {error}", segment.name);
                return at(FindingKind::Unreadable, what);
            }
            Err(error) => return Err(error),
        };
        let differences = spawn_blocking(move || opened.differences(&forms)).await??;
        Ok(differences.into_iter().map(|one| self.difference(segment, one)).collect())
    }

    /// The forms that the log gives for the range of a segment.
    async fn forms(self, segment: &Segment) -> Result<Forms, MirrorJobError> {
        let mut forms = Forms::new(Arc::clone(self.instrument));
        let mut position = segment.first_position.saturating_sub(1);
        while position < segment.last_position {
            let unread = position..segment.last_position;
            let page = read_page(self.store, self.id, unread, self.instrument).await?;
            let Some(last) = page.last() else {
                break;
            };
            position = last.position;
            forms.append(&page)?;
        }
        Ok(forms)
    }

    fn difference(self, segment: &Segment, difference: Difference) -> Finding {
        let name = &segment.name;
        let (position, what) = match difference {
            Difference::Missing(position) => {
                (position, format!("segment {name} has no row for position {position}"))
            }
            Difference::Surplus(position) => {
                (position, format!("segment {name} has a row too many for position {position}"))
            }
            Difference::Columns { position, columns } => {
                let columns = columns.join(", ");
                (position, format!("segment {name} differs from the log in: {columns}"))
            }
        };
        finding(self.id, FindingKind::SegmentRow, (Some(position), what))
    }
}

fn finding(wave: &WaveId, kind: FindingKind, (number, what): (Option<u64>, String)) -> Finding {
    let number = number.map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    Finding { kind, wave: Some(wave.to_string()), number, what }
}
