//! Draws the foot: the promises, and what to do without a camera.

use survey_defs::wave::Telephone;

use super::stack::Stack;
use super::{GAP, INNER, MARGIN, Scheme, both, signs};
use crate::drawing::{Colour, Drawing, Rectangle};
use crate::fonts::Face;
use crate::paragraph::{Paragraph, Room, Style};
use crate::{Poster, texts};

const TICK: f32 = 8.0;
/// Around the promises.
const PADDING: f32 = 4.5;

/// The lower part of the sheet, measured.
#[derive(Debug)]
pub(super) struct Foot {
    promises: Vec<Stack>,
    typing: Stack,
    help: Stack,
}

impl Foot {
    pub(super) fn new(poster: &Poster, scheme: Scheme) -> Self {
        Self {
            promises: promises(poster.minutes, scheme),
            typing: typing(&poster.address, scheme),
            help: help(poster.telephone.as_ref(), scheme),
        }
    }

    pub(super) fn height(&self) -> f32 {
        self.band() + GAP + self.typing.height() + GAP - 1.0 + self.help.height()
    }

    pub(super) fn draw(self, drawing: &mut Drawing, top: f32) {
        let height = self.band();
        let band = Rectangle { x: MARGIN, y: top, width: INNER, height };
        drawing.rounded(band, 4.0, Colour::BRAND_SOFT);
        for (number, promise) in (0_u8..).zip(self.promises) {
            let x = MARGIN + PADDING + f32::from(number) * column();
            signs::tick(drawing, x, top + PADDING - 0.6, TICK);
            promise.draw(drawing, x + TICK + 2.5, top + PADDING);
        }
        let y = self.typing.draw(drawing, MARGIN, top + height + GAP);
        self.help.draw(drawing, MARGIN, y + GAP - 1.0);
    }

    fn band(&self) -> f32 {
        self.promises.iter().map(Stack::height).fold(0.0, f32::max) + 2.0 * PADDING
    }
}

fn column() -> f32 {
    (INNER - 2.0 * PADDING) / 3.0
}

fn promises(minutes: u32, scheme: Scheme) -> Vec<Stack> {
    let width = column() - TICK - 2.5 - 4.0;
    let promises = texts::promises(minutes);
    promises.iter().map(|promise| both(promise, scheme, sizes(scheme, 5.2), width)).collect()
}

fn sizes(scheme: Scheme, large: f32) -> (f32, f32) {
    (large * scheme.scale, 4.0 * scheme.scale)
}

/// What is typed: a browser adds the usual scheme by itself.
fn typed(address: &str) -> &str {
    address.strip_prefix("https://").unwrap_or(address)
}

fn typing(address: &str, scheme: Scheme) -> Stack {
    let mut typing = both(&texts::typing(), scheme, sizes(scheme, 4.8), INNER);
    let style = Style {
        face: Face::Bold,
        size: 7.6 * scheme.scale,
        colour: Colour::BRAND,
        language: scheme.large,
    };
    let room = Room { width: INNER, lines: 3, min_size: 3.6 };
    typing.push(0.8, Paragraph::fitting(typed(address), style, room));
    typing
}

fn help(telephone: Option<&Telephone>, scheme: Scheme) -> Stack {
    let mut help = both(&texts::help(), scheme, sizes(scheme, 4.8), INNER);
    if let Some(telephone) = telephone {
        let Scheme { large, small, scale: _ } = scheme;
        let words = texts::telephone();
        let text = [words.get(large), " · ", words.get(small), ": ", telephone.as_str()].concat();
        let style = Style {
            face: Face::Bold,
            size: 5.6 * scheme.scale,
            colour: Colour::INK,
            language: large,
        };
        let room = Room { width: INNER, lines: 1, min_size: 4.2 * scheme.scale };
        help.push(0.8, Paragraph::fitting(&text, style, room));
    }
    help
}
