//! Waits for what may never be answered.
//!
//! Browsers have storage that hangs: damaged, held by another tab, waiting for somebody to decide.
//! The promise of an answer then stays open for ever, and nothing else tells.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use gloo::timers::callback::Timeout;
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// A deadline is counted in steps of this length, one timer after the other. A page that the system
/// has stopped for a while so loses one step and not its patience with a storage that was stopped,
/// too.
const STEP_MS: u32 = 250;

/// What comes of some work, or none if it takes too long; then it is dropped where it stands.
pub(super) async fn within<T>(milliseconds: u32, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut patience = pin!(pause(milliseconds));
    poll_fn(move |context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => patience.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// Waits.
pub async fn pause(milliseconds: u32) {
    for _ in 0..milliseconds.div_ceil(STEP_MS) {
        let step = Promise::new(&mut |resolve, _| {
            let tell = move || {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            };
            Timeout::new(STEP_MS, tell).forget();
        });
        let _ = JsFuture::from(step).await;
    }
}
