//! Points side by side.

use std::collections::BTreeMap;

use jiff::civil::Date;
use survey_defs::analysis::{GroupKey, GroupLabel, Grouping, SeriesCell, SeriesGroup, SeriesTable};
use survey_defs::text::Text;
use survey_defs::unit::compare;

use super::Point;
use super::breaks::breaks;

/// What all points of a series have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// The grouping.
    pub by: Grouping,
    /// The day whose units are the groups.
    pub geography: Date,
}

/// Puts points side by side: a row for every group of some point, in Vietnamese order of names. A
/// group without answers at a point, and every group at a point without the node, has an empty
/// cell there. Labels are those of the last point that has them.
///
/// None if no instrument has the node.
pub fn table(frame: Frame, points: Vec<Point>) -> Option<SeriesTable> {
    let Frame { by, geography } = frame;
    let node = points.iter().rev().find_map(|point| point.node.clone())?;
    let breaks = breaks(&points, &node.node);
    let mut groups: BTreeMap<GroupKey, SeriesGroup> = BTreeMap::new();
    for (place, point) in points.iter().enumerate() {
        for (label, cell) in &point.rows {
            let group = groups.entry(label.key.clone()).or_insert_with(|| SeriesGroup {
                group: label.clone(),
                cells: vec![SeriesCell::default(); points.len()],
            });
            group.group = label.clone();
            group.cells[place] = *cell;
        }
    }
    let mut groups: Vec<SeriesGroup> = groups.into_values().collect();
    groups.sort_by(|one, other| in_order(&one.group, &other.group));
    let mut cells = groups.iter().flat_map(|group| &group.cells);
    let assumption = cells.any(|cell| cell.bounds.is_some()).then(assumption);
    Some(SeriesTable {
        by,
        geography,
        node,
        points: points.into_iter().map(|point| point.about).collect(),
        breaks,
        assumption,
        groups,
    })
}

fn in_order(one: &GroupLabel, other: &GroupLabel) -> std::cmp::Ordering {
    compare(&one.name.vi, &other.name.vi).then_with(|| one.key.cmp(&other.key))
}

fn assumption() -> Text {
    Text {
        vi: "Không nguồn nào cho biết dân cư của một đơn vị bị tách được chia theo tỷ lệ nào. Giả định: \
             chia đều cho các đơn vị nhận dân cư. Cận dưới và cận trên là điểm thấp nhất và cao nhất \
             trong mọi cách chia."
            .into(),
        en: "No source says in which proportions the residents of a divided unit were divided. \
             Assumption: equally among the units that took residents. The bounds are the lowest and \
             highest score over all ways to divide them."
            .into(),
    }
}
