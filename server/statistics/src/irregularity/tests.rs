//! Tests bursts and near-copies by hand, and against their definitions in plain loops.

use proptest::prelude::*;

use super::*;

fn hours(counts: &[u64]) -> Vec<HourCount> {
    (0..).zip(counts).map(|(hour, count)| HourCount { hour: 3 * hour, count: *count }).collect()
}

fn found(counts: &[u64]) -> Vec<(i32, Option<f64>)> {
    let found = bursts(&hours(counts), BurstLimits::USUAL);
    found.into_iter().map(|one| (one.hour / 3, one.usual)).collect()
}

#[test]
fn an_hour_is_judged_by_the_hours_before_it() {
    // Eight hours with a median of 9.5, then five times as many.
    let past = [4, 30, 9, 10, 8, 12, 11, 9];
    assert_eq!(found(&past), []);
    assert_eq!(found(&[&past[..], &[47]].concat()), []);
    assert_eq!(found(&[&past[..], &[48]].concat()), [(8, Some(9.5))]);
    // What comes later changes nothing.
    assert_eq!(found(&[&past[..], &[48], &[900; 40]].concat())[0], (8, Some(9.5)));
    // Stuffed for as many hours as it was honest, the place still has its usual hour.
    let long = found(&[&past[..], &[400; 7]].concat());
    assert_eq!(long.len(), 7);
    assert_eq!(long[6], (14, Some(21.0)));
}

#[test]
fn small_hours_are_no_burst_and_a_new_place_has_no_past() {
    assert_eq!(found(&[1, 1, 1, 1, 1, 1, 1, 1, 29]), []);
    assert_eq!(found(&[1, 1, 1, 1, 1, 1, 1, 1, 30]), [(8, Some(1.0))]);
    assert_eq!(found(&[119, 120, 5, 121]), [(1, None), (3, None)]);
    assert_eq!(found(&[]), []);
}

fn number<T: TryInto<u32, Error: std::fmt::Debug>>(count: T) -> f64 {
    f64::from(count.try_into().unwrap())
}

/// As the definition says it, with a median of its own.
fn plain_bursts(counts: &[u64], limits: BurstLimits) -> Vec<(i32, Option<f64>)> {
    let mut found = Vec::new();
    for place in 0..counts.len() {
        let mut past: Vec<f64> = counts[..place].iter().map(|count| number(*count)).collect();
        past.sort_by(f64::total_cmp);
        let n = past.len();
        let usual = (n >= limits.least_past && n > 0).then(|| {
            if n % 2 == 1 { past[n / 2] } else { f64::midpoint(past[n / 2 - 1], past[n / 2]) }
        });
        let count = counts[place];
        let is_burst = match usual {
            Some(usual) => count >= limits.least_count && number(count) >= limits.factor * usual,
            None => count >= limits.least_count_without_past,
        };
        if is_burst {
            found.push((i32::try_from(place).unwrap(), usual));
        }
    }
    found
}

/// 33 answers, of which every third differs from the rest.
fn varied() -> Vec<i8> {
    (0..33).map(|place| if place % 3 == 0 { 5 } else { 4 }).collect()
}

/// The same but for the first statements.
fn with_first(answers: &[i8], differing: usize) -> Vec<i8> {
    let mut answers = answers.to_vec();
    answers[..differing].fill(2);
    answers
}

fn judged(all: &[(i32, Vec<i8>)]) -> Vec<CopyJudgement> {
    let mut recent = RecentResponses::new(33, CopyLimits::USUAL);
    let judge = |(number, (day, answers)): (u64, &(i32, Vec<i8>))| {
        recent.judge(TimedResponse { number, day: *day, answers })
    };
    (1..).zip(all).map(judge).collect()
}

#[test]
fn a_response_that_differs_in_a_few_statements_nearly_equals_an_earlier_one() {
    use CopyJudgement::{NearCopy, Original};
    let first = varied();
    // 33 statements: 28.05 must agree, so 4 may differ.
    let found = judged(&[
        (1, first.clone()),
        (1, with_first(&first, 5)),
        (1, with_first(&first, 4)),
        (2, first.clone()),
        (2, first.clone()),
    ]);
    let expected = [Original, Original, NearCopy { of: 2 }, Original, NearCopy { of: 4 }];
    assert_eq!(found, expected);
    // A statement that one of the two has left out differs; one that both have left out is none.
    let gaps = |n: usize| {
        let mut answers = first.clone();
        answers[..n].fill(-1);
        answers
    };
    assert_eq!(judged(&[(1, first.clone()), (1, gaps(4))])[1], NearCopy { of: 1 });
    assert_eq!(judged(&[(1, first.clone()), (1, gaps(5))])[1], Original);
    // 27 statements are left: 22.95 must agree, so 4 may differ.
    let mut other = gaps(6);
    other[6..10].fill(1);
    assert_eq!(judged(&[(1, gaps(6)), (1, other.clone())])[1], NearCopy { of: 1 });
    other[10] = 1;
    assert_eq!(judged(&[(1, gaps(6)), (1, other)])[1], Original);
}

#[test]
fn a_straight_line_and_a_short_form_are_no_copies() {
    use CopyJudgement::NotJudged;
    let straight = vec![4; 33];
    assert_eq!(judged(&[(1, straight.clone()), (1, straight)]), [NotJudged, NotJudged]);
    // 8 of 33 answers differ, which is not a quarter; 9 are.
    let few = |n: usize| with_first(&[4; 33], n);
    assert_eq!(judged(&[(1, few(8)), (1, few(8))]), [NotJudged, NotJudged]);
    assert_eq!(judged(&[(1, few(9)), (1, few(9))])[1], CopyJudgement::NearCopy { of: 1 });
    let mut short = varied();
    short[..9].fill(0);
    assert_eq!(judged(&[(1, short.clone()), (1, short)]), [NotJudged, NotJudged]);
}

/// As the definition says it: the latest of the last responses that were judged.
fn plain_copies(all: &[(i32, Vec<i8>)], limits: CopyLimits) -> Vec<CopyJudgement> {
    let answered = |answers: &[i8]| number(answers.iter().filter(|level| **level > 0).count());
    let is_judged = |answers: &[i8]| {
        let most = (1..=5).map(|level| answers.iter().filter(|one| **one == level).count()).max();
        let n = answered(answers);
        n >= f64::from(limits.least_answered)
            && n - number(most.unwrap()) >= limits.least_varied_share * n
    };
    let matches = |one: &[i8], other: &[i8]| {
        let pairs: Vec<_> = one.iter().zip(other).filter(|(a, b)| **a > 0 || **b > 0).collect();
        let same = pairs.iter().filter(|(one, other)| one == other).count();
        number(same) / number(pairs.len()) >= limits.least_match_share
    };
    let mut before: Vec<(u64, i32, &[i8])> = Vec::new();
    let mut found = Vec::new();
    for (number, (day, answers)) in (1..).zip(all) {
        if !is_judged(answers) {
            found.push(CopyJudgement::NotJudged);
            continue;
        }
        let last = before.iter().rev().take(limits.compared_with);
        let mut last = last.filter(|(_, of, earlier)| of == day && matches(earlier, answers));
        let copy = last.next().map(|(of, ..)| CopyJudgement::NearCopy { of: *of });
        found.push(copy.unwrap_or(CopyJudgement::Original));
        before.push((number, *day, answers));
    }
    found
}

/// Responses that often repeat an earlier one with some changes.
fn responses() -> impl Strategy<Value = Vec<(i32, Vec<i8>)>> {
    let statements = 20_usize;
    let fresh = prop::collection::vec(prop_oneof![1 => -2..=0_i8, 6 => 1..=5_i8], statements);
    let changes = prop::collection::vec((0..statements, 0..=5_i8), 0..6);
    let one = (fresh, any::<prop::sample::Index>(), changes, prop::bool::weighted(0.6), 0..2_i32);
    prop::collection::vec(one, 0..40).prop_map(|all| {
        let mut made: Vec<(i32, Vec<i8>)> = Vec::new();
        for (fresh, of, changes, repeats, day) in all {
            let mut answers =
                if repeats && !made.is_empty() { of.get(&made).1.clone() } else { fresh };
            for (place, level) in changes {
                answers[place] = level;
            }
            made.push((day, answers));
        }
        made
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn bursts_are_those_of_the_definition(
        counts in prop::collection::vec(prop_oneof![4 => 1..12_u64, 1 => 1..200_u64], 0..60),
        (least_count, factor, least_past) in (0..40_u64, 1..6_u32, 0..12_usize),
    ) {
        let factor = f64::from(factor);
        let limits = BurstLimits { least_count, factor, least_past, least_count_without_past: 90 };
        let found: Vec<_> = bursts(&hours(&counts), limits)
            .into_iter()
            .map(|one| (one.hour / 3, one.usual))
            .collect();
        prop_assert_eq!(found, plain_bursts(&counts, limits));
    }

    #[test]
    fn near_copies_are_those_of_the_definition(
        all in responses(),
        (least_answered, varied, matching, compared_with) in (1..18_u32, 0..5_u32, 5..=10_u32, 1..9_usize),
    ) {
        let limits = CopyLimits {
            least_answered,
            least_varied_share: f64::from(varied) / 10.0,
            least_match_share: f64::from(matching) / 10.0,
            compared_with,
        };
        let mut recent = RecentResponses::new(20, limits);
        let judge = |(number, (day, answers)): (u64, &(i32, Vec<i8>))| {
            recent.judge(TimedResponse { number, day: *day, answers })
        };
        let found: Vec<_> = (1..).zip(&all).map(judge).collect();
        prop_assert_eq!(found, plain_copies(&all, limits));
    }
}
