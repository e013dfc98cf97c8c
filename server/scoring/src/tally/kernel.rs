//! One range of rows.

use survey_defs::method::MissingRule;

use super::rows::{Blanks, PIECE, Rows, Run, runs};
use super::totals::{CODES, Slot, Totals, range};
use crate::data::{CellCode, Keys, Part};
use crate::index_layout::IndexLayout;

/// What a tally depends on besides the rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) part: &'a Part,
    pub(crate) keys: &'a Keys,
    pub(crate) layout: &'a IndexLayout,
    pub(crate) rule: MissingRule,
}

/// The totals of a range of rows.
///
/// Rows are worked on in pieces that stay in the first cache, column by column, and within a piece
/// by runs of one key and month. What is added up per answer fits one machine word: eight bits for
/// each of the seven codes, emptied after at most 255 answers.
pub(super) fn tally(frame: Frame<'_>, rows: &Rows<'_>, block: std::ops::Range<usize>) -> Totals {
    let mut totals = Totals::none(frame.layout);
    let mut blanks = Blanks::new(frame.rule, frame.layout);
    let mut answered = vec![[0_u8; PIECE]; frame.layout.inner.len()];
    let ancestors = ancestors(frame.layout);
    for start in block.clone().step_by(PIECE) {
        let piece = start..block.end.min(start + PIECE);
        let weights = &rows.weights[piece.clone()];
        let runs: Vec<Placed> = runs(rows, piece.clone())
            .into_iter()
            .map(|run| place(&mut totals, frame, weights, run))
            .collect();
        blanks.decide(rows, piece.clone());
        for node in &mut answered {
            node[..piece.len()].fill(0);
        }
        for (item, ancestors) in ancestors.iter().enumerate() {
            let cells = blanks.apply(&rows.cells[item][piece.clone()]);
            add_item(&mut totals, item, cells, weights, &runs);
            for node in ancestors {
                for (answered, cell) in answered[*node].iter_mut().zip(cells) {
                    *answered |= u8::from(*cell > CellCode::NOT_APPLICABLE.0);
                }
            }
        }
        add_respondents(&mut totals, &answered, &runs);
    }
    totals
}

/// A run with its places in the totals.
#[derive(Debug, Clone, Copy)]
struct Placed {
    start: usize,
    end: usize,
    sums: usize,
    counts: usize,
    weight: RunWeight,
}

/// What the forms of a run weigh.
#[derive(Debug, Clone, Copy)]
enum RunWeight {
    /// All the same, so that counts give the sums.
    Same(f64),
    Different,
}

/// Finds the places of a run and counts its forms.
fn place(totals: &mut Totals, frame: Frame<'_>, weights: &[f64], run: Run) -> Placed {
    let key = frame.part.key(run.key);
    let leader = frame.keys.place(key).leader;
    let sums = totals.sum_slot(Slot { key, month: run.month });
    let counts = totals.count_slot(Slot { key: leader, month: run.month });
    let weights = &weights[run.start..run.end];
    totals.counts.forms[counts] += weights.len() as u64;
    totals.sums.form_weights[sums] += weights.iter().sum::<f64>();
    totals.weighted |= weights.iter().any(|weight| is_other(*weight, 1.0));
    let same = weights.iter().all(|weight| !is_other(*weight, weights[0]));
    let weight = if same { RunWeight::Same(weights[0]) } else { RunWeight::Different };
    Placed { start: run.start, end: run.end, sums, counts, weight }
}

/// Not equal, bit by bit; neither is NaN or 0.
fn is_other(one: f64, other: f64) -> bool {
    one.to_bits() != other.to_bits()
}

/// For each item the inner nodes above it, as places among the inner nodes.
fn ancestors(layout: &IndexLayout) -> Vec<Vec<usize>> {
    let above = |item: usize| {
        let inner = layout.inner.iter().enumerate();
        inner.filter(move |(_, node)| layout.below[**node].contains(&item)).map(|(place, _)| place)
    };
    (0..layout.items.len()).map(|item| above(item).collect()).collect()
}

fn add_item(totals: &mut Totals, item: usize, cells: &[i8], weights: &[f64], runs: &[Placed]) {
    let items = totals.items;
    for run in runs {
        let cells = &cells[run.start..run.end];
        let codes = count_codes(cells);
        let all = &mut totals.counts.codes[run.counts * items + item];
        for (all, code) in all.iter_mut().zip(codes) {
            *all += code;
        }
        let [weight, levels, top_two] = match run.weight {
            RunWeight::Same(weight) => same_weight(codes, weight),
            RunWeight::Different => different_weights(cells, &weights[run.start..run.end]),
        };
        let place = run.sums * items + item;
        totals.sums.weights[place] += weight;
        totals.sums.levels[place] += levels;
        totals.sums.top_two[place] += top_two;
    }
}

/// For each code, shifted so that the least is 0, a one in its byte; “not asked” is not counted.
const ONES: [u64; 8] = [0, 1, 1 << 8, 1 << 16, 1 << 24, 1 << 32, 1 << 40, 1 << 48];

fn count_codes(cells: &[i8]) -> [u64; CODES] {
    let mut codes = [0; CODES];
    for few in cells.chunks(255) {
        let packed = few.iter().fold(0, |sum, cell| sum + ONES[index(*cell)]);
        for (place, code) in codes.iter_mut().enumerate() {
            *code += (packed >> (8 * place)) & 0xff;
        }
    }
    codes
}

/// A code as a place in a table of eight: “not asked” is 0, levels are 3 to 7.
pub(super) fn index(cell: i8) -> usize {
    usize::from((cell - CellCode::NOT_ASKED.0).cast_unsigned() & 7)
}

#[expect(clippy::cast_precision_loss, reason = "a run has at most PIECE answers")]
fn same_weight(codes: [u64; CODES], weight: f64) -> [f64; 3] {
    let [_, _, levels @ ..] = codes;
    let n: u64 = levels.iter().sum();
    let sum: u64 = (1..).zip(levels).map(|(level, count)| level * count).sum();
    [n, sum, levels[3] + levels[4]].map(|count| weight * count as f64)
}

/// By code: whether it is a level, the level, whether it is one of the highest two.
const PARTS: [[f64; 3]; 8] = [
    [0.0; 3],
    [0.0; 3],
    [0.0; 3],
    [1.0, 1.0, 0.0],
    [1.0, 2.0, 0.0],
    [1.0, 3.0, 0.0],
    [1.0, 4.0, 1.0],
    [1.0, 5.0, 1.0],
];

fn different_weights(cells: &[i8], weights: &[f64]) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for (cell, weight) in cells.iter().zip(weights) {
        for (sum, part) in sums.iter_mut().zip(PARTS[index(*cell)]) {
            *sum += weight * part;
        }
    }
    sums
}

fn add_respondents(totals: &mut Totals, answered: &[[u8; PIECE]], runs: &[Placed]) {
    for run in runs {
        let all = &mut totals.counts.respondents[range(run.counts, totals.inner)];
        for (all, answered) in all.iter_mut().zip(answered) {
            let ones = answered[run.start..run.end].iter().map(|one| u32::from(*one));
            *all += u64::from(ones.sum::<u32>());
        }
    }
}
