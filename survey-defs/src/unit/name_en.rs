//! Makes the English names of administrative units.

use super::Level;
use super::entry::without_kind;

/// The English name of an administrative unit: `Phường Ba Đình` becomes `Ba Đình Ward`.
///
/// None if the level has no such kind. Agencies have names of their own in
/// `units/agency_names_en.csv`.
pub(super) fn of_administrative_unit(level: Level, kind: &str, name: &str) -> Option<String> {
    let word = kind_en(level, kind)?;
    Some(format!("{} {word}", without_kind(name, kind)))
}

fn kind_en(level: Level, kind: &str) -> Option<&'static str> {
    match (level, kind) {
        (Level::City, "thành phố") => Some("City"),
        (Level::District, "quận") => Some("District"),
        (Level::District, "huyện") => Some("Rural District"),
        (Level::District, "thị xã") => Some("Town"),
        (Level::Commune, "phường") => Some("Ward"),
        (Level::Commune, "xã") => Some("Commune"),
        (Level::Commune, "thị trấn") => Some("Township"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_for_the_kind_moves_behind_the_name() {
        for (level, kind, name, english) in [
            (Level::Commune, "phường", "Phường Ba Đình", "Ba Đình Ward"),
            (Level::Commune, "xã", "Xã Sóc Sơn", "Sóc Sơn Commune"),
            (Level::Commune, "thị trấn", "Thị trấn Trâu Quỳ", "Trâu Quỳ Township"),
            (Level::District, "quận", "Quận Tây Hồ", "Tây Hồ District"),
            (Level::District, "huyện", "Huyện Ba Vì", "Ba Vì Rural District"),
            (Level::District, "thị xã", "Thị xã Sơn Tây", "Sơn Tây Town"),
            (Level::City, "thành phố", "Thành phố Hà Nội", "Hà Nội City"),
        ] {
            assert_eq!(of_administrative_unit(level, kind, name).as_deref(), Some(english));
        }
        assert_eq!(of_administrative_unit(Level::District, "phường", "Phường Ba Đình"), None);
        assert_eq!(of_administrative_unit(Level::Agency, "sở", "Sở Y tế"), None);
    }
}
