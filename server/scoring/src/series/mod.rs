//! One node over time, on the units of one day.
//!
//! [`point`] scores one wave, or one period of it, on the units of a day, and [`table`] puts points
//! side by side and flags what changed between them.
//!
//! A group is a unit of the day of the series. It is made of the units that the answers speak of,
//! each with the share of its residents that came along ([`Gazetteer::apportion`]), and is scored
//! by the ordinary engine: every form of such a unit weighs its weight × the share, in sums and in
//! influences alike. So scores, standard errors and intervals of units that did not change are
//! those of the ordinary table, and those of a merger are those of its parts taken together. The
//! sums of all groups add up to those of the old units.
//!
//! Where a unit was divided, the share is an assumption; [`SeriesCell::bounds`] hold whatever the
//! truth is.
//!
//! A score is shown only if the ordinary table of its wave shows the scores of all units that it is
//! made of, and those of the statements where these are averaged: then it tells nothing of people
//! that the reader could not compute. Otherwise a union could give away the one unit that is
//! hidden.
//!
//! [`Gazetteer::apportion`]: survey_defs::unit::Gazetteer::apportion
//! [`SeriesCell::bounds`]: survey_defs::analysis::SeriesCell::bounds

mod bounds;
mod breaks;
mod cells;
mod table;
mod crosswalk;

use jiff::civil::Date;
use survey_defs::analysis::{
    ChannelForms, Filters, FlagFilter, GroupLabel, Grouping, NodeLabel, SeriesCell, SeriesPoint,
    Suppression,
};
use survey_defs::instrument::Instrument;
use survey_defs::score::Node;
use survey_defs::text::Text;
use survey_defs::unit::{Level, UnitKey};

pub use self::table::{Frame, table};

use self::cells::Cells;
use self::crosswalk::Crosswalk;
use crate::Disclosure;
use crate::channels::channels;
use crate::groups::Groups;
use crate::provenance::provenance;
use crate::tree::Tree;
use crate::wave_totals::WaveTotals;
use crate::{Data, Request, ScoringError};

/// What a point is computed from.
#[derive(Debug, Clone)]
pub struct PointRequest<'a> {
    /// The wave, method, grouping, filters, data and limits. The choice of a group, the depth and
    /// the wish for design effects do not matter.
    pub scores: Request<'a>,
    /// What the scores speak of.
    pub node: &'a Node,
    /// The day whose units are the groups.
    pub geography: Date,
    /// What the period is called, if the filters have one.
    pub period_title: Option<Text>,
}

/// A point of a series, before it stands beside others.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    about: SeriesPoint,
    /// Forms per channel, however few.
    mix: Vec<ChannelForms>,
    /// What was asked.
    instrument: Instrument,
    /// None if the instrument does not have the node.
    node: Option<NodeLabel>,
    /// The units of the grouping on the wave's own day.
    units: Vec<UnitKey>,
    rows: Vec<(GroupLabel, SeriesCell)>,
}

/// Scores a wave, or a period of it, on the units of a day.
///
/// By city, district and month the groups are those of [`score`](crate::score). By ward, agency and
/// branch they are the units of the day. An instrument that does not have the node gives a point
/// without scores.
///
/// # Errors
/// [`ScoringError`], as for [`score`](crate::score).
pub fn point(request: &PointRequest<'_>) -> Result<Point, ScoringError> {
    let PointRequest { scores, node, geography, period_title } = request;
    let wave_totals = WaveTotals::of(scores)?;
    let groups = Groups::of(scores, scores.by);
    let cells = Cells::of(&wave_totals, &groups)?;
    let crosswalk = Crosswalk::of(scores, &cells.labels(), *geography);
    let place = wave_totals.layout.nodes.iter().position(|one| one == *node);
    let rows = place.map_or_else(Vec::new, |place| cells.rows(&crosswalk, place));
    let (has_forms, mix) = match scores.data {
        Data::Forms(forms) => (true, channels(forms, &scores.filters)?),
        Data::Counts(_) => (false, Vec::new()),
    };
    // The forms of a channel or of some respondents may be a handful, or all but a handful.
    let Filters { channel, respondent_type, quality, .. } = &scores.filters;
    let is_whole = channel.is_none() && respondent_type.is_none() && *quality == FlagFilter::All;
    let instrument = scores.data.instrument();
    Ok(Point {
        about: SeriesPoint {
            provenance: provenance(&wave_totals),
            period_title: period_title.clone(),
            own_geography: scores.wave.geography,
            bridged: crosswalk.is_bridged(),
            approximate_groups: groups.are_approximate(),
            forms: (has_forms && is_whole).then(|| mix.iter().map(|one| one.forms).sum()),
            channels: if is_whole { shown(&mix, scores.disclosure) } else { Vec::new() },
            left_out: crosswalk.left_out,
        },
        mix,
        instrument: instrument.clone(),
        node: place.map(|_| Tree::of(instrument).label((*node).clone())),
        units: units_of(scores),
        rows,
    })
}

/// All channels or none: a channel with a few forms could be found from the sum and the others.
fn shown(mix: &[ChannelForms], disclosure: Disclosure) -> Vec<ChannelForms> {
    let all_large = mix.iter().all(|one| one.forms >= disclosure.min_n);
    if all_large { mix.to_vec() } else { Vec::new() }
}

/// The units that groups are made of on the wave's own day; none by city and by month. Former
/// districts are made of communes.
fn units_of(request: &Request<'_>) -> Vec<UnitKey> {
    let of = |level| {
        let units = request.gazetteer.units_on(level, request.wave.geography).into_iter();
        units.map(|unit| unit.key.clone()).collect::<Vec<UnitKey>>()
    };
    match request.by {
        Grouping::City | Grouping::Month => Vec::new(),
        Grouping::District => {
            let districts = of(Level::District);
            if districts.is_empty() { of(Level::Commune) } else { districts }
        }
        Grouping::Ward => of(Level::Commune),
        Grouping::Agency => of(Level::Agency),
        Grouping::Branch => of(Level::Branch),
    }
}

/// Nothing, for a reason.
fn hidden(reason: Suppression) -> SeriesCell {
    SeriesCell { suppressed: Some(reason), ..SeriesCell::default() }
}
