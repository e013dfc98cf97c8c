//! Files into a wave: microdata, level counts or dossier counts, checked row by row, all or
//! nothing.

mod csv_file;
mod dossiers;
mod level_counts;
mod microdata;
mod sample_plan;

use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::{Conflict, Import, ImportOutcome, LevelCountsRow, SamplePlan, Store, StoreError};
use survey_defs::api::{ImportKind, ImportReport, RowFinding};
use survey_defs::caller::Caller;
use survey_defs::dossiers::DossierCount;
use survey_defs::ids::WaveId;
use survey_defs::instrument::{Instrument, InstrumentRef};
use survey_defs::phrases::hanoi_day;
use survey_defs::unit::{Gazetteer, UnitKey};
use survey_defs::wave::{ServicePoint, Takes, Wave};
use tokio::task::JoinError;
use tracing::info;

use self::csv_file::CsvFile;
use self::microdata::{Forms, Origin};
use crate::catalogue::definitions::Definitions;
use crate::system::clock::to_millisecond;
use crate::system::tasks::spawn_blocking;

/// Why a file was not imported. Nothing of it is written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program does not know what the wave asks.
    #[error("there is no instrument {0}")]
    UnknownInstrument(InstrumentRef),
    /// Rows are broken.
    #[error("{} invalid rows; nothing was imported{}", .0.len(), lines(.0))]
    Rejected(Vec<RowFinding>),
    /// The same file was imported into this wave before.
    #[error("this file was already imported into this wave")]
    Repeated,
    /// The wave takes something else.
    #[error(
        "wave {wave} takes {takes}, and the file has {offered}; `thuocdo wave takes` changes that while a wave has no record"
    )]
    TakesOther {
        /// The wave.
        wave: WaveId,
        /// What it takes.
        takes: Takes,
        /// What the file has.
        offered: Takes,
    },
    /// A form of the file is in the wave already, with other content.
    #[error(
        "line {line}: the form “{id}” is in the wave already, with other content; nothing was imported. Leave it out, or give it an id of its own if it is another form"
    )]
    FormChanged {
        /// The line in the file.
        line: u64,
        /// The id that the form has there.
        id: String,
    },
    /// The file contradicts what the wave holds.
    #[error("the file contradicts what the wave already holds; nothing was imported: {0}")]
    Conflict(Conflict),
    /// The store does not take it, or has a fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The check of the file broke off.
    #[error("the check of the file stopped unexpectedly")]
    Task(#[from] JoinError),
}

impl From<Vec<RowFinding>> for Error {
    fn from(rows: Vec<RowFinding>) -> Self {
        Self::Rejected(rows)
    }
}

/// Each row on a line of its own.
fn lines(rows: &[RowFinding]) -> String {
    let lines = rows.iter().map(|row| match &row.column {
        Some(column) => format!("\n  line {}, column {column}: {}", row.line, row.reason),
        None => format!("\n  line {}: {}", row.line, row.reason),
    });
    lines.collect()
}

/// Imports a CSV file. Which of the three kinds it is, its header tells.
///
/// # Errors
/// [`Error`].
pub async fn import(
    store: &dyn Store,
    definitions: &Definitions,
    (wave, bytes): (&Wave, Vec<u8>),
    now: Timestamp,
    caller: &Caller,
) -> Result<ImportReport, Error> {
    let bytes: Arc<[u8]> = bytes.into();
    let report = loop {
        // Another file may come between the check of this one and its import.
        if let Some(report) = import_file(store, definitions, (wave, &bytes), now).await? {
            break report;
        }
    };
    let ImportReport { rows, created, .. } = report;
    info!(wave.id = %wave.id, rows, created, actor = caller.actor().kind(), "a file was imported");
    Ok(report)
}

/// Checks a file against what the wave holds and imports it. None if the wave took another file meanwhile.
async fn import_file(
    store: &dyn Store,
    definitions: &Definitions,
    (wave, bytes): (&Wave, &Arc<[u8]>),
    now: Timestamp,
) -> Result<Option<ImportReport>, Error> {
    let instrument = definitions
        .instrument(&wave.instrument)
        .ok_or_else(|| Error::UnknownInstrument(wave.instrument.clone()))?;
    let received_at = to_millisecond(now);
    let import = Import {
        wave: wave.id.clone(),
        file_sha256: Sha256::digest(bytes).into(),
        imported_at: received_at,
        checked_after: match wave.takes {
            Takes::Forms => None,
            Takes::Sample | Takes::LevelCounts => Some(store.import_count(&wave.id).await?),
        },
    };
    let mut earlier = Earlier { points: store.points(&wave.id).await?, ..Earlier::default() };
    match wave.takes {
        Takes::Forms => {}
        Takes::Sample => earlier.plan = store.sample_plan(&wave.id).await?,
        Takes::LevelCounts => earlier.counts = store.level_counts(&wave.id).await?,
    }
    let (wave_of_rows, instrument, bytes) =
        (wave.clone(), Arc::clone(instrument), Arc::clone(bytes));
    let content =
        spawn_blocking(move || read(&bytes, &wave_of_rows, &instrument, &earlier, received_at));
    let mut warnings = Vec::new();
    let (kind, outcome) = match content.await?? {
        Content::Dossiers(rows) => {
            let version = store.publish_dossiers(&import, &rows).await?;
            return Ok(Some(ImportReport {
                wave: wave.id.clone(),
                kind: ImportKind::Dossiers { version },
                rows: rows.len() as u64,
                created: rows.len() as u64,
                warnings: Vec::new(),
            }));
        }
        Content::LevelCounts(rows) => {
            (ImportKind::LevelCounts, store.import_counts(&import, &rows).await)
        }
        Content::Microdata(mut forms, found) => {
            let outcome = store.import(&import, &forms.entries).await;
            if let Err(StoreError::Conflict { what: Conflict::Submission(id) }) = &outcome
                && let Some(Origin { line, id }) = forms.origins.remove(id)
            {
                return Err(Error::FormChanged { line, id });
            }
            warnings = found;
            (ImportKind::Microdata, outcome)
        }
    };
    match outcome {
        Ok(ImportOutcome::Imported(receipt)) => Ok(Some(ImportReport {
            wave: wave.id.clone(),
            kind,
            rows: receipt.rows,
            created: receipt.created,
            warnings,
        })),
        Ok(ImportOutcome::Outrun) => Ok(None),
        Ok(ImportOutcome::Repeated(_)) => Err(Error::Repeated),
        Err(StoreError::Conflict { what }) => Err(Error::Conflict(what)),
        Err(error) => Err(error.into()),
    }
}

/// What a file holds.
enum Content {
    Dossiers(Vec<DossierCount>),
    LevelCounts(Vec<LevelCountsRow>),
    Microdata(Forms, Vec<RowFinding>),
}

/// What a wave holds already, as far as a new file must agree with it.
#[derive(Default)]
struct Earlier {
    counts: Vec<LevelCountsRow>,
    points: Vec<ServicePoint>,
    plan: SamplePlan,
}

fn read(
    bytes: &[u8],
    wave: &Wave,
    instrument: &Instrument,
    earlier: &Earlier,
    received_at: Timestamp,
) -> Result<Content, Error> {
    let file = CsvFile::read(bytes).map_err(|rejection| vec![rejection])?;
    if dossiers::is_dossiers(&file) {
        return Ok(Content::Dossiers(dossiers::rows(&file, wave, &earlier.points)?));
    }
    let is_counts = level_counts::is_level_counts(&file);
    let offered = if is_counts { Takes::LevelCounts } else { microdata::takes(&file) };
    if offered != wave.takes {
        let (wave, takes) = (wave.id.clone(), wave.takes);
        return Err(Error::TakesOther { wave, takes, offered });
    }
    if is_counts {
        let when = (wave, received_at);
        let rows = level_counts::rows(&file, when, instrument, &earlier.counts)?;
        return Ok(Content::LevelCounts(rows));
    }
    let forms = microdata::forms(&file, wave, instrument, received_at)?;
    let mut warnings = Vec::new();
    if offered == Takes::Sample {
        sample_plan::check(&file, &forms.entries, &earlier.plan)?;
        warnings.extend(sample_plan::strange_weight(&file, &forms.entries));
    }
    Ok(Content::Microdata(forms, warnings))
}

/// The days of a wave, the first and the last. A wave that closes at midnight does not have the day that
/// begins then.
fn days(wave: &Wave) -> RangeInclusive<Date> {
    let last = wave.closes_at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(wave.closes_at);
    hanoi_day(wave.opens_at)..=hanoi_day(last)
}

/// A unit by its key (`00004@2025-07-01`) or by its code alone, which then means the unit in
/// force on the day of the wave's geography.
fn unit(text: &str, wave: &Wave) -> Result<UnitKey, String> {
    let gazetteer = Gazetteer::hanoi();
    let known = if text.contains('@') {
        text.parse::<UnitKey>().ok().and_then(|key| gazetteer.get(&key))
    } else {
        text.parse().ok().and_then(|code| gazetteer.on(&code, wave.geography))
    };
    known.map(|unit| unit.key.clone()).ok_or_else(|| {
        format!("“{text}” is not a unit of the wave's geography ({})", wave.geography)
    })
}
