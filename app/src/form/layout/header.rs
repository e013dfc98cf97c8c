//! The sign of the product, the language switch, the mark of simulated data.

use app::platform::page;
use leptos::prelude::*;
use survey_defs::text::Language;

use crate::markup::{Element, el, icon};
use crate::words::{language, say};
use crate::{icons, strings};

/// The line on top of every screen. It stays when the language changes, so that the button that
/// was pressed keeps the focus.
pub(crate) fn header() -> Element {
    let language = language();
    let motto = move || strings::MOTTO.get(language.get()).to_owned();
    let languages = move || Some(strings::LANGUAGES.get(language.get()).to_owned());
    let brand_words = el("p")
        .class("brand-words")
        .child(el("span").class("brand-name").text(strings::BRAND.vi))
        .child(el("span").class("motto").live_text(motto));
    let switches = el("div")
        .class("languages")
        .attr("role", "group")
        .live_attr("aria-label", languages)
        .child(switch(Language::Vi, "Tiếng Việt", "lang-vi"))
        .child(switch(Language::En, "English", "lang-en"));
    el("header")
        .class("header")
        .child(el("div").class("brand").child(icon(icons::RULER)).child(brand_words))
        .child(switches)
}

/// A language in its own words, so that nobody has to read the other to find it.
fn switch(to: Language, name: &'static str, test_id: &'static str) -> Element {
    let language = language();
    el("button")
        .attr("type", "button")
        .class("language")
        .attr("lang", to.tag())
        .test_id(test_id)
        .live_attr("aria-pressed", move || Some((language.get() == to).to_string()))
        .on("click", move |_| speak(language, to))
        .text(name)
}

/// Changes the language of everything.
pub(crate) fn speak(language: RwSignal<Language>, to: Language) {
    page::set_language(to);
    language.set(to);
}

/// The mark of a simulated wave.
pub(crate) fn simulated() -> Element {
    el("p").class("simulated").test_id("simulated").text(say(strings::SIMULATED))
}
