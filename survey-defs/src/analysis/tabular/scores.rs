//! Turns score tables into tables of cells.

use super::{Style, annulled_cell, group_columns, notes, number, provenance_columns, remark};
use crate::analysis::scores::{
    CountsSuppression, GroupScores, NodeLabel, ScoreCell, ScoreTable, Suppression,
};
use crate::analysis::table::{Cell, Columns, Overview, Table, Tabular};
use crate::counts::LevelCounts;
use crate::phrases::{self, Phrase};
use crate::text::Text;

/// One node of one group.
struct Record<'a> {
    table: &'a ScoreTable,
    group: &'a GroupScores,
    node: &'a NodeLabel,
    cell: &'a ScoreCell,
}

impl ScoreTable {
    /// What is printed of the score of a cell.
    pub fn score(&self, cell: &ScoreCell) -> Cell {
        let ScoreCell { suppressed, score, precision, caution, .. } = *cell;
        Style::of(&self.provenance).score((suppressed, score), precision, caution)
    }

    /// What is printed of the annulled records of a group.
    pub fn annulled(&self, group: &GroupScores) -> Cell {
        annulled_cell(group.annulled)
    }

    /// Whether there is an annulled record.
    pub fn has_annulled(&self) -> bool {
        self.groups.iter().any(|group| !group.annulled.is_none())
    }

    /// What is printed of the n of a cell.
    pub fn n(&self, cell: &ScoreCell) -> Cell {
        Style::of(&self.provenance).n((cell.suppressed, cell.n), cell.caution)
    }
}

impl Tabular for ScoreTable {
    fn records(&self) -> Table {
        let columns = group_columns(|record: &Record<'_>| &record.group.group)
            .words("node", Phrase::new("Nội dung", "Part"), |record| Cell::key(&record.node.node))
            .numbers("score", phrases::SCORE, |record| number(record.cell.score))
            .numbers("n", phrases::N, |record| Cell::count(record.cell.n))
            .numbers("annulled", phrases::ANNULLED, |record| record.table.annulled(record.group));
        let columns = precision_columns(level_columns(columns))
            .words("caution", phrases::CAUTION, |record| Cell::Flag(record.cell.caution))
            .words("suppressed", Phrase::new("Không công bố", "Suppressed"), |record| {
                Cell::word(record.cell.suppressed.map(Suppression::as_str))
            })
            .words(
                "counts_suppressed",
                Phrase::new("Không công bố số đếm", "Counts suppressed"),
                |record| Cell::word(record.cell.counts_suppressed.map(counts_word)),
            );
        let table = provenance_columns(columns, |record| &record.table.provenance);
        let records = self.groups.iter().flat_map(|group| {
            let cells = self.nodes.iter().zip(&group.cells);
            cells.map(move |(node, cell)| Record { table: self, group, node, cell })
        });
        table.of(records)
    }

    fn overview(&self) -> Overview {
        let mut columns = Columns::default()
            .words("group", phrases::row(self.by), |group: &&GroupScores| {
                Cell::Name(group.group.name.clone())
            })
            .numbers("n", phrases::N, |group| {
                group.cells.first().map_or(Cell::Missing, |cell| self.n(cell))
            });
        if self.has_annulled() {
            columns = columns.numbers("annulled", phrases::ANNULLED, |group: &&GroupScores| {
                self.annulled(group)
            });
        }
        for (place, label) in self.nodes.iter().enumerate() {
            let cell = move |group: &&GroupScores| {
                group.cells.get(place).map_or(Cell::Missing, |cell| self.score(cell))
            };
            columns = columns.numbers(label.node.to_string(), label.title.clone(), cell);
        }
        let mut notes = notes(&self.provenance);
        notes.extend(self.approximate_groups.then(|| Text::from(phrases::APPROXIMATE)));
        Overview {
            notes,
            tables: vec![columns.of(&self.groups)],
            remarks: vec![remark(&self.provenance)],
        }
    }
}

fn level_columns<'a>(mut columns: Columns<'a, Record<'a>>) -> Columns<'a, Record<'a>> {
    for (place, level) in phrases::LEVELS.into_iter().enumerate() {
        columns = columns.numbers(format!("level_{}", place + 1), level, move |record| {
            Cell::count(record.cell.counts.map(|counts| counts.levels[place]))
        });
    }
    let count = |cell: &ScoreCell, of: fn(LevelCounts) -> u64| Cell::count(cell.counts.map(of));
    columns
        .numbers("not_applicable", phrases::NOT_APPLICABLE, move |record| {
            count(record.cell, |counts| counts.not_applicable)
        })
        .numbers("no_answer", phrases::NO_ANSWER, move |record| {
            count(record.cell, |counts| counts.no_answer)
        })
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
        .numbers("deff", Phrase::new("Hiệu ứng thiết kế", "Design effect"), |record| {
            number(record.cell.precision.and_then(|one| one.deff))
        })
        .numbers("n_effective", Phrase::new("Số phiếu hiệu dụng", "Effective n"), |record| {
            number(record.cell.precision.and_then(|one| one.n_effective))
        })
}

fn counts_word(reason: CountsSuppression) -> &'static str {
    match reason {
        CountsSuppression::SmallCounts => "small_counts",
        CountsSuppression::Complementary => "complementary",
    }
}
