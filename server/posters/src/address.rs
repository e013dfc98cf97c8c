//! Checks the public address of the server and makes the address of a form from it.

use std::fmt;
use std::str::FromStr;

use survey_defs::api::paths;
use survey_defs::short_code::ShortCode;

/// The address under which people reach the server: a scheme and a host, perhaps a port, such as
/// `https://hailong.example.vn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// A text that is not a public address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a public address is http:// or https://, a host name in ASCII and perhaps a port, such as \
     https://hailong.example.vn"
)]
pub struct NotAPublicUrl;

impl PublicUrl {
    /// The short address of a place, which leads to the form.
    pub fn short_address(&self, code: ShortCode) -> String {
        [&self.0, paths::fill(paths::CODE_PAGE, &[code.as_str()]).as_str()].concat()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = NotAPublicUrl;

    /// Takes one slash at the end, and writes the host in small letters.
    fn from_str(text: &str) -> Result<Self, NotAPublicUrl> {
        let text = text.trim().to_ascii_lowercase();
        let text = text.strip_suffix('/').unwrap_or(&text);
        let (scheme, rest) = text.split_once("://").ok_or(NotAPublicUrl)?;
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !rest.ends_with(']') => (host, Some(port)),
            _ => (rest, None),
        };
        let is_known_scheme = matches!(scheme, "http" | "https");
        let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        if is_known_scheme && is_port && is_host(host) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPublicUrl)
        }
    }
}

/// Whether a text is a host name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        let is_known = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_known)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_scheme_host_and_port() {
        for (text, address) in [
            ("https://thuocdo.hanoi.gov.vn", "https://thuocdo.hanoi.gov.vn/p/AB3K7"),
            ("  HTTPS://Thuocdo.Hanoi.gov.vn/ ", "https://thuocdo.hanoi.gov.vn/p/AB3K7"),
            ("http://192.168.1.7:8080", "http://192.168.1.7:8080/p/AB3K7"),
            ("http://[::1]:8080", "http://[::1]:8080/p/AB3K7"),
            ("http://[fe80::1]", "http://[fe80::1]/p/AB3K7"),
        ] {
            let url: PublicUrl = text.parse().unwrap();
            let address_of = url.short_address("AB3K7".parse().unwrap());
            assert_eq!(address_of, address);
        }
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "",
            "thuocdo.hanoi.gov.vn",
            "ftp://thuocdo.hanoi.gov.vn",
            "javascript://x",
            "https://",
            "https://a b",
            "https://a.vn/path",
            "https://a.vn?x",
            "https://user@a.vn",
            "https://a.vn:0",
            "https://a.vn:65536",
            "https://a..vn",
            "https://-a.vn",
            "https://thướcđo.vn",
            "https://[1.2.3.4]",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(NotAPublicUrl), "{text:?}");
        }
    }
}
