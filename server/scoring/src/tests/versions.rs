//! Two versions of an instrument side by side: what the comparability map says is said.

use std::sync::Arc;

use survey_defs::analysis::{
    Break, ChangeVerdict, ChangedStatement, ComparisonTable, Grouping, SeriesTable,
    StatementChange, Tabular,
};
use survey_defs::instrument::{Continuity, Definition, Instrument, embedded_version};
use survey_defs::score::Node;

use super::world::{WITHOUT_DISTRICTS, World, form, forms, level, method};
use crate::series::{Frame, PointRequest, point, table};
use crate::{ComparisonRequest, Data, Form, Forms, TargetChoice, compare};

/// One side: a version, and answers to it around some level.
struct Side {
    world: World,
    data: Forms,
}

impl Side {
    fn new(name: &str, instrument: Instrument, around: u8) -> Self {
        let instrument = Arc::new(instrument);
        let n_items = instrument.satisfaction_questions().count();
        let one = |number: u64| {
            let given = around - u8::from(number * number % 7 < number % 5);
            Form {
                psu: format!("p{}", number % 10),
                ..form(number + 1, vec![level(given); n_items])
            }
        };
        let data = forms(&instrument, &(0..60).map(one).collect::<Vec<_>>());
        let mut world = World::new(&instrument, method("m4"), WITHOUT_DISTRICTS);
        let id = name.parse().unwrap();
        world.wave = world.wave.changed(|wave| wave.id = id).unwrap();
        Self { world, data }
    }
}

/// The comparison and the series of a node, from the first side to the second.
fn both(sides: [&Side; 2], node: &str) -> (ComparisonTable, SeriesTable) {
    let node: Node = node.parse().unwrap();
    let [before, now] =
        sides.map(|side| side.world.request(Data::Forms(&side.data), Grouping::Ward));
    let points = [&before, &now].map(|request| {
        let scores = request.clone();
        let geography = WITHOUT_DISTRICTS;
        point(&PointRequest { scores, node: &node, geography, period_title: None }).unwrap()
    });
    let frame = Frame { by: Grouping::Ward, geography: WITHOUT_DISTRICTS };
    let series = table(frame, points.into()).unwrap();
    let targets = TargetChoice::Same(80.0);
    let request = ComparisonRequest { now, before: Some(before), node, targets, alpha: 0.05 };
    (compare(&request).unwrap(), series)
}

/// Both must say the same of a step.
fn said(tables: &(ComparisonTable, SeriesTable)) -> (Vec<Break>, Vec<ChangedStatement>) {
    let (comparison, series) = tables;
    let before = comparison.before.as_ref().unwrap();
    assert_eq!(series.breaks.len(), 1);
    assert_eq!(series.breaks[0].kinds, before.breaks);
    assert_eq!(series.breaks[0].statements, before.statements);
    (before.breaks.clone(), before.statements.clone())
}

fn verdicts(comparison: &ComparisonTable) -> [Option<ChangeVerdict>; 2] {
    let group = comparison.groups[0].change.map(|change| change.verdict);
    [group, comparison.reference.change.map(|change| change.verdict)]
}

fn changes(statements: &[ChangedStatement]) -> Vec<(&str, StatementChange, bool)> {
    let one = |one: &ChangedStatement| (one.change, one.reason.is_some());
    statements
        .iter()
        .map(|statement| {
            let (change, is_explained) = one(statement);
            (statement.item.as_str(), change, is_explained)
        })
        .collect()
}

fn version(id: &str, version: u32) -> Instrument {
    embedded_version(id, version).unwrap()
}

#[test]
fn statements_that_are_the_same_are_compared_with_the_break_of_the_instrument_alone() {
    let sides = [("then", 1, 3), ("now", 2, 5)];
    let [then, now] =
        sides.map(|(name, one, level)| Side::new(name, version("national", one), level));
    for node in ["overall", "factor:access", "content:policy", "item:access_signs"] {
        let tables = both([&then, &now], node);
        assert_eq!(said(&tables), (vec![Break::Instrument], Vec::new()), "{node}");
        assert_eq!(verdicts(&tables.0), [Some(ChangeVerdict::Up); 2], "{node}");
    }
}

#[test]
fn statements_under_other_words_continue_and_say_so() {
    let [then, now] = [("then", 1, 3), ("now", 2, 5)]
        .map(|(name, one, level)| Side::new(name, version("counter", one), level));
    let statements = ["access", "procedures", "officials", "results", "feedback"]
        .map(|one| format!("{one}_overall"));
    for (node, expected) in [
        ("overall", &statements[..]),
        ("factor:access", &statements[..1]),
        ("item:access_overall", &statements[..1]),
        ("item:overall_satisfaction", &[]),
    ] {
        let tables = both([&then, &now], node);
        let (breaks, changed) = said(&tables);
        assert_eq!(breaks, [Break::Instrument], "{node}");
        let expected: Vec<_> =
            expected.iter().map(|item| (item.as_str(), StatementChange::Continues, true)).collect();
        assert_eq!(changes(&changed), expected, "{node}");
        assert_eq!(verdicts(&tables.0), [Some(ChangeVerdict::Up); 2], "{node}");
    }
}

#[test]
fn a_statement_that_continues_is_compared_with_its_reason() {
    let [then, now] = [("then", 1, 3), ("now", 2, 5)]
        .map(|(name, one, level)| Side::new(name, version("ward", one), level));
    let tables = both([&then, &now], "item:officials_polite");
    let (breaks, statements) = said(&tables);
    assert_eq!(breaks, [Break::Instrument]);
    assert_eq!(changes(&statements), [("officials_polite", StatementChange::Continues, true)]);
    assert_eq!(verdicts(&tables.0), [Some(ChangeVerdict::Up); 2]);
    let notes = [tables.0.overview().notes, tables.1.overview().notes];
    for notes in notes {
        let told = notes.iter().any(|note| {
            note.en.contains("changed, and continues. Both ask about politeness")
                && note.vi.contains("Công chức có thái độ giao tiếp lịch sự")
        });
        assert!(told, "{notes:?}");
    }
}

#[test]
fn a_node_of_other_statements_is_compared_with_all_that_is_not_the_same() {
    let [then, now] = [("then", 1, 3), ("now", 2, 5)]
        .map(|(name, one, level)| Side::new(name, version("ward", one), level));
    let tables = both([&then, &now], "factor:officials");
    let (breaks, statements) = said(&tables);
    assert_eq!(breaks, [Break::Instrument, Break::Statements]);
    let expected = [
        ("officials_polite", StatementChange::Continues, true),
        ("officials_guidance", StatementChange::Continues, true),
        ("officials_rules", StatementChange::Added, false),
        ("officials_dedicated", StatementChange::Removed, true),
    ];
    assert_eq!(changes(&statements), expected);
    assert_eq!(verdicts(&tables.0), [Some(ChangeVerdict::Up); 2]);
    // The other way round in time, what was new is gone.
    let (_, statements) = said(&both([&now, &then], "factor:officials"));
    assert_eq!(changes(&statements)[2].1, StatementChange::Added);
    assert_eq!(changes(&statements)[2].0, "officials_dedicated");
    assert_eq!(changes(&statements)[3].0, "officials_rules");
}

#[test]
fn a_statement_that_does_not_continue_has_scores_and_no_verdict_on_their_change() {
    let mut broken = Definition::from(version("ward", 2));
    for one in &mut broken.comparability.as_mut().unwrap().items {
        if one.item.as_str() == "results_accurate" {
            one.continuity = Continuity::Broken;
        }
    }
    let then = Side::new("then", version("ward", 1), 3);
    let now = Side::new("now", Instrument::new(broken).unwrap(), 5);
    for sides in [[&then, &now], [&now, &then]] {
        let tables = both(sides, "item:results_accurate");
        let (breaks, statements) = said(&tables);
        assert_eq!(breaks, [Break::Instrument, Break::Statements]);
        assert_eq!(changes(&statements), [("results_accurate", StatementChange::Broken, true)]);
        assert_eq!(verdicts(&tables.0), [None; 2]);
        let cells = &tables.1.groups[0].cells;
        assert!(cells.iter().all(|cell| cell.score.is_some()));
        assert!(tables.0.groups[0].score.is_some());
        // Its factor is compared, and says so.
        let (comparison, _) = both(sides, "factor:results");
        assert!(verdicts(&comparison)[0].is_some());
        assert!(comparison.before.unwrap().breaks.contains(&Break::Statements));
    }
}
