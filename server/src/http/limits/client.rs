//! Who is asking.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ipnet::{IpNet, Ipv6Net};

use crate::intake::sender::SenderAddress;

/// Where a request came from. It is for limits only and never logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// This machine itself; also where the router is used without a socket.
    ThisMachine,
    /// An address.
    Address(IpAddr),
}

/// The prefix of the IPv6 network that is one caller: a household or office has a /64 of its own, and
/// counting single addresses of it would count nothing.
const OF_ONE_CALLER: u8 = 64;

/// What is counted as one, and how much of the part of an address it has. Whoever has a /48 of IPv6 has
/// 65,536 addresses of which each would be counted by itself.
pub(super) const TIERS: [(u8, u32); 3] = [(OF_ONE_CALLER, 1), (56, 2), (48, 4)];

impl Client {
    /// What counts as one caller: an address of IPv4, a /64 of IPv6; none for this machine.
    pub fn network(self) -> Option<IpAddr> {
        self.network_of(OF_ONE_CALLER)
    }

    /// The caller, and for IPv6 the wider networks around it, in the order of [`TIERS`].
    pub(super) fn networks(self) -> impl Iterator<Item = (u8, IpAddr)> {
        TIERS.into_iter().map_while(move |(prefix, _)| Some((prefix, self.network_of(prefix)?)))
    }

    /// The network around the caller with a prefix of IPv6. An address of IPv4 has none wider than
    /// itself.
    fn network_of(self, prefix: u8) -> Option<IpAddr> {
        match self {
            Self::ThisMachine => None,
            Self::Address(address @ IpAddr::V4(_)) => (prefix == OF_ONE_CALLER).then_some(address),
            Self::Address(IpAddr::V6(address)) => {
                Ipv6Net::new(address, prefix).ok().map(|network| network.network().into())
            }
        }
    }
}

impl From<Client> for SenderAddress {
    fn from(client: Client) -> Self {
        match client {
            Client::ThisMachine => Self(None),
            Client::Address(address) => Self(Some(address)),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or(Self::ThisMachine))
    }
}

/// Proxies that are believed when they say from where a request came.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Proxies in these networks.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether an address is that of a proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who has a connection: a proxy has those of many, and is not counted.
    pub fn owner(&self, peer: IpAddr) -> Client {
        if self.trusts(peer) { Client::ThisMachine } else { Client::Address(peer.to_canonical()) }
    }

    /// Who is behind a peer, from the values of `X-Forwarded-For` in the order of their lines. Each
    /// proxy appends the address that it saw, so the right-most one that is no proxy is the client;
    /// whatever stands further left was written by the client itself. A proxy that names nobody is
    /// the client. Only a peer can be this machine itself: in a header anybody can claim to be it.
    pub fn client<'a>(
        &self,
        peer: IpAddr,
        forwarded: impl DoubleEndedIterator<Item = &'a str>,
    ) -> Client {
        let peer = peer.to_canonical();
        if self.trusts(peer) {
            return Client::Address(self.nearest(peer, forwarded));
        }
        // Where no proxy was named, the whole city may be behind one on this machine.
        let is_here = peer.is_loopback() && (self.0.is_empty() || forwarded.count() == 0);
        if is_here { Client::ThisMachine } else { Client::Address(peer) }
    }

    fn nearest<'a>(
        &self,
        proxy: IpAddr,
        forwarded: impl DoubleEndedIterator<Item = &'a str>,
    ) -> IpAddr {
        let mut nearest = proxy;
        for hop in forwarded.rev().flat_map(|line| line.rsplit(',')) {
            let Some(address) = address(hop.trim()) else { break };
            nearest = address.to_canonical();
            if !self.trusts(nearest) {
                break;
            }
        }
        nearest
    }
}

/// Some proxies append the port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    text.parse().ok().or_else(bare).or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proxies_that_are_trusted_say_who_is_behind_them() {
        let networks =
            ["10.0.0.0/8", "fd00::/8", "127.0.0.2/32"].map(|network| network.parse().unwrap());
        let proxies = Proxies::new(networks.to_vec());
        for (peer, forwarded, client) in [
            ("203.0.113.9", &[][..], "203.0.113.9"),
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["127.0.0.1"], "127.0.0.1"),
            ("10.0.0.1", &["::1"], "::1"),
            ("10.0.0.1", &["::ffff:127.0.0.1"], "127.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, 127.0.0.1"], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.1"], "127.0.0.1"),
            ("127.0.0.2", &[], "127.0.0.2"),
            ("127.0.0.2", &["unknown"], "127.0.0.2"),
            ("127.0.0.2", &["127.0.0.2"], "127.0.0.2"),
            ("127.0.0.2", &["127.0.0.1"], "127.0.0.1"),
            ("127.0.0.2", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["127.0.0.1, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["127.0.0.1", "198.51.100.1,10.9.9.9"], "198.51.100.1"),
            ("10.0.0.1", &["198.51.100.1, 10.0.0.3 , fd00::2"], "198.51.100.1"),
            ("10.0.0.1", &["10.0.0.7"], "10.0.0.7"),
            ("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, unknown, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.1", &[""], "10.0.0.1"),
            ("fd00::1", &["2001:db8::1"], "2001:db8::1"),
            ("fd00::1", &["[2001:db8::1]:443"], "2001:db8::1"),
            ("fd00::1", &["[2001:db8::1]"], "2001:db8::1"),
            ("fd00::1", &["198.51.100.1:80"], "198.51.100.1"),
        ] {
            let found = proxies.client(peer.parse().unwrap(), forwarded.iter().copied());
            let client = Client::Address(client.parse().unwrap());
            assert_eq!(found, client, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn only_a_peer_is_this_machine_itself() {
        let none = Proxies::default();
        let other = Proxies::new(vec!["10.0.0.1/32".parse().unwrap()]);
        for (proxies, peer, forwarded, is_here) in [
            (&none, "127.0.0.1", &[][..], true),
            (&none, "::1", &[], true),
            (&none, "::ffff:127.0.0.1", &[], true),
            (&none, "127.0.0.1", &["198.51.100.1"], true),
            (&none, "198.51.100.1", &["127.0.0.1"], false),
            (&other, "127.0.0.1", &[], true),
            (&other, "127.0.0.1", &["127.0.0.1"], false),
            (&other, "10.0.0.1", &["127.0.0.1"], false),
            (&other, "10.0.0.1", &[], false),
        ] {
            let found = proxies.client(peer.parse().unwrap(), forwarded.iter().copied());
            assert_eq!(found == Client::ThisMachine, is_here, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_counted_as_one() {
        let at = |address: &str| Client::Address(address.parse().unwrap());
        let network = |address| at(address).network().unwrap();
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_ne!(network("198.51.100.1"), network("198.51.100.2"));
        let wider = |address, prefix| at(address).network_of(prefix);
        assert_eq!(wider("2001:db8:0:1::1", 56), wider("2001:db8:0:ff::1", 56));
        assert_ne!(wider("2001:db8:0:1::1", 56), wider("2001:db8:0:100::1", 56));
        assert_eq!(wider("2001:db8:0:1::1", 48), wider("2001:db8:0:ffff::1", 48));
        assert_eq!(wider("198.51.100.1", 48), None);
        assert_eq!(Client::ThisMachine.network(), None);
    }
}
