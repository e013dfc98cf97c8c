//! Turns comparisons into tables.

use super::{
    Style, days, group_columns, in_both, notes, number, provenance_columns, remark, statement_notes,
};
use crate::analysis::comparison::{
    Before, ChangeResult, ComparedGroup, ComparisonTable, Dependence, FunnelResult, RankRange,
    ReferenceScore, TargetResult, TierResult,
};
use crate::analysis::scores::Suppression;
use crate::analysis::table::{Cell, Columns, Overview, Table, Tabular};
use crate::phrases::{self, Phrase};
use crate::text::{Language, Text};

type Row = ComparedGroup;
type With<'a> = Columns<'a, Row>;

impl Tabular for ComparisonTable {
    fn records(&self) -> Table {
        let word = |word: Option<&'static str>| Cell::word(word);
        let columns = group_columns(|row: &Row| &row.group)
            .words("node", Phrase::new("Nội dung", "Part"), |_| Cell::key(&self.node.node))
            .numbers("n", phrases::N, |row| Cell::count(row.n))
            .numbers("score", phrases::SCORE, |row| number(row.score))
            .numbers("se", phrases::SE, |row| number(row.precision.map(|one| one.se)))
            .numbers("ci_low", Phrase::new("Cận dưới", "Lower limit"), |row| {
                number(row.precision.map(|one| one.ci_low))
            })
            .numbers("ci_high", Phrase::new("Cận trên", "Upper limit"), |row| {
                number(row.precision.map(|one| one.ci_high))
            })
            .words("suppressed", Phrase::new("Không công bố", "Suppressed"), move |row| {
                word(row.suppressed.map(Suppression::as_str))
            });
        let columns = targets(funnel(ranks(tiers(columns))));
        let columns = changes(columns).numbers(
            "alpha",
            Phrase::new("Mức sai lầm chung", "Joint error level"),
            |_| number(Some(self.alpha)),
        );
        provenance_columns(columns, |_| &self.provenance).of(self.with_whole())
    }

    fn overview(&self) -> Overview {
        let mut notes = notes(&self.provenance);
        notes.extend(self.approximate_groups.then(|| Text::from(phrases::APPROXIMATE)));
        notes.push(in_both(|language| self.rules(language)));
        if let Some(before) = &self.before {
            notes.push(in_both(|language| since(before, language)));
            notes.extend(statement_notes(&before.statements));
        }
        Overview { notes, tables: vec![self.sheet()], remarks: vec![remark(&self.provenance)] }
    }
}

impl ComparisonTable {
    /// The whole first, as a row beside its parts.
    fn with_whole(&self) -> impl Iterator<Item = Row> {
        let ReferenceScore { group, n, score, precision, suppressed, target, change } =
            self.reference.clone();
        let whole = ComparedGroup {
            group,
            n,
            score,
            precision,
            caution: false,
            suppressed,
            tier: None,
            rank: None,
            funnel: None,
            target,
            change,
        };
        std::iter::once(whole).chain(self.groups.iter().cloned())
    }

    fn sheet(&self) -> Table {
        let style = Style::of(&self.provenance);
        let score =
            move |row: &Row| style.score((row.suppressed, row.score), row.precision, row.caution);
        let verdict =
            |verdict: Option<Phrase>| verdict.map_or(Cell::Missing, |one| Cell::Text(one.into()));
        let mut columns = Columns::default()
            .words("group", phrases::row(self.by), |row: &Row| Cell::Name(row.group.name.clone()))
            .numbers("n", phrases::N, move |row| style.n((row.suppressed, row.n), row.caution))
            .numbers("score", phrases::SCORE, score)
            .numbers("interval", phrases::INTERVALS, move |row| {
                let limits = row.precision.map(|one| [one.ci_low, one.ci_high]);
                limits.map_or(Cell::Missing, |limits| {
                    Cell::Text(in_both(|language| style.limits(limits, language)))
                })
            })
            .words("tier", Phrase::new("So với toàn thể", "Tier"), move |row| {
                verdict(row.tier.map(|tier| phrases::tier(tier.verdict)))
            })
            .words("ranks", Phrase::new("Thứ hạng có thể", "Ranks"), |row| {
                row.rank.map_or(Cell::Missing, |rank| Cell::Text(rank_words(rank)))
            })
            .words("funnel", Phrase::new("Giới hạn kiểm soát", "Funnel"), move |row| {
                verdict(row.funnel.map(|funnel| phrases::funnel(funnel.verdict)))
            });
        if self.with_whole().any(|row| row.target.is_some()) {
            columns = columns.words("target", Phrase::new("Mục tiêu", "Target"), move |row| {
                row.target.as_ref().map_or(Cell::Missing, |target| {
                    Cell::Text(in_both(|language| target_words(target, style, language)))
                })
            });
        }
        if self.before.is_some() {
            columns = columns.words("change", Phrase::new("Thay đổi", "Change"), move |row| {
                row.change.map_or(Cell::Missing, |change| {
                    Cell::Text(in_both(|language| change_words(&change, style, language)))
                })
            });
        }
        columns.of(self.with_whole())
    }

    /// How verdicts were reached.
    fn rules(&self, language: Language) -> String {
        let Self { compared, left_out, alpha, .. } = self;
        let node = self.node.title.get(language);
        let alpha = phrases::decimal(*alpha, 2, language);
        match language {
            Language::Vi => format!(
                "{node}: so sánh {compared} nhóm, bỏ {left_out} nhóm không có điểm; mức sai lầm chung \
                 {alpha} (so với toàn thể, thứ hạng, thay đổi: Holm; mục tiêu: Bonferroni)"
            ),
            Language::En => format!(
                "{node}: {compared} groups compared, {left_out} without a score left out; joint error \
                 level {alpha} (tiers, ranks, changes: Holm; targets: Bonferroni)"
            ),
        }
    }
}

/// What is compared with over time.
fn since(before: &Before, language: Language) -> String {
    let Before { provenance, dependence, breaks, statements: _, gone } = before;
    let dependence = match dependence {
        Dependence::Independent => Phrase::new("hai mẫu độc lập", "independent samples"),
        Dependence::Shared => {
            Phrase::new("có thể chung đơn vị mẫu", "sampling units may be shared")
        }
    };
    let breaks: Vec<&str> =
        breaks.iter().map(|kind| phrases::not_the_same(*kind).get(language)).collect();
    let none = Phrase::new("không có", "none").get(language);
    let breaks = if breaks.is_empty() { none.to_owned() } else { breaks.join(", ") };
    let (title, days) = (provenance.wave_title.get(language), days(&provenance.filters, language));
    let position = phrases::whole(provenance.versions.data_position, language);
    let (dependence, gone) = (dependence.get(language), gone.len());
    match language {
        Language::Vi => format!(
            "Thay đổi so với {title}{days} (số liệu chốt đến phiếu số {position}): {dependence}; điểm khác \
             nhau: {breaks}; {gone} nhóm không còn"
        ),
        Language::En => format!(
            "Change since {title}{days} (log position {position}): {dependence}; breaks: {breaks}; \
             {gone} groups gone"
        ),
    }
}

fn rank_words(RankRange { best, worst, of }: RankRange) -> Text {
    Text { vi: format!("{best}–{worst} trên {of}"), en: format!("{best}–{worst} of {of}") }
}

fn target_words(target: &TargetResult, style: Style, language: Language) -> String {
    let TargetResult { value, difference, ci_low, ci_high, verdict, .. } = target;
    let word = phrases::target(*verdict).get(language);
    let value = phrases::decimal(*value, style.decimals, language);
    format!(
        "{word} {value}: {}",
        difference_words(*difference, [*ci_low, *ci_high], (style, language))
    )
}

fn change_words(change: &ChangeResult, style: Style, language: Language) -> String {
    let ChangeResult { difference, ci_low, ci_high, verdict, .. } = change;
    let word = phrases::change(*verdict).get(language);
    format!("{word}: {}", difference_words(*difference, [*ci_low, *ci_high], (style, language)))
}

fn difference_words(
    difference: f64,
    [low, high]: [f64; 2],
    (style, language): (Style, Language),
) -> String {
    let signed = |value| phrases::signed(value, style.decimals, language);
    let to = Phrase::new("đến", "to").get(language);
    format!("{} ({} {to} {})", signed(difference), signed(low), signed(high))
}

fn tiers(columns: With<'_>) -> With<'_> {
    let of = |row: &Row, value: fn(TierResult) -> f64| number(row.tier.map(value));
    columns
        .words("tier", Phrase::new("So với toàn thể", "Tier"), |row| {
            Cell::word(row.tier.map(|tier| tier.verdict.as_str()))
        })
        .numbers("difference", Phrase::new("Chênh lệch", "Difference"), move |row| {
            of(row, |tier| tier.difference)
        })
        .numbers(
            "difference_se",
            Phrase::new("Sai số chuẩn của chênh lệch", "Standard error of the difference"),
            move |row| of(row, |tier| tier.se),
        )
        .numbers("p", Phrase::new("Giá trị p", "p-value"), move |row| of(row, |tier| tier.p))
        .numbers(
            "adjusted_p",
            Phrase::new("Giá trị p hiệu chỉnh", "Adjusted p-value"),
            move |row| of(row, |tier| tier.adjusted_p),
        )
}

fn ranks(columns: With<'_>) -> With<'_> {
    let of = |row: &Row, value: fn(RankRange) -> u64| Cell::count(row.rank.map(value));
    columns
        .numbers("rank_best", Phrase::new("Thứ hạng cao nhất", "Best rank"), move |row| {
            of(row, |rank| rank.best)
        })
        .numbers("rank_worst", Phrase::new("Thứ hạng thấp nhất", "Worst rank"), move |row| {
            of(row, |rank| rank.worst)
        })
        .numbers("rank_of", Phrase::new("Số nhóm xếp hạng", "Groups ranked"), move |row| {
            of(row, |rank| rank.of)
        })
}

fn funnel(columns: With<'_>) -> With<'_> {
    let of = |row: &Row, value: fn(FunnelResult) -> f64| number(row.funnel.map(value));
    columns
        .words("funnel", Phrase::new("Giới hạn kiểm soát", "Funnel"), |row| {
            Cell::word(row.funnel.map(|funnel| funnel.verdict.as_str()))
        })
        .numbers("low_95", Phrase::new("Cận dưới 95%", "Lower 95% limit"), move |row| {
            of(row, |funnel| funnel.low_95)
        })
        .numbers("high_95", Phrase::new("Cận trên 95%", "Upper 95% limit"), move |row| {
            of(row, |funnel| funnel.high_95)
        })
        .numbers("low_998", Phrase::new("Cận dưới 99,8%", "Lower 99.8% limit"), move |row| {
            of(row, |funnel| funnel.low_998)
        })
        .numbers("high_998", Phrase::new("Cận trên 99,8%", "Upper 99.8% limit"), move |row| {
            of(row, |funnel| funnel.high_998)
        })
}

fn targets(columns: With<'_>) -> With<'_> {
    let of = |row: &Row, value: fn(&TargetResult) -> f64| number(row.target.as_ref().map(value));
    columns
        .words("target", Phrase::new("Mục tiêu", "Target"), |row| {
            Cell::word(row.target.as_ref().map(|target| target.verdict.as_str()))
        })
        .numbers("target_value", Phrase::new("Mức mục tiêu", "Target value"), move |row| {
            of(row, |target| target.value)
        })
        .numbers(
            "target_difference",
            Phrase::new("Chênh lệch với mục tiêu", "Difference to the target"),
            move |row| of(row, |target| target.difference),
        )
        .numbers(
            "target_ci_low",
            Phrase::new("Cận dưới chênh lệch với mục tiêu", "Lower limit to the target"),
            move |row| of(row, |target| target.ci_low),
        )
        .numbers(
            "target_ci_high",
            Phrase::new("Cận trên chênh lệch với mục tiêu", "Upper limit to the target"),
            move |row| of(row, |target| target.ci_high),
        )
}

fn changes(columns: With<'_>) -> With<'_> {
    let of = |row: &Row, value: fn(ChangeResult) -> f64| number(row.change.map(value));
    columns
        .words("change", Phrase::new("Thay đổi", "Change"), |row| {
            Cell::word(row.change.map(|change| change.verdict.as_str()))
        })
        .numbers("before", Phrase::new("Điểm trước", "Score before"), move |row| {
            of(row, |change| change.before)
        })
        .numbers(
            "change_difference",
            Phrase::new("Mức thay đổi", "Size of the change"),
            move |row| of(row, |change| change.difference),
        )
        .numbers(
            "change_se",
            Phrase::new("Sai số chuẩn của thay đổi", "Standard error of the change"),
            move |row| of(row, |change| change.se),
        )
        .numbers(
            "change_ci_low",
            Phrase::new("Cận dưới thay đổi", "Lower limit of the change"),
            move |row| of(row, |change| change.ci_low),
        )
        .numbers(
            "change_ci_high",
            Phrase::new("Cận trên thay đổi", "Upper limit of the change"),
            move |row| of(row, |change| change.ci_high),
        )
        .numbers(
            "change_adjusted_p",
            Phrase::new("Giá trị p hiệu chỉnh của thay đổi", "Adjusted p-value of the change"),
            move |row| of(row, |change| change.adjusted_p),
        )
}
