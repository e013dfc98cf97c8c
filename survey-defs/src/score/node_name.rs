//! Reads and writes nodes as text, such as `content:policy`.

use std::fmt;
use std::str::FromStr;

use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::Node;
use crate::ids::InvalidId;

/// Why a text is no node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNode {
    /// The word before the colon is none of the levels.
    #[error("“{0}” is not a part of an index: write overall, content:…, factor:… or item:…")]
    Shape(String),
    /// What stands behind the colon is no id.
    #[error(transparent)]
    Id(#[from] InvalidId),
}

/// `overall`, or level and id as in `content:policy`.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overall => f.write_str("overall"),
            Self::Content(id) => write!(f, "content:{id}"),
            Self::Factor(id) => write!(f, "factor:{id}"),
            Self::Item(id) => write!(f, "item:{id}"),
        }
    }
}

impl FromStr for Node {
    type Err = InvalidNode;

    fn from_str(text: &str) -> Result<Self, InvalidNode> {
        match text.split_once(':') {
            None if text == "overall" => Ok(Self::Overall),
            Some(("content", id)) => Ok(Self::Content(id.parse()?)),
            Some(("factor", id)) => Ok(Self::Factor(id.parse()?)),
            Some(("item", id)) => Ok(Self::Item(id.parse()?)),
            None | Some(_) => Err(InvalidNode::Shape(text.to_owned())),
        }
    }
}

// By hand: the derive cannot describe an enum as the text it is written as.
impl PartialSchema for Node {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "A part of the index: `overall`, `content:…`, `factor:…`, or `item:…` for a question.",
            ))
            .examples(["content:policy"])
            .into()
    }
}

impl ToSchema for Node {}

impl TryFrom<String> for Node {
    type Error = InvalidNode;

    fn try_from(text: String) -> Result<Self, InvalidNode> {
        text.parse()
    }
}

impl From<Node> for String {
    fn from(node: Node) -> String {
        node.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::embedded;
    use crate::score::nodes;

    #[test]
    fn every_node_of_every_instrument_can_be_written_and_read() {
        for node in embedded().iter().flat_map(nodes) {
            assert_eq!(serde_json::to_value(&node).unwrap(), node.to_string());
            assert_eq!(node.to_string().parse(), Ok(node));
        }
    }

    #[test]
    fn other_words_are_refused() {
        for text in ["", "all", "content", "content:", "overall:x", "factor:Not An Id"] {
            assert!(text.parse::<Node>().is_err(), "{text}");
        }
    }
}
