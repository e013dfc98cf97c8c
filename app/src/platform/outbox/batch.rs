//! Selects the records that are posted together.

use super::kind::Kind;
use super::store::Record;

/// The most records of one batch: what the server takes from a sender who has proved nothing, and few
/// enough that a counter on a slow network sees its queue shrink.
pub(super) const MOST_RECORDS: usize = 10;
/// The most text of one batch, in bytes. A record that is larger goes alone.
const MOST_BYTES: usize = 256 * 1024;

/// The records at the front that go together: of one kind, as many as fit, and one at least.
pub(super) fn front(records: &[Record]) -> &[Record] {
    &records[..length(records.iter().map(|record| (record.kind, record.body.len())))]
}

fn length(records: impl Iterator<Item = (Kind, usize)>) -> usize {
    let mut first = None;
    let mut bytes = 0;
    records
        .take(MOST_RECORDS)
        .take_while(|(kind, size)| {
            bytes += size;
            let first = *first.get_or_insert((*kind, *size));
            first.0 == *kind && bytes <= MOST_BYTES.max(first.1)
        })
        .count()
}

/// The text that is posted: a record alone as it is, several as an array.
pub(super) fn text(records: &[Record]) -> String {
    if let [record] = records {
        return record.body.clone();
    }
    let mut text = String::from("[");
    for record in records {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&record.body);
    }
    text.push(']');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbox::rest::Rest;

    const FORM: (Kind, usize) = (Kind::Submission, 1_000);
    const BREAK: (Kind, usize) = (Kind::BreakOff, 500);

    #[test]
    fn batches_are_of_one_kind_and_keep_the_order() {
        for (records, expected) in [
            (vec![], 0),
            (vec![FORM], 1),
            (vec![FORM, FORM, BREAK, FORM], 2),
            (vec![BREAK, FORM, BREAK], 1),
            (vec![FORM; 9], 9),
            (vec![FORM; 11], 10),
        ] {
            assert_eq!(length(records.iter().copied()), expected, "{records:?}");
        }
    }

    #[test]
    fn batches_are_small_but_never_empty() {
        let of = |bytes| (Kind::Submission, bytes);
        for (records, expected) in [
            (vec![of(MOST_BYTES - 1), of(1), of(1)], 2),
            (vec![of(MOST_BYTES), of(1)], 1),
            (vec![of(MOST_BYTES + 1), of(1)], 1),
            (vec![of(1), of(MOST_BYTES), of(1)], 1),
        ] {
            assert_eq!(length(records.iter().copied()), expected, "{records:?}");
        }
    }

    #[test]
    fn one_record_is_posted_as_it_is_and_several_as_an_array() {
        let record = |body: &str| Record {
            id: "an id".into(),
            kind: Kind::Submission,
            order: 1.0,
            body: body.into(),
            rest: Rest::default(),
        };
        let (a, b, c) = (record("{\"a\":1}"), record("{\"b\":2}"), record("{}"));
        assert_eq!(text(std::slice::from_ref(&a)), "{\"a\":1}");
        assert_eq!(text(&[a, b, c]), "[{\"a\":1},{\"b\":2},{}]");
    }
}
