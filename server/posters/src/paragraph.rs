//! Breaks text into lines.

use survey_defs::text::Language;

use crate::drawing::{Colour, Drawing, Line};
use crate::fonts::{Face, GlyphRun, UNITS_PER_EM};

/// How a paragraph looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) face: Face,
    pub(crate) size: f32,
    pub(crate) colour: Colour,
    pub(crate) language: Language,
}

/// The room that a paragraph may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) width: f32,
    pub(crate) lines: usize,
    /// The smallest size that can still be read.
    pub(crate) min_size: f32,
}

/// Lines of one style.
#[derive(Debug, Clone)]
pub(crate) struct Paragraph {
    style: Style,
    lines: Vec<(String, GlyphRun)>,
}

/// The distance of two base lines: Vietnamese has marks above capitals and dots below.
const LEADING: f32 = 1.26;
/// From the top of a paragraph to its first base line.
const ASCENT: f32 = 0.96;

impl Paragraph {
    /// Breaks a text at a width, with as many lines as it needs.
    pub(crate) fn new(text: &str, style: Style, width: f32) -> Self {
        Words::new(text, style.face).paragraph(style, width)
    }

    /// Makes a text smaller until it takes no more lines than there is room for. A text that needs
    /// more lines even at the smallest size ends in an ellipsis.
    pub(crate) fn fitting(text: &str, style: Style, room: Room) -> Self {
        let words = Words::new(text, style.face);
        let mut size = style.size;
        loop {
            let fits = words.broken(width_in_units(room.width, size)).len() <= room.lines;
            if fits || size <= room.min_size {
                let mut paragraph = words.paragraph(Style { size, ..style }, room.width);
                if !fits {
                    paragraph.cut(room);
                }
                return paragraph;
            }
            size = (size * 0.97).max(room.min_size);
        }
    }

    pub(crate) fn height(&self) -> f32 {
        let lines: f32 = self.lines.iter().map(|_| LEADING).sum();
        lines * self.style.size
    }

    /// The width of the longest line.
    pub(crate) fn width(&self) -> f32 {
        let widths = self.lines.iter().map(|(_, shaped)| shaped.width);
        widths.fold(0.0, f32::max) * self.style.size / UNITS_PER_EM
    }

    /// Draws the lines from a top left corner downwards.
    pub(crate) fn draw(self, drawing: &mut Drawing, x: f32, top: f32) {
        let Style { face, size, colour, language } = self.style;
        let mut y = top + ASCENT * size;
        for (text, shaped) in self.lines {
            drawing.line(Line { face, size, colour, language, text, shaped, x, y });
            y += LEADING * size;
        }
    }

    #[cfg(test)]
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.lines.iter().map(|(text, _)| text.as_str()).collect()
    }

    fn cut(&mut self, room: Room) {
        let width = width_in_units(room.width, self.style.size);
        self.lines.truncate(room.lines);
        let Some((mut text, _)) = self.lines.pop() else { return };
        loop {
            let line = [text.trim_end(), "…"].concat();
            let shaped = self.style.face.shape(&line);
            if shaped.width <= width || text.pop().is_none() {
                self.lines.push((line, shaped));
                return;
            }
        }
    }
}

/// A little less than the room: words are measured alone, and kerning between them may need a few
/// units.
fn width_in_units(width: f32, size: f32) -> f32 {
    width / size * UNITS_PER_EM * 0.995
}

/// The words of a text, measured once for all sizes.
#[derive(Debug)]
struct Words<'a> {
    face: Face,
    space: f32,
    measured: Vec<(&'a str, f32)>,
}

impl<'a> Words<'a> {
    fn new(text: &'a str, face: Face) -> Self {
        let words = text.split_whitespace().map(|word| (word, face.shape(word).width));
        Self { face, space: face.shape(" ").width, measured: words.collect() }
    }

    fn paragraph(&self, style: Style, width: f32) -> Paragraph {
        let lines = self.broken(width_in_units(width, style.size)).into_iter().map(|line| {
            let shaped = self.face.shape(&line);
            (line, shaped)
        });
        Paragraph { style, lines: lines.collect() }
    }

    /// Lines no wider than `width` units of the font.
    fn broken(&self, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        // How much of the last line is left; a first word starts a line anyway.
        let mut rest = -1.0;
        for &(word, word_width) in &self.measured {
            if let Some(line) = lines.last_mut()
                && self.space + word_width <= rest
            {
                line.push(' ');
                line.push_str(word);
                rest -= self.space + word_width;
            } else if word_width <= width {
                lines.push(word.to_owned());
                rest = width - word_width;
            } else {
                lines.extend(pieces(word, self.face, width));
                let last = lines.last().map_or(0.0, |line| self.face.shape(line).width);
                rest = width - last;
            }
        }
        lines
    }
}

/// A word that is wider than the room, such as an address, broken after a slash where there is one,
/// else where it must be.
fn pieces(word: &str, face: Face, width: f32) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for c in word.chars() {
        piece.push(c);
        if face.shape(&piece).width > width && piece.chars().nth(1).is_some() {
            piece.pop();
            let end = piece.rfind('/').map_or(piece.len(), |slash| slash + 1);
            let rest = piece.split_off(end);
            pieces.push(std::mem::replace(&mut piece, rest));
            piece.push(c);
        }
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style =
        Style { face: Face::Regular, size: 10.0, colour: Colour::INK, language: Language::Vi };

    #[test]
    fn words_stay_together_where_they_can() {
        let paragraph = Paragraph::new("Phường Văn Miếu - Quốc Tử Giám", STYLE, 100.0);
        assert_eq!(paragraph.texts(), ["Phường Văn Miếu -", "Quốc Tử Giám"]);
        assert!(paragraph.width() <= 100.0);
        let address =
            Paragraph::new("thuocdo.example.vn/s/2026-counter/00004-wall_qr", STYLE, 130.0);
        assert_eq!(address.texts(), ["thuocdo.example.vn/s/", "2026-counter/", "00004-wall_qr"]);
        assert!(Paragraph::new("  ", STYLE, 100.0).texts().is_empty());
    }

    #[test]
    fn what_does_not_fit_becomes_smaller_and_then_shorter() {
        let room = Room { width: 60.0, lines: 1, min_size: 5.0 };
        let short = Paragraph::fitting("Phường Ba Đình", STYLE, room);
        assert_eq!(short.texts(), ["Phường Ba Đình"]);
        assert!(short.style.size < 10.0 && short.width() <= 60.0);
        let long = Paragraph::fitting(&"Phường ".repeat(40), STYLE, room);
        assert!(long.texts()[0].ends_with("…") && long.width() <= 60.0);
        assert_eq!(long.texts().len(), 1);
    }
}
