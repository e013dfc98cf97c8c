//! Tests the scalar score against cases computed by hand.

use super::*;
use crate::answer::Level;
use crate::instrument;
use crate::method;

fn method(id: &str) -> Method {
    method::embedded().into_iter().find(|method| method.id().as_str() == id).unwrap()
}

fn counts(levels: [u64; 5]) -> LevelCounts {
    LevelCounts { levels, ..LevelCounts::default() }
}

fn national() -> Instrument {
    instrument::embedded().into_iter().find(|i| i.reference().id.as_str() == "national").unwrap()
}

fn score_of(scores: &[NodeScore], node: &Node) -> f64 {
    scores.iter().find(|score| score.node == *node).unwrap().score.unwrap()
}

/// Two statements of `accountability` (policy) and one of `access` (services), by hand:
/// t2b scores 50 (n 10), 100 (n 30), 80 (n 10).
fn items() -> BTreeMap<QuestionId, LevelCounts> {
    [
        ("accountability_channels", [5, 0, 0, 5, 0]),
        ("accountability_clarity", [0, 0, 0, 0, 30]),
        ("access_information", [0, 0, 2, 4, 4]),
    ]
    .into_iter()
    .map(|(id, levels)| (QuestionId::new(id).unwrap(), counts(levels)))
    .collect()
}

#[test]
fn the_roll_ups_differ_as_computed_by_hand() {
    // The mean of the two statements of policy is 75; of all three 76.6…; of the factors
    // (75 and 80) 77.5; weighted 0.62 × 75 + 0.38 × 80 = 76.9; pooled (5 + 30 + 8) ÷ 50 = 86.
    for (id, overall, policy) in [
        ("t2b", 86.0, 87.5),
        ("t2b-statements", 230.0 / 3.0, 75.0),
        ("t2b-factors", 77.5, 75.0),
        ("t2b-weighted", 76.9, 75.0),
    ] {
        let scores = score_counts(&national(), &method(id), &items());
        assert!((score_of(&scores, &Node::Overall) - overall).abs() < 1e-9, "{id}");
        let node = Node::Content(ContentId::new("policy").unwrap());
        assert!((score_of(&scores, &node) - policy).abs() < 1e-9, "{id}");
    }
}

#[test]
fn a_fixed_weight_mean_needs_every_content() {
    let mut items = items();
    items.remove(&QuestionId::new("access_information").unwrap());
    let scores = score_counts(&national(), &method("t2b-weighted"), &items);
    assert_eq!(scores[0].node, Node::Overall);
    assert_eq!(scores[0].score, None);
}

#[test]
fn the_missing_rule_drops_whole_forms() {
    let instrument = national();
    let mut definition: method::Definition = method("t2b").into();
    definition.missing.min_answered_share = 0.5;
    let half = Method::try_from(definition).unwrap();
    let n = instrument.satisfaction_questions().count();
    let level = |level| Cell::Level(Level::try_from(level).unwrap());
    let mut sparse = vec![Cell::NoAnswer; n];
    sparse[0] = level(1);
    let full = vec![level(5); n];
    let forms = [sparse, full];
    let all = score_forms(&instrument, &method("t2b"), &forms);
    let kept = score_forms(&instrument, &half, &forms);
    assert_eq!((all[0].n, all[0].counts.levels), (2, [1, 0, 0, 0, 33]));
    assert_eq!((kept[0].n, kept[0].counts.levels), (1, [0, 0, 0, 0, 33]));
}

#[test]
fn statements_that_were_not_asked_are_not_missing() {
    let toml = r#"
        id = "short"
        version = 1
        wording = "draft"
        title = { vi = "a", en = "a" }
        intro = { vi = "a", en = "a" }
        estimated_seconds = 10
        contents = [{ id = "c", title = { vi = "a", en = "a" }, factors = [{ id = "f", title = { vi = "a", en = "a" } }] }]
        [[sections]]
        id = "s"
        title = { vi = "a", en = "a" }
        [[sections.questions]]
        id = "first"
        text = { vi = "a", en = "a" }
        kind = { satisfaction = { not_applicable = true } }
        factor = "f"
        [[sections.questions]]
        id = "second"
        text = { vi = "a", en = "a" }
        kind = { satisfaction = { not_applicable = true } }
        factor = "f"
        relevance = { compare = { question = "first", op = "le", value = { level = 2 } } }
    "#;
    let instrument = Instrument::from_toml("short.toml", toml).unwrap();
    let given = |level: u8| -> Answers {
        let level = Answer::Level(Level::try_from(level).unwrap());
        [(QuestionId::new("first").unwrap(), level)].into()
    };
    assert_eq!(cells(&instrument, &given(5))[1], Cell::NotAsked);
    assert_eq!(cells(&instrument, &given(1))[1], Cell::NoAnswer);
}
