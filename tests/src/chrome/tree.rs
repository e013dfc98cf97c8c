//! Reads the accessibility tree: what assistive technology is told.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Chrome;

/// One thing in the accessibility tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its role, as in ARIA.
    pub role: String,
    /// Its name, empty if it has none.
    pub name: String,
    /// Its description, empty if it has none.
    pub description: String,
    /// The roles and names of what is in it, at any depth.
    pub within: Vec<(String, String)>,
    properties: Vec<(String, String)>,
}

impl Node {
    /// A property such as `invalid`, `required` or `live`, as text; empty if it has none.
    pub fn property(&self, name: &str) -> &str {
        let found = self.properties.iter().find(|(of, _)| of == name);
        found.map_or("", |(_, value)| value)
    }
}

impl Chrome {
    /// All things of the page that assistive technology is told of.
    pub async fn tree(&self) -> Result<Vec<Node>> {
        self.cdp("Accessibility.enable", json!({})).await?;
        let answer = self.cdp("Accessibility.getFullAXTree", json!({})).await?;
        let all = answer["nodes"].as_array().context("the tree has nodes")?;
        let told = all.iter().filter(|node| node["ignored"] == false);
        Ok(told.map(|node| self::node(all, node)).collect())
    }
}

fn node(all: &[Value], node: &Value) -> Node {
    let mut within = Vec::new();
    collect(all, node, &mut within);
    let properties = node["properties"].as_array().into_iter().flatten();
    Node {
        role: text(&node["role"]["value"]),
        name: text(&node["name"]["value"]),
        description: text(&node["description"]["value"]),
        within,
        properties: properties
            .map(|one| (text(&one["name"]), text(&one["value"]["value"])))
            .collect(),
    }
}

fn collect(all: &[Value], parent: &Value, into: &mut Vec<(String, String)>) {
    for id in parent["childIds"].as_array().into_iter().flatten() {
        if let Some(child) = all.iter().find(|one| one["nodeId"] == *id) {
            if child["ignored"] == false {
                into.push((text(&child["role"]["value"]), text(&child["name"]["value"])));
            }
            collect(all, child, into);
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
