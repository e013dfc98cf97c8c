//! `thuocdo quality`: how carefully the forms of a wave were filled in.

use anyhow::{bail, ensure};
use survey_defs::analysis::{
    FactorReliability, Flag, FlagCounts, FlagEffect, FormQuality, NoReliability, Quality,
    QualityQuery, QualityReport, ScoreCell, StatementReliability, Suppression,
};
use survey_defs::ids::WaveId;

use super::output::{self, Format};
use super::score::words;
use super::storage::{self, Access};
use crate::analysis::quality::{JudgedForm, JudgedForms};
use crate::catalogue::definitions::Definitions;

/// Of which forms.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// A reporting period: 2026-q1, thanh-xuan:2026-q1, 2026-03, 2026 or 2026-01-01..2026-01-31.
    #[arg(long)]
    period: Option<String>,
    /// Only some answers: `channel=kiosk`, `respondent_type=organisation`, `quality=unflagged`;
    /// repeatable.
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    filters: Vec<String>,
    /// One row for each form instead of a report: patterns and flags, no answers; as CSV.
    #[arg(long)]
    responses: bool,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// Prints the report or the forms.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let (format, responses) = (arguments.format, arguments.responses);
    let storage = arguments.storage.clone();
    storage::with(&storage, Access::Work, async |store| {
        let scoreboard = storage.scoreboard()?;
        let definitions = Definitions::embedded();
        let query = query(arguments)?;
        if responses {
            ensure!(format == Format::Csv, "forms come as CSV only: add --format csv");
            let forms = JudgedForms::of(&*store, &definitions, &query).await?;
            return print_forms(forms).await;
        }
        let report = scoreboard.quality(&*store, &definitions, query).await;
        let report = report?;
        match format {
            Format::Json => output::json(&report),
            Format::Csv => csv(&report),
            Format::Table => {
                print(&report);
                Ok(())
            }
        }
    })
    .await
}

fn query(arguments: Arguments) -> anyhow::Result<QualityQuery> {
    let Arguments { wave, period, filters, responses: _, format: _, storage: _ } = arguments;
    let (channel, respondent_type, quality) = (None, None, Quality::All);
    let mut query = QualityQuery { wave, period, channel, respondent_type, quality };
    for filter in filters {
        match filter.split_once('=') {
            Some(("channel", word)) => query.channel = Some(word.parse()?),
            Some(("respondent_type", word)) => query.respondent_type = Some(word.parse()?),
            Some(("quality", word)) => query.quality = word.parse()?,
            _ => bail!("“{filter}” is no filter; use channel=…, respondent_type=… or quality=…"),
        }
    }
    Ok(query)
}

async fn print_forms(mut forms: JudgedForms<'_>) -> anyhow::Result<()> {
    let header = [
        "id",
        "position",
        "unit",
        "day",
        "channel",
        "longest_run",
        "intra_individual_sd",
        "share_answered",
        "seconds",
        "seconds_per_answer",
        "flags",
    ];
    output::csv(&header, &[])?;
    while let Some(page) = forms.next_page().await? {
        output::csv_rows(&page.into_iter().map(row_of_form).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn row_of_form(form: JudgedForm) -> Vec<String> {
    let JudgedForm { id, position, unit, day, channel, seconds, pattern } = form;
    let flags: Vec<&str> = pattern.flags.iter().map(|flag| flag.as_str()).collect();
    vec![
        id.to_string(),
        position.to_string(),
        unit.to_string(),
        day.to_string(),
        channel.to_string(),
        pattern.longest_run.to_string(),
        decimals(pattern.intra_individual_sd),
        decimals(pattern.share_answered),
        seconds.map(|seconds| seconds.to_string()).unwrap_or_default(),
        decimals(pattern.seconds_per_answer),
        flags.join("|"),
    ]
}

fn decimals(number: Option<f64>) -> String {
    number.map(|number| format!("{number:.4}")).unwrap_or_default()
}

fn print(report: &QualityReport) {
    if report.simulated {
        output::line("DỮ LIỆU MÔ PHỎNG / SIMULATED DATA");
    }
    let limits = report.limits;
    output::line(&format!(
        "{}: instrument {}; log position {}; flags mark, nothing is deleted",
        report.wave_title.vi, report.instrument, report.data_position,
    ));
    output::line(&format!(
        "straight_lining: longest run ≥ {} % of answers; low_variation: SD < {}; both from {} answers; \
         speeding: < {} s per answer",
        100.0 * limits.longest_run_share,
        limits.least_sd,
        limits.least_answered,
        limits.least_seconds,
    ));
    print_flags(report);
    print_factors(report);
    print_effects(report);
}

fn print_flags(report: &QualityReport) {
    let header = ["forms", "n", "judged", "timed"]
        .into_iter()
        .chain(Flag::ALL.iter().map(|one| one.as_str()));
    let header: Vec<String> = header.chain(["any flag", "share"]).map(ToOwned::to_owned).collect();
    let row = |name: String, forms: FormQuality| {
        let mut row = vec![name];
        match forms.counts {
            Some(counts) => {
                row.extend(numbers(counts).map(|number| number.to_string()));
                row.push(format!("{:.2} %", 100.0 * counts.flagged_share));
            }
            None => row.resize(header.len(), hidden(forms.suppressed, report.min_n)),
        }
        row
    };
    let mut rows = vec![row("all".to_owned(), report.forms)];
    rows.extend(report.channels.iter().map(|one| row(one.channel.to_string(), one.forms)));
    output::table(&header, &rows);
}

fn numbers(counts: FlagCounts) -> [u64; 7] {
    let FlagCounts { forms, judged, timed, straight_lining, low_variation, speeding, .. } = counts;
    [forms, judged, timed, straight_lining, low_variation, speeding, counts.flagged]
}

fn hidden(suppressed: Option<Suppression>, min_n: u64) -> String {
    match suppressed {
        Some(Suppression::TooFew) => format!("n<{min_n}"),
        Some(Suppression::Complementary) => "hidden".to_owned(),
        None => "–".to_owned(),
    }
}

fn print_factors(report: &QualityReport) {
    let header = ["factor, statement", "n", "alpha", "standardised", "mean r"];
    let header = header.into_iter().chain(["alpha if dropped", "item–rest r"]);
    let header: Vec<String> = header.map(ToOwned::to_owned).collect();
    let shown = |number: Option<f64>| {
        number.map_or_else(|| "–".to_owned(), |number| format!("{number:.3}"))
    };
    let mut rows = Vec::new();
    for FactorReliability { label, reliability, missing } in &report.factors {
        let mut row = vec![words(&label.node).1.to_owned()];
        let Some(found) = reliability else {
            row.push(missing.map_or("–", why).to_owned());
            row.resize(header.len(), String::new());
            rows.push(row);
            continue;
        };
        row.push(found.n.to_string());
        let coefficients = [Some(found.alpha), found.alpha_standardised];
        row.extend(coefficients.into_iter().chain([Some(found.mean_correlation)]).map(shown));
        row.resize(header.len(), String::new());
        rows.push(row);
        for StatementReliability { label, alpha_if_dropped, rest_correlation } in &found.statements
        {
            let mut row = vec![format!("  {}", words(&label.node).1)];
            row.resize(header.len() - 2, String::new());
            row.extend([*alpha_if_dropped, *rest_correlation].map(shown));
            rows.push(row);
        }
    }
    output::table(&header, &rows);
}

fn why(missing: NoReliability) -> &'static str {
    match missing {
        NoReliability::OneStatement => "one statement",
        NoReliability::TooFew => "too few",
        NoReliability::NoVariance => "no variance",
    }
}

fn print_effects(report: &QualityReport) {
    let header = ["score", "n with", "with", "n without", "without flags", "difference"];
    let header: Vec<String> = header.map(ToOwned::to_owned).into();
    let decimals = usize::from(report.method.decimals);
    let score = |cell: &ScoreCell| match (cell.suppressed, cell.score) {
        (None, Some(score)) => format!("{score:.decimals$}"),
        (suppressed, _) => hidden(suppressed, report.min_n),
    };
    let n = |cell: &ScoreCell| cell.n.map_or_else(|| "–".to_owned(), |n| n.to_string());
    let row = |effect: &FlagEffect| {
        let FlagEffect { label, with, without, difference } = effect;
        vec![
            words(&label.node).1.to_owned(),
            n(with),
            score(with),
            n(without),
            score(without),
            difference.map_or_else(|| "–".to_owned(), |points| format!("{points:+.decimals$}")),
        ]
    };
    output::table(&header, &report.scores.iter().map(row).collect::<Vec<_>>());
}

/// One row for each figure, so that the parts of the report fit one file.
fn csv(report: &QualityReport) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    let mut push = |part: &str, subject: &str, figure: &str, value: Option<String>| {
        let value = value.unwrap_or_default();
        rows.push(vec![part.to_owned(), subject.to_owned(), figure.to_owned(), value]);
    };
    let channels = report.channels.iter().map(|one| (one.channel.as_str(), one.forms));
    for (subject, forms) in [("all", report.forms)].into_iter().chain(channels) {
        let names = ["forms", "judged", "timed", "straight_lining", "low_variation", "speeding"];
        let counts = forms.counts.map(numbers);
        for (place, name) in names.into_iter().chain(["flagged"]).enumerate() {
            push("forms", subject, name, counts.map(|counts| counts[place].to_string()));
        }
    }
    for FactorReliability { label, reliability, missing: _ } in &report.factors {
        let (subject, found) = (words(&label.node).1, reliability.as_ref());
        push("factor", subject, "n", found.map(|one| one.n.to_string()));
        for (name, value) in [
            ("alpha", found.map(|one| one.alpha)),
            ("alpha_standardised", found.and_then(|one| one.alpha_standardised)),
            ("mean_correlation", found.map(|one| one.mean_correlation)),
        ] {
            push("factor", subject, name, value.map(|value| value.to_string()));
        }
        for one in found.map_or(&[][..], |one| &one.statements) {
            let subject = words(&one.label.node).1;
            for (name, value) in [
                ("alpha_if_dropped", one.alpha_if_dropped),
                ("rest_correlation", one.rest_correlation),
            ] {
                push("statement", subject, name, value.map(|value| value.to_string()));
            }
        }
    }
    for FlagEffect { label, with, without, difference } in &report.scores {
        let subject = words(&label.node).1;
        push("score", subject, "n_with", with.n.map(|n| n.to_string()));
        push("score", subject, "with", with.score.map(|score| score.to_string()));
        push("score", subject, "n_without", without.n.map(|n| n.to_string()));
        push("score", subject, "without", without.score.map(|score| score.to_string()));
        push("score", subject, "difference", difference.map(|points| points.to_string()));
    }
    output::csv(&["part", "subject", "figure", "value"], &rows)
}
