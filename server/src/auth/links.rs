//! Links that log in, as text.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use survey_defs::api::paths;

use super::secret::Secret;

/// The link to the console of a server. The token stands in the fragment, which browsers send to no
/// server.
pub fn console(server: &str, secret: &Secret) -> String {
    let server = server.trim_end_matches('/');
    let (page, name) = (paths::CONSOLE_PAGE, paths::LOGIN_FRAGMENT);
    format!("{server}{page}#{name}={}", secret.to_text())
}

/// Where a browser on this machine finds a server that listens on this address.
pub fn local(listen: SocketAddr) -> String {
    let seen = match listen.ip() {
        ip if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), listen.port()),
        _ => listen,
    };
    format!("http://{seen}")
}

/// Whether browsers keep a session of a server at this address: over https, or on its own machine.
pub fn keeps_sessions(server: &str) -> bool {
    let Some(host) = server.strip_prefix("http://") else {
        return true;
    };
    let host = host.trim_end_matches('/');
    // Without the port, unless the colon is one of IPv6.
    let name =
        host.rsplit_once(':').filter(|_| !host.ends_with(']')).map_or(host, |(name, _)| name);
    let address = name.trim_matches(['[', ']']).parse();
    name == "localhost" || address.is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::randomness::SystemRandomness;

    #[test]
    fn a_link_has_its_token_in_the_fragment() {
        let secret = Secret::draw(&SystemRandomness);
        for server in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"] {
            let link = console(server, &secret);
            assert_eq!(link, format!("http://127.0.0.1:8080/console#login={}", secret.to_text()));
        }
    }

    #[test]
    fn a_link_leads_to_an_address_that_a_browser_can_open() {
        for (listen, address) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:8080", "http://127.0.0.1:8080"),
            ("[::1]:8080", "http://[::1]:8080"),
            ("192.0.2.7:8080", "http://192.0.2.7:8080"),
        ] {
            assert_eq!(local(listen.parse().unwrap()), address);
        }
    }

    #[test]
    fn browsers_keep_sessions_over_https_and_on_the_machine_itself() {
        for server in [
            "https://a.vn",
            "http://localhost/",
            "http://127.0.0.2",
            "http://localhost",
            "http://127.0.0.1:80",
            "http://[::1]:80",
            "http://[::1]",
        ] {
            assert!(keeps_sessions(server), "{server}");
        }
        for server in
            ["http://a.vn", "http://192.0.2.7:8080", "http://localhost.vn", "http://[fe80::1]"]
        {
            assert!(!keeps_sessions(server), "{server}");
        }
    }
}
