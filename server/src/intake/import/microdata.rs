//! One row per respondent.
//!
//! Columns: `id`, the number of the form in the sender's records, unique in the wave; `unit`;
//! `date`; `channel` and `language`, optional; `stratum`, `psu`, `weight` and `fpc` (sampling units
//! in the population of the stratum) of a sample, where `psu` and `weight` come together and the
//! other two may be left out; and one column per question id.
//! Empty fields, and what programs write for them (`delimited::value::MISSING`), are open questions.
//! Satisfaction takes 1 to 5 or `na`; single choice an option
//! id; multiple choice option ids separated by `|`; dates are ISO.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use store::{Entry, Source};
use survey_defs::answer::{Answer, Finite, Level};
use survey_defs::api::RowFinding;
use survey_defs::engine::Answers;
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::{OptionId, PointId, SubmissionId};
use survey_defs::instrument::{Instrument, Question, QuestionKind};
use survey_defs::iso;
use survey_defs::phrases::{hanoi_day, hanoi_noon};
use survey_defs::sampling::{PopulationSize, SampleLabel, Sampling, Weight};
use survey_defs::submission::{AppVersion, Context, Draft, Invalid, Submission};
use survey_defs::text::Language;
use survey_defs::wave::{Channel, Takes, Wave};

use super::csv_file::{CsvFile, Row};
use super::{days, unit};

const OWN_COLUMNS: [&str; 9] =
    ["id", "unit", "date", "channel", "language", "stratum", "psu", "weight", "fpc"];

/// The longest number of a form in bytes.
const MAX_FORM_NUMBER_BYTES: usize = 64;

/// The columns of a sample plan.
const PLAN_COLUMNS: [&str; 4] = ["psu", "weight", "stratum", "fpc"];

/// Why a form of a sample is refused that has less of a plan.
pub(super) const NEEDS_PLAN: &str = "a form of a sample needs at least `psu` and `weight`";

/// Whether the forms of a file are a drawn sample: one of them says something of a plan.
pub(super) fn takes(file: &CsvFile) -> Takes {
    let has_plan = |row: Row<'_>| PLAN_COLUMNS.iter().any(|column| row.get(column).is_some());
    if file.rows().any(has_plan) { Takes::Sample } else { Takes::Forms }
}

/// The forms of a file.
pub(super) struct Forms {
    /// As they are stored, in the order of the rows.
    pub entries: Vec<Entry>,
    /// The line of each, and its number in the sender's records.
    pub origins: HashMap<SubmissionId, Origin>,
}

/// Where in its file a form stands.
pub(super) struct Origin {
    /// The line.
    pub line: u64,
    /// What is in the column `id`.
    pub id: String,
}

/// All rows as entries, or every rejection.
pub(super) fn forms(
    file: &CsvFile,
    wave: &Wave,
    instrument: &Instrument,
    received_at: Timestamp,
) -> Result<Forms, Vec<RowFinding>> {
    let is_known = |name: &str| {
        OWN_COLUMNS.contains(&name) || instrument.questions().any(|q| q.id.as_str() == name)
    };
    let mut rejections = file.unknown_columns(&is_known);
    let mut entries = Vec::new();
    let mut origins: HashMap<SubmissionId, Origin> = HashMap::new();
    for row in file.rows() {
        let entry = match entry(&row, wave, instrument, received_at) {
            Ok(entry) => entry,
            Err(found) => {
                rejections.extend(found);
                continue;
            }
        };
        let id = row.name("id").unwrap_or_default().into_owned();
        match origins.entry(entry.submission.draft().id) {
            Slot::Vacant(slot) => {
                slot.insert(Origin { line: row.line, id });
                entries.push(entry);
            }
            Slot::Occupied(slot) => {
                let reason = format!("line {} has the id “{id}” as well", slot.get().line);
                rejections.push(row.reject("id", reason));
            }
        }
    }
    rejections.none(Forms { entries, origins })
}

fn entry(
    row: &Row<'_>,
    wave: &Wave,
    instrument: &Instrument,
    received_at: Timestamp,
) -> Result<Entry, Vec<RowFinding>> {
    row.check_width().map_err(|rejection| vec![rejection])?;
    let mut rejections = Vec::new();
    let mut note = |rejection| rejections.push(rejection);
    let unit = row
        .require("unit")
        .and_then(|text| unit(text, wave).map_err(|reason| row.reject("unit", reason)));
    let unit = unit.map_err(&mut note).ok();
    let noon = row.require("date").and_then(|text| {
        noon(text, wave, received_at).map_err(|reason| row.reject("date", reason))
    });
    let noon = noon.map_err(&mut note).ok();
    let id = row.require_name("id").and_then(|text| {
        let reason = format!("the id is longer than {MAX_FORM_NUMBER_BYTES} bytes");
        let fits = text.len() <= MAX_FORM_NUMBER_BYTES;
        if fits { Ok(submission_id(wave, &text)) } else { Err(row.reject("id", reason)) }
    });
    let id = id.map_err(&mut note).ok();
    let channel = row.get("channel").map_or(Ok(Channel::PaperEntry), |text| {
        text.parse::<Channel>().map_err(|error| row.reject("channel", error.to_string()))
    });
    let channel = channel.map_err(&mut note).ok();
    let language = match row.get("language") {
        None | Some("vi") => Language::Vi,
        Some("en") => Language::En,
        Some(other) => {
            note(row.reject("language", format!("“{other}” is not vi or en")));
            Language::Vi
        }
    };
    let sampling = sampling(row).map_err(&mut note).ok().flatten();
    let mut answers = Answers::new();
    for question in instrument.questions() {
        let Some(text) = row.get(question.id.as_str()) else {
            continue;
        };
        match answer(question, text, row) {
            Ok(answer) => drop(answers.insert(question.id.clone(), answer)),
            Err(reason) => note(row.reject(question.id.as_str(), reason)),
        }
    }
    let (Some(id), Some(unit), Some(noon), Some(channel)) = (id, unit, noon, channel) else {
        return Err(rejections);
    };
    let draft = Draft {
        id,
        wave: wave.id.clone(),
        point: PointId::new("import").expect("a word is an id"),
        instrument: wave.instrument.clone(),
        language,
        started_at: noon,
        finished_at: noon,
        app_version: AppVersion::try_from("import".to_owned()).expect("a word is a version"),
        answers,
        paradata: None,
        generation: Generation::THIS,
        extra: Extra::default(),
    };
    let submission = Submission::accept_partial(instrument, draft.normalised());
    let submission =
        submission.map_err(|Invalid(violations)| {
            rejections.extend(violations.iter().map(|violation| {
                row.reject(violation.question.as_str(), violation.kind.to_string())
            }));
        });
    match submission {
        Ok(submission) if rejections.is_empty() => Ok(Entry {
            context: Context::read(instrument, wave, &submission.draft().answers),
            submission,
            received_at,
            source: Source::Import,
            unit,
            channel,
            sampling,
        }),
        _ => Err(rejections),
    }
}

/// What the sample plan says of a form, if it comes from one.
fn sampling(row: &Row<'_>) -> Result<Option<Sampling>, RowFinding> {
    let (Some(psu), Some(weight)) = (row.name("psu"), row.get("weight")) else {
        if PLAN_COLUMNS.iter().all(|column| row.get(column).is_none()) {
            return Ok(None);
        }
        let missing = if row.get("psu").is_none() { "psu" } else { "weight" };
        return Err(row.reject(missing, NEEDS_PLAN));
    };
    let label = |column: &str, text: &str| {
        SampleLabel::new(text).map_err(|error| row.reject(column, error.to_string()))
    };
    let number = |column: &str, text: &str| {
        let number = row.number(text);
        number.ok_or_else(|| row.reject(column, format!("“{text}” is not a number")))
    };
    let stratum = row.name("stratum").map(|text| label("stratum", &text)).transpose()?;
    let fpc = row.get("fpc").map(|text| {
        let size = PopulationSize::new(number("fpc", text)?);
        size.map_err(|error| row.reject("fpc", error.to_string()))
    });
    Ok(Some(Sampling {
        stratum,
        psu: label("psu", &psu)?,
        weight: Weight::new(number("weight", weight)?)
            .map_err(|error| row.reject("weight", error.to_string()))?,
        fpc: fpc.transpose()?,
    }))
}

/// The form with the same number in the same wave always gets the same id, so a corrected file
/// cannot count a form twice.
fn submission_id(wave: &Wave, number: &str) -> SubmissionId {
    let digest = Sha256::new().chain_update(wave.id.as_str()).chain_update([0]);
    let digest = digest.chain_update(number).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    SubmissionId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Noon of the day that a row gives: within the wave, and not after the import.
fn noon(text: &str, wave: &Wave, received_at: Timestamp) -> Result<Timestamp, String> {
    let not_a_day = || format!("“{text}” is not a day such as 2024-10-31");
    let day = iso::day(text).ok_or_else(not_a_day)?;
    let days = days(wave);
    if !days.contains(&day) {
        return Err(format!("{day} is outside the wave, {} to {}", days.start(), days.end()));
    }
    if day > hanoi_day(received_at) {
        return Err(format!("{day} is in the future"));
    }
    hanoi_noon(day).ok_or_else(not_a_day)
}

fn answer(question: &Question, text: &str, row: &Row<'_>) -> Result<Answer, String> {
    let wrong = |what: &str| format!("“{text}” is not {what}");
    match &question.kind {
        // `NA` in capitals is what R writes where there is no answer.
        QuestionKind::Satisfaction { .. } if text == "na" => Ok(Answer::NotApplicable),
        QuestionKind::Satisfaction { .. } => row
            .whole(text)
            .and_then(|number| Level::try_from(u8::try_from(number).ok()?).ok())
            .map(Answer::Level)
            .ok_or_else(|| wrong("a level from 1 to 5 or na")),
        QuestionKind::Single { .. } => {
            OptionId::new(text).map(Answer::Option).map_err(|_| wrong("a choice of this question"))
        }
        QuestionKind::Multiple { .. } => text
            .split('|')
            .map(|one| OptionId::new(one.trim()))
            .collect::<Result<_, _>>()
            .map(Answer::Options)
            .map_err(|_| wrong("a list of choices separated by “|”")),
        QuestionKind::Number { .. } => row
            .number(text)
            .and_then(|number| Finite::try_from(number).ok())
            .map(Answer::Number)
            .ok_or_else(|| wrong("a number")),
        QuestionKind::ShortText { .. } | QuestionKind::LongText { .. } => {
            Ok(Answer::Text(text.to_owned()))
        }
        QuestionKind::Date { .. } => {
            iso::day(text).map(Answer::Date).ok_or_else(|| wrong("a day such as 2024-10-31"))
        }
    }
}
