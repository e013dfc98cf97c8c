//! Tests the engine: relevance, violations, steps.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::answer::{Answer, Finite, Level};
use crate::ids::{OptionId, QuestionId};
use crate::instrument::Instrument;

/// One question of each kind, with relevance within and across sections.
const TOML: &str = r#"
id = "all_kinds"
version = 1
wording = "draft"
title = { vi = "Phiếu", en = "Form" }
intro = { vi = "Xin chào", en = "Welcome" }
estimated_seconds = 10
[option_sets]
colours = [
  { id = "red", text = { vi = "Đỏ", en = "Red" } },
  { id = "blue", text = { vi = "Xanh", en = "Blue" } },
  { id = "none", text = { vi = "Không", en = "None" }, exclusive = true },
]
[[sections]]
id = "one"
title = { vi = "Một", en = "One" }
[[sections.questions]]
id = "level"
text = { vi = "a", en = "a" }
kind = { satisfaction = { not_applicable = true } }
required = true
[[sections.questions]]
id = "strict"
text = { vi = "a", en = "a" }
kind = { satisfaction = { not_applicable = false } }
[[sections.questions]]
id = "single"
text = { vi = "a", en = "a" }
kind = { single = { options = "colours" } }
[[sections.questions]]
id = "many"
text = { vi = "a", en = "a" }
kind = { multiple = { options = "colours", min = 1, max = 2 } }
relevance = { not = { in = { question = "single", options = ["none"] } } }
[[sections]]
id = "two"
title = { vi = "Hai", en = "Two" }
relevance = { or = [
  { compare = { question = "level", op = "le", value = { level = 2 } } },
  { and = [ { answered = "single" }, { compare = { question = "single", op = "ne", value = { option = "red" } } } ] },
] }
[[sections.questions]]
id = "number"
text = { vi = "a", en = "a" }
kind = { number = { min = 0, max = 10, integer = true } }
[[sections.questions]]
id = "line"
text = { vi = "a", en = "a" }
kind = { short_text = { max_graphemes = 5 } }
required = true
[[sections]]
id = "three"
title = { vi = "Ba", en = "Three" }
[[sections.questions]]
id = "long"
text = { vi = "a", en = "a" }
kind = { long_text = { max_graphemes = 10 } }
relevance = { compare = { question = "number", op = "ge", value = { number = 3 } } }
[[sections.questions]]
id = "day"
text = { vi = "a", en = "a" }
kind = { date = { min = "2026-01-01", max = "2026-12-31" } }
"#;

fn instrument() -> Arc<Instrument> {
    Arc::new(Instrument::from_toml("all_kinds.toml", TOML).unwrap())
}

fn id(text: &str) -> QuestionId {
    QuestionId::new(text).unwrap()
}

fn option(text: &str) -> Answer {
    Answer::Option(OptionId::new(text).unwrap())
}

fn options(texts: &[&str]) -> Answer {
    Answer::Options(texts.iter().map(|text| OptionId::new(*text).unwrap()).collect())
}

fn level(level: u8) -> Answer {
    Answer::Level(Level::try_from(level).unwrap())
}

fn text(text: &str) -> Answer {
    Answer::Text(text.into())
}

fn answers(given: &[(&str, Answer)]) -> Answers {
    given.iter().map(|(question, answer)| (id(question), answer.clone())).collect()
}

#[test]
fn each_wrong_answer_has_its_violation() {
    use ViolationKind as Kind;
    let number = |n: f64| Answer::Number(Finite::try_from(n).unwrap());
    let day = |y, m, d| Answer::Date(jiff::civil::date(y, m, d));
    let cases = [
        ("level", text("x"), Some(Kind::WrongKind)),
        ("level", Answer::NotApplicable, None),
        ("strict", Answer::NotApplicable, Some(Kind::NotApplicableNotOffered)),
        ("strict", level(5), None),
        ("single", option("green"), Some(Kind::UnknownOption)),
        ("single", options(&["red"]), Some(Kind::WrongKind)),
        ("many", options(&["red", "green"]), Some(Kind::UnknownOption)),
        ("many", options(&["red", "none"]), Some(Kind::ExclusiveOption)),
        ("many", options(&["red", "blue"]), None),
        ("number", number(2.5), Some(Kind::NotInteger)),
        ("number", number(-1.0), Some(Kind::BelowMin { min: Finite::from(0) })),
        ("number", number(11.0), Some(Kind::AboveMax { max: Finite::from(10) })),
        ("number", number(10.0), None),
        ("line", text("a\nb"), Some(Kind::LineBreak)),
        ("line", text("Tiếng!"), Some(Kind::TooLong { max: 5, length: 6 })),
        // Five graphemes, with decomposed tone marks ten code points.
        ("line", text("e\u{302}\u{301}e\u{302}\u{301}abc"), None),
        ("day", day(2025, 12, 31), Some(Kind::BeforeMin { min: jiff::civil::date(2026, 1, 1) })),
        ("day", day(2027, 1, 1), Some(Kind::AfterMax { max: jiff::civil::date(2026, 12, 31) })),
        ("day", day(2026, 2, 28), None),
    ];
    for (question, answer, expected) in cases {
        // Level 1 makes section two relevant.
        let mut given = answers(&[("level", level(1))]);
        given.insert(id(question), answer.clone());
        let evaluation = evaluate(&instrument(), &given);
        assert_eq!(
            evaluation.violation_of(&id(question)),
            expected.as_ref(),
            "{question} {answer:?}"
        );
    }
}

#[test]
fn a_violation_is_reported_once_per_question_and_blank_is_only_required() {
    let given = answers(&[("level", level(1)), ("line", text("   ")), ("ghost", level(3))]);
    let evaluation = evaluate(&instrument(), &given);
    let found: Vec<_> =
        evaluation.violations.iter().map(|v| (v.question.as_str(), v.kind.clone())).collect();
    assert_eq!(
        found,
        [("line", ViolationKind::Required), ("ghost", ViolationKind::UnknownQuestion)]
    );
    assert!(!evaluation.answers.contains_key(&id("line")));
}

#[test]
fn irrelevant_answers_are_neither_submitted_nor_violated_nor_seen_by_later_rules() {
    let wrong = Answer::Text("longer than ten graphemes".into());
    let given = answers(&[
        ("level", level(5)),
        ("number", Answer::Number(Finite::from(9))),
        ("long", wrong),
    ]);
    let evaluation = evaluate(&instrument(), &given);
    assert_eq!(evaluation.violations, []);
    // `number` is in an irrelevant section, so `long`, which depends on it, is irrelevant too.
    assert_eq!(evaluation.answers.keys().map(QuestionId::as_str).collect::<Vec<_>>(), ["level"]);
    assert!(!evaluation.is_visible(&id("long")));
}

#[test]
fn relevance_follows_the_rule_tree() {
    let visible = |given: &[(&str, Answer)]| -> BTreeSet<String> {
        let evaluation = evaluate(&instrument(), &answers(given));
        let questions = evaluation.visible.iter().flat_map(|(_, questions)| questions);
        questions.map(ToString::to_string).collect()
    };
    assert!(!visible(&[]).contains("number"));
    assert!(visible(&[("level", level(2))]).contains("number"));
    assert!(!visible(&[("level", level(3))]).contains("number"));
    assert!(!visible(&[("level", Answer::NotApplicable)]).contains("number"));
    assert!(visible(&[("single", option("blue"))]).contains("number"));
    assert!(!visible(&[("single", option("red"))]).contains("number"));
    assert!(visible(&[]).contains("many"));
    assert!(!visible(&[("single", option("none"))]).contains("many"));
}

#[test]
fn a_respondent_walks_through_corrects_and_sends() {
    let mut form = Form::start(instrument());
    let mut apply = |event| {
        form = form.clone().apply(event);
        (form.step(), form.progress())
    };
    let at = |at, of| Progress { at, of };
    assert_eq!(apply(Event::Next), (Step::Section(0), at(1, 4)));
    // `level` is required, so “next” stays and shows why.
    assert_eq!(apply(Event::Next), (Step::Section(0), at(1, 4)));
    apply(Event::Answer(id("level"), level(1)));
    assert_eq!(apply(Event::Next), (Step::Section(1), at(2, 4)));
    assert_eq!(apply(Event::Next).0, Step::Section(1));
    apply(Event::Answer(id("line"), text("ok")));
    assert_eq!(apply(Event::Next).0, Step::Section(2));
    assert_eq!(apply(Event::Next), (Step::Review, at(4, 4)));
    // Going back and being satisfied makes section two disappear, and its answers with it.
    assert_eq!(apply(Event::GoTo(0)).0, Step::Section(0));
    apply(Event::Answer(id("level"), level(5)));
    assert_eq!(apply(Event::Next), (Step::Section(2), at(3, 4)));
    assert_eq!(apply(Event::Back).0, Step::Section(0));
    apply(Event::Next);
    apply(Event::Next);
    assert_eq!(apply(Event::Send).0, Step::Sent);
    // Nothing changes after sending.
    assert_eq!(apply(Event::Answer(id("level"), level(1))).0, Step::Sent);
    assert_eq!(form.evaluation().answers, answers(&[("level", level(5))]));
}

#[test]
fn sending_with_a_missing_answer_leads_to_it() {
    let form = Form::start(instrument())
        .apply(Event::Next)
        .apply(Event::Answer(id("level"), level(4)))
        .apply(Event::Next)
        .apply(Event::Next)
        .apply(Event::Clear(id("level")));
    assert_eq!(form.step(), Step::Review);
    let form = form.apply(Event::Send);
    assert_eq!(form.step(), Step::Section(0));
    assert!(form.was_attempted(0));
    assert_eq!(form.first_violation(), Some(&id("level")));
}
