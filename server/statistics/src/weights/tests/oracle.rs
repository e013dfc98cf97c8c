//! Tests weights against numbers of R's `survey`, to nine digits.

use crate::weights::{
    AdjustedWeights, Auxiliary, Margin, NegativeWeights, Raking, Redistribution, SampleMargin,
    calibrate, post_stratify, rake, trim,
};

use super::samples::{Sample, awards, close, crossed, records, sch_wide, stype};

const POPULATION: f64 = 6194.0;

fn post_stratified_by(sample: &Sample, margin: &Margin) -> AdjustedWeights {
    let names: Vec<&str> = margin.variables().iter().map(String::as_str).collect();
    post_stratify(&sample.weights, &sample.labels(&names), margin).unwrap()
}

fn raked_to(sample: &Sample, margins: &[Margin]) -> AdjustedWeights {
    let columns: Vec<_> =
        margins.iter().map(|margin| sample.labels(&[margin.variables()[0].as_str()])).collect();
    let margins: Vec<SampleMargin<'_>> = margins
        .iter()
        .zip(&columns)
        .map(|(margin, variables)| SampleMargin { margin, variables })
        .collect();
    rake(&sample.weights, &margins, Raking::default()).unwrap()
}

/// R's `calibrate(design, ~stype + api99, …)`: without an intercept, as the indicators sum to it.
fn calibrated(sample: &Sample) -> AdjustedWeights {
    let mut auxiliaries = Auxiliary::indicators(&sample.labels(&["stype"]), &stype()).unwrap();
    auxiliaries.push(Auxiliary {
        name: "api99".to_owned(),
        values: sample.numbers("api99"),
        total: 3_914_069.0,
    });
    calibrate(&sample.weights, auxiliaries, NegativeWeights::Refuse).unwrap()
}

fn crossed_margin() -> Margin {
    let cells = [
        (vec!["E", "No"], 472.0),
        (vec!["E", "Yes"], 3949.0),
        (vec!["H", "No"], 334.0),
        (vec!["H", "Yes"], 421.0),
        (vec!["M", "No"], 266.0),
        (vec!["M", "Yes"], 752.0),
    ];
    crossed(&["stype", "sch.wide"], &cells)
}

/// The designs of `weights.R`, by their names.
fn case(name: &str) -> Sample {
    let clusters = || Sample::clusters().unequal();
    let strata = || Sample::strata().unequal();
    let with = |sample: Sample, step: &dyn Fn(&Sample) -> AdjustedWeights| {
        let adjusted = step(&sample);
        sample.adjusted(adjusted)
    };
    let crossed = |sample: &Sample| post_stratified_by(sample, &crossed_margin());
    let two = |sample: &Sample| raked_to(sample, &[stype(), sch_wide()]);
    let trimmed = |lower: f64, upper: f64| {
        move |sample: &Sample| {
            trim(&sample.weights, lower, upper, &Redistribution::AllRows).unwrap()
        }
    };
    match name {
        "post_stratified" => with(clusters(), &crossed),
        "post_stratified_strata" => with(strata(), &crossed),
        "raked" => with(clusters(), &two),
        "raked_strata" => {
            with(strata(), &|sample| raked_to(sample, &[stype(), sch_wide(), awards()]))
        }
        "greg" => with(clusters(), &calibrated),
        "greg_strata" => with(strata(), &calibrated),
        "post_stratified_greg" => with(with(clusters(), &crossed), &calibrated),
        "raked_post_stratified" => {
            with(with(clusters(), &two), &|sample| post_stratified_by(sample, &awards()))
        }
        "trimmed_excess" => with(clusters(), &trimmed(38.0, 46.0)),
        "trimmed_lack" => with(clusters(), &trimmed(42.0, 52.0)),
        "post_stratified_trimmed" => with(with(clusters(), &crossed), &trimmed(22.0, 60.0)),
        other => panic!("no such case: {other}"),
    }
}

#[test]
fn unequal_weights_as_in_r() {
    let mut lines = 0;
    let mut current: Option<(String, Sample)> = None;
    for record in records("r/weights.csv") {
        let name = &record["case"];
        if current.as_ref().is_none_or(|(of, _)| of != name) {
            current = Some((name.clone(), case(name)));
        }
        let (_, sample) = current.as_ref().unwrap();
        let (statistic, key) = (record["statistic"].as_str(), record["key"].as_str());
        let estimate: f64 = record["estimate"].parse().unwrap();
        let what = format!("{name}, {statistic} of {key}");
        let found = match statistic {
            "weight" => (sample.weights[key.parse::<usize>().unwrap() - 1], f64::NAN),
            "mean" => sample.mean(key),
            "total" => sample.total(key),
            other => panic!("no such statistic: {other}"),
        };
        close(found.0, estimate, 1e-10, &what);
        if let Ok(se) = record["se"].parse::<f64>() {
            // What the totals explain has no variance, here and in R up to the rounding of each.
            if se < 1e-9 {
                assert!(found.1 < 1e-7, "{what}: {} instead of {se}", found.1);
            } else {
                close(found.1, se, 1e-9, &what);
            }
        }
        lines += 1;
    }
    let weights = 9 * 183 + 3 * 200 - 183;
    assert_eq!(lines, weights + 11 * 7);
}

#[test]
fn published_cases() {
    let post_stratified = Sample::clusters();
    let adjusted = post_stratified_by(&post_stratified, &stype());
    let post_stratified = post_stratified.adjusted(adjusted);
    let raked = Sample::clusters();
    let adjusted = raked_to(&raked, &[stype(), sch_wide()]);
    let raked = raked.adjusted(adjusted);

    let mut lines = 0;
    for record in records("oracle/expected.csv") {
        let sample = match record["case"].as_str() {
            "apiclus1_poststratified" => &post_stratified,
            "apiclus1_raked" => &raked,
            _ => continue,
        };
        let found = match record["statistic"].as_str() {
            "mean" => sample.mean(&record["variable"]),
            "total" => sample.total(&record["variable"]),
            other => panic!("no such statistic: {other}"),
        };
        let what = format!("{}, {}", record["case"], record["variable"]);
        close(found.0, record["estimate"].parse().unwrap(), 1e-10, &what);
        close(found.1, record["se"].parse().unwrap(), 1e-9, &what);
        lines += 1;
    }
    assert_eq!(lines, 4);
    close(raked.weights.iter().sum(), POPULATION, 1e-12, "raked population");
}
