//! What a poster must be, whatever the names on it: readable by a machine, by people, on paper.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;
use survey_defs::text::{Language, Text};
use survey_defs::unit::{Gazetteer, Level};

use crate::code::Code;
use crate::drawing::{Drawing, Item, Line};
use crate::{Error, Format, PageFormat, Poster, Size, design, fonts, texts};

const LEVELS: [Level; 5] =
    [Level::City, Level::District, Level::Commune, Level::Agency, Level::Branch];
const LANGUAGES: [Language; 2] = [Language::Vi, Language::En];

fn text(vi: &str, en: &str) -> Text {
    Text { vi: vi.to_owned(), en: en.to_owned() }
}

fn usual() -> Poster {
    Poster {
        unit: text("Phường Ba Đình", "Ba Đình Ward"),
        place: text("Bộ phận Một cửa", "One-stop counter"),
        address: "https://thuocdo.example.vn/p/AB3K7".to_owned(),
        telephone: None,
        minutes: 1,
        simulated: false,
    }
}

/// A poster as full as can be.
fn full(unit: Text, place: Text) -> Poster {
    let address = format!(
        "https://khaosathailong.hanoi.example.gov.vn/s/{}/{}",
        "w".repeat(30),
        "p".repeat(30)
    );
    let telephone = Some("(024) 3825 3536 - 0912.345.678".to_owned().try_into().unwrap());
    Poster { unit, place, address, telephone, minutes: 15, simulated: true }
}

/// The names of all units before and after the reform of July 2025.
fn titles() -> Vec<Text> {
    let days = [jiff::civil::date(2024, 12, 14), jiff::civil::date(2026, 1, 1)];
    let levels = days.into_iter().flat_map(|day| LEVELS.map(|level| (level, day)));
    let units = levels.flat_map(|(level, day)| Gazetteer::hanoi().units_on(level, day));
    units.map(survey_defs::unit::Unit::title).collect()
}

/// The longest name of the gazetteer in each language, as unit and as place.
fn longest() -> Poster {
    let longest = |language: Language| {
        let names = titles().into_iter().map(|title| title.get(language).to_owned());
        names.max_by_key(|name| name.chars().count()).unwrap()
    };
    let (vi, en) = (longest(Language::Vi), longest(Language::En));
    assert!(vi.chars().count() > 80 && en.chars().count() > 80, "{vi} / {en}");
    full(text(&vi, &en), text(&format!("Quầy số 12, {vi}"), &format!("Counter 12, {en}")))
}

fn lines(drawing: &Drawing) -> impl Iterator<Item = &Line> {
    drawing.items.iter().filter_map(|item| match item {
        Item::Line(line) => Some(line),
        Item::Area(_) => None,
    })
}

/// Renders an SVG file at so many pixels per millimetre, in shades of grey.
fn rendered(svg: &[u8], pixels_per_mm: f32) -> (usize, usize, Vec<u8>) {
    let tree = usvg::Tree::from_data(svg, &usvg::Options::default()).unwrap();
    // usvg takes 96 pixels for an inch.
    let scale = pixels_per_mm * 25.4 / 96.0;
    let size = tree.size().to_int_size().scale_by(scale).unwrap();
    let mut pixmap = Pixmap::new(size.width(), size.height()).unwrap();
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let grey = |pixel: &resvg::tiny_skia::PremultipliedColorU8| {
        let sum = u16::from(pixel.red()) + u16::from(pixel.green()) + u16::from(pixel.blue());
        u8::try_from(sum / 3).unwrap()
    };
    let pixels = pixmap.pixels().iter().map(grey).collect();
    (pixmap.width() as usize, pixmap.height() as usize, pixels)
}

fn decoded(svg: &[u8], pixels_per_mm: f32) -> Vec<String> {
    let (width, height, pixels) = rendered(svg, pixels_per_mm);
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect()
}

#[test]
fn the_code_leads_to_the_form() {
    for (poster, size, language) in [
        (usual(), Size::A4, Language::Vi),
        (usual(), Size::A5, Language::En),
        (longest(), Size::A4, Language::En),
        (longest(), Size::A5, Language::Vi),
    ] {
        let svg = poster.draw(PageFormat { size, language }, Format::Svg).unwrap();
        assert_eq!(decoded(&svg, 3.0), [poster.address], "{size:?} {language:?}");
    }
}

#[test]
fn the_code_is_large() {
    for poster in [usual(), longest()] {
        for language in LANGUAGES {
            let drawing = design::drawing(&poster, language).unwrap();
            let black = drawing.items.iter().find_map(|item| match item {
                Item::Area(area) if area.colour == crate::drawing::Colour::BLACK => Some(area),
                Item::Area(_) | Item::Line(_) => None,
            });
            let rights = black.unwrap().path.iter().filter_map(|segment| match segment {
                crate::drawing::Segment::Line((x, _)) => Some(*x),
                _ => None,
            });
            let (left, right) = rights.fold((f32::MAX, 0.0_f32), |(l, r), x| (l.min(x), r.max(x)));
            assert!(right - left >= 70.0, "{} mm", right - left);
        }
    }
    let share = Code::new(&usual().address).unwrap().share();
    assert!((0.7..0.9).contains(&share), "{share}");
}

#[test]
fn nothing_leaves_the_sheet_and_no_line_covers_another() {
    let endless = "Trung tâm Phục vụ hành chính công ".repeat(30);
    let word = "W".repeat(400);
    for poster in [
        usual(),
        longest(),
        full(text(&endless, &endless), text(&endless, &endless)),
        full(text(&word, &word), text(&word, &word)),
    ] {
        for language in LANGUAGES {
            let drawing = design::drawing(&poster, language).unwrap();
            let boxes: Vec<_> = lines(&drawing).map(ink).collect();
            for (number, (text, [left, top, right, bottom])) in boxes.iter().enumerate() {
                assert!(*left >= 13.0 && *right <= 197.1, "{text}: {left} to {right}");
                assert!(*top >= 5.0 && *bottom <= 292.0, "{text}: {top} to {bottom}");
                for (other, [l, t, r, b]) in &boxes[number + 1..] {
                    let apart = left >= r || l >= right || top >= b || t >= bottom;
                    assert!(apart, "{text} covers {other}");
                }
            }
        }
    }
}

/// The line with its box from the height of capitals to the base line.
fn ink(line: &Line) -> (&str, [f32; 4]) {
    let width = line.shaped.width * line.size / fonts::UNITS_PER_EM;
    (&line.text, [line.x, line.y - 0.72 * line.size, line.x + width, line.y])
}

#[test]
fn the_longest_names_of_the_gazetteer_are_printed_whole() {
    let mut titles = titles();
    assert!(titles.len() > 600, "{}", titles.len());
    titles.sort_by_key(|title| std::cmp::Reverse(title.vi.len().max(title.en.len())));
    for title in titles.into_iter().take(20) {
        let poster = full(title.clone(), title);
        for language in LANGUAGES {
            let drawing = design::drawing(&poster, language).unwrap();
            assert!(lines(&drawing).all(|line| !line.text.ends_with('…')), "{:?}", poster.unit);
        }
    }
}

#[test]
fn the_fonts_have_every_character() {
    let mut texts = vec![texts::PRODUCT.to_owned(), "0123456789·…".to_owned()];
    let mut phrases = vec![
        texts::tagline(),
        texts::headline(),
        texts::simulated(),
        texts::typing(),
        texts::help(),
        texts::telephone(),
    ];
    phrases.extend(texts::steps());
    phrases.extend(texts::promises(1).into_iter().chain(texts::promises(15)));
    for language in LANGUAGES {
        texts.extend(phrases.iter().map(|phrase| phrase.get(language).to_owned()));
        texts.extend(titles().iter().map(|title| title.get(language).to_owned()));
    }
    // All letters of the language, with all marks.
    texts.push(
        "aáàảãạăắằẳẵặâấầẩẫậbcdđeéèẻẽẹêếềểễệghiíìỉĩịklmnoóòỏõọôốồổỗộơớờởỡợpqrstuúùủũụưứừửữựvxyýỳỷỹỵ"
            .to_owned(),
    );
    for text in texts {
        assert_eq!(fonts::missing(&text), None, "{text}");
        assert_eq!(fonts::missing(&text.to_uppercase()), None, "{text}");
        for face in fonts::Face::ALL {
            let glyphs = face.shape(&text).glyphs;
            assert!(glyphs.iter().all(|glyph| glyph.id != 0), "{text}");
            assert_eq!(glyphs.len(), text.chars().count(), "no ligatures: {text}");
        }
    }
}

#[test]
fn a_name_that_cannot_be_printed_is_refused() {
    let poster = Poster { place: text("Quầy 一", "Counter"), ..usual() };
    let page = PageFormat { size: Size::A4, language: Language::Vi };
    let refused = Error::NoGlyph { character: '一', text: "Quầy 一".to_owned() };
    assert_eq!(poster.draw(page, Format::Svg), Err(refused));
    let poster = Poster { address: format!("https://a.vn/{}", "x".repeat(2000)), ..usual() };
    assert_eq!(poster.draw(page, Format::Pdf), Err(Error::AddressTooLong));
}

#[test]
fn files_have_the_size_of_the_paper_and_are_the_same_each_time() {
    for (size, svg_size, pdf_size) in [
        (Size::A4, "width=\"210mm\" height=\"297mm\"", "[0 0 595.27563 841.8898]"),
        (Size::A5, "width=\"148mm\" height=\"210mm\"", "[0 0 419.52756 595.27563]"),
    ] {
        let page = PageFormat { size, language: Language::En };
        let svg = usual().draw(page, Format::Svg).unwrap();
        assert!(String::from_utf8(svg.clone()).unwrap().contains(svg_size));
        let pdf = usual().draw(page, Format::Pdf).unwrap();
        assert!(String::from_utf8_lossy(&pdf).contains(pdf_size), "{size:?}");
        assert_eq!(usual().draw(page, Format::Svg).unwrap(), svg);
        assert_eq!(usual().draw(page, Format::Pdf).unwrap(), pdf);
    }
}

#[test]
fn names_are_text_and_no_markup() {
    let poster = Poster { unit: text("A & <b>\"B\"</b>", "A & <b>"), ..usual() };
    let page = PageFormat { size: Size::A4, language: Language::Vi };
    let svg = String::from_utf8(poster.draw(page, Format::Svg).unwrap()).unwrap();
    assert!(svg.contains("A &amp; &lt;b&gt;&quot;B&quot;&lt;/b&gt;") && !svg.contains("<b>"));
    assert!(usvg::Tree::from_str(&svg, &usvg::Options::default()).is_ok());
}

#[test]
fn simulated_data_are_marked_at_the_top_and_the_bottom() {
    let marks = |poster: &Poster, language: Language| {
        let drawing = design::drawing(poster, language).unwrap();
        lines(&drawing)
            .filter(|l| l.text.contains("MÔ PHỎNG"))
            .map(|line| line.y)
            .collect::<Vec<_>>()
    };
    for language in LANGUAGES {
        assert!(marks(&usual(), language).is_empty());
        let [top, bottom] = marks(&Poster { simulated: true, ..usual() }, language)[..] else {
            panic!("two marks");
        };
        assert!(top < 20.0 && bottom > 277.0);
    }
}
