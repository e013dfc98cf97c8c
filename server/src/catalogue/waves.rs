//! The rules for adding waves and service points, and their list.

use std::sync::Arc;

use jiff::civil::Date;
use store::{CodeSource, Store, StoreError, WaveAdded};
use survey_defs::caller::Caller;
use survey_defs::ids::{MethodId, PointId, WaveId};
use survey_defs::instrument::InstrumentRef;
use survey_defs::method::MethodError;
use survey_defs::unit::{Gazetteer, UnitKey};
use survey_defs::wave::{ServicePoint, Wave};
use tracing::info;

use super::definitions::Definitions;

/// Why a wave is not added.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program does not know what the wave asks.
    #[error("there is no instrument {0}")]
    UnknownInstrument(InstrumentRef),
    /// The program does not know the method of the wave.
    #[error("there is no method {0}")]
    UnknownMethod(MethodId),
    /// The method cannot score the instrument.
    #[error(transparent)]
    MethodDoesNotFit(#[from] MethodError),
    /// A service point belongs to another wave.
    #[error("service point {point} names another wave, {wave}")]
    OtherWave {
        /// The service point.
        point: PointId,
        /// The wave that it names.
        wave: WaveId,
    },
    /// The unit of a service point does not exist on the day of the wave's geography.
    #[error("service point {point} does not name a unit of {geography}: {unit}")]
    OtherGeography {
        /// The service point.
        point: PointId,
        /// The unit that it names.
        unit: UnitKey,
        /// The day whose units are scored.
        geography: Date,
    },
    /// The store does not take it: it has the wave or a point with other content, or a fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a wave with its service points and their short codes. Repeating it with the same content
/// changes nothing.
///
/// # Errors
/// [`Error`]; then nothing is stored.
pub async fn add(
    store: &dyn Store,
    definitions: &Definitions,
    (wave, points): (&Wave, &[ServicePoint]),
    codes: &dyn CodeSource,
    caller: &Caller,
) -> Result<WaveAdded, Error> {
    check(definitions, wave, points)?;
    let added = store.add_wave(wave, points, codes).await?;
    let WaveAdded { is_new, new_points, new_telephones } = added;
    if added != WaveAdded::default() {
        info!(
            wave.id = %wave.id, is_new, new_points, new_telephones, actor = caller.actor().kind(),
            "a wave was added"
        );
    }
    Ok(added)
}

fn check(definitions: &Definitions, wave: &Wave, points: &[ServicePoint]) -> Result<(), Error> {
    let instrument = definitions.instrument(&wave.instrument).map(Arc::as_ref);
    let instrument = instrument.ok_or_else(|| Error::UnknownInstrument(wave.instrument.clone()))?;
    let method = definitions.method(&wave.method);
    let method = method.ok_or_else(|| Error::UnknownMethod(wave.method.clone()))?;
    method.check_fits(instrument)?;
    for point in points {
        if point.wave != wave.id {
            return Err(Error::OtherWave { point: point.id.clone(), wave: point.wave.clone() });
        }
        let unit = Gazetteer::hanoi().get(&point.unit);
        if !unit.is_some_and(|unit| unit.valid_on(wave.geography)) {
            let (point, unit) = (point.id.clone(), point.unit.clone());
            return Err(Error::OtherGeography { point, unit, geography: wave.geography });
        }
    }
    Ok(())
}

/// A wave and how many submissions it has.
#[derive(Debug, Clone, PartialEq)]
pub struct WaveCounts {
    /// The wave.
    pub wave: Wave,
    /// Submissions in its log.
    pub submissions: u64,
    /// Submissions that wait in quarantine.
    pub quarantined: u64,
}

/// All waves with their counts, ordered by id.
///
/// # Errors
/// Those of the store.
pub async fn list(store: &dyn Store) -> Result<Vec<WaveCounts>, StoreError> {
    let mut waves = Vec::new();
    for wave in store.waves().await? {
        waves.push(counts(store, wave).await?);
    }
    Ok(waves)
}

/// A wave with its counts.
///
/// # Errors
/// Those of the store.
pub async fn counts(store: &dyn Store, wave: Wave) -> Result<WaveCounts, StoreError> {
    Ok(WaveCounts {
        submissions: store.log_end(&wave.id).await?.submissions,
        quarantined: store.quarantined(&wave.id).await?.values().sum(),
        wave,
    })
}
