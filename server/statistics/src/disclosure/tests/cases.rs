//! Tests small tables whose suppression can be checked by hand.

use super::attack::attack;
use super::world::{World, answers, implicit, printed, root};
use crate::disclosure::{Cause, Group, Visibility};

const PRIMARY: Visibility = Visibility::Hidden(Cause::Primary);
const COMPANION: Visibility = Visibility::Hidden(Cause::Complementary);

/// Overall, two contents, two items each: 0; 1, 2; 3, 4 in 1; 5, 6 in 2.
fn index() -> Vec<Option<usize>> {
    vec![None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)]
}

/// City 0; districts 1 and 2; wards 3–6 in 1, wards 7–10 in 2.
fn city() -> Vec<Group> {
    let ward = |ward| if ward < 7 { printed(1) } else { printed(2) };
    [root(), printed(0), printed(0)].into_iter().chain((3..11).map(ward)).collect()
}

/// The cells that are not shown, after an attack on them has failed.
fn not_shown(world: &World) -> Vec<(usize, usize, Visibility)> {
    let visibility = world.suppress();
    assert_eq!(attack(world, &visibility), vec![]);
    visibility
        .into_iter()
        .enumerate()
        .filter(|&(_, visible)| visible != Visibility::Shown)
        .map(|(at, visible)| (at / world.nodes.len(), at % world.nodes.len(), visible))
        .collect()
}

fn all_nodes(group: usize, visible: Visibility) -> Vec<(usize, usize, Visibility)> {
    (0..7).map(|node| (group, node, visible)).collect()
}

#[test]
fn nothing_small_hides_nothing() {
    let world = World::new(city(), index(), |group, _| answers(100 + group as u64));
    assert_eq!(not_shown(&world), vec![]);
}

#[test]
fn a_small_ward_takes_its_smallest_sibling_along() {
    let n = |group| if group == 4 { 6 } else { 200 - 10 * group as u64 };
    let world = World::new(city(), index(), |group, _| answers(n(group)));
    // The smallest sibling is 6; wards 7–10 are smaller still, but in another district.
    let expected = [all_nodes(4, PRIMARY), all_nodes(6, COMPANION)].concat();
    assert_eq!(not_shown(&world), expected);
}

#[test]
fn a_small_item_takes_one_item_and_one_ward_along() {
    let world = World::new(city(), index(), |group, node| match (group, node) {
        (4, 3) => answers(20),
        (6, 3) => answers(90),
        _ => answers(100),
    });
    assert_eq!(
        not_shown(&world),
        vec![(4, 3, PRIMARY), (4, 4, COMPANION), (6, 3, COMPANION), (6, 4, COMPANION)]
    );
}

#[test]
fn a_factor_that_is_its_item_is_hidden_with_it() {
    // Content 0, factors 1–3, one item each: 4–6.
    let nodes = vec![None, Some(0), Some(0), Some(0), Some(1), Some(2), Some(3)];
    let world = World::new(city(), nodes, |group, node| match (group, node) {
        (3, 4) => answers(20),
        (3 | 5, 6) => answers(80),
        _ => answers(100),
    });
    let mut expected = vec![];
    for (group, visible) in [(3, PRIMARY), (5, COMPANION)] {
        expected.extend([(group, 1, visible), (group, 3, COMPANION)]);
        expected.extend([(group, 4, visible), (group, 6, COMPANION)]);
    }
    assert_eq!(not_shown(&world), expected);
}

#[test]
fn an_item_outside_the_index_needs_no_other_item() {
    let nodes = vec![None, Some(0), Some(0), None];
    let world = World::new(city(), nodes, |group, node| match (group, node) {
        (9, 3) => answers(20),
        (8, 3) => answers(70),
        _ => answers(100),
    });
    assert_eq!(not_shown(&world), vec![(8, 3, COMPANION), (9, 3, PRIMARY)]);
}

#[test]
fn siblings_without_answers_to_an_item_share_the_task() {
    // No sibling of ward 4 has answers to all items: 3 lacks item 3, 5 and 6 lack item 6.
    let world = World::new(city(), index(), |group, node| match (group, node) {
        (4, _) => answers(6),
        (3, 3) | (5 | 6, 6) => answers(0),
        _ => answers(100 - 2 * group as u64),
    });
    let hidden = not_shown(&world);
    let of = |ward| -> Vec<usize> {
        let cells = hidden.iter().filter(|&&(group, _, _)| group == ward);
        cells.map(|&(_, node, _)| node).collect()
    };
    assert_eq!((of(4), of(5)), (vec![0, 1, 2, 3, 4, 5, 6], vec![]));
    // Ward 6 takes over what it can; ward 3 the item that is left, with its neighbour.
    assert_eq!((of(6), of(3)), (vec![0, 1, 2, 3, 4, 5], vec![5, 6]));
}

#[test]
fn a_small_district_takes_a_district_and_one_of_its_wards_along() {
    // District 1 has one ward, district 2 has two, district 3 is large.
    let groups = vec![
        root(),
        printed(0),
        printed(0),
        printed(0),
        printed(1),
        printed(2),
        printed(2),
        printed(3),
    ];
    let n = [0, 0, 0, 0, 20, 60, 50, 500];
    let world = World::new(groups, vec![None], |group, _| answers(n[group]));
    assert_eq!(
        not_shown(&world),
        vec![(1, 0, PRIMARY), (2, 0, COMPANION), (4, 0, PRIMARY), (6, 0, COMPANION)]
    );
}

#[test]
fn a_ward_without_answers_cannot_serve() {
    // Ward 3 is all of district 1, so the district is hidden with it and needs another one.
    let groups = vec![root(), printed(0), printed(0), printed(1), printed(1), printed(2)];
    let n = [0, 0, 0, 20, 0, 100];
    let world = World::new(groups, vec![None], |group, _| answers(n[group]));
    assert_eq!(
        not_shown(&world),
        vec![(1, 0, PRIMARY), (2, 0, COMPANION), (3, 0, PRIMARY), (5, 0, COMPANION)]
    );
}

#[test]
fn a_root_alone_is_hidden_alone() {
    let world = World::new(vec![root()], index(), |_, _| answers(7));
    assert_eq!(not_shown(&world), all_nodes(0, PRIMARY));
}

#[test]
fn everything_small_is_hidden_everywhere() {
    let world = World::new(city(), index(), |group, _| answers(u64::from(group == 5)));
    // One answer to each of four items in ward 5; all other wards are empty.
    let hidden: Vec<usize> = not_shown(&world).iter().map(|&(group, _, _)| group).collect();
    assert_eq!(hidden, [vec![0; 7], vec![1; 7], vec![5; 7]].concat());
}

#[test]
fn an_implicit_rest_hides_a_ward_for_free() {
    let groups = vec![root(), printed(0), printed(0), implicit(0)];
    let n = [0, 20, 100, 500];
    let world = World::new(groups, vec![None], |group, _| answers(n[group]));
    assert_eq!(not_shown(&world), vec![(1, 0, PRIMARY), (3, 0, COMPANION)]);
}

#[test]
fn a_small_implicit_rest_needs_a_printed_companion() {
    let groups = vec![root(), printed(0), printed(0), implicit(0)];
    let n = [0, 120, 100, 8];
    let world = World::new(groups, vec![None], |group, _| answers(n[group]));
    assert_eq!(not_shown(&world), vec![(2, 0, COMPANION), (3, 0, PRIMARY)]);
}

#[test]
fn two_small_wards_need_a_third_if_they_are_small_together() {
    let hidden = |one, two| {
        let groups = vec![root(), printed(0), printed(0), printed(0), printed(0)];
        let n = [0, one, two, 110, 100];
        not_shown(&World::new(groups, vec![None], |group, _| answers(n[group])))
    };
    assert_eq!(hidden(14, 16), vec![(1, 0, PRIMARY), (2, 0, PRIMARY)]);
    assert_eq!(hidden(14, 15), vec![(1, 0, PRIMARY), (2, 0, PRIMARY), (4, 0, COMPANION)]);
}

#[test]
fn small_counts_hide_counts_and_leave_scores() {
    let world = World::new(city(), index(), |group, node| match (group, node) {
        (4, 3) => [2, 0, 0, 50, 48, 0, 0],
        (6, 3) => answers(90),
        _ => [10, 10, 10, 40, 30, 10, 10],
    });
    let companion = Visibility::CountsHidden(Cause::Complementary);
    assert_eq!(
        not_shown(&world),
        vec![
            (4, 3, Visibility::CountsHidden(Cause::Primary)),
            (4, 4, companion),
            (6, 3, companion),
            (6, 4, companion),
        ]
    );
}

#[test]
fn hidden_cells_serve_as_companions_of_hidden_counts() {
    let groups = vec![root(), printed(0), printed(0), printed(0), printed(0)];
    let world = World::new(groups, vec![None], |group, _| match group {
        1 => answers(20),
        2 => [100, 0, 0, 100, 100, 0, 0],
        3 => answers(100),
        _ => [3, 0, 0, 200, 200, 0, 0],
    });
    assert_eq!(
        not_shown(&world),
        vec![(1, 0, PRIMARY), (3, 0, COMPANION), (4, 0, Visibility::CountsHidden(Cause::Primary))]
    );
}

#[test]
fn the_order_of_siblings_does_not_matter() {
    let n = |group: usize, node: usize| match (group, node) {
        (4, _) => 6,
        (8, 5) => 12,
        _ => 100 + 17 * group as u64 + 3 * node as u64,
    };
    let world = World::new(city(), index(), |group, node| answers(n(group, node)));
    // Wards 3–6 and 7–10 in reverse.
    let turn = |group: usize| match group {
        3..=6 => 9 - group,
        7..=10 => 17 - group,
        _ => group,
    };
    let turned = World::new(city(), index(), |group, node| answers(n(turn(group), node)));
    let mut expected: Vec<_> =
        not_shown(&world).into_iter().map(|(group, node, it)| (turn(group), node, it)).collect();
    expected.sort_by_key(|&(group, node, _)| (group, node));
    assert_eq!(not_shown(&turned), expected);
}

#[test]
fn primary_suppression_alone_is_broken() {
    let world = World::new(city(), index(), |group, _| answers(if group == 4 { 6 } else { 100 }));
    let mut visibility = world.suppress();
    for visible in &mut visibility {
        if *visible == COMPANION {
            *visible = Visibility::Shown;
        }
    }
    let leaks = attack(&world, &visibility);
    // n of the ward on the whole index is among what is found.
    assert!(leaks.contains(&(4, 0, [1, 1, 1, 1, 1, 0, 0])));
}

#[test]
fn hidden_counts_without_companions_are_broken() {
    let world = World::new(city(), vec![None], |group, _| match group {
        4 => [2, 0, 0, 50, 48, 0, 0],
        _ => answers(100),
    });
    let mut visibility = world.suppress();
    visibility.iter_mut().enumerate().filter(|&(at, _)| at != 4).for_each(|(_, visible)| {
        *visible = Visibility::Shown;
    });
    let leaks = attack(&world, &visibility);
    assert!(leaks.contains(&(4, 0, [1, 0, 0, 0, 0, 0, 0])));
}
