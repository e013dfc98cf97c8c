//! What handlers share.

use std::net::SocketAddr;
use std::sync::Arc;

use posters::PublicUrl;
use store::Store;

use crate::analysis::scores::Scoreboard;
use crate::catalogue::cache::Known;
use crate::catalogue::definitions::Definitions;
use crate::catalogue::recordings::Audio;
use crate::http::limits::Limits;
use crate::intake::devices::{Guesses, Judged};
use crate::system::clock::Clock;
use crate::system::metrics::Metrics;
use crate::system::randomness::Randomness;

/// Everything a handler needs; cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState {
    /// Where submissions live.
    pub store: Arc<dyn Store>,
    /// What is known of the store and never changes.
    pub known: Arc<Known>,
    /// Instruments and methods.
    pub definitions: Arc<Definitions>,
    /// Columnar copies of the waves and the scores from them.
    pub scoreboard: Arc<Scoreboard>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids and codes that must not be guessed.
    pub randomness: Arc<dyn Randomness>,
    /// Enrolment codes that were tried.
    pub guesses: Arc<Guesses>,
    /// Devices whose late records wait for new evidence.
    pub judged: Arc<Judged>,
    /// What callers may use.
    pub limits: Arc<Limits>,
    /// Counters and gauges.
    pub metrics: Arc<Metrics>,
    /// Who may see the staff's side.
    pub staff: StaffAccess,
    /// Recorded readings.
    pub audio: Arc<Audio>,
    /// The address under which people reach the server, where the command line gives it; else it is
    /// taken from the request.
    pub public_url: Option<PublicUrl>,
}

/// Who may see the staff's side until there are accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffAccess {
    /// Everyone: the answers are simulated.
    Demo,
    /// Whoever sits at the machine: the server listens on the loopback address only.
    Loopback,
    /// Nobody: the server listens to the network.
    Closed,
}

impl StaffAccess {
    /// Who may see the staff's side of a server that is not a demo.
    pub fn for_address(listen: SocketAddr) -> Self {
        if listen.ip().is_loopback() { Self::Loopback } else { Self::Closed }
    }
}
