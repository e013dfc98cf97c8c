//! Posters that hang where people are served: a QR code that opens the form, and what to do with it
//! in plain words.
//!
//! Pure: from texts and an address to the bytes of an SVG or a PDF file. The same poster always
//! gives the same bytes. Text is shaped once, with the fonts inside this crate; an SVG file carries
//! it as outlines, so that it looks the same everywhere, and a PDF file as text in those fonts.
//!
//! ```
//! use posters::{Format, PageFormat, Poster, PublicUrl, Size};
//! use survey_defs::text::{Language, Text};
//!
//! let base: PublicUrl = "https://hailong.example.vn".parse()?;
//! let poster = Poster {
//!     unit: Text { vi: "Phường Ba Đình".into(), en: "Ba Đình Ward".into() },
//!     place: Text { vi: "Bộ phận Một cửa".into(), en: "One-stop counter".into() },
//!     address: base.short_address("AB3K7".parse()?),
//!     telephone: None,
//!     minutes: 1,
//!     simulated: false,
//! };
//! let page = PageFormat { size: Size::A4, language: Language::Vi };
//! assert!(poster.draw(page, Format::Pdf)?.starts_with(b"%PDF"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(missing_docs)]

mod poster;
mod address;

mod texts;
mod design;
mod code;

mod paragraph;
mod fonts;
mod drawing;
mod svg;
mod pdf;

#[cfg(test)]
mod tests;

pub use self::address::{NotAPublicUrl, PublicUrl};
pub use self::poster::{Error, Format, PageFormat, Poster, Size};
