//! Tells the story: the requests, one after the other.

use axum::http::Request;
use jiff::SignedDuration;
use server::intake::submissions::MAX_UNPROVEN_BATCH;
use survey_defs::answer::Answer;
use survey_defs::api::paths::{self, fill};
use survey_defs::api::{AddedDevice, DeviceConfig, Enrolment};
use survey_defs::device::{DEVICE_HEADER, EnrolmentCode, Freshness, Heartbeat, SIGNATURE_HEADER};
use survey_defs::ids::DeviceId;
use survey_defs::paradata::BreakOff;
use survey_defs::submission::Draft;
use survey_defs::wave::{Population, Takes};
use tests::app::TestApp;
use tests::devices::{Secret, heartbeat, new};
use tests::drafts::{
    break_off, break_off_of, complete, draft, from_device, level, paradata, question,
};
use tests::waves;

use super::teller::{Exchange, STRANGER, Teller};

/// Tells the story.
pub(super) async fn story(app: &TestApp) -> Vec<Exchange> {
    let mut teller = Teller::new(app);
    catalogue(&mut teller).await;
    submissions(&mut teller).await;
    window(&mut teller).await;
    break_offs(&mut teller).await;
    devices(&mut teller).await;
    imports(&mut teller).await;
    bad_requests(&mut teller).await;
    results(&mut teller).await;
    catalogue(&mut teller).await;
    logs(&mut teller).await;
    teller.told
}

/// Everything that is published.
async fn catalogue(teller: &mut Teller<'_>) {
    for path in [
        paths::HEALTH,
        paths::READY,
        paths::INSTRUMENTS,
        paths::METHODS,
        paths::WAVES,
        paths::OPENAPI,
        "/api/v1/waves/counter",
        "/api/v1/waves/national",
        "/api/v1/waves/counter/points",
        "/api/v1/waves/counter/break-offs",
        "/api/v1/units?level=branch&on=2026-01-01",
        "/api/v1/waves/counter/points/p1/poster?format=svg",
        "/s/counter/p1",
        "/s/counter/p1?help",
    ] {
        teller.get(path).await;
    }
    teller.get("/api/v1/waves/counter/points/p1/form").await.is(200);
    teller.get("/api/v1/waves/counter/points/p9/form").await.is(404);
    teller.get("/api/v1/waves/w9").await.is(404);
    teller.get("/api/v1/waves/w9/points").await.is(404);
}

/// New ones, repeated ones, contradictions, batches of all of it.
async fn submissions(teller: &mut Teller<'_>) {
    let path = paths::SUBMISSIONS;
    let first = complete("counter", 1, 4);
    teller.post(path, &first).await.is(201);
    teller.post(path, &first).await.is(200);
    let other =
        Draft { finished_at: waves::now() + SignedDuration::from_nanos(1), ..first.clone() };
    teller.post(path, &other).await.is(409);
    let mut long = complete("counter", 2, 5);
    long.answers.insert(question("comment"), Answer::Text("Góp ý \"rất\" dài 😀\n".repeat(9)));
    teller.post(path, &long).await.is(201);
    teller.post(path, &draft("counter", 3)).await.is(422);
    let mut wrong = complete("counter", 3, 3);
    wrong.answers.insert(question("ghost"), level(3));
    teller.post(path, &wrong).await.is(422);

    // The same id in another wave is another record.
    teller.post(path, &complete("ward", 1, 2)).await.is(201);
    let mut batch: Vec<Draft> =
        (10..60).map(|n| complete("counter", n, u8::try_from(n % 5 + 1).unwrap())).collect();
    batch.push(first);
    batch.push(other);
    batch.push(draft("counter", 99));
    batch.push(complete("counter", 10, 1));
    batch.push(complete("national", 5, 4));
    let nowhere = Draft { point: "nowhere".parse().unwrap(), ..complete("counter", 61, 4) };
    batch.push(nowhere.clone());
    for _ in 0..2 {
        for part in batch.chunks(MAX_UNPROVEN_BATCH) {
            teller.post(path, &part).await.is(200);
        }
    }
    teller.post(path, &nowhere).await.is(202);
    let mut old = complete("counter", 62, 4);
    old.instrument.version = 9;
    teller.post(path, &old).await.is(202);
    teller.post(path, &old).await.is(202);
    for chunk in (100..180).collect::<Vec<u128>>().chunks(MAX_UNPROVEN_BATCH) {
        let drafts: Vec<_> = chunk
            .iter()
            .map(|n| complete("national", *n, u8::try_from(n % 5 + 1).unwrap()))
            .collect();
        teller.post(path, &drafts).await.is(200);
    }
}

/// Before the window, after it, and a repetition after it.
async fn window(teller: &mut Teller<'_>) {
    let now = waves::now();
    for at in ["2025-12-31T23:59:59.999Z", "2026-12-31T00:00:00Z", "2027-06-01T00:00:00.000001Z"] {
        teller.app.clock.set(at.parse().unwrap());
        teller.post(paths::SUBMISSIONS, &complete("counter", 63, 4)).await.is(202);
        teller.post(paths::SUBMISSIONS, &complete("counter", 1, 4)).await.is(200);
        teller.get("/api/v1/waves/counter/points/p1/form").await;
    }
    teller.app.clock.set(now + SignedDuration::from_nanos(1_234_567));
    teller.post(paths::SUBMISSIONS, &complete("counter", 64, 4)).await.is(201);
    teller.post(paths::SUBMISSIONS, &complete("counter", 63, 4)).await.is(201);
    teller.get("/api/v1/waves/counter").await;
}

async fn break_offs(teller: &mut Teller<'_>) {
    let path = paths::BREAK_OFFS;
    let first = break_off(201, Some("access_overall"));
    teller.post(path, &first).await.is(201);
    teller.post(path, &first).await.is(200);
    teller.post(path, &BreakOff { last_item: None, ..first.clone() }).await.is(409);
    teller.post(path, &break_off(202, Some("ghost"))).await;
    let nobody = Some(DeviceId::new(uuid::Uuid::from_u128(77)));
    let of_nobody = BreakOff { paradata: paradata(nobody), ..break_off(203, None) };
    teller.post(path, &[first, break_off(204, None), of_nobody]).await.is(200);
    teller.get("/api/v1/waves/counter/break-offs").await.is(200);
}

/// Added, enrolled, heard of, revoked; records that name them.
async fn devices(teller: &mut Teller<'_>) {
    teller.get(paths::DEVICES).await.is(200);
    let mut devices: Vec<(DeviceId, Secret, Option<Freshness>)> = Vec::new();
    for n in [1, 2, 3] {
        let added: AddedDevice = teller.post(paths::DEVICES, &new()).await.is(201).json();
        let secret = Secret::Token([n; 32]);
        let enrolment = Enrolment { code: added.code.clone(), credential: secret.credential() };
        teller.post(paths::ENROLMENTS, &enrolment).await.is(200);
        let config: DeviceConfig = teller.post(paths::ENROLMENTS, &enrolment).await.is(200).json();
        let thief = Secret::Token([90 + n; 32]).credential();
        let stolen = Enrolment { code: added.code, credential: thief };
        assert!(teller.post(paths::ENROLMENTS, &stolen).await.status >= 400);
        devices.push((added.device.id, secret, config.freshness));
    }
    let unknown = EnrolmentCode::from_random([250; 10]);
    let enrolment = Enrolment { code: unknown, credential: Secret::Token([1; 32]).credential() };
    assert!(teller.post(paths::ENROLMENTS, &enrolment).await.status >= 400);
    for (id, secret, last) in &devices {
        let mut freshness = *last;
        for sequence in [3, 5, 4, 5] {
            freshness = freshness.map(Freshness::next);
            let path = fill(paths::HEARTBEATS, &[&id.to_string()]);
            let beat = Heartbeat { freshness, ..heartbeat(sequence) };
            post_signed(teller, (id, secret), &path, &beat).await;
            // Once more: it is not the next one.
            post_signed(teller, (id, secret), &path, &beat).await;
        }
    }
    teller.get(paths::DEVICES).await.is(200);
    let (id, secret, _) = &devices[0];
    let sent = from_device(301, *id);
    post_signed(teller, (id, secret), paths::SUBMISSIONS, &sent).await;
    post_signed(teller, (id, secret), paths::SUBMISSIONS, &sent).await;
    // Without a signature, and at the wrong point.
    teller.post(paths::SUBMISSIONS, &from_device(302, *id)).await;
    let elsewhere = Draft { point: "p1".parse().unwrap(), ..from_device(303, *id) };
    post_signed(teller, (id, secret), paths::SUBMISSIONS, &elsewhere).await;
    let of_device = break_off_of(*id, 304, None);
    post_signed(teller, (id, secret), paths::BREAK_OFFS, &of_device).await;

    let revocation = fill(paths::REVOCATION, &[&id.to_string()]);
    teller.post_text(&revocation, "application/json", "").await.is(200);
    teller.post_text(&revocation, "application/json", "").await.is(200);
    post_signed(teller, (id, secret), paths::SUBMISSIONS, &from_device(305, *id)).await;
    post_signed(teller, (id, secret), paths::SUBMISSIONS, &sent).await;
    let path = fill(paths::HEARTBEATS, &[&id.to_string()]);
    post_signed(teller, (id, secret), &path, &heartbeat(9)).await;
    let nobody = fill(paths::REVOCATION, &[&DeviceId::new(uuid::Uuid::from_u128(5)).to_string()]);
    teller.post_text(&nobody, "application/json", "").await.is(404);
    let at_nowhere = survey_defs::api::NewDevice { point: "nowhere".parse().unwrap(), ..new() };
    assert!(teller.post(paths::DEVICES, &at_nowhere).await.status >= 400);
    teller.get(paths::DEVICES).await.is(200);
}

/// Posts as a device, with its signature.
async fn post_signed(
    teller: &mut Teller<'_>,
    (id, secret): (&DeviceId, &Secret),
    path: &str,
    value: &impl serde::Serialize,
) {
    let signature = secret.signature(path, &serde_json::to_string(value).unwrap());
    let headers = [(DEVICE_HEADER, id.to_string()), (SIGNATURE_HEADER, signature)];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    teller.post_with(path, value, &headers).await;
}

const MICRODATA: &str = "\
id,unit,date,channel,access_overall,officials_overall,comment
1,00004,2026-01-15,paper_entry,5,4,\"Tốt, nhanh\"
2,00004@2025-07-01,2026-02-15,kiosk,na,2,
3/b,00008,2026-02-16,,,3,
";

const PLAN: &str = "\
id,unit,date,stratum,psu,weight,fpc,access_overall
1,00004,2026-01-15,Nội thành,a,0.1,40,5
2,00004,2026-01-15,Nội thành,b,3,40,4
3,00008,2026-01-15,Ngoại thành,c,1,,2
";

const COUNTS: &str = "\
unit,month,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied
00004,2026-01,1,2,3,40,54
00008,2026-01,3,2,1,50,44
00004,2026-02,0,0,0,100,100
";

/// Microdata, level counts, dossier counts: once, again, corrected, broken.
async fn imports(teller: &mut Teller<'_>) {
    let counter = fill(paths::IMPORTS, &["counter"]);
    teller.post_text(&counter, "text/csv", MICRODATA).await.is(201);
    teller.post_text(&counter, "text/csv", MICRODATA).await.is(409);
    teller.post_text(&counter, "text/csv", &MICRODATA.replace(",5,4,", ",1,4,")).await.is(409);
    let more = MICRODATA.replace("3/b,", "3/c,");
    teller.post_text(&counter, "text/csv", &more).await.is(201);
    teller.post_text(&counter, "text/csv", &MICRODATA.replace("00004,", "99999,")).await.is(422);
    teller.post_text(&counter, "text/csv", COUNTS).await;
    let counter_wave = waves::wave("counter", Population::Transaction);
    let planned = waves::changed(counter_wave, |wave| {
        wave.id = "planned".parse().unwrap();
        wave.takes = Takes::Sample;
    });
    teller.app.add(&planned).await;
    let path = fill(paths::IMPORTS, &["planned"]);
    teller.post_text(&path, "text/csv", PLAN).await.is(201);
    teller
        .post_text(&path, "text/csv", &PLAN.replace("\n1,", "\n9,").replace(",40,", ",41,"))
        .await
        .is(422);
    teller.app.take("single", Takes::LevelCounts).await;
    let single = fill(paths::IMPORTS, &["single"]);
    teller.post_text(&single, "text/csv", COUNTS).await.is(201);
    teller.post_text(&single, "text/csv", COUNTS).await.is(409);
    let march = COUNTS.replace("2026-01", "2025-11").replace("2026-02", "2025-12");
    teller.post_text(&single, "text/csv", &march).await;
    teller.post_text(&single, "text/csv", &COUNTS.replace("100,100", "100,-1")).await.is(422);
    teller.post(paths::SUBMISSIONS, &complete("single", 400, 4)).await;
    for (wave, file) in [
        ("counter", "unit,dossiers\n00004,900\n00008,100\n00025,500\n"),
        ("counter", "unit,procedure_group,dossiers\n00004,land,90\n00008,civil,100\n"),
        ("counter", "unit,dossiers\n00004,900\n00008,100\n00025,500\n"),
        ("ward", "unit,dossiers\n00008,100\n"),
    ] {
        teller.post_text(&fill(paths::IMPORTS, &[wave]), "text/csv", file).await;
    }
}

async fn bad_requests(teller: &mut Teller<'_>) {
    let good = serde_json::to_string(&complete("counter", 1, 4)).unwrap();
    for body in ["", "{", "[]", "null", "\u{0}", &good[..40], &format!("{good}{good}")] {
        teller.post_text(paths::SUBMISSIONS, "application/json", body).await;
    }
    teller.post_text(paths::SUBMISSIONS, "text/plain", &good).await.is(415);
    let large = good.replacen("counter", &"x".repeat(70_000), 1);
    teller.post_text(paths::SUBMISSIONS, "application/json", &large).await.is(413);
    let unknown = good.replacen("\"wave\":\"counter\"", "\"wave\":\"w9\"", 1);
    teller.post_text(paths::SUBMISSIONS, "application/json", &unknown).await.is(404);
    teller.get(paths::SUBMISSIONS).await.is(405);
    teller.get("/api/v1/nothing").await.is(404);
    // Staff have to log in.
    let foreign = Request::get(format!("{}?wave=counter&by=city", paths::SCORES));
    let foreign = foreign.header(STRANGER, "203.0.113.7");
    teller.ask(foreign, String::new()).await.is(401);
}

/// Scores and what is made of them.
async fn results(teller: &mut Teller<'_>) {
    for wave in ["counter", "national", "single", "ward", "planned"] {
        for by in ["city", "district", "ward"] {
            teller.get(&format!("{}?wave={wave}&by={by}", paths::SCORES)).await;
        }
        teller.get(&format!("{}?wave={wave}", paths::QUALITY)).await;
        teller.get(&format!("{}?wave={wave}&by=ward", paths::COMPARISON)).await;
    }
    for query in [
        "wave=counter&by=city&method=m5",
        "wave=counter&by=ward&method=t2b-weighted",
        "wave=counter&by=city&period=2026-q1",
        "wave=counter&by=city&channel=kiosk",
        "wave=counter&by=city&quality=unflagged",
        "wave=counter&by=street",
        "wave=w9&by=city",
    ] {
        teller.get(&format!("{}?{query}", paths::SCORES)).await;
    }
    for query in [
        "waves=counter&by=ward&node=item:access_overall",
        "waves=counter,national&by=city&node=item:access_overall",
        "waves=w9&by=city&node=item:access_overall",
    ] {
        teller.get(&format!("{}?{query}", paths::SERIES)).await;
    }
}

/// What no address shows: the end of each log and what is in it, as answers of the store.
async fn logs(teller: &mut Teller<'_>) {
    let store = &teller.app.state.store;
    let mut found = Vec::new();
    for wave in store.waves().await.unwrap() {
        let id = &wave.id;
        let text = format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            store.log_end(id).await,
            store.quarantined(id).await,
            store.submissions_after(id, 0, 1_000).await.unwrap(),
            store.sample_plan(id).await.unwrap(),
            store.level_counts(id).await.unwrap(),
            store.dossiers(id).await.unwrap(),
            store.break_offs(id).await.unwrap(),
        );
        found.push(Exchange {
            asked: format!("the log of {id}"),
            status: 200,
            headers: Vec::new(),
            body: text,
        });
    }
    teller.told.extend(found);
}
