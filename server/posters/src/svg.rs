//! A drawing as an SVG file. Text stands in it as outlines, each glyph once, so that it looks the same
//! on machines without the fonts.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use harfrust::font::glyph::outline::PathSink;

use crate::design;
use crate::drawing::{Area, Colour, Drawing, Item, Line, Point, Segment};
use crate::fonts::{Face, UNITS_PER_EM};
use crate::poster::PageFormat;

/// Writes the file.
pub(crate) fn write(drawing: &Drawing, page: PageFormat) -> String {
    let (width, height) = page.size.millimetres();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         width=\"{width}mm\" height=\"{height}mm\" viewBox=\"0 0 {} {}\" role=\"img\" \
         lang=\"{}\">\n<title>{}</title>\n",
        design::WIDTH,
        design::HEIGHT,
        page.language.tag(),
        escape(&drawing.title),
    );
    glyphs(&mut svg, drawing);
    let paper = Colour::WHITE;
    push(&mut svg, format_args!("<path fill=\"{}\" d=\"M0 0h210v297h-210z\"/>\n", hex(paper)));
    for item in &drawing.items {
        match item {
            Item::Area(area) => push_area(&mut svg, area),
            Item::Line(line) => push_line(&mut svg, line),
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The outlines of all glyphs on the sheet, in units of the font, upwards.
fn glyphs(svg: &mut String, drawing: &Drawing) {
    let lines = drawing.items.iter().filter_map(|item| match item {
        Item::Line(line) => Some(line),
        Item::Area(_) => None,
    });
    let used: BTreeSet<(Face, u16)> = lines
        .flat_map(|line| line.shaped.glyphs.iter().map(|glyph| (line.face, glyph.id)))
        .collect();
    svg.push_str("<defs>\n");
    for (face, id) in used {
        let mut outline = Outline::default();
        face.outline(id, &mut outline);
        let Outline(path) = outline;
        push(svg, format_args!("<path id=\"{}{id}\" d=\"{path}\"/>\n", letter(face)));
    }
    svg.push_str("</defs>\n");
}

fn push_area(svg: &mut String, Area { colour, path }: &Area) {
    push(svg, format_args!("<path fill=\"{}\" d=\"", hex(*colour)));
    for segment in path {
        match *segment {
            Segment::Move(p) => push(svg, format_args!("M{}", point(p))),
            Segment::Line(p) => push(svg, format_args!("L{}", point(p))),
            Segment::Curve(a, b, p) => {
                push(svg, format_args!("C{} {} {}", point(a), point(b), point(p)));
            }
            Segment::Close => svg.push('Z'),
        }
    }
    svg.push_str("\"/>\n");
}

fn push_line(svg: &mut String, line: &Line) {
    let Line { face, size, colour, language, text, shaped, x, y } = line;
    let scale = size / UNITS_PER_EM;
    push(
        svg,
        format_args!(
            "<g fill=\"{}\" lang=\"{}\" aria-label=\"{}\" transform=\"matrix({scale:.6} 0 0 -{scale:.6} {})\">",
            hex(*colour),
            language.tag(),
            escape(text),
            point((*x, *y)),
        ),
    );
    for glyph in &shaped.glyphs {
        let (x, y) = (glyph.x, glyph.y);
        push(svg, format_args!("<use xlink:href=\"#{}{}\" x=\"{x}\"", letter(*face), glyph.id));
        if y != 0.0 {
            push(svg, format_args!(" y=\"{y}\""));
        }
        svg.push_str("/>");
    }
    svg.push_str("</g>\n");
}

/// The outline of a glyph as the `d` of a path.
#[derive(Debug, Default)]
struct Outline(String);

impl PathSink for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        push(&mut self.0, format_args!("M{x} {y}"));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        push(&mut self.0, format_args!("L{x} {y}"));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        push(&mut self.0, format_args!("Q{cx} {cy} {x} {y}"));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        push(&mut self.0, format_args!("C{cx0} {cy0} {cx1} {cy1} {x} {y}"));
    }

    fn close(&mut self) {
        self.0.push('Z');
    }
}

fn letter(face: Face) -> char {
    match face {
        Face::Regular => 'r',
        Face::Bold => 'b',
    }
}

/// Micrometres are fine enough for print.
fn point((x, y): Point) -> String {
    let short = |number: f32| {
        let text = format!("{number:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    [short(x), short(y)].join(" ")
}

fn hex(Colour([red, green, blue]): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = text.write_fmt(arguments);
}
