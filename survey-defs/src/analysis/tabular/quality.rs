//! Turns quality reports into tables. Each record has one figure, so that all parts fit one file.

use super::{Style, annulled_cell, in_both, notes, number, provenance_columns};
use crate::analysis::quality::{
    AnnulmentEffect, ChannelQuality, Effect, FactorReliability, Flag, FlagCounts, FormQuality,
    QualityReport, Reliability, StatementReliability,
};
use crate::analysis::scores::{NodeLabel, ScoreCell};
use crate::analysis::table::{Cell, Columns, Overview, Table, Tabular};
use crate::phrases::{self, Phrase};
use crate::text::{Language, Text};

/// One figure of one part of the report.
pub(super) struct Figure {
    pub(super) part: &'static str,
    pub(super) subject: String,
    pub(super) name: &'static str,
    pub(super) value: Cell,
}

impl Tabular for QualityReport {
    fn records(&self) -> Table {
        let columns = Columns::default()
            .words("part", Phrase::new("Phần", "Part"), |figure: &Figure| Cell::key(figure.part))
            .words("subject", Phrase::new("Về", "Subject"), |figure| Cell::key(&figure.subject))
            .words("figure", Phrase::new("Số liệu", "Figure"), |figure| Cell::key(figure.name))
            .numbers("value", Phrase::new("Giá trị", "Value"), |figure| figure.value.clone());
        let figures = self.form_figures().chain(self.irregularity_figures());
        let figures = figures.chain(self.factor_figures()).chain(self.score_figures());
        let figures = figures.chain(self.annulment_figures());
        provenance_columns(columns, |_| &self.provenance).of(figures)
    }

    fn overview(&self) -> Overview {
        let mut notes = notes(&self.provenance);
        let signs = self.signs();
        notes.extend(signs.notes);
        let mut tables = signs.tables;
        tables.extend([self.factors_sheet(), self.scores_sheet()]);
        if let Some(annulled) = &self.annulled {
            notes.push(annulled_note(annulled));
            tables.push(self.annulments_sheet(annulled));
        }
        Overview { notes, tables, remarks: Vec::new() }
    }
}

/// The key of a count, what it is called, and how it is found.
type Count = (&'static str, Phrase, fn(FlagCounts) -> Option<u64>);

/// How many of the forms that were looked at; nothing if there was none to look at.
fn among(looked_at: u64, found: u64) -> Option<u64> {
    (looked_at > 0).then_some(found)
}

/// What is counted of forms.
const COUNTS: [Count; 10] = [
    ("forms", phrases::FORMS, |counts| Some(counts.forms)),
    ("judged", Phrase::new("đã xét", "judged"), |counts| Some(counts.judged)),
    ("timed", Phrase::new("có thời gian", "timed"), |counts| Some(counts.timed)),
    ("straight_lining", phrases::flag(Flag::StraightLining), |counts| {
        among(counts.judged, counts.straight_lining)
    }),
    ("low_variation", phrases::flag(Flag::LowVariation), |counts| {
        among(counts.judged, counts.low_variation)
    }),
    ("speeding", phrases::flag(Flag::Speeding), |counts| among(counts.timed, counts.speeding)),
    ("no_time", phrases::flag(Flag::NoTime), |counts| Some(counts.no_time)),
    ("flagged", Phrase::new("bị đánh dấu", "any flag"), |counts| Some(counts.flagged)),
    ("compared", Phrase::new("đã so sánh", "compared"), |counts| Some(counts.compared)),
    ("near_copies", phrases::NEAR_COPIES, |counts| among(counts.compared, counts.near_copies)),
];

impl QualityReport {
    /// All forms, then those of each channel.
    fn forms_and_channels(&self) -> impl Iterator<Item = (&'static str, Text, FormQuality)> {
        let all = ("all", Phrase::new("tất cả", "all").into(), self.forms);
        let channel = |one: &ChannelQuality| {
            (one.channel.as_str(), phrases::channel(one.channel).into(), one.forms)
        };
        std::iter::once(all).chain(self.channels.iter().map(channel))
    }

    fn form_figures(&self) -> impl Iterator<Item = Figure> {
        self.forms_and_channels().flat_map(|(subject, _, forms)| {
            COUNTS.into_iter().map(move |(name, _, of)| Figure {
                part: "forms",
                subject: subject.to_owned(),
                name,
                value: Cell::count(forms.counts.and_then(of)),
            })
        })
    }

    fn factor_figures(&self) -> impl Iterator<Item = Figure> {
        self.factors.iter().flat_map(|FactorReliability { label, reliability, missing: _ }| {
            let figure = |part, label: &NodeLabel, name, value| Figure {
                part,
                subject: label.node.to_string(),
                name,
                value,
            };
            let found = reliability.as_ref();
            let value = |of: fn(&Reliability) -> Option<f64>| number(found.and_then(of));
            let mut figures = vec![
                figure("factor", label, "n", Cell::count(found.map(|one| one.n))),
                figure("factor", label, "alpha", value(|one| Some(one.alpha))),
                figure("factor", label, "alpha_standardised", value(|one| one.alpha_standardised)),
                figure(
                    "factor",
                    label,
                    "mean_correlation",
                    value(|one| Some(one.mean_correlation)),
                ),
            ];
            for one in found.map_or(&[][..], |one| &one.statements) {
                let StatementReliability { label, alpha_if_dropped, rest_correlation } = one;
                let dropped = number(*alpha_if_dropped);
                figures.push(figure("statement", label, "alpha_if_dropped", dropped));
                let rest = number(*rest_correlation);
                figures.push(figure("statement", label, "rest_correlation", rest));
            }
            figures
        })
    }

    fn score_figures(&self) -> impl Iterator<Item = Figure> {
        self.scores.iter().flat_map(|effect| effect_figures("score", effect))
    }

    fn annulment_figures(&self) -> impl Iterator<Item = Figure> {
        self.annulled.iter().flat_map(|AnnulmentEffect { records, scores }| {
            let subject = "all".to_owned();
            let value = Cell::count(records.records);
            let all = Figure { part: "annulled", subject, name: "records", value };
            let scores = scores.iter().flat_map(|effect| effect_figures("annulled", effect));
            std::iter::once(all).chain(scores)
        })
    }

    pub(super) fn flags_sheet(&self) -> Table {
        type Row = (&'static str, Text, FormQuality);
        let style = Style::of(&self.provenance);
        let name = |row: &Row| Cell::Text(row.1.clone());
        let mut columns = Columns::default().words("channel", Phrase::new("Phiếu", "Forms"), name);
        for (key, title, of) in COUNTS {
            columns = columns.numbers(key, title, move |(_, _, forms): &Row| {
                style.n((forms.suppressed, forms.counts.and_then(of)), false)
            });
        }
        let share = Phrase::new("tỷ lệ", "share");
        let columns = columns.numbers("flagged_share", share, |(_, _, forms): &Row| {
            forms.counts.map_or(Cell::Missing, |counts| Cell::Share {
                value: counts.flagged_share,
                decimals: 2,
            })
        });
        columns.of(self.forms_and_channels())
    }

    fn factors_sheet(&self) -> Table {
        /// A factor, or a statement of one.
        struct Row<'a> {
            label: &'a NodeLabel,
            factor: Option<&'a FactorReliability>,
            statement: Option<&'a StatementReliability>,
        }
        let figure = |value: Option<f64>| {
            value.map_or(Cell::Empty, |value| Cell::Number { value, decimals: 3 })
        };
        let found = |row: &Row<'_>, of: fn(&Reliability) -> Option<f64>| {
            figure(row.factor.and_then(|one| one.reliability.as_ref()).and_then(of))
        };
        let columns = Columns::default()
            .words(
                "node",
                Phrase::new("yếu tố, câu hỏi", "factor, statement"),
                |row: &Row<'_>| Cell::key(&row.label.node),
            )
            .numbers("n", phrases::N, |row: &Row<'_>| {
                let Some(FactorReliability { reliability, missing, .. }) = row.factor else {
                    return Cell::Empty;
                };
                match (reliability, missing) {
                    (Some(found), _) => Cell::count(Some(found.n)),
                    (None, Some(why)) => Cell::Text(phrases::no_reliability(*why).into()),
                    (None, None) => Cell::Missing,
                }
            })
            .numbers("alpha", Phrase::new("alpha", "alpha"), move |row| {
                found(row, |one| Some(one.alpha))
            })
            .numbers(
                "alpha_standardised",
                Phrase::new("alpha chuẩn hoá", "standardised"),
                move |row| found(row, |one| one.alpha_standardised),
            )
            .numbers("mean_correlation", Phrase::new("r trung bình", "mean r"), move |row| {
                found(row, |one| Some(one.mean_correlation))
            })
            .numbers(
                "alpha_if_dropped",
                Phrase::new("alpha nếu bỏ câu", "alpha if dropped"),
                move |row| figure(row.statement.and_then(|one| one.alpha_if_dropped)),
            )
            .numbers(
                "rest_correlation",
                Phrase::new("r với phần còn lại", "item–rest r"),
                move |row| figure(row.statement.and_then(|one| one.rest_correlation)),
            );
        let rows = self.factors.iter().flat_map(|factor| {
            let statements = factor.reliability.as_ref().map_or(&[][..], |one| &one.statements);
            let own = Row { label: &factor.label, factor: Some(factor), statement: None };
            std::iter::once(own).chain(statements.iter().map(|one| Row {
                label: &one.label,
                factor: None,
                statement: Some(one),
            }))
        });
        columns.of(rows)
    }

    fn scores_sheet(&self) -> Table {
        let n = Phrase::new("n, bỏ phiếu bị đánh dấu", "n without");
        let score = Phrase::new("bỏ phiếu bị đánh dấu", "without flags");
        let all = (Phrase::new("n, tất cả", "n with"), Phrase::new("tất cả", "with"));
        self.effects_sheet(&self.scores, [all, (n, score)])
    }

    fn annulments_sheet(&self, annulled: &AnnulmentEffect) -> Table {
        let with = Phrase::new("kể cả phiếu đã loại", "if annulled forms counted");
        let with = (Phrase::new("n, kể cả phiếu đã loại", "n with annulled"), with);
        let without = Phrase::new("sau khi loại", "as it counts");
        let without = (Phrase::new("n, sau khi loại", "n"), without);
        self.effects_sheet(&annulled.scores, [with, without])
    }

    /// Scores with and without some forms, under the names of n and score for both.
    fn effects_sheet(&self, effects: &[Effect], [with, without]: [(Phrase, Phrase); 2]) -> Table {
        let style = Style::of(&self.provenance);
        let n = move |cell: &ScoreCell| style.n((cell.suppressed, cell.n), false);
        let score =
            move |cell: &ScoreCell| style.score((cell.suppressed, cell.score), None, cell.caution);
        let decimals = self.provenance.method.decimals;
        let difference = move |row: &&Effect| {
            row.difference.map_or(Cell::Missing, |value| Cell::Difference { value, decimals })
        };
        Columns::default()
            .words("node", phrases::SCORE, |row: &&Effect| Cell::key(&row.label.node))
            .numbers("n_with", with.0, move |row| n(&row.with))
            .numbers("with", with.1, move |row| score(&row.with))
            .numbers("n_without", without.0, move |row| n(&row.without))
            .numbers("without", without.1, move |row| score(&row.without))
            .numbers("difference", Phrase::new("chênh lệch", "difference"), difference)
            .of(effects)
    }

    /// From where on a form is flagged.
    pub(super) fn rules(&self, language: Language) -> String {
        let limits = self.limits;
        let names = [Flag::StraightLining, Flag::LowVariation, Flag::Speeding, Flag::NoTime];
        let [straight, varied, fast, no_time] = names.map(|flag| phrases::flag(flag).get(language));
        let share = phrases::percent(100.0 * limits.longest_run_share, 0, language);
        let sd = phrases::decimal(limits.least_sd, 2, language);
        let seconds = phrases::decimal(limits.least_seconds, 1, language);
        let (least, hours) = (limits.least_answered, limits.most_hours);
        match language {
            Language::Vi => format!(
                "{straight}: chuỗi dài nhất ≥ {share} số câu trả lời; {varied}: độ lệch chuẩn < {sd}; cả \
                 hai từ {least} câu trả lời; {fast}: < {seconds} giây mỗi câu; {no_time}: kết thúc không sau lúc \
                 bắt đầu, hoặc sau quá {hours} giờ; chỉ đánh dấu, không xoá phiếu"
            ),
            Language::En => format!(
                "{straight}: longest run ≥ {share} of answers; {varied}: SD < {sd}; both from {least} \
                 answers; {fast}: < {seconds} s per answer; {no_time}: the end is not after the start, or more \
                 than {hours} h later; flags mark, nothing is deleted"
            ),
        }
    }
}

fn effect_figures(part: &'static str, effect: &Effect) -> [Figure; 5] {
    let Effect { label, with, without, difference } = effect;
    let figure = |name, value| Figure { part, subject: label.node.to_string(), name, value };
    [
        figure("n_with", Cell::count(with.n)),
        figure("with", number(with.score)),
        figure("n_without", Cell::count(without.n)),
        figure("without", number(without.score)),
        figure("difference", number(*difference)),
    ]
}

/// How many records do not count.
fn annulled_note(annulled: &AnnulmentEffect) -> Text {
    in_both(|language| {
        let records = annulled_cell(annulled.records).shown(language);
        format!("{}: {records}", phrases::ANNULLED.get(language))
    })
}
