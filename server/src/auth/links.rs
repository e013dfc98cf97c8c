//! Links that log in, as text.

use survey_defs::api::paths;

use super::secret::Secret;

/// The link to the console of a server. The token stands in the fragment, which browsers send to no
/// server.
pub fn console(server: &str, secret: &Secret) -> String {
    let server = server.trim_end_matches('/');
    let (page, name) = (paths::CONSOLE_PAGE, paths::LOGIN_FRAGMENT);
    format!("{server}{page}#{name}={}", secret.to_text())
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
}
