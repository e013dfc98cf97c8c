//! Domains.

use super::{columns, weighted};
use crate::analyse::{Condition, Request, Row, Statistic, analyse};

const FILE: &str = "\
w,g,h,y
1,đ,10,4
2,d,9,2
1,e,9,
3,d,10,5
1,,9,1
2,d,9,4
";

fn named(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.domain.as_deref().unwrap_or("all")).collect()
}

#[test]
fn the_whole_comes_first_then_words_in_vietnamese_order_and_numbers_by_size() {
    let request = Request { by: columns(&["g"]), ..weighted() };
    let rows = analyse(FILE.as_bytes(), &request).unwrap();
    assert_eq!(named(&rows), ["all", "g=d", "g=đ", "g=e"]);
    assert_eq!(rows.iter().map(|row| row.n).collect::<Vec<_>>(), [5, 3, 1, 0]);
    // No row of the last group has a value.
    assert_eq!((rows[3].estimate, rows[3].se, rows[3].ci_low), (None, None, None));

    let request = Request { by: columns(&["h", "g"]), ..weighted() };
    let rows = analyse(FILE.as_bytes(), &request).unwrap();
    assert_eq!(named(&rows), ["all", "h=9;g=d", "h=9;g=e", "h=10;g=d", "h=10;g=đ"]);
}

#[test]
fn a_condition_is_a_domain_and_groups_lie_in_it() {
    let request = Request {
        by: columns(&["g"]),
        conditions: vec![Condition { column: "h".to_owned(), value: "9".to_owned() }],
        statistics: vec![Statistic::Mean("y".to_owned()), Statistic::Share("g".to_owned())],
        ..weighted()
    };
    let rows = analyse(FILE.as_bytes(), &request).unwrap();
    assert_eq!(named(&rows[..3]), ["h=9", "h=9;g=d", "h=9;g=e"]);
    assert_eq!((rows[0].estimate, rows[0].n), (Some(13.0 / 5.0), 3));
    // A level that does not occur in a domain has a share of 0 there.
    let levels: Vec<(Option<&str>, Option<f64>)> =
        rows[3..6].iter().map(|row| (row.level.as_deref(), row.estimate)).collect();
    assert_eq!(levels, [(Some("d"), Some(0.8)), (Some("đ"), Some(0.0)), (Some("e"), Some(0.2))]);
    assert_eq!(rows.len(), 12);
}
