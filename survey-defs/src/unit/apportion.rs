//! Divides the residents of an old unit among the units of another day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Gazetteer, Link, Residents, UnitKey};

/// The part of an old unit's residents that lives in a unit of another day.
///
/// No source says how the residents of a split unit were divided. [`Share::assumed`] divides them
/// equally among the units that took some, an assumption that must be printed beside every number
/// that rests on it; [`Share::lower`] and [`Share::upper`] are all that is certain.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The unit of the other day.
    pub unit: UnitKey,
    /// The assumed part, above 0 and at most 1; the parts of one old unit add up to 1.
    pub assumed: f64,
    /// The lower bound: 1 if all residents moved here, otherwise 0.
    pub lower: f64,
    /// The upper bound.
    pub upper: f64,
}

impl Share {
    fn whole(unit: UnitKey) -> Self {
        Self { unit, assumed: 1.0, lower: 1.0, upper: 1.0 }
    }

    /// Whether all residents are known to be here.
    pub fn is_certain(&self) -> bool {
        self.lower >= 1.0
    }
}

/// Where the residents of a unit live on a day, through every change of the register on the way,
/// ordered by unit; empty if its residents cannot be followed to that day (an unknown key, a district
/// or agency that ended, a day before the unit began).
pub(super) fn apportion(gazetteer: &Gazetteer, key: &UnitKey, day: Date) -> Vec<Share> {
    let Some(unit) = gazetteer.get(key).filter(|unit| unit.key.valid_from <= day) else {
        return Vec::new();
    };
    let mut shares: BTreeMap<UnitKey, Share> = BTreeMap::new();
    follow(gazetteer, Share::whole(unit.key.clone()), (unit.key.valid_from, day), &mut shares);
    shares.into_values().collect()
}

/// Follows residents from a day on, change by change.
fn follow(
    gazetteer: &Gazetteer,
    share: Share,
    (from, to): (Date, Date),
    shares: &mut BTreeMap<UnitKey, Share>,
) {
    let links = gazetteer.successors(&share.unit);
    let next =
        links.iter().map(|link| link.effective).filter(|day| *day > from && *day <= to).min();
    let Some(change) = next else {
        if gazetteer.get(&share.unit).is_some_and(|unit| unit.valid_on(to)) {
            add(share, shares);
        }
        return;
    };
    let moved: Vec<&Link> = links.iter().filter(|link| link.effective == change).collect();
    let parts = moved.iter().filter(|link| link.residents == Residents::Part).count();
    for link in moved {
        let unit = link.unit.clone();
        let here = match link.residents {
            Residents::None => continue,
            Residents::All => Share { unit, ..share.clone() },
            #[expect(clippy::cast_precision_loss, reason = "a unit is split into a few")]
            Residents::Part => Share {
                unit,
                assumed: share.assumed / parts as f64,
                lower: 0.0,
                upper: share.upper,
            },
        };
        follow(gazetteer, here, (change, to), shares);
    }
}

/// Adds a share; shares that meet again in one unit add up.
fn add(share: Share, shares: &mut BTreeMap<UnitKey, Share>) {
    let Share { unit, assumed, lower, upper } = share;
    let sum =
        shares.entry(unit.clone()).or_insert(Share { unit, assumed: 0.0, lower: 0.0, upper: 0.0 });
    sum.assumed += assumed;
    sum.lower += lower;
    sum.upper = (sum.upper + upper).min(1.0);
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::unit::Level;

    const TODAY: Date = date(2026, 1, 1);

    fn shares_of(key: &str, day: Date) -> Vec<Share> {
        Gazetteer::hanoi().apportion(&key.parse().unwrap(), day)
    }

    #[test]
    fn a_unit_that_did_not_change_is_itself() {
        let today = Gazetteer::hanoi().units_on(Level::Commune, TODAY);
        for unit in today {
            let shares = Gazetteer::hanoi().apportion(&unit.key, TODAY);
            assert_eq!(shares, [Share::whole(unit.key.clone())]);
        }
    }

    #[test]
    fn every_resident_of_2024_lives_somewhere_today() {
        let old = Gazetteer::hanoi().units_on(Level::Commune, date(2024, 12, 14));
        assert_eq!(old.len(), 579);
        for unit in old {
            let shares = Gazetteer::hanoi().apportion(&unit.key, TODAY);
            let sum: f64 = shares.iter().map(|share| share.assumed).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{}: {shares:?}", unit.key);
            for share in &shares {
                assert!(share.lower <= share.assumed && share.assumed <= share.upper, "{share:?}");
                assert_eq!(share.is_certain(), shares.len() == 1, "{share:?}");
            }
        }
    }

    #[test]
    fn a_split_unit_is_divided_equally_within_bounds() {
        // 00142 gave a part of its people to 00136 on 2025-01-01.
        let shares = shares_of("00142@2020-03-01", date(2025, 1, 1));
        assert!(shares.len() >= 2, "{shares:?}");
        #[expect(clippy::cast_precision_loss, reason = "a few")]
        let equal = 1.0 / shares.len() as f64;
        for share in shares {
            assert_eq!((share.lower, share.upper), (0.0, 1.0));
            assert!((share.assumed - equal).abs() < 1e-15);
        }
    }

    #[test]
    fn there_is_no_way_back_in_time_and_none_for_strangers() {
        let today = &Gazetteer::hanoi().units_on(Level::Commune, TODAY)[0].key;
        let new = Gazetteer::hanoi()
            .units_on(Level::Commune, TODAY)
            .into_iter()
            .find(|unit| unit.key.valid_from == date(2025, 7, 1))
            .unwrap();
        assert_eq!(Gazetteer::hanoi().apportion(&new.key, date(2024, 12, 14)), []);
        assert!(!Gazetteer::hanoi().apportion(today, TODAY).is_empty());
        assert_eq!(shares_of("99999@2020-03-01", TODAY), []);
        assert_eq!(shares_of("001@2020-03-01", TODAY), [], "a district has ended");
    }
}
