//! Tests replicates against numbers of R and against their definitions.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::Labels;
use crate::fixture::{self, assert_close};

/// The rows of a sample in the table.
struct Sample {
    psus: Psus,
    weights: Vec<f64>,
    api00: Vec<f64>,
    students: Vec<f64>,
    enroll: Vec<f64>,
}

fn sample(name: &str) -> Sample {
    let rows: Vec<_> = fixture::r("replicates_rows")
        .into_iter()
        .filter(|row| row.text("sample") == name)
        .collect();
    let column = |name| rows.iter().map(|row| row.number(name)).collect::<Vec<f64>>();
    let strata = Labels::of(rows.iter().map(|row| row.text("stratum")));
    let psus = Labels::of(rows.iter().map(|row| row.text("psu")));
    let first_row = |codes: &[u32], code: u32| codes.iter().position(|&other| other == code);
    let stratum_of_psu = (0_u32..)
        .zip(psus.names())
        .map(|(psu, _)| strata.codes()[first_row(psus.codes(), psu).unwrap()])
        .collect();
    let population_of_stratum = (0_u32..)
        .zip(strata.names())
        .map(|(code, _)| rows[first_row(strata.codes(), code).unwrap()].number("population"))
        .collect();
    Sample {
        psus: Psus {
            stratum_of_psu,
            psu_of_row: psus.codes().to_vec(),
            population_of_stratum: Some(population_of_stratum),
            strata: strata.names().to_vec(),
        },
        weights: column("weight"),
        api00: column("api00"),
        students: column("students"),
        enroll: column("enroll"),
    }
}

fn total(weights: &[f64], values: &[f64]) -> f64 {
    weights.iter().zip(values).map(|(w, y)| w * y).sum()
}

/// Strata of 2, 3 and 6 PSUs of two rows each; the values of rows; the weights.
fn small() -> (Psus, Vec<f64>, Vec<f64>) {
    let stratum_of_psu = vec![0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2];
    let psus = Psus {
        psu_of_row: (0..22).map(|row| row / 2).collect(),
        stratum_of_psu,
        population_of_stratum: None,
        strata: ["north", "middle", "south"].map(String::from).to_vec(),
    };
    let values = (0..22).map(|row| f64::from(row * row % 17)).collect();
    let weights = (0..22).map(|row| 1.0 + f64::from(row % 3)).collect();
    (psus, values, weights)
}

/// Σ n / (n − 1) Σ (total of PSU − mean of the stratum's)², written out.
fn variance_of_total(psus: &Psus, weights: &[f64], values: &[f64]) -> f64 {
    let mut totals = vec![0.0; psus.stratum_of_psu.len()];
    for (row, &psu) in psus.psu_of_row.iter().enumerate() {
        totals[psu as usize] += weights[row] * values[row];
    }
    let mut sum = 0.0;
    for stratum in 0..3_u32 {
        let of_stratum: Vec<f64> = totals
            .iter()
            .zip(&psus.stratum_of_psu)
            .filter(|(_, other)| **other == stratum)
            .map(|(total, _)| *total)
            .collect();
        let n = f64::from(u32::try_from(of_stratum.len()).unwrap());
        let mean = of_stratum.iter().sum::<f64>() / n;
        let squares: f64 = of_stratum.iter().map(|total| (total - mean).powi(2)).sum();
        sum += n / (n - 1.0) * squares;
    }
    sum
}

#[test]
fn jackknives_equal_those_of_r() {
    let results = fixture::r("replicates");
    assert_eq!(results.len(), 24);
    for row in results {
        let name = row.text("sample");
        let Sample { mut psus, weights, api00, students, enroll } = sample(name);
        if row.text("fpc") == "none" {
            psus.population_of_stratum = None;
        }
        let jackknife = match name {
            "clusters" => ReplicateWeights::jk1(psus),
            _ => ReplicateWeights::jkn(psus),
        };
        let centre = match row.text("centre") {
            "mean" => Centre::MeanOfReplicates,
            _ => Centre::FullEstimate,
        };
        let ones = vec![1.0; weights.len()];
        let (numerator, denominator) = match row.text("statistic") {
            "mean" => (&api00, &ones),
            _ => (&students, &enroll),
        };
        let ratio = |weights: &[f64]| {
            Ok::<_, ReplicateError>(total(weights, numerator) / total(weights, denominator))
        };
        let actual = jackknife.unwrap().estimate(&weights, centre, ratio).unwrap();
        let what = format!("{name} {} {}", row.text("fpc"), row.text("centre"));
        assert_close(actual.value / row.number("value"), 1.0, 1e-11, &what);
        assert_close(actual.se / row.number("se"), 1.0, 1e-11, &what);
        assert_eq!(actual.df, row.text("df").parse::<u64>().unwrap(), "{what}");
    }
}

#[test]
fn the_jackknife_of_a_total_is_its_closed_form() {
    let (psus, values, weights) = small();
    let expected = variance_of_total(&psus, &weights, &values);
    let jackknife = ReplicateWeights::jkn(psus).unwrap();
    let statistic = |weights: &[f64]| Ok::<_, ReplicateError>(total(weights, &values));
    let actual = jackknife.estimate(&weights, Centre::FullEstimate, statistic).unwrap();
    assert_close(actual.se.powi(2) / expected, 1.0, 1e-12, "variance");
    assert_eq!((actual.df, actual.replicates.len()), (8, 11));
}

#[test]
fn the_bootstrap_of_a_total_comes_close_to_its_closed_form() {
    let (psus, values, weights) = small();
    let expected = variance_of_total(&psus, &weights, &values);
    let replicates = 4000;
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let bootstrap = ReplicateWeights::bootstrap(psus, replicates, &mut rng).unwrap();
    let statistic = |weights: &[f64]| Ok::<_, ReplicateError>(total(weights, &values));
    let actual = bootstrap.estimate(&weights, Centre::MeanOfReplicates, statistic).unwrap();
    // A variance of that many nearly normal numbers has a relative standard error of √(2 / 4000);
    // that of their mean follows from the variance itself.
    assert_close(actual.se.powi(2) / expected, 1.0, 4.0 * (2.0_f64 / 4000.0).sqrt(), "variance");
    let mean = actual.replicates.iter().sum::<f64>() / 4000.0;
    let spread = 4.0 * (expected / 4000.0).sqrt();
    assert!((mean - actual.value).abs() < spread, "{mean} {} ± {spread}", actual.value);
    assert_eq!(actual.df, 8);
}

#[test]
fn the_bootstrap_keeps_what_is_the_same_in_every_psu() {
    let (psus, _, _) = small();
    let ones = vec![1.0; 22];
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let bootstrap = ReplicateWeights::bootstrap(psus, 50, &mut rng).unwrap();
    let mut weights = Vec::new();
    for replicate in 0..50 {
        bootstrap.weigh(replicate, &ones, &mut weights).unwrap();
        // Each stratum keeps its sum: 4, 6 and 12 rows.
        assert_close(weights[..4].iter().sum(), 4.0, 1e-12, "north");
        assert_close(weights[4..10].iter().sum(), 6.0, 1e-12, "middle");
        assert_close(weights[10..].iter().sum(), 12.0, 1e-12, "south");
        // Whole multiples of n / (n − 1), the same for all rows of a PSU.
        for (row, weight) in weights.iter().enumerate() {
            let spread = [2.0, 1.5, 1.2][usize::from(row >= 4) + usize::from(row >= 10)];
            assert_close((weight / spread).fract(), 0.0, 1e-12, "multiplicity");
            assert_close(*weight, weights[row / 2 * 2], 0.0, "rows of a PSU");
        }
    }
    let constant = |weights: &[f64]| {
        let threes = vec![3.0; 22];
        Ok::<_, ReplicateError>(total(weights, &threes) / weights.iter().sum::<f64>())
    };
    let mean = bootstrap.estimate(&ones, Centre::MeanOfReplicates, constant).unwrap();
    assert_close(mean.value, 3.0, 1e-15, "mean");
    assert_close(mean.se, 0.0, 1e-14, "standard error");
}

#[test]
fn a_seed_decides_the_bootstrap() {
    let drawn = |seed| {
        let (psus, _, _) = small();
        ReplicateWeights::bootstrap(psus, 20, &mut ChaCha8Rng::seed_from_u64(seed)).unwrap()
    };
    assert_eq!(drawn(3), drawn(3));
    assert_ne!(drawn(3), drawn(4));
    assert_eq!(drawn(3).degrees_of_freedom(), 8);
}

#[test]
fn few_replicates_bound_the_degrees_of_freedom() {
    let (psus, _, _) = small();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let bootstrap = ReplicateWeights::bootstrap(psus, 4, &mut rng).unwrap();
    assert_eq!(bootstrap.degrees_of_freedom(), 3);
    assert_close(bootstrap.scale(), 1.0 / 3.0, 1e-15, "scale");
}

#[test]
fn a_whole_population_does_not_vary() {
    let (psus, values, weights) = small();
    let whole = Psus { population_of_stratum: Some(vec![2.0, 3.0, 6.0]), ..psus };
    let jackknife = ReplicateWeights::jkn(whole).unwrap();
    let statistic = |weights: &[f64]| Ok::<_, ReplicateError>(total(weights, &values));
    for centre in [Centre::MeanOfReplicates, Centre::FullEstimate] {
        let actual = jackknife.estimate(&weights, centre, statistic).unwrap();
        assert_close(actual.se, 0.0, 0.0, "standard error");
        assert_eq!(actual.df, 0);
    }
}

#[test]
fn what_gives_no_replicates_is_named() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let (psus, _, _) = small();
    assert_eq!(ReplicateWeights::jk1(psus.clone()), Err(ReplicateError::Stratified(3)));
    let few = ReplicateWeights::bootstrap(psus.clone(), 1, &mut rng);
    assert_eq!(few, Err(ReplicateError::TooFewReplicates(1)));

    let mut lonely = psus.clone();
    lonely.stratum_of_psu[1] = 1;
    let expected = ReplicateError::LonelyPsu { stratum: "north".into() };
    assert_eq!(expected.to_string(), "stratum \"north\" has one PSU");
    assert_eq!(ReplicateWeights::jkn(lonely.clone()), Err(expected.clone()));
    assert_eq!(ReplicateWeights::bootstrap(lonely.clone(), 9, &mut rng), Err(expected));
    // As in R, one PSU that is all of its stratum is no problem for the jackknife.
    lonely.population_of_stratum = Some(vec![1.0, f64::INFINITY, 100.0]);
    assert_eq!(ReplicateWeights::jkn(lonely).unwrap().replicates(), 10);

    for population in [1.0, f64::NAN, -3.0] {
        let small =
            Psus { population_of_stratum: Some(vec![9.0, population, 9.0]), ..psus.clone() };
        let error = ReplicateWeights::jkn(small).unwrap_err();
        assert!(error.to_string().starts_with("stratum \"middle\" has 3 PSUs"), "{error}");
    }
    let fewer = Psus { population_of_stratum: Some(vec![9.0]), ..psus.clone() };
    let expected = ReplicateError::Populations { populations: 1, strata: 3 };
    assert_eq!(ReplicateWeights::jkn(fewer), Err(expected));
    let mut unknown = psus.clone();
    unknown.psu_of_row[7] = 11;
    let expected = ReplicateError::UnknownPsu { row: 7, psu: 11, psus: 11 };
    assert_eq!(ReplicateWeights::jkn(unknown), Err(expected));
    let mut unknown = psus.clone();
    unknown.stratum_of_psu[10] = 3;
    let expected = ReplicateError::UnknownStratum { psu: 10, stratum: 3, strata: 3 };
    assert_eq!(ReplicateWeights::jkn(unknown), Err(expected));
    let none = Psus { stratum_of_psu: Vec::new(), psu_of_row: Vec::new(), ..psus };
    assert_eq!(ReplicateWeights::jkn(none), Err(ReplicateError::NoPsus));
}

#[test]
fn what_gives_no_variance_is_named() {
    let (psus, values, weights) = small();
    let jackknife = ReplicateWeights::jkn(psus).unwrap();
    let expected = ReplicateError::Estimates { replicates: 11, estimates: 2 };
    assert_eq!(jackknife.variance(1.0, &[1.0, 2.0], Centre::FullEstimate), Err(expected));
    let statistic = |weights: &[f64]| Ok::<_, ReplicateError>(total(weights, &values));
    let expected = ReplicateError::Weights { rows: 22, weights: 3 };
    assert_eq!(jackknife.estimate(&weights[..3], Centre::FullEstimate, statistic), Err(expected));

    // The mean of the second PSU alone, which the second replicate leaves out.
    let of_one_psu = |weights: &[f64]| {
        let inside = &weights[2..4];
        Ok::<_, ReplicateError>(total(inside, &values[2..4]) / inside.iter().sum::<f64>())
    };
    let error = jackknife.estimate(&weights, Centre::FullEstimate, of_one_psu).unwrap_err();
    assert!(matches!(error, ReplicateError::NotFinite { replicate: Some(1), .. }));
    assert_eq!(error.to_string(), "replicate 1: the statistic is NaN");
}
