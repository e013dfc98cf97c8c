//! Turns chosen radio buttons and checkboxes into answers and back.

use std::collections::BTreeSet;

use survey_defs::answer::{Answer, Level};
use survey_defs::ids::OptionId;
use survey_defs::instrument::{Choice, QuestionKind};

/// The value of “no opinion / not applicable”; the levels have `1` to `5`, choices their ids.
pub const NOT_APPLICABLE: &str = "na";

/// The value of a level.
pub fn value_of(level: Level) -> String {
    level.get().to_string()
}

/// Whether the control with this value is chosen.
pub fn is_chosen(answer: Option<&Answer>, value: &str) -> bool {
    match answer {
        Some(Answer::Level(level)) => value_of(*level) == value,
        Some(Answer::NotApplicable) => value == NOT_APPLICABLE,
        Some(Answer::Option(id)) => id.as_str() == value,
        Some(Answer::Options(ids)) => ids.iter().any(|id| id.as_str() == value),
        Some(Answer::Number(_) | Answer::Text(_) | Answer::Date(_)) | None => false,
    }
}

/// The answer after the control with this value was chosen or taken back. None means no answer.
pub fn choose(
    kind: &QuestionKind,
    choices: &[Choice],
    answer: Option<&Answer>,
    value: &str,
) -> Option<Answer> {
    match kind {
        QuestionKind::Satisfaction { .. } if value == NOT_APPLICABLE => Some(Answer::NotApplicable),
        QuestionKind::Satisfaction { .. } => {
            Level::ALL.into_iter().find(|level| value_of(*level) == value).map(Answer::Level)
        }
        QuestionKind::Single { .. } => OptionId::new(value).ok().map(Answer::Option),
        QuestionKind::Multiple { .. } => {
            let chosen = toggle(choices, answer, value);
            (!chosen.is_empty()).then_some(Answer::Options(chosen))
        }
        QuestionKind::Number { .. }
        | QuestionKind::ShortText { .. }
        | QuestionKind::LongText { .. }
        | QuestionKind::Date { .. } => None,
    }
}

/// Takes a choice in or out. An exclusive choice and others put each other out, so that the
/// respondent need not undo what the engine would refuse.
fn toggle(choices: &[Choice], answer: Option<&Answer>, value: &str) -> BTreeSet<OptionId> {
    let was_chosen = is_chosen(answer, value);
    let is_exclusive = choices.iter().any(|one| one.exclusive && one.id.as_str() == value);
    let stays = |other: &Choice| {
        is_chosen(answer, other.id.as_str()) && (was_chosen || !is_exclusive && !other.exclusive)
    };
    let mut chosen = BTreeSet::new();
    for choice in choices {
        let is_in = if choice.id.as_str() == value { !was_chosen } else { stays(choice) };
        if is_in {
            chosen.insert(choice.id.clone());
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use survey_defs::ids::OptionSetId;
    use survey_defs::text::Text;

    use super::*;

    fn choices() -> Vec<Choice> {
        [("tv", false), ("web", false), ("none", true)]
            .map(|(id, exclusive)| Choice {
                id: OptionId::new(id).unwrap(),
                text: Text { vi: id.into(), en: id.into() },
                exclusive,
            })
            .into()
    }

    #[test]
    fn several_choices_and_an_exclusive_one() {
        let options = OptionSetId::new("set").unwrap();
        let kind = QuestionKind::Multiple { options, min: None, max: None };
        for (presses, expected) in [
            (&["tv"][..], &["tv"][..]),
            (&["tv", "web"], &["tv", "web"]),
            (&["tv", "tv"], &[]),
            (&["tv", "web", "none"], &["none"]),
            (&["none", "web"], &["web"]),
            (&["none", "none"], &[]),
        ] {
            let answer = presses.iter().fold(None, |answer: Option<Answer>, value| {
                choose(&kind, &choices(), answer.as_ref(), value)
            });
            for choice in choices() {
                let value = choice.id.as_str();
                let is_expected = expected.contains(&value);
                assert_eq!(is_chosen(answer.as_ref(), value), is_expected, "{presses:?} {value}");
            }
            assert_eq!(answer.is_none(), expected.is_empty(), "{presses:?}");
        }
    }

    #[test]
    fn levels_and_not_applicable() {
        let kind = QuestionKind::Satisfaction { not_applicable: true };
        for value in ["1", "2", "3", "4", "5", NOT_APPLICABLE] {
            let answer = choose(&kind, &[], None, value);
            for other in ["1", "2", "3", "4", "5", NOT_APPLICABLE] {
                assert_eq!(is_chosen(answer.as_ref(), other), value == other);
            }
        }
        assert_eq!(choose(&kind, &[], None, "6"), None);
    }
}
