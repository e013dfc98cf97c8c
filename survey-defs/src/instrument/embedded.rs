//! Embeds the instruments that come with the program.

use super::Instrument;

/// The TOML sources by file name, version 1 of each first. A file says its version after a dash,
/// from version 2. The server keeps a hash of each published version and refuses to start when one
/// was edited in place.
pub fn embedded_toml() -> [(&'static str, &'static str); 8] {
    [
        ("national.toml", include_str!("../../instruments/national.toml")),
        ("ward.toml", include_str!("../../instruments/ward.toml")),
        ("counter.toml", include_str!("../../instruments/counter.toml")),
        ("single.toml", include_str!("../../instruments/single.toml")),
        ("national-2.toml", include_str!("../../instruments/national-2.toml")),
        ("ward-2.toml", include_str!("../../instruments/ward-2.toml")),
        ("counter-2.toml", include_str!("../../instruments/counter-2.toml")),
        ("single-2.toml", include_str!("../../instruments/single-2.toml")),
    ]
}

/// All versions of all of them, checked.
pub fn embedded() -> Vec<Instrument> {
    embedded_toml()
        .into_iter()
        .map(|(file, toml)| {
            Instrument::from_toml(file, toml).expect("a test loads every embedded instrument")
        })
        .collect()
}

/// One version of one of them.
pub fn embedded_version(id: &str, version: u32) -> Option<Instrument> {
    embedded().into_iter().find(|one| {
        let reference = one.reference();
        (reference.id.as_str(), reference.version) == (id, version)
    })
}
