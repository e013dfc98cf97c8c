//! The real program, as a process that can be killed.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};

/// A running `thuocdo serve`; it is killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    /// Host and port, which the system has chosen.
    pub address: String,
    child: Child,
    /// Held open, because it goes on printing.
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts a binary on a data folder, and returns when it listens.
    pub async fn serve(binary: &str, data: &Path) -> Result<Self> {
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let first = lines.next_line().await?.context("the program stopped before it listened")?;
        let address = first.strip_prefix("Listening on http://").context("no address")?;
        Ok(Self { address: address.to_owned(), child, _stdout: lines })
    }

    /// Ends it with SIGKILL, and returns when it is gone.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// Posts JSON over a connection of its own. An error means that no answer came.
pub async fn post(address: &str, path: &str, body: String) -> Result<(StatusCode, Vec<u8>)> {
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::post(path)
        .header(header::HOST, address)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body))?;
    let exchange = async {
        let response = sender.send_request(request).await?;
        let status = response.status();
        anyhow::Ok((status, response.into_body().collect().await?.to_bytes().to_vec()))
    };
    // The connection must be driven beside, and ends when the program dies.
    let driven = async {
        let _ = connection.await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        answer = exchange => answer,
        () = driven => unreachable!("it waits for ever"),
    }
}
