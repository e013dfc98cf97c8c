//! Attacks a published table: which hidden quantities linear algebra can derive.

use super::world::{World, leaves};
use crate::disclosure::{Cell, Publication, Visibility};

/// 2³¹ − 1: products fit into 64 bits, and a rank that differs from that over the rationals would
/// need a determinant that this divides.
const PRIME: u64 = 2_147_483_647;

/// Sum of levels, T2B, sum of the levels times their value.
const SCORE: [[u64; 7]; 3] = [[1, 1, 1, 1, 1, 0, 0], [0, 0, 0, 1, 1, 0, 0], [1, 2, 3, 4, 5, 0, 0]];
const FORMS: [u64; 7] = [1; 7];

/// Something hidden that the printed numbers determine: group, node, weights of the counts.
pub(super) type Leak = (usize, usize, [u64; 7]);

/// Everything hidden that follows by linear relations from what is printed.
///
/// The unknowns are the counts of all leaf groups × leaf nodes × counts. The attacker knows every
/// printed count, n, T2B and mean of every printed group, all cells without answers, and the number
/// of forms of every cell, printed or not.
pub(super) fn attack(world: &World, visibility: &[Visibility]) -> Vec<Leak> {
    let unknowns = Unknowns::new(world);
    let mut known = Span::new(unknowns.len());
    for (at, &visible) in visibility.iter().enumerate() {
        let (group, node) = (at / world.nodes.len(), at % world.nodes.len());
        let Cell { n, counts } = world.cells[at];
        // An empty inner node prints nothing, and answers to too few items may stand behind it.
        let empty = n == 0;
        let nothing = empty && counts[..5] == [0; 5];
        let printed = world.groups[group].publication == Publication::Printed;
        let seen: &[[u64; 7]] = match visible {
            _ if nothing => &units(),
            _ if empty || !printed => &[],
            Visibility::Shown => &units(),
            Visibility::CountsHidden(_) => &SCORE,
            Visibility::Hidden(_) => &[],
        };
        for weights in seen.iter().chain([&FORMS]) {
            known.add(unknowns.row(group, node, weights));
        }
    }
    let mut leaks = Vec::new();
    for (at, &visible) in visibility.iter().enumerate() {
        let (group, node) = (at / world.nodes.len(), at % world.nodes.len());
        let secrets = match visible {
            Visibility::Shown => Vec::new(),
            Visibility::CountsHidden(_) => units().to_vec(),
            Visibility::Hidden(_) => [&units()[..], &SCORE[..]].concat(),
        };
        for weights in secrets {
            if known.contains(unknowns.row(group, node, &weights)) {
                leaks.push((group, node, weights));
            }
        }
    }
    leaks
}

fn units() -> [[u64; 7]; 7] {
    std::array::from_fn(|count| std::array::from_fn(|at| u64::from(at == count)))
}

/// Numbers the unknowns.
struct Unknowns {
    /// For each group, the places of the leaf groups in it.
    groups: Vec<Vec<usize>>,
    /// For each node, the places of the leaf nodes in it.
    nodes: Vec<Vec<usize>>,
    leaf_groups: usize,
    leaf_nodes: usize,
}

impl Unknowns {
    fn new(world: &World) -> Self {
        let (groups, nodes) = (world.group_tree(), world.node_tree());
        let within = |tree: &crate::disclosure::Tree| -> Vec<Vec<usize>> {
            let leaves = leaves(tree);
            (0..tree.len())
                .map(|at| {
                    (0..leaves.len())
                        .filter(|&leaf| tree.upwards(leaves[leaf]).any(|above| above == at))
                        .collect()
                })
                .collect()
        };
        Self {
            leaf_groups: leaves(&groups).len(),
            leaf_nodes: leaves(&nodes).len(),
            groups: within(&groups),
            nodes: within(&nodes),
        }
    }

    fn len(&self) -> usize {
        self.leaf_groups * self.leaf_nodes * 7
    }

    /// A weighted sum of the counts of a cell.
    fn row(&self, group: usize, node: usize, weights: &[u64; 7]) -> Vec<u64> {
        let mut row = vec![0; self.len()];
        for &group in &self.groups[group] {
            for &node in &self.nodes[node] {
                let start = (group * self.leaf_nodes + node) * 7;
                row[start..start + 7].copy_from_slice(weights);
            }
        }
        row
    }
}

/// The rows that can be combined from known ones, modulo a prime.
struct Span {
    /// By pivot: zero before it, one there.
    rows: Vec<Option<Vec<u64>>>,
}

impl Span {
    fn new(columns: usize) -> Self {
        Self { rows: vec![None; columns] }
    }

    fn add(&mut self, row: Vec<u64>) {
        let mut row = self.reduce(row);
        if let Some(pivot) = row.iter().position(|&entry| entry != 0) {
            let inverse = power(row[pivot], PRIME - 2);
            for entry in &mut row {
                *entry = *entry * inverse % PRIME;
            }
            self.rows[pivot] = Some(row);
        }
    }

    fn contains(&self, row: Vec<u64>) -> bool {
        self.reduce(row).iter().all(|&entry| entry == 0)
    }

    fn reduce(&self, mut row: Vec<u64>) -> Vec<u64> {
        for pivot in 0..row.len() {
            let factor = row[pivot];
            if factor != 0
                && let Some(known) = &self.rows[pivot]
            {
                for (entry, &other) in row[pivot..].iter_mut().zip(&known[pivot..]) {
                    if other != 0 {
                        *entry = (*entry + (PRIME - factor) * other) % PRIME;
                    }
                }
            }
        }
        row
    }
}

fn power(base: u64, exponent: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, base, exponent);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    result
}
