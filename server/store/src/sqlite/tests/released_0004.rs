//! The database of the release before drafts were compressed, made by that release.

use survey_defs::ids::WaveId;

use super::upgrade::{Opened, opened};
use crate::conformance::{agrees, entry, sampled};
use crate::prelude::*;
use crate::submission_log::Recorded;

const DUMP: &str = include_str!("../../../../../tests/fixtures/schema/sqlite-0004.sql");

#[tokio::test]
async fn texts_of_the_release_before_are_read_and_new_ones_are_compressed() {
    let Opened { store, mut outside, _folder } = opened(DUMP).await;
    let spring = WaveId::new("spring").unwrap();
    let kinds = "SELECT typeof(draft), count(*) FROM submissions WHERE wave = 'spring' GROUP BY 1";
    let kinds_now: Vec<(String, i64)> =
        sqlx::query_as(kinds).fetch_all(&mut outside).await.unwrap();
    assert_eq!(kinds_now, [("text".to_owned(), 25)]);
    assert_eq!(store.submissions_after(&spring, 0, 99).await.unwrap().len(), 25);

    let again = store.record(&[entry("spring", 600), sampled("spring", 700)]).await.unwrap();
    let [Recorded::Same(same), Recorded::Created(created)] = again[..] else { panic!("{again:?}") };
    assert_eq!((same.position, created.position), (23, 26));
    let kinds_now: Vec<(String, i64)> =
        sqlx::query_as(kinds).fetch_all(&mut outside).await.unwrap();
    assert_eq!(kinds_now, [("blob".to_owned(), 1), ("text".to_owned(), 25)]);

    agrees(&store).await;
}
