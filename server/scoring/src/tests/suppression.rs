//! What is not shown, and what a table says beside its numbers.

use jiff::civil::date;
use survey_defs::analysis::{
    CountsSuppression, Detail, Filters, GroupKey, GroupScores, Grouping, ScoreCell, Suppression,
};
use survey_defs::counts::Cell;
use survey_defs::score::Node;
use survey_defs::wave::Channel;

use super::world::{
    WITHOUT_DISTRICTS, World, form, forms, instrument, keyed, level, method, single_row, unit,
};
use crate::{Counts, Data, Disclosure, Form, Request, score};

const TOO_FEW: ScoreCell = ScoreCell {
    n: None,
    counts: None,
    score: None,
    precision: None,
    caution: false,
    suppressed: Some(Suppression::TooFew),
    counts_suppressed: None,
};

#[test]
fn thirty_respondents_are_published_and_twenty_nine_are_not() {
    let single = instrument("single");
    let world = World::new(&single, method("t2b"), WITHOUT_DISTRICTS);
    for (n, min_n, shown) in
        [(29, 30, false), (30, 30, true), (1, 1, true), (29, 0, true), (0, 1, false), (0, 0, false)]
    {
        let valid = (1..).zip(vec![vec![level(4)]; n]);
        let mut all: Vec<_> = valid.map(|(position, cells)| form(position, cells)).collect();
        all.push(form(100, vec![Cell::NotApplicable]));
        let data = forms(&single, &all);
        let request = Request {
            disclosure: Disclosure { min_n, caution_n: 100, small: 1 },
            ..world.request(Data::Forms(&data), Grouping::Ward)
        };
        let table = score(&request).unwrap();
        assert_eq!((table.provenance.min_n, table.provenance.versions.data_position), (min_n, 100));
        for cell in &table.groups[0].cells {
            if shown {
                assert_eq!((cell.n, cell.score), (Some(n as u64), Some(100.0)));
                assert_eq!(cell.counts.unwrap().not_applicable, 1);
                assert_eq!(cell.suppressed, None);
            } else {
                assert_eq!(*cell, TOO_FEW, "{n} of {min_n}");
            }
        }
    }
    assert_eq!(Disclosure::PUBLISHED.min_n, 30);
}

#[test]
fn each_cell_is_judged_by_its_own_respondents() {
    let counter = instrument("counter");
    let n_items = counter.satisfaction_questions().count();
    let everything = vec![level(5); n_items];
    let mut little = vec![Cell::NoAnswer; n_items];
    little[1] = level(1);
    let all: Vec<_> = (1..=40)
        .map(|position| form(position, if position <= 29 { &everything } else { &little }.clone()))
        .collect();
    let data = forms(&counter, &all);
    let world = World::new(&counter, method("m5-factors"), WITHOUT_DISTRICTS);
    let request = Request {
        disclosure: Disclosure::PUBLISHED,
        ..world.request(Data::Forms(&data), Grouping::City)
    };
    let table = score(&request).unwrap();
    let asked = counter.satisfaction_questions().nth(1).unwrap();
    for (label, cell) in table.nodes.iter().zip(&table.groups[0].cells) {
        let is_answered_by_all = match &label.node {
            Node::Overall | Node::Content(_) => true,
            Node::Factor(id) => asked.factor.as_ref() == Some(id),
            Node::Item(id) => *id == asked.id,
        };
        if is_answered_by_all {
            assert_eq!(cell.n, Some(40), "{label:?}");
        } else {
            assert_eq!(*cell, TOO_FEW, "{label:?}");
        }
    }
}

#[test]
fn a_table_is_as_deep_as_asked_and_titled() {
    let counter = instrument("counter");
    let data = forms(&counter, &[]);
    let world = World::new(&counter, method("t2b"), WITHOUT_DISTRICTS);
    for (detail, n) in
        [(Detail::Overall, 1), (Detail::Content, 2), (Detail::Factor, 7), (Detail::Item, 13)]
    {
        let request = Request { detail, ..world.request(Data::Forms(&data), Grouping::City) };
        let table = score(&request).unwrap();
        assert_eq!(table.nodes.len(), n);
        assert_eq!(table.nodes[0].node, Node::Overall);
        assert!(table.nodes.iter().all(|label| !label.title.vi.is_empty()));
        assert_eq!(table.provenance.method.decimals, 2);
        assert_eq!(table.provenance.instrument, counter.reference());
    }
}

const BA_DINH: &str = "00004@2025-07-01";
const THANH_XUAN: &str = "00367@2025-07-01";
const DONG_DA: &str = "00235@2025-07-01";

/// Forms of units with the channel and the number of each, all of them content.
fn content(parts: &[(&str, Channel, usize)]) -> Vec<Form> {
    let each = parts.iter().flat_map(|part| std::iter::repeat_n(part, part.2));
    let of = |(position, (key, channel, _)): (u64, &(&str, Channel, usize))| Form {
        unit: unit(key),
        channel: *channel,
        ..form(position, vec![level(5)])
    };
    (1..).zip(each).map(of).collect()
}

fn published(forms_of_wave: &[Form], by: Grouping, filters: &Filters) -> Vec<GroupScores> {
    let single = instrument("single");
    let data = forms(&single, forms_of_wave);
    let world = World::new(&single, method("t2b"), WITHOUT_DISTRICTS);
    let request = Request {
        disclosure: Disclosure::PUBLISHED,
        filters: filters.clone(),
        ..world.request(Data::Forms(&data), by)
    };
    let table = score(&request).unwrap();
    for group in &table.groups {
        // One group alone tells no more than all of them.
        let alone = score(&Request { group: Some(&group.group.key), ..request.clone() }).unwrap();
        assert_eq!(alone.groups, std::slice::from_ref(group));
    }
    table.groups
}

fn reasons(groups: &[GroupScores]) -> Vec<(GroupKey, Option<Suppression>)> {
    groups.iter().map(|row| (row.group.key.clone(), row.cells[0].suppressed)).collect()
}

#[test]
fn a_small_ward_cannot_be_found_by_subtraction() {
    use Suppression::{Complementary, TooFew};
    let all = content(&[
        (BA_DINH, Channel::Kiosk, 40),
        (THANH_XUAN, Channel::Kiosk, 10),
        (DONG_DA, Channel::Kiosk, 400),
    ]);
    let everything = Filters::default();
    assert_eq!(reasons(&published(&all, Grouping::City, &everything)), keyed([("city", None)]));
    let wards = published(&all, Grouping::Ward, &everything);
    let expected = [(BA_DINH, Some(Complementary)), (DONG_DA, None), (THANH_XUAN, Some(TooFew))];
    assert_eq!(reasons(&wards), keyed(expected));
    // Each of these wards is all that there is of its former district.
    let districts = published(&all, Grouping::District, &everything);
    let reasons: Vec<_> = districts.iter().map(|row| row.cells[0].suppressed).collect();
    assert_eq!(reasons, [Some(Complementary), None, Some(TooFew)]);
}

#[test]
fn what_a_filter_leaves_out_is_not_small_either() {
    let all = content(&[
        (BA_DINH, Channel::Kiosk, 90),
        (BA_DINH, Channel::Link, 10),
        (THANH_XUAN, Channel::Kiosk, 90),
        (THANH_XUAN, Channel::Link, 90),
        (DONG_DA, Channel::Kiosk, 90),
        (DONG_DA, Channel::Link, 91),
    ]);
    let kiosk = Filters { channel: Some(Channel::Kiosk), ..Filters::default() };
    let found = published(&all, Grouping::Ward, &kiosk);
    let hidden = |key: &str| {
        let row = found.iter().find(|row| row.group.key == key).unwrap();
        row.cells[0].suppressed
    };
    assert_eq!(hidden(BA_DINH), Some(Suppression::TooFew), "100 in all without 90 are 10");
    let others = [hidden(THANH_XUAN), hidden(DONG_DA)];
    assert!(others.contains(&Some(Suppression::Complementary)), "{others:?}");
    assert!(others.contains(&None), "{others:?}");
    // Without the filter there is nothing to hide.
    let all = published(&all, Grouping::Ward, &Filters::default());
    assert!(all.iter().all(|row| row.cells[0].suppressed.is_none()));
}

#[test]
fn what_the_wave_hides_no_filter_shows() {
    let all = content(&[
        (BA_DINH, Channel::Kiosk, 60),
        (BA_DINH, Channel::Link, 60),
        (THANH_XUAN, Channel::Kiosk, 10),
        (DONG_DA, Channel::Kiosk, 100),
        (DONG_DA, Channel::Link, 100),
    ]);
    let wave = published(&all, Grouping::Ward, &Filters::default());
    let link = Filters { channel: Some(Channel::Link), ..Filters::default() };
    let filtered = published(&all, Grouping::Ward, &link);
    let of_ba_dinh = |rows: &[GroupScores]| {
        rows.iter().find(|row| row.group.key == BA_DINH).unwrap().cells[0].suppressed
    };
    assert_eq!(of_ba_dinh(&wave), Some(Suppression::Complementary));
    assert_eq!(of_ba_dinh(&filtered), Some(Suppression::Complementary));
}

#[test]
fn months_are_a_table_of_their_own() {
    let mut all = content(&[(BA_DINH, Channel::Kiosk, 300)]);
    for (form, day) in all.iter_mut().zip(std::iter::repeat_n(date(2026, 1, 5), 12)) {
        form.day = day;
    }
    for form in &mut all[12..100] {
        form.day = date(2026, 2, 5);
    }
    let months = published(&all, Grouping::Month, &Filters::default());
    let expected = [
        ("2026-01", Some(Suppression::TooFew)),
        ("2026-02", Some(Suppression::Complementary)),
        ("2026-03", None),
    ];
    assert_eq!(reasons(&months), keyed(expected));
}

#[test]
fn counts_of_a_handful_are_hidden_while_the_score_is_shown() {
    let mut all = content(&[(BA_DINH, Channel::Kiosk, 60), (THANH_XUAN, Channel::Kiosk, 200)]);
    all[3].cells = vec![level(1)];
    let wards = published(&all, Grouping::Ward, &Filters::default());
    let cells: Vec<&ScoreCell> = wards.iter().map(|row| &row.cells[0]).collect();
    assert_eq!((cells[0].n, cells[0].counts), (Some(60), None));
    assert_eq!(cells[0].counts_suppressed, Some(CountsSuppression::SmallCounts));
    assert!(cells[0].score.is_some() && cells[0].precision.is_some());
    assert_eq!(cells.iter().map(|cell| cell.caution).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn level_counts_are_judged_by_their_questions() {
    let single = instrument("single");
    let rows = [
        single_row(Some(BA_DINH), None, [0, 0, 0, 0, 20]),
        single_row(Some(THANH_XUAN), None, [0, 0, 0, 0, 50]),
        single_row(Some(DONG_DA), None, [0, 0, 0, 0, 500]),
    ];
    let data = Counts::new(single.clone(), 1, &rows).unwrap();
    let world = World::new(&single, method("t2b"), WITHOUT_DISTRICTS);
    let request = Request {
        disclosure: Disclosure::PUBLISHED,
        ..world.request(Data::Counts(&data), Grouping::Ward)
    };
    let table = score(&request).unwrap();
    for (row, expected) in
        table.groups.iter().zip([Some(Suppression::TooFew), None, Some(Suppression::Complementary)])
    {
        assert!(row.cells.iter().all(|cell| cell.suppressed == expected), "{row:?}");
        assert!(row.cells.iter().all(|cell| cell.precision.is_none()));
    }
}

#[test]
fn the_institute_sees_everything() {
    let single = instrument("single");
    let mut all = content(&[(BA_DINH, Channel::Kiosk, 2), (THANH_XUAN, Channel::Link, 1)]);
    all[0].cells = vec![level(1)];
    let data = forms(&single, &all);
    let world = World::new(&single, method("t2b"), WITHOUT_DISTRICTS);
    for channel in [None, Some(Channel::Kiosk)] {
        let filters = Filters { channel, ..Filters::default() };
        let request = world.request(Data::Forms(&data), Grouping::Ward);
        let table = score(&Request { filters, ..request }).unwrap();
        for cell in table.groups.iter().flat_map(|row| &row.cells) {
            assert!(cell.suppressed.is_none() && cell.counts.is_some() && cell.caution);
        }
    }
}
