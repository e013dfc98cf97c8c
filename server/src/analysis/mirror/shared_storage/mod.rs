//! Segments where several servers find them: in a shared folder, or in a bucket in the S3 protocol.
//!
//! A segment is five objects, `NAME.FILE`, which never change. The manifest goes last. What comes
//! back is used only if it is what the store lists, by its SHA-256. So shared storage needs no trust
//! and no transactions, and what is lost there costs time: the job uploads it again, and whoever
//! misses it reads the log.

mod error;
mod location;

mod objects;
mod transfer;

use std::collections::BTreeSet;
use std::fmt::{self, Debug};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt as _;
use jiff::{SignedDuration, Timestamp};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, RetryConfig};
use scoring::{Incoming, Listed, Mirror, MirrorError, SEGMENT_MANIFEST, Segment};

pub use self::error::SharedStorageError;
pub use self::location::{InvalidLocation, Location};
pub(super) use self::objects::ObjectListing;
use crate::system::clock::Clock;
use crate::system::tasks::spawn_blocking;

/// How long a segment stays after it was first seen unlisted: another server may have read the
/// listing before, and may be fetching it over a slow line.
const GRACE: SignedDuration = SignedDuration::from_hours(1);
/// More than any manifest has.
const LARGEST_MANIFEST: u64 = 1 << 20;
/// A request is tried so often again; scores wait meanwhile, so the end comes soon.
const RETRIES: usize = 3;
/// No request is tried again after this time.
const RETRY_TIMEOUT: Duration = Duration::from_secs(20);

/// The shared storage of segments. Each request has the time-out of `AWS_TIMEOUT`, or 30 seconds.
pub struct SharedStorage {
    location: Location,
    objects: Box<dyn ObjectStore>,
    prefix: Path,
    clock: Arc<dyn Clock>,
}

impl SharedStorage {
    /// Shared storage at a location; nothing is asked of it yet. What a bucket needs beside its name is
    /// read from the environment variables `AWS_…`.
    ///
    /// # Errors
    /// [`object_store::Error`] if the environment or the path make no sense.
    pub fn new(location: Location, clock: Arc<dyn Clock>) -> Result<Self, object_store::Error> {
        let (objects, prefix): (Box<dyn ObjectStore>, Path) = match &location {
            Location::Folder(path) => {
                (Box::new(LocalFileSystem::new()), Path::from_absolute_path(path)?)
            }
            Location::Bucket { name, prefix } => {
                let retry = RetryConfig {
                    max_retries: RETRIES,
                    retry_timeout: RETRY_TIMEOUT,
                    ..RetryConfig::default()
                };
                let builder = AmazonS3Builder::from_env().with_bucket_name(name).with_retry(retry);
                (Box::new(builder.build()?), Path::parse(prefix)?)
            }
        };
        Ok(Self { location, objects, prefix, clock })
    }

    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Lists all that is there.
    ///
    /// # Errors
    /// [`SharedStorageError::Unreachable`]
    pub(super) async fn objects(&self) -> Result<ObjectListing, SharedStorageError> {
        if let Location::Folder(path) = &self.location {
            // Writing would make the folder, on this machine, where it is to be mounted later.
            let path = path.clone();
            let found = spawn_blocking(move || std::fs::read_dir(path).map(|_| ())).await?;
            found.map_err(|error| self.unreachable(generic(error)))?;
        }
        let mut listing = ObjectListing::default();
        let mut objects = self.objects.list(Some(&self.prefix));
        while let Some(object) = objects.try_next().await.map_err(self.failed())? {
            listing.add(&object);
        }
        Ok(listing)
    }

    /// Puts a segment there, its manifest last, and takes back that it was unlisted. What is there
    /// of it is replaced.
    ///
    /// # Errors
    /// [`SharedStorageError::Unreachable`]; [`SharedStorageError::Mirror`] if its files cannot be read
    /// here.
    pub(super) async fn put(&self, segment: &Segment) -> Result<(), SharedStorageError> {
        let name = &segment.listed().name;
        for file in segment.files() {
            let object = objects::file(&self.prefix, name, file.name);
            self.send(file, &object).await?;
        }
        self.delete(&objects::unlisted(&self.prefix, name)).await
    }

    /// Brings a segment into a mirror, checked and not yet published.
    ///
    /// # Errors
    /// [`SharedStorageError::Unreachable`]; [`SharedStorageError::Mirror`] if the segment is missing or
    /// is not what is listed, or if it cannot be written here.
    pub(super) async fn fetch(
        &self,
        listed: &Listed,
        mirror: &Mirror,
    ) -> Result<Incoming, SharedStorageError> {
        let damaged = |what: String| MirrorError::Damaged { name: listed.name.clone(), what };
        let missing = |file| damaged(format!("{file} is not at {}", self.location));
        let object = |file| objects::file(&self.prefix, &listed.name, file);

        let manifest = present(self.objects.get(&object(SEGMENT_MANIFEST)).await);
        let manifest = manifest.map_err(self.failed())?;
        let manifest = manifest.ok_or_else(|| missing(SEGMENT_MANIFEST))?;
        if manifest.meta.size > LARGEST_MANIFEST {
            return Err(damaged("its manifest is too large".to_owned()).into());
        }
        let manifest = manifest.bytes().await.map_err(self.failed())?;
        let (target, one) = (mirror.clone(), listed.clone());
        let incoming = spawn_blocking(move || target.incoming(&one, &manifest)).await??;
        for file in incoming.files() {
            let (name, bytes) = (file.name, file.bytes);
            let head = present(self.objects.head(&object(name)).await).map_err(self.failed())?;
            let size = head.ok_or_else(|| missing(name))?.size;
            if size != bytes {
                let place = &self.location;
                let what = format!("{name} is {size} bytes instead of {bytes} at {place}");
                return Err(damaged(what).into());
            }
            self.receive(&object(name), file).await?;
        }
        let checked = spawn_blocking(move || incoming.verify().map(|()| incoming)).await?;
        Ok(checked?)
    }

    /// Removes what has not been listed for an hour, and remembers what is not listed now. Returns
    /// how many segments were removed. Only whoever writes the listing may call this, with the names
    /// of all waves.
    ///
    /// # Errors
    /// [`SharedStorageError::Unreachable`]
    pub(super) async fn remove_unlisted(
        &self,
        listing: &ObjectListing,
        listed: &BTreeSet<String>,
    ) -> Result<usize, SharedStorageError> {
        let mut removed = 0;
        for (name, segment) in listing.segments() {
            let mark = objects::unlisted(&self.prefix, name);
            match (listed.contains(name), segment.unlisted_since) {
                (true, None) => {}
                (true, Some(_)) => self.delete(&mark).await?,
                (false, None) => {
                    let marked = self.objects.put(&mark, PutPayload::new()).await;
                    marked.map_err(self.failed())?;
                }
                (false, Some(since)) if !self.is_over(since) => {}
                (false, Some(_)) => {
                    for file in segment.files() {
                        self.delete(&objects::file(&self.prefix, name, file)).await?;
                    }
                    self.delete(&mark).await?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    fn is_over(&self, since: Timestamp) -> bool {
        self.clock.now().duration_since(since) >= GRACE
    }

    /// Deletes an object; one that is not there is deleted already.
    async fn delete(&self, object: &Path) -> Result<(), SharedStorageError> {
        let deleted = self.objects.delete(object).await;
        present(deleted).map(|_| ()).map_err(self.failed())
    }

    /// For `map_err`.
    fn failed(&self) -> impl Fn(object_store::Error) -> SharedStorageError {
        |reason| self.unreachable(reason)
    }

    fn unreachable(&self, reason: object_store::Error) -> SharedStorageError {
        SharedStorageError::Unreachable { location: self.location.clone(), reason }
    }
}

impl Debug for SharedStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The client knows secrets.
        f.debug_struct("SharedStorage").field("location", &self.location).finish_non_exhaustive()
    }
}

/// None if there is no such object.
fn present<T>(answer: Result<T, object_store::Error>) -> Result<Option<T>, object_store::Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn generic(source: io::Error) -> object_store::Error {
    object_store::Error::Generic { store: "folder", source: Box::new(source) }
}
