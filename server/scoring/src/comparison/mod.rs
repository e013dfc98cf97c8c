//! Groups against the whole, each other, targets and an earlier time.
//!
//! [`compare`] answers with a [`ComparisonTable`] of verdicts, each of which allows for the
//! precision of the scores and for the number of comparisons. What is shown of scores is what
//! [`score`](crate::score) shows: a group whose score is suppressed takes no part.
//!
//! | verdict | test | level |
//! | --- | --- | --- |
//! | tier | Student's t of group minus whole, with the covariance of the two | Holm over groups |
//! | ranks | t tests of all pairs, with covariances | Holm over pairs |
//! | funnel | limits of chance and over-dispersion around the whole | one group each |
//! | target | interval of score minus target | Bonferroni over groups with a target |
//! | change | t test of now minus before | Holm over groups |
//!
//! The methods and their sources stand with [`statistics::compare`].

mod against_whole;
mod against_target;
mod breaks;
mod error;
mod over_time;
mod request;
mod round;
mod compared_wave;
mod table;

pub use self::error::ComparisonError;
pub use self::request::{ComparisonRequest, TargetChoice};

use survey_defs::analysis::{ComparisonTable, Grouping};

use self::compared_wave::ComparedWave;
use self::over_time::BeforeAndAfter;
use self::table::table;
use crate::wave_totals::WaveTotals;
use crate::{Data, Request, Uncertainty};

/// Compares the groups of a wave.
///
/// Groups stand in the order of [`score`](crate::score) and are matched over time by their keys.
/// A group without a standard error, or with one of 0, may have any rank and gets no other verdict.
///
/// # Errors
/// [`ComparisonError`], whose variants say what to change in the request.
pub fn compare(request: &ComparisonRequest<'_>) -> Result<ComparisonTable, ComparisonError> {
    check(request)?;
    let now = Request { uncertainty: Uncertainty::DesignEffects, ..request.now.clone() };
    let before = request.before.as_ref().map(|before| Request {
        by: now.by,
        method: now.method,
        uncertainty: Uncertainty::StandardErrors,
        ..before.clone()
    });
    let wave_totals = WaveTotals::of(&now)?;
    let compared = ComparedWave::of(&wave_totals, &request.node)?;
    let before = before.as_ref().map(WaveTotals::of).transpose()?;
    let before = before
        .as_ref()
        .map(|wave_totals| ComparedWave::of(wave_totals, &request.node))
        .transpose()?;
    let times = before.as_ref().map(|before| BeforeAndAfter { now: &compared, before });
    table(request, &compared, times.as_ref())
}

fn check(request: &ComparisonRequest<'_>) -> Result<(), ComparisonError> {
    let ComparisonRequest { now, before, node: _, targets, alpha } = request;
    match now.by {
        Grouping::District | Grouping::Ward | Grouping::Agency | Grouping::Branch => {}
        Grouping::City | Grouping::Month => return Err(ComparisonError::NotUnits(now.by)),
    }
    if !(*alpha > 0.0 && *alpha < 0.5) {
        return Err(ComparisonError::Alpha(*alpha));
    }
    match targets {
        TargetChoice::Same(value) if !(0.0..=100.0).contains(value) => {
            return Err(ComparisonError::Target(*value));
        }
        TargetChoice::Same(_) | TargetChoice::Plans(_) => {}
    }
    for one in [Some(now), before.as_ref()].into_iter().flatten() {
        match one.data {
            Data::Counts(_) => {
                return Err(ComparisonError::NoStandardErrors(one.wave.id.clone()));
            }
            Data::Forms(_) => {}
        }
    }
    let Some(before) = before else {
        return Ok(());
    };
    if now.wave.population != before.wave.population {
        let (now, before) = (now.wave.id.clone(), before.wave.id.clone());
        return Err(ComparisonError::OtherPopulation { now, before });
    }
    if now.wave.id == before.wave.id && now.filters == before.filters {
        return Err(ComparisonError::SameAnswers);
    }
    Ok(())
}
