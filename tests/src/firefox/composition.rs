//! Composes words as the keyboard of a phone does.
//!
//! Neither protocol can. So a script with the rights of the browser itself asks for its processor of
//! text input, through which keyboards of the system come, too: the page gets events that it can
//! trust, and its field what is composed.

use anyhow::{Result, ensure};
use axum::http::Method;
use serde_json::json;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{RequestData, SessionId};

use super::Firefox;

const COMPOSE: &str = "const [word] = arguments; \
    const window = Services.wm.getMostRecentWindow('navigator:browser'); \
    const processor = Cc['@mozilla.org/text-input-processor;1'] \
        .createInstance(Ci.nsITextInputProcessor); \
    if (!processor.beginInputTransactionForTests(window)) return false; \
    processor.setPendingCompositionString(word); \
    processor.appendClauseToPendingComposition(word.length, processor.ATTR_RAW_CLAUSE); \
    processor.setCaretInPendingComposition(word.length); \
    window.composing = processor; \
    return processor.flushPendingComposition();";

/// Where scripts run from now on: in the browser itself or in its page.
#[derive(Debug)]
struct Scripts(&'static str);

impl FormatRequestData for Scripts {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::POST, format!("session/{session}/moz/context"))
            .add_body(json!({ "context": self.0 }))
    }
}

impl Firefox {
    /// Composes a word where the focus is, and leaves it as the keyboard of a phone leaves it: not
    /// yet confirmed.
    pub async fn compose(&self, word: &str) -> Result<()> {
        self.driver.handle().cmd(Scripts("chrome")).await?;
        let is_composing: bool = self.run(COMPOSE, vec![json!(word)]).await?;
        self.driver.handle().cmd(Scripts("content")).await?;
        ensure!(is_composing, "the browser does not compose");
        Ok(())
    }
}
