//! Holds one keep-alive connection to the server.

use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, HOST, RETRY_AFTER};
use hyper::http::request::Builder;
use hyper_util::rt::TokioIo;
use survey_defs::api::paths;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::origin::Headers;

/// Longer than the server takes for a request before it gives up itself.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection that is kept open from request to request.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

/// An answer of the server.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after_s: Option<u32>,
    pub(crate) body: Bytes,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = timeout(PATIENCE, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; what goes wrong on it is seen there.
        tokio::spawn(connection);
        Ok(Self { sender, host: address.to_owned() })
    }

    /// Posts submissions. After an error the connection is of no use.
    pub(crate) async fn post(&mut self, headers: &Headers, body: Bytes) -> Result<Answer> {
        self.send(paths::SUBMISSIONS, headers, body).await
    }

    /// Posts JSON. After an error the connection is of no use.
    pub(crate) async fn send(
        &mut self,
        path: &str,
        headers: &Headers,
        body: Bytes,
    ) -> Result<Answer> {
        let request = Request::post(path).header(CONTENT_TYPE, "application/json");
        let exchange = self.exchange(request, headers, body);
        timeout(PATIENCE, exchange).await.context("no answer in time")?
    }

    /// Gets a path. After an error the connection is of no use.
    pub(crate) async fn get(&mut self, path: &str, headers: &Headers) -> Result<Answer> {
        let exchange = self.exchange(Request::get(path), headers, Bytes::new());
        timeout(PATIENCE, exchange).await.context("no answer in time")?
    }

    async fn exchange(
        &mut self,
        request: Builder,
        headers: &Headers,
        body: Bytes,
    ) -> Result<Answer> {
        self.sender.ready().await?;
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, value.as_str()))
            .header(HOST, self.host.as_str())
            .body(Full::new(body))?;
        let response = self.sender.send_request(request).await?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after_s = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, retry_after_s, body })
    }
}
