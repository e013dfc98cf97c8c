//! Descriptors of the process: each connection is one, and files and the database need some too.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::warn;

/// Kept for files, the database and pipes.
const OTHERS: usize = 128;

/// Makes room for so many connections: raises the soft limit of descriptors to the hard one, and
/// returns fewer connections where that is too low as well. Without it they would fail when they are
/// accepted, together with everything else that opens a file.
pub fn connections(wanted: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let limit = if raised.is_ok() { maximum } else { current };
    let connections = fitting(wanted, limit);
    if connections < wanted {
        warn!(
            wanted,
            connections, "there are too few descriptors for the connections (LimitNOFILE)"
        );
    }
    connections
}

/// No limit fits everything.
fn fitting(wanted: usize, limit: Option<u64>) -> usize {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    limit.map_or(wanted, |limit| wanted.min(limit.saturating_sub(OTHERS).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_the_rest() {
        for (wanted, limit, connections) in [
            (2_048, None, 2_048),
            (2_048, Some(524_288), 2_048),
            (2_048, Some(2_176), 2_048),
            (2_048, Some(2_175), 2_047),
            (2_048, Some(1_024), 896),
            (2_048, Some(100), 1),
        ] {
            assert_eq!(fitting(wanted, limit), connections, "{wanted} {limit:?}");
        }
    }

    #[test]
    fn the_soft_limit_is_raised() {
        assert_eq!(connections(1), 1);
        let limits = getrlimit(Resource::Nofile);
        assert_eq!(limits.current, limits.maximum);
    }
}
