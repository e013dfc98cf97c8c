//! What the server has told about the form.

use std::sync::Arc;

use app::platform::place::Place;
use app::platform::{http, json};
use survey_defs::api::FormPackage;
use survey_defs::instrument::Instrument;
use survey_defs::text::Text;
use survey_defs::wave::Wave;

/// All that a respondent at one place can fill in.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) place: Place,
    pub(crate) wave: Wave,
    pub(crate) unit_name: Text,
    pub(crate) instrument: Arc<Instrument>,
}

/// Why there is no form to fill in.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// No network, or no server.
    Unreachable,
    /// The server does not answer as it should.
    Broken,
    /// No such wave or service point, or no address of a form at all.
    Unknown,
    /// The wave takes no answers now.
    Closed(Arc<Package>),
}

/// Asks the server for the form at a place.
pub(crate) async fn load(place: Option<Place>) -> Result<Arc<Package>, Trouble> {
    let place = place.ok_or(Trouble::Unknown)?;
    let answer = http::get_text(&place.form_path()).await.map_err(|_| Trouble::Unreachable)?;
    match answer.status {
        200 => {}
        404 => return Err(Trouble::Unknown),
        502..=504 => return Err(Trouble::Unreachable),
        _ => return Err(Trouble::Broken),
    }
    let package = json::from_text(&answer.text).map_err(|_| Trouble::Broken)?;
    let FormPackage { wave, open, point: _, unit_name, instrument } = package;
    let package = Arc::new(Package { place, wave, unit_name, instrument: Arc::new(instrument) });
    if open { Ok(package) } else { Err(Trouble::Closed(package)) }
}
