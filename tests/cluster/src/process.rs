//! Kills processes and waits for them.

use std::fs;

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};

/// Kills a process and all of its children at once, and returns when they are gone.
pub(crate) fn kill_with_children(parent: Pid) -> Result<()> {
    // Stopped, it cannot start another child while they are counted.
    kill_process(parent, Signal::STOP).context("the process is gone")?;
    let mut killed = Vec::new();
    for pid in children(parent)?.into_iter().chain([parent]) {
        // A child may have ended by itself.
        if let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) {
            let _ = pidfd_send_signal(&process, Signal::KILL);
            killed.push(process);
        }
    }
    killed.iter().try_for_each(wait)
}

/// Stops a process and all of its children where they are.
pub(crate) fn stop_with_children(parent: Pid) -> Result<Vec<OwnedFd>> {
    kill_process(parent, Signal::STOP).context("the process is gone")?;
    let mut stopped = Vec::new();
    for pid in children(parent)?.into_iter().chain([parent]) {
        if let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) {
            let _ = pidfd_send_signal(&process, Signal::STOP);
            stopped.push(process);
        }
    }
    Ok(stopped)
}

/// Lets stopped processes go on, those that are still there.
pub(crate) fn go_on(stopped: &[OwnedFd]) {
    for process in stopped {
        let _ = pidfd_send_signal(process, Signal::CONT);
    }
}

/// Waits until a process has ended.
pub(crate) fn wait(process: &OwnedFd) -> Result<()> {
    let mut waiting = [PollFd::new(process, PollFlags::IN)];
    rustix::io::retry_on_intr(|| poll(&mut waiting, None))?;
    Ok(())
}

fn children(parent: Pid) -> Result<Vec<Pid>> {
    let mut children = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name in parentheses may hold anything; state and parent follow the last one.
        let parent_of_it = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        if parent_of_it.and_then(|id| id.parse().ok()) == Some(parent.as_raw_nonzero().get()) {
            children.extend(Pid::from_raw(pid));
        }
    }
    Ok(children)
}
