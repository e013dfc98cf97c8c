//! Reads the fonts: which characters they have, and text as glyphs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{Buffer, Font, GlyphId, ShapeOptions, ShaperFont};

/// One of the two weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Face {
    Regular,
    Bold,
}

static REGULAR: &[u8] = include_bytes!("../fonts/BeVietnamPro-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../fonts/BeVietnamPro-Bold.ttf");

static REGULAR_FONT: LazyLock<Font> = LazyLock::new(|| load(REGULAR));
static BOLD_FONT: LazyLock<Font> = LazyLock::new(|| load(BOLD));

fn load(bytes: &'static [u8]) -> Font {
    Font::new(bytes, 0).expect("the fonts of this crate can be read")
}

/// The units of a font in one em; every figure of a face is in these units.
pub(crate) const UNITS_PER_EM: f32 = 1000.0;

/// A line of text as glyphs, in units of the font.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GlyphRun {
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) width: f32,
}

/// One glyph of a line and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) id: u16,
    pub(crate) x: f32,
    pub(crate) y: f32,
}

/// Measures for the file formats that describe fonts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measures {
    pub(crate) bounds: [f32; 4],
    pub(crate) ascender: f32,
    pub(crate) descender: f32,
    pub(crate) cap_height: f32,
}

/// The first character of a text that the fonts do not have.
pub(crate) fn missing(text: &str) -> Option<char> {
    let has = |face: Face, c: char| face.font().charmap().map_unicode(c).is_some();
    text.chars().find(|&c| !has(Face::Regular, c) || !has(Face::Bold, c))
}

impl Face {
    pub(crate) const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// The font file.
    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::Bold => BOLD,
        }
    }

    fn font(self) -> &'static Font {
        match self {
            Self::Regular => &REGULAR_FONT,
            Self::Bold => &BOLD_FONT,
        }
    }

    /// Places the glyphs of a line, with their kerning. One for each character: the fonts of this
    /// crate have no ligatures, so that text in a PDF file can be searched.
    pub(crate) fn shape(self, text: &str) -> GlyphRun {
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let font = ShaperFont::new(self.font());
        harfrust::shape(&font, &mut buffer, ShapeOptions::new())
            .expect("a buffer whose direction was guessed can be shaped");
        let mut glyphs = Vec::with_capacity(buffer.len());
        let mut pen = 0;
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            let id = u16::try_from(info.glyph_id).unwrap_or_default();
            let (x, y) = (units(pen + position.x_offset), units(position.y_offset));
            glyphs.push(Glyph { id, x, y });
            pen += position.x_advance;
        }
        GlyphRun { glyphs, width: units(pen) }
    }

    /// Sends the outline of a glyph to a sink; a space has none.
    pub(crate) fn outline(self, glyph: u16, sink: &mut dyn PathSink) {
        let Some(outline) = self.font().outline_glyphs().get(GlyphId::from(glyph)) else { return };
        // The fonts are ours, and a test draws each of their glyphs.
        let _ = outline.draw(&DrawOptions::new(), DrawMemory::default(), sink);
    }

    /// How far the next glyph stands from this one without kerning.
    pub(crate) fn advance(self, glyph: u16) -> f32 {
        self.font().glyph_metrics().h_advance(GlyphId::from(glyph))
    }

    /// One character for each glyph that has any.
    pub(crate) fn characters(self) -> BTreeMap<u16, char> {
        let pairs = self.font().charmap();
        let pairs = pairs.unicodes().filter_map(|(code, glyph)| {
            Some((u16::try_from(glyph.to_u32()).ok()?, char::from_u32(code)?))
        });
        // Of several the first: a space rather than one that does not break.
        pairs.fold(BTreeMap::new(), |mut map, (glyph, c)| {
            map.entry(glyph).or_insert(c);
            map
        })
    }

    pub(crate) fn measures(self) -> Measures {
        let metrics = self.font().metrics();
        let bounds = metrics.bounds;
        let line = metrics.h_line().expect("the fonts of this crate say how high a line is");
        Measures {
            bounds: [
                bounds.x_min.to_f32(),
                bounds.y_min.to_f32(),
                bounds.x_max.to_f32(),
                bounds.y_max.to_f32(),
            ],
            ascender: line.ascender.to_f32(),
            descender: line.descender.to_f32(),
            cap_height: match metrics.cap_height {
                Some(height) => height.to_f32(),
                None => UNITS_PER_EM * 0.7,
            },
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "units of a line of text stay far below 2²⁴")]
fn units(units: i32) -> f32 {
    units as f32
}
