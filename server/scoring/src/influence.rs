//! What sampling units contribute to scores.

use std::collections::BTreeMap;

use rayon::prelude::*;
use survey_defs::method::Conversion;

use crate::data::Keys;
use crate::rollup::{Score, Sums};
use crate::tally::Totals;
use crate::variance::variances;
use crate::weighting::Weighting;

/// A set of forms of which scores are wanted: a group, under the filters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Domain {
    /// The number of the group.
    pub(crate) group: i32,
    /// The slots whose forms belong to it.
    pub(crate) members: Vec<Member>,
    /// The sums of each item, with final weights and shares.
    pub(crate) sums: Vec<Sums>,
}

/// A slot whose forms belong to a domain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Member {
    /// The place in the table of sums.
    pub(crate) slot: usize,
    /// The part of each form that belongs to the domain: above 0, and 1 unless a unit is divided.
    pub(crate) share: f64,
}

/// What the sampling units of a domain contribute to the scores of its nodes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Influences {
    /// The PSUs with a contribution, by stratum.
    pub(crate) psus: Vec<Psu>,
    /// Number of statistics.
    pub(crate) width: usize,
    /// One value for each PSU and statistic, PSU by PSU.
    pub(crate) values: Vec<f64>,
}

/// A primary sampling unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Psu {
    pub(crate) stratum: u32,
    pub(crate) psu: u32,
}

/// What influences are computed from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample<'a> {
    pub(crate) keys: &'a Keys,
    /// Of the forms that pass the filters.
    pub(crate) totals: &'a Totals,
    pub(crate) weighting: &'a Weighting,
    pub(crate) conversion: Conversion,
}

impl Sample<'_> {
    /// Distinct PSUs minus distinct strata among the forms of a domain, as R's
    /// `degf(subset(design, …))`.
    pub(crate) fn degrees_of_freedom(&self, domain: &Domain) -> u64 {
        let slots = self.totals.sums.slots.list();
        let mut psus: Vec<Psu> =
            domain.members.iter().map(|member| self.psu(slots[member.slot].key)).collect();
        psus.sort_unstable();
        psus.dedup();
        let n = psus.len();
        psus.dedup_by_key(|psu| psu.stratum);
        (n - psus.len()) as u64
    }

    /// The variance of each score in a domain; see [`variances`].
    pub(crate) fn variances(&self, domain: &Domain, scores: &[Option<&Score>]) -> Vec<f64> {
        let work = self.work(domain, scores);
        let strata: Vec<&[(Psu, Part)]> =
            work.parts.chunk_by(|one, next| one.0.stratum == next.0.stratum).collect();
        let of_stratum = |parts: &&[(Psu, Part)]| {
            variances(&self.influences_of(parts, &work), self.keys.strata())
        };
        let all: Vec<Vec<f64>> = strata.par_iter().map(of_stratum).collect();
        let mut sums = vec![0.0; scores.len()];
        for one in all {
            for (sum, variance) in sums.iter_mut().zip(one) {
                *sum += variance;
            }
        }
        sums
    }

    /// The influence of each PSU on scores in a domain: the weighted sum over its rows of the
    /// scores' derivatives by their weights. With post-strata it is the residual from the mean of
    /// each post-stratum, over all keys of that, also those outside the domain.
    pub(crate) fn influences(&self, domain: &Domain, scores: &[Option<&Score>]) -> Influences {
        let work = self.work(domain, scores);
        self.influences_of(&work.parts, &work)
    }

    fn work<'s>(&self, domain: &'s Domain, scores: &'s [Option<&'s Score>]) -> Work<'s> {
        let slots = self.totals.sums.slots.list();
        let of_member = |(place, member): (usize, &Member)| {
            (self.psu(slots[member.slot].key), Part::Member(place))
        };
        let mut parts: Vec<(Psu, Part)> =
            domain.members.iter().enumerate().map(of_member).collect();
        let residuals = self.residuals(domain, scores);
        for key in residuals.keys().flat_map(|stratum| self.keys_of_post_stratum(*stratum)) {
            parts.push((self.psu(*key), Part::Residual(*key)));
        }
        parts.sort_unstable();
        Work { members: &domain.members, scores, parts, residuals }
    }

    /// `parts` are some of those of the work, by PSU.
    fn influences_of(&self, parts: &[(Psu, Part)], work: &Work<'_>) -> Influences {
        let width = work.scores.len();
        let mut found = Influences { psus: Vec::new(), width, values: Vec::new() };
        let mut sums = vec![[0.0; 2]; self.totals.items];
        for (psu, part) in parts {
            if found.psus.last() != Some(psu) {
                found.psus.push(*psu);
                found.values.resize(found.values.len() + width, 0.0);
            }
            let start = found.values.len() - width;
            let values = &mut found.values[start..];
            match part {
                Part::Member(place) => {
                    self.add_member(work.members[*place], work.scores, &mut sums, values);
                }
                Part::Residual(key) => {
                    let strata = self.weighting.post_strata.as_ref();
                    let strata = strata.expect("without post-strata there are no residuals");
                    let share = strata.shares[*key as usize];
                    let residual = &work.residuals[&strata.of_key[*key as usize]];
                    for (value, sum) in values.iter_mut().zip(residual) {
                        *value -= share * sum;
                    }
                }
            }
        }
        found
    }

    /// For each post-stratum with forms in the domain the influences of these, added up.
    fn residuals(&self, domain: &Domain, scores: &[Option<&Score>]) -> BTreeMap<usize, Vec<f64>> {
        let mut sums: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        let Some(strata) = &self.weighting.post_strata else {
            return sums;
        };
        let mut room = vec![[0.0; 2]; self.totals.items];
        for member in &domain.members {
            let key = self.totals.sums.slots.list()[member.slot].key;
            let sums = sums.entry(strata.of_key[key as usize]);
            let sums = sums.or_insert_with(|| vec![0.0; scores.len()]);
            self.add_member(*member, scores, &mut room, sums);
        }
        sums
    }

    fn keys_of_post_stratum(&self, stratum: usize) -> &[u32] {
        self.weighting.post_strata.as_ref().map_or(&[], |strata| &strata.keys[stratum])
    }

    /// Adds the influences of the forms of one slot. `room` has one place for each item, for its
    /// points and weight.
    fn add_member(
        &self,
        Member { slot, share }: Member,
        scores: &[Option<&Score>],
        room: &mut [[f64; 2]],
        influences: &mut [f64],
    ) {
        let key = self.totals.sums.slots.list()[slot].key;
        let factor = share * self.weighting.factors[key as usize];
        for (room, sums) in room.iter_mut().zip(self.totals.sums_of_slot(slot)) {
            *room = [sums.points(self.conversion), sums.weight];
        }
        for (influence, score) in influences.iter_mut().zip(scores) {
            let terms = score.map_or(&[][..], |score| &score.terms);
            let mut sum = 0.0;
            for term in terms {
                let [points, weight] = room[term.item];
                sum += term.points * points + term.weight * weight;
            }
            *influence += factor * sum;
        }
    }

    fn psu(&self, key: u32) -> Psu {
        let place = self.keys.place(key);
        Psu { stratum: place.stratum, psu: place.psu }
    }
}

/// What influences are made of.
struct Work<'s> {
    members: &'s [Member],
    scores: &'s [Option<&'s Score>],
    /// By stratum and PSU.
    parts: Vec<(Psu, Part)>,
    /// For each post-stratum with forms in the domain the influences of these, added up.
    residuals: BTreeMap<usize, Vec<f64>>,
}

/// What adds to the influence of a PSU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The forms of a slot, by its place among the members of the domain.
    Member(usize),
    /// What is subtracted from all forms of a key, because its post-stratum is known.
    Residual(u32),
}
