//! Gauges that are read from the store when somebody asks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use store::{Device, Store, StoreError, StoreStats};
use survey_defs::device::DeviceState;
use survey_defs::wave::{Takes, Wave};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tracing::warn;

/// For how long what was read is good enough, so that scrapers cannot keep the store busy.
const FRESH: Duration = Duration::from_secs(5);

/// A scraper waits ten seconds as a rule.
const PATIENCE: Duration = Duration::from_secs(5);

/// Devices report every five minutes; three reports that did not come are no accident.
const SILENT: SignedDuration = SignedDuration::from_mins(15);

/// Gauges that are read from the store when somebody asks.
#[derive(Debug)]
pub struct StoreGauges {
    registry: Registry,
    gauges: Gauges,
    read_at: Mutex<Option<Instant>>,
}

#[derive(Debug, Default)]
struct Gauges {
    store_up: Gauge,
    log_end: Family<WaveLabel, Gauge>,
    unmirrored: Family<WaveLabel, Gauge>,
    quarantined: Family<QuarantineLabels, Gauge>,
    devices: Family<StateLabel, Gauge>,
    silent: Gauge,
    longest_silence: Gauge,
    queued: Gauge,
    most_queued: Gauge,
    refused: Gauge,
    commits: Counter,
    failed_commits: Counter,
    committed_rows: Counter,
    commit_seconds: Counter<f64, AtomicU64>,
    busy: Counter,
    waiting_rows: Gauge,
}

impl Default for StoreGauges {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("thuocdo");
        let gauges = Gauges::register(&mut registry);
        Self { registry, gauges, read_at: Mutex::default() }
    }
}

impl StoreGauges {
    /// Appends the gauges in the format of OpenMetrics, without its end mark. They are at most five
    /// seconds old; if the store does not answer, they are the last that were read.
    ///
    /// # Errors
    /// [`std::fmt::Error`], which a text in memory never has.
    pub async fn encode(
        &self,
        store: &dyn Store,
        now: Timestamp,
        text: &mut String,
    ) -> Result<(), std::fmt::Error> {
        self.gauges.tell(store.stats());
        self.refresh(store, now).await;
        encode_registry(text, &self.registry)
    }

    /// Reads from the store, unless that was done just now.
    async fn refresh(&self, store: &dyn Store, now: Timestamp) {
        let mut read_at = self.read_at.lock().await;
        if read_at.is_some_and(|at| at.elapsed() < FRESH) {
            return;
        }
        let is_up = match timeout(PATIENCE, self.gauges.read(store, now)).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                warn!(%error, "the gauges of the store could not be read");
                false
            }
            Err(_) => {
                warn!("the store is too slow for its gauges");
                false
            }
        };
        self.gauges.store_up.set(is_up.into());
        *read_at = Some(Instant::now());
    }
}

impl Gauges {
    fn register(registry: &mut Registry) -> Self {
        let new = Self::default();
        registry.register("store_up", "1 if the database answered last time", new.store_up.clone());
        registry.register("log_records", "Submissions in the log of a wave", new.log_end.clone());
        registry.register(
            "mirror_lag_records",
            "Submissions of a wave that are in no segment of the columnar mirror yet",
            new.unmirrored.clone(),
        );
        registry.register(
            "quarantine_records",
            "Submissions that wait in quarantine, by wave and reason",
            new.quarantined.clone(),
        );
        registry.register("devices", "Devices, by state", new.devices.clone());
        for (name, help, gauge) in [
            (
                "devices_silent",
                "Enrolled devices of open waves without a heartbeat for 15 minutes",
                &new.silent,
            ),
            (
                "device_longest_silence_seconds",
                "The longest time since the last heartbeat of an enrolled device of an open wave",
                &new.longest_silence,
            ),
            (
                "outbox_records",
                "Records that wait on enrolled devices, by their last heartbeats",
                &new.queued,
            ),
            (
                "outbox_records_max",
                "Records that wait on the device with the most of them",
                &new.most_queued,
            ),
            (
                "outbox_refused_records",
                "Records on enrolled devices that the server has refused for good",
                &new.refused,
            ),
            ("store_waiting_rows", "Rows that wait for their commit", &new.waiting_rows),
        ] {
            registry.register(name, help, gauge.clone());
        }
        for (name, help, counter) in [
            ("store_commits", "Transactions that appended to the log", &new.commits),
            ("store_failed_commits", "Transactions on the log that failed", &new.failed_commits),
            ("store_rows", "Rows that went through commits", &new.committed_rows),
            ("store_busy", "Appends that were refused because too much waited", &new.busy),
        ] {
            registry.register(name, help, counter.clone());
        }
        registry.register_with_unit(
            "store_commit",
            "Time that all commits took together",
            Unit::Seconds,
            new.commit_seconds.clone(),
        );
        new
    }

    async fn read(&self, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
        let waves = store.waves().await?;
        for wave in &waves {
            self.read_wave(store, wave).await?;
        }
        let devices = store.devices().await?;
        self.tell_devices(now, &waves, &devices);
        Ok(())
    }

    async fn read_wave(&self, store: &dyn Store, wave: &Wave) -> Result<(), StoreError> {
        let label = WaveLabel { wave: wave.id.to_string() };
        let end = store.log_end(&wave.id).await?;
        self.log_end.get_or_create(&label).set(signed(end.submissions));
        if wave.takes != Takes::LevelCounts {
            let segments = store.segments(&wave.id).await?;
            let mirrored: u64 = segments.iter().map(|segment| segment.rows).sum();
            let lag = end.submissions.saturating_sub(mirrored);
            self.unmirrored.get_or_create(&label).set(signed(lag));
        }
        let waiting = store.quarantined(&wave.id).await?;
        for reason in survey_defs::quarantine::QuarantineReason::ALL {
            let count = waiting.get(reason).copied().unwrap_or_default();
            let labels = QuarantineLabels { wave: wave.id.to_string(), reason: reason.to_string() };
            // Once a series was there, it must go back to 0 and not stand still.
            if count > 0 || self.quarantined.get(&labels).is_some() {
                self.quarantined.get_or_create(&labels).set(signed(count));
            }
        }
        Ok(())
    }

    fn tell_devices(&self, now: Timestamp, waves: &[Wave], devices: &[Device]) {
        let (mut waiting, mut enrolled, mut expired, mut revoked) = (0, 0, 0, 0);
        let mut code_ended = 0;
        let (mut silent, mut longest, mut queued, mut most, mut refused) = (0, 0, 0, 0, 0);
        for device in devices {
            match device.state(now) {
                DeviceState::Waiting => waiting += 1,
                DeviceState::Expired => expired += 1,
                DeviceState::CodeEnded => code_ended += 1,
                DeviceState::Revoked => revoked += 1,
                DeviceState::Enrolled => {
                    enrolled += 1;
                    if let Some(last) = &device.last {
                        queued += i64::from(last.heartbeat.queued);
                        most = most.max(i64::from(last.heartbeat.queued));
                        refused += i64::from(last.heartbeat.refused);
                    }
                    let is_needed =
                        waves.iter().any(|wave| wave.id == device.wave && wave.is_open_at(now));
                    if is_needed {
                        let heard =
                            device.last.as_ref().map_or(device.created_at, |last| last.received_at);
                        let silence = now.duration_since(heard);
                        silent += i64::from(silence > SILENT);
                        longest = longest.max(silence.as_secs());
                    }
                }
            }
        }
        let states = [
            ("waiting", waiting),
            ("enrolled", enrolled),
            ("expired", expired),
            ("code_ended", code_ended),
            ("revoked", revoked),
        ];
        for (state, count) in states {
            self.devices.get_or_create(&StateLabel { state }).set(count);
        }
        self.silent.set(silent);
        self.longest_silence.set(longest);
        self.queued.set(queued);
        self.most_queued.set(most);
        self.refused.set(refused);
    }

    fn tell(&self, stats: StoreStats) {
        let StoreStats { commits, failed_commits, rows, commit_time, waiting_rows, refused_busy } =
            stats;
        self.commits.inner().store(commits, Ordering::Relaxed);
        self.failed_commits.inner().store(failed_commits, Ordering::Relaxed);
        self.committed_rows.inner().store(rows, Ordering::Relaxed);
        self.busy.inner().store(refused_busy, Ordering::Relaxed);
        let seconds = commit_time.as_secs_f64().to_bits();
        self.commit_seconds.inner().store(seconds, Ordering::Relaxed);
        self.waiting_rows.set(signed(waiting_rows));
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WaveLabel {
    wave: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QuarantineLabels {
    wave: String,
    reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabel {
    state: &'static str,
}
