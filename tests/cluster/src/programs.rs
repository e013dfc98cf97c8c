//! Finds PostgreSQL's programs, and the user under which they run.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// Where Debian keeps the programs of each version; they are not on the search path there.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What is needed of PostgreSQL, all of it in one folder; `cargo xtask test` looks for the same.
const PROGRAMS: &str = include_str!("programs.txt");

/// PostgreSQL's programs.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    folder: PathBuf,
    user: User,
}

/// Who runs them: PostgreSQL refuses to run as root.
#[derive(Debug, Clone, Copy)]
enum User {
    Own,
    Postgres { user: u32, group: u32 },
}

impl Programs {
    pub(crate) fn find() -> Result<Self> {
        let folder = on_search_path().or_else(newest_of_debian).context(
            "PostgreSQL is missing: neither on the search path nor in /usr/lib/postgresql are there \
             `initdb`, `pg_ctl`, `postgres`, `createdb`, `psql` in one folder. Install it (Debian: \
             `apt-get install postgresql`)",
        )?;
        Ok(Self { folder, user: User::find()? })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// One of them, to be run in a folder which its user can enter.
    pub(crate) fn command(&self, name: &str, folder: &Path) -> Command {
        let mut command = Command::new(self.folder.join(name));
        self.adopt(&mut command, folder);
        command
    }

    /// Makes any program run as the user that PostgreSQL has here.
    pub(crate) fn adopt(&self, command: &mut Command, folder: &Path) {
        command.current_dir(folder).stdin(Stdio::null());
        // Variables such as PGHOST would lead it to another cluster.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if let User::Postgres { user, group } = self.user {
            command.uid(user).gid(group);
        }
    }

    /// Gives a folder to the user that PostgreSQL has here.
    pub(crate) fn give(&self, folder: &Path) -> Result<()> {
        if let User::Postgres { user, group } = self.user {
            std::os::unix::fs::chown(folder, Some(user), Some(group))
                .with_context(|| format!("{} cannot be given away", folder.display()))?;
        }
        Ok(())
    }
}

impl User {
    fn find() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        let id = |kind: &str| -> Result<u32> {
            let output = run(Command::new("id").args([kind, "postgres"])).context(
                "as root, PostgreSQL runs as the user `postgres`, whom its package adds",
            )?;
            Ok(output.trim().parse()?)
        };
        Ok(Self::Postgres { user: id("-u")?, group: id("-g")? })
    }
}

/// Runs a command and returns what it prints.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("{name} cannot be run"))?;
    if !output.status.success() {
        bail!("{name}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn on_search_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| is_complete(folder))
}

fn newest_of_debian() -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN).ok()?.flatten();
    let number = |name: &std::ffi::OsStr| name.to_str()?.parse::<u32>().ok();
    versions
        .filter_map(|entry| Some((number(&entry.file_name())?, entry.path().join("bin"))))
        .filter(|(_, folder)| is_complete(folder))
        .max()
        .map(|(_, folder)| folder)
}

fn is_complete(folder: &Path) -> bool {
    PROGRAMS.split_whitespace().all(|name| folder.join(name).is_file())
}
