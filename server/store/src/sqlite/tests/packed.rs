use futures::TryStreamExt as _;
use sqlx::Executor as _;
use survey_defs::ids::WaveId;

use super::super::packed::{Damaged, Packed};
use super::{entries, open, outside};
use crate::error::StoreError;
use crate::store::Store;

fn frame(text: &str) -> Vec<u8> {
    match Packed::from(text.to_owned()) {
        Packed::Frame(frame) => frame,
        Packed::Text(_) => panic!("a text is packed"),
    }
}

fn unpack(frame: &[u8]) -> Result<String, Damaged> {
    String::try_from(Packed::Frame(frame.to_vec()))
}

#[test]
fn what_is_packed_is_unpacked() {
    let long = "{\"level\":3},".repeat(10_000);
    for text in ["", "{}", "góp ý\u{0}\n", &long] {
        assert_eq!(unpack(&frame(text)).unwrap(), text);
    }
    assert!(frame(&long).len() * 100 < long.len());
    let old = Packed::Text("as it was".to_owned());
    assert_eq!(String::try_from(old).unwrap(), "as it was");
}

#[test]
fn what_is_no_packed_text_is_damaged() {
    let text = "{\"level\":3}";
    let frame = frame(text);
    for cut in 0..frame.len() {
        assert!(unpack(&frame[..cut]).is_err(), "{cut}");
    }
    let no_text = zstd::bulk::compress(&[0xff, 0xfe], 1).unwrap();
    assert!(unpack(&no_text).is_err());
    // It claims to hold 2^60 bytes, and no memory is taken for them.
    let mut boasts = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000];
    boasts.extend((1_u64 << 60).to_le_bytes());
    boasts.extend([1, 0, 0]);
    assert!(unpack(&boasts).is_err());
}

#[tokio::test]
async fn of_a_damaged_text_is_told_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..3)).await.unwrap();
    let mut outside = outside(&file).await;
    for sql in [
        "INSERT INTO redactions VALUES ('w', 2, zeroblob(32))",
        "UPDATE submissions SET draft = substr(draft, 1, length(draft) - 1) WHERE position = 2",
    ] {
        outside.execute(sql).await.unwrap();
    }
    let rows = store.dump().await.unwrap().rows;
    let error = rows.try_collect::<Vec<_>>().await.unwrap_err();
    let StoreError::Corrupt { what: "a submission", source } = error else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "position 2 of wave w: a packed text is damaged");
    let wave = WaveId::new("w").unwrap();
    let error = store.submissions_after(&wave, 1, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { what: "a submission", .. }), "{error:?}");
    assert_eq!(store.submissions_after(&wave, 2, 1).await.unwrap().len(), 1, "the others are read");
}
