//! What is asked for.

use survey_defs::analysis::{Detail, Filters, GroupKey, Grouping, SamplingBasis, Selection};
use survey_defs::dossiers::DossierCounts;
use survey_defs::method::Method;
use survey_defs::period::PeriodRef;
use survey_defs::unit::Gazetteer;
use survey_defs::wave::Wave;

use crate::Data;

/// All that decides the numbers of a table.
///
/// The instrument is that of the data, so a request cannot name another one.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The wave, for its names, its instrument and the day of its geography.
    pub wave: &'a Wave,
    /// How levels become scores.
    pub method: &'a Method,
    /// Names, levels and districts of units.
    pub gazetteer: &'a Gazetteer,
    /// The answers.
    pub data: Data<'a>,
    /// Over what answers are grouped.
    pub by: Grouping,
    /// Only the group with this key. One to which no answer belongs gives a table without groups.
    pub group: Option<&'a GroupKey>,
    /// The period as it was asked for; only said in the table.
    pub period: Option<PeriodRef>,
    /// What was asked of answers, method and weights; only said in the table.
    pub selection: Selection,
    /// Which answers count.
    pub filters: Filters,
    /// The last entry of the audit log about records of the wave; only said in the table.
    pub audit_number: u64,
    /// How often records of the wave were annulled or such an act was undone; only said in the table.
    pub annulments: u64,
    /// How deep the table goes.
    pub detail: Detail,
    /// What is said of precision.
    pub uncertainty: Uncertainty,
    /// Where the sample design of the forms comes from; said in the table.
    pub sampling: SamplingBasis,
    /// How many dossiers each unit handled, where that is known: forms are post-stratified to
    /// them. Level counts are not.
    pub dossiers: Option<&'a DossierCounts>,
    /// Which cells may be shown.
    pub disclosure: Disclosure,
}

/// What is said of the precision of scores from forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Uncertainty {
    /// Standard errors and confidence intervals.
    #[default]
    StandardErrors,
    /// Design effects and effective sample sizes as well, for which all rows are read once more.
    DesignEffects,
}

/// Which cells may be shown, by the numbers of people behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disclosure {
    /// The least n that is shown. A cell without any valid answer is never shown.
    pub min_n: u64,
    /// The least n that is shown without a word of caution.
    pub caution_n: u64,
    /// Counts are shown where none of them is from 1 to `small` − 1.
    pub small: u64,
}

impl Disclosure {
    /// What is published: nothing below 30 respondents, no count of fewer than 5 people, and
    /// nothing from which one of these could be computed.
    ///
    /// 30 is the limit of the project's rules on small numbers, and the least sample size in the
    /// presentation standards of the US National Center for Health Statistics (Parker et al.,
    /// *National Center for Health Statistics Data Presentation Standards for Proportions*, Vital
    /// and Health Statistics 2(175), 2017).
    pub const PUBLISHED: Self = Self { min_n: 30, caution_n: 100, small: 5 };

    /// What only the institute may see: every cell with an answer, and nothing is hidden for the
    /// sake of another.
    pub const INTERNAL: Self = Self { min_n: 1, caution_n: 100, small: 1 };
}
