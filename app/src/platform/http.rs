//! Sends requests to the server.

use gloo::net::http::{Request, Response};
use gloo::timers::callback::Timeout;
use js_sys::{Date, Promise, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use survey_defs::api::problem::Problem;
use survey_defs::generation::GENERATION_HEADER;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit};

use crate::platform::database::whole;
use crate::platform::json;

/// Why a request has no usable answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// No answer at all: no network, or the server is down. Worth another try.
    #[error("no answer from the server")]
    Unreachable,
    /// The server answered with a problem document.
    #[error("{}: {}", .0.code.as_str(), .0.title_en)]
    Problem(Box<Problem>),
    /// An answer that is neither of the expected type nor a problem document.
    #[error("the server's answer ({status}) could not be read")]
    Unreadable {
        /// The HTTP status.
        status: u16,
    },
}

/// Gets a value.
///
/// # Errors
/// See [`Error`].
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Error> {
    let response = Request::get(path).send().await.map_err(|_| Error::Unreachable)?;
    read(response).await
}

/// Posts a value and reads the answer.
///
/// # Errors
/// See [`Error`].
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, Error> {
    let unreadable = || Error::Unreadable { status: 0 };
    let body = json::to_text(body).map_err(|_| unreadable())?;
    let request = Request::post(path).header("Content-Type", "application/json").body(body);
    let request = request.map_err(|_| unreadable())?;
    read(request.send().await.map_err(|_| Error::Unreachable)?).await
}

/// Deletes something.
///
/// # Errors
/// See [`Error`].
pub async fn delete(path: &str) -> Result<(), Error> {
    let response = Request::delete(path).send().await.map_err(|_| Error::Unreachable)?;
    if response.ok() { Ok(()) } else { read(response).await }
}

/// An answer as it came, for callers that read little of it: what is not deserialised is not
/// downloaded by every phone as code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The seconds of `Retry-After`, where it is given in seconds.
    pub retry_after_s: Option<u32>,
    /// The server's generation; 0 where something else answers.
    pub generation: u32,
    /// The server's time in milliseconds; 0 where it says none, or something else answers.
    pub server_time: u64,
    /// Whether it is a copy from an earlier visit, because there is no network.
    pub is_kept: bool,
    /// The body.
    pub text: String,
}

/// How long a plain request may take. A form on a slow network is a few kilobytes; a request that
/// never ends would hold up the outbox for ever.
const TIMEOUT_MS: u32 = 30_000;

/// Gets whatever the server answers.
///
/// # Errors
/// [`Error::Unreachable`] if there is no answer in time.
pub async fn get_text(path: &str) -> Result<PlainAnswer, Error> {
    let asked = match asked_ahead(path) {
        Some(answer) => answer_of(answer).await,
        None => plain(path, &RequestInit::new()).await,
    };
    asked.map_err(|_| Error::Unreachable)
}

/// What the page has asked for while this program was still being loaded; see `assets/boot.js`.
fn asked_ahead(path: &str) -> Option<Promise> {
    let window = web_sys::window()?;
    let app = Reflect::get(&window, &"thuocdo".into()).ok()?;
    let ahead = Reflect::get(&app, &"ahead".into()).ok()?;
    if Reflect::get(&ahead, &"path".into()).ok()?.as_string().as_deref() != Some(path) {
        return None;
    }
    // An answer can be read once; whoever tries again asks again.
    Reflect::delete_property::<js_sys::Object>(app.unchecked_ref(), &"ahead".into()).ok()?;
    Reflect::get(&ahead, &"answer".into()).ok()?.dyn_into().ok()
}

/// Posts JSON text with more headers, and returns whatever the server answers.
///
/// # Errors
/// [`Error::Unreachable`] if there is no answer in time.
pub async fn post_with(
    path: &str,
    json: &str,
    more_headers: &[(&'static str, String)],
) -> Result<PlainAnswer, Error> {
    posted(path, json, more_headers).await.map_err(|_| Error::Unreachable)
}

async fn posted(
    path: &str,
    json: &str,
    more_headers: &[(&'static str, String)],
) -> Result<PlainAnswer, JsValue> {
    let headers = Headers::new()?;
    headers.set("Content-Type", "application/json")?;
    for (name, value) in more_headers {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&json.into());
    // Many people close the page as soon as they are thanked: let the request outlive it, where
    // the browser can and the body is within its limit of 64 kB.
    let outlives = json.len() < 60_000;
    Reflect::set(&init, &"keepalive".into(), &outlives.into())?;
    plain(path, &init).await
}

/// Asks with the browser's `fetch` itself: gloo's builders would be a tenth of the form's code.
async fn plain(path: &str, init: &RequestInit) -> Result<PlainAnswer, JsValue> {
    let abort = AbortController::new()?;
    init.set_signal(Some(&abort.signal()));
    // Dropped at the end, and with it the timer.
    let _timeout = Timeout::new(TIMEOUT_MS, move || abort.abort());
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    answer_of(window.fetch_with_str_and_init(path, init)).await
}

async fn answer_of(response: Promise) -> Result<PlainAnswer, JsValue> {
    let response = JsFuture::from(response).await?;
    let response: web_sys::Response = response.unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    let headers = response.headers();
    let number = |name| Ok::<_, JsValue>(headers.get(name)?.and_then(|s| s.parse().ok()));
    let generation = number(GENERATION_HEADER)?.unwrap_or_default();
    let server_time = match headers.get("Date")? {
        Some(date) if generation > 0 => whole(&Date::parse(&date).into()),
        _ => 0,
    };
    Ok(PlainAnswer {
        status: response.status(),
        retry_after_s: number("Retry-After")?,
        generation,
        server_time,
        is_kept: headers.has("thuocdo-offline")?,
        text: text.as_string().unwrap_or_default(),
    })
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Error> {
    let status = response.status();
    let text = response.text().await.map_err(|_| Error::Unreachable)?;
    if response.ok() {
        return json::from_text(&text).map_err(|_| Error::Unreadable { status });
    }
    match json::from_text::<Problem>(&text) {
        Ok(problem) => Err(Error::Problem(Box::new(problem))),
        Err(_) => Err(Error::Unreadable { status }),
    }
}
