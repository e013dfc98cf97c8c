//! Sums to scores of nodes, with derivatives.

use survey_defs::answer::Level;
use survey_defs::counts::LevelCounts;
use survey_defs::method::{Conversion, Method, Rollup};
use survey_defs::score::Node;

use crate::index_layout::IndexLayout;

/// Weighted sums over the valid answers to one question. Every conversion is a combination of two
/// of them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Sums {
    /// The weights: Σ w.
    pub(crate) weight: f64,
    /// The levels: Σ w × level.
    pub(crate) levels: f64,
    /// The weights of levels 4 and 5.
    pub(crate) top_two: f64,
}

/// The score of a node in one domain, with its derivatives.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Score {
    /// In percent, not rounded.
    pub(crate) value: f64,
    /// One for each item on which the score depends.
    pub(crate) terms: Vec<Term>,
}

/// The derivatives of a score by the sums of one item.
///
/// The influence of a row, or of any set of rows, on the score is Σ over terms of `points` × its
/// points + `weight` × its weight: Taylor linearisation as in Särndal, Swensson & Wretman 1992,
/// 5.5.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Term {
    pub(crate) item: usize,
    /// By the item's points, Σ w × percent.
    pub(crate) points: f64,
    /// By the item's weight, Σ w.
    pub(crate) weight: f64,
}

impl Sums {
    /// The sums of level counts, in which every answer weighs 1.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵³")]
    pub(crate) fn of(counts: &LevelCounts) -> Self {
        let levels: u64 = (1..=5).zip(counts.levels).map(|(level, count)| level * count).sum();
        Self {
            weight: counts.n() as f64,
            levels: levels as f64,
            top_two: (counts.levels[3] + counts.levels[4]) as f64,
        }
    }

    /// Adds the sums of other answers, each weighing `factor` times as much.
    pub(crate) fn add(&mut self, other: Self, factor: f64) {
        self.weight += factor * other.weight;
        self.levels += factor * other.levels;
        self.top_two += factor * other.top_two;
    }

    /// Σ w × percent. The formulas are those of [`Conversion`], whose documentation says where
    /// they come from.
    pub(crate) fn points(self, conversion: Conversion) -> f64 {
        match conversion {
            Conversion::T2b => 100.0 * self.top_two,
            Conversion::M5 => 20.0 * self.levels,
            Conversion::M4 => 25.0 * (self.levels - self.weight),
        }
    }
}

/// What one answer is worth in percent.
pub(crate) fn worth(conversion: Conversion, level: Level) -> f64 {
    let mut counts = LevelCounts::default();
    counts.levels[level.index()] = 1;
    Sums::of(&counts).points(conversion)
}

/// The scores of all nodes in one domain, from the sums of its items; none where there is no valid
/// answer, or where a weighted content has none.
///
/// The definition is [`survey_defs::score`]; with weights every answer counts as often as it
/// weighs, and the roll-up is the same.
pub(crate) fn roll_up(layout: &IndexLayout, method: &Method, sums: &[Sums]) -> Vec<Option<Score>> {
    (0..layout.nodes.len()).map(|node| score(layout, method, sums, node)).collect()
}

/// How the score of a node follows from its items.
pub(crate) enum Formula<'a> {
    /// All answers below it as if to one question.
    Pooled(&'a [usize]),
    /// The mean of the items.
    Mean(&'a [usize]),
    /// The mean of the factors, each the mean of its items.
    MeanOfMeans(&'a [Vec<usize>]),
    /// The weighted mean of the contents, each the mean of its items.
    WeightedMean(Vec<(f64, &'a [usize])>),
}

/// The formula of a method for a node.
pub(crate) fn formula<'a>(layout: &'a IndexLayout, method: &Method, node: usize) -> Formula<'a> {
    match (&method.definition().rollup, &layout.nodes[node]) {
        (Rollup::Pooled, _) => Formula::Pooled(&layout.below[node]),
        (Rollup::MeanOfStatements, _)
        | (_, Node::Item(_) | Node::Factor(_))
        | (Rollup::FixedWeights { .. }, Node::Content(_)) => Formula::Mean(&layout.below[node]),
        (Rollup::MeanOfFactors, Node::Content(_) | Node::Overall) => {
            Formula::MeanOfMeans(&layout.factors[node])
        }
        (rollup @ Rollup::FixedWeights { .. }, Node::Overall) => {
            Formula::WeightedMean(layout.weighted_contents(rollup))
        }
    }
}

fn score(layout: &IndexLayout, method: &Method, sums: &[Sums], node: usize) -> Option<Score> {
    let conversion = method.definition().conversion;
    let shares = match formula(layout, method, node) {
        Formula::Pooled(items) => return pooled(conversion, sums, items),
        Formula::Mean(items) => mean(sums, items, 1.0),
        Formula::MeanOfMeans(factors) => mean_of_means(sums, factors),
        Formula::WeightedMean(contents) => weighted_mean(sums, &contents)?,
    };
    if shares.is_empty() {
        return None;
    }
    let mut value = 0.0;
    let terms = shares.iter().map(|(item, share)| {
        let Sums { weight, .. } = sums[*item];
        let percent = sums[*item].points(conversion) / weight;
        value += share * percent;
        Term { item: *item, points: share / weight, weight: -share * percent / weight }
    });
    let terms = terms.collect();
    Some(Score { value, terms })
}

/// All answers below a node as if to one question.
fn pooled(conversion: Conversion, sums: &[Sums], items: &[usize]) -> Option<Score> {
    let mut all = Sums::default();
    for item in items {
        all.add(sums[*item], 1.0);
    }
    if all.weight <= 0.0 {
        return None;
    }
    let value = all.points(conversion) / all.weight;
    let answered = items.iter().filter(|item| sums[**item].weight > 0.0);
    let term =
        |item: &usize| Term { item: *item, points: 1.0 / all.weight, weight: -value / all.weight };
    Some(Score { value, terms: answered.map(term).collect() })
}

/// The share that each item with an answer has in a mean that itself has the share `whole`.
#[expect(clippy::cast_precision_loss, reason = "an instrument has few statements")]
fn mean(sums: &[Sums], items: &[usize], whole: f64) -> Vec<(usize, f64)> {
    let answered: Vec<usize> =
        items.iter().copied().filter(|item| sums[*item].weight > 0.0).collect();
    let share = whole / answered.len() as f64;
    answered.into_iter().map(|item| (item, share)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "an instrument has few factors")]
fn mean_of_means(sums: &[Sums], factors: &[Vec<usize>]) -> Vec<(usize, f64)> {
    let is_answered = |items: &&Vec<usize>| items.iter().any(|item| sums[*item].weight > 0.0);
    let answered: Vec<&Vec<usize>> = factors.iter().filter(is_answered).collect();
    let share = 1.0 / answered.len() as f64;
    answered.into_iter().flat_map(|items| mean(sums, items, share)).collect()
}

/// None if one of the contents has no score.
fn weighted_mean(sums: &[Sums], contents: &[(f64, &[usize])]) -> Option<Vec<(usize, f64)>> {
    let total: f64 = contents.iter().map(|(weight, _)| weight).sum();
    let mut shares = Vec::new();
    for (weight, items) in contents {
        let of_content = mean(sums, items, weight / total);
        if of_content.is_empty() {
            return None;
        }
        shares.extend(of_content);
    }
    Some(shares)
}
