//! Staff of the application under test: a script with a token, a browser with a session.

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use server::auth::secret::Secret;
use server::auth::sessions::{self, TOKEN_PREFIX};
use store::{NewSecret, Store};
use survey_defs::api::paths;

use crate::app::{Reply, TestApp};

const SECRET: [u8; 32] = [0xA5; 32];

/// What the requests of staff carry, whatever time it is for the application.
pub fn bearer() -> String {
    format!("Bearer {TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(SECRET))
}

/// Adds the token that [`bearer`] shows.
pub(crate) async fn add_token(store: &dyn Store) {
    let secret = Secret::parse(&URL_SAFE_NO_PAD.encode(SECRET)).expect("32 bytes are a secret");
    let (created_at, expires_at) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
    let token = NewSecret { hash: secret.hash(), created_at, expires_at };
    store.add_staff_token("tests", &token).await.expect("a new token");
}

impl TestApp {
    /// The token of a new login link.
    pub async fn login_token(&self) -> String {
        let (now, randomness) = (self.state.clock.now(), &*self.state.intake.randomness);
        let secret = sessions::new_link(&*self.state.store, randomness, now).await;
        secret.expect("a new link").to_text()
    }

    /// The address of the console on a server, with a query or none, that logs in.
    pub async fn console(&self, origin: &str, query: &str) -> String {
        let (page, token) = (paths::CONSOLE_PAGE, self.login_token().await);
        format!("{origin}{page}{query}#{}={token}", paths::LOGIN_FRAGMENT)
    }

    /// What the browser of somebody who has just logged in sends as its cookie.
    pub async fn session_cookie(&self) -> String {
        let link = self.login_token().await;
        let (now, randomness) = (self.state.clock.now(), &*self.state.intake.randomness);
        let begun = sessions::begin(&*self.state.store, randomness, now, &link).await;
        let begun = begun.expect("the store answers").expect("the link is good");
        format!("__Host-thuocdo={}", begun.secret.to_text())
    }

    /// Gets a path as somebody who has not logged in.
    pub async fn get_as_stranger(&self, path: &str) -> Reply {
        let request = Request::get(path).header(header::HOST, "127.0.0.1:8080");
        self.send(request.body(Body::empty()).expect("a valid request")).await
    }

    /// Moves the clock forward.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.set(self.state.clock.now() + time);
    }
}
