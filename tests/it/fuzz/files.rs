//! Fuzzes instruments, methods and outbox files.

use proptest::prelude::*;
use server::intake::outbox_file;
use survey_defs::api::{OUTBOX_VERSION, OutboxFile, OutboxFormat, OutboxKind, OutboxRecord};
use survey_defs::instrument::{self, Instrument};
use survey_defs::method::{self, Method};
use tests::app::TestApp;
use tests::callers::operator;
use tests::drafts::{break_off, complete};
use tests::waves;

use super::mutations::{Draws, damaged_json, damaged_lines, damages};

/// Damaged forms of each text, and as many arbitrary texts.
fn texts(embedded: &[(&str, &str)], cases: usize, seed: u8) -> Vec<String> {
    let (mut draws, kinds) = (Draws::of_seed(seed), damages());
    let arbitrary = "[\\[\\]{}=\"'#., \n0-9a-zế_-]{0,400}".boxed();
    (0..cases)
        .flat_map(|case| {
            let (_, text) = embedded[case % embedded.len()];
            let separator = [' ', '=', '"', '\n'][case % 4];
            let damaged = damaged_lines(text, separator, &draws.draw(&kinds));
            [String::from_utf8_lossy(&damaged).into_owned(), draws.draw(&arbitrary)]
        })
        .collect()
}

/// A text is read or refused, and what is read can be written and read again.
#[test]
fn damaged_instruments_are_read_or_refused() {
    let (mut read, mut refused) = (0, 0);
    for text in texts(&instrument::embedded_toml(), 150, 9) {
        match Instrument::from_toml("fuzz.toml", &text) {
            Ok(instrument) => {
                read += 1;
                serde_json::to_string(&instrument).unwrap();
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty());
            }
        }
    }
    assert!(read >= 10 && refused >= 150, "{read} read, {refused} refused");
}

#[test]
fn damaged_methods_are_read_or_refused() {
    let (mut read, mut refused) = (0, 0);
    for text in texts(&method::embedded_toml(), 400, 10) {
        match Method::from_toml("fuzz.toml", &text) {
            Ok(method) => {
                read += 1;
                serde_json::to_string(&method).unwrap();
            }
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty());
            }
        }
    }
    assert!(read >= 10 && refused >= 400, "{read} read, {refused} refused");
}

#[tokio::test]
async fn damaged_outbox_files_are_imported_or_refused() {
    let app = TestApp::start().await;
    let submission = complete("counter", 1, 4);
    let stopped = break_off(2, None);
    let (format, version, exported_at) = (OutboxFormat::Outbox, OUTBOX_VERSION, waves::now());
    let records = vec![
        OutboxRecord {
            id: submission.id,
            kind: OutboxKind::Submission,
            body: serde_json::to_string(&submission).unwrap(),
        },
        OutboxRecord {
            id: stopped.id,
            kind: OutboxKind::BreakOff,
            body: serde_json::to_string(&stopped).unwrap(),
        },
    ];
    let file = OutboxFile { format, version, exported_at, records };
    let document = serde_json::to_value(&file).unwrap();
    let (mut draws, damages) = (Draws::of_seed(11), damages());
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..500 {
        let text = damaged_json(&document, &draws.draw(&damages));
        match outbox_file::read(&String::from_utf8_lossy(&text)) {
            Ok(mut file) => {
                taken += 1;
                // The texts in it are damaged as well.
                for record in &mut file.records {
                    let body = damaged_lines(&record.body, ',', &draws.draw(&damages));
                    record.body = String::from_utf8_lossy(&body).into_owned();
                }
                outbox_file::import(&app.state.intake, &file, &operator()).await.unwrap();
            }
            Err(_) => refused += 1,
        }
    }
    assert!(taken >= 20 && refused >= 100, "{taken} taken, {refused} refused");
}
