//! Loads the newest answer to a request that follows the selection, and repeats the request from
//! time to time.

use std::sync::Arc;

use app::platform::http;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

/// The newest answer to a request. It stays while the next one is on its way, and when a repetition
/// fails; when another request fails it goes, as nothing would tell what it belongs to.
#[derive(Debug)]
pub(crate) struct PolledResource<T: 'static> {
    /// The answer.
    pub(crate) value: RwSignal<Option<Arc<T>>>,
    /// Why the last attempt failed.
    pub(crate) error: RwSignal<Option<http::Error>>,
    /// The request that is wanted; a repetition has another tick.
    wanted: Memo<Request>,
    /// The request of the last attempt that ended.
    ended: RwSignal<Request>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Request {
    path: Option<String>,
    refresh_tick: u32,
}

impl<T> Clone for PolledResource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for PolledResource<T> {}

impl<T: DeserializeOwned + PartialEq + Send + Sync> PolledResource<T> {
    /// Gets `path` now, whenever it changes, and at every refresh tick.
    pub(crate) fn follow(
        path: impl Fn() -> Option<String> + Send + Sync + 'static,
        refresh_tick: RwSignal<u32>,
    ) -> Self {
        let resource = Self {
            value: RwSignal::new(None),
            error: RwSignal::new(None),
            wanted: Memo::new(move |_| Request { path: path(), refresh_tick: refresh_tick.get() }),
            ended: RwSignal::new(Request::default()),
        };
        // The one effect of the console that writes signals: it is the loading of data.
        Effect::new(move || spawn_local(resource.load(resource.wanted.get())));
        resource
    }

    async fn load(self, wanted: Request) {
        let answer = match &wanted.path {
            None => None,
            Some(path) => Some(http::get::<T>(path).await),
        };
        if self.wanted.try_get_untracked().as_ref() != Some(&wanted) {
            return; // Another request was sent since, and its answer is the one that counts.
        }
        let same_request = self.ended.with_untracked(|ended| ended.path == wanted.path);
        match answer {
            Some(Ok(value)) => {
                self.error.set(None);
                self.put(value);
            }
            Some(Err(error)) => {
                if !same_request {
                    self.value.set(None);
                }
                self.error.set(Some(error));
            }
            None => {
                self.value.set(None);
                self.error.set(None);
            }
        }
        self.ended.set(wanted);
    }

    /// An equal answer changes nothing, so that nothing is drawn again.
    fn put(&self, value: T) {
        if self.value.with_untracked(|old| old.as_deref() != Some(&value)) {
            self.value.set(Some(Arc::new(value)));
        }
    }
}

impl<T: Send + Sync> PolledResource<T> {
    /// Whether an answer is on its way, be it a repetition.
    pub(crate) fn is_busy(self) -> bool {
        self.wanted.with(|wanted| self.ended.with(|ended| ended != wanted))
    }

    /// Whether what is shown belongs to another request than the one that is wanted.
    pub(crate) fn is_stale(self) -> bool {
        self.wanted.with(|wanted| self.ended.with(|ended| ended.path != wanted.path))
    }

    /// Whether there is neither an answer nor an error yet.
    pub(crate) fn is_first(self) -> bool {
        self.is_busy() && self.value.with(Option::is_none) && self.error.with(Option::is_none)
    }
}
