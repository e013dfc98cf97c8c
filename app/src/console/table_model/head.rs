//! The headings of the table.

use survey_defs::analysis::{NodeLabel, ScoreTable};
use survey_defs::phrases;
use survey_defs::score::Node;
use survey_defs::text::Language;

use crate::selection::SortColumn;
use crate::texts;

/// Headings. They change far less often than the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// What a row is.
    pub(crate) name: &'static str,
    /// The heading over the numbers of annulled records, if there are any.
    pub(crate) annulled: Option<&'static str>,
    /// Headings over several columns, after those of name, n, annulled records and distribution.
    pub(crate) bands: Vec<Band>,
    /// The columns of scores.
    pub(crate) columns: Vec<Column>,
}

/// A heading over several columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Band {
    pub(crate) title: String,
    pub(crate) span: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) sort: SortColumn,
    pub(crate) title: String,
    pub(crate) depth: Depth,
}

/// How far below the whole index a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    Overall,
    Content,
    Factor,
    Item,
}

impl Head {
    pub(super) fn new(table: &ScoreTable, language: Language) -> Self {
        let mut bands: Vec<Band> = Vec::new();
        let mut columns = Vec::new();
        for label in &table.nodes {
            let depth = Depth::of(&label.node);
            let own = match depth {
                Depth::Overall => Some(texts::INDEX.get(language).to_owned()),
                Depth::Content => Some(label.title.get(language).to_owned()),
                Depth::Factor | Depth::Item => None,
            };
            match (own, bands.last_mut()) {
                (None, Some(band)) => band.span += 1,
                (own, _) => bands.push(Band { title: own.unwrap_or_default(), span: 1 }),
            }
            let title = match depth {
                Depth::Overall => {
                    phrases::index(table.provenance.population).get(language).to_owned()
                }
                Depth::Content => texts::WHOLE_CONTENT.get(language).to_owned(),
                Depth::Factor | Depth::Item => label.title.get(language).to_owned(),
            };
            columns.push(Column { sort: SortColumn::Node(label.node.clone()), title, depth });
        }
        let annulled = table.has_annulled().then(|| phrases::ANNULLED.get(language));
        Self { name: phrases::row(table.by).get(language), annulled, bands, columns }
    }
}

impl Depth {
    pub(crate) fn of(node: &Node) -> Self {
        match node {
            Node::Overall => Self::Overall,
            Node::Content(_) => Self::Content,
            Node::Factor(_) => Self::Factor,
            Node::Item(_) => Self::Item,
        }
    }

    /// The name in the style sheet.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Overall => "overall",
            Self::Content => "content",
            Self::Factor => "factor",
            Self::Item => "item",
        }
    }
}

/// The title of a node where it stands alone.
pub(crate) fn title(label: &NodeLabel, table: &ScoreTable, language: Language) -> String {
    match label.node {
        Node::Overall => phrases::index(table.provenance.population).get(language).to_owned(),
        Node::Content(_) | Node::Factor(_) | Node::Item(_) => label.title.get(language).to_owned(),
    }
}
