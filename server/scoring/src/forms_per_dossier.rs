//! Forms per dossier.

use std::collections::HashMap;

use survey_defs::analysis::{FormsPerDossier, GroupKey, Grouping};
use survey_defs::dossiers::DossierCounts;
use survey_defs::unit::UnitKey;

use crate::data::Key;
use crate::groups::{Groups, group_of};
use crate::wave_totals::{Answers, Scope, WaveTotals};
use crate::weighting::{by_unit, real};

/// How many forms the dossiers of each group led to, by the key of the group; of the wave, whatever
/// the filters. Empty by month, because dossiers have none.
pub(crate) fn forms_per_dossier(
    wave_totals: &WaveTotals<'_>,
    groups: &Groups,
    (by, dossiers): (Grouping, &DossierCounts),
) -> HashMap<GroupKey, FormsPerDossier> {
    let Answers::Forms(forms) = &wave_totals.answers else {
        return HashMap::new();
    };
    let mut keys_of_unit: HashMap<&UnitKey, Vec<&Key>> = HashMap::new();
    for key in forms.forms.keys().list() {
        keys_of_unit.entry(&key.unit).or_default().push(key);
    }
    let mut frame: HashMap<GroupKey, (u64, u64)> = HashMap::new();
    for (unit, dossiers) in by_unit(dossiers) {
        let Some(group) = key_of_group(wave_totals, groups, (by, unit)) else {
            continue;
        };
        let keys = keys_of_unit.get(unit).map_or(&[][..], Vec::as_slice);
        let (all, uncovered) = frame.entry(group).or_default();
        *all += dossiers.total();
        *uncovered += dossiers.uncovered(keys);
    }
    let ratio = |(number, counted)| {
        let key = groups.label(number).key;
        let (dossiers, uncovered) = *frame.get(&key)?;
        let forms: &crate::group_counts::GroupCounts = &counted;
        (dossiers > 0).then(|| {
            let ratio = real(forms.forms) / real(dossiers);
            (key, FormsPerDossier { dossiers, ratio, uncovered })
        })
    };
    wave_totals.group_counts(groups, Scope::Wave).into_iter().filter_map(ratio).collect()
}

/// The key of the group that a unit belongs to, which may have no form.
fn key_of_group(
    wave_totals: &WaveTotals<'_>,
    groups: &Groups,
    (by, unit): (Grouping, &UnitKey),
) -> Option<GroupKey> {
    match groups {
        Groups::City(label) => Some(label.key.clone()),
        Groups::Units(_) => {
            group_of(wave_totals.request, by, unit).map(|(group, _)| GroupKey::Unit(group))
        }
        Groups::Months => None,
    }
}
