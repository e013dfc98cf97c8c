//! Describes how rows were drawn and what they weigh: strata, clusters, stages, finite populations.

mod error;
mod stage;
mod variance;

use std::sync::Arc;

pub use error::DesignError;

use crate::Labels;
use crate::weights::Adjustment;
pub(crate) use stage::id;
use stage::{FpcUnit, IdIndex, Source, Stage, stratum_name};
use variance::Influences;

/// How rows were drawn and what they weigh.
///
/// Equals R's `svydesign(ids, strata, fpc, weights, nest)`. Copies share what does not change with
/// the weights.
#[derive(Debug, Clone)]
pub struct Design {
    sampling: Arc<Sampling>,
    weights: Vec<f64>,
    adjustments: Vec<Adjustment>,
}

/// What a design is made of, one entry per row in each column.
#[derive(Debug, Clone)]
pub struct Columns {
    /// Number of rows.
    pub rows: usize,
    /// Weights, each greater than 0; where absent they follow from the finite populations of all
    /// stages, as in R, and are 1 where a stage has none.
    pub weights: Option<Vec<f64>>,
    /// From the first stage to the last; empty: every row was drawn by itself.
    pub stages: Vec<StageColumns>,
    /// What happens to a stratum with one PSU.
    pub lonely: LonelyPsu,
    /// Whether clusters are numbered anew in each stratum.
    pub nesting: Nesting,
}

/// One stage of sampling. Strata and clusters of a later stage lie in a cluster of the stage
/// before: the same label in another one is another stratum or cluster.
#[derive(Debug, Clone, Default)]
pub struct StageColumns {
    /// Strata; absent: one stratum.
    pub strata: Option<Labels>,
    /// Clusters; absent: every row is its own.
    pub clusters: Option<Labels>,
    /// For each row either the number of clusters in its stratum's population or the fraction of
    /// them that was drawn, the same way at all stages: fractions where no value of the design is
    /// above 1, else sizes. Absent: drawn with replacement, and later stages do not matter.
    pub fpc: Option<Vec<f64>>,
}

/// The first stage of a design as replicate weights need it: which rows belong together, and in
/// which stratum they were drawn.
///
/// PSUs (primary sampling units) and strata are numbered from 0 without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Psus {
    /// For each PSU its stratum, a place in `strata`.
    pub stratum_of_psu: Vec<u32>,
    /// For each row its PSU, a place in `stratum_of_psu`.
    pub psu_of_row: Vec<u32>,
    /// For each stratum the number of PSUs in its population, infinite for a stratum that was drawn
    /// with replacement; absent: all were.
    pub population_of_stratum: Option<Vec<f64>>,
    /// The names of strata, for messages; a design without strata has one.
    pub strata: Vec<String>,
}

/// What happens to a stratum with one PSU: R's `options(survey.lonely.psu=…)`.
///
/// It holds at every stage, for strata in which a row of the domain lies, and not for those that
/// were drawn completely: they contribute nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LonelyPsu {
    /// An error that names the stratum.
    #[default]
    Fail,
    /// It contributes nothing.
    Remove,
    /// It is centred at the mean of the whole instead of its own.
    Adjust,
    /// It gets the average contribution of the other strata, at later stages of those in the same
    /// cluster.
    Average,
}

/// How clusters are labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nesting {
    /// A label means the same cluster everywhere; in two strata it is an error.
    #[default]
    Unique,
    /// Labels are numbered anew in each stratum: R's `nest = TRUE`.
    WithinStrata,
}

/// The part of a design that adjusted weights leave as it is.
#[derive(Debug)]
struct Sampling {
    /// At least one; kept for the names of strata and clusters, so without their fpc.
    columns: Vec<StageColumns>,
    stages: Vec<Stage>,
    /// Up to the first stage that was drawn with replacement.
    counting_stages: usize,
    lonely: LonelyPsu,
}

impl Design {
    /// Checks the columns and numbers strata and clusters.
    pub fn new(columns: Columns) -> Result<Self, DesignError> {
        let Columns { rows, weights, mut stages, lonely, nesting } = columns;
        if rows == 0 {
            return Err(DesignError::NoRows);
        }
        if stages.is_empty() {
            stages.push(StageColumns::default());
        }
        check_lengths(rows, weights.as_deref(), &stages)?;
        let invalid = |weight: f64| !(weight.is_finite() && weight > 0.0);
        if let Some(row) = weights.iter().flatten().position(|&weight| invalid(weight)) {
            let weight = weights.map_or(f64::NAN, |weights| weights[row]);
            return Err(DesignError::Weight { row, weight });
        }

        let unit = FpcUnit::of(&stages)?;
        let mut built: Vec<Stage> = Vec::with_capacity(stages.len());
        for number in 1..=stages.len() {
            let columns = &stages[..number];
            let stage = Source { columns, above: built.last(), rows, nesting, unit }.build()?;
            built.push(stage);
        }
        let weights = weights.unwrap_or_else(|| weights_from_fpc(rows, &built));
        let replaced = stages.iter().position(|stage| stage.fpc.is_none());
        let counting_stages = replaced.map_or(stages.len(), |place| place + 1);
        for columns in &mut stages {
            columns.fpc = None;
        }
        let sampling = Sampling { columns: stages, stages: built, counting_stages, lonely };
        Ok(Self { sampling: Arc::new(sampling), weights, adjustments: Vec::new() })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.weights.len()
    }

    /// Current weights, one for each row.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The same rows with other weights, and the projection that variances must respect. The
    /// weights are those of an adjustment of this design, one for each row.
    #[must_use]
    pub fn adjusted(mut self, weights: Vec<f64>, adjustment: Adjustment) -> Self {
        assert_eq!(weights.len(), self.rows(), "an adjustment keeps the rows");
        self.weights = weights;
        self.adjustments.push(adjustment);
        self
    }

    /// Strata and PSUs of the first stage.
    pub fn psus(&self) -> Psus {
        let stage = &self.sampling.stages[0];
        let columns = &self.sampling.columns[..1];
        Psus {
            stratum_of_psu: stage.stratum_of_unit.clone(),
            psu_of_row: stage.unit_of_row.clone(),
            population_of_stratum: stage.strata.iter().map(|stratum| stratum.population).collect(),
            strata: (stage.strata.iter())
                .map(|stratum| stratum_name(columns, stratum.first_row))
                .collect(),
        }
    }

    /// Covariance matrix, row by row, of statistics given by their influences: for each statistic
    /// one value per row, its derivative by the row's weight (0 outside the domain). Weights are
    /// multiplied and adjustments projected here.
    ///
    /// The estimator of stratified multistage sampling: within each stratum
    /// n/(n−1) · (1−n/N) · Σ(tᵢ−t̄)² over cluster totals, plus the sampling fraction times the same
    /// for the next stage within each cluster (Särndal, Swensson & Wretman 1992, chapter 4.3).
    /// Equals R survey's `svyrecvar`. Clusters of the sample without a row in the domain count
    /// with a total of 0. Strata in which all influences are 0 are never lonely.
    ///
    /// # Errors
    /// An influence list of the wrong length or with a value that is not finite, and what
    /// [`LonelyPsu`] refuses.
    pub fn covariance(&self, influences: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, DesignError> {
        for (statistic, values) in influences.iter().enumerate() {
            check_length(self.rows(), values.len(), || format!("influences {statistic}"))?;
            if let Some(row) = values.iter().position(|value| !value.is_finite()) {
                return Err(DesignError::Influence { statistic, row, influence: values[row] });
            }
        }
        if influences.is_empty() {
            return Ok(Vec::new());
        }
        let occurs = |row: &u32| influences.iter().any(|values| values[*row as usize] != 0.0);
        let rows: Vec<u32> = (0..id(self.rows())).filter(occurs).collect();
        let pick = |values: &Vec<f64>| rows.iter().map(|&row| values[row as usize]).collect();
        let matrix = self.covariance_at(&rows, influences.iter().map(pick).collect())?;
        Ok(matrix.chunks_exact(influences.len()).map(<[f64]>::to_vec).collect())
    }

    /// Distinct PSUs minus distinct first-stage strata among the selected rows whose weight is not
    /// 0: R survey's `degf(subset(design, selected))`.
    pub fn degrees_of_freedom(&self, selected: &[bool]) -> u64 {
        let rows = (0..id(self.rows())).zip(selected);
        self.degrees_of_freedom_at(rows.filter(|(_, selected)| **selected).map(|(row, _)| row))
    }

    /// The same for a list of rows, none of them twice.
    pub(crate) fn degrees_of_freedom_at(&self, rows: impl Iterator<Item = u32>) -> u64 {
        let stage = &self.sampling.stages[0];
        let units = stage.units_of(rows.filter(|&row| self.weights[row as usize] != 0.0));
        let mut strata = IdIndex::new(stage.strata.len());
        for &unit in &units {
            strata.position(stage.stratum_of_unit[unit as usize]);
        }
        u64::from(id(units.len() - strata.ids.len()))
    }

    /// The covariance matrix in one list, of statistics whose influences are given along a list of
    /// rows. Without adjustments the cost follows the number of those rows; an adjustment moves
    /// part of an influence to other rows, so that all of them count.
    pub(crate) fn covariance_at(
        &self,
        rows: &[u32],
        mut influences: Vec<Vec<f64>>,
    ) -> Result<Vec<f64>, DesignError> {
        for values in &mut influences {
            for (value, &row) in values.iter_mut().zip(rows) {
                *value *= self.weights[row as usize];
            }
        }
        let matrix = if self.adjustments.is_empty() {
            self.sampling.covariance(Influences { rows, columns: &influences })?
        } else {
            let columns: Vec<Vec<f64>> =
                influences.iter().map(|values| self.projected(rows, values)).collect();
            let rows: Vec<u32> = (0..id(self.rows())).collect();
            self.sampling.covariance(Influences { rows: &rows, columns: &columns })?
        };
        if matrix.iter().all(|value| value.is_finite()) {
            Ok(matrix)
        } else {
            Err(DesignError::Overflow)
        }
    }

    fn projected(&self, rows: &[u32], weighted: &[f64]) -> Vec<f64> {
        let mut full = vec![0.0; self.rows()];
        for (&row, &value) in rows.iter().zip(weighted) {
            full[row as usize] = value;
        }
        for adjustment in &self.adjustments {
            adjustment.project(&mut full);
        }
        full
    }
}

/// Inverse inclusion probabilities: the product over stages of population by sample.
fn weights_from_fpc(rows: usize, stages: &[Stage]) -> Vec<f64> {
    let inverse_fraction = |stage: &Stage, row: usize| {
        let unit = stage.unit_of_row[row] as usize;
        let stratum = &stage.strata[stage.stratum_of_unit[unit] as usize];
        stratum.population.map(|population| population / f64::from(stratum.units))
    };
    let weight =
        |row| -> Option<f64> { stages.iter().map(|stage| inverse_fraction(stage, row)).product() };
    (0..rows).map(|row| weight(row).unwrap_or(1.0)).collect()
}

fn check_lengths(
    rows: usize,
    weights: Option<&[f64]>,
    stages: &[StageColumns],
) -> Result<(), DesignError> {
    if let Some(weights) = weights {
        check_length(rows, weights.len(), || "weights".to_owned())?;
    }
    for (columns, stage) in stages.iter().zip(1..) {
        let StageColumns { strata, clusters, fpc } = columns;
        if let Some(strata) = strata {
            check_length(rows, strata.len(), || format!("stage {stage} strata"))?;
        }
        if let Some(clusters) = clusters {
            check_length(rows, clusters.len(), || format!("stage {stage} clusters"))?;
        }
        if let Some(fpc) = fpc {
            check_length(rows, fpc.len(), || format!("stage {stage} fpc"))?;
        }
    }
    Ok(())
}

fn check_length(
    expected: usize,
    found: usize,
    column: impl Fn() -> String,
) -> Result<(), DesignError> {
    if found == expected {
        Ok(())
    } else {
        Err(DesignError::Length { column: column(), expected, found })
    }
}
