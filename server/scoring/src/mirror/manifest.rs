//! What a segment says about itself.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use survey_defs::ids::WaveId;
use survey_defs::instrument::InstrumentRef;

use super::file::{Fingerprint, hex};
use super::{Listed, MirrorError};

/// The version of the format of segments. One with another version is as good as missing: it is
/// made again from the log. Raised when the files change, and when the same log gives other forms.
const FORMAT: u32 = 2;

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const ROWS: &str = "rows.parquet";
pub(super) const KEYS: &str = "keys.parquet";
pub(super) const SUMS: &str = "sums.parquet";
pub(super) const COUNTS: &str = "counts.parquet";

/// What a segment says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: u32,
    pub(super) wave: WaveId,
    pub(super) instrument: InstrumentRef,
    pub(super) first_position: u64,
    pub(super) last_position: u64,
    pub(super) rows: u64,
    /// Whether some form weighs anything but 1.
    pub(super) weighted: bool,
    pub(super) files: Files,
}

/// The files of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    pub(super) rows: Fingerprint,
    pub(super) keys: Fingerprint,
    pub(super) sums: Fingerprint,
    pub(super) counts: Fingerprint,
}

impl Files {
    /// All of them with their names.
    pub(super) fn named(&self) -> [(&'static str, &Fingerprint); 4] {
        let Self { rows, keys, sums, counts } = self;
        [(ROWS, rows), (KEYS, keys), (SUMS, sums), (COUNTS, counts)]
    }
}

impl Manifest {
    pub(super) fn new(content: Content<'_>, files: Files) -> Self {
        let Content { wave, instrument, first_position, last_position, rows, weighted } = content;
        let (wave, instrument) = (wave.clone(), instrument.clone());
        let format = FORMAT;
        Self { format, wave, instrument, first_position, last_position, rows, weighted, files }
    }

    /// A manifest of this version of the format.
    pub(super) fn parse(json: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        if manifest.format != FORMAT {
            return Err(format!("its format is {}, not {FORMAT}", manifest.format));
        }
        Ok(manifest)
    }

    pub(super) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("numbers and words are JSON")
    }

    /// A name that no other segment has: two of one range differ by content.
    pub(super) fn name(&self, sha256: &[u8; 32]) -> String {
        let Self { wave, first_position, last_position, .. } = self;
        format!("{wave}-{first_position:012}-{last_position:012}-{}", hex(&sha256[..8]))
    }
}

/// The manifest that a listing means.
pub(super) fn listed(listed: &Listed, json: &[u8]) -> Result<Manifest, MirrorError> {
    let damaged = |what: String| MirrorError::Damaged { name: listed.name.clone(), what };
    if sha256(json) != listed.sha256 {
        return Err(damaged("its manifest is not the one that was listed".to_owned()));
    }
    Manifest::parse(json).map_err(damaged)
}

/// What a segment is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content<'a> {
    pub(super) wave: &'a WaveId,
    pub(super) instrument: &'a InstrumentRef,
    pub(super) first_position: u64,
    pub(super) last_position: u64,
    pub(super) rows: u64,
    pub(super) weighted: bool,
}

/// The hash that is listed.
pub(super) fn sha256(json: &[u8]) -> [u8; 32] {
    Sha256::digest(json).into()
}
