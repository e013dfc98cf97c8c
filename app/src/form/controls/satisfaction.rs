//! Draws the five levels and “not applicable”.

use survey_defs::answer::Level;

use super::choice::{choice, level};
use super::options::clear;
use super::{Field, frame};
use crate::form::markup::{Element, el};
use crate::form::texts::say;
use crate::form::{choice_answer, icons, texts};

const CLASSES: [&str; 5] =
    ["level level-1", "level level-2", "level level-3", "level level-4", "level level-5"];

/// Each level has a face and a word; “not applicable” stands apart, because it is no level.
pub(super) fn satisfaction(field: Field, not_applicable: bool) -> Element {
    let levels = Level::ALL.map(|one| {
        let index = one.index();
        let look = (icons::FACES[index], say(texts::level(index)));
        level(field, CLASSES[index], choice_answer::value_of(one), look)
    });
    let not_applicable = not_applicable.then(|| {
        let value = choice_answer::NOT_APPLICABLE.into();
        choice(field, "option not-applicable", value, say(texts::NOT_APPLICABLE))
    });
    let control = el("div")
        .class("control")
        .child(el("div").class("levels").children(levels))
        .children(not_applicable);
    frame::radio_group(field, clear(field, control))
}
