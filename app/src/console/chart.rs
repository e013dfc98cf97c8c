//! The distribution of the five levels as plain data, ready to be drawn.

use survey_defs::analysis::{NodeLabel, ScoreCell, ScoreTable};
use survey_defs::counts::LevelCounts;
use survey_defs::phrases;
use survey_defs::text::Language;

use crate::table_model::{Cell, Depth, title};

/// From this share on a segment is wide enough for its number, even on a phone.
const LABEL_FROM_SHARE: f64 = 9.0;

/// One group's distributions, in the order of the table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chart {
    pub(crate) name: String,
    pub(crate) bars: Vec<Bar>,
}

/// The distribution of one node.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub(crate) title: String,
    pub(crate) depth: Depth,
    pub(crate) score: Cell,
    pub(crate) n: Cell,
    /// Where the counts may be shown.
    pub(crate) levels: Option<Levels>,
}

/// Counts of one node with their shares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Levels {
    pub(crate) segments: [Segment; 5],
    pub(crate) not_applicable: String,
    pub(crate) no_answer: String,
    /// The picture in words.
    pub(crate) spoken: String,
}

/// One level of a bar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Segment {
    /// Where it begins and how wide it is, in percent of the bar.
    pub(crate) start: f64,
    pub(crate) share: f64,
    /// The share as text, empty where there is no room.
    pub(crate) label: String,
    pub(crate) count: String,
    pub(crate) percent: String,
}

impl Chart {
    /// The first group of a table.
    pub(crate) fn of_first(table: &ScoreTable, language: Language) -> Option<Self> {
        let scores = table.groups.first()?;
        // Where the whole is withheld, so is each part of it; saying it once is enough.
        let is_withheld = scores.cells.first().is_some_and(|cell| cell.suppressed.is_some());
        let n_bars = if is_withheld { 1 } else { scores.cells.len() };
        let bars = table.nodes.iter().zip(&scores.cells).take(n_bars);
        Some(Self {
            name: scores.group.name.get(language).to_owned(),
            bars: bars.map(|(label, cell)| Bar::new(label, cell, table, language)).collect(),
        })
    }
}

impl Bar {
    fn new(label: &NodeLabel, cell: &ScoreCell, table: &ScoreTable, language: Language) -> Self {
        Self {
            title: title(label, table, language),
            depth: Depth::of(&label.node),
            score: Cell::new(&table.score(cell), language),
            n: Cell::new(&table.n(cell), language),
            levels: cell.counts.map(|counts| Levels::new(&counts, language)),
        }
    }
}

impl Levels {
    fn new(counts: &LevelCounts, language: Language) -> Self {
        let LevelCounts { levels, not_applicable, no_answer } = counts;
        let mut start = 0.0;
        let segments = levels.map(|count| {
            let segment = Segment::new(start, count, counts.n(), language);
            start += segment.share;
            segment
        });
        let (not_applicable, no_answer) =
            (phrases::whole(*not_applicable, language), phrases::whole(*no_answer, language));
        let mut spoken: Vec<String> = segments
            .iter()
            .zip(phrases::LEVELS)
            .map(|(segment, level)| format!("{} {}", level.get(language), segment.percent))
            .collect();
        spoken.push(format!("{} {not_applicable}", phrases::NOT_APPLICABLE.get(language)));
        spoken.push(format!("{} {no_answer}", phrases::NO_ANSWER.get(language)));
        Self { segments, not_applicable, no_answer, spoken: spoken.join("; ") }
    }
}

impl Segment {
    fn new(start: f64, count: u64, n: u64, language: Language) -> Self {
        let share = phrases::share(count, n);
        let room = share >= LABEL_FROM_SHARE;
        Self {
            start,
            share,
            label: if room { phrases::percent(share, 0, language) } else { String::new() },
            count: phrases::whole(count, language),
            percent: phrases::percent(share, 1, language),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_follow_each_other_and_fill_the_bar() {
        let counts = LevelCounts { levels: [1, 2, 12, 55, 30], not_applicable: 7, no_answer: 3 };
        let levels = Levels::new(&counts, Language::Vi);
        let starts = levels.segments.each_ref().map(|segment| segment.start);
        for (start, expected) in starts.iter().zip([0.0, 1.0, 3.0, 15.0, 70.0]) {
            assert!((start - expected).abs() < 1e-9, "{starts:?}");
        }
        let labels = levels.segments.each_ref().map(|segment| segment.label.as_str());
        assert_eq!(labels, ["", "", "12%", "55%", "30%"]);
        assert_eq!(
            levels.spoken,
            "Rất không hài lòng 1,0%; Không hài lòng 2,0%; Bình thường 12,0%; Hài lòng 55,0%; \
             Rất hài lòng 30,0%; không áp dụng 7; không trả lời 3"
        );
    }

    #[test]
    fn no_answers_draw_no_segments() {
        let levels = Levels::new(&LevelCounts::default(), Language::En);
        assert!(levels.segments.iter().all(|segment| segment.label.is_empty()));
    }
}
