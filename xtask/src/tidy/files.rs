//! Checks single files: their size, the order of migrations, tests that wait.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use walkdir::WalkDir;

use super::Finding;
use crate::workspace::Workspace;

/// A file that does not fit into one head is two files.
const MAX_LINES: usize = 500;

/// Files that may be longer, each with its reason.
const LONG_FILES: [(&str, &str); 0] = [];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for path in sources(&workspace.root)? {
        let file = workspace.relative(&path);
        let text = fs::read_to_string(&path)?;
        findings.extend(size(&file, &text));
        findings.extend(header(&file, &text));
        if file.starts_with("tests/") {
            findings.extend(sleeps(&file, &text));
        }
    }
    for (folder, names) in migrations(workspace)? {
        findings.extend(migration_order(&folder, &names));
    }
    Ok(findings)
}

/// All Rust files, without what is generated or hidden.
pub(super) fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let walk = WalkDir::new(root).into_iter().filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        // Only at the top: there are modules of these names.
        let is_made = entry.depth() == 1 && (name == "target" || name == "data");
        entry.depth() == 0 || !(name.starts_with('.') || is_made)
    });
    let mut sources = Vec::new();
    for entry in walk {
        let path = entry?.into_path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            sources.push(path);
        }
    }
    Ok(sources)
}

fn size(file: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    let is_listed = LONG_FILES.iter().any(|(listed, _)| *listed == file);
    (lines > MAX_LINES && !is_listed).then(|| Finding {
        file: file.to_owned(),
        line: MAX_LINES + 1,
        advice: format!(
            "{lines} lines, more than {MAX_LINES}: split it, or name it with a reason in \
             LONG_FILES of xtask/src/tidy/files.rs"
        ),
    })
}

/// Who opens a file from a search must see what it is for.
fn header(file: &str, text: &str) -> Option<Finding> {
    (!text.starts_with("//! ")).then(|| Finding {
        file: file.to_owned(),
        line: 1,
        advice: "open the file with a `//!` line that says what it is for".to_owned(),
    })
}

fn sleeps(file: &str, text: &str) -> Vec<Finding> {
    let is_call = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        code.match_indices("sleep(")
            .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    text.lines()
        .enumerate()
        .filter(|(_, line)| is_call(line))
        .map(|(index, _)| Finding {
            file: file.to_owned(),
            line: index + 1,
            advice: "a test does not sleep: wait for the event, or move the injected clock"
                .to_owned(),
        })
        .collect()
}

/// File names per folder of migrations.
fn migrations(workspace: &Workspace) -> Result<BTreeMap<String, Vec<String>>> {
    let root = workspace.root.join("server/store/migrations");
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !root.exists() {
        return Ok(folders);
    }
    for entry in WalkDir::new(root).sort_by_file_name() {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_sql = entry.path().extension().is_some_and(|ending| ending == "sql");
        // `x.down.sql` goes with `x.up.sql`.
        if is_sql && !name.ends_with(".down.sql") {
            let folder = entry.path().parent().unwrap_or(entry.path());
            folders.entry(workspace.relative(folder)).or_default().push(name);
        }
    }
    Ok(folders)
}

/// Numbers must rise in the order in which file lists show the names.
fn migration_order(folder: &str, names: &[String]) -> Vec<Finding> {
    let mut last = None;
    let mut findings = Vec::new();
    for name in names {
        let digits = name.split('_').next().unwrap_or_default();
        let advice = match (digits.parse::<u64>(), last) {
            (Err(_), _) => Some("a migration begins with its number and `_`".to_owned()),
            (Ok(number), Some(before)) if number <= before => Some(format!(
                "number {number} follows {before}: give it the next free number, with leading zeros"
            )),
            (Ok(number), _) => {
                last = Some(number);
                None
            }
        };
        findings.extend(advice.map(|advice| Finding {
            file: format!("{folder}/{name}"),
            line: 1,
            advice,
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINES, header, migration_order, size, sleeps};

    #[test]
    fn long_files_are_found_outside_tests() {
        let long = "x\n".repeat(MAX_LINES + 1);
        assert!(size("server/src/lib.rs", &long).is_some());
        assert!(size("server/src/lib.rs", &long[2..]).is_none());
        assert!(size("tests/it/main.rs", &long).is_some());
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        assert!(header("a.rs", "use x;\n").is_some());
        assert!(header("a.rs", "//!\n").is_some());
        assert!(header("a.rs", "//! Something.\n").is_none());
    }

    #[test]
    fn sleeping_is_found_but_not_its_mention() {
        let text = "tokio::time::sleep(d).await;\n// Never sleep(d) here.\nfn asleep() {}\n\
                    pg_sleep(1)\nsleep(d);\n";
        let lines: Vec<usize> = sleeps("tests/it/a.rs", text).iter().map(|f| f.line).collect();
        assert_eq!(lines, [1, 5]);
    }

    #[test]
    fn migrations_rise() {
        let advice = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            migration_order("m", &names).len()
        };
        assert_eq!(advice(&["0001_a.sql", "0002_b.sql", "0005_c.sql"]), 0);
        assert_eq!(advice(&["0001_a.sql", "0001_b.sql"]), 1);
        assert_eq!(advice(&["10_a.sql", "9_b.sql"]), 1);
        assert_eq!(advice(&["first.sql", "0001_b.sql"]), 1);
    }
}
