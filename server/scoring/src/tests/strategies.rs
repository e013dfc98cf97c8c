//! Random forms, level counts, methods and filters.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;
use survey_defs::analysis::{Filters, FlagFilter};
use survey_defs::answer::Level;
use survey_defs::counts::{Cell, LevelCounts};
use survey_defs::ids::{ContentId, ProcedureGroup};
use survey_defs::instrument::{self, Instrument};
use survey_defs::method::{self, Method, Rollup};
use survey_defs::unit::{self, Gazetteer, UnitKey};
use survey_defs::wave::{Channel, RespondentType};

use super::world::{WITH_DISTRICTS, WITHOUT_DISTRICTS, changed, unit};
use crate::{Arrival, CountRow, FillingTime, Form};

pub(super) fn instruments() -> impl Strategy<Value = Arc<Instrument>> {
    select(instrument::embedded()).prop_map(Arc::new)
}

pub(super) fn geographies() -> impl Strategy<Value = Date> {
    select(vec![WITH_DISTRICTS, WITHOUT_DISTRICTS])
}

/// Each method of the program, with a least share of answered statements and, where it has fixed
/// weights, with weights that fit the instrument.
pub(super) fn methods(instrument: &Instrument) -> impl Strategy<Value = Method> + use<> {
    let contents: Vec<ContentId> =
        instrument.contents().iter().map(|content| content.id.clone()).collect();
    let weights = prop::collection::vec(0.1..5.0, contents.len());
    let share = select(vec![0.0, 0.5, 0.8, 1.0]);
    (select(method::embedded()), share, weights).prop_map(move |(method, share, weights)| {
        changed(&method, |definition| {
            definition.missing.min_answered_share = share;
            if let Rollup::FixedWeights { contents: old } = &mut definition.rollup {
                *old = contents.iter().cloned().zip(weights).collect::<BTreeMap<_, _>>();
            }
        })
    })
}

/// Few enough that groups have several forms; of every kind, in force on either day or on both,
/// and one that the gazetteer does not know.
fn units() -> impl Strategy<Value = UnitKey> {
    let hanoi = Gazetteer::hanoi();
    let mut pool = vec![unit("99999@2024-01-01")];
    for day in [WITH_DISTRICTS, WITHOUT_DISTRICTS] {
        for (level, n) in [
            (unit::Level::City, 1),
            (unit::Level::District, 2),
            (unit::Level::Commune, 6),
            (unit::Level::Agency, 3),
            (unit::Level::Branch, 2),
        ] {
            let all = hanoi.units_on(level, day);
            let step = (all.len() / n).max(1);
            pool.extend(all.into_iter().step_by(step).take(n).map(|unit| unit.key.clone()));
        }
    }
    select(pool)
}

fn days() -> impl Strategy<Value = Date> {
    (0..400_i64).prop_map(|days| date(2024, 11, 20) + days.days())
}

fn channels() -> impl Strategy<Value = Channel> {
    select(Channel::ALL)
}

fn respondent_types() -> impl Strategy<Value = RespondentType> {
    select(RespondentType::ALL)
}

fn cells() -> impl Strategy<Value = Cell> {
    select(&Level::ALL[..]).prop_map(Cell::Level)
}

fn gaps() -> impl Strategy<Value = Cell> {
    select(vec![Cell::NotAsked, Cell::NoAnswer, Cell::NotApplicable])
}

/// Sampling units, each in one of three strata.
fn psus() -> impl Strategy<Value = (String, String)> {
    (0..9_u32).prop_map(|number| (format!("s{}", number % 3), format!("p{number}")))
}

/// Few points and hours, so that some are full.
fn arrivals() -> impl Strategy<Value = Arrival> {
    (0..3_u32, 0..12_i8).prop_map(|(point, hour)| Arrival {
        point: format!("p{point}").parse().unwrap(),
        hour: date(2026, 3, 2).at(hour, 0, 0, 0),
    })
}

fn procedure_groups() -> impl Strategy<Value = Option<ProcedureGroup>> {
    prop::option::of(select(vec!["land", "social"]))
        .prop_map(|id| id.map(|id| ProcedureGroup::new(id).unwrap()))
}

/// Forms from almost complete to empty, in positions that leave some out; each weighs 1.
pub(super) fn forms(instrument: &Instrument) -> impl Strategy<Value = Vec<Form>> + use<> {
    let n_items = instrument.satisfaction_questions().count();
    let cells = (0..=10_u32).prop_flat_map(move |gap_tenths| {
        let cell = prop_oneof![10 - gap_tenths => cells(), gap_tenths => gaps()];
        prop::collection::vec(cell, n_items)
    });
    let who = (units(), procedure_groups(), psus());
    let time = prop_oneof![
        1 => Just(FillingTime::NotMeasured),
        1 => Just(FillingTime::Unusable),
        8 => (0..200_u32).prop_map(FillingTime::Seconds),
    ];
    let how = (channels(), respondent_types(), time);
    let form = (1..4_u64, who, days(), how, (prop::option::of(arrivals()), cells));
    prop::collection::vec(form, 0..50).prop_map(|forms| {
        let mut last = 0;
        let number = |(step, who, day, how, (arrival, cells))| {
            let (channel, respondent_type, time) = how;
            let (unit, procedure_group, (stratum, psu)) = who;
            last += step;
            Form {
                position: last,
                unit,
                procedure_group,
                stratum,
                psu,
                weight: 1.0,
                fpc: None,
                day,
                channel,
                respondent_type,
                time,
                arrival,
                cells,
            }
        };
        forms.into_iter().map(number).collect()
    })
}

/// Forms with weights, and with populations in one of the strata.
pub(super) fn weighted_forms(instrument: &Instrument) -> impl Strategy<Value = Vec<Form>> + use<> {
    (forms(instrument), prop::collection::vec(1..40_u32, 50)).prop_map(|(mut forms, weights)| {
        for (form, weight) in forms.iter_mut().zip(weights) {
            form.weight = f64::from(weight) / 4.0;
            form.fpc = (form.stratum == "s1").then_some(11.0);
        }
        forms
    })
}

/// Level counts; either all rows have months or some have none.
pub(super) fn count_rows(instrument: &Instrument) -> impl Strategy<Value = Vec<CountRow>> + use<> {
    let items: Vec<_> = instrument.satisfaction_questions().map(|item| item.id.clone()).collect();
    let count = prop_oneof![1 => Just(0), 2 => 0..5_u64, 1 => 0..1_000_000_000_u64];
    let counts = (prop::array::uniform5(count.clone()), count.clone(), count).prop_map(
        |(levels, not_applicable, no_answer)| LevelCounts { levels, not_applicable, no_answer },
    );
    (0..=1_u32).prop_flat_map(move |always| {
        let month = days().prop_map(|day| Some(day.first_of_month()));
        let month = prop_oneof![1 => month, 1 - always => Just(None)];
        let row = (prop::option::of(units()), month, select(items.clone()), counts.clone());
        let row =
            row.prop_map(|(unit, month, item, counts)| CountRow { unit, month, item, counts });
        prop::collection::vec(row, 0..60)
    })
}

/// Filters that often filter nothing.
pub(super) fn filters() -> impl Strategy<Value = Filters> {
    let first_day = prop::option::weighted(0.3, days());
    let last_day = prop::option::weighted(0.3, days());
    let channel = prop::option::weighted(0.2, channels());
    let respondent_type = prop::option::weighted(0.2, respondent_types());
    let quality = prop_oneof![3 => Just(FlagFilter::All), 1 => Just(FlagFilter::Unflagged)];
    (first_day, last_day, channel, respondent_type, quality).prop_map(
        |(first_day, last_day, channel, respondent_type, quality)| Filters {
            first_day,
            last_day,
            channel,
            respondent_type,
            quality,
        },
    )
}

/// A period only.
pub(super) fn periods() -> impl Strategy<Value = Filters> {
    filters().prop_map(|filters| Filters {
        first_day: filters.first_day,
        last_day: filters.last_day,
        ..Filters::default()
    })
}
