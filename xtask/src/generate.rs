//! `cargo xtask gen`: files that are generated from the code and checked in for readers.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::app;
use crate::progress::{Steps, note};
use crate::shell;
use crate::workspace::Workspace;

const OPENAPI: &str = "docs/openapi.json";
const DATABASE: &str = "docs/DATABASE.md";

/// The lines around what is generated of the page on the database.
const BEGIN: &str = "<!-- Generated from the migrations by `cargo xtask gen`: do not edit. -->\n";
const END: &str = "<!-- End of the generated part. -->\n";

pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    for (file, wanted) in generated(workspace)? {
        let path = workspace.root.join(file);
        if fs::read_to_string(&path).is_ok_and(|found| found == wanted) {
            note(&format!("{file} is up to date"));
        } else {
            fs::write(&path, wanted).with_context(|| format!("cannot write {file}"))?;
            note(&format!("wrote {file}"));
        }
    }
    Ok(())
}

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    for (file, wanted) in generated(workspace)? {
        let found = fs::read_to_string(workspace.root.join(file)).unwrap_or_default();
        if let Some(difference) = first_difference(&found, &wanted) {
            bail!("{file} is stale; run `cargo xtask gen` and look at the change\n{difference}");
        }
        note(&format!("{file} is up to date"));
    }
    Ok(())
}

/// Every generated file with the content that it must have.
fn generated(workspace: &Workspace) -> Result<[(&'static str, String); 2]> {
    let mut steps = Steps::new(app::STEPS + 1);
    app::ensure(workspace, &mut steps)?;
    steps.next("asking the server for its OpenAPI document and its tables…");
    // Built as `cargo test` builds them, so that the tests find their dependencies compiled.
    shell::run(shell::cargo().current_dir(&workspace.root).args([
        "build",
        "--workspace",
        "--bin",
        "thuocdo",
        "--example",
        "schema",
        "--locked",
    ]))?;
    Ok([(OPENAPI, openapi(workspace)?), (DATABASE, database(workspace)?)])
}

/// The document as the server prints it, byte for byte: parsing and printing it again here
/// would depend on the features that serde_json happens to have in this build.
fn openapi(workspace: &Workspace) -> Result<String> {
    let mut text =
        shell::output(Command::new(workspace.target.join("debug/thuocdo")).arg("openapi"))?;
    let document: serde_json::Value = serde_json::from_str(&text)
        .context("`thuocdo openapi` printed something else than JSON")?;
    ensure!(
        document.get("openapi").is_some(),
        "`thuocdo openapi` printed JSON without an `openapi` member"
    );
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(text)
}

/// The page on the database with the tables as they are now.
fn database(workspace: &Workspace) -> Result<String> {
    let page = fs::read_to_string(workspace.root.join(DATABASE))
        .with_context(|| format!("cannot read {DATABASE}"))?;
    let tables = shell::output(&mut Command::new(workspace.target.join("debug/examples/schema")))?;
    let described = with_tables(&page, &tables)
        .with_context(|| format!("{DATABASE} has no generated part: {BEGIN}"))?;
    let missing = undescribed(&described);
    ensure!(missing.is_empty(), "{DATABASE} has no row in “Tables” for {}", missing.join(", "));
    Ok(described)
}

/// The page with another text between the two marks.
fn with_tables(page: &str, tables: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{tables}\n{END}{after}"))
}

/// The tables of the generated part that the rest of the page has no row for.
fn undescribed(page: &str) -> Vec<&str> {
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| {
        let (tables, after) = rest.split_once(END)?;
        Some((tables, [before, after]))
    });
    let Some((tables, written)) = parts else { return Vec::new() };
    let described: Vec<&str> = written.iter().flat_map(|part| rows(part)).collect();
    rows(tables).filter(|table| !described.contains(table)).collect()
}

/// The names that begin the rows of tables: | `name` | … |
fn rows(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once("` |")?.0))
}

/// The first line in which two texts differ, in the manner of a diff.
fn first_difference(found: &str, wanted: &str) -> Option<String> {
    if found == wanted {
        return None;
    }
    let (mut old, mut new) = (found.lines(), wanted.lines());
    let mut number = 1;
    loop {
        match (old.next(), new.next()) {
            (Some(old), Some(new)) if old == new => number += 1,
            (None, None) => return Some("  the line ends differ".to_owned()),
            (old, new) => {
                let show = |line: Option<&str>| line.unwrap_or("(end of file)").to_owned();
                return Some(format!("  line {number}\n  - {}\n  + {}", show(old), show(new)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BEGIN, END, first_difference, undescribed, with_tables};

    #[test]
    fn the_first_difference_is_shown_with_its_line() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n").as_deref(), Some("  line 2\n  - b\n  + c"));
        assert_eq!(
            first_difference("", "a\n").as_deref(),
            Some("  line 1\n  - (end of file)\n  + a")
        );
    }

    #[test]
    fn tables_stand_between_the_marks_and_each_is_described() {
        let page = format!("# Database\n\n| `waves` | survey waves |\n{BEGIN}old\n{END}end\n");
        let tables = "| `points` | primary key (id) |\n| `waves` | primary key (id) |\n";
        let new = with_tables(&page, tables).unwrap();
        assert!(new.starts_with("# Database") && new.ends_with(&format!("{END}end\n")), "{new}");
        assert!(new.contains(tables) && !new.contains("old"), "{new}");
        assert_eq!(with_tables(&new, tables).as_deref(), Some(new.as_str()));
        assert_eq!(undescribed(&new), ["points"]);
        assert_eq!(with_tables("# Database\n", tables), None);
    }
}
