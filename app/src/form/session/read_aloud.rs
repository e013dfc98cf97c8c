//! Reads questions and pages aloud.

use leptos::prelude::*;
use survey_defs::instrument::Question;

use super::Session;
use crate::form::paging::Page;
use crate::form::paradata::Happening;
use crate::form::reading;
use crate::platform::speech::Part;

impl Session {
    /// Whether a question can be read aloud in the language of the respondent; followed.
    pub fn can_read(self, question: &Question) -> bool {
        let language = self.preferences.language().get();
        let package = self.package();
        let item = [language.tag(), "/", question.id.as_str()].concat();
        package.audio.contains_key(&item) || self.preferences.speech.has_voice(language)
    }

    /// Whether a question is being read; followed.
    pub fn is_reading(self, question: &Question) -> bool {
        self.preferences.speech.is_reading(question.id.as_str())
    }

    /// Reads a question, or stops reading it.
    pub fn read_or_stop(self, (section, place): (usize, usize)) {
        let package = self.package();
        let question = &package.instrument.sections()[section].questions[place];
        let is_reading = untrack(|| self.preferences.speech.is_reading(question.id.as_str()));
        if is_reading {
            self.preferences.speech.stop();
        } else {
            self.speak(question.id.to_string(), self.parts(question));
        }
    }

    /// Reads a page that has come on the screen, if the respondent wants that: in the elder mode
    /// the question, otherwise only what the section is about.
    pub(super) fn read_page(self, page: Page) {
        if !self.preferences.now().aloud {
            return;
        }
        let package = self.package();
        let sections = package.instrument.sections();
        let language = self.preferences.language().get_untracked();
        match page {
            Page::Section(section) => {
                let section = &sections[section];
                self.speak(section.id.to_string(), reading::section(section, language));
            }
            Page::Question(index, place) => {
                let section = &sections[index];
                let question = &section.questions[place];
                let is_first = self.is_first_of_section((index, place));
                let mut parts =
                    if is_first { reading::section(section, language) } else { Vec::new() };
                parts.extend(self.parts(question));
                self.speak(question.id.to_string(), parts);
            }
            Page::Welcome | Page::Review(_) | Page::Sent => {}
        }
    }

    fn parts(self, question: &Question) -> Vec<Part> {
        let package = self.package();
        let language = self.preferences.language().get_untracked();
        reading::question(&package.instrument, question, &package.audio, language)
    }

    fn speak(self, what: String, parts: Vec<Part>) {
        self.note(Happening::ReadAloud);
        self.preferences.speech.read(what, parts, self.preferences.language().get_untracked());
    }
}
