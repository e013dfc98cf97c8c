//! Defines the levels of units, and a unit during the time for which one row of the register
//! describes it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::UnitKey;
use crate::ids::UnitCode;
use crate::text::Text;

/// What a unit is in the structure of the city.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = UnitLevel)]
pub enum Level {
    /// The city.
    City,
    /// Quận, huyện or thị xã; none since 2025-07-01.
    District,
    /// Phường, xã or thị trấn.
    Commune,
    /// A department of the city or a body of the same rank.
    Agency,
    /// A branch of the service centre.
    Branch,
}

/// A unit during the time for which one row of the register describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The key.
    pub key: UnitKey,
    /// The level.
    pub level: Level,
    /// The kind in Vietnamese, such as `phường` or `sở`.
    pub kind: String,
    /// The full Vietnamese name, such as `Phường Ba Đình`, in Unicode NFC.
    pub name: String,
    /// The code of the unit above; always a district or the city, and none for agencies.
    pub parent: Option<UnitCode>,
    /// The last day on which the row holds; none if it still does.
    pub valid_to: Option<Date>,
    /// The agencies that were merged into this one on its first day, itself included.
    pub predecessors: Vec<UnitCode>,
    /// The former districts that a branch covers.
    pub serves: Vec<UnitCode>,
    pub(super) name_en: String,
}

impl Unit {
    /// Whether the row holds on a day.
    pub fn valid_on(&self, day: Date) -> bool {
        self.key.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }

    /// The name without the word for the kind: `Ba Đình`; the full name if it has no such word.
    pub fn short_name(&self) -> &str {
        without_kind(&self.name, &self.kind)
    }

    /// The full English name, such as `Ba Đình Ward`.
    pub fn name_en(&self) -> &str {
        &self.name_en
    }

    /// The full name in both languages.
    pub fn title(&self) -> Text {
        Text { vi: self.name.clone(), en: self.name_en.clone() }
    }
}

/// Takes the word for the kind off the front of a name.
pub(super) fn without_kind<'a>(name: &'a str, kind: &str) -> &'a str {
    name.split_at_checked(kind.len())
        .filter(|(front, _)| front.to_lowercase() == kind)
        .and_then(|(_, rest)| rest.strip_prefix(' '))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_word_for_the_kind_comes_off() {
        for (name, kind, short) in [
            ("Phường Ba Đình", "phường", "Ba Đình"),
            ("Thị trấn Văn Điển", "thị trấn", "Văn Điển"),
            ("Xã Đàn", "xã", "Đàn"),
            ("Xãng", "xã", "Xãng"),
            ("Sở Y tế", "sở", "Y tế"),
            ("Thanh tra thành phố Hà Nội", "tương đương sở", "Thanh tra thành phố Hà Nội"),
            ("Đ", "x", "Đ"),
        ] {
            assert_eq!(without_kind(name, kind), short, "{name}");
        }
    }
}
