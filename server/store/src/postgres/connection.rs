//! Opening: settings of connections, pool, migrations.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use log::LevelFilter;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgSslMode};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use tokio::time::timeout;

use super::append::Writer;
use super::{PostgresStore, Queues};
use crate::error::StoreError;
use crate::version::{self, Seen, Step, Tables};

/// The tables. A migration that was released is never edited.
pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Connections of one server, unless the URL has another `pool_size`: one appends, the others read.
/// PostgreSQL takes 100 of all servers together as it is installed.
const POOL_SIZE: u32 = 16;

/// How long a caller waits for a connection; then the citizen's outbox tries again later.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(8);

/// How long a connection of the pool may take to answer when nothing is asked of it; shorter than
/// [`ACQUIRE_TIMEOUT`], so that another one can be made.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

/// An idle connection is closed after this time, so that a burst does not hold them all for ever.
const IDLE_TIMEOUT: Duration = Duration::from_mins(10);

/// A statement that takes longer is told in the log, without its values.
const SLOW_STATEMENT: Duration = Duration::from_secs(1);

/// What each connection asks for, unless the URL says something else in `options`.
const SETTINGS: [(&str, &str); 9] = [
    ("statement_timeout", "60s"),
    // Shorter than the time for which a client waits. An import of a large survey holds the lock of
    // its wave for longer; whoever waits for that wave is told to come again.
    ("lock_timeout", "10s"),
    // A server that hangs within a transaction must not keep the lock of a wave.
    ("idle_in_transaction_session_timeout", "30s"),
    // A server whose machine has gone without a word leads no task any more after a minute.
    ("tcp_keepalives_idle", "30"),
    ("tcp_keepalives_interval", "10"),
    ("tcp_keepalives_count", "3"),
    // A plan is made with the sizes that tables have now: a wave may grow from nothing to a million
    // rows within the life of a prepared statement. And only the partition of the wave is locked.
    ("plan_cache_mode", "force_custom_plan"),
    ("client_min_messages", "warning"),
    // Planned in microseconds as they are; compiling them would take longer than running them.
    ("jit", "off"),
];

/// What each connection asks for whatever the URL says.
const ALWAYS: [(&str, &str); 2] = [
    // What is acknowledged is on disk.
    ("synchronous_commit", "on"),
    // After a lock, the next statement sees what the last holder of the lock has left.
    ("default_transaction_isolation", "read committed"),
];

/// What the connection asks for that migrates: it takes as long as it takes, and other servers that
/// start wait for it.
const MIGRATING: [(&str, &str); 2] = [("statement_timeout", "0"), ("lock_timeout", "0")];

pub(super) async fn open(url: &str, tables: Tables) -> Result<PostgresStore, StoreError> {
    let (url, pool_size) = split_pool_size(url)?;
    let options = options(&url)?;
    check_encryption(&options)?;
    let mut connection = options.clone().options(MIGRATING).connect().await?;
    check_version(&mut connection).await?;
    check_durability(&mut connection).await?;
    let seen = migrations_seen(&mut connection).await?;
    match tables.step(seen.is_some())? {
        Step::Migrate => MIGRATIONS.run_direct(None, &mut connection, false).await?,
        Step::Check => version::check(&MIGRATIONS, &seen.unwrap_or_default())?,
    }
    connection.close().await?;
    let pool = pool(pool_size).connect_with(options.clone()).await?;
    let (host, database) = (options.get_host(), options.get_database());
    tracing::info!(host, port = options.get_port(), database, pool_size, "database open");
    let queues = Queues::start(Writer(pool.clone()), pool.clone());
    Ok(PostgresStore { pool, queues })
}

pub(super) fn pool(size: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .test_before_acquire(false)
        // A pooler between may drop what the connection asks for, and may lead to another server.
        .after_connect(|connection, _| {
            Box::pin(async move {
                let checked = check_durability(connection).await;
                checked.map_err(|error| {
                    // Whoever waits for a connection is only told that none came.
                    tracing::error!(%error, "a connection to PostgreSQL is refused");
                    sqlx::Error::Configuration(error.into())
                })
            })
        })
        .before_acquire(|connection, _| Box::pin(in_time(connection.ping())))
        .after_release(|connection, _| Box::pin(in_time(end_transaction(connection))))
}

/// The driver does not know of a transaction whose BEGIN was not answered yet when its caller went
/// away. Whatever is written later would be part of it, and never be committed.
async fn end_transaction(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // A ROLLBACK alone would warn wherever there is none. It costs nobody time who waits.
    connection.execute("BEGIN; ROLLBACK").await.map(drop)
}

/// Whether a connection of the pool is sound. One that does not answer is closed: it would count
/// among those of the pool for as long as TCP goes on trying.
async fn in_time(
    answer: impl Future<Output = Result<(), sqlx::Error>>,
) -> Result<bool, sqlx::Error> {
    match timeout(ANSWER_TIMEOUT, answer).await {
        Ok(answer) => answer.map(|()| true),
        Err(elapsed) => Err(sqlx::Error::Io(elapsed.into())),
    }
}

/// Refuses a server that is too old.
async fn check_version(connection: &mut PgConnection) -> Result<(), StoreError> {
    let sql = "SELECT current_setting('server_version_num')::int";
    let version: i32 = sqlx::query_scalar(sql).fetch_one(connection).await?;
    if version < 140_000 {
        let what = format!("PostgreSQL {} is too old: 14 or later", version / 10_000);
        return Err(StoreError::Version(what.into()));
    }
    Ok(())
}

/// Refuses a connection on which what is acknowledged is not on the disk, or on which a lock does not
/// let the next statement see what its last holder has left.
pub(super) async fn check_durability(connection: &mut PgConnection) -> Result<(), StoreError> {
    let sql = "SELECT current_setting('fsync'), current_setting('synchronous_commit'), \
               current_setting('transaction_isolation')";
    let (fsync, commit, isolation): (String, String, String) =
        sqlx::query_as(sql).fetch_one(connection).await?;
    let expected = [
        ("fsync", fsync != "off", "on", &fsync),
        ("synchronous_commit", commit != "off", "on", &commit),
        ("transaction_isolation", isolation == "read committed", "read committed", &isolation),
    ];
    match expected.into_iter().find(|(_, is_sound, ..)| !is_sound) {
        None => Ok(()),
        Some((name, _, wanted, found)) => Err(StoreError::Unsafe {
            what: format!(
                "PostgreSQL has {name} = {found}, where answers are safe only with “{wanted}”; set \
                 it, also in a pooler that drops what a connection asks for"
            ),
        }),
    }
}

/// Refuses a server on another machine without encryption and a certificate that is checked: all
/// answers and the password would cross the network in the clear, or to anybody.
pub(super) fn check_encryption(options: &PgConnectOptions) -> Result<(), StoreError> {
    let host = options.get_host().trim_start_matches('[').trim_end_matches(']');
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    if is_here || matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        return Ok(());
    }
    Err(StoreError::Unsafe {
        what: "PostgreSQL is on another machine: add sslmode=verify-full to its URL, and \
               sslrootcert=FILE if its certificate is from an authority of your own"
            .to_owned(),
    })
}

/// The migrations that the database has seen; none if it has no tables of any version of this program.
async fn migrations_seen(connection: &mut PgConnection) -> Result<Option<Vec<Seen>>, StoreError> {
    let sql = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
    let is_any: bool = sqlx::query_scalar(sql).fetch_one(&mut *connection).await?;
    if !is_any {
        return Ok(None);
    }
    let sql = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";
    Ok(Some(sqlx::query_as(sql).fetch_all(connection).await?))
}

fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("thuocdo")
        .log_slow_statements(LevelFilter::Warn, SLOW_STATEMENT);
    let asked = options.get_options().unwrap_or_default().to_owned();
    let settings = SETTINGS.into_iter().filter(|(name, _)| !asked.contains(name));
    // Whatever the server and the database have been set to.
    Ok(options.options(settings).options(ALWAYS))
}

/// Takes `pool_size` out of the query of a URL; the rest is read by the driver.
fn split_pool_size(url: &str) -> Result<(String, u32), StoreError> {
    let Some((address, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), POOL_SIZE));
    };
    let (ours, theirs): (Vec<_>, Vec<_>) =
        query.split('&').partition(|pair| pair.starts_with("pool_size="));
    let url =
        if theirs.is_empty() { address.to_owned() } else { [address, &theirs.join("&")].join("?") };
    match ours.last().and_then(|pair| pair.split_once('=')) {
        None => Ok((url, POOL_SIZE)),
        Some((_, number)) => match number.parse() {
            Ok(pool_size) if (2..=1_000).contains(&pool_size) => Ok((url, pool_size)),
            _ => Err(StoreError::Invalid { what: "pool_size is from 2 to 1000".to_owned() }),
        },
    }
}

/// A connection that is not of the pool, for what lasts as long as it.
pub(super) async fn outside(pool: &PgPool) -> Result<PgConnection, StoreError> {
    Ok(PgConnection::connect_with(&pool.connect_options()).await?)
}
