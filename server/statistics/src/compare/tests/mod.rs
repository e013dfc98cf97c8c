//! Tests comparisons against reference numbers, published examples and their own definitions.

use std::collections::HashMap;

use super::adjust::{benjamini_hochberg, bonferroni, holm};
use super::*;

mod properties;

/// Made by `tests/fixtures/r/compare.R`.
const R_VALUES: &str = include_str!("../../../../../tests/fixtures/r/compare.csv");
/// Made by `tests/fixtures/r/p_adjust.R`.
const R_ADJUSTED: &str = include_str!("../../../../../tests/fixtures/r/p_adjust.csv");

/// The values of a case of the fixture, by quantity.
fn case(name: &str) -> HashMap<String, Vec<f64>> {
    let mut quantities: HashMap<String, Vec<f64>> = HashMap::new();
    for row in csv::Reader::from_reader(R_VALUES.as_bytes()).deserialize() {
        let (case, quantity, value): (String, String, f64) = row.unwrap();
        if case == name {
            quantities.entry(quantity).or_default().push(value);
        }
    }
    assert!(!quantities.is_empty(), "{name}");
    quantities
}

fn rows(values: &[f64], columns: usize) -> Vec<Vec<f64>> {
    values.chunks(columns).map(<[f64]>::to_vec).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts")]
fn counts(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| *value as u64).collect()
}

fn places(values: &[f64]) -> Vec<usize> {
    counts(values).into_iter().map(|value| usize::try_from(value).unwrap()).collect()
}

fn independent(values: &[f64], variances: &[f64], df: &[f64]) -> Groups {
    let covariance = (0..values.len())
        .map(|row| {
            (0..values.len()).map(|at| if at == row { variances[row] } else { 0.0 }).collect()
        })
        .collect();
    Groups::new(Scores { values: values.to_vec(), covariance, df: counts(df) }).unwrap()
}

#[track_caller]
fn assert_close(found: impl IntoIterator<Item = f64>, expected: &[f64]) {
    let found: Vec<f64> = found.into_iter().collect();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-9 * expected.abs().max(1e-3),
            "{found}, R {expected}"
        );
    }
}

#[test]
fn adjusted_p_values_equal_r() {
    let mut lists: HashMap<String, Vec<[f64; 4]>> = HashMap::new();
    for row in csv::Reader::from_reader(R_ADJUSTED.as_bytes()).deserialize() {
        let (list, values): (String, [f64; 4]) = row.unwrap();
        lists.entry(list).or_default().push(values);
    }
    assert_eq!(lists.len(), 4);
    for list in lists.values() {
        let column = |at: usize| list.iter().map(|row| row[at]).collect::<Vec<f64>>();
        assert_close(holm(&column(0)).unwrap(), &column(1));
        assert_close(benjamini_hochberg(&column(0)).unwrap(), &column(2));
        assert_close(bonferroni(&column(0)).unwrap(), &column(3));
    }
    assert_eq!(holm(&[]), Ok(vec![]));
    for wrong in [f64::NAN, -0.1, 1.1] {
        assert!(matches!(holm(&[0.5, wrong]), Err(CompareError::OutOfRange { group: 1, .. })));
    }
}

fn tier_case(quantities: &HashMap<String, Vec<f64>>) -> (Groups, Reference) {
    let covariance = rows(&quantities["covariance"], 4);
    let df = counts(&quantities["df"]);
    let groups = Groups::new(Scores {
        values: quantities["mean"][..3].to_vec(),
        covariance: covariance[..3].iter().map(|row| row[..3].to_vec()).collect(),
        df: df[..3].to_vec(),
    });
    let reference = Reference {
        value: quantities["mean"][3],
        variance: covariance[3][3],
        df: df[3],
        covariances: covariance[3][..3].to_vec(),
    };
    (groups.unwrap(), reference)
}

#[test]
fn tiers_equal_survey_contrasts() {
    let expected = case("tiers");
    let (groups, reference) = tier_case(&expected);
    for (multiplicity, adjusted) in
        [(Multiplicity::Holm, "holm"), (Multiplicity::BenjaminiHochberg, "bh")]
    {
        let found = tiers(&groups, &reference, TierRule { alpha: 0.05, multiplicity }).unwrap();
        let differences: Vec<Difference> =
            found.iter().filter_map(|tier| tier.difference).collect();
        assert_close(differences.iter().map(|it| it.value), &expected["difference"]);
        assert_close(differences.iter().map(|it| it.se), &expected["se"]);
        assert_close(differences.iter().map(|it| it.p), &expected["p"]);
        assert_close(differences.iter().map(|it| it.adjusted_p), &expected[adjusted]);
        assert!(found.iter().all(|tier| tier.verdict == TierVerdict::InLine));
    }
}

#[test]
fn tiers_by_hand() {
    use TierVerdict::{Above, Below, InLine, NotEstimable};

    let groups = independent(
        &[90.0, 70.5, 50.0, 99.0, f64::NAN, 99.0, 99.0],
        &[4.0, 4.0, 4.0, f64::NAN, 4.0, 0.0, 4.0],
        &[30.0, 30.0, 30.0, 30.0, 30.0, 30.0, 0.0],
    );
    let reference = Reference { value: 70.0, variance: 1.0, df: 100, covariances: vec![0.5; 7] };
    let rule = TierRule { alpha: 0.05, multiplicity: Multiplicity::Holm };
    let verdicts = |reference: &Reference| {
        let tiers = tiers(&groups, reference, rule).unwrap();
        tiers.into_iter().map(|tier| tier.verdict).collect::<Vec<_>>()
    };
    let nothing = [NotEstimable; 4];
    assert_eq!(verdicts(&reference), [&[Above, InLine, Below], &nothing[..]].concat());
    let unknown = Reference { variance: f64::NAN, ..reference };
    assert_eq!(verdicts(&unknown), [NotEstimable; 7]);
}

#[test]
fn a_group_that_is_the_whole_has_no_difference() {
    let groups = independent(&[70.0], &[0.3], &[20.0]);
    let reference = Reference { value: 70.0, variance: 0.3, df: 20, covariances: vec![0.3] };
    let rule = TierRule { alpha: 0.05, multiplicity: Multiplicity::Holm };
    let tier = tiers(&groups, &reference, rule).unwrap()[0];
    assert_eq!(tier, Tier { verdict: TierVerdict::NotEstimable, difference: None });
}

#[test]
fn changes_equal_t_tests() {
    let [earlier, later, expected] = ["welch_earlier", "welch_later", "welch"].map(case);
    let [earlier, later] =
        [earlier, later].map(|it| independent(&it["mean"], &it["variance"], &it["df"]));
    let waves = Waves { earlier: &earlier, later: &later, dependence: Dependence::Independent };
    let found = change(waves, 0.05).unwrap();
    assert_close(found.iter().map(|it| it.difference.unwrap().se), &expected["se"]);
    assert_close(found.iter().map(|it| it.difference.unwrap().df), &expected["df"]);
    assert_close(found.iter().map(|it| it.difference.unwrap().p), &expected["p"]);
    assert_close(found.iter().map(|it| it.difference.unwrap().adjusted_p), &expected["holm"]);
    assert_close(found.iter().map(|it| it.interval.unwrap().0), &expected["low"]);
    assert_close(found.iter().map(|it| it.interval.unwrap().1), &expected["high"]);
    let verdicts: Vec<ChangeVerdict> = found.iter().map(|it| it.verdict).collect();
    assert_eq!(verdicts, [ChangeVerdict::NoChangeSeen, ChangeVerdict::Down]);

    let [earlier, later, expected] = ["paired_earlier", "paired_later", "paired"].map(case);
    let [earlier, later] =
        [earlier, later].map(|it| independent(&it["mean"], &it["variance"], &it["df"]));
    let dependence = Dependence::Covariances(&expected["covariance"]);
    let found = change(Waves { earlier: &earlier, later: &later, dependence }, 0.05).unwrap()[0];
    let difference = found.difference.unwrap();
    assert_close([difference.se, difference.df], &[expected["se"][0], expected["df"][0]]);
    assert_close([difference.value / difference.se], &expected["t"]);
    assert!((difference.p / expected["p"][0] - 1.0).abs() < 1e-6);
    let (low, high) = found.interval.unwrap();
    assert_close([low, high], &[expected["low"][0], expected["high"][0]]);
    assert_eq!(found.verdict, ChangeVerdict::Up);
}

#[test]
fn targets_equal_t_tests() {
    use TargetVerdict::{CannotTell, Met, NotEstimable, NotMet};

    let expected = case("target");
    let times = |name: &str, more: f64| {
        let mut values = vec![expected[name][0]; 3];
        values.push(more);
        values
    };
    let groups = independent(&times("mean", f64::NAN), &times("variance", 1.0), &times("df", 9.0));
    let targets = [expected["target"].as_slice(), &[600.0]].concat();
    let found = against_target(&groups, &targets, 0.05).unwrap();
    let margins: Vec<Margin> = found.iter().filter_map(|it| it.margin).collect();
    assert_close(margins.iter().map(|it| it.low), &expected["low"]);
    assert_close(margins.iter().map(|it| it.high), &expected["high"]);
    let verdicts: Vec<TargetVerdict> = found.iter().map(|it| it.verdict).collect();
    assert_eq!(verdicts, [Met, CannotTell, NotMet, NotEstimable]);
    let without = against_target(&groups, &[f64::NAN; 4], 0.05).unwrap();
    assert!(without.iter().all(|it| it.verdict == NotEstimable));
}

fn rank_case() -> (HashMap<String, Vec<f64>>, Scores) {
    let expected = case("ranks");
    let scores = Scores {
        values: expected["score"].clone(),
        covariance: rows(&expected["covariance"], 12),
        df: counts(&expected["df"]),
    };
    (expected, scores)
}

#[test]
fn rank_intervals_equal_a_plain_count_in_r() {
    let (expected, scores) = rank_case();
    let groups = Groups::new(scores).unwrap();
    for (method, name) in
        [(RankMethod::ScoreIntervals, "intervals"), (RankMethod::Differences, "differences")]
    {
        let found = rank_intervals(&groups, method, 0.05).unwrap();
        let best: Vec<usize> = found.iter().map(|it| it.best).collect();
        let worst: Vec<usize> = found.iter().map(|it| it.worst).collect();
        let point: Vec<Option<usize>> = found.iter().map(|it| it.point).collect();
        assert_eq!(best, places(&expected[&format!("{name}_best")]), "{name}");
        assert_eq!(worst, places(&expected[&format!("{name}_worst")]), "{name}");
        let expected_points: Vec<_> = places(&expected["point"]).into_iter().map(Some).collect();
        assert_eq!(point, expected_points);
    }
}

#[test]
fn unknown_precision_allows_every_rank() {
    let values = [90.0, 60.0, 75.0, f64::NAN];
    let variances = [0.01, 0.01, f64::NAN, 0.01];
    let groups = independent(&values, &variances, &[50.0; 4]);
    for method in [RankMethod::ScoreIntervals, RankMethod::Differences] {
        let found = rank_intervals(&groups, method, 0.05).unwrap();
        let expected = [(1, 3, Some(1)), (2, 4, Some(3)), (1, 4, Some(2)), (1, 4, None)]
            .map(|(best, worst, point)| RankInterval { best, worst, point });
        assert_eq!(found, expected);
    }
}

#[test]
fn funnel_equals_plain_formulas_in_r() {
    let (scores, expected) = (&case("ranks")["score"], case("funnel"));
    let n = counts(&expected["n"]);
    let columns = FunnelColumns { scores, n: &n, deff: &expected["deff"] };
    let sd = expected["sd"][0];
    for (dispersion, name, factor) in [
        (Dispersion::Chance, "chance", 1.0),
        (Dispersion::Multiplicative { winsorised: 0.1 }, "multiplicative", expected["phi"][0]),
    ] {
        let rule = FunnelRule { centre: Centre::Mean, standard_deviation: sd, dispersion };
        let found = funnel(columns, rule).unwrap();
        assert_close([found.centre, found.over_dispersion], &[expected["centre"][0], factor]);
        let warning_low = found.points.iter().map(|point| point.warning.unwrap().0);
        assert_close(warning_low, &expected[&format!("{name}_warning_low")]);
        let alarm_high = found.points.iter().map(|point| point.alarm.unwrap().1);
        assert_close(alarm_high, &expected[&format!("{name}_alarm_high")]);
        let verdicts = found.points.iter().map(|point| match point.verdict {
            ControlVerdict::HighAlarm => 2.0,
            ControlVerdict::HighWarning => 1.0,
            ControlVerdict::InControl => 0.0,
            ControlVerdict::LowWarning => -1.0,
            ControlVerdict::LowAlarm => -2.0,
            ControlVerdict::NotEstimable => f64::NAN,
        });
        assert_close(verdicts, &expected[&format!("{name}_verdict")]);
    }
}

#[test]
fn funnel_of_gaps_has_no_numbers_where_none_are() {
    let columns = FunnelColumns {
        scores: &[f64::NAN, 80.0, 80.0],
        n: &[100, 0, 100],
        deff: &[1.0, 1.0, f64::NAN],
    };
    let rule = FunnelRule {
        centre: Centre::Target(85.0),
        standard_deviation: 20.0,
        dispersion: Dispersion::Multiplicative { winsorised: 0.1 },
    };
    let found = funnel(columns, rule).unwrap();
    assert!((found.over_dispersion - 1.0).abs() < f64::EPSILON);
    assert!(found.points.iter().all(|point| point.verdict == ControlVerdict::NotEstimable));
    let sizes: Vec<bool> = found.points.iter().map(|point| point.alarm.is_some()).collect();
    assert_eq!(sizes, [true, false, false]);
}

fn two_groups() -> Scores {
    Scores {
        values: vec![80.0, 70.0],
        covariance: vec![vec![4.0, 1.0], vec![1.0, 9.0]],
        df: vec![10, 10],
    }
}

#[track_caller]
fn assert_errors<const N: usize>(table: [(Result<(), CompareError>, &str); N]) {
    for (found, expected) in table {
        assert_eq!(found.map_err(|error| error.to_string()), Err(expected.to_owned()));
    }
}

#[test]
fn errors_of_scores_name_what_is_wrong() {
    let scores = |spoil: fn(&mut Scores)| {
        let mut scores = two_groups();
        spoil(&mut scores);
        Groups::new(scores).map(|_| ())
    };
    assert_errors([
        (scores(|it| it.df.truncate(1)), "degrees of freedom: 1 entries for 2 groups"),
        (scores(|it| it.covariance.truncate(1)), "covariance matrix: 1 entries for 2 groups"),
        (
            scores(|it| it.covariance[1].truncate(1)),
            "covariance matrix, row 1: 1 entries for 2 groups",
        ),
        (
            scores(|it| it.covariance[1][0] = 1.1),
            "covariance matrix: row 1, column 0 differs from row 0, column 1",
        ),
        (
            scores(|it| it.covariance[1][0] = 6.1),
            "covariance matrix, groups 1 and 0: 6.1 is not possible beside their variances",
        ),
        (
            scores(|it| it.covariance[1][0] = f64::NAN),
            "covariance matrix, groups 1 and 0: NaN is not possible beside their variances",
        ),
        (scores(|it| it.covariance[1][1] = -1.0), "variance, group 1: -1 is not 0 or more, or NaN"),
        (
            scores(|it| it.values[1] = f64::INFINITY),
            "score, group 1: inf is not a finite number or NaN",
        ),
    ]);
}

#[test]
fn errors_of_comparisons_name_what_is_wrong() {
    let groups = Groups::new(two_groups()).unwrap();
    let reference = Reference { value: 75.0, variance: 1.0, df: 20, covariances: vec![0.5; 2] };
    let against = |reference: Reference, alpha: f64| {
        let rule = TierRule { alpha, multiplicity: Multiplicity::Holm };
        tiers(&groups, &reference, rule).map(|_| ())
    };
    let columns = FunnelColumns { scores: &[80.0, 70.0], n: &[9, 9], deff: &[1.0, 1.0] };
    let rule = FunnelRule {
        centre: Centre::Mean,
        standard_deviation: 20.0,
        dispersion: Dispersion::Chance,
    };
    let limits = |columns, rule| funnel(columns, rule).map(|_| ());
    let waves = |dependence| {
        change(Waves { earlier: &groups, later: &groups, dependence }, 0.05).map(|_| ())
    };
    assert_errors([
        (against(reference.clone(), 0.5), "alpha: 0.5 is not between 0 and 0.5"),
        (against(reference.clone(), f64::NAN), "alpha: NaN is not between 0 and 0.5"),
        (
            against(Reference { covariances: vec![], ..reference.clone() }, 0.05),
            "covariances with the reference: 0 entries for 2 groups",
        ),
        (
            against(Reference { covariances: vec![0.0, 4.0], ..reference.clone() }, 0.05),
            "covariances with the reference, group 1: 4 is not a covariance beside the two \
             variances",
        ),
        (
            against(Reference { variance: -1.0, ..reference.clone() }, 0.05),
            "variance of the reference: -1 is not 0 or more, or NaN",
        ),
        (
            against(Reference { value: f64::INFINITY, ..reference }, 0.05),
            "score of the reference: inf is not a finite number or NaN",
        ),
        (
            rank_intervals(&groups, RankMethod::Differences, 0.0).map(|_| ()),
            "alpha: 0 is not between 0 and 0.5",
        ),
        (against_target(&groups, &[80.0], 0.05).map(|_| ()), "targets: 1 entries for 2 groups"),
        (
            waves(Dependence::Covariances(&[0.0, 9.5])),
            "covariances of the waves, group 1: 9.5 is not a covariance beside the two variances",
        ),
        (limits(FunnelColumns { n: &[9], ..columns }, rule), "rows: 1 entries for 2 groups"),
        (
            limits(FunnelColumns { deff: &[1.0, 0.0], ..columns }, rule),
            "design effect, group 1: 0 is not greater than 0, or NaN",
        ),
        (
            limits(columns, FunnelRule { standard_deviation: 0.0, ..rule }),
            "standard deviation: 0 is not greater than 0",
        ),
        (
            limits(
                columns,
                FunnelRule { dispersion: Dispersion::Multiplicative { winsorised: 0.5 }, ..rule },
            ),
            "winsorised share: 0.5 is not from 0 to below 0.5",
        ),
        (
            limits(FunnelColumns { n: &[0, 0], ..columns }, rule),
            "rows of all groups: 0 is not above 0, which a mean needs",
        ),
    ]);
}
