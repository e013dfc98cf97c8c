//! Recorded readings of instruments: files in the data folder, read once at start.
//!
//! `audio/<instrument>/<version>/<language>-<item>.<mp3|m4a|ogg|wav>`; see `docs/AUDIO.md`. Each gets
//! an address with a hash of its content, so that browsers keep it for ever.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest, Sha256};
use survey_defs::api::paths;
use survey_defs::ids::{InstrumentId, QuestionId};
use survey_defs::instrument::InstrumentRef;
use survey_defs::text::Language;
use tracing::warn;

/// The largest file: a minute of speech at 128 kbit/s.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The most of all files together, which are kept in memory: what is served is then always what the
/// hash in its address says.
const MAX_TOTAL_BYTES: u64 = 64 * 1024 * 1024;

/// All recorded readings.
#[derive(Debug, Default)]
pub struct Recordings {
    readings: BTreeMap<InstrumentRef, BTreeMap<String, String>>,
    files: BTreeMap<String, Recording>,
}

/// A file that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Its content.
    pub content: Bytes,
    /// What it is.
    pub media_type: &'static str,
}

impl Recordings {
    /// Reads a folder. What does not belong there is left out with a warning, so that a forgotten
    /// file never keeps the server from starting.
    pub fn read(folder: &Path) -> Self {
        let mut recordings = Self::default();
        let mut room = MAX_TOTAL_BYTES;
        for path in files_below(folder) {
            if let Err(reason) = recordings.add(folder, &path, &mut room) {
                warn!(file = %path.display(), reason, "a file of the audio folder is not served");
            }
        }
        recordings
    }

    /// The addresses of an instrument's readings by `LANGUAGE/ITEM`.
    pub fn addresses(&self, instrument: &InstrumentRef) -> BTreeMap<String, String> {
        self.readings.get(instrument).cloned().unwrap_or_default()
    }

    /// The file behind an address.
    pub fn file(&self, address: &str) -> Option<&Recording> {
        self.files.get(address)
    }

    fn add(&mut self, folder: &Path, path: &Path, room: &mut u64) -> Result<(), &'static str> {
        let inside = path.strip_prefix(folder).map_err(|_| "not in the folder")?;
        let inside = inside.to_str().ok_or("its name is not UTF-8")?;
        let [instrument, version, name] = inside.split('/').collect::<Vec<_>>()[..] else {
            return Err("expected <instrument>/<version>/<language>-<item>.<ending>");
        };
        let id: InstrumentId = instrument.parse().map_err(|_| "no id of an instrument")?;
        let version: u32 = version.parse().map_err(|_| "no version of an instrument")?;
        let (stem, ending) = name.rsplit_once('.').ok_or("no ending")?;
        let media_type = media_type(ending).ok_or("expected mp3, m4a, ogg or wav")?;
        let (language, item) = stem.split_once('-').ok_or("expected <language>-<item>")?;
        if ![Language::Vi, Language::En].iter().any(|known| known.tag() == language) {
            return Err("expected the language vi or en");
        }
        if !is_item(item) {
            return Err("no question, level or not_applicable");
        }
        let size = fs::metadata(path).map_err(|_| "it cannot be read")?.len();
        if size > MAX_FILE_BYTES {
            return Err("larger than 1 MiB");
        }
        *room = room.checked_sub(size).ok_or("all files together are larger than 64 MiB")?;
        let content = fs::read(path).map_err(|_| "it cannot be read")?;
        let digest = Sha256::digest(&content);
        let hash = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        let file = format!("{stem}-{hash:08x}.{ending}");
        let address = paths::fill(paths::AUDIO, &[instrument, &version.to_string(), &file]);
        let readings = self.readings.entry(InstrumentRef { id, version }).or_default();
        let key = format!("{language}/{item}");
        if readings.contains_key(&key) {
            return Err("this item has a reading in another format already");
        }
        readings.insert(key, address.clone());
        self.files.insert(address, Recording { content: content.into(), media_type });
        Ok(())
    }
}

/// What can be read aloud: a question, a level, or that a question does not apply.
fn is_item(item: &str) -> bool {
    let is_level = |number: &str| matches!(number, "1" | "2" | "3" | "4" | "5");
    item.strip_prefix("level-").is_some_and(is_level)
        || item == "not_applicable"
        || item.parse::<QuestionId>().is_ok() && !item.starts_with("level-")
}

/// Types that browsers play, by the endings of file names.
fn media_type(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        _ => return None,
    })
}

/// All files below a folder, in the order of their names; none if there is no folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let below = |path: PathBuf| if path.is_dir() { files_below(&path) } else { vec![path] };
    paths.into_iter().flat_map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_into_the_folder_is_served_and_the_rest_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        put("counter/1/vi-overall.mp3", b"one");
        put("counter/1/vi-overall.wav", b"the same item again");
        put("counter/1/vi-level-5.ogg", b"two");
        put("counter/2/en-not_applicable.m4a", b"three");
        let too_large = vec![0; usize::try_from(MAX_FILE_BYTES).unwrap() + 1];
        put("counter/1/vi-large.wav", &too_large);
        for wrong in [
            "README.md",
            "counter/vi-overall.mp3",
            "counter/one/vi-overall.mp3",
            "counter/1/fr-overall.mp3",
            "counter/1/overall.mp3",
            "counter/1/vi-level-6.mp3",
            "counter/1/vi-overall.exe",
            "counter/1/vi-x y.mp3",
            "counter/1/more/vi-overall.mp3",
        ] {
            put(wrong, b"x");
        }
        let audio = Recordings::read(folder.path());
        let reference = |version| InstrumentRef { id: "counter".parse().unwrap(), version };
        let first = audio.addresses(&reference(1));
        let keys: Vec<&str> = first.keys().map(String::as_str).collect();
        assert_eq!(keys, ["vi/level-5", "vi/overall"]);
        assert_eq!(first["vi/overall"], "/audio/counter/1/vi-overall-7692c3ad.mp3");
        assert_eq!(audio.file(&first["vi/overall"]).unwrap().media_type, "audio/mpeg");
        assert_eq!(audio.addresses(&reference(2)).len(), 1);
        assert!(audio.addresses(&reference(3)).is_empty());
        assert_eq!(audio.files.len(), 3);
        assert!(Recordings::read(&folder.path().join("none")).files.is_empty());
    }
}
