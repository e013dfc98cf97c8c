//! Random forms, level counts, methods and filters.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::sample::select;
use survey_defs::answer::Level;
use survey_defs::api::{Detail, Filters};
use survey_defs::counts::{Cell, LevelCounts};
use survey_defs::ids::ContentId;
use survey_defs::instrument::{self, Instrument};
use survey_defs::method::{self, Method, Rollup};
use survey_defs::unit::{self, Gazetteer, UnitKey};
use survey_defs::wave::{Channel, RespondentType};

use super::world::{WITH_DISTRICTS, WITHOUT_DISTRICTS, changed, unit};
use crate::{CountRow, Form};

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

pub(super) fn details() -> impl Strategy<Value = Detail> {
    select(Detail::ALL)
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

/// Forms from almost complete to empty, in positions that leave some out.
pub(super) fn forms(instrument: &Instrument) -> impl Strategy<Value = Vec<Form>> + use<> {
    let n_items = instrument.satisfaction_questions().count();
    let cells = (0..=10_u32).prop_flat_map(move |gap_tenths| {
        let cell = prop_oneof![10 - gap_tenths => cells(), gap_tenths => gaps()];
        prop::collection::vec(cell, n_items)
    });
    let form = (1..4_u64, units(), days(), channels(), respondent_types(), cells);
    prop::collection::vec(form, 0..50).prop_map(|forms| {
        let mut last = 0;
        let number = |(step, unit, day, channel, respondent_type, cells)| {
            last += step;
            Form { position: last, unit, day, channel, respondent_type, cells }
        };
        forms.into_iter().map(number).collect()
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
    (first_day, last_day, channel, respondent_type).prop_map(
        |(first_day, last_day, channel, respondent_type)| Filters {
            first_day,
            last_day,
            channel,
            respondent_type,
        },
    )
}

/// A period only.
pub(super) fn periods() -> impl Strategy<Value = Filters> {
    filters().prop_map(|filters| Filters { channel: None, respondent_type: None, ..filters })
}
