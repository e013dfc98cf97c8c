//! Lists the stores of the database, and the version since which each exists.

/// Raised when a store is added. No store is ever removed or changed: a page of an older release
/// that is still open goes on working with those it knows.
pub(super) const VERSION: u32 = 2;

/// Forms being filled in: `{place, id, sequence}` by place.
pub(in crate::platform) const SESSIONS: &str = "sessions";
/// Records to be sent: `{id, kind, order, body, tries, since, again, version}` by id; the last four
/// say when the server has answered without taking it, when it is posted again, and which program
/// has written it. Earlier releases wrote none of them, and version 1 no `kind` either.
pub(in crate::platform) const OUTBOX: &str = "outbox";
/// Records that the server has refused for good: `{id, kind, body, status}` by id. Releases before
/// ADR 0026 put others there too.
pub(in crate::platform) const REFUSED: &str = "refused";
/// What the device remembers, by name; see `META_…`.
pub(in crate::platform) const META: &str = "meta";
/// Who the device is, by name.
pub(in crate::platform) const DEVICE: &str = "device";

/// The identity of an enrolled device, in [`DEVICE`]: `{device, key | token, code, config}`.
pub(in crate::platform) const IDENTITY: &str = "identity";

/// The order in which records came into the outbox.
pub(in crate::platform) const ORDER: &str = "order";

/// The sessions begun so far: a number that never goes back.
pub(in crate::platform) const META_SEQUENCE: &str = "sequence";
/// How many completed forms were given up, until somebody was told.
pub(in crate::platform) const META_EXPIRED: &str = "expired";
/// When the server last took a record: milliseconds by the device's clock.
pub(in crate::platform) const META_LAST_SUCCESS: &str = "last_success";

/// One store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Store {
    pub(super) name: &'static str,
    /// The version of the database that brought it.
    since: u32,
    pub(super) key: Key,
}

/// What the records of a store are found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A field of theirs.
    Field(&'static str),
    /// A field of theirs; and they have an [`ORDER`].
    OrderedField(&'static str),
    /// A name that is given beside them.
    Name,
}

const STORES: [Store; 5] = [
    Store { name: SESSIONS, since: 1, key: Key::Field("place") },
    Store { name: OUTBOX, since: 1, key: Key::OrderedField("id") },
    Store { name: REFUSED, since: 1, key: Key::Field("id") },
    Store { name: META, since: 2, key: Key::Name },
    Store { name: DEVICE, since: 2, key: Key::Name },
];

/// The stores that a database of this version still lacks; version 0 is none at all.
pub(super) fn missing(version: u32) -> impl Iterator<Item = &'static Store> {
    STORES.iter().filter(move |store| store.since > version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(version: u32) -> Vec<&'static str> {
        missing(version).map(|store| store.name).collect()
    }

    #[test]
    fn an_upgrade_adds_what_is_new_and_leaves_the_rest_alone() {
        assert_eq!(names(0), [SESSIONS, OUTBOX, REFUSED, META, DEVICE]);
        // What version 1 has must not be created again: that would fail and take back everything.
        assert_eq!(names(1), [META, DEVICE]);
        assert!(names(VERSION).is_empty());
        assert!(names(VERSION + 1).is_empty());
    }

    #[test]
    fn the_version_is_that_of_the_newest_store() {
        assert_eq!(STORES.iter().map(|store| store.since).max(), Some(VERSION));
    }
}
