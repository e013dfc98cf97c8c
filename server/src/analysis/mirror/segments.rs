//! The segments of this server.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use scoring::{Listed, Mirror, MirrorError, SEGMENT_MANIFEST, Segment, Writer};
use store::{Store, StoreError};
use survey_defs::instrument::Instrument;
use tokio::sync::Mutex;
use tracing::info;

use super::depot::{Depot, DepotError, Inventory};
use super::{Check, KeeperError, Kept};
use crate::system::tasks::spawn_blocking;

/// The segments of this server: its folder, and the depot that it shares with others, if there is
/// one. With a depot the folder is a cache.
#[derive(Debug, Clone)]
pub struct Segments {
    mirror: Mirror,
    depot: Option<Arc<Depot>>,
    /// Held while segments come into the folder, and while they are removed from it.
    changing: Arc<Mutex<()>>,
}

impl Segments {
    /// A folder whose segments are shared through a depot.
    pub fn shared(mirror: Mirror, depot: Depot) -> Self {
        Self { mirror, depot: Some(Arc::new(depot)), changing: Arc::default() }
    }

    /// The folder.
    pub fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    /// The depot, if there is one.
    pub fn depot(&self) -> Option<&Depot> {
        self.depot.as_deref()
    }

    /// Which segments are found where, by name alone; a depot that does not answer is an error.
    ///
    /// # Errors
    /// [`DepotError`]
    pub async fn held(&self) -> Result<Held, DepotError> {
        let inventory = self.inventory().await?;
        Ok(Held { folder: self.mirror.folder().to_owned(), inventory })
    }

    /// The same without asking the depot.
    #[must_use]
    pub fn here(&self) -> Self {
        Self { depot: None, ..self.clone() }
    }

    /// What the depot holds; nothing if there is none.
    pub(super) async fn inventory(&self) -> Result<Inventory, DepotError> {
        match &self.depot {
            Some(depot) => depot.inventory().await,
            None => Ok(Inventory::default()),
        }
    }

    /// Opens a listed segment. One that is missing or damaged here is fetched first.
    ///
    /// # Errors
    /// [`DepotError::Mirror`] if it is damaged in the depot as well, or there is none;
    /// [`DepotError::Unreachable`].
    pub(super) async fn open(
        &self,
        listed: &Listed,
        instrument: &Arc<Instrument>,
        check: Check,
    ) -> Result<Segment, DepotError> {
        let Some(depot) = &self.depot else {
            return self.open_here(listed, instrument, check).await;
        };
        match self.open_here(listed, instrument, check).await {
            Err(DepotError::Mirror(MirrorError::Damaged { .. })) => {}
            other => return other,
        }
        let _changing = self.changing.lock().await;
        // Another task may have fetched it meanwhile.
        if let Ok(segment) = self.open_here(listed, instrument, check).await {
            return Ok(segment);
        }
        let incoming = depot.fetch(listed, &self.mirror).await?;
        spawn_blocking(move || incoming.publish()).await??;
        info!(segment = listed.name, rows = listed.rows, "fetched");
        self.open_here(listed, instrument, check).await
    }

    async fn open_here(
        &self,
        listed: &Listed,
        instrument: &Arc<Instrument>,
        check: Check,
    ) -> Result<Segment, DepotError> {
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
    pub(super) async fn count_missing(&self, store: &dyn Store) -> Result<usize, KeeperError> {
        if self.depot.is_some() {
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
    ) -> Result<usize, KeeperError> {
        // A segment that is listed and fetched from now on is not missed by the names.
        let _changing = self.changing.lock().await;
        let names = names(store).await?;
        let writer = Arc::clone(writer);
        Ok(spawn_blocking(move || writer.remove_unlisted(&names)).await??.len())
    }

    /// Removes from folder and depot what is not listed.
    pub(super) async fn remove_unlisted(
        &self,
        store: &dyn Store,
        writer: &Arc<Writer>,
        inventory: &Inventory,
    ) -> Result<Kept, KeeperError> {
        let removed = self.remove_unlisted_here(store, writer).await?;
        let mut kept = Kept { removed, ..Kept::default() };
        if let Some(depot) = &self.depot {
            kept.discarded = depot.remove_unlisted(inventory, &names(store).await?).await?;
        }
        Ok(kept)
    }
}

/// What is held of the mirror, here and in the depot.
#[derive(Debug)]
pub struct Held {
    folder: PathBuf,
    inventory: Inventory,
}

impl Held {
    /// Where a segment is: `here`, `shared`, both or neither.
    pub fn places(&self, name: &str) -> Vec<&'static str> {
        let here = self.folder.join(name).join(SEGMENT_MANIFEST).exists();
        let shared = self.inventory.has_name(name);
        [(here, "here"), (shared, "shared")]
            .into_iter()
            .filter_map(|(is_there, place)| is_there.then_some(place))
            .collect()
    }
}

impl From<Mirror> for Segments {
    fn from(mirror: Mirror) -> Self {
        Self { mirror, depot: None, changing: Arc::default() }
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
