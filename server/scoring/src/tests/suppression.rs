//! What is not shown, and what a table says beside its numbers.

use survey_defs::api::{Detail, Grouping, ScoreCell, Suppression};
use survey_defs::counts::Cell;
use survey_defs::score::Node;

use super::world::{WITHOUT_DISTRICTS, World, form, forms, instrument, level, method};
use crate::{Data, Disclosure, Request, score};

const TOO_FEW: ScoreCell =
    ScoreCell { n: None, counts: None, score: None, suppressed: Some(Suppression::TooFew) };

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
            disclosure: Disclosure { min_n },
            ..world.request(Data::Forms(&data), Grouping::Ward)
        };
        let table = score(&request).unwrap();
        assert_eq!((table.min_n, table.data_position), (min_n, 100));
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
        assert_eq!(table.method.decimals, 2);
        assert_eq!(table.instrument, counter.reference());
    }
}
