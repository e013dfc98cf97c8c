//! Counts per group.

use std::collections::BTreeMap;

use survey_defs::analysis::Filters;
use survey_defs::counts::LevelCounts;

use crate::data::{Counts, Keys, month_number};
use crate::groups::Groups;
use crate::index_layout::IndexLayout;
use crate::tally::Totals;

/// What a group's answers count, without weights.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct GroupCounts {
    /// Forms that belong to the group, also those that the missing rule drops; rows of level
    /// counts.
    pub(crate) forms: u64,
    /// For each item how often each level occurred.
    pub(crate) items: Vec<LevelCounts>,
    /// For each node the respondents with a valid answer below it.
    pub(crate) respondents: Vec<u64>,
}

impl GroupCounts {
    fn none(layout: &IndexLayout) -> Self {
        Self {
            forms: 0,
            items: vec![LevelCounts::default(); layout.items.len()],
            respondents: vec![0; layout.nodes.len()],
        }
    }

    /// The counts of all items below a node, added up.
    pub(crate) fn counts(&self, layout: &IndexLayout, node: usize) -> LevelCounts {
        let mut sum = LevelCounts::default();
        for item in &layout.below[node] {
            sum.merge(&self.items[*item]);
        }
        sum
    }
}

/// The groups to which at least one form belongs.
pub(crate) fn count_forms(
    totals: &Totals,
    keys: &Keys,
    layout: &IndexLayout,
    groups: &Groups,
) -> BTreeMap<i32, GroupCounts> {
    let mut counted: BTreeMap<i32, GroupCounts> = BTreeMap::new();
    for (place, slot) in totals.counts.slots.list().iter().enumerate() {
        let unit = keys.place(slot.key).unit;
        let Some(number) = groups.group(Some(unit), Some(slot.month)) else {
            continue;
        };
        let group = counted.entry(number).or_insert_with(|| GroupCounts::none(layout));
        group.forms += totals.counts.forms[place];
        for (item, counts) in group.items.iter_mut().enumerate() {
            counts.merge(&totals.counts_of(place, item));
        }
        for (node, respondents) in layout.inner.iter().zip(totals.respondents_of(place)) {
            group.respondents[*node] += respondents;
        }
    }
    for group in counted.values_mut() {
        group.respondents_of_items(layout);
    }
    counted
}

/// The groups to which at least one row of level counts belongs. Respondents of an inner node are
/// unknown; the largest n of a question below it is the least number there can be.
pub(crate) fn count_rows(
    counts: &Counts,
    filters: &Filters,
    layout: &IndexLayout,
    groups: &Groups,
) -> BTreeMap<i32, GroupCounts> {
    let mut counted: BTreeMap<i32, GroupCounts> = BTreeMap::new();
    let passes = |month: Option<jiff::civil::Date>| {
        let starts = |month: jiff::civil::Date| filters.first_day.is_none_or(|day| month >= day);
        let ends = |month: jiff::civil::Date| {
            filters.last_day.is_none_or(|day| month.last_of_month() <= day)
        };
        month.is_none_or(|month| starts(month) && ends(month))
    };
    for row in counts.rows().iter().filter(|row| passes(row.month)) {
        if let Some(number) = groups.group(row.unit, row.month.map(month_number)) {
            let group = counted.entry(number).or_insert_with(|| GroupCounts::none(layout));
            group.forms += 1;
            group.items[row.item].merge(&row.counts);
        }
    }
    for group in counted.values_mut() {
        group.respondents_of_items(layout);
        for node in &layout.inner {
            let n = layout.below[*node].iter().map(|item| group.items[*item].n());
            group.respondents[*node] = n.max().unwrap_or(0);
        }
    }
    counted
}

impl GroupCounts {
    fn respondents_of_items(&mut self, layout: &IndexLayout) {
        for (node, below) in layout.below.iter().enumerate() {
            if let ([item], false) = (below.as_slice(), layout.inner.contains(&node)) {
                self.respondents[node] = self.items[*item].n();
            }
        }
    }
}
