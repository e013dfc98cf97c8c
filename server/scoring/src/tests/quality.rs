//! Flags, the filter of flagged forms, and the report.

use proptest::prelude::*;
use statistics::reliability::cronbach_alpha;
use survey_defs::analysis::{
    Filters, Flag, FlagFilter, Grouping, NoReliability, QualityReport, Suppression,
};
use survey_defs::counts::Cell;
use survey_defs::score::Node;
use survey_defs::wave::Channel;

use super::reference::is_flagged;
use super::strategies;
use super::world::{
    WITHOUT_DISTRICTS, World, estimates, form, forms as data_of, instrument, level, method,
};
use crate::index_layout::IndexLayout;
use crate::quality::moments_of_factors;
use crate::{
    Data, Disclosure, FillingTime, Form, FormPattern, Forms, Request, pattern, quality, score,
};

const PUBLISHED: Disclosure = Disclosure::PUBLISHED;
const UNFLAGGED: Filters = Filters {
    first_day: None,
    last_day: None,
    channel: None,
    respondent_type: None,
    quality: FlagFilter::Unflagged,
};

/// A form of the long instrument that nobody would flag: levels in turn, ten seconds each.
fn honest(position: u64) -> Form {
    let n = instrument("national").satisfaction_questions().count();
    let levels = [4, 5, 3, 4, 2];
    let turn = |item: usize| (item * item + usize::try_from(position).unwrap()) % levels.len();
    let cells = (0..n).map(|item| level(levels[turn(item)])).collect();
    Form { time: FillingTime::Seconds(u32::try_from(10 * n).unwrap()), ..form(position, cells) }
}

fn straight(position: u64, of_level: u8) -> Form {
    let honest = honest(position);
    Form { cells: vec![level(of_level); honest.cells.len()], ..honest }
}

fn report(forms: &Forms, change: impl FnOnce(&mut Request<'_>)) -> QualityReport {
    let world = World::new(forms.instrument(), method("t2b"), WITHOUT_DISTRICTS);
    let mut request = world.request(Data::Forms(forms), Grouping::Ward);
    change(&mut request);
    quality(&request).unwrap()
}

#[test]
fn patterns_of_three_respondents() {
    let n = instrument("national").satisfaction_questions().count();
    let careful = pattern(&honest(1));
    assert_eq!((careful.flags.len(), careful.longest_run < 5), (0, true));
    assert_eq!((careful.share_answered, careful.seconds_per_answer), (Some(1.0), Some(10.0)));
    let contented = pattern(&straight(1, 4));
    assert_eq!(
        contented,
        FormPattern {
            longest_run: u32::try_from(n).unwrap(),
            intra_individual_sd: Some(0.0),
            share_answered: Some(1.0),
            seconds_per_answer: Some(10.0),
            flags: vec![Flag::StraightLining, Flag::LowVariation],
        }
    );
    let hasty = pattern(&Form { time: FillingTime::Seconds(20), ..honest(1) });
    assert_eq!(hasty.flags, [Flag::Speeding]);
    for (time, flags) in [
        (FillingTime::NotMeasured, vec![]),
        (FillingTime::Unusable, vec![Flag::NoTime]),
        (FillingTime::Seconds(0), vec![Flag::Speeding]),
    ] {
        let found = pattern(&Form { time, ..honest(1) });
        let seconds = (time == FillingTime::Seconds(0)).then_some(0.0);
        assert_eq!((found.seconds_per_answer, found.flags), (seconds, flags));
    }

    let mut half_asked = honest(1);
    half_asked.cells.iter_mut().step_by(2).for_each(|cell| *cell = Cell::NotAsked);
    assert_eq!(pattern(&half_asked).share_answered, Some(1.0), "of what was asked");
    let single = Form { time: FillingTime::Seconds(1), ..form(1, vec![Cell::NoAnswer]) };
    let nothing = pattern(&single);
    assert_eq!((nothing.share_answered, nothing.seconds_per_answer), (Some(0.0), None));
    assert_eq!(nothing.flags, []);
}

#[test]
fn scores_without_flagged_forms_are_those_computed_by_hand() {
    let single = instrument("single");
    // One answer within one second is speeding: the 1 and one of the 5.
    let answers = [(5, 60), (5, 1), (4, 60), (2, 60), (1, 1)];
    let all = (1..).zip(answers).map(|(position, (answer, seconds))| Form {
        time: FillingTime::Seconds(seconds),
        ..form(position, vec![level(answer)])
    });
    let data = data_of(&single, &all.collect::<Vec<_>>());
    let world = World::new(&single, method("m4"), WITHOUT_DISTRICTS);
    let request = world.request(Data::Forms(&data), Grouping::City);
    let unflagged = Request { filters: UNFLAGGED, ..request.clone() };
    for (request, n, expected, quality) in [
        (request, 5, (100.0 + 100.0 + 75.0 + 25.0 + 0.0) / 5.0, FlagFilter::All),
        (unflagged, 3, 66.67, FlagFilter::Unflagged),
    ] {
        let table = score(&request).unwrap();
        let cell = table.groups[0].cells[0];
        assert_eq!((cell.n, cell.score), (Some(n), Some(expected)));
        assert_eq!(table.provenance.filters.quality, quality);
        assert_eq!(table.provenance.versions.data_position, 5);
    }
    assert_eq!(data.len(), 5, "no form is deleted");
}

#[test]
fn a_report_counts_flags_and_shows_their_effect() {
    let national = instrument("national");
    let mut all: Vec<Form> = (1..=400).map(honest).collect();
    for form in &mut all[..40] {
        *form = straight(form.position, 5);
        form.channel = Channel::WallQr;
    }
    for form in &mut all[30..50] {
        form.time = FillingTime::Seconds(30);
    }
    all[60].time = FillingTime::NotMeasured;
    for form in &mut all[395..] {
        form.time = FillingTime::Unusable;
    }
    let data = data_of(&national, &all);
    let found = report(&data, |request| request.disclosure = PUBLISHED);
    let counts = found.forms.counts.unwrap();
    assert_eq!((counts.forms, counts.judged, counts.timed), (400, 400, 394));
    assert_eq!((counts.straight_lining, counts.low_variation, counts.speeding), (40, 40, 20));
    assert_eq!((counts.no_time, counts.flagged, counts.flagged_share), (5, 55, 0.1375));
    let channels: Vec<_> = found
        .channels
        .iter()
        .map(|one| (one.channel, one.forms.counts.map(|counts| (counts.forms, counts.flagged))))
        .collect();
    assert_eq!(channels, [(Channel::Kiosk, Some((360, 15))), (Channel::WallQr, Some((40, 40)))]);

    // Satisfied are 3 of 5 honest answers; the 345 that are left are of every turn equally often.
    let whole = &found.scores[0];
    assert_eq!(
        (&whole.label.node, whole.with.n, whole.without.n),
        (&Node::Overall, Some(400), Some(345))
    );
    assert_eq!((whole.with.score, whole.without.score), (Some(64.0), Some(60.0)));
    assert_eq!(whole.difference, Some(-4.0));
    let contents = national.contents();
    let n_factors: usize = contents.iter().map(|content| content.factors.len()).sum();
    assert_eq!(found.scores.len(), 1 + contents.len() + n_factors);
    assert_eq!(found.factors.len(), n_factors);
    assert_eq!(
        (data.len(), found.provenance.versions.data_position),
        (400, 400),
        "no form is deleted"
    );

    let without = report(&data, |request| request.filters = UNFLAGGED);
    let counts = without.forms.counts.unwrap();
    assert_eq!((counts.forms, counts.flagged), (345, 0));
    assert!(without.scores.iter().all(|effect| effect.with == effect.without));
}

#[test]
fn few_flagged_forms_are_not_found_by_subtraction() {
    let national = instrument("national");
    let mut all: Vec<Form> = (1..=400).map(honest).collect();
    for form in &mut all[..60] {
        *form = straight(form.position, 5);
    }
    for form in &mut all[31..300] {
        form.channel = Channel::WallQr;
    }
    for form in &mut all[300..305] {
        form.channel = Channel::Link;
    }
    let data = data_of(&national, &all);
    let shown = report(&data, |request| request.disclosure = PUBLISHED);
    assert!(shown.scores.iter().all(|effect| effect.difference.is_some()), "60 are flagged");
    // Five forms of one channel are too few, and another channel hides how few.
    let channels: Vec<_> =
        shown.channels.iter().map(|one| (one.channel, one.forms.suppressed)).collect();
    assert_eq!(
        channels,
        [
            (Channel::Kiosk, Some(Suppression::Complementary)),
            (Channel::WallQr, None),
            (Channel::Link, Some(Suppression::TooFew)),
        ]
    );
    // 29 of a channel are flagged: together with those of the channel that are not, they would be
    // found, although 31 others are flagged as well.
    let of_channel = report(&data, |request| {
        request.disclosure = PUBLISHED;
        request.filters.channel = Some(Channel::WallQr);
    });
    assert_eq!(of_channel.forms.counts.unwrap().flagged, 29);
    for effect in &of_channel.scores {
        assert!(effect.with.score.is_some());
        assert_eq!((effect.without.score, effect.difference), (None, None));
        assert!(effect.without.suppressed.is_some());
    }
    // A channel of five has no report at all.
    let link = report(&data, |request| {
        request.disclosure = PUBLISHED;
        request.filters.channel = Some(Channel::Link);
    });
    assert_eq!((link.forms.counts, link.forms.suppressed), (None, Some(Suppression::TooFew)));
    assert!(link.channels.iter().all(|one| one.forms.counts.is_none()));
    assert!(link.factors.iter().all(|factor| factor.reliability.is_none()));
}

#[test]
fn factors_without_coefficients_say_why() {
    let counter = instrument("counter");
    let n = counter.satisfaction_questions().count();
    let equal: Vec<Form> = (1..=40).map(|position| form(position, vec![level(4); n])).collect();
    let data = data_of(&counter, &equal);
    let found = report(&data, |_| ());
    assert!(found.factors.iter().all(|factor| factor.reliability.is_none()));
    let layout = IndexLayout::of(&counter);
    for factor in &found.factors {
        let node = layout.nodes.iter().position(|node| *node == factor.label.node).unwrap();
        let expected = match layout.below[node].len() {
            1 => NoReliability::OneStatement,
            _ => NoReliability::NoVariance,
        };
        assert_eq!(factor.missing, Some(expected));
    }

    let national = instrument("national");
    let few: Vec<Form> = (1..=29).map(honest).collect();
    let found = report(&data_of(&national, &few), |request| request.disclosure = PUBLISHED);
    assert!(found.factors.iter().all(|one| one.missing == Some(NoReliability::TooFew)));
    // Enough people answer, but too few of them all statements of the factor.
    let mut gaps: Vec<Form> = (1..=40).map(honest).collect();
    let first = IndexLayout::of(&national).below[2][0];
    for form in &mut gaps[..11] {
        form.cells[first] = Cell::NoAnswer;
    }
    let found = report(&data_of(&national, &gaps), |request| request.disclosure = PUBLISHED);
    let missing: Vec<_> = found.factors.iter().map(|one| one.missing).collect();
    assert_eq!(missing[0], Some(NoReliability::TooFew));
    assert!(missing[1..].iter().all(Option::is_none), "{missing:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn coefficients_are_those_of_columns_of_levels(
        (instrument, forms, split) in strategies::instruments().prop_flat_map(|instrument| {
            let forms = strategies::forms(&instrument);
            (Just(instrument), forms, any::<prop::sample::Index>())
        }),
    ) {
        let layout = IndexLayout::of(&instrument);
        let whole = data_of(&instrument, &forms);
        // The same forms in two parts and in another order.
        let split = split.index(forms.len() + 1);
        let mut turned: Vec<Form> = forms.iter().rev().cloned().collect();
        for (form, position) in turned.iter_mut().zip(1..) {
            form.position = position;
        }
        let mut parted = Forms::new(instrument.clone());
        parted.append(&turned[..split]).unwrap();
        parted.close_part();
        parted.append(&turned[split..]).unwrap();

        let found = moments_of_factors(&whole, &layout, &Filters::default()).unwrap();
        prop_assert_eq!(&found, &moments_of_factors(&parted, &layout, &Filters::default()).unwrap());
        let factors = (0..layout.nodes.len())
            .filter(|node| matches!(layout.nodes[*node], Node::Factor(_)));
        for (moments, node) in found.iter().zip(factors) {
            let columns: Vec<Vec<f64>> = layout.below[node]
                .iter()
                .map(|item| forms.iter().map(|form| number(form.cells[*item])).collect())
                .collect();
            let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            match (moments.alpha(), cronbach_alpha(&slices)) {
                (Ok(found), Ok(expected)) => {
                    prop_assert_eq!(found.n, expected.n);
                    let close = |one: Option<f64>, other: Option<f64>| match (one, other) {
                        (Some(one), Some(other)) => {
                            (one - other).abs() <= 1e-12 * (1.0 + one.abs() * one.abs())
                        }
                        (one, other) => one.is_none() && other.is_none(),
                    };
                    prop_assert!(close(Some(found.raw), Some(expected.raw)));
                    prop_assert!(close(found.standardised, expected.standardised));
                    for (found, expected) in found.items.iter().zip(expected.items) {
                        prop_assert!(close(found.alpha_if_dropped, expected.alpha_if_dropped));
                        prop_assert!(close(found.rest_correlation, expected.rest_correlation));
                    }
                }
                (found, expected) => prop_assert_eq!(found.is_err(), expected.is_err()),
            }
        }
    }

    #[test]
    fn unflagged_scores_are_those_of_the_other_forms(
        (instrument, forms) in strategies::instruments().prop_flat_map(|instrument| {
            let forms = strategies::forms(&instrument);
            (Just(instrument), forms)
        }),
    ) {
        let world = World::new(&instrument, method("t2b"), WITHOUT_DISTRICTS);
        let all = data_of(&instrument, &forms);
        let others: Vec<Form> = forms.iter().filter(|form| !is_flagged(form)).cloned().collect();
        let kept = data_of(&instrument, &others);
        let found = Request { filters: UNFLAGGED, ..world.request(Data::Forms(&all), Grouping::City) };
        let expected = world.request(Data::Forms(&kept), Grouping::City);
        let (found, expected) = (estimates(&found).unwrap(), estimates(&expected).unwrap());
        prop_assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert_eq!(&found.scores, &expected.scores);
        }
    }
}

/// A level, or NaN.
fn number(cell: Cell) -> f64 {
    match cell {
        Cell::Level(level) => f64::from(level.get()),
        Cell::NotAsked | Cell::NoAnswer | Cell::NotApplicable => f64::NAN,
    }
}
