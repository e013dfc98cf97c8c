//! What the server prints when it starts, so that staff get in.

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;

use tracing::warn;

use crate::auth::links::{console, keeps_sessions, local};
use crate::auth::sessions;
use crate::http::state::AppState;

/// The variable with which systemd names the file of its journal.
const JOURNAL: &str = "JOURNAL_STREAM";

/// What is printed instead of a link.
const COMMAND: &str = "Console: `thuocdo login-link` on this machine prints a link that logs in";

/// The lines that say how staff log in: a link that works once, unless what is printed ends up in the
/// journal, which more people read. A server whose disk is full starts without one.
pub(super) async fn lines(state: &AppState, address: SocketAddr) -> Vec<String> {
    if is_journal(std::env::var(JOURNAL).ok().as_deref()) {
        return vec![COMMAND.to_owned()];
    }
    let (now, randomness) = (state.clock.now(), &*state.intake.randomness);
    let secret = match sessions::new_link(&*state.store, randomness, now).await {
        Ok(secret) => secret,
        Err(error) => {
            warn!(%error, "no login link could be made");
            return vec![COMMAND.to_owned()];
        }
    };
    let local = local(address);
    let mut lines = vec![format!("Console: {}", console(&local, &secret))];
    if let Some(url) = &state.public_url {
        lines.push(format!("     or: {}", console(&url.to_string(), &secret)));
    }
    lines.push("     works once, for 15 minutes; `thuocdo login-link` prints another".to_owned());
    if !keeps_sessions(&local) {
        lines.push(
            "     Browsers log in over https, or over http on the server itself (127.0.0.1) only."
                .to_owned(),
        );
    }
    lines
}

/// Whether standard output is the file that systemd has named.
fn is_journal(named: Option<&str>) -> bool {
    named.is_some_and(|named| stdout_file().is_ok_and(|file| file == named))
}

fn stdout_file() -> io::Result<String> {
    let stdout = io::stdout().as_fd().try_clone_to_owned()?;
    let file = File::from(stdout).metadata()?;
    Ok(format!("{}:{}", file.dev(), file.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_not_the_journal() {
        assert!(!is_journal(None) && !is_journal(Some("0:0")) && !is_journal(Some("")));
        assert!(is_journal(Some(&stdout_file().unwrap())));
    }
}
