//! Loads the form and what belongs to it from the server.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use survey_defs::api::{FORM_GENERATION, OpenedForm, OpenedWave};
use survey_defs::instrument::Instrument;
use survey_defs::text::Text;
use survey_defs::wave::Telephone;

use crate::platform::form_address::FormAddress;
use crate::platform::{clock, http, json};

/// All that a respondent at one address can fill in.
#[derive(Debug)]
pub struct Package {
    pub address: FormAddress,
    pub wave: OpenedWave,
    pub unit_name: Text,
    /// The telephone number of the unit.
    pub telephone: Option<Telephone>,
    pub instrument: Arc<Instrument>,
    /// Recorded readings; see [`survey_defs::api::FormPackage::audio`].
    pub audio: BTreeMap<String, String>,
    /// Whether the device's clock is far from the server's.
    pub is_clock_wrong: bool,
}

/// Why there is no form to fill in.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// No network, or no server.
    Unreachable,
    /// The server does not answer as it should.
    Broken,
    /// No such wave or service point, or no address of a form at all.
    Unknown,
    /// The wave takes no answers now.
    Closed(Arc<Package>),
    /// This program is too old for the form.
    Outdated,
    /// The device has no room for another form.
    Full,
}

/// Asks the server for the form at an address.
pub async fn load(address: Option<FormAddress>) -> Result<Arc<Package>, Trouble> {
    let address = address.ok_or(Trouble::Unknown)?;
    let answer = http::get_text(&address.form_path()).await.map_err(|_| Trouble::Unreachable)?;
    match answer.status {
        200 => {}
        404 => return Err(Trouble::Unknown),
        429 | 502..=504 => return Err(Trouble::Unreachable),
        _ => return Err(Trouble::Broken),
    }
    // Asked before the rest is read, which a newer form may have in another shape.
    if json::number_field(&answer.text, "generation").is_some_and(is_newer) {
        return Err(Trouble::Outdated);
    }
    let opened: OpenedForm = json::from_text(&answer.text).map_err(|_| {
        // JSON of our server that cannot be read is newer than this program; anything else, such
        // as the login page of a wireless network, is no form at all.
        if json::has_field(&answer.text, "instrument") {
            Trouble::Outdated
        } else {
            Trouble::Broken
        }
    })?;
    let OpenedForm { wave, open, point, unit_name, instrument, now, audio } = opened;
    // What comes from the device's own store has the time of the day when it was stored.
    let is_clock_wrong = !answer.is_kept && is_far(now, clock::now());
    let instrument = Arc::new(instrument);
    let telephone = point.telephone;
    let package = Arc::new(Package {
        address,
        wave,
        unit_name,
        telephone,
        instrument,
        audio,
        is_clock_wrong,
    });
    if open { Ok(package) } else { Err(Trouble::Closed(package)) }
}

fn is_newer(generation: f64) -> bool {
    generation > f64::from(FORM_GENERATION)
}

/// More than a day apart. Less is a wrong time zone or a slow clock, which confuses nobody.
fn is_far(server: Timestamp, device: Timestamp) -> bool {
    server.duration_since(device).abs() > SignedDuration::from_hours(24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_wrong_by_more_than_a_day() {
        let server = "2026-03-01T00:00:00Z".parse().unwrap();
        for (device, expected) in [
            ("2026-03-01T00:00:00Z", false),
            ("2026-03-02T00:00:00Z", false),
            ("2026-03-02T00:00:01Z", true),
            ("2026-02-28T00:00:00Z", false),
            ("2026-02-27T23:59:59Z", true),
            ("1970-01-01T00:00:00Z", true),
            ("2027-03-01T00:00:00Z", true),
        ] {
            assert_eq!(is_far(server, device.parse().unwrap()), expected, "{device}");
        }
    }

    #[test]
    fn a_form_is_outdated_by_a_higher_generation_only() {
        assert!(!is_newer(f64::from(FORM_GENERATION)));
        assert!(!is_newer(0.0));
        assert!(is_newer(f64::from(FORM_GENERATION + 1)));
    }
}
