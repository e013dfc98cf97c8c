use polars::prelude::{DataType, Expr, NULL, lit, when};
use survey_defs::answer::Level;
use survey_defs::method::Conversion;
use survey_defs::score::Node;

use crate::columns::Tally;
use crate::tally::{answers, count};

/// The score of a node's counts in percent; null without a valid answer.
///
/// The formulas are those of [`Conversion`], whose documentation says where they come from: with
/// nᵢ answers of level i and n = Σ nᵢ, T2B is (n₄ + n₅) ÷ n, M5 is Σ i·nᵢ ÷ 5n and M4 is
/// Σ (i − 1)·nᵢ ÷ 4n, each times 100.
pub(crate) fn percent(conversion: Conversion, node: &Node) -> Expr {
    let points = match conversion {
        Conversion::T2b => points(node, [0, 0, 0, 100, 100]),
        Conversion::M5 => points(node, [20, 40, 60, 80, 100]),
        Conversion::M4 => points(node, [0, 25, 50, 75, 100]),
    };
    let n = answers(node);
    when(n.clone().gt(lit(0_u64)))
        .then(points.cast(DataType::Float64) / n.cast(DataType::Float64))
        .otherwise(lit(NULL))
}

/// The sum over all valid answers of what each is worth in percent, by its level; exact.
fn points(node: &Node, worth: [u64; 5]) -> Expr {
    Level::ALL
        .into_iter()
        .zip(worth)
        .filter(|(_, worth)| *worth > 0)
        .map(|(level, worth)| count(node, Tally::Level(level)) * lit(worth))
        .reduce(|sum, term| sum + term)
        .expect("the highest level is worth 100")
}
