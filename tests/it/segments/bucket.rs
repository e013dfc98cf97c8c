//! Objects in a bucket, spoken to in the S3 protocol with signed requests. The other side is the
//! `s3s` server on a folder, in this process.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use store::{SqliteStore, Store};
use survey_defs::wave::Population;
use tempfile::TempDir;
use tests::app::TestApp;
use tests::process::command;
use tests::waves;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::task::JoinHandle;

use super::post;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");
const KEY: &str = "the-key";
const SECRET: &str = "the-secret-of-the-key";

/// A bucket `thuocdo`, and servers with folders of their own on copies of one database.
struct World {
    root: TempDir,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl World {
    async fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("s3/thuocdo")).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(root.path().join("s3")).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(serve(listener, service.build()));
        Self { root, address, serving }
    }

    fn data(&self, server: &str) -> PathBuf {
        self.root.path().join(server)
    }

    /// A server on a copy of another one's database, with no segments.
    fn copy(&self, from: &str, to: &str) {
        fs::create_dir(self.data(to)).unwrap();
        for entry in fs::read_dir(self.data(from)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, self.data(to).join(path.file_name().unwrap())).unwrap();
            }
        }
    }

    /// The names of all objects.
    fn objects(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.root.path().join("s3/thuocdo/hanoi/2026")).unwrap();
        let mut objects: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        objects.sort();
        objects
    }

    async fn run(&self, server: &str, arguments: &str) -> RunOutput {
        self.run_as(SECRET, server, arguments).await
    }

    async fn run_as(&self, secret: &str, server: &str, arguments: &str) -> RunOutput {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let output = Command::from(command(BINARY, &arguments, &self.data(server)))
            .env("THUOCDO_SEGMENTS", "s3://thuocdo/hanoi/2026")
            .env("AWS_ACCESS_KEY_ID", KEY)
            .env("AWS_SECRET_ACCESS_KEY", secret)
            .env("AWS_REGION", "vn-north-1")
            .env("AWS_ENDPOINT", format!("http://{}", self.address))
            .env("AWS_ALLOW_HTTP", "true")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = output.await.unwrap();
        RunOutput {
            succeeds: output.status.success(),
            printed: String::from_utf8(output.stdout).unwrap(),
            logged: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What a command prints that succeeds.
    async fn output(&self, server: &str, arguments: &str) -> String {
        let RunOutput { succeeds, printed, logged } = self.run(server, arguments).await;
        assert!(succeeds, "{arguments}: {logged}");
        printed
    }
}

/// What became of a command.
struct RunOutput {
    succeeds: bool,
    printed: String,
    logged: String,
}

async fn serve(listener: TcpListener, service: S3Service) {
    while let Ok((stream, _)) = listener.accept().await {
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(async move { connection.await.ok() });
    }
}

/// A database with 60 forms of the wave `counter`.
async fn prepare(data: &Path) {
    fs::create_dir(data).unwrap();
    let mut app = TestApp::start().await;
    let store = SqliteStore::open(&data.join("thuocdo.sqlite")).await.unwrap();
    let store: Arc<dyn Store> = Arc::new(store);
    Arc::make_mut(&mut app.state.intake).catalogue.store = Arc::clone(&store);
    app.state.store = store;
    app.add(&waves::wave("counter", Population::Transaction)).await;
    post(&app, 1..=60).await;
}

const SCORE: &str = "score --wave counter --by ward --detail item";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_share_segments_through_a_bucket() {
    let world = World::new().await;
    prepare(&world.data("one")).await;
    let from_log = world.output("one", SCORE).await;
    assert!(from_log.contains("Phường Ba Đình"), "{from_log}");

    assert_eq!(world.output("one", "mirror rebuild").await, "counter: 1 segments\n");
    let objects = world.objects();
    assert_eq!(objects.len(), 5, "{objects:?}");
    for server in ["two", "three", "four"] {
        world.copy("one", server);
        assert!(!world.data(server).join("segments").exists());
    }
    assert_eq!(world.output("two", SCORE).await, from_log);
    let status = world.output("two", "mirror status").await;
    assert!(status.contains("here, shared"), "{status}");
    assert!(status.contains("s3://thuocdo/hanoi/2026"), "{status}");

    // Garbage is not used, and whoever keeps the mirror puts it there again.
    let rows = objects.iter().find(|path| path.to_string_lossy().ends_with("rows.parquet"));
    let rows = rows.unwrap();
    let whole = fs::read(rows).unwrap();
    fs::write(rows, vec![0; whole.len()]).unwrap();
    let ran = world.run("three", SCORE).await;
    assert!(ran.succeeds && ran.logged.contains("the content of rows.parquet"), "{}", ran.logged);
    assert_eq!(ran.printed, from_log);
    let status = world.output("three", "mirror status").await;
    assert!(status.contains("shared") && !status.contains("here, "), "{status}");
    let checked = world.output("one", "mirror check").await;
    assert!(checked.contains("0 segments are complete, 1 were uploaded again"), "{checked}");
    assert_eq!(fs::read(rows).unwrap(), whole);
    let checked = world.output("one", "mirror check").await;
    assert!(checked.contains("1 segments are complete, 0 were uploaded again"), "{checked}");
    assert_eq!(world.output("three", SCORE).await, from_log);

    // Whoever may not come in reads the log, and nobody is told the secret.
    let ran = world.run_as("another-secret", "four", SCORE).await;
    assert!(ran.succeeds && ran.logged.contains("cannot be reached"), "{}", ran.logged);
    assert_eq!(ran.printed, from_log);
    let ran = world.run_as("another-secret", "one", "mirror check").await;
    assert!(!ran.succeeds && ran.logged.contains("s3://thuocdo/hanoi/2026"), "{}", ran.logged);
    assert!(!ran.logged.contains("another-secret"), "{}", ran.logged);

    // When nobody answers, scores come from what is here and from the log.
    world.serving.abort();
    for (server, reads_log) in [("one", false), ("two", false), ("four", true)] {
        let ran = world.run(server, SCORE).await;
        assert!(ran.succeeds, "{server}: {}", ran.logged);
        assert_eq!(ran.printed, from_log, "{server}");
        assert_eq!(ran.logged.contains("cannot be reached"), reads_log, "{}", ran.logged);
    }
    let ran = world.run("one", "mirror rebuild").await;
    assert!(!ran.succeeds, "nothing is listed that is not shared");
    assert_eq!(world.output("two", SCORE).await, from_log);
}
