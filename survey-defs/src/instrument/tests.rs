//! Tests instruments: the embedded ones, and definitions that must be refused.

use std::collections::BTreeMap;

use super::*;

fn instrument(id: &str) -> Instrument {
    embedded().into_iter().find(|one| one.reference().id.as_str() == id).unwrap()
}

#[test]
fn the_embedded_instruments_have_the_published_structure() {
    let cases: [(&str, &[(&str, usize)]); 4] = [
        (
            "national",
            &[
                ("accountability", 2),
                ("participation", 2),
                ("policy_quality", 8),
                ("outcomes", 2),
                ("access", 4),
                ("procedures", 4),
                ("officials", 5),
                ("results", 3),
                ("feedback", 3),
            ],
        ),
        ("ward", &[("officials", 3), ("results", 2), ("feedback", 4)]),
        (
            "counter",
            &[("access", 1), ("procedures", 1), ("officials", 1), ("results", 1), ("feedback", 1)],
        ),
        ("single", &[("overall", 1)]),
    ];
    for (id, factors) in cases {
        let instrument = instrument(id);
        let found: Vec<(&str, usize)> = instrument
            .contents()
            .iter()
            .flat_map(|content| &content.factors)
            .map(|factor| (factor.id.as_str(), instrument.statements_of(&factor.id).count()))
            .collect();
        assert_eq!(found, factors, "{id}");
        assert_eq!(instrument.definition().wording, Wording::Draft, "{id}");
    }
    assert_eq!(instrument("national").statements().count(), 33);
}

#[test]
fn the_national_form_has_every_kind_of_question() {
    let instrument = instrument("national");
    let kinds: std::collections::BTreeSet<&str> = instrument
        .questions()
        .map(|question| match question.kind {
            QuestionKind::Satisfaction { .. } => "satisfaction",
            QuestionKind::Single { .. } => "single",
            QuestionKind::Multiple { .. } => "multiple",
            QuestionKind::Number { .. } => "number",
            QuestionKind::ShortText { .. } => "short_text",
            QuestionKind::LongText { .. } => "long_text",
            QuestionKind::Date { .. } => "date",
        })
        .collect();
    assert_eq!(kinds.len(), 7, "{kinds:?}");
}

#[test]
fn a_question_id_means_the_same_in_every_instrument() {
    let mut seen: BTreeMap<QuestionId, (Text, InstrumentRef)> = BTreeMap::new();
    for instrument in embedded() {
        for question in instrument.questions() {
            let entry = (question.text.clone(), instrument.reference());
            let first = seen.entry(question.id.clone()).or_insert(entry);
            assert_eq!(first.0, question.text, "{} and {}", first.1, instrument.reference());
        }
    }
}

#[test]
fn texts_are_in_unicode_nfc() {
    let nfc = icu_normalizer::ComposingNormalizerBorrowed::new_nfc();
    for (file, toml) in embedded_toml() {
        assert!(nfc.is_normalized(toml), "{file} is not in NFC");
    }
}

#[test]
fn json_round_trips_through_the_same_checks() {
    for instrument in embedded() {
        let json = serde_json::to_string(&instrument).unwrap();
        assert_eq!(serde_json::from_str::<Instrument>(&json).unwrap(), instrument);
    }
    let broken = serde_json::to_string(&instrument("single"))
        .unwrap()
        .replace("\"version\":1", "\"version\":0");
    let error = serde_json::from_str::<Instrument>(&broken).unwrap_err().to_string();
    assert!(error.contains("version must be 1 or more"), "{error}");
}

/// A sound small instrument, broken by one replacement in each case below.
const SOUND: &str = r#"
id = "small"
version = 1
wording = "draft"
title = { vi = "Phiếu", en = "Form" }
intro = { vi = "Xin chào", en = "Welcome" }
estimated_seconds = 10

[[contents]]
id = "services"
title = { vi = "Dịch vụ", en = "Services" }
factors = [{ id = "access", title = { vi = "Tiếp cận", en = "Access" } }]

[option_sets]
yes_no = [
  { id = "yes", text = { vi = "Có", en = "Yes" } },
  { id = "no", text = { vi = "Không", en = "No" } },
]

[[sections]]
id = "first"
title = { vi = "Một", en = "One" }

[[sections.questions]]
id = "signs"
text = { vi = "Biển chỉ dẫn", en = "Signs" }
kind = { satisfaction = { not_applicable = true } }
factor = "access"

[[sections.questions]]
id = "helped"
text = { vi = "Có người giúp?", en = "Helped?" }
kind = { single = { options = "yes_no" } }
role = "staff_helped"

[[sections.questions]]
id = "wait"
text = { vi = "Chờ bao lâu?", en = "How long?" }
kind = { number = { min = 0, max = 480, integer = true } }
relevance = { compare = { question = "helped", op = "eq", value = { option = "yes" } } }

[[sections.questions]]
id = "why"
text = { vi = "Vì sao?", en = "Why?" }
kind = { long_text = { max_graphemes = 200 } }
relevance = { compare = { question = "signs", op = "le", value = { level = 2 } } }
"#;

#[test]
fn broken_definitions_are_refused_with_file_item_and_reason() {
    Instrument::from_toml("small.toml", SOUND).unwrap();
    let cases = [
        ("version = 1", "version = 0", "instrument “small”: the version must be 1 or more"),
        ("vi = \"Phiếu\"", "vi = \" \"", "instrument “small”: the Vietnamese text is empty"),
        ("en = \"Signs\"", "en = \"\"", "question “signs”: the English text is empty"),
        (
            "factor = \"access\"",
            "factor = \"acces\"",
            "factor “access”: no statement belongs to this factor",
        ),
        ("id = \"helped\"", "id = \"signs\"", "question “signs”: the id is used twice"),
        ("id = \"no\"", "id = \"yes\"", "option set “yes_no”, choice “yes”: the id is used twice"),
        (
            "options = \"yes_no\"",
            "options = \"yesno\"",
            "option set “yes_no”: no question uses this option set",
        ),
        (
            "min = 0, max = 480",
            "min = 9, max = 8",
            "question “wait”: the lower limit is above the upper limit",
        ),
        (
            "max_graphemes = 200",
            "max_graphemes = 0",
            "question “why”: the limit must be between 1 and 5000",
        ),
        (
            "role = \"staff_helped\"",
            "role = \"respondent_type\"",
            "question “helped”: the role needs a single choice of individual, household, organisation",
        ),
        (
            "question = \"helped\", op",
            "question = \"why\", op",
            "question “wait”: relevance refers to “why”, which does not come earlier",
        ),
        (
            "op = \"eq\", value = { option = \"yes\" }",
            "op = \"lt\", value = { option = \"yes\" }",
            "question “wait”: relevance compares “helped” with a value of another type, or by an order that it does not have",
        ),
        (
            "value = { option = \"yes\" }",
            "value = { number = 1 }",
            "question “wait”: relevance compares “helped”",
        ),
        (
            "value = { option = \"yes\" }",
            "value = { option = \"maybe\" }",
            "question “wait”: relevance names the choice “maybe”, which “helped” does not offer",
        ),
        (
            "{ compare = { question = \"signs\", op = \"le\", value = { level = 2 } } }",
            "{ and = [] }",
            "question “why”: there must be at least one rule",
        ),
        (
            "kind = { number = { min = 0, max = 480, integer = true } }",
            "kind = { number = { min = 0, max = 480, integer = true } }\nfactor = \"access\"",
            "question “wait”: only a satisfaction question may have a factor",
        ),
        ("wording = \"draft\"", "wording = \"ours\"", "unknown variant"),
        ("estimated_seconds = 10", "estimated_seconds = 10\ncolour = \"red\"", "unknown field"),
        ("value = { level = 2 }", "value = { level = 6 }", "6 is not a level"),
        ("id = \"small\"", "id = \"sm all\"", "not a valid instrument id"),
    ];
    for (from, to, reason) in cases {
        assert!(SOUND.contains(from), "the case does not change anything: {from}");
        let error = Instrument::from_toml("small.toml", &SOUND.replacen(from, to, 1)).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("small.toml: "), "{message}");
        assert!(message.contains(reason), "{to}: {message}");
    }
}
