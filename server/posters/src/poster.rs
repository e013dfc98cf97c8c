//! Defines what is on a poster.

use survey_defs::text::{Language, Text};
use survey_defs::wave::Telephone;

use crate::{design, fonts, pdf, svg};

/// The poster of one service point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poster {
    /// The unit that is served.
    pub unit: Text,
    /// The service point.
    pub place: Text,
    /// The short address of the form, see [`crate::PublicUrl::short_address`].
    pub address: String,
    /// The telephone number for people who need help.
    pub telephone: Option<Telephone>,
    /// How long the form takes.
    pub minutes: u32,
    /// Whether answers are simulated; then the poster says that it must not be hung up.
    pub simulated: bool,
}

/// The size of the paper, and the language that is large on it; the other language is small beside
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageFormat {
    /// The paper.
    pub size: Size,
    /// The large language.
    pub language: Language,
}

/// A size of paper, upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 210 × 297 mm.
    A4,
    /// 148 × 210 mm.
    A5,
}

impl Size {
    /// Width and height in millimetres.
    pub fn millimetres(self) -> (f32, f32) {
        match self {
            Self::A4 => (210.0, 297.0),
            Self::A5 => (148.0, 210.0),
        }
    }
}

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A picture for further use.
    Svg,
    /// A sheet for the printer.
    Pdf,
}

/// Why there is no poster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A name or the address has a character that the fonts do not.
    #[error("“{character}” of “{text}” cannot be printed")]
    NoGlyph {
        /// The character.
        character: char,
        /// The text in which it stands.
        text: String,
    },
    /// The address does not fit into a QR code.
    #[error("the address is too long for a QR code")]
    AddressTooLong,
}

impl Poster {
    /// Draws the poster and writes it down.
    ///
    /// # Errors
    /// If a text cannot be printed, see [`Error`].
    pub fn draw(&self, page: PageFormat, format: Format) -> Result<Vec<u8>, Error> {
        self.check()?;
        let drawing = design::drawing(self, page.language)?;
        Ok(match format {
            Format::Svg => svg::write(&drawing, page).into_bytes(),
            Format::Pdf => pdf::write(&drawing, page),
        })
    }

    /// Texts of ours are checked by a test, those of a wave here.
    fn check(&self) -> Result<(), Error> {
        let Self { unit, place, address, telephone, minutes: _, simulated: _ } = self;
        let names = [&unit.vi, &unit.en, &place.vi, &place.en, address];
        let telephone = telephone.as_ref().map(Telephone::as_str);
        for text in names.into_iter().map(String::as_str).chain(telephone) {
            if let Some(character) = fonts::missing(text) {
                return Err(Error::NoGlyph { character, text: text.to_owned() });
            }
        }
        Ok(())
    }
}
