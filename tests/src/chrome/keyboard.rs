//! Presses keys, and tells what has the focus.

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use super::Chrome;

/// A key, pressed and let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// To the next control.
    Tab,
    /// To the control before (Shift and Tab).
    BackTab,
    /// Presses or chooses.
    Space,
    /// Presses.
    Enter,
    /// To the next of a group of radio buttons.
    Down,
    /// Closes what is open.
    Escape,
}

impl Key {
    /// Name, code of the key, text, modifiers.
    fn parts(self) -> (&'static str, &'static str, u32, &'static str, u32) {
        const SHIFT: u32 = 8;
        match self {
            Self::Tab => ("Tab", "Tab", 9, "", 0),
            Self::BackTab => ("Tab", "Tab", 9, "", SHIFT),
            Self::Space => (" ", "Space", 32, " ", 0),
            Self::Enter => ("Enter", "Enter", 13, "\r", 0),
            Self::Down => ("ArrowDown", "ArrowDown", 40, "", 0),
            Self::Escape => ("Escape", "Escape", 27, "", 0),
        }
    }
}

/// The control that has the focus. A radio button or checkbox is seen as its label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// Its place among all elements of the page.
    pub index: usize,
    /// `button`, `radio`, `checkbox`, `text`, `textarea`, …; `number` for what only takes digits.
    pub kind: String,
    /// Its test id.
    pub test_id: String,
    /// Its name.
    pub name: String,
    /// Whether it is chosen, or has text in it.
    pub is_given: bool,
    /// Whether all of it is on the screen.
    pub is_on_screen: bool,
    /// What lies over it; empty if nothing does.
    pub covered_by: String,
    /// Whether an outline or a shadow says that it has the focus.
    pub is_marked: bool,
}

const PRELUDE: &str = "\
    const seen = (element) => element.matches('input[type=radio], input[type=checkbox]') \
        ? element.closest('label') ?? element : element; \
    const look = (element) => JSON.stringify([seen(element), ...seen(element).querySelectorAll('*')] \
        .map((part) => getComputedStyle(part)) \
        .map((style) => [style.outlineStyle === 'none' ? '' : style.outline, style.boxShadow])); ";

/// How everything looks while it does not have the focus.
const REMEMBER: &str = "window.__looks = new WeakMap(); \
    for (const element of document.querySelectorAll('a, button, input, textarea, select, summary')) \
        if (element !== document.activeElement) window.__looks.set(element, look(element));";

const FOCUSED: &str = "\
    const element = document.activeElement; \
    if (!element || element === document.body || element === document.documentElement) return null; \
    const box = seen(element).getBoundingClientRect(); \
    const middle = box.left + box.width / 2; \
    let coveredBy = ''; \
    for (const y of [box.top + 4, box.top + box.height / 2, box.bottom - 4]) { \
        const top = document.elementFromPoint(middle, y); \
        if (top && !seen(element).contains(top) && !top.contains(seen(element))) \
            coveredBy = top.outerHTML.slice(0, 120); \
    } \
    return { \
        index: [...document.querySelectorAll('*')].indexOf(element), \
        kind: element.inputMode in { numeric: 0, decimal: 0 } ? 'number' : element.type ?? element.localName, \
        testId: element.dataset.testid ?? '', \
        name: element.name ?? '', \
        isGiven: element.matches(':checked') || (!!element.value && !element.matches(':is(button, [type=radio], [type=checkbox])')), \
        isOnScreen: box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth, \
        coveredBy, \
        isMarked: look(element) !== window.__looks?.get(element), \
    };";

impl Chrome {
    /// Presses a key, as the keyboard does.
    pub async fn key(&self, key: Key) -> Result<()> {
        if matches!(key, Key::Enter | Key::Space) {
            self.settled().await?;
        }
        let (name, code, number, text, modifiers) = key.parts();
        for kind in ["keyDown", "keyUp"] {
            let event = json!({
                "type": kind,
                "key": name,
                "code": code,
                "windowsVirtualKeyCode": number,
                "text": if kind == "keyDown" { text } else { "" },
                "modifiers": modifiers,
            });
            self.cdp("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    /// Writes where the focus is.
    pub async fn write(&self, text: &str) -> Result<()> {
        self.cdp("Input.insertText", json!({ "text": text })).await?;
        Ok(())
    }

    /// Composes a word where the focus is, and leaves it as the keyboard of a phone leaves it: not
    /// yet confirmed.
    pub async fn compose(&self, word: &str) -> Result<()> {
        let end = word.encode_utf16().count();
        let composition = json!({ "text": word, "selectionStart": end, "selectionEnd": end });
        self.cdp("Input.imeSetComposition", composition).await?;
        Ok(())
    }

    /// Remembers how the controls of the page look, so that [`Chrome::focused`] can tell which of
    /// them are marked.
    pub async fn remember_looks(&self) -> Result<()> {
        self.driver.execute(format!("{PRELUDE}{REMEMBER}"), vec![]).await?;
        Ok(())
    }

    /// What has the focus; none if the page as a whole has it.
    pub async fn focused(&self) -> Result<Option<Stop>> {
        self.run(&format!("{PRELUDE}{FOCUSED}"), vec![]).await
    }
}
