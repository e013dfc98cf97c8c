//! What is destroyed of senders is in no file any more.

use std::path::Path;

use survey_defs::ids::WaveId;

use super::{entries, open};
use crate::prelude::*;
use crate::sender_tags::{HanoiDay, SenderTag, TaggedRecord};

/// Which of these bytes are in the file or the write-ahead file.
fn found<'a>(file: &Path, needles: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let mut bytes = std::fs::read(file).unwrap();
    bytes.extend(std::fs::read(file.with_extension("db-wal")).unwrap());
    let is_there = |needle: &&[u8]| bytes.windows(needle.len()).any(|window| window == *needle);
    needles.iter().copied().filter(is_there).collect()
}

#[tokio::test]
async fn keys_and_tags_that_are_destroyed_leave_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..20)).await.unwrap();
    let (day, wave) = (HanoiDay(20_514), WaveId::new("w").unwrap());
    let (secret, tag): ([u8; 32], [u8; 8]) = (*b"the secret of one day of Hanoi!!", *b"this tag");
    store.sender_key(day, secret).await.unwrap();
    let tagged = |position| TaggedRecord { wave: wave.clone(), position, day, tag: SenderTag(tag) };
    store.tag_senders(&(1..=20).map(tagged).collect::<Vec<_>>()).await.unwrap();
    let needles = [secret.as_slice(), tag.as_slice()];
    assert_eq!(found(&file, &needles), needles);

    // Somebody reads while it is destroyed: what they see stays in the write-ahead file.
    let mut reader = store.readers.begin().await.unwrap();
    let read = "SELECT count(*) FROM sender_tags";
    sqlx::query(read).execute(&mut *reader).await.unwrap();
    let tomorrow = HanoiDay(day.0 + 1);
    assert_eq!(store.forget_senders(tomorrow, tomorrow).await.unwrap(), 21);
    assert!(!store.overwrite_deleted().await.unwrap());
    drop(reader);
    let mut tries = 0..1_000;
    while !store.overwrite_deleted().await.unwrap() {
        tries.next().expect("nobody reads any more");
    }
    assert_eq!(found(&file, &needles), [] as [&[u8]; 0]);
    assert!(store.same_sender(&wave, 1).await.unwrap().is_empty());
}
