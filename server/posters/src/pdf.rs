//! A drawing as a PDF file: one page of exact size, with text that can be searched and read aloud.

use miniz_oxide::deflate::{CompressionLevel, compress_to_vec_zlib};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::design;
use crate::drawing::{Area, Colour, Drawing, Item, Line, Point, Segment};
use crate::fonts::{Face, UNITS_PER_EM};
use crate::poster::PageFormat;

const CATALOGUE: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const INFORMATION: Ref = Ref::new(5);

const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// The objects of one font.
#[derive(Debug, Clone, Copy)]
struct FontObjects {
    name: Name<'static>,
    base: Name<'static>,
    font: Ref,
    descendant: Ref,
    descriptor: Ref,
    file: Ref,
    characters: Ref,
}

/// Writes the file.
pub(crate) fn write(drawing: &Drawing, format: PageFormat) -> Vec<u8> {
    let (width, height) = format.size.millimetres();
    let (width, height) = (width * POINTS_PER_MM, height * POINTS_PER_MM);
    let language = TextStr(format.language.tag());
    let mut pdf = Pdf::new();

    let mut catalogue = pdf.catalog(CATALOGUE);
    catalogue.pages(PAGES).lang(language);
    catalogue.viewer_preferences().display_doc_title(true);
    catalogue.finish();
    pdf.document_info(INFORMATION).title(TextStr(&drawing.title));
    pdf.pages(PAGES).kids([PAGE]).count(1);

    let mut page = pdf.page(PAGE);
    page.media_box(Rect::new(0.0, 0.0, width, height)).parent(PAGES).contents(CONTENT);
    let mut resources = page.resources();
    let mut fonts = resources.fonts();
    for face in Face::ALL {
        let FontObjects { name, font, .. } = objects(face);
        fonts.pair(name, font);
    }
    fonts.finish();
    resources.finish();
    page.finish();

    let content = compressed(&content(drawing, width, height));
    pdf.stream(CONTENT, &content).filter(Filter::FlateDecode);
    for face in Face::ALL {
        font(&mut pdf, face);
    }
    pdf.finish()
}

/// The page: from millimetres downwards to points upwards, in the middle of the paper.
fn content(drawing: &Drawing, width: f32, height: f32) -> Vec<u8> {
    let scale = (width / design::WIDTH).min(height / design::HEIGHT);
    let left = (width - design::WIDTH * scale) / 2.0;
    let bottom = (height - design::HEIGHT * scale) / 2.0;
    let mut content = Content::new();
    content.transform([scale, 0.0, 0.0, -scale, left, height - bottom]);
    for item in &drawing.items {
        match item {
            Item::Area(area) => fill(&mut content, area),
            Item::Line(line) => write_line(&mut content, line),
        }
    }
    content.finish().to_vec()
}

fn fill(content: &mut Content, Area { colour, path }: &Area) {
    set_colour(content, *colour);
    for segment in path {
        match *segment {
            Segment::Move((x, y)) => content.move_to(x, y),
            Segment::Line((x, y)) => content.line_to(x, y),
            Segment::Curve((ax, ay), (bx, by), (x, y)) => content.cubic_to(ax, ay, bx, by, x, y),
            Segment::Close => content.close_path(),
        };
    }
    content.fill_nonzero();
}

fn write_line(content: &mut Content, line: &Line) {
    let Line { face, size, colour, language: _, text: _, shaped, x, y } = line;
    set_colour(content, *colour);
    content.begin_text();
    content.set_font(objects(*face).name, *size);
    content.set_text_matrix(upright((*x, *y)));
    let mut shown = content.show_positioned();
    let mut items = shown.items();
    let mut pen = 0.0;
    for glyph in &shaped.glyphs {
        // The difference that kerning makes, in thousandths, to the left.
        if (glyph.x - pen).abs() > 0.5 {
            items.adjust(pen - glyph.x);
        }
        items.show(Str(&glyph.id.to_be_bytes()));
        pen = glyph.x + face.advance(glyph.id);
    }
    items.finish();
    shown.finish();
    content.end_text();
}

/// The page is upside down, so that its lengths go downwards; text is turned back.
fn upright((x, y): Point) -> [f32; 6] {
    [1.0, 0.0, 0.0, -1.0, x, y]
}

fn set_colour(content: &mut Content, Colour(parts): Colour) {
    let [red, green, blue] = parts.map(|part| f32::from(part) / 255.0);
    content.set_fill_rgb(red, green, blue);
}

fn font(pdf: &mut Pdf, face: Face) {
    let FontObjects { name: _, base, font, descendant, descriptor, file, characters } =
        objects(face);
    let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
    pdf.type0_font(font)
        .base_font(base)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(characters);

    let map = face.characters();
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(CidFontType::Type2).base_font(base).system_info(system).font_descriptor(descriptor);
    cid.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for &glyph in map.keys() {
        widths.consecutive(glyph, [face.advance(glyph) * 1000.0 / UNITS_PER_EM]);
    }
    widths.finish();
    cid.finish();

    let measures = face.measures();
    let [left, bottom, right, top] = measures.bounds;
    pdf.font_descriptor(descriptor)
        .name(base)
        .flags(FontFlags::NON_SYMBOLIC)
        .bbox(Rect::new(left, bottom, right, top))
        .italic_angle(0.0)
        .ascent(measures.ascender)
        .descent(measures.descender)
        .cap_height(measures.cap_height)
        .stem_v(match face {
            Face::Regular => 80.0,
            Face::Bold => 140.0,
        })
        .font_file2(file);

    let bytes = face.bytes();
    let mut stream_bytes = compressed(bytes);
    let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    let mut stream = pdf.stream(file, &stream_bytes);
    stream.filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
    stream.finish();

    let mut cmap = UnicodeCmap::new(Name(b"Custom"), system);
    for (glyph, character) in map {
        cmap.pair(glyph, character);
    }
    stream_bytes = compressed(&cmap.finish());
    pdf.stream(characters, &stream_bytes).filter(Filter::FlateDecode);
}

fn objects(face: Face) -> FontObjects {
    let (name, base, first) = match face {
        Face::Regular => (Name(b"R"), Name(b"BeVietnamPro-Regular"), 10),
        Face::Bold => (Name(b"B"), Name(b"BeVietnamPro-Bold"), 20),
    };
    FontObjects {
        name,
        base,
        font: Ref::new(first),
        descendant: Ref::new(first + 1),
        descriptor: Ref::new(first + 2),
        file: Ref::new(first + 3),
        characters: Ref::new(first + 4),
    }
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec_zlib(bytes, CompressionLevel::BestCompression as u8)
}
