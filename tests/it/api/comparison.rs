//! Tests comparisons: units against the whole, each other, targets and an earlier time.

use std::fmt::Write;

use axum::http::StatusCode;
use survey_defs::analysis::{
    Break, ChangeVerdict, ComparedGroup, ComparisonTable, Dependence, FunnelVerdict, ScoreTable,
    Suppression, TargetVerdict, TierVerdict,
};
use survey_defs::api::paths::{IMPORTS, fill};
use survey_defs::api::problem::ProblemCode;
use survey_defs::unit::{Gazetteer, Level, Unit};
use survey_defs::wave::{Population, Takes, Wave};
use tests::app::TestApp;
use tests::waves;

/// Wards with enough answers.
const WARDS: usize = 12;
/// The ward that is better, and the one that is worse.
const BETTER: usize = 3;
const WORSE: usize = 8;

/// Twelve wards, and two of another former district, so that nobody needs to be hidden for the sake
/// of these two.
fn wards() -> Vec<&'static Unit> {
    let day = jiff::civil::date(2026, 1, 1);
    let district = |unit: &Unit| Gazetteer::hanoi().district_of(&unit.key, day).unwrap().district;
    let all = Gazetteer::hanoi().units_on(Level::Commune, day);
    let (small, others): (Vec<&Unit>, Vec<&Unit>) =
        all.iter().partition(|unit| district(unit) == district(all[0]));
    others.into_iter().take(WARDS).chain(small.into_iter().take(2)).collect()
}

/// A number below 10 that looks as if it were drawn (the finaliser of SplitMix64).
fn drawn(number: usize) -> usize {
    let mixed = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % 10
}

/// Some forms of a ward in a month, each day a sampling unit: of ten answers so many are 5 and so
/// many 2, the rest 4.
fn rows(ward: usize, forms: usize, month: u8, shares: [usize; 2]) -> Vec<String> {
    let code = &wards()[ward].key.code;
    let [very_satisfied, neither] = shares;
    let row = |number: usize| {
        let level = match drawn((usize::from(month) * 100 + ward) * 1_000 + number + 1) {
            drawn if drawn < very_satisfied => 5,
            drawn if drawn >= 10 - neither => 2,
            _ => 4,
        };
        let day = number % 20 + 1;
        format!("{month}-{ward}-{number},{code},2026-{month:02}-{day:02},{level}\n")
    };
    (0..forms).map(row).collect()
}

/// A month of forms: one ward is better, one is worse, two are too small.
fn month(number: u8) -> Vec<String> {
    let of_ward = |ward| match ward {
        BETTER => rows(ward, 200, number, [9, 1]),
        WORSE => rows(ward, 120, number, [0, 8]),
        ward if ward < WARDS => rows(ward, 200, number, [4, 3]),
        ward => rows(ward, 18, number, [4, 3]),
    };
    (0..WARDS + 2).flat_map(of_ward).collect()
}

async fn import(app: &TestApp, wave: &str, rows: &[String]) {
    let csv = format!("id,unit,date,overall_satisfaction\n{}", rows.concat());
    let reply = app.post(&fill(IMPORTS, &[wave]), "text/csv", csv).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
}

async fn compare(app: &TestApp, query: &str) -> ComparisonTable {
    let reply = app.get(&format!("/api/v1/comparison?{query}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.json()
}

async fn refused(app: &TestApp, query: &str) -> ProblemCode {
    app.get(&format!("/api/v1/comparison?{query}")).await.problem().code
}

fn of(table: &ComparisonTable, ward: usize) -> &ComparedGroup {
    let key = wards()[ward].key.to_string();
    table.groups.iter().find(|row| row.group.key == *key).unwrap()
}

/// Another wave of the instrument `single`.
fn other(id: &str, population: Population) -> Wave {
    waves::changed(waves::wave("single", population), |wave| wave.id = id.parse().unwrap())
}

#[tokio::test]
async fn the_better_ward_is_above_and_the_worse_one_below() {
    let app = TestApp::start().await;
    import(&app, "single", &month(1)).await;
    let table = compare(&app, "wave=single&by=ward").await;
    assert_eq!((table.compared, table.left_out), (WARDS as u64, 2));
    let tiers = |ward: usize| of(&table, ward).tier.unwrap();
    assert_eq!(tiers(BETTER).verdict, TierVerdict::Above);
    assert_eq!(tiers(WORSE).verdict, TierVerdict::Below);
    for ward in (0..WARDS).filter(|ward| ![BETTER, WORSE].contains(ward)) {
        assert_eq!(tiers(ward).verdict, TierVerdict::InLine, "{ward}");
        let rank = of(&table, ward).rank.unwrap();
        assert!(rank.best <= 3 && rank.worst >= 10 && rank.worst < 12, "{ward}: {rank:?}");
    }
    for (ward, rank) in [(BETTER, (1, 3, 12)), (WORSE, (12, 12, 12))] {
        let found = of(&table, ward).rank.unwrap();
        assert_eq!((found.best, found.worst, found.of), rank);
        assert!(tiers(ward).p <= tiers(ward).adjusted_p && tiers(ward).adjusted_p <= 0.05);
    }
    let funnel = |ward: usize| of(&table, ward).funnel.unwrap();
    assert_eq!(funnel(0).verdict, FunnelVerdict::InControl);
    assert!(of(&table, WORSE).score.unwrap() < funnel(WORSE).low_95);
    assert!(funnel(0).low_998 < funnel(0).low_95 && funnel(0).high_95 < funnel(0).high_998);
    assert!(table.funnel.unwrap().over_dispersion > 1.0);
    assert_eq!(table.reference.group.name.vi, "Thành phố Hà Nội");
}

#[tokio::test]
async fn small_wards_show_their_name_and_no_number() {
    let app = TestApp::start().await;
    import(&app, "single", &month(1)).await;
    let query = "wave=single&by=ward&target=70&before_period=2026-01-01..2026-01-10";
    let table = compare(&app, query).await;
    for ward in [WARDS, WARDS + 1] {
        let row = of(&table, ward);
        assert_eq!(row.suppressed, Some(Suppression::TooFew));
        assert_eq!((row.n, row.score, row.precision), (None, None, None));
        assert_eq!((row.tier, row.rank, row.funnel), (None, None, None));
        assert_eq!((row.target.as_ref(), row.change), (None, None));
    }
}

#[tokio::test]
async fn scores_are_those_of_the_table_of_scores() {
    let app = TestApp::start().await;
    import(&app, "single", &month(1)).await;
    let table = compare(&app, "wave=single&by=ward&method=m4").await;
    let scores = |by: &str| {
        let path = format!(
            "/api/v1/scores?wave=single&by={by}&method=m4&detail=overall&design_effects=true"
        );
        let app = &app;
        async move { app.get(&path).await.json::<ScoreTable>() }
    };
    let wards = scores("ward").await;
    assert_eq!(
        (table.provenance.method.clone(), table.provenance.weighting),
        (wards.provenance.method, wards.provenance.weighting)
    );
    assert_eq!(table.node, wards.nodes[0]);
    assert_eq!(table.groups.len(), wards.groups.len());
    for (compared, scored) in table.groups.iter().zip(wards.groups) {
        let cell = scored.cells[0];
        assert_eq!(compared.group, scored.group);
        assert_eq!(
            (compared.n, compared.score, compared.precision, compared.suppressed),
            (cell.n, cell.score, cell.precision, cell.suppressed)
        );
    }
    let city = scores("city").await.groups.remove(0).cells[0];
    let whole = table.reference;
    assert_eq!((whole.n, whole.score, whole.precision), (city.n, city.score, city.precision));
}

#[tokio::test]
async fn the_order_of_answers_changes_nothing() {
    let mut tables = Vec::new();
    for turned in [false, true] {
        let app = TestApp::start().await;
        let mut rows = month(1);
        if turned {
            rows.reverse();
        }
        import(&app, "single", &rows).await;
        tables.push(compare(&app, "wave=single&by=ward&target=70").await);
    }
    assert_eq!(tables[0], tables[1]);
}

#[tokio::test]
async fn targets_are_met_or_not_or_nobody_can_tell() {
    let app = TestApp::start().await;
    import(&app, "single", &month(1)).await;
    let table = compare(&app, "wave=single&by=ward&target=72").await;
    let target = |ward: usize| of(&table, ward).target.clone().unwrap();
    assert_eq!(target(BETTER).verdict, TargetVerdict::Met);
    assert_eq!(target(WORSE).verdict, TargetVerdict::NotMet);
    assert_eq!(target(0).verdict, TargetVerdict::CannotTell);
    assert!(target(0).ci_low < 0.0 && target(0).ci_high > 0.0);
    assert_eq!((target(0).value, target(0).source.en.as_str()), (72.0, "Given in the request"));
    let score = of(&table, WORSE).score.unwrap();
    assert!((target(WORSE).difference - (score - 72.0)).abs() < 0.01);
    // No plan speaks of the wards of 2026.
    let table = compare(&app, "wave=single&by=ward").await;
    assert!(table.groups.iter().all(|row| row.target.is_none()));
    assert_eq!(table.reference.target, None);
}

#[tokio::test]
async fn a_rise_is_seen_between_waves_and_between_periods() {
    let app = TestApp::start().await;
    app.add(&other("earlier", Population::Transaction)).await;
    import(&app, "earlier", &month(1)).await;
    let mut now = month(2);
    let worse = format!("2-{WORSE}-");
    now.retain(|row| !row.starts_with(&worse));
    now.extend(rows(WORSE, 120, 2, [4, 3]));
    let gone = format!("2-{BETTER}-");
    now.retain(|row| !row.starts_with(&gone));
    import(&app, "single", &now).await;

    let table = compare(&app, "wave=single&by=ward&before_wave=earlier").await;
    let before = table.before.as_ref().unwrap();
    assert_eq!(before.provenance.wave.as_str(), "earlier");
    assert_eq!((before.dependence, before.breaks.len()), (Dependence::Independent, 0));
    let rise = of(&table, WORSE).change.unwrap();
    assert_eq!(rise.verdict, ChangeVerdict::Up);
    assert!(rise.ci_low > 0.0 && rise.adjusted_p < 0.05);
    let score = of(&table, WORSE).score.unwrap();
    assert!((rise.before + rise.difference - score).abs() < 0.011, "{rise:?} {score}");
    assert_eq!(of(&table, 0).change.unwrap().verdict, ChangeVerdict::NoChangeSeen);
    assert_eq!(of(&table, WARDS).change, None);
    let names: Vec<_> = before.gone.iter().map(|label| label.key.to_string()).collect();
    assert_eq!(names, [wards()[BETTER].key.to_string()]);

    import(&app, "single", &month(1)).await;
    let periods = "wave=single&by=ward&period=2026-02&before_period=2026-01";
    let table = compare(&app, periods).await;
    let before = table.before.as_ref().unwrap();
    assert_eq!(
        (before.provenance.wave.as_str(), before.dependence),
        ("single", Dependence::Shared)
    );
    let again = of(&table, WORSE).change.unwrap();
    // The same answers on other days: the sampling units of two months are not the same.
    assert_eq!((again.verdict, again.difference), (rise.verdict, rise.difference));
}

#[tokio::test]
async fn other_channels_are_a_break() {
    let app = TestApp::start().await;
    app.add(&other("earlier", Population::Transaction)).await;
    import(&app, "single", &month(2)).await;
    let mut csv = String::from("id,unit,date,channel,overall_satisfaction\n");
    for row in month(1) {
        let (start, level) = row.trim_end().rsplit_once(',').unwrap();
        writeln!(csv, "{start},kiosk,{level}").unwrap();
    }
    let reply = app.post(&fill(IMPORTS, &["earlier"]), "text/csv", csv).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    let table = compare(&app, "wave=single&by=ward&before_wave=earlier").await;
    assert_eq!(table.before.unwrap().breaks, [Break::Channels]);
}

#[tokio::test]
async fn what_cannot_be_compared_is_refused_with_a_reason() {
    let app = TestApp::start().await;
    import(&app, "single", &month(1)).await;
    let counts = "unit,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n00004,1,2,12,55,30\n";
    app.add(&other("counts", Population::Transaction)).await;
    app.take("counts", Takes::LevelCounts).await;
    app.post(&fill(IMPORTS, &["counts"]), "text/csv", counts).await;
    for (query, code) in [
        ("wave=counts&by=ward", ProblemCode::NoStandardErrors),
        ("wave=single&by=ward&before_wave=counts", ProblemCode::NoStandardErrors),
        ("wave=single&by=ward&before_wave=national", ProblemCode::PopulationsDiffer),
        ("wave=single&by=ward&before_wave=none", ProblemCode::WaveUnknown),
        ("wave=none&by=ward", ProblemCode::WaveUnknown),
        ("wave=single&by=ward&method=none", ProblemCode::MethodUnknown),
        ("wave=single&by=ward&period=2026-q9", ProblemCode::PeriodUnknown),
        ("wave=single&by=ward&before_period=2026-13", ProblemCode::QueryInvalid),
        ("wave=single&by=ward&node=factor:access", ProblemCode::NodeUnknown),
        ("wave=single&by=ward&node=access", ProblemCode::QueryInvalid),
        ("wave=single&by=city", ProblemCode::QueryInvalid),
        ("wave=single&by=month", ProblemCode::QueryInvalid),
        ("wave=single&by=ward&before_wave=single", ProblemCode::QueryInvalid),
        ("wave=single&by=ward&alpha=0.5", ProblemCode::QueryInvalid),
        ("wave=single&by=ward&alpha=NaN", ProblemCode::QueryInvalid),
        ("wave=single&by=ward&target=101", ProblemCode::QueryInvalid),
        ("wave=single&by=ward&target=high", ProblemCode::QueryInvalid),
        ("wave=single&by=ward&rank=point", ProblemCode::QueryInvalid),
        ("wave=single", ProblemCode::QueryInvalid),
    ] {
        assert_eq!(refused(&app, query).await, code, "{query}");
    }
    let none = compare(&app, "wave=single&by=agency").await;
    assert_eq!((none.groups.len(), none.compared), (0, 0));
    let empty = compare(&app, "wave=single&by=ward&channel=kiosk").await;
    assert_eq!((empty.groups.len(), empty.reference.score), (0, None));
}
