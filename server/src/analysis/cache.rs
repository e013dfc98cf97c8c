//! Results that were computed before, so that whoever asks the same of the same data does not wait.

use std::any::Any;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use serde::Serialize;
use sha2::{Digest, Sha256};
use survey_defs::analysis::Source;

/// Results that are kept at most.
const MOST_RESULTS: usize = 256;

/// What they may weigh together, as JSON, which is about as much as they take in memory.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// What decides a result: the question, and the state of all that it is answered from. Equal
/// fingerprints mean equal results.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Of a question about some sources.
    pub(super) fn new<'a>(
        name: &str,
        question: &impl Serialize,
        sources: impl IntoIterator<Item = Source<'a>>,
    ) -> Self {
        let sources: Vec<Source<'_>> = sources.into_iter().collect();
        let mut hash = HashWriter(Sha256::new());
        serde_json::to_writer(&mut hash, &(name, question, sources))
            .expect("a hash takes every byte, and questions have words for keys");
        Self(hash.0.finalize().into())
    }

    /// The hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

struct HashWriter(Sha256);

impl Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts what is written.
#[derive(Default)]
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The results that were asked for last, within a number and a weight.
pub(super) struct Cache(Mutex<Entries>);

struct Entries {
    results: LruCache<Fingerprint, Weighed>,
    bytes: usize,
    most_bytes: usize,
}

struct Weighed {
    result: Arc<dyn Any + Send + Sync>,
    bytes: usize,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Cache")
            .field("results", &kept.results.len())
            .field("bytes", &kept.bytes)
            .finish()
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self::within(MOST_RESULTS, MOST_BYTES)
    }
}

impl Cache {
    fn within(results: usize, most_bytes: usize) -> Self {
        let results = std::num::NonZeroUsize::new(results).expect("some results are kept");
        Self(Mutex::new(Entries { results: LruCache::new(results), bytes: 0, most_bytes }))
    }

    /// The result with this fingerprint, if it is still kept.
    pub(super) fn get<T: Any + Send + Sync>(&self, key: &Fingerprint) -> Option<Arc<T>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&kept.results.get(key)?.result).downcast().ok()
    }

    /// Keeps a result, and drops those that were not asked for the longest. One that alone is too
    /// heavy is not kept.
    pub(super) fn put<T: Any + Send + Sync + Serialize>(&self, key: Fingerprint, result: &Arc<T>) {
        let mut counter = Counter::default();
        if serde_json::to_writer(&mut counter, &**result).is_err() {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counter.0 > kept.most_bytes {
            return;
        }
        let weighed = Weighed { result: Arc::clone(result) as _, bytes: counter.0 };
        kept.bytes += weighed.bytes;
        if let Some((_, dropped)) = kept.results.push(key, weighed) {
            kept.bytes -= dropped.bytes;
        }
        while kept.bytes > kept.most_bytes
            && let Some((_, dropped)) = kept.results.pop_lru()
        {
            kept.bytes -= dropped.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> Fingerprint {
        Fingerprint([number; 32])
    }

    fn put(cache: &Cache, number: u8, text: &str) {
        cache.put(key(number), &Arc::new(text.to_owned()));
    }

    fn kept(cache: &Cache, numbers: std::ops::RangeInclusive<u8>) -> Vec<u8> {
        numbers.filter(|number| cache.get::<String>(&key(*number)).is_some()).collect()
    }

    #[test]
    fn what_was_not_asked_for_the_longest_goes_first() {
        let cache = Cache::within(2, 1_000);
        put(&cache, 1, "a");
        put(&cache, 2, "b");
        assert_eq!(cache.get::<String>(&key(1)).as_deref().map(String::as_str), Some("a"));
        put(&cache, 3, "c");
        assert_eq!(kept(&cache, 1..=3), [1, 3]);
    }

    #[test]
    fn the_weight_is_bounded_too() {
        // As JSON each text has two quotation marks more.
        let cache = Cache::within(10, 20);
        put(&cache, 1, "12345678");
        put(&cache, 2, "12345678");
        assert_eq!(kept(&cache, 1..=2), [1, 2]);
        put(&cache, 3, "1");
        assert_eq!(kept(&cache, 1..=3), [2, 3]);
        put(&cache, 4, "longer than everything");
        assert_eq!(kept(&cache, 1..=4), [2, 3]);
        put(&cache, 2, "1");
        put(&cache, 5, "12345678901");
        assert_eq!(
            kept(&cache, 1..=5),
            [2, 3, 5],
            "a result in the place of another frees its weight"
        );
    }

    #[test]
    fn a_result_of_another_type_is_none() {
        let cache = Cache::default();
        put(&cache, 1, "a");
        assert_eq!(cache.get::<u64>(&key(1)), None);
    }
}
