//! Embeds the methods that come with the program: three conversions × four roll-ups.

use super::Method;

/// The TOML sources by file name.
pub fn embedded_toml() -> [(&'static str, &'static str); 12] {
    [
        ("t2b.toml", include_str!("../../methods/t2b.toml")),
        ("t2b-statements.toml", include_str!("../../methods/t2b-statements.toml")),
        ("t2b-factors.toml", include_str!("../../methods/t2b-factors.toml")),
        ("t2b-weighted.toml", include_str!("../../methods/t2b-weighted.toml")),
        ("m5.toml", include_str!("../../methods/m5.toml")),
        ("m5-statements.toml", include_str!("../../methods/m5-statements.toml")),
        ("m5-factors.toml", include_str!("../../methods/m5-factors.toml")),
        ("m5-weighted.toml", include_str!("../../methods/m5-weighted.toml")),
        ("m4.toml", include_str!("../../methods/m4.toml")),
        ("m4-statements.toml", include_str!("../../methods/m4-statements.toml")),
        ("m4-factors.toml", include_str!("../../methods/m4-factors.toml")),
        ("m4-weighted.toml", include_str!("../../methods/m4-weighted.toml")),
    ]
}

/// All of them, checked.
pub fn embedded() -> Vec<Method> {
    embedded_toml()
        .into_iter()
        .map(|(file, toml)| {
            Method::from_toml(file, toml).expect("a test loads every embedded method")
        })
        .collect()
}
