//! Requests and data that are refused, and why.

use jiff::civil::date;
use survey_defs::analysis::{Filters, FlagFilter, Grouping};
use survey_defs::counts::Cell;
use survey_defs::ids::QuestionId;
use survey_defs::method::MethodError;
use survey_defs::wave::{Channel, RespondentType};

use super::world::{
    WITHOUT_DISTRICTS, World, changed, form, forms, instrument, level, method, single_row,
};
use crate::{CountRow, Counts, Data, DataError, Form, Request, ScoringError, quality, score};

fn refused(request: &Request<'_>) -> ScoringError {
    score(request).unwrap_err()
}

#[test]
fn data_of_another_instrument() {
    let (single, ward) = (instrument("single"), instrument("ward"));
    let data = forms(&single, &[]);
    let world = World::new(&ward, method("t2b"), WITHOUT_DISTRICTS);
    let error = refused(&world.request(Data::Forms(&data), Grouping::City));
    assert!(matches!(error, ScoringError::OtherInstrument { .. }), "{error}");
    assert_eq!(error.to_string(), "the wave asks ward v1, but the data answer single v1");
}

#[test]
fn weights_for_other_contents() {
    let single = instrument("single");
    let data = forms(&single, &[]);
    let world = World::new(&single, method("m4-weighted"), WITHOUT_DISTRICTS);
    let error = refused(&world.request(Data::Forms(&data), Grouping::City));
    assert!(matches!(error, ScoringError::Method(MethodError::DoesNotFit { .. })), "{error}");
}

#[test]
fn questions_that_level_counts_cannot_answer() {
    let single = instrument("single");
    let rows = [single_row(None, None, [1, 2, 3, 4, 5])];
    let data = Counts::new(single.clone(), 1, &rows).unwrap();
    let strict = changed(&method("t2b"), |method| {
        method.missing.min_answered_share = 0.5;
    });
    let world = World::new(&single, strict, WITHOUT_DISTRICTS);
    let error = refused(&world.request(Data::Counts(&data), Grouping::City));
    assert!(matches!(error, ScoringError::Method(MethodError::NeedsRespondents { .. })), "{error}");

    let world = World::new(&single, method("t2b"), WITHOUT_DISTRICTS);
    let with = |filters| Request { filters, ..world.request(Data::Counts(&data), Grouping::City) };
    for filters in [
        Filters { channel: Some(Channel::Kiosk), ..Filters::default() },
        Filters { respondent_type: Some(RespondentType::Household), ..Filters::default() },
        Filters { quality: FlagFilter::Unflagged, ..Filters::default() },
    ] {
        let error = refused(&with(filters));
        assert!(matches!(error, ScoringError::FilterNeedsRespondents), "{error}");
    }
    let error = refused(&with(Filters { last_day: Some(date(2026, 1, 1)), ..Filters::default() }));
    assert!(matches!(error, ScoringError::FilterNeedsDates), "{error}");
    let error = quality(&with(Filters::default())).unwrap_err();
    assert!(matches!(error, ScoringError::QualityNeedsForms), "{error}");
}

#[test]
fn forms_that_do_not_fit_or_come_twice() {
    let single = instrument("single");
    let mut data = forms(&single, &[form(3, vec![level(4)])]);
    for (positions, n_cells, expected) in [
        (vec![4], 0, DataError::CellCount { position: 4, expected: 1, found: 0 }),
        (vec![4], 2, DataError::CellCount { position: 4, expected: 1, found: 2 }),
        (vec![3], 1, DataError::NotAscending { position: 3, last: 3 }),
        (vec![4, 6, 5], 1, DataError::NotAscending { position: 5, last: 6 }),
    ] {
        let tail: Vec<_> = positions
            .into_iter()
            .map(|position| form(position, vec![Cell::NotApplicable; n_cells]))
            .collect();
        assert_eq!(data.append(&tail), Err(expected));
        assert_eq!((data.len(), data.position()), (1, 3), "nothing was appended");
    }
    assert_eq!(data.append(&[]), Ok(()));
    assert_eq!(data.append(&[form(4, vec![Cell::NotAsked])]), Ok(()));
    assert_eq!((data.len(), data.position()), (2, 4));
}

#[test]
fn forms_that_no_sample_plan_can_give() {
    let single = instrument("single");
    let base = |position| form(position, vec![level(4)]);
    let in_stratum = |position, stratum: &str, psu: &str, fpc| Form {
        stratum: stratum.into(),
        psu: psu.into(),
        fpc,
        ..base(position)
    };
    let mut data = forms(&single, &[in_stratum(1, "north", "a", Some(2.0))]);
    for (form, message) in [
        (
            Form { weight: 0.0, ..base(2) },
            "the form at position 2 has the weight 0, which is not above 0",
        ),
        (
            Form { weight: f64::NAN, ..base(2) },
            "the form at position 2 has the weight NaN, which is not above 0",
        ),
        (
            Form { weight: f64::INFINITY, ..base(2) },
            "the form at position 2 has the weight inf, which is not above 0",
        ),
        (
            Form { fpc: Some(0.5), ..base(2) },
            "the form at position 2 gives a population of 0.5 sampling units",
        ),
        (
            in_stratum(2, "south", "a", None),
            "sampling unit “a” is in the strata “north” and “south”",
        ),
        (
            in_stratum(2, "north", "b", None),
            "stratum “north” has 2 and an unknown number of sampling units in its population",
        ),
    ] {
        let error = data.append(&[form]).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!((data.len(), data.position()), (1, 1), "nothing was appended");
    }
    // The same within one call, and after others.
    let three = ["b", "c", "d"].iter().zip(2..);
    let three: Vec<Form> =
        three.map(|(psu, position)| in_stratum(position, "north", psu, Some(2.0))).collect();
    let error = data.append(&three).unwrap_err();
    let message = "stratum “north” has 3 sampling units out of a population of 2";
    assert_eq!(error.to_string(), message);
    let two = [in_stratum(2, "west", "e", None), in_stratum(3, "east", "e", None)];
    let error = data.append(&two).unwrap_err();
    assert_eq!(error.to_string(), "sampling unit “e” is in the strata “west” and “east”");
    assert_eq!(data.append(&three[..1]), Ok(()));
    assert_eq!(data.append(&[in_stratum(3, "west", "e", None)]), Ok(()));
    assert_eq!(data.len(), 3);
}

#[test]
fn level_counts_of_no_question_or_no_month() {
    let single = instrument("single");
    let row = single_row(None, None, [1, 0, 0, 0, 0]);
    let item = QuestionId::new("access_information").unwrap();
    let unknown = CountRow { item: item.clone(), ..row.clone() };
    let error = Counts::new(single.clone(), 1, &[row.clone(), unknown]).unwrap_err();
    assert_eq!(error, DataError::UnknownItem(item));
    let day = date(2026, 3, 2);
    let error = Counts::new(single, 1, &[CountRow { month: Some(day), ..row }]).unwrap_err();
    assert_eq!(error, DataError::NotAMonth(day));
}

#[test]
fn debug_output_holds_no_answer() {
    let single = instrument("single");
    let data = forms(&single, &[form(1, vec![level(4)]), form(2, vec![level(1)])]);
    let expected = "Forms { instrument: InstrumentRef { id: InstrumentId(\"single\"), version: 1 }, \
                    position: 2, len: 2, .. }";
    assert_eq!(format!("{data:?}"), expected);
    let counts = Counts::new(single, 3, &[single_row(None, None, [0, 0, 17, 0, 0])]).unwrap();
    assert!(!format!("{counts:?}").contains("17"));
}
