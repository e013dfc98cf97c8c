//! Checks that documents name what exists: paths in backticks, and relative links.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use walkdir::WalkDir;

use super::Finding;
use crate::workspace::Workspace;

/// Not part of the repository, so documents may speak of what is made there.
const GENERATED: [&str; 3] = ["target", "data", ".git"];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let root = &workspace.root;
    let top_level: BTreeSet<String> = fs::read_dir(root)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .filter(|name: &Result<String>| {
            !name.as_ref().is_ok_and(|name| GENERATED.contains(&name.as_str()))
        })
        .collect::<Result<_>>()?;

    let mut findings = Vec::new();
    for document in documents(root)? {
        let text = fs::read_to_string(&document)?;
        let folder = document.parent().unwrap_or(root);
        for (line, reference) in references(&text) {
            let (written, path) = match &reference {
                Reference::Code(code) => match repository_path(code, &top_level) {
                    Some(path) => (code, root.join(path)),
                    None => continue,
                },
                Reference::Link(link) => match link_path(link, root, folder) {
                    Some(path) => (link, path),
                    None => continue,
                },
            };
            if !path.exists() {
                findings.push(Finding {
                    file: workspace.relative(&document),
                    line,
                    advice: format!("`{written}` does not exist: correct the name or remove it"),
                });
            }
        }
    }
    Ok(findings)
}

fn documents(root: &Path) -> Result<Vec<PathBuf>> {
    let mut documents = vec![root.join("README.md")];
    for entry in WalkDir::new(root.join("docs")).sort_by_file_name() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|ending| ending == "md") {
            documents.push(path);
        }
    }
    documents.retain(|path| path.is_file());
    Ok(documents)
}

#[derive(Debug, PartialEq, Eq)]
enum Reference {
    Code(String),
    Link(String),
}

/// Everything in backticks and every link target, with line numbers. Fenced blocks are left out:
/// they show commands and examples.
fn references(text: &str) -> Vec<(usize, Reference)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        let start = line.trim_start();
        if start.starts_with("```") || start.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        for (position, part) in line.split('`').enumerate() {
            if position % 2 == 1 {
                found.push((index + 1, Reference::Code(part.to_owned())));
            } else {
                let links = part.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
                let images = part.split("src=\"").skip(1).filter_map(|rest| rest.split_once('"'));
                let both = links.chain(images);
                found.extend(both.map(|(link, _)| (index + 1, Reference::Link(link.to_owned()))));
            }
        }
    }
    found
}

/// The part of a code span that must exist as a path from the root, if it looks like one at all.
fn repository_path(code: &str, top_level: &BTreeSet<String>) -> Option<String> {
    if code.contains(char::is_whitespace) {
        return None;
    }
    // `tests/it/main.rs:12` and `server/src/lib.rs::serve` mean the file.
    let path = code.split([':', '#']).next()?;
    let (first, _) = path.split_once('/')?;
    if !top_level.contains(first) {
        return None;
    }
    let fixed: Vec<&str> =
        path.split('/').take_while(|part| !part.contains(['*', '{', '<', '…', '?', '['])).collect();
    Some(fixed.join("/"))
}

/// Where a link leads in the repository; nothing for links to elsewhere or within the page.
fn link_path(link: &str, root: &Path, folder: &Path) -> Option<PathBuf> {
    let target = link.trim().trim_start_matches('<');
    let target = target.split([' ', '>', '#', '?']).next()?;
    let has_scheme = target.contains("://") || target.starts_with("mailto:");
    if target.is_empty() || has_scheme {
        return None;
    }
    Some(match target.strip_prefix('/') {
        Some(from_root) => root.join(from_root),
        None => folder.join(target),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::{Reference, link_path, references, repository_path};

    #[test]
    fn references_are_code_spans_and_links_outside_fences() {
        let text = "See `app/src` and [the design](adr/1.md).\n\
                    ```\n`server/none` [x](y)\n```\n`a](b)` ![picture](p.svg \"title\")\n";
        assert_eq!(
            references(text),
            [
                (1, Reference::Code("app/src".to_owned())),
                (1, Reference::Link("adr/1.md".to_owned())),
                (5, Reference::Code("a](b)".to_owned())),
                (5, Reference::Link("p.svg \"title\"".to_owned())),
            ]
        );
    }

    #[test]
    fn code_spans_are_paths_when_they_begin_in_the_root() {
        let top_level: BTreeSet<String> = ["app", "docs", ".ci"].map(str::to_owned).into();
        for (code, expected) in [
            ("app/src/lib.rs", Some("app/src/lib.rs")),
            ("app/", Some("app/")),
            (".ci/run", Some(".ci/run")),
            ("app/src/lib.rs:12", Some("app/src/lib.rs")),
            ("app/src/lib.rs::start", Some("app/src/lib.rs")),
            ("docs/*.md", Some("docs")),
            ("app/assets/{name}.css", Some("app/assets")),
            ("app", None),
            ("/api/v1/scores", None),
            ("target/app", None),
            ("app/src is a folder", None),
        ] {
            assert_eq!(repository_path(code, &top_level).as_deref(), expected, "{code}");
        }
    }

    #[test]
    fn links_are_relative_to_their_document_or_the_root() {
        let (root, folder) = (Path::new("/r"), Path::new("/r/docs"));
        for (link, expected) in [
            ("adr/1.md#why", Some("/r/docs/adr/1.md")),
            ("../README.md", Some("/r/docs/../README.md")),
            ("/docs/API.md", Some("/r/docs/API.md")),
            ("p.svg \"title\"", Some("/r/docs/p.svg")),
            ("#here", None),
            ("https://example.org/x", None),
            ("mailto:someone", None),
        ] {
            assert_eq!(link_path(link, root, folder), expected.map(PathBuf::from), "{link}");
        }
    }
}
