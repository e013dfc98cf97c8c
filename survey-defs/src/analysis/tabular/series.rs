//! Turns series into tables.

use super::{
    Style, confidence, days, filters, group_columns, in_both, number, population,
    provenance_columns, remark, same, simulated, statement_notes,
};
use crate::analysis::scores::Suppression;
use crate::analysis::series::{SeriesBounds, SeriesCell, SeriesGroup, SeriesPoint, SeriesTable};
use crate::analysis::table::{Cell, Columns, Overview, Table, Tabular};
use crate::phrases::{self, Phrase};
use crate::text::{Language, Text};

/// One group at one point.
struct Record<'a> {
    table: &'a SeriesTable,
    group: &'a SeriesGroup,
    place: usize,
    point: &'a SeriesPoint,
    cell: &'a SeriesCell,
}

impl Tabular for SeriesTable {
    fn records(&self) -> Table {
        let columns = group_columns(|record: &Record<'_>| &record.group.group)
            .words("node", Phrase::new("Nội dung", "Part"), |record| {
                Cell::key(&record.table.node.node)
            })
            .numbers("point", Phrase::new("Điểm thời gian số", "Point"), |record| {
                Cell::count(Some(record.place as u64 + 1))
            })
            .numbers("score", phrases::SCORE, |record| number(record.cell.score))
            .numbers("n", phrases::N, |record| Cell::count(record.cell.n));
        let columns = precision_columns(columns)
            .words("suppressed", Phrase::new("Không công bố", "Suppressed"), |record| {
                Cell::word(record.cell.suppressed.map(Suppression::as_str))
            })
            .words(
                "breaks_before",
                Phrase::new("Gián đoạn trước đó", "Breaks before"),
                |record| {
                    let kinds = record.table.breaks_before(record.place);
                    Cell::Key(kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join("|"))
                },
            )
            .words(
                "own_geography",
                Phrase::new("Địa giới của đợt", "Own geography"),
                |record| Cell::Day(record.point.own_geography),
            )
            .words("geography", Phrase::new("Địa giới", "Geography"), |record| {
                Cell::Day(record.table.geography)
            });
        let table = provenance_columns(columns, |record| &record.point.provenance);
        let records = self.groups.iter().flat_map(|group| {
            let cells = group.cells.iter().zip(&self.points).enumerate();
            cells.map(move |(place, (cell, point))| Record {
                table: self,
                group,
                place,
                point,
                cell,
            })
        });
        table.of(records)
    }

    fn overview(&self) -> Overview {
        let mut columns =
            Columns::default().words("group", phrases::row(self.by), |group: &&SeriesGroup| {
                Cell::Name(group.group.name.clone())
            });
        for (place, point) in self.points.iter().enumerate() {
            let style = Style::of(&point.provenance);
            let sign = if self.breaks_before(place).is_empty() { "" } else { "≠ " };
            let n = move |group: &&SeriesGroup| {
                let cell = group.cells[place];
                match (cell.suppressed, cell.n) {
                    (None, None) => Cell::Empty,
                    (suppressed, n) => style.n((suppressed, n), cell.caution),
                }
            };
            let score = move |group: &&SeriesGroup| {
                let SeriesCell { suppressed, score, precision, caution, .. } = group.cells[place];
                style.score((suppressed, score), precision, caution)
            };
            let assumed = move |group: &&SeriesGroup| bounds(group.cells[place], style);
            let number = place + 1;
            columns = columns
                .numbers(format!("n_{number}"), same(format!("{sign}{number}. n")), n)
                .numbers(format!("score_{number}"), heading(number, phrases::SCORE), score);
            if self.groups.iter().any(|group| group.cells[place].bounds.is_some()) {
                let title = heading(number, Phrase::new("Cận", "Bounds"));
                columns = columns.words(format!("bounds_{number}"), title, assumed);
            }
        }
        Overview {
            notes: self.notes(),
            tables: vec![columns.of(&self.groups)],
            remarks: self.remarks(),
        }
    }
}

impl SeriesTable {
    /// What is not the same as at the point before.
    fn breaks_before(&self, place: usize) -> &[crate::analysis::Break] {
        let step = self.breaks.iter().find(|step| step.after + 1 == place);
        step.map_or(&[], |step| &step.kinds)
    }

    fn notes(&self) -> Vec<Text> {
        let is_simulated = self.points.iter().any(|point| point.provenance.simulated);
        let mut notes: Vec<Text> = is_simulated.then(simulated).into_iter().collect();
        notes.extend(self.points.first().map(|point| {
            in_both(|language| {
                let population = population(point.provenance.population).get(language);
                let units = Phrase::new("đơn vị hành chính ngày", "units of").get(language);
                let hidden = Phrase::new("không công bố", "not published").get(language);
                let line = format!(
                    "{}: {population}; {units} {}; {hidden} n < {}; {}",
                    self.node.title.get(language),
                    phrases::day(self.geography, language),
                    point.provenance.min_n,
                    confidence(&point.provenance, language),
                );
                let filters = filters(&point.provenance.filters, language);
                [Some(line), filters].into_iter().flatten().collect::<Vec<_>>().join("; ")
            })
        }));
        notes.extend(self.points.iter().zip(1..).map(|(point, number): (_, u32)| {
            in_both(|language| format!("  {number}. {}", describe(point, language)))
        }));
        notes.extend(self.breaks.iter().flat_map(|step| {
            let line = in_both(|language| {
                let kinds =
                    step.kinds.iter().map(|kind| phrases::not_the_same(*kind).get(language));
                let kinds = kinds.collect::<Vec<_>>().join(", ");
                let (from, to) = (step.after + 1, step.after + 2);
                match language {
                    Language::Vi => format!("  ≠ giữa {from} và {to}: {kinds}"),
                    Language::En => format!("  ≠ between {from} and {to}: {kinds}"),
                }
            });
            std::iter::once(line).chain(statement_notes(&step.statements))
        }));
        notes
    }

    fn remarks(&self) -> Vec<Text> {
        let mut remarks: Vec<Text> =
            self.points.first().map(|point| remark(&point.provenance)).into_iter().collect();
        if let Some(assumption) = &self.assumption {
            let bounds = Phrase::new(
                "‹thấp–cao›: các cận; %: phần quyền số dựa trên giả định.",
                "‹low–high›: bounds; %: how much of the weight rests on the assumption.",
            );
            remarks.extend([bounds.into(), assumption.clone()]);
        }
        remarks
    }
}

fn heading(number: usize, name: Phrase) -> Text {
    in_both(|language| format!("{number}. {}", name.get(language)))
}

/// The bounds of a score that rests on an assumption, and how much of it does.
fn bounds(cell: SeriesCell, style: Style) -> Cell {
    cell.bounds.map_or(Cell::Empty, |SeriesBounds { low, high }| {
        Cell::Text(in_both(|language| {
            let share = phrases::percent(100.0 * cell.assumed, 0, language);
            format!("‹{}› {share}", style.limits([low, high], language))
        }))
    })
}

fn describe(point: &SeriesPoint, language: Language) -> String {
    let provenance = &point.provenance;
    let title = provenance.wave_title.get(language);
    let mut parts = vec![match &point.period_title {
        Some(period) => format!("{title}, {}", period.get(language)),
        None => format!("{title}{}", days(&provenance.filters, language)),
    }];
    let pair = |name: Phrase, value: String| format!("{} {value}", name.get(language));
    parts.push(pair(phrases::INSTRUMENT, provenance.instrument.to_string()));
    parts.push(pair(phrases::METHOD, super::method(provenance)));
    parts.push(pair(
        Phrase::new("đơn vị hành chính ngày", "units of"),
        phrases::day(point.own_geography, language),
    ));
    let bridged = Phrase::new("đã quy đổi đơn vị hành chính", "bridged");
    parts.extend(point.bridged.then(|| bridged.get(language).to_owned()));
    let approximate = point.approximate_groups.then(|| phrases::APPROXIMATE.get(language));
    parts.extend(approximate.map(str::to_owned));
    parts.extend(point.channels.iter().map(|one| {
        let name = phrases::channel(one.channel).get(language);
        format!("{name} {}", phrases::whole(one.forms, language))
    }));
    if !point.left_out.is_empty() {
        let names: Vec<&str> =
            point.left_out.iter().map(|label| label.name.get(language)).collect();
        let without = Phrase::new("không có đơn vị kế thừa:", "without a successor:");
        parts.push(pair(without, names.join(", ")));
    }
    parts.join("; ")
}

fn precision_columns<'a>(columns: Columns<'a, Record<'a>>) -> Columns<'a, Record<'a>> {
    columns
        .numbers("se", phrases::SE, |record| number(record.cell.precision.map(|one| one.se)))
        .numbers("df", Phrase::new("Bậc tự do", "Degrees of freedom"), |record| {
            Cell::count(record.cell.precision.map(|one| one.df))
        })
        .numbers("ci_low", Phrase::new("Cận dưới", "Lower limit"), |record| {
            number(record.cell.precision.map(|one| one.ci_low))
        })
        .numbers("ci_high", Phrase::new("Cận trên", "Upper limit"), |record| {
            number(record.cell.precision.map(|one| one.ci_high))
        })
        .numbers(
            "bound_low",
            Phrase::new("Cận dưới của giả định", "Lower bound"),
            |record| number(record.cell.bounds.map(|one| one.low)),
        )
        .numbers(
            "bound_high",
            Phrase::new("Cận trên của giả định", "Upper bound"),
            |record| number(record.cell.bounds.map(|one| one.high)),
        )
        .numbers(
            "assumed",
            Phrase::new("Phần dựa trên giả định", "Assumed part"),
            |record| number(Some(record.cell.assumed)),
        )
}
