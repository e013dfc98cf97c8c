//! Tests that both modes lead through the same form to the same answers.

use survey_defs::answer::{Finite, Level};
use survey_defs::engine::Answers;
use survey_defs::ids::OptionId;
use survey_defs::instrument::{Question, QuestionKind, embedded};

use super::*;

/// Two sections with questions that come and go, and one that is shown only after a low level.
const TOML: &str = r#"
id = "paged"
version = 1
wording = "draft"
title = { vi = "Phiếu", en = "Form" }
intro = { vi = "Xin chào", en = "Welcome" }
estimated_seconds = 10
[[sections]]
id = "one"
title = { vi = "Một", en = "One" }
questions = [
  { id = "a", text = { vi = "a", en = "a" }, kind = { satisfaction = { not_applicable = true } }, required = true },
  { id = "b", text = { vi = "b", en = "b" }, kind = { long_text = { max_graphemes = 3 } }, relevance = { compare = { question = "a", op = "le", value = { level = 2 } } } },
  { id = "c", text = { vi = "c", en = "c" }, kind = { short_text = { max_graphemes = 3 } }, required = true },
]
[[sections]]
id = "two"
title = { vi = "Hai", en = "Two" }
questions = [
  { id = "d", text = { vi = "d", en = "d" }, kind = { short_text = { max_graphemes = 3 } } },
]
"#;

use Mode::{Elder, Standard};

#[derive(Clone, Copy)]
enum Move {
    Level(&'static str, usize),
    Text(&'static str, &'static str),
    Next(Mode),
    Back(Mode),
    GoTo(&'static str),
    Send,
}
use Move::*;

fn id(text: &str) -> QuestionId {
    QuestionId::new(text).unwrap()
}

fn start() -> Paging {
    Paging::start(Arc::new(Instrument::from_toml("paged.toml", TOML).unwrap()))
}

fn moved(paging: Paging, one: Move) -> Paging {
    match one {
        Level(question, level) => {
            paging.answer(id(question), Some(Answer::Level(Level::ALL[level - 1])))
        }
        Text(question, text) => paging.answer(id(question), Some(Answer::Text(text.into()))),
        Next(mode) => paging.next(mode),
        Back(mode) => paging.back(mode),
        GoTo(question) => paging.go_to(&id(question)),
        Send => paging.send(),
    }
}

/// The page in both modes as short text: the section, the questions that the elder mode shows, its
/// progress, and what is marked as refused on it.
fn seen(paging: &Paging) -> String {
    let Page::Question(section, _) = paging.page(Elder) else {
        return format!("{:?}", paging.form().step());
    };
    assert_eq!(paging.page(Standard), Page::Section(section));
    let shown = paging.shown(Elder);
    let Progress { at, of } = paging.progress(Elder);
    let wrong = |id: &&QuestionId| paging.form().evaluation().violation_of(id).is_some();
    let refused = |id: &&QuestionId| paging.is_refused(section, id);
    let marked = shown.iter().filter(wrong).any(|id| refused(&id));
    format!("{} {at}/{of}{}", shown[0], if marked { " !" } else { "" })
}

#[test]
fn one_question_at_a_time() {
    let mut paging = start();
    for (step, (one, expected)) in [
        (Next(Elder), "a 1/5"),
        // Nothing is answered: the page stays and says so, and others are not blamed yet.
        (Next(Elder), "a 1/5 !"),
        (Level("a", 5), "a 1/5"),
        (Next(Elder), "c 3/5"),
        (Back(Elder), "a 1/5"),
        // A low level brings a question in between.
        (Level("a", 1), "a 1/5"),
        (Next(Elder), "b 2/5"),
        (Text("b", "long"), "b 2/5"),
        (Next(Elder), "b 2/5 !"),
        (Text("b", "abc"), "b 2/5"),
        (Next(Elder), "c 3/5"),
        (Text("c", "c"), "c 3/5"),
        (Next(Elder), "d 4/5"),
        (Back(Elder), "c 3/5"),
        (Next(Elder), "d 4/5"),
        (Next(Elder), "Review"),
        (Back(Elder), "d 4/5"),
        (Next(Elder), "Review"),
        (GoTo("a"), "a 1/5"),
        // The question in between goes again, with its answer.
        (Level("a", 4), "a 1/5"),
        (Next(Elder), "c 3/5"),
        (Next(Elder), "d 4/5"),
        (Next(Elder), "Review"),
        (GoTo("b"), "Review"),
        (Send, "Sent"),
    ]
    .into_iter()
    .enumerate()
    {
        paging = moved(paging, one);
        assert_eq!(seen(&paging), expected, "move {step}");
    }
    let answered: Vec<_> =
        paging.form().evaluation().answers.keys().map(QuestionId::as_str).collect();
    assert_eq!(answered, ["a", "c"]);
}

#[test]
fn the_mode_changes_on_the_way_and_the_place_stays() {
    let mut paging = start();
    for (step, (one, expected)) in [
        (Next(Standard), "a 1/5"),
        // The last answer is the place, wherever it is in the section.
        (Text("c", "c"), "c 3/5"),
        // What was passed over before the mode changed is led to before the section is left.
        (Next(Elder), "a 1/5 !"),
        (Level("a", 2), "a 1/5"),
        (Next(Elder), "b 2/5"),
        (Next(Standard), "d 4/5"),
        (Back(Standard), "a 1/5"),
        (Next(Elder), "b 2/5"),
        (Back(Standard), "Welcome"),
        (Next(Elder), "a 1/5"),
        (Next(Standard), "d 4/5"),
        (Next(Standard), "Review"),
        (Text("c", "long"), "Review"),
        // What is missing is led to from the review screen in both modes.
        (Send, "c 3/5 !"),
        (Next(Elder), "c 3/5 !"),
        (Next(Standard), "c 3/5 !"),
        (Text("c", "ok"), "c 3/5"),
        (Next(Elder), "d 4/5"),
    ]
    .into_iter()
    .enumerate()
    {
        paging = moved(paging, one);
        assert_eq!(seen(&paging), expected, "move {step}");
    }
}

/// An answer of its own for each question and round.
fn answer(instrument: &Instrument, question: &Question, salt: usize) -> Answer {
    let salt = salt + question.id.as_str().len();
    let choice = |set| -> OptionId {
        let choices = instrument.choices(set);
        choices[salt % choices.len()].id.clone()
    };
    match &question.kind {
        QuestionKind::Satisfaction { not_applicable } => match salt % 6 {
            0 if *not_applicable => Answer::NotApplicable,
            level => Answer::Level(Level::ALL[level.saturating_sub(1)]),
        },
        QuestionKind::Single { options } => Answer::Option(choice(options)),
        QuestionKind::Multiple { options, .. } => Answer::Options([choice(options)].into()),
        QuestionKind::Number { .. } => Answer::Number(Finite::from(i32::try_from(salt).unwrap())),
        QuestionKind::ShortText { .. } | QuestionKind::LongText { .. } => {
            Answer::Text(["Ý kiến ", &salt.to_string()].concat())
        }
        QuestionKind::Date { min, .. } => Answer::Date(min.unwrap_or_default()),
    }
}

/// Answers what each page shows until everything is sent. Returns the answers and the number of
/// pages.
fn drive(
    instrument: &Arc<Instrument>,
    salt: usize,
    mode: impl Fn(usize) -> Mode,
) -> (Answers, usize) {
    let mut paging = Paging::start(Arc::clone(instrument)).next(mode(0));
    for page in 1..1_000 {
        let mode = mode(page);
        match paging.page(mode) {
            Page::Section(_) | Page::Question(..) => {
                // Again until no question appears any more.
                while let Some(id) = unanswered(&paging, mode) {
                    let given = answer(instrument, instrument.question(&id).unwrap(), salt);
                    paging = paging.answer(id, Some(given));
                }
                paging = paging.next(mode);
            }
            Page::Review(_) => paging = paging.send(),
            Page::Sent => return (paging.form().evaluation().answers.clone(), page),
            Page::Welcome => panic!("back at the beginning"),
        }
    }
    panic!("the form has no end");
}

fn unanswered(paging: &Paging, mode: Mode) -> Option<QuestionId> {
    paging.shown(mode).iter().find(|id| paging.form().answer(id).is_none()).cloned()
}

#[test]
fn all_modes_lead_to_the_same_answers() {
    for instrument in embedded() {
        let instrument = Arc::new(instrument);
        for salt in 0..12 {
            let (standard, n_sections) = drive(&instrument, salt, |_| Standard);
            let (elder, n_questions) = drive(&instrument, salt, |_| Elder);
            let mixed = |page: usize| if page % 3 == salt % 3 { Standard } else { Elder };
            let (mixed, _) = drive(&instrument, salt, mixed);
            let name = instrument.reference().id;
            assert_eq!(standard, elder, "{name} {salt}");
            assert_eq!(standard, mixed, "{name} {salt}");
            assert_eq!(n_questions, standard.len() + 2, "{name} {salt}");
            assert!(n_sections <= n_questions, "{name} {salt}");
        }
    }
}
