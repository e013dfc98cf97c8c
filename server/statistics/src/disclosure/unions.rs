//! Makes hidden groups below one visible group large enough together.

use super::complementary::{Aim, SuppressionMask};

impl SuppressionMask<'_> {
    /// Hides more groups until those that are hidden together below a visible group are nobody or
    /// at least `min_n` respondents.
    ///
    /// Every repair hides a cell that was visible, so it ends. Lower groups come first: what is
    /// hidden up to a parent becomes part of the union below its own parent.
    pub(super) fn protect_unions(&mut self) {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by_key(|&group| std::cmp::Reverse(self.groups.depth(group)));
        while self.repair(&order) {}
    }

    /// Whether what is hidden below a visible cell is a population too small to be shown.
    pub(super) fn is_small_union(&self, group: usize, node: usize) -> bool {
        let visible = self.n(group, node) > 0 && !self.is_hidden(group, node);
        visible && {
            let n = self.union(group, node);
            0 < n && n < self.table.limits.min_n
        }
    }

    /// One pass over all unions; whether any was too small.
    fn repair(&mut self, order: &[usize]) -> bool {
        let mut repaired = false;
        for &group in order {
            let small: Vec<usize> =
                (0..self.nodes.len()).filter(|&node| self.is_small_union(group, node)).collect();
            let mut starts: Vec<(usize, usize)> = small
                .into_iter()
                .filter_map(|node| Some((self.smallest_part(group, node)?, node)))
                .collect();
            starts.sort_by_cached_key(|&(start, _)| (self.total(start), start));
            for run in starts.chunk_by(|(one, _), (other, _)| one == other) {
                let start = run[0].0;
                let mut open: Vec<usize> = run.iter().map(|&(_, node)| node).collect();
                self.sort_nodes(start, &mut open);
                self.protect_group(start, &open, Aim::Union);
                repaired = true;
            }
        }
        repaired
    }

    /// Respondents below a cell who cannot be told from those of visible cells below it: the
    /// hidden leaves to which only hidden groups lead.
    fn union(&self, group: usize, node: usize) -> u64 {
        self.groups
            .children(group)
            .iter()
            .filter(|&&child| self.is_hidden(child, node))
            .map(|&child| self.part(child, node))
            .sum()
    }

    /// What a hidden child adds to the union of its parent.
    fn part(&self, child: usize, node: usize) -> u64 {
        if self.groups.children(child).is_empty() {
            self.n(child, node)
        } else {
            self.union(child, node)
        }
    }

    fn smallest_part(&self, group: usize, node: usize) -> Option<usize> {
        let children = self.groups.children(group).iter().copied();
        children
            .filter(|&child| self.is_hidden(child, node))
            .min_by_key(|&child| self.n(child, node))
    }
}
