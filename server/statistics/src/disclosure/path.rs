//! Finds the cheapest path through a tree along which cells can be hidden.

use std::ops::Add;

use super::Tree;

/// A path between two leaves of a tree without the member where it turns, or from one leaf up to
/// the root: what a change at the leaves that cancels out reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) cost: Cost,
    pub(super) from: usize,
    pub(super) to: Option<usize>,
}

/// What a path hides that was visible, in respondents; compared in the order of the fields.
///
/// Ancestors come first because they are what most readers look at, and because they are not
/// always larger than a sibling with all that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Cost {
    /// In printed cells above the member through which the path goes.
    above: u64,
    /// In printed cells.
    printed: u64,
    /// In all cells.
    all: u64,
}

/// The cheapest path through a member that turns right above it, among those that `accept` lets
/// pass; above a root there is only the way out. Of equal ones the first.
///
/// `weigh` gives the cost of a member, none if a path cannot end in or below it.
pub(super) fn beside(
    tree: &Tree,
    through: usize,
    weigh: &impl Fn(usize) -> Option<Cost>,
    accept: impl Fn(&Path) -> bool,
) -> Option<Path> {
    let (spent, from) = leg(tree, through, weigh)?;
    let mut best = Best::new(None);
    match tree.parent(through) {
        None => best.offer(Path { cost: spent, from, to: None }, accept),
        Some(parent) => {
            for path in turning(tree, (parent, through), (spent, from), weigh) {
                best.offer(path, &accept);
                if best.beats(Cost::default()) {
                    break;
                }
            }
        }
    }
    best.path
}

/// The cheapest path through a member that costs less than `limit`, if there is one, among those
/// that `accept` lets pass; of equal ones the one that turns lowest.
pub(super) fn cheapest(
    tree: &Tree,
    through: usize,
    weigh: &impl Fn(usize) -> Option<Cost>,
    limit: Option<Cost>,
    accept: impl Fn(&Path) -> bool,
) -> Option<Path> {
    let mut best = Best::new(limit);
    climb(tree, through, weigh, |candidate| match candidate {
        Candidate::Path(path) => {
            best.offer(path, &accept);
            Climb::unless(best.beats(Cost::default()))
        }
        Candidate::Higher(cost) => Climb::unless(best.beats(cost)),
    });
    best.path
}

/// All paths through a member whose lower end below it is the cheapest; those that turn lowest
/// come first.
pub(super) fn all(
    tree: &Tree,
    through: usize,
    weigh: &impl Fn(usize) -> Option<Cost>,
) -> Vec<Path> {
    let mut paths = Vec::new();
    climb(tree, through, weigh, |candidate| {
        if let Candidate::Path(path) = candidate {
            paths.push(path);
        }
        Climb::On
    });
    paths
}

impl Path {
    /// The ends; a change happens there, and everywhere else only follows.
    pub(super) fn ends(&self) -> impl Iterator<Item = usize> + use<> {
        [Some(self.from), self.to].into_iter().flatten()
    }

    /// All members, ends included.
    pub(super) fn members(self, tree: &Tree) -> impl Iterator<Item = usize> {
        let turn = self.to.and_then(|to| tree.common(self.from, to));
        let below = move |end| tree.upwards(end).take_while(move |&at| Some(at) != turn);
        below(self.from).chain(self.to.into_iter().flat_map(below))
    }
}

impl Cost {
    pub(super) fn printed(n: u64) -> Self {
        Self { above: 0, printed: n, all: n }
    }

    pub(super) fn implicit(n: u64) -> Self {
        Self { above: 0, printed: 0, all: n }
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            above: self.above + other.above,
            printed: self.printed + other.printed,
            all: self.all + other.all,
        }
    }
}

/// The best path so far.
struct Best {
    path: Option<Path>,
    limit: Option<Cost>,
}

impl Best {
    fn new(limit: Option<Cost>) -> Self {
        Self { path: None, limit }
    }

    fn offer(&mut self, path: Path, accept: impl Fn(&Path) -> bool) {
        if !self.beats(path.cost) && accept(&path) {
            self.limit = Some(path.cost);
            self.path = Some(path);
        }
    }

    /// Whether nothing that costs as much can replace it.
    fn beats(&self, cost: Cost) -> bool {
        self.limit.is_some_and(|limit| limit <= cost)
    }
}

enum Candidate {
    Path(Path),
    /// All that follow cost at least this.
    Higher(Cost),
}

#[derive(PartialEq, Eq)]
enum Climb {
    On,
    Done,
}

impl Climb {
    fn unless(done: bool) -> Self {
        if done { Self::Done } else { Self::On }
    }
}

/// Offers the paths that turn at the parent, then those that turn one level higher, and so on;
/// last the one that goes up to the root.
fn climb(
    tree: &Tree,
    through: usize,
    weigh: &impl Fn(usize) -> Option<Cost>,
    mut offer: impl FnMut(Candidate) -> Climb,
) {
    let Some((mut spent, from)) = leg(tree, through, weigh) else {
        return;
    };
    let mut at = through;
    while let Some(parent) = tree.parent(at) {
        for path in turning(tree, (parent, at), (spent, from), weigh) {
            if offer(Candidate::Path(path)) == Climb::Done {
                return;
            }
        }
        let cost = weigh(parent).unwrap_or_default();
        spent = spent + Cost { above: cost.printed, ..cost };
        if offer(Candidate::Higher(spent)) == Climb::Done {
            return;
        }
        at = parent;
    }
    offer(Candidate::Path(Path { cost: spent, from, to: None }));
}

/// The paths that come up to `at` at a cost and turn at its parent, one for each sibling.
fn turning(
    tree: &Tree,
    (parent, at): (usize, usize),
    (spent, from): (Cost, usize),
    weigh: &impl Fn(usize) -> Option<Cost>,
) -> impl Iterator<Item = Path> {
    let siblings = tree.children(parent).iter().copied().filter(move |&sibling| sibling != at);
    siblings.filter_map(move |sibling| {
        let (cost, to) = leg(tree, sibling, weigh)?;
        Some(Path { cost: spent + cost, from, to: Some(to) })
    })
}

/// The cheapest way down to a leaf: its cost, the start included, and the leaf.
fn leg(tree: &Tree, at: usize, weigh: &impl Fn(usize) -> Option<Cost>) -> Option<(Cost, usize)> {
    let cost = weigh(at)?;
    if tree.children(at).is_empty() {
        return Some((cost, at));
    }
    // `min_by_key` keeps the first of equal ones.
    let (below, leaf) = tree
        .children(at)
        .iter()
        .filter_map(|&child| leg(tree, child, weigh))
        .min_by_key(|&(cost, _)| cost)?;
    Some((cost + below, leaf))
}
