//! The listing of the columnar mirror.

use super::fixture::{wave, wave_id};
use crate::error::{Conflict, StoreError};
use crate::mirror::Segment;
use crate::store::Store;

checks! {
    segments_are_listed_by_position,
    a_listing_that_changed_is_a_conflict,
}

fn segment(first_position: u64, last_position: u64) -> Segment {
    Segment {
        name: format!("{first_position}-{last_position}"),
        first_position,
        last_position,
        rows: last_position - first_position,
        sha256: [7; 32],
    }
}

async fn segments_are_listed_by_position(store: &dyn Store) {
    let (w, x) = (wave_id("w"), wave_id("x"));
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    assert_eq!(store.segments(&w).await.unwrap(), []);
    let all = [segment(1, 9), segment(10, 11), segment(20, 20)];
    store.replace_segments(&w, &[], &[all[2].clone(), all[0].clone()]).await.unwrap();
    store.replace_segments(&w, &[], &all[1..2]).await.unwrap();
    store.replace_segments(&x, &[], &all[..1]).await.unwrap();
    assert_eq!(store.segments(&w).await.unwrap(), all);

    let merged = segment(1, 20);
    let names: Vec<String> = all.iter().map(|one| one.name.clone()).collect();
    store.replace_segments(&w, &names, std::slice::from_ref(&merged)).await.unwrap();
    assert_eq!(store.segments(&w).await.unwrap(), [merged]);
    assert_eq!(store.segments(&x).await.unwrap(), all[..1]);
}

async fn a_listing_that_changed_is_a_conflict(store: &dyn Store) {
    let w = wave_id("w");
    let error = store.replace_segments(&w, &[], &[segment(1, 2)]).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownWave(_)), "{error:?}");
    store.create_wave(&wave("w")).await.unwrap();
    let listed = [segment(1, 9), segment(10, 19)];
    store.replace_segments(&w, &[], &listed).await.unwrap();

    let gone = store.replace_segments(&w, &["1-3".to_owned()], &[segment(30, 31)]).await;
    for overlap in [segment(9, 9), segment(5, 30), segment(1, 9), segment(19, 40)] {
        let error = store.replace_segments(&w, &[], &[segment(50, 60), overlap]).await.unwrap_err();
        let StoreError::Conflict { what: Conflict::Segment { wave, .. } } = error else {
            panic!("{error:?}");
        };
        assert_eq!(wave, w);
    }
    assert!(matches!(gone, Err(StoreError::Conflict { .. })));
    assert_eq!(store.segments(&w).await.unwrap(), listed);
}
