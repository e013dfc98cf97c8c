//! Makes random tables for the tests.

use crate::disclosure::{Cell, Group, Limits, Publication, Table, Tree, Visibility, suppress};

pub(super) const LIMITS: Limits = Limits { min_n: 30, small: 5 };

/// A table that owns its parts; inner cells are sums of leaves in both directions.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) groups: Vec<Group>,
    pub(super) nodes: Vec<Option<usize>>,
    pub(super) cells: Vec<Cell>,
}

impl World {
    /// `leaf` gives the counts of a leaf group on a leaf node.
    pub(super) fn new(
        groups: Vec<Group>,
        nodes: Vec<Option<usize>>,
        mut leaf: impl FnMut(usize, usize) -> [u64; 7],
    ) -> Self {
        let mut world =
            Self { cells: vec![Cell::default(); groups.len() * nodes.len()], groups, nodes };
        let (groups, nodes) = (world.group_tree(), world.node_tree());
        for group in leaves(&groups) {
            for node in leaves(&nodes) {
                let counts = leaf(group, node);
                for above in groups.upwards(group) {
                    for over in nodes.upwards(node) {
                        let at = above * nodes.len() + over;
                        let cell = &mut world.cells[at];
                        for (sum, count) in cell.counts.iter_mut().zip(counts) {
                            *sum += count;
                        }
                        cell.n += counts[..5].iter().sum::<u64>();
                    }
                }
            }
        }
        world
    }

    /// The same answers, but n of an inner node counts respondents, not answers: nobody where
    /// `too_few_items` says so, else as many as answered its most answered child.
    pub(super) fn with_respondents(mut self, too_few_items: impl Fn(usize, usize) -> bool) -> Self {
        let (groups, nodes) = (self.group_tree(), self.node_tree());
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        order.sort_by_key(|&node| std::cmp::Reverse(nodes.depth(node)));
        for node in order.into_iter().filter(|&node| !nodes.children(node).is_empty()) {
            for group in 0..groups.len() {
                let at = self.at(group, node);
                self.cells[at].n = 0;
            }
            for group in leaves(&groups).into_iter().filter(|&it| !too_few_items(it, node)) {
                let children = nodes.children(node).iter();
                let n = children.map(|&child| self.cells[self.at(group, child)].n).max();
                for above in groups.upwards(group) {
                    let at = self.at(above, node);
                    self.cells[at].n += n.unwrap_or(0);
                }
            }
        }
        self
    }

    pub(super) fn table(&self) -> Table<'_> {
        Table { groups: &self.groups, nodes: &self.nodes, cells: &self.cells, limits: LIMITS }
    }

    pub(super) fn suppress(&self) -> Vec<Visibility> {
        suppress(&self.table()).unwrap()
    }

    pub(super) fn group_tree(&self) -> Tree {
        Tree::new(self.groups.iter().map(|group| group.parent).collect()).unwrap()
    }

    pub(super) fn node_tree(&self) -> Tree {
        Tree::new(self.nodes.clone()).unwrap()
    }

    pub(super) fn at(&self, group: usize, node: usize) -> usize {
        group * self.nodes.len() + node
    }
}

pub(super) fn printed(parent: usize) -> Group {
    Group { parent: Some(parent), publication: Publication::Printed }
}

pub(super) fn implicit(parent: usize) -> Group {
    Group { parent: Some(parent), publication: Publication::Implicit }
}

pub(super) fn root() -> Group {
    Group { parent: None, publication: Publication::Printed }
}

pub(super) fn leaves(tree: &Tree) -> Vec<usize> {
    (0..tree.len()).filter(|&at| tree.children(at).is_empty()).collect()
}

/// n answers with no small count beside zero: levels 4 and 5 share them if they are many.
pub(super) fn answers(n: u64) -> [u64; 7] {
    if n < 10 { [0, 0, 0, 0, n, 0, 0] } else { [0, 0, 0, n / 2, n - n / 2, 0, 0] }
}
