//! What surveys consist of: waves, service points, instruments, methods, targets.

use std::sync::Arc;

use store::{Store, StoreError};
use survey_defs::ids::{PointId, WaveId};
use survey_defs::instrument::{Instrument, InstrumentRef};
use survey_defs::text::Text;
use survey_defs::unit::{Gazetteer, UnitKey};
use survey_defs::wave::Wave;

use self::cache::{CatalogueCache, PointContext};
use self::definitions::Definitions;
use self::offices::OpenOffices;

pub mod definitions;

pub mod waves;

pub mod cache;

pub mod recordings;

pub mod offices;

pub mod short_codes;

/// The definitions that come with the program, and the waves and service points in the store.
/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Where waves and service points are stored.
    pub store: Arc<dyn Store>,
    /// Instruments, methods and targets.
    pub definitions: Arc<Definitions>,
    /// What the store has said and never changes.
    pub cache: Arc<CatalogueCache>,
    /// The offices at which people are asked now.
    pub offices: Arc<OpenOffices>,
}

impl Catalogue {
    /// A catalogue with an empty cache.
    pub fn new(store: Arc<dyn Store>, definitions: Arc<Definitions>) -> Self {
        Self { store, definitions, cache: Arc::default(), offices: Arc::default() }
    }

    /// One version of an instrument.
    pub fn instrument(&self, reference: &InstrumentRef) -> Option<&Arc<Instrument>> {
        self.definitions.instrument(reference)
    }

    /// One wave; none if there is no such wave.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn wave(&self, id: &WaveId) -> Result<Option<Arc<Wave>>, StoreError> {
        self.cache.wave(&*self.store, id).await
    }

    /// The unit and channel of a service point; none if there is no such wave or point.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn point_context(
        &self,
        wave: &WaveId,
        point: &PointId,
    ) -> Result<Option<PointContext>, StoreError> {
        self.cache.point_context(&*self.store, wave, point).await
    }
}

/// The name of a unit; its key if the gazetteer does not have it.
pub fn unit_name(key: &UnitKey) -> Text {
    match Gazetteer::hanoi().get(key) {
        Some(unit) => unit.title(),
        None => Text { vi: key.to_string(), en: key.to_string() },
    }
}
