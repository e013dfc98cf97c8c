//! Rows as they are stored, made outside the transaction, because there nobody else can write.

use sha2::{Digest, Sha256};
use survey_defs::ids::{DeviceId, ProcedureGroup, SubmissionId, WaveId};
use survey_defs::paradata::BreakOff;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::sampling::{PopulationSize, SampleLabel};
use survey_defs::submission::{Context, Submission};
use uuid::Uuid;

use crate::break_offs::BreakOffEntry;
use crate::group_commit::Queued;
use crate::quarantine::Quarantined;
use crate::sender_tags::{HanoiDay, TaggedRecord};
use crate::submission_log::{Entry, Receipt, Recorded, draft_text};
use crate::value;

/// An entry as it is stored, before it has a position. `J` is a JSON text as the database keeps it.
#[derive(Clone)]
pub(crate) struct LogRow<J> {
    pub(crate) wave: WaveId,
    pub(crate) id: SubmissionId,
    pub(crate) received_at_ms: i64,
    pub(crate) source: &'static str,
    pub(crate) unit: String,
    pub(crate) channel: &'static str,
    pub(crate) respondent_type: &'static str,
    pub(crate) staff_helped: Option<bool>,
    pub(crate) procedure_group: Option<String>,
    pub(crate) stratum: Option<String>,
    pub(crate) psu: Option<String>,
    pub(crate) weight: Option<f64>,
    pub(crate) fpc: Option<f64>,
    pub(crate) device: Option<Uuid>,
    pub(crate) device_sequence: Option<i64>,
    pub(crate) draft: J,
    pub(crate) draft_sha256: [u8; 32],
    /// Whether it is appended by a decision, which is above the rejection of another text with its
    /// id.
    pub(crate) released: bool,
}

impl<J: From<String> + AsRef<[u8]>> LogRow<J> {
    pub(crate) fn new(entry: &Entry) -> Self {
        let Entry { submission, received_at, source, unit, channel, context, sampling } = entry;
        let Context { respondent_type, staff_helped, procedure_group } = context;
        let draft = text(submission);
        let sampling = sampling.as_ref();
        let paradata = submission.draft().paradata.as_ref();
        let device = paradata.and_then(|paradata| paradata.device);
        let sequence = device.and(paradata.and_then(|paradata| paradata.sequence));
        Self {
            wave: submission.draft().wave.clone(),
            id: submission.draft().id,
            received_at_ms: value::whole_ms(*received_at).as_millisecond(),
            source: source.as_str(),
            unit: unit.to_string(),
            channel: channel.as_str(),
            respondent_type: respondent_type.as_str(),
            staff_helped: *staff_helped,
            procedure_group: procedure_group.as_ref().map(|one| ProcedureGroup::as_str(one).into()),
            stratum: sampling
                .and_then(|one| one.stratum.as_ref())
                .map(|one| SampleLabel::as_str(one).into()),
            psu: sampling.map(|one| one.psu.as_str().into()),
            weight: sampling.map(|one| one.weight.get()),
            fpc: sampling.and_then(|one| one.fpc).map(PopulationSize::get),
            device: device.map(DeviceId::uuid),
            device_sequence: sequence.map(value::clamp),
            draft_sha256: Sha256::digest(&draft).into(),
            draft: draft.into(),
            released: false,
        }
    }

    /// What leaves quarantine.
    pub(crate) fn released(entry: &Entry) -> Self {
        Self { released: true, ..Self::new(entry) }
    }
}

impl<J: AsRef<[u8]> + Send + Sync + 'static> Queued for LogRow<J> {
    fn wave(&self) -> &WaveId {
        &self.wave
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.draft.as_ref().len()
    }
}

/// The one JSON text of a submission.
pub(crate) fn text(submission: &Submission) -> String {
    draft_text(submission.draft())
}

/// A submission on its way into quarantine.
pub(crate) struct QuarantinedRow {
    pub(crate) quarantined: Quarantined,
    pub(crate) sha256: [u8; 32],
}

impl QuarantinedRow {
    pub(crate) fn new(quarantined: Quarantined) -> Self {
        Self { sha256: value::sha256(&quarantined.body), quarantined }
    }

    /// What is kept once in a wave.
    pub(crate) fn key(&self) -> (Uuid, [u8; 32]) {
        (self.quarantined.submission.uuid(), self.sha256)
    }

    /// The day of Hanoi on which it arrived, counted from 1970-01-01, as the triggers count it.
    pub(crate) fn day(&self) -> i64 {
        HanoiDay::of(self.quarantined.received_at).0
    }
}

impl Queued for QuarantinedRow {
    fn wave(&self) -> &WaveId {
        &self.quarantined.wave
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.quarantined.body.len()
    }
}

impl Queued for TaggedRecord {
    fn wave(&self) -> &WaveId {
        &self.wave
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }
}

/// A break-off as it is stored.
pub(crate) struct BreakOffRow {
    pub(crate) break_off: BreakOff,
    pub(crate) received_at_ms: i64,
    pub(crate) content: String,
    pub(crate) sha256: [u8; 32],
}

/// The wave and the id of a break-off.
pub(crate) type BreakOffKey = (String, Uuid);

impl BreakOffRow {
    pub(crate) fn new(entry: &BreakOffEntry) -> Self {
        let BreakOffEntry { break_off, received_at } = entry.clone();
        let content = serde_json::to_string(&break_off).expect("a break-off is plain data");
        let received_at_ms = value::whole_ms(received_at).as_millisecond();
        Self { break_off, received_at_ms, sha256: value::sha256(&content), content }
    }

    pub(crate) fn key(&self) -> BreakOffKey {
        (self.break_off.wave.to_string(), self.break_off.id.uuid())
    }
}

impl Queued for BreakOffRow {
    fn wave(&self) -> &WaveId {
        &self.break_off.wave
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.content.len()
    }
}

/// A cell of level counts as it is stored; a missing part of the key is an empty text.
pub(crate) struct CellRow {
    pub(crate) unit: String,
    pub(crate) month: String,
    pub(crate) item: String,
    /// The five levels, not applicable, no answer.
    pub(crate) counts: [i64; 7],
}

/// What is known under an id.
pub(crate) enum IdStatus {
    /// It is in the log.
    Recorded { receipt: Receipt, sha256: [u8; 32] },
    /// It is not, and was rejected.
    Rejected(QuarantineReason),
}

impl IdStatus {
    pub(crate) fn compare(&self, sha256: [u8; 32]) -> Recorded {
        match *self {
            Self::Recorded { receipt, sha256: known } if known == sha256 => Recorded::Same(receipt),
            Self::Recorded { .. } => Recorded::Conflict,
            Self::Rejected(reason) => Recorded::Rejected(reason),
        }
    }

    /// Whether this row is to be appended all the same.
    pub(crate) fn lets_in<J>(&self, row: &LogRow<J>) -> bool {
        match self {
            Self::Recorded { .. } => false,
            Self::Rejected(_) => row.released,
        }
    }
}
