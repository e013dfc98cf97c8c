//! Keeping records aside, within what strangers may put there.

use std::time::Duration;

use jiff::Timestamp;
use store::{Kept, Quarantined, StoreError, draft_text};
use survey_defs::ids::DeviceId;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::Draft;
use tracing::warn;

use super::sender::{Sender, SenderAddress};
use super::{Error, Intake};
use crate::system::buckets::TooMany;
use crate::system::metrics::Limit;

/// The largest record that is kept aside of a sender who has proved nothing.
const MAX_ASIDE_BYTES: usize = 16 * 1024;

/// When a sender whose record finds no room in quarantine should come again: there is room when the day
/// is over, or when staff have decided on what waits.
const QUARANTINE_FULL: TooMany =
    TooMany { limit: Limit::Quarantine, wait: Duration::from_hours(1) };

/// The same where only too much waits to be kept at the moment.
const QUARANTINE_BUSY: TooMany = TooMany { limit: Limit::Quarantine, wait: Duration::from_secs(5) };

/// Keeps a record aside: its one JSON text, whatever the text looked like that was sent.
pub(super) fn aside(
    draft: &Draft,
    (reason, received_at): (QuarantineReason, Timestamp),
    (sender, session): (&Sender, Option<(DeviceId, u64)>),
) -> Quarantined {
    Quarantined {
        submission: draft.id,
        wave: draft.wave.clone(),
        point: draft.point.clone(),
        reason,
        received_at,
        proven: sender.vouches_for(&draft.wave, reason),
        session,
        body: draft_text(draft),
    }
}

/// Keeps those records aside for which there is room, and says of each since when it is kept, or when to
/// send it again.
pub(super) async fn keep_aside(
    intake: &Intake,
    all: Vec<Quarantined>,
    from: SenderAddress,
) -> Result<Vec<Result<Timestamp, TooMany>>, Error> {
    let room: Vec<_> = all.iter().map(|one| room_aside(intake, one, from)).collect();
    let aside: Vec<Quarantined> =
        all.into_iter().zip(&room).filter(|(_, room)| room.is_ok()).map(|(one, _)| one).collect();
    if let Some(one) = aside.first() {
        // One line for a post, however much is in it: strangers must not fill the log.
        warn!(
            wave.id = %one.wave, reason = %one.reason, records = aside.len(),
            "submissions go into quarantine"
        );
    }
    let kept = match intake.store().quarantine(&aside).await {
        Ok(kept) => kept
            .into_iter()
            .map(|kept| match kept {
                Kept::Since(received_at) => Ok(received_at),
                Kept::Full => Err(QUARANTINE_FULL),
            })
            .collect(),
        Err(StoreError::Busy) => vec![Err(QUARANTINE_BUSY); aside.len()],
        Err(error) => return Err(error.into()),
    };
    for (device, _) in aside.iter().filter_map(|one| one.session) {
        intake.reviews.forget(device);
    }
    let mut kept = kept.into_iter();
    let result = |room| match room {
        Ok(()) => kept.next().ok_or(Error::LostResult),
        Err(too_many) => Ok(Err(too_many)),
    };
    room.into_iter().map(result).collect()
}

/// Whether there may be room for a record that is to be kept aside. The store has the last word. One that
/// is too large for it may still count later, so this is no refusal.
fn room_aside(intake: &Intake, one: &Quarantined, from: SenderAddress) -> Result<(), TooMany> {
    if one.proven {
        return Ok(());
    }
    if one.body.len() > MAX_ASIDE_BYTES {
        return Err(QUARANTINE_FULL);
    }
    intake.places.take_aside(&one.wave, from, one.body.len())
}
