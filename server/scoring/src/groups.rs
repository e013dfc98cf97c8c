//! Which answers belong together.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use survey_defs::analysis::{GroupKey, GroupLabel, Grouping, Month};
use survey_defs::phrases;
use survey_defs::unit::{Gazetteer, Level, Unit, UnitKey, compare};
use survey_defs::wave::Wave;

use crate::Request;

/// The groups of one grouping: which forms belong to which, and what they are called.
///
/// A group is a number; numbers ascend in printing order.
#[derive(Debug)]
pub(crate) enum Groups {
    /// One group of all forms.
    City(GroupLabel),
    /// Units, or groups of units.
    Units(UnitGroups),
    /// Calendar months.
    Months,
}

/// Groups of units.
#[derive(Debug)]
pub(crate) struct UnitGroups {
    /// In printing order; the place is the number.
    labels: Vec<GroupLabel>,
    /// For each unit of the data the number of its group.
    members: Vec<Option<i32>>,
    /// Whether some unit belongs to its group only by approximation.
    approximate: bool,
}

impl Groups {
    pub(crate) fn of(request: &Request<'_>, by: Grouping) -> Self {
        match by {
            Grouping::City => Self::City(city(request.wave, request.gazetteer)),
            Grouping::Month => Self::Months,
            Grouping::District | Grouping::Ward | Grouping::Agency | Grouping::Branch => {
                Self::Units(UnitGroups::new(request.gazetteer, request.data.units(), |unit| {
                    group_of(request, by, unit)
                }))
            }
        }
    }

    /// Whether the groups are an approximation (former districts).
    pub(crate) fn are_approximate(&self) -> bool {
        matches!(self, Self::Units(UnitGroups { approximate: true, .. }))
    }

    /// The number of the group of what was received for a unit in a month, where these are known.
    pub(crate) fn group(&self, unit: Option<u32>, month: Option<i32>) -> Option<i32> {
        match self {
            Self::City(_) => Some(0),
            Self::Units(UnitGroups { members, .. }) => members[unit? as usize],
            Self::Months => month,
        }
    }

    /// The label of a group that occurs.
    pub(crate) fn label(&self, number: i32) -> GroupLabel {
        match self {
            Self::City(label) => label.clone(),
            Self::Units(UnitGroups { labels, .. }) => {
                let place = usize::try_from(number).expect("units are numbered from 0");
                labels[place].clone()
            }
            Self::Months => month(number),
        }
    }
}

/// The unit under which another is grouped, and whether approximately; none where it belongs to no
/// group, or the groups are no units.
pub(crate) fn group_of(
    request: &Request<'_>,
    by: Grouping,
    unit: &UnitKey,
) -> Option<(UnitKey, bool)> {
    let own = |level| {
        let unit = request.gazetteer.get(unit).filter(|unit| unit.level == level)?;
        Some((unit.key.clone(), false))
    };
    match by {
        Grouping::City | Grouping::Month => None,
        Grouping::District => {
            let found = request.gazetteer.district_of(unit, request.wave.geography)?;
            Some((found.district, found.approximate))
        }
        Grouping::Ward => own(Level::Commune),
        Grouping::Agency => own(Level::Agency),
        Grouping::Branch => own(Level::Branch),
    }
}

impl UnitGroups {
    fn new(
        gazetteer: &Gazetteer,
        units: &[UnitKey],
        group_of: impl Fn(&UnitKey) -> Option<(UnitKey, bool)>,
    ) -> Self {
        let grouped: Vec<Option<(UnitKey, bool)>> = units.iter().map(group_of).collect();
        let mut groups: Vec<&Unit> =
            grouped.iter().flatten().filter_map(|(group, _)| gazetteer.get(group)).collect();
        groups.sort_by(|one, other| by_name(one, other));
        groups.dedup_by_key(|group| &group.key);
        let numbers: BTreeMap<&UnitKey, i32> =
            groups.iter().map(|group| &group.key).zip(0..).collect();
        let number = |group: &Option<(UnitKey, bool)>| {
            group.as_ref().and_then(|(group, _)| numbers.get(group).copied())
        };
        let members = grouped.iter().map(number).collect();
        let approximate = grouped.iter().flatten().any(|(_, approximate)| *approximate);
        Self { labels: groups.into_iter().map(unit_label).collect(), members, approximate }
    }
}

/// The order in which two groups of one grouping are printed.
pub(crate) fn printing_order(
    gazetteer: &Gazetteer,
    one: &GroupLabel,
    other: &GroupLabel,
) -> Ordering {
    let unit = |label: &GroupLabel| label.unit.as_ref().and_then(|unit| gazetteer.get(unit));
    match (unit(one), unit(other)) {
        (Some(one), Some(other)) => by_name(one, other),
        (None, _) | (_, None) => one.key.cmp(&other.key),
    }
}

fn by_name(one: &Unit, other: &Unit) -> Ordering {
    compare(&one.name, &other.name).then_with(|| one.key.cmp(&other.key))
}

/// A group that is a unit.
pub(crate) fn unit_label(unit: &Unit) -> GroupLabel {
    let key = GroupKey::Unit(unit.key.clone());
    GroupLabel { key, name: unit.title(), unit: Some(unit.key.clone()) }
}

/// The whole wave, under the name of the city, or of the wave where the gazetteer does not reach.
fn city(wave: &Wave, gazetteer: &Gazetteer) -> GroupLabel {
    let city = gazetteer.units_on(Level::City, wave.geography).into_iter().next();
    let name = city.map_or_else(|| wave.title.clone(), Unit::title);
    GroupLabel { key: GroupKey::City, name, unit: city.map(|city| city.key.clone()) }
}

fn month(number: i32) -> GroupLabel {
    let year = i16::try_from(number.div_euclid(12)).expect("forms have days of the calendar");
    let month = i8::try_from(number.rem_euclid(12) + 1).expect("a year has twelve months");
    let month = Month::new(year, month).expect("forms have days of the calendar");
    GroupLabel { key: GroupKey::Month(month), name: phrases::month(month.first_day()), unit: None }
}
