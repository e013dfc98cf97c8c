//! Guards a cluster: outlives the test process by a moment, to clean up.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

use crate::programs::Programs;

/// Waits for the end of its input, which comes when the test process ends, however it ends. Then it
/// stops PostgreSQL and removes the folder.
const SCRIPT: &str = r#"
cat >/dev/null
"$1/pg_ctl" stop --silent --mode=immediate --pgdata="$2/data" >/dev/null 2>&1
rm -rf "$2"
"#;

/// A shell that cleans up after this process. It holds no lock and no port, only a pipe from here.
#[derive(Debug)]
pub(crate) struct Guard {
    shell: Child,
    folder: PathBuf,
}

impl Guard {
    pub(crate) fn start(programs: &Programs, folder: &Path) -> Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "cluster-guard"]).arg(programs.folder()).arg(folder);
        programs.adopt(&mut command, Path::new("/"));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C reaches the whole group of the test process; this one has work left then.
        command.process_group(0);
        let shell = command.spawn().context("sh cannot be run")?;
        Ok(Self { shell, folder: folder.to_owned() })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    #[cfg(test)]
    pub(crate) fn pid(&self) -> u32 {
        self.shell.id()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
