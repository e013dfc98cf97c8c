//! What is in shared storage, and what it is called there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use object_store::ObjectMeta;
use object_store::path::Path;
use scoring::Segment;

/// The ends of the names of a segment's objects: its name is before them.
const FILES: [&str; 5] =
    ["rows.parquet", "keys.parquet", "sums.parquet", "counts.parquet", "manifest.json"];
/// The end of the name of the empty object that says since when a segment is not listed.
const UNLISTED: &str = "unlisted";

/// What shared storage holds.
#[derive(Debug, Default)]
pub(in crate::analysis::mirror) struct ObjectListing(BTreeMap<String, Objects>);

/// The objects of one segment.
#[derive(Debug, Default)]
pub(super) struct Objects {
    files: BTreeMap<&'static str, u64>,
    /// When somebody first saw that it is not listed.
    pub(super) unlisted_since: Option<Timestamp>,
}

impl ObjectListing {
    /// Adds an object, unless it is not one of ours.
    pub(super) fn add(&mut self, object: &ObjectMeta) {
        let Some(file) = object.location.filename() else { return };
        let of = |end: &str| file.strip_suffix(end)?.strip_suffix('.');
        let time = Timestamp::from_millisecond(object.last_modified.timestamp_millis());
        if let Some((end, name)) = FILES.iter().find_map(|end| Some((*end, of(end)?))) {
            self.0.entry(name.to_owned()).or_default().files.insert(end, object.size);
        } else if let (Some(name), Ok(time)) = (of(UNLISTED), time) {
            self.0.entry(name.to_owned()).or_default().unlisted_since = Some(time);
        }
    }

    /// Whether all files of a segment are there with their sizes.
    pub(in crate::analysis::mirror) fn has(&self, segment: &Segment) -> bool {
        let objects = self.0.get(&segment.listed().name);
        let has = |objects: &Objects| {
            segment.files().iter().all(|file| objects.files.get(file.name) == Some(&file.bytes))
        };
        objects.is_some_and(has)
    }

    /// Whether all files of a segment are there, of whatever size.
    pub(in crate::analysis::mirror) fn has_name(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|objects| objects.files.len() == FILES.len())
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = (&str, &Objects)> {
        self.0.iter().map(|(name, objects)| (name.as_str(), objects))
    }
}

impl Objects {
    /// The ends of the names of the files that are there.
    pub(super) fn files(&self) -> impl Iterator<Item = &'static str> {
        self.files.keys().copied()
    }
}

/// The object of a file.
pub(super) fn file(prefix: &Path, segment: &str, file: &str) -> Path {
    prefix.clone().join(format!("{segment}.{file}"))
}

/// The object that says since when a segment is not listed.
pub(super) fn unlisted(prefix: &Path, segment: &str) -> Path {
    file(prefix, segment, UNLISTED)
}
