//! From columns to a design with the weights that were asked for.

use statistics::Labels;
use statistics::design::{Columns, Design, DesignError, StageColumns};
use statistics::weights::{
    Auxiliary, Margin, MarginCell, NegativeWeights, Raking, SampleMargin, WeightError, calibrate,
    check_one_population, post_stratify, rake,
};

use survey_defs::sampling::{InvalidSampling, Weight};

use super::error::AnalyseError;
use super::microdata::{Microdata, Missing, Names};
use super::{PopulationTotal, Sampling, Weighting};

/// The design of the file's rows.
pub(super) fn declare(data: &Microdata, sampling: &Sampling) -> Result<Design, AnalyseError> {
    let Sampling { weight, strata, psu, fpc, lonely, nesting } = sampling;
    let n_stages = strata.len().max(psu.len()).max(fpc.len());
    if psu.len() + 1 < n_stages {
        return Err(AnalyseError::Request(format!(
            "there are columns for {n_stages} stages, so clusters are needed for the first {}",
            n_stages - 1
        )));
    }
    let stage = |stage: usize| {
        Ok(StageColumns {
            strata: strata.get(stage).map(|column| names(data, column, "stratum")).transpose()?,
            clusters: psu.get(stage).map(|column| names(data, column, "PSU")).transpose()?,
            fpc: fpc.get(stage).map(|column| numbers(data, column, "fpc")).transpose()?,
        })
    };
    let columns = Columns {
        rows: data.rows(),
        weights: weight.as_ref().map(|column| weights(data, column)).transpose()?,
        stages: (0..n_stages).map(stage).collect::<Result<_, AnalyseError>>()?,
        lonely: *lonely,
        nesting: *nesting,
    };
    Design::new(columns).map_err(|error| explain(error, data, sampling))
}

/// The design with weights that meet population totals.
pub(super) fn weigh(
    design: Design,
    data: &Microdata,
    weighting: &Weighting,
) -> Result<Design, AnalyseError> {
    let margins = weighting.margins().iter().map(|margin| spelled(data, margin));
    let margins: &[Margin] = &margins.collect::<Result<Vec<_>, _>>()?;
    let variables = |margin: &Margin| -> Result<Vec<Labels>, AnalyseError> {
        margin.variables().iter().map(|column| names(data, column, "value")).collect()
    };
    let variables: Vec<Vec<Labels>> =
        margins.iter().map(variables).collect::<Result<_, AnalyseError>>()?;
    let adjusted = match weighting {
        Weighting::AsDrawn => return Ok(design),
        Weighting::PostStratified(_) => post_stratify(design.weights(), &variables[0], &margins[0]),
        Weighting::Raked(_) => {
            let margins: Vec<SampleMargin<'_>> = margins
                .iter()
                .zip(&variables)
                .map(|(margin, variables)| SampleMargin { margin, variables })
                .collect();
            rake(design.weights(), &margins, Raking::default())
        }
        Weighting::Calibrated { margins: _, totals } => {
            let populations: Vec<&Margin> = margins.iter().collect();
            check_one_population(&populations, Raking::default().tolerance)?;
            let auxiliaries = auxiliaries(data, margins, &variables, totals)?;
            calibrate(design.weights(), auxiliaries, NegativeWeights::Allow)
        }
    };
    let adjusted = adjusted.map_err(|error| locate(error, data, margins))?;
    Ok(design.adjusted(adjusted.weights, adjusted.adjustment))
}

/// What is wrong with a design, in terms of columns and rows of the file.
pub(super) fn explain(error: DesignError, data: &Microdata, sampling: &Sampling) -> AnalyseError {
    let Sampling { weight, strata, psu, fpc, lonely: _, nesting: _ } = sampling;
    let of_stage = |columns: &[String], stage: usize| columns.get(stage - 1).cloned();
    let cell = |column: Option<&String>, row: usize, reason: String| match column {
        Some(column) => data.cell(column, row, reason),
        None => AnalyseError::Request(reason),
    };
    let lonely = |stage: usize, stratum: &str, advice: &str| {
        let column = of_stage(strata, stage).or_else(|| of_stage(psu, stage))?;
        let reason = format!("stratum {stratum} has only one sampled PSU{advice}");
        Some(AnalyseError::Sampling { column, reason })
    };
    match &error {
        DesignError::NoRows
        | DesignError::Length { .. }
        | DesignError::Influence { .. }
        | DesignError::Overflow => None,
        &DesignError::Weight { row, weight: value } => {
            Some(cell(weight.as_ref(), row, format!("the weight {value} is not above 0")))
        }
        &DesignError::Fpc { row, stage, fpc: value } => {
            Some(cell(fpc.get(stage - 1), row, format!("the fpc {value} is not above 0")))
        }
        &DesignError::FpcMixed { row, stage, fpc: value } => Some(cell(
            fpc.get(stage - 1),
            row,
            format!("the fpc {value} is a fraction, but others are sizes of populations"),
        )),
        DesignError::FpcDiffers { row, stage, stratum, first, second } => Some(cell(
            fpc.get(stage - 1),
            *row,
            format!("the fpc is {second}, but {first} in other rows of stratum {stratum}"),
        )),
        DesignError::FpcTooSmall { stage, stratum, population, sampled } => {
            let reason = format!(
                "stratum {stratum} has a population of {population}, but {sampled} were sampled"
            );
            of_stage(fpc, *stage).map(|column| AnalyseError::Sampling { column, reason })
        }
        DesignError::ClusterInTwoStrata { row, stage, cluster, first, second } => Some(cell(
            psu.get(stage - 1),
            *row,
            format!(
                "PSU {cluster} lies in the strata {first} and {second}; nest PSUs if they are \
                 numbered anew in each stratum"
            ),
        )),
        DesignError::LonelyPsu { stage, stratum } => {
            lonely(*stage, stratum, "; merge it, or remove, adjust or average lonely PSUs")
        }
        DesignError::NothingToAverage { stage, stratum } => {
            lonely(*stage, stratum, ", and so have all others, so there is no average")
        }
    }
    .unwrap_or(AnalyseError::Design(error))
}

/// Rows of the file instead of rows of the sample.
fn locate(error: WeightError, data: &Microdata, margins: &[Margin]) -> AnalyseError {
    let (name, row, cell, reason) = match error {
        WeightError::UnknownCell { margin, row, cell } => (margin, row, cell, "no cell"),
        WeightError::ZeroCell { margin, row, cell } => (margin, row, cell, "nobody in the cell"),
        error => return error.into(),
    };
    let margin = margins.iter().find(|margin| margin.name() == name);
    let columns = margin.map(|margin| margin.variables().join("”, “")).unwrap_or_default();
    data.cell(&columns, row, format!("margin {name} has {reason} {cell}"))
}

/// The columns of a linear calibration. Of every margin but the first one cell follows from the
/// rest, because all add up to the population.
fn auxiliaries(
    data: &Microdata,
    margins: &[Margin],
    variables: &[Vec<Labels>],
    totals: &[PopulationTotal],
) -> Result<Vec<Auxiliary>, AnalyseError> {
    let mut auxiliaries = Vec::new();
    for (margin, variables) in margins.iter().zip(variables) {
        let cells = Auxiliary::indicators(variables, margin)
            .map_err(|error| locate(error, data, margins))?;
        let follows = usize::from(!auxiliaries.is_empty());
        auxiliaries.extend(cells.into_iter().skip(follows));
    }
    for PopulationTotal { column, total } in totals {
        let values = numbers(data, column, "value")?;
        auxiliaries.push(Auxiliary { name: column.clone(), values, total: *total });
    }
    Ok(auxiliaries)
}

/// Weights as an import takes them: else sums and squares of them are no numbers any more.
fn weights(data: &Microdata, column: &str) -> Result<Vec<f64>, AnalyseError> {
    let weights = numbers(data, column, "weight")?;
    match weights.iter().position(|weight| *weight > 0.0 && Weight::new(*weight).is_err()) {
        Some(row) => Err(data.cell(column, row, InvalidSampling::Weight.to_string())),
        None => Ok(weights),
    }
}

/// The margin with the names that the cells have in the data.
fn spelled(data: &Microdata, margin: &Margin) -> Result<Margin, AnalyseError> {
    let names = margin.variables().iter().map(|column| data.names(column, &Missing::of_design()));
    let names: Vec<Names> = names.collect();
    let cells = margin.cells().iter().map(|MarginCell { names: written, total }| MarginCell {
        names: written.iter().zip(&names).map(|(written, names)| names.of(written)).collect(),
        total: *total,
    });
    let (name, version) = (margin.name(), margin.version());
    Ok(Margin::new(name, version, margin.variables().to_vec(), cells.collect())?)
}

fn names(data: &Microdata, column: &str, what: &str) -> Result<Labels, AnalyseError> {
    let labels = data.words(column, &Missing::of_design());
    match (0..labels.len()).find(|&row| labels.name_of(row).is_empty()) {
        Some(row) => Err(data.cell(column, row, format!("the {what} is missing"))),
        None => Ok(labels),
    }
}

fn numbers(data: &Microdata, column: &str, what: &str) -> Result<Vec<f64>, AnalyseError> {
    let numbers = data.numbers(column, &Missing::of_design())?;
    match numbers.iter().position(|number| number.is_nan()) {
        Some(row) => Err(data.cell(column, row, format!("the {what} is missing"))),
        None => Ok(numbers),
    }
}
