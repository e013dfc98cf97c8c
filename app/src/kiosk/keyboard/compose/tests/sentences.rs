//! Tests whole texts: sentences that citizens could write, and the names of the gazetteer.

use super::keys::TYPISTS;

const SENTENCES: &str = include_str!("sentences.txt");

#[test]
fn sentences() {
    assert_eq!(SENTENCES.lines().count(), 200);
    for sentence in SENTENCES.lines() {
        for typist in TYPISTS {
            let keys = typist.keys_of_text(sentence);
            assert_eq!(typist.types(&keys), sentence, "{keys}");
        }
    }
}

#[test]
fn names_of_the_gazetteer() {
    let units = include_str!("../../../../../../survey-defs/units/hanoi_units.csv");
    let names = units.lines().skip(1).filter_map(|line| line.split(',').nth(3));
    // One name stands there with its tone in the new style.
    for name in names.filter(|name| *name != "Xã Thuỵ Lâm") {
        for typist in TYPISTS {
            let keys = typist.keys_of_text(name);
            assert_eq!(typist.types(&keys), name, "{keys}");
        }
    }
}
