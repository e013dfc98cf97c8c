//! The words after `thuocdo analyse`.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use scoring::analyse::{
    Condition, Level, LonelyPsu, Nesting, PopulationTotal, Request, Sampling, ShareInterval,
    Statistic, Weighting,
};

use super::margins;
use crate::cli::output::Format;

/// What is estimated from which file, and how its rows were drawn.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Microdata: CSV with a header (commas, semicolons, tabs or bars) or Parquet.
    pub(super) file: PathBuf,
    #[command(flatten)]
    statistics: Statistics,
    #[command(flatten)]
    design: Design,
    #[command(flatten)]
    populations: Populations,
    /// One domain for each combination of values, besides the whole; repeatable.
    #[arg(long, value_name = "COLUMN")]
    by: Vec<String>,
    /// Only these rows, as a domain within the full design; repeatable, and all conditions must hold. A
    /// column whose name has a sign of equality stands in quotes: `"a=b"=3`.
    #[arg(long = "where", value_name = "COLUMN=VALUE", value_parser = condition)]
    conditions: Vec<Condition>,
    /// Refuse the file if the column holds anything but the levels 1 to 5; repeatable.
    #[arg(long, value_name = "COLUMN")]
    likert: Vec<String>,
    /// Texts that mean “missing”, besides the empty text, instead of the usual ones. Columns of the
    /// design always have the usual ones.
    #[arg(long, value_name = "TEXT", value_delimiter = ',', default_values = delimited::value::MISSING)]
    missing: Vec<String>,
    /// The interval of shares; all other intervals are t intervals.
    #[arg(long, value_enum, default_value = "t")]
    interval: Interval,
    /// The coverage of intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    /// The output format.
    #[arg(long, value_enum, default_value = "table")]
    pub(super) format: Format,
}

/// What is estimated.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
struct Statistics {
    /// The mean of a column; repeatable.
    #[arg(long, value_name = "COLUMN")]
    mean: Vec<String>,
    /// The total of a column; repeatable.
    #[arg(long, value_name = "COLUMN")]
    total: Vec<String>,
    /// The total of one column over that of another; repeatable.
    #[arg(long, value_name = "A/B", value_parser = ratio)]
    ratio: Vec<Statistic>,
    /// The share of each value of a column; repeatable.
    #[arg(long, value_name = "COLUMN")]
    share: Vec<String>,
    /// A quantile of a column, such as `income:0.5` for the median; repeatable.
    #[arg(long, value_name = "COLUMN:P", value_parser = quantile)]
    quantile: Vec<Statistic>,
}

/// How rows were drawn. Columns of several stages repeat, from the first stage to the last.
#[derive(Debug, clap::Args)]
#[group(skip)]
struct Design {
    /// Weights; the default follows from the populations of all stages.
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// Strata.
    #[arg(long, value_name = "COLUMN")]
    strata: Vec<String>,
    /// Primary sampling units, then those of later stages.
    #[arg(long, value_name = "COLUMN")]
    psu: Vec<String>,
    /// Finite populations: numbers of units, or fractions that were drawn.
    #[arg(long, value_name = "COLUMN")]
    fpc: Vec<String>,
    /// How to treat a stratum with one PSU.
    #[arg(long, value_enum, default_value = "fail")]
    lonely_psu: Lonely,
    /// Each stratum numbers its PSUs independently.
    #[arg(long)]
    nest: bool,
}

/// Population totals that the weights are made to meet. Margins are CSV files with a column for
/// each variable and the column `total`.
#[derive(Debug, clap::Args)]
#[group(skip)]
struct Populations {
    /// Post-stratify to one margin.
    #[arg(long, value_name = "MARGIN.csv", conflicts_with_all = ["rake", "calibrate"])]
    post_stratify: Option<PathBuf>,
    /// Rake to several margins; repeatable.
    #[arg(long, value_name = "MARGIN.csv", conflicts_with = "calibrate")]
    rake: Vec<PathBuf>,
    /// Calibrate linearly to several margins; repeatable.
    #[arg(long, value_name = "MARGIN.csv")]
    calibrate: Vec<PathBuf>,
    /// Calibrate also to the total of a column of numbers; repeatable.
    #[arg(long, value_name = "COLUMN=TOTAL", value_parser = population_total, requires = "calibrate")]
    calibrate_total: Vec<PopulationTotal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Lonely {
    /// Fail with an error that names the stratum.
    Fail,
    /// It contributes nothing to variances.
    Remove,
    /// It is centred at the mean of the whole.
    Adjust,
    /// It contributes as much as the others on average.
    Average,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Interval {
    /// Estimate ± t × standard error.
    T,
    /// The t interval of the logit, transformed back.
    Logit,
    /// Korn and Graubard: Clopper–Pearson with the effective sample size.
    Beta,
}

impl Arguments {
    /// What is asked; reads the files of margins.
    pub(super) fn request(self) -> anyhow::Result<Request> {
        let Self {
            file: _,
            statistics: Statistics { mean, total, ratio, share, quantile },
            design: Design { weight, strata, psu, fpc, lonely_psu, nest },
            populations,
            by,
            conditions,
            likert,
            missing,
            interval,
            level,
            format: _,
        } = self;
        let statistics = (mean.into_iter().map(Statistic::Mean))
            .chain(total.into_iter().map(Statistic::Total))
            .chain(ratio)
            .chain(share.into_iter().map(Statistic::Share))
            .chain(quantile)
            .collect();
        let lonely = match lonely_psu {
            Lonely::Fail => LonelyPsu::Fail,
            Lonely::Remove => LonelyPsu::Remove,
            Lonely::Adjust => LonelyPsu::Adjust,
            Lonely::Average => LonelyPsu::Average,
        };
        let nesting = if nest { Nesting::WithinStrata } else { Nesting::Unique };
        let share_interval = match interval {
            Interval::T => ShareInterval::T,
            Interval::Logit => ShareInterval::Logit,
            Interval::Beta => ShareInterval::Beta,
        };
        Ok(Request {
            sampling: Sampling { weight, strata, psu, fpc, lonely, nesting },
            weighting: populations.weighting()?,
            statistics,
            by,
            conditions,
            likert,
            missing,
            share_interval,
            level,
        })
    }
}

impl Populations {
    fn weighting(self) -> anyhow::Result<Weighting> {
        let Populations { post_stratify, rake, calibrate, calibrate_total: totals } = self;
        Ok(match post_stratify {
            Some(file) => Weighting::PostStratified(margins::read(&file)?),
            None if !rake.is_empty() => Weighting::Raked(margins::read_all(&rake)?),
            None if !calibrate.is_empty() => {
                Weighting::Calibrated { margins: margins::read_all(&calibrate)?, totals }
            }
            None => Weighting::AsDrawn,
        })
    }
}

/// Up to the first sign: values may contain it. A column whose name does stands in quotes.
fn condition(text: &str) -> anyhow::Result<Condition> {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.split_once("\"="));
    let (column, value) = quoted
        .or_else(|| text.split_once('='))
        .ok_or_else(|| anyhow!("the form is COLUMN=VALUE"))?;
    Ok(Condition { column: column.to_owned(), value: value.to_owned() })
}

fn ratio(text: &str) -> anyhow::Result<Statistic> {
    let (numerator, denominator) = pair(text, '/', "NUMERATOR/DENOMINATOR")?;
    Ok(Statistic::Ratio { numerator, denominator })
}

fn quantile(text: &str) -> anyhow::Result<Statistic> {
    let (column, probability) = pair(text, ':', "COLUMN:PROBABILITY")?;
    let parsed = probability.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    let probability = parsed.with_context(|| format!("{probability} is not from 0 to 1"))?;
    Ok(Statistic::Quantile { column, probability })
}

fn population_total(text: &str) -> anyhow::Result<PopulationTotal> {
    let (column, total) = pair(text, '=', "COLUMN=TOTAL")?;
    let parsed = total.parse().ok().filter(|number: &f64| number.is_finite());
    let total = parsed.with_context(|| format!("{total} is not a number"))?;
    Ok(PopulationTotal { column, total })
}

fn level(text: &str) -> anyhow::Result<Level> {
    Ok(Level::new(text.parse()?)?)
}

/// Both sides of the last separator, so that column names may contain it.
fn pair(text: &str, separator: char, form: &str) -> anyhow::Result<(String, String)> {
    let (left, right) = text.rsplit_once(separator).ok_or_else(|| anyhow!("the form is {form}"))?;
    Ok((left.to_owned(), right.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn parse(line: &str) -> Result<Arguments, String> {
        let words = std::iter::once("analyse").chain(line.split(' '));
        Line::try_parse_from(words).map(|line| line.arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn options_become_a_request() {
        let line = "f.csv --total a --mean b --mean c --ratio x/y/z --share d --quantile e:0.5 \
                    --weight w --strata s --psu p --psu q --fpc m --fpc n --lonely-psu adjust \
                    --nest --by g --by h --where k=1=v --where \"m=n\"=x=y --likert b --missing .,99 \
                    --interval beta --level 0.9";
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        let expected = Request {
            sampling: Sampling {
                weight: Some("w".to_owned()),
                strata: words(&["s"]),
                psu: words(&["p", "q"]),
                fpc: words(&["m", "n"]),
                lonely: LonelyPsu::Adjust,
                nesting: Nesting::WithinStrata,
            },
            weighting: Weighting::AsDrawn,
            statistics: vec![
                Statistic::Mean("b".to_owned()),
                Statistic::Mean("c".to_owned()),
                Statistic::Total("a".to_owned()),
                Statistic::Ratio { numerator: "x/y".to_owned(), denominator: "z".to_owned() },
                Statistic::Share("d".to_owned()),
                Statistic::Quantile { column: "e".to_owned(), probability: 0.5 },
            ],
            by: words(&["g", "h"]),
            conditions: vec![
                Condition { column: "k".to_owned(), value: "1=v".to_owned() },
                Condition { column: "m=n".to_owned(), value: "x=y".to_owned() },
            ],
            likert: words(&["b"]),
            missing: words(&[".", "99"]),
            share_interval: ShareInterval::Beta,
            level: Level::new(0.9).unwrap(),
        };
        assert_eq!(parse(line).unwrap().request().unwrap(), expected);
    }

    #[test]
    fn options_that_cannot_be_meant_are_refused() {
        for (line, expected) in [
            ("f.csv", "required arguments were not provided"),
            ("f.csv --ratio a", "the form is NUMERATOR/DENOMINATOR"),
            ("f.csv --quantile a:2", "2 is not from 0 to 1"),
            ("f.csv --mean a --level 1", "a confidence level lies between 0 and 1: 1"),
            ("f.csv --mean a --where b", "the form is COLUMN=VALUE"),
            ("f.csv --mean a --post-stratify m --rake n", "cannot be used with"),
            ("f.csv --mean a --calibrate-total x=1", "required arguments were not provided"),
        ] {
            let message = parse(line).unwrap_err();
            assert!(message.contains(expected), "{line}: {message}");
        }
    }
}
