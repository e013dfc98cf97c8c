//! How carefully forms were filled in, how well statements hang together, and what flagged forms
//! do to scores.

mod bursts;
mod copies;
mod effect;
mod flags;
mod moments;
mod over_dossiers;
mod pass;
mod pattern;
mod points;
mod reliability;

use jiff::civil::DateTime;
use statistics::irregularity;
use statistics::reliability::Limits;
use survey_defs::analysis::{
    BurstLimits, CopyLimits, Detail, Filters, FlagLimits, Grouping, QualityReport,
};
use survey_defs::method::Rounding;

pub use self::copies::NearCopies;
use self::pass::{Pass, pass};
pub(crate) use self::pattern::form_flags;
pub use self::pattern::{FormPattern, pattern};
use crate::index_layout::IndexLayout;
use crate::{Data, FillingTime, Request, ScoringError, Uncertainty, score};

/// From where on a form is flagged, in every wave.
const LIMITS: Limits = Limits::USUAL;
/// How shares and coefficients are printed.
const ROUNDING: Rounding = Rounding { decimals: 4 };
/// The bursts that a report lists.
const MOST_BURSTS: usize = 100;

/// Says how good the answers of a wave are.
///
/// The report speaks of the forms that pass the filters of the request and shows the whole of them;
/// what the request says of groups, detail and uncertainty does not matter. Scores are those of
/// [`score`], once with the filters as they are and once without flagged forms on top, suppressed by
/// the same rule; and once as they would be if annulled forms counted. Counts, flags and coefficients are never weighted: they speak of forms and of
/// statements, not of a population.
///
/// Coefficients rest on the forms that answer all statements of the factor. Their sums of products
/// are added up in whole numbers, so that neither the order of forms nor how they are split into
/// parts changes a digit. Sources: [`statistics::reliability`].
///
/// Bursts, near-copies and forms over dossiers ([`statistics::irregularity`]) speak of forms beside each
/// other. They are told and take part in nothing else: no form is left out of a score for them.
///
/// # Errors
/// [`ScoringError::QualityNeedsForms`] for level counts, and those of [`score`].
pub fn quality(request: &Request<'_>) -> Result<QualityReport, ScoringError> {
    let Data::Forms(forms) = request.data else {
        return Err(ScoringError::QualityNeedsForms);
    };
    let request = Request {
        by: Grouping::City,
        group: None,
        detail: Detail::Factor,
        uncertainty: Uncertainty::StandardErrors,
        ..request.clone()
    };
    let with = score(&request)?;
    let without = score(&effect::without_flagged(&request))?;
    let layout = IndexLayout::of(forms.instrument());
    let Pass { mut flags, factors } = pass(forms, &layout, &request.filters)?;
    let copies = copies::near_copies(forms, &layout, &request.filters)?;
    for (tally, copies) in flags.iter_mut().zip(copies) {
        tally.copies = copies;
    }
    let over_dossiers =
        request.dossiers.map(|dossiers| over_dossiers::over_dossiers(&request, dossiers));
    let mut bursts = bursts::bursts(forms, &request.filters, request.disclosure.min_n)?;
    let burst_hours = bursts.len() as u64;
    bursts.truncate(MOST_BURSTS);
    let (forms, channels) = flags::printed(&flags, &with)?;
    let factors = reliability::printed(&request, &layout, &factors, &with);
    let scores = effect::printed(&with, &without);
    let annulled = effect::annulled(&request, &with)?;
    Ok(QualityReport {
        provenance: with.provenance,
        limits: limits(),
        forms,
        channels,
        bursts,
        burst_hours,
        over_dossiers: over_dossiers.transpose()?,
        factors,
        scores,
        annulled,
    })
}

/// How many service points and units of a wave somebody should look at. Only numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Irregularities {
    /// Service points for which an hour is a burst.
    pub points_with_burst: u64,
    /// Units with more forms than dossiers, of those that tables show; 0 where dossiers are not known.
    pub units_over_dossiers: u64,
}

/// What is irregular about a wave, and about one hour of it. Its filters do not matter. Level counts have
/// nothing of the kind.
///
/// # Errors
/// [`ScoringError::Engine`] if rows cannot be read; those of a method that does not fit.
pub fn irregularities(
    request: &Request<'_>,
    hour: DateTime,
) -> Result<Irregularities, ScoringError> {
    let Data::Forms(forms) = request.data else {
        return Ok(Irregularities::default());
    };
    let bursts = bursts::bursts(forms, &Filters::default(), request.disclosure.min_n)?;
    let over = request.dossiers.map(|dossiers| over_dossiers::over_dossiers(request, dossiers));
    Ok(Irregularities {
        points_with_burst: bursts.iter().filter(|burst| burst.hour == hour).count() as u64,
        units_over_dossiers: over.transpose()?.map_or(0, |units| units.len() as u64),
    })
}

/// The moments of the factors of an instrument, in printing order.
#[cfg(test)]
pub(crate) fn moments_of_factors(
    forms: &crate::Forms,
    layout: &IndexLayout,
    filters: &survey_defs::analysis::Filters,
) -> Result<Vec<moments::Moments>, ScoringError> {
    Ok(pass(forms, layout, filters)?.factors)
}

fn limits() -> FlagLimits {
    let Limits { least_answered, longest_run_share, least_sd, least_seconds } = LIMITS;
    let copies = copies::LIMITS;
    let irregularity::BurstLimits { least_count, factor, least_past, least_count_without_past } =
        bursts::LIMITS;
    FlagLimits {
        least_answered,
        longest_run_share,
        least_sd,
        least_seconds,
        most_hours: FillingTime::MOST_HOURS,
        copies: CopyLimits {
            least_answered: copies.least_answered,
            least_varied_share: copies.least_varied_share,
            least_match_share: copies.least_match_share,
            compared_with: copies.compared_with as u64,
        },
        bursts: BurstLimits {
            least_forms: least_count,
            factor,
            least_past_hours: least_past as u64,
            least_forms_without_past: least_count_without_past,
        },
    }
}
