//! Holds and checks what is typed into the form for a new device.

use leptos::prelude::*;
use survey_defs::answer::Finite;
use survey_defs::api::NewDevice;
use survey_defs::device::DeviceSettings;
use survey_defs::ids::WaveId;
use survey_defs::phrases::Phrase;

use super::texts;

/// The fields, as texts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    pub(super) point: RwSignal<String>,
    pub(super) name: RwSignal<String>,
    pub(super) idle: RwSignal<String>,
    pub(super) countdown: RwSignal<String>,
    pub(super) thanks: RwSignal<String>,
    pub(super) pixels: RwSignal<String>,
    pub(super) keyboard: RwSignal<bool>,
}

impl Draft {
    pub(super) fn new() -> Self {
        let usual = DeviceSettings::default();
        let text = |text: String| RwSignal::new(text);
        Self {
            point: text(String::new()),
            name: text(String::new()),
            idle: text(usual.idle_seconds.to_string()),
            countdown: text(usual.countdown_seconds.to_string()),
            thanks: text(usual.thanks_seconds.to_string()),
            pixels: text(format!("{:.2}", usual.pixels_per_mm.get())),
            keyboard: RwSignal::new(usual.keyboard),
        }
    }

    /// The device that was described, or what is missing.
    pub(super) fn read(self, wave: WaveId) -> Result<NewDevice, Phrase> {
        let name = self.name.get_untracked().trim().to_owned();
        if !(1..=100).contains(&name.chars().count()) {
            return Err(texts::NAME_MISSING);
        }
        let point = self.point.get_untracked().parse().map_err(|_| texts::POINT_MISSING)?;
        let seconds = |field: RwSignal<String>| {
            field.get_untracked().trim().parse().map_err(|_| texts::NUMBER_WRONG)
        };
        let pixels = self.pixels.get_untracked().trim().replace(',', ".");
        let pixels: f64 = pixels.parse().map_err(|_| texts::NUMBER_WRONG)?;
        let settings = DeviceSettings {
            idle_seconds: seconds(self.idle)?,
            countdown_seconds: seconds(self.countdown)?,
            thanks_seconds: seconds(self.thanks)?,
            pixels_per_mm: Finite::try_from(pixels).map_err(|_| texts::NUMBER_WRONG)?,
            keyboard: self.keyboard.get_untracked(),
        };
        settings.check().map_err(|_| texts::NUMBER_WRONG)?;
        Ok(NewDevice { name, wave, point, settings })
    }
}
