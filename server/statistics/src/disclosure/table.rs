//! Defines the table before suppression, and checks it.

use super::Tree;

/// The table before suppression, on indices.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a> {
    /// The groups, a tree; usually the city is the root. Every group that has children is their
    /// sum, so what no printed child covers needs an implicit one.
    pub groups: &'a [Group],
    /// The parent of each node; a forest, in which items outside the index are roots. Counts of
    /// an inner node are those of its children together; its n may count respondents instead of
    /// answers, and be zero where they answered too few items.
    pub nodes: &'a [Option<usize>],
    /// Row-major: the cell of a group and a node is at `group * nodes.len() + node`.
    pub cells: &'a [Cell],
    /// What counts as small.
    pub limits: Limits,
}

/// A set of respondents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Index of the group that this one is a part of.
    pub parent: Option<usize>,
    /// Whether any table prints the group.
    pub publication: Publication,
}

/// Whether any table prints a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// Some table has a row for it.
    Printed,
    /// No table has, but it is what remains of its parent without the printed children.
    Implicit,
}

/// The numbers of a group on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// Respondents with a valid answer.
    pub n: u64,
    /// Answers: the five levels, "not applicable", "no answer".
    pub counts: [u64; 7],
}

/// What counts as small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A cell with fewer respondents than this is hidden.
    pub min_n: u64,
    /// Counts are hidden where one of them is below this, but not zero.
    pub small: u64,
}

/// A table that cannot be protected because its relations do not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The number of cells is not groups × nodes.
    #[error("{cells} cells for {groups} groups × {nodes} nodes")]
    Shape {
        /// Cells given.
        cells: usize,
        /// Groups given.
        groups: usize,
        /// Nodes given.
        nodes: usize,
    },
    /// A group is its own ancestor, or its parent does not exist.
    #[error("group {0} has no way up to a root")]
    GroupParent(usize),
    /// A node is its own ancestor, or its parent does not exist.
    #[error("node {0} has no way up to a root")]
    NodeParent(usize),
    /// n or the counts of a group with children are not those of its children together.
    #[error("group {group} is not the sum of its children on node {node}")]
    Sum {
        /// The group with children.
        group: usize,
        /// The node on which they differ.
        node: usize,
    },
    /// A node with children has respondents in a group, and none of its children has.
    #[error("node {node} has respondents in group {group}, its children have none")]
    Respondents {
        /// The group.
        group: usize,
        /// The node with children.
        node: usize,
    },
}

impl Table<'_> {
    /// The trees of groups and nodes, once all relations are known to hold.
    pub(super) fn trees(&self) -> Result<(Tree, Tree), Error> {
        let (groups, nodes) = (self.groups.len(), self.nodes.len());
        if self.cells.len() != groups * nodes {
            return Err(Error::Shape { cells: self.cells.len(), groups, nodes });
        }
        let groups = Tree::new(self.groups.iter().map(|group| group.parent).collect())
            .map_err(Error::GroupParent)?;
        let nodes = Tree::new(self.nodes.to_vec()).map_err(Error::NodeParent)?;
        for group in 0..groups.len() {
            for node in 0..nodes.len() {
                self.check_sum(&groups, group, node)?;
                self.check_respondents(&nodes, group, node)?;
            }
        }
        Ok((groups, nodes))
    }

    pub(super) fn index(&self, group: usize, node: usize) -> usize {
        group * self.nodes.len() + node
    }

    pub(super) fn n(&self, group: usize, node: usize) -> u64 {
        self.cells[self.index(group, node)].n
    }

    fn check_sum(&self, groups: &Tree, group: usize, node: usize) -> Result<(), Error> {
        let children = groups.children(group);
        if children.is_empty() {
            return Ok(());
        }
        let mut sum = Cell::default();
        for &child in children {
            let cell = self.cells[self.index(child, node)];
            sum.n += cell.n;
            for (total, count) in sum.counts.iter_mut().zip(cell.counts) {
                *total += count;
            }
        }
        if sum == self.cells[self.index(group, node)] {
            Ok(())
        } else {
            Err(Error::Sum { group, node })
        }
    }

    fn check_respondents(&self, nodes: &Tree, group: usize, node: usize) -> Result<(), Error> {
        let children = nodes.children(node);
        let nobody = || children.iter().all(|&child| self.n(group, child) == 0);
        if children.is_empty() || self.n(group, node) == 0 || !nobody() {
            Ok(())
        } else {
            Err(Error::Respondents { group, node })
        }
    }
}
