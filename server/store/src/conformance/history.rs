//! A long history of calls, beside a map.

use std::collections::BTreeMap;

use super::fixture::{entry, listed, other_content, wave, wave_id};
use crate::store::Store;
use crate::submission_log::{Receipt, Recorded};

checks! {
    a_long_history_agrees_with_a_map,
}

/// Numbers that look random and are the same in every run (Knuth's constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The log against its simplest model: a map from id to receipt and content.
async fn a_long_history_agrees_with_a_map(store: &dyn Store) {
    let waves = ["a", "b", "c"];
    for id in waves {
        store.create_wave(&wave(id)).await.unwrap();
    }
    let mut numbers = Numbers(1);
    let mut model = BTreeMap::new();
    let mut positions = BTreeMap::new();
    for _ in 0..120 {
        let call: Vec<_> = (0..numbers.below(9))
            .map(|_| {
                let n = numbers.below(150);
                let first = entry(waves[usize::try_from(n % 3).unwrap()], n);
                if numbers.below(4) == 0 { other_content(&first) } else { first }
            })
            .collect();
        let mut expected = Vec::new();
        for entry in &call {
            let draft = entry.submission.draft();
            expected.push(match model.get(&draft.id) {
                None => {
                    let position = positions.entry(draft.wave.clone()).or_default();
                    *position += 1;
                    let receipt = Receipt { position: *position, received_at: entry.received_at };
                    model.insert(draft.id, (receipt, draft.clone()));
                    Recorded::Created(receipt)
                }
                Some((receipt, known)) if known == draft => Recorded::Same(*receipt),
                Some(_) => Recorded::Conflict,
            });
        }
        assert_eq!(store.record(&call).await.unwrap(), expected);
    }
    for id in waves {
        let mut expected: Vec<_> = model
            .values()
            .filter(|(_, draft)| draft.wave == wave_id(id))
            .map(|(receipt, draft)| (receipt.position, draft.id))
            .collect();
        expected.sort_unstable();
        assert_eq!(listed(store, id).await, expected);
        let end = store.log_end(&wave_id(id)).await.unwrap();
        assert_eq!((end.position, end.submissions), (expected.len() as u64, expected.len() as u64));
    }
}
