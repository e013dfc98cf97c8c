//! Tests the columnar mirror beside a log that was written in a storm.

use std::path::Path;
use std::time::Duration;

use scoring::{Mirror, Policy};
use server::analysis::mirror::{Check, MirrorJob, MirrorJobError};
use server::analysis::service::Analysis;
use server::catalogue::definitions::Definitions;
use store::Store;
use survey_defs::analysis::ScoreQuery;
use tests::ledger::wave_id;
use tokio::time::{Instant, interval};

/// Segments of a few forms, so that a short run writes and merges many.
const POLICY: Policy = Policy { tail: 50, small: 200, most: 3, largest: 2_000 };

/// Brings the mirror up to date, and returns how many segments were written; no server runs.
/// Nothing is damaged.
pub(super) async fn keep(folder: &Path, store: &dyn Store) -> usize {
    let job = MirrorJob::new(Mirror::new(folder.join("mirror")), POLICY);
    let definitions = Definitions::embedded();
    // The database may still think that a server leads which was killed a moment ago.
    let deadline = Instant::now() + Duration::from_mins(1);
    let mut ticks = interval(Duration::from_millis(20));
    let report = loop {
        match job.run(store, &definitions, Check::Contents).await {
            Err(MirrorJobError::Led) if Instant::now() < deadline => drop(ticks.tick().await),
            report => break report.unwrap(),
        }
    };
    // With so many rows, a server may have written a segment into a folder of its own.
    let end = store.log_end(&wave_id()).await.unwrap();
    assert!(report.dropped == 0 || end.position > Policy::DEFAULT.tail, "{report:?} of {end:?}");
    report.written
}

/// Segments cover the log without gap or overlap, and the scores from them are those of the log.
pub(super) async fn equals_log(folder: &Path, store: &dyn Store) {
    let mut position = 0;
    for segment in store.segments(&wave_id()).await.unwrap() {
        assert_eq!(segment.first_position, position + 1);
        assert_eq!(segment.rows, segment.last_position - position);
        position = segment.last_position;
    }
    let end = store.log_end(&wave_id()).await.unwrap();
    assert!(end.position - position <= 50, "{position} of {}", end.position);
    let mut tables = Vec::new();
    for mirror in ["mirror", "nowhere"] {
        let analysis = Analysis::new(Mirror::new(folder.join(mirror)));
        let query: ScoreQuery =
            serde_json::from_str(r#"{"wave": "counter", "by": "ward"}"#).unwrap();
        let table = analysis.result(store, &Definitions::embedded(), query).await.unwrap();
        tables.push(serde_json::to_string(&*table).unwrap());
    }
    assert!(tables[0].contains(&format!("{}", end.submissions)), "{}", tables[0]);
    assert_eq!(tables[0], tables[1]);
}
