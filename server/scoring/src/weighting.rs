//! What each form weighs.

use std::collections::{BTreeMap, BTreeSet};

use survey_defs::analysis::DossierCells;
use survey_defs::dossiers::DossierCounts;
use survey_defs::ids::ProcedureGroup;
use survey_defs::unit::UnitKey;

use crate::ScoringError;
use crate::data::{Key, Keys};
use crate::tally::Totals;

/// What the forms of each key weigh in the end, and what that does to variances.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weighting {
    /// For each key a factor on the weights of its forms.
    pub(crate) factors: Vec<f64>,
    /// The post-strata, where known population counts are the reason for the factors.
    pub(crate) post_strata: Option<PostStrata>,
}

/// Sets of keys whose weights add up to known numbers of dossiers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PostStrata {
    /// For each key its post-stratum.
    pub(crate) of_key: Vec<usize>,
    /// For each key its share in the weight of its post-stratum, over all forms of the wave.
    pub(crate) shares: Vec<f64>,
    /// For each post-stratum its keys.
    pub(crate) keys: Vec<Vec<u32>>,
    /// What tells them apart.
    pub(crate) cells: DossierCells,
}

impl Weighting {
    /// Forms weigh what the sample plan says, or 1.
    pub(crate) fn by_design(keys: &Keys) -> Self {
        Self { factors: vec![1.0; keys.list().len()], post_strata: None }
    }

    /// Post-stratification: the forms of each unit and procedure group stand for the dossiers
    /// handled there (R survey `postStratify`; Särndal, Swensson & Wretman 1992, 7.6).
    ///
    /// A unit of which some form or some count has no group is one post-stratum. `all` are the
    /// totals of the wave without any filter, because weights belong to the wave.
    ///
    /// # Errors
    /// [`ScoringError::UnknownPostStratum`] for forms to which the counts know no dossier.
    pub(crate) fn by_dossiers(
        keys: &Keys,
        all: &Totals,
        dossiers: &DossierCounts,
    ) -> Result<Self, ScoringError> {
        let units = by_unit(dossiers);
        let ungrouped: BTreeSet<&UnitKey> = keys
            .list()
            .iter()
            .filter(|key| key.procedure_group.is_none())
            .map(|key| &key.unit)
            .collect();
        let mut key_weights = vec![0.0; keys.list().len()];
        for (slot, weight) in all.sums.slots.list().iter().zip(&all.sums.form_weights) {
            key_weights[slot.key as usize] += weight;
        }
        let mut numbers: BTreeMap<(&UnitKey, Option<&ProcedureGroup>), usize> = BTreeMap::new();
        let mut populations = Vec::new();
        let mut strata = PostStrata {
            of_key: Vec::new(),
            shares: Vec::new(),
            keys: Vec::new(),
            cells: DossierCells::Units,
        };
        for (number, key) in (0..).zip(keys.list()) {
            let known = units.get(&key.unit).ok_or_else(|| unknown(&key.unit, None))?;
            let group = known.group_of(key, &ungrouped);
            let stratum = *numbers.entry((&key.unit, group)).or_insert(populations.len());
            if stratum == populations.len() {
                let population = known.population(group).filter(|dossiers| *dossiers > 0);
                populations.push(population.ok_or_else(|| unknown(&key.unit, group))?);
                strata.keys.push(Vec::new());
            }
            if group.is_some() {
                strata.cells = DossierCells::ProcedureGroups;
            }
            strata.of_key.push(stratum);
            strata.keys[stratum].push(number);
        }
        let total =
            |keys: &Vec<u32>| -> f64 { keys.iter().map(|key| key_weights[*key as usize]).sum() };
        let weights: Vec<f64> = strata.keys.iter().map(total).collect();
        let mut factors = Vec::new();
        for (stratum, key_weight) in strata.of_key.iter().zip(&key_weights) {
            factors.push(real(populations[*stratum]) / weights[*stratum]);
            strata.shares.push(key_weight / weights[*stratum]);
        }
        Ok(Self { factors, post_strata: Some(strata) })
    }
}

/// The dossiers of one unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct UnitDossiers<'a> {
    whole: Option<u64>,
    groups: BTreeMap<&'a ProcedureGroup, u64>,
}

/// The dossiers of each unit. Rows of the same unit and group are added up.
pub(crate) fn by_unit(dossiers: &DossierCounts) -> BTreeMap<&UnitKey, UnitDossiers<'_>> {
    let mut units: BTreeMap<&UnitKey, UnitDossiers<'_>> = BTreeMap::new();
    for row in &dossiers.rows {
        let unit = units.entry(&row.unit).or_default();
        match &row.procedure_group {
            Some(group) => *unit.groups.entry(group).or_default() += row.dossiers,
            None => *unit.whole.get_or_insert(0) += row.dossiers,
        }
    }
    units
}

impl UnitDossiers<'_> {
    /// All dossiers of the unit.
    pub(crate) fn total(&self) -> u64 {
        self.whole.unwrap_or_else(|| self.groups.values().sum())
    }

    /// The dossiers of procedure groups that have no form, where post-strata are groups.
    pub(crate) fn uncovered(&self, forms_of_unit: &[&Key]) -> u64 {
        if forms_of_unit.is_empty() {
            return self.total();
        }
        if self.groups.is_empty() || forms_of_unit.iter().any(|key| key.procedure_group.is_none()) {
            return 0;
        }
        let has_forms = |group: &ProcedureGroup| {
            forms_of_unit.iter().any(|key| key.procedure_group.as_ref() == Some(group))
        };
        self.groups
            .iter()
            .filter(|(group, _)| !has_forms(group))
            .map(|(_, dossiers)| dossiers)
            .sum()
    }

    /// The procedure group that tells post-strata of the unit apart; none if the unit is one.
    fn group_of<'k>(
        &self,
        key: &'k Key,
        ungrouped: &BTreeSet<&UnitKey>,
    ) -> Option<&'k ProcedureGroup> {
        let is_one = self.groups.is_empty() || ungrouped.contains(&key.unit);
        if is_one { None } else { key.procedure_group.as_ref() }
    }

    fn population(&self, group: Option<&ProcedureGroup>) -> Option<u64> {
        match group {
            Some(group) => self.groups.get(group).copied(),
            None => Some(self.total()),
        }
    }
}

fn unknown(unit: &UnitKey, group: Option<&ProcedureGroup>) -> ScoringError {
    ScoringError::UnknownPostStratum { unit: unit.clone(), procedure_group: group.cloned() }
}

#[expect(clippy::cast_precision_loss, reason = "a city handles fewer than 2⁵³ dossiers")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}
