//! Counters and gauges for Prometheus. No address, and no id of a person or device, is a label.

mod labels;

use std::sync::Mutex;
use std::time::Duration;

use prometheus_client::encoding::text::encode_registry;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::time::Instant;

use self::labels::{CodeLabel, LimitLabel, RequestLabels, RouteLabel, WaveLabel};
pub use self::labels::{Limit, OutcomeLabels};

/// Upper ends of buckets of seconds: a record takes milliseconds, a wide table seconds, and nothing
/// more than 30.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Upper ends of buckets of records in a post.
const RECORDS: [f64; 8] = [1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 200.0];

/// All counters and gauges of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabel, Histogram, fn() -> Histogram>,
    problems: Family<CodeLabel, Counter>,
    refusals: Family<LimitLabel, Counter>,
    records: Family<OutcomeLabels, Counter>,
    batches: Histogram,
    connections: Gauge,
    ready: Gauge,
    requests_under_way: Gauge,
    body_bytes: Gauge,
    resident_bytes: Gauge,
    since_mirrored: Gauge,
    points_with_burst: Family<WaveLabel, Gauge>,
    units_over_dossiers: Family<WaveLabel, Gauge>,
    mirrored_at: Mutex<Option<Instant>>,
}

/// One request that was answered.
#[derive(Debug)]
pub struct Served<'a> {
    /// The template of its path; `other` for files of the app and what does not exist.
    pub route: &'a str,
    /// Its method, in capitals.
    pub method: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// The code of the problem, if it was one.
    pub problem: Option<&'static str>,
    /// From the head of the request to the head of the answer.
    pub time: Duration,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("thuocdo");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", build);
        let seconds: fn() -> Histogram = || Histogram::new(SECONDS);
        let metrics = Self {
            registry,
            requests: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            problems: Family::default(),
            refusals: Family::default(),
            records: Family::default(),
            batches: Histogram::new(RECORDS),
            connections: Gauge::default(),
            ready: Gauge::default(),
            requests_under_way: Gauge::default(),
            body_bytes: Gauge::default(),
            resident_bytes: Gauge::default(),
            since_mirrored: Gauge::default(),
            points_with_burst: Family::default(),
            units_over_dossiers: Family::default(),
            mirrored_at: Mutex::default(),
        };
        metrics.registered()
    }
}

impl Metrics {
    fn registered(mut self) -> Self {
        self.since_mirrored.set(-1);
        let Self { registry, requests, seconds, problems, refusals, records, batches, .. } =
            &mut self;
        registry.register(
            "http_requests",
            "Requests answered, by route, method and class of status",
            requests.clone(),
        );
        registry.register_with_unit(
            "http_request",
            "Time from the head of a request to the head of its answer, by route",
            Unit::Seconds,
            seconds.clone(),
        );
        registry.register("problems", "Requests refused or failed, by code", problems.clone());
        registry.register(
            "limit_refusals",
            "Requests and connections refused by a limit, before anything was stored",
            refusals.clone(),
        );
        registry.register(
            "records",
            "Submissions taken or refused, by outcome and its reason or code",
            records.clone(),
        );
        registry.register("batch_records", "Submissions in one post", batches.clone());
        let gauges = [
            ("connections", "Connections that are open", &self.connections),
            ("ready", "1 if /readyz answers 200", &self.ready),
            ("requests_under_way", "Requests under way", &self.requests_under_way),
            ("body_bytes_under_way", "Bytes set aside for bodies under way", &self.body_bytes),
            ("process_resident_memory_bytes", "Memory of the process", &self.resident_bytes),
            (
                "mirror_last_success_age_seconds",
                "Since this server last brought the columnar mirror up to date; -1: never yet",
                &self.since_mirrored,
            ),
        ];
        for (name, help, gauge) in gauges {
            self.registry.register(name, help, gauge.clone());
        }
        let gauges = [
            (
                "points_with_burst",
                "Service points of a wave with many more forms in the last full hour than usual",
                &self.points_with_burst,
            ),
            (
                "units_over_dossiers",
                "Units of a wave with more forms than dossiers",
                &self.units_over_dossiers,
            ),
        ];
        for (name, help, gauge) in gauges {
            self.registry.register(name, help, gauge.clone());
        }
        self
    }

    /// The gauge of open connections.
    pub fn connections(&self) -> Gauge {
        self.connections.clone()
    }

    /// Counts a request that was answered.
    pub fn served(&self, served: &Served<'_>) {
        let route = served.route.to_owned();
        self.seconds
            .get_or_create(&RouteLabel { route: route.clone() })
            .observe(served.time.as_secs_f64());
        let labels = RequestLabels::new(route, served.method, served.status);
        self.requests.get_or_create(&labels).inc();
        if let Some(code) = served.problem {
            self.problems.get_or_create(&CodeLabel { code }).inc();
        }
    }

    /// Counts the outcomes of the submissions of one post.
    pub fn recorded(&self, outcomes: &[OutcomeLabels]) {
        self.batches.observe(f64::from(u32::try_from(outcomes.len()).unwrap_or(u32::MAX)));
        for outcome in outcomes {
            self.records.get_or_create(outcome).inc();
        }
    }

    /// Counts a request that a limit has refused.
    pub fn refused(&self, limit: Limit) {
        self.refusals.get_or_create(&LimitLabel { limit }).inc();
    }

    /// The counter of what a limit has refused.
    pub fn refusals(&self, limit: Limit) -> Counter {
        self.refusals.get_or_create(&LimitLabel { limit }).clone()
    }

    /// The columnar mirror is up to date.
    pub fn mirrored(&self) {
        *self.mirrored_at() = Some(Instant::now());
    }

    /// Sets the gauges of what somebody should look at in a wave: service points with a burst in the
    /// last full hour, and units with more forms than dossiers.
    pub fn irregular(&self, wave: &str, (points, units): (u64, u64)) {
        let label = WaveLabel { wave: wave.to_owned() };
        for (gauge, count) in
            [(&self.points_with_burst, points), (&self.units_over_dossiers, units)]
        {
            gauge.get_or_create(&label).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }

    /// Takes these gauges of a wave away: nobody knows what they would say.
    pub fn irregular_unknown(&self, wave: &str) {
        let label = WaveLabel { wave: wave.to_owned() };
        for gauge in [&self.points_with_burst, &self.units_over_dossiers] {
            gauge.remove(&label);
        }
    }

    /// Sets the gauge of readiness.
    pub fn ready(&self, is_ready: bool) {
        self.ready.set(is_ready.into());
    }

    /// Sets the gauges of requests and of bytes of bodies that are under way.
    pub fn under_way(&self, requests: usize, body_bytes: usize) {
        self.requests_under_way.set(number(requests));
        self.body_bytes.set(number(body_bytes));
    }

    /// Appends all counters and gauges in the format of OpenMetrics, without its end mark.
    ///
    /// # Errors
    /// [`std::fmt::Error`], which a text in memory never has.
    pub fn encode(&self, text: &mut String) -> Result<(), std::fmt::Error> {
        if let Some(bytes) = resident_bytes() {
            self.resident_bytes.set(bytes);
        }
        if let Some(at) = *self.mirrored_at() {
            self.since_mirrored.set(i64::try_from(at.elapsed().as_secs()).unwrap_or(i64::MAX));
        }
        encode_registry(text, &self.registry)
    }

    fn mirrored_at(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.mirrored_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The memory that the system has given to this process; none where it does not say so like Linux.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
