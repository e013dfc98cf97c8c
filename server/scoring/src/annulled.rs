//! How many records of each group were annulled.

use survey_defs::analysis::{AnnulledRecords, GroupLabel, GroupScores, NodeLabel, Suppression};

use crate::data::Forms;
use crate::group_counts::count_forms;
use crate::groups::{Groups, printing_order};
use crate::index_layout::IndexLayout;
use crate::output::nothing;
use crate::tally::tally;
use crate::{Data, Request, ScoringError};

/// The annulled forms of a request; none if there is none.
pub(crate) fn annulled_forms<'a>(request: &Request<'a>) -> Option<&'a Forms> {
    match request.data {
        Data::Forms(forms) => forms.annulled(),
        Data::Counts(_) => None,
    }
}

/// The groups with an annulled record that passes the filters, in printing order, and how many they
/// have.
pub(crate) fn annulled_records(
    request: &Request<'_>,
) -> Result<Vec<(GroupLabel, u64)>, ScoringError> {
    let Some(forms) = annulled_forms(request) else {
        return Ok(Vec::new());
    };
    let layout = IndexLayout::of(forms.instrument());
    let rule = request.method.definition().missing;
    let totals = tally(forms, &layout, &request.filters, rule)?;
    let request = Request { data: Data::Forms(forms), ..request.clone() };
    let groups = Groups::of(&request, request.by);
    let counted = count_forms(&totals, forms.keys(), &layout, &groups);
    Ok(counted.into_iter().map(|(group, counted)| (groups.label(group), counted.forms)).collect())
}

/// Says of each group of a table how many of its records were annulled, and adds those of which no
/// record is left.
pub(crate) fn add_annulled(
    request: &Request<'_>,
    nodes: &[NodeLabel],
    groups: &mut Vec<GroupScores>,
) -> Result<(), ScoringError> {
    for (group, records) in annulled_records(request)? {
        if request.group.is_some_and(|wanted| group.key != *wanted) {
            continue;
        }
        let annulled = AnnulledRecords::of(records, request.disclosure.small);
        let order = |one: &GroupScores| printing_order(request.gazetteer, &one.group, &group);
        match groups.binary_search_by(order) {
            Ok(place) => groups[place].annulled = annulled,
            Err(place) => {
                let cells = vec![nothing(Suppression::TooFew); nodes.len()];
                groups
                    .insert(place, GroupScores { group, forms_per_dossier: None, annulled, cells });
            }
        }
    }
    Ok(())
}
