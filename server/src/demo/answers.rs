//! One respondent's answers.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use survey_defs::answer::{Answer, Finite};
use survey_defs::engine::Answers;
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::{OptionId, SubmissionId};
use survey_defs::instrument::{Choice, Instrument, Question, QuestionKind, Role};
use survey_defs::submission::{AppVersion, Draft};
use survey_defs::text::Language;
use survey_defs::wave::{Channel, ServicePoint};

use super::chance;
use super::model::{Model, Respondent};
use super::waves::SimulatedWave;

/// Comments that simulated respondents leave.
const COMMENTS: [&str; 6] = [
    "Cán bộ hướng dẫn rõ ràng, tôi rất cảm ơn.",
    "Phải chờ hơi lâu vào sáng thứ hai.",
    "Nên có thêm ghế ngồi cho người cao tuổi.",
    "Tôi phải đi lại hai lần vì thiếu một loại giấy tờ.",
    "Nộp hồ sơ trên mạng còn khó với người lớn tuổi.",
    "Chỗ để xe hơi chật.",
];

/// A form filled in at a point (its place among those of the wave) at a moment.
pub(super) fn draft(
    rng: &mut ChaCha8Rng,
    model: &Model,
    instrument: &Instrument,
    simulated: &SimulatedWave,
    (point, moment, respondent): (usize, Timestamp, Respondent),
) -> Draft {
    let point = &simulated.points[point];
    let seconds = i64::from(instrument.definition().estimated_seconds);
    let usual = rng.random_range(seconds / 2..=seconds * 2);
    let duration = if respondent.is_careless() { usual / 10 } else { usual };
    let mut tail = [0; 10];
    rng.fill(&mut tail);
    let started_at = moment - SignedDuration::from_secs(duration);
    let millis = u64::try_from(started_at.as_millisecond()).unwrap_or_default();
    Draft {
        id: SubmissionId::new(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()),
        wave: simulated.wave.id.clone(),
        point: point.id.clone(),
        instrument: instrument.reference(),
        language: if chance(rng, 0.01) { Language::En } else { Language::Vi },
        started_at,
        finished_at: moment,
        app_version: AppVersion::try_from("simulated".to_owned()).expect("a word is a version"),
        answers: answers(rng, model, instrument, (point, respondent)),
        paradata: None,
        generation: Generation::THIS,
        extra: Extra::default(),
    }
}

/// Answers to all questions; the engine drops those that turn out not to be relevant.
fn answers(
    rng: &mut ChaCha8Rng,
    model: &Model,
    instrument: &Instrument,
    (point, respondent): (&ServicePoint, Respondent),
) -> Answers {
    // Paper forms are left open more often than forms on a screen, which ask again.
    let left_open = match point.channel {
        Channel::PaperEntry => 0.07,
        Channel::Interviewer => 0.02,
        Channel::Kiosk | Channel::WallQr | Channel::ReceiptQr | Channel::Link => 0.0,
    };
    let mut answers = Answers::new();
    for question in instrument.questions() {
        let skipped = if question.required { left_open } else { left_open + 0.1 };
        if chance(rng, skipped) {
            continue;
        }
        let place = (&point.unit, point.channel);
        let answer = match &question.kind {
            QuestionKind::Satisfaction { not_applicable } => {
                let unfamiliar = question.factor.as_ref().is_some_and(|f| f.as_str() == "feedback");
                if *not_applicable && chance(rng, if unfamiliar { 0.18 } else { 0.03 }) {
                    Some(Answer::NotApplicable)
                } else {
                    Some(Answer::Level(model.level(rng, question, place, respondent)))
                }
            }
            QuestionKind::Single { options } => {
                single(rng, question, instrument.choices(options), point.channel)
            }
            QuestionKind::Multiple { options, max, .. } => {
                Some(multiple(rng, instrument.choices(options), *max))
            }
            QuestionKind::Number { min, max, .. } => Some(number(rng, *min, *max)),
            QuestionKind::ShortText { .. } => None,
            QuestionKind::LongText { .. } => chance(rng, 0.04)
                .then(|| COMMENTS.choose(rng).map(|text| Answer::Text((*text).to_owned())))
                .flatten(),
            QuestionKind::Date { min, max } => day(rng, *min, *max),
        };
        if let Some(answer) = answer {
            answers.insert(question.id.clone(), answer);
        }
    }
    answers
}

fn single(
    rng: &mut ChaCha8Rng,
    question: &Question,
    choices: &[Choice],
    channel: Channel,
) -> Option<Answer> {
    let word = |word: &str| OptionId::new(word).ok().map(Answer::Option);
    match question.role {
        Some(Role::StaffHelped) => {
            let offered = choices.iter().any(|choice| choice.id.as_str() == "undisclosed");
            if offered && chance(rng, 0.03) {
                return word("undisclosed");
            }
            let likely = if channel == Channel::Kiosk { 0.25 } else { 0.05 };
            word(if chance(rng, likely) { "yes" } else { "no" })
        }
        Some(Role::RespondentType) => word(match rng.random::<f64>() {
            draw if draw < 0.72 => "individual",
            draw if draw < 0.90 => "household",
            _ => "organisation",
        }),
        Some(Role::Overall | Role::ProcedureGroup) | None => {
            choices.choose(rng).map(|choice| Answer::Option(choice.id.clone()))
        }
    }
}

fn multiple(rng: &mut ChaCha8Rng, choices: &[Choice], max: Option<usize>) -> Answer {
    let free: Vec<&Choice> = choices.iter().filter(|choice| !choice.exclusive).collect();
    let most = max.unwrap_or(free.len()).min(3).min(free.len());
    let n = rng.random_range(1..=most.max(1));
    let chosen = free.sample(rng, n).map(|choice| choice.id.clone()).collect();
    Answer::Options(chosen)
}

/// A whole number, mostly near the lower limit, as waiting times and visits are.
#[expect(clippy::cast_possible_truncation, reason = "limits of questions are small numbers")]
fn number(rng: &mut ChaCha8Rng, min: Option<Finite>, max: Option<Finite>) -> Answer {
    let low = min.map_or(0.0, Finite::get);
    let high = max.map_or(low + 100.0, Finite::get);
    let draw = low + (high - low) * rng.random::<f64>().powi(4);
    Answer::Number(Finite::from(draw.ceil().clamp(low, high) as i32))
}

fn day(rng: &mut ChaCha8Rng, min: Option<Date>, max: Option<Date>) -> Option<Answer> {
    let (min, max) = (min?, max?);
    let days = (max - min).get_days();
    let day = min.checked_add(jiff::Span::new().days(rng.random_range(0..=days))).ok()?;
    Some(Answer::Date(day))
}
