//! A second pass for design effects.

use std::ops::Range;

use rayon::prelude::*;
use survey_defs::analysis::Filters;
use survey_defs::answer::Level;
use survey_defs::method::{Conversion, Method};

use super::blocks;
use super::kernel::{Frame, index};
use super::rows::{Blanks, PIECE, Rows, Run, load, runs};
use super::totals::Slot;
use crate::ScoringError;
use crate::data::{CellCode, Forms};
use crate::index_layout::IndexLayout;
use crate::rollup::{Score, worth};

/// The domains of a table and the scores whose SRS variance is wanted in each.
pub(crate) struct Domains<'a> {
    /// The domain of a key and month.
    pub(crate) of: &'a (dyn Fn(Slot) -> Option<usize> + Sync),
    /// For each key what its forms weigh in the end, as a multiple of their own weights.
    pub(crate) factors: &'a [f64],
    /// For each domain the score of each node.
    pub(crate) scores: &'a [Vec<Option<Score>>],
}

/// How far the answers of a node lie apart, as simple random sampling (SRS) would see it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct SrsVariance {
    /// Σ w × u² over the respondents, where u is the influence of one of them.
    pub(crate) squares: f64,
    /// Σ w over the respondents.
    pub(crate) weight: f64,
}

/// The SRS variance of every node in every domain, domain by domain; goes over all rows once more.
pub(crate) fn srs_variance(
    forms: &Forms,
    layout: &IndexLayout,
    filters: &Filters,
    method: &Method,
    domains: &Domains<'_>,
) -> Result<Vec<Vec<SrsVariance>>, ScoringError> {
    let definition = method.definition();
    let of_scores = |scores: &Vec<Option<Score>>| -> Vec<Influences> {
        scores.iter().map(|score| Influences::of(score.as_ref(), definition.conversion)).collect()
    };
    let influences: Vec<Vec<Influences>> = domains.scores.iter().map(of_scores).collect();
    let mut all = vec![vec![SrsVariance::default(); layout.nodes.len()]; influences.len()];
    for part in forms.parts() {
        let frame = Frame { part, keys: forms.keys(), layout, rule: definition.missing };
        let loaded = load(part, layout, filters)?;
        let rows = Rows::of(&loaded, layout)?;
        let of_block = |block: &Range<usize>| {
            block_variances(frame, &rows, block.clone(), (domains, &influences))
        };
        let srs_variances: Vec<_> = blocks(rows.len()).par_iter().map(of_block).collect();
        for one in srs_variances {
            for (all, one) in all.iter_mut().flatten().zip(one.into_iter().flatten()) {
                all.squares += one.squares;
                all.weight += one.weight;
            }
        }
    }
    Ok(all)
}

/// What each answer of a respondent adds to the influence of the respondent on a score: for each
/// item a value for each code.
#[derive(Debug)]
struct Influences {
    items: Vec<(usize, [f64; 8])>,
}

impl Influences {
    fn of(score: Option<&Score>, conversion: Conversion) -> Self {
        let terms = score.map_or(&[][..], |score| &score.terms);
        let items = terms.iter().map(|term| {
            let mut by_code = [0.0; 8];
            for level in Level::ALL {
                let code = index(level.get().cast_signed());
                by_code[code] = term.points * worth(conversion, level) + term.weight;
            }
            (term.item, by_code)
        });
        Self { items: items.collect() }
    }
}

fn block_variances(
    frame: Frame<'_>,
    rows: &Rows<'_>,
    block: Range<usize>,
    (domains, influences): (&Domains<'_>, &[Vec<Influences>]),
) -> Vec<Vec<SrsVariance>> {
    let mut srs_variance =
        vec![vec![SrsVariance::default(); frame.layout.nodes.len()]; influences.len()];
    let mut blanks = Blanks::new(frame.rule, frame.layout);
    let mut codes = vec![0; frame.layout.items.len()];
    for start in block.clone().step_by(PIECE) {
        let piece = start..block.end.min(start + PIECE);
        blanks.decide(rows, piece.clone());
        for Run { start: first, end, key, month } in runs(rows, piece) {
            let key = frame.part.key(key);
            let Some(domain) = (domains.of)(Slot { key, month }) else {
                continue;
            };
            let kept = (first..end).filter(|place| !blanks.is_dropped(*place));
            for row in kept.map(|place| start + place) {
                for (code, cells) in codes.iter_mut().zip(&rows.cells) {
                    *code = index(cells[row]);
                }
                let weight = rows.weights[row] * domains.factors[key as usize];
                add_row(&mut srs_variance[domain], &influences[domain], &codes, weight);
            }
        }
    }
    srs_variance
}

/// Adds one respondent, whose answers are places in a table by [`index`].
fn add_row(
    srs_variance: &mut [SrsVariance],
    influences: &[Influences],
    codes: &[usize],
    weight: f64,
) {
    let no_level = index(CellCode::NOT_APPLICABLE.0);
    for (srs_variance, Influences { items }) in srs_variance.iter_mut().zip(influences) {
        let (mut influence, mut has_answered) = (0.0, false);
        for (item, by_code) in items {
            let code = codes[*item];
            influence += by_code[code & 7];
            has_answered |= code > no_level;
        }
        if has_answered {
            srs_variance.squares += weight * influence * influence;
            srs_variance.weight += weight;
        }
    }
}
