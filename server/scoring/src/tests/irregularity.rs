//! Bursts, near-copies and forms over dossiers: what is counted of forms and shown. The formulas have
//! tests of their own in `statistics`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use statistics::irregularity::{BurstLimits, HourCount, bursts};
use survey_defs::analysis::{Filters, Grouping, QualityReport};
use survey_defs::counts::Cell;
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::PointId;
use survey_defs::wave::Channel;

use super::world::{
    WITHOUT_DISTRICTS, World, form, forms as data_of, instrument, level, method, unit,
};
use crate::{
    Arrival, Data, Disclosure, FillingTime, Form, Forms, Irregularities, NearCopies, Request,
    irregularities, quality,
};

const DAY: jiff::civil::Date = date(2026, 3, 2);

fn at(point: &str, hour: DateTime) -> Arrival {
    Arrival { point: point.parse().unwrap(), hour }
}

/// The statements of the long instrument, counted once.
static STATEMENTS: LazyLock<usize> =
    LazyLock::new(|| instrument("national").satisfaction_questions().count());

/// A form of the long instrument whose levels follow from a seed.
fn seeded(position: u64, seed: u64) -> Form {
    let mut state = seed;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        level(u8::try_from((state >> 33) % 5 + 1).unwrap())
    };
    let cells = (0..*STATEMENTS).map(|_| next()).collect();
    let time = FillingTime::Seconds(300);
    Form { time, arrival: Some(at("p1", DAY.at(9, 0, 0, 0))), ..form(position, cells) }
}

/// The same forms in three parts.
fn parted(all: &[Form]) -> Forms {
    parted_of("national", all)
}

fn parted_of(id: &str, all: &[Form]) -> Forms {
    let mut forms = Forms::new(instrument(id));
    for part in all.chunks(all.len().div_ceil(3).max(1)) {
        forms.append(part).unwrap();
        forms.close_part();
    }
    forms
}

fn report(forms: &Forms, change: impl FnOnce(&mut Request<'_>)) -> QualityReport {
    let world = World::new(forms.instrument(), method("t2b"), WITHOUT_DISTRICTS);
    let mut request = world.request(Data::Forms(forms), Grouping::Ward);
    change(&mut request);
    quality(&request).unwrap()
}

/// Forms of three points in some hours, of which many repeat one of a few patterns.
fn stuffed() -> impl Strategy<Value = Vec<Form>> {
    let place = prop::option::weighted(0.9, (0..3_u32, 0..2_i8, 0..20_i8));
    let pattern = prop_oneof![0..4_u64, any::<u64>()];
    let changes = prop::collection::vec((0..33_usize, 1..=5_u8), 0..7);
    let one = (place, pattern, changes, any::<bool>(), any::<bool>());
    prop::collection::vec(one, 0..60).prop_map(|all| {
        let make = |(position, (place, pattern, changes, is_kiosk, is_fast))| {
            let mut form: Form = seeded(position, pattern);
            form.arrival = None;
            if let Some((point, day, hour)) = place {
                form.day = date(2026, 3, 2 + day);
                form.arrival = Some(at(&format!("p{point}"), form.day.at(hour, 0, 0, 0)));
            }
            for (item, answer) in changes {
                form.cells[item] = level(answer);
            }
            form.channel = if is_kiosk { Channel::Kiosk } else { Channel::WallQr };
            form.time = FillingTime::Seconds(if is_fast { 10 } else { 300 });
            form
        };
        (1..).zip(all).map(make).collect()
    })
}

/// The hours of each point by plain counting.
fn counted(all: &[Form]) -> BTreeMap<PointId, BTreeMap<DateTime, u64>> {
    let mut counted: BTreeMap<PointId, BTreeMap<DateTime, u64>> = BTreeMap::new();
    for Arrival { point, hour } in all.iter().filter_map(|form| form.arrival.as_ref()) {
        *counted.entry(point.clone()).or_default().entry(*hour).or_default() += 1;
    }
    counted
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn near_copies_are_those_of_one_form_after_the_other(all in stuffed(), kiosk in any::<bool>()) {
        let channel = kiosk.then_some(Channel::Kiosk);
        let found = report(&parted(&all), |request| request.filters.channel = channel);
        let mut near_copies = NearCopies::default();
        let judged: Vec<bool> =
            all.iter().map(|form| near_copies.judge(form).is_some()).collect();
        let passes = |form: &Form| channel.is_none_or(|channel| form.channel == channel);
        let expected =
            all.iter().zip(judged).filter(|(form, is_copy)| *is_copy && passes(form)).count();
        prop_assert_eq!(
            found.forms.counts.map_or(0, |counts| counts.near_copies),
            expected as u64
        );
    }
}

#[test]
fn a_repeated_pattern_is_told_and_no_score_is_without_it() {
    let mut all: Vec<Form> = (1..=80).map(|position| seeded(position, position)).collect();
    for form in &mut all[40..60] {
        form.cells.clone_from(&seeded(1, 7).cells);
        form.cells[0] = Cell::NoAnswer;
    }
    // Another point, another day, a file: nothing to be compared with.
    all[60].cells = all[40].cells.clone();
    all[60].arrival = Some(at("p2", DAY.at(9, 0, 0, 0)));
    all[61].cells = all[40].cells.clone();
    all[61].day = date(2026, 3, 3);
    all[62].cells = all[40].cells.clone();
    all[62].arrival = None;
    let found = report(&parted(&all), |_| ());
    let counts = found.forms.counts.unwrap();
    // The first of the 20 nearly equals form 7, which differs by its first statement.
    assert_eq!((counts.forms, counts.compared, counts.near_copies), (80, 79, 20));
    assert_eq!(counts.flagged, 0);
    assert!(found.scores.iter().all(|effect| effect.with == effect.without));
    assert_eq!(found.limits.copies.compared_with, 50);

    let mut near_copies = NearCopies::default();
    let of: Vec<Option<u64>> = all.iter().map(|form| near_copies.judge(form)).collect();
    assert_eq!((of[6], of[40], of[41], of[59]), (None, Some(7), Some(41), Some(59)));
    assert_eq!(of[60..63], [None; 3]);
}

/// Ten hours with 2 forms each, and one with 40.
fn with_a_burst() -> Vec<Form> {
    let hours = (7..17).flat_map(|hour| [hour; 2]).chain([18; 40]);
    let make = |(position, hour)| {
        let arrival = Some(at("p1", DAY.at(hour, 0, 0, 0)));
        Form { arrival, channel: Channel::WallQr, ..seeded(position, position) }
    };
    (1..).zip(hours).map(make).collect()
}

#[test]
fn a_burst_names_point_hour_and_how_many_forms() {
    let data = parted(&with_a_burst());
    let found = report(&data, |request| request.disclosure = Disclosure::PUBLISHED);
    assert_eq!(found.burst_hours, 1);
    let [burst] = found.bursts.as_slice() else { panic!("{:?}", found.bursts) };
    assert_eq!((burst.point.as_str(), burst.hour), ("p1", DAY.at(18, 0, 0, 0)));
    assert_eq!((burst.forms, burst.usual), (40, Some(2.0)));
    assert!(found.scores.iter().all(|effect| effect.with == effect.without));

    // Filters choose by day and channel, and change no count.
    let filtered =
        |change: fn(&mut Filters)| report(&data, |request| change(&mut request.filters)).bursts;
    assert_eq!(filtered(|filters| filters.channel = Some(Channel::WallQr)), found.bursts);
    assert_eq!(filtered(|filters| filters.channel = Some(Channel::Kiosk)), []);
    assert_eq!(filtered(|filters| filters.first_day = Some(DAY)), found.bursts);
    assert_eq!(filtered(|filters| filters.last_day = Some(date(2026, 3, 1))), []);
    // Nothing is said below the least n.
    let strict = Disclosure { min_n: 41, ..Disclosure::PUBLISHED };
    assert_eq!(report(&data, |request| request.disclosure = strict).bursts, []);

    let world = World::new(data.instrument(), method("t2b"), WITHOUT_DISTRICTS);
    let request = world.request(Data::Forms(&data), Grouping::City);
    for (hour, points_with_burst) in [(17, 0), (18, 1), (19, 0)] {
        let found = irregularities(&request, DAY.at(hour, 0, 0, 0)).unwrap();
        assert_eq!(found, Irregularities { points_with_burst, units_over_dossiers: 0 });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn bursts_are_those_of_the_counts_of_each_point(
        usual in prop::collection::vec((0..3_u32, 0..40_i8, 1..6_usize), 0..60),
        full in prop::collection::vec((0..3_u32, 0..40_i8, 25..130_usize), 0..4),
    ) {
        let hours = usual.into_iter().chain(full);
        let places = hours.flat_map(|(point, hour, n)| std::iter::repeat_n((point, hour), n));
        let make = |(position, (point, hour)): (u64, (u32, i8))| {
            let day = date(2026, 3, 2 + hour / 20);
            let arrival = Some(at(&format!("p{point}"), day.at(hour % 20, 0, 0, 0)));
            Form { day, arrival, ..form(position, vec![level(4)]) }
        };
        let all: Vec<Form> = (1..).zip(places).map(make).collect();
        let found = report(&parted_of("single", &all), |_| ()).bursts;
        let mut expected = Vec::new();
        for (point, hours) in counted(&all) {
            let number = |hour: &DateTime| {
                i32::from(hour.day()) * 24 + i32::from(hour.hour())
            };
            let counts: Vec<HourCount> = hours
                .iter()
                .map(|(hour, count)| HourCount { hour: number(hour), count: *count })
                .collect();
            for burst in bursts(&counts, BurstLimits::USUAL) {
                let hour = hours.keys().find(|hour| number(hour) == burst.hour).unwrap();
                expected.push((*hour, point.clone(), burst.count));
            }
        }
        expected.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        let found: Vec<_> =
            found.into_iter().map(|one| (one.hour, one.point, one.forms)).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn units_with_more_forms_than_dossiers_are_named_if_tables_show_them() {
    let single = instrument("single");
    let make =
        |(position, key): (u64, &str)| Form { unit: unit(key), ..form(position, vec![level(4)]) };
    let units = [("00004@2025-07-01", 40), ("00367@2025-07-01", 50), ("00190@2025-07-01", 29)];
    let keys = units.iter().flat_map(|(key, n)| std::iter::repeat_n(*key, *n));
    let data = data_of(&single, &(1..).zip(keys).map(make).collect::<Vec<_>>());
    let row = |(key, dossiers)| DossierCount { unit: unit(key), procedure_group: None, dossiers };
    let counts = |of: [u64; 3]| DossierCounts {
        version: 1,
        rows: units.iter().zip(of).map(|((key, _), dossiers)| row((*key, dossiers))).collect(),
    };
    let over = |dossiers: &DossierCounts, disclosure| {
        let world = World::new(&single, method("t2b"), WITHOUT_DISTRICTS);
        let request = world.request(Data::Forms(&data), Grouping::City);
        let request = Request { dossiers: Some(dossiers), disclosure, ..request };
        let hour = DAY.at(9, 0, 0, 0);
        let units = irregularities(&request, hour).unwrap().units_over_dossiers;
        let found = quality(&request).unwrap().over_dossiers.unwrap();
        assert_eq!(found.len() as u64, units);
        let one = |one: survey_defs::analysis::OverDossiers| {
            (one.group.name.vi, one.forms_per_dossier.dossiers, one.forms_per_dossier.ratio)
        };
        found.into_iter().map(one).collect::<Vec<_>>()
    };
    let ba_dinh = ("Phường Ba Đình".to_owned(), 10, 4.0);
    assert_eq!(over(&counts([10, 50, 100]), Disclosure::INTERNAL), [ba_dinh]);
    let all = over(&counts([10, 25, 28]), Disclosure::INTERNAL);
    assert_eq!(all.iter().map(|one| one.1).collect::<Vec<_>>(), [10, 28, 25]);
    // 29 forms are no cell of a table, and what would give them away is none either.
    let shown = over(&counts([10, 25, 28]), Disclosure::PUBLISHED);
    assert!(shown.len() < 3 && !shown.iter().any(|one| one.1 == 28), "{shown:?}");
    assert_eq!(report(&data, |_| ()).over_dossiers, None, "no counts are known");
}
