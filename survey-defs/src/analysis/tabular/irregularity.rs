//! Turns what is irregular about a wave into tables: bursts, near-copies, forms over dossiers.

use super::quality::Figure;
use super::{in_both, number};
use crate::analysis::quality::{Burst, OverDossiers, QualityReport};
use crate::analysis::scores::FormsPerDossier;
use crate::analysis::table::{Cell, Columns, Overview, Table};
use crate::phrases::{self, Phrase};
use crate::text::{Language, Text};

impl QualityReport {
    /// Flags, bursts and units with more forms than dossiers: what tells whether people have filled forms
    /// in with care. No score and no answer.
    pub fn signs(&self) -> Overview {
        let mut notes = vec![in_both(|language| self.rules(language))];
        notes.extend(self.irregularity_notes());
        let mut tables = vec![self.flags_sheet()];
        tables.extend(self.irregularity_sheets());
        Overview { notes, tables, remarks: Vec::new() }
    }

    pub(super) fn irregularity_figures(&self) -> impl Iterator<Item = Figure> {
        let hours = Figure {
            part: "burst",
            subject: "all".to_owned(),
            name: "hours",
            value: Cell::count(Some(self.burst_hours)),
        };
        let bursts = self.bursts.iter().flat_map(|Burst { point, hour, forms, usual }| {
            let figure = |name, value| Figure {
                part: "burst",
                subject: format!("{point} {hour}"),
                name,
                value,
            };
            [figure("forms", Cell::count(Some(*forms))), figure("usual", number(*usual))]
        });
        let over = self.over_dossiers.iter().flatten();
        let over = over.flat_map(|OverDossiers { group, forms_per_dossier }| {
            let figure = |name, value| Figure {
                part: "over_dossiers",
                subject: String::from(group.key.clone()),
                name,
                value,
            };
            let FormsPerDossier { dossiers, ratio, uncovered: _ } = *forms_per_dossier;
            [
                figure("dossiers", Cell::count(Some(dossiers))),
                figure("forms_per_dossier", number(Some(ratio))),
            ]
        });
        std::iter::once(hours).chain(bursts).chain(over)
    }

    /// The tables that have rows.
    fn irregularity_sheets(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        if !self.bursts.is_empty() {
            tables.push(self.bursts_sheet());
        }
        if let Some(over) = self.over_dossiers.as_ref().filter(|over| !over.is_empty()) {
            tables.push(over_dossiers_sheet(over));
        }
        tables
    }

    fn bursts_sheet(&self) -> Table {
        Columns::default()
            .words("point", phrases::POINT_WITH_BURST, |burst: &&Burst| Cell::key(&burst.point))
            .words("hour", phrases::HOUR, |burst| Cell::Text(hour(burst)))
            .numbers("forms", phrases::FORMS, |burst| Cell::count(Some(burst.forms)))
            .numbers("usual", phrases::USUAL_HOUR, |burst| {
                burst.usual.map_or(Cell::Missing, |value| Cell::Number { value, decimals: 1 })
            })
            .of(&self.bursts)
    }

    /// From where on something is irregular, how much of it there is, and what it does not do.
    fn irregularity_notes(&self) -> Vec<Text> {
        let mut notes = vec![in_both(|language| self.irregularity_rules(language))];
        if self.burst_hours == 0 {
            notes.push(
                Phrase::new(
                    "không có giờ nào tăng đột biến",
                    "no hour of a service point is a burst",
                )
                .into(),
            );
        }
        if let Some([]) = self.over_dossiers.as_deref() {
            notes.push(
                Phrase::new(
                    "không đơn vị nào có nhiều phiếu hơn hồ sơ",
                    "no unit has more forms than dossiers",
                )
                .into(),
            );
        }
        let shown = self.bursts.len() as u64;
        if self.burst_hours > shown {
            notes.push(in_both(|language| {
                let number = |number| phrases::whole(number, language);
                let (shown, all) = (number(shown), number(self.burst_hours));
                match language {
                    Language::Vi => format!("{shown} giờ gần nhất trong {all} giờ tăng đột biến"),
                    Language::En => format!("the latest {shown} of {all} bursts"),
                }
            }));
        }
        notes
    }

    fn irregularity_rules(&self, language: Language) -> String {
        let (copies, bursts) = (self.limits.copies, self.limits.bursts);
        let whole = |number| phrases::whole(number, language);
        let share = phrases::percent(100.0 * copies.least_match_share, 0, language);
        let varied = phrases::percent(100.0 * copies.least_varied_share, 0, language);
        let (answered, before) = (copies.least_answered, whole(copies.compared_with));
        let (forms, hours) = (whole(bursts.least_forms), whole(bursts.least_past_hours));
        let first = whole(bursts.least_forms_without_past);
        let factor = phrases::decimal(bursts.factor, 0, language);
        let near = phrases::NEAR_COPIES.get(language);
        match language {
            Language::Vi => format!(
                "{near}: giống ≥ {share} câu với một trong {before} phiếu trước cùng điểm, cùng ngày; xét phiếu \
                 từ {answered} câu trả lời, ít nhất {varied} khác mức chọn nhiều nhất; tăng đột biến: ≥ {forms} phiếu \
                 và ≥ {factor} lần trung vị các giờ trước của điểm, hoặc ≥ {first} phiếu khi chưa có {hours} giờ trước; \
                 chỉ để xem xét, không phiếu nào bị loại khỏi điểm số vì những dấu hiệu này"
            ),
            Language::En => format!(
                "{near}: ≥ {share} of statements as in one of the {before} forms before, same point and day; \
                 forms from {answered} answers, {varied} of them other than the commonest level; burst: ≥ {forms} forms and \
                 ≥ {factor} × the median of the point's earlier hours, or ≥ {first} where it has fewer than {hours} such \
                 hours; a reason to look: no form is left out of a score for them"
            ),
        }
    }
}

/// The hour as people write it: `09:00 2/3/2026`.
fn hour(burst: &Burst) -> Text {
    in_both(|language| {
        format!("{:02}:00 {}", burst.hour.hour(), phrases::day(burst.hour.date(), language))
    })
}

fn over_dossiers_sheet(over: &[OverDossiers]) -> Table {
    Columns::default()
        .words("unit", phrases::OVER_DOSSIERS, |row: &&OverDossiers| {
            Cell::Name(row.group.name.clone())
        })
        .numbers("dossiers", phrases::DOSSIERS, |row| {
            Cell::count(Some(row.forms_per_dossier.dossiers))
        })
        .numbers("forms_per_dossier", phrases::FORMS_PER_DOSSIER, |row| Cell::Share {
            value: row.forms_per_dossier.ratio,
            decimals: 1,
        })
        .of(over)
}
