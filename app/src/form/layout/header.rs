//! Draws the header: product sign, language switch, preferences, the mark of simulated data.

use crate::reactive::prelude::*;
use survey_defs::text::Language;

use super::preferences::{opener, panel};
use crate::form::markup::{Element, el, icon};
use crate::form::preferences::{Panel, preferences};
use crate::form::texts::{language, say};
use crate::form::{icons, texts};

/// The line on top of every screen. It stays when the language changes, so that the button that
/// was pressed keeps the focus.
pub fn header() -> Element {
    let language = language();
    let motto = move || texts::MOTTO.get(language.get()).to_owned();
    let languages = move || Some(texts::LANGUAGES.get(language.get()).to_owned());
    let brand_name = el("span").class("brand-name").attr("lang", "vi").text(texts::BRAND.vi);
    let brand_words = el("p")
        .class("brand-words")
        .child(brand_name)
        .child(el("span").class("motto").live_text(motto));
    let switches = el("div")
        .class("languages")
        .attr("role", "group")
        .live_attr("aria-label", languages)
        .child(switch(Language::Vi, "Tiếng Việt", "lang-vi"))
        .child(switch(Language::En, "English", "lang-en"));
    let preferences = preferences();
    let has_opener = Memo::new(move |_| preferences.panel() != Panel::OnScreen);
    let choices = move || {
        language.track();
        (preferences.panel() == Panel::Open).then(panel)
    };
    el("header")
        .class("header")
        .child(el("div").class("brand").child(icon(icons::RULER)).child(brand_words))
        .slot(move || has_opener.get().then(opener))
        .child(switches)
        .slot(choices)
}

/// A language in its own words, so that nobody has to read the other to find it.
fn switch(to: Language, name: &'static str, test_id: &'static str) -> Element {
    let language = language();
    let preferences = preferences();
    el("button")
        .attr("type", "button")
        .class("language")
        .attr("lang", to.tag())
        .test_id(test_id)
        .live_attr("aria-pressed", move || Some((language.get() == to).to_string()))
        .on("click", move |_| preferences.speak(to))
        .text(name)
}

/// The mark of a simulated wave.
pub fn simulated() -> Element {
    el("p").class("simulated").test_id("simulated").text(say(texts::SIMULATED))
}
