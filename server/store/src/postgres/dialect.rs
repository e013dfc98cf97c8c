//! What PostgreSQL writes in another way.

use survey_defs::ids::SubmissionId;
use uuid::Uuid;

/// Begins to write.
pub(super) const BEGIN_WRITE: &str = "BEGIN";

/// Begins to read what is there at one moment, which is that of the first statement.
pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// What a snapshot asks for that a dump is read from: whoever takes the rows may write them to a
/// slow disk. The snapshot keeps PostgreSQL from clearing away old versions of rows until it ends;
/// nobody waits for it.
pub(super) const DUMP_SETTINGS: [&str; 2] =
    ["SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0"];

/// What a transaction asks for that loads a dump. A trigger of the table of waves makes the
/// partitions.
pub(super) const LOAD_SETTINGS: [&str; 2] = [
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    // A server that starts now waits with its definitions, and nobody makes a wave.
    "LOCK TABLE definitions, waves IN SHARE ROW EXCLUSIVE MODE",
];

/// Locks the rows that are read until the commit.
pub(super) const FOR_UPDATE: &str = "FOR UPDATE";

/// Whether a break-off is of session `$3` of device `$5`; the index has these expressions.
pub(super) const IS_BREAK_OFF_OF_SESSION: &str = "content::json #>> '{paradata,device}' = $5
     AND content::json #>> '{paradata,sequence}' = $3::text";

/// What wave `$1` has under the ids `$2`, in the log or else among what was rejected.
pub(super) const FIND_ID_STATUSES: &str = "
    SELECT submission AS id, 0::bigint AS position, received_at_ms, body_sha256 AS sha256, reason
    FROM quarantine WHERE wave = $1 AND state = 'rejected' AND submission = ANY($2)
    UNION ALL
    SELECT id, position, received_at_ms, draft_sha256, NULL FROM submissions
    WHERE wave = $1 AND id = ANY($2)";

/// What wave `$1` keeps aside under the ids `$2`, and whether it waits without proof.
pub(super) const FIND_QUARANTINED: &str = "
    SELECT submission, body_sha256, received_at_ms, state = 'waiting' AND NOT proven
    FROM quarantine WHERE wave = $1 AND submission = ANY($2)";

/// Ids as one parameter.
pub(super) fn id_list(ids: &[SubmissionId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}
