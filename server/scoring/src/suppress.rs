//! Which cells are not shown.

use std::collections::{BTreeMap, HashMap};

use statistics::disclosure::{
    Cause, Cell, Group, Limits, Publication, Table, Visibility, suppress,
};
use survey_defs::analysis::{GroupKey, Grouping};

use crate::data::Data;
use crate::error::engine;
use crate::group_counts::GroupCounts;
use crate::groups::{Groups, group_of};
use crate::index_layout::IndexLayout;
use crate::tree::depth;
use crate::wave_totals::{Scope, WaveTotals};
use crate::{Disclosure, ScoringError};

/// What may be seen of each node of a group: for the key of the group one entry for each node of
/// the instrument.
pub(crate) type SuppressionMask = HashMap<GroupKey, Vec<Visibility>>;

/// Decides what may be seen of the groups of a table, and of the city.
///
/// Every table passes here and no other place decides, so a cell that is suppressed is suppressed
/// in the console, in reports and in exports alike. It is decided on the whole hierarchy of units
/// (city, districts, wards, agencies, branches), so that every grouping, depth and choice of one
/// group shows parts of one and the same table; months are a table of their own.
///
/// A table with filters is judged three times: by itself, by what the filters leave out, which
/// whoever has the table without filters finds by subtraction, and by the table without filters, so
/// that tables with different filters never add up to what that one hides. One without flagged
/// forms is also judged by the flagged ones among those that pass its other filters.
pub(crate) fn suppression_mask(
    wave_totals: &WaveTotals<'_>,
) -> Result<SuppressionMask, ScoringError> {
    let family = match wave_totals.request.by {
        Grouping::Month => Family::of_months(wave_totals),
        Grouping::City
        | Grouping::District
        | Grouping::Ward
        | Grouping::Agency
        | Grouping::Branch => Family::of_units(wave_totals),
    };
    let wave = family.group_counts(wave_totals, Scope::Wave);
    let mut judged = family.judge(wave_totals, &wave)?;
    if wave_totals.has_filters() {
        let filtered = family.group_counts(wave_totals, Scope::Filtered);
        let any_quality = family.group_counts(wave_totals, Scope::AnyQuality);
        let left_out = without(&wave, &filtered);
        let flagged = without(&any_quality, &filtered);
        for cells in [filtered, left_out, flagged] {
            let other = family.judge(wave_totals, &cells)?;
            for (one, other) in judged.iter_mut().flatten().zip(other.into_iter().flatten()) {
                *one = stricter(*one, other);
            }
        }
    }
    let asked =
        |member: &Member| member.by == wave_totals.request.by || member.by == Grouping::City;
    let members = family.members.iter().zip(judged).filter(|(member, _)| asked(member));
    Ok(members.map(|(member, nodes)| (member.key.clone(), nodes)).collect())
}

/// The printed groups that are parts of each other.
struct Family {
    groupings: BTreeMap<Grouping, Groups>,
    /// Parents stand before their children.
    members: Vec<Member>,
}

struct Member {
    by: Grouping,
    number: i32,
    key: GroupKey,
    parent: Option<usize>,
}

impl Family {
    fn of_months(wave_totals: &WaveTotals<'_>) -> Self {
        Self::new(wave_totals, &[Grouping::City, Grouping::Month])
    }

    fn of_units(wave_totals: &WaveTotals<'_>) -> Self {
        use Grouping::{Agency, Branch, City, District, Ward};
        Self::new(wave_totals, &[City, District, Ward, Agency, Branch])
    }

    /// The groups of the wave. The parent of a unit is its district, if it has one that is
    /// printed; else the city.
    fn new(wave_totals: &WaveTotals<'_>, groupings: &[Grouping]) -> Self {
        let mut family = Self { groupings: BTreeMap::new(), members: Vec::new() };
        for by in groupings {
            let groups = Groups::of(wave_totals.request, *by);
            for number in wave_totals.group_counts(&groups, Scope::Wave).into_keys() {
                let label = groups.label(number);
                let above = label.unit.as_ref().filter(|_| *by != Grouping::District);
                let district =
                    above.and_then(|unit| group_of(wave_totals.request, Grouping::District, unit));
                let district = district.map(|(district, _)| GroupKey::Unit(district));
                let is_parent = |member: &Member| {
                    member.by == Grouping::District && Some(&member.key) == district.as_ref()
                };
                let city = (*by != Grouping::City).then_some(0);
                let parent = family.members.iter().position(is_parent).or(city);
                family.members.push(Member { by: *by, number, key: label.key, parent });
            }
            family.groupings.insert(*by, groups);
        }
        family
    }

    /// For each member the cells of all nodes.
    fn group_counts(&self, wave_totals: &WaveTotals<'_>, scope: Scope) -> Vec<Vec<Cell>> {
        let layout = &wave_totals.layout;
        let by_grouping: BTreeMap<Grouping, BTreeMap<i32, GroupCounts>> = self
            .groupings
            .iter()
            .map(|(by, groups)| (*by, wave_totals.group_counts(groups, scope)))
            .collect();
        let of_member = |member: &Member| {
            let counted = by_grouping[&member.by].get(&member.number);
            (0..layout.nodes.len())
                .map(|node| counted.map_or_else(Cell::default, |one| cell(layout, one, node)))
                .collect()
        };
        self.members.iter().map(of_member).collect()
    }

    fn judge(
        &self,
        wave_totals: &WaveTotals<'_>,
        cells: &[Vec<Cell>],
    ) -> Result<Vec<Vec<Visibility>>, ScoringError> {
        let disclosure = wave_totals.request.disclosure;
        match wave_totals.request.data {
            Data::Forms(_) => {
                let nodes: Vec<usize> = (0..wave_totals.layout.nodes.len()).collect();
                let parents = parents(&wave_totals.layout);
                self.judge_nodes((&nodes, &parents), cells, disclosure)
            }
            Data::Counts(_) => self.judge_items(&wave_totals.layout, cells, disclosure),
        }
    }

    /// The n of an inner node is no sum where only level counts are known, so items are judged by
    /// themselves, and an inner node shows nothing that an item below it hides.
    fn judge_items(
        &self,
        layout: &IndexLayout,
        cells: &[Vec<Cell>],
        disclosure: Disclosure,
    ) -> Result<Vec<Vec<Visibility>>, ScoringError> {
        let items: Vec<usize> =
            (0..layout.nodes.len()).filter(|node| !layout.inner.contains(node)).collect();
        let parents = vec![None; items.len()];
        let judged = self.judge_nodes((&items, &parents), cells, disclosure)?;
        let of_member = |(judged, cells): (Vec<Visibility>, &Vec<Cell>)| {
            let mut of_item = vec![Visibility::Shown; layout.items.len()];
            for (node, visibility) in items.iter().zip(judged) {
                of_item[layout.below[*node][0]] = visibility;
            }
            let of_node = |node: usize| {
                let own = match cells[node].n {
                    n if 0 < n && n < disclosure.min_n => Visibility::Hidden(Cause::Primary),
                    _ => Visibility::Shown,
                };
                let below = layout.below[node].iter().map(|item| of_item[*item]);
                if layout.inner.contains(&node) {
                    below.map(as_companion).fold(own, stricter)
                } else {
                    below.fold(own, stricter)
                }
            };
            (0..layout.nodes.len()).map(of_node).collect()
        };
        Ok(judged.into_iter().zip(cells).map(of_member).collect())
    }

    /// Judges some nodes, with their parents among them; what remains of a group without its
    /// children is a group that nobody prints.
    fn judge_nodes(
        &self,
        (nodes, parents): (&[usize], &[Option<usize>]),
        cells: &[Vec<Cell>],
        disclosure: Disclosure,
    ) -> Result<Vec<Vec<Visibility>>, ScoringError> {
        let mut groups: Vec<Group> = self
            .members
            .iter()
            .map(|member| Group { parent: member.parent, publication: Publication::Printed })
            .collect();
        let mut all: Vec<Cell> =
            cells.iter().flat_map(|cells| nodes.iter().map(|node| cells[*node])).collect();
        for parent in 0..self.members.len() {
            let children: Vec<usize> = (0..self.members.len())
                .filter(|child| self.members[*child].parent == Some(parent))
                .collect();
            if children.is_empty() {
                continue;
            }
            groups.push(Group { parent: Some(parent), publication: Publication::Implicit });
            for node in nodes {
                let below = children.iter().map(|child| &cells[*child][*node]);
                all.push(below.fold(cells[parent][*node], |rest, child| minus((&rest, child))));
            }
        }
        let limits = Limits { min_n: disclosure.min_n, small: disclosure.small };
        let table = Table { groups: &groups, nodes: parents, cells: &all, limits };
        let judged = suppress(&table).map_err(engine)?;
        Ok(judged.chunks(nodes.len()).take(self.members.len()).map(<[_]>::to_vec).collect())
    }
}

/// For each node the one above it: in printing order the last before it that is less deep. Items
/// outside the index stand alone.
fn parents(layout: &IndexLayout) -> Vec<Option<usize>> {
    let is_alone =
        |node: &usize| layout.below[*node].iter().any(|item| !layout.statements.contains(item));
    let above = |node: usize| {
        let mut before = layout.inner.iter().rev().filter(|inner| **inner < node);
        before.find(|inner| depth(&layout.nodes[**inner]) < depth(&layout.nodes[node])).copied()
    };
    let nodes = 0..layout.nodes.len();
    nodes.map(|node| if is_alone(&node) { None } else { above(node) }).collect()
}

fn cell(layout: &IndexLayout, counted: &GroupCounts, node: usize) -> Cell {
    let counts = counted.counts(layout, node);
    let [one, two, three, four, five] = counts.levels;
    let counts = [one, two, three, four, five, counts.not_applicable, counts.no_answer];
    Cell { n: counted.respondents[node], counts }
}

/// For each group what remains of its cells.
fn without(all: &[Vec<Cell>], part: &[Vec<Cell>]) -> Vec<Vec<Cell>> {
    let of_group =
        |(all, part): (&Vec<Cell>, &Vec<Cell>)| all.iter().zip(part).map(minus).collect();
    all.iter().zip(part).map(of_group).collect()
}

/// What remains; never below 0, because the one is a part of the other.
fn minus((all, part): (&Cell, &Cell)) -> Cell {
    let mut counts = all.counts;
    for (count, part) in counts.iter_mut().zip(part.counts) {
        *count = count.saturating_sub(part);
    }
    Cell { n: all.n.saturating_sub(part.n), counts }
}

fn stricter(one: Visibility, other: Visibility) -> Visibility {
    let strictness = |visibility: Visibility| match visibility {
        Visibility::Shown => 0,
        Visibility::CountsHidden(Cause::Complementary) => 1,
        Visibility::CountsHidden(Cause::Primary) => 2,
        Visibility::Hidden(Cause::Complementary) => 3,
        Visibility::Hidden(Cause::Primary) => 4,
    };
    if strictness(other) > strictness(one) { other } else { one }
}

/// The same for the sake of something below.
fn as_companion(visibility: Visibility) -> Visibility {
    match visibility {
        Visibility::Shown => Visibility::Shown,
        Visibility::CountsHidden(_) => Visibility::CountsHidden(Cause::Complementary),
        Visibility::Hidden(_) => Visibility::Hidden(Cause::Complementary),
    }
}
