//! What is kept for a time only, and dropped when the time is over.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::{Expired, Expiry, ForgetBefore, HanoiDay, Lead, LeaderTask, Store, StoreError};
use survey_defs::audit::NewAuditEntry;
use survey_defs::caller::{Caller, SystemTask};
use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use crate::intake::same_sender::{SenderTagger, TAG_DAYS};
use crate::system::clock::Clock;

/// How long the hash of an enrolment code is kept after the code has stopped working: the answer to
/// an enrolment may be lost, and the device asks again.
pub const CODES: SignedDuration = SignedDuration::from_hours(24);

/// How long the text of a rejected submission is kept after the decision, so that it can be questioned.
pub const REJECTED: SignedDuration = SignedDuration::from_hours(180 * 24);

/// How long after the end of its day the key of tags of senders is destroyed.
pub const SENDER_KEYS: SignedDuration = SignedDuration::from_hours(2);

/// How long the tags of a day are kept after its end, so that none gets older than the days that are promised.
pub const SENDER_TAGS: SignedDuration = SignedDuration::from_hours((TAG_DAYS - 1) * 24);

/// How long a session or a link is kept after it has expired.
pub const SESSIONS: SignedDuration = SignedDuration::from_hours(24);

/// How long a token is listed after it has expired or was revoked, so that one can see what there was.
pub const TOKENS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How often the server asks whether a day has passed since the last time.
const TICK: Duration = Duration::from_mins(10);

/// How often what is over is dropped.
const PERIOD: SignedDuration = SignedDuration::from_hours(24);

/// Drops what is over at this moment. The audit log names the caller.
///
/// # Errors
/// [`StoreError::Unavailable`]; the next run makes up for it.
pub async fn run(
    store: &dyn Store,
    now: Timestamp,
    caller: &Caller,
) -> Result<Expired, StoreError> {
    let before = |kept: SignedDuration| now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    let expiry = Expiry { codes_before: before(CODES), rejected_before: before(REJECTED) };
    let days = REJECTED.as_hours() / 24;
    let reason = format!("rejected more than {days} days ago");
    let audit = NewAuditEntry::new(caller, now, reason);
    let mut all = Expired::default();
    loop {
        let expired = store.expire(&expiry, &audit).await?;
        all.codes += expired.codes;
        all.bodies += expired.bodies;
        if expired.is_all() {
            break;
        }
    }
    let forget = ForgetBefore { sessions: before(SESSIONS), tokens: before(TOKENS) };
    let logins = store.forget_staff_access(&forget).await?;
    if all != Expired::default() || logins > 0 {
        let Expired { codes, bodies } = all;
        info!(codes, bodies, logins, "what was kept long enough is dropped");
    }
    give_space_back(store).await?;
    Ok(all)
}

/// Gives what dropped texts had taken back to the disk, a little at a time, so that answers come between.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn give_space_back(store: &dyn Store) -> Result<(), StoreError> {
    while store.give_space_back().await? {}
    Ok(())
}

/// Destroys the keys of tags of senders at 02:00 of Hanoi, also in memory, and tags after 30 days. Returns
/// whether nothing of what is gone is left in the files; if not, it is to be done again.
///
/// # Errors
/// [`StoreError::Unavailable`]; the next run makes up for it.
pub async fn forget_senders(
    store: &dyn Store,
    tagger: &SenderTagger,
    now: Timestamp,
    is_clean: bool,
) -> Result<bool, StoreError> {
    let day = |kept: SignedDuration| HanoiDay::of(now.checked_sub(kept).unwrap_or(Timestamp::MIN));
    tagger.forget_before(day(SENDER_KEYS));
    let forgotten = store.forget_senders(day(SENDER_KEYS), day(SENDER_TAGS)).await?;
    if forgotten > 0 {
        info!(forgotten, "keys and tags of senders are destroyed");
    }
    if is_clean && forgotten == 0 { Ok(true) } else { store.overwrite_deleted().await }
}

/// Runs once a day for ever, as long as no other server does. Tags of senders have no such time: every
/// server looks after them at each tick.
pub async fn run_for_ever(store: Arc<dyn Store>, clock: Arc<dyn Clock>, tagger: Arc<SenderTagger>) {
    let mut lead = None;
    // What was deleted before the last end may still be in the files.
    let mut is_clean = false;
    let mut next = Timestamp::MIN;
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = clock.now();
        match forget_senders(&*store, &tagger, now, is_clean).await {
            Ok(done) => is_clean = done,
            Err(error) => warn!(%error, "tags of senders could not be destroyed"),
        }
        if now < next {
            continue;
        }
        match run_as_leader(&*store, &mut lead, now).await {
            // Another server does it; should it stop, this one takes over.
            Ok(None) => {}
            Ok(Some(_)) => next = now.checked_add(PERIOD).unwrap_or(Timestamp::MAX),
            Err(error) => warn!(%error, "what is over could not be dropped"),
        }
    }
}

/// What was dropped; none if another server leads.
async fn run_as_leader(
    store: &dyn Store,
    lead: &mut Option<Box<dyn Lead>>,
    now: Timestamp,
) -> Result<Option<Expired>, StoreError> {
    if let Some(held) = lead
        && !held.holds().await?
    {
        *lead = None;
    }
    if lead.is_none() {
        *lead = store.lead(LeaderTask::Retention).await?;
    }
    if lead.is_none() {
        return Ok(None);
    }
    run(store, now, &Caller::task(SystemTask::Retention)).await.map(Some)
}
