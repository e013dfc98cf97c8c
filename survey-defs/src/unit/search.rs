//! Searches units by code and name, and ranks what it finds.

use jiff::civil::Date;

use super::{Unit, search_key};

/// The search keys of one unit, computed once.
#[derive(Debug)]
pub(super) struct Searchable {
    code: String,
    kind: String,
    short_name: String,
    name_en: String,
}

impl Searchable {
    pub(super) fn new(unit: &Unit) -> Self {
        Self {
            code: search_key(unit.key.code.as_str()),
            kind: search_key(&unit.kind),
            short_name: search_key(unit.short_name()),
            name_en: search_key(unit.name_en()),
        }
    }

    fn rank(&self, query: &Query) -> Option<Rank> {
        query.forms.iter().filter_map(|form| self.rank_form(form)).min()
    }

    fn rank_form(&self, form: &str) -> Option<Rank> {
        if self.code == form {
            return Some(Rank::Exact);
        }
        let without_kind = match form.strip_prefix(&self.kind) {
            Some("") => Some(Rank::Start),
            Some(rest) => rest.strip_prefix(' ').and_then(|rest| rank_name(&self.short_name, rest)),
            None => None,
        };
        [without_kind, rank_name(&self.short_name, form), self.rank_name_en(form)]
            .into_iter()
            .flatten()
            .min()
    }

    /// The start of an English name counts as any word of it: the names of branches start with
    /// names of communes there, and would come before these.
    fn rank_name_en(&self, form: &str) -> Option<Rank> {
        match rank_name(&self.name_en, form)? {
            Rank::Start => Some(Rank::Word),
            rank @ (Rank::Exact | Rank::Word | Rank::Inside) => Some(rank),
        }
    }
}

/// The search key of a query; the second form has an abbreviated kind written out.
#[derive(Debug)]
pub(super) struct Query {
    forms: Vec<String>,
}

impl Query {
    /// None if there is nothing to look for.
    pub(super) fn new(text: &str) -> Option<Self> {
        let key = search_key(text);
        if key.is_empty() {
            return None;
        }
        let written_out = key.split_once(' ').and_then(|(first, rest)| {
            let (_, kind) = ABBREVIATIONS.iter().find(|(short, _)| *short == first)?;
            Some(format!("{kind} {rest}"))
        });
        Some(Self { forms: [Some(key), written_out].into_iter().flatten().collect() })
    }
}

/// Search keys of abbreviations in addresses: `P. Ba Đình`, `TX Sơn Tây`.
const ABBREVIATIONS: [(&str, &str); 7] = [
    ("p", "phuong"),
    ("x", "xa"),
    ("tt", "thi tran"),
    ("q", "quan"),
    ("h", "huyen"),
    ("tx", "thi xa"),
    ("tp", "thanh pho"),
];

/// How well a name fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Exact,
    /// The name starts with the query.
    Start,
    /// A later word of the name starts with the query.
    Word,
    /// The query stands inside a word.
    Inside,
}

fn rank_name(name: &str, query: &str) -> Option<Rank> {
    if name == query {
        return Some(Rank::Exact);
    }
    name.match_indices(query)
        .map(|(at, _)| match name[..at].chars().next_back() {
            None => Rank::Start,
            Some(' ') => Rank::Word,
            Some(_) => Rank::Inside,
        })
        .min()
}

/// The units in force on a day that fit, the best first and otherwise in the given order.
pub(super) fn search<'a>(
    units: impl Iterator<Item = (&'a Unit, &'a Searchable)>,
    query: &Query,
    day: Date,
) -> Vec<&'a Unit> {
    let mut found: Vec<(Rank, &Unit)> = units
        .filter(|(unit, _)| unit.valid_on(day))
        .filter_map(|(unit, searchable)| Some((searchable.rank(query)?, unit)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, unit)| unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_rank_by_where_the_query_stands() {
        for (name, query, rank) in [
            ("ba dinh", "ba dinh", Some(Rank::Exact)),
            ("ba dinh", "ba d", Some(Rank::Start)),
            ("ba dinh", "dinh", Some(Rank::Word)),
            ("dai dinh dinh", "inh", Some(Rank::Inside)),
            ("ba dinh", "a d", Some(Rank::Inside)),
            ("ba dinh", "badinh", None),
        ] {
            assert_eq!(rank_name(name, query), rank, "{query} in {name}");
        }
    }
}
