//! Tests instruments: the embedded ones, and definitions that must be refused.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn instrument(id: &str, version: u32) -> Instrument {
    embedded_version(id, version).unwrap()
}

#[test]
fn the_embedded_instruments_have_the_published_structure() {
    let national: &[(&str, usize)] = &[
        ("accountability", 2),
        ("participation", 2),
        ("policy_quality", 8),
        ("outcomes", 2),
        ("access", 4),
        ("procedures", 4),
        ("officials", 5),
        ("results", 3),
        ("feedback", 3),
    ];
    let ward: &[(&str, usize)] = &[("officials", 3), ("results", 2), ("feedback", 4)];
    let counter: &[(&str, usize)] =
        &[("access", 1), ("procedures", 1), ("officials", 1), ("results", 1), ("feedback", 1)];
    let single: &[(&str, usize)] = &[("overall", 1)];
    let cases = [
        ("national", 1, national),
        ("ward", 1, ward),
        ("counter", 1, counter),
        ("single", 1, single),
        ("national", 2, national),
        ("ward", 2, ward),
        ("counter", 2, counter),
        ("single", 2, single),
    ];
    assert_eq!(cases.len(), embedded().len());
    for (id, version, factors) in cases {
        let instrument = instrument(id, version);
        let found: Vec<(&str, usize)> = instrument
            .contents()
            .iter()
            .flat_map(|content| &content.factors)
            .map(|factor| (factor.id.as_str(), instrument.statements_of(&factor.id).count()))
            .collect();
        assert_eq!(found, factors, "{id} {version}");
        assert_eq!(instrument.definition().wording, Wording::Draft, "{id} {version}");
    }
    assert_eq!(instrument("national", 1).statements().count(), 33);
}

#[test]
fn every_file_is_embedded_and_named_after_its_id_and_version() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/instruments");
    let files = std::fs::read_dir(folder).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let named = embedded_toml().into_iter().zip(embedded()).map(|((file, _), instrument)| {
        let InstrumentRef { id, version } = instrument.reference();
        let expected =
            if version == 1 { format!("{id}.toml") } else { format!("{id}-{version}.toml") };
        assert_eq!(file, expected);
        expected
    });
    assert_eq!(named.collect::<BTreeSet<_>>(), files);
}

#[test]
fn every_later_version_says_what_became_of_each_item() {
    let all = embedded();
    for later in all.iter().filter(|one| one.reference().version > 1) {
        let InstrumentRef { id, version } = later.reference();
        let earlier = instrument(id.as_str(), version - 1);
        later.check_succession(&earlier).unwrap_or_else(|error| panic!("{id} {version}: {error}"));
    }
    let silent = instrument("ward", 1).check_succession(&instrument("ward", 2)).unwrap_err();
    assert_eq!(silent.defect, Defect::NoComparability(2));
}

#[test]
fn the_ward_form_keeps_four_of_nine_statements_and_divides_a_fifth() {
    let (first, second) = (instrument("ward", 1), instrument("ward", 2));
    let ids = |instrument: &Instrument| -> BTreeSet<String> {
        instrument.statements().map(|question| question.id.to_string()).collect()
    };
    let (old, new) = (ids(&first), ids(&second));
    let continues = |id: &&String| {
        let said = second.continuity(&first, &id.parse().unwrap());
        matches!(said, Some((Continuity::Continues, Some(_))))
    };
    let kept: Vec<&String> = old.intersection(&new).filter(continues).collect();
    assert_eq!(
        kept,
        ["feedback_notified", "officials_guidance", "officials_polite", "results_accurate"]
    );
    let gone = [
        "feedback_channels",
        "feedback_handling",
        "feedback_reception",
        "officials_dedicated",
        "results_on_time",
    ];
    assert_eq!(old.difference(&new).collect::<Vec<_>>(), gone);
    let map = second.definition().comparability.as_ref().unwrap();
    for item in gone {
        assert_eq!(
            map.of(&item.parse().unwrap()).unwrap().continuity,
            Continuity::Broken,
            "{item}"
        );
    }
    let added = new.difference(&old).collect::<Vec<_>>();
    let expected = [
        "feedback_active",
        "feedback_arranged",
        "feedback_easy",
        "officials_rules",
        "results_rules",
    ];
    assert_eq!(added, expected);
}

#[test]
fn the_national_form_has_every_kind_of_question() {
    let instrument = instrument("national", 1);
    let kinds: BTreeSet<&str> = instrument
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

/// Items with the words of one form for a construct that other instruments ask too: those of Mẫu
/// số 02, and those that the short counter form asks besides its statements.
const OWN_WORDS: [(&str, u32, &str); 10] = [
    ("ward", 2, "officials_polite"),
    ("ward", 2, "officials_guidance"),
    ("ward", 2, "officials_rules"),
    ("ward", 2, "results_accurate"),
    ("ward", 2, "feedback_notified"),
    ("counter", 2, "comment"),
    ("counter", 2, "waiting_minutes"),
    ("counter", 2, "visits"),
    ("counter", 2, "extra_payment_hinted"),
    ("counter", 2, "staff_helped"),
];

#[test]
fn a_question_id_means_the_same_in_every_instrument() {
    let mut seen: BTreeMap<QuestionId, (Text, InstrumentRef)> = BTreeMap::new();
    for instrument in embedded() {
        let InstrumentRef { id, version } = instrument.reference();
        for question in instrument.questions() {
            if OWN_WORDS.contains(&(id.as_str(), version, question.id.as_str())) {
                assert_ne!(seen[&question.id].0, question.text, "{} has no own words", question.id);
                continue;
            }
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
    let broken = serde_json::to_string(&instrument("single", 1))
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

/// Version 2 of the sound instrument with a head and a map.
fn second(map: &str) -> String {
    let more = format!(
        r#"estimated_seconds = 10
[head]
form = {{ vi = "Mẫu số 02", en = "Form 02" }}
plan = {{ vi = "(Kèm theo Kế hoạch số …)", en = "(Attached to Plan No. …)" }}
instruction = {{ vi = "Chọn một mức", en = "Choose one level" }}
number = {{ vi = "Số phiếu", en = "Form number" }}
[comparability]
previous = 1
{map}"#
    );
    SOUND.replacen("version = 1", "version = 2", 1).replacen("estimated_seconds = 10", &more, 1)
}

/// An entry of a comparability map.
fn entry(item: &str, continuity: &str) -> String {
    format!(
        "[[comparability.items]]\nitem = \"{item}\"\ncontinuity = \"{continuity}\"\n\
         reason = {{ vi = \"Lý do\", en = \"Reason\" }}\n"
    )
}

#[test]
fn a_broken_head_or_map_is_refused() {
    let sound = second(&entry("signs", "continues"));
    Instrument::from_toml("small-2.toml", &sound).unwrap();
    let cases = [
        ("Form 02", "", "head: the English text is empty"),
        ("Số phiếu", " ", "head: the Vietnamese text is empty"),
        ("Plan No. …", "Plan No. 12", "head: number and day of the plan must be blanks"),
        ("Kế hoạch số …", "Kế hoạch số 12", "head: number and day of the plan must be blanks"),
        ("previous = 1", "previous = 2", "comparability: version 2 is not before this one"),
        ("previous = 1", "previous = 0", "comparability: version 0 is not before this one"),
        ("Lý do", "", "comparability, item “signs”: the Vietnamese text is empty"),
        (
            "item = \"signs\"",
            "item = \"sign\"",
            "comparability, item “sign”: only one of the versions has this item",
        ),
        ("\"continues\"", "\"perhaps\"", "unknown variant"),
    ];
    for (from, to, reason) in cases {
        assert!(sound.contains(from), "the case does not change anything: {from}");
        let error = Instrument::from_toml("small-2.toml", &sound.replacen(from, to, 1));
        let message = error.unwrap_err().to_string();
        assert!(message.contains(reason), "{to}: {message}");
    }
    let twice = second(&entry("signs", "continues").repeat(2));
    let message = Instrument::from_toml("small-2.toml", &twice).unwrap_err().to_string();
    assert!(message.contains("item “signs”: the id is used twice"), "{message}");
}

#[test]
fn an_item_that_changes_is_declared() {
    let first = Instrument::from_toml("small.toml", SOUND).unwrap();
    let second = |map: &str, (from, to): (&str, &str)| {
        let toml = second(map);
        assert!(toml.contains(from), "the case does not change anything: {from}");
        Instrument::from_toml("small-2.toml", &toml.replacen(from, to, 1)).unwrap()
    };
    let nothing = ("Biển chỉ dẫn", "Biển chỉ dẫn");
    assert_eq!(second("", nothing).check_succession(&first), Ok(()));
    let changes = [
        ("signs", ("Biển chỉ dẫn", "Biển hiệu"), "text"),
        ("why", ("kind = { long", "help = { vi = \"a\", en = \"a\" }\nkind = { long"), "help"),
        ("signs", ("not_applicable = true", "not_applicable = false"), "kind"),
        ("signs", ("factor = \"access\"", "factor = \"access\"\nrequired = true"), "obligation"),
        ("helped", ("text = { vi = \"Không\"", "text = { vi = \"Chưa\""), "choices"),
        ("helped", ("\nrole = \"staff_helped\"", ""), "role"),
        ("wait", ("max = 480", "max = 240"), "kind"),
        ("why", ("op = \"le\"", "op = \"lt\""), "relevance"),
    ];
    for (item, change, what) in changes {
        let message = second("", change).check_succession(&first).unwrap_err().to_string();
        let expected = format!(
            "question “{item}”: it differs from version 1 in {what}, and the comparability map does not name it"
        );
        assert_eq!(message, expected);
        for continuity in ["continues", "broken"] {
            let declared = second(&entry(item, continuity), change);
            assert_eq!(declared.check_succession(&first), Ok(()), "{item} {what}");
        }
    }
    let renamed = second("", nothing).definition().clone();
    let renamed = serde_json::to_string(&renamed).unwrap().replace("yes_no", "answers");
    let renamed: Instrument = serde_json::from_str(&renamed).unwrap();
    assert_eq!(renamed.check_succession(&first), Ok(()), "the name of a set is no difference");
}

#[test]
fn what_stands_above_a_section_and_where_an_item_stands_is_declared() {
    let first = Instrument::from_toml("small.toml", SOUND).unwrap();
    let title = "title = { vi = \"Một\", en = \"One\" }";
    let why = "[[sections.questions]]\nid = \"why\"";
    let moved = format!("[[sections]]\nid = \"last\"\n{title}\n{why}");
    let rule = format!("{title}\nrelevance = {{ answered = \"signs\" }}");
    let intro = format!("{title}\nintro = {{ vi = \"a\", en = \"a\" }}");
    let all = ["signs", "helped", "wait", "why"];
    for (from, to, items, what) in [
        (title, &intro, &all[..], "intro"),
        (title, &title.replace("Một", "Hai"), &all, "section"),
        (why, &moved, &all[3..], "section"),
        (why, &moved.replace(title, &rule), &all[3..], "relevance, section"),
    ] {
        let changed = |map: &str| {
            let toml = second(map).replacen(from, to, 1);
            Instrument::from_toml("small-2.toml", &toml).unwrap()
        };
        for left_out in items {
            let named = items.iter().filter(|item| *item != left_out);
            let map: String = named.map(|item| entry(item, "continues")).collect();
            let message = changed(&map).check_succession(&first).unwrap_err().to_string();
            let expected = format!("question “{left_out}”: it differs from version 1 in {what},");
            assert!(message.starts_with(&expected), "{message}");
        }
        let map: String = items.iter().map(|item| entry(item, "continues")).collect();
        assert_eq!(changed(&map).check_succession(&first), Ok(()));
    }
}

#[test]
fn a_map_names_items_of_one_of_its_versions() {
    let first = Instrument::from_toml("small.toml", SOUND).unwrap();
    let second = |map: &str, id: &str| {
        let toml = second(map).replace("id = \"why\"", &format!("id = \"{id}\""));
        Instrument::from_toml("small-2.toml", &toml).unwrap()
    };
    // What is gone may be named, and what is new.
    let map = [entry("why", "broken"), entry("reason", "broken")].concat();
    assert_eq!(second(&map, "reason").check_succession(&first), Ok(()));
    let unknown = second(&entry("whence", "broken"), "reason").check_succession(&first);
    assert_eq!(unknown.unwrap_err().defect, Defect::UnknownItem);
    let new = second(&entry("reason", "continues"), "reason").check_succession(&first);
    assert_eq!(new.unwrap_err().defect, Defect::ContinuesNothing);
}

#[test]
fn what_stands_between_two_versions_is_the_map_or_without_one_any_difference() {
    let first = Instrument::from_toml("small.toml", SOUND).unwrap();
    let map = [entry("signs", "continues"), entry("wait", "broken")].concat();
    let changed = second(&map).replace("Biển chỉ dẫn", "Biển hiệu").replace("480", "240");
    let of = |instrument: &Instrument, item: &str| {
        let found = instrument.continuity(&first, &item.parse().unwrap());
        found.map(|(continuity, reason)| (continuity, reason.map(|text| text.en.clone())))
    };
    let later = Instrument::from_toml("small-2.toml", &changed).unwrap();
    let reason = Some("Reason".to_owned());
    assert_eq!(of(&later, "signs"), Some((Continuity::Continues, reason.clone())));
    assert_eq!(of(&later, "wait"), Some((Continuity::Broken, reason)));
    assert_eq!(of(&later, "helped"), None);
    // Version 3 compares itself with version 2, so nothing is said of version 1.
    let third = changed.replacen("\nversion = 2", "\nversion = 3", 1);
    let third = third.replacen("previous = 1", "previous = 2", 1);
    let third = Instrument::from_toml("small-3.toml", &third).unwrap();
    assert_eq!(of(&third, "signs"), Some((Continuity::Broken, None)));
    assert_eq!(of(&third, "helped"), None);
}

#[test]
fn prefer_not_to_say_may_be_offered_beside_yes_and_no() {
    let third = |id: &str| {
        let no = r#"{ id = "no", text = { vi = "Không", en = "No" } },"#;
        let more = format!(r#"{no} {{ id = "{id}", text = {{ vi = "Khác", en = "Other" }} }},"#);
        Instrument::from_toml("small.toml", &SOUND.replacen(no, &more, 1))
    };
    assert!(third("undisclosed").is_ok());
    let message = third("maybe").unwrap_err().to_string();
    assert!(
        message.contains("a single choice of yes, no, with or without undisclosed"),
        "{message}"
    );
}
