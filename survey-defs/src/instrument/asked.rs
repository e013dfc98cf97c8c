//! What a form needs of an instrument: all but what only analysts read.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::Instrument;
use super::definition::{Choice, Content, Definition, Head, Section, Wording};
use crate::ids::{InstrumentId, OptionSetId};
use crate::text::Text;

/// A [`Definition`] as a form reads it. The comparability map would be in every phone's download
/// twice: as text, and as the code that reads it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    id: InstrumentId,
    version: u32,
    wording: Wording,
    head: Option<Head>,
    title: Text,
    intro: Text,
    estimated_seconds: u32,
    contents: Vec<Content>,
    option_sets: BTreeMap<OptionSetId, Vec<Choice>>,
    sections: Vec<Section>,
}

/// `#[serde(deserialize_with = "…")]`: reads what the server wrote from a checked instrument. The
/// check and the texts of its errors would be a tenth of the form that every phone downloads, and
/// could find nothing: the sound instrument is the only thing that can be written there.
pub(crate) fn vouched<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instrument, D::Error> {
    let Asked {
        id,
        version,
        wording,
        head,
        title,
        intro,
        estimated_seconds,
        contents,
        option_sets,
        sections,
    } = Asked::deserialize(deserializer)?;
    Ok(Instrument(Definition {
        id,
        version,
        wording,
        head,
        title,
        intro,
        estimated_seconds,
        comparability: None,
        contents,
        option_sets,
        sections,
    }))
}

impl Instrument {
    /// The instrument as a form is given it: without its comparability map.
    #[must_use]
    pub fn as_asked(&self) -> Self {
        Self(Definition { comparability: None, ..self.0.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::embedded;
    use super::*;

    #[test]
    fn a_form_reads_every_instrument_as_it_is_asked() {
        for instrument in embedded() {
            let asked = instrument.as_asked();
            let json = serde_json::to_string(&asked).unwrap();
            let read = vouched(&mut serde_json::Deserializer::from_str(&json)).unwrap();
            assert_eq!(read, asked);
            assert_eq!(read.definition().comparability, None);
            let whole = instrument.definition();
            assert_eq!(read.definition().sections, whole.sections);
            assert_eq!(read.definition().head, whole.head);
            let unknown = json.replacen('{', "{\"more\":1,", 1);
            assert!(vouched(&mut serde_json::Deserializer::from_str(&unknown)).is_err());
        }
    }
}
