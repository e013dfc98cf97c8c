//! What to do where the form does not work: a page without scripts, for telephones of any age.
//!
//! It also answers for service points that do not exist: who mistyped an address needs help too.

use std::fmt::Write as _;

use store::Store;
use survey_defs::ids::{PointId, WaveId};
use survey_defs::text::Text;
use survey_defs::wave::{PointFields, Telephone};
use tracing::warn;

use crate::catalogue::unit_name;

/// Whom people can turn to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Office {
    unit: Text,
    place: Text,
    telephone: Option<Telephone>,
}

impl Office {
    /// The office of a service point, if there is one. A fault of the store is for the log: the page
    /// helps without it too.
    pub(crate) async fn find(store: &dyn Store, wave: &str, point: &str) -> Option<Self> {
        let (wave, point) = (wave.parse::<WaveId>().ok()?, point.parse::<PointId>().ok()?);
        match store.point(&wave, &point).await {
            Ok(point) => point.map(|point| {
                let PointFields { unit, name, telephone, .. } = point.into_fields();
                Self { unit: unit_name(&unit), place: name, telephone }
            }),
            Err(error) => {
                warn!(%error, "the help page could not name its service point");
                None
            }
        }
    }
}

/// The page: Vietnamese first, English below.
pub(crate) fn page(office: Option<&Office>) -> String {
    let mut page = String::from(HEAD);
    for words in [&VIETNAMESE, &ENGLISH] {
        section(&mut page, words, office);
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

const HEAD: &str = "<!doctype html>\n\
    <html lang=\"vi\">\n\
    <head>\n\
    <meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <meta name=\"robots\" content=\"noindex\">\n\
    <meta name=\"color-scheme\" content=\"light dark\">\n\
    <title>Phiếu chưa mở được – Thước Đo</title>\n\
    <link rel=\"icon\" type=\"image/svg+xml\" href=\"/favicon.svg\">\n\
    <link rel=\"stylesheet\" href=\"/help.css\">\n\
    </head>\n\
    <body>\n\
    <main>\n";

/// The page in one language.
struct Words {
    tag: &'static str,
    /// The first language has the heading of the page.
    heading: &'static str,
    title: &'static str,
    because: &'static str,
    try_this: &'static str,
    ways: [&'static str; 4],
    office: &'static str,
    telephone: &'static str,
    again: &'static str,
}

const VIETNAMESE: Words = Words {
    tag: "vi",
    heading: "h1",
    title: "Phiếu chưa mở được trên máy này",
    because: "Trình duyệt của Ông/Bà quá cũ, hoặc đang tắt JavaScript. Ông/Bà vẫn có thể cho ý kiến:",
    try_this: "Xin Ông/Bà thử một trong các cách sau",
    ways: [
        "Dùng phiếu giấy: xin hỏi nhân viên hướng dẫn tại quầy.",
        "Dùng máy tính bảng đặt tại điểm phục vụ hành chính công, nếu có.",
        "Mở lại địa chỉ này bằng điện thoại khác, hoặc bằng trình duyệt khác như Chrome, Safari, Cốc Cốc.",
        "Cập nhật trình duyệt, hoặc bật JavaScript trong phần cài đặt, rồi mở lại phiếu.",
    ],
    office: "Nơi phục vụ",
    telephone: "Điện thoại",
    again: "Mở lại phiếu",
};

const ENGLISH: Words = Words {
    tag: "en",
    heading: "h2",
    title: "The form does not open on this device",
    because: "Your browser is too old, or JavaScript is switched off. You can still tell us what you think:",
    try_this: "Please try one of these ways",
    ways: [
        "Use a paper form: please ask the staff at the counter.",
        "Use the tablet at the office, if there is one.",
        "Open this address on another phone, or with another browser such as Chrome, Safari or Cốc Cốc.",
        "Update the browser, or switch JavaScript on in its settings, and open the form again.",
    ],
    office: "Office",
    telephone: "Telephone",
    again: "Open the form again",
};

fn section(page: &mut String, words: &Words, office: Option<&Office>) {
    let Words { tag, heading, title, because, try_this, ways, .. } = words;
    let id = format!("title-{tag}");
    push(page, format_args!("<section lang=\"{tag}\" aria-labelledby=\"{id}\">\n"));
    push(page, format_args!("<{heading} id=\"{id}\">{title}</{heading}>\n<p>{because}</p>\n"));
    push(page, format_args!("<ul aria-label=\"{try_this}\">\n"));
    for way in ways {
        push(page, format_args!("<li>{way}</li>\n"));
    }
    page.push_str("</ul>\n");
    if let Some(office) = office {
        whom(page, words, office);
    }
    // The address without its query is the form itself.
    push(page, format_args!("<p><a href=\"?\">{}</a></p>\n</section>\n", words.again));
}

fn whom(page: &mut String, words: &Words, office: &Office) {
    let Office { unit, place, telephone } = office;
    let (unit, place) =
        if words.tag == "vi" { (&unit.vi, &place.vi) } else { (&unit.en, &place.en) };
    push(page, format_args!("<dl>\n<dt>{}</dt>\n<dd>", words.office));
    // Many places are named after their unit.
    if !place.starts_with(unit.as_str()) {
        push(page, format_args!("{}<br>", escape(unit)));
    }
    push(page, format_args!("{}</dd>\n", escape(place)));
    if let Some(telephone) = telephone {
        let number = telephone.dialled();
        let shown = escape(telephone.as_str());
        let label = words.telephone;
        push(
            page,
            format_args!("<dt>{label}</dt>\n<dd><a href=\"tel:{number}\">{shown}</a></dd>\n"),
        );
    }
    page.push_str("</dl>\n");
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn push(page: &mut String, arguments: std::fmt::Arguments<'_>) {
    // A string takes everything.
    let _ = page.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_numbers_can_be_called() {
        let nasty = |tag: &str| format!("<script>{tag}</script> & \"quầy\" 'một'");
        let page = page(Some(&Office {
            unit: Text { vi: nasty("1"), en: nasty("2") },
            place: Text { vi: nasty("3"), en: nasty("4") },
            telephone: Some("+84 (24) 3825-3536".to_owned().try_into().unwrap()),
        }));
        assert!(!page.contains("<script"));
        for number in 1..=4 {
            let escaped = format!(
                "&lt;script&gt;{number}&lt;/script&gt; &amp; &quot;quầy&quot; &#39;một&#39;"
            );
            assert_eq!(page.matches(&escaped).count(), 1, "{number}");
        }
        assert_eq!(page.matches("<a href=\"tel:+842438253536\">+84 (24) 3825-3536</a>").count(), 2);
        for tag in ["section", "ul", "li", "dl", "dt", "dd", "p", "a", "h1", "h2", "main", "body"] {
            let opened = page.matches(&format!("<{tag}>")).count()
                + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }

    #[test]
    fn without_an_office_the_page_helps_all_the_same() {
        let page = page(None);
        assert!(page.contains("phiếu giấy") && page.contains("paper form"));
        assert!(!page.contains("<dl>") && !page.contains("tel:"));
    }
}
