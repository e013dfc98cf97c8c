//! The only place that touches the browser, through gloo, wasm-bindgen and web-sys.

/// Requests to the server.
pub mod http;
/// JSON read by the browser.
pub mod json;
/// The device's clock.
pub mod clock;
/// Submission ids: UUID version 7.
pub mod ids;
/// Which wave and service point the page was opened for.
pub mod place;
/// The page itself: title, language, focus, history.
pub mod page;
/// Text from the keyboard in Unicode NFC.
pub mod text;

/// IndexedDB: opening, transactions that are really complete, requests as futures.
mod database;
/// One writer at a time, across all tabs.
mod lock;
/// The id of the form that is being filled in, kept until it is sent.
pub mod sessions;
/// Completed forms on their way to the server.
pub mod outbox;
/// Where the page is: address, visibility, time of day.
pub mod location;
