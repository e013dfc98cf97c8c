//! Targets.

use statistics::compare::{AgainstTarget, Groups as Comparable, against_target};
use survey_defs::analysis::{TargetResult, TargetVerdict};
use survey_defs::score::Node;
use survey_defs::target::{Aim, Targets};
use survey_defs::text::Text;

use super::compared_wave::{ComparedWave, Member};
use super::round::Printed;
use super::{ComparisonError, TargetChoice};
use crate::Request;

/// A number that somebody asks for.
struct Wanted {
    value: f64,
    source: Text,
}

/// Each group that shows a score against its target.
pub(super) fn of_groups(
    compared: &ComparedWave<'_>,
    choice: TargetChoice<'_>,
    (alpha, printed): (f64, Printed),
) -> Result<Vec<Option<TargetResult>>, ComparisonError> {
    let wanted = compared.shown().map(|(member, _)| wanted(compared, choice, member)).collect();
    results(&compared.comparable()?, wanted, (alpha, printed))
}

/// The whole against its target.
pub(super) fn of_whole(
    compared: &ComparedWave<'_>,
    choice: TargetChoice<'_>,
    (alpha, printed): (f64, Printed),
) -> Result<Option<TargetResult>, ComparisonError> {
    let Some((member, exact)) =
        compared.whole.as_ref().and_then(|whole| Some((whole, whole.exact?)))
    else {
        return Ok(None);
    };
    let wanted = vec![wanted(compared, choice, member)];
    Ok(results(&exact.alone()?, wanted, (alpha, printed))?.pop().flatten())
}

fn wanted(
    compared: &ComparedWave<'_>,
    choice: TargetChoice<'_>,
    member: &Member,
) -> Option<Wanted> {
    match choice {
        TargetChoice::Same(value) => Some(Wanted { value, source: given() }),
        TargetChoice::Plans(targets) => {
            let is_index = compared.wave_totals.layout.nodes[compared.node] == Node::Overall;
            planned(compared.request, targets, member).filter(|_| is_index)
        }
    }
}

fn planned(request: &Request<'_>, targets: &Targets, member: &Member) -> Option<Wanted> {
    let unit = member.label.unit.as_ref()?;
    let year = request.filters.last_day.unwrap_or(request.wave.geography).year();
    let target = targets.get(Aim { unit, year, population: request.wave.population })?;
    Some(Wanted { value: target.value, source: target.source.clone() })
}

fn given() -> Text {
    Text { vi: "Mục tiêu nêu trong yêu cầu".into(), en: "Given in the request".into() }
}

fn results(
    groups: &Comparable,
    wanted: Vec<Option<Wanted>>,
    (alpha, printed): (f64, Printed),
) -> Result<Vec<Option<TargetResult>>, ComparisonError> {
    let values: Vec<f64> =
        wanted.iter().map(|one| one.as_ref().map_or(f64::NAN, |one| one.value)).collect();
    let against = against_target(groups, &values, alpha)?;
    let result =
        |(against, wanted): (AgainstTarget, Option<Wanted>)| result(against, wanted?, printed);
    Ok(against.into_iter().zip(wanted).map(result).collect())
}

fn result(against: AgainstTarget, wanted: Wanted, printed: Printed) -> Option<TargetResult> {
    use statistics::compare::TargetVerdict as Verdict;
    let verdict = match against.verdict {
        Verdict::Met => TargetVerdict::Met,
        Verdict::NotMet => TargetVerdict::NotMet,
        Verdict::CannotTell => TargetVerdict::CannotTell,
        Verdict::NotEstimable => return None,
    };
    let margin = against.margin?;
    let Wanted { value, source } = wanted;
    Some(TargetResult {
        value,
        source,
        difference: printed.points(margin.value),
        ci_low: printed.points(margin.low),
        ci_high: printed.points(margin.high),
        verdict,
    })
}
