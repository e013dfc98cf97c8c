//! The types that the glossary names exist in the code.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};

use super::{Finding, files};
use crate::workspace::Workspace;

const GLOSSARY: &str = "docs/GLOSSARY.md";

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let text = fs::read_to_string(workspace.root.join(GLOSSARY))
        .with_context(|| format!("cannot read {GLOSSARY}"))?;
    let mut defined = BTreeSet::new();
    for source in files::sources(&workspace.root)? {
        defined.extend(types(&fs::read_to_string(source)?).map(str::to_owned));
    }
    let unknown = named(&text).filter(|(_, name)| !defined.contains(*name));
    Ok(unknown
        .map(|(line, name)| Finding {
            file: GLOSSARY.to_owned(),
            line,
            advice: format!("there is no type `{name}`: correct the name, or call it planned"),
        })
        .collect())
}

/// The types in the last column of the tables, with their lines. Words of commands, tables and
/// paths have a space, a lower-case letter at the front, or a slash.
fn named(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let column = line
            .trim()
            .strip_prefix('|')
            .and_then(|row| row.trim_end_matches('|').rsplit('|').next());
        let spans = column.unwrap_or_default().split('`').skip(1).step_by(2);
        spans
            .filter_map(|span| span.split("::").next())
            .filter(|name| is_type(name))
            .map(move |name| (index + 1, name))
    })
}

fn is_type(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
}

/// The types that a source defines.
fn types(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line
            .strip_prefix("pub ")
            .or_else(|| Some(line.strip_prefix("pub(")?.split_once(") ")?.1))
            .unwrap_or(line);
        let rest = ["struct ", "enum ", "trait ", "type "]
            .iter()
            .find_map(|word| line.strip_prefix(word))?;
        rest.split(|c: char| !c.is_ascii_alphanumeric()).next()
    })
}

#[cfg(test)]
mod tests {
    use super::{named, types};

    #[test]
    fn types_are_read_from_the_last_column() {
        let text = "`Draft`\n\n| wave | đợt | a `Survey` | `Wave`, table `waves`, `thuocdo wave` |\n\
                    | node | – | a part | `Node::Overall`, `survey-defs/src` |\n";
        assert_eq!(named(text).collect::<Vec<_>>(), [(3, "Wave"), (4, "Node")]);
    }

    #[test]
    fn definitions_are_found_whatever_their_visibility() {
        let source =
            "pub struct Wave {\n    pub(crate) enum Node<T> {\ntrait Store: Log {}\nfn f() {}\n";
        assert_eq!(types(source).collect::<Vec<_>>(), ["Wave", "Node", "Store"]);
    }
}
