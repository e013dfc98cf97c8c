//! Taking free text out of a submission.

use std::error::Error;

use survey_defs::answer::Answer;
use survey_defs::ids::QuestionId;
use survey_defs::submission::Draft;

use crate::error::StoreError;
use crate::value;

/// The text that replaces a stored one. `J` is a JSON text as the database keeps it.
pub(crate) struct Redaction<J> {
    /// The JSON, as a submission is written.
    pub(crate) text: J,
    /// Its hash.
    pub(crate) sha256: [u8; 32],
    /// The questions whose answers are gone.
    pub(crate) questions: Vec<QuestionId>,
}

impl<J> Redaction<J>
where
    J: From<String>,
    String: TryFrom<J, Error: Error + Send + Sync + 'static>,
{
    /// Compares a stored text with what is to replace it; none if nothing is to go.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if more changes than that answers in free text go;
    /// [`StoreError::Corrupt`] if the stored text is no draft.
    pub(crate) fn new(
        stored: J,
        draft: &Draft,
        questions: &[QuestionId],
    ) -> Result<Option<Self>, StoreError> {
        let invalid = |what: String| StoreError::Invalid { what };
        let stored = value::text(stored).map_err(|error| value::corrupt("a submission", error))?;
        let mut expected: Draft = value::json("a submission", &stored)?;
        let mut gone = Vec::new();
        for question in questions {
            match expected.answers.remove(question) {
                None => {}
                Some(Answer::Text(_)) => gone.push(question.clone()),
                Some(_) => return Err(invalid(format!("the answer to {question} is no text"))),
            }
        }
        if expected != *draft {
            let what = "a redaction takes answers out and changes nothing else".to_owned();
            return Err(invalid(what));
        }
        if gone.is_empty() {
            return Ok(None);
        }
        let text = serde_json::to_string(draft).expect("a draft is plain data with text keys");
        Ok(Some(Self { sha256: value::sha256(&text), text: text.into(), questions: gone }))
    }
}
