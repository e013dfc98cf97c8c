//! Old units on the units of another day.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, date};
use survey_defs::analysis::{
    Break, Grouping, SeriesBounds, SeriesCell, SeriesGroup, SeriesTable, Suppression,
};
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::UnitCode;
use survey_defs::instrument::Instrument;
use survey_defs::method::Method;
use survey_defs::score::Node;
use survey_defs::unit::{Gazetteer, Level, UnitKey};
use survey_defs::wave::Channel;

use super::world::{
    WITH_DISTRICTS, WITHOUT_DISTRICTS, World, changed, form, forms, instrument, is_close, level,
    method, single_row, unit,
};
use crate::series::{Frame, Point, PointRequest, point, table};
use crate::weighting::real;
use crate::{Counts, Data, Disclosure, Form, Request, ScoringError, score};

/// The key of a commune of 2024.
fn old(code: &str) -> UnitKey {
    let code = UnitCode::new(code).unwrap();
    Gazetteer::hanoi().on(&code, WITH_DISTRICTS).unwrap().key.clone()
}

/// So many forms of a unit, of which the first some have level 5 and the others level 2; in five
/// sampling units of a stratum of its own.
fn answers(all: &mut Vec<Form>, unit: &UnitKey, (n, satisfied): (usize, usize)) {
    for place in 0..n {
        let position = all.len() as u64 + 1;
        let given = level(if place < satisfied { 5 } else { 2 });
        all.push(Form {
            unit: unit.clone(),
            stratum: format!("of {unit}"),
            psu: format!("{} of {unit}", place % 5),
            ..form(position, vec![given])
        });
    }
}

fn on_day(request: Request<'_>, geography: Date) -> Result<Point, ScoringError> {
    point(&PointRequest { scores: request, node: &Node::Overall, geography, period_title: None })
}

fn side_by_side(by: Grouping, points: Vec<Point>) -> SeriesTable {
    let frame = Frame { by, geography: WITHOUT_DISTRICTS };
    table(frame, points).unwrap()
}

/// The scores of forms of 2024 on the wards of today.
fn bridged(all: &[Form], disclosure: Disclosure) -> SeriesTable {
    let single = instrument("single");
    let world = World::new(&single, method("t2b"), WITH_DISTRICTS);
    let data = forms(&single, all);
    let request = Request { disclosure, ..world.request(Data::Forms(&data), Grouping::Ward) };
    side_by_side(Grouping::Ward, vec![on_day(request, WITHOUT_DISTRICTS).unwrap()])
}

fn row<'a>(table: &'a SeriesTable, key: &str) -> &'a SeriesGroup {
    table.groups.iter().find(|one| one.group.key == key).unwrap()
}

fn precise(method: &Method) -> Method {
    changed(method, |definition| definition.rounding.decimals = 6)
}

#[test]
fn a_merger_is_scored_as_if_its_parts_had_been_one_unit() {
    let ward_form = instrument("ward");
    let n_items = ward_form.satisfaction_questions().count();
    let today = unit("00382@2025-07-01");
    let parts = ["00382", "00397", "00415"].map(old);
    let of_2024: Vec<Form> = (1..=90)
        .map(|position: u64| Form {
            unit: parts[usize::try_from(position % 7 % 3).unwrap()].clone(),
            stratum: format!("s{}", position % 2),
            psu: format!("s{} p{}", position % 2, position % 16),
            weight: 1.0 + real(position % 5),
            ..form(
                position,
                (0..n_items as u64)
                    .map(|item| {
                        level(
                            u8::try_from(1 + (position * position + item * position / 3) % 5)
                                .unwrap(),
                        )
                    })
                    .collect(),
            )
        })
        .collect();
    let directly: Vec<Form> =
        of_2024.iter().map(|form| Form { unit: today.clone(), ..form.clone() }).collect();
    for id in ["t2b", "m4-statements", "m5-factors"] {
        let method = precise(&method(id));
        let cell = |all: &[Form], geography: Date| {
            let world = World::new(&ward_form, method.clone(), geography);
            let data = forms(&ward_form, all);
            let request = world.request(Data::Forms(&data), Grouping::Ward);
            let table =
                side_by_side(Grouping::Ward, vec![on_day(request, WITHOUT_DISTRICTS).unwrap()]);
            assert_eq!(table.groups.len(), 1);
            assert_eq!(table.points[0].bridged, geography == WITH_DISTRICTS);
            assert_eq!(table.assumption, None);
            row(&table, "00382@2025-07-01").cells[0]
        };
        let (merged, direct) = (cell(&of_2024, WITH_DISTRICTS), cell(&directly, WITHOUT_DISTRICTS));
        assert_eq!((merged.n, merged.bounds, merged.assumed), (Some(90), None, 0.0));
        assert!(is_close(merged.score.unwrap(), direct.score.unwrap(), 1e-6), "{id}");
        let (merged, direct) = (merged.precision.unwrap(), direct.precision.unwrap());
        assert_eq!(merged.df, direct.df);
        assert!(direct.se > 0.1);
        for (one, other) in [
            (merged.se, direct.se),
            (merged.ci_low, direct.ci_low),
            (merged.ci_high, direct.ci_high),
        ] {
            assert!(is_close(one, other, 1e-6), "{id}: {one} {other}");
        }
    }
}

#[test]
fn a_divided_unit_counts_half_in_each_and_has_bounds() {
    // 00007 went to 00008 and 00025; all of 00006 went to 00008.
    let mut all = Vec::new();
    answers(&mut all, &old("00007"), (10, 4));
    answers(&mut all, &old("00006"), (5, 5));
    let table = bridged(&all, Disclosure::INTERNAL);
    assert!(table.assumption.is_some());
    assert_eq!(table.groups.len(), 2);
    // (½ × 4 + 5) ÷ (½ × 10 + 5); if nobody came, 5 ÷ 5; if all came, 9 ÷ 15.
    let both = row(&table, "00008@2025-07-01").cells[0];
    assert_eq!((both.n, both.score, both.assumed), (Some(15), Some(70.0), 0.5));
    assert_eq!(both.bounds, Some(SeriesBounds { low: 60.0, high: 100.0 }));
    let one = row(&table, "00025@2025-07-01").cells[0];
    assert_eq!((one.n, one.score, one.assumed), (Some(10), Some(40.0), 1.0));
    assert_eq!(one.bounds, Some(SeriesBounds { low: 40.0, high: 40.0 }));
    // The influence of each form of 00007 is (p − 0.7) × ½ ÷ 10, of 00006 (1 − 0.7) ÷ 10; there are
    // two forms in each sampling unit of the one, one in each of the other.
    let satisfied = [1.0, 1.0, 1.0, 1.0, 0.0];
    let psus = satisfied.map(|p| (p - 2.0 * 0.7) * 0.05);
    let mean = psus.iter().sum::<f64>() / 5.0;
    let variance: f64 = psus.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>() * 5.0 / 4.0;
    let precision = both.precision.unwrap();
    assert!((precision.se - 100.0 * variance.sqrt()).abs() < 0.005 + 1e-9, "{precision:?}");
    assert_eq!(precision.df, 8);
}

#[test]
fn post_stratified_units_are_added_up_by_their_dossiers() {
    let units = [(old("00007"), 400, 0.5), (old("00006"), 100, 1.0)];
    let mut all = Vec::new();
    answers(&mut all, &units[0].0, (20, 7));
    answers(&mut all, &units[1].0, (15, 13));
    let row = |(unit, dossiers, _): &(UnitKey, u64, f64)| DossierCount {
        unit: unit.clone(),
        procedure_group: None,
        dossiers: *dossiers,
    };
    let dossiers = DossierCounts { version: 1, rows: units.iter().map(row).collect() };
    let single = instrument("single");
    let world = World::new(&single, precise(&method("t2b")), WITH_DISTRICTS);
    let data = forms(&single, &all);
    let request =
        Request { dossiers: Some(&dossiers), ..world.request(Data::Forms(&data), Grouping::Ward) };
    let ordinary = score(&request).unwrap();
    let series = on_day(request, WITHOUT_DISTRICTS).unwrap();
    let series = side_by_side(Grouping::Ward, vec![series]);
    // A weighted mean of independent scores, because the weights are known.
    let weight = |(_, dossiers, share): &(UnitKey, u64, f64)| real(*dossiers) * share;
    let whole: f64 = units.iter().map(weight).sum();
    let (mut expected, mut variance) = (0.0, 0.0);
    for unit in &units {
        let key = unit.0.to_string();
        let cell = ordinary.groups.iter().find(|row| row.group.key == *key).unwrap().cells[0];
        expected += weight(unit) / whole * cell.score.unwrap();
        variance += (weight(unit) / whole * cell.precision.unwrap().se).powi(2);
    }
    let cell = self::row(&series, "00008@2025-07-01").cells[0];
    assert!(is_close(cell.score.unwrap(), expected, 1e-6), "{cell:?} {expected}");
    assert!(is_close(cell.precision.unwrap().se, variance.sqrt(), 1e-6), "{cell:?} {variance}");
    assert!(is_close(cell.assumed, 200.0 / 300.0, 1e-4), "{cell:?}");
}

#[test]
fn units_that_did_not_change_have_the_ordinary_table() {
    let counter = instrument("counter");
    let n_items = counter.satisfaction_questions().count();
    let wards = Gazetteer::hanoi().units_on(Level::Commune, WITHOUT_DISTRICTS);
    let mut all = Vec::new();
    for (place, ward) in wards.iter().take(12).enumerate() {
        for number in 0..(10 + 9 * place) {
            let position = all.len() as u64 + 1;
            let given = (number * 7 + place) % 5 + 1;
            all.push(Form {
                unit: ward.key.clone(),
                psu: format!("{} of {place}", number % 4),
                stratum: place.to_string(),
                ..form(position, vec![level(u8::try_from(given).unwrap()); n_items])
            });
        }
    }
    let data = forms(&counter, &all);
    let world = World::new(&counter, method("t2b"), WITHOUT_DISTRICTS);
    for by in [Grouping::City, Grouping::District, Grouping::Ward] {
        let disclosure = Disclosure::PUBLISHED;
        let request = Request { disclosure, ..world.request(Data::Forms(&data), by) };
        let ordinary = score(&request).unwrap();
        let series = side_by_side(by, vec![on_day(request, WITHOUT_DISTRICTS).unwrap()]);
        assert_eq!(series.groups.len(), ordinary.groups.len());
        assert!(by == Grouping::City || ordinary.groups.iter().any(|row| row.cells[0].n.is_none()));
        for (one, other) in series.groups.iter().zip(&ordinary.groups) {
            let cell = other.cells[0];
            assert_eq!(one.group, other.group);
            let expected = SeriesCell {
                n: cell.n,
                score: cell.score,
                precision: cell.precision,
                bounds: None,
                assumed: 0.0,
                caution: cell.caution,
                suppressed: cell.suppressed,
            };
            assert_eq!(one.cells, [expected], "{by} {}", one.group.key);
            assert!(one.cells[0].assumed.is_sign_positive());
        }
        assert_eq!(
            (series.points[0].bridged, series.points[0].forms),
            (false, Some(all.len() as u64))
        );
    }
}

#[test]
fn every_commune_of_2024_is_somewhere_today() {
    let communes = Gazetteer::hanoi().units_on(Level::Commune, WITH_DISTRICTS);
    // What is satisfied in all wards together is what was satisfied in all communes.
    let rows: Vec<_> = communes
        .iter()
        .zip(1..)
        .map(|(unit, n)| single_row(Some(&unit.key.to_string()), None, [n % 5, 0, 0, 0, 1 + n % 7]))
        .collect();
    let single = instrument("single");
    let counts = Counts::new(Arc::clone(&single), 1, &rows).unwrap();
    let world = World::new(&single, precise(&method("t2b")), WITH_DISTRICTS);
    let request = world.request(Data::Counts(&counts), Grouping::Ward);
    let series = on_day(request, WITHOUT_DISTRICTS).unwrap();
    let series = side_by_side(Grouping::Ward, vec![series]);
    assert_eq!(series.groups.len(), 126);
    assert_eq!(series.points[0].left_out, []);
    assert!(series.groups.iter().all(|row| row.cells[0].precision.is_none()));
    let mut weights: BTreeMap<String, f64> = BTreeMap::new();
    let mut old_sums = (0.0, 0.0);
    for row in &rows {
        let weight = real(row.counts.n());
        old_sums = (old_sums.0 + weight, old_sums.1 + real(row.counts.levels[4]));
        for share in Gazetteer::hanoi().apportion(row.unit.as_ref().unwrap(), WITHOUT_DISTRICTS) {
            *weights.entry(share.unit.to_string()).or_default() += share.assumed * weight;
        }
    }
    let mut sums = (0.0, 0.0);
    for row in &series.groups {
        let cell = row.cells[0];
        let (weight, score) = (weights[&row.group.key.to_string()], cell.score.unwrap());
        sums = (sums.0 + weight, sums.1 + weight * score / 100.0);
        if let Some(SeriesBounds { low, high }) = cell.bounds {
            assert!(low <= score && score <= high && cell.assumed > 0.0, "{row:?}");
        }
    }
    assert!(is_close(sums.0, old_sums.0, 1e-9), "{sums:?} {old_sums:?}");
    assert!(is_close(sums.1, old_sums.1, 1e-6), "{sums:?} {old_sums:?}");
}

#[test]
fn a_union_with_a_hidden_unit_is_hidden() {
    let hidden = |sizes: [usize; 3]| {
        let mut all = Vec::new();
        for (code, n) in ["00382", "00397", "00415"].into_iter().zip(sizes) {
            answers(&mut all, &old(code), (n, n / 2));
        }
        // Another unit of the district, so that the whole does not give a part away.
        answers(&mut all, &old("00367"), (200, 100));
        let published = row(&bridged(&all, Disclosure::PUBLISHED), "00382@2025-07-01").cells[0];
        let internal = row(&bridged(&all, Disclosure::INTERNAL), "00382@2025-07-01").cells[0];
        assert_eq!(internal.n, Some(sizes.iter().sum::<usize>() as u64));
        if published.suppressed.is_some() {
            let empty = SeriesCell { suppressed: published.suppressed, ..SeriesCell::default() };
            assert_eq!(published, empty);
        }
        published.suppressed
    };
    assert_eq!(hidden([40, 50, 60]), None);
    assert_eq!(hidden([40, 50, 29]), Some(Suppression::Complementary));
    assert_eq!(hidden([9, 9, 9]), Some(Suppression::TooFew));
    assert_eq!(hidden([40, 0, 60]), None);
}

#[test]
fn averaged_statements_are_shown_only_if_each_is() {
    let ward_form = instrument("ward");
    let n_items = ward_form.satisfaction_questions().count();
    // One statement has too few answers in one of the units.
    let mut all = Vec::new();
    for code in ["00382", "00397", "00415", "00367"] {
        for number in 0..60 {
            let mut cells = vec![level(if number % 3 == 0 { 2 } else { 5 }); n_items];
            if code == "00397" && number >= 10 {
                cells[1] = survey_defs::counts::Cell::NoAnswer;
            }
            let position = all.len() as u64 + 1;
            all.push(Form { unit: old(code), ..form(position, cells) });
        }
    }
    let data = forms(&ward_form, &all);
    for (id, suppressed) in [("t2b", None), ("t2b-statements", Some(Suppression::Complementary))] {
        let world = World::new(&ward_form, method(id), WITH_DISTRICTS);
        let request = Request {
            disclosure: Disclosure::PUBLISHED,
            ..world.request(Data::Forms(&data), Grouping::Ward)
        };
        let point = on_day(request, WITHOUT_DISTRICTS).unwrap();
        let series = side_by_side(Grouping::Ward, vec![point]);
        assert_eq!(row(&series, "00382@2025-07-01").cells[0].suppressed, suppressed, "{id}");
    }
}

#[test]
fn agencies_are_merged_whole() {
    let mut all = Vec::new();
    answers(&mut all, &unit("SNV@2024-01-01"), (10, 10));
    answers(&mut all, &unit("SLDTBXH@2024-01-01"), (30, 0));
    answers(&mut all, &unit("SYT@2024-01-01"), (8, 2));
    answers(&mut all, &old("00007"), (3, 3));
    let single = instrument("single");
    let world = World::new(&single, method("t2b"), WITH_DISTRICTS);
    let data = forms(&single, &all);
    let request = world.request(Data::Forms(&data), Grouping::Agency);
    let series = side_by_side(Grouping::Agency, vec![on_day(request, WITHOUT_DISTRICTS).unwrap()]);
    let cells: Vec<_> = series
        .groups
        .iter()
        .map(|row| (row.group.key.clone(), row.cells[0].n.unwrap(), row.cells[0].score.unwrap()))
        .collect();
    let [snv, syt] = ["SNV@2025-03-01", "SYT@2024-01-01"].map(|key| key.parse().unwrap());
    assert_eq!(cells, [(snv, 40, 25.0), (syt, 8, 25.0)]);
    assert!(series.points[0].bridged);
}

#[test]
fn units_that_no_way_leads_from_are_named() {
    let mut all = Vec::new();
    answers(&mut all, &unit("00004@2025-07-01"), (10, 4));
    let single = instrument("single");
    let world = World::new(&single, method("t2b"), WITH_DISTRICTS);
    let data = forms(&single, &all);
    let request = world.request(Data::Forms(&data), Grouping::Ward);
    let series = side_by_side(Grouping::Ward, vec![on_day(request, WITH_DISTRICTS).unwrap()]);
    assert_eq!(series.groups, []);
    assert_eq!(series.points[0].left_out.len(), 1);
    assert_eq!(series.points[0].left_out[0].name.vi, "Phường Ba Đình");
}

/// A point of one form of Quận Ba Đình per channel.
fn simple_point(
    instrument: &Arc<Instrument>,
    method: &Method,
    (by, geography): (Grouping, Date),
    channels: &[Channel],
) -> Point {
    let n_items = instrument.satisfaction_questions().count();
    let unit = Gazetteer::hanoi().on(&UnitCode::new("00004").unwrap(), geography).unwrap();
    let one = |(position, channel): (u64, &Channel)| Form {
        unit: unit.key.clone(),
        channel: *channel,
        ..form(position, vec![level(5); n_items])
    };
    let all: Vec<Form> = (1..).zip(channels).map(one).collect();
    let data = forms(instrument, &all);
    let world = World::new(instrument, method.clone(), geography);
    on_day(world.request(Data::Forms(&data), by), WITHOUT_DISTRICTS).unwrap()
}

#[test]
fn every_step_says_what_changed() {
    let (single, ward_form) = (instrument("single"), instrument("ward"));
    let (t2b, m4) = (method("t2b"), method("m4"));
    let kiosk = [Channel::Kiosk; 5];
    let mixed = [Channel::Kiosk, Channel::Kiosk, Channel::Kiosk, Channel::Kiosk, Channel::Link];
    let links = [Channel::Link; 5];
    for by in [Grouping::City, Grouping::District, Grouping::Ward] {
        let table = side_by_side(
            by,
            vec![
                simple_point(&single, &t2b, (by, WITH_DISTRICTS), &kiosk),
                // A fifth of the forms by another channel is no break, more is one.
                simple_point(&single, &t2b, (by, WITH_DISTRICTS), &mixed),
                simple_point(&single, &m4, (by, WITH_DISTRICTS), &links),
                simple_point(&single, &m4, (by, date(2026, 1, 1)), &links),
                simple_point(&single, &m4, (by, WITHOUT_DISTRICTS), &links),
                simple_point(&ward_form, &m4, (by, WITHOUT_DISTRICTS), &kiosk),
            ],
        );
        let breaks: Vec<(usize, Vec<Break>)> =
            table.breaks.iter().map(|one| (one.after, one.kinds.clone())).collect();
        let mut expected = vec![
            (1, vec![Break::Method, Break::Channels]),
            (2, vec![Break::Geography]),
            (4, vec![Break::Instrument, Break::Channels]),
        ];
        if by == Grouping::City {
            expected.remove(1);
        }
        assert_eq!(breaks, expected, "{by}");
        let approximate: Vec<bool> =
            table.points.iter().map(|point| point.approximate_groups).collect();
        let is_district = by == Grouping::District;
        assert_eq!(approximate, [[false; 3], [is_district; 3]].concat());
        if by != Grouping::Ward {
            assert_eq!(table.groups.len(), 1, "{by}: the keys are the same before and after");
            assert!(table.groups[0].cells.iter().all(|cell| cell.score == Some(100.0)));
        }
    }
}

#[test]
fn a_point_without_the_node_is_empty_and_a_node_of_none_is_no_table() {
    let (single, ward_form) = (instrument("single"), instrument("ward"));
    let factor = Node::Factor(survey_defs::ids::FactorId::new("officials").unwrap());
    let data_of = |instrument: &Arc<Instrument>| {
        let n_items = instrument.satisfaction_questions().count();
        forms(instrument, &[form(1, vec![level(4); n_items])])
    };
    let point_of = |instrument: &Arc<Instrument>, node: &Node| {
        let world = World::new(instrument, method("t2b"), WITHOUT_DISTRICTS);
        let data = data_of(instrument);
        let scores = world.request(Data::Forms(&data), Grouping::Ward);
        point(&PointRequest { scores, node, geography: WITHOUT_DISTRICTS, period_title: None })
            .unwrap()
    };
    let both = side_by_side(
        Grouping::Ward,
        vec![point_of(&ward_form, &factor), point_of(&single, &factor)],
    );
    assert_eq!(both.node.node, factor);
    assert_eq!(both.groups[0].cells[0].score, Some(100.0));
    assert_eq!(both.groups[0].cells[1], SeriesCell::default());
    assert_eq!(both.breaks[0].kinds, [Break::Instrument]);

    let frame = Frame { by: Grouping::Ward, geography: WITHOUT_DISTRICTS };
    let none = table(frame, vec![point_of(&single, &factor)]);
    assert_eq!(none, None);
}
