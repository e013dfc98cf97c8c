//! Tests that a device at a counter shows a question with all its answers at once, whatever its size.

use std::fmt::Write as _;

use anyhow::{Result, ensure};
use serde_json::json;
use survey_defs::device::DeviceSettings;
use tests::chrome::{Preference, Screen};

use super::super::filling::Which;
use super::{Kiosk, LANDSCAPE, PORTRAIT};

/// A tablet of ten inches.
const TABLET: Screen = Screen { width: 1280, height: 800 };

/// Screens with the pixels of their millimetre.
const DEVICES: [(Screen, f64); 9] = [
    (TABLET, 3.0),
    (TABLET, 5.9),
    (TABLET, 8.0),
    (LANDSCAPE, 3.78),
    (LANDSCAPE, 8.0),
    (LANDSCAPE, 12.0),
    (PORTRAIT, 3.78),
    (PORTRAIT, 8.0),
    (PORTRAIT, 12.0),
];

/// What is cut of the first screen, or of the first question with five levels: by how many pixels
/// its end lies below the bar or the window; and sideways.
const CUT: &str = "const end = (css) => Math.max(...[...document.querySelectorAll(css)] \
        .map((one) => one.getBoundingClientRect().bottom)); \
    const bar = document.querySelector('.actions')?.getBoundingClientRect().top ?? innerHeight; \
    const question = [...document.querySelectorAll('.question')].find((one) => one.querySelector('.level')); \
    const first = document.querySelector('.question'); \
    const below = document.querySelector('.attract') ? end('#attract-start, .attract-face') - innerHeight \
        : question && question === first ? end(`#${question.id} .choice`) - bar : 0; \
    const sideways = document.scrollingElement.scrollWidth - innerWidth; \
    return [below, sideways];";

const SET_MM: &str = "document.documentElement.style.setProperty('--mm', `${arguments[0]}px`);";

#[tokio::test(flavor = "multi_thread")]
async fn each_device_shows_a_question_with_all_its_answers() -> Result<()> {
    let settings = DeviceSettings { thanks_seconds: 30, ..DeviceSettings::default() };
    let kiosk = Kiosk::start(settings).await?;
    let chrome = &kiosk.chrome;
    let mut findings = String::new();
    for (language, preference) in [
        ("vi", None),
        ("en", None),
        ("vi", Some(Preference::ElderMode)),
        ("en", Some(Preference::ElderMode)),
    ] {
        let check = async |what: &str, findings: &mut String| -> Result<()> {
            for (screen, mm) in DEVICES {
                chrome.resize(screen).await?;
                chrome.run::<()>(SET_MM, vec![json!(mm)]).await?;
                let (below, sideways): (f64, f64) = chrome.run(CUT, vec![]).await?;
                if below > 0.5 || sideways > 0.5 {
                    write!(
                        findings,
                        "\n{what}, {language} {preference:?}, {}x{} at {mm} px/mm: {below:.0} px below, \
                         {sideways:.0} px sideways",
                        screen.width, screen.height
                    )?;
                }
            }
            Ok(())
        };
        chrome.press_id(&format!("lang-{language}")).await?;
        if preference.is_none() {
            check("first screen", &mut findings).await?;
        }
        let mut filling = kiosk.begin().await?;
        if let Some(preference) = preference {
            chrome.prefer(preference).await?;
        }
        filling.start().await?;
        while let Some(section) = filling.section() {
            check(&section, &mut findings).await?;
            filling.answer(Which::Required).await?;
            filling.next().await?;
        }
        filling.send().await?;
        chrome.press_id("new").await?;
        kiosk.waits().await?;
    }
    ensure!(findings.is_empty(), "cut:{findings}");
    kiosk.chrome.quit().await
}
