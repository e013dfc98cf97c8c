//! Short codes of places, which stand on paper and outlive a wave.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::ids::{PointId, WaveId};
use survey_defs::short_code::{FoldedCode, ShortCode};
use survey_defs::wave::ServicePoint;

use crate::error::StoreError;

/// Where new codes come from. Randomness and time are passed in, also here.
pub trait CodeSource: Send + Sync {
    /// A code that nobody can foresee. It may be taken already; then the store asks for another one.
    fn draw(&self) -> ShortCode;

    /// When the codes are made.
    fn made_at(&self) -> Timestamp;
}

/// Short codes. A code belongs to a place (the id that its service points have in each wave), a unit
/// and a channel, and to simulated waves or to real ones: a service point with the same four in
/// another wave has the same code. A code never changes and is never removed, because it hangs on
/// walls. No two codes have the same [`FoldedCode`].
///
/// [`Catalogue::add_points`](crate::Catalogue::add_points) gives codes to what it adds.
#[async_trait]
pub trait ShortCodes: Send + Sync {
    /// Gives a code to each service point that has none, because a program that knew no codes has
    /// added it. Returns how many codes were made.
    async fn give_codes(&self, codes: &dyn CodeSource) -> Result<u64, StoreError>;

    /// The codes of the service points of a wave; empty if there is no such wave.
    async fn short_codes(&self, wave: &WaveId) -> Result<BTreeMap<PointId, ShortCode>, StoreError>;

    /// What a typed code means; none if there is no such code.
    async fn coded_points(&self, code: FoldedCode) -> Result<Option<CodedPoints>, StoreError>;
}

/// What a short code leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedPoints {
    /// The code as it is printed.
    pub code: ShortCode,
    /// Whether it belongs to simulated waves; else to real ones.
    pub simulated: bool,
    /// The service points of its place, unit and channel, one for each wave that has one, ordered by
    /// wave. Waves of both kinds are among them.
    pub points: Vec<ServicePoint>,
}
