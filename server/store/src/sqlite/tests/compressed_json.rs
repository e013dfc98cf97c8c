//! Compressed texts.

use futures::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::Executor as _;
use survey_defs::ids::WaveId;

use super::super::compressed_json::{CompressedJson, Damaged};
use super::{entries, open, outside};
use crate::backup::{Backend, BackupWriter, Checker, FindingKind, Header};
use crate::error::StoreError;
use crate::prelude::*;

fn frame(text: &str) -> Vec<u8> {
    match CompressedJson::from(text.to_owned()) {
        CompressedJson::Frame(frame) => frame,
        CompressedJson::Text(_) => panic!("a text is compressed"),
    }
}

fn decompress(frame: &[u8]) -> Result<String, Damaged> {
    String::try_from(CompressedJson::Frame(frame.to_vec()))
}

#[test]
fn what_is_compressed_is_decompressed() {
    let long = "{\"level\":3},".repeat(10_000);
    for text in ["", "{}", "góp ý\u{0}\n", &long] {
        assert_eq!(decompress(&frame(text)).unwrap(), text);
    }
    assert!(frame(&long).len() * 100 < long.len());
    let old = CompressedJson::Text("as it was".to_owned());
    assert_eq!(String::try_from(old).unwrap(), "as it was");
}

#[test]
fn what_is_no_packed_text_is_damaged() {
    let text = "{\"level\":3}";
    let frame = frame(text);
    for cut in 0..frame.len() {
        assert!(decompress(&frame[..cut]).is_err(), "{cut}");
    }
    let no_text = zstd::bulk::compress(&[0xff, 0xfe], 1).unwrap();
    assert!(decompress(&no_text).is_err());
    // It claims to hold 2^60 bytes, and no memory is taken for them.
    let mut boasts = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000];
    boasts.extend((1_u64 << 60).to_le_bytes());
    boasts.extend([1, 0, 0]);
    assert!(decompress(&boasts).is_err());
}

#[test]
fn a_changed_bit_is_damage() {
    let text = "{\"id\":\"a\",\"answers\":{\"a\":{\"level\":3},\"b\":{\"level\":4}}}".repeat(9);
    let frame = frame(&text);
    for bit in 0..frame.len() * 8 {
        let mut changed = frame.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let read = decompress(&changed);
        assert!(read.as_ref().map_or(true, |read| *read == text), "{bit}");
    }
}

#[tokio::test]
async fn a_damaged_text_is_named_and_hides_nothing_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..4)).await.unwrap();
    let mut outside = outside(&file).await;
    for sql in [
        "DROP TRIGGER submissions_never_change",
        "UPDATE submissions SET draft = substr(draft, 1, length(draft) - 1) WHERE position = 2",
    ] {
        outside.execute(sql).await.unwrap();
    }
    let rows: Vec<_> = store.dump().await.unwrap().rows.try_collect().await.unwrap();
    let mut checker = Checker::new();
    for row in &rows {
        checker.row(row);
    }
    let found = checker.finish().findings.first;
    let found: Vec<_> = found.iter().map(|one| (one.kind, one.number)).collect();
    assert_eq!(found, [(FindingKind::Hash, Some(2)), (FindingKind::Content, Some(2))]);

    let header = Header::new("0.1.0".to_owned(), Timestamp::UNIX_EPOCH, Backend::Sqlite);
    let mut backup = BackupWriter::new(Vec::new(), &header).unwrap();
    let refused = rows.iter().filter_map(|row| backup.row(row).err());
    let refused: Vec<_> = refused.map(|error| error.to_string()).collect();
    assert_eq!(refused, ["a text is damaged; `thuocdo verify` says which"]);

    let wave = WaveId::new("w").unwrap();
    let error = store.submissions_after(&wave, 1, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { what: "a submission", .. }), "{error:?}");
    assert_eq!(store.submissions_after(&wave, 2, 9).await.unwrap().len(), 2, "others are read");
}
