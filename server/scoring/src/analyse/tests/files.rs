//! Files of microdata: columns, missing values, Parquet.

use std::io::Cursor;

use polars::prelude::{Column, DataFrame, NamedFrom, ParquetWriter, Series};

use super::{columns, request, weighted};
use crate::analyse::{Request, Sampling, Statistic, analyse};

const PLAIN: &str = "w,s,p,y\n1,a,1,4\n2,a,2,1\n1,b,3,NA\n3,b,4,2\n";

fn message(file: &[u8]) -> String {
    analyse(file, &request()).unwrap_err().to_string()
}

#[test]
fn spaces_quotes_marks_and_line_ends_change_nothing() {
    let expected = analyse(PLAIN.as_bytes(), &request()).unwrap();
    assert_eq!((expected[0].estimate, expected[0].n), (Some(2.0), 3));
    for file in [
        format!("\u{feff}{PLAIN}"),
        PLAIN.replace('\n', "\r\n"),
        PLAIN.replace(',', " , "),
        PLAIN.replace("1,a", "\"1\",\"a\""),
        PLAIN.replace("w,s", "\"w\",\"s\""),
        PLAIN.replace("\n1,b", "\n\n1,b"),
        PLAIN.replace("NA", ""),
    ] {
        assert_eq!(analyse(file.as_bytes(), &request()).unwrap(), expected, "{file}");
    }
}

#[test]
fn codes_of_missing_values_do_not_touch_the_design() {
    let file = PLAIN.replace("2,a,2,1", "99,a,99,1").replace("NA", "99.0");
    let request = Request { missing: columns(&["99", "."]), ..request() };
    let rows = analyse(file.as_bytes(), &request).unwrap();
    // The weights are 1, 99 and 3.
    let expected = (4.0 + 99.0 + 6.0) / 103.0;
    assert!((rows[0].estimate.unwrap() - expected).abs() < 1e-12);
    assert_eq!(rows[0].n, 3);
}

#[test]
fn files_that_are_no_tables_name_the_line() {
    for (file, expected) in [
        (&b""[..], "the file is empty"),
        (b"w,s,p,y\n", "the file has no rows below its header"),
        (b"w,s,p,y\n1,a,1,4\n1,a,2\n", "line 3: 3 fields where the header has 4"),
        (b"w,s,p,y\n1,a,1,4,5\n", "line 2: 5 fields where the header has 4"),
        (b"w,s,p,y,y\n1,a,1,4,5\n", "line 1: the column “y” occurs twice"),
    ] {
        assert_eq!(message(file), expected);
    }
    let encoded = message(b"w,s,p,y\n1,a,1,4\n1,\xff,2,4\n");
    assert!(encoded.starts_with("line 3: the text is not UTF-8"), "{encoded}");
    // Rows are found again although a text before them has a line break.
    let broken = PLAIN.replace("1,a,1,4", "1,\"a\",1,\"\n4\"").replace("3,b", "x,b");
    assert_eq!(message(broken.as_bytes()), "column “w”, line 6: “x” is no number");
    assert!(message(b"PAR1 and nothing else").starts_with("the Parquet file cannot be read: "));
}

fn parquet(columns: Vec<Column>) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut frame = DataFrame::new_infer_height(columns).unwrap();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes.into_inner()
}

#[test]
fn parquet_gives_the_numbers_of_csv() {
    let file = parquet(vec![
        Series::new("unused".into(), ["Hà Nội", "Huế", "Vinh", "Huế"]).into(),
        Series::new("w".into(), [1_i64, 2, 1, 3]).into(),
        Series::new("s".into(), ["a", "a", "b", "b"]).into(),
        Series::new("p".into(), [1_u8, 2, 3, 4]).into(),
        Series::new("y".into(), [Some(4_i16), Some(1), None, Some(2)]).into(),
        Series::new("f".into(), [4.0, 1.0, f64::NAN, 2.0]).into(),
        Series::new("t".into(), ["4", "1", "NA", "2.0"]).into(),
        Series::new("b".into(), [Some(false), Some(false), None, Some(true)]).into(),
    ]);
    let expected = analyse(PLAIN.as_bytes(), &request()).unwrap();
    for column in ["y", "f", "t"] {
        let statistics = vec![Statistic::Mean(column.to_owned())];
        let rows = analyse(&file, &Request { statistics, ..request() }).unwrap();
        assert_eq!(rows[0].estimate, expected[0].estimate);
        assert_eq!((rows[0].se, rows[0].df, rows[0].n), (expected[0].se, 2, 3));
    }
    let statistics = ["f", "b"].map(|column| Statistic::Share(column.to_owned())).to_vec();
    let rows = analyse(&file, &Request { statistics, ..request() }).unwrap();
    let levels: Vec<&str> = rows.iter().filter_map(|row| row.level.as_deref()).collect();
    assert_eq!(levels, ["1", "2", "4", "false", "true"]);
    let statistics = vec![Statistic::Mean("b".to_owned())];
    let rows = analyse(&file, &Request { statistics, ..request() }).unwrap();
    assert_eq!(rows[0].estimate, Some(0.5));
}

#[test]
fn cells_of_parquet_are_named_by_row() {
    let file = parquet(vec![
        Series::new("w".into(), [1.0, f64::INFINITY]).into(),
        Series::new("v".into(), [Some(1.0), None]).into(),
        Series::new("y".into(), [4_i64, 3]).into(),
        Series::new("l".into(), [Series::new("".into(), [1_i64]), Series::new("".into(), [2_i64])])
            .into(),
    ]);
    let message = |request: &Request| analyse(&file, request).unwrap_err().to_string();
    assert_eq!(message(&weighted()), "column “w”, row 2: “inf” is no number");
    let sampling = Sampling { weight: Some("v".to_owned()), ..Sampling::default() };
    assert_eq!(
        message(&Request { sampling, ..request() }),
        "column “v”, row 2: the weight is missing"
    );
    let statistics = vec![Statistic::Mean("l".to_owned())];
    assert_eq!(
        message(&Request { statistics, ..weighted() }),
        "the column “l” holds neither numbers nor texts"
    );
    assert_eq!(message(&request()), "there is no column “p”");
}
