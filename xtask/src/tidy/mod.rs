//! `cargo xtask tidy`: checks rules of the project that the compiler cannot see.

mod arrows;
mod docs;
mod files;
mod modules;
mod glossary;
mod promised_time;

use std::fmt;

use anyhow::{Result, bail};

use crate::progress::note;
use crate::workspace::Workspace;

/// One breach of a rule: where it is, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: String,
    line: usize,
    advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, advice } = self;
        write!(f, "{file}:{line}: {advice}")
    }
}

pub(crate) fn tidy(workspace: &Workspace) -> Result<()> {
    let mut findings = arrows::check(workspace)?;
    findings.extend(docs::check(workspace)?);
    findings.extend(files::check(workspace)?);
    findings.extend(modules::check(workspace)?);
    findings.extend(glossary::check(workspace)?);
    findings.extend(promised_time::check(workspace)?);
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy has {} findings", findings.len());
    }
    note(
        "arrows, layers, heavy dependencies, file sizes, documents, migrations, tests and promised \
         times are tidy",
    );
    Ok(())
}
