//! The layers of `server/src`: which folder may use which, where HTTP ends, and no cycles.

mod graph;
mod source;
mod tokens;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::Result;
use walkdir::WalkDir;

use super::Finding;
use crate::progress::note;
use crate::workspace::Workspace;

use graph::Arrow;
use source::{Path, Source};

const CYCLE: &str = "is part of a cycle of";

const ROOT: &str = "server/src";

/// What may lie in the root beside the folders; a reader sees all of it at once.
const MAX_FLAT: usize = 6;

/// Cycles are looked for among the folders, and in each folder among what lies directly in it.
const DEPTH: usize = 2;

/// What a layer may use.
#[derive(Debug, Clone, Copy)]
enum May {
    Only(&'static [&'static str]),
    /// Every layer above its own line in [`LAYERS`] but these.
    AllBut(&'static [&'static str]),
}

/// Every folder, and each file in the root, from below to above. The root itself, `lib.rs` and
/// `main.rs`, may use all, and nobody uses the root.
const LAYERS: [(&str, May); 13] = [
    ("system", May::Only(&[])),
    ("catalogue", May::Only(&["system"])),
    ("auth", May::Only(&["system", "catalogue"])),
    ("intake", May::Only(&["system", "catalogue"])),
    ("analysis", May::Only(&["system", "catalogue"])),
    ("documents", May::Only(&["system", "catalogue", "intake", "analysis"])),
    ("operations", May::Only(&["system", "catalogue", "intake", "analysis"])),
    ("jobs", May::Only(&["system", "catalogue", "intake", "analysis"])),
    ("demo", May::Only(&["system", "catalogue", "intake", "analysis"])),
    ("http", May::AllBut(&[])),
    ("cli", May::AllBut(&["http"])),
    // These put the others together.
    ("serve", May::AllBut(&[])),
    ("program", May::AllBut(&[])),
];

/// Folders that speak HTTP.
const HTTP_FOLDERS: [&str; 2] = ["http", "serve"];

/// Words that belong to HTTP: its crates, its types, the problems that it answers with.
const HTTP_WORDS: [&str; 12] = [
    "axum",
    "hyper",
    "hyper_util",
    "tower",
    "tower_http",
    "ApiError",
    "ProblemCode",
    "StatusCode",
    "HeaderMap",
    "HeaderName",
    "HeaderValue",
    "IntoResponse",
];

pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let mut files = BTreeMap::new();
    for entry in WalkDir::new(workspace.root.join(ROOT)) {
        let path = entry?.into_path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            files.insert(workspace.relative(&path), fs::read_to_string(&path)?);
        }
    }
    let (findings, counts) = judge(&files);
    let Counts { modules, in_cycle, http, flat } = counts;
    note(&format!(
        "{ROOT}: {modules} modules, {in_cycle} of them in a cycle; {http} files with HTTP outside \
         of it; {flat} files flat in the root"
    ));
    Ok(findings)
}

/// What is worth a number.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    /// Folders, and what lies directly in them.
    modules: usize,
    in_cycle: usize,
    /// Files in which HTTP is named below `http`.
    http: usize,
    flat: usize,
}

fn judge(files: &BTreeMap<String, String>) -> (Vec<Finding>, Counts) {
    let sources = without_tests(files);
    let arrows = graph::arrows(&sources);
    let mut findings: Vec<Finding> = arrows.iter().filter_map(forbidden).collect();

    let cycles = graph::cycles(&arrows, DEPTH);
    findings.extend(cycles.iter().flat_map(|members| cycle(members, &arrows)));

    let http: Vec<Finding> =
        sources.iter().filter_map(|(file, source)| http_word(file, source)).collect();
    let flat: Vec<&String> = files.keys().filter(|file| module(file).1).collect();
    if let Some(file) = flat.get(MAX_FLAT) {
        let n = flat.len();
        let advice = format!("{n} files lie flat in {ROOT}, more than {MAX_FLAT}: find its folder");
        findings.push(Finding { file: (*file).clone(), line: 1, advice });
    }

    let modules = sources.values().flat_map(|source| &source.modules);
    let modules: BTreeSet<&[String]> = modules
        .filter(|path| !path.is_empty())
        .map(|path| &path[..path.len().min(DEPTH)])
        .collect();
    let counts = Counts {
        modules: modules.len(),
        in_cycle: cycles.iter().map(Vec::len).sum(),
        http: http.len(),
        flat: flat.len(),
    };
    findings.extend(http);
    (findings, counts)
}

/// Reads all files but those that are compiled for tests only.
fn without_tests(files: &BTreeMap<String, String>) -> BTreeMap<String, Source> {
    let read = files.iter().map(|(file, text)| (file, Source::read(&module(file).0, text)));
    let mut sources: BTreeMap<String, Source> =
        read.map(|(file, source)| (file.clone(), source)).collect();
    let tests: Vec<Path> = sources.values().flat_map(|source| source.tests.clone()).collect();
    sources.retain(|file, _| !tests.iter().any(|test| module(file).0.starts_with(test)));
    sources
}

/// The module of a file, and whether it lies flat in the root.
fn module(file: &str) -> (Path, bool) {
    let within = file.strip_prefix(ROOT).unwrap_or(file).trim_matches('/');
    let path = within.strip_suffix(".rs").unwrap_or(within);
    let is_flat = !path.contains('/');
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let path = if is_flat && (path == "lib" || path == "main") { "" } else { path };
    (path.split_terminator('/').map(str::to_owned).collect(), is_flat)
}

/// What is wrong with a use, if anything.
fn forbidden(arrow: &Arrow) -> Option<Finding> {
    let from = arrow.from.first()?;
    let advice = match arrow.to.first() {
        None => format!("{from} uses the root: name the module in which it is defined"),
        Some(to) if to == from => return None,
        Some(to) => match (allowed(from), allowed(to)) {
            (Some(allowed), Some(_)) if allowed.contains(&to.as_str()) => return None,
            (Some(allowed), Some(_)) => {
                let (whole, of) = (arrow.from.join("::"), arrow.to.join("::"));
                let allowed = if allowed.is_empty() { "none" } else { &allowed.join(", ") };
                format!("{whole} -> {of}: {from} must not use {to}; it may use {allowed}")
            }
            (known, _) => {
                let new = if known.is_some() { to } else { from };
                let table = "LAYERS of xtask/src/tidy/modules/mod.rs";
                format!("{new} is new: say in {table} where it stands")
            }
        },
    };
    Some(Finding { file: arrow.file.clone(), line: arrow.line, advice })
}

/// What a layer may use; nothing for one that is not in the table.
fn allowed(layer: &str) -> Option<Vec<&'static str>> {
    let at = LAYERS.iter().position(|(name, _)| *name == layer)?;
    Some(match LAYERS[at].1 {
        May::Only(layers) => layers.to_vec(),
        May::AllBut(layers) => {
            let above = LAYERS[..at].iter().map(|(name, _)| *name);
            above.filter(|name| !layers.contains(name)).collect()
        }
    })
}

/// The arrows of a cycle, each once.
fn cycle(members: &[Path], arrows: &[Arrow]) -> Vec<Finding> {
    let member = |path: &[String]| members.iter().find(|member| path.starts_with(member));
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for arrow in arrows {
        if let (Some(from), Some(to)) = (member(&arrow.from), member(&arrow.to))
            && from != to
            && seen.insert((from, to))
        {
            let all: Vec<String> = members.iter().map(|path| path.join("::")).collect();
            let (from, to, all) = (from.join("::"), to.join("::"), all.join(", "));
            let advice = format!("{from} -> {to} {CYCLE} {all}");
            findings.push(Finding { file: arrow.file.clone(), line: arrow.line, advice });
        }
    }
    findings
}

/// The first word of HTTP in a file that must have none.
fn http_word(file: &str, source: &Source) -> Option<Finding> {
    let (path, _) = module(file);
    // The root puts the layers together.
    let folder = path.first()?;
    if HTTP_FOLDERS.contains(&folder.as_str()) {
        return None;
    }
    let mut words = source.words.iter();
    let (word, line) = words.find(|(word, _)| HTTP_WORDS.contains(&word.as_str()))?;
    Some(Finding {
        file: file.to_owned(),
        line: *line,
        advice: format!("{word} belongs to HTTP, of which {folder} knows nothing"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let (mut findings, _) = judge(&tree(files));
        findings.sort();
        findings.iter().map(ToString::to_string).collect()
    }

    fn tree(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files.iter().map(|(file, text)| (format!("{ROOT}/{file}"), (*text).to_owned())).collect()
    }

    const GOOD: [(&str, &str); 7] = [
        ("lib.rs", "pub mod http; pub mod intake; pub use http::router::router;"),
        ("main.rs", "use server::cli;"),
        ("http/mod.rs", "pub mod router;\npub mod error;"),
        (
            "http/router.rs",
            "use axum::Router;\nuse super::error::ApiError;\nuse crate::intake::take;",
        ),
        (
            "http/error.rs",
            "use axum::http::StatusCode;\nimpl From<crate::intake::Error> for ApiError {}",
        ),
        ("intake/mod.rs", "pub use self::submissions::take;\n#[cfg(test)]\nmod tests;"),
        ("intake/submissions.rs", "//! Not axum's.\nuse crate::catalogue::Wave;"),
    ];

    #[test]
    fn a_tree_in_order_has_no_findings() {
        let mut files = GOOD.to_vec();
        files.push(("intake/tests.rs", "use crate::http::router;\nuse axum::Router;"));
        files.push(("catalogue/mod.rs", "pub struct Wave;"));
        let (findings, counts) = judge(&tree(&files));
        assert_eq!(findings, []);
        assert_eq!(counts, Counts { modules: 6, in_cycle: 0, http: 0, flat: 2 });
    }

    #[test]
    fn a_forbidden_arrow_is_printed_with_its_line() {
        let at = |file, text: &str| {
            let mut files = GOOD.to_vec();
            files.extend([(file, text), ("catalogue/mod.rs", ""), ("analysis/mod.rs", "")]);
            found(&files)
        };
        let upwards = at("intake/late.rs", "\nuse crate::http::error::to_text;");
        let expected = "server/src/intake/late.rs:2: intake::late -> http::error: intake must not \
                        use http; it may use system, catalogue";
        assert!(upwards.iter().any(|finding| finding == expected), "{upwards:?}");
        assert_eq!(upwards.len(), 3, "and both arrows of the cycle that it makes: {upwards:?}");
        let neighbour = at("intake/late.rs", "fn f() { super::super::analysis::x() }");
        assert!(neighbour[0].contains("intake must not use analysis"), "{neighbour:?}");
        let cli = at("cli/wave.rs", "use crate::http;");
        assert!(cli[0].contains("cli must not use http"), "{cli:?}");
        let system = at("system/clock.rs", "use crate::catalogue::Wave;");
        assert!(system[0].contains("system must not use catalogue; it may use none"), "{system:?}");
        let root = at("cli/wave.rs", "use crate::VERSION;");
        assert!(root[0].contains("cli uses the root"), "{root:?}");
        let new = at("news/mod.rs", "use crate::system;\nuse crate::intake::take;");
        assert_eq!(new.len(), 2, "{new:?}");
        assert!(new[1].contains("news is new"), "{new:?}");
    }

    #[test]
    fn a_cycle_is_printed_arrow_by_arrow() {
        let within = [
            ("lib.rs", ""),
            ("intake/a.rs", "use super::b::B;\nuse super::c::C;"),
            ("intake/b.rs", "\nuse crate::intake::a::deep::A;\nuse crate::intake::a;"),
            ("intake/c.rs", ""),
        ];
        assert_eq!(
            found(&within),
            [
                "server/src/intake/a.rs:1: intake::a -> intake::b is part of a cycle of intake::a, \
             intake::b",
                "server/src/intake/b.rs:2: intake::b -> intake::a is part of a cycle of intake::a, \
             intake::b",
            ]
        );
        assert_eq!(judge(&tree(&within)).1.in_cycle, 2);
    }

    #[test]
    fn http_ends_at_its_folder() {
        let files = [
            ("auth/device.rs", "use crate::system::clock;\nfn f(h: &axum::http::HeaderMap) {}\n"),
            ("cli/wave.rs", "fn f(c: ProblemCode) {}"),
            ("system/clock.rs", "// StatusCode\n#[cfg(test)]\nmod tests { use axum::Router; }"),
            ("serve/mod.rs", "use axum::Router;"),
        ];
        assert_eq!(
            found(&files),
            [
                "server/src/auth/device.rs:2: axum belongs to HTTP, of which auth knows nothing",
                "server/src/cli/wave.rs:1: ProblemCode belongs to HTTP, of which cli knows nothing",
            ]
        );
        assert_eq!(judge(&tree(&files)).1.http, 2);
    }

    #[test]
    fn few_files_lie_flat_in_the_root() {
        let names = ["lib", "main", "a", "b", "c", "d", "e"].map(|name| format!("{name}.rs"));
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(found(&files[..6]), [""; 0]);
        let findings = found(&files);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].contains("7 files lie flat in server/src"), "{findings:?}");
    }

    #[test]
    fn the_layers_themselves_have_no_cycle() {
        for (index, (layer, _)) in LAYERS.iter().enumerate() {
            for below in allowed(layer).unwrap() {
                let at = LAYERS.iter().position(|(other, _)| *other == below);
                assert!(at.is_some_and(|at| at < index), "{layer} may use {below}");
            }
        }
        assert!(!allowed("cli").unwrap().contains(&"http"));
        assert!(allowed("serve").unwrap().contains(&"http"));
        assert_eq!(allowed("unknown"), None);
    }
}
