//! Sends requests to a server without a client library.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result, ensure};

use super::server::PATIENCE;

/// Requests a path and returns the body of the answer, as it came.
pub(super) fn get(address: &str, path: &str) -> Result<Vec<u8>> {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\
         Connection: close\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // In one write, so that the request is one packet.
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head = String::from_utf8_lossy(&answer[..answer.len().min(600)]);
    ensure!(head.starts_with("HTTP/1.1 200"), "GET {path} was not answered with 200:\n{head}");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = end.context("the answer has no end of its head")? + 4;
    Ok(answer.split_off(body))
}
