//! Which module uses which: paths led to the modules in which they end.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::source::{Path, Source};

/// A name may stand for another one that stands for another one; but not for ever.
const MAX_ALIASES: usize = 16;

/// One use of a module by another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrow {
    pub(super) from: Path,
    pub(super) to: Path,
    pub(super) file: String,
    pub(super) line: usize,
}

/// All uses among the modules of a crate, by file and line.
pub(super) fn arrows(sources: &BTreeMap<String, Source>) -> Vec<Arrow> {
    let names = Names::of(sources);
    let mut arrows = BTreeSet::new();
    for (file, source) in sources {
        for mention in &source.mentions {
            let (from, to) = (mention.from.clone(), names.module_of(&mention.path));
            if from != to {
                arrows.insert(Arrow { from, to, file: file.clone(), line: mention.line });
            }
        }
    }
    arrows.into_iter().collect()
}

struct Names<'a> {
    modules: BTreeSet<&'a [String]>,
    aliases: HashMap<(&'a [String], &'a str), &'a [String]>,
}

impl<'a> Names<'a> {
    fn of(sources: &'a BTreeMap<String, Source>) -> Self {
        // A module is in those above it, whether or not their own files say anything.
        let modules = sources.values().flat_map(|source| &source.modules);
        let modules = modules.flat_map(|path| (0..=path.len()).map(|n| &path[..n]));
        let aliases = sources.values().flat_map(|source| &source.aliases);
        let aliases =
            aliases.map(|one| ((one.module.as_slice(), one.name.as_str()), one.path.as_slice()));
        Self { modules: modules.collect(), aliases: aliases.collect() }
    }

    /// The module in which what a path names is defined.
    fn module_of(&self, path: &[String]) -> Path {
        let mut path = path.to_vec();
        for _ in 0..MAX_ALIASES {
            let known = self.known(&path);
            let alias = path.get(known).and_then(|name| {
                let module = &path[..known];
                self.aliases.get(&(module, name.as_str()))
            });
            match alias {
                Some(target) => path = [*target, &path[known + 1..]].concat(),
                None => break,
            }
        }
        path.truncate(self.known(&path));
        path
    }

    /// How many of the first names of a path lead through modules.
    fn known(&self, path: &[String]) -> usize {
        (0..=path.len()).take_while(|&n| n == 0 || self.modules.contains(&path[..n])).count() - 1
    }
}

/// Sets of modules of which each uses each other, if only by way of others; those of one folder are
/// compared, each with all that is below it.
pub(super) fn cycles(arrows: &[Arrow], depth: usize) -> Vec<Vec<Path>> {
    let mut folders: BTreeMap<&[String], BTreeSet<(&str, &str)>> = BTreeMap::new();
    for arrow in arrows {
        let shared = arrow.from.iter().zip(&arrow.to).take_while(|(a, b)| a == b).count();
        // Nothing is said of a module and what is below it: they are one.
        if shared < depth
            && let (Some(from), Some(to)) = (arrow.from.get(shared), arrow.to.get(shared))
        {
            folders.entry(&arrow.from[..shared]).or_default().insert((from, to));
        }
    }
    let mut found = Vec::new();
    for (folder, edges) in folders {
        for members in components(&edges) {
            let path = |name: &&str| [folder, &[(*name).to_owned()]].concat();
            found.push(members.iter().map(path).collect());
        }
    }
    found
}

/// The sets of more than one node in which each reaches each other.
fn components<'a>(edges: &BTreeSet<(&'a str, &'a str)>) -> Vec<BTreeSet<&'a str>> {
    let reached = |start: &'a str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            let next = edges.iter().filter(|(from, _)| *from == node).map(|(_, to)| *to);
            open.extend(next.filter(|to| seen.insert(*to)));
        }
        seen
    };
    let from: BTreeMap<&str, BTreeSet<&str>> =
        edges.iter().map(|(node, _)| (*node, reached(node))).collect();
    let mut found: Vec<BTreeSet<&str>> = Vec::new();
    for (node, reaches) in &from {
        if !reaches.contains(node) || found.iter().any(|set| set.contains(node)) {
            continue;
        }
        let back = |other: &&&str| from.get(**other).is_some_and(|set| set.contains(node));
        found.push(reaches.iter().filter(back).copied().collect());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Path {
        text.split_terminator("::").map(str::to_owned).collect()
    }

    fn read(files: &[(&str, &str)]) -> BTreeMap<String, Source> {
        files.iter().map(|(at, text)| ((*at).to_owned(), Source::read(&path(at), text))).collect()
    }

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let arrows = arrows(&read(files));
        arrows.iter().map(|a| format!("{} {}", a.from.join("::"), a.to.join("::"))).collect()
    }

    #[test]
    fn paths_end_where_something_is_defined() {
        let files = [
            ("", "pub use crate::a::Shown;"),
            ("a", "mod b; pub use b::{Item, inner as c}; use serde::Deserialize;"),
            ("a::b", "pub mod inner {}"),
            ("a::b::inner", ""),
            ("d", "use crate::a::Item; use crate::a::c::X; use crate::a::Own; use crate::Shown;"),
            ("e", "use serde::Item; use e; use crate::a::Deserialize;"),
        ];
        assert_eq!(
            found(&files),
            [" a", "a a::b", "a a::b::inner", "d a", "d a::b", "d a::b::inner", "e a"]
        );
    }

    #[test]
    fn cycles_are_sets_of_neighbours() {
        let arrow = |(from, to): &(&str, &str)| Arrow {
            from: path(from),
            to: path(to),
            file: String::new(),
            line: 1,
        };
        let of = |arrows: &[(&str, &str)], depth| {
            let arrows: Vec<Arrow> = arrows.iter().map(arrow).collect();
            let text =
                |set: &Vec<Path>| set.iter().map(|p| p.join("::")).collect::<Vec<_>>().join(" ");
            cycles(&arrows, depth).iter().map(text).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(of(&[("a", "b"), ("b", "c"), ("a", "c")], 2), none);
        assert_eq!(of(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")], 1), ["a b c"]);
        assert_eq!(of(&[("a::x", "b::y"), ("b::z", "a::w")], 1), ["a b"]);
        assert_eq!(of(&[("a", "a::b"), ("a::b", "a")], 2), none, "parent and child are one");
        let inner = [("a::b", "a::c::d"), ("a::c", "a::b")];
        assert_eq!(of(&inner, 2), ["a::b a::c"]);
        assert_eq!(of(&inner, 1), none);
        assert_eq!(of(&[("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")], 1), ["a b", "c d"]);
    }
}
