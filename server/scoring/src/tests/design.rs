//! Variances from influences, against the general estimator of the crate `statistics`.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use statistics::design::{Columns, LonelyPsu, Nesting, StageColumns};
use statistics::{Design, Labels};

use super::world::is_close;
use crate::data::Stratum;
use crate::influence::{Influences, Psu};
use crate::variance::{covariances, variances};

/// For each stratum the PSUs of its population and, for each of its PSUs, two influences and
/// whether they are in the domain.
type Strata = Vec<(Option<u32>, Vec<(f64, f64, bool)>)>;

fn strata() -> impl Strategy<Value = Strata> {
    let psu = (-5.0..5.0, -5.0..5.0, prop::bool::weighted(0.7));
    let stratum = (prop::option::of(6..40_u32), prop::collection::vec(psu, 1..6));
    prop::collection::vec(stratum, 1..5)
}

/// The same by `statistics`, which knows all PSUs.
fn by_statistics(strata: &Strata, influences: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let of_strata = |name: fn(usize, usize) -> String| -> Labels {
        let names = strata
            .iter()
            .enumerate()
            .flat_map(|(stratum, (_, psus))| (0..psus.len()).map(move |psu| name(stratum, psu)));
        Labels::of(names)
    };
    // A population that nobody knows is as good as an endless one.
    let fpc = strata
        .iter()
        .flat_map(|(fpc, psus)| vec![fpc.map_or(f64::INFINITY, f64::from); psus.len()]);
    let rows = influences[0].len();
    let design = Design::new(Columns {
        rows,
        weights: Some(vec![1.0; rows]),
        stages: vec![StageColumns {
            strata: Some(of_strata(|stratum, _| format!("{stratum}"))),
            clusters: Some(of_strata(|stratum, psu| format!("{stratum}/{psu}"))),
            fpc: Some(fpc.map(|fpc: f64| fpc.min(1e300)).collect()),
        }],
        lonely: LonelyPsu::Adjust,
        nesting: Nesting::Unique,
    });
    design.unwrap().covariance(influences).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1001),
        ..ProptestConfig::default()
    })]

    #[test]
    fn one_stage_of_the_general_estimator(mut strata in strata()) {
        // Influences add up to 0 over the whole, as those of a score do.
        let all = || strata.iter().flat_map(|(_, psus)| psus).filter(|psu| psu.2);
        let n = all().count();
        prop_assume!(n > 0);
        let n = f64::from(u32::try_from(n).unwrap());
        let (one, two) = (all().map(|psu| psu.0).sum::<f64>() / n, all().map(|psu| psu.1).sum::<f64>() / n);
        for psu in strata.iter_mut().flat_map(|(_, psus)| psus) {
            *psu = if psu.2 { (psu.0 - one, psu.1 - two, true) } else { (0.0, 0.0, false) };
        }

        let mut known = Vec::new();
        let mut present = Vec::new();
        let mut number = 0;
        for (place, (fpc, psus)) in (0..).zip(&strata) {
            known.push(Stratum {
                name: place.to_string(),
                fpc: fpc.map(f64::from),
                psus: u32::try_from(psus.len()).unwrap(),
            });
            for psu in psus {
                if psu.2 {
                    present.push((Psu { stratum: place, psu: number }, [psu.0, psu.1]));
                }
                number += 1;
            }
        }
        let influences = Influences {
            psus: present.iter().map(|(psu, _)| *psu).collect(),
            width: 2,
            values: present.iter().flat_map(|(_, z)| *z).collect(),
        };
        let rows = |place: fn(&(f64, f64, bool)) -> f64| -> Vec<f64> {
            strata.iter().flat_map(|(_, psus)| psus.iter().map(place)).collect()
        };
        let expected = by_statistics(&strata, &[rows(|psu| psu.0), rows(|psu| psu.1)]);
        let found = variances(&influences, &known);
        let of = |statistic: usize| -> Vec<(Psu, f64)> {
            present.iter().map(|(psu, z)| (*psu, z[statistic])).collect()
        };
        let joint = covariances(&[of(0), of(1)], &known);
        for one in 0..2 {
            prop_assert!(is_close(found[one], expected[one][one], 1e-9), "{} {}", found[one], expected[one][one]);
            for other in 0..2 {
                let (found, expected) = (joint[one][other], expected[one][other]);
                prop_assert!(is_close(found, expected, 1e-9), "{found} instead of {expected}");
            }
        }
    }
}
