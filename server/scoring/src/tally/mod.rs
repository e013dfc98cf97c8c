//! Adding up: from rows to totals per key, the only step that touches every answer.

mod kernel;
mod rows;
mod srs_variance;
mod totals;

use rayon::prelude::*;
use survey_defs::analysis::Filters;
use survey_defs::method::MissingRule;

pub(crate) use self::kernel::Frame;
pub(crate) use self::rows::{PIECE, select, wanted};
use self::rows::{Rows, load};
pub(crate) use self::srs_variance::{Domains, SrsVariance, srs_variance};
pub(crate) use self::totals::{CODES, Slot, Totals};
use crate::ScoringError;
use crate::data::{Forms, Part};
use crate::index_layout::IndexLayout;

/// Rows per task. Fixed, so that the result does not depend on the number of threads.
const BLOCK: usize = 1 << 18;
/// Tasks whose results are in memory at a time.
const TASKS: usize = 4;

/// The totals of the forms that pass the filters, of which the missing rule drops some.
pub(crate) fn tally(
    forms: &Forms,
    layout: &IndexLayout,
    filters: &Filters,
    rule: MissingRule,
) -> Result<Totals, ScoringError> {
    if *filters == Filters::default() && !rule.needs_respondents() {
        return tally_all(forms, layout, rule);
    }
    let mut totals = Totals::none(layout);
    for part in forms.parts() {
        let frame = Frame { part, keys: forms.keys(), layout, rule };
        totals.merge(&tally_part(frame, filters)?);
    }
    Ok(totals)
}

/// The totals of all forms; of those on disk they are known, or kept once they are.
fn tally_all(
    forms: &Forms,
    layout: &IndexLayout,
    rule: MissingRule,
) -> Result<Totals, ScoringError> {
    let filters = Filters::default();
    let all = |totals: &mut Totals, is_wanted: fn(&Part) -> bool| -> Result<(), ScoringError> {
        for part in forms.parts().iter().filter(|part| is_wanted(part)) {
            let frame = Frame { part, keys: forms.keys(), layout, rule };
            let known = match part {
                Part::Memory(_) => None,
                Part::Segment(attached) => attached.totals(layout, forms.keys())?,
            };
            totals.merge(&known.map_or_else(|| tally_part(frame, &filters), Ok)?);
        }
        Ok(())
    };
    if forms.sealed().get().is_none() {
        let mut sealed = Totals::none(layout);
        all(&mut sealed, |part| matches!(part, Part::Segment(_)))?;
        // Whoever came first has the same.
        let _ = forms.sealed().set(sealed);
    }
    let mut totals = forms.sealed().get().expect("it has just been set").clone();
    all(&mut totals, |part| matches!(part, Part::Memory(_)))?;
    Ok(totals)
}

/// The totals of one part; its rows are in memory only here.
pub(crate) fn tally_part(frame: Frame<'_>, filters: &Filters) -> Result<Totals, ScoringError> {
    let loaded = load(frame.part, frame.layout, filters)?;
    let rows = Rows::of(&loaded, frame.layout)?;
    let mut totals: Option<Totals> = None;
    for some in blocks(rows.len()).chunks(TASKS) {
        let wave_totals: Vec<Totals> =
            some.par_iter().map(|block| kernel::tally(frame, &rows, block.clone())).collect();
        for one in wave_totals {
            match &mut totals {
                Some(totals) => totals.merge(&one),
                None => totals = Some(one),
            }
        }
    }
    Ok(totals.unwrap_or_else(|| Totals::none(frame.layout)))
}

/// Ranges of rows, one for each task.
pub(crate) fn blocks(rows: usize) -> Vec<std::ops::Range<usize>> {
    (0..rows).step_by(BLOCK).map(|start| start..rows.min(start + BLOCK)).collect()
}
