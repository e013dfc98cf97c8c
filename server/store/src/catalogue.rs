//! The catalogue: published definitions, waves and their service points.

use std::fmt;

use async_trait::async_trait;
use survey_defs::audit::NewAuditEntry;
use survey_defs::ids::{MethodId, PointId, WaveId};
use survey_defs::instrument::InstrumentRef;
use survey_defs::wave::{ServicePoint, Takes, Wave};

use crate::error::StoreError;
use crate::short_codes::CodeSource;

/// Definitions, waves and service points.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// Registers a published version of an instrument or method by the hash of its definition.
    /// Repeating it with the same hash changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the version was published with another hash: somebody edited a
    /// published definition instead of making a new version.
    async fn publish(&self, definition: &Definition, sha256: [u8; 32]) -> Result<(), StoreError>;

    /// Creates a wave with its service points, all or nothing, by the rules of
    /// [`create_wave`](Self::create_wave) and [`add_points`](Self::add_points).
    ///
    /// # Errors
    /// Theirs.
    async fn add_wave(
        &self,
        wave: &Wave,
        points: &[ServicePoint],
        codes: &dyn CodeSource,
    ) -> Result<WaveAdded, StoreError>;

    /// Creates a wave. Repeating it with the same content changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the wave exists with other content.
    async fn create_wave(&self, wave: &Wave) -> Result<(), StoreError>;

    /// Changes what a wave without records takes, with an audit entry of its own. Returns whether it
    /// took something else before.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`]; [`StoreError::Conflict`] if the wave has records.
    async fn change_takes(
        &self,
        wave: &WaveId,
        takes: Takes,
        audit: &NewAuditEntry,
    ) -> Result<bool, StoreError>;

    /// All waves, ordered by id.
    async fn waves(&self) -> Result<Vec<Wave>, StoreError>;

    /// One wave; none if there is no such wave.
    async fn wave(&self, id: &WaveId) -> Result<Option<Wave>, StoreError>;

    /// Adds service points, all or none. A point that exists with the same content is left alone,
    /// and one with another telephone number gets the new one: the number says whom to call and
    /// nothing of what is measured. A place, unit and channel that is new gets a short code.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`] if a point belongs to a wave that does not exist;
    /// [`StoreError::Conflict`], naming the point, if one exists with other content.
    async fn add_points(
        &self,
        points: &[ServicePoint],
        codes: &dyn CodeSource,
    ) -> Result<(), StoreError>;

    /// The service points of a wave, ordered by id; empty if there is no such wave.
    async fn points(&self, wave: &WaveId) -> Result<Vec<ServicePoint>, StoreError>;

    /// One service point; none if there is no such wave or point.
    async fn point(
        &self,
        wave: &WaveId,
        point: &PointId,
    ) -> Result<Option<ServicePoint>, StoreError>;
}

/// A version that is published and never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Definition {
    /// An instrument.
    Instrument(InstrumentRef),
    /// A method.
    Method {
        /// Which method.
        id: MethodId,
        /// Which version.
        version: u32,
    },
}

impl fmt::Display for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instrument(reference) => write!(f, "instrument {reference}"),
            Self::Method { id, version } => write!(f, "method {id} v{version}"),
        }
    }
}

/// What is new of a wave that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaveAdded {
    /// Whether the wave is.
    pub is_new: bool,
    /// How many of its service points are.
    pub new_points: u64,
    /// How many service points have another telephone number now.
    pub new_telephones: u64,
}
