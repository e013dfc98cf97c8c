//! What one caller, and all of them together, may ask of the server, so that overload gets an answer
//! and costs no memory.

mod budget;
mod client;
mod rates;
mod shares;
mod strange_proxies;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use self::budget::{BodyRoom, Budget};
pub use self::client::{Client, Proxies};
pub use self::rates::{DevicePost, Quotas, Rates};
pub use self::shares::{Share, Shares};
pub use self::strange_proxies::StrangeProxies;
use crate::system::compute_gate::ComputeGate;

/// How large the body of a route may be.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit {
    /// The largest one.
    pub bytes: usize,
    /// The largest one of a request that names no device, which may have fewer records.
    pub unsigned_bytes: usize,
    /// What to do with more.
    pub advice: &'static str,
}

/// The numbers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Requests under way at a time.
    pub requests: usize,
    /// Bytes of bodies under way at a time.
    pub body_bytes: u32,
    /// The longest time for one request, the sending of its body included.
    pub request_time: Duration,
    /// How long a body may be silent before its end.
    pub body_silence: Duration,
    /// How much one caller may ask for and bring.
    pub quotas: Quotas,
    /// Proxies that are believed.
    pub proxies: Proxies,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            requests: 1_024,
            body_bytes: 32 * 1024 * 1024,
            // A full batch and the widest score table need far less.
            request_time: Duration::from_secs(30),
            // A phone at the edge of its network loses packets for a second or two.
            body_silence: Duration::from_secs(5),
            quotas: Quotas::default(),
            proxies: Proxies::default(),
        }
    }
}

/// The limits and how much of them is used.
#[derive(Debug)]
pub struct Limits {
    /// Requests and bytes under way.
    pub budget: Budget,
    /// Tables that are computed.
    pub compute: Arc<ComputeGate>,
    /// What each caller asks for and brings.
    pub rates: Rates,
    /// Proxies that are believed.
    pub proxies: Proxies,
    /// When the operator was told of a proxy that is not trusted.
    pub strange_proxies: StrangeProxies,
    /// The longest time for one request.
    pub request_time: Duration,
    /// How long a body may be silent before its end.
    pub body_silence: Duration,
    stopping: AtomicBool,
}

impl Limits {
    /// Limits of which nothing is used.
    pub fn new(settings: Settings) -> Self {
        let Settings { requests, body_bytes, request_time, body_silence, quotas, proxies } =
            settings;
        Self {
            budget: Budget::new(requests, body_bytes),
            compute: Arc::default(),
            rates: Rates::new(quotas),
            proxies,
            strange_proxies: StrangeProxies::default(),
            request_time,
            body_silence,
            stopping: AtomicBool::new(false),
        }
    }

    /// From now on the server says that it is not ready, so that nobody new is sent to it.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the server is about to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}
