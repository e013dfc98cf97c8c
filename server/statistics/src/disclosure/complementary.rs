//! Complementary suppression: hides the rectangles that protect the hidden cells.

use super::path::{self, Cost, Path};
use super::{Publication, Table, Tree};

/// The hidden cells of a table while rectangles are being hidden.
///
/// Invariant: a hidden cell is either one that was hidden at the start or part of a rectangle that
/// is hidden entirely; `covered` are the latter.
#[derive(Debug)]
pub(super) struct SuppressionMask<'a> {
    pub(super) table: &'a Table<'a>,
    pub(super) groups: &'a Tree,
    pub(super) nodes: &'a Tree,
    hidden: Vec<bool>,
    covered: Vec<bool>,
    /// n of all cells, close together because most of the time goes into looking at them.
    n: Vec<u64>,
    /// What hiding a cell takes from a reader: n, or zero once it is hidden.
    price: Vec<u64>,
}

/// What a rectangle is hidden for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// Every cell gets into a rectangle; hidden companions are welcome.
    Cell,
    /// The hidden siblings of a cell are too few together; one more must be hidden.
    Union,
}

impl<'a> SuppressionMask<'a> {
    pub(super) fn new(
        table: &'a Table<'a>,
        (groups, nodes): (&'a Tree, &'a Tree),
        hidden: Vec<bool>,
    ) -> Self {
        let covered = vec![false; hidden.len()];
        let n: Vec<u64> = table.cells.iter().map(|cell| cell.n).collect();
        let price = n.iter().zip(&hidden).map(|(&n, &hidden)| if hidden { 0 } else { n }).collect();
        Self { table, groups, nodes, hidden, covered, n, price }
    }

    /// Hides a rectangle around each of the given cells, which are hidden already.
    ///
    /// Upper groups come first, because their rectangles reach down and serve the lower ones; then
    /// smaller groups, so that the order of siblings does not matter.
    pub(super) fn protect(&mut self, cells: &[bool]) {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by_cached_key(|&group| (self.groups.depth(group), self.total(group)));
        for group in order {
            let mut open: Vec<usize> = (0..self.nodes.len())
                .filter(|&node| cells[self.table.index(group, node)])
                .collect();
            self.sort_nodes(group, &mut open);
            self.protect_group(group, &open, Aim::Cell);
        }
    }

    pub(super) fn into_hidden(self) -> Vec<bool> {
        self.hidden
    }

    pub(super) fn n(&self, group: usize, node: usize) -> u64 {
        self.n[self.table.index(group, node)]
    }

    pub(super) fn is_hidden(&self, group: usize, node: usize) -> bool {
        self.hidden[self.table.index(group, node)]
    }

    pub(super) fn sort_nodes(&self, group: usize, nodes: &mut [usize]) {
        nodes.sort_by_key(|&node| (self.nodes.depth(node), self.n(group, node)));
    }

    /// The answers of a group to all nodes.
    pub(super) fn total(&self, group: usize) -> u64 {
        self.n[self.table.index(group, 0)..self.table.index(group + 1, 0)].iter().sum()
    }

    /// Reaches the aim for some nodes of a group, with one companion for as many as possible.
    pub(super) fn protect_group(&mut self, group: usize, open: &[usize], aim: Aim) {
        let mut node_paths = self.node_paths(group, open, aim);
        loop {
            let (shared, rest) = self.share(group, node_paths);
            node_paths = rest;
            if shared.is_empty() {
                break;
            }
            if !self.suppress_beside(group, &shared, open, aim) {
                node_paths.extend(shared);
                break;
            }
        }
        for node_path in node_paths {
            self.suppress_beside(group, &[node_path], open, aim);
        }
        for &node in open {
            if self.is_open(group, node, aim) {
                self.suppress_cheapest(group, node, aim);
            }
        }
    }

    /// Paths of nodes that contain the open ones, cheap within the group.
    fn node_paths(&self, group: usize, open: &[usize], aim: Aim) -> Vec<Path> {
        let mut planned = vec![false; self.nodes.len()];
        let mut node_paths = Vec::new();
        for &node in open {
            if planned[node] || !self.is_open(group, node, aim) {
                continue;
            }
            let weigh = |node: usize| {
                let cost = if planned[node] { Cost::default() } else { self.cost(group, node) };
                (self.n(group, node) > 0).then_some(cost)
            };
            let node_path = path::cheapest(self.nodes, node, &weigh, None, |node_path| {
                self.is_supported(group, node_path)
            });
            let node_path = node_path.expect("the path to the root has one end, which has answers");
            for member in node_path.members(self.nodes) {
                planned[member] = true;
            }
            node_paths.push(node_path);
        }
        node_paths
    }

    /// Splits paths of nodes into those that one sibling can take over together and the rest; the
    /// sibling is the one that can take most of them, then the cheapest.
    fn share(&self, group: usize, node_paths: Vec<Path>) -> (Vec<Path>, Vec<Path>) {
        let fits = |sibling: usize, node_path: &Path| {
            node_path.ends().all(|corner| self.n(sibling, corner) > 0)
        };
        let siblings = self.groups.parent(group).map_or(&[][..], |it| self.groups.children(it));
        let best = siblings.iter().copied().filter(|&sibling| sibling != group).min_by_key(|&it| {
            let missing = node_paths.iter().filter(|node_path| !fits(it, node_path)).count();
            (missing, self.total(it))
        });
        match best {
            Some(sibling) => node_paths.into_iter().partition(|node_path| fits(sibling, node_path)),
            None => (node_paths, Vec::new()),
        }
    }

    /// Hides the paths of nodes in the group and in one sibling of it, with what is below the two.
    /// False if no sibling can serve, so that the parent would have to be hidden.
    fn suppress_beside(
        &mut self,
        group: usize,
        node_paths: &[Path],
        open: &[usize],
        aim: Aim,
    ) -> bool {
        let mut planned = vec![false; self.nodes.len()];
        for node_path in node_paths {
            node_path.members(self.nodes).for_each(|node| planned[node] = true);
        }
        let nodes: Vec<usize> = (0..planned.len()).filter(|&node| planned[node]).collect();
        let corners: Vec<usize> = node_paths.iter().flat_map(Path::ends).collect();
        let weigh = |group| self.weigh(group, &nodes, &corners);
        let path =
            path::beside(self.groups, group, &weigh, |path| self.reaches(group, path, open, aim));
        let Some(path) = path else {
            return false;
        };
        for &node_path in node_paths {
            self.suppress_rectangle(path, node_path);
        }
        true
    }

    /// Hides the rectangle around a cell that costs the fewest respondents in the whole table.
    fn suppress_cheapest(&mut self, group: usize, node: usize, aim: Aim) {
        let weigh = |node| (self.n(group, node) > 0).then(|| self.cost(group, node));
        let mut best: Option<(Path, Path)> = None;
        // The path to the root comes first: it fits most groups, so its cost limits the rest.
        for node_path in path::all(self.nodes, node, &weigh).into_iter().rev() {
            let nodes: Vec<usize> = node_path.members(self.nodes).collect();
            let corners: Vec<usize> = node_path.ends().collect();
            let weigh = |group| self.weigh(group, &nodes, &corners);
            let limit = best.map(|(path, _)| path.cost);
            let path = path::cheapest(self.groups, group, &weigh, limit, |path| {
                self.reaches(group, path, &[node], aim)
            });
            best = path.map(|path| (path, node_path)).or(best);
        }
        let (path, node_path) =
            best.expect("the corner below the cell with the paths to both roots is a rectangle");
        self.suppress_rectangle(path, node_path);
    }

    /// Hides a rectangle.
    fn suppress_rectangle(&mut self, path: Path, node_path: Path) {
        for group in path.members(self.groups) {
            for node in node_path.members(self.nodes) {
                let at = self.table.index(group, node);
                // An empty inner node above answered ones says nothing about them.
                if self.n[at] > 0 {
                    self.hidden[at] = true;
                    self.covered[at] = true;
                    self.price[at] = 0;
                }
            }
        }
    }

    /// What hiding nodes in a group takes; none if the group has nobody at a corner.
    fn weigh(&self, group: usize, nodes: &[usize], corners: &[usize]) -> Option<Cost> {
        let row = self.table.index(group, 0)..self.table.index(group + 1, 0);
        let (n, price) = (&self.n[row.clone()], &self.price[row]);
        corners
            .iter()
            .all(|&corner| n[corner] > 0)
            .then(|| self.cost_of(group, nodes.iter().map(|&node| price[node]).sum()))
    }

    fn cost(&self, group: usize, node: usize) -> Cost {
        self.cost_of(group, self.price[self.table.index(group, node)])
    }

    fn cost_of(&self, group: usize, n: u64) -> Cost {
        match self.table.groups[group].publication {
            Publication::Printed => Cost::printed(n),
            Publication::Implicit => Cost::implicit(n),
        }
    }

    /// Whether some leaf below the group has answers at all ends of a path of nodes.
    fn is_supported(&self, group: usize, node_path: &Path) -> bool {
        node_path.ends().all(|corner| self.n(group, corner) > 0)
            && match self.groups.children(group) {
                [] => true,
                children => children.iter().any(|&child| self.is_supported(child, node_path)),
            }
    }

    fn is_open(&self, group: usize, node: usize, aim: Aim) -> bool {
        match aim {
            Aim::Cell => !self.covered[self.table.index(group, node)],
            Aim::Union => {
                self.groups.parent(group).is_some_and(|parent| self.is_small_union(parent, node))
            }
        }
    }

    /// Whether a path through a group serves the aim on some nodes: for a union it must hide
    /// something new below the parent, or the parent itself.
    fn reaches(&self, group: usize, path: &Path, open: &[usize], aim: Aim) -> bool {
        match aim {
            Aim::Cell => true,
            Aim::Union => {
                let parent = self.groups.parent(group);
                let sibling = path.to.and_then(|to| {
                    self.groups.upwards(to).find(|&at| self.groups.parent(at) == parent)
                });
                sibling.is_none_or(|sibling| {
                    open.iter()
                        .all(|&node| self.n(sibling, node) > 0 && !self.is_hidden(sibling, node))
                })
            }
        }
    }
}
