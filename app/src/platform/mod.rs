//! The only place that touches the browser, through gloo, wasm-bindgen and web-sys.

pub mod http;
pub mod json;
pub mod clock;
pub mod ids;
pub mod form_address;
pub mod page;
pub mod appearance;
pub mod speech;
pub mod text;
pub mod taps;

pub mod deadline;
mod database;
mod lock;
pub mod sessions;
pub mod drafts;
pub mod storage;
pub mod request_signer;
pub mod outbox;
pub mod worker;
pub mod location;
mod crypto;
pub mod device;
pub mod idle;
pub mod lockdown;
pub mod screen;
pub mod keyboard;
