//! Finds or installs PostgreSQL, of which the tests start throw-away clusters.

use std::io::ErrorKind;
use std::path::Path;
use std::{env, fs, io};

use anyhow::{Context as _, Result};

use crate::system;

/// Where Debian keeps the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// What the tests need, all of it in one folder.
const PROGRAMS: &str = include_str!("../../tests/cluster/src/programs.txt");

/// What Debian's package reads before it makes a cluster that runs for ever, which no test needs.
const CREATE_CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";

/// Whether its programs are on the search path or where Debian keeps them.
pub(crate) fn is_there() -> bool {
    let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let of_debian = versions.map(|version| version.path().join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(of_debian).any(|folder| is_complete(&folder))
}

fn is_complete(folder: &Path) -> bool {
    PROGRAMS.split_whitespace().all(|name| folder.join(name).is_file())
}

/// Installs Debian's packages, without a cluster.
pub(crate) fn install() -> Result<()> {
    system::apt_install(&["postgresql-common"])?;
    with_content(Path::new(CREATE_CLUSTER), "create_main_cluster = false\n", || {
        system::apt_install(&["postgresql"])
    })
}

/// Does something while a file has another content; afterwards it is as it was.
fn with_content(file: &Path, content: &str, run: impl FnOnce() -> Result<()>) -> Result<()> {
    let before = match fs::read(file) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| file.display().to_string()),
    };
    let written = |done: io::Result<()>| {
        done.with_context(|| format!("{} could not be written", file.display()))
    };
    written(fs::write(file, content))?;
    let done = run();
    written(match before {
        Some(before) => fs::write(file, before),
        None => fs::remove_file(file),
    })?;
    done
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_file_is_as_it_was_also_after_a_failure() {
        let file = env::temp_dir().join(format!("xtask-content-{}", std::process::id()));
        let other = || {
            assert_eq!(fs::read_to_string(&file).unwrap(), "other");
            bail!("it fails")
        };
        assert!(with_content(&file, "other", other).is_err());
        assert!(!file.exists());
        fs::write(&file, "own").unwrap();
        assert!(with_content(&file, "other", other).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "own");
        fs::remove_file(&file).unwrap();
    }
}
