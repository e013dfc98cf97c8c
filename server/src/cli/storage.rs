//! Opening the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use scoring::Mirror;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::{Definition, PostgresStore, SqliteStore, Store, StoreError};
use survey_defs::{instrument, method};
use tokio::time::timeout;
use tracing::{info, warn};

use crate::analysis::mirror::{Location, Segments, SharedStorage};
use crate::analysis::service::Analysis;
use crate::catalogue::Catalogue;
use crate::catalogue::definitions::Definitions;
use crate::catalogue::recordings::Recordings;
use crate::catalogue::short_codes::RandomCodes;
use crate::intake::Intake;
use crate::system::clock::{Clock as _, SystemClock};
use crate::system::private_folder;
use crate::system::randomness::SystemRandomness;

/// Where submissions are kept. The URLs may hold a password. They are checked when they are used,
/// because the parser of the command line would quote what it refuses.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// The PostgreSQL database, for several servers: postgres://user:password@host/name, with the
    /// parameters of libpq and pool_size. The default is an SQLite file in the data folder. Other
    /// users see the arguments of a program, so put a password into the environment or into a file
    /// that PGPASSFILE names.
    #[arg(
        long,
        env = "THUOCDO_DATABASE",
        hide_env_values = true,
        value_name = "URL",
        global = true
    )]
    pub database: Option<SecretString>,
    /// The folder of the embedded database and its columnar mirror.
    #[arg(long, env = "THUOCDO_DATA_DIR", default_value = "data", global = true)]
    pub data_dir: PathBuf,
    /// Where several servers on one database share the segments of the mirror: a folder that all of
    /// them see (file:///folder) or a bucket (s3://bucket/prefix, with AWS_ACCESS_KEY_ID,
    /// AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT in the environment). The default is the data
    /// folder alone.
    #[arg(
        long,
        env = "THUOCDO_SEGMENTS",
        hide_env_values = true,
        value_name = "URL",
        global = true
    )]
    pub segments: Option<SecretString>,
}

impl Options {
    /// The columnar mirror in the data folder, with the shared storage if there is one.
    pub(crate) fn segments(&self) -> anyhow::Result<Segments> {
        let mirror = Mirror::new(self.data_dir.join("segments"));
        let Some(location) = &self.segments else {
            return Ok(mirror.into());
        };
        let location: Location =
            location.expose_secret().parse().context("--segments is not a location")?;
        let shared = SharedStorage::new(location.clone(), Arc::new(SystemClock))
            .with_context(|| format!("segments cannot be kept at {location}"))?;
        Ok(Segments::shared(mirror, shared))
    }

    /// The recorded readings in the data folder.
    pub(crate) fn recordings(&self) -> Arc<Recordings> {
        Arc::new(Recordings::read(&self.data_dir.join("audio")))
    }

    /// Scores from the mirror and the log.
    pub(super) fn analysis(&self) -> anyhow::Result<Analysis> {
        Ok(Analysis::new(self.segments()?))
    }
}

/// What a command does with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It makes a database where there is none, and brings the tables up to date.
    Create,
    /// It brings the tables up to date. A folder that was mistyped, or whose disk is not mounted, is
    /// told, and not taken for a database without answers: phones would be told so, too.
    Upgrade,
    /// It may be the first to use the database, and leaves the tables of an older version as they are.
    Prepare,
    /// It puts everything into a new database, definitions included.
    Restore,
    /// It works with what is there, and leaves the tables of an older version as they are: a server
    /// of that version may be at work.
    Work,
    /// It only looks, and changes nothing.
    Look,
}

/// How long the database may take to close.
const CLOSE: Duration = Duration::from_secs(5);

/// Does something with the database, and closes it whether that fails or not: else the next one who
/// opens a file has to look through all of it.
pub(crate) async fn with<T>(
    options: &Options,
    access: Access,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let store = open(options, access).await?;
    let outcome = match prepare(&*store, access).await {
        Ok(()) => work(Arc::clone(&store)).await,
        Err(error) => Err(error),
    };
    // A disk or a server that hangs must not keep the program: what was acknowledged is safe without it.
    if timeout(CLOSE, store.close()).await.is_err() {
        warn!("the database could not be closed in time");
    }
    outcome
}

/// As [`with`], for a command that works on what comes in.
pub(super) async fn with_intake<T>(
    options: &Options,
    work: impl AsyncFnOnce(Intake) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    with(options, Access::Work, async |store| {
        let catalogue = Catalogue::new(store, Arc::new(Definitions::embedded()));
        work(Intake::new(catalogue, Arc::new(SystemClock), Arc::new(SystemRandomness))).await
    })
    .await
}

/// What to do where there is no database and there should be none yet.
const FIRST_START: &str =
    "if nobody has used it yet, create it with `thuocdo wave add` or `thuocdo serve --create`";

async fn open(options: &Options, access: Access) -> anyhow::Result<Arc<dyn Store>> {
    match access {
        Access::Create | Access::Upgrade | Access::Prepare | Access::Restore => {
            private_folder::close_to_others(&options.data_dir);
        }
        Access::Work | Access::Look => {}
    }
    match &options.database {
        // The URL is not told.
        Some(url) => open_postgres(url.expose_secret(), access).await,
        None => open_sqlite(&options.data_dir, access).await,
    }
}

async fn open_postgres(url: &str, access: Access) -> anyhow::Result<Arc<dyn Store>> {
    let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
    ensure!(is_url, "--database (or THUOCDO_DATABASE) must be a URL that begins with postgres://");
    let store = match access {
        Access::Create => PostgresStore::open(url).await,
        Access::Upgrade => PostgresStore::open_existing(url).await,
        Access::Prepare | Access::Restore => PostgresStore::open_or_make(url).await,
        Access::Work | Access::Look => PostgresStore::open_unchanged(url).await,
    };
    if let Err(StoreError::Empty) = &store {
        bail!("the PostgreSQL database is empty; {FIRST_START}");
    }
    Ok(Arc::new(store.context("the PostgreSQL database could not be opened")?))
}

async fn open_sqlite(folder: &Path, access: Access) -> anyhow::Result<Arc<dyn Store>> {
    let path = folder.join("thuocdo.sqlite");
    let may_make = matches!(access, Access::Create | Access::Prepare | Access::Restore);
    let none = || {
        format!(
            "there is no database in {}; name its folder with --data-dir (is its disk mounted?); \
             {FIRST_START}",
            folder.display()
        )
    };
    ensure!(may_make || path.try_exists().unwrap_or(true), none());
    let store = match access {
        Access::Create => SqliteStore::open(&path).await,
        Access::Upgrade => SqliteStore::open_existing(&path).await,
        Access::Prepare | Access::Restore => SqliteStore::open_or_make(&path).await,
        Access::Work | Access::Look => SqliteStore::open_unchanged(&path).await,
    };
    if let Err(StoreError::Empty) = &store {
        bail!(none());
    }
    let store =
        store.with_context(|| format!("the database {} could not be opened", path.display()))?;
    Ok(Arc::new(store))
}

/// Checks for who works with the database that no published definition was edited in place, and gives
/// short codes to service points that a program without codes has added.
async fn prepare(store: &dyn Store, access: Access) -> anyhow::Result<()> {
    match access {
        Access::Restore | Access::Look => return Ok(()),
        Access::Create | Access::Upgrade | Access::Prepare | Access::Work => {}
    }
    for instrument in instrument::embedded() {
        let definition = Definition::Instrument(instrument.reference());
        publish(store, &definition, &instrument).await?;
    }
    for method in method::embedded() {
        let version = method.definition().version;
        let definition = Definition::Method { id: method.id().clone(), version };
        publish(store, &definition, &method).await?;
    }
    let given = store.give_codes(&new_codes()).await.context("short codes could not be made")?;
    if given > 0 {
        info!(given, "service points have got short codes");
    }
    Ok(())
}

/// Short codes that are made now.
pub(super) fn new_codes() -> RandomCodes<'static> {
    RandomCodes { randomness: &SystemRandomness, now: SystemClock.now() }
}

/// Compares by meaning: a comment or a line break in the TOML changes nothing.
async fn publish(
    store: &dyn Store,
    definition: &Definition,
    content: &impl Serialize,
) -> anyhow::Result<()> {
    store
        .publish(definition, hash(content)?)
        .await
        .context("the definitions do not fit the database")
}

fn hash(content: &impl Serialize) -> anyhow::Result<[u8; 32]> {
    Ok(Sha256::digest(serde_json::to_vec(content)?).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginnings of the hashes under which databases know the published versions. A new field
    /// of definitions must leave them as they are.
    const PUBLISHED: [(&str, u32, u64); 4] = [
        ("counter", 1, 0x346e_618d_95b5_fff9),
        ("national", 1, 0x0373_6e11_cb65_c01e),
        ("single", 1, 0x96dd_aea3_2f82_3a5a),
        ("ward", 1, 0x7f9f_7b2c_fd42_1b98),
    ];

    #[test]
    fn published_versions_never_change() {
        for (id, version, expected) in PUBLISHED {
            let instrument = instrument::embedded_version(id, version).unwrap();
            let hash = hash(&instrument).unwrap();
            let (beginning, _) = hash.split_first_chunk::<8>().unwrap();
            assert_eq!(u64::from_be_bytes(*beginning), expected, "{id} v{version}");
        }
    }
}
