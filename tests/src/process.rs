//! Runs the real program as a process that can be killed.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command as AsyncCommand};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Variables that lead the program elsewhere than a test means.
const FOREIGN: [&str; 4] = ["THUOCDO_", "AWS_", "PG", "RUST_LOG"];

/// No request takes longer: the program ends it itself after 30 seconds. Nor does a start.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);

/// How a program is started.
#[derive(Debug, Clone)]
pub struct Launch {
    binary: String,
    folder: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
}

/// A running `thuocdo serve`; it is killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    /// Host and port, which the system has chosen.
    pub address: String,
    child: Child,
    /// Held open, because it goes on printing.
    stdout: Lines<BufReader<ChildStdout>>,
}

/// A connection that stays open from one request to the next.
#[derive(Debug)]
pub struct Connection {
    /// Host and port.
    pub address: String,
    sender: SendRequest<Body>,
    driver: JoinHandle<()>,
}

/// What a program answers.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

/// The program with arguments and its data in a folder, without what a developer has set for
/// programs of their own.
pub fn command(binary: &str, arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if FOREIGN.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command.args(arguments).arg("--data-dir").arg(data);
    command
}

impl Launch {
    /// A binary with its data in the folder `data` of a folder and its log in the file `log`, on a
    /// port that the system chooses.
    pub fn new(binary: &str, folder: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// The same on a PostgreSQL.
    #[must_use]
    pub fn database(mut self, url: &str) -> Self {
        self.arguments.extend(["--database".to_owned(), url.to_owned()]);
        self
    }

    /// The same with more arguments.
    #[must_use]
    pub fn arguments(mut self, more: &[&str]) -> Self {
        self.arguments.extend(more.iter().map(|&text| text.to_owned()));
        self
    }

    /// The same with more variables.
    #[must_use]
    pub fn environment<'a>(
        mut self,
        variables: impl IntoIterator<Item = (&'a str, impl Into<String>)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        self.environment.extend(variables);
        self
    }

    /// Everything that the program has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Starts it, and returns when it listens.
    pub async fn serve(&self) -> Result<Program> {
        let log = OpenOptions::new().create(true).append(true).open(self.log_file())?;
        let serve = [
            "serve",
            "--create",
            "--listen",
            "127.0.0.1:0",
            "--machine-records-per-minute",
            "0",
            "--point-records-per-minute",
            "0",
            "--wave-records-per-minute",
            "0",
        ];
        let command = command(&self.binary, &serve, &self.folder.join("data"));
        let mut child = AsyncCommand::from(command)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        let first = timeout(ANSWER_TIMEOUT, lines.next_line()).await;
        let first = first.with_context(|| format!("it does not start: {}", self.log()))??;
        let first = first.with_context(|| format!("it stopped at once: {}", self.log()))?;
        let address = first.strip_prefix("Listening on http://");
        let address = address.with_context(|| format!("no address: {first}: {}", self.log()))?;
        Ok(Program { address: address.to_owned(), child, stdout: lines })
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }
}

impl Program {
    /// Ends it with SIGKILL, and returns when it is gone.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Asks it to end with SIGTERM, and returns when it is gone.
    pub async fn terminate(mut self) -> Result<ExitStatus> {
        let pid = self.child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        kill_process(pid.context("it is gone")?, Signal::TERM)?;
        Ok(timeout(ANSWER_TIMEOUT, self.child.wait()).await.context("it does not end")??)
    }

    /// The next line that it prints and that begins so, without this beginning.
    pub async fn printed(&mut self, beginning: &str) -> Result<String> {
        loop {
            let line = timeout(ANSWER_TIMEOUT, self.stdout.next_line()).await;
            let line = line.with_context(|| format!("it does not print {beginning}"))??;
            let line = line.context("it prints no more")?;
            if let Some(rest) = line.strip_prefix(beginning) {
                return Ok(rest.to_owned());
            }
        }
    }

    /// Gets a path over a connection of its own: the head and the body of the answer.
    pub async fn get(&self, path: &str, header: &str) -> Result<String> {
        let mut stream = TcpStream::connect(&self.address).await?;
        let head = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{header}\r\n");
        stream.write_all(head.as_bytes()).await?;
        let mut answer = String::new();
        timeout(ANSWER_TIMEOUT, stream.read_to_string(&mut answer)).await??;
        Ok(answer)
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Connection {
    /// Connects to an address.
    pub async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the program or with this connection.
        let driver = tokio::spawn(async move { drop(connection.await) });
        Ok(Self { address: address.to_owned(), sender, driver })
    }

    /// Posts JSON. An error means that no answer came.
    pub async fn post(&mut self, path: &str, body: String) -> Result<Answer> {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body))?).await
    }

    /// The same as a proxy that names its client.
    pub async fn post_for(&mut self, client: &str, path: &str, body: String) -> Result<Answer> {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.header("x-forwarded-for", client).body(Body::from(body))?).await
    }

    /// Gets a path with one header. An error means that no answer came.
    pub async fn get(&mut self, path: &str, (name, value): (&str, &str)) -> Result<Answer> {
        self.send(Request::get(path).header(name, value).body(Body::empty())?).await
    }

    async fn send(&mut self, mut request: Request<Body>) -> Result<Answer> {
        request.headers_mut().insert(header::HOST, self.address.parse()?);
        let exchange = async {
            self.sender.ready().await?;
            let response = self.sender.send_request(request).await?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await?.to_bytes().to_vec();
            Ok(Answer { status: parts.status, headers: parts.headers, body })
        };
        timeout(ANSWER_TIMEOUT, exchange).await.context("no answer in time")?
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
