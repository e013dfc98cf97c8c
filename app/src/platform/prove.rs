//! What proves to the server who posts.

use std::pin::Pin;

/// A proof under way: names and values of headers; none if it could not be made, and then the
/// request is not sent.
pub type Proof = Pin<Box<dyn Future<Output = Option<Vec<(&'static str, String)>>>>>;

/// Something that proves requests, such as an enrolled device.
pub trait Prove {
    /// The headers that prove a request with this path and body.
    fn prove(&self, path: &str, body: &str) -> Proof;
}
