//! Comparisons: against R survey, and what R does not speak of.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use survey_defs::analysis::{
    Break, ChangeVerdict, ComparedGroup, ComparisonTable, Dependence, Filters, Grouping,
    Suppression, TargetVerdict, TierVerdict,
};
use survey_defs::instrument::Instrument;
use survey_defs::method::{Method, Rounding};
use survey_defs::score::Node;
use survey_defs::target::Targets;
use survey_defs::wave::{Channel, Population, RespondentType};

use super::world::{
    WITH_DISTRICTS, WITHOUT_DISTRICTS, World, changed, forms, instrument, is_close, level, method,
    single_row, unit,
};
use crate::{
    ComparisonError, ComparisonRequest, Counts, Data, Disclosure, FillingTime, Form, Forms,
    Request, ScoringError, TargetChoice, compare,
};

const SAMPLE: &str = include_str!("../../../../tests/fixtures/r/comparison_sample.csv");
const EXPECTED: &str = include_str!("../../../../tests/fixtures/r/comparison.csv");
const WARDS: [(&str, &str); 4] = [
    ("A", "00004@2025-07-01"),
    ("B", "00367@2025-07-01"),
    ("C", "00008@2025-07-01"),
    ("D", "00025@2025-07-01"),
];

/// Six decimals, as many as can be printed.
fn exact(id: &str) -> Method {
    changed(&method(id), |method| method.rounding = Rounding { decimals: 6 })
}

fn sample() -> Vec<Form> {
    let form = |line: &str| {
        let fields: [&str; 8] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let [position, stratum, psu, fpc, weight, ward, month, answer] = fields;
        let ward = WARDS.iter().find(|(name, _)| *name == ward).unwrap().1;
        Form {
            position: position.parse().unwrap(),
            unit: unit(ward),
            procedure_group: None,
            stratum: stratum.into(),
            psu: psu.into(),
            weight: weight.parse().unwrap(),
            fpc: Some(fpc.parse().unwrap()),
            day: date(2026, month.parse().unwrap(), 15),
            channel: Channel::Interviewer,
            respondent_type: RespondentType::Individual,
            time: FillingTime::NotMeasured,
            arrival: None,
            cells: vec![level(answer.parse().unwrap())],
        }
    };
    SAMPLE.lines().skip(1).map(form).collect()
}

/// Forms of some units, ten sampling units each, whose levels differ a little.
fn of_units(units: &[(&str, u64, u8)], day: Date, channel: Channel) -> Vec<Form> {
    let mut forms = Vec::new();
    for (key, n, mean) in units {
        for number in 0..*n {
            let lower = u8::from(number * number % 7 < number % 5);
            forms.push(Form {
                position: forms.len() as u64 + 1,
                unit: unit(key),
                procedure_group: None,
                stratum: (*key).into(),
                psu: format!("{key} {}", number % 10),
                weight: 1.0,
                fpc: None,
                day,
                channel,
                respondent_type: RespondentType::Individual,
                time: FillingTime::NotMeasured,
                arrival: None,
                cells: vec![level(mean - lower)],
            });
        }
    }
    forms
}

fn month(number: i8) -> Filters {
    let first = date(2026, number, 1);
    Filters { first_day: Some(first), last_day: Some(first.last_of_month()), ..Filters::default() }
}

fn world(population: Population, geography: Date) -> World {
    let mut world = World::new(&instrument("single"), exact("m4"), geography);
    world.wave = world.wave.changed(|wave| wave.population = population).unwrap();
    world
}

/// The comparison of wards with nothing else.
fn wards<'a>(world: &'a World, data: &'a Forms) -> ComparisonRequest<'a> {
    ComparisonRequest {
        now: world.request(Data::Forms(data), Grouping::Ward),
        before: None,
        node: Node::Overall,
        targets: TargetChoice::Same(62.0),
        alpha: 0.05,
    }
}

fn data(list: &[Form]) -> Forms {
    forms(&instrument("single"), list)
}

fn find<'a>(table: &'a ComparisonTable, key: &str) -> &'a ComparedGroup {
    table.groups.iter().find(|row| row.group.key == key).unwrap()
}

/// The rows of the fixture by ward, each a number by column.
fn expected() -> BTreeMap<&'static str, BTreeMap<&'static str, f64>> {
    let mut lines = EXPECTED.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').skip(1).collect();
    let row = |line: &'static str| {
        let (ward, rest) = line.split_once(',').unwrap();
        let numbers = header.iter().copied().zip(rest.split(','));
        let numbers = numbers.filter_map(|(name, text)| Some((name, text.parse().ok()?)));
        (ward, numbers.collect())
    };
    lines.map(row).collect()
}

fn check(place: &str, row: &BTreeMap<&str, f64>, found: &[(&str, f64)]) {
    for (name, found) in found {
        let digits = if name.ends_with('p') { 0.6e-4 } else { 1e-6 };
        let expected = row[name];
        assert!(is_close(*found, expected, digits), "{place}, {name}: {found}, R: {expected}");
    }
}

#[test]
fn tiers_ranks_funnel_and_targets_are_those_of_r() {
    let world = world(Population::Transaction, WITHOUT_DISTRICTS);
    let data = data(&sample());
    let table = compare(&wards(&world, &data)).unwrap();
    let expected = expected();
    let whole = &table.reference;
    let target = whole.target.as_ref().unwrap();
    let found = [
        ("n", as_float(whole.n.unwrap())),
        ("score", whole.score.unwrap()),
        ("se", whole.precision.unwrap().se),
        ("target", target.difference),
        ("target_low", target.ci_low),
        ("target_high", target.ci_high),
        ("centre", table.funnel.unwrap().centre),
        ("deviation", table.funnel.unwrap().standard_deviation),
        ("deff", table.funnel.unwrap().design_effect),
        ("dispersion", table.funnel.unwrap().over_dispersion),
    ];
    check("whole", &expected["whole"], &found);
    assert_eq!((table.compared, table.left_out), (4, 0));
    for (ward, key) in WARDS {
        let row = find(&table, key);
        let (tier, rank) = (row.tier.unwrap(), row.rank.unwrap());
        let (funnel, target) = (row.funnel.unwrap(), row.target.as_ref().unwrap());
        let found = [
            ("n", as_float(row.n.unwrap())),
            ("score", row.score.unwrap()),
            ("se", row.precision.unwrap().se),
            ("difference", tier.difference),
            ("difference_se", tier.se),
            ("p", tier.p),
            ("adjusted_p", tier.adjusted_p),
            ("best", as_float(rank.best)),
            ("worst", as_float(rank.worst)),
            ("low_95", funnel.low_95),
            ("high_95", funnel.high_95),
            ("low_998", funnel.low_998),
            ("high_998", funnel.high_998),
            ("target", target.difference),
            ("target_low", target.ci_low),
            ("target_high", target.ci_high),
        ];
        check(ward, &expected[ward], &found);
        assert_eq!(rank.of, 4);
    }
    let tiers = WARDS.map(|(_, key)| find(&table, key).tier.unwrap().verdict);
    assert_eq!(
        tiers,
        [TierVerdict::Above, TierVerdict::InLine, TierVerdict::Above, TierVerdict::Below]
    );
    let targets = WARDS.map(|(_, key)| find(&table, key).target.as_ref().unwrap().verdict);
    assert_eq!(
        targets,
        [TargetVerdict::Met, TargetVerdict::CannotTell, TargetVerdict::Met, TargetVerdict::NotMet]
    );
}

#[test]
fn changes_between_months_of_one_wave_have_the_covariance_of_shared_sampling_units() {
    let world = world(Population::Transaction, WITHOUT_DISTRICTS);
    let data = data(&sample());
    let mut request = wards(&world, &data);
    request.now.filters = month(2);
    request.before = Some(Request { filters: month(1), ..request.now.clone() });
    let table = compare(&request).unwrap();
    let before = table.before.as_ref().unwrap();
    assert_eq!((before.dependence, before.breaks.as_slice()), (Dependence::Shared, &[][..]));
    let expected = expected();
    let all = std::iter::once(("whole", table.reference.change))
        .chain(WARDS.map(|(ward, key)| (ward, find(&table, key).change)));
    for (ward, change) in all {
        let change = change.unwrap();
        let found = [
            ("change", change.difference),
            ("change_se", change.se),
            ("change_low", change.ci_low),
            ("change_high", change.ci_high),
            ("change_p", change.adjusted_p),
        ];
        check(ward, &expected[ward], &found);
    }
    let verdicts = WARDS.map(|(_, key)| find(&table, key).change.unwrap().verdict);
    assert_eq!(
        verdicts,
        [
            ChangeVerdict::NoChangeSeen,
            ChangeVerdict::NoChangeSeen,
            ChangeVerdict::Up,
            ChangeVerdict::NoChangeSeen
        ]
    );
}

#[test]
fn two_waves_are_independent_and_their_breaks_are_named() {
    let day = date(2026, 3, 2);
    let [(_, a), (_, b), (_, c), (_, d)] = WARDS;
    let later = data(&of_units(&[(a, 60, 5), (b, 60, 4), (c, 60, 4)], day, Channel::Kiosk));
    let earlier = data(&of_units(&[(a, 60, 4), (b, 60, 4), (d, 60, 3)], day, Channel::Link));
    let now = world(Population::Transaction, WITHOUT_DISTRICTS);
    let mut then = world(Population::Transaction, WITH_DISTRICTS);
    let changed = then.wave.changed(|wave| {
        wave.id = "2025-test".parse().unwrap();
        wave.method = "t2b".parse().unwrap();
    });
    then.wave = changed.unwrap();
    let mut request = wards(&now, &later);
    request.before = Some(then.request(Data::Forms(&earlier), Grouping::Ward));
    let table = compare(&request).unwrap();
    let change = |key| find(&table, key).change;
    let rise = change(a).unwrap();
    assert_eq!((rise.verdict, rise.difference), (ChangeVerdict::Up, 25.0));
    assert_eq!(change(b).unwrap().verdict, ChangeVerdict::NoChangeSeen);
    assert_eq!(change(c), None);
    let ses = |request: &ComparisonRequest<'_>| {
        let table = compare(request).unwrap();
        find(&table, a).precision.unwrap().se
    };
    let one = ses(&wards(&now, &later));
    let other = ses(&wards(&then, &earlier));
    assert!(is_close(rise.se, one.hypot(other), 1e-6), "{} {one} {other}", rise.se);
    let before = table.before.unwrap();
    assert_eq!(before.dependence, Dependence::Independent);
    assert_eq!(before.breaks, [Break::Method, Break::Geography, Break::Channels]);
    assert_eq!(before.gone.iter().map(|label| label.key.to_string()).collect::<Vec<_>>(), [d]);
}

#[test]
fn plans_give_targets_to_the_city_and_to_some_districts_for_the_whole_index_only() {
    let [thanh_xuan, ba_dinh] = ["00343@2020-03-01", "00001@2020-03-01"];
    let list = of_units(&[(thanh_xuan, 90, 5), (ba_dinh, 90, 5)], WITH_DISTRICTS, Channel::Link);
    let data = data(&list);
    let world = world(Population::Household, WITH_DISTRICTS);
    let targets = Targets::embedded();
    let mut request = wards(&world, &data);
    request.now.by = Grouping::District;
    request.targets = TargetChoice::Plans(&targets);
    let table = compare(&request).unwrap();
    let of_city = table.reference.target.unwrap();
    assert_eq!((of_city.value, of_city.verdict), (85.0, TargetVerdict::Met));
    let values = table.groups.iter().map(|row| row.target.as_ref().map(|target| target.value));
    assert_eq!(values.collect::<Vec<_>>(), [None, Some(90.0)]);

    request.node = Node::Item("overall_satisfaction".parse().unwrap());
    let table = compare(&request).unwrap();
    assert_eq!((table.reference.target, table.groups[1].target.as_ref()), (None, None));
}

#[test]
fn suppressed_groups_take_no_part_and_show_no_number() {
    let day = date(2026, 3, 2);
    let [(_, a), (_, b), (_, c), (_, d)] = WARDS;
    let list = [(a, 200, 5), (b, 200, 4), (c, 16, 3), (d, 18, 2)];
    let data = data(&of_units(&list, day, Channel::Kiosk));
    let world = world(Population::Transaction, WITHOUT_DISTRICTS);
    let mut request = wards(&world, &data);
    request.now.disclosure = Disclosure::PUBLISHED;
    request.before = Some(Request { filters: month(3), ..request.now.clone() });
    let table = compare(&request).unwrap();
    assert_eq!((table.compared, table.left_out), (2, 2));
    for key in [c, d] {
        let row = find(&table, key);
        assert_eq!(row.suppressed, Some(Suppression::TooFew));
        let empty = ComparedGroup {
            group: row.group.clone(),
            n: None,
            score: None,
            precision: None,
            caution: false,
            suppressed: row.suppressed,
            tier: None,
            rank: None,
            funnel: None,
            target: None,
            change: None,
        };
        assert_eq!(*row, empty);
    }
    let ranks = [a, b].map(|key| find(&table, key).rank.unwrap());
    assert_eq!(ranks.map(|rank| (rank.best, rank.worst, rank.of)), [(1, 1, 2), (2, 2, 2)]);
}

#[test]
fn a_group_without_variance_may_have_any_rank_and_no_other_verdict() {
    let [(_, a), (_, b), ..] = WARDS;
    let mut list = of_units(&[(a, 50, 4), (b, 50, 5)], date(2026, 3, 2), Channel::Kiosk);
    for form in &mut list[50..] {
        form.cells = vec![level(5)];
    }
    let data = data(&list);
    let world = world(Population::Transaction, WITHOUT_DISTRICTS);
    let table = compare(&wards(&world, &data)).unwrap();
    let row = find(&table, b);
    assert_eq!(row.score, Some(100.0));
    assert_eq!((row.tier, row.target.as_ref()), (None, None));
    let rank = row.rank.unwrap();
    assert_eq!((rank.best, rank.worst), (1, 2));
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let world = world(Population::Transaction, WITHOUT_DISTRICTS);
    let data = data(&sample());
    let refused = |change: &dyn Fn(&mut ComparisonRequest<'_>)| {
        let mut request = wards(&world, &data);
        change(&mut request);
        compare(&request).unwrap_err()
    };
    for by in [Grouping::City, Grouping::Month] {
        let error = refused(&|request| request.now.by = by);
        assert!(matches!(error, ComparisonError::NotUnits(found) if found == by), "{error}");
    }
    for alpha in [0.0, 0.5, -0.1, f64::NAN] {
        let error = refused(&|request| request.alpha = alpha);
        assert!(matches!(error, ComparisonError::Alpha(_)), "{error}");
    }
    for target in [-1.0, 100.5, f64::NAN] {
        let error = refused(&|request| request.targets = TargetChoice::Same(target));
        assert!(matches!(error, ComparisonError::Target(_)), "{error}");
    }
    let error = refused(&|request| request.node = Node::Content("policy".parse().unwrap()));
    assert!(matches!(error, ComparisonError::UnknownNode { .. }), "{error}");
    let error = refused(&|request| request.before = Some(request.now.clone()));
    assert!(matches!(error, ComparisonError::SameAnswers), "{error}");
}

#[test]
fn waves_that_cannot_be_compared_are_refused() {
    let now = world(Population::Transaction, WITHOUT_DISTRICTS);
    let data = data(&sample());
    let mut households = world(Population::Household, WITHOUT_DISTRICTS);
    let id = "households".parse().unwrap();
    households.wave = households.wave.changed(|wave| wave.id = id).unwrap();
    let mut request = wards(&now, &data);
    request.before = Some(households.request(Data::Forms(&data), Grouping::Ward));
    let error = compare(&request).unwrap_err();
    assert!(matches!(error, ComparisonError::OtherPopulation { .. }), "{error}");

    let single: Arc<Instrument> = instrument("single");
    let rows = [single_row(Some(WARDS[0].1), None, [1, 2, 12, 55, 30])];
    let counts = Counts::new(single, 1, &rows).unwrap();
    let mut request = wards(&now, &data);
    request.now.data = Data::Counts(&counts);
    let error = compare(&request).unwrap_err();
    assert!(matches!(error, ComparisonError::NoStandardErrors(_)), "{error}");

    let counter = instrument("counter");
    let answers = counter.satisfaction_questions().count();
    let mut other = World::new(&counter, exact("m4"), WITHOUT_DISTRICTS);
    let id = "counter".parse().unwrap();
    other.wave = other.wave.changed(|wave| wave.id = id).unwrap();
    let mut list = sample();
    for form in &mut list {
        form.cells = vec![level(4); answers];
    }
    let other_data = forms(&counter, &list);
    let mut request = wards(&now, &data);
    request.before = Some(other.request(Data::Forms(&other_data), Grouping::Ward));
    let table = compare(&request).unwrap();
    assert_eq!(table.before.unwrap().breaks, [Break::Instrument]);
    request.node = Node::Item("overall_satisfaction".parse().unwrap());
    let known = counter.question(&"overall_satisfaction".parse().unwrap()).is_some();
    assert_eq!(compare(&request).is_ok(), known);
    request.before.as_mut().unwrap().data = Data::Forms(&data);
    let error = compare(&request).unwrap_err();
    let is_other = matches!(error, ComparisonError::Scoring(ScoringError::OtherInstrument { .. }));
    assert!(is_other, "{error}");
}

#[test]
fn the_order_of_answers_changes_nothing() {
    let world = world(Population::Transaction, WITHOUT_DISTRICTS);
    let list = sample();
    let mut turned: Vec<Form> = list.iter().rev().cloned().collect();
    for (form, original) in turned.iter_mut().zip(&list) {
        form.position = original.position;
    }
    let tables = [list, turned].map(|list| {
        let data = data(&list);
        compare(&wards(&world, &data)).unwrap()
    });
    assert_eq!(tables[0], tables[1]);
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn as_float(count: u64) -> f64 {
    count as f64
}
