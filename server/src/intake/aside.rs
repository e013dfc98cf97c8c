//! Keeping records aside, within what strangers may put there.

use std::time::Duration;

use jiff::Timestamp;
use store::{Kept, Quarantined, StoreError, draft_text};
use survey_defs::ids::DeviceId;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::Draft;
use tracing::warn;

use super::quotas::AsidePlace;
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

/// Why a record is not kept aside.
#[derive(Debug, Clone, Copy)]
pub(super) enum NotKept {
    /// There is no room for it now.
    NotNow(TooMany),
    /// Its wave takes no forms.
    TakesOther,
}

/// Keeps those records aside for which there is room, and says of each since when it is kept, or why it
/// is not. What is kept already costs its sender nothing, and neither does what finds no room.
pub(super) async fn keep_aside(
    intake: &Intake,
    all: Vec<Quarantined>,
    from: SenderAddress,
) -> Result<Vec<Result<Timestamp, NotKept>>, Error> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let known = intake.store().known_aside(&all).await?;
    let (mut results, mut aside) = (Vec::with_capacity(all.len()), Vec::with_capacity(all.len()));
    let mut places = Vec::with_capacity(all.len());
    for (one, since) in all.into_iter().zip(known) {
        // What is known may be proved by now.
        if let Some(since) = since.filter(|_| !one.proven) {
            results.push(Some(Ok(since)));
            continue;
        }
        match place_aside(intake, &one, from) {
            Ok(place) => {
                results.push(None);
                places.push(place);
                aside.push(one);
            }
            Err(too_many) => results.push(Some(Err(NotKept::NotNow(too_many)))),
        }
    }
    let mut kept = keep(intake, &aside, &places).await?.into_iter();
    let result = |result: Option<_>| result.or_else(|| kept.next()).ok_or(Error::LostResult);
    results.into_iter().map(result).collect()
}

/// Keeps records for which places were taken, and gives back those that were not needed.
async fn keep(
    intake: &Intake,
    aside: &[Quarantined],
    places: &[Option<AsidePlace>],
) -> Result<Vec<Result<Timestamp, NotKept>>, Error> {
    let Some(first) = aside.first() else {
        return Ok(Vec::new());
    };
    // One line for a post, however much is in it: strangers must not fill the log.
    warn!(
        wave.id = %first.wave, reason = %first.reason, records = aside.len(),
        "submissions go into quarantine"
    );
    // Whoever goes away meanwhile, or meets an error, gets no place back: the record may be kept.
    let kept = match intake.store().quarantine(aside).await {
        Ok(kept) => kept,
        Err(StoreError::Busy) => {
            places.iter().flatten().for_each(|place| intake.places.give_back(place));
            return Ok(vec![Err(NotKept::NotNow(QUARANTINE_BUSY)); aside.len()]);
        }
        Err(error) => return Err(error.into()),
    };
    for (device, _) in aside.iter().filter_map(|one| one.session) {
        intake.reviews.forget(device);
    }
    let result = |(kept, place): (Kept, &Option<AsidePlace>)| {
        if let (Kept::Known(_) | Kept::Full | Kept::TakesOther, Some(place)) = (kept, place) {
            intake.places.give_back(place);
        }
        match kept {
            Kept::New(received_at) | Kept::Known(received_at) => Ok(received_at),
            Kept::Full => Err(NotKept::NotNow(QUARANTINE_FULL)),
            Kept::TakesOther => Err(NotKept::TakesOther),
        }
    };
    Ok(kept.into_iter().zip(places).map(result).collect())
}

/// Takes a place for a record that is to be kept aside; none is needed for what is proved. The store has
/// the last word. One that is too large for it may still count later, so this is no refusal.
fn place_aside(
    intake: &Intake,
    one: &Quarantined,
    from: SenderAddress,
) -> Result<Option<AsidePlace>, TooMany> {
    if one.proven {
        return Ok(None);
    }
    if one.body.len() > MAX_ASIDE_BYTES {
        return Err(QUARANTINE_FULL);
    }
    intake.places.take_aside(&one.wave, from, one.body.len()).map(Some)
}
