use survey_defs::analysis::{
    Break, ChangeResult, ComparedGroup, ComparisonTable, Dependence, Filters, Precision, RankRange,
    SamplingBasis, Suppression, TargetResult,
};
use survey_defs::method::Status;
use survey_defs::wave::Population;

use crate::cli::output;

/// Prints a comparison with what must be known to read it.
pub(super) fn print(table: &ComparisonTable) {
    for line in preamble(table) {
        output::line(&line);
    }
    let words = Words { decimals: usize::from(table.method.decimals), min_n: table.min_n };
    let mut header =
        vec![table.by.as_str(), "n", "score ± se", "95 % interval", "tier", "ranks", "funnel"];
    let has_targets =
        table.reference.target.is_some() || table.groups.iter().any(|row| row.target.is_some());
    header.extend(has_targets.then_some("target"));
    header.extend(table.before.is_some().then_some("change"));
    let row = |mut cells: Vec<String>, target: Option<&TargetResult>, change| {
        cells.extend(has_targets.then(|| words.target(target)));
        cells.extend(table.before.is_some().then(|| words.change(change)));
        cells
    };
    let whole = &table.reference;
    let mut rows = vec![row(
        [
            vec![whole.group.name.vi.clone(), count(whole.n)],
            words.score(whole.score, whole.precision.as_ref(), whole.suppressed),
            vec!["(the whole)".to_owned(), String::new(), String::new()],
        ]
        .concat(),
        whole.target.as_ref(),
        whole.change.as_ref(),
    )];
    rows.extend(
        table
            .groups
            .iter()
            .map(|group| row(words.group(group), group.target.as_ref(), group.change.as_ref())),
    );
    let header: Vec<String> = header.into_iter().map(str::to_owned).collect();
    output::table(&header, &rows);
}

/// What must be known to read the table.
fn preamble(table: &ComparisonTable) -> Vec<String> {
    let mut lines = Vec::new();
    if table.simulated {
        lines.push("DỮ LIỆU MÔ PHỎNG / SIMULATED DATA".to_owned());
    }
    let population = match table.population {
        Population::Household => "household sample",
        Population::Transaction => "transactions (not SIPAS)",
    };
    let status = match table.method.status {
        Status::Confirmed => "confirmed",
        Status::Unconfirmed => "unconfirmed",
    };
    let sampling = match table.sampling {
        SamplingBasis::AsCollected => "not a sample: answers came in by themselves",
        SamplingBasis::Plan => "sample plan",
    };
    lines.push(format!(
        "{}, {}{}: {population}, {sampling}; instrument {}; method {} v{} ({status}); log position {}{}",
        table.wave_title.vi,
        table.node.title.vi,
        period(&table.filters),
        table.instrument,
        table.method.id,
        table.method.version,
        table.data_position,
        if table.approximate_groups { "; former districts are approximate" } else { "" },
    ));
    lines.push(format!(
        "{} groups compared, {} without a score left out; joint error level {} (tiers, ranks, changes: Holm; targets: Bonferroni); n < {} suppressed, n < {} with caution (!)",
        table.compared, table.left_out, table.alpha, table.min_n, table.caution_n,
    ));
    if let Some(before) = &table.before {
        let dependence = match before.dependence {
            Dependence::Independent => "independent samples",
            Dependence::Shared => "sampling units may be shared",
        };
        let breaks: Vec<&str> = before.breaks.iter().copied().map(Break::as_str).collect();
        let breaks = if breaks.is_empty() { "none".to_owned() } else { breaks.join(", ") };
        lines.push(format!(
            "Change since {}{} (log position {}): {dependence}; breaks: {breaks}; {} groups gone",
            before.wave_title.vi,
            period(&before.filters),
            before.data_position,
            before.gone.len(),
        ));
    }
    lines
}

/// The days of a period, if there is one.
fn period(filters: &Filters) -> String {
    match (filters.first_day, filters.last_day) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        (Some(_), None) | (None, _) => String::new(),
    }
}

/// Cells of the table for people.
struct Words {
    decimals: usize,
    min_n: u64,
}

impl Words {
    fn group(&self, group: &ComparedGroup) -> Vec<String> {
        let caution = if group.caution { " !" } else { "" };
        let mut cells = vec![group.group.name.vi.clone(), format!("{}{caution}", count(group.n))];
        cells.extend(self.score(group.score, group.precision.as_ref(), group.suppressed));
        cells.push(group.tier.map_or("–", |tier| tier.verdict.as_str()).replace('_', " "));
        cells.push(group.rank.map_or_else(dash, ranks));
        let funnel = group.funnel.map_or("–", |funnel| funnel.verdict.as_str());
        cells.push(funnel.replace('_', " "));
        cells
    }

    fn score(
        &self,
        score: Option<f64>,
        precision: Option<&Precision>,
        suppressed: Option<Suppression>,
    ) -> Vec<String> {
        let decimals = self.decimals;
        match (suppressed, score, precision) {
            (Some(Suppression::TooFew), ..) => vec![format!("n<{}", self.min_n), dash()],
            (Some(Suppression::Complementary), ..) => vec!["protects others".to_owned(), dash()],
            (None, None, _) => vec![dash(), dash()],
            (None, Some(score), None) => vec![format!("{score:.decimals$}"), dash()],
            (None, Some(score), Some(Precision { se, ci_low, ci_high, .. })) => vec![
                format!("{score:.decimals$} ± {se:.decimals$}"),
                format!("{ci_low:.decimals$}–{ci_high:.decimals$}"),
            ],
        }
    }

    fn target(&self, target: Option<&TargetResult>) -> String {
        target.map_or_else(dash, |target| {
            let TargetResult { value, difference, ci_low, ci_high, .. } = target;
            let word = target.verdict.as_str().replace('_', " ");
            format!("{word} {value}: {}", self.difference(*difference, (*ci_low, *ci_high)))
        })
    }

    fn change(&self, change: Option<&ChangeResult>) -> String {
        change.map_or_else(dash, |change| {
            let ChangeResult { difference, ci_low, ci_high, .. } = change;
            let word = change.verdict.as_str().replace('_', " ");
            format!("{word}: {}", self.difference(*difference, (*ci_low, *ci_high)))
        })
    }

    fn difference(&self, difference: f64, (low, high): (f64, f64)) -> String {
        let decimals = self.decimals;
        format!("{difference:+.decimals$} ({low:+.decimals$} to {high:+.decimals$})")
    }
}

fn count(n: Option<u64>) -> String {
    n.map_or_else(dash, |n| n.to_string())
}

fn dash() -> String {
    "–".to_owned()
}

fn ranks(RankRange { best, worst, of }: RankRange) -> String {
    format!("{best}–{worst} of {of}")
}
