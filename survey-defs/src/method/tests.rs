//! Tests methods: the embedded ones, and definitions that must be refused.

use super::*;
use crate::instrument;

fn method(id: &str) -> Method {
    embedded().into_iter().find(|method| method.id().as_str() == id).unwrap()
}

#[test]
fn three_conversions_times_four_rollups_are_embedded_and_unconfirmed() {
    let methods = embedded();
    assert_eq!(methods.len(), 12);
    for (method, (file, _)) in methods.iter().zip(embedded_toml()) {
        assert_eq!(format!("{}.toml", method.id()), file);
        assert_eq!(method.definition().status, Status::Unconfirmed);
    }
}

#[test]
fn the_example_distribution_gives_the_published_conversions() {
    let counts = LevelCounts { levels: [1, 2, 12, 55, 30], ..LevelCounts::default() };
    for (conversion, expected) in
        [(Conversion::T2b, 85.00), (Conversion::M5, 82.20), (Conversion::M4, 77.75)]
    {
        let score = conversion.score(&counts).unwrap();
        assert!((score - expected).abs() < 1e-9, "{conversion:?} gave {score}");
    }
    assert_eq!(Conversion::T2b.score(&LevelCounts::default()), None);
}

#[test]
fn halves_are_rounded_away_from_zero() {
    let two = Rounding { decimals: 2 };
    for (score, expected) in [(82.125, 82.13), (82.135, 82.14), (1.005, 1.01), (82.124_999, 82.12)]
    {
        assert!((two.round(score) - expected).abs() < 1e-9, "{score}");
    }
    assert!((Rounding { decimals: 0 }.round(79.5) - 80.0).abs() < 1e-9);
}

#[test]
fn fixed_weights_fit_only_the_contents_they_name() {
    for instrument in instrument::embedded() {
        let national = instrument.reference().id.as_str() == "national";
        assert_eq!(method("t2b-weighted").check_fits(&instrument).is_ok(), national);
        assert!(method("t2b").check_fits(&instrument).is_ok());
    }
}

#[test]
fn numbers_outside_their_range_are_refused() {
    let (file, toml) = embedded_toml()[3];
    for (from, to, reason) in [
        ("version = 1", "version = 0", "version must be 1 or more"),
        ("min_answered_share = 0.0", "min_answered_share = 1.5", "between 0 and 1"),
        ("decimals = 2", "decimals = 7", "at most 6"),
        ("policy = 0.62", "policy = -1.0", "positive"),
        ("conversion = \"t2b\"", "conversion = \"t3b\"", "unknown variant"),
    ] {
        assert!(toml.contains(from), "{from}");
        let error = Method::from_toml(file, &toml.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.starts_with(file) && error.contains(reason), "{error}");
    }
}
