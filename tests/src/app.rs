//! Builds the application under test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use scoring::Mirror;
use serde::Serialize;
use serde::de::DeserializeOwned;
use server::analysis::service::Analysis;
use server::http::limits::{Limits, Quotas, Settings};
use server::http::router::router;
use server::http::state::AppState;
use server::intake::submissions::MAX_UNPROVEN_BATCH;
use server::operations::readiness::{Readiness, Times};
use server::system::clock::Clock;
use server::system::randomness::Randomness;
use store::{PostgresStore, SqliteStore, Store};
use survey_defs::api::paths;
use survey_defs::api::problem::{MEDIA_TYPE, Problem};
use survey_defs::audit::NewAuditEntry;
use survey_defs::caller::Caller;
use survey_defs::submission::Draft;
use survey_defs::wave::{Channel, Population, Takes, Wave};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::{postgres, staff, waves};

/// A clock that stands still until a test moves it.
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// Sets the time.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock().expect("no test panics while holding the clock") = now;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no test panics while holding the clock")
    }
}

/// Randomness that repeats: every filling is another number.
#[derive(Debug, Default)]
pub struct CountedRandomness(AtomicU32);

impl Randomness for CountedRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        for (byte, of_number) in bytes.iter_mut().zip(number.iter().cycle()) {
            *byte = *of_number;
        }
    }
}

/// The application on a database of its own, with an open wave for each instrument, each with the
/// point `p1` (a wall QR code in Phường Ba Đình) and `kiosk`.
#[derive(Debug)]
pub struct TestApp {
    /// The state that the router works on.
    pub state: AppState,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    folder: TempDir,
}

/// A response, read to the end.
#[derive(Debug)]
pub struct Reply {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: String,
}

impl Reply {
    /// The body as a value.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.body))
    }

    /// The body as a problem document, with its status and media type checked.
    pub fn problem(&self) -> Problem {
        let problem: Problem = self.json();
        assert_eq!(self.headers[header::CONTENT_TYPE], MEDIA_TYPE);
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.status, problem.code.status());
        assert!(problem.request_id.is_some(), "a problem names its request");
        problem
    }
}

impl TestApp {
    /// Starts on a fresh database.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SqliteStore::open(&folder.path().join("test.sqlite")).await;
        Self::start_on(Arc::new(store.expect("a fresh database opens")), folder).await
    }

    /// The same with one more wave, whose id names instrument and version: `counter-2`.
    pub async fn with_wave(id: &str) -> Self {
        let app = Self::start().await;
        app.add(&waves::wave_of_id(id)).await;
        app
    }

    /// Starts on a fresh database of PostgreSQL with a name of its own.
    pub async fn start_on_postgres(name: &str) -> Self {
        let store = PostgresStore::open(&postgres::database(name)).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_on(Arc::new(store.expect("a fresh database opens")), folder).await
    }

    /// Starts on a fresh database without a wave, as on a disk that is not mounted.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SqliteStore::open(&folder.path().join("test.sqlite")).await;
        Self::on(Arc::new(store.expect("a fresh database opens")), folder)
    }

    async fn start_on(store: Arc<dyn Store>, folder: TempDir) -> Self {
        staff::add_token(&*store).await;
        let app = Self::on(store, folder);
        for (instrument, population) in [
            ("counter", Population::Transaction),
            ("ward", Population::Transaction),
            ("single", Population::Transaction),
            ("national", Population::Household),
        ] {
            app.add(&waves::wave(instrument, population)).await;
        }
        app
    }

    fn on(store: Arc<dyn Store>, folder: TempDir) -> Self {
        let clock = Arc::new(FixedClock(Mutex::new(waves::now())));
        let analysis = Analysis::new(Mirror::new(folder.path().join("segments")));
        let state_clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let randomness = Arc::<CountedRandomness>::default();
        let mut state = AppState::new(store, analysis, state_clock, randomness);
        // A test sends more than people on one machine do.
        let quotas = Quotas { machine_records: 0, ..Quotas::default() };
        state.limits = Arc::new(Limits::new(Settings { quotas, ..Settings::default() }));
        // Nobody tries it out beside a test.
        let times = Times { stale: Duration::from_hours(1), ..Times::default() };
        state.readiness = Arc::new(Readiness::new(times, None));
        Self { state, clock, folder }
    }

    /// The file of its database, if that is SQLite.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("test.sqlite")
    }

    /// Adds a wave with its two points.
    pub async fn add(&self, wave: &Wave) {
        let points = [
            waves::point(wave, "p1", Channel::WallQr),
            waves::point(wave, "kiosk", Channel::Kiosk),
        ];
        self.state.store.create_wave(wave).await.expect("a new wave");
        self.state.store.add_points(&points, &waves::codes()).await.expect("new points");
    }

    /// Lets a wave without records take something else.
    pub async fn take(&self, wave: &str, takes: Takes) {
        let wave = wave.parse().expect("an id");
        let audit = NewAuditEntry::new(&Caller::loopback(), self.clock.now(), "for a test");
        self.state.store.change_takes(&wave, takes, &audit).await.expect("a wave without records");
    }

    /// The router on the state.
    pub fn router(&self) -> Router {
        router(self.state.clone())
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body is in memory").to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap_or_default();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Gets a path, as staff where that matters.
    pub async fn get(&self, path: &str) -> Reply {
        let request = Request::get(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::AUTHORIZATION, staff::bearer());
        self.send(request.body(Body::empty()).expect("a valid request")).await
    }

    /// Posts a body with a content type, as staff where that matters.
    pub async fn post(&self, path: &str, content_type: &str, body: impl Into<Body>) -> Reply {
        let request = Request::post(path)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::AUTHORIZATION, staff::bearer())
            .header(header::CONTENT_TYPE, content_type);
        self.send(request.body(body.into()).expect("a valid request")).await
    }

    /// Posts a value as JSON.
    pub async fn post_json(&self, path: &str, value: &impl Serialize) -> Reply {
        let body = serde_json::to_string(value).expect("the value is JSON");
        self.post(path, "application/json", body).await
    }

    /// Posts forms as phones do: in batches that anybody may send.
    pub async fn post_forms(&self, drafts: &[Draft]) {
        for batch in drafts.chunks(MAX_UNPROVEN_BATCH) {
            let reply = self.post_json(paths::SUBMISSIONS, &batch).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
        }
    }

    /// How many submissions of a wave are in the log.
    pub async fn submissions(&self, wave: &str) -> u64 {
        let wave = wave.parse().expect("an id");
        self.state.store.log_end(&wave).await.expect("the store answers").submissions
    }
}
