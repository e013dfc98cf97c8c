//! Totals as two tables: sums by key and month, counts by leader and month.

use polars::prelude::{Column, DataFrame, PlSmallStr, PolarsResult};

use crate::index_layout::IndexLayout;
use crate::tally::{CODES, Slot, Totals};

const KEY: &str = "key";
const MONTH: &str = "month";
const FORMS: &str = "forms";
const FORM_WEIGHT: &str = "form weight";

/// What is summed of the answers to an item.
#[derive(Debug, Clone, Copy)]
enum Sum {
    Weights,
    Levels,
    TopTwo,
}

impl Sum {
    const ALL: [Self; 3] = [Self::Weights, Self::Levels, Self::TopTwo];

    fn column(self, item: usize) -> PlSmallStr {
        let word = match self {
            Self::Weights => "weight",
            Self::Levels => "levels",
            Self::TopTwo => "top two",
        };
        format!("{word} of item {item}").into()
    }

    fn values(self, totals: &Totals) -> &[f64] {
        match self {
            Self::Weights => &totals.sums.weights,
            Self::Levels => &totals.sums.levels,
            Self::TopTwo => &totals.sums.top_two,
        }
    }

    fn values_mut(self, totals: &mut Totals) -> &mut [f64] {
        match self {
            Self::Weights => &mut totals.sums.weights,
            Self::Levels => &mut totals.sums.levels,
            Self::TopTwo => &mut totals.sums.top_two,
        }
    }
}

fn code_column(item: usize, code: usize) -> PlSmallStr {
    format!("code {code} of item {item}").into()
}

fn respondents_column(inner: usize) -> PlSmallStr {
    format!("respondents of inner node {inner}").into()
}

/// The sums, one row for each key and month.
pub(super) fn sums_frame(totals: &Totals) -> DataFrame {
    let slots = totals.sums.slots.list();
    let mut all = slot_columns(slots);
    all.push(Column::new(FORM_WEIGHT.into(), totals.sums.form_weights.clone()));
    for sum in Sum::ALL {
        let values = sum.values(totals);
        for item in 0..totals.items {
            let of_item: Vec<f64> =
                values.iter().skip(item).step_by(totals.items).copied().collect();
            all.push(Column::new(sum.column(item), of_item));
        }
    }
    DataFrame::new(slots.len(), all).expect("columns have one length and names of their own")
}

/// The counts, one row for each leader and month.
pub(super) fn counts_frame(totals: &Totals) -> DataFrame {
    let slots = totals.counts.slots.list();
    let mut all = slot_columns(slots);
    all.push(Column::new(FORMS.into(), totals.counts.forms.clone()));
    for item in 0..totals.items {
        let of_item = || totals.counts.codes.iter().skip(item).step_by(totals.items);
        for code in 0..CODES {
            let counts: Vec<u64> = of_item().map(|codes| codes[code]).collect();
            all.push(Column::new(code_column(item, code), counts));
        }
    }
    for inner in 0..totals.inner {
        let respondents = totals.counts.respondents.iter().skip(inner).step_by(totals.inner);
        all.push(Column::new(
            respondents_column(inner),
            respondents.copied().collect::<Vec<u64>>(),
        ));
    }
    DataFrame::new(slots.len(), all).expect("columns have one length and names of their own")
}

fn slot_columns(slots: &[Slot]) -> Vec<Column> {
    let keys: Vec<u32> = slots.iter().map(|slot| slot.key).collect();
    let months: Vec<i32> = slots.iter().map(|slot| slot.month).collect();
    vec![Column::new(KEY.into(), keys), Column::new(MONTH.into(), months)]
}

/// The totals in both tables.
pub(super) fn totals_of(
    sums: &DataFrame,
    counts: &DataFrame,
    layout: &IndexLayout,
) -> PolarsResult<Totals> {
    let mut totals = Totals::none(layout);
    for slot in slots(sums)? {
        totals.sum_slot(slot);
    }
    for (place, weight) in sums.column(FORM_WEIGHT)?.f64()?.into_no_null_iter().enumerate() {
        totals.sums.form_weights[place] = weight;
    }
    for sum in Sum::ALL {
        for item in 0..totals.items {
            let items = totals.items;
            let column = sums.column(&sum.column(item))?.f64()?;
            for (slot, value) in column.into_no_null_iter().enumerate() {
                sum.values_mut(&mut totals)[slot * items + item] = value;
            }
        }
    }
    for slot in slots(counts)? {
        totals.count_slot(slot);
    }
    for (place, forms) in counts.column(FORMS)?.u64()?.into_no_null_iter().enumerate() {
        totals.counts.forms[place] = forms;
    }
    for item in 0..totals.items {
        for code in 0..CODES {
            let column = counts.column(&code_column(item, code))?.u64()?;
            for (slot, count) in column.into_no_null_iter().enumerate() {
                totals.counts.codes[slot * totals.items + item][code] = count;
            }
        }
    }
    for inner in 0..totals.inner {
        let column = counts.column(&respondents_column(inner))?.u64()?;
        for (slot, count) in column.into_no_null_iter().enumerate() {
            totals.counts.respondents[slot * totals.inner + inner] = count;
        }
    }
    Ok(totals)
}

fn slots(frame: &DataFrame) -> PolarsResult<Vec<Slot>> {
    let keys = frame.column(KEY)?.u32()?.into_no_null_iter();
    let months = frame.column(MONTH)?.i32()?.into_no_null_iter();
    Ok(keys.zip(months).map(|(key, month)| Slot { key, month }).collect())
}
