//! Starts and ends one PostgreSQL cluster in a temporary folder, on a free port.

#[cfg(test)]
mod tests;

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::LazyLock;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use rustix::fd::OwnedFd;
use rustix::process::Pid;

use crate::guard::Guard;
use crate::process;
use crate::programs::{Programs, run};

/// The administrator; everybody on this machine is trusted to be them.
const ADMINISTRATOR: &str = "postgres";

/// How long PostgreSQL may take to start, in seconds: far longer than it does, also after a crash.
const START_TIMEOUT_S: &str = "120";

/// How often another port is tried when somebody took it first.
const PORTS: usize = 8;

/// Set by `cargo xtask test --fast`, which leaves out all tests with `postgres` in their path.
const FAST: &str = "THUOCDO_TEST_FAST";

/// A PostgreSQL of its own. It is stopped and its folder removed when this is dropped, and when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    port: u16,
    environment: Vec<(String, String)>,
    guard: Guard,
}

/// A cluster whose processes stand still until this is dropped.
#[derive(Debug)]
pub struct Frozen(Vec<OwnedFd>);

impl Drop for Frozen {
    fn drop(&mut self) {
        process::go_on(&self.0);
    }
}

impl Cluster {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// If PostgreSQL is not installed (the error says what to install) or does not start, and in a
    /// fast run of the tests.
    pub fn start() -> Result<Self> {
        Self::start_with_env(&[])
    }

    /// The same with variables in the environment of PostgreSQL, such as `LD_PRELOAD`.
    pub fn start_with_env(environment: &[(&str, &str)]) -> Result<Self> {
        ensure!(
            std::env::var_os(FAST).is_none(),
            "a fast run has no PostgreSQL: this test needs `postgres` in its name or module"
        );
        let programs = Programs::find()?;
        let folder = tempfile::Builder::new().prefix("thuocdo-pg-").tempdir()?;
        programs.give(folder.path())?;
        let guard = Guard::start(&programs, folder.path())?;
        // From here on the guard removes it.
        let folder = folder.keep();
        let mut initdb = programs.command("initdb", &folder);
        initdb.args(["--username", ADMINISTRATOR, "--auth=trust", "--encoding=UTF8"]);
        run(initdb.args(["--locale=C", "--pgdata"]).arg(folder.join("data")))?;
        let environment = environment.iter().map(|&(name, value)| (name.into(), value.into()));
        let mut cluster = Self { programs, port: 0, environment: environment.collect(), guard };
        cluster.start_on_free_port()?;
        Ok(cluster)
    }

    /// The URL of a database, which need not exist.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{ADMINISTRATOR}@127.0.0.1:{}/{database}", self.port)
    }

    /// The port on 127.0.0.1. It stays the same after a restart.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder, with `data` and the text log `log`.
    pub fn folder(&self) -> &Path {
        self.guard.folder()
    }

    /// Makes an empty database and returns its URL.
    pub fn create_database(&self, name: &str) -> Result<String> {
        self.create_database_like(name, "template1")
    }

    /// Makes a database with the content of another one, to which nobody is connected.
    pub fn create_database_like(&self, name: &str, template: &str) -> Result<String> {
        let mut createdb = self.programs.command("createdb", self.folder());
        createdb.args(["--host", "127.0.0.1", "--port", &self.port.to_string()]);
        run(createdb.args(["--username", ADMINISTRATOR, "--template", template, name]))?;
        Ok(self.url(name))
    }

    /// Kills PostgreSQL with all of its processes, as the crash of a machine does, and returns when
    /// they are gone. What it had not written to its files is lost; the cluster can be restarted.
    pub fn kill(&self) -> Result<()> {
        process::kill_with_children(self.postmaster()?)?;
        // Dead processes keep their number until somebody collects them, and PostgreSQL would take
        // its own dead one for a running one.
        let lock = self.folder().join("data/postmaster.pid");
        std::fs::remove_file(lock).context("postmaster.pid cannot be removed")
    }

    /// Stops all of its processes where they are, as a machine does that hangs: they keep their
    /// connections and answer nothing until the cluster is thawed. Dropping thaws it.
    pub fn freeze(&self) -> Result<Frozen> {
        Ok(Frozen(process::stop_with_children(self.postmaster()?)?))
    }

    /// Starts it again after [`Cluster::kill`], on the same folder and port, and waits until it has
    /// recovered.
    pub fn restart(&self) -> Result<()> {
        self.restart_with("")
    }

    /// The same with more options of the server, which win over the usual ones.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn restart_with(&self, more: &str) -> Result<()> {
        self.try_start(self.port, more).map_err(|error| anyhow!("{error:#}\n{}", self.log()))
    }

    fn start_on_free_port(&mut self) -> Result<()> {
        for _ in 0..PORTS {
            self.port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            match self.try_start(self.port, "") {
                Ok(()) => return Ok(()),
                Err(_) if self.log().contains("could not bind") => {
                    let _ = std::fs::remove_file(self.folder().join("log"));
                }
                Err(error) => bail!("{error:#}\n{}", self.log()),
            }
        }
        bail!("{PORTS} ports that were free a moment ago are taken")
    }

    fn try_start(&self, port: u16, more: &str) -> Result<()> {
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' \
             -c fsync=on -c synchronous_commit=on -c shared_buffers=32MB -c max_connections=200 {more}"
        );
        let mut start = self.programs.command("pg_ctl", self.folder());
        start.args(["start", "--wait", "--silent", "--timeout", START_TIMEOUT_S, "--pgdata"]);
        start.arg(self.folder().join("data")).arg("--log").arg(self.folder().join("log"));
        start.args(["--options", &options]);
        start.envs(self.environment.iter().map(|(name, value)| (name, value)));
        run(&mut start).map(drop)
    }

    fn postmaster(&self) -> Result<Pid> {
        let file = std::fs::read_to_string(self.folder().join("data/postmaster.pid"))
            .context("PostgreSQL is not running")?;
        let number = file.lines().next().and_then(|line| line.parse().ok());
        number.and_then(Pid::from_raw).context("the file postmaster.pid has no number")
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join("log")).unwrap_or_default()
    }
}

/// The cluster of this process, started when it is first asked for. It takes about two seconds.
///
/// # Errors
/// As [`Cluster::start`].
pub fn shared() -> Result<&'static Cluster> {
    static SHARED: LazyLock<Result<Cluster>> = LazyLock::new(Cluster::start);
    SHARED.as_ref().map_err(|error| anyhow!("{error:#}"))
}
