//! Definitions, waves, devices, forms that were not finished.

use survey_defs::device::{DeviceSettings, Heartbeat};
use survey_defs::ids::QuestionId;
use survey_defs::paradata::BreakOff;
use survey_defs::short_code::ShortCode;
use survey_defs::unit::UnitKey;
use survey_defs::wave::Wave;

use super::{DumpedRow, Finding, FindingKind, Findings, is_hash_of};

pub(super) fn wave(row: &DumpedRow, findings: &mut Findings) {
    let id = row.text("id").unwrap_or_default();
    match serde_json::from_str::<Wave>(row.text("content").unwrap_or_default()) {
        Ok(wave) if wave.id.as_str() == id => {}
        Ok(wave) => {
            let what = format!("the content is that of wave {}", wave.id);
            findings.of(FindingKind::Column, id, what);
        }
        Err(_) => {
            findings.of(FindingKind::Content, id, "the wave cannot be read".to_owned());
        }
    }
}

pub(super) fn point(row: &DumpedRow, findings: &mut Findings) {
    if row.text("unit").and_then(|unit| unit.parse::<UnitKey>().ok()).is_none() {
        let id = row.text("id").unwrap_or_default();
        let what = format!("the unit of service point {id} cannot be read");
        findings.of(FindingKind::Content, row.text("wave").unwrap_or_default(), what);
    }
}

pub(super) fn short_code(row: &DumpedRow, findings: &mut Findings) {
    let mut found = |kind, what| findings.add(Finding { kind, wave: None, number: None, what });
    let text = row.text("code").unwrap_or_default();
    match text.parse::<ShortCode>() {
        Ok(code) if row.text("folded") == Some(code.folded().as_str()) => {}
        Ok(code) => {
            let what = format!("short code {code} is not found when it is typed");
            found(FindingKind::Column, what);
        }
        Err(_) => found(FindingKind::Content, format!("“{text}” is no short code")),
    }
    if row.text("unit").and_then(|unit| unit.parse::<UnitKey>().ok()).is_none() {
        found(FindingKind::Content, format!("the unit of short code {text} cannot be read"));
    }
}

pub(super) fn device(row: &DumpedRow, findings: &mut Findings) {
    let wave = row.text("wave").unwrap_or_default();
    let id = row.id("id").unwrap_or_default();
    let settings = row.text("settings").unwrap_or_default();
    if serde_json::from_str::<DeviceSettings>(settings).is_err() {
        let what = format!("the settings of device {id} cannot be read");
        findings.of(FindingKind::Content, wave, what);
    }
    let heartbeat = row.text("heartbeat").map(serde_json::from_str::<Heartbeat>);
    if heartbeat.is_some_and(|heartbeat| heartbeat.is_err()) {
        let what = format!("the heartbeat of device {id} cannot be read");
        findings.of(FindingKind::Content, wave, what);
    }
}

pub(super) fn break_off(row: &DumpedRow, findings: &mut Findings) {
    let wave = row.text("wave").unwrap_or_default();
    let id = row.id("id").unwrap_or_default();
    let text = row.text("content").unwrap_or_default();
    if !is_hash_of(row.bytes("content_sha256"), text) {
        let what = format!("the text of break-off {id} does not have the hash that was kept");
        findings.of(FindingKind::Hash, wave, what);
    }
    let Ok(content) = serde_json::from_str::<BreakOff>(text) else {
        let what = format!("the text of break-off {id} cannot be read");
        findings.of(FindingKind::Content, wave, what);
        return;
    };
    let same = [
        ("id", content.id.uuid() == id),
        ("wave", content.wave.as_str() == wave),
        ("reason", row.text("reason") == Some(content.reason.as_str())),
        ("last_item", row.text("last_item") == content.last_item.as_ref().map(QuestionId::as_str)),
    ];
    for (column, _) in same.into_iter().filter(|(_, same)| !same) {
        let what = format!("column {column} of break-off {id} says something else than its text");
        findings.of(FindingKind::Column, wave, what);
    }
}
