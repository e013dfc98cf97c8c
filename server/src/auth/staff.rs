//! Whether a request may reach the staff's side.

use std::net::SocketAddr;

use survey_defs::caller::Caller;

/// Who may see the staff's side until there are accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffAccess {
    /// Everyone: the answers are simulated.
    Demo,
    /// Whoever sits at the machine: the server listens on the loopback address only.
    Loopback,
    /// Nobody: the server listens to the network.
    Closed,
}

/// What a request says of where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The host that it names, with or without a port; empty if it names none.
    pub host: &'a str,
    /// Whether a proxy says that it has forwarded the request.
    pub forwarded: bool,
}

impl StaffAccess {
    /// Who may see the staff's side of a server that is not a demo.
    pub fn for_address(listen: SocketAddr) -> Self {
        if listen.ip().is_loopback() { Self::Loopback } else { Self::Closed }
    }

    /// The caller behind a request; none if it may not see the staff's side.
    pub fn caller(self, origin: Origin<'_>) -> Option<Caller> {
        let allowed = match self {
            Self::Demo => true,
            Self::Loopback => is_local(origin),
            Self::Closed => false,
        };
        allowed.then(Caller::loopback)
    }
}

/// Whether a request to a loopback listener may come from this machine. Most proxies betray
/// themselves by a header or the public host name, and so does a page of another site that was
/// made to resolve to 127.0.0.1; a proxy that does neither needs `serve --behind-proxy`.
fn is_local(Origin { host, forwarded }: Origin<'_>) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    !forwarded && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_without_a_proxy_is_local() {
        let reaches =
            |host, forwarded| StaffAccess::Loopback.caller(Origin { host, forwarded }).is_some();
        for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(reaches(host, false), "{host}");
        }
        for host in ["", "evil.example", "thuocdo.hanoi.gov.vn:443", "127.0.0.1.evil.example"] {
            assert!(!reaches(host, false), "{host}");
        }
        assert!(!reaches("127.0.0.1:8080", true));
    }

    #[test]
    fn a_closed_server_lets_nobody_in_and_a_demo_everybody() {
        let local = Origin { host: "localhost", forwarded: false };
        let remote = Origin { host: "survey.example", forwarded: true };
        assert_eq!(StaffAccess::Closed.caller(local), None);
        assert_eq!(StaffAccess::Demo.caller(remote), Some(Caller::loopback()));
    }

    #[test]
    fn a_network_address_closes_the_staff_side() {
        for (address, access) in [
            ("127.0.0.1:8080", StaffAccess::Loopback),
            ("[::1]:8080", StaffAccess::Loopback),
            ("0.0.0.0:8080", StaffAccess::Closed),
            ("192.0.2.7:8080", StaffAccess::Closed),
        ] {
            assert_eq!(StaffAccess::for_address(address.parse().unwrap()), access, "{address}");
        }
    }
}
