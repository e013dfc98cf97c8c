use survey_defs::api::Suppression;
use survey_defs::score::NodeScore;

use crate::Disclosure;

/// Why a cell may not be shown; none if it may.
///
/// Every table passes here and no other place decides, so a cell that is suppressed is suppressed
/// in the console, in reports and in exports alike.
pub(crate) fn suppression(score: &NodeScore, disclosure: Disclosure) -> Option<Suppression> {
    let too_few = score.n == 0 || score.n < disclosure.min_n;
    too_few.then_some(Suppression::TooFew)
}
