//! Units with more forms than dossiers.

use statistics::disclosure::Visibility;
use survey_defs::analysis::{Filters, GroupKey, Grouping, OverDossiers, Selection};
use survey_defs::dossiers::DossierCounts;

use crate::forms_per_dossier::forms_per_dossier;
use crate::groups::{Groups, printing_order, unit_label};
use crate::suppress::suppression_mask;
use crate::wave_totals::WaveTotals;
use crate::{Request, ScoringError};

/// The units with more forms than dossiers that the table of the whole wave shows, wards first, then
/// agencies and branches, in Vietnamese order of names.
pub(super) fn over_dossiers(
    request: &Request<'_>,
    dossiers: &DossierCounts,
) -> Result<Vec<OverDossiers>, ScoringError> {
    let mut found = Vec::new();
    for by in [Grouping::Ward, Grouping::Agency, Grouping::Branch] {
        // Without weights, which do not exist where forms and dossiers do not fit each other.
        let request = Request {
            by,
            group: None,
            selection: Selection::default(),
            filters: Filters::default(),
            dossiers: None,
            ..request.clone()
        };
        let wave_totals = WaveTotals::of(&request)?;
        let mask = suppression_mask(&wave_totals)?;
        let is_shown = |key: &GroupKey| {
            let whole = mask.get(key).and_then(|nodes| nodes.first());
            whole.is_some_and(|whole| !matches!(whole, Visibility::Hidden(_)))
        };
        let groups = Groups::of(&request, by);
        let mut of_level: Vec<OverDossiers> = Vec::new();
        for (key, forms_per_dossier) in forms_per_dossier(&wave_totals, &groups, (by, dossiers)) {
            let GroupKey::Unit(unit) = &key else {
                continue;
            };
            if let Some(unit) = request.gazetteer.get(unit)
                && forms_per_dossier.ratio > 1.0
                && is_shown(&key)
            {
                of_level.push(OverDossiers { group: unit_label(unit), forms_per_dossier });
            }
        }
        of_level.sort_by(|one, other| printing_order(request.gazetteer, &one.group, &other.group));
        found.extend(of_level);
    }
    Ok(found)
}
