//! The index that they answer.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::Result;
use survey_defs::instrument::Instrument;

/// Factors of the two contents, three of the first and five of the second.
const FACTORS: [(&str, &str); 8] = [
    ("policy", "p1"),
    ("policy", "p2"),
    ("policy", "p3"),
    ("services", "s1"),
    ("services", "s2"),
    ("services", "s3"),
    ("services", "s4"),
    ("services", "s5"),
];

/// An index of so many statements, five or more, in two contents.
pub(crate) fn instrument(items: usize) -> Result<Arc<Instrument>> {
    let factors = &FACTORS[..FACTORS.len().min(items)];
    let mut toml = String::from(
        "id = \"bench\"\nversion = 1\nwording = \"draft\"\ntitle = { vi = \"Đo\", en = \"Bench\" }\n\
         intro = { vi = \"Đo\", en = \"Bench\" }\nestimated_seconds = 10\n",
    );
    for content in ["policy", "services"] {
        writeln!(toml, "[[contents]]\nid = \"{content}\"\n{}\nfactors = [", title(content))?;
        for (_, factor) in factors.iter().filter(|(of, _)| *of == content) {
            writeln!(toml, "  {{ id = \"{factor}\", {} }},", title(factor))?;
        }
        writeln!(toml, "]")?;
    }
    writeln!(toml, "[[sections]]\nid = \"all\"\n{}", title("all"))?;
    for item in 0..items {
        let (_, factor) = factors[item * factors.len() / items];
        writeln!(
            toml,
            "[[sections.questions]]\nid = \"item_{item}\"\ntext = {{ vi = \"Câu {item}\", en = \"Item {item}\" }}\n\
             kind = {{ satisfaction = {{ not_applicable = true }} }}\nfactor = \"{factor}\""
        )?;
    }
    Ok(Arc::new(Instrument::from_toml("bench.toml", &toml)?))
}

fn title(word: &str) -> String {
    format!("title = {{ vi = \"{word}\", en = \"{word}\" }}")
}
