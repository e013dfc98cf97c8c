//! What differs between two times.

use survey_defs::analysis::{Break, ChangedStatement};
use survey_defs::unit::{Gazetteer, Level, UnitKey};
use survey_defs::wave::Wave;

use super::ComparisonError;
use super::compared_wave::ComparedWave;
use super::over_time::BeforeAndAfter;
use crate::channels::{channels, shifted};
use crate::statements::are_broken;

/// What is not the same at both times; of the statements it is known already.
pub(super) fn breaks(
    times: &BeforeAndAfter<'_>,
    statements: &[ChangedStatement],
) -> Result<Vec<Break>, ComparisonError> {
    let (now, before) = (times.now.request, times.before.request);
    let is_broken = |one: &Break| -> Result<bool, ComparisonError> {
        Ok(match one {
            Break::Instrument => now.wave.instrument != before.wave.instrument,
            Break::Statements => are_broken(statements),
            Break::Method => now.wave.method != before.wave.method,
            Break::Geography => other_units(now.gazetteer, (now.wave, before.wave)),
            Break::Channels => is_other_mix(times)?,
        })
    };
    let mut found = Vec::new();
    for one in Break::ALL {
        if is_broken(one)? {
            found.push(*one);
        }
    }
    Ok(found)
}

/// Whether the days of geography have other districts, communes, agencies or branches.
fn other_units(gazetteer: &Gazetteer, (one, other): (&Wave, &Wave)) -> bool {
    let keys = |level, wave: &Wave| -> Vec<&UnitKey> {
        gazetteer.units_on(level, wave.geography).into_iter().map(|unit| &unit.key).collect()
    };
    [Level::District, Level::Commune, Level::Agency, Level::Branch]
        .into_iter()
        .any(|level| keys(level, one) != keys(level, other))
}

/// Whether answers come by other channels than before.
fn is_other_mix(times: &BeforeAndAfter<'_>) -> Result<bool, ComparisonError> {
    let mix =
        |compared: &ComparedWave<'_>| channels(compared.forms.forms, &compared.request.filters);
    Ok(shifted(&mix(times.now)?, &mix(times.before)?))
}
