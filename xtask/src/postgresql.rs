//! Finds or installs PostgreSQL, of which the tests start throw-away clusters.

use std::path::Path;
use std::{env, fs};

use anyhow::Result;

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
    system::with_content(Path::new(CREATE_CLUSTER), "create_main_cluster = false\n", || {
        system::apt_install(&["postgresql"])
    })
}
