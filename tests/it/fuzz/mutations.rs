//! Makes small damages to valid texts, drawn from a fixed seed.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

/// Draws from strategies; the same seed gives the same values in every run.
pub(super) struct Draws(TestRunner);

impl Draws {
    pub(super) fn of_seed(seed: u8) -> Self {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        Self(TestRunner::new_with_rng(Config::default(), rng))
    }

    pub(super) fn draw<T: std::fmt::Debug>(&mut self, strategy: &BoxedStrategy<T>) -> T {
        strategy.new_tree(&mut self.0).unwrap().current()
    }
}

/// What happens to a text.
#[derive(Debug, Clone)]
pub(super) enum Damage {
    /// A value of the document, or all of it, becomes something else.
    Replace(Index, OddValue),
    /// A value of the document is gone.
    Remove(Index),
    /// Two values of the document change places.
    Swap(Index, Index),
    /// A line, or a member of an object, is there twice.
    Repeat(Index),
    /// The text ends early.
    Cut(Index),
    /// Bytes stand in between.
    Insert(Index, Vec<u8>),
    /// A byte is another one.
    Flip(Index, u8),
}

/// What nobody would send.
#[derive(Debug, Clone)]
pub(super) enum OddValue {
    Value(Value),
    /// A token that no value can hold, such as a number beyond all ranges.
    Token(&'static str),
    /// So many lists in one another.
    Nested(usize),
    Text(String),
}

/// Stands for a token until the document is a text.
const PLACE: &str = "\u{e000}token\u{e000}";

const TOKENS: [&str; 10] = [
    "1e999",
    "-1e999",
    "18446744073709551616",
    "-9223372036854775809",
    "123456789012345678901234567890123456789012345678901234567890",
    "0.1e-999",
    "-0",
    "00",
    "NaN",
    "\"\\ud800\"",
];

const TEXTS: [&str; 14] = [
    "",
    " ",
    "\0",
    "\u{202e}ược lại\u{202c}",
    "👩‍👩‍👧‍👦",
    "e\u{301}\u{323}\u{302}",
    "\u{fdfa}",
    "../../etc/passwd",
    "'; DROP TABLE submissions; --",
    "%00%ff",
    "-2147483648",
    "9999-12-31T23:59:60.999999999999Z",
    "-009999-01-01T00:00:00Z",
    "\u{feff}counter",
];

pub(super) fn odd() -> BoxedStrategy<OddValue> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(serde_json::json!([])),
        Just(serde_json::json!({})),
        Just(serde_json::json!({ "level": 3, "option": "x" })),
    ];
    prop_oneof![
        4 => value.prop_map(OddValue::Value),
        2 => prop::sample::select(TOKENS.to_vec()).prop_map(OddValue::Token),
        1 => (1..400_usize).prop_map(OddValue::Nested),
        3 => prop::sample::select(TEXTS.to_vec()).prop_map(|text| OddValue::Text(text.to_owned())),
        2 => "\\PC{0,40}".prop_map(OddValue::Text),
        1 => (1..80_000_usize).prop_map(|n| OddValue::Text("ế".repeat(n))),
    ]
    .boxed()
}

pub(super) fn damage() -> BoxedStrategy<Damage> {
    let index = any::<Index>();
    prop_oneof![
        8 => (index.clone(), odd()).prop_map(|(at, odd)| Damage::Replace(at, odd)),
        3 => index.clone().prop_map(Damage::Remove),
        2 => (index.clone(), index.clone()).prop_map(|(a, b)| Damage::Swap(a, b)),
        2 => index.clone().prop_map(Damage::Repeat),
        1 => index.clone().prop_map(Damage::Cut),
        1 => (index.clone(), prop::collection::vec(any::<u8>(), 1..6))
            .prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        2 => (index, any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
    ]
    .boxed()
}

/// One damage, now and then two or three.
pub(super) fn damages() -> BoxedStrategy<Vec<Damage>> {
    prop_oneof![3 => prop::collection::vec(damage(), 1), 1 => prop::collection::vec(damage(), 2..4)]
        .boxed()
}

/// A JSON text after damages.
pub(super) fn damaged_json(document: &Value, damages: &[Damage]) -> Vec<u8> {
    let mut document = document.clone();
    let mut tokens = Vec::new();
    for damage in damages {
        match damage {
            Damage::Replace(at, odd) => *node(&mut document, *at) = value(odd, &mut tokens),
            Damage::Remove(at) => remove(&mut document, *at),
            Damage::Swap(a, b) => {
                let (first, second) =
                    (node(&mut document, *a).clone(), node(&mut document, *b).clone());
                *node(&mut document, *a) = second;
                *node(&mut document, *b) = first;
            }
            Damage::Repeat(_) | Damage::Cut(_) | Damage::Insert(..) | Damage::Flip(..) => {}
        }
    }
    let mut text = document.to_string();
    for token in tokens {
        text = text.replacen(&Value::from(PLACE).to_string(), token, 1);
    }
    for damage in damages {
        if let Damage::Repeat(at) = damage {
            let members: Vec<_> = text.match_indices('{').map(|(at, _)| at).collect();
            let names: Vec<_> = text.match_indices("\":").map(|(at, _)| at).collect();
            if let (false, false) = (members.is_empty(), names.is_empty()) {
                let end = *at.get(&names);
                let start = text[..end].rfind('"').unwrap_or(end);
                let member = format!("{}:null,", &text[start..=end]);
                text.insert_str(at.get(&members) + 1, &member);
            }
        }
    }
    damaged_bytes(text.into_bytes(), damages)
}

/// A text of lines after damages.
pub(super) fn damaged_lines(text: &str, separator: char, damages: &[Damage]) -> Vec<u8> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for damage in damages {
        if lines.is_empty() {
            break;
        }
        match damage {
            Damage::Replace(at, odd) => {
                let line = at.get(&lines).clone();
                let mut fields: Vec<String> = line.split(separator).map(str::to_owned).collect();
                let field = at.index(fields.len());
                fields[field] = match odd {
                    OddValue::Value(value) => value.to_string(),
                    OddValue::Token(token) => (*token).to_owned(),
                    OddValue::Nested(depth) => "[".repeat(*depth),
                    OddValue::Text(text) => text.clone(),
                };
                let place = at.index(lines.len());
                lines[place] = fields.join(&separator.to_string());
            }
            Damage::Remove(at) => drop(lines.remove(at.index(lines.len()))),
            Damage::Swap(a, b) => {
                let n = lines.len();
                lines.swap(a.index(n), b.index(n));
            }
            Damage::Repeat(at) => {
                let line = at.get(&lines).clone();
                lines.insert(at.index(lines.len()), line);
            }
            Damage::Cut(_) | Damage::Insert(..) | Damage::Flip(..) => {}
        }
    }
    damaged_bytes((lines.join("\n") + "\n").into_bytes(), damages)
}

fn damaged_bytes(mut bytes: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        match damage {
            Damage::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
            Damage::Insert(at, new) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, new.iter().copied());
            }
            Damage::Flip(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Damage::Flip(..)
            | Damage::Replace(..)
            | Damage::Remove(_)
            | Damage::Swap(..)
            | Damage::Repeat(_) => {}
        }
    }
    bytes
}

fn value(odd: &OddValue, tokens: &mut Vec<&'static str>) -> Value {
    match odd {
        OddValue::Value(value) => value.clone(),
        OddValue::Token(token) => {
            tokens.push(token);
            PLACE.into()
        }
        OddValue::Nested(depth) => {
            (0..*depth).fold(Value::Null, |inner, _| Value::Array(vec![inner]))
        }
        OddValue::Text(text) => text.as_str().into(),
    }
}

/// The paths of all values of a document; the first is the document itself.
fn pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(member, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{path}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn node(document: &mut Value, at: Index) -> &mut Value {
    let mut found = Vec::new();
    pointers(document, "", &mut found);
    document.pointer_mut(at.get(&found).as_str()).unwrap()
}

fn remove(document: &mut Value, at: Index) {
    let mut found = Vec::new();
    pointers(document, "", &mut found);
    let pointer = at.get(&found).as_str();
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    match document.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(&name.replace("~1", "/"))),
        Some(Value::Array(items)) => drop(items.remove(name.parse().unwrap())),
        _ => unreachable!("a parent has members"),
    }
}
