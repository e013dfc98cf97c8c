//! Statistics in domains as rows.

use statistics::design::Design;
use statistics::estimate::{self, Estimate, EstimateError, Linearisation, Quantile};
use statistics::interval::{
    BoundedEstimate, Bounds, Interval, Level, korn_graubard, logit_between, t,
};

use super::domains::{self, Domain};
use super::error::AnalyseError;
use super::microdata::{Microdata, Missing};
use super::{Kind, NoEstimate, Request, Row, ShareInterval, Statistic, design as sampling};

/// The most values of a column whose shares are estimated. One with more is an id or a measurement.
const MOST_LEVELS: usize = 1_000;

/// The most shares that one column has in all domains together.
const MOST_SHARES: usize = 100_000;

/// What all estimates share.
pub(super) struct Estimator<'a> {
    pub request: &'a Request,
    pub data: &'a Microdata,
    pub missing: &'a Missing,
    pub design: &'a Design,
    pub domains: &'a [Domain],
}

/// An estimate on its way into a row.
struct Found {
    value: f64,
    se: Option<f64>,
    deff: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    n: u64,
}

impl Estimator<'_> {
    /// The rows of a statistic: the whole, then each group.
    pub(super) fn rows(&self, statistic: &Statistic) -> Result<Vec<Row>, AnalyseError> {
        match statistic {
            Statistic::Mean(column) => {
                let y = self.numbers(column)?;
                self.linear(Kind::Mean, column, |domain| {
                    Linearisation::mean(self.design, &y, domain)
                })
            }
            Statistic::Total(column) => {
                let y = self.numbers(column)?;
                self.linear(Kind::Total, column, |domain| {
                    Linearisation::total(self.design, &y, domain)
                })
            }
            Statistic::Ratio { numerator, denominator } => {
                let (above, below) = (self.numbers(numerator)?, self.numbers(denominator)?);
                self.linear(Kind::Ratio, &format!("{numerator}/{denominator}"), |domain| {
                    Linearisation::ratio(self.design, &above, &below, domain)
                })
            }
            Statistic::Share(column) => self.shares(column),
            Statistic::Quantile { column, probability } => self.quantiles(column, *probability),
        }
    }

    fn numbers(&self, column: &str) -> Result<Vec<f64>, AnalyseError> {
        self.data.numbers(column, self.missing)
    }

    fn linear(
        &self,
        kind: Kind,
        variable: &str,
        linearise: impl Fn(&estimate::Domain) -> Result<Linearisation, EstimateError>,
    ) -> Result<Vec<Row>, AnalyseError> {
        let row = |domain: &Domain| {
            let found = linearise(&domain.rows)
                .and_then(|statistic| statistic.estimate(self.design))
                .map(|estimate| self.found(&estimate, domain, ShareInterval::T));
            self.row(kind, variable, domain, found)
        };
        self.domains.iter().map(row).collect()
    }

    fn shares(&self, column: &str) -> Result<Vec<Row>, AnalyseError> {
        let labels = self.data.words(column, self.missing);
        let order: Vec<u32> = domains::in_order(&labels)
            .into_iter()
            .filter(|&code| !labels.names()[code as usize].is_empty())
            .collect();
        if order.is_empty() {
            return Err(no_estimate((Kind::Share, column), None, EstimateError::EmptyDomain));
        }
        let n_levels = order.len();
        if n_levels > MOST_LEVELS || n_levels * self.domains.len() > MOST_SHARES {
            let reason = format!(
                "{n_levels} values, in {} domains; shares are computed of at most {MOST_LEVELS} values, and \
                 {MOST_SHARES} in all: group the values, or ask for fewer domains",
                self.domains.len()
            );
            return Err(AnalyseError::Request(format!("column “{column}”: {reason}")));
        }
        let mut level_of_code = vec![None; labels.names().len()];
        for (level, &code) in (0..).zip(&order) {
            level_of_code[code as usize] = Some(level);
        }
        let levels: Vec<Option<u32>> =
            labels.codes().iter().map(|&code| level_of_code[code as usize]).collect();

        let mut rows = Vec::with_capacity(self.domains.len() * order.len());
        for domain in self.domains {
            let shares = Linearisation::shares(self.design, &levels, order.len(), &domain.rows);
            let shares = shares.and_then(|shares| {
                shares.map(|share| share?.estimate(self.design)).collect::<Result<Vec<_>, _>>()
            });
            for (level, &code) in order.iter().enumerate() {
                let found = match &shares {
                    Ok(shares) => {
                        Ok(self.found(&shares[level], domain, self.request.share_interval))
                    }
                    Err(error) => Err(error.clone()),
                };
                let row = self.row(Kind::Share, column, domain, found)?;
                let name = labels.names()[code as usize].clone();
                rows.push(Row { level: Some(name), ..row });
            }
        }
        Ok(rows)
    }

    fn quantiles(&self, column: &str, probability: f64) -> Result<Vec<Row>, AnalyseError> {
        let y = self.numbers(column)?;
        let row = |domain: &Domain| {
            let mut selected = vec![false; y.len()];
            for &row in domain.rows.rows() {
                selected[row as usize] = true;
            }
            let found =
                estimate::quantile(self.design, &y, &selected, probability).map(|quantile| {
                    let Quantile { value, se, ci_low, ci_high, df: _, n } = quantile;
                    Found { value, se, deff: None, ci_low, ci_high, n }
                });
            let row = self.row(Kind::Quantile, column, domain, found)?;
            Ok(Row { level: Some(probability.to_string()), ..row })
        };
        self.domains.iter().map(row).collect()
    }

    fn found(&self, estimate: &Estimate, domain: &Domain, interval: ShareInterval) -> Found {
        let estimate = Estimate { df: domain.df, ..*estimate };
        let interval = interval_of(&estimate, interval, self.request.level);
        let Estimate { value, se, df: _, deff, n } = estimate;
        let deff = deff.filter(|deff| deff.is_finite());
        let (ci_low, ci_high) = interval.map(|Interval { low, high }| (low, high)).unzip();
        Found { value, se: Some(se), deff, ci_low, ci_high, n }
    }

    /// A domain without a value has a row without an estimate, so that nobody has to wonder where
    /// it is; the whole without a value is an error.
    fn row(
        &self,
        statistic: Kind,
        variable: &str,
        domain: &Domain,
        found: Result<Found, EstimateError>,
    ) -> Result<Row, AnalyseError> {
        let is_whole = std::ptr::eq(domain, &raw const self.domains[0]);
        let mut without = None;
        let found = match found {
            Ok(found) => Some(found),
            Err(EstimateError::EmptyDomain) if !is_whole => {
                without = Some((NoEstimate::NoValue, 0));
                None
            }
            Err(EstimateError::ZeroDenominator { n }) if !is_whole => {
                without = Some((NoEstimate::ZeroDenominator, n));
                None
            }
            Err(EstimateError::Design(error)) => {
                return Err(sampling::explain(error, self.data, &self.request.sampling));
            }
            Err(reason) => {
                return Err(no_estimate((statistic, variable), domain.name.clone(), reason));
            }
        };
        let row = Row {
            statistic,
            variable: variable.to_owned(),
            level: None,
            domain: domain.name.clone(),
            estimate: found.as_ref().map(|found| found.value),
            se: found.as_ref().and_then(|found| found.se),
            df: domain.df,
            deff: found.as_ref().and_then(|found| found.deff),
            ci_low: found.as_ref().and_then(|found| found.ci_low),
            ci_high: found.as_ref().and_then(|found| found.ci_high),
            n: found.as_ref().map(|found| found.n).or(without.map(|(_, n)| n)).unwrap_or_default(),
            missing: without.map(|(why, _)| why),
        };
        let numbers = [row.estimate, row.se, row.deff, row.ci_low, row.ci_high];
        if numbers.into_iter().flatten().all(f64::is_finite) {
            Ok(row)
        } else {
            Err(no_estimate((statistic, variable), domain.name.clone(), EstimateError::Overflow))
        }
    }
}

/// None where the design leaves no degrees of freedom, or a share no rows to count with.
fn interval_of(estimate: &Estimate, interval: ShareInterval, level: Level) -> Option<Interval> {
    let observed = BoundedEstimate::from(estimate);
    match interval {
        ShareInterval::T => t(observed.value, observed.se, observed.df, level),
        ShareInterval::Logit => logit_between(&observed, Bounds::SHARE, level),
        ShareInterval::Beta => korn_graubard(&observed, level),
    }
    .ok()
}

fn no_estimate(
    (statistic, variable): (Kind, &str),
    domain: Option<String>,
    reason: EstimateError,
) -> AnalyseError {
    let (variable, reason) = (variable.to_owned(), Box::new(reason));
    AnalyseError::Estimate { statistic, variable, domain, reason }
}
