use std::collections::BTreeMap;

use polars::prelude::{Column, DataFrame, IntoLazy, LazyFrame, col, lit};
use survey_defs::api::{GroupLabel, Grouping};
use survey_defs::text::Text;
use survey_defs::unit::{Gazetteer, Level, Unit, UnitKey, compare};
use survey_defs::wave::Wave;

use crate::data::month_number;
use crate::{Request, columns};

/// The groups of one grouping: which rows belong to which, and what they are called.
///
/// A group is a number in the column [`columns::GROUP`]; numbers ascend in printing order.
#[derive(Debug)]
pub(crate) enum Groups {
    /// One group of all rows.
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
    /// Places in the data's list of units, with the number of the group.
    members: Vec<(u32, i32)>,
    /// Whether some unit belongs to its group only by approximation.
    approximate: bool,
}

impl Groups {
    pub(crate) fn of(request: &Request<'_>) -> Self {
        let Request { wave, gazetteer, data, by, .. } = request;
        let own = |level| {
            Self::Units(UnitGroups::new(gazetteer, data.units(), |key| {
                let unit = gazetteer.get(key).filter(|unit| unit.level == level)?;
                Some((unit.key.clone(), false))
            }))
        };
        match by {
            Grouping::City => Self::City(city(wave, gazetteer)),
            Grouping::District => Self::Units(UnitGroups::new(gazetteer, data.units(), |key| {
                let found = gazetteer.district_of(key, wave.geography)?;
                Some((found.district, found.approximate))
            })),
            Grouping::Ward => own(Level::Commune),
            Grouping::Agency => own(Level::Agency),
            Grouping::Branch => own(Level::Branch),
            Grouping::Month => Self::Months,
        }
    }

    /// Whether the groups are an approximation (former districts).
    pub(crate) fn are_approximate(&self) -> bool {
        matches!(self, Self::Units(UnitGroups { approximate: true, .. }))
    }

    /// Writes the group of each row; rows that belong to none are left out.
    pub(crate) fn assign(&self, rows: LazyFrame) -> LazyFrame {
        match self {
            Self::City(_) => rows.with_column(lit(0_i32).alias(columns::GROUP)),
            Self::Units(units) => {
                rows.inner_join(units.frame(), col(columns::UNIT), col(columns::UNIT))
            }
            Self::Months => rows
                .filter(col(columns::MONTH).is_not_null())
                .with_column(col(columns::MONTH).alias(columns::GROUP)),
        }
    }

    /// The number of the group with a key, if there may be one.
    pub(crate) fn number(&self, key: &str) -> Option<i32> {
        match self {
            Self::City(label) => (label.key == key).then_some(0),
            Self::Units(UnitGroups { labels, .. }) => {
                (0..).zip(labels).find(|(_, label)| label.key == key).map(|(number, _)| number)
            }
            Self::Months => {
                let first = format!("{key}-01").parse().ok()?;
                Some(month_number(first)).filter(|number| month(*number).key == key)
            }
        }
    }

    /// The label of a group that occurs in the column.
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

impl UnitGroups {
    /// `group_of` gives the unit under which another is grouped, and whether approximately.
    fn new(
        gazetteer: &Gazetteer,
        units: &[UnitKey],
        group_of: impl Fn(&UnitKey) -> Option<(UnitKey, bool)>,
    ) -> Self {
        let grouped: Vec<(u32, UnitKey, bool)> = (0..)
            .zip(units)
            .filter_map(|(place, unit)| {
                group_of(unit).map(|(group, approximate)| (place, group, approximate))
            })
            .collect();
        let mut groups: Vec<&Unit> =
            grouped.iter().filter_map(|(_, group, _)| gazetteer.get(group)).collect();
        groups.sort_by(|one, other| {
            compare(&one.name, &other.name).then_with(|| one.key.cmp(&other.key))
        });
        groups.dedup_by_key(|group| &group.key);
        let numbers: BTreeMap<&UnitKey, i32> =
            groups.iter().map(|group| &group.key).zip(0..).collect();
        let members = grouped
            .iter()
            .filter_map(|(place, group, _)| Some((*place, *numbers.get(group)?)))
            .collect();
        let approximate = grouped.iter().any(|(.., approximate)| *approximate);
        Self { labels: groups.into_iter().map(label).collect(), members, approximate }
    }

    /// Which unit belongs to which group.
    fn frame(&self) -> LazyFrame {
        let (units, groups): (Vec<u32>, Vec<i32>) = self.members.iter().copied().unzip();
        let columns = vec![
            Column::new(columns::UNIT.into(), units),
            Column::new(columns::GROUP.into(), groups),
        ];
        DataFrame::new(self.members.len(), columns).expect("both columns have one length").lazy()
    }
}

fn label(unit: &Unit) -> GroupLabel {
    GroupLabel { key: unit.key.to_string(), name: unit.title(), unit: Some(unit.key.clone()) }
}

/// The whole wave, under the name of the city, or of the wave where the gazetteer does not reach.
fn city(wave: &Wave, gazetteer: &Gazetteer) -> GroupLabel {
    let city = gazetteer.units_on(Level::City, wave.geography).into_iter().next();
    let name = city.map_or_else(|| wave.title.clone(), Unit::title);
    GroupLabel { key: "city".into(), name, unit: city.map(|city| city.key.clone()) }
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(number: i32) -> GroupLabel {
    let year = number.div_euclid(12);
    let place = usize::try_from(number.rem_euclid(12)).expect("a remainder is not negative");
    let month = place + 1;
    let name =
        Text { vi: format!("Tháng {month}/{year}"), en: format!("{} {year}", MONTHS_EN[place]) };
    GroupLabel { key: format!("{year:04}-{month:02}"), name, unit: None }
}
