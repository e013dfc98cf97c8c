//! Every table that must survive, declared once: its name, columns and key, and how its rows are
//! checked.

use serde::{Deserialize, Serialize};

use super::check::Checker;
use super::row::DumpedRow;

/// A column of a [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name, the same in every database.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds, apart from null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// Bytes, such as a hash.
    Bytes,
    /// An id of 16 bytes.
    Id,
    /// A number with a fraction.
    Real,
    /// Yes or no.
    Flag,
}

/// Declares the tables, in an order in which they can be loaded and checked: what is referred to
/// comes first, and the audit log and redactions come before the submissions that they speak of.
///
/// `key` is how many of the first columns make up the key by which rows are ordered; `check` is the
/// method that looks at each row, [`Checker::nothing`] if loading or the database itself refuses what
/// could be wrong. The name in lower case is the name of the variant.
macro_rules! tables {
    ($(
        $(#[$doc:meta])*
        $table:ident = $name:literal {
            key: $key:literal,
            columns: [$($kind:ident $column:literal),* $(,)?],
            check: $check:expr,
        }
    )*) => {
        /// A table that must survive.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Table {
            $($(#[$doc])* $table,)*
        }

        impl Table {
            /// Every table, in an order in which they can be loaded and checked.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$table),*];

            /// Its name in every database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$table => $name,)* }
            }

            /// How many of the first columns make up the key by which rows are ordered.
            pub(crate) fn key(self) -> usize {
                match self { $(Self::$table => $key,)* }
            }

            /// Its columns, those of the key first.
            pub fn columns(self) -> &'static [Column] {
                match self {
                    $(Self::$table => const { &[$($kind($column)),*] },)*
                }
            }

            /// What looks at each row of a dump.
            pub(super) fn check(self) -> fn(&mut Checker, &DumpedRow) {
                match self { $(Self::$table => $check,)* }
            }
        }
    };
}

tables! {
    /// Published versions of instruments and methods.
    Definitions = "definitions" {
        key: 3,
        columns: [text "kind", text "id", int "version", bytes "sha256"],
        check: Checker::nothing,
    }
    /// Survey waves.
    Waves = "waves" {
        key: 1,
        columns: [text "id", text "content", text "takes", flag "mixed"],
        check: Checker::wave,
    }
    /// Service points.
    Points = "points" {
        key: 2,
        columns: [
            text "wave", text "id", text "name_vi", text "name_en", text "unit", text "channel",
            text "telephone",
        ],
        check: Checker::point,
    }
    /// Where the log of each wave ends.
    WaveLogs = "wave_logs" {
        key: 1,
        columns: [text "wave", text "contents", int "position", int "submissions"],
        check: Checker::wave_log,
    }
    /// What was done to records.
    AuditLog = "audit_log" {
        key: 2,
        columns: [
            text "wave", int "number", int "at_ms", text "actor", id "person", text "name",
            text "role", text "system_user", text "host", text "claimed_name", text "task",
            text "door", text "reason", text "content",
        ],
        check: Checker::audit_entry,
    }
    /// Submissions whose free text was taken out.
    Redactions = "redactions" {
        key: 2,
        columns: [text "wave", int "position", bytes "draft_sha256"],
        check: Checker::redaction,
    }
    /// The logs.
    Submissions = "submissions" {
        key: 2,
        columns: [
            text "wave", int "position", id "id", int "received_at_ms", text "source",
            text "unit", text "channel", text "respondent_type", flag "staff_helped",
            text "procedure_group", text "stratum", text "psu", real "weight", real "fpc",
            id "device", int "device_sequence", text "draft", bytes "draft_sha256",
        ],
        check: Checker::submission,
    }
    /// Imported files.
    Imports = "imports" {
        key: 2,
        columns: [
            text "wave", bytes "file_sha256", text "kind", int "n_rows", int "n_created",
            int "position", int "imported_at_ms",
        ],
        check: Checker::import,
    }
    /// Imported counts of the five levels.
    LevelCounts = "level_counts" {
        key: 4,
        columns: [
            text "wave", text "unit", text "month", text "item", int "level_1", int "level_2",
            int "level_3", int "level_4", int "level_5", int "not_applicable", int "no_answer",
            int "position",
        ],
        check: Checker::level_count,
    }
    /// Published versions of dossier counts.
    DossierFiles = "dossier_files" {
        key: 2,
        columns: [text "wave", int "version", bytes "file_sha256", int "imported_at_ms"],
        check: Checker::dossier_file,
    }
    /// Dossier counts.
    DossierCounts = "dossier_counts" {
        key: 4,
        columns: [text "wave", int "version", text "unit", text "procedure_group", int "dossiers"],
        check: Checker::nothing,
    }
    /// What is kept and does not count.
    Quarantine = "quarantine" {
        key: 2,
        columns: [
            text "wave", int "number", id "submission", text "point", text "reason", text "state",
            int "received_at_ms", int "decided_at_ms", flag "proven", id "device",
            int "device_sequence", text "body", bytes "body_sha256",
        ],
        check: Checker::quarantined,
    }
    /// Devices at counters.
    Devices = "devices" {
        key: 1,
        columns: [
            id "id", text "wave", text "point", text "name", text "settings",
            int "created_at_ms", bytes "code_sha256", int "code_expires_at_ms", text "key_kind",
            bytes "key", int "enrolled_at_ms", int "revoked_at_ms", text "heartbeat",
            int "heartbeat_at_ms", int "clock_skew_s", text "code_public",
            int "code_wrong_secrets",
        ],
        check: Checker::device,
    }
    /// What heartbeats have proved.
    HeartbeatHistory = "heartbeat_history" {
        key: 4,
        columns: [
            text "wave", id "device", int "sequence", int "received_at_ms", int "clock_skew_s",
            flag "restarted",
        ],
        check: Checker::nothing,
    }
    /// Forms that were not finished.
    BreakOffs = "break_offs" {
        key: 2,
        columns: [
            text "wave", id "id", int "received_at_ms", text "reason", text "last_item",
            text "content", bytes "content_sha256",
        ],
        check: Checker::break_off,
    }
    /// Short codes of places.
    ShortCodes = "short_codes" {
        key: 1,
        columns: [
            text "code", text "folded", text "place", text "unit", text "channel",
            flag "simulated", int "made_at_ms",
        ],
        check: Checker::short_code,
    }
    /// What opens the files that devices give out.
    OutboxKeys = "outbox_keys" {
        key: 1,
        columns: [int "number", bytes "secret"],
        check: Checker::nothing,
    }
    /// Records that somebody doubts.
    Cases = "cases" {
        key: 2,
        columns: [text "wave", int "number", text "rule"],
        check: Checker::case,
    }
    /// Which records a case is about.
    CaseRecords = "case_records" {
        key: 3,
        columns: [
            text "wave", int "case_number", int "first_position", int "last_position",
        ],
        check: Checker::case_records,
    }
    /// What was done to cases.
    CaseEvents = "case_events" {
        key: 3,
        columns: [
            text "wave", int "case_number", int "number", text "state", int "audit_number",
        ],
        check: Checker::case_event,
    }
    /// Which records do not count.
    Annulments = "annulments" {
        key: 2,
        columns: [text "wave", int "number", int "case_number", text "act"],
        check: Checker::annulment,
    }
}

/// Tables that are in no backup, and why.
#[cfg(test)]
pub(crate) const LEFT_OUT: [(&str, &str); 9] = [
    ("segments", "the program makes the mirror again from the log"),
    ("readiness", "each server writes it anew"),
    ("quarantine_usage", "the database counts what is put into quarantine, also when it is loaded"),
    ("sender_keys", "nobody shall tell later which network a tag is of"),
    ("sender_tags", "tags of senders are kept for 30 days, and a backup for longer"),
    (
        "heartbeat_counters",
        "after a restore no heartbeat of before may be taken, so nonces are new",
    ),
    ("login_links", "a restore ends what anybody could log in with"),
    ("staff_sessions", "a restore ends all sessions"),
    ("staff_tokens", "a restore ends all tokens"),
];

/// What empties the tables of [`LEFT_OUT`] whose rows must not outlive a restore.
pub(crate) const EMPTY: [&str; 6] = [
    "DELETE FROM sender_keys",
    "DELETE FROM sender_tags",
    "DELETE FROM heartbeat_counters",
    "DELETE FROM login_links",
    "DELETE FROM staff_sessions",
    "DELETE FROM staff_tokens",
];

impl Table {
    /// Whether a column has drafts, the one large text, which a database may keep in another form.
    pub(crate) fn is_draft(self, column: &Column) -> bool {
        (self, column.name) == (Self::Submissions, "draft")
    }
}

const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

const fn bytes(name: &'static str) -> Column {
    Column { name, kind: Kind::Bytes }
}

const fn id(name: &'static str) -> Column {
    Column { name, kind: Kind::Id }
}

const fn real(name: &'static str) -> Column {
    Column { name, kind: Kind::Real }
}

const fn flag(name: &'static str) -> Column {
    Column { name, kind: Kind::Flag }
}
