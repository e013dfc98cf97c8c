//! Files into a wave: microdata, level counts or dossier counts, checked row by row, all or
//! nothing.

/// Reading CSV with line numbers.
mod csv_file;
/// One row per unit: its dossiers.
mod dossiers;
/// One row per unit or month, with five counts.
mod level_counts;
/// One row per respondent.
mod microdata;
/// Whether rows fit one sample plan.
mod sample_plan;

use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::{Entry, Import, ImportOutcome, LevelCountsRow, SamplePlan, Store, StoreError};
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{ImportKind, ImportReport, RowRejection};
use survey_defs::dossiers::DossierCount;
use survey_defs::instrument::Instrument;
use survey_defs::unit::{Gazetteer, UnitKey};
use survey_defs::wave::{ServicePoint, Wave};

use self::csv_file::CsvFile;
use crate::catalogue::definitions::Definitions;
use crate::http::error::ApiError;
use crate::system::clock::to_millisecond;
use crate::system::tasks::spawn_blocking;

/// Imports a CSV file. Which of the three kinds it is, its header tells.
///
/// # Errors
/// `import_rejected` with every broken row; `import_repeated` for a file imported before. In
/// both cases nothing is written.
pub async fn import(
    store: &dyn Store,
    definitions: &Definitions,
    wave: &Wave,
    bytes: Vec<u8>,
    now: Timestamp,
) -> Result<ImportReport, ApiError> {
    let instrument = definitions
        .instrument(&wave.instrument)
        .ok_or_else(|| ApiError::new(ProblemCode::InstrumentUnknown))?;
    let received_at = to_millisecond(now);
    let import = Import {
        wave: wave.id.clone(),
        file_sha256: Sha256::digest(&bytes).into(),
        imported_at: received_at,
    };
    let earlier = Earlier {
        counts: store.level_counts(&wave.id).await?,
        points: store.points(&wave.id).await?,
        plan: store.sample_plan(&wave.id).await?,
    };
    let (wave_of_rows, instrument) = (wave.clone(), Arc::clone(instrument));
    let content = spawn_blocking(move || {
        read(&bytes, &wave_of_rows, &instrument, &earlier, received_at).map_err(rejected)
    });
    let (kind, outcome) = match content.await?? {
        Content::Dossiers(rows) => {
            let version = store.publish_dossiers(&import, &rows).await?;
            return Ok(ImportReport {
                wave: wave.id.clone(),
                kind: ImportKind::Dossiers { version },
                rows: rows.len() as u64,
                created: rows.len() as u64,
            });
        }
        Content::LevelCounts(rows) => {
            (ImportKind::LevelCounts, store.import_counts(&import, &rows).await)
        }
        Content::Microdata(entries) => {
            (ImportKind::Microdata, store.import(&import, &entries).await)
        }
    };
    match outcome {
        Ok(ImportOutcome::Imported(receipt)) => Ok(ImportReport {
            wave: wave.id.clone(),
            kind,
            rows: receipt.rows,
            created: receipt.created,
        }),
        Ok(ImportOutcome::Repeated(_)) => Err(ApiError::new(ProblemCode::ImportRepeated)),
        Err(StoreError::Conflict { what }) => {
            Err(ApiError::with_detail(ProblemCode::ImportConflict, what.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a file holds.
enum Content {
    Dossiers(Vec<DossierCount>),
    LevelCounts(Vec<LevelCountsRow>),
    Microdata(Vec<Entry>),
}

/// What a wave holds already, as far as a new file must agree with it.
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
) -> Result<Content, Vec<RowRejection>> {
    let file = CsvFile::read(bytes).map_err(|rejection| vec![rejection])?;
    if dossiers::is_dossiers(&file) {
        dossiers::rows(&file, wave, &earlier.points).map(Content::Dossiers)
    } else if level_counts::is_level_counts(&file) {
        level_counts::rows(&file, wave, instrument, &earlier.counts).map(Content::LevelCounts)
    } else {
        let entries = microdata::entries(&file, wave, instrument, received_at)?;
        sample_plan::check(&file, &entries, &earlier.plan)?;
        Ok(Content::Microdata(entries))
    }
}

fn rejected(rows: Vec<RowRejection>) -> ApiError {
    let mut problem = Problem::new(ProblemCode::ImportRejected)
        .with_detail(format!("{} broken rows; nothing was imported", rows.len()));
    problem.rows = rows;
    ApiError::from(problem)
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
    known
        .map(|unit| unit.key.clone())
        .ok_or_else(|| format!("“{text}” is no unit of the wave's geography ({})", wave.geography))
}
