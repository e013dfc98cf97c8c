//! Standard errors by other roads: row by row with numerical derivatives, by leaving sampling units
//! out, and what must not change them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use statistics::design::{Columns, LonelyPsu, Nesting, StageColumns};
use statistics::{Design, Labels};
use survey_defs::analysis::Grouping;
use survey_defs::counts::Cell;
use survey_defs::instrument::Instrument;
use survey_defs::method::{Definition, Method, Rollup, embedded};
use survey_defs::wave::{Channel, RespondentType};

use super::world::{
    self, WITHOUT_DISTRICTS, World, changed, estimates, forms as data_of, instrument, is_close,
    level, method, unit,
};
use super::{reference, strategies};
use crate::covariance::group_covariances;
use crate::estimate::Estimate;
use crate::groups::Groups;
use crate::wave_totals::{Answers, WaveTotals};
use crate::{Data, FillingTime, Form, Forms, Request};

fn design(forms: &[Form]) -> Design {
    let fpc = |form: &Form| form.fpc.unwrap_or(1e300);
    let design = Design::new(Columns {
        rows: forms.len(),
        weights: Some(vec![1.0; forms.len()]),
        stages: vec![StageColumns {
            strata: Some(Labels::of(forms.iter().map(|form| &form.stratum))),
            clusters: Some(Labels::of(forms.iter().map(|form| &form.psu))),
            fpc: Some(forms.iter().map(fpc).collect()),
        }],
        lonely: LonelyPsu::Adjust,
        nesting: Nesting::Unique,
    });
    design.unwrap()
}

/// For each node the influence of each row, its weight included: the derivative of the score by
/// the weight, found by changing the weight.
fn numerical_influences(request: &Request<'_>, forms: &[Form], key: &str) -> Vec<Vec<f64>> {
    let is_in = |form: &Form| {
        reference::group(request, Some(&form.unit), Some(form.day)).is_some_and(|one| one == key)
    };
    let domain: Vec<(&Form, f64)> =
        forms.iter().filter(|form| is_in(form)).map(|form| (form, form.weight)).collect();
    let n_nodes = reference::weighted(request, &domain).len();
    let mut influences = vec![Vec::new(); n_nodes];
    for form in forms {
        let place = domain.iter().position(|(one, _)| one.position == form.position);
        let with = |change: f64| {
            let mut changed = domain.clone();
            if let Some(place) = place {
                changed[place].1 += change;
            }
            reference::weighted(request, &changed)
        };
        let step = 1e-4 * form.weight;
        let (less, more) = (with(-step), with(step));
        for (influences, (less, more)) in influences.iter_mut().zip(less.into_iter().zip(more)) {
            let slope = match (less, more) {
                (Some(less), Some(more)) => (more - less) / (2.0 * step),
                _ => 0.0,
            };
            influences.push(form.weight * slope);
        }
    }
    influences
}

fn degrees_of_freedom(request: &Request<'_>, forms: &[Form], key: &str) -> usize {
    let is_in = |form: &&Form| {
        reference::group(request, Some(&form.unit), Some(form.day)).is_some_and(|one| one == key)
    };
    let psus: BTreeSet<&str> = forms.iter().filter(is_in).map(|form| &*form.psu).collect();
    let strata: BTreeSet<&str> = forms.iter().filter(is_in).map(|form| &*form.stratum).collect();
    psus.len() - strata.len()
}

fn assert_same(found: &[Estimate], expected: &[Estimate]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.group, expected.group);
        for (found, expected) in found.scores.iter().zip(&expected.scores) {
            assert_eq!((found.n, found.counts), (expected.n, expected.counts));
            match (found.score, expected.score) {
                (Some(found), Some(expected)) => assert!(is_close(found, expected, 1e-12)),
                (found, expected) => assert_eq!(found, expected),
            }
        }
        for (found, expected) in found.precision.iter().zip(&expected.precision) {
            match (found, expected) {
                (Some(found), Some(expected)) => {
                    assert_eq!(found.df, expected.df);
                    assert!(is_close(found.se, expected.se, 1e-9), "{found:?} {expected:?}");
                }
                (found, expected) => assert_eq!(found, expected),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1001),
        ..ProptestConfig::default()
    })]

    #[test]
    fn rows_with_numerical_derivatives(
        (instrument, method, forms) in strategies::instruments().prop_flat_map(|instrument| {
            let (method, forms) =
                (strategies::methods(&instrument), strategies::weighted_forms(&instrument));
            (Just(instrument), method, forms)
        }),
    ) {
        prop_assume!(!forms.is_empty());
        let data = data_of(&instrument, &forms);
        let world = World::new(&instrument, method, WITHOUT_DISTRICTS);
        let design = design(&forms);
        for by in [Grouping::City, Grouping::District, Grouping::Agency] {
            let request = world.request(Data::Forms(&data), by);
            for Estimate { group, scores, precision } in estimates(&request).unwrap() {
                let df = degrees_of_freedom(&request, &forms, &group.key.to_string());
                let influences = numerical_influences(&request, &forms, &group.key.to_string());
                for (place, influence) in influences.iter().enumerate() {
                    let context = format!("{:?} of {}", scores[place], group.key);
                    let Some(precision) = precision[place] else {
                        prop_assert!(df == 0 || scores[place].n < 2 || scores[place].score.is_none(), "{context}");
                        continue;
                    };
                    let variance = design.covariance(std::slice::from_ref(influence)).unwrap()[0][0];
                    prop_assert!(
                        (precision.se - variance.sqrt()).abs() < 1e-5,
                        "{} instead of {} for {context}", precision.se, variance.sqrt()
                    );
                    prop_assert_eq!(precision.df, u64::try_from(df).unwrap());
                    let score = scores[place].score.unwrap();
                    prop_assert!(precision.ci_low <= score + 1e-9 && score <= precision.ci_high + 1e-9);
                }
            }
        }
    }

    #[test]
    fn names_order_and_scale_of_weights_do_not_matter(
        (instrument, forms, shuffled) in strategies::instruments().prop_flat_map(|instrument| {
            strategies::weighted_forms(&instrument).prop_flat_map(move |forms| {
                (Just(Arc::clone(&instrument)), Just(forms.clone()), Just(forms).prop_shuffle())
            })
        }),
    ) {
        let world = World::new(&instrument, method("m4-factors"), WITHOUT_DISTRICTS);
        let of = |forms: &[Form]| {
            let data = data_of(&instrument, forms);
            estimates(&world.request(Data::Forms(&data), Grouping::Ward)).unwrap()
        };
        let expected = of(&forms);
        let positions = forms.iter().map(|form| form.position);
        let renamed = |(position, form): (u64, Form)| Form {
            position,
            stratum: format!("stratum {}", form.stratum.replace('s', "x")),
            psu: format!("{} of {}", form.psu, form.stratum),
            weight: form.weight * 3.0,
            ..form
        };
        let others: Vec<Form> = positions.zip(shuffled).map(renamed).collect();
        assert_same(&of(&others), &expected);
        let mut in_parts = Forms::new(Arc::clone(&instrument));
        for piece in forms.chunks(7) {
            in_parts.append(piece).unwrap();
            in_parts.close_part();
        }
        let request = world.request(Data::Forms(&in_parts), Grouping::Ward);
        assert_same(&estimates(&request).unwrap(), &expected);
    }
}

/// Strata of 20 to 24 PSUs with 5 forms each, as regular as a sample never is.
fn regular_sample(n_items: usize, cell: impl Fn(usize, usize, usize) -> Cell) -> Vec<Form> {
    let psus = [("s1", 20), ("s2", 22), ("s3", 24)];
    let psus = psus.into_iter().flat_map(|(stratum, n)| (0..n).map(move |psu| (stratum, psu)));
    let rows = psus.flat_map(|psu| (0..5).map(move |row| (psu, row)));
    let form = |(position, ((stratum, psu), row)): (u64, ((&str, usize), usize))| Form {
        position,
        unit: unit("00004@2025-07-01"),
        procedure_group: None,
        stratum: stratum.into(),
        psu: format!("{stratum}-{psu}"),
        weight: if stratum == "s1" { 2.0 } else { 1.0 },
        fpc: None,
        day: date(2026, 3, 2),
        channel: Channel::Kiosk,
        respondent_type: RespondentType::Individual,
        time: FillingTime::NotMeasured,
        arrival: None,
        cells: (0..n_items).map(|item| cell(psu, row, item)).collect(),
    };
    (1..).zip(rows).map(form).collect()
}

/// The delete-one-PSU jackknife (JKn; Wolter, Introduction to Variance Estimation, chapter 4): for
/// each node Σ over strata of (n − 1)/n × Σ (θ without the PSU − θ)².
fn jackknife(request: &Request<'_>, forms: &[Form]) -> Vec<f64> {
    let weighted = |weight: &dyn Fn(&Form) -> f64| {
        let rows: Vec<(&Form, f64)> = forms.iter().map(|form| (form, weight(form))).collect();
        let rows: Vec<(&Form, f64)> =
            rows.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
        reference::weighted(request, &rows)
    };
    let all = weighted(&|form| form.weight);
    let mut strata: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for form in forms {
        strata.entry(&form.stratum).or_default().insert(&form.psu);
    }
    let mut variances = vec![0.0; all.len()];
    for (stratum, psus) in strata {
        let n = f64::from(u32::try_from(psus.len()).unwrap());
        for psu in psus {
            let without = weighted(&|form| match () {
                () if form.psu == psu => 0.0,
                () if form.stratum == stratum => form.weight * n / (n - 1.0),
                () => form.weight,
            });
            for ((variance, without), all) in variances.iter_mut().zip(without).zip(&all) {
                *variance += (n - 1.0) / n * (without.unwrap() - all.unwrap()).powi(2);
            }
        }
    }
    variances.into_iter().map(f64::sqrt).collect()
}

/// Every method; fixed weights are those of other contents, so they become some for this one.
fn methods_for(instrument: &Instrument) -> Vec<Method> {
    let fit = |method: Method| {
        let mut definition = Definition::from(method);
        if let Rollup::FixedWeights { contents } = &mut definition.rollup {
            let all = instrument.contents().iter().map(|content| content.id.clone());
            *contents = all.zip([0.62, 0.38]).collect();
        }
        Method::try_from(definition).unwrap()
    };
    embedded().into_iter().map(fit).collect()
}

#[test]
fn leaving_sampling_units_out_gives_nearly_the_same() {
    let ward = instrument("ward");
    let n_items = ward.satisfaction_questions().count();
    for method in methods_for(&ward) {
        let id = method.id().clone();
        let answers = |psu: usize, row: usize, item: usize| {
            let mixed = (psu * 7 + row * 3 + item * 5 + psu * item + row * row * psu) % 11;
            if mixed == 10 { Cell::NoAnswer } else { level(u8::try_from(1 + mixed / 2).unwrap()) }
        };
        let forms = regular_sample(n_items, answers);
        let world = World::new(&ward, method, WITHOUT_DISTRICTS);
        let data = data_of(&ward, &forms);
        let request = world.request(Data::Forms(&data), Grouping::City);
        let found = estimates(&request).unwrap().remove(0);
        for (precision, expected) in found.precision.iter().zip(jackknife(&request, &forms)) {
            let se = precision.unwrap().se;
            assert!((se / expected - 1.0).abs() < 0.02, "{se} instead of {expected} by {id}");
        }
    }
}

#[test]
fn leaving_sampling_units_out_is_exact_where_scores_are_linear() {
    let ward = instrument("ward");
    let n_items = ward.satisfaction_questions().count();
    // Everyone answers everything, so that all denominators stay what they are.
    let forms = regular_sample(n_items, |psu, row, item| {
        level(u8::try_from(1 + (psu * 7 + row * 3 + item * 5 + psu * item) % 5).unwrap())
    });
    for id in ["t2b", "m4-factors"] {
        let world = World::new(&ward, method(id), WITHOUT_DISTRICTS);
        let data = data_of(&ward, &forms);
        let request = world.request(Data::Forms(&data), Grouping::City);
        let found = estimates(&request).unwrap().remove(0);
        for (precision, expected) in found.precision.iter().zip(jackknife(&request, &forms)) {
            let se = precision.unwrap().se;
            assert!(is_close(se, expected, 1e-9), "{se} instead of {expected} by {id}");
        }
    }
}

#[test]
fn the_joint_covariance_has_the_variances_of_single_groups_on_its_diagonal() {
    let ward = instrument("ward");
    let forms = super::r_survey::sample();
    let data = data_of(&ward, &forms);
    let world = World::new(&ward, method("m4-factors"), WITHOUT_DISTRICTS);
    let request = world.request(Data::Forms(&data), Grouping::Ward);
    let wave_totals = WaveTotals::of(&request).unwrap();
    let Answers::Forms(totals) = &wave_totals.answers else { panic!("they are forms") };
    let groups = Groups::of(&request, Grouping::Ward);
    let single = estimates(&request).unwrap();
    let city = world.request(Data::Forms(&data), Grouping::City);
    let whole = estimates(&city).unwrap().remove(0);
    let design = design(&forms);
    let influences: Vec<Vec<Vec<f64>>> = single
        .iter()
        .map(|one| numerical_influences(&request, &forms, &one.group.key.to_string()))
        .chain([numerical_influences(&city, &forms, "city")])
        .collect();
    for node in 0..wave_totals.layout.nodes.len() {
        let joint = group_covariances(&wave_totals, totals, &groups, node).unwrap();
        assert_eq!(joint.groups.len(), 2);
        assert!(is_close(joint.whole, whole.scores[node].score.unwrap(), 1e-12));
        let se = whole.precision[node].unwrap().se;
        assert!(is_close(joint.whole_variance.sqrt(), se, 1e-9));
        let of_node: Vec<Vec<f64>> = influences.iter().map(|all| all[node].clone()).collect();
        let expected = design.covariance(&of_node).unwrap();
        for (place, group) in joint.groups.iter().enumerate() {
            assert_eq!(group.label, single[place].group);
            assert!(is_close(group.score, single[place].scores[node].score.unwrap(), 1e-12));
            let precision = single[place].precision[node].unwrap();
            assert_eq!(group.df, precision.df);
            assert!(is_close(joint.covariance[place][place].sqrt(), precision.se, 1e-9));
            assert!(is_close(joint.with_whole[place], expected[place][2], 1e-5));
            for (found, expected) in joint.covariance[place].iter().zip(&expected[place]) {
                assert!(is_close(*found, *expected, 1e-5));
            }
        }
    }
}

#[test]
fn without_degrees_of_freedom_there_is_no_standard_error() {
    let single = instrument("single");
    let cells = |number: u8| vec![level(number)];
    let one_each = ["s1", "s2", "s3"].iter().zip(1..).map(|(stratum, position)| Form {
        stratum: (*stratum).into(),
        psu: format!("{stratum}-1"),
        ..world::form(position, cells(u8::try_from(position).unwrap()))
    });
    let mut forms: Vec<Form> = one_each.collect();
    let world = World::new(&single, method("m4"), WITHOUT_DISTRICTS);
    let precision = |forms: &[Form]| {
        let data = data_of(&single, forms);
        estimates(&world.request(Data::Forms(&data), Grouping::City)).unwrap()[0].precision[0]
    };
    assert_eq!(precision(&forms), None);
    forms.push(Form { stratum: "s1".into(), psu: "s1-2".into(), ..world::form(4, cells(5)) });
    assert_eq!(precision(&forms).unwrap().df, 1);
}

#[test]
fn where_all_answers_are_equal_the_interval_is_not_a_point() {
    let single = instrument("single");
    let forms: Vec<Form> = (1..=40).map(|position| world::form(position, vec![level(5)])).collect();
    let data = data_of(&single, &forms);
    let world = World::new(&single, method("m5"), WITHOUT_DISTRICTS);
    let found = estimates(&world.request(Data::Forms(&data), Grouping::City)).unwrap();
    let precision = found[0].precision[0].unwrap();
    assert!(precision.se < 1e-9 && precision.ci_low < 97.0, "{precision:?}");
    assert!(is_close(precision.ci_high, 100.0, 1e-12));
    let strict = changed(&method("m5"), |definition| definition.missing.min_answered_share = 1.0);
    let world = World::new(&single, strict, WITHOUT_DISTRICTS);
    let same = estimates(&world.request(Data::Forms(&data), Grouping::City)).unwrap();
    assert_eq!(same[0].precision[0], Some(precision));
}
