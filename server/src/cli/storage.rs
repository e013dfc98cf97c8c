//! Opening the store.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use scoring::Mirror;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{Definition, SqliteStore, Store};
use survey_defs::{instrument, method};

use crate::audio::Audio;
use crate::clock::SystemClock;
use crate::definitions::Definitions;
use crate::randomness::SystemRandomness;
use crate::scores::Scoreboard;
use crate::state::{AppState, StaffAccess};

/// Where submissions are kept.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Options {
    /// The folder of the embedded database and its columnar mirror.
    #[arg(long, env = "THUOCDO_DATA_DIR", default_value = "data", global = true)]
    pub data_dir: PathBuf,
}

impl Options {
    /// The columnar mirror in the data folder.
    pub(super) fn mirror(&self) -> Mirror {
        Mirror::new(self.data_dir.join("segments"))
    }

    /// The recorded readings in the data folder.
    pub(super) fn audio(&self) -> Arc<Audio> {
        Arc::new(Audio::read(&self.data_dir.join("audio")))
    }

    /// Scores from the mirror and the log.
    pub(super) fn scoreboard(&self) -> Scoreboard {
        Scoreboard::new(self.mirror())
    }
}

/// Opens the database in the data folder, brings it up to date, and checks that no published
/// definition was edited in place.
pub(super) async fn open(options: &Options) -> anyhow::Result<Arc<dyn Store>> {
    let path = options.data_dir.join("thuocdo.sqlite");
    let store = SqliteStore::open(&path)
        .await
        .with_context(|| format!("the database {} could not be opened", path.display()))?;
    for instrument in instrument::embedded() {
        let definition = Definition::Instrument(instrument.reference());
        publish(&store, &definition, &instrument).await?;
    }
    for method in method::embedded() {
        let version = method.definition().version;
        let definition = Definition::Method { id: method.id().clone(), version };
        publish(&store, &definition, &method).await?;
    }
    Ok(Arc::new(store))
}

/// The state of a command that does what the interface does, on this machine.
pub(super) async fn state(options: &Options) -> anyhow::Result<AppState> {
    Ok(AppState {
        store: open(options).await?,
        definitions: Arc::new(Definitions::embedded()),
        scoreboard: Arc::new(options.scoreboard()),
        clock: Arc::new(SystemClock),
        randomness: Arc::new(SystemRandomness),
        guesses: Arc::default(),
        staff: StaffAccess::Closed,
        audio: options.audio(),
        public_url: None,
    })
}

/// Compares by meaning: a comment or a line break in the TOML changes nothing.
async fn publish(
    store: &dyn Store,
    definition: &Definition,
    content: &impl Serialize,
) -> anyhow::Result<()> {
    let sha256 = Sha256::digest(serde_json::to_vec(content)?).into();
    store.publish(definition, sha256).await.context("the definitions do not fit the database")
}
