//! Scores of one node in all groups, with their covariances.

use survey_defs::analysis::{GroupLabel, Grouping};

use crate::estimate::{domains, sample};
use crate::groups::Groups;
use crate::influence::{Domain, Psu, Sample};
use crate::rollup::{Score, roll_up};
use crate::variance::covariances;
use crate::wave_totals::{FormTotals, WaveTotals};

/// The scores of one node in all groups and in the whole, with the covariances that follow from
/// groups sharing strata, sampling units and the whole. Nothing is suppressed or rounded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Covariances {
    /// The groups with a score, in printing order.
    pub(crate) groups: Vec<CovariedGroup>,
    /// The score of the whole (all forms that pass the filters).
    pub(crate) whole: f64,
    /// Its variance.
    pub(crate) whole_variance: f64,
    /// Covariances of groups, row by row, in the order of `groups`.
    pub(crate) covariance: Vec<Vec<f64>>,
    /// The covariance of each group with the whole.
    pub(crate) with_whole: Vec<f64>,
}

/// One group with its score.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CovariedGroup {
    pub(crate) label: GroupLabel,
    /// In percent.
    pub(crate) score: f64,
    /// Sampling units minus strata; where it is 0, the variance means nothing.
    pub(crate) df: u64,
}

/// The joint distribution of the scores of a node, a place among all nodes; none if the whole has
/// no score.
pub(crate) fn group_covariances(
    wave_totals: &WaveTotals<'_>,
    forms: &FormTotals<'_>,
    groups: &Groups,
    node: usize,
) -> Option<Covariances> {
    let method = wave_totals.request.method;
    let sample = sample(forms, method.definition().conversion);
    let score =
        |domain: &Domain| roll_up(&wave_totals.layout, method, &domain.sums).swap_remove(node);
    let city = Groups::of(wave_totals.request, Grouping::City);
    let whole_domain = domains(forms, &city).pop()?;
    let whole = score(&whole_domain)?;
    let mut statistics = vec![of_psus(sample, &whole_domain, &whole)];
    let mut found = Vec::new();
    for domain in domains(forms, groups) {
        if let Some(score) = score(&domain) {
            statistics.push(of_psus(sample, &domain, &score));
            let label = groups.label(domain.group);
            let df = sample.degrees_of_freedom(&domain);
            found.push(CovariedGroup { label, score: score.value, df });
        }
    }
    let mut covariance = covariances(&statistics, sample.keys.strata());
    let mut with_whole = covariance.remove(0);
    let whole_variance = with_whole.remove(0);
    for row in &mut covariance {
        row.remove(0);
    }
    Some(Covariances { groups: found, whole: whole.value, whole_variance, covariance, with_whole })
}

fn of_psus(sample: Sample<'_>, domain: &Domain, score: &Score) -> Vec<(Psu, f64)> {
    let influences = sample.influences(domain, &[Some(score)]);
    influences.psus.into_iter().zip(influences.values).collect()
}
