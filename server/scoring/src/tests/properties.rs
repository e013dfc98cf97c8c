//! For any data, method, grouping and filter the columns say what the reference says.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use survey_defs::analysis::{Filters, Grouping};
use survey_defs::method::Method;
use survey_defs::score::NodeScore;
use survey_defs::unit::compare;

use super::reference::{self, Scores};
use super::world::{World, changed, estimates, forms as data_of};
use super::{strategies, world};
use crate::estimate::Estimate;
use crate::{Counts, Data, Forms, Request, ScoringError, score};

/// The same cases on every run.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1001),
        ..ProptestConfig::default()
    }
}

fn unrounded(request: &Request<'_>) -> Vec<Estimate> {
    estimates(request).unwrap()
}

/// n and counts are equal, scores up to a relative difference of 10⁻⁹.
fn assert_same(found: &[Estimate], expected: &Scores) {
    let mut keys: Vec<String> = found.iter().map(|one| one.group.key.to_string()).collect();
    keys.sort_unstable();
    assert!(keys.iter().eq(expected.keys()), "groups {keys:?} instead of {:?}", expected.keys());
    for Estimate { group, scores, .. } in found {
        let expected = &expected[&group.key.to_string()];
        assert_eq!(scores.len(), expected.len());
        for (found, expected) in scores.iter().zip(expected) {
            let NodeScore { node, n, counts, score } = found;
            let context = format!("{node:?} of {}: {found:?} instead of {expected:?}", group.key);
            assert_eq!(
                (node, n, counts),
                (&expected.node, &expected.n, &expected.counts),
                "{context}"
            );
            match (score, expected.score) {
                (None, None) => {}
                (Some(score), Some(expected)) => {
                    assert!((score - expected).abs() <= 1e-9 * expected.abs(), "{context}");
                    assert!((0.0..=100.0 + 1e-9).contains(score), "{context}");
                }
                _ => panic!("{context}"),
            }
        }
    }
}

fn assert_in_order(found: &[Estimate], by: Grouping) {
    for pair in found.windows(2) {
        let (one, other) = (&pair[0].group, &pair[1].group);
        let order = if by == Grouping::Month {
            one.key.cmp(&other.key)
        } else {
            compare(&one.name.vi, &other.name.vi).then_with(|| one.unit.cmp(&other.unit))
        };
        assert!(order.is_lt(), "{} before {}", one.key, other.key);
    }
}

fn with_share(method: &Method, share: f64) -> Method {
    changed(method, |definition| {
        definition.missing.min_answered_share = share;
    })
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn forms_score_as_the_reference_says(
        (instrument, method, forms) in strategies::instruments().prop_flat_map(|instrument| {
            let (method, forms) =
                (strategies::methods(&instrument), strategies::forms(&instrument));
            (Just(instrument), method, forms)
        }),
        geography in strategies::geographies(),
        filters in strategies::filters(),
    ) {
        let data = data_of(&instrument, &forms);
        let world = World::new(&instrument, method, geography);
        for &by in Grouping::ALL {
            let request = Request {
                filters: filters.clone(),
                ..world.request(Data::Forms(&data), by)
            };
            let found = unrounded(&request);
            assert_same(&found, &reference::of_forms(&request, &forms));
            assert_in_order(&found, by);
        }
    }

    #[test]
    fn level_counts_score_as_the_reference_says(
        (instrument, method, rows) in strategies::instruments().prop_flat_map(|instrument| {
            let (method, rows) =
                (strategies::methods(&instrument), strategies::count_rows(&instrument));
            (Just(instrument), method, rows)
        }),
        geography in strategies::geographies(),
        filters in strategies::periods(),
    ) {
        let data = Counts::new(Arc::clone(&instrument), 7, &rows).unwrap();
        let world = World::new(&instrument, with_share(&method, 0.0), geography);
        for &by in Grouping::ALL {
            let request = Request {
                filters: filters.clone(),
                ..world.request(Data::Counts(&data), by)
            };
            let has_period = filters != Filters::default();
            if has_period && rows.iter().any(|row| row.month.is_none()) {
                let refused = estimates(&request);
                prop_assert!(matches!(refused, Err(ScoringError::FilterNeedsDates)));
                continue;
            }
            let found = unrounded(&request);
            assert_same(&found, &reference::of_counts(&request, &rows));
            assert_in_order(&found, by);
        }
    }
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn neither_the_order_of_forms_nor_the_way_they_came_changes_anything(
        (instrument, forms, shuffled) in strategies::instruments().prop_flat_map(|instrument| {
            strategies::forms(&instrument).prop_flat_map(move |forms| {
                (Just(Arc::clone(&instrument)), Just(forms.clone()), Just(forms).prop_shuffle())
            })
        }),
        pieces in prop::collection::vec(0..10_usize, 0..8),
    ) {
        let at_once = data_of(&instrument, &forms);
        let mut in_parts = Forms::new(Arc::clone(&instrument));
        for piece in forms.chunks(11) {
            in_parts.append(piece).unwrap();
            in_parts.close_part();
        }
        let positions = forms.iter().map(|form| form.position);
        let renumbered: Vec<_> = positions
            .zip(shuffled)
            .map(|(position, form)| crate::Form { position, ..form })
            .collect();
        let shuffled = data_of(&instrument, &renumbered);
        let mut in_pieces = Forms::new(Arc::clone(&instrument));
        let mut rest = forms.as_slice();
        for n in pieces {
            let (piece, later) = rest.split_at(n.min(rest.len()));
            in_pieces.append(piece).unwrap();
            rest = later;
        }
        in_pieces.append(rest).unwrap();
        prop_assert_eq!(in_pieces.len(), forms.len());
        prop_assert_eq!(in_pieces.position(), at_once.position());

        let method = with_share(&world::method("m4-factors"), 0.5);
        let world = World::new(&instrument, method, world::WITHOUT_DISTRICTS);
        for by in [Grouping::City, Grouping::Ward, Grouping::Month] {
            let expected = score(&world.request(Data::Forms(&at_once), by)).unwrap();
            let found = score(&world.request(Data::Forms(&in_pieces), by)).unwrap();
            prop_assert_eq!(&found, &expected);
            let found = score(&world.request(Data::Forms(&in_parts), by)).unwrap();
            prop_assert_eq!(&found, &expected);
            let found = score(&world.request(Data::Forms(&shuffled), by)).unwrap();
            prop_assert_eq!(&found, &expected);
        }
    }
}
