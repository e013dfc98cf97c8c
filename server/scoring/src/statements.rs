//! What became of the statements of a node between two versions of an instrument.

use survey_defs::analysis::{ChangedStatement, StatementChange};
use survey_defs::ids::QuestionId;
use survey_defs::instrument::{Continuity, Instrument};
use survey_defs::score::Node;

use crate::tree::Tree;

/// The statements of a node that two versions of one instrument do not have alike, by the
/// comparability map of the later version: first those of `now` in its order, then those that only
/// `before` asks. Of two instruments nothing is said: their break is the instrument.
pub(crate) fn changed_statements(
    before: &Instrument,
    now: &Instrument,
    node: &Node,
) -> Vec<ChangedStatement> {
    let (one, other) = (before.definition(), now.definition());
    if one.id != other.id || one.version == other.version {
        return Vec::new();
    }
    let (earlier, later) = if one.version < other.version { (before, now) } else { (now, before) };
    let below = |instrument| Tree::of(instrument).items_below(node);
    let (old, new) = (below(before), below(now));
    let said = |item: &QuestionId| later.continuity(earlier, item);
    let reason = |item: &QuestionId| said(item).and_then(|(_, reason)| reason.cloned());
    let statement = |instrument: &Instrument, item: &QuestionId, change| {
        let title = instrument.question(item)?.text.clone();
        Some(ChangedStatement { item: item.clone(), title, change, reason: reason(item) })
    };
    let of_now = new.iter().filter_map(|item| {
        let change = if old.contains(item) {
            match said(item)? {
                (Continuity::Continues, _) => StatementChange::Continues,
                (Continuity::Broken, _) => StatementChange::Broken,
            }
        } else {
            StatementChange::Added
        };
        statement(now, item, change)
    });
    let gone = old.iter().filter(|item| !new.contains(item));
    of_now
        .chain(gone.filter_map(|item| statement(before, item, StatementChange::Removed)))
        .collect()
}

/// Whether a node with these changes is made of other statements, or of some that do not continue.
pub(crate) fn are_broken(changed: &[ChangedStatement]) -> bool {
    changed.iter().any(|one| match one.change {
        StatementChange::Continues => false,
        StatementChange::Broken | StatementChange::Added | StatementChange::Removed => true,
    })
}
