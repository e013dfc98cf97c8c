//! A cache of catalogue facts that hardly change. Every record asks for them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use store::StoreError;
use store::prelude::*;
use survey_defs::ids::{PointId, WaveId};
use survey_defs::unit::UnitKey;
use survey_defs::wave::{Channel, PointFields, Takes, Wave};
use tokio::time::Instant;

/// The most waves and points, about 30 MB; beyond that the cache starts anew.
const MAX_ENTRIES: usize = 100_000;

/// How long a wave is believed to take what it took.
const MAX_AGE: Duration = Duration::from_mins(1);

/// Waves that take forms, and the unit and channel of their points. Nothing of it changes but what an
/// empty wave takes, so each wave is asked for anew after a minute; meanwhile the store refuses what does
/// not fit. That something does not exist, or takes no forms, is never kept.
#[derive(Debug)]
pub struct CatalogueCache {
    entries: RwLock<Entries>,
    max_age: Duration,
}

impl Default for CatalogueCache {
    fn default() -> Self {
        Self { entries: RwLock::default(), max_age: MAX_AGE }
    }
}

#[derive(Debug, Default)]
struct Entries {
    waves: HashMap<WaveId, WaveEntry>,
    n_points: usize,
}

#[derive(Debug)]
struct WaveEntry {
    wave: Arc<Wave>,
    read_at: Instant,
    points: HashMap<PointId, PointContext>,
}

/// What of a service point never changes. Its telephone number may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointContext {
    /// The unit that is scored.
    pub unit: UnitKey,
    /// How answers are given there.
    pub channel: Channel,
}

impl CatalogueCache {
    /// One wave; none if there is no such wave.
    ///
    /// # Errors
    /// Those of [`Store::wave`].
    pub async fn wave(
        &self,
        store: &dyn Store,
        id: &WaveId,
    ) -> Result<Option<Arc<Wave>>, StoreError> {
        let cached = |entry: &WaveEntry| {
            (entry.read_at.elapsed() < self.max_age).then(|| Arc::clone(&entry.wave))
        };
        if let Some(wave) = self.read().waves.get(id).and_then(cached) {
            return Ok(Some(wave));
        }
        let read_at = Instant::now();
        let Some(wave) = store.wave(id).await?.map(Arc::new) else {
            return Ok(None);
        };
        let mut entries = self.with_room();
        match entries.waves.entry(id.clone()) {
            Entry::Occupied(entry) if wave.takes != Takes::Forms => {
                let n_points = entry.remove().points.len();
                entries.n_points -= n_points;
            }
            Entry::Occupied(mut entry) => {
                let entry = entry.get_mut();
                (entry.wave, entry.read_at) = (Arc::clone(&wave), read_at);
            }
            Entry::Vacant(entry) if wave.takes == Takes::Forms => {
                let wave = Arc::clone(&wave);
                entry.insert(WaveEntry { wave, read_at, points: HashMap::default() });
            }
            Entry::Vacant(_) => {}
        }
        drop(entries);
        Ok(Some(wave))
    }

    /// Unit and channel of a service point; none if there is no such wave or point.
    ///
    /// # Errors
    /// Those of [`Store::point`].
    pub async fn point_context(
        &self,
        store: &dyn Store,
        wave: &WaveId,
        point: &PointId,
    ) -> Result<Option<PointContext>, StoreError> {
        let cached = |entries: &Entries| entries.waves.get(wave)?.points.get(point).cloned();
        if let Some(context) = cached(&self.read()) {
            return Ok(Some(context));
        }
        let Some(found) = store.point(wave, point).await? else {
            return Ok(None);
        };
        let PointFields { unit, channel, .. } = found.into_fields();
        let context = PointContext { unit, channel };
        let mut entries = self.with_room();
        if let Some(entry) = entries.waves.get_mut(wave)
            && entry.points.insert(point.clone(), context.clone()).is_none()
        {
            entries.n_points += 1;
        }
        Ok(Some(context))
    }

    /// The entries, with room for one more wave or point.
    fn with_room(&self) -> RwLockWriteGuard<'_, Entries> {
        let mut entries = self.write();
        if entries.waves.len() + entries.n_points >= MAX_ENTRIES {
            *entries = Entries::default();
        }
        entries
    }

    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;
    use store::SqliteStore;
    use survey_defs::audit::NewAuditEntry;
    use survey_defs::caller::Caller;
    use survey_defs::text::Text;
    use survey_defs::wave::{Population, ServicePoint, WaveFields};
    use tempfile::TempDir;

    use super::*;
    use crate::catalogue::short_codes::RandomCodes;
    use crate::system::randomness::SystemRandomness;

    struct Setting {
        store: SqliteStore,
        cache: CatalogueCache,
        wave: Wave,
        folder: TempDir,
    }

    impl Setting {
        async fn new() -> Self {
            let folder = TempDir::new().unwrap();
            let store = SqliteStore::open(&folder.path().join("store.sqlite")).await.unwrap();
            Self { store, cache: CatalogueCache::default(), wave: wave(), folder }
        }

        async fn known_wave(&self) -> Option<Arc<Wave>> {
            self.cache.wave(&self.store, &self.wave.id).await.unwrap()
        }

        async fn point_context(&self, point: &ServicePoint) -> Option<PointContext> {
            self.cache.point_context(&self.store, &point.wave, &point.id).await.unwrap()
        }
    }

    fn wave() -> Wave {
        Wave::try_from(WaveFields {
            id: "2026-tx".parse().unwrap(),
            title: text("Đợt"),
            population: Population::Transaction,
            takes: Takes::Forms,
            instrument: survey_defs::instrument::InstrumentRef {
                id: "counter".parse().unwrap(),
                version: 1,
            },
            method: "t2b".parse().unwrap(),
            geography: date(2026, 1, 1),
            opens_at: "2026-01-01T00:00:00Z".parse().unwrap(),
            closes_at: "2026-12-31T00:00:00Z".parse().unwrap(),
            simulated: false,
        })
        .unwrap()
    }

    fn point(id: &str) -> ServicePoint {
        ServicePoint::try_from(PointFields {
            id: id.parse().unwrap(),
            wave: wave().id.clone(),
            name: text("Quầy"),
            unit: "00004@2025-07-01".parse().unwrap(),
            channel: Channel::Kiosk,
            telephone: None,
        })
        .unwrap()
    }

    fn codes() -> RandomCodes<'static> {
        RandomCodes { randomness: &SystemRandomness, now: Timestamp::UNIX_EPOCH }
    }

    fn text(text: &str) -> Text {
        Text { vi: text.to_owned(), en: text.to_owned() }
    }

    #[tokio::test]
    async fn a_wave_and_points_that_are_added_later_are_found() {
        let setting = Setting::new().await;
        assert_eq!(setting.known_wave().await, None);
        setting.store.create_wave(&setting.wave).await.unwrap();
        assert_eq!(setting.known_wave().await.as_deref(), Some(&setting.wave));
        let (first, second) = (point("first"), point("second"));
        assert_eq!(setting.point_context(&first).await, None);
        setting.store.add_points(std::slice::from_ref(&first), &codes()).await.unwrap();
        let context = PointContext { unit: first.unit.clone(), channel: first.channel };
        assert_eq!(setting.point_context(&first).await, Some(context.clone()));
        assert_eq!(setting.point_context(&second).await, None);
        setting.store.add_points(std::slice::from_ref(&second), &codes()).await.unwrap();
        assert_eq!(setting.point_context(&second).await, Some(context));
    }

    #[tokio::test]
    async fn what_is_known_is_not_asked_for_again() {
        let setting = Setting::new().await;
        setting.store.create_wave(&setting.wave).await.unwrap();
        setting.store.add_points(&[point("first")], &codes()).await.unwrap();
        let before = (setting.known_wave().await, setting.point_context(&point("first")).await);
        let empty = SqliteStore::open(&setting.folder.path().join("empty.sqlite")).await.unwrap();
        let elsewhere = Setting { store: empty, ..setting };
        let after = (elsewhere.known_wave().await, elsewhere.point_context(&point("first")).await);
        assert!(before.0.is_some() && before.1.is_some());
        assert_eq!(before, after);
    }

    #[tokio::test]
    async fn what_a_wave_takes_is_believed_for_a_while_only() {
        let mut setting = Setting::new().await;
        let sample = setting.wave.clone().changed(|wave| wave.takes = Takes::Sample).unwrap();
        setting.store.create_wave(&sample).await.unwrap();
        let audit = NewAuditEntry::new(&Caller::loopback(), Timestamp::UNIX_EPOCH, "no sample");
        let taken = async |setting: &Setting| setting.known_wave().await.unwrap().takes;
        let change = async |setting: &Setting, takes| {
            assert!(setting.store.change_takes(&sample.id, takes, &audit).await.unwrap());
        };
        assert_eq!(taken(&setting).await, Takes::Sample);
        change(&setting, Takes::Forms).await;
        assert_eq!(taken(&setting).await, Takes::Forms, "one that takes no forms is not kept");
        change(&setting, Takes::Sample).await;
        assert_eq!(taken(&setting).await, Takes::Forms);
        setting.cache.max_age = Duration::ZERO;
        assert_eq!(taken(&setting).await, Takes::Sample);
    }

    #[tokio::test]
    async fn no_more_is_kept_than_there_is_room_for() {
        let setting = Setting::new().await;
        setting.store.create_wave(&setting.wave).await.unwrap();
        setting.store.add_points(&[point("first")], &codes()).await.unwrap();
        setting.known_wave().await;
        setting.cache.write().n_points = MAX_ENTRIES;
        assert!(setting.point_context(&point("first")).await.is_some());
        assert_eq!(setting.cache.read().waves.len(), 0);
        assert!(setting.known_wave().await.is_some());
        assert!(setting.point_context(&point("first")).await.is_some());
        assert_eq!(setting.cache.read().n_points, 1);
    }
}
