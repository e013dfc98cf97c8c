//! From whom records seem to come.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use survey_defs::api::{DeviceConfig, Enrolment, paths};
use survey_defs::device::{Credential, DEVICE_HEADER, EnrolmentCode, SIGNATURE_HEADER};

use crate::connection::Connection;

/// 198.18.0.0/15 is for benchmarks (RFC 2544), so nobody lives there.
const FIRST: u32 = u32::from_be_bytes([198, 18, 0, 0]);
const ADDRESSES: u32 = 1 << 17;

/// A token of a device; how random it is does not matter here.
const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// From whom records seem to come.
#[derive(Debug, Default)]
pub enum Origin {
    /// From this machine.
    #[default]
    ThisMachine,
    /// From phones, each request from another address, behind a proxy that the server trusts.
    Phones(AtomicU32),
    /// From enrolled devices that prove each request, a client each.
    Devices(Vec<DeviceConfig>),
}

/// Headers of a request.
pub(crate) type Headers = Vec<(&'static str, String)>;

/// The address of a client by its number, among those of benchmarks.
pub(crate) fn benchmark_address(number: u32) -> String {
    Ipv4Addr::from(FIRST + number % ADDRESSES).to_string()
}

impl Origin {
    /// Enrols a device with each code.
    ///
    /// # Errors
    /// The server does not answer, or refuses a code.
    pub async fn devices(address: &str, codes: &[String]) -> Result<Self> {
        let mut connection = Connection::open(address).await?;
        let mut devices = Vec::new();
        for code in codes {
            let code = EnrolmentCode::try_from(code.clone()).ok().context("a line is no code")?;
            let enrolment = Enrolment { code, credential: Credential::Token(TOKEN.to_owned()) };
            let body = serde_json::to_vec(&enrolment)?;
            let answer = connection.send(paths::ENROLMENTS, &Headers::new(), body.into()).await?;
            ensure!(answer.status == 200, "an enrolment: status {}", answer.status);
            let config: Value = serde_json::from_slice(&answer.body)?;
            devices.push(serde_json::from_value(config)?);
        }
        Ok(Self::Devices(devices))
    }

    /// What the next request of a client has in its head.
    pub(crate) fn headers(&self, client: usize) -> Headers {
        match self {
            Self::ThisMachine => Headers::new(),
            Self::Phones(next) => {
                let number = next.fetch_add(1, Ordering::Relaxed);
                vec![("x-forwarded-for", benchmark_address(number))]
            }
            Self::Devices(devices) => {
                let device = &devices[client % devices.len()];
                vec![
                    (DEVICE_HEADER, device.device.to_string()),
                    (SIGNATURE_HEADER, TOKEN.to_owned()),
                ]
            }
        }
    }
}
