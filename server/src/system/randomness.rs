//! Randomness, passed in wherever something must not be guessed.

use std::fmt::Debug;

/// Gives random bytes. `main` passes the system's, tests pass bytes that repeat.
pub trait Randomness: Debug + Send + Sync {
    /// Fills all bytes anew.
    fn fill(&self, bytes: &mut [u8]);
}

/// The randomness of the machine, fit for secrets.
#[derive(Debug, Clone, Copy)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system has a source of randomness");
    }
}

/// Random bytes of a length.
pub fn random<const N: usize>(source: &dyn Randomness) -> [u8; N] {
    let mut bytes = [0; N];
    source.fill(&mut bytes);
    bytes
}
