//! Which segments to merge.

use std::ops::Range;

/// When a wave's segments are merged.
///
/// Size-tiered: neighbours are merged when there are too many of one size or less, the smallest
/// size first, and sizes grow by a constant factor; so a form is copied once for each factor by
/// which its segment grows, and never again once its segment is large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Forms outside of segments that are left there; one more, and they become a segment.
    pub tail: u64,
    /// A segment with fewer forms is small.
    pub small: u64,
    /// How many small neighbours may stay.
    pub most: usize,
    /// No merged segment has more forms.
    pub largest: u64,
}

impl Policy {
    /// For a server: some megabytes at a time, and at most a few seconds of work in one piece.
    pub const DEFAULT: Self = Self { tail: 20_000, small: 100_000, most: 8, largest: 2_000_000 };

    /// The neighbours to merge next, by their numbers of forms in the order of the log; none if all
    /// is well.
    pub fn next_merge(&self, rows: &[u64]) -> Option<Range<usize>> {
        self.tiers().find_map(|Range { start: least, end: size }| {
            // Whoever is merged lands in a higher tier, since the many are counted in this one.
            let many = |run: &Range<usize>| {
                rows[run.clone()].iter().filter(|one| **one >= least).count() > self.most
            };
            let run = runs(rows, size).find(many)?;
            let fits = self.fitting(&rows[run.clone()]);
            (fits > 1).then(|| run.start..run.start + fits)
        })
    }

    /// Ranges of sizes, ascending: up to small in three steps, so that crumbs do not take larger
    /// segments along, and all above.
    fn tiers(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        let factor = (self.most as u64).max(2);
        let crumb = self.small / factor / factor;
        let middle = self.small / factor;
        let above = std::iter::successors(Some(middle), move |size| size.checked_mul(factor));
        let above = above.map(move |size| size..size.saturating_mul(factor));
        [0..crumb, crumb..middle]
            .into_iter()
            .chain(above.take_while(|tier| tier.end <= self.largest))
    }

    /// How many of the first segments of a run fit into one.
    fn fitting(&self, run: &[u64]) -> usize {
        let sums = run.iter().scan(0_u64, |sum, rows| {
            *sum = sum.saturating_add(*rows);
            Some(*sum)
        });
        sums.take_while(|sum| *sum <= self.largest).count()
    }
}

/// The longest runs of neighbours with fewer forms than a size.
fn runs(rows: &[u64], size: u64) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut place = 0;
    std::iter::from_fn(move || {
        let start = place + rows[place..].iter().position(|one| *one < size)?;
        let length = rows[start..].iter().take_while(|one| **one < size).count();
        place = start + length;
        Some(start..place)
    })
}

#[cfg(test)]
mod tests {
    use super::Policy;

    const POLICY: Policy = Policy { tail: 1, small: 100, most: 8, largest: 2_000 };

    #[test]
    fn a_few_small_segments_stay() {
        assert_eq!(POLICY.next_merge(&[]), None);
        assert_eq!(POLICY.next_merge(&[20; 8]), None);
        assert_eq!(POLICY.next_merge(&[20, 20, 20, 20, 500, 20, 20, 20, 20, 20]), None);
        assert_eq!(POLICY.next_merge(&[20, 20, 20, 20, 20, 20, 20, 20, 1]), None);
    }

    #[test]
    fn too_many_small_neighbours_are_merged_up_to_the_largest_size() {
        assert_eq!(POLICY.next_merge(&[20; 9]), Some(0..9));
        assert_eq!(POLICY.next_merge(&[[900].as_slice(), &[20; 12]].concat()), Some(1..13));
        assert_eq!(POLICY.next_merge(&[700; 12]), Some(0..2));
        assert_eq!(POLICY.next_merge(&[1_500; 50]), None);
    }

    #[test]
    fn crumbs_are_merged_without_their_large_neighbours() {
        assert_eq!(POLICY.next_merge(&[[90].as_slice(), &[0; 9]].concat()), Some(1..10));
    }

    #[test]
    fn a_form_is_copied_a_logarithmic_number_of_times() {
        for arrival in [1_u64, 7, 20] {
            let policy = Policy { largest: 100_000, ..POLICY };
            let (mut rows, mut copied, mut total) = (Vec::new(), 0, 0);
            while total < 100_000 {
                rows.push(arrival);
                total += arrival;
                while let Some(merge) = policy.next_merge(&rows) {
                    let sum: u64 = rows[merge.clone()].iter().sum();
                    copied += sum;
                    rows.splice(merge, [sum]);
                }
            }
            // log₈(100,000) < 6
            assert!(copied <= 6 * total, "{copied} of {total}");
            assert!(rows.len() <= 6 * 8, "{}", rows.len());
        }
    }
}
