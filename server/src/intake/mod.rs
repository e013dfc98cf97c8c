//! How answers come in: submissions, break-offs, files, devices, decisions on quarantine,
//! and cases.

use std::sync::Arc;

use store::Store;
use survey_defs::ids::{PointId, WaveId};
use survey_defs::wave::Wave;

use self::devices::{OutboxKeyCache, ReviewState};
use self::quotas::PlaceRates;
use self::same_sender::SenderTagger;
use self::sender::Sender;
use crate::catalogue::Catalogue;
use crate::system::buckets::TooMany;
use crate::system::clock::Clock;
use crate::system::randomness::Randomness;

mod aside;

pub mod submissions;

pub mod sender;

pub mod audit;

mod error;

pub mod break_offs;

pub mod quarantine;

pub mod timeliness;

pub mod redaction;

pub mod annulment;

pub mod devices;

pub mod import;

pub mod outbox_file;

pub mod same_sender;

pub mod quotas;

pub use self::error::{Error, Refusal};

/// What the use-cases of intake work on.
/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Intake {
    /// Waves, service points and instruments.
    pub catalogue: Catalogue,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and codes that must not be guessed.
    pub randomness: Arc<dyn Randomness>,
    /// Devices whose late records were reviewed.
    pub reviews: Arc<ReviewState>,
    /// The key to which devices seal what they give out, once it was read.
    pub outbox_key: Arc<OutboxKeyCache>,
    /// What service points and waves have taken lately.
    pub places: Arc<PlaceRates>,
    /// Tells which records came from the same sender.
    pub tagger: Arc<SenderTagger>,
}

impl Intake {
    /// Nothing was reviewed yet.
    pub fn new(
        catalogue: Catalogue,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        Self {
            catalogue,
            clock,
            randomness,
            reviews: Arc::default(),
            outbox_key: Arc::default(),
            places: Arc::default(),
            tagger: Arc::default(),
        }
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.catalogue.store
    }

    /// Counts a record to its service point and wave, unless it comes from a device that stands there.
    fn place(&self, wave: &WaveId, point: &PointId, sender: &Sender) -> Result<(), TooMany> {
        if sender.stands_at(wave, point) {
            return Ok(());
        }
        self.places.take(wave, point)
    }
}

async fn find_wave(store: &dyn Store, id: &WaveId) -> Result<Wave, Error> {
    let wave = store.wave(id).await?;
    Ok(wave.ok_or_else(|| Refusal::UnknownWave(id.clone()))?)
}
