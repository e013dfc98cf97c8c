//! The lowest and highest score over all ways to divide.

use survey_defs::analysis::SeriesBounds;
use survey_defs::method::{Conversion, Method};

use crate::index_layout::IndexLayout;
use crate::rollup::{Formula, Sums, formula};

/// The sums of a unit, of which some part belongs to a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranged<'a> {
    pub(super) sums: &'a [Sums],
    /// The least part, from 0.
    pub(super) least: f64,
    /// The greatest part, at most 1.
    pub(super) most: f64,
}

/// The lowest and highest score of a node, a place among all nodes, over all parts of its members
/// within their ranges; none if no part gives a score. Not rounded.
///
/// A ratio of weighted sums, the score of a statement or of a pooled node, is at its lowest where
/// the members below it take their greatest part and the others their least (a linear fractional
/// function over a box; Charnes & Cooper, *Naval Research Logistics Quarterly* 9, 1962), so these
/// bounds are reached. A mean of such ratios is bounded by the mean of their bounds. Those are
/// reached if one division is the lowest for all statements, as it is where one unit is better
/// than the other in everything; otherwise they are somewhat too wide, never too narrow.
pub(super) fn bounds(
    layout: &IndexLayout,
    method: &Method,
    members: &[Ranged<'_>],
    node: usize,
) -> Option<SeriesBounds> {
    let conversion = method.definition().conversion;
    let of_items = |items: &[usize]| {
        let item = |item: &usize| ratio(conversion, members, std::slice::from_ref(item));
        mean(&items.iter().filter_map(item).collect::<Vec<Range>>())
    };
    let range = match formula(layout, method, node) {
        Formula::Pooled(items) => ratio(conversion, members, items),
        Formula::Mean(items) => of_items(items),
        Formula::MeanOfMeans(factors) => {
            let factors = factors.iter().filter_map(|items| of_items(items));
            mean(&factors.collect::<Vec<Range>>())
        }
        Formula::WeightedMean(contents) => {
            let contents = contents.into_iter();
            let contents: Option<Vec<(f64, Range)>> =
                contents.map(|(weight, items)| Some((weight, of_items(items)?))).collect();
            contents.map(|contents| weighted_mean(&contents))
        }
    };
    range.map(|Range { low, high, .. }| SeriesBounds { low, high })
}

/// Where a part of a score may lie.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Range {
    low: f64,
    high: f64,
    /// Whether some division leaves it without any answer, so that means leave it out.
    may_be_empty: bool,
}

/// The range of points ÷ weight over some items taken together.
fn ratio(conversion: Conversion, members: &[Ranged<'_>], items: &[usize]) -> Option<Range> {
    let terms = members.iter().filter_map(|member| {
        let mut sums = Sums::default();
        for item in items {
            sums.add(member.sums[*item], 1.0);
        }
        let Ranged { least, most, .. } = *member;
        let (points, weight) = (sums.points(conversion), sums.weight);
        (weight > 0.0).then_some(RatioTerm { points, weight, least, most })
    });
    let terms: Vec<RatioTerm> = terms.collect();
    let mirrored = terms.iter().map(|term| RatioTerm { points: -term.points, ..*term }).collect();
    let may_be_empty = terms.iter().all(|term| term.least <= 0.0);
    Some(Range { low: lowest_ratio(terms)?, high: -lowest_ratio(mirrored)?, may_be_empty })
}

#[derive(Debug, Clone, Copy)]
struct RatioTerm {
    points: f64,
    /// Above 0.
    weight: f64,
    least: f64,
    most: f64,
}

/// The least Σ part × points ÷ Σ part × weight; none without terms.
fn lowest_ratio(mut terms: Vec<RatioTerm>) -> Option<f64> {
    let value = |term: &RatioTerm| term.points / term.weight;
    terms.sort_by(|one, other| value(one).total_cmp(&value(other)));
    let mut points: f64 = terms.iter().map(|term| term.least * term.points).sum();
    let mut weight: f64 = terms.iter().map(|term| term.least * term.weight).sum();
    if weight <= 0.0 {
        return terms.first().map(value);
    }
    for term in &terms {
        if value(term) >= points / weight {
            break;
        }
        points += (term.most - term.least) * term.points;
        weight += (term.most - term.least) * term.weight;
    }
    Some(points / weight)
}

/// The range of the mean of values that lie in ranges, of which any that may be empty are left
/// out; none without ranges.
fn mean(ranges: &[Range]) -> Option<Range> {
    let lows = |range: &Range| (range.low, range.may_be_empty);
    let mirrored = |range: &Range| (-range.high, range.may_be_empty);
    Some(Range {
        low: lowest_mean(ranges.iter().map(lows).collect())?,
        high: -lowest_mean(ranges.iter().map(mirrored).collect())?,
        may_be_empty: ranges.iter().all(|range| range.may_be_empty),
    })
}

/// The least mean of values of which those with a mark may be left out, but not all.
fn lowest_mean(mut values: Vec<(f64, bool)>) -> Option<f64> {
    values.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let kept = || values.iter().filter(|(_, may_be_empty)| !may_be_empty);
    let mut n: f64 = kept().map(|_| 1.0).sum();
    let mut sum: f64 = kept().map(|(value, _)| value).sum();
    if n < 1.0 {
        return values.first().map(|(value, _)| *value);
    }
    for (value, _) in values.iter().filter(|(_, may_be_empty)| *may_be_empty) {
        if *value >= sum / n {
            break;
        }
        sum += value;
        n += 1.0;
    }
    Some(sum / n)
}

/// The range of a weighted mean that needs all of its values.
fn weighted_mean(values: &[(f64, Range)]) -> Range {
    let total: f64 = values.iter().map(|(weight, _)| weight).sum();
    let mean = |of: fn(&Range) -> f64| {
        values.iter().map(|(weight, range)| weight * of(range)).sum::<f64>() / total
    };
    Range { low: mean(|range| range.low), high: mean(|range| range.high), may_be_empty: false }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use survey_defs::{instrument, method};

    use super::*;
    use crate::rollup::roll_up;

    const ITEMS: usize = 6;
    const STEPS: u32 = 4;

    /// Two contents, one with two factors; no instrument has fixed weights of so few.
    fn layout() -> (IndexLayout, usize) {
        let all = instrument::embedded();
        let ward = all.iter().find(|one| one.reference().id.as_str() == "ward").unwrap();
        let layout = IndexLayout::of(ward);
        let items = layout.items.len();
        (layout, items)
    }

    /// Sums of up to 9 answers to each item; some items have none.
    fn sums(items: usize) -> impl Strategy<Value = Vec<Sums>> {
        let answered = (1_u32..10, 0.0..1.0_f64).prop_map(|(n, top)| {
            let weight = f64::from(n);
            Sums { weight, levels: weight * (2.0 + 3.0 * top), top_two: weight * top }
        });
        let item = prop_oneof![1 => Just(Sums::default()), 3 => answered];
        prop::collection::vec(item, items)
    }

    /// Each way to give each member with a range one of its `STEPS` + 1 parts.
    fn divisions(members: usize) -> Vec<Vec<f64>> {
        let mut all = vec![Vec::new()];
        for _ in 0..members {
            let one = |parts: &Vec<f64>| {
                let parts = parts.clone();
                (0..=STEPS).map(move |step| {
                    let mut parts = parts.clone();
                    parts.push(f64::from(step) / f64::from(STEPS));
                    parts
                })
            };
            all = all.iter().flat_map(one).collect();
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// No division gives a score outside the bounds, and those of statements and pooled nodes
        /// are reached at the ends.
        #[test]
        fn no_division_is_outside_and_ratios_reach_the_bounds(
            uncertain in prop::collection::vec(sums(ITEMS), 1..4),
            certain in prop::option::of(sums(ITEMS)),
            id in prop::sample::select(vec!["t2b", "m5", "m4-statements", "t2b-factors"]),
        ) {
            let (layout, items) = layout();
            let fill = |mut sums: Vec<Sums>| {
                let all = sums.clone();
                sums.extend((sums.len()..items).map(|item| all[item % ITEMS]));
                sums
            };
            let uncertain: Vec<Vec<Sums>> = uncertain.into_iter().map(fill).collect();
            let certain = certain.map(fill);
            let method = method::embedded().into_iter().find(|one| one.id().as_str() == id).unwrap();
            let mut members: Vec<Ranged<'_>> = uncertain
                .iter()
                .map(|sums| Ranged { sums, least: 0.0, most: 1.0 })
                .collect();
            members.extend(certain.iter().map(|sums| Ranged { sums, least: 1.0, most: 1.0 }));
            let mut found: Vec<(f64, f64)> =
                vec![(f64::INFINITY, f64::NEG_INFINITY); layout.nodes.len()];
            for parts in divisions(uncertain.len()) {
                let mut all = vec![Sums::default(); items];
                for (member, part) in members.iter().zip(parts.iter().chain([&1.0])) {
                    for (sum, of_member) in all.iter_mut().zip(member.sums) {
                        sum.add(*of_member, *part);
                    }
                }
                for (score, found) in roll_up(&layout, &method, &all).iter().zip(&mut found) {
                    if let Some(score) = score {
                        *found = (found.0.min(score.value), found.1.max(score.value));
                    }
                }
            }
            for (node, (lowest, highest)) in found.into_iter().enumerate() {
                let Some(SeriesBounds { low, high }) = bounds(&layout, &method, &members, node) else {
                    prop_assert!(lowest > highest, "a score without bounds");
                    continue;
                };
                prop_assert!(low <= lowest + 1e-9 && highest <= high + 1e-9, "{low} {lowest} {highest} {high}");
                let is_ratio = matches!(id, "t2b" | "m5") || layout.below[node].len() == 1;
                if is_ratio {
                    prop_assert!((low - lowest).abs() < 1e-9, "{low} is not reached: {lowest}");
                    prop_assert!((high - highest).abs() < 1e-9, "{high} is not reached: {highest}");
                }
            }
        }
    }

    #[test]
    fn a_mean_may_be_lowest_between_the_ends() {
        // One statement rises with the part and the other falls, so both ends are higher than the
        // middle; the bound is lower still, and holds.
        let (layout, items) = layout();
        let sums = |first: (f64, f64), second: (f64, f64)| {
            let sums = |(weight, share): (f64, f64)| Sums {
                weight,
                levels: weight * (1.0 + 4.0 * share),
                top_two: weight * share,
            };
            let mut all = vec![Sums::default(); items];
            all[0] = sums(first);
            all[1] = sums(second);
            all
        };
        let certain = sums((1.0, 0.0), (1.0, 1.0));
        let divided = sums((1.0, 1.0), (10.0, 0.0));
        let all = method::embedded();
        let method = all.iter().find(|one| one.id().as_str() == "t2b-statements").unwrap();
        let score = |part: f64| {
            let mut all = certain.clone();
            for (sum, of_divided) in all.iter_mut().zip(&divided) {
                sum.add(*of_divided, part);
            }
            roll_up(&layout, method, &all)[0].as_ref().unwrap().value
        };
        assert!(score(0.3) < score(0.0).min(score(1.0)));
        let members = [
            Ranged { sums: &certain, least: 1.0, most: 1.0 },
            Ranged { sums: &divided, least: 0.0, most: 1.0 },
        ];
        let SeriesBounds { low, high } = bounds(&layout, method, &members, 0).unwrap();
        // The first statement from 0 to 50, the second from 100 ÷ 11 to 100.
        assert!((low - 50.0 / 11.0).abs() < 1e-9 && (high - 75.0).abs() < 1e-9, "{low} {high}");
    }
}
