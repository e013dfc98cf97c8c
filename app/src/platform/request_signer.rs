//! Signs requests, so that the server knows which device sends them.

use std::pin::Pin;

/// Names and values of the headers that sign a request. None if the request could not be signed;
/// it is not sent then.
pub type SignatureHeaders = Pin<Box<dyn Future<Output = Option<Vec<(&'static str, String)>>>>>;

/// Signs requests, as an enrolled device does.
pub trait RequestSigner: std::fmt::Debug {
    /// The headers that sign a request with this path and body.
    fn sign(&self, path: &str, body: &str) -> SignatureHeaders;
}
