//! Paths of the HTTP interface, in the notation of the router; `{name}` is a parameter.

/// One submission or a batch of them.
pub const SUBMISSIONS: &str = "/api/v1/submissions";
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

/// The form on a phone.
pub const FORM_PAGE: &str = "/s/{wave}/{point}";
/// The console. Staff only.
pub const CONSOLE_PAGE: &str = "/console";

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
