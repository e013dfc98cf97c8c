//! What forms weigh, how many of those who could have answered did, and populations that do not
//! fit the forms.

use survey_defs::analysis::{DossierCells, FormsPerDossier, Grouping, ScoreTable, Weighting};
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::ProcedureGroup;

use super::r_survey::{dossiers, sample};
use super::world::{WITHOUT_DISTRICTS, World, form, forms, instrument, level, method, unit};
use crate::{Data, Form, Request, ScoringError, score};

fn group(id: &str) -> ProcedureGroup {
    ProcedureGroup::new(id).unwrap()
}

fn dossier(key: &str, id: Option<&str>, dossiers: u64) -> DossierCount {
    DossierCount { unit: unit(key), procedure_group: id.map(group), dossiers }
}

fn table(
    sample: &[Form],
    dossiers: Option<&DossierCounts>,
    by: Grouping,
) -> Result<ScoreTable, ScoringError> {
    let instrument =
        if sample[0].cells.len() == 1 { instrument("single") } else { instrument("ward") };
    let data = forms(&instrument, sample);
    let world = World::new(&instrument, method("m4"), WITHOUT_DISTRICTS);
    score(&Request { dossiers, ..world.request(Data::Forms(&data), by) })
}

#[test]
fn a_table_says_what_forms_weigh() {
    let weighted = sample();
    let plain: Vec<Form> =
        weighted.iter().cloned().map(|form| Form { weight: 1.0, ..form }).collect();
    let weighting = |forms: &[Form], dossiers: Option<&DossierCounts>| {
        table(forms, dossiers, Grouping::City).unwrap().provenance.weighting
    };
    assert_eq!(weighting(&plain, None), Weighting::None);
    assert_eq!(weighting(&weighted, None), Weighting::SampleWeights);
    let known = dossiers();
    assert_eq!(
        weighting(&plain, Some(&known)),
        Weighting::PostStratified { version: 3, cells: DossierCells::ProcedureGroups }
    );
    // One form without a group makes its unit one cell, and the other unit keeps its groups.
    let cells = |forms: &[Form]| match weighting(forms, Some(&known)) {
        Weighting::PostStratified { cells, .. } => cells,
        other => panic!("{other:?}"),
    };
    let mut fewer = plain.clone();
    fewer[0].procedure_group = None;
    assert_eq!(cells(&fewer), DossierCells::ProcedureGroups);
    for form in &mut fewer {
        form.procedure_group = None;
    }
    assert_eq!(cells(&fewer), DossierCells::Units);
}

/// 3 forms of Ba Đình about land, one about social matters; 2 of Thanh Xuân that do not say.
fn few() -> Vec<Form> {
    let of = |(position, (key, id, number)): (u64, (&str, Option<&str>, u8))| Form {
        unit: unit(key),
        procedure_group: id.map(group),
        ..form(position, vec![level(number)])
    };
    let (one, two) = ("00004@2025-07-01", "00367@2025-07-01");
    let rows = [
        (one, Some("land"), 1),
        (one, Some("land"), 1),
        (one, Some("land"), 4),
        (one, Some("social"), 5),
        (two, None, 3),
        (two, Some("land"), 5),
    ];
    (1..).zip(rows).map(of).collect()
}

fn counts() -> DossierCounts {
    let rows = vec![
        dossier("00004@2025-07-01", Some("land"), 10),
        dossier("00004@2025-07-01", Some("social"), 30),
        dossier("00004@2025-07-01", Some("business"), 60),
        dossier("00367@2025-07-01", Some("land"), 40),
        dossier("00367@2025-07-01", Some("social"), 60),
        dossier("00190@2025-07-01", None, 7),
    ];
    DossierCounts { version: 1, rows }
}

#[test]
fn forms_stand_for_the_dossiers_of_their_unit_and_group() {
    let counts = counts();
    let wards = table(&few(), Some(&counts), Grouping::Ward).unwrap();
    // Ba Đình: land 25 on average for 10 dossiers, social 100 for 30; Thanh Xuân as a whole: 75.
    let scores: Vec<f64> = wards.groups.iter().map(|row| row.cells[0].score.unwrap()).collect();
    assert_eq!(scores, [81.25, 75.0]);
    let ratios: Vec<FormsPerDossier> =
        wards.groups.iter().map(|row| row.forms_per_dossier.unwrap()).collect();
    assert_eq!(
        ratios,
        [
            FormsPerDossier { dossiers: 100, ratio: 0.04, uncovered: 60 },
            FormsPerDossier { dossiers: 100, ratio: 0.02, uncovered: 0 },
        ]
    );
    let city = table(&few(), Some(&counts), Grouping::City).unwrap();
    // 40 and 100 dossiers are represented.
    let expected = (40.0 * 81.25 + 100.0 * 75.0) / 140.0;
    assert!((city.groups[0].cells[0].score.unwrap() - expected).abs() < 0.005);
    let of_city = city.groups[0].forms_per_dossier.unwrap();
    assert_eq!((of_city.dossiers, of_city.uncovered), (207, 67));
    assert!(
        table(&few(), Some(&counts), Grouping::Month).unwrap().groups[0]
            .forms_per_dossier
            .is_none()
    );
    assert!(table(&few(), None, Grouping::City).unwrap().groups[0].forms_per_dossier.is_none());
}

#[test]
fn forms_without_dossiers_are_an_error_that_names_them() {
    let refused = |without: usize| {
        let mut counts = counts();
        counts.rows.remove(without);
        table(&few(), Some(&counts), Grouping::City).unwrap_err().to_string()
    };
    let message = "the dossier counts know nothing of 00004@2025-07-01, procedure group social";
    assert_eq!(refused(1), message);
    let mut counts = counts();
    counts.rows.retain(|row| row.unit != unit("00367@2025-07-01"));
    let error = table(&few(), Some(&counts), Grouping::City).unwrap_err();
    assert_eq!(error.to_string(), "the dossier counts know nothing of 00367@2025-07-01");
    assert!(matches!(error, ScoringError::UnknownPostStratum { procedure_group: None, .. }));
}
