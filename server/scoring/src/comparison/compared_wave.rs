//! One node at one time.

use std::collections::HashMap;

use statistics::compare::{Groups as Comparable, Scores};
use survey_defs::analysis::{GroupKey, GroupLabel, Grouping, Precision, ScoreCell};
use survey_defs::score::Node;

use super::ComparisonError;
use crate::Request;
use crate::covariance::group_covariances;
use crate::estimate::{Estimate, estimate};
use crate::groups::Groups;
use crate::output::Printer;
use crate::suppress::suppression_mask;
use crate::wave_totals::{Answers, FormTotals, WaveTotals};

/// Below this, a variance of a score in percent is only rounding: all answers were the same.
const ROUNDING: f64 = 1e-18;

/// One node at one time: what may be shown of it, and what comparisons are computed from.
pub(super) struct ComparedWave<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) wave_totals: &'a WaveTotals<'a>,
    pub(super) forms: &'a FormTotals<'a>,
    /// The place of the node.
    pub(super) node: usize,
    /// All answers that pass the filters; none if there are none.
    pub(super) whole: Option<Member>,
    /// In printing order.
    pub(super) groups: Vec<Member>,
    /// Of the groups that show a score, their covariances, in the order of [`Self::shown`].
    covariance: Vec<Vec<f64>>,
    with_whole: Vec<f64>,
}

/// A group, or the whole.
pub(super) struct Member {
    pub(super) label: GroupLabel,
    /// What is printed.
    pub(super) cell: ScoreCell,
    /// What is computed with; none unless a score is printed.
    pub(super) exact: Option<Exact>,
}

/// A score that may be shown, not rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Exact {
    pub(super) value: f64,
    pub(super) n: u64,
    /// NaN where there is no standard error, or one of 0.
    pub(super) variance: f64,
    /// 0 where there is no standard error.
    pub(super) df: u64,
    pub(super) deff: Option<f64>,
}

impl<'a> ComparedWave<'a> {
    pub(super) fn of(
        wave_totals: &'a WaveTotals<'a>,
        node: &Node,
    ) -> Result<Self, ComparisonError> {
        let request = wave_totals.request;
        let Answers::Forms(forms) = &wave_totals.answers else {
            return Err(ComparisonError::NoStandardErrors(request.wave.id.clone()));
        };
        let place = wave_totals.layout.nodes.iter().position(|one| one == node);
        let place = place.ok_or_else(|| ComparisonError::UnknownNode {
            instrument: request.wave.instrument.clone(),
            node: node.clone(),
        })?;
        let groups = Groups::of(request, request.by);
        let printer = Printer {
            wave_totals,
            mask: suppression_mask(wave_totals)?,
            forms_per_dossier: HashMap::new(),
        };
        let member = |one| Member::of(&printer, one, place);
        let city = estimate(wave_totals, &Groups::of(request, Grouping::City))?;
        let mut compared = Self {
            request,
            wave_totals,
            forms,
            node: place,
            whole: city.into_iter().next().map(member),
            groups: estimate(wave_totals, &groups)?.into_iter().map(member).collect(),
            covariance: Vec::new(),
            with_whole: Vec::new(),
        };
        compared.relate(&groups);
        Ok(compared)
    }

    /// The groups that show a score.
    pub(super) fn shown(&self) -> impl Iterator<Item = (&Member, Exact)> {
        self.groups.iter().filter_map(|member| Some((member, member.exact?)))
    }

    /// The whole, if its score is shown.
    pub(super) fn whole(&self) -> Option<Exact> {
        self.whole.as_ref().and_then(|whole| whole.exact)
    }

    /// The groups that show a score, for comparisons.
    pub(super) fn comparable(&self) -> Result<Comparable, ComparisonError> {
        let exact: Vec<Exact> = self.shown().map(|(_, exact)| exact).collect();
        Ok(Comparable::new(Scores {
            values: exact.iter().map(|exact| exact.value).collect(),
            covariance: self.covariance.clone(),
            df: exact.iter().map(|exact| exact.df).collect(),
        })?)
    }

    /// The covariance of each group that shows a score with the whole.
    pub(super) fn with_whole(&self) -> &[f64] {
        &self.with_whole
    }

    /// Computes the covariances of the groups that show a score.
    fn relate(&mut self, groups: &Groups) {
        let Some(joint) = group_covariances(self.wave_totals, self.forms, groups, self.node) else {
            return;
        };
        let places: HashMap<&GroupKey, usize> =
            joint.groups.iter().map(|group| &group.label.key).zip(0..).collect();
        let shown: Vec<(usize, Exact)> =
            self.shown().map(|(member, exact)| (places[&member.label.key], exact)).collect();
        let row = |(one, exact): &(usize, Exact)| {
            let covariance = |(other, _): &(usize, Exact)| {
                if one == other { exact.variance } else { joint.covariance[*one][*other] }
            };
            shown.iter().map(covariance).collect()
        };
        self.covariance = shown.iter().map(row).collect();
        self.with_whole = shown.iter().map(|(place, _)| joint.with_whole[*place]).collect();
    }
}

impl Member {
    fn of(printer: &Printer<'_>, estimate: Estimate, node: usize) -> Self {
        let Estimate { group, mut scores, mut precision } = estimate;
        let (score, precision) = (scores.swap_remove(node), precision.swap_remove(node));
        let cell = printer.cell(&score, precision, printer.mask[&group.key][node]);
        let exact = score.score.filter(|_| cell.suppressed.is_none());
        let exact = exact.map(|value| Exact::of(value, score.n, precision));
        Self { label: group, cell, exact }
    }
}

impl Exact {
    fn of(value: f64, n: u64, precision: Option<Precision>) -> Self {
        let known = precision.filter(|precision| precision.se.powi(2) > ROUNDING);
        Self {
            value,
            n,
            variance: known.map_or(f64::NAN, |precision| precision.se.powi(2)),
            df: known.map_or(0, |precision| precision.df),
            deff: known.and_then(|precision| precision.deff).filter(|deff| *deff > 0.0),
        }
    }

    /// By itself, for a comparison that is the only one.
    pub(super) fn alone(self) -> Result<Comparable, ComparisonError> {
        let Self { value, variance, df, .. } = self;
        let covariance = vec![vec![variance]];
        Ok(Comparable::new(Scores { values: vec![value], covariance, df: vec![df] })?)
    }
}
