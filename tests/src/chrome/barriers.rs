//! Places in the program at which a test can stop it.
//!
//! A script in the page asks the server for an address of its own just before and after what the
//! program does with its storage and the network, and waits for the answer with the whole page.
//! The server answers at once, unless a test holds the request.

use anyhow::Result;

use super::Chrome;
use crate::live::BARRIER;

/// `put` of the session store becomes `before-sessions-put`, and `after-sessions-put` when its
/// transaction is complete.
const SCRIPT: &str = "(() => { \
    const stop = (name) => { \
        const request = new XMLHttpRequest(); \
        request.open('GET', 'BARRIER' + name, false); \
        try { request.send(); } catch { /* the server is down */ } \
    }; \
    for (const method of ['add', 'put', 'delete']) { \
        const original = IDBObjectStore.prototype[method]; \
        IDBObjectStore.prototype[method] = function (...values) { \
            const name = `${this.name}-${method}`; \
            stop(`before-${name}`); \
            this.transaction.addEventListener('complete', () => stop(`after-${name}`)); \
            return original.apply(this, values); \
        }; \
    } \
    const fetch = window.fetch; \
    window.fetch = function (address, how) { \
        if (how?.method === 'POST') stop('before-post'); \
        return fetch.call(this, address, how); \
    }; \
})();";

/// A place in the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// The id of the form is about to be stored.
    BeforeBegin,
    /// The id of the form is stored.
    AfterBegin,
    /// The form is about to be put into the outbox.
    BeforeSeal,
    /// The form was put into the outbox and its session is about to end, in one transaction.
    InSeal,
    /// The outbox has the form.
    AfterSeal,
    /// The form is about to be posted.
    BeforePost,
    /// The form is acknowledged and about to be forgotten.
    BeforeRemoval,
    /// The form is forgotten.
    AfterRemoval,
}

impl Barrier {
    /// The path that stands for it.
    pub fn path(self) -> String {
        let name = match self {
            Self::BeforeBegin => "before-sessions-put",
            Self::AfterBegin => "after-sessions-put",
            Self::BeforeSeal => "before-outbox-add",
            Self::InSeal => "before-sessions-delete",
            Self::AfterSeal => "after-outbox-add",
            Self::BeforePost => "before-post",
            Self::BeforeRemoval => "before-outbox-delete",
            Self::AfterRemoval => "after-outbox-delete",
        };
        [BARRIER, name].concat()
    }
}

impl Chrome {
    /// Puts barriers into all pages that are opened from now on.
    pub async fn with_barriers(&self) -> Result<()> {
        self.before_each_page(&SCRIPT.replace("BARRIER", BARRIER)).await
    }
}
