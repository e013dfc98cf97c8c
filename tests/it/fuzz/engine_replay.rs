//! Tests with random drafts that the server answers what the engine reports.

use axum::http::StatusCode;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use survey_defs::answer::{Answer, Finite, Level};
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::api::problem::ProblemCode;
use survey_defs::engine::{Answers, evaluate};
use survey_defs::ids::{OptionId, QuestionId};
use survey_defs::instrument::{Instrument, InstrumentRef, embedded};
use survey_defs::wave::Population;
use tests::app::TestApp;
use tests::drafts::draft;
use tests::waves;

const DRAFTS_PER_INSTRUMENT: usize = 150;

#[tokio::test]
async fn the_server_refuses_exactly_what_the_engine_reports() {
    let app = TestApp::start().await;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut refused = 0;
    let mut number = 1;
    for instrument in embedded() {
        let InstrumentRef { id, version } = instrument.reference();
        let wave = waves::wave_of_version(id.as_str(), version, Population::Transaction);
        app.add(&wave).await;
        let strategy = answers(&instrument);
        for _ in 0..DRAFTS_PER_INSTRUMENT {
            let mut draft = draft(id.as_str(), number);
            number += 1;
            draft.wave = wave.id.clone();
            draft.instrument = instrument.reference();
            draft.answers = strategy.new_tree(&mut runner).unwrap().current();
            let expected = evaluate(&instrument, &draft.answers).violations;
            let reply = app.post_json(SUBMISSIONS, &draft).await;
            if expected.is_empty() {
                assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
            } else {
                refused += 1;
                let problem = reply.problem();
                assert_eq!(problem.code, ProblemCode::SubmissionInvalid);
                assert_eq!(problem.violations, expected);
            }
        }
    }
    let of = embedded().len() * DRAFTS_PER_INSTRUMENT;
    assert!((of / 4..of).contains(&refused), "{refused} of {of} were refused");
}

/// Answers of any kind to any question, mostly of the right kind, and now and then to a question
/// that does not exist.
fn answers(instrument: &Instrument) -> BoxedStrategy<Answers> {
    let mut options: Vec<OptionId> = vec!["nowhere".parse().unwrap()];
    options.extend(instrument.definition().option_sets.values().flatten().map(|c| c.id.clone()));
    let option = prop::sample::select(options);
    let any = prop_oneof![
        8 => (1_u8..=5).prop_map(|level| Answer::Level(Level::try_from(level).unwrap())),
        1 => Just(Answer::NotApplicable),
        4 => option.clone().prop_map(Answer::Option),
        2 => prop::collection::btree_set(option, 0..4).prop_map(Answer::Options),
        2 => (-5_i32..500).prop_map(|number| Answer::Number(Finite::from(number))),
        1 => "[a-zế \n]{0,400}".prop_map(Answer::Text),
        1 => (2015_i16..2035).prop_map(|year| Answer::Date(jiff::civil::date(year, 6, 15))),
    ];
    let one_answer = |id: QuestionId, right: BoxedStrategy<Answer>| {
        (Just(id), prop::option::weighted(0.9, prop_oneof![30 => right, 1 => any.clone()]))
    };
    let each: Vec<_> = instrument
        .questions()
        .map(|question| one_answer(question.id.clone(), right(instrument, question)).boxed())
        .chain([one_answer("ghost".parse().unwrap(), any.clone().boxed())
            .prop_map(|(id, answer)| (id, answer.filter(|a| *a == Answer::NotApplicable)))
            .boxed()])
        .collect();
    each.prop_map(|given| given.into_iter().filter_map(|(id, a)| Some((id, a?))).collect()).boxed()
}

/// An answer of the right kind, within the limits or just outside them.
fn right(
    instrument: &Instrument,
    question: &survey_defs::instrument::Question,
) -> BoxedStrategy<Answer> {
    use survey_defs::instrument::QuestionKind as Kind;
    let options = |set| -> Vec<OptionId> {
        instrument.choices(set).iter().map(|choice| choice.id.clone()).collect()
    };
    match &question.kind {
        Kind::Satisfaction { .. } => {
            (1_u8..=5).prop_map(|level| Answer::Level(Level::try_from(level).unwrap())).boxed()
        }
        Kind::Single { options: set } => {
            prop::sample::select(options(set)).prop_map(Answer::Option).boxed()
        }
        Kind::Multiple { options: set, .. } => prop::sample::subsequence(options(set), 1..=2)
            .prop_map(|chosen| Answer::Options(chosen.into_iter().collect()))
            .boxed(),
        Kind::Number { .. } => {
            (0_i32..20).prop_map(|number| Answer::Number(Finite::from(number))).boxed()
        }
        Kind::ShortText { .. } | Kind::LongText { .. } => {
            "[a-zế ]{0,60}".prop_map(Answer::Text).boxed()
        }
        Kind::Date { .. } => {
            (1_i8..=12).prop_map(|month| Answer::Date(jiff::civil::date(2026, month, 1))).boxed()
        }
    }
}
