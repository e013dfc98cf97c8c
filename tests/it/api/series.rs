//! Tests scores over time.

use axum::http::StatusCode;
use jiff::civil::date;
use survey_defs::analysis::{Break, SeriesBounds, SeriesCell, SeriesTable, Suppression};
use survey_defs::api::paths::{IMPORTS, fill};
use survey_defs::api::problem::ProblemCode;
use survey_defs::wave::{Channel, Population};
use tests::app::TestApp;
use tests::waves;

/// Forms of which some have level 5 and the others level 2: unit, number, satisfied.
type Answers = (&'static str, u32, u32);

async fn import(app: &TestApp, wave: &str, (day, channel): (&str, &str), answers: &[Answers]) {
    let mut lines = vec!["id,unit,date,channel,access_overall".to_owned()];
    for (unit, n, satisfied) in answers {
        for place in 0..*n {
            let (id, level) = (lines.len(), if place < *satisfied { 5 } else { 2 });
            lines.push(format!("{id},{unit},{day},{channel},{level}"));
        }
    }
    let reply = app.post(&fill(IMPORTS, &[wave]), "text/csv", lines.join("\n")).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
}

/// A wave of 2024 in communes and one of 2026 in wards.
async fn two_waves() -> TestApp {
    let app = TestApp::start().await;
    let old = waves::changed(waves::wave("counter", Population::Transaction), |wave| {
        wave.id = "old".parse().unwrap();
        wave.geography = date(2024, 12, 14);
        wave.opens_at = "2024-10-01T00:00:00Z".parse().unwrap();
        wave.closes_at = "2024-12-14T00:00:00Z".parse().unwrap();
    });
    app.add(&old).await;
    // 00006 went to 00008 whole, 00007 to 00008 and 00025, and the other three became 00382.
    let communes = [
        ("00006", 40, 40),
        ("00007", 80, 40),
        ("00382", 50, 10),
        ("00397", 50, 20),
        ("00415", 50, 30),
    ];
    import(&app, "old", ("2024-11-04", "paper_entry"), &communes).await;
    let wards = [("00008", 60, 45), ("00382", 40, 30), ("00025", 12, 6)];
    import(&app, "counter", ("2026-02-02", "kiosk"), &wards).await;
    app
}

async fn table(app: &TestApp, query: &str) -> SeriesTable {
    let reply = app.get(&format!("/api/v1/series?{query}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.json()
}

async fn refused(app: &TestApp, query: &str) -> ProblemCode {
    app.get(&format!("/api/v1/series?{query}")).await.problem().code
}

fn cells<'a>(table: &'a SeriesTable, key: &str) -> &'a [SeriesCell] {
    &table.groups.iter().find(|row| row.group.key == key).unwrap().cells
}

#[tokio::test]
async fn an_old_wave_stands_on_the_wards_of_today() {
    let app = two_waves().await;
    let table = table(&app, "waves=old,counter&by=ward&node=item:access_overall").await;
    assert_eq!(table.geography, date(2026, 1, 1));
    let names: Vec<String> = table.groups.iter().map(|row| row.group.key.to_string()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let bridged: Vec<bool> = table.points.iter().map(|point| point.bridged).collect();
    assert_eq!(bridged, [true, false]);
    assert_eq!(table.points[0].own_geography, date(2024, 12, 14));
    assert_eq!(table.points[0].channels[0].channel, Channel::PaperEntry);
    assert_eq!(table.points[0].forms, Some(270));
    assert_eq!(table.breaks.len(), 1);
    assert_eq!(table.breaks[0].after, 0);
    assert_eq!(table.breaks[0].kinds, [Break::Geography, Break::Channels]);

    let [before, after] = cells(&table, "00382@2025-07-01") else { panic!() };
    assert_eq!((before.n, before.score, before.bounds), (Some(150), Some(40.0), None));
    assert_eq!((after.n, after.score), (Some(40), Some(75.0)));
    let [before, after] = cells(&table, "00008@2025-07-01") else { panic!() };
    // (40 + ½ × 40) ÷ (40 + ½ × 80); all of 00007, none of it.
    assert_eq!((before.n, before.score, before.assumed), (Some(120), Some(75.0), 0.5));
    assert_eq!(before.bounds, Some(SeriesBounds { low: 66.67, high: 100.0 }));
    assert_eq!(after.bounds, None);
    let [before, after] = cells(&table, "00025@2025-07-01") else { panic!() };
    assert_eq!((before.score, before.assumed), (Some(50.0), 1.0));
    assert_eq!(after.suppressed, Some(Suppression::TooFew));
    assert!(table.assumption.unwrap().en.contains("equally"));
}

#[tokio::test]
async fn districts_keep_their_keys_and_the_city_needs_no_bridge() {
    let app = two_waves().await;
    let districts = table(&app, "waves=old,counter&by=district&node=item:access_overall").await;
    let approximate: Vec<bool> =
        districts.points.iter().map(|point| point.approximate_groups).collect();
    assert_eq!(approximate, [false, true]);
    assert!(districts.points.iter().all(|point| !point.bridged));
    assert_eq!(districts.breaks[0].kinds, [Break::Geography, Break::Channels]);
    assert_eq!(districts.groups.len(), 2, "{:?}", districts.groups);
    assert!(districts.groups.iter().all(|row| row.cells.iter().all(|cell| cell.n.is_some())));

    let city = table(&app, "waves=old,counter&by=city&method=m4").await;
    assert_eq!(city.breaks[0].kinds, [Break::Channels]);
    assert_eq!(city.groups.len(), 1);
    assert!(city.points.iter().all(|point| point.provenance.method.id.as_str() == "m4"));
}

#[tokio::test]
async fn periods_of_one_wave_are_points_and_instruments_may_lack_a_node() {
    let app = two_waves().await;
    let table = table(&app, "waves=old&periods=2024-10,2024-11&by=ward&geography=2026-01-01").await;
    let days: Vec<_> =
        table.points.iter().map(|point| point.provenance.filters.first_day.unwrap()).collect();
    assert_eq!(days, [date(2024, 10, 1), date(2024, 11, 1)]);
    assert_eq!(table.points[1].period_title.as_ref().unwrap().vi, "Tháng 11/2024");
    assert_eq!(table.points[0].forms, Some(0));
    assert_eq!(table.breaks, []);
    let [none, some] = cells(&table, "00382@2025-07-01") else { panic!() };
    assert_eq!(*none, SeriesCell::default());
    assert_eq!(some.score, Some(40.0));

    let table = self::table(&app, "waves=old,single&by=city&node=item:access_overall").await;
    assert!(table.breaks[0].kinds.contains(&Break::Instrument));
    assert_eq!(table.groups[0].cells[1], SeriesCell::default());
}

#[tokio::test]
async fn what_cannot_be_a_series_is_refused() {
    let app = two_waves().await;
    for (query, code) in [
        ("waves=old,national&by=city", ProblemCode::PopulationsDiffer),
        ("waves=old,nowhere&by=city", ProblemCode::WaveUnknown),
        ("waves=&by=city", ProblemCode::QueryInvalid),
        ("waves=old&by=month", ProblemCode::QueryInvalid),
        ("waves=old,counter&by=ward&geography=2024-12-14", ProblemCode::QueryInvalid),
        ("waves=old,counter&by=ward&periods=2026-01", ProblemCode::QueryInvalid),
        ("waves=old&by=ward&periods=soon", ProblemCode::QueryInvalid),
        ("waves=old&by=ward&periods=2026-q9", ProblemCode::PeriodUnknown),
        ("waves=old&by=ward&node=part:access", ProblemCode::QueryInvalid),
        ("waves=old&by=ward&node=item:nothing", ProblemCode::NodeUnknown),
        ("waves=old&by=ward&method=m9", ProblemCode::MethodUnknown),
        ("waves=old&by=ward&method=m4-weighted", ProblemCode::MethodDoesNotFit),
        ("waves=old&by=ward&group=x", ProblemCode::QueryInvalid),
    ] {
        assert_eq!(refused(&app, query).await, code, "{query}");
    }
}
