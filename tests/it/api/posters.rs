//! Tests posters, recordings and the help page.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use survey_defs::api::problem::ProblemCode;
use survey_defs::wave::{Population, Wave};
use tests::app::TestApp;
use tests::waves;

fn wave() -> Wave {
    waves::wave("counter", Population::Transaction)
}

const POSTER: &str = "/api/v1/waves/counter/points/p1/poster";

#[tokio::test]
async fn a_poster_is_a_file_to_print() {
    let mut app = TestApp::start().await;
    app.state.public_url = Some("https://hailong.example.vn".parse().unwrap());
    for (query, media_type, name) in [
        ("", "application/pdf", "poster-counter-p1-a4-vi.pdf"),
        ("?format=pdf&size=a5&language=en", "application/pdf", "poster-counter-p1-a5-en.pdf"),
        ("?format=svg", "image/svg+xml", "poster-counter-p1-a4-vi.svg"),
    ] {
        let reply = app.get(&format!("{POSTER}{query}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{query}");
        assert_eq!(reply.headers[header::CONTENT_TYPE], media_type);
        let disposition = format!("attachment; filename=\"{name}\"");
        assert_eq!(reply.headers[header::CONTENT_DISPOSITION], disposition);
    }
}

#[tokio::test]
async fn the_address_is_one_that_phones_can_reach() {
    let mut app = TestApp::start().await;
    let trial = waves::changed(wave(), |wave| {
        wave.id = "trial".parse().unwrap();
        wave.simulated = true;
    });
    app.add(&trial).await;
    let body = app.get("/api/v1/waves/trial/points/p1/poster?format=svg").await.body;
    assert!(body.contains("127.0.0.1:8080/p/"), "a trial on this machine");
    let svg = format!("{POSTER}?format=svg");
    let refused = app.get(&svg).await.problem();
    assert_eq!(refused.code, ProblemCode::QueryInvalid);
    assert!(refused.detail.unwrap().contains("--public-url"));
    app.state.public_url = Some("https://hailong.example.vn".parse().unwrap());
    let body = app.get(&svg).await.body;
    assert!(body.contains("hailong.example.vn/p/") && !body.contains("127.0.0.1"));
    assert!(body.contains("Phường Ba Đình") && body.contains("Quầy một cửa số 1"));
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let app = TestApp::start().await;
    for (path, code) in [
        ("/api/v1/waves/none/points/p1/poster", ProblemCode::WaveUnknown),
        ("/api/v1/waves/counter/points/none/poster", ProblemCode::PointUnknown),
        ("/api/v1/waves/counter/points/p1/poster?size=a3", ProblemCode::QueryInvalid),
        ("/api/v1/waves/counter/points/p1/poster?paper=a4", ProblemCode::QueryInvalid),
    ] {
        assert_eq!(app.get(path).await.problem().code, code, "{path}");
    }
    let request = Request::get(POSTER)
        .header(header::HOST, "a b/c")
        .header(header::AUTHORIZATION, tests::staff::bearer());
    let reply = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.problem().code, ProblemCode::QueryInvalid);
}

#[tokio::test]
async fn help_needs_no_script_and_no_known_point() {
    let app = TestApp::start().await;
    let known = app.get("/s/counter/p1?help").await;
    assert_eq!(known.status, StatusCode::OK);
    assert_eq!(known.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let policy = known.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert!(known.body.contains("Phường Ba Đình") && known.body.contains("Quầy một cửa số 1"));
    assert!(!known.body.contains("<script") && !known.body.contains("style="));
    for path in
        ["/s/counter/none?help", "/s/none/none?help=1", "/s/%3Cscript%3E/x?help", "/kiosk?help"]
    {
        let unknown = app.get(path).await;
        assert_eq!(unknown.status, StatusCode::OK, "{path}");
        assert!(unknown.body.contains("phiếu giấy") && !unknown.body.contains("<dl>"), "{path}");
        assert!(!unknown.body.contains("<script"), "{path}");
    }
    let form = app.get("/s/counter/p1?helping").await;
    assert!(!form.body.contains("Phiếu chưa mở được trên máy này"));
}

/// A second of silence at 8 kHz, 8 bits, mono.
fn silence() -> Vec<u8> {
    let samples = [128_u8; 8_000];
    let length = u32::try_from(samples.len()).unwrap();
    let mut wav = Vec::new();
    wav.write_all(b"RIFF").unwrap();
    wav.write_all(&(36 + length).to_le_bytes()).unwrap();
    wav.write_all(b"WAVEfmt ").unwrap();
    wav.write_all(&16_u32.to_le_bytes()).unwrap();
    for field in [1_u16.to_le_bytes(), 1_u16.to_le_bytes()] {
        wav.write_all(&field).unwrap();
    }
    for field in [8_000_u32.to_le_bytes(), 8_000_u32.to_le_bytes()] {
        wav.write_all(&field).unwrap();
    }
    for field in [1_u16.to_le_bytes(), 8_u16.to_le_bytes()] {
        wav.write_all(&field).unwrap();
    }
    wav.write_all(b"data").unwrap();
    wav.write_all(&length.to_le_bytes()).unwrap();
    wav.write_all(&samples).unwrap();
    wav
}

#[tokio::test]
async fn recordings_are_listed_with_the_form_and_served_whole_and_in_part() {
    let mut app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let counter = folder.path().join("counter/1");
    std::fs::create_dir_all(&counter).unwrap();
    std::fs::write(counter.join("vi-level-5.wav"), silence()).unwrap();
    app.state.recordings =
        std::sync::Arc::new(server::catalogue::recordings::Recordings::read(folder.path()));

    let form = "/api/v1/waves/counter/points/p1/form";
    let package: survey_defs::api::FormPackage = app.get(form).await.json();
    assert_eq!(package.audio.len(), 1);
    let address = &package.audio["vi/level-5"];

    let whole = app.get(address).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert_eq!(whole.headers[header::CONTENT_TYPE], "audio/wav");
    let cache = whole.headers[header::CACHE_CONTROL].to_str().unwrap();
    assert!(cache.contains("immutable"), "{cache}");
    assert_eq!(whole.headers[header::CONTENT_LENGTH], "8044");

    let part = Request::get(address).header(header::RANGE, "bytes=0-3");
    let part = app.send(part.body(Body::empty()).unwrap()).await;
    assert_eq!((part.status, part.body.as_str()), (StatusCode::PARTIAL_CONTENT, "RIFF"));

    for wrong in ["/audio/counter/1/vi-level-5.wav", "/audio/counter/1/..%2f..%2fx.wav"] {
        assert_eq!(app.get(wrong).await.problem().code, ProblemCode::NotFound, "{wrong}");
    }
    let other: survey_defs::api::FormPackage =
        app.get("/api/v1/waves/ward/points/p1/form").await.json();
    assert!(other.audio.is_empty());
}
