//! Embeds the targets that come with the program.

/// The TOML sources by file name.
pub fn embedded_toml() -> [(&'static str, &'static str); 1] {
    [("2024.toml", include_str!("../../targets/2024.toml"))]
}
