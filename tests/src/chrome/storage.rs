//! Makes the browser's storage fail, hang or answer late, call by call.

use anyhow::Result;
use serde_json::json;

use super::Chrome;

/// What the program asks the browser's storage for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageCall {
    /// Opens the database.
    Open,
    /// Reads from it.
    Read,
    /// Writes to it.
    Write,
    /// Completes a transaction.
    Complete,
    /// How much room there is.
    Estimate,
    /// Whether the storage is kept.
    Persisted,
    /// To keep it.
    Persist,
    /// A lock across all tabs.
    Lock,
}

impl StorageCall {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Read,
        Self::Write,
        Self::Complete,
        Self::Estimate,
        Self::Persisted,
        Self::Persist,
        Self::Lock,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Read => "read",
            Self::Write => "write",
            Self::Complete => "complete",
            Self::Estimate => "estimate",
            Self::Persisted => "persisted",
            Self::Persist => "persist",
            Self::Lock => "lock",
        }
    }
}

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageFault {
    /// With an exception.
    Throws,
    /// It never answers.
    Hangs,
    /// It answers after so many milliseconds.
    Late(u32),
}

/// A write that hangs keeps its transaction open with requests of its own, as a busy disk does. A
/// transaction that hangs on completing has stored everything and does not say so.
///
/// A fault that begins with a page is in the name of its window, from where the page takes it.
const SCRIPT: &str = "window.__fault = {}; (() => { \
    if (window.name.startsWith('{')) window.__fault = JSON.parse(window.name); \
    window.name = ''; \
    window.__hits = 0; \
    const of = (call) => { \
        if (window.__fault.call !== call) return null; \
        window.__hits += 1; \
        return window.__fault; \
    }; \
    const fail = () => { throw new DOMException('a fault', 'UnknownError'); }; \
    const never = new Promise(() => {}); \
    const promising = (target, method, call) => { \
        const original = target[method]; \
        target[method] = function (...values) { \
            const fault = of(call); \
            if (!fault) return original.apply(this, values); \
            if (fault.how === 'throws') return Promise.reject(new DOMException('a fault', 'UnknownError')); \
            if (fault.how === 'hangs') return never; \
            return new Promise((resolve) => setTimeout(resolve, fault.ms)) \
                .then(() => original.apply(this, values)); \
        }; \
    }; \
    promising(StorageManager.prototype, 'estimate', 'estimate'); \
    promising(StorageManager.prototype, 'persisted', 'persisted'); \
    promising(StorageManager.prototype, 'persist', 'persist'); \
    promising(LockManager.prototype, 'request', 'lock'); \
    const events = (target, names, hand) => { for (const name of names) \
        Object.defineProperty(target, name, { set(handler) { \
            target.addEventListener(name.slice(2), (event) => hand(() => handler?.call(target, event))); \
        } }); }; \
    const open = IDBFactory.prototype.open; \
    IDBFactory.prototype.open = function (...values) { \
        const fault = of('open'); \
        if (fault?.how === 'throws') fail(); \
        const request = open.apply(this, values); \
        if (fault) events(request, ['onsuccess', 'onerror'], \
            (tell) => fault.how === 'late' && setTimeout(tell, fault.ms)); \
        return request; \
    }; \
    const count = IDBObjectStore.prototype.count; \
    const slow = (store, request, fault) => { \
        const end = fault.how === 'late' ? performance.now() + fault.ms : Infinity; \
        events(request, ['onsuccess', 'onerror'], (tell) => { \
            const look = () => { \
                if (performance.now() > end) return tell(); \
                try { count.call(store).onsuccess = look; } catch { /* the transaction is over */ } \
            }; \
            look(); \
        }); \
        if (fault.how === 'hangs') request.onsuccess = () => {}; \
    }; \
    const requesting = (target, methods, call) => { for (const method of methods) { \
        const original = target[method]; \
        target[method] = function (...values) { \
            const fault = of(call); \
            if (fault?.how === 'throws') fail(); \
            const request = original.apply(this, values); \
            if (fault) slow(this.objectStore ?? this, request, fault); \
            return request; \
        }; \
    } }; \
    requesting(IDBObjectStore.prototype, ['get', 'getKey', 'count', 'getAll'], 'read'); \
    requesting(IDBIndex.prototype, ['openKeyCursor', 'getAll'], 'read'); \
    requesting(IDBObjectStore.prototype, ['put', 'add', 'delete'], 'write'); \
    const transaction = IDBDatabase.prototype.transaction; \
    IDBDatabase.prototype.transaction = function (...values) { \
        const fault = of('complete'); \
        const made = transaction.apply(this, values); \
        if (fault?.how === 'throws') setTimeout(() => { try { made.abort(); } catch { /* over */ } }); \
        else if (fault) events(made, ['oncomplete'], \
            (tell) => fault.how === 'late' && setTimeout(tell, fault.ms)); \
        return made; \
    }; \
})();";

impl Chrome {
    /// Lets the storage of all pages that are opened from now on fail when it is told to.
    pub async fn with_storage_faults(&self) -> Result<()> {
        self.before_each_page(SCRIPT).await
    }

    /// One call fails from the beginning of the next page that is opened in this window.
    pub async fn storage_fault_at_opening(
        &self,
        call: StorageCall,
        fault: StorageFault,
    ) -> Result<()> {
        let name = described(call, fault).to_string();
        self.run("window.name = arguments[0];", vec![json!(name)]).await
    }

    /// One call fails from now on, as long as this page is open.
    pub async fn storage_fault(&self, call: StorageCall, fault: StorageFault) -> Result<()> {
        let script = format!("window.__fault = {};", described(call, fault));
        self.run(&script, vec![]).await
    }

    /// How many calls have failed on this page.
    pub async fn storage_hits(&self) -> Result<u32> {
        self.run("return window.__hits;", vec![]).await
    }

    /// The storage works again.
    pub async fn storage_heals(&self) -> Result<()> {
        self.run("window.__fault = {};", vec![]).await
    }
}

fn described(call: StorageCall, fault: StorageFault) -> serde_json::Value {
    let (how, ms) = match fault {
        StorageFault::Throws => ("throws", 0),
        StorageFault::Hangs => ("hangs", 0),
        StorageFault::Late(ms) => ("late", ms),
    };
    json!({ "call": call.name(), "how": how, "ms": ms })
}
