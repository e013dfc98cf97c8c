//! Tests reading against files as programs write them, and against a lenient reader.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use crate::value::Spelling;
use crate::{Fault, FaultKind, Reader, Row, value};

/// Rows with their lines, or why the file cannot be read.
fn read(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, Fault> {
    let mut reader = Reader::new(bytes)?;
    let (mut row, mut rows) = (Row::default(), Vec::new());
    while reader.read(&mut row)? {
        rows.push((row.line(), row.fields().map(str::to_owned).collect()));
    }
    Ok(rows)
}

fn lines(bytes: &[u8]) -> Vec<u64> {
    read(bytes).unwrap().into_iter().map(|(line, _)| line).collect()
}

fn fault(bytes: &[u8]) -> (Option<u64>, String) {
    let fault = read(bytes).unwrap_err();
    (fault.line, fault.to_string())
}

#[test]
fn a_quote_that_is_never_closed_is_named_where_it_opens() {
    for text in [
        "id,y\n1,2\n2,\"said 5\n3,4\n",
        "id,y\r\n1,2\r\n2, \"said 5\r\n3,4\r\n",
        "id,y\r1,2\r2,\"\"\"\r3,4",
    ] {
        let fault = read(text.as_bytes()).unwrap_err();
        assert_eq!(fault, Fault { line: Some(3), kind: FaultKind::QuoteNeverClosed }, "{text:?}");
    }
    let header = read(b"id,\"y\n1,2\n").unwrap_err();
    assert_eq!(header.line, Some(1));
}

#[test]
fn a_quote_that_closes_in_the_middle_of_a_field_is_named() {
    let swallowing = b"id,y,z\n1,\"said 5,a\n2,\"fine\",b\n3,4,c\n";
    assert_eq!(
        read(swallowing).unwrap_err(),
        Fault { line: Some(3), kind: FaultKind::TextAfterQuote { opened: 2 } }
    );
}

#[test]
fn a_quote_inside_a_field_is_a_character() {
    let rows = read(b"id,y\n1,5\" pipe\n2,\"a \"\"b\"\"\" \n").unwrap();
    assert_eq!((rows[0].1[1].as_str(), rows[1].1[1].as_str()), ("5\" pipe", "a \"b\""));
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a,b", "1,\"x\ny\"", "2,", "", "3,4"].join(end);
        assert_eq!(lines(text.as_bytes()), [2, 4, 6], "{end:?}");
        let quoted = format!("a,b{end}1,\"x{end}{end}y\"{end}2,3{end}");
        assert_eq!(lines(quoted.as_bytes()), [2, 5], "{end:?}");
    }
    assert_eq!(lines(b"a\n1\r\n2\r3\n"), [2, 3, 4], "of several programs");
}

#[test]
fn rows_of_separators_only_are_no_rows() {
    let text = b"id,unit,y\r\n17,4,5\r\n,,\r\n \t,,\r\n18,4,1\r\n,,,,,\r\n\r\n";
    assert_eq!(lines(text), [2, 5]);
    assert_eq!(lines(b"y\n\"\"\n\n1\n"), [2, 4], "what is written in quotes is a row");
    assert_eq!(fault(b"a,b\n,\n\n"), (None, FaultKind::NoRows.to_string()));
}

#[test]
fn separators_are_found() {
    for (text, commas) in [
        ("a,b\n1,2\n", false),
        ("a;b\n1;2\n", true),
        ("a\tb\n1\t2\n", false),
        ("a|b\n1|2\n", false),
        ("sep=;\na;b\n1;2\n", true),
        ("sep=,\r\na,b\r\n1,2\r\n", false),
        ("\"x;y\",b\n1,2\n", false),
        ("\u{feff}a;\"b,c\"\n1;2\n", true),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap()[0].1, ["1", "2"], "{text:?}");
        assert_eq!(Reader::new(text.as_bytes()).unwrap().has_decimal_commas(), commas, "{text:?}");
    }
    assert_eq!(lines(b"sep=;\na;b\n1;2\n"), [3]);
    assert_eq!(read(b"a\tb\n\t2\n1\t \n").unwrap()[0].1, ["", "2"], "a tab is no blank there");
}

#[test]
fn widths_are_told_and_empty_columns_beyond_the_header_are_none() {
    let mut reader = Reader::new(b"a,b,,\n1,2,,,\n1,2,3\n1\n").unwrap();
    assert_eq!(reader.header(), ["a", "b"]);
    let mut row = Row::default();
    let mut width = || {
        assert!(reader.read(&mut row).unwrap());
        row.check_width(2).map_err(|fault| (fault.line, fault.to_string()))
    };
    assert_eq!(width(), Ok(()));
    assert_eq!(width().unwrap_err(), (Some(3), "3 fields where the header has 2".to_owned()));
    assert_eq!(width().unwrap_err(), (Some(4), "1 fields where the header has 2".to_owned()));
}

#[test]
fn headers_are_names() {
    let reader = Reader::new(
        "thu nh\u{e2}\u{323}p, \"a \"\"q\"\" b\" ,a=b,\u{a0}lead \n1,2,3,4\n".as_bytes(),
    );
    assert_eq!(reader.unwrap().header(), ["thu nhập", "a \"q\" b", "a=b", "lead"]);
    let twice = "nh\u{1ead}p,y,nh\u{e2}\u{323}p\n1,2,3\n";
    assert_eq!(fault(twice.as_bytes()).1, "the column “nhập” occurs twice");
    assert!(Reader::new(b",,a\n1,2,3\n").is_ok(), "columns without a name may repeat");
}

#[test]
fn other_encodings_are_read_or_named() {
    let text = "a,b\r\n1,Hà Nội\r\n";
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        let mut bytes: Vec<u8> = units.flat_map(unit).collect();
        assert_eq!(read(&bytes).unwrap()[0].1, ["1", "Hà Nội"]);
        bytes.pop();
        assert_eq!(read(&bytes).unwrap_err().kind, FaultKind::BrokenUtf16);
    }
    assert_eq!(fault(b"a\r\n1\r\nH\xe0\r\n"), (Some(3), FaultKind::Encoding.to_string()));
    assert_eq!(fault(b"a\r1\r\0").0, Some(3));
}

#[test]
fn what_is_no_text_is_named() {
    for (bytes, expected) in [
        (&b""[..], "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"a,b\n", "the file has no rows below its header"),
        (b"PK\x03\x04....", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1", "older Excel"),
        (b"PAR1....", "Parquet"),
        (b"$FL2@(#)", "SPSS"),
        (b"\x1f\x8b\x08", "gzip"),
    ] {
        let text = fault(bytes).1;
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn values_have_their_usual_spellings() {
    for (text, commas, expected) in [
        ("4", false, Some(4.0)),
        ("4.0", true, Some(4.0)),
        ("+1e3", false, Some(1_000.0)),
        ("12,5", true, Some(12.5)),
        ("12,5", false, None),
        ("1,234,567", true, None),
        ("1.234,5", true, None),
        ("inf", false, None),
        ("NaN", false, None),
        ("1e999", false, None),
        ("", false, None),
    ] {
        assert_eq!(value::number(text, commas), expected, "{text}");
    }
    for (text, expected) in [
        ("4", Some(4)),
        ("4.0", Some(4)),
        ("4.5", None),
        ("-1", None),
        ("1e3", None),
        ("12.000", None),
        ("+4", None),
    ] {
        assert_eq!(value::whole(text, false), expected, "{text}");
    }
    assert_eq!((value::whole("4,0", true), value::whole("4,0", false)), (Some(4), None));
    // More than a thousand, or less than one? With decimal commas nobody can say.
    for text in ["950.000", "1.234.567", "-1.250"] {
        assert_eq!(value::number(text, true), None, "{text}");
    }
    assert_eq!(
        (value::number("950.000", false), value::number("950.0", true)),
        (Some(950.0), Some(950.0))
    );
    let truths = ["TRUE", "True", "true", "T"].map(value::truth);
    assert_eq!(truths, [Some(true); 4]);
    assert_eq!((value::truth("F"), value::truth("yes")), (Some(false), None));
    assert!(["", "NA", ".", "#N/A", "-", "NaN"].into_iter().all(value::is_missing));
    assert!(!["na", "0", "--", "N"].into_iter().any(value::is_missing));
}

/// Fields as people and programs fill them.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9 ]{0,5}",
        "[,;\"\r\n\tăấ x]{0,6}",
        any::<String>().prop_map(|text| text.replace(['\0', '\u{feff}'], "")),
    ]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1_usize..5).prop_flat_map(|width| vec(vec(field(), width), 1..8))
}

proptest! {
    /// What a writer has written is read to the last field.
    #[test]
    fn what_is_written_is_read(table in table(), crlf in any::<bool>(), all in any::<bool>()) {
        let style = if all { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let end = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer =
            csv::WriterBuilder::new().quote_style(style).terminator(end).from_writer(Vec::new());
        let header: Vec<String> = (0..table[0].len()).map(|place| format!("c{place}")).collect();
        writer.write_record(&header).unwrap();
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let is_blank = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
        let clean = |field: &String| {
            survey_defs::text::nfc(field).trim_matches(is_blank).to_owned()
        };
        let expected: Vec<Vec<String>> =
            table.iter().map(|row| row.iter().map(clean).collect()).collect();
        // A row that is not quoted and has nothing in it is no row.
        let told = |row: &Vec<String>| all || row.iter().any(|field| !field.is_empty());
        let read: Vec<Vec<String>> = match read(&bytes) {
            Ok(rows) => rows.into_iter().map(|(_, fields)| fields).collect(),
            Err(fault) => {
                prop_assert_eq!(fault.kind, FaultKind::NoRows);
                Vec::new()
            }
        };
        let filled = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
            rows.into_iter().filter(told).collect()
        };
        prop_assert_eq!(filled(read), filled(expected));
    }

    /// No bytes make it panic or go round for ever, and each row begins on a later line or at a later place.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(prop_oneof![
        any::<u8>(),
        proptest::sample::select(&b",;\t|\"\r\n a1\xef\xbb\xbf\xff\xfe"[..]),
    ], 0..200)) {
        if let Ok(rows) = read(&bytes) {
            let is_sorted = rows.windows(2).all(|pair| pair[0].0 < pair[1].0);
            prop_assert!(is_sorted, "{:?}", rows);
        }
    }
}

#[test]
fn names_that_look_alike_are_one() {
    for text in ["Hà Nội", "Hà\u{a0}Nội", "Hà  Nội", " Hà Nội\u{200b}", "Hà\u{200b} Nội", "Hà\tNội"]
    {
        assert_eq!(value::name(text), "Hà Nội", "{text:?}");
    }
}

#[test]
fn a_column_of_codes_holds_words() {
    let of = |texts: &[&'static str]| Spelling::of(texts.iter().copied(), false);
    assert_eq!(of(&["4", "4.0", "5.5", "-0"]), Spelling::Numbers);
    assert_eq!(of(&["TRUE", "false"]), Spelling::Truths);
    for codes in
        [&["1.1", "1.10"][..], &["00004", "4"], &["1E2", "100"], &["T", "F"], &["x", "1"], &[]]
    {
        assert_eq!(of(codes), Spelling::Words, "{codes:?}");
    }
    assert_eq!(Spelling::Numbers.name("4.0", false), "4");
    assert_eq!(Spelling::Numbers.name("4,5", true), "4.5");
    assert_eq!(Spelling::Words.name("1.10", false), "1.10");
}

/// Files of odd pieces: each row that comes out is counted, or the line is named at which nothing more does.
#[test]
fn no_row_is_lost() {
    let mut state = 7_u64;
    let mut draw = |n: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % n).unwrap()
    };
    let cells =
        ["1", "a b", "\"a,b\"", "\"x\ny\"", "\"q\"\"q\"", "", "NA", "\"open", "5\" tv", "\"a\" b"];
    let breaks = ["\n", "\r\n", "\r"];
    let (mut whole, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let end = breaks[draw(3)];
        let rows = 1 + draw(6);
        let mut text = format!("a,b{end}");
        let (mut wanted, mut line, mut broken) = (0, 2, None);
        for _ in 0..rows {
            let (first, second) = (cells[draw(10)], cells[draw(10)]);
            let is_blank = first.is_empty() && second.is_empty();
            let is_broken = [first, second].iter().any(|cell| ["\"open", "\"a\" b"].contains(cell));
            if broken.is_none() && is_broken {
                broken = Some(line);
            }
            if broken.is_none() && !is_blank {
                wanted += 1;
            }
            line += 1 + [first, second].iter().filter(|cell| cell.contains('\n')).count() as u64;
            text += &[first, ",", second, end].concat();
        }
        let mut reader = Reader::new(text.as_bytes()).unwrap();
        let (mut row, mut found) = (Row::default(), 0);
        let fault = loop {
            match reader.read(&mut row) {
                Ok(true) => found += 1,
                Ok(false) => break None,
                Err(fault) => break Some(fault),
            }
        };
        assert_eq!(found, wanted, "{text:?}");
        match (broken, fault) {
            // The quote may open in the second cell, after a line break in the first.
            (Some(line), Some(fault)) => {
                assert!(fault.line.is_some_and(|named| named >= line), "{text:?}: {fault:?}");
                refused += 1;
            }
            (None, None) => whole += 1,
            (None, Some(fault)) => {
                assert_eq!((fault.kind, wanted), (FaultKind::NoRows, 0), "{text:?}");
            }
            (Some(_), None) => panic!("{text:?} is read although it is broken"),
        }
    }
    assert!(whole > 300 && refused > 300, "{whole} whole, {refused} refused");
}
