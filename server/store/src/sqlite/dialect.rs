//! What SQLite writes in another way.

use survey_defs::ids::SubmissionId;

/// Begins to write: takes the lock of the file at once, so that what is read before something is
/// written cannot change meanwhile.
pub(super) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// Begins to read what is there at one moment, which is that of the first statement.
pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN";

/// What a snapshot asks for that a dump is read from. It keeps the write-ahead file from being cut
/// back until it ends; nobody else waits for it.
pub(super) const DUMP_SETTINGS: [&str; 0] = [];

/// What a transaction asks for that loads a dump.
pub(super) const LOAD_SETTINGS: [&str; 0] = [];

/// Locks the rows that are read: a transaction that writes has the whole file.
pub(super) const FOR_UPDATE: &str = "";

/// Whether a break-off is of session `$3` of device `$5`; the index has these expressions.
pub(super) const IS_BREAK_OFF_OF_SESSION: &str = "json_extract(content, '$.paradata.device') = $5
     AND json_extract(content, '$.paradata.sequence') = $3";

/// What wave `$1` has under the ids `$2`, in the log or else among what was rejected.
pub(super) const FIND_ID_STATUSES: &str = "
    SELECT submission AS id, 0 AS position, received_at_ms, body_sha256 AS sha256, reason
    FROM quarantine
    WHERE wave = $1 AND state = 'rejected'
    AND submission IN (SELECT unhex(value) FROM json_each($2))
    UNION ALL
    SELECT id, position, received_at_ms, draft_sha256, NULL FROM submissions
    WHERE wave = $1 AND id IN (SELECT unhex(value) FROM json_each($2))";

/// What wave `$1` keeps aside under the ids `$2`, and whether it waits without proof.
pub(super) const FIND_QUARANTINED: &str = "
    SELECT submission, body_sha256, received_at_ms, state = 'waiting' AND proven = 0
    FROM quarantine WHERE wave = $1 AND submission IN (SELECT unhex(value) FROM json_each($2))";

/// Ids as one parameter: a JSON value, so that the statement is the same for any number of ids.
pub(super) fn id_list(ids: &[SubmissionId]) -> String {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid().simple().to_string()).collect();
    serde_json::to_string(&ids).expect("a list of texts")
}
