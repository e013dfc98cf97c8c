//! Checks which package may depend on which, and which manifest may name a heavy dependency.

use std::fs;

use anyhow::Result;
use cargo_metadata::Package;

use super::Finding;
use crate::workspace::Workspace;

/// Every member, with the members that it may depend on (also for its tests and build script).
const ARROWS: [(&str, &[&str]); 14] = [
    ("survey-defs", &[]),
    ("app", &["survey-defs"]),
    ("store", &["survey-defs", "cluster"]),
    ("delimited", &["survey-defs"]),
    ("scoring", &["survey-defs", "statistics", "delimited"]),
    ("statistics", &[]),
    ("posters", &["survey-defs"]),
    ("reports", &["survey-defs"]),
    ("exports", &["survey-defs"]),
    (
        "server",
        &[
            "survey-defs",
            "delimited",
            "statistics",
            "store",
            "scoring",
            "posters",
            "reports",
            "exports",
        ],
    ),
    (
        "tests",
        &[
            "survey-defs",
            "statistics",
            "store",
            "scoring",
            "reports",
            "exports",
            "server",
            "cluster",
            "load",
        ],
    ),
    ("cluster", &[]),
    ("load", &["survey-defs"]),
    ("xtask", &[]),
];

/// Dependencies that shape what they touch or take long to compile, with their one owner.
/// A name stands for its family: `leptos` also for `leptos_router`. `tests` may use any.
const HEAVY: [(&str, &str); 13] = [
    ("axum", "server"),
    ("gloo", "app"),
    ("icu_collator", "survey-defs"),
    ("icu_normalizer", "survey-defs"),
    ("js-sys", "app"),
    ("leptos", "app"),
    ("object_store", "server"),
    ("polars", "scoring"),
    ("rust-embed", "server"),
    ("sqlx", "store"),
    ("tower-http", "server"),
    ("typst", "reports"),
    ("web-sys", "app"),
];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let root = fs::read_to_string(workspace.root.join("Cargo.toml"))?;
    let mut findings = shared_heavy(&root);
    let members = workspace.metadata.workspace_packages();
    let is_member = |name: &str| members.iter().any(|member| *member.name == name);
    for package in &members {
        let manifest = fs::read_to_string(&package.manifest_path)?;
        let file = workspace.relative(package.manifest_path.as_std_path());
        findings.extend(names(package).filter_map(|name| {
            let advice = if is_member(name) {
                arrow(&package.name, name)
            } else {
                heavy(&package.name, name)
            };
            Some(Finding { file: file.clone(), line: line_of(&manifest, name), advice: advice? })
        }));
    }
    Ok(findings)
}

fn names(package: &Package) -> impl Iterator<Item = &str> {
    package.dependencies.iter().map(|dependency| dependency.name.as_str())
}

/// What is wrong with one member's dependency on another, if anything.
fn arrow(from: &str, to: &str) -> Option<String> {
    let Some((_, allowed)) = ARROWS.iter().find(|(member, _)| *member == from) else {
        return Some(format!(
            "{from} is new: say in ARROWS of xtask/src/tidy/arrows.rs where it stands"
        ));
    };
    (!allowed.contains(&to)).then(|| {
        format!("{from} must not depend on {to}: move what it needs to a crate that both may use")
    })
}

/// What is wrong with a member's dependency on a package from outside, if anything.
fn heavy(member: &str, dependency: &str) -> Option<String> {
    let (family, owner) = HEAVY.iter().find(|(family, _)| is_of_family(dependency, family))?;
    (member != *owner && member != "tests").then(|| {
        format!("{dependency} belongs to {owner} alone: use what {owner} offers of {family}")
    })
}

fn is_of_family(dependency: &str, family: &str) -> bool {
    dependency
        .strip_prefix(family)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

/// Features in the shared table reach every member, so a heavy dependency does not stand there.
fn shared_heavy(root: &str) -> Vec<Finding> {
    let mut section = "";
    let mut findings = Vec::new();
    for (index, line) in root.lines().enumerate() {
        if line.starts_with('[') {
            section = line.trim();
        }
        let name = line.split([' ', '=', '.']).next().unwrap_or_default();
        let owner = HEAVY.iter().find(|(family, _)| is_of_family(name, family));
        if section == "[workspace.dependencies]"
            && let Some((_, owner)) = owner
        {
            findings.push(Finding {
                file: "Cargo.toml".to_owned(),
                line: index + 1,
                advice: format!("{name} belongs into the manifest of {owner}, its one user"),
            });
        }
    }
    findings
}

/// The line of a manifest that names a dependency; the first line if none does.
fn line_of(manifest: &str, dependency: &str) -> usize {
    let names = |line: &str| {
        let in_table = line
            .strip_prefix(dependency)
            .is_some_and(|rest| rest.trim_start().starts_with(['=', '.']));
        in_table || line.starts_with('[') && line.ends_with(&format!("dependencies.{dependency}]"))
    };
    manifest.lines().position(names).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::{arrow, heavy, line_of, shared_heavy};

    #[test]
    fn arrows_point_one_way() {
        for (from, to, allowed) in [
            ("app", "survey-defs", true),
            ("server", "scoring", true),
            ("tests", "server", true),
            ("survey-defs", "store", false),
            ("store", "scoring", false),
            ("app", "server", false),
            ("server", "tests", false),
            ("xtask", "survey-defs", false),
            ("newcomer", "survey-defs", false),
        ] {
            assert_eq!(arrow(from, to).is_none(), allowed, "{from} -> {to}");
        }
    }

    #[test]
    fn heavy_dependencies_have_one_owner() {
        for (member, dependency, allowed) in [
            ("app", "leptos", true),
            ("app", "leptos_router", true),
            ("server", "leptos_axum", false),
            ("server", "sqlx", false),
            ("tests", "axum", true),
            ("store", "serde", true),
            // Another family in spite of the same beginning.
            ("server", "axumtools", true),
        ] {
            assert_eq!(heavy(member, dependency).is_none(), allowed, "{member} {dependency}");
        }
    }

    #[test]
    fn heavy_dependencies_are_not_shared() {
        let root = "[workspace]\n[workspace.dependencies]\nserde = \"1\"\npolars = \"0\"\n\
                    [profile.dev.package]\nsqlx.opt-level = 3\n";
        let findings = shared_heavy(root);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 4);
    }

    #[test]
    fn findings_point_to_the_line() {
        let manifest = "[package]\nname = \"x\"\n[dependencies]\nserde_json = \"1\"\n\
                        serde.workspace = true\n[dev-dependencies.polars]\nversion = \"0\"\n";
        assert_eq!(line_of(manifest, "serde"), 5);
        assert_eq!(line_of(manifest, "serde_json"), 4);
        assert_eq!(line_of(manifest, "polars"), 6);
        assert_eq!(line_of(manifest, "axum"), 1);
    }
}
