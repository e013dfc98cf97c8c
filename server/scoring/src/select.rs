use polars::prelude::{Expr, LazyFrame, col, lit};
use survey_defs::api::Filters;

use crate::data::{channel_code, day_number, respondent_type_code};
use crate::{Counts, Data, ScoringError, columns};

/// The rows of the answers that pass the filters.
pub(crate) fn select(data: Data<'_>, filters: &Filters) -> Result<LazyFrame, ScoringError> {
    let wanted = match data {
        Data::Forms(_) => wanted_forms(filters),
        Data::Counts(counts) => wanted_counts(counts, filters)?,
    };
    Ok(wanted.into_iter().fold(data.plan(), LazyFrame::filter))
}

fn wanted_forms(filters: &Filters) -> Vec<Expr> {
    let Filters { first_day: _, last_day: _, channel, respondent_type } = *filters;
    let channel = channel.map(|one| col(columns::CHANNEL).eq(lit(channel_code(one))));
    let respondent_type =
        respondent_type.map(|one| col(columns::RESPONDENT_TYPE).eq(lit(respondent_type_code(one))));
    let period = within_period(filters, columns::DAY, columns::DAY);
    period.into_iter().chain(channel).chain(respondent_type).collect()
}

fn wanted_counts(counts: &Counts, filters: &Filters) -> Result<Vec<Expr>, ScoringError> {
    if filters.channel.is_some() || filters.respondent_type.is_some() {
        return Err(ScoringError::FilterNeedsRespondents);
    }
    let period = within_period(filters, columns::FIRST_DAY, columns::LAST_DAY);
    if !period.is_empty() && !counts.all_have_months() {
        return Err(ScoringError::FilterNeedsDates);
    }
    Ok(period)
}

/// That everything from one day to another lies in the period.
fn within_period(filters: &Filters, from: &str, to: &str) -> Vec<Expr> {
    let starts = filters.first_day.map(|day| col(from).gt_eq(lit(day_number(day))));
    let ends = filters.last_day.map(|day| col(to).lt_eq(lit(day_number(day))));
    starts.into_iter().chain(ends).collect()
}
