//! There is nothing to fill in, and what to do about it; in both languages, because whoever
//! cannot read the one must not have to look for the other.

use app::platform::page;
use survey_defs::text::Language;
use survey_defs::wave::Wave;

use crate::app::App;
use crate::codec::{date_text, hanoi_day};
use crate::layout::{Button, button, heading};
use crate::markup::{Element, el};
use crate::package::Trouble;
use crate::words::{Label, say};
use crate::{icons, strings};

/// The page, and the way to try again.
pub(crate) fn trouble(app: App, trouble: &Trouble) -> Element {
    let (kind, (title, text), wave) = match trouble {
        Trouble::Unreachable => ("unreachable", strings::UNREACHABLE, None),
        Trouble::Broken => ("broken", strings::BROKEN, None),
        Trouble::Unknown => ("unknown", strings::UNKNOWN, None),
        Trouble::Closed(package) => ("closed", strings::CLOSED, Some(&package.wave)),
    };
    page::set_title(say(title));
    let retry = move || if app.is_opening() { strings::RETRYING } else { strings::RETRY };
    el("div")
        .class("card message")
        .test_id("trouble")
        .attr("data-trouble", kind)
        .child(el("span").class("message-icon").drawing(icons::WARNING))
        .child(heading(title.vi).attr("lang", "vi"))
        .children(paragraphs(Language::Vi, text, wave))
        .child(el("h2").attr("lang", "en").text(title.en))
        .children(paragraphs(Language::En, text, wave))
        .child(button(Button::Retry, retry, move || app.open()))
}

fn paragraphs(language: Language, text: Label, wave: Option<&Wave>) -> Vec<Element> {
    let paragraph = |text: String| el("p").attr("lang", language.tag()).text(text);
    let window = wave.map(|wave| {
        // The wave ends just before this moment.
        let last = wave.closes_at.saturating_sub(jiff::SignedDuration::from_secs(1));
        let last_day = date_text(hanoi_day(last.unwrap_or(wave.closes_at)));
        let first_day = date_text(hanoi_day(wave.opens_at));
        paragraph(strings::window(language, &first_day, &last_day))
    });
    window.into_iter().chain([paragraph(text.get(language).into())]).collect()
}
