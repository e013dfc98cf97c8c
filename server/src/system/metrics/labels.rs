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
pub(super) struct WaveLabel {
    pub wave: String,
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
    /// Requests under way from one address.
    AddressPlaces,
    /// Open connections of one address.
    AddressConnections,
    /// Requests from one address in a minute.
    AddressRequests,
    /// Records from one address, or a network around it, in a minute.
    Records,
    /// Bytes of records from one address in a minute.
    RecordBytes,
    /// Records from one device in a minute.
    DeviceRecords,
    /// The same post of a device again, from one address in a minute.
    DeviceRepetitions,
    /// Requests from this machine in a minute.
    MachineRequests,
    /// Records from this machine in a minute.
    MachineRecords,
    /// Records of one service point in a minute whose senders have proved nothing.
    PointRecords,
    /// Records of one wave in a minute whose senders have proved nothing.
    WaveRecords,
    /// Records of one wave in a minute that are kept aside.
    AsideRecords,
    /// Records of one wave in a day that are kept aside and come from one address.
    AddressAside,
    /// Records of one wave in a day, or bytes of all waves, that are kept aside.
    Quarantine,
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
            Self::AddressPlaces => "address_places",
            Self::AddressConnections => "address_connections",
            Self::AddressRequests => "address_requests",
            Self::Records => "records",
            Self::RecordBytes => "record_bytes",
            Self::DeviceRecords => "device_records",
            Self::DeviceRepetitions => "device_repetitions",
            Self::MachineRequests => "machine_requests",
            Self::MachineRecords => "machine_records",
            Self::PointRecords => "point_records",
            Self::WaveRecords => "wave_records",
            Self::AsideRecords => "aside_records",
            Self::AddressAside => "address_aside",
            Self::Quarantine => "quarantine",
            Self::Enrolments => "enrolments",
        };
        EncodeLabelValue::encode(&word, encoder)
    }
}
