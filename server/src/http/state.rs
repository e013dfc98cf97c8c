//! What handlers share.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex};

use posters::PublicUrl;
use store::Store;
use survey_defs::instrument::InstrumentRef;

use super::limits::Limits;
use super::prepared::Prepared;
use crate::analysis::service::Analysis;
use crate::auth::staff::Guests;
use crate::catalogue::Catalogue;
use crate::catalogue::definitions::Definitions;
use crate::catalogue::recordings::Recordings;
use crate::intake::Intake;
use crate::operations::readiness::Readiness;
use crate::operations::store_gauges::StoreGauges;
use crate::system::clock::Clock;
use crate::system::metrics::Metrics;
use crate::system::randomness::Randomness;

/// Everything that handlers need, behind one counter: each layer of a request clones it. A change of one
/// handle leaves the others as they are.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Shared>);

/// What handlers share.
#[derive(Debug, Clone)]
pub struct Shared {
    /// Where everything is stored.
    pub store: Arc<dyn Store>,
    /// Waves, service points, instruments, methods.
    pub catalogue: Arc<Catalogue>,
    /// Recorded readings of instruments.
    pub recordings: Arc<Recordings>,
    /// What comes in.
    pub intake: Arc<Intake>,
    /// Scores and what is computed beside them.
    pub analysis: Arc<Analysis>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether what comes in can be kept.
    pub readiness: Arc<Readiness>,
    /// What callers may use.
    pub limits: Arc<Limits>,
    /// Counters and gauges of this process.
    pub metrics: Arc<Metrics>,
    /// Gauges that are read from the store.
    pub store_gauges: Arc<StoreGauges>,
    /// What whoever has not logged in may do on the staff's side.
    pub guests: Guests,
    /// A hash that changes when the shape of an answer does; the router sets it.
    pub shape: [u8; 32],
    /// Definitions that were asked for, ready to be sent.
    pub definitions: Arc<PreparedDefinitions>,
    /// The address under which people reach the server, where the command line gives it; else it is
    /// taken from the request.
    pub public_url: Option<PublicUrl>,
}

/// Instruments that were asked for, ready to be sent. Only those that exist get here, so there are few.
pub type PreparedDefinitions = Mutex<HashMap<InstrumentRef, Arc<Prepared>>>;

impl AppState {
    /// The usual limits, no recorded readings, no public address, and a staff's side for those who
    /// have logged in.
    pub fn new(
        store: Arc<dyn Store>,
        analysis: Analysis,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        let catalogue = Catalogue::new(Arc::clone(&store), Arc::new(Definitions::embedded()));
        Self(Arc::new(Shared {
            store,
            intake: Arc::new(Intake::new(catalogue.clone(), Arc::clone(&clock), randomness)),
            catalogue: Arc::new(catalogue),
            recordings: Arc::default(),
            analysis: Arc::new(analysis),
            clock,
            readiness: Arc::default(),
            limits: Arc::default(),
            metrics: Arc::default(),
            store_gauges: Arc::default(),
            guests: Guests::Nobody,
            shape: [0; 32],
            definitions: Arc::default(),
            public_url: None,
        }))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl DerefMut for AppState {
    fn deref_mut(&mut self) -> &mut Shared {
        Arc::make_mut(&mut self.0)
    }
}
