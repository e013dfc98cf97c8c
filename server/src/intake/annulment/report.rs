//! Cases, and how many records they are about, by unit, point and hour: never what they say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use serde::Serialize;
use store::{Case, CaseRecord, Store};
use survey_defs::case::CaseState;
use survey_defs::ids::{PointId, WaveId};
use survey_defs::phrases::hanoi_hour;
use survey_defs::unit::UnitKey;

use super::Error;
use crate::intake::find_wave;

/// Records that one person may annul alone: above, a second person confirms.
pub const MOST_ALONE: u64 = 50;

/// One in so many records of a unit may be annulled by one person alone, which is 5 %.
const ONE_IN: u64 = 20;

/// A case, and how many records it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseReport {
    /// The case.
    pub case: Case,
    /// Records by unit, point and hour, in this order: those that were settled, or before that those
    /// that its rule means by now.
    pub counts: Vec<RecordCount>,
    /// The units that it concerns.
    pub units: Vec<UnitShare>,
    /// How many of the records come from a sample plan.
    pub sampled: u64,
}

/// Records of one service point in one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordCount {
    /// The unit that is scored.
    pub unit: UnitKey,
    /// The service point.
    pub point: PointId,
    /// The hour in which they arrived, by the clocks of Hanoi.
    pub hour: DateTime,
    /// How many.
    pub records: u64,
    /// How many of them name a device, which has sent them, or for which staff have vouched.
    pub of_devices: u64,
}

/// Records of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitShare {
    /// The unit.
    pub unit: UnitKey,
    /// Records of the case.
    pub records: u64,
    /// Records that other cases annul, and this one is not about.
    pub annulled_before: u64,
    /// All records of the unit in the wave, annulled ones included.
    pub of: u64,
}

impl CaseReport {
    /// How many records there are.
    pub fn records(&self) -> u64 {
        self.units.iter().map(|unit| unit.records).sum()
    }

    /// Whether a second person must confirm their annulment. What was annulled of the same units before
    /// counts, so that nobody cuts a large case into small ones.
    pub fn needs_second_person(&self) -> bool {
        let with_before = |unit: &UnitShare| unit.records + unit.annulled_before;
        self.units.iter().map(with_before).sum::<u64>() > MOST_ALONE
            || self.units.iter().any(|unit| with_before(unit) * ONE_IN > unit.of)
    }
}

/// The cases of a wave.
///
/// # Errors
/// [`Refusal::UnknownWave`](crate::intake::Refusal::UnknownWave).
pub async fn list(store: &dyn Store, wave: &WaveId) -> Result<Vec<Case>, Error> {
    find_wave(store, wave).await?;
    Ok(store.cases(wave).await?)
}

/// One case of a wave.
///
/// # Errors
/// [`Error::UnknownCase`]; [`Refusal::UnknownWave`](crate::intake::Refusal::UnknownWave).
pub async fn find(store: &dyn Store, wave: &WaveId, number: u64) -> Result<Case, Error> {
    Ok(find_among(list(store, wave).await?, (wave, number))?.0)
}

/// One of the cases of a wave, and the others.
fn find_among(
    mut cases: Vec<Case>,
    (wave, number): (&WaveId, u64),
) -> Result<(Case, Vec<Case>), Error> {
    match cases.iter().position(|case| case.number == number) {
        Some(place) => Ok((cases.remove(place), cases)),
        None => Err(Error::UnknownCase { wave: wave.clone(), number }),
    }
}

/// Counts the records of a case.
///
/// # Errors
/// [`Error::UnknownCase`]; [`Refusal::UnknownWave`](crate::intake::Refusal::UnknownWave).
pub async fn report(store: &dyn Store, wave: &WaveId, number: u64) -> Result<CaseReport, Error> {
    let (case, others) = find_among(list(store, wave).await?, (wave, number))?;
    let records = records(store, wave, &case).await?;
    let mut counts: BTreeMap<(UnitKey, PointId, DateTime), (u64, u64)> = BTreeMap::new();
    let mut of_unit: BTreeMap<UnitKey, u64> = BTreeMap::new();
    for record in &records {
        let hour = hanoi_hour(record.received_at);
        let place = (record.unit.clone(), record.point.clone(), hour);
        let (all, of_devices) = counts.entry(place).or_default();
        *all += 1;
        *of_devices += u64::from(record.device.is_some());
        *of_unit.entry(record.unit.clone()).or_default() += 1;
    }
    let before = annulled_before(store, wave, (&others, &records)).await?;
    let totals = store.submissions_by_unit(wave).await?;
    let share = |(unit, records): (UnitKey, u64)| UnitShare {
        annulled_before: before.get(&unit).copied().unwrap_or(0),
        of: totals.get(&unit).copied().unwrap_or(0),
        unit,
        records,
    };
    let count = |((unit, point, hour), (records, of_devices))| RecordCount {
        unit,
        point,
        hour,
        records,
        of_devices,
    };
    Ok(CaseReport {
        counts: counts.into_iter().map(count).collect(),
        units: of_unit.into_iter().map(share).collect(),
        sampled: records.iter().filter(|record| record.sampled).count() as u64,
        case,
    })
}

/// The records that a case is about: those that were settled, whatever its rule means by now, or before
/// that those that it means.
async fn records(store: &dyn Store, wave: &WaveId, case: &Case) -> Result<Vec<CaseRecord>, Error> {
    Ok(match case.state {
        CaseState::Found => store.records_of_rule(wave, &case.rule).await?,
        CaseState::Examined | CaseState::Concluded | CaseState::Annulled | CaseState::Kept => {
            store.records_of_case(wave, case.number).await?
        }
    })
}

/// How many records of each unit other cases annul, without those that a case is about.
async fn annulled_before(
    store: &dyn Store,
    wave: &WaveId,
    (others, own): (&[Case], &[CaseRecord]),
) -> Result<BTreeMap<UnitKey, u64>, Error> {
    let own: BTreeSet<u64> = own.iter().map(|record| record.position).collect();
    let mut annulled: BTreeMap<u64, UnitKey> = BTreeMap::new();
    for other in others.iter().filter(|other| other.state == CaseState::Annulled) {
        let records = records(store, wave, other).await?;
        annulled.extend(records.into_iter().map(|record| (record.position, record.unit)));
    }
    let mut of_unit = BTreeMap::new();
    for (_, unit) in annulled.into_iter().filter(|(position, _)| !own.contains(position)) {
        *of_unit.entry(unit).or_default() += 1;
    }
    Ok(of_unit)
}

#[cfg(test)]
mod tests {
    use survey_defs::case::{Devices, Origin, Rule, RuleFields};
    use survey_defs::positions::Positions;

    use super::*;

    /// A case about units, each with records of this case, records annulled before, and all.
    fn about(units: &[(u64, u64, u64)]) -> CaseReport {
        let fields = RuleFields {
            origin: Origin::Point { point: "p1".parse().unwrap() },
            from: "2026-03-02T01:00:00Z".parse().unwrap(),
            until: "2026-03-02T02:00:00Z".parse().unwrap(),
            devices: Devices::Any,
        };
        let unit = |(number, (records, annulled_before, of)): (u64, &(u64, u64, u64))| UnitShare {
            unit: format!("0000{number}@2025-07-01").parse().unwrap(),
            records: *records,
            annulled_before: *annulled_before,
            of: *of,
        };
        CaseReport {
            case: Case {
                number: 1,
                rule: Rule::try_from(fields).unwrap(),
                state: CaseState::Concluded,
                records: Positions::default(),
                history: Vec::new(),
            },
            counts: Vec::new(),
            units: (1..).zip(units).map(unit).collect(),
            sampled: 0,
        }
    }

    #[test]
    fn above_50_records_or_5_percent_of_a_unit_two_people_decide() {
        for (units, expected) in [
            (&[(50, 0, 1_000)][..], false),
            (&[(51, 0, 10_000)], true),
            (&[(50, 0, 999)], true),
            (&[(25, 0, 1_000), (25, 0, 1_000)], false),
            (&[(25, 0, 1_000), (26, 0, 1_000)], true),
            (&[(1, 0, 20)], false),
            (&[(1, 0, 19)], true),
            (&[(1, 0, 1_000), (1, 0, 19)], true),
            // Large cases in small pieces.
            (&[(1, 49, 10_000)], false),
            (&[(1, 50, 10_000)], true),
            (&[(1, 5, 100)], true),
        ] {
            assert_eq!(about(units).needs_second_person(), expected, "{units:?}");
        }
    }
}
