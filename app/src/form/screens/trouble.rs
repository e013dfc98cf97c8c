//! Draws why there is nothing to fill in and what to do about it, in both languages: whoever cannot
//! read one must not have to look for the other.

use crate::platform::page;
use crate::reactive::prelude::*;
use survey_defs::phrases::hanoi_day;
use survey_defs::text::Language;
use survey_defs::wave::Wave;

use crate::form::answer_text::date_text;
use crate::form::layout::heading;
use crate::form::markup::{Element, el};
use crate::form::package::Trouble;
use crate::form::texts::{Phrase, say};
use crate::form::{icons, texts};

/// The page, and the way out of it.
pub fn trouble(trouble: &Trouble, again: Again) -> Element {
    let (kind, (title, text), wave) = match trouble {
        Trouble::Unreachable => ("unreachable", texts::UNREACHABLE, None),
        Trouble::Broken => ("broken", texts::BROKEN, None),
        Trouble::Unknown => ("unknown", texts::UNKNOWN, None),
        Trouble::Closed(package) => ("closed", texts::CLOSED, Some(&package.wave)),
        Trouble::Outdated => ("outdated", texts::OUTDATED, None),
        Trouble::Full => ("full", texts::FULL, None),
    };
    page::set_title(say(title));
    el("div")
        .class("card message")
        .test_id("trouble")
        .attr("data-trouble", kind)
        .child(el("span").class("message-icon").drawing(icons::WARNING))
        .child(heading(title.vi).attr("lang", "vi"))
        .children(paragraphs(Language::Vi, text, wave))
        .child(el("h2").attr("lang", "en").text(title.en))
        .children(paragraphs(Language::En, text, wave))
        .child(retry(trouble, again))
}

/// The way to try again.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// Whether it is being tried.
    pub is_trying: RwSignal<bool>,
    /// Tries.
    pub try_again: Callback<()>,
}

fn retry(trouble: &Trouble, again: Again) -> Element {
    let usual = match trouble {
        Trouble::Outdated => texts::UPDATE,
        Trouble::Unreachable
        | Trouble::Broken
        | Trouble::Unknown
        | Trouble::Closed(_)
        | Trouble::Full => texts::RETRY,
    };
    let is_trying = move || again.is_trying.get();
    let words = move |language: Language| {
        let label = move || if is_trying() { texts::RETRYING } else { usual };
        el("span").attr("lang", language.tag()).live_text(move || label().get(language).to_owned())
    };
    el("button")
        .attr("type", "button")
        .class("button button-primary")
        .test_id("retry")
        .on("click", move |_| again.try_again.run(()))
        .child(words(Language::Vi))
        .child(el("span").attr("aria-hidden", "true").text("·"))
        .child(words(Language::En))
}

fn paragraphs(language: Language, text: Phrase, wave: Option<&Wave>) -> Vec<Element> {
    let paragraph = |text: String| el("p").attr("lang", language.tag()).text(text);
    let window = wave.map(|wave| {
        // The wave ends just before this moment.
        let last = wave.closes_at.saturating_sub(jiff::SignedDuration::from_secs(1));
        let last_day = date_text(hanoi_day(last.unwrap_or(wave.closes_at)));
        let first_day = date_text(hanoi_day(wave.opens_at));
        paragraph(texts::window(language, &first_day, &last_day))
    });
    window.into_iter().chain([paragraph(text.get(language).into())]).collect()
}
