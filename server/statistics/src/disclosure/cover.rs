//! Hides cells by laying rectangles over them.

use super::route::{self, Cost, Route};
use super::{Publication, Table, Tree};

/// The hidden cells of a table while rectangles are laid over them.
///
/// Invariant: a hidden cell is either one that was hidden at the start or part of a rectangle that
/// is hidden entirely; `covered` are the latter.
#[derive(Debug)]
pub(super) struct Cover<'a> {
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

/// What a rectangle is laid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// Every cell gets into a rectangle; hidden companions are welcome.
    Cell,
    /// The hidden siblings of a cell are too few together; one more must be hidden.
    Union,
}

impl<'a> Cover<'a> {
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

    /// Lays rectangles over the given cells, which are hidden already.
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
        let mut circuits = self.circuits(group, open, aim);
        loop {
            let (shared, rest) = self.share(group, circuits);
            circuits = rest;
            if shared.is_empty() {
                break;
            }
            if !self.lay_beside(group, &shared, open, aim) {
                circuits.extend(shared);
                break;
            }
        }
        for circuit in circuits {
            self.lay_beside(group, &[circuit], open, aim);
        }
        for &node in open {
            if self.is_open(group, node, aim) {
                self.lay_cheapest(group, node, aim);
            }
        }
    }

    /// Routes of nodes that contain the open ones, cheap within the group.
    fn circuits(&self, group: usize, open: &[usize], aim: Aim) -> Vec<Route> {
        let mut planned = vec![false; self.nodes.len()];
        let mut circuits = Vec::new();
        for &node in open {
            if planned[node] || !self.is_open(group, node, aim) {
                continue;
            }
            let weigh = |node: usize| {
                let cost = if planned[node] { Cost::default() } else { self.cost(group, node) };
                (self.n(group, node) > 0).then_some(cost)
            };
            let circuit = route::cheapest(self.nodes, node, &weigh, None, |circuit| {
                self.is_supported(group, circuit)
            });
            let circuit = circuit.expect("the route to the root has one end, which has answers");
            for member in circuit.members(self.nodes) {
                planned[member] = true;
            }
            circuits.push(circuit);
        }
        circuits
    }

    /// Splits circuits into those that one sibling can take over together and the rest; the
    /// sibling is the one that can take most of them, then the cheapest.
    fn share(&self, group: usize, circuits: Vec<Route>) -> (Vec<Route>, Vec<Route>) {
        let fits = |sibling: usize, circuit: &Route| {
            circuit.ends().all(|corner| self.n(sibling, corner) > 0)
        };
        let siblings = self.groups.parent(group).map_or(&[][..], |it| self.groups.children(it));
        let best = siblings.iter().copied().filter(|&sibling| sibling != group).min_by_key(|&it| {
            let missing = circuits.iter().filter(|circuit| !fits(it, circuit)).count();
            (missing, self.total(it))
        });
        match best {
            Some(sibling) => circuits.into_iter().partition(|circuit| fits(sibling, circuit)),
            None => (circuits, Vec::new()),
        }
    }

    /// Hides the circuits in the group and in one sibling of it, with what is below the two.
    /// False if no sibling can serve, so that the parent would have to be hidden.
    fn lay_beside(&mut self, group: usize, circuits: &[Route], open: &[usize], aim: Aim) -> bool {
        let mut planned = vec![false; self.nodes.len()];
        for circuit in circuits {
            circuit.members(self.nodes).for_each(|node| planned[node] = true);
        }
        let nodes: Vec<usize> = (0..planned.len()).filter(|&node| planned[node]).collect();
        let corners: Vec<usize> = circuits.iter().flat_map(Route::ends).collect();
        let weigh = |group| self.weigh(group, &nodes, &corners);
        let route = route::beside(self.groups, group, &weigh, |route| {
            self.reaches(group, route, open, aim)
        });
        let Some(route) = route else {
            return false;
        };
        for &circuit in circuits {
            self.lay(route, circuit);
        }
        true
    }

    /// Lays the rectangle over a cell that hides the fewest respondents in the whole table.
    fn lay_cheapest(&mut self, group: usize, node: usize, aim: Aim) {
        let weigh = |node| (self.n(group, node) > 0).then(|| self.cost(group, node));
        let mut best: Option<(Route, Route)> = None;
        // The route to the root comes first: it fits most groups, so its cost limits the rest.
        for circuit in route::all(self.nodes, node, &weigh).into_iter().rev() {
            let nodes: Vec<usize> = circuit.members(self.nodes).collect();
            let corners: Vec<usize> = circuit.ends().collect();
            let weigh = |group| self.weigh(group, &nodes, &corners);
            let limit = best.map(|(route, _)| route.cost);
            let route = route::cheapest(self.groups, group, &weigh, limit, |route| {
                self.reaches(group, route, &[node], aim)
            });
            best = route.map(|route| (route, circuit)).or(best);
        }
        let (route, circuit) =
            best.expect("the corner below the cell with the routes to both roots is a rectangle");
        self.lay(route, circuit);
    }

    /// Hides a rectangle.
    fn lay(&mut self, route: Route, circuit: Route) {
        for group in route.members(self.groups) {
            for node in circuit.members(self.nodes) {
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

    /// Whether some leaf below the group has answers at all ends of a circuit.
    fn is_supported(&self, group: usize, circuit: &Route) -> bool {
        circuit.ends().all(|corner| self.n(group, corner) > 0)
            && match self.groups.children(group) {
                [] => true,
                children => children.iter().any(|&child| self.is_supported(child, circuit)),
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

    /// Whether a route through a group serves the aim on some nodes: for a union it must hide
    /// something new below the parent, or the parent itself.
    fn reaches(&self, group: usize, route: &Route, open: &[usize], aim: Aim) -> bool {
        match aim {
            Aim::Cell => true,
            Aim::Union => {
                let parent = self.groups.parent(group);
                let sibling = route.to.and_then(|to| {
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
