//! Lists the paths of the HTTP interface, in the notation of the router: `{name}` is a parameter.

/// One submission or a batch of them.
pub const SUBMISSIONS: &str = "/api/v1/submissions";
/// Forms that were begun and not sent: one or a batch of them.
pub const BREAK_OFFS: &str = "/api/v1/break-offs";
/// A device exchanges its code for an identity.
pub const ENROLMENTS: &str = "/api/v1/enrolments";
/// Devices: list and add. Staff only.
pub const DEVICES: &str = "/api/v1/devices";
/// Revokes a device. Staff only.
pub const REVOCATION: &str = "/api/v1/devices/{device}/revocation";
/// The session of staff: begin, look, end.
pub const SESSION: &str = "/api/v1/session";
/// A device reports that it works.
pub const HEARTBEATS: &str = "/api/v1/devices/{device}/heartbeats";
/// All instruments.
pub const INSTRUMENTS: &str = "/api/v1/instruments";
/// One version of an instrument.
pub const INSTRUMENT: &str = "/api/v1/instruments/{instrument}/{version}";
/// All methods.
pub const METHODS: &str = "/api/v1/methods";
/// All waves.
pub const WAVES: &str = "/api/v1/waves";
/// One wave.
pub const WAVE: &str = "/api/v1/waves/{wave}";
/// The service points of a wave.
pub const POINTS: &str = "/api/v1/waves/{wave}/points";
/// All that the form needs at one service point, in one answer.
pub const FORM: &str = "/api/v1/waves/{wave}/points/{point}/form";
/// Where people stopped. Staff only.
pub const WAVE_BREAK_OFFS: &str = "/api/v1/waves/{wave}/break-offs";
/// The poster of a service point, with its QR code. Staff only.
pub const POSTER: &str = "/api/v1/waves/{wave}/points/{point}/poster";
/// A recorded reading of an instrument.
pub const AUDIO: &str = "/audio/{instrument}/{version}/{file}";
/// Units in force on a day, or found by name.
pub const UNITS: &str = "/api/v1/units";
/// Scores. Staff only.
pub const SCORES: &str = "/api/v1/scores";
/// Groups compared. Staff only.
pub const COMPARISON: &str = "/api/v1/comparison";
/// Quality of answers. Staff only.
pub const QUALITY: &str = "/api/v1/quality";
/// One node over time. Staff only.
pub const SERIES: &str = "/api/v1/series";
/// Imports into a wave. Staff only.
pub const IMPORTS: &str = "/api/v1/waves/{wave}/imports";
/// The description of this interface.
pub const OPENAPI: &str = "/api/openapi.json";
/// Whether the process runs.
pub const HEALTH: &str = "/healthz";
/// Whether it can take answers.
pub const READY: &str = "/readyz";
/// Counters and gauges for Prometheus. Staff only, or on an address of its own.
pub const METRICS: &str = "/metrics";

/// The form on a phone. With the query `?help`: a page without scripts that says what to do where
/// the form does not work.
pub const FORM_PAGE: &str = "/s/{wave}/{point}";
/// The short address on paper: leads to the form of the open wave, see
/// [`crate::short_code::ShortCode`].
pub const CODE_PAGE: &str = "/p/{code}";
/// The form on an enrolled device at a counter.
pub const KIOSK_PAGE: &str = "/kiosk";
/// The console. Whoever has not logged in is asked for a link.
pub const CONSOLE_PAGE: &str = "/console";

/// The name of the token in the fragment of [`CONSOLE_PAGE`]. A fragment is not sent to a server, so it
/// is in no log.
pub const LOGIN_FRAGMENT: &str = "login";

/// Fills the parameters of a path, in order. Arguments are ids, whose characters need no escape.
///
/// ```
/// use survey_defs::api::paths;
/// assert_eq!(paths::fill(paths::FORM_PAGE, &["w1", "p1"]), "/s/w1/p1");
/// ```
pub fn fill(path: &str, arguments: &[&str]) -> String {
    let mut arguments = arguments.iter();
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            arguments.next().copied().unwrap_or(segment)
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}
