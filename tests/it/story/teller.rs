//! Sends the requests of the story and remembers the answers.

use axum::body::Body;
use axum::http::{Request, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tests::app::TestApp;

/// The header of requests that are not sent by staff.
pub(super) const STRANGER: &str = "x-forwarded-for";

/// An answer with what was asked, as text, so that a difference is read at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) asked: String,
    pub(super) status: u16,
    pub(super) headers: Vec<String>,
    pub(super) body: String,
}

/// Asks one thing after the other.
pub(super) struct Teller<'a> {
    pub(super) app: &'a TestApp,
    pub(super) told: Vec<Exchange>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(app: &'a TestApp) -> Self {
        Self { app, told: Vec::new() }
    }

    pub(super) async fn get(&mut self, path: &str) -> &Exchange {
        self.ask(Request::get(path), String::new()).await
    }

    pub(super) async fn post(&mut self, path: &str, value: &impl Serialize) -> &Exchange {
        self.post_with(path, value, &[]).await
    }

    pub(super) async fn post_with(
        &mut self,
        path: &str,
        value: &impl Serialize,
        headers: &[(&str, &str)],
    ) -> &Exchange {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.ask(request, serde_json::to_string(value).unwrap()).await
    }

    pub(super) async fn post_text(
        &mut self,
        path: &str,
        content_type: &str,
        body: &str,
    ) -> &Exchange {
        let request = Request::post(path).header(header::CONTENT_TYPE, content_type);
        self.ask(request, body.to_owned()).await
    }

    pub(super) async fn ask(
        &mut self,
        request: axum::http::request::Builder,
        body: String,
    ) -> &Exchange {
        let id = format!("story-{}", self.told.len() + 1);
        let request = request.header(header::HOST, "127.0.0.1:8080");
        let is_stranger =
            request.headers_ref().is_some_and(|headers| headers.contains_key(STRANGER));
        let request = if is_stranger {
            request
        } else {
            request.header(header::AUTHORIZATION, tests::staff::bearer())
        };
        let request = request.body(Body::from(body)).unwrap();
        let asked = format!("{id}: {} {}", request.method(), request.uri());
        let reply = self.app.send(request).await;
        // Each request gets an id by chance, which is another one in every run.
        let given = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        let mut headers: Vec<String> = reply
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            .map(|line| line.replace(&given, &id))
            .collect();
        headers.sort_unstable();
        let status = reply.status.as_u16();
        self.told.push(Exchange { asked, status, headers, body: reply.body.replace(&given, &id) });
        self.told.last().unwrap()
    }
}

impl Exchange {
    /// Fails unless this is the status.
    pub(super) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}
