//! Which server keeps the mirror.

use store::{Lead, LeaderTask, Store, StoreError};
use tokio::sync::Mutex;
use tracing::{info, warn};

use super::MirrorJobError;

/// How many ticks in a row a server that lacks listed segments leaves the mirror to one that has them:
/// with the period of the job, five minutes, far longer than a restart takes.
const MAX_TICKS_WITHOUT: u32 = 10;

/// Whether this server keeps the mirror of a database, for all servers on it.
#[derive(Debug, Default)]
pub(super) struct Leader(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    lead: Option<Box<dyn Lead>>,
    /// Ticks in a row at which nobody else led and this server lacked what is listed.
    lacking: u32,
}

impl Leader {
    /// The lead for as long as this lives.
    ///
    /// # Errors
    /// [`MirrorJobError::Led`] if another server has it, or another process of this one.
    pub(super) async fn require(store: &dyn Store) -> Result<Self, MirrorJobError> {
        let lead = store.lead(LeaderTask::Mirror).await?.ok_or(MirrorJobError::Led)?;
        Ok(Self(Mutex::new(State { lead: Some(lead), lacking: 0 })))
    }

    /// Keeps the lead or takes it. Whether this server leads now.
    pub(super) async fn lead(&self, store: &dyn Store) -> Result<bool, StoreError> {
        let mut state = self.0.lock().await;
        if state.holds().await? {
            return Ok(true);
        }
        state.lead = store.lead(LeaderTask::Mirror).await?;
        if state.lead.is_none() {
            state.lacking = 0;
        }
        Ok(state.lead.is_some())
    }

    /// Whether to keep the mirror, given how many listed segments are not in the folder of this server.
    /// If any are, the lead is given back, so that the server that has them takes it; when nobody
    /// comes for them, they are made again here.
    pub(super) async fn may_keep(&self, n_missing: usize) -> bool {
        let mut state = self.0.lock().await;
        if n_missing == 0 {
            state.lacking = 0;
            return true;
        }
        state.lacking += 1;
        if state.lacking > MAX_TICKS_WITHOUT {
            warn!(n_missing, "listed segments are on no server that runs; they are made again");
            return true;
        }
        info!(n_missing, "listed segments are not here; another server may have them");
        state.lead = None;
        false
    }

    /// To be asked before each step that lists or removes: another server may keep the mirror now.
    ///
    /// # Errors
    /// [`MirrorJobError::Led`] if the lead is lost.
    pub(super) async fn confirm(&self) -> Result<(), MirrorJobError> {
        if self.0.lock().await.holds().await? { Ok(()) } else { Err(MirrorJobError::Led) }
    }
}

impl State {
    async fn holds(&mut self) -> Result<bool, StoreError> {
        let Some(lead) = &mut self.lead else {
            return Ok(false);
        };
        let holds = lead.holds().await?;
        if !holds {
            warn!("the lead of the columnar mirror is lost");
            self.lead = None;
        }
        Ok(holds)
    }
}
