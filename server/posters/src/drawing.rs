//! Shapes and lines of text, independent of the file format. Lengths are millimetres on A4, from the
//! top left corner.

use survey_defs::text::Language;

use crate::fonts::{Face, GlyphRun};

/// A sheet with what is on it, from the back to the front.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawing {
    /// What the sheet is called.
    pub(crate) title: String,
    pub(crate) items: Vec<Item>,
}

/// One thing on the sheet.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Area(Area),
    Line(Line),
}

/// A filled area.
#[derive(Debug, Clone)]
pub(crate) struct Area {
    pub(crate) colour: Colour,
    pub(crate) path: Vec<Segment>,
}

/// One line of text on its base line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) face: Face,
    pub(crate) size: f32,
    pub(crate) colour: Colour,
    pub(crate) language: Language,
    pub(crate) text: String,
    pub(crate) shaped: GlyphRun,
    pub(crate) x: f32,
    pub(crate) y: f32,
}

/// A colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) [u8; 3]);

impl Colour {
    pub(crate) const INK: Self = Self([0x17, 0x20, 0x2c]);
    pub(crate) const INK_SOFT: Self = Self([0x3f, 0x49, 0x55]);
    pub(crate) const BLACK: Self = Self([0, 0, 0]);
    pub(crate) const WHITE: Self = Self([255, 255, 255]);
    pub(crate) const BRAND: Self = Self([0x14, 0x3c, 0x7d]);
    pub(crate) const BRAND_SOFT: Self = Self([0xe5, 0xec, 0xf8]);
    pub(crate) const NOTICE: Self = Self([0x6b, 0x43, 0x00]);
    pub(crate) const NOTICE_SOFT: Self = Self([0xfd, 0xf1, 0xd8]);
}

/// A point: right, down.
pub(crate) type Point = (f32, f32);

/// A step of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Segment {
    Move(Point),
    Line(Point),
    Curve(Point, Point, Point),
    Close,
}

/// A rectangle: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rectangle {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Drawing {
    /// Fills a path.
    pub(crate) fn area(&mut self, path: Vec<Segment>, colour: Colour) {
        self.items.push(Item::Area(Area { colour, path }));
    }

    /// Fills a rectangle with round corners.
    pub(crate) fn rounded(&mut self, rectangle: Rectangle, radius: f32, colour: Colour) {
        self.area(rounded(rectangle, radius), colour);
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: Line) {
        self.items.push(Item::Line(line));
    }
}

/// How far the control points of a quarter circle are from its ends, in radii.
const QUARTER: f32 = 0.552_284_8;

fn rounded(rectangle: Rectangle, radius: f32) -> Vec<Segment> {
    let Rectangle { x: left, y: top, width, height } = rectangle;
    let (right, bottom) = (left + width, top + height);
    let (r, k) = (radius, radius * (1.0 - QUARTER));
    vec![
        Segment::Move((left + r, top)),
        Segment::Line((right - r, top)),
        Segment::Curve((right - k, top), (right, top + k), (right, top + r)),
        Segment::Line((right, bottom - r)),
        Segment::Curve((right, bottom - k), (right - k, bottom), (right - r, bottom)),
        Segment::Line((left + r, bottom)),
        Segment::Curve((left + k, bottom), (left, bottom - k), (left, bottom - r)),
        Segment::Line((left, top + r)),
        Segment::Curve((left, top + k), (left + k, top), (left + r, top)),
        Segment::Close,
    ]
}

/// The path of a rectangle with sharp corners.
pub(crate) fn rectangle(rectangle: Rectangle) -> [Segment; 5] {
    let Rectangle { x, y, width, height } = rectangle;
    [
        Segment::Move((x, y)),
        Segment::Line((x + width, y)),
        Segment::Line((x + width, y + height)),
        Segment::Line((x, y + height)),
        Segment::Close,
    ]
}
