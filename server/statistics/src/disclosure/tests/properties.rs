//! Tests what must hold for any table.

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::attack::attack;
use super::world::{LIMITS, World, implicit, leaves, printed, root};
use crate::disclosure::{Cause, Publication, Tree, Visibility};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn nothing_hidden_can_be_derived(world in worlds()) {
        prop_assert_eq!(attack(&world, &world.suppress()), vec![]);
    }

    #[test]
    fn respondents_of_inner_nodes_need_not_add_up(world in worlds(), empty in any::<u64>()) {
        let world = world.with_respondents(|group, node| (empty >> (group * 5 + node)).trailing_zeros() > 1);
        prop_assert_eq!(attack(&world, &world.suppress()), vec![]);
    }

    #[test]
    fn everything_small_is_hidden_and_nothing_empty_is(world in worlds()) {
        for (cell, visible) in world.cells.iter().zip(world.suppress()) {
            let small_count = cell.counts.iter().any(|&count| 0 < count && count < LIMITS.small);
            if cell.n == 0 {
                prop_assert_eq!(visible, Visibility::Shown);
            } else if cell.n < LIMITS.min_n {
                prop_assert_eq!(visible, Visibility::Hidden(Cause::Primary));
            } else if small_count {
                prop_assert!(matches!(
                    visible,
                    Visibility::CountsHidden(Cause::Primary)
                        | Visibility::Hidden(Cause::Complementary)
                ));
            } else {
                prop_assert!(matches!(
                    visible,
                    Visibility::Shown
                        | Visibility::CountsHidden(Cause::Complementary)
                        | Visibility::Hidden(Cause::Complementary)
                ));
            }
        }
    }

    #[test]
    fn what_is_hidden_together_is_not_small(world in worlds()) {
        let visibility = world.suppress();
        let groups = world.group_tree();
        for group in 0..groups.len() {
            for node in 0..world.nodes.len() {
                if !is_hidden(&visibility, world.at(group, node)) {
                    let rest = rest(&world, &groups, &visibility, (group, node));
                    prop_assert!(rest == 0 || rest >= LIMITS.min_n, "{group} {node} {rest}");
                }
            }
        }
    }
}

/// A visible cell minus what is visible below it, as a reader would subtract; zero if nothing
/// below it is hidden.
fn rest(
    world: &World,
    groups: &Tree,
    visibility: &[Visibility],
    (group, node): (usize, usize),
) -> u64 {
    let mut rest = world.cells[world.at(group, node)].n;
    let mut open = groups.children(group).to_vec();
    if open.is_empty() {
        return 0;
    }
    while let Some(below) = open.pop() {
        if is_hidden(visibility, world.at(below, node)) {
            open.extend(groups.children(below));
        } else {
            rest -= world.cells[world.at(below, node)].n;
        }
    }
    rest
}

fn is_hidden(visibility: &[Visibility], at: usize) -> bool {
    matches!(visibility[at], Visibility::Hidden(_))
}

/// Up to 12 groups in three levels, up to 8 nodes in four, counts from nobody to many.
fn worlds() -> impl Strategy<Value = World> {
    let groups = prop::collection::vec(any::<(u8, bool)>(), 0..=11);
    let nodes = prop::collection::vec(any::<u8>(), 1..=8);
    let sizes = prop::collection::vec(any::<[u8; 8]>(), 12 * 8);
    (groups, nodes, prop::collection::vec(0_u8..6, 12), sizes)
        .prop_map(|(groups, nodes, kinds, sizes)| world(&groups, &nodes, &kinds, &sizes))
}

fn world(groups: &[(u8, bool)], nodes: &[u8], kinds: &[u8], sizes: &[[u8; 8]]) -> World {
    let mut parents: Vec<Option<usize>> = vec![None];
    for &(at, _) in groups {
        parents.push(Some(shallow(&parents, at, 2)));
    }
    let tree = Tree::new(parents.clone()).unwrap();
    let groups = (0..parents.len())
        .map(|at| match parents[at] {
            None => root(),
            Some(parent) if groups[at - 1].1 && tree.children(at).is_empty() => implicit(parent),
            Some(parent) => printed(parent),
        })
        .collect();
    let mut forest: Vec<Option<usize>> = Vec::new();
    for &at in nodes {
        let parent = (at % 5 > 0 && !forest.is_empty()).then(|| shallow(&forest, at / 5, 3));
        forest.push(parent);
    }
    World::new(groups, forest, |group, node| counts(kinds[group], sizes[group * 8 + node]))
}

/// One of the members that have fewer than `depth` ancestors.
fn shallow(parents: &[Option<usize>], at: u8, depth: usize) -> usize {
    let tree = Tree::new(parents.to_vec()).unwrap();
    let open: Vec<usize> = (0..tree.len()).filter(|&at| tree.depth(at) < depth).collect();
    open[usize::from(at) % open.len()]
}

/// Groups of kind 0 are small in everything, the others in a cell here and there.
fn counts(kind: u8, [size, bytes @ ..]: [u8; 8]) -> [u64; 7] {
    let limit = match (kind, size % 12) {
        (_, 0 | 1) => return [0; 7],
        (0, _) => 3,
        (_, 2) => 4,
        (_, 3 | 4) => 12,
        (1, _) => 256,
        (_, _) => return bytes.map(|byte| 20 + u64::from(byte)),
    };
    bytes.map(|byte| u64::from(byte) % limit)
}

#[test]
fn random_tables_are_worth_attacking() {
    // Otherwise the properties above would hold for want of anything to hide.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut broken, mut partly) = (0, 0);
    for _ in 0..60 {
        let world = worlds().new_tree(&mut runner).unwrap().current();
        let primary: Vec<Visibility> =
            world.suppress().into_iter().map(without_companions).collect();
        broken += usize::from(!attack(&world, &primary).is_empty());
        let shown = world.suppress().iter().filter(|&&it| it == Visibility::Shown).count();
        partly += usize::from(shown > 0 && leaves(&world.group_tree()).len() > 2);
        assert_eq!(world.groups[0].publication, Publication::Printed);
    }
    assert!(broken > 20, "{broken} of 60 are broken without companions");
    assert!(partly > 20, "{partly} of 60 are hidden in part");
}

/// Primary suppression alone.
fn without_companions(visible: Visibility) -> Visibility {
    match visible {
        Visibility::Hidden(Cause::Complementary)
        | Visibility::CountsHidden(Cause::Complementary) => Visibility::Shown,
        Visibility::Shown
        | Visibility::Hidden(Cause::Primary)
        | Visibility::CountsHidden(Cause::Primary) => visible,
    }
}
