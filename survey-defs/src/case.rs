//! Defines a case (*vụ việc*): records of a wave that somebody doubts, and what becomes of them.
//!
//! A case says by a rule which records it is about: where they were given or from whose network they came,
//! when they arrived, and from which devices. A rule cannot name an answer or a score, so records are never chosen by what they say.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, PointId};
use crate::phrases::Phrase;
use crate::wire::wire_enum;

/// Which records a case is about. Nothing in it speaks of answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RuleFields", into = "RuleFields")]
pub struct Rule(RuleFields);

/// The parts of a [`Rule`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFields {
    /// Where they come from.
    pub origin: Origin,
    /// Received at this time or later, by server time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub from: Timestamp,
    /// Received before this time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub until: Timestamp,
    /// From which devices.
    pub devices: Devices,
}

/// Where the records of a case come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Origin {
    /// A service point.
    Point {
        /// The service point.
        point: PointId,
    },
    /// The network from which one record came, on the day of that record. Who that is, nobody knows.
    SameSender {
        /// The position of the record in the log of its wave.
        position: u64,
        /// Only what names this service point.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        point: Option<PointId>,
    },
}

impl Origin {
    /// The service point that all its records name.
    pub fn point(&self) -> Option<&PointId> {
        match self {
            Self::Point { point } => Some(point),
            Self::SameSender { position: _, point } => point.as_ref(),
        }
    }

    /// The position of the record whose sender is meant.
    pub fn same_sender_as(&self) -> Option<u64> {
        match self {
            Self::Point { .. } => None,
            Self::SameSender { position, point: _ } => Some(*position),
        }
    }
}

/// From which devices the records of a case come. A record that counts and names a device was sent by
/// it, or staff have vouched for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Devices {
    /// Whatever they come from.
    Any,
    /// No enrolled device.
    None,
    /// One enrolled device.
    One {
        /// The device.
        device: DeviceId,
    },
}

/// A window of time that nothing can fall into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time from which records are meant is not before the time until which they are")]
pub struct EmptyWindow;

impl TryFrom<RuleFields> for Rule {
    type Error = EmptyWindow;

    fn try_from(fields: RuleFields) -> Result<Self, EmptyWindow> {
        if fields.from < fields.until { Ok(Self(fields)) } else { Err(EmptyWindow) }
    }
}

impl From<Rule> for RuleFields {
    fn from(rule: Rule) -> Self {
        rule.0
    }
}

impl Rule {
    /// Its parts.
    pub fn fields(&self) -> &RuleFields {
        &self.0
    }
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Somebody has noticed something.
    Found,
    /// Which records it is about is settled for good.
    Examined,
    /// It is written down what they are.
    Concluded,
    /// They do not count.
    Annulled,
    /// They count: because it was decided so, or because the annulment was undone.
    Kept,
}
wire_enum!(CaseState {
    Found = "found",
    Examined = "examined",
    Concluded = "concluded",
    Annulled = "annulled",
    Kept = "kept",
});

/// Why records are annulled, from a closed list; beside it stands a reason in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnulmentCause {
    /// Somebody has sent many, to move the score.
    Stuffed,
    /// They were sent to try out the form.
    Test,
    /// They are there several times.
    Duplicate,
    /// Staff have filled them in instead of citizens.
    StaffFilled,
    /// A device has sent what nobody entered.
    DeviceFault,
    /// Another one, which the words say.
    Other,
}
wire_enum!(AnnulmentCause {
    Stuffed = "stuffed",
    Test = "test",
    Duplicate = "duplicate",
    StaffFilled = "staff_filled",
    DeviceFault = "device_fault",
    Other = "other",
});

impl AnnulmentCause {
    /// As people read it.
    pub const fn phrase(self) -> Phrase {
        match self {
            Self::Stuffed => Phrase::new("phiếu gửi hàng loạt", "stuffed"),
            Self::Test => Phrase::new("phiếu gửi thử", "test forms"),
            Self::Duplicate => Phrase::new("phiếu trùng", "duplicates"),
            Self::StaffFilled => Phrase::new("cán bộ điền thay", "filled in by staff"),
            Self::DeviceFault => Phrase::new("thiết bị hỏng", "device fault"),
            Self::Other => Phrase::new("lý do khác", "other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields() -> RuleFields {
        RuleFields {
            origin: Origin::Point { point: PointId::new("counter-1").unwrap() },
            from: "2026-03-02T01:00:00Z".parse().unwrap(),
            until: "2026-03-02T02:00:00Z".parse().unwrap(),
            devices: Devices::None,
        }
    }

    #[test]
    fn a_rule_has_a_point_a_window_and_devices_and_nothing_else() {
        let rule = Rule::try_from(fields()).unwrap();
        let json = serde_json::to_value(&rule).unwrap();
        assert_eq!(
            json,
            json!({
                "origin": { "kind": "point", "point": "counter-1" },
                "from": "2026-03-02T01:00:00Z",
                "until": "2026-03-02T02:00:00Z",
                "devices": { "kind": "none" },
            })
        );
        assert_eq!(serde_json::from_value::<Rule>(json.clone()).unwrap(), rule);
        for (key, value) in [
            ("answers", json!({ "level": 5 })),
            ("score", json!(0)),
            ("respondent_type", json!("individual")),
            ("unit", json!("00004@2025-07-01")),
        ] {
            let mut with = json.clone();
            with[key] = value;
            assert!(serde_json::from_value::<Rule>(with).is_err(), "{key} was accepted");
        }
    }

    #[test]
    fn a_rule_may_mean_the_sender_of_a_record_and_says_nothing_else_of_it() {
        for (point, json) in [
            (None, json!({ "kind": "same_sender", "position": 7 })),
            (
                Some(PointId::new("counter-1").unwrap()),
                json!({ "kind": "same_sender", "position": 7, "point": "counter-1" }),
            ),
        ] {
            let origin = Origin::SameSender { position: 7, point: point.clone() };
            assert_eq!(serde_json::to_value(&origin).unwrap(), json);
            assert_eq!(serde_json::from_value::<Origin>(json).unwrap(), origin);
            assert_eq!((origin.point(), origin.same_sender_as()), (point.as_ref(), Some(7)));
        }
        for (key, value) in [("tag", json!("00")), ("address", json!("198.51.100.1"))] {
            let mut with = json!({ "kind": "same_sender", "position": 7 });
            with[key] = value;
            assert!(serde_json::from_value::<Origin>(with).is_err(), "{key} was accepted");
        }
    }

    #[test]
    fn a_window_has_a_length() {
        let fields = fields();
        let empty = RuleFields { until: fields.from, ..fields.clone() };
        assert_eq!(Rule::try_from(empty), Err(EmptyWindow));
        let backwards = RuleFields { from: fields.until, until: fields.from, ..fields };
        assert_eq!(Rule::try_from(backwards), Err(EmptyWindow));
    }
}
