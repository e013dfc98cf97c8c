//! Defines the wire types of logging in.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::caller::Door;

/// What begins a session: the token of a link that the server has printed. It works once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// What stands behind `login=` in the link.
    pub token: String,
}

// By hand: a debug text ends up in a log line.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

/// How a caller has come to the staff's side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// `session` for a browser that has logged in, `api_key` for a script with a token, `loopback` for
    /// a guest of the demo.
    pub door: Door,
    /// When the session ends, by server time; none if there is no session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_in_no_debug_text() {
        let login = Login { token: "secret".to_owned() };
        assert!(!format!("{login:?}").contains("secret"));
    }
}
