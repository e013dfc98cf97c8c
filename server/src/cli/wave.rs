//! `thuocdo wave`: create a wave with its service points, or list the waves.

use std::path::PathBuf;

use anyhow::{Context, bail};
use serde::Deserialize;
use survey_defs::api::paths;
use survey_defs::unit::Gazetteer;
use survey_defs::wave::{ServicePoint, Wave};

use super::output;
use super::storage::{self, Access};
use crate::catalogue::definitions::Definitions;

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
    /// List the waves.
    List,
}

/// A wave and its service points as they are written down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveFile {
    wave: Wave,
    #[serde(default)]
    points: Vec<ServicePoint>,
}

/// Creates or lists waves.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.action {
        Action::Add { file } => add(&file, &arguments.storage).await,
        Action::List => list(&arguments.storage).await,
    }
}

async fn add(file: &PathBuf, storage: &storage::Options) -> anyhow::Result<()> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    let WaveFile { wave, points } =
        toml::from_str(&text).with_context(|| format!("{name} is no wave file"))?;
    check(&wave, &points).with_context(|| format!("{name} is refused"))?;
    storage::with(storage, Access::Create, async |store| {
        store.create_wave(&wave).await?;
        store.add_points(&points).await?;
        output::line(&format!("wave {} with {} service points", wave.id, points.len()));
        for point in &points {
            let path = paths::fill(paths::FORM_PAGE, &[wave.id.as_str(), point.id.as_str()]);
            output::line(&format!("  {path}  {}", point.name.vi));
        }
        Ok(())
    })
    .await
}

fn check(wave: &Wave, points: &[ServicePoint]) -> anyhow::Result<()> {
    let definitions = Definitions::embedded();
    let Some(instrument) = definitions.instrument(&wave.instrument) else {
        bail!("there is no instrument {}", wave.instrument);
    };
    let Some(method) = definitions.method(&wave.method) else {
        bail!("there is no method {}", wave.method);
    };
    method.check_fits(instrument)?;
    if wave.opens_at >= wave.closes_at {
        bail!("the wave closes before it opens");
    }
    for point in points {
        if point.wave != wave.id {
            bail!("service point {} names another wave, {}", point.id, point.wave);
        }
        let unit = Gazetteer::hanoi().get(&point.unit);
        if !unit.is_some_and(|unit| unit.valid_on(wave.geography)) {
            let day = wave.geography;
            bail!("service point {} names no unit of {day}, {}", point.id, point.unit);
        }
    }
    Ok(())
}

async fn list(storage: &storage::Options) -> anyhow::Result<()> {
    storage::with(storage, Access::Work, async |store| {
        let mut rows = Vec::new();
        for wave in store.waves().await? {
            let end = store.log_end(&wave.id).await?;
            rows.push(vec![
                wave.id.to_string(),
                wave.title.vi,
                wave.population.to_string(),
                wave.instrument.to_string(),
                end.submissions.to_string(),
                store.quarantined(&wave.id).await?.values().sum::<u64>().to_string(),
                if wave.simulated { "simulated" } else { "real" }.to_owned(),
            ]);
        }
        let header = ["wave", "title", "population", "instrument", "forms", "quarantine", "data"];
        output::table(&header.map(str::to_owned), &rows);
        Ok(())
    })
    .await
}
