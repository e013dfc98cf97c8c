//! The only place that touches the browser, through gloo, wasm-bindgen and web-sys.

/// Requests to the server.
pub mod http;
/// JSON read by the browser.
pub mod json;
/// The device's clock.
pub mod clock;
/// Submission ids: UUID version 7.
pub mod ids;
pub mod form_address;
/// The page itself: title, language, focus, history.
pub mod page;
pub mod appearance;
/// Reading aloud.
pub mod speech;
/// Elements of the page.
pub mod dom;
/// Text from the keyboard in Unicode NFC.
pub mod text;

/// IndexedDB: opening, transactions that are really complete, requests as futures.
mod database;
/// One writer at a time, across all tabs.
mod lock;
/// The form that is being filled in: its id and its number, kept until it is sent.
pub mod sessions;
/// The unfinished form of this tab.
pub mod drafts;
/// How much the browser still keeps, and for how long.
pub mod storage;
pub mod request_signer;
/// Completed forms on their way to the server.
pub mod outbox;
/// The service worker, which keeps the app for times without a network.
pub mod worker;
/// Where the page is: address, visibility, time of day.
pub mod location;
/// Web cryptography: keys that sign and cannot be read.
mod crypto;
/// Who this device is: its identity, made once and proved at each request, and its configuration.
pub mod device;
/// Signs of life: whoever touches, moves or types is there.
pub mod idle;
/// What a browser offers that a device in a public place must not.
pub mod lockdown;
/// The screen of a device at a counter: full, awake, measured, and clean for the next person.
pub mod screen;
/// Text fields, as an on-screen keyboard sees them.
pub mod keyboard;
