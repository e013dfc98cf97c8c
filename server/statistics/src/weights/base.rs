//! Computes base weights from a sample plan.

use super::WeightError;
use super::sum::check_rows;

/// One stage of a sample plan, one entry for each row: how many units the row's stratum (or parent
/// cluster) has at this stage, and how many of them were drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanStage {
    /// Units in the population, at least as many as were drawn.
    pub population: Vec<f64>,
    /// Units drawn, more than 0.
    pub drawn: Vec<f64>,
}

/// Base weights of equal-probability draws: for each row the product of N / n over the stages, the
/// reciprocal of its inclusion probability (Horvitz & Thompson 1952). A census stage has N = n.
///
/// # Errors
/// [`WeightError::NoStage`], [`WeightError::Rows`], [`WeightError::Plan`].
pub fn base_weights(stages: &[PlanStage]) -> Result<Vec<f64>, WeightError> {
    let rows = stages.first().ok_or(WeightError::NoStage)?.population.len();
    let mut weights = vec![1.0; rows];
    for (stage, PlanStage { population, drawn }) in stages.iter().enumerate() {
        check_rows(&format!("population of stage {}", stage + 1), rows, population.len())?;
        check_rows(&format!("drawn of stage {}", stage + 1), rows, drawn.len())?;
        for (row, weight) in weights.iter_mut().enumerate() {
            let (population, drawn) = (population[row], drawn[row]);
            if !(population.is_finite() && drawn > 0.0 && drawn <= population) {
                return Err(WeightError::Plan { row, stage, population, drawn });
            }
            *weight *= population / drawn;
        }
    }
    Ok(weights)
}
