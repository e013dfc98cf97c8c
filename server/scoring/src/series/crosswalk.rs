//! Old units on the way to groups of a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use survey_defs::analysis::{GroupKey, GroupLabel, Grouping};
use survey_defs::unit::{Gazetteer, Share, Unit, UnitKey, compare};

use crate::Request;

/// How groups of the answers become groups of a day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Crosswalk {
    /// In printing order.
    pub(super) targets: Vec<Target>,
    /// Groups from which no way leads to the day.
    pub(super) left_out: Vec<GroupLabel>,
}

/// A group of the day.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub(super) label: GroupLabel,
    /// What it is made of.
    pub(super) parts: Vec<Part>,
}

/// A group of the answers, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    /// The number of the group.
    pub(super) group: i32,
    /// The part of its residents that belongs to the target: as assumed, at least, at most.
    pub(super) stated: f64,
    pub(super) least: f64,
    pub(super) most: f64,
    /// Whether the group has another name on the day.
    pub(super) is_renamed: bool,
}

impl Crosswalk {
    /// Follows the groups of the answers, each with its number, to a day.
    pub(super) fn of(request: &Request<'_>, groups: &[(i32, GroupLabel)], geography: Date) -> Self {
        match request.by {
            // Former districts keep the keys of districts, so there is nothing to follow.
            Grouping::City | Grouping::Month | Grouping::District => Self::straight(groups),
            Grouping::Ward | Grouping::Agency | Grouping::Branch => {
                Self::apportion(request.gazetteer, groups, geography)
            }
        }
    }

    /// Whether some group has become another one.
    pub(super) fn is_bridged(&self) -> bool {
        self.targets.iter().flat_map(|target| &target.parts).any(|part| part.is_renamed)
    }

    fn straight(groups: &[(i32, GroupLabel)]) -> Self {
        let target = |(number, label): &(i32, GroupLabel)| Target {
            label: label.clone(),
            parts: vec![Part::whole(*number)],
        };
        Self { targets: groups.iter().map(target).collect(), left_out: Vec::new() }
    }

    fn apportion(gazetteer: &Gazetteer, groups: &[(i32, GroupLabel)], day: Date) -> Self {
        let mut parts: BTreeMap<UnitKey, Vec<Part>> = BTreeMap::new();
        let mut left_out = Vec::new();
        for (number, label) in groups {
            let unit = label.unit.as_ref();
            let shares = unit.map(|unit| gazetteer.apportion(unit, day)).unwrap_or_default();
            if shares.is_empty() {
                left_out.push(label.clone());
            }
            for Share { unit: target, assumed: stated, lower: least, upper: most } in shares {
                let is_renamed = Some(&target) != unit;
                let part = Part { group: *number, stated, least, most, is_renamed };
                parts.entry(target).or_default().push(part);
            }
        }
        let units =
            parts.into_iter().filter_map(|(key, parts)| Some((gazetteer.get(&key)?, parts)));
        let mut units: Vec<(&Unit, Vec<Part>)> = units.collect();
        units.sort_by(|(one, _), (other, _)| {
            compare(&one.name, &other.name).then_with(|| one.key.cmp(&other.key))
        });
        let target = |(unit, parts): (&Unit, Vec<Part>)| Target {
            label: GroupLabel {
                key: GroupKey::Unit(unit.key.clone()),
                name: unit.title(),
                unit: Some(unit.key.clone()),
            },
            parts,
        };
        Self { targets: units.into_iter().map(target).collect(), left_out }
    }
}

impl Part {
    fn whole(group: i32) -> Self {
        Self { group, stated: 1.0, least: 1.0, most: 1.0, is_renamed: false }
    }

    /// Whether all residents are known to belong to the target.
    pub(super) fn is_certain(&self) -> bool {
        self.least >= 1.0
    }
}
