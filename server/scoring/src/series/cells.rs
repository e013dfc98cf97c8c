//! Scores of groups made of old units.

use std::collections::BTreeMap;

use rayon::prelude::*;
use statistics::disclosure::{Cause, Visibility};
use survey_defs::analysis::{GroupLabel, Precision, SeriesBounds, SeriesCell, Suppression};

use super::bounds::{Ranged, bounds};
use super::crosswalk::{Crosswalk, Part, Target};
use super::hidden;
use crate::ScoringError;
use crate::estimate::{domains, sample};
use crate::group_counts::GroupCounts;
use crate::groups::Groups;
use crate::influence::{Domain, Member, Sample};
use crate::output::rounded;
use crate::precision::{Observation, precision};
use crate::rollup::{Formula, Score, Sums, formula, roll_up};
use crate::suppress::suppression_mask;
use crate::wave_totals::{Answers, Scope, WaveTotals};

/// The groups of the answers, of which other groups are made.
pub(super) struct Cells<'a> {
    wave_totals: &'a WaveTotals<'a>,
    /// None where only level counts are known.
    sample: Option<Sample<'a>>,
    owns: BTreeMap<i32, Own>,
}

/// A group of the answers.
struct Own {
    label: GroupLabel,
    counted: GroupCounts,
    /// The sums of each item, with final weights.
    sums: Vec<Sums>,
    /// Empty where only level counts are known.
    members: Vec<Member>,
    /// What the ordinary table shows of each node.
    visible: Vec<Visibility>,
}

impl<'a> Cells<'a> {
    pub(super) fn of(
        wave_totals: &'a WaveTotals<'a>,
        groups: &Groups,
    ) -> Result<Self, ScoringError> {
        let mut mask = suppression_mask(wave_totals)?;
        let (sample, domains) = match &wave_totals.answers {
            Answers::Counts(_) => (None, Vec::new()),
            Answers::Forms(forms) => {
                let conversion = wave_totals.request.method.definition().conversion;
                (Some(sample(forms, conversion)), domains(forms, groups))
            }
        };
        let mut domains: BTreeMap<i32, Domain> =
            domains.into_iter().map(|domain| (domain.group, domain)).collect();
        let own = |(number, counted): (i32, GroupCounts)| {
            let label = groups.label(number);
            let (sums, members) = match domains.remove(&number) {
                Some(domain) => (domain.sums, domain.members),
                None => (counted.items.iter().map(Sums::of).collect(), Vec::new()),
            };
            let visible = mask.remove(&label.key).expect("all groups are judged");
            (number, Own { label, counted, sums, members, visible })
        };
        let owns = wave_totals.group_counts(groups, Scope::Filtered).into_iter().map(own).collect();
        Ok(Self { wave_totals, sample, owns })
    }

    /// The groups with their numbers, in printing order.
    pub(super) fn labels(&self) -> Vec<(i32, GroupLabel)> {
        self.owns.iter().map(|(number, own)| (*number, own.label.clone())).collect()
    }

    /// The cells of a node, a place among all nodes, for the groups of a day.
    pub(super) fn rows(&self, crosswalk: &Crosswalk, node: usize) -> Vec<(GroupLabel, SeriesCell)> {
        let row = |target: &Target| (target.label.clone(), self.cell(&target.parts, node));
        crosswalk.targets.par_iter().map(row).collect()
    }

    fn cell(&self, parts: &[Part], node: usize) -> SeriesCell {
        let answering: Vec<Part> =
            parts.iter().copied().filter(|part| self.n(part, node) > 0).collect();
        let n = answering.iter().map(|part| self.n(part, node)).sum();
        if let Some(reason) = self.suppression(&answering, n, node) {
            return hidden(reason);
        }
        let method = self.wave_totals.request.method;
        let rounding = method.definition().rounding;
        let domain = self.domain(parts);
        let score = roll_up(&self.wave_totals.layout, method, &domain.sums).swap_remove(node);
        let precision = score.as_ref().and_then(|score| self.precision(&domain, score, n));
        SeriesCell {
            n: Some(n),
            score: score.map(|score| rounding.round(score.value)),
            precision: precision.map(|precision| rounded(precision, rounding)),
            bounds: self.bounds(&answering, node).map(|SeriesBounds { low, high }| SeriesBounds {
                low: rounding.round(low),
                high: rounding.round(high),
            }),
            assumed: self.assumed(&answering, node),
            caution: n < self.wave_totals.request.disclosure.caution_n,
            suppressed: None,
        }
    }

    fn n(&self, part: &Part, node: usize) -> u64 {
        self.owns[&part.group].counted.respondents[node]
    }

    /// Why nothing is shown: something that the score is made of is hidden itself, so that the
    /// score would give it away.
    fn suppression(&self, answering: &[Part], n: u64, node: usize) -> Option<Suppression> {
        let cause = |part: &Part, node: usize| match self.owns[&part.group].visible[node] {
            Visibility::Hidden(cause) if self.n(part, node) > 0 => Some(cause),
            Visibility::Hidden(_) | Visibility::CountsHidden(_) | Visibility::Shown => None,
        };
        match answering {
            [] => Some(Suppression::TooFew),
            // Whatever the share, this is the score of the group itself.
            [alone] => cause(alone, node).map(|cause| match cause {
                Cause::Primary => Suppression::TooFew,
                Cause::Complementary => Suppression::Complementary,
            }),
            several => {
                let nodes = self.ingredients(node);
                let is_hidden = |part| nodes.iter().any(|node| cause(part, *node).is_some());
                several.iter().any(is_hidden).then(|| {
                    let is_small = n < self.wave_totals.request.disclosure.min_n;
                    if is_small { Suppression::TooFew } else { Suppression::Complementary }
                })
            }
        }
    }

    /// The nodes of groups from which the score of a node in their union could be computed: the
    /// node itself where answers are pooled, its items as well where their scores are averaged.
    fn ingredients(&self, node: usize) -> Vec<usize> {
        let layout = &self.wave_totals.layout;
        let is_item = |place: &usize| {
            !layout.inner.contains(place)
                && layout.below[*place].iter().all(|item| layout.below[node].contains(item))
        };
        match formula(layout, self.wave_totals.request.method, node) {
            Formula::Pooled(_) => vec![node],
            Formula::Mean(_) | Formula::MeanOfMeans(_) | Formula::WeightedMean(_) => {
                let items = (0..layout.nodes.len()).filter(is_item);
                items.chain([node]).collect()
            }
        }
    }

    /// The parts taken together, each form weighing its weight × the share of its unit.
    fn domain(&self, parts: &[Part]) -> Domain {
        let mut sums = vec![Sums::default(); self.wave_totals.layout.items.len()];
        let mut members = Vec::new();
        for part in parts {
            let own = &self.owns[&part.group];
            for (sum, of_own) in sums.iter_mut().zip(&own.sums) {
                sum.add(*of_own, part.stated);
            }
            let share = |member: &Member| Member { share: part.stated, ..*member };
            members.extend(own.members.iter().map(share));
        }
        Domain { group: 0, members, sums }
    }

    fn precision(&self, domain: &Domain, score: &Score, n: u64) -> Option<Precision> {
        let sample = self.sample?;
        let df = sample.degrees_of_freedom(domain);
        if df == 0 {
            return None;
        }
        let variance = sample.variances(domain, &[Some(score)])[0];
        let observation = Observation { value: score.value, variance, df, n, srs_variance: None };
        precision(sample.conversion, observation)
    }

    /// None where nothing is assumed.
    fn bounds(&self, answering: &[Part], node: usize) -> Option<SeriesBounds> {
        if answering.iter().all(Part::is_certain) {
            return None;
        }
        let ranged = |part: &Part| {
            let Part { least, most, .. } = *part;
            Ranged { sums: &self.owns[&part.group].sums, least, most }
        };
        let members: Vec<Ranged<'_>> = answering.iter().map(ranged).collect();
        bounds(&self.wave_totals.layout, self.wave_totals.request.method, &members, node)
    }

    /// The part of the weight of all answers that is only assumed to belong to the group.
    fn assumed(&self, answering: &[Part], node: usize) -> f64 {
        let items = &self.wave_totals.layout.below[node];
        let weight = |part: &Part| {
            let sums = &self.owns[&part.group].sums;
            part.stated * items.iter().map(|item| sums[*item].weight).sum::<f64>()
        };
        let all: f64 = answering.iter().map(weight).sum();
        let uncertain = answering.iter().filter(|part| !part.is_certain());
        // Not `sum`, which is −0 over nothing.
        let assumed = uncertain.map(weight).fold(0.0, |sum, weight| sum + weight) / all;
        // Four digits are more than an assumption deserves.
        (assumed * 1e4).round() / 1e4
    }
}
