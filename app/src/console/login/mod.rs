//! Logging in with a link: what somebody sees who has no session, and when a session ends in use.

mod form;
mod page;
mod texts;

use app::platform::{http, location};
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{Login, SessionView, paths};

pub(crate) use self::form::{Problem, SessionEnded};
pub(crate) use self::page::{Entering, LoginPage};

/// The token in the address of the page, which it is taken out of at once: nobody who looks at the
/// screen or at the history shall find it.
pub(crate) fn token_in_address() -> Option<String> {
    location::take_fragment(paths::LOGIN_FRAGMENT)
}

/// Exchanges a token for a session, which the browser keeps in a cookie.
///
/// # Errors
/// See [`http::Error`].
pub(crate) async fn log_in(token: &str) -> Result<(), http::Error> {
    let login = Login { token: token.to_owned() };
    http::post::<SessionView>(paths::SESSION, &login).await.map(drop)
}

/// Whether an answer says that nobody has logged in.
pub(crate) fn says_log_in(error: &http::Error) -> bool {
    match error {
        http::Error::Problem(problem) => problem.code == ProblemCode::LoginRequired,
        http::Error::Unreachable | http::Error::Unreadable { .. } => false,
    }
}

/// The token in what somebody has pasted: the whole link, or what stands behind `login=` in it.
fn token_of(pasted: &str) -> &str {
    let name = [paths::LOGIN_FRAGMENT, "="].concat();
    pasted.rsplit_once(&*name).map_or(pasted, |(_, token)| token).trim()
}

#[cfg(test)]
mod tests {
    use super::token_of;

    #[test]
    fn a_link_or_its_token_can_be_pasted() {
        for pasted in [
            "abc-_1",
            " abc-_1\n",
            "http://127.0.0.1:8080/console#login=abc-_1",
            "Console: https://survey.example/console?lang=en#login=abc-_1 ",
            "login=abc-_1",
        ] {
            assert_eq!(token_of(pasted), "abc-_1", "{pasted}");
        }
        assert_eq!(token_of("  "), "");
    }
}
