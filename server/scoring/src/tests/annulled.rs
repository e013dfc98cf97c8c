//! Annulled forms count nowhere: everything is as if they had never come, but that they are counted.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use survey_defs::analysis::{AnnulledRecords, Detail, Filters, Grouping, ScoreTable, Suppression};
use survey_defs::counts::Cell;
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;
use survey_defs::positions::Positions;

use super::strategies;
use super::world::{
    WITHOUT_DISTRICTS, World, estimates, form, instrument, is_close, level, method, unit,
};
use crate::channels::channels;
use crate::estimate::Estimate;
use crate::{Data, Disclosure, Form, Forms, Mirror, Request, Segment, quality, score};

/// The same cases on every run; each writes three segments.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 16,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1302),
        ..ProptestConfig::default()
    }
}

/// Segments of the first three quarters of the forms.
fn segments(mirror: &Mirror, instrument: &Arc<Instrument>, forms: &[Form]) -> Vec<Segment> {
    let writer = mirror.writer().unwrap();
    let wave = WaveId::new("2026-test").unwrap();
    let mut end = 0;
    let mut write = |some: &[Form]| {
        let (first, last) = (end + 1, some.last().unwrap().position);
        end = last;
        let mut piece = Forms::new(Arc::clone(instrument));
        piece.append(some).unwrap();
        writer.write(&wave, first..=last, &piece).unwrap()
    };
    let on_disk = &forms[..forms.len() * 3 / 4];
    on_disk.chunks(on_disk.len().div_ceil(3).max(1)).map(&mut write).collect()
}

/// The forms of segments and of what comes after them, in small steps.
fn with_tail(mut all: Forms, segments: &[Segment], forms: &[Form]) -> Forms {
    for segment in segments {
        all.attach(segment).unwrap();
    }
    let tail: Vec<Form> =
        forms.iter().filter(|form| form.position > all.position()).cloned().collect();
    tail.chunks(3).for_each(|some| all.append(some).unwrap());
    all
}

fn assert_same(found: &[Estimate], expected: &[Estimate]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.group, expected.group);
        for (found, expected) in found.scores.iter().zip(&expected.scores) {
            assert_eq!((found.n, found.counts), (expected.n, expected.counts));
            let (one, other) = (found.score, expected.score);
            assert_eq!(one.is_some(), other.is_some());
            assert!(one.zip(other).is_none_or(|(one, other)| is_close(one, other, 1e-12)));
        }
        for (found, expected) in found.precision.iter().zip(&expected.precision) {
            assert_eq!(found.map(|one| one.df), expected.map(|one| one.df));
            let both = found.zip(*expected);
            assert!(both.is_none_or(|(one, other)| is_close(one.se, other.se, 1e-9)), "{both:?}");
        }
    }
}

/// Down to statements, nothing suppressed that has an answer.
fn asked<'a>(
    world: &'a World,
    forms: &'a Forms,
    (by, filters): (Grouping, &Filters),
) -> Request<'a> {
    let mut request = world.request(Data::Forms(forms), by);
    request.filters = filters.clone();
    request.detail = Detail::Item;
    request
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn scores_are_those_of_the_other_forms(
        (instrument, forms, method) in strategies::instruments().prop_flat_map(|instrument| {
            let forms = strategies::weighted_forms(&instrument);
            let methods = strategies::methods(&instrument);
            (Just(instrument), forms, methods)
        }),
        geography in strategies::geographies(),
        filters in strategies::filters(),
        by in select(Grouping::ALL.to_vec()),
        annulled in prop::collection::vec((1..150_u64, 0..40_u64), 0..4),
    ) {
        let annulled: Positions =
            annulled.into_iter().map(|(first, more)| first..=first + more).collect();
        let world = World::new(&instrument, method, geography);
        let terms = (by, &filters);
        let (dead, live): (Vec<Form>, Vec<Form>) =
            forms.iter().cloned().partition(|form| annulled.contains(form.position));
        let mut only = Forms::new(Arc::clone(&instrument));
        only.append(&live).unwrap();
        let mut memory = Forms::without(Arc::clone(&instrument), annulled.clone());
        forms.chunks(7).for_each(|some| memory.append(some).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let segments =
            segments(&Mirror::new(folder.path().to_owned()), &instrument, &forms);
        let mirrored =
            with_tail(Forms::without(Arc::clone(&instrument), annulled), &segments, &forms);

        let last = forms.last().map_or(0, |form| form.position);
        for found in [&memory, &mirrored] {
            prop_assert_eq!((found.len(), found.position()), (live.len(), last));
            for _ in 0..2 {
                assert_same(
                    &estimates(&asked(&world, found, terms)).unwrap(),
                    &estimates(&asked(&world, &only, terms)).unwrap(),
                );
            }
            let mix = |forms| channels(forms, &filters).unwrap();
            prop_assert_eq!(mix(found), mix(&only));
            let expected = score(&asked(&world, &only, terms)).unwrap();
            assert_same_table(score(&asked(&world, found, terms)).unwrap(), &expected);
            let (one, other) = (quality(&asked(&world, found, terms)).unwrap(), quality(&asked(&world, &only, terms)).unwrap());
            prop_assert_eq!((one.forms, &one.channels), (other.forms, &other.channels));
            prop_assert_eq!((one.factors, one.scores), (other.factors, other.scores));

            // As if nothing were annulled.
            let mut all = Forms::new(Arc::clone(&instrument));
            all.append(&forms).unwrap();
            let again = found.as_if_counted().unwrap();
            prop_assert_eq!(again.len(), forms.len());
            assert_same(&estimates(&asked(&world, &again, terms)).unwrap(), &estimates(&asked(&world, &all, terms)).unwrap());

            // Nothing but how many there are is said of them.
            let mut aside = Forms::new(Arc::clone(&instrument));
            aside.append(&dead).unwrap();
            let table = score(&asked(&world, found, terms)).unwrap();
            let expected = asked(&world, &aside, terms);
            let groups = estimates(&expected).unwrap();
            for group in &table.groups {
                let is_annulled = groups.iter().any(|one| one.group == group.group);
                prop_assert_eq!(!group.annulled.is_none(), is_annulled);
            }
            let is_shown =
                |one: &Estimate| table.groups.iter().any(|group| group.group == one.group);
            prop_assert!(groups.iter().all(is_shown));
        }
    }
}

/// Equal but for what is said of annulled records.
fn assert_same_table(mut found: ScoreTable, expected: &ScoreTable) {
    found.provenance.versions.data_position = expected.provenance.versions.data_position;
    let is_known = |key| expected.groups.iter().any(|group| group.group.key == key);
    for group in found.groups.extract_if(.., |group| !is_known(group.group.key.clone())) {
        assert!(!group.annulled.is_none());
        assert!(group.cells.iter().all(|cell| cell.suppressed == Some(Suppression::TooFew)));
    }
    found.groups.iter_mut().for_each(|group| group.annulled = AnnulledRecords::default());
    assert_eq!(found, *expected);
}

/// A wave of one question: 60 honest answers in one ward and 40 in another, and stuffed ones.
fn stuffed(n: u64) -> Vec<Form> {
    let honest = (1..=100_u64).map(|position| {
        let cell = level(u8::try_from(position % 4 + 1).unwrap());
        let ward = if position <= 60 { "00004@2025-07-01" } else { "00008@2025-07-01" };
        Form { unit: unit(ward), ..form(position, vec![cell]) }
    });
    let more = (101..=100 + n).map(|position| Form {
        psu: format!("a psu of its own, {position}"),
        ..form(position, vec![level(5)])
    });
    honest.chain(more).collect()
}

fn published<'a>(world: &'a World, forms: &'a Forms) -> Request<'a> {
    let mut request = world.request(Data::Forms(forms), Grouping::Ward);
    request.disclosure = Disclosure::PUBLISHED;
    request
}

#[test]
fn stuffed_records_are_taken_out_and_counted() {
    let single = instrument("single");
    let world = World::new(&single, method("m4"), WITHOUT_DISTRICTS);
    let table = |annulled: Positions, forms: &[Form]| {
        let mut data = Forms::without(Arc::clone(&single), annulled);
        data.append(forms).unwrap();
        score(&published(&world, &data)).unwrap()
    };
    let before = table(Positions::default(), &stuffed(0));
    let stuffed_table = table(Positions::default(), &stuffed(400));
    assert_ne!(stuffed_table.groups[0].cells, before.groups[0].cells);
    let after = table([101..=500].into_iter().collect(), &stuffed(400));
    let counted =
        |table: &ScoreTable| table.groups.iter().map(|group| group.annulled).collect::<Vec<_>>();
    assert_eq!(
        counted(&after),
        [AnnulledRecords { records: Some(400), fewer_than: None }, AnnulledRecords::default()]
    );
    assert_same_table(after, &before);
    let few = table([101..=104].into_iter().collect(), &stuffed(4));
    let shown = counted(&few)[0];
    assert_eq!(shown, AnnulledRecords { records: None, fewer_than: Some(5) }, "four are a handful");
}

#[test]
fn a_unit_without_a_record_that_counts_says_how_many_were_annulled() {
    let single = instrument("single");
    let world = World::new(&single, method("m4"), WITHOUT_DISTRICTS);
    let mut data = Forms::without(Arc::clone(&single), [61..=100].into_iter().collect());
    data.append(&stuffed(0)).unwrap();
    let table = score(&published(&world, &data)).unwrap();
    let rows: Vec<_> = table
        .groups
        .iter()
        .map(|group| (group.group.key.to_string(), group.annulled.records, group.cells[0].n))
        .collect();
    assert_eq!(
        rows,
        [
            ("00004@2025-07-01".to_owned(), Some(0), Some(60)),
            ("00008@2025-07-01".to_owned(), Some(40), None),
        ]
    );
    let mut asked = published(&world, &data);
    let key = "00004@2025-07-01".parse().unwrap();
    asked.group = Some(&key);
    assert_eq!(score(&asked).unwrap().groups.len(), 1);
}

#[test]
fn quality_shows_the_score_with_them_unless_they_are_few() {
    let single = instrument("single");
    let world = World::new(&single, method("m4"), WITHOUT_DISTRICTS);
    let report = |n: u64| {
        let annulled = (n > 0).then_some(101..=100 + n);
        let mut data = Forms::without(Arc::clone(&single), annulled.into_iter().collect());
        data.append(&stuffed(n)).unwrap();
        quality(&published(&world, &data)).unwrap()
    };
    assert_eq!(report(0).annulled, None);
    let effect = report(400).annulled.unwrap();
    assert_eq!(effect.records, AnnulledRecords { records: Some(400), fewer_than: None });
    // 0, 25, 50 and 75 in turn, and 400 times 100.
    let whole = &effect.scores[0];
    assert_eq!((whole.with.n, whole.without.n), (Some(500), Some(100)));
    assert_eq!((whole.with.score, whole.without.score), (Some(87.5), Some(37.5)));
    assert_eq!(whole.difference, Some(-50.0));
    // From two scores and their n, what 29 have answered could be computed.
    let few = report(29).annulled.unwrap();
    assert_eq!(few.records.records, Some(29));
    for effect in &few.scores {
        assert_eq!((effect.with.score, effect.difference), (None, None));
        assert_eq!(effect.with.suppressed, Some(Suppression::TooFew));
        assert!(effect.without.score.is_some());
    }
    // Counts with them could give away that one of the annulled has left the question open.
    let mut forms = stuffed(60);
    forms[150].cells = vec![Cell::NotApplicable];
    let mut data = Forms::without(Arc::clone(&single), [101..=160].into_iter().collect());
    data.append(&forms).unwrap();
    let effect = quality(&published(&world, &data)).unwrap().annulled.unwrap();
    let with = effect.scores[0].with;
    assert_eq!((with.n, with.counts.is_some()), (Some(159), false));
}
