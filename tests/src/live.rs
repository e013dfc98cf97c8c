//! The application on a real socket of this machine, behind a network that fails when told to.
//!
//! Connections are served here and not by `axum::serve`, because only hyper itself can end one
//! without an answer, and because killing the server must end those that are open.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use futures::FutureExt;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::fmt::rfc2822::DateTimePrinter;
use survey_defs::api::problem::{MEDIA_TYPE, Problem, ProblemCode};
use survey_defs::generation::{GENERATION_HEADER, WIRE_GENERATION};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

use crate::app::TestApp;
use crate::faults::{Fault, Faults, When};

/// A request with this path reaches nothing but the faults: scripts of the harness in a page ask
/// for it, and are held by it.
pub const BARRIER: &str = "/__barrier/";

/// The application on a socket of this machine, until it is dropped or killed.
#[derive(Debug)]
pub struct LiveServer {
    /// `http://127.0.0.1:…`, the same after a restart.
    pub origin: String,
    /// What goes wrong between the browser and the application.
    pub faults: Faults,
    address: SocketAddr,
    router: Router,
    task: Option<JoinHandle<()>>,
}

impl LiveServer {
    /// Serves an application.
    pub async fn start(app: &TestApp) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let mut server = Self {
            origin: format!("http://{address}"),
            faults: Faults::default(),
            address,
            router: app.router(),
            task: None,
        };
        server.listen(listener);
        Ok(server)
    }

    /// Ends the server at once: nobody listens any more, every connection is cut, and handlers
    /// stop where they wait. What the store has taken stays, as on a machine that goes on running.
    pub async fn kill(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            // It ends cancelled, and with it the listener.
            let _ = task.await;
        }
    }

    /// Listens again on the same port.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill().await;
        let listener = TcpListener::bind(self.address).await.context("the port was taken")?;
        self.listen(listener);
        Ok(())
    }

    /// Another application listens on the port, as after a deployment, or on another database.
    pub async fn replace(&mut self, app: &TestApp) -> Result<()> {
        self.router = app.router();
        self.restart().await
    }

    fn listen(&mut self, listener: TcpListener) {
        self.task = Some(tokio::spawn(serve(listener, self.router.clone(), self.faults.clone())));
    }
}

impl Drop for LiveServer {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Serves until it is aborted; the connections are its own and end with it.
async fn serve(listener: TcpListener, router: Router, faults: Faults) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (router, faults) = (router.clone(), faults.clone());
        connections.spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                answer(router.clone(), faults.clone(), request.map(Body::new))
            });
            // Connections that break are what the tests are about.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

/// An error ends the connection without an answer.
async fn answer(
    router: Router,
    faults: Faults,
    mut request: Request<Body>,
) -> io::Result<Response<Body>> {
    let lost = || Err(io::ErrorKind::ConnectionAborted.into());
    let fault = faults.of_request(request.uri().path());
    match &fault {
        Fault::None | Fault::AnswerLost | Fault::Held(When::After, _) | Fault::Generation(_) => {}
        Fault::Held(When::Before, gate) => gate.pass().await,
        Fault::Lost => return lost(),
        Fault::Rewritten { .. } => {
            // The whole answer, as plain text.
            for name in [header::ACCEPT_ENCODING, header::IF_NONE_MATCH] {
                request.headers_mut().remove(name);
            }
        }
        Fault::Status { status, retry_after_s } => {
            let response =
                Response::builder().status(*status).header("retry-after", *retry_after_s);
            return response.body(Body::empty()).map_err(io::Error::other);
        }
        Fault::Problem(code) => return problem(*code),
        Fault::Refused(code, at) => {
            let at = DateTimePrinter::new().timestamp_to_rfc9110_string(at);
            let at = HeaderValue::from_str(&at.map_err(io::Error::other)?);
            let mut response = problem(*code)?;
            response.headers_mut().insert(header::DATE, at.map_err(io::Error::other)?);
            response.headers_mut().insert(GENERATION_HEADER, WIRE_GENERATION.into());
            return Ok(response);
        }
    }
    if request.uri().path().starts_with(BARRIER) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    }
    // A request goes on although whoever has sent it is gone, as a transaction does that has begun.
    let handled = tokio::spawn(router.oneshot(request).map(|result: Result<_, Infallible>| result));
    let Ok(Ok(mut response)) = handled.await else { return lost() };
    match &fault {
        Fault::AnswerLost => {
            response.into_body().collect().await.map_err(io::Error::other)?;
            lost()
        }
        Fault::Held(When::After, gate) => {
            gate.pass().await;
            Ok(response)
        }
        Fault::Rewritten { from, to } => rewritten(response, from, to).await,
        Fault::Generation(generation) => {
            response.headers_mut().insert(GENERATION_HEADER, (*generation).into());
            Ok(response)
        }
        Fault::None
        | Fault::Held(When::Before, _)
        | Fault::Lost
        | Fault::Problem(_)
        | Fault::Refused(..)
        | Fault::Status { .. } => Ok(response),
    }
}

fn problem(code: ProblemCode) -> io::Result<Response<Body>> {
    let body = serde_json::to_string(&Problem::new(code)).map_err(io::Error::other)?;
    let response = Response::builder().status(code.status());
    let response = response.header(header::CONTENT_TYPE, MEDIA_TYPE);
    response.body(Body::from(body)).map_err(io::Error::other)
}

/// Fails where there is nothing to rewrite, which the browser then sees as a broken connection.
async fn rewritten(response: Response<Body>, from: &str, to: &str) -> io::Result<Response<Body>> {
    let (mut parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let text = String::from_utf8(bytes.to_vec()).map_err(io::Error::other)?;
    if !text.contains(from) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    for name in [header::CONTENT_LENGTH, header::ETAG] {
        parts.headers.remove(name);
    }
    Ok(Response::from_parts(parts, Body::from(text.replace(from, to))))
}
