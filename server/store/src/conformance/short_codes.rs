//! Short codes of places.

use std::collections::BTreeSet;

use jiff::Timestamp;
use survey_defs::ids::PointId;
use survey_defs::short_code::ShortCode;
use survey_defs::wave::{Channel, PointFields, ServicePoint, WaveFields};

use super::fixture::{NumberedCodes, point, wave, wave_id};
use crate::backup::Table;
use crate::backup::tests::fixture::rows;
use crate::error::StoreError;
use crate::short_codes::{CodeSource, CodedPoints};
use crate::store::Store;

checks! {
    a_point_gets_a_code_once,
    a_copied_wave_has_the_same_codes,
    simulated_waves_have_codes_of_their_own,
    no_two_codes_look_alike,
    without_a_free_code_nothing_is_added,
    what_is_typed_leads_to_the_points_of_every_wave,
    points_without_codes_get_them_later,
    servers_that_add_at_once_agree,
}

/// The same code whenever one is asked for.
struct Stuck;

impl CodeSource for Stuck {
    fn draw(&self) -> ShortCode {
        "AB3K7".parse().unwrap()
    }

    fn made_at(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

async fn code(store: &dyn Store, wave: &str, point: &str) -> ShortCode {
    store.short_codes(&wave_id(wave)).await.unwrap()[&PointId::new(point).unwrap()]
}

fn changed(point: ServicePoint, change: impl FnOnce(&mut PointFields)) -> ServicePoint {
    let mut fields = point.into_fields();
    change(&mut fields);
    fields.try_into().unwrap()
}

async fn add_real_wave(store: &dyn Store, id: &str) {
    let fields = WaveFields { simulated: false, ..wave(id).into_fields() };
    store.create_wave(&fields.try_into().unwrap()).await.unwrap();
}

async fn a_point_gets_a_code_once(store: &dyn Store) {
    let codes = NumberedCodes::default();
    store.create_wave(&wave("w")).await.unwrap();
    assert!(store.short_codes(&wave_id("w")).await.unwrap().is_empty());
    store.add_points(&[point("w", "b"), point("w", "a")], &codes).await.unwrap();
    let before = store.short_codes(&wave_id("w")).await.unwrap();
    assert_eq!(before.len(), 2);
    let number = Some("024 0000 0000".to_owned().try_into().unwrap());
    let again = [point("w", "a").with_telephone(number), point("w", "b")];
    store.add_points(&again, &codes).await.unwrap();
    assert_eq!(store.short_codes(&wave_id("w")).await.unwrap(), before);
    assert!(store.short_codes(&wave_id("nowhere")).await.unwrap().is_empty());
}

async fn a_copied_wave_has_the_same_codes(store: &dyn Store) {
    let codes = NumberedCodes::default();
    for id in ["first", "second"] {
        store.create_wave(&wave(id)).await.unwrap();
    }
    store.add_points(&[point("first", "a"), point("first", "b")], &codes).await.unwrap();
    // Another name is the same place; another unit, channel or id is another one.
    let renamed = changed(point("second", "a"), |point| point.name.en.push('!'));
    let wall = changed(point("second", "b"), |point| point.channel = Channel::WallQr);
    store.add_points(&[renamed, wall], &codes).await.unwrap();
    assert_eq!(code(store, "second", "a").await, code(store, "first", "a").await);
    assert_ne!(code(store, "second", "b").await, code(store, "first", "b").await);
    store.create_wave(&wave("third")).await.unwrap();
    let moved =
        changed(point("third", "a"), |point| point.unit = "00008@2025-07-01".parse().unwrap());
    store.add_points(&[moved, point("third", "b")], &codes).await.unwrap();
    assert_ne!(code(store, "third", "a").await, code(store, "first", "a").await);
    assert_eq!(code(store, "third", "b").await, code(store, "first", "b").await);
}

async fn simulated_waves_have_codes_of_their_own(store: &dyn Store) {
    let codes = NumberedCodes::default();
    store.create_wave(&wave("trial")).await.unwrap();
    add_real_wave(store, "real").await;
    store.add_points(&[point("trial", "a"), point("real", "a")], &codes).await.unwrap();
    let [trial, real] = [code(store, "trial", "a").await, code(store, "real", "a").await];
    assert_ne!(trial, real);
    for (code, simulated) in [(trial, true), (real, false)] {
        let found = store.coded_points(code.folded()).await.unwrap().unwrap();
        assert_eq!((found.code, found.simulated), (code, simulated));
    }
}

async fn no_two_codes_look_alike(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let points: Vec<_> = (0..70).map(|n| point("w", &format!("p{n}"))).collect();
    let codes = NumberedCodes::default();
    store.add_points(&points, &codes).await.unwrap();
    let given = store.short_codes(&wave_id("w")).await.unwrap();
    let folded: BTreeSet<_> = given.values().map(ShortCode::folded).collect();
    assert_eq!((given.len(), folded.len()), (70, 70));
    // Of 31 characters in the first place there are 25 that look different.
    assert!(given.values().any(|code| code.as_str().starts_with("32")), "{given:?}");
    assert!(!given.values().any(|code| code.as_str() == "Z22A2"), "{given:?}");
}

async fn without_a_free_code_nothing_is_added(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.add_points(&[point("w", "a")], &Stuck).await.unwrap();
    let refused = store.add_points(&[point("w", "b")], &Stuck).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid { .. }), "{refused:?}");
    assert_eq!(store.points(&wave_id("w")).await.unwrap(), [point("w", "a")]);
}

async fn what_is_typed_leads_to_the_points_of_every_wave(store: &dyn Store) {
    for id in ["second", "first", "elsewhere"] {
        store.create_wave(&wave(id)).await.unwrap();
    }
    let points = [point("second", "a"), point("first", "a"), point("first", "b")];
    store.add_points(&points[..2], &Stuck).await.unwrap();
    store.add_points(&points[2..], &NumberedCodes::default()).await.unwrap();
    let found = store.coded_points("a83k7".parse().unwrap()).await.unwrap();
    let [second, first, _] = points;
    let expected = CodedPoints { code: Stuck.draw(), simulated: true, points: vec![first, second] };
    assert_eq!(found, Some(expected));
    assert_eq!(store.coded_points("AB3K8".parse().unwrap()).await.unwrap(), None);
}

async fn points_without_codes_get_them_later(store: &dyn Store) {
    // One of them has no name in English, as an earlier program may have taken it.
    let all = rows(9).into_iter().filter(|row| row.table() != Table::ShortCodes);
    store.load(&mut all.map(Ok)).await.unwrap();
    assert!(store.short_codes(&wave_id("w")).await.unwrap().is_empty());
    let codes = NumberedCodes::default();
    assert_eq!(store.give_codes(&codes).await.unwrap(), 2);
    let given = store.short_codes(&wave_id("w")).await.unwrap();
    assert_eq!(given.keys().map(PointId::as_str).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(store.give_codes(&codes).await.unwrap(), 0);
    assert_eq!(store.short_codes(&wave_id("w")).await.unwrap(), given);
}

async fn servers_that_add_at_once_agree(store: &dyn Store) {
    for id in ["first", "second"] {
        store.create_wave(&wave(id)).await.unwrap();
    }
    let points = |wave: &str| (0..40).map(|n| point(wave, &format!("p{n}"))).collect::<Vec<_>>();
    let (first, mut second) = (points("first"), points("second"));
    second.reverse();
    // Both draw the same codes, so that they meet at each of them.
    let [one, other] = [NumberedCodes::default(), NumberedCodes::default()];
    let (added, too) =
        futures::join!(store.add_points(&first, &one), store.add_points(&second, &other));
    added.unwrap();
    too.unwrap();
    let [first, second] = ["first", "second"].map(wave_id);
    let given = store.short_codes(&first).await.unwrap();
    assert_eq!(given.len(), 40);
    assert_eq!(store.short_codes(&second).await.unwrap(), given);
}
