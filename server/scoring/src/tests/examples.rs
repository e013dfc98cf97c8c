//! Numbers that can be checked with a pocket calculator or in a publication.

use jiff::civil::{Date, date};
use survey_defs::analysis::{Detail, GroupKey, Grouping, ScoreTable};
use survey_defs::counts::Cell;

use super::world::{
    WITHOUT_DISTRICTS, World, changed, counts, estimates, form, forms, instrument, is_close, keyed,
    level, method, single_row,
};
use crate::{Counts, Data, Form, Forms, Request, score};

/// Level counts published by a British public service, with the percentages that it printed.
const OPG: &str = include_str!("../../../../tests/fixtures/oracle/opg_counts.csv");

fn overall(table: &ScoreTable) -> Vec<(GroupKey, f64)> {
    let overall = |cells: &[survey_defs::analysis::ScoreCell]| cells[0].score.unwrap();
    table.groups.iter().map(|row| (row.group.key.clone(), overall(&row.cells))).collect()
}

#[test]
fn the_three_conversions_of_one_distribution() {
    let single = instrument("single");
    let levels = [(1, 1), (2, 2), (3, 12), (4, 55), (5, 30)];
    let cells = levels.into_iter().flat_map(|(number, n)| vec![vec![level(number)]; n]);
    let all: Vec<_> = (1..).zip(cells).map(|(position, cells)| form(position, cells)).collect();
    let data = forms(&single, &all);
    for (id, percent) in [("t2b", 85.0), ("m5", 82.2), ("m4", 77.75)] {
        let world = World::new(&single, method(id), WITHOUT_DISTRICTS);
        let table = score(&world.request(Data::Forms(&data), Grouping::City)).unwrap();
        assert_eq!(overall(&table), keyed([("city", percent)]), "{id}");
        let cell = table.groups[0].cells[0];
        assert_eq!((cell.n, cell.counts), (Some(100), Some(counts([1, 2, 12, 55, 30]))));
    }
}

#[test]
fn the_percentages_that_a_public_service_printed() {
    let single = instrument("single");
    let rows = OPG.lines().skip(1).map(|line| -> (String, f64, Date, [u64; 5]) {
        let fields: Vec<&str> = line.split(',').collect();
        let levels: Vec<u64> = fields[1..6].iter().map(|field| field.parse().unwrap()).collect();
        let month = format!("{}-01", fields[0]).parse().unwrap();
        (fields[0].to_owned(), fields[6].parse().unwrap(), month, levels.try_into().unwrap())
    });
    let published: Vec<_> = rows.collect();
    assert_eq!(published.len(), 6);
    let rows: Vec<_> = published
        .iter()
        .map(|(_, _, month, levels)| single_row(None, Some(*month), *levels))
        .collect();
    let data = Counts::new(single.clone(), 6, &rows).unwrap();

    let to_the_percent = changed(&method("m4"), |method| method.rounding.decimals = 0);
    let world = World::new(&single, to_the_percent, date(2024, 5, 31));
    let table = score(&world.request(Data::Counts(&data), Grouping::Month)).unwrap();
    let expected: Vec<(&str, f64)> =
        published.iter().map(|(month, percent, ..)| (month.as_str(), *percent)).collect();
    assert_eq!(overall(&table), keyed(expected));
}

#[test]
fn forms_with_too_few_answers_count_nowhere_but_their_group_stays() {
    let ward = instrument("ward");
    let n_items = ward.satisfaction_questions().count();
    let cells = |answered: usize, asked: usize| -> Vec<Cell> {
        let mut cells = vec![Cell::NotAsked; n_items];
        cells[..asked].fill(Cell::NoAnswer);
        cells[..answered].fill(level(5));
        cells
    };
    let world = |share| {
        let method = changed(&method("t2b"), |method| {
            method.missing.min_answered_share = share;
        });
        World::new(&ward, method, WITHOUT_DISTRICTS)
    };
    for (answered, asked, share, kept) in [
        (4, 9, 0.5, false),
        (4, 8, 0.5, true),
        (5, 9, 0.5, true),
        (8, 9, 1.0, false),
        (9, 9, 1.0, true),
        (0, 0, 1.0, true),
    ] {
        let data = forms(&ward, &[form(1, cells(answered, asked))]);
        let world = world(share);
        let request = Request {
            detail: Detail::Overall,
            ..world.request(Data::Forms(&data), Grouping::Ward)
        };
        let table = score(&request).unwrap();
        assert_eq!(table.groups.len(), 1, "{answered} of {asked}");
        let n = (kept && answered > 0).then_some(1);
        assert_eq!(table.groups[0].cells[0].n, n, "{answered} of {asked} at {share}");
    }
}

#[test]
fn more_forms_than_one_task_takes() {
    let single = instrument("single");
    let mut data = Forms::new(single.clone());
    let n: u64 = 270_000;
    let of = |position: u64| Form {
        // Long runs, short runs, and weights that are the same or not.
        psu: format!("p{}", if position < 200_000 { position / 1_000 } else { position % 7 }),
        weight: if position < 100_000 {
            2.0
        } else {
            [0.5, 1.5][usize::from(position.is_multiple_of(2))]
        },
        ..form(position, vec![level(u8::try_from(1 + position % 5).unwrap())])
    };
    for first in (1..=n).step_by(10_000) {
        let forms: Vec<Form> = (first..=n.min(first + 9_999)).map(of).collect();
        data.append(&forms).unwrap();
    }
    let world = World::new(&single, method("m4"), WITHOUT_DISTRICTS);
    let found = estimates(&world.request(Data::Forms(&data), Grouping::City)).unwrap().remove(0);
    assert_eq!(found.scores[0].counts.levels, [54_000; 5]);
    assert_eq!(found.scores[0].n, n);
    let (mut points, mut weights) = (0.0, 0.0);
    for form in (1..=n).map(of) {
        weights += form.weight;
        points += form.weight * 25.0 * f64::from(u32::try_from(form.position % 5).unwrap());
    }
    let score = found.scores[0].score.unwrap();
    assert!(is_close(score, points / weights, 1e-12), "{score} instead of {}", points / weights);
    assert_eq!(found.precision[0].unwrap().df, 199);
}
