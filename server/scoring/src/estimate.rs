//! Unrounded scores of all groups, with their precision.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;
use survey_defs::analysis::{GroupLabel, Precision};
use survey_defs::method::Conversion;
use survey_defs::score::NodeScore;

use crate::group_counts::GroupCounts;
use crate::groups::Groups;
use crate::index_layout::IndexLayout;
use crate::influence::{Domain, Member, Sample};
use crate::precision::{Observation, precision};
use crate::rollup::{Score, Sums, roll_up};
use crate::tally::{Domains, Slot, SrsVariance, srs_variance};
use crate::wave_totals::{Answers, FormTotals, Scope, WaveTotals};
use crate::{ScoringError, Uncertainty};

/// One group with its unrounded scores, of which nothing is suppressed yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) group: GroupLabel,
    /// One for each node of the instrument, in printing order.
    pub(crate) scores: Vec<NodeScore>,
    /// How precise each of them is, where that is known; not rounded.
    pub(crate) precision: Vec<Option<Precision>>,
}

/// Scores the groups to which at least one form or row of the filtered data belongs, in printing
/// order.
pub(crate) fn estimate(
    wave_totals: &WaveTotals<'_>,
    groups: &Groups,
) -> Result<Vec<Estimate>, ScoringError> {
    let counted = wave_totals.group_counts(groups, Scope::Filtered);
    match &wave_totals.answers {
        Answers::Counts(_) => Ok(of_counts(wave_totals, groups, &counted)),
        Answers::Forms(forms) => of_forms(wave_totals, forms, groups, &counted),
    }
}

fn of_counts(
    wave_totals: &WaveTotals<'_>,
    groups: &Groups,
    counted: &BTreeMap<i32, GroupCounts>,
) -> Vec<Estimate> {
    let layout = &wave_totals.layout;
    let estimate = |(number, counted): (&i32, &GroupCounts)| {
        let sums: Vec<Sums> = counted.items.iter().map(Sums::of).collect();
        let scores = roll_up(layout, wave_totals.request.method, &sums);
        Estimate {
            group: groups.label(*number),
            scores: node_scores(layout, counted, &scores),
            precision: vec![None; layout.nodes.len()],
        }
    };
    counted.iter().map(estimate).collect()
}

fn of_forms(
    wave_totals: &WaveTotals<'_>,
    forms: &FormTotals<'_>,
    groups: &Groups,
    counted: &BTreeMap<i32, GroupCounts>,
) -> Result<Vec<Estimate>, ScoringError> {
    let layout = &wave_totals.layout;
    let method = wave_totals.request.method;
    let domains = domains(forms, groups);
    let scores: Vec<Vec<Option<Score>>> =
        domains.iter().map(|domain| roll_up(layout, method, &domain.sums)).collect();
    let srs_variances = match wave_totals.request.uncertainty {
        Uncertainty::StandardErrors => None,
        Uncertainty::DesignEffects => {
            Some(srs_variances(wave_totals, forms, groups, (&domains, &scores))?)
        }
    };
    let sample = sample(forms, method.definition().conversion);
    let estimate = |place: usize| {
        let (domain, scores) = (&domains[place], &scores[place]);
        let counted = &counted[&domain.group];
        let srs_variances =
            srs_variances.as_ref().map(|srs_variances| srs_variances[place].as_slice());
        Estimate {
            group: groups.label(domain.group),
            scores: node_scores(layout, counted, scores),
            precision: precisions(sample, domain, scores, (counted, srs_variances)),
        }
    };
    Ok((0..domains.len()).into_par_iter().map(estimate).collect())
}

/// What influences on scores of the filtered forms are computed from.
pub(crate) fn sample<'a>(forms: &'a FormTotals<'_>, conversion: Conversion) -> Sample<'a> {
    Sample {
        keys: forms.forms.keys(),
        totals: forms.totals(Scope::Filtered),
        weighting: &forms.weighting,
        conversion,
    }
}

/// The domains of a grouping, in printing order of the groups.
pub(crate) fn domains(forms: &FormTotals<'_>, groups: &Groups) -> Vec<Domain> {
    let totals = forms.totals(Scope::Filtered);
    let mut domains: BTreeMap<i32, Domain> = BTreeMap::new();
    for (place, slot) in totals.sums.slots.list().iter().enumerate() {
        let unit = forms.forms.keys().place(slot.key).unit;
        let Some(group) = groups.group(Some(unit), Some(slot.month)) else {
            continue;
        };
        let domain = domains.entry(group).or_insert_with(|| {
            let sums = vec![Sums::default(); totals.items];
            Domain { group, members: Vec::new(), sums }
        });
        domain.members.push(Member { slot: place, share: 1.0 });
        let factor = forms.weighting.factors[slot.key as usize];
        for (sums, of_slot) in domain.sums.iter_mut().zip(totals.sums_of_slot(place)) {
            sums.add(of_slot, factor);
        }
    }
    domains.into_values().collect()
}

fn srs_variances(
    wave_totals: &WaveTotals<'_>,
    forms: &FormTotals<'_>,
    groups: &Groups,
    (domains, scores): (&[Domain], &[Vec<Option<Score>>]),
) -> Result<Vec<Vec<SrsVariance>>, ScoringError> {
    let places: HashMap<i32, usize> = domains.iter().map(|domain| domain.group).zip(0..).collect();
    let of = |slot: Slot| {
        let unit = forms.forms.keys().place(slot.key).unit;
        groups.group(Some(unit), Some(slot.month)).map(|group| places[&group])
    };
    let domains = Domains { of: &of, factors: &forms.weighting.factors, scores };
    srs_variance(
        forms.forms,
        &wave_totals.layout,
        &wave_totals.request.filters,
        wave_totals.request.method,
        &domains,
    )
}

fn node_scores(
    layout: &IndexLayout,
    counted: &GroupCounts,
    scores: &[Option<Score>],
) -> Vec<NodeScore> {
    let node_score = |(node, score): (usize, &Option<Score>)| NodeScore {
        node: layout.nodes[node].clone(),
        n: counted.respondents[node],
        counts: counted.counts(layout, node),
        score: score.as_ref().map(|score| score.value),
    };
    scores.iter().enumerate().map(node_score).collect()
}

fn precisions(
    sample: Sample<'_>,
    domain: &Domain,
    scores: &[Option<Score>],
    (counted, srs_variances): (&GroupCounts, Option<&[SrsVariance]>),
) -> Vec<Option<Precision>> {
    let df = sample.degrees_of_freedom(domain);
    if df == 0 {
        return vec![None; scores.len()];
    }
    let scores: Vec<Option<&Score>> = scores.iter().map(Option::as_ref).collect();
    let variances = sample.variances(domain, &scores);
    let of_node = |node: usize| {
        let observation = Observation {
            value: scores[node]?.value,
            variance: variances[node],
            df,
            n: counted.respondents[node],
            srs_variance: srs_variances.map(|srs_variances| srs_variances[node]),
        };
        precision(sample.conversion, observation)
    };
    (0..scores.len()).map(of_node).collect()
}
