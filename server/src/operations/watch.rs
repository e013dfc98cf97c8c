//! Watches the waves that take forms for what somebody should look at, and tells it to the metrics.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};
use store::Store;
use survey_defs::ids::WaveId;
use survey_defs::phrases::hanoi_hour;
use survey_defs::wave::{Takes, Wave};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tracing::warn;

use crate::analysis::Error;
use crate::analysis::service::Analysis;
use crate::catalogue::definitions::Definitions;
use crate::system::clock::Clock;
use crate::system::compute_gate::ComputeGate;
use crate::system::metrics::Metrics;

/// How often it is asked whether there is something new to look at.
const PERIOD: Duration = Duration::from_mins(5);

/// How long after its close a wave is watched: what waited on devices comes in then.
const AFTER_CLOSE: SignedDuration = SignedDuration::from_hours(24);

/// What it watches with.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Where waves and forms are.
    pub store: Arc<dyn Store>,
    /// Instruments and methods.
    pub definitions: Arc<Definitions>,
    /// What looks at forms.
    pub analysis: Arc<Analysis>,
    /// What it waits for, as everybody does who computes a table.
    pub compute: Arc<ComputeGate>,
    /// Who is told.
    pub metrics: Arc<Metrics>,
}

/// Looks at each wave once an hour, and again when its forms or dossiers were changed by an act.
#[derive(Debug)]
pub struct Watch {
    watched: Watched,
    looked_at: HashMap<WaveId, State>,
}

/// What decides the result, but for forms that came in since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    /// The last full hour.
    hour: DateTime,
    annulments: u64,
    dossiers_version: Option<u32>,
}

impl Watch {
    /// Nothing looked at yet.
    pub fn new(watched: Watched) -> Self {
        Self { watched, looked_at: HashMap::new() }
    }

    /// Looks regularly, for ever; first when the server has been up for a while and has other things behind
    /// it.
    pub async fn run_for_ever(mut self, clock: Arc<dyn Clock>) {
        let mut ticks = interval_at(Instant::now() + PERIOD, PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.look(clock.now()).await {
                warn!(%error, "nobody has looked for bursts");
            }
        }
    }

    /// Looks at the waves that take forms, and no more at the others.
    ///
    /// # Errors
    /// Those of the store. A wave that cannot be looked at has no gauges until it can, with a warning.
    pub async fn look(&mut self, now: Timestamp) -> Result<(), Error> {
        let Some(hour) = now.checked_sub(SignedDuration::from_hours(1)).ok().map(hanoi_hour) else {
            return Ok(());
        };
        let waves = self.watched.store.waves().await?;
        let (taking, others): (Vec<Wave>, Vec<Wave>) =
            waves.into_iter().partition(|wave| is_watched(wave, now));
        for wave in others {
            if self.looked_at.remove(&wave.id).is_some() {
                self.watched.metrics.irregular(wave.id.as_str(), (0, 0));
            }
        }
        for wave in taking {
            let id = wave.id.clone();
            if let Err(error) = self.look_at(wave, hour).await {
                self.looked_at.remove(&id);
                self.watched.metrics.irregular_unknown(id.as_str());
                warn!(wave = %id, %error, "nobody has looked for bursts in a wave");
            }
        }
        Ok(())
    }

    async fn look_at(&mut self, wave: Wave, hour: DateTime) -> Result<(), Error> {
        let Watched { store, definitions, analysis, compute, metrics } = &self.watched;
        let annulments = store.annulment_acts(&wave.id).await?;
        let dossiers = store.dossiers(&wave.id).await?;
        let dossiers_version = dossiers.map(|dossiers| dossiers.version);
        let state = State { hour, annulments, dossiers_version };
        if self.looked_at.get(&wave.id) == Some(&state) {
            return Ok(());
        }
        let id = wave.id.clone();
        let Some(_permit) = compute.permit().await else {
            // The gauges stay: an alarm must not end because many look at tables. It is tried again.
            warn!(wave = %id, "too many tables are computed to look for bursts in a wave");
            return Ok(());
        };
        let found = analysis.irregularities(&**store, definitions, wave, hour).await?;
        metrics.irregular(id.as_str(), (found.points_with_burst, found.units_over_dossiers));
        self.looked_at.insert(id, state);
        Ok(())
    }
}

fn is_watched(wave: &Wave, now: Timestamp) -> bool {
    let until = wave.closes_at.checked_add(AFTER_CLOSE).unwrap_or(Timestamp::MAX);
    wave.takes == Takes::Forms && (wave.opens_at..until).contains(&now)
}
