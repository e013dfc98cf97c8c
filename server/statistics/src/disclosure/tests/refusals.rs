//! Tests which tables are refused.

use super::world::{World, answers, printed, root};
use crate::disclosure::{Cell, Error, suppress};

fn world() -> World {
    let groups = vec![root(), printed(0), printed(0)];
    World::new(groups, vec![None, Some(0), Some(0)], |_, _| answers(100))
}

#[test]
fn cells_must_fill_the_table() {
    let mut world = world();
    world.cells.pop();
    let error = suppress(&world.table()).unwrap_err();
    assert_eq!(error, Error::Shape { cells: 8, groups: 3, nodes: 3 });
    assert_eq!(error.to_string(), "8 cells for 3 groups × 3 nodes");
}

#[test]
fn parents_must_lead_to_a_root() {
    let mut circle = world();
    circle.groups[0].parent = Some(2);
    assert_eq!(suppress(&circle.table()).unwrap_err(), Error::GroupParent(0));
    let mut nowhere = world();
    nowhere.nodes[2] = Some(3);
    assert_eq!(suppress(&nowhere.table()).unwrap_err(), Error::NodeParent(2));
    let mut itself = world();
    itself.nodes[0] = Some(0);
    assert_eq!(suppress(&itself.table()).unwrap_err(), Error::NodeParent(0));
}

#[test]
fn a_group_must_be_the_sum_of_its_children() {
    let mut world = world();
    world.cells[1].counts[3] += 1;
    let error = suppress(&world.table()).unwrap_err();
    assert_eq!(error, Error::Sum { group: 0, node: 1 });
    assert_eq!(error.to_string(), "group 0 is not the sum of its children on node 1");
}

#[test]
fn respondents_of_a_node_must_answer_something_below() {
    let mut world = world();
    for at in [1, 2, 4, 5, 7, 8] {
        world.cells[at] = Cell::default();
    }
    assert_eq!(suppress(&world.table()).unwrap_err(), Error::Respondents { group: 0, node: 0 });
}

#[test]
fn no_group_and_no_node_is_a_table() {
    let world = World::new(vec![], vec![], |_, _| answers(0));
    assert_eq!(world.suppress(), vec![]);
}
