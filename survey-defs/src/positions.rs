//! Defines a set of positions of a log.

use std::ops::RangeInclusive;

/// Positions of the log of a wave: ranges in order, none of which meets the next one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Positions(Vec<RangeInclusive<u64>>);

impl Positions {
    /// The ranges, in order.
    pub fn ranges(&self) -> &[RangeInclusive<u64>] {
        &self.0
    }

    /// How many positions there are.
    pub fn len(&self) -> u64 {
        self.0.iter().map(|range| range.end() - range.start() + 1).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a position is one of them.
    pub fn contains(&self, position: u64) -> bool {
        self.meets(&(position..=position))
    }

    /// Whether one of them lies in a range.
    pub fn meets(&self, range: &RangeInclusive<u64>) -> bool {
        let first = self.0.partition_point(|one| one.end() < range.start());
        self.0.get(first).is_some_and(|one| one.start() <= range.end())
    }
}

impl FromIterator<RangeInclusive<u64>> for Positions {
    /// The positions of all ranges, in whatever order they come and however they overlap.
    fn from_iter<I: IntoIterator<Item = RangeInclusive<u64>>>(ranges: I) -> Self {
        let mut all: Vec<_> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
        all.sort_unstable_by_key(|range| *range.start());
        let mut merged: Vec<RangeInclusive<u64>> = Vec::with_capacity(all.len());
        for range in all {
            match merged.last_mut() {
                Some(last) if *range.start() <= last.end().saturating_add(1) => {
                    *last = *last.start()..=*range.end().max(last.end());
                }
                Some(_) | None => merged.push(range),
            }
        }
        Self(merged)
    }
}

impl FromIterator<u64> for Positions {
    fn from_iter<I: IntoIterator<Item = u64>>(positions: I) -> Self {
        positions.into_iter().map(|position| position..=position).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_put_in_order_and_joined() {
        let all: Positions =
            [9..=9, 3..=5, 6..=7, 4..=4, 20..=u64::MAX - 1, 8..=8].into_iter().collect();
        assert_eq!(all.ranges(), [3..=9, 20..=u64::MAX - 1]);
        let single: Positions = [5_u64, 1, 2, 5].into_iter().collect();
        assert_eq!((single.ranges(), single.len()), (&[1..=2, 5..=5][..], 3));
        let none: Positions = std::iter::empty::<u64>().collect();
        assert_eq!((none.is_empty(), none.ranges()), (true, &[][..]));
    }

    #[test]
    fn what_is_in_it_is_what_its_ranges_say() {
        let some: Positions = [2..=3, 6..=6, 10..=14].into_iter().collect();
        for position in 0..20 {
            let expected = some.ranges().iter().any(|range| range.contains(&position));
            assert_eq!(some.contains(position), expected, "{position}");
        }
        for (range, expected) in [
            (4..=5, false),
            (4..=6, true),
            (7..=9, false),
            (14..=30, true),
            (15..=30, false),
            (0..=30, true),
        ] {
            assert_eq!(some.meets(&range), expected, "{range:?}");
        }
    }
}
