//! Dossier counts.

use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::ProcedureGroup;

use super::fixture::{wave, wave_id};
use super::imports::file;
use crate::error::StoreError;
use crate::store::Store;

checks! {
    the_last_version_holds,
    a_file_of_dossiers_is_published_once,
    dossiers_that_cannot_be_stored_are_refused,
}

fn row(unit: &str, group: Option<&str>, dossiers: u64) -> DossierCount {
    DossierCount {
        unit: unit.parse().unwrap(),
        procedure_group: group.map(|group| ProcedureGroup::new(group).unwrap()),
        dossiers,
    }
}

async fn the_last_version_holds(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    assert_eq!(store.dossiers(&wave_id("w")).await.unwrap(), None);
    let first = [
        row("00004@2025-07-01", None, 7),
        row("00004@2025-07-01", Some("land"), 0),
        row("00008@2025-07-01", Some("civil"), i64::MAX.unsigned_abs()),
    ];
    let mut reversed = first.to_vec();
    reversed.reverse();
    assert_eq!(store.publish_dossiers(&file("w", 1), &reversed).await.unwrap(), 1);
    let expected = DossierCounts { version: 1, rows: first.to_vec() };
    assert_eq!(store.dossiers(&wave_id("w")).await.unwrap(), Some(expected));

    assert_eq!(store.publish_dossiers(&file("w", 2), &first[..1]).await.unwrap(), 2);
    let expected = DossierCounts { version: 2, rows: first[..1].to_vec() };
    assert_eq!(store.dossiers(&wave_id("w")).await.unwrap(), Some(expected));
    assert_eq!(store.dossiers(&wave_id("x")).await.unwrap(), None);
}

async fn a_file_of_dossiers_is_published_once(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let rows = [row("00004@2025-07-01", None, 7)];
    assert_eq!(store.publish_dossiers(&file("w", 1), &rows).await.unwrap(), 1);
    assert_eq!(store.publish_dossiers(&file("w", 1), &[]).await.unwrap(), 1);
    assert_eq!(store.publish_dossiers(&file("w", 2), &[]).await.unwrap(), 2);
    // Going back to an earlier file is a new version.
    assert_eq!(store.publish_dossiers(&file("w", 1), &rows).await.unwrap(), 3);
    let expected = DossierCounts { version: 3, rows: rows.to_vec() };
    assert_eq!(store.dossiers(&wave_id("w")).await.unwrap(), Some(expected));
}

async fn dossiers_that_cannot_be_stored_are_refused(store: &dyn Store) {
    let rows = [row("00004@2025-07-01", None, 7)];
    let error = store.publish_dossiers(&file("nowhere", 1), &rows).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownWave(wave) if wave == wave_id("nowhere")));
    store.create_wave(&wave("w")).await.unwrap();
    let twice = [rows[0].clone(), rows[0].clone()];
    let too_many = [row("00004@2025-07-01", None, u64::MAX)];
    for rows in [twice, [too_many[0].clone(), too_many[0].clone()]] {
        let error = store.publish_dossiers(&file("w", 1), &rows).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
    }
    assert_eq!(store.dossiers(&wave_id("w")).await.unwrap(), None);
}
