//! Runs axe-core in a page: what a program can find of WCAG 2.2 A and AA, and its best practices.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::Chrome;

const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/node_modules/axe-core/axe.min.js");
/// The size of targets is off by default, although it is a rule of WCAG 2.2 AA.
const RUN: &str = "axe.run(document, { \
    runOnly: { type: 'tag', values: \
      ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }, \
    rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] \
  }).then((result) => result.violations.flatMap((rule) => rule.nodes.map((node) => \
    ({ rule: rule.id, target: node.target.join(' '), html: node.html, why: node.failureSummary }))))";

/// What fades in has the colours of none of its ends; and what the bar with the buttons hides while
/// the page is in the middle is in sight at its end.
const SETTLE: &str = "scrollTo(0, document.documentElement.scrollHeight); \
  Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {}))).then(() => 0)";

/// One element that breaks one rule.
#[derive(Debug, Deserialize)]
struct Violation {
    rule: String,
    target: String,
    html: String,
    why: String,
}

impl Chrome {
    /// Fails with every violation that axe-core finds in the page as it is.
    pub async fn check_accessibility(&self) -> Result<()> {
        if self.evaluate("typeof axe").await? == "undefined" {
            let script = std::fs::read_to_string(Path::new(FILE)).context(
                "axe-core is missing: `cargo xtask test` installs it, or by hand \
                 `npm install --save-exact --prefix target/tools axe-core@4.14.1`",
            )?;
            self.evaluate(&format!("{script}\n;0")).await?;
        }
        self.evaluate(SETTLE).await?;
        let found: Vec<Violation> = serde_json::from_value(self.evaluate(RUN).await?)?;
        let lines = found.iter().map(|one| {
            let Violation { rule, target, html, why } = one;
            format!("\n{rule}: {target}\n  {html}\n  {}", why.replace('\n', "\n  "))
        });
        ensure!(found.is_empty(), "axe-core finds:{}", lines.collect::<String>());
        Ok(())
    }
}
