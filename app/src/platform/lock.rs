//! Lets one writer work at a time, across all tabs.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::deadline::within;

/// How long another tab may hold the lock: a tab that the system has stopped holds it for ever.
const DEADLINE_MS: u32 = 10_000;

/// Does the work while holding the Web Lock of this name, which no other tab of this origin holds
/// at the same time. Without Web Locks, on a page that is not served securely, or when the lock does
/// not come, the work is done all the same: there the server's idempotence must do.
pub(super) async fn holding<T>(name: &str, work: impl Future<Output = T>) -> T {
    let lock = acquire(name).await;
    let result = work.await;
    if let Some(release) = lock {
        let _ = release.call0(&JsValue::UNDEFINED);
    }
    result
}

/// Waits for the lock; returns what releases it.
async fn acquire(name: &str) -> Option<Function> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;

    let mut release = None;
    let held = Promise::new(&mut |resolve, _| release = Some(resolve));
    let mut grant = None;
    let granted = Promise::new(&mut |resolve, _| grant = Some(resolve));
    let grant = grant?;
    // The browser holds the lock until the promise that this returns is resolved.
    let holder = Closure::once_into_js(move || {
        let _ = grant.call0(&JsValue::UNDEFINED);
        held
    });
    let refused = request.call2(&locks, &name.into(), &holder).ok()?.dyn_into::<Promise>().ok()?;
    let answer = JsFuture::from(Promise::race(&js_sys::Array::of2(&granted, &refused)));
    let answer = within(DEADLINE_MS, answer).await;
    if answer.is_none()
        && let Some(release) = release.take()
    {
        // Should it come later, it goes at once.
        let _ = release.call0(&JsValue::UNDEFINED);
    }
    answer?.ok()?;
    release
}
