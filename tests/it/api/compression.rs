//! Tests compressed answers.

use std::io::Read;

use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use brotli_decompressor::Decompressor;
use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use survey_defs::api::paths;
use tests::app::TestApp;
use tower::ServiceExt;

const FORM: &str = "/api/v1/waves/counter/points/p1/form";

/// The body as it is sent to whoever takes an encoding.
async fn raw(app: &TestApp, path: &str, encoding: &str) -> (HeaderMap, Vec<u8>) {
    let request = Request::get(path)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::ACCEPT_ENCODING, encoding)
        .body(Body::empty())
        .unwrap();
    let (parts, body) = app.router().oneshot(request).await.unwrap().into_parts();
    (parts.headers, body.collect().await.unwrap().to_bytes().to_vec())
}

fn read(mut reader: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}

fn unpack(body: &[u8], encoding: &str) -> Vec<u8> {
    match encoding {
        "br" => read(Decompressor::new(body, 4096)),
        _ => read(GzDecoder::new(body)),
    }
}

#[tokio::test]
async fn every_answer_says_who_may_keep_it_and_who_may_use_it() {
    let app = TestApp::start().await;
    for (path, cache, resource) in [
        (FORM, "no-store", "same-origin"),
        ("/api/v1/units?level=ward", "no-store", "same-origin"),
        ("/api/v1/nothing", "no-store", "same-origin"),
        (paths::OPENAPI, "no-cache", "same-origin"),
        ("/sw.js", "no-cache", "same-origin"),
        ("/icons/thuocdo-512.png", "no-cache", "cross-origin"),
    ] {
        let (headers, _) = raw(&app, path, "identity").await;
        assert_eq!(headers[header::CACHE_CONTROL], cache, "{path}");
        assert_eq!(headers["cross-origin-resource-policy"], resource, "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
    }
}

#[tokio::test]
async fn constant_documents_are_never_compressed_for_one_request() {
    let app = TestApp::start().await;
    let (_, plain) = raw(&app, paths::OPENAPI, "identity").await;
    for (accepted, expected) in [("*", "br"), ("BR", "br"), ("br;q=0, gzip", "gzip")] {
        let (headers, body) = raw(&app, paths::OPENAPI, accepted).await;
        assert_eq!(headers[header::CONTENT_ENCODING], expected, "{accepted}");
        assert!(unpack(&body, expected) == plain, "{accepted} gives another text");
    }
    for accepted in ["deflate", "x-gzip, br;q=0", ""] {
        let (headers, body) = raw(&app, paths::OPENAPI, accepted).await;
        assert_eq!(headers.get(header::CONTENT_ENCODING), None, "{accepted}");
        assert!(body == plain, "{accepted}");
    }
}

#[tokio::test]
async fn json_is_compressed_for_whoever_takes_it_and_stays_the_same() {
    let app = TestApp::start().await;
    let (headers, plain) = raw(&app, FORM, "identity").await;
    assert_eq!(headers.get(header::CONTENT_ENCODING), None);
    for (accepted, expected) in [
        ("br", "br"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
    ] {
        let (headers, body) = raw(&app, FORM, accepted).await;
        assert_eq!(headers[header::CONTENT_ENCODING], expected, "{accepted}");
        assert_eq!(headers[header::CONTENT_TYPE], "application/json");
        assert!(headers.get_all(header::VARY).iter().any(|value| value == "accept-encoding"));
        assert!(body.len() * 2 < plain.len(), "{} of {} bytes", body.len(), plain.len());
        let unpacked = unpack(&body, expected);
        assert!(unpacked == plain, "{accepted} gives another text");
    }
}

#[tokio::test]
async fn pages_are_compressed_although_each_is_written_for_its_office() {
    let app = TestApp::start().await;
    let form = paths::fill(paths::FORM_PAGE, &["counter", "p1"]);
    for page in [form.as_str(), "/", "/s/counter/p1?help"] {
        let (headers, plain) = raw(&app, page, "identity").await;
        assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8", "{page}");
        assert_eq!(headers.get(header::CONTENT_ENCODING), None, "{page}");
        for encoding in ["br", "gzip"] {
            let (headers, body) = raw(&app, page, encoding).await;
            assert_eq!(headers[header::CONTENT_ENCODING], encoding, "{page}");
            let vary = headers.get_all(header::VARY).iter().collect::<Vec<_>>();
            assert_eq!(vary, ["accept-encoding"], "{page}");
            let unpacked = unpack(&body, encoding);
            assert!(unpacked == plain, "{page} in {encoding} is another page");
            assert!(body.len() * 3 < plain.len() * 2, "{} of {} bytes", body.len(), plain.len());
        }
    }
    let (_, plain) = raw(&app, &form, "identity").await;
    let plain = String::from_utf8(plain).unwrap();
    assert!(plain.contains("og:title") && plain.contains("Phường Ba Đình"), "{plain}");
}

#[tokio::test]
async fn what_is_small_or_does_not_shrink_is_sent_as_it_is() {
    let app = TestApp::start().await;
    let poster = paths::fill(paths::POSTER, &["counter", "p1"]);
    for path in ["/healthz", "/api/v1/waves/counter/points/none/form", &poster] {
        let (headers, body) = raw(&app, path, "br, gzip").await;
        assert_eq!(headers.get(header::CONTENT_ENCODING), None, "{path}");
        assert!(!body.is_empty(), "{path}");
    }
}
