//! What is added up.

use hashbrown::HashMap;
use survey_defs::counts::LevelCounts;

use crate::index_layout::IndexLayout;
use crate::rollup::Sums;

/// Codes of a cell that are counted: no answer, not applicable, levels 1 to 5.
pub(crate) const CODES: usize = 7;

/// All that scores and their standard errors need of a set of forms, in columns.
///
/// Weighted sums stand per key and month, because a key knows its PSU; counts of forms and levels
/// stand per month and the first key with the same unit and procedure group
/// ([`Place::leader`](crate::data::Place)), which is as fine as any table. Totals of two sets of
/// forms [merge](Self::merge) into those of their union.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Totals {
    /// Number of items.
    pub(crate) items: usize,
    /// Number of inner nodes.
    pub(crate) inner: usize,
    /// Whether some form weighs anything but 1.
    pub(crate) weighted: bool,
    /// Sums by key.
    pub(crate) sums: SumTable,
    /// Counts by leader.
    pub(crate) counts: CountTable,
}

/// A key in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot {
    /// The number of the key.
    pub(crate) key: u32,
    /// Months since January of the year 0.
    pub(crate) month: i32,
}

/// The slots of a table, each once, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Slots {
    list: Vec<Slot>,
    places: HashMap<Slot, u32>,
}

/// Sums over the forms of each slot. The sums of items stand item by item for one slot after the
/// other.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SumTable {
    pub(crate) slots: Slots,
    /// Weights of all forms, also those that the missing rule drops.
    pub(crate) form_weights: Vec<f64>,
    /// Weights of valid answers.
    pub(crate) weights: Vec<f64>,
    /// Weighted levels.
    pub(crate) levels: Vec<f64>,
    /// Weights of levels 4 and 5.
    pub(crate) top_two: Vec<f64>,
}

/// Counts over the forms of each slot, without weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct CountTable {
    pub(crate) slots: Slots,
    /// All forms, also those that the missing rule drops.
    pub(crate) forms: Vec<u64>,
    /// How often each code occurred, for one item of a slot after the other.
    pub(crate) codes: Vec<[u64; CODES]>,
    /// Forms with a valid answer below an inner node, for one node of a slot after the other.
    pub(crate) respondents: Vec<u64>,
}

impl Totals {
    /// Of no forms.
    pub(crate) fn none(layout: &IndexLayout) -> Self {
        Self {
            items: layout.items.len(),
            inner: layout.inner.len(),
            weighted: false,
            sums: SumTable::default(),
            counts: CountTable::default(),
        }
    }

    /// Adds the totals of other forms of the same instrument.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.merge_as(other, |key| key, |leader| leader);
    }

    /// Like [`Self::merge`], where the other totals have other numbers of keys and leaders.
    fn merge_as(&mut self, other: &Self, key: impl Fn(u32) -> u32, leader: impl Fn(u32) -> u32) {
        self.weighted |= other.weighted;
        for (from, slot) in other.sums.slots.list.iter().enumerate() {
            let to = self.sum_slot(Slot { key: key(slot.key), ..*slot });
            let SumTable { slots: _, form_weights, weights, levels, top_two } = &mut self.sums;
            form_weights[to] += other.sums.form_weights[from];
            let (to, from) = (range(to, self.items), range(from, self.items));
            add(&mut weights[to.clone()], &other.sums.weights[from.clone()]);
            add(&mut levels[to.clone()], &other.sums.levels[from.clone()]);
            add(&mut top_two[to], &other.sums.top_two[from]);
        }
        for (from, slot) in other.counts.slots.list.iter().enumerate() {
            let to = self.count_slot(Slot { key: leader(slot.key), ..*slot });
            let CountTable { slots: _, forms, codes, respondents } = &mut self.counts;
            forms[to] += other.counts.forms[from];
            let others = &other.counts.codes[range(from, self.items)];
            for (mine, others) in codes[range(to, self.items)].iter_mut().zip(others) {
                for (mine, others) in mine.iter_mut().zip(others) {
                    *mine += others;
                }
            }
            let others = &other.counts.respondents[range(from, self.inner)];
            for (mine, others) in respondents[range(to, self.inner)].iter_mut().zip(others) {
                *mine += others;
            }
        }
    }

    /// The same under other numbers of keys and leaders. Leaders that become one are added up.
    pub(crate) fn renumbered(&self, key: impl Fn(u32) -> u32, leader: impl Fn(u32) -> u32) -> Self {
        let mut all = Self {
            items: self.items,
            inner: self.inner,
            weighted: false,
            sums: SumTable::default(),
            counts: CountTable::default(),
        };
        all.merge_as(self, key, leader);
        all
    }

    /// The place of a slot in the table of sums, where it is entered if it is new.
    pub(crate) fn sum_slot(&mut self, slot: Slot) -> usize {
        let (place, is_new) = self.sums.slots.enter(slot);
        if is_new {
            let SumTable { slots, form_weights, weights, levels, top_two } = &mut self.sums;
            let n = slots.list.len();
            form_weights.resize(n, 0.0);
            weights.resize(n * self.items, 0.0);
            levels.resize(n * self.items, 0.0);
            top_two.resize(n * self.items, 0.0);
        }
        place
    }

    /// The place of a slot in the table of counts, where it is entered if it is new.
    pub(crate) fn count_slot(&mut self, slot: Slot) -> usize {
        let (place, is_new) = self.counts.slots.enter(slot);
        if is_new {
            let CountTable { slots, forms, codes, respondents } = &mut self.counts;
            let n = slots.list.len();
            forms.resize(n, 0);
            codes.resize(n * self.items, [0; CODES]);
            respondents.resize(n * self.inner, 0);
        }
        place
    }

    /// The sums of all items in a slot.
    pub(crate) fn sums_of_slot(&self, slot: usize) -> impl Iterator<Item = Sums> + '_ {
        let range = range(slot, self.items);
        let weights = self.sums.weights[range.clone()].iter();
        let levels = self.sums.levels[range.clone()].iter();
        let top_two = self.sums.top_two[range].iter();
        weights.zip(levels).zip(top_two).map(|((weight, levels), top_two)| Sums {
            weight: *weight,
            levels: *levels,
            top_two: *top_two,
        })
    }

    /// The counts of an item in a slot.
    pub(crate) fn counts_of(&self, slot: usize, item: usize) -> LevelCounts {
        let [no_answer, not_applicable, levels @ ..] = self.counts.codes[slot * self.items + item];
        LevelCounts { levels, not_applicable, no_answer }
    }

    /// The respondents of all inner nodes in a slot.
    pub(crate) fn respondents_of(&self, slot: usize) -> &[u64] {
        &self.counts.respondents[range(slot, self.inner)]
    }
}

impl Slots {
    /// All slots; the place is that in the table.
    pub(crate) fn list(&self) -> &[Slot] {
        &self.list
    }

    fn enter(&mut self, slot: Slot) -> (usize, bool) {
        let next = u32::try_from(self.list.len()).expect("fewer than 2³² slots");
        let place = *self.places.entry(slot).or_insert(next);
        let is_new = place == next;
        if is_new {
            self.list.push(slot);
        }
        (place as usize, is_new)
    }
}

/// The places of one slot in a column with `width` values per slot.
pub(super) fn range(slot: usize, width: usize) -> std::ops::Range<usize> {
    slot * width..(slot + 1) * width
}

fn add(mine: &mut [f64], others: &[f64]) {
    for (mine, others) in mine.iter_mut().zip(others) {
        *mine += others;
    }
}
