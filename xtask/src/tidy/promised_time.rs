//! Checks that a form takes the time that it promises.
//!
//! The model counts what nobody can skip: every syllable that is shown to all, those of the app
//! itself too (promises, consent, review), and the taps, swipes and decisions of somebody who
//! answers what is required. A button's words are part of its tap. Only the newest version of an
//! instrument is judged: an older one never changes.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result, bail};
use toml::{Table, Value};

use super::Finding;
use crate::workspace::Workspace;

const FOLDER: &str = "survey-defs/instruments";
const APP_TEXTS: &str = "app/src/form/texts.rs";

/// Texts of the app that everybody sees once on a phone. Of three notes on marks each form shows one; none
/// is longer than this one.
const READ_BY_ALL: [&str; 6] =
    ["PROMISE_UNSEEN", "PROMISE_NAMELESS", "CONSENT", "OPTIONAL_MARKED", "REVIEW", "REVIEW_INTRO"];
/// The promise itself.
const DURATION: &str = "Khoảng 2 phút.";

/// Reading: 240 syllables a minute, a slow adult reader of Vietnamese.
const SECONDS_PER_SYLLABLE: f64 = 0.25;
/// Finding a button and touching it.
const SECONDS_PER_TAP: f64 = 1.5;
/// Moving a page by about one screen.
const SECONDS_PER_SWIPE: f64 = 1.0;
/// Making up one's mind about a required question.
const SECONDS_PER_DECISION: f64 = 3.0;

/// Promises are whole half minutes.
const PROMISED_IN_SECONDS: u32 = 30;

/// The longest that a form may take, for forms that are filled in while others wait.
const LIMITS: [(&str, u32); 1] = [("counter", 120)];

/// What stands under every satisfaction statement, and is read once on a page.
const LEVELS: [&str; 5] =
    ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"];
/// Beside the levels, where it is offered.
const NOT_APPLICABLE: &str = "Không có ý kiến / Không áp dụng";

/// What a form asks of somebody who answers what is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Effort {
    /// Of all texts that everybody sees.
    syllables: u32,
    /// Start, each required question, “next” on each page, send.
    taps: u32,
    /// A small phone shows one question and a half with their answers at a time. (A test counts the
    /// swipes of the counter form at 360 × 640.)
    swipes: u32,
    /// Required questions.
    decisions: u32,
}

impl Effort {
    fn seconds(self) -> f64 {
        SECONDS_PER_SYLLABLE * f64::from(self.syllables)
            + SECONDS_PER_TAP * f64::from(self.taps)
            + SECONDS_PER_SWIPE * f64::from(self.swipes)
            + SECONDS_PER_DECISION * f64::from(self.decisions)
    }

    /// The seconds that may be promised: rounded up.
    fn promise(self) -> u32 {
        let mut promise = PROMISED_IN_SECONDS;
        while f64::from(promise) < self.seconds() {
            promise += PROMISED_IN_SECONDS;
        }
        promise
    }
}

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let read_by_all = read_by_all(&fs::read_to_string(workspace.root.join(APP_TEXTS))?)?;
    let mut files = Vec::new();
    for entry in fs::read_dir(workspace.root.join(FOLDER))? {
        let path = entry?.path();
        files.push((workspace.relative(&path), fs::read_to_string(&path)?));
    }
    findings(&files, read_by_all)
}

/// The syllables of the app's own texts that everybody sees.
fn read_by_all(texts: &str) -> Result<u32> {
    let mut sum = syllables(DURATION);
    for name in READ_BY_ALL {
        let Some((_, after)) = texts.split_once(&format!("pub const {name}: Phrase")) else {
            bail!("{APP_TEXTS} has no {name}");
        };
        let text = after.split('"').nth(1).unwrap_or_default();
        sum += syllables(text);
    }
    Ok(sum)
}

/// What is wrong with instruments, given as the names and contents of their files, if the app has
/// so many syllables of its own.
fn findings(files: &[(String, String)], read_by_all: u32) -> Result<Vec<Finding>> {
    let mut newest: BTreeMap<String, (i64, &str, &str, Table)> = BTreeMap::new();
    for (file, text) in files {
        let table: Table = text.parse().with_context(|| format!("{file} is no TOML"))?;
        let id = table.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let version = table.get("version").and_then(Value::as_integer).unwrap_or_default();
        if newest.get(&id).is_none_or(|(known, ..)| *known < version) {
            newest.insert(id, (version, file, text, table));
        }
    }
    let of_newest = newest.iter().flat_map(|(id, (_, file, text, table))| {
        let line = text.lines().position(|line| line.starts_with("estimated_seconds"));
        let found = judge(id, table, read_by_all).into_iter().map(move |advice| Finding {
            file: (*file).to_owned(),
            line: line.map_or(1, |index| index + 1),
            advice,
        });
        found.collect::<Vec<_>>()
    });
    Ok(of_newest.collect())
}

/// What is wrong with one instrument.
fn judge(id: &str, instrument: &Table, read_by_all: u32) -> Vec<String> {
    let mut effort = effort(instrument);
    effort.syllables += read_by_all;
    let Effort { syllables, taps, swipes, decisions } = effort;
    let (seconds, wanted) = (effort.seconds(), effort.promise());
    let told = instrument.get("estimated_seconds").and_then(Value::as_integer).unwrap_or_default();
    let mut advice = Vec::new();
    if told != i64::from(wanted) {
        advice.push(format!(
            "{told} s are promised, but the form takes {seconds} s ({syllables} syllables, {taps} taps, \
             {swipes} swipes, {decisions} decisions): promise {wanted}, or change the texts"
        ));
    }
    let limit = LIMITS.iter().find(|(limited, _)| *limited == id);
    if let Some((_, limit)) = limit.filter(|(_, limit)| f64::from(*limit) < seconds) {
        advice.push(format!("the form takes {seconds} s, more than {limit}: shorten its texts"));
    }
    advice
}

/// What the instrument itself asks.
fn effort(instrument: &Table) -> Effort {
    let mut effort = Effort { taps: 2, ..Effort::default() };
    let mut below_the_first = 0;
    effort.syllables += ["title", "intro"].iter().map(|key| read(instrument, key)).sum::<u32>();
    if let Some(head) = instrument.get("head").and_then(Value::as_table) {
        effort.syllables += head.keys().map(|key| read(head, key)).sum::<u32>();
    }
    for section in shown(instrument, "sections") {
        effort.taps += 1;
        effort.syllables += ["title", "intro"].iter().map(|key| read(section, key)).sum::<u32>();
        let questions = shown(section, "questions");
        below_the_first += u32::try_from(questions.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let mut scale = 0;
        let mut choices: BTreeMap<&str, u32> = BTreeMap::new();
        for question in questions {
            effort.syllables += ["text", "help"].iter().map(|key| read(question, key)).sum::<u32>();
            let kind = question.get("kind").and_then(Value::as_table);
            for (kind, limits) in kind.into_iter().flatten() {
                if kind == "satisfaction" {
                    scale = scale.max(scale_syllables(limits));
                } else {
                    effort.syllables += limits.as_table().map_or(0, |it| read(it, "unit"));
                    choices.extend(options(instrument, limits));
                }
            }
            if question.get("required").and_then(Value::as_bool) == Some(true) {
                effort.taps += 1;
                effort.decisions += 1;
            }
        }
        // Answers that several questions of a page share are read once.
        effort.syllables += scale + choices.values().sum::<u32>();
    }
    effort.swipes = (2 * below_the_first).div_ceil(3);
    effort
}

/// The members of a list that everybody sees, whatever was answered before.
fn shown<'a>(table: &'a Table, key: &str) -> Vec<&'a Table> {
    let members = table.get(key).and_then(Value::as_array).into_iter().flatten();
    let members = members.filter_map(Value::as_table);
    members.filter(|member| !member.contains_key("relevance")).collect()
}

/// The syllables of the levels, and of “not applicable” where it is offered.
fn scale_syllables(limits: &Value) -> u32 {
    let levels: u32 = LEVELS.iter().map(|level| syllables(level)).sum();
    let is_offered = limits.get("not_applicable").and_then(Value::as_bool) == Some(true);
    levels + if is_offered { syllables(NOT_APPLICABLE) } else { 0 }
}

/// The set of choices that a question offers, with its syllables.
fn options<'a>(instrument: &Table, limits: &'a Value) -> Option<(&'a str, u32)> {
    let name = limits.get("options").and_then(Value::as_str)?;
    let choices = instrument.get("option_sets").and_then(|sets| sets.get(name)?.as_array());
    let choices = choices.into_iter().flatten().filter_map(Value::as_table);
    Some((name, choices.map(|choice| read(choice, "text")).sum()))
}

/// The syllables of a text in Vietnamese; 0 if there is none.
fn read(table: &Table, key: &str) -> u32 {
    table.get(key).and_then(|text| text.get("vi")).and_then(Value::as_str).map_or(0, syllables)
}

/// Vietnamese writes each syllable as a word; “Ông/Bà” is two.
fn syllables(text: &str) -> u32 {
    let syllables = text.split(|letter: char| !letter.is_alphanumeric());
    let spoken = syllables.filter(|syllable| !syllable.is_empty());
    u32::try_from(spoken.count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A form of two pages, and of questions that only some see.
    const FORM: &str = r#"
id = "counter"
version = 2
estimated_seconds = 60
title = { vi = "Ý kiến Ông/Bà", en = "Opinion" }
intro.vi = "Tự nguyện – không ghi tên"
intro.en = "Voluntary"
[option_sets]
yes_no = [{ id = "yes", text = { vi = "Có", en = "Yes" } }, { id = "no", text = { vi = "Không", en = "No" } }]
[[sections]]
id = "one"
title = { vi = "Một", en = "One" }
intro = { vi = "Hài lòng mức nào", en = "How satisfied" }
questions = [
  { id = "a", text = { vi = "Chỗ ngồi", en = "Seats" }, kind = { satisfaction = { not_applicable = true } }, required = true },
  { id = "b", text = { vi = "Giấy tờ", en = "Papers" }, kind = { satisfaction = { not_applicable = false } }, required = true },
  { id = "c", text = { vi = "Vì sao", en = "Why" }, kind = { single = { options = "yes_no" } }, relevance = { answered = "a" } },
]
[[sections]]
id = "two"
title = { vi = "Hai", en = "Two" }
questions = [
  { id = "d", text = { vi = "Ai giúp", en = "Help" }, help = { vi = "Bỏ qua được", en = "Optional" }, kind = { single = { options = "yes_no" } } },
  { id = "g", text = { vi = "Lại", en = "Again" }, kind = { single = { options = "yes_no" } } },
  { id = "e", text = { vi = "Chờ", en = "Wait" }, kind = { number = { integer = true, unit = { vi = "phút", en = "minutes" } } } },
]
[[sections]]
id = "three"
title = { vi = "Chỉ cho một số người", en = "For some" }
relevance = { answered = "a" }
questions = [{ id = "f", text = { vi = "x", en = "x" }, kind = { long_text = { max_graphemes = 9 } }, required = true }]
"#;

    #[test]
    fn effort_is_what_everybody_sees_and_must_do() {
        let effort = effort(&FORM.parse().unwrap());
        // Title and intro 4 + 5; page one 1 + 4 + 2 + 2, its scale 14 + 7; page two 1, 2 + 3 for
        // help, 1 for the second question, 2 for the choices of both, 1 + 1 for the wait.
        let syllables = (4 + 5) + (1 + 4 + 2 + 2) + (14 + 7) + (1 + 5 + 1 + 2 + 2);
        // Three questions stand below the first ones.
        assert_eq!(effort, Effort { syllables, taps: 2 + 2 + 2, swipes: 2, decisions: 2 });
        // 12.5 + 9 + 2 + 6.
        assert!((effort.seconds() - 29.5).abs() < 1e-9);
        assert_eq!(effort.promise(), 30);
    }

    #[test]
    fn a_promise_is_rounded_up_to_half_minutes() {
        let promise = |swipes| Effort { swipes, ..Effort::default() }.promise();
        assert_eq!([1, 30, 31, 60, 61].map(promise), [30, 30, 60, 60, 90]);
    }

    fn advice(files: &[(&str, String)]) -> Vec<(String, usize, String)> {
        let files: Vec<(String, String)> =
            files.iter().map(|(file, text)| ((*file).to_owned(), text.clone())).collect();
        let found = findings(&files, 0).unwrap().into_iter();
        found.map(|one| (one.file, one.line, one.advice)).collect()
    }

    #[test]
    fn a_wrong_promise_is_found_with_both_figures() {
        let true_promise = FORM.replace("estimated_seconds = 60", "estimated_seconds = 30");
        assert_eq!(advice(&[("a.toml", true_promise.clone())]), []);
        let found = advice(&[("a.toml", FORM.to_owned())]);
        assert_eq!((found.len(), found[0].1), (1, 4));
        assert!(found[0].2.contains("60 s are promised"), "{found:?}");
        assert!(found[0].2.contains("29.5 s (50 syllables, 6 taps, 2 swipes, 2 decisions)"));
        assert!(found[0].2.contains("promise 30"));
        // What the app says counts.
        let files = [("a.toml".to_owned(), true_promise.clone())];
        assert_eq!(findings(&files, 2).unwrap().len(), 0);
        assert_eq!(findings(&files, 3).unwrap().len(), 1);
        // An older version is history.
        let older = FORM.replace("version = 2", "version = 1");
        assert_eq!(advice(&[("b.toml", true_promise), ("a.toml", older)]), []);
    }

    #[test]
    fn a_form_at_the_counter_has_a_limit() {
        let long = FORM.replace("Chỗ ngồi", &"chờ ".repeat(400));
        let long = long.replace("estimated_seconds = 60", "estimated_seconds = 150");
        let found = advice(&[("a.toml", long.clone())]);
        assert_eq!(found.len(), 1);
        assert!(found[0].2.contains("more than 120"), "{found:?}");
        assert_eq!(advice(&[("a.toml", long.replace("\"counter\"", "\"ward\""))]), []);
    }

    #[test]
    fn the_words_of_the_scale_are_those_of_the_program() {
        let names = include_str!("../../../survey-defs/src/phrases/names.rs");
        let app = include_str!("../../../app/src/form/texts.rs");
        for level in LEVELS {
            assert!(names.contains(&format!("\"{level}\"")), "{level}");
        }
        assert!(app.contains(&format!("\"{NOT_APPLICABLE}\"")));
        let words = DURATION.replace('2', "{minutes}");
        assert!(app.contains(&format!("\"{words}\"")), "{words}");
    }

    #[test]
    fn the_words_of_the_app_that_all_see_are_found_in_its_texts() {
        let app = include_str!("../../../app/src/form/texts.rs");
        assert!(read_by_all(app).unwrap() > syllables(DURATION) + 30);
        let names = READ_BY_ALL.map(|name| {
            format!("pub const {name}: Phrase =\n  Phrase::new(\n\"Ông/Bà\", \"You\");")
        });
        assert_eq!(read_by_all(&names.concat()).unwrap(), 3 + 6 * 2);
        assert!(read_by_all(&names[1..].concat()).is_err());
        let longest = ["OPTIONAL_MARKED", "REQUIRED_MARKED", "NONE_MARKED"].map(|name| {
            syllables(
                app.split_once(&format!("const {name}:")).unwrap().1.split('"').nth(1).unwrap(),
            )
        });
        assert!(longest[0] >= longest[1].max(longest[2]), "{longest:?}");
    }
}
