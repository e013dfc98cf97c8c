//! The segments of this server.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use scoring::{Listed, Mirror, MirrorError, SEGMENT_MANIFEST, Segment, Writer};
use store::{Store, StoreError};
use survey_defs::instrument::Instrument;
use tokio::sync::Mutex;
use tracing::info;

use super::shared_storage::{ObjectListing, SharedStorage, SharedStorageError};
use super::{Check, MirrorJobError, RunReport};
use crate::system::tasks::spawn_blocking;

/// The segments of this server: its folder, and the storage that it shares with others, if there is
/// one. With shared storage the folder is a cache.
#[derive(Debug, Clone)]
pub struct Segments {
    mirror: Mirror,
    shared: Option<Arc<SharedStorage>>,
    /// Held while segments come into the folder, and while they are removed from it.
    changing: Arc<Mutex<()>>,
}

impl Segments {
    /// A folder, and the storage through which servers share its segments.
    pub fn shared(mirror: Mirror, shared: SharedStorage) -> Self {
        Self { mirror, shared: Some(Arc::new(shared)), changing: Arc::default() }
    }

    /// The folder.
    pub fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// The shared storage, if there is one.
    pub fn shared_storage(&self) -> Option<&SharedStorage> {
        self.shared.as_deref()
    }

    /// Which segments are found where, by name alone. An error if the shared storage does not answer.
    ///
    /// # Errors
    /// [`SharedStorageError`]
    pub async fn availability(&self) -> Result<Availability, SharedStorageError> {
        let objects = self.objects().await?;
        Ok(Availability { folder: self.mirror.folder().to_owned(), objects })
    }

    /// The same without asking the shared storage.
    #[must_use]
    pub fn here(&self) -> Self {
        Self { shared: None, ..self.clone() }
    }

    /// What the shared storage holds; nothing if there is none.
    pub(super) async fn objects(&self) -> Result<ObjectListing, SharedStorageError> {
        match &self.shared {
            Some(shared) => shared.objects().await,
            None => Ok(ObjectListing::default()),
        }
    }

    /// Opens a listed segment. One that is missing or damaged here is fetched first.
    ///
    /// # Errors
    /// [`SharedStorageError::Mirror`] if it is damaged in shared storage as well, or there is none;
    /// [`SharedStorageError::Unreachable`].
    pub(super) async fn open(
        &self,
        listed: &Listed,
        instrument: &Arc<Instrument>,
        check: Check,
    ) -> Result<Segment, SharedStorageError> {
        let Some(shared) = &self.shared else {
            return self.open_here(listed, instrument, check).await;
        };
        match self.open_here(listed, instrument, check).await {
            Err(SharedStorageError::Mirror(MirrorError::Damaged { .. })) => {}
            other => return other,
        }
        let _changing = self.changing.lock().await;
        // Another task may have fetched it meanwhile.
        if let Ok(segment) = self.open_here(listed, instrument, check).await {
            return Ok(segment);
        }
        let incoming = shared.fetch(listed, &self.mirror).await?;
        spawn_blocking(move || incoming.publish()).await??;
        info!(segment = listed.name, rows = listed.rows, "fetched");
        self.open_here(listed, instrument, check).await
    }

    async fn open_here(
        &self,
        listed: &Listed,
        instrument: &Arc<Instrument>,
        check: Check,
    ) -> Result<Segment, SharedStorageError> {
        let (mirror, listed) = (self.mirror.clone(), listed.clone());
        let instrument = Arc::clone(instrument);
        let opened = spawn_blocking(move || {
            let segment = mirror.open(&listed, &instrument)?;
            match check {
                Check::Sizes => Ok(segment),
                Check::Contents => segment.verify().map(|()| segment),
            }
        });
        Ok(opened.await??)
    }

    /// How many listed segments are neither in the folder nor to be fetched.
    pub(super) async fn count_missing(&self, store: &dyn Store) -> Result<usize, MirrorJobError> {
        if self.shared.is_some() {
            return Ok(0);
        }
        let names = names(store).await?;
        let folder = self.mirror.folder().to_owned();
        let is_there = move |name: &&String| folder.join(name).join(SEGMENT_MANIFEST).exists();
        let count = move || names.len() - names.iter().filter(is_there).count();
        Ok(spawn_blocking(count).await?)
    }

    /// Removes from the folder what is not listed. Returns how many segments that were.
    pub(super) async fn remove_unlisted_here(
        &self,
        store: &dyn Store,
        writer: &Arc<Writer>,
    ) -> Result<usize, MirrorJobError> {
        // A segment that is listed and fetched from now on is not missed by the names.
        let _changing = self.changing.lock().await;
        let names = names(store).await?;
        let writer = Arc::clone(writer);
        Ok(spawn_blocking(move || writer.remove_unlisted(&names)).await??.len())
    }

    /// Removes from folder and shared storage what is not listed.
    pub(super) async fn remove_unlisted(
        &self,
        store: &dyn Store,
        writer: &Arc<Writer>,
        objects: &ObjectListing,
    ) -> Result<RunReport, MirrorJobError> {
        let removed = self.remove_unlisted_here(store, writer).await?;
        let mut report = RunReport { removed, ..RunReport::default() };
        if let Some(shared) = &self.shared {
            report.discarded = shared.remove_unlisted(objects, &names(store).await?).await?;
        }
        Ok(report)
    }
}

/// What is held of the mirror, here and in the shared storage.
#[derive(Debug)]
pub struct Availability {
    folder: PathBuf,
    objects: ObjectListing,
}

impl Availability {
    /// Where a segment is: `here`, `shared`, both or neither.
    pub fn places(&self, name: &str) -> Vec<&'static str> {
        let here = self.folder.join(name).join(SEGMENT_MANIFEST).exists();
        let shared = self.objects.has_name(name);
        [(here, "here"), (shared, "shared")]
            .into_iter()
            .filter_map(|(is_there, place)| is_there.then_some(place))
            .collect()
    }
}

impl From<Mirror> for Segments {
    fn from(mirror: Mirror) -> Self {
        Self { mirror, shared: None, changing: Arc::default() }
    }
}

/// The names of all listed segments.
async fn names(store: &dyn Store) -> Result<BTreeSet<String>, StoreError> {
    let mut names = BTreeSet::new();
    for wave in store.waves().await? {
        names.extend(store.segments(&wave.id).await?.into_iter().map(|segment| segment.name));
    }
    Ok(names)
}
