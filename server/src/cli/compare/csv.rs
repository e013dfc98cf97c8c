use survey_defs::analysis::{ComparedGroup, ComparisonTable, Suppression};

use crate::cli::output;

/// Prints one line for each group, the whole first, with empty cells where nothing is shown.
pub(super) fn print(table: &ComparisonTable) -> anyhow::Result<()> {
    let header = [
        "group",
        "name",
        "n",
        "score",
        "se",
        "ci_low",
        "ci_high",
        "suppressed",
        "tier",
        "difference",
        "difference_se",
        "p",
        "adjusted_p",
        "rank_best",
        "rank_worst",
        "rank_of",
        "funnel",
        "low_95",
        "high_95",
        "low_998",
        "high_998",
        "target",
        "target_value",
        "target_difference",
        "target_ci_low",
        "target_ci_high",
        "change",
        "before",
        "change_difference",
        "change_se",
        "change_ci_low",
        "change_ci_high",
        "change_adjusted_p",
        "node",
        "alpha",
        "method",
        "data_position",
        "simulated",
    ];
    let whole = &table.reference;
    let whole = ComparedGroup {
        group: whole.group.clone(),
        n: whole.n,
        score: whole.score,
        precision: whole.precision,
        caution: false,
        suppressed: whole.suppressed,
        tier: None,
        rank: None,
        funnel: None,
        target: whole.target.clone(),
        change: whole.change,
    };
    let rows: Vec<Vec<String>> =
        std::iter::once(&whole).chain(&table.groups).map(|group| line(table, group)).collect();
    output::csv(&header, &rows)
}

fn line(table: &ComparisonTable, group: &ComparedGroup) -> Vec<String> {
    let text = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let count = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    let ComparedGroup { group: label, precision, tier, rank, funnel, target, change, .. } = group;
    let target = target.as_ref();
    vec![
        label.key.clone(),
        label.name.vi.clone(),
        count(group.n),
        text(group.score),
        text(precision.map(|precision| precision.se)),
        text(precision.map(|precision| precision.ci_low)),
        text(precision.map(|precision| precision.ci_high)),
        word(group.suppressed.map(suppression_word)),
        word(tier.map(|tier| tier.verdict.as_str())),
        text(tier.map(|tier| tier.difference)),
        text(tier.map(|tier| tier.se)),
        text(tier.map(|tier| tier.p)),
        text(tier.map(|tier| tier.adjusted_p)),
        count(rank.map(|rank| rank.best)),
        count(rank.map(|rank| rank.worst)),
        count(rank.map(|rank| rank.of)),
        word(funnel.map(|funnel| funnel.verdict.as_str())),
        text(funnel.map(|funnel| funnel.low_95)),
        text(funnel.map(|funnel| funnel.high_95)),
        text(funnel.map(|funnel| funnel.low_998)),
        text(funnel.map(|funnel| funnel.high_998)),
        word(target.map(|target| target.verdict.as_str())),
        text(target.map(|target| target.value)),
        text(target.map(|target| target.difference)),
        text(target.map(|target| target.ci_low)),
        text(target.map(|target| target.ci_high)),
        word(change.map(|change| change.verdict.as_str())),
        text(change.map(|change| change.before)),
        text(change.map(|change| change.difference)),
        text(change.map(|change| change.se)),
        text(change.map(|change| change.ci_low)),
        text(change.map(|change| change.ci_high)),
        text(change.map(|change| change.adjusted_p)),
        table.node.node.to_string(),
        table.alpha.to_string(),
        format!("{} v{}", table.method.id, table.method.version),
        table.data_position.to_string(),
        table.simulated.to_string(),
    ]
}

fn suppression_word(suppression: Suppression) -> &'static str {
    match suppression {
        Suppression::TooFew => "too_few",
        Suppression::Complementary => "complementary",
    }
}
