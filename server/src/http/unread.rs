//! What is left of a body when its request has been answered.
//!
//! A proxy goes on sending a body while the answer is on its way. A server that closes meanwhile cuts
//! off the answer as well: the proxy says 502 instead of passing on a 429 with its `Retry-After`. So
//! what is left is read away, up to a bound, and the connection is closed then.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::{HeaderValue, header};
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::{Request, Response};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// How much of what is left is read away, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    /// Bytes.
    pub bytes: usize,
    /// Time.
    pub time: Duration,
}

/// A body that is read away once nobody wants it any more.
#[derive(Debug)]
pub struct Watched {
    /// Until it is dropped.
    body: Option<Incoming>,
    rest: Rest,
    is_unread: Arc<AtomicBool>,
}

/// Whether there is something left of a body.
#[derive(Debug)]
pub struct IsUnread(Arc<AtomicBool>);

impl Watched {
    /// Watches the body of a request.
    pub fn of(request: Request<Incoming>, rest: Rest) -> (Request<Self>, IsUnread) {
        // Whoever asks first whether to send has sent nothing.
        let bytes = if request.headers().contains_key(header::EXPECT) { 0 } else { rest.bytes };
        let rest = Rest { bytes, ..rest };
        let is_unread = Arc::new(AtomicBool::new(!request.body().is_end_stream()));
        let of_answer = IsUnread(Arc::clone(&is_unread));
        (request.map(|body| Self { body: Some(body), rest, is_unread }), of_answer)
    }
}

impl IsUnread {
    /// Says in the answer that the connection ends, if the body was not read to its end.
    pub fn tell<B>(self, mut response: Response<B>) -> Response<B> {
        if self.0.load(Ordering::Relaxed) {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(&mut *body).poll_frame(cx);
        let is_at_end = match &polled {
            Poll::Ready(Some(Ok(_))) => body.is_end_stream(),
            Poll::Ready(None | Some(Err(_))) => true,
            Poll::Pending => false,
        };
        if is_at_end {
            self.is_unread.store(false, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let is_left = self.is_unread.load(Ordering::Relaxed) && self.rest.bytes > 0;
        let (Some(body), true, Ok(runtime)) = (self.body.take(), is_left, Handle::try_current())
        else {
            return;
        };
        // The connection, which is counted, lasts as long as this.
        runtime.spawn(read_away(body, self.rest));
    }
}

async fn read_away(mut body: Incoming, rest: Rest) {
    let to_the_bound = async {
        let mut left = rest.bytes;
        while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            if bytes > left {
                return;
            }
            left -= bytes;
        }
    };
    // Whatever comes after it is cut off.
    let _ = timeout(rest.time, to_the_bound).await;
}
