//! Which of a file's columns are meant.

use std::cmp::Reverse;
use std::collections::HashSet;

use delimited::value;
use survey_defs::text::nfc;

use crate::analyse::error::{AnalyseError, Place};

/// How alike two names must be (Jaro–Winkler) to be offered instead of each other; below, they
/// share little more than a letter or two.
const ALIKE: f64 = 0.75;

/// The place of each wanted column among the names of a file.
pub(super) fn find(names: &[String], wanted: &[&str]) -> Result<Vec<usize>, AnalyseError> {
    let meant = |name: &str| value::name(&nfc(name)).into_owned();
    let known: Vec<String> = names.iter().map(|name| meant(name)).collect();
    let mut seen = HashSet::new();
    // A column without a name, such as R's row names, cannot be meant, so it may repeat.
    for name in known.iter().filter(|name| !name.is_empty()) {
        if !seen.insert(name) {
            return Err(AnalyseError::File {
                place: Some(Place::Line(1)),
                reason: format!("the column “{name}” occurs twice"),
            });
        }
    }
    let place = |wanted: &&str| {
        let meant = meant(wanted);
        let found = known.iter().position(|name| *name == meant && !name.is_empty());
        found.ok_or_else(|| AnalyseError::UnknownColumn {
            column: (*wanted).to_owned(),
            nearest: nearest(names, wanted),
        })
    };
    wanted.iter().map(place).collect()
}

/// Up to three names that look like the wanted one, the most alike first; all names if a few are
/// all there are.
fn nearest(names: &[String], wanted: &str) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &wanted);
    let mut names: Vec<(f64, &String)> = names
        .iter()
        .map(|name| (likeness(name), name))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    if names.len() > 3 {
        names.retain(|(likeness, _)| *likeness >= ALIKE);
    }
    names.sort_by_key(|(likeness, _)| Reverse(f64::to_bits(*likeness)));
    names.into_iter().take(3).map(|(_, name)| name.clone()).collect()
}
