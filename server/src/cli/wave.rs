//! `thuocdo wave`: create a wave with its service points, show these, or list the waves.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use store::WaveAdded;
use survey_defs::api::paths;
use survey_defs::audit::{NewAuditEntry, Reason};
use survey_defs::caller::Caller;
use survey_defs::ids::{PointId, WaveId};
use survey_defs::instrument::InstrumentRef;
use survey_defs::short_code::ShortCode;
use survey_defs::wave::{Population, ServicePoint, Takes, Wave};

use super::output::{self, Format};
use super::storage::{self, Access};
use crate::catalogue::definitions::Definitions;
use crate::catalogue::unit_name;
use crate::catalogue::waves::{self, WaveCounts};
use crate::system::clock::{Clock, SystemClock};

/// What to do with waves.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Create a wave from a TOML file; repeating it with the same file changes nothing.
    Add {
        /// The file: a table `wave`, and for each service point a table `points` that repeats the
        /// id of the wave; the README has an example.
        file: PathBuf,
    },
    /// List the service points of a wave with their short codes: `/p/CODE` leads to the form.
    Show {
        /// The wave.
        wave: WaveId,
    },
    /// Change what a wave takes: forms, sample or level_counts. Only a wave without records changes.
    Takes {
        /// The wave.
        wave: WaveId,
        /// What it takes from now on.
        takes: Takes,
        /// Why, for the audit log.
        #[arg(long)]
        because: Reason,
    },
    /// List the waves.
    List {
        /// The output format.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
}

/// A wave and its service points as they are written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveFile {
    wave: Wave,
    #[serde(default)]
    points: Vec<ServicePoint>,
}

/// Creates, shows or lists waves.
pub(super) async fn run(arguments: Arguments, caller: &Caller) -> anyhow::Result<()> {
    match arguments.action {
        Action::Add { file } => add(&file, &arguments.storage, caller).await,
        Action::Show { wave } => show(&wave, &arguments.storage).await,
        Action::Takes { wave, takes, because } => {
            change_takes((&wave, takes, because), &arguments.storage, caller).await
        }
        Action::List { format } => list(&arguments.storage, format).await,
    }
}

async fn add(file: &PathBuf, storage: &storage::Options, caller: &Caller) -> anyhow::Result<()> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    let WaveFile { wave, points } =
        toml::from_str(&text).with_context(|| format!("{name} is not a wave file"))?;
    storage::with(storage, Access::Prepare, async |store| {
        let (definitions, codes) = (Definitions::embedded(), storage::new_codes());
        let added = waves::add(&*store, &definitions, (&wave, &points), &codes, caller).await;
        let added = added.with_context(|| format!("{name} is refused; nothing was added"))?;
        let codes = store.short_codes(&wave.id).await?;
        output::line(&format!(
            "wave {} with {} service points{}",
            wave.id,
            points.len(),
            news(added)
        ));
        for point in &points {
            let path = paths::fill(paths::FORM_PAGE, &[wave.id.as_str(), point.id.as_str()]);
            let short = short_path(&codes, point);
            output::line(&format!("  {short}  {path}  {}", point.name.vi));
        }
        Ok(())
    })
    .await
}

/// What is new of a wave that was there before.
fn news(WaveAdded { is_new, new_points, new_telephones }: WaveAdded) -> String {
    match (is_new, new_points, new_telephones) {
        (true, ..) => String::new(),
        (false, 0, 0) => ", as before; nothing is new".to_owned(),
        (false, points, telephones) => {
            format!(", of which {points} are new and {telephones} have another telephone number")
        }
    }
}

async fn change_takes(
    (wave, takes, because): (&WaveId, Takes, Reason),
    storage: &storage::Options,
    caller: &Caller,
) -> anyhow::Result<()> {
    storage::with(storage, Access::Work, async |store| {
        let audit = NewAuditEntry::new(caller, SystemClock.now(), because);
        let has_changed = store.change_takes(wave, takes, &audit).await?;
        let before = if has_changed { "now" } else { "already" };
        output::line(&format!("wave {wave} {before} takes {takes}"));
        Ok(())
    })
    .await
}

async fn show(wave: &WaveId, storage: &storage::Options) -> anyhow::Result<()> {
    storage::with(storage, Access::Work, async |store| {
        let found = store.wave(wave).await?;
        found.with_context(|| format!("there is no wave {wave}"))?;
        let codes = store.short_codes(wave).await?;
        let rows: Vec<_> = store
            .points(wave)
            .await?
            .iter()
            .map(|point| {
                vec![
                    short_path(&codes, point),
                    point.id.to_string(),
                    point.channel.to_string(),
                    unit_name(&point.unit).vi,
                    point.name.vi.clone(),
                ]
            })
            .collect();
        let header = ["short address", "point", "channel", "unit", "name"];
        output::table(&header.map(str::to_owned), &rows);
        Ok(())
    })
    .await
}

fn short_path(codes: &BTreeMap<PointId, ShortCode>, point: &ServicePoint) -> String {
    codes
        .get(&point.id)
        .map_or_else(String::new, |code| paths::fill(paths::CODE_PAGE, &[code.as_str()]))
}

/// A wave as it is listed.
#[derive(Debug, Serialize)]
struct Row {
    wave: WaveId,
    title: String,
    population: Population,
    takes: Takes,
    instrument: InstrumentRef,
    forms: u64,
    quarantine: u64,
    data: &'static str,
}

impl From<WaveCounts> for Row {
    fn from(WaveCounts { wave, submissions, quarantined }: WaveCounts) -> Self {
        Self {
            title: wave.title.vi.clone(),
            population: wave.population,
            takes: wave.takes,
            instrument: wave.instrument.clone(),
            forms: submissions,
            quarantine: quarantined,
            data: if wave.simulated { "simulated" } else { "real" },
            wave: wave.id.clone(),
        }
    }
}

impl Row {
    fn cells(&self) -> Vec<String> {
        vec![
            self.wave.to_string(),
            self.title.clone(),
            self.population.to_string(),
            self.takes.to_string(),
            self.instrument.to_string(),
            self.forms.to_string(),
            self.quarantine.to_string(),
            self.data.to_owned(),
        ]
    }
}

async fn list(storage: &storage::Options, format: Format) -> anyhow::Result<()> {
    storage::with(storage, Access::Work, async |store| {
        let counts = waves::list(&*store).await?;
        let waves: Vec<Row> = counts.into_iter().map(Row::from).collect();
        let header =
            ["wave", "title", "population", "takes", "instrument", "forms", "quarantine", "data"];
        output::rows(format, header, &waves, Row::cells)
    })
    .await
}
