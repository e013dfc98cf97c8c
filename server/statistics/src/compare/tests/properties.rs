//! Properties of comparisons, on random scores with gaps.

use proptest::prelude::*;

use super::*;

/// Scores with gaps, whose covariance is a positive semidefinite matrix A·Aᵀ + D.
fn any_scores() -> impl Strategy<Value = Scores> {
    let group = (
        prop_oneof![9 => 0.0..100.0, 1 => Just(f64::NAN)],
        prop::array::uniform2(-2.0..2.0),
        prop_oneof![9 => 0.1..4.0, 1 => Just(f64::NAN)],
        prop_oneof![9 => 1..60_u64, 1 => Just(0)],
    );
    prop::collection::vec(group, 1..8).prop_map(|groups| Scores {
        values: groups.iter().map(|group| group.0).collect(),
        covariance: (0..groups.len())
            .map(|row| {
                (0..groups.len())
                    .map(|column| {
                        let (one, other) = (groups[row].1, groups[column].1);
                        let shared = one[0] * other[0] + one[1] * other[1];
                        if row == column { shared + groups[row].2 } else { shared }
                    })
                    .collect()
            })
            .collect(),
        df: groups.iter().map(|group| group.3).collect(),
    })
}

fn permuted<T: Clone>(values: &[T], order: &[usize]) -> Vec<T> {
    order.iter().map(|at| values[*at].clone()).collect()
}

/// Uncorrelated, so that it is valid beside all groups.
fn outside_reference(groups: usize) -> Reference {
    Reference { value: 50.0, variance: 0.7, df: 200, covariances: vec![0.0; groups] }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn permuted_groups_have_permuted_results(
        (scores, order) in any_scores().prop_flat_map(|scores| {
            let order: Vec<usize> = (0..scores.values.len()).collect();
            (Just(scores), Just(order).prop_shuffle())
        })
    ) {
        let turned = Groups::new(Scores {
            values: permuted(&scores.values, &order),
            covariance: permuted(&scores.covariance, &order)
                .iter()
                .map(|row| permuted(row, &order))
                .collect(),
            df: permuted(&scores.df, &order),
        }).unwrap();
        let groups = Groups::new(scores).unwrap();
        let reference = outside_reference(groups.len());
        let rule = TierRule { alpha: 0.05, multiplicity: Multiplicity::BenjaminiHochberg };
        prop_assert_eq!(
            tiers(&turned, &reference, rule).unwrap(),
            permuted(&tiers(&groups, &reference, rule).unwrap(), &order)
        );
        for method in [RankMethod::ScoreIntervals, RankMethod::Differences] {
            prop_assert_eq!(
                rank_intervals(&turned, method, 0.1).unwrap(),
                permuted(&rank_intervals(&groups, method, 0.1).unwrap(), &order)
            );
        }
        let targets = vec![50.0; order.len()];
        prop_assert_eq!(
            against_target(&turned, &targets, 0.05).unwrap(),
            permuted(&against_target(&groups, &targets, 0.05).unwrap(), &order)
        );
    }

    #[test]
    fn a_constant_added_to_all_changes_no_verdict(scores in any_scores(), constant in -500..500_i32) {
        let groups = Groups::new(scores.clone()).unwrap();
        let shift = f64::from(constant);
        let values = scores.values.iter().map(|value| value + shift).collect();
        let shifted = Groups::new(Scores { values, ..scores }).unwrap();
        let reference = outside_reference(groups.len());
        let moved = Reference { value: reference.value + shift, ..reference.clone() };
        let rule = TierRule { alpha: 0.05, multiplicity: Multiplicity::Holm };
        let verdicts = |tiers: Vec<Tier>| -> Vec<TierVerdict> {
            tiers.into_iter().map(|tier| tier.verdict).collect()
        };
        prop_assert_eq!(
            verdicts(tiers(&shifted, &moved, rule).unwrap()),
            verdicts(tiers(&groups, &reference, rule).unwrap())
        );
        for method in [RankMethod::ScoreIntervals, RankMethod::Differences] {
            prop_assert_eq!(
                rank_intervals(&shifted, method, 0.05).unwrap(),
                rank_intervals(&groups, method, 0.05).unwrap()
            );
        }
    }

    #[test]
    fn ranks_lie_inside_their_intervals_and_nothing_is_nan(scores in any_scores()) {
        let groups = Groups::new(scores).unwrap();
        let complete = groups.scores().values.iter().all(|value| !value.is_nan());
        for method in [RankMethod::ScoreIntervals, RankMethod::Differences] {
            for it in rank_intervals(&groups, method, 0.05).unwrap() {
                prop_assert!(1 <= it.best && it.best <= it.worst && it.worst <= groups.len());
                if let (Some(point), true) = (it.point, complete) {
                    prop_assert!(it.best <= point && point <= it.worst);
                }
            }
        }
        let rule = TierRule { alpha: 0.05, multiplicity: Multiplicity::Holm };
        let tiers = tiers(&groups, &outside_reference(groups.len()), rule).unwrap();
        for difference in tiers.iter().filter_map(|tier| tier.difference) {
            prop_assert!(difference.se > 0.0 && difference.value.is_finite());
            prop_assert!(difference.p <= difference.adjusted_p && difference.adjusted_p <= 1.0);
        }
        let dependence = Dependence::Independent;
        for it in change(Waves { earlier: &groups, later: &groups, dependence }, 0.05).unwrap() {
            prop_assert!(!matches!(it.verdict, ChangeVerdict::Up | ChangeVerdict::Down));
            for number in it.difference.iter().flat_map(|d| [d.value, d.se, d.df, d.p, d.adjusted_p]) {
                prop_assert!(number.is_finite());
            }
            prop_assert!(it.interval.is_none_or(|(low, high)| low < 0.0 && 0.0 < high));
        }
    }

    #[test]
    fn holm_is_never_less_cautious_than_benjamini_hochberg(
        p in prop::collection::vec(0.0..=1.0, 0..20)
    ) {
        let (holm, bh) = (holm(&p).unwrap(), benjamini_hochberg(&p).unwrap());
        let bonferroni = bonferroni(&p).unwrap();
        for at in 0..p.len() {
            prop_assert!(p[at] <= bh[at] + 1e-15 && bh[at] <= holm[at] + 1e-15);
            prop_assert!(holm[at] <= bonferroni[at] + 1e-15);
        }
    }
}
