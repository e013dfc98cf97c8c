//! Reads the address of a form: its wave and its service point.

use survey_defs::api::paths;
use survey_defs::ids::{PointId, WaveId};

/// The address of a form: a wave and one of its service points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormAddress {
    /// The wave.
    pub wave: WaveId,
    /// The service point.
    pub point: PointId,
}

impl FormAddress {
    /// The address of this page; none if it is not the address of a form.
    pub fn of_this_page() -> Option<Self> {
        Self::from_path(&web_sys::window()?.location().pathname().ok()?)
    }

    /// Reads a path such as `/s/2026-counter/tay-ho`.
    pub fn from_path(path: &str) -> Option<Self> {
        let (prefix, _) = paths::FORM_PAGE.split_once('{')?;
        let arguments = path.strip_prefix(prefix)?;
        let (wave, point) = arguments.strip_suffix('/').unwrap_or(arguments).split_once('/')?;
        Some(Self { wave: WaveId::new(wave).ok()?, point: PointId::new(point).ok()? })
    }

    /// The path under which the server has the form.
    pub fn form_path(&self) -> String {
        paths::fill(paths::FORM, &[self.wave.as_str(), self.point.as_str()])
    }

    /// The key of the session with this address on the device.
    pub fn key(&self) -> String {
        [self.wave.as_str(), self.point.as_str()].join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_forms_and_others() {
        for (path, key) in [
            ("/s/w1/p1", Some("w1/p1")),
            ("/s/2026-counter/CN-TAYHO/", Some("2026-counter/CN-TAYHO")),
            ("/s/w1", None),
            ("/s/w1/", None),
            ("/s//p1", None),
            ("/s/w1/p1/more", None),
            ("/t/w1/p1", None),
            ("/s/w%201/p1", None),
            ("/", None),
            ("", None),
        ] {
            let address = FormAddress::from_path(path);
            assert_eq!(address.as_ref().map(FormAddress::key).as_deref(), key, "{path:?}");
        }
    }

    #[test]
    fn the_form_is_asked_for_where_the_server_has_it() {
        let address = FormAddress::from_path("/s/w1/p1").unwrap();
        assert_eq!(address.form_path(), "/api/v1/waves/w1/points/p1/form");
    }
}
