//! Links, sessions and tokens of staff.

use jiff::{SignedDuration, Timestamp};

use super::fixture::time;
use crate::error::StoreError;
use crate::staff_sessions::{
    ForgetBefore, MOST_LINKS, MOST_SESSIONS, MOST_TOKENS, NewSecret, SecretHash,
};
use crate::store::Store;

checks! {
    a_link_begins_one_session,
    of_two_who_use_a_link_at_once_one_gets_in,
    a_link_that_has_expired_begins_nothing,
    a_session_is_open_until_it_expires_or_is_ended,
    all_sessions_and_links_end_together,
    only_so_many_links_and_sessions_are_kept,
    a_token_is_good_until_it_expires_or_is_revoked,
    a_name_belongs_to_one_token_at_a_time,
    there_are_only_so_many_tokens,
    what_is_over_is_forgotten,
}

fn at(minutes: i64) -> Timestamp {
    time("2026-03-02T00:00:00Z") + SignedDuration::from_mins(minutes)
}

fn hash(n: u64) -> SecretHash {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    SecretHash(bytes)
}

fn secret(n: u64, from: i64, to: i64) -> NewSecret {
    NewSecret { hash: hash(n), created_at: at(from), expires_at: at(to) }
}

async fn begin(store: &dyn Store, link: u64, session: NewSecret) -> bool {
    store.begin_session(&hash(link), &session).await.unwrap()
}

async fn is_open(store: &dyn Store, session: u64, now: i64) -> bool {
    store.open_session(&hash(session), at(now)).await.unwrap().is_some()
}

async fn a_link_begins_one_session(store: &dyn Store) {
    store.add_login_link(&secret(1, 0, 15)).await.unwrap();
    assert!(!begin(store, 2, secret(10, 1, 721)).await, "no such link");
    assert!(begin(store, 1, secret(11, 1, 721)).await);
    assert!(!begin(store, 1, secret(12, 1, 721)).await, "used up");
    assert!(begin(store, 1, secret(11, 1, 721)).await, "the answer was lost");
    for (session, expected) in [(10, None), (11, Some(at(721))), (12, None), (1, None)] {
        let open = store.open_session(&hash(session), at(1)).await.unwrap();
        assert_eq!(open, expected, "{session}");
    }
}

async fn of_two_who_use_a_link_at_once_one_gets_in(store: &dyn Store) {
    for link in 1..=20 {
        store.add_login_link(&secret(link, 0, 15)).await.unwrap();
        let (one, other) = tokio::join!(
            begin(store, link, secret(1_000 + link, 1, 721)),
            begin(store, link, secret(2_000 + link, 1, 721)),
        );
        assert!(one != other, "link {link}: {one}, {other}");
        assert_eq!(is_open(store, 1_000 + link, 2).await, one);
        assert_eq!(is_open(store, 2_000 + link, 2).await, other);
    }
}

async fn a_link_that_has_expired_begins_nothing(store: &dyn Store) {
    for link in [1, 2] {
        store.add_login_link(&secret(link, 0, 15)).await.unwrap();
    }
    assert!(begin(store, 1, secret(11, 14, 734)).await);
    assert!(!begin(store, 2, secret(12, 15, 735)).await, "not from this moment on");
    assert!(!is_open(store, 12, 15).await);
}

async fn a_session_is_open_until_it_expires_or_is_ended(store: &dyn Store) {
    for (link, session) in [(1, 11), (2, 12)] {
        store.add_login_link(&secret(link, 0, 15)).await.unwrap();
        assert!(begin(store, link, secret(session, 0, 720)).await);
    }
    store.end_session(&hash(11), at(5)).await.unwrap();
    store.end_session(&hash(11), at(6)).await.unwrap();
    store.end_session(&hash(99), at(5)).await.unwrap();
    assert!(!is_open(store, 11, 5).await, "ended");
    assert!(is_open(store, 12, 719).await, "another one");
    assert!(!is_open(store, 12, 720).await, "not from this moment on");
    assert!(!begin(store, 1, secret(13, 6, 726)).await, "its link begins no second one");
}

async fn all_sessions_and_links_end_together(store: &dyn Store) {
    for link in 1..=3 {
        store.add_login_link(&secret(link, 0, 15)).await.unwrap();
    }
    for link in [1, 2] {
        assert!(begin(store, link, secret(10 + link, 0, 720)).await);
    }
    store.add_staff_token("grafana", &secret(20, 0, 720)).await.unwrap();
    assert_eq!(store.end_all_sessions(at(1)).await.unwrap(), 2);
    assert_eq!(store.end_all_sessions(at(1)).await.unwrap(), 0);
    assert!(!is_open(store, 11, 1).await && !is_open(store, 12, 1).await);
    assert!(!begin(store, 3, secret(13, 1, 721)).await, "a link that nobody had used");
    assert!(store.is_staff_token(&hash(20), at(1)).await.unwrap(), "tokens are revoked by name");
}

async fn only_so_many_links_and_sessions_are_kept(store: &dyn Store) {
    let most = u64::try_from(MOST_SESSIONS).unwrap();
    for n in 0..=most {
        let minute = i64::try_from(n).unwrap();
        store.add_login_link(&secret(n, minute, minute + 15)).await.unwrap();
        assert!(begin(store, n, secret(10_000 + n, minute, 100_000)).await, "{n}");
    }
    let now = MOST_SESSIONS;
    assert!(!is_open(store, 10_000, now).await, "the oldest has gone");
    assert!(is_open(store, 10_001, now).await && is_open(store, 10_000 + most, now).await);
    let links = u64::try_from(MOST_LINKS).unwrap();
    for n in 0..=links {
        let minute = 1_000 + i64::try_from(n).unwrap();
        store.add_login_link(&secret(20_000 + n, minute, 9_000)).await.unwrap();
    }
    assert!(!begin(store, 20_000, secret(30_000, 2_000, 9_000)).await, "the oldest has gone");
    assert!(begin(store, 20_001, secret(30_001, 2_000, 9_000)).await);
}

async fn a_token_is_good_until_it_expires_or_is_revoked(store: &dyn Store) {
    let is_good = async |n, now| store.is_staff_token(&hash(n), at(now)).await.unwrap();
    store.add_staff_token("grafana", &secret(1, 0, 100)).await.unwrap();
    store.add_staff_token("import", &secret(2, 1, 100)).await.unwrap();
    assert!(is_good(1, 99).await && !is_good(1, 100).await && !is_good(3, 0).await);
    assert!(store.revoke_staff_token("import", at(7)).await.unwrap());
    assert!(!store.revoke_staff_token("import", at(8)).await.unwrap());
    assert!(!store.revoke_staff_token("nobody", at(8)).await.unwrap());
    assert!(!is_good(2, 7).await);
    let listed = store.staff_tokens().await.unwrap();
    let listed: Vec<_> = listed
        .iter()
        .map(|one| (one.name.as_str(), one.created_at, one.expires_at, one.revoked_at))
        .collect();
    let expected = [("grafana", at(0), at(100), None), ("import", at(1), at(100), Some(at(7)))];
    assert_eq!(listed, expected);
    assert!(!is_open(store, 1, 1).await, "a token is no session");
}

async fn a_name_belongs_to_one_token_at_a_time(store: &dyn Store) {
    store.add_staff_token("grafana", &secret(1, 0, 100)).await.unwrap();
    store.add_staff_token("grafana", &secret(1, 0, 100)).await.unwrap();
    let refused = store.add_staff_token("grafana", &secret(2, 1, 100)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid { .. }), "{refused:?}");
    store.revoke_staff_token("grafana", at(2)).await.unwrap();
    store.add_staff_token("grafana", &secret(3, 3, 50)).await.unwrap();
    assert_eq!(store.staff_tokens().await.unwrap().len(), 2);
    store.add_staff_token("grafana", &secret(4, 50, 100)).await.unwrap();
    assert!(store.is_staff_token(&hash(4), at(51)).await.unwrap(), "the third had expired");
    let other_name = store.add_staff_token("other", &secret(4, 51, 100)).await.unwrap_err();
    assert!(matches!(other_name, StoreError::Invalid { .. }), "{other_name:?}");
}

async fn there_are_only_so_many_tokens(store: &dyn Store) {
    for n in 0..u64::try_from(MOST_TOKENS).unwrap() {
        store.add_staff_token(&format!("t{n}"), &secret(n, 0, 100)).await.unwrap();
    }
    let refused = store.add_staff_token("more", &secret(900, 0, 100)).await.unwrap_err();
    assert!(refused.to_string().contains("revoke"), "{refused}");
    store.revoke_staff_token("t0", at(1)).await.unwrap();
    store.add_staff_token("more", &secret(900, 0, 100)).await.unwrap();
}

async fn what_is_over_is_forgotten(store: &dyn Store) {
    for (link, session, end) in [(1, 11, 720), (2, 12, 721)] {
        store.add_login_link(&secret(link, 0, 15)).await.unwrap();
        assert!(begin(store, link, secret(session, 0, end)).await);
    }
    for (name, token, end) in [("a", 21, 100), ("b", 22, 101), ("c", 23, 900)] {
        store.add_staff_token(name, &secret(token, 0, end)).await.unwrap();
    }
    store.revoke_staff_token("c", at(99)).await.unwrap();
    let forget = async |sessions, tokens| {
        let before = ForgetBefore { sessions: at(sessions), tokens: at(tokens) };
        store.forget_staff_access(&before).await.unwrap()
    };
    assert_eq!(forget(15, 99).await, 0, "not before this moment");
    assert_eq!(forget(721, 101).await, 5, "two links, a session, two tokens");
    assert_eq!(forget(721, 101).await, 0);
    assert!(!is_open(store, 11, 1).await && is_open(store, 12, 1).await);
    let left: Vec<_> = store.staff_tokens().await.unwrap().into_iter().map(|t| t.name).collect();
    assert_eq!(left, ["b"]);
}
