//! Labels of counters and gauges.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RequestLabels {
    route: String,
    method: &'static str,
    status: &'static str,
}

impl RequestLabels {
    pub(super) fn new(route: String, method: &str, status: u16) -> Self {
        // Anybody can invent methods, and each would be a series.
        let method = match method {
            "GET" => "GET",
            "HEAD" => "HEAD",
            "POST" => "POST",
            _ => "other",
        };
        let status = match status {
            ..=199 => "1xx",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            500.. => "5xx",
        };
        Self { route, method, status }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RouteLabel {
    pub route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct CodeLabel {
    pub code: &'static str,
}

/// `created`, `repeated`, `quarantined` with its reason, or `refused` with the code of the problem.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OutcomeLabels {
    /// What became of the record.
    pub outcome: &'static str,
    /// Why; empty if it counts.
    pub reason: String,
}

impl OutcomeLabels {
    /// Without a reason.
    pub fn plain(outcome: &'static str) -> Self {
        Self { outcome, reason: String::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct LimitLabel {
    pub limit: Limit,
}

/// A limit that refuses requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Requests under way.
    Requests,
    /// Bytes of bodies under way.
    BodyBytes,
    /// Bytes of bodies under way from one address.
    AddressBodyBytes,
    /// Tables that are computed at a time.
    Heavy,
    /// Posts from one address.
    AddressRate,
    /// Posts from one device.
    DeviceRate,
    /// Enrolment codes tried from one address.
    Enrolments,
}

impl EncodeLabelValue for Limit {
    fn encode(
        &self,
        encoder: &mut prometheus_client::encoding::LabelValueEncoder<'_>,
    ) -> std::fmt::Result {
        let word = match self {
            Self::Requests => "requests",
            Self::BodyBytes => "body_bytes",
            Self::AddressBodyBytes => "address_body_bytes",
            Self::Heavy => "heavy",
            Self::AddressRate => "address_rate",
            Self::DeviceRate => "device_rate",
            Self::Enrolments => "enrolments",
        };
        EncodeLabelValue::encode(&word, encoder)
    }
}
