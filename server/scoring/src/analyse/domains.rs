//! Which rows an estimate speaks of.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use statistics::Labels;
use statistics::design::Design;
use statistics::estimate;
use survey_defs::unit::compare as compare_names;

use super::error::AnalyseError;
use super::microdata::{Microdata, Missing};
use super::{Condition, Request};

/// The most groups that are estimated.
const MOST_GROUPS: usize = 5_000;

/// Rows of a design and what they are called.
#[derive(Debug)]
pub(super) struct Domain {
    /// None: all rows.
    pub name: Option<String>,
    /// The rows.
    pub rows: estimate::Domain,
    /// Degrees of freedom of the design, whether or not its rows have values: those of R's
    /// `degf(subset(design, …))`, which know no column.
    pub df: u64,
}

/// The whole, then each group in the order of its values.
pub(super) fn all(
    data: &Microdata,
    design: &Design,
    request: &Request,
    missing: &Missing,
) -> Result<Vec<Domain>, AnalyseError> {
    let whole = whole(data, &request.conditions, missing)?;
    let groups = groups(data, &request.by, &whole, missing);
    if groups.len() > MOST_GROUPS {
        return Err(AnalyseError::Request(format!(
            "“{}” makes {} groups; at most {MOST_GROUPS} are estimated: leave a column out, or group its values",
            request.by.join("”, “"),
            groups.len()
        )));
    }
    let domain = |Part { name, rows }| {
        let mut selected = vec![false; data.rows()];
        for row in rows {
            selected[row] = true;
        }
        let df = design.degrees_of_freedom(&selected);
        Domain { name, rows: estimate::Domain::of(&selected), df }
    };
    Ok(std::iter::once(whole).chain(groups).map(domain).collect())
}

/// The names of a column in order: numbers by size, before words in Vietnamese order.
pub(super) fn in_order(labels: &Labels) -> Vec<u32> {
    let names = labels.names();
    let mut codes: Vec<u32> = (0..).take(names.len()).collect();
    codes.sort_by(|&left, &right| compare(&names[left as usize], &names[right as usize]));
    codes
}

/// The name of a domain, such as `stype=E;sch.wide=Yes`.
fn describe<'a>(columns: &[String], values: impl IntoIterator<Item = &'a str>) -> String {
    let pairs = columns.iter().zip(values);
    let pairs: Vec<String> = pairs.map(|(column, value)| format!("{column}={value}")).collect();
    pairs.join(";")
}

fn compare(left: &str, right: &str) -> Ordering {
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left_number), Ok(right_number)) => {
            left_number.total_cmp(&right_number).then_with(|| left.cmp(right))
        }
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => compare_names(left, right).then_with(|| left.cmp(right)),
    }
}

/// Rows by their numbers.
struct Part {
    name: Option<String>,
    rows: Vec<usize>,
}

fn whole(
    data: &Microdata,
    conditions: &[Condition],
    missing: &Missing,
) -> Result<Part, AnalyseError> {
    let mut rows: Vec<usize> = (0..data.rows()).collect();
    let mut parts: Vec<String> = Vec::new();
    for Condition { column, value } in conditions {
        let labels = data.words(column, missing);
        let name = data.names(column, missing).of(value);
        rows.retain(|&row| !name.is_empty() && labels.name_of(row) == name);
        parts.push(format!("{column}={value}"));
        if rows.is_empty() {
            return Err(AnalyseError::EmptyDomain { domain: parts.join(";") });
        }
    }
    let name = (!parts.is_empty()).then(|| parts.join(";"));
    Ok(Part { name, rows })
}

fn groups(data: &Microdata, by: &[String], whole: &Part, missing: &Missing) -> Vec<Part> {
    if by.is_empty() {
        return Vec::new();
    }
    let columns: Vec<Labels> = by.iter().map(|column| data.words(column, missing)).collect();
    let orders: Vec<Vec<u32>> = columns.iter().map(in_order).collect();
    let ranks: Vec<Vec<usize>> = orders
        .iter()
        .map(|order| {
            let mut ranks = vec![0; order.len()];
            for (rank, &code) in order.iter().enumerate() {
                ranks[code as usize] = rank;
            }
            ranks
        })
        .collect();
    let mut groups: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    let mut key = Vec::with_capacity(by.len());
    for &row in &whole.rows {
        if columns.iter().any(|labels| labels.name_of(row).is_empty()) {
            continue;
        }
        key.clear();
        let codes = columns.iter().map(|labels| labels.codes()[row] as usize);
        key.extend(codes.zip(&ranks).map(|(code, ranks)| ranks[code]));
        if let Some(rows) = groups.get_mut(&key) {
            rows.push(row);
        } else {
            groups.insert(key.clone(), vec![row]);
        }
    }
    let name_of = |key: &[usize]| {
        let codes = key.iter().zip(&orders).map(|(&rank, order)| order[rank]);
        let values = codes.zip(&columns).map(|(code, labels)| &*labels.names()[code as usize]);
        let group = describe(by, values);
        whole.name.as_ref().map_or_else(|| group.clone(), |whole| format!("{whole};{group}"))
    };
    groups.into_iter().map(|(key, rows)| Part { name: Some(name_of(&key)), rows }).collect()
}
