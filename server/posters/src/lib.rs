//! Posters that hang where people are served: a QR code that opens the form, and what to do with it
//! in plain words.
//!
//! Pure: from texts and an address to the bytes of an SVG or a PDF file. The same poster always
//! gives the same bytes. Text is shaped once, with the fonts inside this crate; an SVG file carries
//! it as outlines, so that it looks the same everywhere, and a PDF file as text in those fonts.
//!
//! ```
//! use posters::{Format, Poster, PublicUrl, Sheet, Size};
//! use survey_defs::text::{Language, Text};
//!
//! let base: PublicUrl = "https://hailong.example.vn".parse()?;
//! let poster = Poster {
//!     unit: Text { vi: "Phường Ba Đình".into(), en: "Ba Đình Ward".into() },
//!     place: Text { vi: "Bộ phận Một cửa".into(), en: "One-stop counter".into() },
//!     address: base.form_address(&"w1".parse()?, &"p1".parse()?),
//!     telephone: None,
//!     minutes: 1,
//!     simulated: false,
//! };
//! let sheet = Sheet { size: Size::A4, language: Language::Vi };
//! assert!(poster.draw(sheet, Format::Pdf)?.starts_with(b"%PDF"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(missing_docs)]

/// What is on a poster.
mod poster;
/// Where the form is found from outside.
mod address;

/// Every sentence in both languages.
mod words;
/// Where things stand on the sheet.
mod design;
/// The QR code.
mod code;

/// Text that was broken into lines.
mod paragraph;
/// Fonts: which characters they have, and text as glyphs.
mod fonts;
/// Shapes and lines of text, independent of the file format.
mod drawing;
/// A drawing as an SVG file.
mod svg;
/// A drawing as a PDF file.
mod pdf;

#[cfg(test)]
mod tests;

pub use self::address::{NotAPublicUrl, PublicUrl};
pub use self::poster::{Error, Format, Poster, Sheet, Size};
