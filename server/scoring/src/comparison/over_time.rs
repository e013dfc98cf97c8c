//! Changes.

use std::collections::{BTreeMap, HashMap, HashSet};

use statistics::compare::{
    Change, Dependence as Assumed, Groups as Comparable, Scores, Waves, change,
};
use survey_defs::analysis::{
    Before, ChangeResult, ChangeVerdict, ChangedStatement, Dependence, GroupKey, GroupLabel,
    Grouping,
};
use survey_defs::score::Node;

use super::ComparisonError;
use super::breaks::breaks;
use super::compared_wave::{ComparedWave, Exact};
use super::round::{Printed, p_value};
use crate::estimate::{domains, sample};
use crate::groups::Groups;
use crate::influence::Psu;
use crate::provenance::provenance;
use crate::rollup::roll_up;
use crate::statements::{are_broken, changed_statements};
use crate::variance::covariances;

/// One node at two times.
pub(super) struct BeforeAndAfter<'a> {
    pub(super) now: &'a ComparedWave<'a>,
    pub(super) before: &'a ComparedWave<'a>,
}

/// A score before and now, each with what sampling units contribute to it, if that matters.
struct Pair {
    before: Exact,
    now: Exact,
    covariance: f64,
}

impl BeforeAndAfter<'_> {
    /// What is compared with.
    pub(super) fn summary(&self) -> Result<Before, ComparisonError> {
        let ComparedWave { wave_totals, .. } = self.before;
        let statements = self.statements();
        Ok(Before {
            provenance: provenance(wave_totals),
            dependence: if self.are_shared() {
                Dependence::Shared
            } else {
                Dependence::Independent
            },
            breaks: breaks(self, &statements)?,
            statements,
            gone: self.gone(),
        })
    }

    /// The change of each group that shows a score now, by its key.
    pub(super) fn of_groups(
        &self,
        alpha: f64,
        printed: Printed,
    ) -> Result<HashMap<GroupKey, ChangeResult>, ComparisonError> {
        if self.is_other_statement() {
            return Ok(HashMap::new());
        }
        let earlier: HashMap<&GroupKey, Exact> =
            self.before.shown().map(|(member, exact)| (&member.label.key, exact)).collect();
        let covariances = self.covariances(self.now.request.by);
        let matched = self.now.shown().filter_map(|(member, now)| {
            let key = &member.label.key;
            let covariance = covariances.get(key).copied().unwrap_or(0.0);
            Some((key, Pair { before: *earlier.get(key)?, now, covariance }))
        });
        let (keys, pairs): (Vec<&GroupKey>, Vec<Pair>) = matched.unzip();
        let changes = self.changes(&pairs, alpha)?;
        let results = keys.into_iter().zip(changes).zip(pairs);
        let result = |((key, change), pair): ((&GroupKey, Change), Pair)| {
            Some((key.clone(), result(change, pair.before, printed)?))
        };
        Ok(results.filter_map(result).collect())
    }

    /// The change of the whole.
    pub(super) fn of_whole(
        &self,
        alpha: f64,
        printed: Printed,
    ) -> Result<Option<ChangeResult>, ComparisonError> {
        let (Some(before), Some(now)) = (self.before.whole(), self.now.whole()) else {
            return Ok(None);
        };
        if self.is_other_statement() {
            return Ok(None);
        }
        let covariance = self.covariances(Grouping::City).into_values().next().unwrap_or(0.0);
        let changes = self.changes(&[Pair { before, now, covariance }], alpha)?;
        Ok(changes.into_iter().find_map(|change| result(change, before, printed)))
    }

    fn statements(&self) -> Vec<ChangedStatement> {
        let (before, now) = (self.before.request.data, self.now.request.data);
        changed_statements(before.instrument(), now.instrument(), self.node())
    }

    fn node(&self) -> &Node {
        &self.now.wave_totals.layout.nodes[self.now.node]
    }

    /// Whether the node is one statement that does not continue: a verdict on its change would be
    /// one on the change of the question. Roll-ups are compared, with the break beside them.
    fn is_other_statement(&self) -> bool {
        match self.node() {
            Node::Item(_) => are_broken(&self.statements()),
            Node::Overall | Node::Content(_) | Node::Factor(_) => false,
        }
    }

    /// Both on the same forms, whose sampling units have the same numbers.
    fn are_shared(&self) -> bool {
        std::ptr::eq(self.now.forms.forms, self.before.forms.forms)
    }

    fn changes(&self, pairs: &[Pair], alpha: f64) -> Result<Vec<Change>, ComparisonError> {
        let (earlier, later) = (each(pairs, |pair| pair.before)?, each(pairs, |pair| pair.now)?);
        let covariances: Vec<f64> = pairs.iter().map(|pair| pair.covariance).collect();
        let dependence = if self.are_shared() {
            Assumed::Covariances(&covariances)
        } else {
            Assumed::Independent
        };
        Ok(change(Waves { earlier: &earlier, later: &later, dependence }, alpha)?)
    }

    /// The covariance of the scores before and now of each group with answers at both times, by its
    /// key, where the two share sampling units; else nothing.
    fn covariances(&self, by: Grouping) -> HashMap<GroupKey, f64> {
        if !self.are_shared() {
            return HashMap::new();
        }
        let before = influences(self.before, by);
        let strata = self.now.forms.forms.keys().strata();
        let pair = |(key, now)| {
            let both = [before.get(&key)?.clone(), now];
            Some((key, covariances(&both, strata)[0][1]))
        };
        influences(self.now, by).into_iter().filter_map(pair).collect()
    }

    fn gone(&self) -> Vec<GroupLabel> {
        let now: HashSet<&GroupKey> =
            self.now.groups.iter().map(|member| &member.label.key).collect();
        let earlier = self.before.groups.iter().map(|member| &member.label);
        earlier.filter(|label| !now.contains(&label.key)).cloned().collect()
    }
}

/// What each sampling unit contributes to the score of each group, by the key of the group.
fn influences(compared: &ComparedWave<'_>, by: Grouping) -> BTreeMap<GroupKey, Vec<(Psu, f64)>> {
    let method = compared.request.method;
    let sample = sample(compared.forms, method.definition().conversion);
    let groups = Groups::of(compared.request, by);
    let of_domain = |domain: crate::influence::Domain| {
        let score = roll_up(&compared.wave_totals.layout, method, &domain.sums)
            .swap_remove(compared.node)?;
        let influences = sample.influences(&domain, &[Some(&score)]);
        let of_psus = influences.psus.into_iter().zip(influences.values).collect();
        Some((groups.label(domain.group).key, of_psus))
    };
    domains(compared.forms, &groups).into_iter().filter_map(of_domain).collect()
}

/// One score of each pair; a change needs no covariances between pairs.
fn each(pairs: &[Pair], one: impl Fn(&Pair) -> Exact) -> Result<Comparable, ComparisonError> {
    let exact: Vec<Exact> = pairs.iter().map(one).collect();
    let mut covariance = vec![vec![0.0; exact.len()]; exact.len()];
    for (place, exact) in exact.iter().enumerate() {
        covariance[place][place] = exact.variance;
    }
    Ok(Comparable::new(Scores {
        values: exact.iter().map(|exact| exact.value).collect(),
        covariance,
        df: exact.iter().map(|exact| exact.df).collect(),
    })?)
}

fn result(change: Change, before: Exact, printed: Printed) -> Option<ChangeResult> {
    use statistics::compare::ChangeVerdict as Verdict;
    let verdict = match change.verdict {
        Verdict::Up => ChangeVerdict::Up,
        Verdict::Down => ChangeVerdict::Down,
        Verdict::NoChangeSeen => ChangeVerdict::NoChangeSeen,
        Verdict::NotEstimable => return None,
    };
    let (difference, (low, high)) = (change.difference?, change.interval?);
    Some(ChangeResult {
        verdict,
        before: printed.points(before.value),
        difference: printed.points(difference.value),
        se: printed.points(difference.se),
        ci_low: printed.points(low),
        ci_high: printed.points(high),
        adjusted_p: p_value(difference.adjusted_p),
    })
}
