//! Complementary suppression: which cells of a hierarchical table stay hidden, so that no hidden
//! quantity can be computed from the printed ones.
//!
//! The table has a cell for each group (city, districts, wards, agencies, branches) and each node
//! (index, contents, factors, items). A group is the sum of the groups below it, a node the sum of
//! the nodes below it. Primary suppression hides what is small;
//! [`suppress`](crate::disclosure::suppress) adds the companions without which subtraction would
//! bring it back. The terms are those of Hundepool et al.,
//! *Statistical Disclosure Control* (Wiley 2012); the rule of rectangles is our own.
//!
//! # Why it is safe
//!
//! Let X be any change of the counts of leaf groups × leaf nodes; the change of every other cell
//! is a sum of entries of X. A hidden quantity is undetermined as soon as some X changes it and
//! changes nothing that is printed. Here a *path* joins two leaves of a tree, without the node
//! where it turns and what is above it; or it leads from one leaf up to the root. For leaves a and
//! a′, e(a) − e(a′) changes exactly the members of the path between them, by ±1, because the two
//! cancel from the turn upwards; e(a) alone changes exactly the path to the root.
//!
//! The product of a path of groups and a path of nodes is a *rectangle*: the product of the two
//! vectors changes exactly the cells of the rectangle, and touches only its corners, the products
//! of leaves, which therefore must not be known zeros.
//!
//! `suppress` hides nothing but rectangles, each one entirely, and every cell that must be
//! hidden lies in one. Multiply the witness of its rectangle with a vector over the seven counts:
//!
//! * hidden cells: e(level) − e(no answer) changes n, T2B and the sum of the levels, and keeps
//!   the number of forms, so that this may be public. All cells of the rectangle are hidden.
//! * hidden counts under a visible n and score: (1, −2, 1, 0, 0) and (−1, 1, 0, 1, −1) over the
//!   levels keep n, levels 4 + 5 and the sum of the levels, and together change every level;
//!   e(not applicable) − e(no answer) changes the other two. In all cells of the rectangle the
//!   counts are hidden, be it with the cell or alone.
//!
//! Hence no hidden count, n, T2B or sum of levels is a function of what is printed. A rectangle
//! exists for every cell that is not zero: the corner below it alone, with the paths to both
//! roots. Usually the cheapest one is a sibling group times a sibling node.
//!
//! Groups below one visible group that are hidden together can be added up by a reader: visible
//! group minus visible children. Such a union is never a population of fewer than `min_n` either.
//!
//! # What is not covered
//!
//! * Tables of other periods, filters or groupings that overlap without nesting; the caller must
//!   not offer two such tables whose difference is small.
//! * Bounds. Hidden counts are not negative, are whole numbers, and lie between limits that follow
//!   from the totals; with T2B = 100 % the three lower levels are known to be zero, and n and the
//!   mean then give the other two. Only exact derivation by linear relations is prevented.
//! * A node score that is a mean of means, combined with the counts of the same visible node: that
//!   is a further, non-linear equation. Relations of scores alone, with coefficients that are not
//!   zero and the same in all groups, are covered: the entries of the witness change, not its
//!   support.
//! * Sums of hidden nodes of one group, and sums of hidden counts over hidden groups: they may be
//!   small.
//! * Cells with n = 0: their counts of "not applicable" and "no answer" are taken as known.

mod complementary;
mod path;
mod table;
mod tree;
mod unions;

#[cfg(test)]
mod tests;

pub use table::{Cell, Error, Group, Limits, Publication, Table};

use complementary::SuppressionMask;
use tree::Tree;

/// What a reader may see of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everything. A cell with n = 0 is shown as empty: that nobody has a valid answer is no
    /// secret, and the caller prints no counts and no score there.
    Shown,
    /// n and score, but none of the seven counts.
    CountsHidden(Cause),
    /// Nothing: neither n, nor counts, nor score, nor standard error.
    Hidden(Cause),
}

/// Why something is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The cell is small itself: too few respondents, or a small count.
    Primary,
    /// The cell protects a small one.
    Complementary,
}

/// Decides for each cell what a reader may see; row-major, group × node, as [`Table::cells`].
///
/// A cell with 0 < n < `min_n` is hidden. The counts of a cell are hidden if one of the seven is
/// between 1 and `small` − 1. Companions are hidden as the module describes: those with the
/// smallest n, implicit groups first because hiding them costs nothing. The result depends on the
/// order of siblings only where they tie.
///
/// # Errors
///
/// If the table has no proper shape, or a group is not the sum of its children: the guarantee
/// would be void.
///
/// # Examples
///
/// A city of three wards, one of them small; the smaller of the others is hidden with it.
///
/// ```
/// use statistics::disclosure::{
///     Cause, Cell, Group, Limits, Publication, Table, Visibility, suppress,
/// };
///
/// let group = |parent| Group { parent, publication: Publication::Printed };
/// let cell = |n| Cell { n, counts: [0, 0, 0, 0, n, 0, 0] };
/// let visibility = suppress(&Table {
///     groups: &[group(None), group(Some(0)), group(Some(0)), group(Some(0))],
///     nodes: &[None],
///     cells: &[cell(260), cell(10), cell(150), cell(100)],
///     limits: Limits { min_n: 30, small: 5 },
/// })?;
/// assert_eq!(
///     visibility,
///     [
///         Visibility::Shown,
///         Visibility::Hidden(Cause::Primary),
///         Visibility::Shown,
///         Visibility::Hidden(Cause::Complementary),
///     ]
/// );
/// # Ok::<(), statistics::disclosure::Error>(())
/// ```
pub fn suppress(table: &Table<'_>) -> Result<Vec<Visibility>, Error> {
    let (groups, nodes) = table.trees()?;
    let cells = table.cells;
    let Limits { min_n, small } = table.limits;

    let too_few: Vec<bool> = cells.iter().map(|cell| 0 < cell.n && cell.n < min_n).collect();
    let mut mask = SuppressionMask::new(table, (&groups, &nodes), too_few.clone());
    mask.protect(&too_few);
    mask.protect_unions();
    let hidden = mask.into_hidden();

    let small_counts: Vec<bool> = cells
        .iter()
        .zip(&hidden)
        .map(|(cell, &hidden)| {
            !hidden && cell.n > 0 && cell.counts.iter().any(|&count| 0 < count && count < small)
        })
        .collect();
    let start = hidden.iter().zip(&small_counts).map(|(&hidden, &small)| hidden || small).collect();
    let mut mask = SuppressionMask::new(table, (&groups, &nodes), start);
    mask.protect(&small_counts);
    let counts_hidden = mask.into_hidden();

    Ok((0..cells.len())
        .map(|at| {
            if hidden[at] {
                Visibility::Hidden(Cause::of(too_few[at]))
            } else if counts_hidden[at] {
                Visibility::CountsHidden(Cause::of(small_counts[at]))
            } else {
                Visibility::Shown
            }
        })
        .collect())
}

impl Cause {
    fn of(primary: bool) -> Self {
        if primary { Self::Primary } else { Self::Complementary }
    }
}
