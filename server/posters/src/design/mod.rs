//! Where things stand on the sheet, in millimetres on A4; A5 has the same proportions.
//!
//! The parts above and below the code are measured first; the code and its three steps get all the
//! room between them.

mod head;
mod steps;
mod foot;
mod signs;
mod stack;

use survey_defs::text::Language;

use self::stack::Stack;
use crate::code::Code;
use crate::drawing::{Colour, Drawing, Rectangle};
use crate::fonts::Face;
use crate::paragraph::{Paragraph, Room, Style};
use crate::{Error, Poster, texts};

pub(crate) const WIDTH: f32 = 210.0;
pub(crate) const HEIGHT: f32 = 297.0;

/// What no office printer cuts off, and what makes a sheet calm.
const MARGIN: f32 = 14.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;

/// The strip of simulated data, at the top and at the bottom.
const STRIP: f32 = 9.0;

/// Between parts.
const GAP: f32 = 5.0;

/// The frame of the code, with its white margin, is no larger than this.
const MAX_CODE: f32 = 96.0;

/// The extent of the dark modules that cameras read from some steps away.
const MIN_CODE: f32 = 70.0;

/// The large language and the small one beside it, and how large text is around the code.
#[derive(Debug, Clone, Copy)]
struct Scheme {
    large: Language,
    small: Language,
    scale: f32,
}

/// Draws the sheet. Where names are so long that the code would become small, all text around it
/// becomes smaller instead.
pub(crate) fn drawing(poster: &Poster, language: Language) -> Result<Drawing, Error> {
    let small = match language {
        Language::Vi => Language::En,
        Language::En => Language::Vi,
    };
    let code = Code::new(&poster.address)?;
    let wanted = steps::side(&code, MIN_CODE);
    let mut scheme = Scheme { large: language, small, scale: 1.0 };
    loop {
        let sheet = sheet(poster, &code, scheme);
        if sheet.side >= wanted || scheme.scale < 0.7 {
            return Ok(sheet.drawing);
        }
        scheme.scale *= 0.95;
    }
}

/// A finished sheet and the side of the frame around its code.
#[derive(Debug)]
struct PosterLayout {
    drawing: Drawing,
    side: f32,
}

fn sheet(poster: &Poster, code: &Code, scheme: Scheme) -> PosterLayout {
    let question = texts::headline();
    let title = [question.get(scheme.large), " – ", poster.unit.get(scheme.large)].concat();
    let mut drawing = Drawing { title, ..Drawing::default() };
    let (mut top, mut bottom) = (MARGIN, HEIGHT - MARGIN);
    if poster.simulated {
        strip(&mut drawing, scheme, 6.0);
        strip(&mut drawing, scheme, HEIGHT - 6.0 - STRIP);
        (top, bottom) = (19.0, HEIGHT - 19.0);
    }
    top = head::draw(&mut drawing, poster, scheme, top) + GAP;
    let foot = foot::Foot::new(poster, scheme);
    bottom -= foot.height();
    foot.draw(&mut drawing, bottom);
    bottom -= GAP;

    let side = (bottom - top).min(MAX_CODE);
    let top = top + (bottom - top - side) / 2.0;
    steps::draw(&mut drawing, code, scheme, steps::Place { top, side });
    PosterLayout { drawing, side }
}

/// Says that nothing here is real.
fn strip(drawing: &mut Drawing, scheme: Scheme, top: f32) {
    let sheet = Rectangle { x: MARGIN, y: top, width: INNER, height: STRIP };
    drawing.rounded(sheet, 1.5, Colour::NOTICE);
    let inside =
        Rectangle { x: MARGIN + 0.7, y: top + 0.7, width: INNER - 1.4, height: STRIP - 1.4 };
    drawing.rounded(inside, 1.0, Colour::NOTICE_SOFT);
    let text = texts::simulated();
    let text = [text.get(scheme.large), "  ·  ", text.get(scheme.small)].concat();
    let style =
        Style { face: Face::Bold, size: 4.6, colour: Colour::NOTICE, language: scheme.large };
    let room = Room { width: INNER - 8.0, lines: 1, min_size: 3.0 };
    let line = Paragraph::fitting(&text, style, room);
    let (x, y) = (MARGIN + (INNER - line.width()) / 2.0, top + (STRIP - line.height()) / 2.0);
    line.draw(drawing, x, y);
}

/// A large and a small paragraph with the same meaning.
fn both(phrase: &texts::Phrase, scheme: Scheme, sizes: (f32, f32), width: f32) -> Stack {
    let Scheme { large, small, scale: _ } = scheme;
    let (large_size, small_size) = sizes;
    let mut stack = Stack::default();
    let first = Style { face: Face::Bold, size: large_size, colour: Colour::INK, language: large };
    let second =
        Style { face: Face::Regular, size: small_size, colour: Colour::INK_SOFT, language: small };
    stack.push(0.0, Paragraph::new(phrase.get(large), first, width));
    stack.push(0.3, Paragraph::new(phrase.get(small), second, width));
    stack
}
