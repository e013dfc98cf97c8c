//! How many browsers run at the same time, and in which runs none does.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use anyhow::{Result, ensure};
use tokio::runtime::{Handle, Id};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Each browser is half a dozen processes that mostly wait for a person. On two cores 18 tests took
/// 191 s with two browsers at once, 142 s with three, 137 s with four.
static SLOTS: Semaphore = Semaphore::const_new(3);

/// The tests that have a browser or wait for one, by their runtimes.
static HOLDERS: LazyLock<Mutex<HashSet<Id>>> = LazyLock::new(Mutex::default);

/// Set by `cargo xtask test --fast`, which leaves out all tests below a module `browser`.
const FAST: &str = "THUOCDO_TEST_FAST";

/// The right to run one browser, until it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    _permit: SemaphorePermit<'static>,
    _holder: Holder,
}

#[derive(Debug)]
struct Holder(Id);

impl Slot {
    /// Waits until fewer browsers run than may.
    ///
    /// # Errors
    /// In a fast run; and if the test has a browser already, because tests that hold one slot and
    /// wait for another could wait for each other for ever.
    pub(crate) async fn take() -> Result<Self> {
        ensure!(
            std::env::var_os(FAST).is_none(),
            "a fast run has no browsers: move this test below a module `browser`"
        );
        let holder = Holder::new(Handle::current().id())?;
        Ok(Self { _permit: SLOTS.acquire().await?, _holder: holder })
    }
}

impl Holder {
    fn new(test: Id) -> Result<Self> {
        let is_first = HOLDERS.lock().unwrap_or_else(PoisonError::into_inner).insert(test);
        ensure!(is_first, "a test has one browser at a time: end the other one first");
        Ok(Self(test))
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        HOLDERS.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.0);
    }
}
