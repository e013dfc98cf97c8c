//! Draws signs that are not text.

use crate::drawing::{Colour, Drawing, Point, Rectangle, Segment};

/// The mark of the product, as on the pages: five marks of a ruler above a smile.
pub(super) fn mark(drawing: &mut Drawing, x: f32, y: f32, side: f32) {
    let unit = side / 48.0;
    let place = |left: f32, top: f32, width: f32, height: f32| Rectangle {
        x: x + left * unit,
        y: y + top * unit,
        width: width * unit,
        height: height * unit,
    };
    drawing.rounded(place(0.0, 0.0, 48.0, 48.0), 11.0 * unit, Colour::BRAND);
    for (left, height) in [(10.0, 6.0), (17.0, 9.0), (24.0, 14.0), (31.0, 9.0), (38.0, 6.0)] {
        let line = place(left - 1.75, 11.25, 3.5, height + 3.5);
        drawing.rounded(line, 1.75 * unit, Colour::WHITE);
    }
    let at = |(right, down): Point| (x + right * unit, y + down * unit);
    let curve = |a, b, c| Segment::Curve(at(a), at(b), at(c));
    let smile = vec![
        Segment::Move(at((9.5, 32.9))),
        curve((12.8, 38.4), (17.9, 40.75), (24.0, 40.75)),
        curve((30.1, 40.75), (35.2, 38.4), (38.5, 32.9)),
        // Round ends.
        curve((39.7, 30.9), (36.7, 29.1), (35.5, 31.1)),
        curve((32.9, 35.5), (29.2, 37.25), (24.0, 37.25)),
        curve((18.8, 37.25), (15.1, 35.5), (12.5, 31.1)),
        curve((11.3, 29.1), (8.3, 30.9), (9.5, 32.9)),
        Segment::Close,
    ];
    drawing.area(smile, Colour::WHITE);
}

/// A tick on a disc.
pub(super) fn tick(drawing: &mut Drawing, x: f32, y: f32, side: f32) {
    disc(drawing, x, y, side);
    let unit = side / 24.0;
    let corners = [(5.8, 12.6), (8.0, 10.4), (10.6, 13.0), (16.2, 7.4), (18.4, 9.6), (10.6, 17.4)];
    let at = |(right, down): Point| (x + right * unit, y + down * unit);
    let mut path: Vec<Segment> = corners.into_iter().map(|p| Segment::Line(at(p))).collect();
    path[0] = Segment::Move(at(corners[0]));
    path.push(Segment::Close);
    drawing.area(path, Colour::WHITE);
}

/// A disc in the colour of the product.
pub(super) fn disc(drawing: &mut Drawing, x: f32, y: f32, side: f32) {
    let square = Rectangle { x, y, width: side, height: side };
    drawing.rounded(square, side / 2.0, Colour::BRAND);
}
