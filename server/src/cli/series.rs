//! `thuocdo series`: scores over time, the same numbers as everywhere.

use jiff::civil::Date;
use survey_defs::analysis::{
    Break, Grouping, SeriesBounds, SeriesCell, SeriesPoint, SeriesQuery, SeriesTable, Suppression,
};
use survey_defs::ids::MethodId;
use survey_defs::wave::Population;

use super::output::{self, Format};
use super::score::words;
use super::storage::{self, Access};
use crate::analysis::series;
use crate::catalogue::definitions::Definitions;

/// Which series.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The waves with commas between them, in the order of the points; all of one population.
    #[arg(long, visible_alias = "wave", value_name = "WAVE,…")]
    waves: String,
    /// The points of a single wave: reporting periods with commas between them, as for `score`.
    #[arg(long, value_name = "PERIOD,…")]
    periods: Option<String>,
    /// The grouping: city, district, ward, agency or branch.
    #[arg(long)]
    by: Grouping,
    /// The day whose units are the groups; the latest geography of the waves if not given.
    #[arg(long, value_name = "DAY")]
    geography: Option<Date>,
    /// The part of the index: overall, content:…, factor:… or item:….
    #[arg(long)]
    node: Option<String>,
    /// The method of all points; of each wave its own if not given.
    #[arg(long)]
    method: Option<MethodId>,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// Prints the series.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { waves, periods, by, geography, node, method, format, storage } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        let query = SeriesQuery { waves, periods, by, geography, node, method };
        let (scoreboard, definitions) = (storage.scoreboard()?, Definitions::embedded());
        let table = series::table(&scoreboard, &*store, &definitions, query).await?;
        match format {
            Format::Json => output::json(&table),
            Format::Csv => csv(&table),
            Format::Table => {
                print(&table);
                Ok(())
            }
        }
    })
    .await
}

fn print(table: &SeriesTable) {
    if table.points.iter().any(|point| point.simulated) {
        output::line("DỮ LIỆU MÔ PHỎNG / SIMULATED DATA");
    }
    let population = match table.points.first().map(|point| point.population) {
        Some(Population::Household) => "household sample",
        Some(Population::Transaction) | None => "transactions (not SIPAS)",
    };
    let SeriesTable { geography, min_n, .. } = table;
    let (level, node) = words(&table.node.node);
    output::line(&format!(
        "{level} {node}: {population}; units of {geography}; n < {min_n} suppressed"
    ));
    let mut header = vec![table.by.to_string()];
    for (place, point) in table.points.iter().enumerate() {
        let line = describe(point);
        output::line(&format!("  {}. {line}", place + 1));
        header.push(format!("{}n", if is_break(table, place) { "≠ " } else { "" }));
        header.push(format!("{}. score (interval)", place + 1));
    }
    for one in &table.breaks {
        let kinds = kinds(&one.kinds).join(", ");
        output::line(&format!("  ≠ between {} and {}: {kinds}", one.after + 1, one.after + 2));
    }
    let row = |group: &survey_defs::analysis::SeriesGroup| {
        let cells = group.cells.iter().zip(&table.points);
        let cells = cells.flat_map(|(cell, point)| shown(cell, point, *min_n));
        std::iter::once(group.group.name.vi.clone()).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = table.groups.iter().map(row).collect();
    output::table(&header, &rows);
    if let Some(assumption) = &table.assumption {
        output::line("‹low–high›: bounds; %: how much of the weight rests on the assumption.");
        output::line(&assumption.vi);
        output::line(&assumption.en);
    }
}

fn describe(point: &SeriesPoint) -> String {
    let mut parts = vec![point.wave_title.vi.clone()];
    parts.extend(point.period.as_ref().map(|period| period.vi.clone()));
    parts.push(format!("instrument {}", point.instrument));
    parts.push(format!("method {} v{}", point.method.id, point.method.version));
    parts.push(format!("units of {}", point.own_geography));
    parts.extend(point.bridged.then(|| "bridged".to_owned()));
    parts.extend(point.approximate_groups.then(|| "former districts are approximate".to_owned()));
    let channels = point.channels.iter().map(|one| format!("{} {}", one.channel, one.forms));
    parts.extend(channels);
    if !point.left_out.is_empty() {
        let names: Vec<&str> = point.left_out.iter().map(|label| label.name.vi.as_str()).collect();
        parts.push(format!("without a successor: {}", names.join(", ")));
    }
    parts.join("; ")
}

/// n and score of a cell.
fn shown(cell: &SeriesCell, point: &SeriesPoint, min_n: u64) -> [String; 2] {
    match cell.suppressed {
        Some(Suppression::TooFew) => return [format!("<{min_n}"), format!("n<{min_n}")],
        Some(Suppression::Complementary) => return [String::new(), "hidden".into()],
        None => {}
    }
    let decimals = usize::from(point.method.decimals);
    let number = |value: f64| format!("{value:.decimals$}");
    let n = cell.n.map_or_else(String::new, |n| n.to_string());
    let Some(score) = cell.score else {
        return [n, "–".to_owned()];
    };
    let interval =
        cell.precision.map(|one| format!("({}–{})", number(one.ci_low), number(one.ci_high)));
    let bounds = cell.bounds.map(|SeriesBounds { low, high }| {
        format!("‹{}–{}› {:.0}%", number(low), number(high), 100.0 * cell.assumed)
    });
    let words: Vec<String> = std::iter::once(number(score)).chain(interval).chain(bounds).collect();
    [n, words.join(" ")]
}

/// Whether something is not the same as at the point before.
fn is_break(table: &SeriesTable, place: usize) -> bool {
    table.breaks.iter().any(|one| one.after + 1 == place)
}

fn kinds(kinds: &[Break]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.as_str()).collect()
}

fn csv(table: &SeriesTable) -> anyhow::Result<()> {
    let (level, node) = words(&table.node.node);
    let mut rows = Vec::new();
    for group in &table.groups {
        for (place, (cell, point)) in group.cells.iter().zip(&table.points).enumerate() {
            let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
            let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let broken = table.breaks.iter().find(|one| one.after + 1 == place);
            let broken = broken.map(|one| kinds(&one.kinds).join("|")).unwrap_or_default();
            let precision = cell.precision;
            rows.push(vec![
                group.group.key.clone(),
                group.group.name.vi.clone(),
                level.to_owned(),
                node.to_owned(),
                point.wave.to_string(),
                day(point.first_day),
                day(point.last_day),
                number(cell.score),
                cell.n.map(|n| n.to_string()).unwrap_or_default(),
                number(precision.map(|one| one.se)),
                precision.map(|one| one.df.to_string()).unwrap_or_default(),
                number(precision.map(|one| one.ci_low)),
                number(precision.map(|one| one.ci_high)),
                number(cell.bounds.map(|one| one.low)),
                number(cell.bounds.map(|one| one.high)),
                cell.assumed.to_string(),
                suppressed(cell).to_owned(),
                broken,
                point.own_geography.to_string(),
                table.geography.to_string(),
                point.instrument.to_string(),
                format!("{} v{}", point.method.id, point.method.version),
                point.data_position.to_string(),
                point.simulated.to_string(),
            ]);
        }
    }
    output::csv(&HEADER, &rows)
}

const HEADER: [&str; 24] = [
    "group",
    "name",
    "level",
    "node",
    "wave",
    "first_day",
    "last_day",
    "score",
    "n",
    "se",
    "df",
    "ci_low",
    "ci_high",
    "bound_low",
    "bound_high",
    "assumed",
    "suppressed",
    "breaks_before",
    "own_geography",
    "geography",
    "instrument",
    "method",
    "data_position",
    "simulated",
];

fn suppressed(cell: &SeriesCell) -> &'static str {
    match cell.suppressed {
        None => "",
        Some(Suppression::TooFew) => "too_few",
        Some(Suppression::Complementary) => "complementary",
    }
}
