//! Reads aloud: recordings where there are some, else the browser's own voice.

use js_sys::Promise;
use leptos::prelude::*;
use leptos::task::spawn_local;

use survey_defs::text::Language;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlAudioElement, SpeechSynthesis, SpeechSynthesisUtterance, SpeechSynthesisVoice};

/// Something to be read in one breath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The text.
    pub text: String,
    /// The address of a recording.
    pub recording: Option<String>,
}

/// The reader of this page; a handle. It reads one thing at a time.
#[derive(Debug, Clone, Copy)]
pub struct Speech {
    /// What is being read.
    reading: RwSignal<Option<String>>,
    /// How often the browser has told about its voices: it finds them after the page was opened.
    found: RwSignal<usize>,
    /// Counts readings, so that one that was stopped notices it.
    run: StoredValue<usize>,
    audio: StoredValue<Option<HtmlAudioElement>, LocalStorage>,
}

impl Speech {
    /// A silent reader.
    pub fn start() -> Self {
        let speech = Self {
            reading: RwSignal::new(None),
            found: RwSignal::new(0),
            run: StoredValue::new(0),
            audio: StoredValue::new_local(None),
        };
        if let Some(synthesis) = synthesis() {
            let find = move |_: &web_sys::Event| speech.found.update(|found| *found += 1);
            gloo::events::EventListener::new(&synthesis, "voiceschanged", find).forget();
        }
        speech
    }

    /// Whether the browser has a voice for the language, as far as it is known now.
    pub fn has_voice(self, language: Language) -> bool {
        self.found.track();
        voice(language).is_some()
    }

    /// Whether this is being read.
    pub fn is_reading(self, what: &str) -> bool {
        self.reading.with(|reading| reading.as_deref() == Some(what))
    }

    /// Reads parts, in order, in place of what is being read.
    pub fn read(self, what: String, parts: Vec<Part>, language: Language) {
        self.stop();
        let run = self.run.get_value();
        self.reading.set(Some(what));
        spawn_local(async move {
            for part in parts {
                let is_played = match &part.recording {
                    Some(address) => self.play(address).await.is_ok(),
                    None => false,
                };
                if self.run.get_value() != run {
                    return;
                }
                if !is_played {
                    // A part that cannot be spoken is left out; the words are on the screen.
                    let _ = utter(&part.text, language).await;
                }
                if self.run.get_value() != run {
                    return;
                }
            }
            self.reading.set(None);
        });
    }

    /// Is silent at once.
    pub fn stop(self) {
        self.run.update_value(|run| *run += 1);
        if self.reading.get_untracked().is_none() {
            return;
        }
        self.reading.set(None);
        if let Some(synthesis) = synthesis() {
            synthesis.cancel();
        }
        if let Some(audio) = self.audio.try_update_value(Option::take).flatten() {
            let _ = audio.pause();
        }
    }

    /// Plays a recording to its end, or until it is stopped.
    async fn play(self, address: &str) -> Result<(), JsValue> {
        let audio = HtmlAudioElement::new_with_src(address)?;
        let ended = JsFuture::from(Promise::new(&mut |resolve, reject| {
            audio.set_onended(Some(&resolve));
            audio.set_onpause(Some(&resolve));
            audio.set_onerror(Some(&reject));
        }));
        self.audio.set_value(Some(audio.clone()));
        JsFuture::from(audio.play()?).await?;
        ended.await.map(|_| ())
    }
}

/// Speaks a text to its end, or until it is stopped.
async fn utter(text: &str, language: Language) -> Result<(), JsValue> {
    let (Some(synthesis), Some(voice)) = (synthesis(), voice(language)) else { return Ok(()) };
    let utterance = SpeechSynthesisUtterance::new_with_text(text)?;
    utterance.set_lang(&voice.lang());
    utterance.set_voice(Some(&voice));
    // A little slower than usual: who needs it needs time.
    utterance.set_rate(0.9);
    let ended = JsFuture::from(Promise::new(&mut |resolve, reject| {
        utterance.set_onend(Some(&resolve));
        utterance.set_onerror(Some(&reject));
    }));
    synthesis.speak(&utterance);
    ended.await.map(|_| ())
}

/// None in browsers that do not speak, such as those inside other apps.
fn synthesis() -> Option<SpeechSynthesis> {
    let window = web_sys::window()?;
    js_sys::Reflect::get(&window, &"speechSynthesis".into()).ok()?.dyn_into().ok()
}

fn voice(language: Language) -> Option<SpeechSynthesisVoice> {
    let voices = synthesis()?.get_voices();
    let mut voices = voices.iter().filter_map(|voice| voice.dyn_into().ok());
    voices.find(|voice: &SpeechSynthesisVoice| voice.lang().starts_with(language.tag()))
}
