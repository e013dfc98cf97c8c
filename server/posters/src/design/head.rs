//! Draws the head: the mark, the question, the unit and the service point.

use survey_defs::text::{Language, Text};

use super::signs;
use super::stack::Stack;
use super::{INNER, MARGIN, Scheme};
use crate::drawing::{Colour, Drawing, Rectangle};
use crate::fonts::Face;
use crate::paragraph::{Paragraph, Room, Style};
use crate::{Poster, texts};

const MARK: f32 = 12.0;
/// The bar beside the names.
const BAR: f32 = 1.6;

/// Draws from `top` and returns where it ends.
pub(super) fn draw(drawing: &mut Drawing, poster: &Poster, scheme: Scheme, top: f32) -> f32 {
    product(drawing, scheme, top);
    let top = question(scheme).draw(drawing, MARGIN, top + MARK + 4.0) + 4.0;
    let names = names(poster, scheme);
    let bar = Rectangle { x: MARGIN, y: top, width: BAR, height: names.height() };
    drawing.rounded(bar, BAR / 2.0, Colour::BRAND);
    names.draw(drawing, MARGIN + BAR + 4.0, top)
}

fn product(drawing: &mut Drawing, Scheme { large, small, scale: _ }: Scheme, top: f32) {
    signs::mark(drawing, MARGIN, top, MARK);
    let width = INNER - MARK - 4.0;
    let name = Style { face: Face::Bold, size: 6.2, colour: Colour::BRAND, language: Language::Vi };
    let line = Style { face: Face::Regular, size: 3.9, colour: Colour::INK_SOFT, language: large };
    let tagline = texts::tagline();
    let tagline = [tagline.get(large), "  ·  ", tagline.get(small)].concat();
    let mut lines = Stack::default();
    lines.push(0.0, Paragraph::new(texts::PRODUCT, name, width));
    lines.push(-0.6, Paragraph::new(&tagline, line, width));
    let y = top + (MARK - lines.height()) / 2.0;
    lines.draw(drawing, MARGIN + MARK + 4.0, y);
}

fn question(Scheme { large, small, scale }: Scheme) -> Stack {
    let first =
        Style { face: Face::Bold, size: 15.5 * scale, colour: Colour::BRAND, language: large };
    let second =
        Style { face: Face::Regular, size: 7.2 * scale, colour: Colour::INK_SOFT, language: small };
    let room = |min_size| Room { width: INNER, lines: 1, min_size: min_size * scale };
    let text = texts::headline();
    let mut question = Stack::default();
    question.push(0.0, Paragraph::fitting(text.get(large), first, room(10.0)));
    question.push(-1.0, Paragraph::fitting(text.get(small), second, room(5.0)));
    question
}

fn names(poster: &Poster, Scheme { large, small, scale }: Scheme) -> Stack {
    let width = INNER - BAR - 4.0;
    let style = |face, size, language| {
        let colour = if language == large { Colour::INK } else { Colour::INK_SOFT };
        Style { face, size: size * scale, colour, language }
    };
    let room = |lines, min_size| Room { width, lines, min_size: min_size * scale };
    let unit_large = style(Face::Bold, 8.8, large);
    let unit_small = style(Face::Regular, 4.8, small);
    let mut names = Stack::default();
    names.push(0.0, Paragraph::fitting(poster.unit.get(large), unit_large, room(2, 6.4)));
    names.push(0.0, Paragraph::fitting(poster.unit.get(small), unit_small, room(2, 4.2)));
    if let Some(place) = place(&poster.unit, &poster.place) {
        let place_large = style(Face::Bold, 6.0, large);
        let place_small = style(Face::Regular, 4.4, small);
        names.push(1.4, Paragraph::fitting(place.get(large), place_large, room(2, 5.0)));
        names.push(0.0, Paragraph::fitting(place.get(small), place_small, room(1, 4.0)));
    }
    names
}

/// The name of the place without the name of the unit in front of it, which stands above it anyway;
/// nothing if there is nothing else in it.
fn place(unit: &Text, place: &Text) -> Option<texts::Phrase> {
    let without = |unit: &str, place: &str| {
        let rest = place.strip_prefix(unit).unwrap_or(place);
        let rest = rest.trim_start_matches([':', ',', '-', '–', '—', ' ']);
        let mut letters = rest.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        [&first, letters.as_str()].concat()
    };
    let phrase = texts::Phrase::new(without(&unit.vi, &place.vi), without(&unit.en, &place.en));
    let is_empty =
        [Language::Vi, Language::En].into_iter().any(|l| phrase.get(l).trim().is_empty());
    (!is_empty).then_some(phrase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_not_named_twice() {
        let text = |vi: &str, en: &str| Text { vi: vi.to_owned(), en: en.to_owned() };
        let unit = text("Phường Ba Đình", "Ba Đình Ward");
        let named = text("Phường Ba Đình: máy tính bảng", "Ba Đình Ward: tablet");
        let phrase = texts::Phrase::new("Máy tính bảng", "Tablet");
        assert_eq!(place(&unit, &named), Some(phrase));
        assert_eq!(place(&unit, &unit), None);
        let own = text("Một cửa số 2", "Counter 2");
        assert_eq!(place(&unit, &own), Some(texts::Phrase::new("Một cửa số 2", "Counter 2")));
    }
}
