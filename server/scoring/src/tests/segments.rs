//! Scores from segments on disk are those from memory, for any data, method, grouping and filter.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use survey_defs::analysis::{Detail, Grouping};
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;

use super::strategies;
use super::world::{World, estimates, is_close};
use crate::estimate::Estimate;
use crate::{Data, Form, Forms, Mirror, Segment};

/// The same cases on every run; each writes three segments.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 12,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1001),
        ..ProptestConfig::default()
    }
}

/// Forms in two segments, a third that is merged from two, and a tail in memory.
fn mirrored(
    mirror: &Mirror,
    instrument: &Arc<Instrument>,
    forms: &[Form],
    attach: fn(&mut Forms, &Segment),
) -> Forms {
    let writer = mirror.writer().unwrap();
    let wave = WaveId::new("2026-test").unwrap();
    let mut all = Forms::new(Arc::clone(instrument));
    let mut pieces = forms.chunks(forms.len().div_ceil(5).max(1));
    let mut end = 0;
    let mut write = |some: &[Form]| {
        let (first, last) = (end + 1, some.last().unwrap().position);
        end = last;
        let mut piece = Forms::new(Arc::clone(instrument));
        piece.append(some).unwrap();
        writer.write(&wave, first..=last, &piece).unwrap()
    };
    let segments: Vec<Segment> = pieces.by_ref().take(4).map(&mut write).collect();
    let (alone, neighbours) = segments.split_at(segments.len().min(2));
    for segment in alone {
        attach(&mut all, segment);
    }
    if !neighbours.is_empty() {
        attach(&mut all, &writer.merge(neighbours, instrument).unwrap());
    }
    pieces.for_each(|tail| all.append(tail).unwrap());
    all
}

/// Counts are equal, and the rest up to rounding of sums.
fn assert_same(found: &[Estimate], expected: &[Estimate]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.group, expected.group);
        for (found, expected) in found.scores.iter().zip(&expected.scores) {
            assert_eq!((found.n, found.counts), (expected.n, expected.counts));
            match (found.score, expected.score) {
                (None, None) => {}
                (Some(one), Some(other)) => assert!(is_close(one, other, 1e-12), "{one} {other}"),
                different => panic!("{different:?}"),
            }
        }
        for (found, expected) in found.precision.iter().zip(&expected.precision) {
            match (found, expected) {
                (None, None) => {}
                (Some(one), Some(other)) => {
                    assert_eq!(one.df, other.df);
                    assert!(is_close(one.se, other.se, 1e-9), "{one:?} {other:?}");
                }
                different => panic!("{different:?}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(config())]
    #[test]
    fn segments_score_as_memory_does(
        (instrument, forms, method) in strategies::instruments().prop_flat_map(|instrument| {
            let forms = strategies::weighted_forms(&instrument);
            let methods = strategies::methods(&instrument);
            (Just(instrument), forms, methods)
        }),
        geography in strategies::geographies(),
        filters in strategies::filters(),
        by in select(Grouping::ALL.to_vec()),
    ) {
        let world = World::new(&instrument, method, geography);
        let of = |forms: &Forms| {
            let mut request = world.request(Data::Forms(forms), by);
            request.filters = filters.clone();
            request.detail = Detail::Item;
            estimates(&request).unwrap()
        };
        let mut memory = Forms::new(Arc::clone(&instrument));
        memory.append(&forms).unwrap();
        let expected = of(&memory);
        let attaches: [fn(&mut Forms, &Segment); 2] = [
            |forms, segment| forms.attach(segment).unwrap(),
            |forms, segment| forms.attach_rows(segment).unwrap(),
        ];
        for attach in attaches {
            let folder = tempfile::tempdir().unwrap();
            let mirror = Mirror::new(folder.path().to_owned());
            let found = mirrored(&mirror, &instrument, &forms, attach);
            prop_assert_eq!((found.len(), found.position()), (memory.len(), memory.position()));
            assert_same(&of(&found), &expected);
            // Again, when the totals of segments are known.
            assert_same(&of(&found), &expected);
        }
    }
}

#[test]
fn without_weights_scores_are_equal_to_the_bit() {
    let instrument = super::world::instrument("counter");
    let items = instrument.satisfaction_questions().count();
    let forms: Vec<Form> = (1..=200_u64)
        .map(|position| {
            let level = |item: usize| (position * 7 + item as u64 * 3) % 5 + 1;
            let level = |item| super::world::level(u8::try_from(level(item)).unwrap());
            super::world::form(position, (0..items).map(level).collect())
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::new(folder.path().to_owned());
    let found = mirrored(&mirror, &instrument, &forms, |forms, segment| {
        forms.attach(segment).unwrap();
    });
    let method = super::world::method("m4-factors");
    let world = World::new(&instrument, method, super::world::WITHOUT_DISTRICTS);
    let scores = |forms: &Forms| {
        let estimates = estimates(&world.request(Data::Forms(forms), Grouping::Ward)).unwrap();
        let scores = estimates.into_iter().flat_map(|one| one.scores);
        scores.map(|score| score.score.map(f64::to_bits)).collect::<Vec<_>>()
    };
    let memory = super::world::forms(&instrument, &forms);
    assert!(scores(&memory).len() > items);
    assert_eq!(scores(&found), scores(&memory));
}
