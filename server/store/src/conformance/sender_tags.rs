//! Tags of senders, and the keys of their days.

use super::fixture::wave_id;
use crate::sender_tags::{HanoiDay, SenderTag, TaggedRecord};
use crate::store::Store;

checks! {
    all_servers_have_the_same_key_of_a_day,
    records_of_one_sender_and_day_are_found,
    keys_and_tags_are_destroyed_in_their_time,
}

const TODAY: HanoiDay = HanoiDay(20_514);

fn day(after: i64) -> HanoiDay {
    HanoiDay(TODAY.0 + after)
}

fn tagged(wave: &str, position: u64, day: HanoiDay, tag: u8) -> TaggedRecord {
    TaggedRecord { wave: wave_id(wave), position, day, tag: SenderTag([tag; 8]) }
}

async fn all_servers_have_the_same_key_of_a_day(store: &dyn Store) {
    let key = async |day, fresh| store.sender_key(day, [fresh; 32]).await.unwrap();
    assert_eq!(key(TODAY, 1).await, [1; 32]);
    assert_eq!(key(TODAY, 2).await, [1; 32]);
    assert_eq!(key(day(1), 3).await, [3; 32]);
    assert_eq!(key(TODAY, 4).await, [1; 32]);
}

async fn records_of_one_sender_and_day_are_found(store: &dyn Store) {
    let same = async |wave, position| -> Vec<u64> {
        store.same_sender(&wave_id(wave), position).await.unwrap()
    };
    store.tag_senders(&[]).await.unwrap();
    let batch = [
        tagged("w", 1, TODAY, 1),
        tagged("w", 2, TODAY, 2),
        tagged("w", 5, TODAY, 1),
        tagged("w", 6, day(1), 1),
        tagged("x", 1, TODAY, 1),
    ];
    store.tag_senders(&batch).await.unwrap();
    assert_eq!(same("w", 1).await, [1, 5]);
    assert_eq!(same("w", 5).await, [1, 5]);
    assert_eq!(same("w", 2).await, [2]);
    assert_eq!(same("w", 6).await, [6], "on another day it may be anybody");
    assert_eq!(same("x", 1).await, [1], "each wave by itself");
    assert_eq!(same("w", 3).await, [] as [u64; 0]);
    store.tag_senders(&[tagged("w", 2, TODAY, 1), tagged("w", 3, TODAY, 2)]).await.unwrap();
    assert_eq!(same("w", 3).await, [2, 3], "the first tag stays");
}

async fn keys_and_tags_are_destroyed_in_their_time(store: &dyn Store) {
    for n in 0..3 {
        store.sender_key(day(n), [1; 32]).await.unwrap();
        store.tag_senders(&[tagged("w", n.unsigned_abs() + 1, day(n), 1)]).await.unwrap();
    }
    let forget = async |keys, tags| store.forget_senders(keys, tags).await.unwrap();
    assert_eq!(forget(TODAY, TODAY).await, 0);
    assert_eq!(forget(day(2), day(1)).await, 3);
    assert_eq!(forget(day(2), day(1)).await, 0);
    for n in 0..3 {
        let fresh = store.sender_key(day(n), [2; 32]).await.unwrap();
        assert_eq!(fresh == [2; 32], n < 2, "the key of day {n}");
        let same = store.same_sender(&wave_id("w"), n.unsigned_abs() + 1).await.unwrap();
        assert_eq!(same.is_empty(), n < 1, "the tag of day {n}");
    }
    assert!(store.overwrite_deleted().await.unwrap());
}
