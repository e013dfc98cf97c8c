//! The data of a request, added up.

use std::collections::BTreeMap;

use survey_defs::analysis::{Filters, FlagFilter};
use survey_defs::method::{Method, MethodError};

use crate::data::{Counts, Forms};
use crate::group_counts::{GroupCounts, count_forms, count_rows};
use crate::groups::Groups;
use crate::index_layout::IndexLayout;
use crate::tally::{Totals, tally};
use crate::weighting::Weighting;
use crate::{Data, Request, ScoringError};

/// The data of a request, added up: all that tables are made of.
#[derive(Debug)]
pub(crate) struct WaveTotals<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) layout: IndexLayout,
    pub(crate) answers: Answers<'a>,
}

#[derive(Debug)]
pub(crate) enum Answers<'a> {
    Forms(Box<FormTotals<'a>>),
    Counts(&'a Counts),
}

/// The totals of forms.
#[derive(Debug)]
pub(crate) struct FormTotals<'a> {
    pub(crate) forms: &'a Forms,
    pub(crate) weighting: Weighting,
    all: Totals,
    /// None where there are no filters.
    filtered: Option<Totals>,
    /// None where there are no filters beside that of flags, or no filter of flags.
    any_quality: Option<Totals>,
}

/// Of which forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All of the wave.
    Wave,
    /// Those that pass the filters.
    Filtered,
    /// Those that pass the filters, flagged or not.
    AnyQuality,
}

impl<'a> WaveTotals<'a> {
    /// Checks a request and adds its data up.
    pub(crate) fn of(request: &'a Request<'a>) -> Result<Self, ScoringError> {
        check(request)?;
        let layout = IndexLayout::of(request.data.instrument());
        let answers = match request.data {
            Data::Counts(counts) => Answers::Counts(counts),
            Data::Forms(forms) => {
                Answers::Forms(Box::new(FormTotals::of(request, forms, &layout)?))
            }
        };
        Ok(Self { request, layout, answers })
    }

    pub(crate) fn has_filters(&self) -> bool {
        self.request.filters != Filters::default()
    }

    /// The groups to which at least one form or row belongs.
    pub(crate) fn group_counts(&self, groups: &Groups, scope: Scope) -> BTreeMap<i32, GroupCounts> {
        match &self.answers {
            Answers::Forms(totals) => {
                count_forms(totals.totals(scope), totals.forms.keys(), &self.layout, groups)
            }
            Answers::Counts(counts) => {
                let everything = Filters::default();
                let filters = match scope {
                    Scope::Wave => &everything,
                    // Level counts with a filter of flags are refused.
                    Scope::Filtered | Scope::AnyQuality => &self.request.filters,
                };
                count_rows(counts, filters, &self.layout, groups)
            }
        }
    }
}

impl<'a> FormTotals<'a> {
    fn of(
        request: &Request<'_>,
        forms: &'a Forms,
        layout: &IndexLayout,
    ) -> Result<Self, ScoringError> {
        let everything = Filters::default();
        let rule = request.method.definition().missing;
        let all = tally(forms, layout, &everything, rule)?;
        let any_quality = Filters { quality: FlagFilter::All, ..request.filters.clone() };
        let tally_unless = |unless: &[&Filters], filters: &Filters| {
            let is_known = unless.contains(&filters);
            (!is_known).then(|| tally(forms, layout, filters, rule)).transpose()
        };
        let filtered = tally_unless(&[&everything], &request.filters)?;
        let any_quality = tally_unless(&[&everything, &request.filters], &any_quality)?;
        let weighting = match request.dossiers {
            None => Weighting::by_design(forms.keys()),
            Some(dossiers) => Weighting::by_dossiers(forms.keys(), &all, dossiers)?,
        };
        Ok(Self { forms, weighting, all, filtered, any_quality })
    }

    pub(crate) fn totals(&self, scope: Scope) -> &Totals {
        match scope {
            Scope::Wave => &self.all,
            Scope::Filtered => self.filtered.as_ref().unwrap_or(&self.all),
            Scope::AnyQuality => match &self.any_quality {
                Some(totals) => totals,
                None => self.totals(Scope::Filtered),
            },
        }
    }
}

/// Refuses data of another instrument, and methods and filters that do not fit the data.
fn check(request: &Request<'_>) -> Result<(), ScoringError> {
    let Request { wave, method, data, filters, .. } = request;
    let answered = data.instrument().reference();
    if answered != wave.instrument {
        return Err(ScoringError::OtherInstrument {
            wave: wave.instrument.clone(),
            data: answered,
        });
    }
    method.check_fits(data.instrument())?;
    match data {
        Data::Forms(_) => Ok(()),
        Data::Counts(counts) => check_counts(counts, method, filters),
    }
}

fn check_counts(counts: &Counts, method: &Method, filters: &Filters) -> Result<(), ScoringError> {
    let Filters { first_day, last_day, channel, respondent_type, quality } = filters;
    if method.definition().missing.needs_respondents() {
        return Err(MethodError::NeedsRespondents { method: method.id().clone() }.into());
    }
    if channel.is_some() || respondent_type.is_some() || *quality != FlagFilter::All {
        return Err(ScoringError::FilterNeedsRespondents);
    }
    let has_period = first_day.is_some() || last_day.is_some();
    if has_period && counts.rows().iter().any(|row| row.month.is_none()) {
        return Err(ScoringError::FilterNeedsDates);
    }
    Ok(())
}
