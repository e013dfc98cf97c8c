//! Tests servers that share segments through a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use scoring::{Mirror, Policy};
use server::analysis::mirror::{Check, Location, MirrorJob, Segments, SharedStorage, WaveColumns};
use server::analysis::service::Analysis;
use server::system::clock::SystemClock;
use tempfile::TempDir;
use tests::app::{Reply, TestApp};

use super::post;

const POLICY: Policy = Policy { tail: 20, small: 100, most: 4, largest: 1_000 };
const QUERIES: [&str; 3] =
    ["wave=counter&by=ward&detail=item", "wave=counter&by=month", "wave=counter&by=city"];

/// A server on the database of another, with a folder of its own and shared storage that both see.
async fn server(of: &TestApp, root: &TempDir, name: &str) -> (TestApp, Segments) {
    let segments = segments(root.path(), name);
    let mut app = TestApp::start().await;
    let analysis = Arc::new(Analysis::new(segments.clone()));
    app.state = of.state.clone();
    app.state.analysis = analysis;
    (app, segments)
}

fn segments(root: &Path, name: &str) -> Segments {
    let shared = root.join("shared");
    fs::create_dir_all(&shared).unwrap();
    let location: Location = shared.to_str().unwrap().parse().unwrap();
    let shared = SharedStorage::new(location, Arc::new(SystemClock)).unwrap();
    Segments::shared(Mirror::new(root.join(name)), shared)
}

async fn answers(app: &TestApp) -> Vec<String> {
    let mut answers = Vec::new();
    for query in QUERIES {
        let Reply { status, body, .. } = app.get(&format!("/api/v1/scores?{query}")).await;
        assert_eq!(status, 200, "{body}");
        answers.push(body);
    }
    answers
}

/// How many segments a server reads the wave from.
async fn attached(app: &TestApp, segments: Segments) -> usize {
    let instrument = app.state.catalogue.definitions.instrument(
        &tests::waves::wave("counter", survey_defs::wave::Population::Transaction).instrument,
    );
    let wave = "counter".parse().unwrap();
    let mut copy = WaveColumns::new(wave, Arc::clone(instrument.unwrap()), segments);
    let end = app.submissions("counter").await;
    copy.catch_up(&*app.state.store, end).await.unwrap();
    assert_eq!(copy.forms().len() as u64, end, "every form once");
    copy.segments()
}

#[tokio::test]
async fn what_one_server_mirrors_another_scores_without_the_log() {
    let (log, root) = (TestApp::start().await, tempfile::tempdir().unwrap());
    let (first, of_first) = server(&log, &root, "first").await;
    let (second, of_second) = server(&log, &root, "second").await;
    let job = MirrorJob::new(of_first, POLICY);
    for round in 0..3_u128 {
        post(&first, round * 50 + 1..=round * 50 + 50).await;
        let state = &first.state;
        job.run(&*state.store, &state.catalogue.definitions, Check::Sizes).await.unwrap();
        let expected = answers(&log).await;
        assert_eq!(answers(&first).await, expected, "round {round}");
        assert_eq!(answers(&second).await, expected, "round {round}");
    }
    let listed = second.state.store.segments(&"counter".parse().unwrap()).await.unwrap();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed.iter().map(|segment| segment.rows).sum::<u64>(), 150, "all is in segments");
    assert_eq!(attached(&second, of_second).await, 3);
    let folders = fs::read_dir(root.path().join("second")).unwrap();
    let folders: BTreeSet<String> =
        folders.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(folders, listed.into_iter().map(|segment| segment.name).collect());
}

#[tokio::test]
async fn a_server_that_finds_garbage_or_nothing_reads_the_log() {
    let (log, root) = (TestApp::start().await, tempfile::tempdir().unwrap());
    let (first, of_first) = server(&log, &root, "first").await;
    post(&first, 1..=60).await;
    let state = &first.state;
    let job = MirrorJob::new(of_first, POLICY);
    job.run(&*state.store, &state.catalogue.definitions, Check::Sizes).await.unwrap();
    let expected = answers(&log).await;

    let shared = root.path().join("shared");
    let objects: Vec<_> = fs::read_dir(&shared).unwrap().map(|one| one.unwrap().path()).collect();
    assert_eq!(objects.len(), 5);
    for (number, object) in objects.iter().enumerate() {
        let whole = fs::read(object).unwrap();
        fs::write(object, vec![b'x'; whole.len()]).unwrap();
        let (app, segments) = server(&log, &root, &format!("garbage {number}")).await;
        assert_eq!(answers(&app).await, expected, "{}", object.display());
        assert_eq!(attached(&app, segments).await, 0, "{}", object.display());
        fs::remove_file(object).unwrap();
        let (app, segments) = server(&log, &root, &format!("missing {number}")).await;
        assert_eq!(answers(&app).await, expected, "{}", object.display());
        assert_eq!(attached(&app, segments).await, 0, "{}", object.display());
        fs::write(object, whole).unwrap();
    }
    fs::remove_dir_all(&shared).unwrap();
    let nowhere = segments(root.path(), "nowhere");
    fs::remove_dir_all(&shared).unwrap();
    assert_eq!(attached(&log, nowhere).await, 0, "shared storage that is away");
}
