//! Which shape of records a program knows, and what it keeps of a record that is newer.
//!
//! Forms and servers are not replaced at the same moment. A server keeps what a newer form says
//! besides, without looking at it, and a form takes the refusal of an older server for no last word.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// The generation of what forms and devices send. It is raised by one whenever a field is added to
/// a [`Draft`](crate::submission::Draft), its paradata, a [`BreakOff`](crate::paradata::BreakOff) or
/// a [`Heartbeat`](crate::device::Heartbeat).
pub const WIRE_GENERATION: u32 = 1;

/// The header in which every answer of a server says its [`WIRE_GENERATION`].
pub const GENERATION_HEADER: &str = "thuocdo-generation";

/// The most fields that are kept unknown, of a record and of its paradata.
pub const MOST_FIELDS: usize = 16;

/// The most bytes that they have together, as JSON.
pub const MOST_BYTES: usize = 4 * 1024;

/// Where unknown fields stand in what a server writes. A field that a later release knows never
/// stands there, so what a stranger has made up is never read as one.
pub(crate) const EXTRA: &str = "extra";

/// The generation of the program that made a record. It stands in the record, because the program
/// that sends it may be a later one; the first generation writes none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(u32);

impl Generation {
    /// That of this program.
    pub const THIS: Self = Self(WIRE_GENERATION);

    const FIRST: Self = Self(1);

    /// A generation.
    pub fn new(number: u32) -> Self {
        Self(number)
    }

    pub(crate) fn first() -> Self {
        Self::FIRST
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    pub(crate) fn is_first(&self) -> bool {
        *self == Self::FIRST
    }
}

/// The fields of a record that this program does not know; they are read as if they were flattened
/// into it, and written by `write_record!`. They are kept, and never count.
#[derive(Debug, Clone, Default)]
pub struct Extra(pub(crate) Option<Box<RawValue>>);

impl Extra {
    fn text(&self) -> Option<&str> {
        self.0.as_deref().map(RawValue::get)
    }
}

impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Extra {}

/// Writes a record field by field, and what is unknown of it below [`EXTRA`]. The derived code for a
/// flattened field is larger, and every phone would download it.
macro_rules! write_record {
    ($record:ident { $($field:ident $(unless $is_absent:path)?),* $(,)? }) => {
        impl serde::Serialize for $record {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct as _;
                let Self { $($field,)* extra } = self;
                let n_fields = [$(stringify!($field)),*].len() + 1;
                let mut record = serializer.serialize_struct(stringify!($record), n_fields)?;
                $($crate::generation::write_record!(@record, $field $(, $is_absent)?);)*
                if let Some(fields) = &extra.0 {
                    record.serialize_field($crate::generation::EXTRA, fields)?;
                }
                record.end()
            }
        }
    };
    (@$record:ident, $field:ident) => {
        $record.serialize_field(stringify!($field), $field)?
    };
    (@$record:ident, $field:ident, $is_absent:path) => {
        if !$is_absent($field) {
            $record.serialize_field(stringify!($field), $field)?;
        }
    };
}
pub(crate) use write_record;

impl<'de> Deserialize<'de> for Extra {
    /// From what is left of a record: fields that are unknown here, or were to who has kept it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields = serde_json::Map::deserialize(deserializer)?;
        lift(&mut fields);
        if fields.is_empty() {
            return Ok(Self(None));
        }
        let fields: BTreeMap<String, Value> = fields.into_iter().collect();
        let text = serde_json::to_string(&fields).and_then(RawValue::from_string);
        Ok(Self(Some(text.map_err(serde::de::Error::custom)?)))
    }
}

/// Puts what was kept unknown beside the other fields.
fn lift(fields: &mut serde_json::Map<String, Value>) {
    match fields.remove(EXTRA) {
        Some(Value::Object(kept)) => {
            for (name, value) in kept {
                fields.entry(name).or_insert(value);
            }
        }
        Some(other) => {
            fields.insert(EXTRA.to_owned(), other);
        }
        None => {}
    }
}

/// A record that a newer program may have made.
pub trait Versioned {
    /// The generation of who made it.
    fn generation(&self) -> Generation;

    /// What is unknown in it.
    fn extras(&self) -> [&Extra; 2];

    /// Whether a program of another generation may write it in another way.
    fn is_newer_than_first(&self) -> bool {
        !self.generation().is_first()
    }

    /// Checks what was sent: only who made it later than this program may say what this program does
    /// not know, and only so much.
    ///
    /// # Errors
    /// [`UnknownFields`].
    fn check_extras(&self) -> Result<(), UnknownFields> {
        for text in self.extras().into_iter().filter_map(Extra::text) {
            let fields: BTreeMap<String, Value> = serde_json::from_str(text).unwrap_or_default();
            let is_name = |name: &String| {
                (1..=64).contains(&name.len())
                    && name
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            };
            if fields.len() > MOST_FIELDS || text.len() > MOST_BYTES || !fields.keys().all(is_name)
            {
                return Err(UnknownFields::TooMuch);
            }
            // PostgreSQL keeps no NUL in what it looks into.
            if text.contains("\\u0000") {
                return Err(UnknownFields::Nul);
            }
            if self.generation() <= Generation::THIS {
                return Err(UnknownFields::NotNewer(fields.into_keys().next().unwrap_or_default()));
            }
        }
        Ok(())
    }
}

/// A record has fields that are not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownFields {
    /// Who made it is not newer than this program, so it is a mistake.
    #[error("unknown field `{0}`")]
    NotNewer(String),
    /// They have a character that no database keeps.
    #[error("unknown fields have no NUL")]
    Nul,
    /// They are more than a newer program has.
    #[error(
        "at most {MOST_FIELDS} unknown fields and {MOST_BYTES} bytes of them are kept, \
         with names of a to z, 0 to 9 and _"
    )]
    TooMuch,
}

/// Whether two JSON texts of a record say the same, whichever program has written each: a field
/// that one knows is unknown to the other.
pub fn say_the_same(one: &str, other: &str) -> bool {
    let read = |text| -> Option<Value> {
        let mut record: Value = serde_json::from_str(text).ok()?;
        let fields = record.as_object_mut()?;
        lift(fields);
        if let Some(paradata) = fields.get_mut("paradata").and_then(Value::as_object_mut) {
            lift(paradata);
        }
        Some(record)
    };
    read(one).zip(read(other)).is_some_and(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an older program knows of a record.
    #[derive(Debug, PartialEq, Deserialize)]
    struct Old {
        a: u8,
        #[serde(default = "Generation::first")]
        generation: Generation,
        #[serde(flatten)]
        extra: Extra,
    }

    write_record!(Old { a, generation unless Generation::is_first });

    /// What a newer one knows.
    #[derive(Debug, PartialEq, Deserialize)]
    struct New {
        #[serde(default)]
        hue: Option<u8>,
        a: u8,
        #[serde(default = "Generation::first")]
        generation: Generation,
        #[serde(flatten)]
        extra: Extra,
    }

    write_record!(New {
        hue unless Option::is_none,
        a,
        generation unless Generation::is_first,
    });

    impl Versioned for Old {
        fn generation(&self) -> Generation {
            self.generation
        }

        fn extras(&self) -> [&Extra; 2] {
            [&self.extra, &self.extra]
        }
    }

    fn old(text: &str) -> Old {
        serde_json::from_str(text).unwrap()
    }

    fn text(record: &impl Serialize) -> String {
        serde_json::to_string(record).unwrap()
    }

    #[test]
    fn unknown_fields_are_kept_in_one_place_and_in_one_order() {
        let sent = old(r#"{"z":[1,{"y":2.50}],"generation":2,"hue":3,"a":1}"#);
        let kept = r#"{"a":1,"generation":2,"extra":{"hue":3,"z":[1,{"y":2.5}]}}"#;
        assert_eq!(text(&sent), kept);
        assert_eq!(old(kept), sent);
        assert_eq!(text(&old(r#"{"a":1}"#)), r#"{"a":1}"#);
        assert_eq!(text(&old(r#"{"a":1,"extra":{}}"#)), r#"{"a":1}"#);
        let odd = r#"{"a":1,"extra":{"extra":5}}"#;
        assert_eq!(text(&old(r#"{"a":1,"extra":5}"#)), odd);
        assert_eq!(text(&old(odd)), odd);
    }

    #[test]
    fn what_was_made_up_is_never_read_as_a_field_of_a_later_release() {
        let kept = text(&old(r#"{"a":1,"generation":9,"hue":"junk"}"#));
        let later: New = serde_json::from_str(&kept).unwrap();
        assert_eq!(later.hue, None);
        // And a text of a later release can be read by an earlier one that runs beside it.
        assert_eq!(old(r#"{"hue":3,"a":1,"generation":2}"#).generation, Generation::new(2));
    }

    #[test]
    fn programs_of_both_generations_find_the_same_content() {
        let sent = r#"{"a":1,"hue":3,"generation":2,"paradata":{"t":1}}"#;
        let newer: New = serde_json::from_str(sent).unwrap();
        assert_ne!(text(&newer), text(&old(sent)));
        assert!(say_the_same(&text(&newer), &text(&old(sent))));
        let other = old(r#"{"a":1,"hue":4,"generation":2,"paradata":{"t":1}}"#);
        assert!(!say_the_same(&text(&newer), &text(&other)));
        let (of_old, of_new) = (r#"{"paradata":{"extra":{"t":1}}}"#, r#"{"paradata":{"t":1}}"#);
        assert!(say_the_same(of_old, of_new));
        assert!(!say_the_same("{}", "no JSON"));
        assert!(!say_the_same("no JSON", "no JSON"));
    }

    #[test]
    fn only_newer_programs_may_say_more_and_only_so_much() {
        let newer = WIRE_GENERATION + 1;
        let check = |fields: &str| {
            old(&format!("{{\"a\":1,\"generation\":{newer}{fields}}}")).check_extras()
        };
        assert_eq!(old(r#"{"a":1}"#).check_extras(), Ok(()));
        let mistaken = UnknownFields::NotNewer("hue".into());
        assert_eq!(old(r#"{"a":1,"hue":3}"#).check_extras(), Err(mistaken.clone()));
        let same = format!("{{\"a\":1,\"generation\":{WIRE_GENERATION},\"hue\":3}}");
        assert_eq!(old(&same).check_extras(), Err(mistaken));
        assert_eq!(check(r#","hue":3"#), Ok(()));
        let fields = |n| (0..n).map(|n| format!(",\"f{n}\":0")).collect::<Vec<_>>().concat();
        assert_eq!(check(&fields(MOST_FIELDS)), Ok(()));
        assert_eq!(check(&fields(MOST_FIELDS + 1)), Err(UnknownFields::TooMuch));
        let long = |n| format!(",\"f\":\"{}\"", "x".repeat(n));
        // The field's own signs: `{"f":""}`.
        assert_eq!(check(&long(MOST_BYTES - 8)), Ok(()));
        assert_eq!(check(&long(MOST_BYTES - 7)), Err(UnknownFields::TooMuch));
        for name in ["", "Hue", "a b", "é"] {
            let field = format!(",\"{name}\":0");
            assert_eq!(check(&field), Err(UnknownFields::TooMuch), "{name}");
        }
    }
}
