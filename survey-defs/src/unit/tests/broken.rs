//! Tests that broken tables are refused.

use crate::unit::{Gazetteer, Level, Sources};

const UNITS: &str = "\
code,level,kind,name_vi,parent_code,valid_from,valid_to
01,city,thành phố,Thành phố Hà Nội,,2020-03-01,
001,district,quận,Quận Ba Đình,01,2020-03-01,2025-06-30
002,district,quận,Quận Hoàn Kiếm,01,2020-03-01,2025-06-30
00004,commune,phường,Phường Trúc Bạch,001,2020-03-01,2025-06-30
00007,commune,phường,Phường Hàng Buồm,002,2020-03-01,2025-06-30
00004,commune,phường,Phường Ba Đình,01,2025-07-01,
";
const AGENCIES: &str = "\
code,name_vi,kind,valid_from,valid_to,predecessor_codes,serves_district_codes
SNV,Sở Nội vụ,sở,2024-01-01,2025-02-28,,
SNV,Sở Nội vụ,sở,2025-03-01,,SNV,
CN,Chi nhánh số 1,chi nhánh,2025-04-01,,,001|002
";
const AGENCY_NAMES_EN: &str = "\
code,name_en
SNV,Department of Home Affairs
CN,Branch No. 1
";
const SUCCESSORS: &str = "\
old_code,new_code,share_note,population,effective_date,basis
00004,00004,part,part,2025-07-01,k1
00007,00004,part,all,2025-07-01,k1
";
const OVERRIDES: &str = "code,valid_from,district_code,reason\n";

fn good() -> Sources<'static> {
    Sources {
        units: UNITS,
        agencies: AGENCIES,
        agency_names_en: AGENCY_NAMES_EN,
        successors: SUCCESSORS,
        former_district_overrides: OVERRIDES,
    }
}

fn assert_refused(sources: &Sources<'_>, message: &str) {
    let error = Gazetteer::parse(sources).unwrap_err().to_string();
    assert!(error.starts_with(message), "expected: {message}\n   found: {error}");
}

#[test]
fn the_small_tables_are_good_before_they_are_broken() {
    let gazetteer = Gazetteer::parse(&good()).unwrap();
    let commune = gazetteer.units_on(Level::Commune, jiff::civil::date(2025, 7, 1))[0];
    let district = gazetteer.former_district(&commune.key).unwrap();
    assert_eq!(district.district.code.as_str(), "002");
    assert!((district.share - 2.0 / 3.0).abs() < 1e-12);
}

#[test]
fn broken_units_are_refused_with_their_line() {
    let at = "hanoi_units.csv, line 8";
    for (row, message) in [
        ("00008,commune,phường,Phường A", format!("{at}: invalid row: 4 fields instead of 7")),
        (
            "00008,ward,phường,Phường A,01,2025-07-01,",
            format!("{at}: invalid row: unknown variant `ward`"),
        ),
        (
            "00 8,commune,phường,Phường A,01,2025-07-01,",
            format!("{at}: invalid row: “00 8” is not a valid unit code id"),
        ),
        (
            "00008,commune,phường,Phường A,01,2025-02-29,",
            format!("{at}: invalid row: parsed date is not valid"),
        ),
        (
            "00008,commune,quận,Quận A,01,2025-07-01,",
            format!("{at}: no such kind at this level: “quận”"),
        ),
        (
            "00008,commune,phường,Phường Ho\u{300}a,01,2025-07-01,",
            format!("{at}: “Phường Ho\u{300}a” is not in Unicode NFC"),
        ),
        (
            "00004,commune,phường,Phường A,01,2025-07-01,",
            format!("{at}: a second row for 00004@2025-07-01"),
        ),
        (
            "00008,commune,phường,Phường A,01,2025-07-01,2025-06-30",
            format!("{at}: 00008@2025-07-01 ends on 2025-06-30, before it begins"),
        ),
        (
            "00007,commune,phường,Phường A,002,2025-06-30,2025-06-30",
            format!("{at}: 00007@2025-06-30 begins before 00007@2020-03-01 has ended"),
        ),
        (
            "00008,commune,phường,Phường A,001,2025-07-01,",
            format!("{at}: 00008@2025-07-01 lies in 001, which is not in force"),
        ),
        (
            "00008,commune,phường,Phường A,001,2025-06-01,",
            format!("{at}: 00008@2025-06-01 lies in 001, which is not in force"),
        ),
        (
            "00008,commune,phường,Phường A,00004,2025-07-01,",
            format!("{at}: 00008@2025-07-01 lies in 00004, which is not in force"),
        ),
    ] {
        let units = format!("{UNITS}{row}\n");
        assert_refused(&Sources { units: &units, ..good() }, &message);
    }
    let after_empty_lines = format!("{UNITS}\n\n00008\n");
    assert_refused(
        &Sources { units: &after_empty_lines, ..good() },
        "hanoi_units.csv, line 10: invalid row: 1 fields instead of 7",
    );
    assert_refused(
        &Sources { units: &UNITS.replace("name_vi", "name"), ..good() },
        "hanoi_units.csv, line 2: invalid row: ",
    );
}

#[test]
fn broken_agencies_are_refused_with_their_line() {
    let at = "hanoi_agencies.csv, line 5";
    for (row, message) in [
        ("STP,Sở Tư pháp,sở,2024-01-01,,,", format!("{at}: no English name for STP")),
        ("CN,Chi nhánh,chi nhánh,2025-05-01,,,001", format!("{at}: CN@2025-05-01 begins before")),
        (
            "SNV,Sở Nội vụ,sở,2023-01-01,2023-12-31,STP,",
            format!("{at}: no unit STP is in force on"),
        ),
        ("SNV,Sở Nội vụ,sở,2023-01-01,2023-12-31,A B,", format!("{at}: invalid list of codes: ")),
        ("SNV,Sở Nội vụ,sở,2023-01-01,2023-12-31,,00004", format!("{at}: 00004 is not a district")),
        ("SNV,,sở,2023-01-01,2023-12-31,,", format!("{at}: the name is empty")),
    ] {
        let agencies = format!("{AGENCIES}{row}\n");
        assert_refused(&Sources { agencies: &agencies, ..good() }, &message);
    }
    for (row, message) in [
        ("STP,Department of Justice", "agency_names_en.csv, line 4: no agency has the code STP"),
        ("SNV,Home Office", "agency_names_en.csv, line 4: a second row for SNV"),
    ] {
        let names = format!("{AGENCY_NAMES_EN}{row}\n");
        assert_refused(&Sources { agency_names_en: &names, ..good() }, message);
    }
}

#[test]
fn broken_links_are_refused_with_their_line() {
    let at = "hanoi_successors.csv, line 4";
    for (row, message) in [
        ("00007,00004,part,most,2025-07-01,k1", format!("{at}: invalid row: ")),
        (
            "00008,00004,part,part,2025-07-01,k1",
            format!("{at}: no unit 00008 is in force on 2025-06-30"),
        ),
        (
            "00004,00007,part,part,2025-07-01,k1",
            format!("{at}: no unit 00007 is in force on 2025-07-01"),
        ),
        (
            "00007,00004,part,part,2025-07-01,k2",
            format!("{at}: a second row for 00007@2020-03-01 to"),
        ),
        (
            "00007,00004,part,part,-009999-01-01,k1",
            format!("{at}: -009999-01-01 has no day before it"),
        ),
    ] {
        let successors = format!("{SUCCESSORS}{row}\n");
        assert_refused(&Sources { successors: &successors, ..good() }, &message);
    }
}

#[test]
fn a_tie_of_districts_is_refused_until_a_person_decides() {
    let tied = SUCCESSORS.replace("part,all", "part,part");
    let tie = Sources { successors: &tied, ..good() };
    assert_refused(
        &tie,
        "hanoi_units.csv, line 7: 00004@2025-07-01: 001@2020-03-01 and 002@2020-03-01 have the \
         same weight",
    );
    let decided = format!("{OVERRIDES}00004,2025-07-01,001,the old name\n");
    let gazetteer =
        Gazetteer::parse(&Sources { former_district_overrides: &decided, ..tie }).unwrap();
    let key = "00004@2025-07-01".parse().unwrap();
    assert_eq!(gazetteer.former_district(&key).unwrap().district.code.as_str(), "001");
}

#[test]
fn broken_overrides_are_refused_with_their_line() {
    let at = "former_district_overrides.csv, line 2";
    for (rows, message) in [
        (
            "00004,2025-07-02,001,x",
            format!("{at}: 00004@2025-07-02 is not a commune without a district"),
        ),
        (
            "00004,2020-03-01,001,x",
            format!("{at}: 00004@2020-03-01 is not a commune without a district"),
        ),
        ("00004,2025-07-01,003,x", format!("{at}: no resident of 00004@2025-07-01 lived in 003")),
        (
            "00004,2025-07-01,001,x\n00004,2025-07-01,002,x",
            "former_district_overrides.csv, line 3: a second row for 00004@2025-07-01".to_owned(),
        ),
    ] {
        let overrides = format!("{OVERRIDES}{rows}\n");
        assert_refused(&Sources { former_district_overrides: &overrides, ..good() }, &message);
    }
}
