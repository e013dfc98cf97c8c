//! Chooses in the form how a respondent wants it to look.

use anyhow::Result;
use serde_json::json;

use super::Chrome;

/// One choice; the others stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// Many questions on a screen.
    StandardMode,
    /// One large question on a screen.
    ElderMode,
    /// The colours of the house.
    NormalContrast,
    /// Black, white and little else.
    HighContrast,
    /// Type as the system has it.
    NormalType,
    /// Type of twice the size.
    LargeType,
}

impl Preference {
    fn test_id(self) -> &'static str {
        match self {
            Self::StandardMode => "mode-standard",
            Self::ElderMode => "mode-elder",
            Self::NormalContrast => "contrast-normal",
            Self::HighContrast => "contrast-high",
            Self::NormalType => "type-normal",
            Self::LargeType => "type-large",
        }
    }

    /// What the page then says of itself, and the style follows.
    fn mark(self) -> &'static str {
        match self {
            Self::StandardMode => "html[data-mode='standard']",
            Self::ElderMode => "html[data-mode='elder']",
            Self::NormalContrast => "html[data-contrast='normal']",
            Self::HighContrast => "html[data-contrast='high']",
            Self::NormalType => "html[data-type='normal']",
            Self::LargeType => "html[data-type='large']",
        }
    }
}

impl Chrome {
    /// Makes a choice on the screen itself or, where it is not, in the panel, which is closed
    /// again.
    pub async fn prefer(&self, preference: Preference) -> Result<()> {
        let id = preference.test_id();
        if self.has(&format!("[data-testid='{id}']")).await? {
            self.press_id(id).await?;
        } else {
            self.press_id("preferences-open").await?;
            self.press_id(id).await?;
            self.press_id("preferences-open").await?;
        }
        self.find(preference.mark()).await?;
        Ok(())
    }

    /// Changes the language, by the switch in the header or, where the header is folded away, in its
    /// panel.
    pub async fn speak(&self, language: &str) -> Result<()> {
        let id = format!("lang-{language}");
        let seen = "return document.querySelector(arguments[0])?.getClientRects().length > 0;";
        let css = format!("[data-testid='{id}']");
        let is_in_header: bool = self.run(seen, vec![json!(css)]).await?;
        if is_in_header {
            return self.press_id(&id).await;
        }
        self.press_id("preferences-open").await?;
        self.press_id(&id).await?;
        self.press_id("preferences-open").await
    }
}
