//! Looks for what is left of an answer when its session is over.

use std::fmt;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::common::command::{Command, ExtensionCommand};

use super::Chrome;

/// Keeps hold of the memory of every WebAssembly program that the page starts.
const KEEP_MEMORY: &str = "window.__memories = []; \
    for (const name of ['instantiate', 'instantiateStreaming']) { \
        const original = WebAssembly[name]; \
        WebAssembly[name] = async function (...values) { \
            const result = await original.apply(this, values); \
            const { exports } = result.instance ?? result; \
            for (const one of Object.values(exports)) \
                if (one instanceof WebAssembly.Memory) window.__memories.push(one); \
            return result; \
        }; \
    }";

/// The arguments are the needles and a function for the result: pairs of a place and the number of
/// a needle. Needles come as numbers, because the browser keeps what scripts were called with, and
/// a later search would find it.
const SEARCH: &str = r"
    const [codes, done] = arguments;
    const needles = codes.map((code) => String.fromCharCode(...code));
    const found = [];
    const look = (place, text) => {
        needles.forEach((needle, index) => { if (text.includes(needle)) found.push([place, index]); });
    };
    const database = async (name) => {
        const open = await new Promise((resolve, reject) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
        });
        for (const store of open.objectStoreNames) {
            const values = await new Promise((resolve, reject) => {
                const request = open.transaction(store).objectStore(store).getAll();
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
            });
            look(`database ${name} ${store}`, JSON.stringify(values));
        }
        open.close();
    };
    const caches_ = async () => {
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
                look(`cache ${name}`, request.url + await (await cache.match(request)).text());
            }
        }
    };
    const contains = (bytes, needle) => {
        for (let at = bytes.indexOf(needle[0]); at >= 0; at = bytes.indexOf(needle[0], at + 1)) {
            if (needle.every((byte, index) => bytes[at + index] === byte)) return true;
        }
        return false;
    };
    const memories = () => {
        for (const memory of window.__memories ?? []) {
            const bytes = new Uint8Array(memory.buffer);
            needles.forEach((needle, index) => {
                if (contains(bytes, new TextEncoder().encode(needle))) found.push(['memory', index]);
            });
        }
    };
    (async () => {
        look('document', document.documentElement.outerHTML + document.title);
        for (const field of document.querySelectorAll('input, textarea')) look('document', field.value);
        look('address', location.href + JSON.stringify(history.state));
        look('session storage', JSON.stringify({ ...sessionStorage }));
        look('local storage', JSON.stringify({ ...localStorage }));
        look('cookies', document.cookie);
        for (const { name } of await indexedDB.databases()) await database(name);
        if (window.caches) await caches_();
        memories();
        return found;
    })().then(done, (error) => done([[`search failed: ${error}`, 0]]));
";

/// Where something is left.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// What a reload ends: the memory of the running WebAssembly program, where freed bytes keep
    /// their values until something else is written there.
    Memory,
    /// What a reload ends: strings of the page's scripts.
    Heap,
    /// The document, storage, databases, caches, history.
    Kept(String),
}

/// One needle in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Residue {
    /// Where.
    pub place: Place,
    /// What.
    pub needle: String,
}

impl fmt::Display for Residue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}” in {:?}", self.needle, self.place)
    }
}

#[derive(Debug)]
struct HeapSnapshot;

impl ExtensionCommand for HeapSnapshot {
    fn parameters_json(&self) -> Option<Value> {
        None
    }

    fn method(&self) -> Method {
        Method::GET
    }

    fn endpoint(&self) -> Arc<str> {
        "/chromium/heap_snapshot".into()
    }
}

#[derive(Deserialize)]
struct Strings {
    strings: Vec<String>,
}

impl Chrome {
    /// Makes the memory of programs in pages that are opened from now on searchable.
    pub async fn keep_memory(&self) -> Result<()> {
        self.before_each_page(KEEP_MEMORY).await
    }

    /// Everything of some texts that is left in the page and in what its origin has stored.
    pub async fn residue(&self, needles: &[&str]) -> Result<Vec<Residue>> {
        // First, while the search has not brought the needles into the page.
        let mut found = self.heap(needles).await?;
        let codes: Vec<Vec<u16>> = needles.iter().map(|one| one.encode_utf16().collect()).collect();
        let pairs: Vec<(String, usize)> = self.run_async(SEARCH, vec![json!(codes)]).await?;
        found.extend(pairs.into_iter().map(|(place, index)| Residue {
            place: if place == "memory" { Place::Memory } else { Place::Kept(place) },
            needle: needles[index].into(),
        }));
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// The snapshot is taken after a garbage collection.
    async fn heap(&self, needles: &[&str]) -> Result<Vec<Residue>> {
        let command = Command::ExtensionCommand(Box::new(HeapSnapshot));
        let snapshot: String = self.driver.cmd(command).await?.value()?;
        let Strings { strings } =
            serde_json::from_str(&snapshot).context("the heap snapshot could not be read")?;
        let found =
            needles.iter().filter(|needle| strings.iter().any(|text| text.contains(**needle)));
        Ok(found.map(|needle| Residue { place: Place::Heap, needle: (*needle).into() }).collect())
    }

    /// Everything of some texts that is in the files of the browser's profile, as UTF-8 or
    /// UTF-16; only for a browser that was killed. Compressed files hide what is in them.
    pub fn profile_residue(profile: &super::Profile, needles: &[&str]) -> Result<Vec<Residue>> {
        let mut found = Vec::new();
        let mut folders = vec![profile.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let path = entry.path();
                if entry.file_type()?.is_dir() {
                    folders.push(path);
                } else if entry.file_type()?.is_file() {
                    let bytes = std::fs::read(&path)?;
                    for needle in needles.iter().filter(|needle| has(&bytes, needle)) {
                        let place = path.strip_prefix(profile.path())?.display().to_string();
                        found.push(Residue { place: Place::Kept(place), needle: (*needle).into() });
                    }
                }
            }
        }
        Ok(found)
    }
}

fn has(bytes: &[u8], needle: &str) -> bool {
    let wide: Vec<u8> = needle.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let is_in = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    is_in(needle.as_bytes()) || is_in(&wide)
}
