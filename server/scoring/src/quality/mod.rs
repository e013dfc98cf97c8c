//! How carefully forms were filled in, how well statements hang together, and what flagged forms
//! do to scores.

mod effect;
mod flags;
mod moments;
mod pass;
mod pattern;
mod reliability;

use statistics::reliability::Limits;
use survey_defs::analysis::{Detail, FlagLimits, Grouping, QualityReport};
use survey_defs::method::Rounding;

use self::pass::{Pass, pass};
pub(crate) use self::pattern::form_flags;
pub use self::pattern::{FormPattern, pattern};
use crate::index_layout::IndexLayout;
use crate::{Data, FillingTime, Request, ScoringError, Uncertainty, score};

/// From where on a form is flagged, in every wave.
const LIMITS: Limits = Limits::USUAL;
/// How shares and coefficients are printed.
const ROUNDING: Rounding = Rounding { decimals: 4 };

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
    let Pass { flags, factors } = pass(forms, &layout, &request.filters)?;
    let (forms, channels) = flags::printed(&flags, &with)?;
    let factors = reliability::printed(&request, &layout, &factors, &with);
    let scores = effect::printed(&with, &without);
    let annulled = effect::annulled(&request, &with)?;
    Ok(QualityReport {
        provenance: with.provenance,
        limits: limits(),
        forms,
        channels,
        factors,
        scores,
        annulled,
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
    let most_hours = FillingTime::MOST_HOURS;
    FlagLimits { least_answered, longest_run_share, least_sd, least_seconds, most_hours }
}
