//! Which records came from the same sender on one day, without a trace of who that was.
//!
//! A record from a network gets a tag: the first bytes of an HMAC of the network under a key of the day. The
//! key is destroyed in the night; then a tag says only that others are the same.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::DateTime;
use ring::hmac;
use store::{Entry, HanoiDay, Recorded, SenderTag, Store, StoreError, TaggedRecord};
use survey_defs::case::{Devices, Origin, Rule, RuleFields};
use survey_defs::ids::{PointId, WaveId};
use survey_defs::phrases::hanoi_hour;
use tracing::warn;

use super::sender::SenderAddress;
use super::{Error, Intake, find_wave};
use crate::system::randomness::{Randomness, random};

/// For how many days tags are kept.
pub const TAG_DAYS: i64 = 30;

/// Makes tags. Switched off unless it is told to.
#[derive(Debug, Default)]
pub struct SenderTagger {
    is_on: bool,
    key: Mutex<Option<(HanoiDay, Arc<hmac::Key>)>>,
}

impl SenderTagger {
    /// One that is on.
    pub fn on() -> Self {
        Self { is_on: true, ..Self::default() }
    }

    /// The tag of a sender at a moment; none where nothing is to be known of it.
    ///
    /// # Errors
    /// Those of the store.
    async fn tag(
        &self,
        store: &dyn Store,
        randomness: &dyn Randomness,
        (from, at): (SenderAddress, Timestamp),
    ) -> Result<Option<(HanoiDay, SenderTag)>, StoreError> {
        let Some(network) = from.network(24).filter(|_| self.is_on) else {
            return Ok(None);
        };
        let day = HanoiDay::of(at);
        let key = if let Some(key) = self.known(day) {
            key
        } else {
            let secret = store.sender_key(day, random(randomness)).await?;
            let key = Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &secret));
            let known = Some((day, Arc::clone(&key)));
            *self.key.lock().unwrap_or_else(PoisonError::into_inner) = known;
            key
        };
        let mac = match network {
            IpAddr::V4(network) => hmac::sign(&key, &network.octets()),
            IpAddr::V6(network) => hmac::sign(&key, &network.octets()),
        };
        let mut tag = [0; 8];
        tag.copy_from_slice(&mac.as_ref()[..8]);
        Ok(Some((day, SenderTag(tag))))
    }

    /// Forgets the key of a day before this one.
    pub fn forget_before(&self, day: HanoiDay) {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        if key.as_ref().is_some_and(|(of, _)| *of < day) {
            *key = None;
        }
    }

    fn known(&self, day: HanoiDay) -> Option<Arc<hmac::Key>> {
        let known = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(of, _)| *of == day).map(|(_, key)| Arc::clone(key))
    }
}

/// Tags the records that are new. They are stored already, and nobody waits for their tags: where one
/// cannot be kept it is not.
pub(super) fn tag(
    intake: &Intake,
    (from, at): (SenderAddress, Timestamp),
    (entries, recorded): (&[Entry], &[Recorded]),
) {
    if !intake.tagger.is_on {
        return;
    }
    let created = entries.iter().zip(recorded).filter_map(|(entry, recorded)| match recorded {
        Recorded::Created(receipt) => {
            Some((entry.submission.draft().wave.clone(), receipt.position))
        }
        Recorded::Same(_) | Recorded::Conflict | Recorded::Rejected(_) => None,
    });
    let created: Vec<_> = created.collect();
    if created.is_empty() {
        return;
    }
    let intake = intake.clone();
    tokio::spawn(async move {
        match keep(&intake, (from, at), created).await {
            Ok(()) | Err(StoreError::Busy) => {}
            Err(error) => warn!(%error, "from whom records came is not kept"),
        }
    });
}

async fn keep(
    intake: &Intake,
    sent: (SenderAddress, Timestamp),
    created: Vec<(WaveId, u64)>,
) -> Result<(), StoreError> {
    let made = intake.tagger.tag(intake.store(), &*intake.randomness, sent).await?;
    let Some((day, tag)) = made else {
        return Ok(());
    };
    let tagged = |(wave, position)| TaggedRecord { wave, position, day, tag };
    let tagged: Vec<_> = created.into_iter().map(tagged).collect();
    intake.store().tag_senders(&tagged).await
}

/// How many records of one sender a service point got in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameSenderCount {
    /// The service point.
    pub point: PointId,
    /// The hour of Hanoi in which they arrived.
    pub hour: DateTime,
    /// How many.
    pub records: u64,
}

/// The records of a wave that came from the same sender on the same day as one of them: counts only, by
/// service point and hour. Empty if nothing is known of its sender, or nothing any more; none if there is
/// no such record.
///
/// # Errors
/// [`Refusal::UnknownWave`](super::Refusal::UnknownWave); those of the store.
pub async fn counts(
    store: &dyn Store,
    wave: &WaveId,
    position: u64,
) -> Result<Option<Vec<SameSenderCount>>, Error> {
    find_wave(store, wave).await?;
    let Some(Range { start, end }) = day_of(store, wave, position).await? else {
        return Ok(None);
    };
    let origin = Origin::SameSender { position, point: None };
    let rule = RuleFields { origin, from: start, until: end, devices: Devices::Any };
    let rule = Rule::try_from(rule).expect("a day has a length");
    let mut counts: BTreeMap<(PointId, DateTime), u64> = BTreeMap::new();
    for record in store.records_of_rule(wave, &rule).await? {
        *counts.entry((record.point, hanoi_hour(record.received_at))).or_default() += 1;
    }
    let count = |((point, hour), records)| SameSenderCount { point, hour, records };
    Ok(Some(counts.into_iter().map(count).collect()))
}

/// The day of Hanoi on which a record arrived; none if there is no such record.
///
/// # Errors
/// Those of the store.
pub async fn day_of(
    store: &dyn Store,
    wave: &WaveId,
    position: u64,
) -> Result<Option<Range<Timestamp>>, StoreError> {
    let found = store.submissions_after(wave, position.saturating_sub(1), 1).await?;
    let found = found.into_iter().find(|record| record.position == position);
    Ok(found.map(|record| {
        let day = HanoiDay::of(record.received_at);
        day.start()..HanoiDay(day.0 + 1).start()
    }))
}
