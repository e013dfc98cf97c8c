//! Tests what the interface says of instruments, methods, units and waves, and its OpenAPI
//! document.

use axum::http::StatusCode;
use serde_json::Value;
use survey_defs::api::{
    FormPackage, InstrumentSummary, OpenedForm, PointView, UnitView, WaveView, paths,
};
use survey_defs::instrument::Instrument;
use survey_defs::method::MethodSummary;
use tests::app::TestApp;
use tests::drafts::instrument;

#[tokio::test]
async fn the_form_gets_all_it_needs_in_one_answer() {
    let app = TestApp::start().await;
    let package: FormPackage = app.get("/api/v1/waves/counter/points/p1/form").await.json();
    // A phone reads less of the same answer.
    let opened: OpenedForm = app.get("/api/v1/waves/counter/points/p1/form").await.json();
    assert_eq!(opened.instrument, package.instrument);
    assert_eq!((&opened.unit_name, opened.open), (&package.unit_name, package.open));
    assert_eq!(opened.point.telephone, package.point.telephone);
    assert_eq!(
        (&opened.wave.id, opened.wave.simulated),
        (&package.wave.id, package.wave.simulated)
    );
    assert_eq!(opened.wave.opens_at, package.wave.opens_at);
    assert_eq!(opened.wave.closes_at, package.wave.closes_at);
    assert!(package.open);
    assert_eq!(package.instrument, instrument("counter"));
    assert_eq!(package.unit_name.vi, "Phường Ba Đình");
    app.clock.set("2027-01-01T00:00:00Z".parse().unwrap());
    let package: FormPackage = app.get("/api/v1/waves/counter/points/p1/form").await.json();
    assert!(!package.open);
}

#[tokio::test]
async fn definitions_and_waves_are_listed() {
    let app = TestApp::start().await;
    let instruments: Vec<InstrumentSummary> = app.get(paths::INSTRUMENTS).await.json();
    let listed = instruments.iter().map(|one| (one.reference.to_string(), one.n_statements));
    let expected = [
        ("counter v1", 5),
        ("counter v2", 5),
        ("national v1", 33),
        ("national v2", 33),
        ("single v1", 1),
        ("single v2", 1),
        ("ward v1", 9),
        ("ward v2", 9),
    ];
    assert_eq!(listed.collect::<Vec<_>>(), expected.map(|(one, n)| (one.to_owned(), n)));
    let counter: Instrument = app.get("/api/v1/instruments/counter/1").await.json();
    assert_eq!(counter, instrument("counter"));
    let methods: Vec<MethodSummary> = app.get(paths::METHODS).await.json();
    assert_eq!(methods.len(), 12);
    let waves: Vec<WaveView> = app.get(paths::WAVES).await.json();
    assert_eq!(waves.len(), 4);
    let wave: WaveView = app.get("/api/v1/waves/counter").await.json();
    assert_eq!((wave.open, wave.submissions), (true, 0));
    let points: Vec<PointView> = app.get("/api/v1/waves/counter/points").await.json();
    assert_eq!(points.len(), 2);
}

#[tokio::test]
async fn units_are_found_by_day_level_and_folded_name() {
    let app = TestApp::start().await;
    for (query, n) in [
        ("level=district&on=2024-12-31", 30),
        ("level=commune&on=2024-12-31", 579),
        ("level=commune&on=2025-06-30", 526),
        ("level=commune&on=2025-07-01", 126),
        ("level=district&on=2025-07-01", 0),
        ("level=branch&on=2026-01-01", 12),
    ] {
        let units: Vec<UnitView> = app.get(&format!("{}?{query}", paths::UNITS)).await.json();
        assert_eq!(units.len(), n, "{query}");
    }
    let found: Vec<UnitView> =
        app.get(&format!("{}?search=yen%20hoa&on=2026-01-01", paths::UNITS)).await.json();
    assert_eq!(found[0].name.vi, "Phường Yên Hòa");
    assert_eq!(found[0].district.as_ref().unwrap().code.as_str(), "005");
}

#[tokio::test]
async fn the_openapi_document_describes_every_path_and_resolves() {
    let app = TestApp::start().await;
    let reply = app.get(paths::OPENAPI).await;
    assert_eq!(reply.status, StatusCode::OK);
    let document: Value = reply.json();
    for path in [
        paths::SUBMISSIONS,
        paths::INSTRUMENTS,
        paths::INSTRUMENT,
        paths::METHODS,
        paths::WAVES,
        paths::WAVE,
        paths::POINTS,
        paths::FORM,
        paths::UNITS,
        paths::SCORES,
        paths::SERIES,
        paths::QUALITY,
        paths::IMPORTS,
        paths::HEALTH,
        paths::READY,
    ] {
        assert!(document["paths"][path].is_object(), "{path} is not described");
    }
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 50);
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} does not resolve");
    }
}

fn collect_references(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                references.push(reference.clone());
            }
            for value in map.values() {
                collect_references(value, references);
            }
        }
        Value::Array(values) => {
            for value in values {
                collect_references(value, references);
            }
        }
        _ => {}
    }
}
