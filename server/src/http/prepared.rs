//! Documents that never change while the program runs: made once, in every encoding.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// How hard brotli tries; it is done once.
const BROTLI_QUALITY: i32 = 9;

/// A JSON document, ready to be sent. To send it costs no memory and hardly any time, however often
/// it is asked for.
#[derive(Debug)]
pub struct Prepared {
    plain: Bytes,
    brotli: Bytes,
    gzip: Bytes,
}

/// Marks an answer that is in the best encoding already, and is not compressed again.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsPrepared;

/// The encodings of answers, the best first, as they are called in headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// Those that a browser takes, the best first (RFC 9110, 12.5.3).
    pub(super) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Self> {
        let lines = headers.get_all(header::ACCEPT_ENCODING).into_iter();
        let items: Vec<(String, bool)> = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(|item| {
                let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
                let weight = weight.trim().to_ascii_lowercase();
                let weight = weight.strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
                (name.trim().to_ascii_lowercase(), weight.is_some_and(|q| q > 0.0))
            })
            .collect();
        let says = move |name: &str| items.iter().find(|item| item.0 == name).map(|item| item.1);
        let is_accepted =
            move |encoding: &Self| says(encoding.name()).or_else(|| says("*")).unwrap_or(false);
        [Self::Brotli, Self::Gzip].into_iter().filter(is_accepted)
    }

    /// Its name in headers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// How files in it end.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }
}

impl Prepared {
    /// Compresses a document.
    pub fn json(plain: Vec<u8>) -> Self {
        let params = BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
        let mut brotli = Vec::new();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        // Writing into memory does not fail.
        let _ = brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &params);
        let _ = gzip.write_all(&plain);
        let gzip = gzip.finish().unwrap_or_default();
        Self { plain: plain.into(), brotli: brotli.into(), gzip: gzip.into() }
    }

    /// The document as it is.
    pub fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// The answer that has the document.
    pub fn reply(&self, headers: &HeaderMap) -> Response {
        let encoding = Encoding::accepted(headers).next();
        let bytes = match encoding {
            Some(Encoding::Brotli) => &self.brotli,
            Some(Encoding::Gzip) => &self.gzip,
            None => &self.plain,
        };
        let mut response = Response::new(Body::from(bytes.clone()));
        response.extensions_mut().insert(IsPrepared);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // A new program may say something else at once.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn every_encoding_has_the_same_document() {
        let text = "{\"tên\":\"thước đo\"}".repeat(1_000);
        let prepared = Prepared::json(text.clone().into_bytes());
        let mut gunzipped = String::new();
        flate2::read::GzDecoder::new(&*prepared.gzip).read_to_string(&mut gunzipped).unwrap();
        assert!(gunzipped == text);
        let mut unbrotlied = Vec::new();
        brotli::BrotliDecompress(&mut &*prepared.brotli, &mut unbrotlied).unwrap();
        assert!(unbrotlied == text.as_bytes());
        assert!(prepared.brotli.len() < 1_000 && prepared.gzip.len() < 1_000);
    }

    #[test]
    fn the_best_encoding_that_is_taken_is_used() {
        let prepared = Prepared::json(b"{}".to_vec());
        for (accepted, encoding) in [
            (None, None),
            (Some("identity"), None),
            (Some("gzip, deflate"), Some("gzip")),
            (Some("gzip;q=1.0, br"), Some("br")),
            (Some("BR"), Some("br")),
            (Some("*"), Some("br")),
            (Some("br;q=0, *"), Some("gzip")),
            (Some("br;q=0, gzip;q=0.5"), Some("gzip")),
            (Some("br; q=0.0, gzip; q=0"), None),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(accepted) = accepted {
                headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            }
            let reply = prepared.reply(&headers);
            let found = reply.headers().get(header::CONTENT_ENCODING);
            assert_eq!(found.map(|value| value.to_str().unwrap()), encoding, "{accepted:?}");
        }
    }
}
