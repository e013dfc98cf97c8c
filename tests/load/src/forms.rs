//! Makes the bodies of requests.

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use survey_defs::answer::{Answer, Level};
use survey_defs::engine::Answers;
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::{PointId, SubmissionId, WaveId};
use survey_defs::instrument::{Instrument, Question, QuestionKind, embedded_version};
use survey_defs::paradata::{ItemParadata, Mode, Orientation, Paradata};
use survey_defs::submission::{AppVersion, Draft, Submission};
use survey_defs::text::Language;
use uuid::Uuid;

/// Different forms that are sent in turn.
const VARIANTS: usize = 32;

/// One form in so many has a comment.
const COMMENT_EVERY: usize = 8;

const COMMENT: &str = "Cán bộ hướng dẫn tận tình, nhưng phải chờ hơi lâu vì đông người. Mong phường \
                       bố trí thêm một quầy vào buổi sáng thứ Hai.";

/// The id is the first field of a record, so it stands here in every one.
const ID_AT: usize = "{\"id\":\"".len();

/// Complete forms of version 1 of an instrument as JSON, ready to be given an id.
#[derive(Debug)]
pub struct Forms(Vec<String>);

impl Forms {
    /// Forms in which every required question is answered, with paradata of each of them, opened at
    /// a moment in milliseconds since 1970.
    ///
    /// # Errors
    /// If there is no such instrument, an id is none, or the engine refuses what was made.
    pub fn new(instrument: &str, place: (&str, &str), now_ms: i64) -> Result<Self> {
        let found = embedded_version(instrument, 1);
        let instrument = found.with_context(|| format!("there is no instrument {instrument}"))?;
        let (wave, point) = place;
        let place: (WaveId, PointId) = (wave.parse()?, point.parse()?);
        let variants = (0..VARIANTS).map(|variant| {
            let draft = draft(&instrument, place.clone(), now_ms, variant)?;
            let submission = Submission::accept(&instrument, draft)?;
            let text = serde_json::to_string(submission.draft())?;
            ensure!(text[ID_AT..].starts_with(&Uuid::nil().to_string()), "the id is not first");
            Ok(text)
        });
        Ok(Self(variants.collect::<Result<_>>()?))
    }

    /// A record.
    pub fn record(&self, id: Uuid) -> Bytes {
        let mut body = Vec::with_capacity(self.0[0].len() + COMMENT.len());
        self.write(id, &mut body);
        body.into()
    }

    /// Records as an array.
    pub fn batch(&self, ids: &[Uuid]) -> Bytes {
        let mut body = Vec::with_capacity(ids.len() * (self.0[0].len() + COMMENT.len()) + 2);
        body.push(b'[');
        for (index, id) in ids.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            self.write(*id, &mut body);
        }
        body.push(b']');
        body.into()
    }

    /// The same id always gets the same content: a repetition must be one to the letter.
    fn write(&self, id: Uuid, body: &mut Vec<u8>) {
        let text = &self.0[usize::from(id.as_bytes()[15]) % self.0.len()];
        body.extend_from_slice(&text.as_bytes()[..ID_AT]);
        let mut buffer = Uuid::encode_buffer();
        let id = id.hyphenated().encode_lower(&mut buffer);
        body.extend_from_slice(id.as_bytes());
        body.extend_from_slice(&text.as_bytes()[ID_AT + id.len()..]);
    }
}

fn draft(
    instrument: &Instrument,
    (wave, point): (WaveId, PointId),
    now_ms: i64,
    variant: usize,
) -> Result<Draft> {
    let mut answers = Answers::new();
    for (index, question) in instrument.questions().enumerate() {
        if let Some(answer) = answer(instrument, question, variant * 7 + index * 3)? {
            answers.insert(question.id.clone(), answer);
        }
    }
    let item = |index: usize| ItemParadata {
        ms: 1_800 + u32::try_from(index * 977 % 9_000).unwrap_or_default(),
        changes: u32::from(index.is_multiple_of(11)),
    };
    let items = answers.keys().enumerate();
    let items = items.map(|(index, id)| (id.clone(), item(index + variant))).collect();
    Ok(Draft {
        id: SubmissionId::new(Uuid::nil()),
        wave,
        point,
        instrument: instrument.reference(),
        language: Language::Vi,
        started_at: jiff::Timestamp::from_millisecond(now_ms - 240_000)?,
        finished_at: jiff::Timestamp::from_millisecond(now_ms)?,
        app_version: AppVersion::try_from("0.1.0".to_owned())?,
        answers,
        paradata: Some(Paradata {
            mode: if variant.is_multiple_of(4) { Mode::Elder } else { Mode::Standard },
            high_contrast: false,
            large_type: variant.is_multiple_of(4),
            orientation: Orientation::Portrait,
            read_aloud: 0,
            back_steps: 1,
            resumed: 0,
            items,
            device: None,
            sequence: Some(variant as u64 + 1),
            extra: Extra::default(),
        }),
        generation: Generation::THIS,
        extra: Extra::default(),
    })
}

/// What is answered to a question: all that is required, and a comment now and then.
fn answer(instrument: &Instrument, question: &Question, spread: usize) -> Result<Option<Answer>> {
    if let QuestionKind::LongText { .. } = question.kind {
        let has_comment = spread.is_multiple_of(COMMENT_EVERY);
        return Ok(has_comment.then(|| Answer::Text(COMMENT.to_owned())));
    }
    if !question.required {
        return Ok(None);
    }
    Ok(Some(match &question.kind {
        QuestionKind::Satisfaction { not_applicable: true } if spread.is_multiple_of(13) => {
            Answer::NotApplicable
        }
        QuestionKind::Satisfaction { .. } => Answer::Level(Level::ALL[spread % Level::ALL.len()]),
        QuestionKind::Single { options } => {
            let choices = instrument.choices(options);
            Answer::Option(choices[spread % choices.len()].id.clone())
        }
        QuestionKind::Multiple { .. }
        | QuestionKind::Number { .. }
        | QuestionKind::ShortText { .. }
        | QuestionKind::LongText { .. }
        | QuestionKind::Date { .. } => bail!("no answer is known to {}", question.id),
    }))
}
