//! The limits on the command line.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use ipnet::IpNet;

use super::limits::{Proxies, Quotas, Settings};
use super::listen;
use crate::intake::quotas::PlaceQuotas;

/// Limits of `thuocdo serve`.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Limits and operation")]
#[group(skip)]
pub struct Options {
    /// The address of a proxy, or a network that contains only proxies: trust what it says about the
    /// origin of a request. May be repeated. A client in such a network could pretend to be anybody.
    #[arg(
        long = "trusted-proxy",
        env = "THUOCDO_TRUSTED_PROXY",
        value_name = "CIDR",
        value_delimiter = ',',
        value_parser = network
    )]
    pub trusted_proxies: Vec<IpNet>,
    /// Open connections; further ones wait in the system's queue.
    #[arg(long, env = "THUOCDO_MAX_CONNECTIONS", value_name = "N",
          default_value_t = listen::Limits::default().connections,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub max_connections: usize,
    /// Open connections of one address (IPv6: one /64; a /56 has twice as many, a /48 four times);
    /// further ones are closed at once. Trusted proxies are not counted. The default is an eighth of
    /// --max-connections. 0: no limit.
    #[arg(long, env = "THUOCDO_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    pub connections_per_address: Option<u32>,
    /// Requests in progress; further ones get 503.
    #[arg(long, env = "THUOCDO_MAX_REQUESTS", value_name = "N",
          default_value_t = Settings::default().requests,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    pub max_requests: usize,
    /// Bytes of request bodies in progress; further ones get 503.
    #[arg(long, env = "THUOCDO_MAX_BODY_BYTES_IN_FLIGHT", value_name = "BYTES",
          default_value_t = Settings::default().body_bytes,
          value_parser = clap::value_parser!(u32).range(1024..=1 << 30))]
    pub max_body_bytes_in_flight: u32,
    /// Requests per minute from one address (IPv6: one /64); half of it at once. 0: no limit.
    #[arg(long, env = "THUOCDO_REQUESTS_PER_MINUTE", value_name = "N",
          default_value_t = Quotas::default().requests)]
    pub requests_per_minute: u32,
    /// Forms and break-offs per minute from one address (IPv6: one /64; a /56 has twice as much, a
    /// /48 four times) without a proved device; half of it at once. 0: no limit.
    #[arg(long, env = "THUOCDO_RECORDS_PER_MINUTE", value_name = "N",
          default_value_t = Quotas::default().records)]
    pub records_per_minute: u32,
    /// Forms and break-offs per minute from one proved device; half of it at once. 0: no limit.
    #[arg(long, env = "THUOCDO_DEVICE_RECORDS_PER_MINUTE", value_name = "N",
          default_value_t = Quotas::default().device_records)]
    pub device_records_per_minute: u32,
    /// Forms and break-offs per minute from this machine itself without a proved device, and a tenth
    /// of the requests: all together, because a proxy that nobody has named makes everybody look
    /// like this machine. Half of it at once. 0: no limit.
    #[arg(long, env = "THUOCDO_MACHINE_RECORDS_PER_MINUTE", value_name = "N",
          default_value_t = Quotas::default().machine_records)]
    pub machine_records_per_minute: u32,
    /// Forms and break-offs per minute of one service point without a proved device, from all
    /// addresses; half of it at once. 0: no limit.
    #[arg(long, env = "THUOCDO_POINT_RECORDS_PER_MINUTE", value_name = "N",
          default_value_t = PlaceQuotas::default().point)]
    pub point_records_per_minute: u32,
    /// Forms and break-offs per minute of one wave without a proved device, from all addresses; half
    /// of it at once. 0: no limit.
    #[arg(long, env = "THUOCDO_WAVE_RECORDS_PER_MINUTE", value_name = "N",
          default_value_t = PlaceQuotas::default().wave)]
    pub wave_records_per_minute: u32,
    /// Bytes of the disk of the data folder that must be free, or else the server reports “not ready”.
    /// Only where the database is a file there. 0: it does not look.
    #[arg(long, env = "THUOCDO_DISK_RESERVE_BYTES", value_name = "BYTES",
          default_value_t = 64 * 1024 * 1024)]
    pub disk_reserve_bytes: u64,
    /// Seconds for which the server reports “not ready” before it stops accepting connections.
    #[arg(long, env = "THUOCDO_DRAIN_SECONDS", default_value_t = 0, value_name = "N")]
    pub drain_seconds: u32,
    /// A second address that serves only /metrics, /healthz and /readyz, for a scraper in the local
    /// network.
    #[arg(long, env = "THUOCDO_METRICS_LISTEN", value_name = "ADDR")]
    pub metrics_listen: Option<SocketAddr>,
}

impl Options {
    /// The limits of requests.
    pub fn settings(&self) -> Settings {
        Settings {
            requests: self.max_requests,
            body_bytes: self.max_body_bytes_in_flight,
            quotas: Quotas {
                requests: self.requests_per_minute,
                records: self.records_per_minute,
                device_records: self.device_records_per_minute,
                machine_records: self.machine_records_per_minute,
            },
            proxies: Proxies::new(self.trusted_proxies.clone()),
            ..Settings::default()
        }
    }

    /// What service points and waves take.
    pub fn places(&self) -> PlaceQuotas {
        PlaceQuotas { point: self.point_records_per_minute, wave: self.wave_records_per_minute }
    }

    /// What whoever starts the server should know of the limits of those who come from this machine.
    pub fn notice(&self, listen: SocketAddr) -> Option<String> {
        let machine = self.machine_records_per_minute;
        let is_proxied = !self.trusted_proxies.is_empty();
        (listen.ip().is_loopback() && !is_proxied && machine > 0).then(|| {
            format!(
                "All who come through this machine may send {machine} forms a minute together. \
                 Behind a proxy, name it with --trusted-proxy: then each address has a limit of \
                 its own."
            )
        })
    }

    /// The limits of connections.
    pub fn connections(&self) -> listen::Limits {
        listen::Limits {
            connections: self.max_connections,
            of_address: self.connections_per_address,
            ..listen::Limits::default()
        }
    }

    /// How long the server says that it is not ready before it stops.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds.into())
    }
}

fn network(text: &str) -> Result<IpNet, ipnet::AddrParseError> {
    text.parse().or_else(|error| text.parse::<IpAddr>().map(IpNet::from).map_err(|_| error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        for (text, contained, other) in [
            ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
            ("::1", "::1", "::2"),
            ("fd00::/8", "fd12::1", "fe80::1"),
        ] {
            let network = network(text).unwrap();
            assert!(network.contains(&contained.parse::<IpAddr>().unwrap()), "{text}");
            assert!(!network.contains(&other.parse::<IpAddr>().unwrap()), "{text}");
        }
        for text in ["", "localhost", "10.0.0.0/33", "10.0.0"] {
            assert!(network(text).is_err(), "{text}");
        }
    }
}
