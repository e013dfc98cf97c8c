//! Segments: written, read, compared.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::ToSpan as _;
use jiff::civil::date;
use survey_defs::answer::Level;
use survey_defs::counts::Cell;
use survey_defs::ids::WaveId;
use survey_defs::instrument::{self, Instrument};
use survey_defs::wave::{Channel, RespondentType};
use tempfile::TempDir;

use super::rows::Batch;
use super::{Difference, Listed, Mirror, MirrorError, Segment, Step, Steps, Writer};
use crate::columns;
use crate::index_layout::IndexLayout;
use crate::{Arrival, FillingTime, Form, Forms};

fn instrument(id: &str) -> Arc<Instrument> {
    let mut all = instrument::embedded().into_iter();
    Arc::new(all.find(|one| one.reference().id.as_str() == id).unwrap())
}

/// A form that follows from its position: 11 PSUs in 4 strata, days that do not ascend.
fn form(instrument: &Instrument, position: u64) -> Form {
    let psu = position * 7 % 11;
    let cell = |item: u64| match (position * 5 + item * 3) % 8 {
        0 => Cell::NotAsked,
        1 => Cell::NoAnswer,
        2 => Cell::NotApplicable,
        code => Cell::Level(Level::try_from(u8::try_from(code - 2).unwrap()).unwrap()),
    };
    let even = position.is_multiple_of(2);
    Form {
        position,
        unit: format!("{:05}@2025-07-01", 10_000 - psu / 3 * 7).parse().unwrap(),
        procedure_group: even.then(|| format!("group-{}", psu % 2).parse().unwrap()),
        stratum: format!("Tầng {}", psu / 3),
        psu: format!("Tổ {psu}"),
        weight: 1.0 + f64::from(u32::try_from(position % 13).unwrap()) / 4.0,
        fpc: (psu / 3 != 1).then_some(40.0),
        day: date(2026, 3, 1) + i64::try_from(position * 17 % 60).unwrap().days(),
        channel: if even { Channel::Kiosk } else { Channel::Interviewer },
        respondent_type: RespondentType::Individual,
        time: if even { FillingTime::Seconds(30) } else { FillingTime::NotMeasured },
        arrival: even.then(|| Arrival {
            point: format!("p{}", position % 4).parse().unwrap(),
            hour: date(2026, 3, 1).at(i8::try_from(position % 24).unwrap(), 0, 0, 0),
        }),
        cells: (0..).zip(instrument.satisfaction_questions()).map(|(item, _)| cell(item)).collect(),
    }
}

fn forms(positions: RangeInclusive<u64>) -> Forms {
    let instrument = instrument("counter");
    let all: Vec<Form> = positions.map(|position| form(&instrument, position)).collect();
    let mut forms = Forms::new(instrument);
    forms.append(&all).unwrap();
    forms
}

/// Every row with its key spelled out, in the order of positions.
fn spelled(batches: &[Batch]) -> Vec<(u64, String)> {
    let mut all = Vec::new();
    for Batch { keys, frame } in batches {
        let numbers = frame.column(columns::KEY).unwrap().u32().unwrap().clone();
        let positions = frame.column(columns::POSITION).unwrap().u64().unwrap().clone();
        let rest = frame.drop(columns::KEY).unwrap();
        for row in 0..frame.height() {
            let key = &keys[numbers.get(row).unwrap() as usize];
            let values = rest.get(row).unwrap();
            all.push((positions.get(row).unwrap(), format!("{key:?} {values:?}")));
        }
    }
    all.sort();
    all
}

fn expected(positions: RangeInclusive<u64>) -> Vec<(u64, String)> {
    if positions.is_empty() {
        return Vec::new();
    }
    let forms = forms(positions);
    let batches = forms.parts().iter().map(|part| super::writer::batch(part, forms.keys()));
    spelled(&batches.map(|batch| batch.unwrap()).collect::<Vec<_>>())
}

struct World {
    folder: TempDir,
    instrument: Arc<Instrument>,
    wave: WaveId,
}

impl World {
    fn new() -> Self {
        let wave = WaveId::new("2026-test").unwrap();
        Self { folder: tempfile::tempdir().unwrap(), instrument: instrument("counter"), wave }
    }

    fn mirror(&self) -> Mirror {
        Mirror::new(self.folder.path().join("segments"))
    }

    fn write(
        &self,
        writer: &Writer,
        positions: RangeInclusive<u64>,
    ) -> Result<Segment, MirrorError> {
        writer.write(&self.wave, positions.clone(), &forms(positions))
    }

    fn open(&self, listed: &Listed) -> Result<Segment, MirrorError> {
        self.mirror().open(listed, &self.instrument)
    }

    fn folders(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(self.mirror().folder()).unwrap().map(|entry| entry.unwrap());
        let folders = entries.filter(|entry| entry.path().is_dir());
        folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }
}

#[test]
fn what_is_written_is_read_again_sorted_by_unit_and_cluster() {
    let world = World::new();
    let written = world.write(&world.mirror().writer().unwrap(), 1..=500).unwrap();
    let listed = written.listed().clone();
    assert!(listed.name.starts_with("2026-test-000000000001-000000000500-"), "{}", listed.name);
    assert_eq!((listed.first_position, listed.last_position, listed.rows), (1, 500, 500));
    let segment = world.open(&listed).unwrap();
    segment.verify().unwrap();
    let read = segment.read().unwrap();
    assert_eq!(spelled(std::slice::from_ref(&read)), expected(1..=500));
    assert!(read.keys.is_sorted_by_key(|one| &one.key));
    let numbers = read.frame.column(columns::KEY).unwrap().u32().unwrap().clone();
    let days = read.frame.column(columns::DAY).unwrap().i32().unwrap().clone();
    let order = numbers.into_no_null_iter().zip(days.into_no_null_iter());
    assert!(order.collect::<Vec<(u32, i32)>>().is_sorted());
    // A second reading begins at the beginning again.
    assert_eq!(segment.read().unwrap().frame, read.frame);
}

#[test]
fn a_segment_covers_its_range_and_nothing_outside() {
    let world = World::new();
    let writer = world.mirror().writer().unwrap();
    let none = Forms::new(instrument("counter"));
    let error = writer.write(&world.wave, 1..=9, &none).unwrap_err();
    assert!(matches!(error, MirrorError::Empty), "{error}");
    for wrong in [10..=19, 11..=20] {
        let error = writer.write(&world.wave, wrong, &forms(10..=20)).unwrap_err();
        assert!(matches!(error, MirrorError::OutOfRange { .. }), "{error}");
    }
}

#[test]
fn totals_of_segments_add_up_to_those_of_one_pass() {
    let world = World::new();
    let writer = world.mirror().writer().unwrap();
    let parts = [1..=100, 101..=101, 102..=300].map(|range| world.write(&writer, range).unwrap());
    let layout = IndexLayout::of(&world.instrument);
    let of = |forms: &Forms| {
        let rule = survey_defs::method::MissingRule { min_answered_share: 0.0 };
        crate::tally::tally(forms, &layout, &survey_defs::analysis::Filters::default(), rule)
            .unwrap()
    };
    let expected = of(&forms(1..=300));
    let (mut stored, mut read) =
        (Forms::new(instrument("counter")), Forms::new(instrument("counter")));
    for part in &parts {
        stored.attach(part).unwrap();
        read.attach_rows(part).unwrap();
    }
    for (name, found) in [("stored", stored), ("read", read)] {
        assert_eq!((found.len(), found.position()), (300, 300));
        let totals = of(&found);
        assert_eq!(totals.weighted, expected.weighted);
        assert_eq!(by_key(&totals, &found), by_key(&expected, &forms(1..=300)), "{name}");
    }
}

/// All totals with their keys spelled out; weights are quarters, so sums of them are exact.
fn by_key(totals: &crate::tally::Totals, forms: &Forms) -> BTreeSet<String> {
    let keys = forms.keys();
    let sums = totals.sums.slots.list().iter().enumerate().map(|(place, slot)| {
        let items: Vec<_> = totals.sums_of_slot(place).collect();
        let weight = totals.sums.form_weights[place];
        format!("{:?} {} {weight} {items:?}", keys.list()[slot.key as usize], slot.month)
    });
    let counts = totals.counts.slots.list().iter().enumerate().map(|(place, slot)| {
        let items: Vec<_> = (0..totals.items).map(|item| totals.counts_of(place, item)).collect();
        let key = &keys.list()[slot.key as usize];
        let (respondents, forms) = (totals.respondents_of(place), totals.counts.forms[place]);
        let class = (&key.unit, &key.procedure_group);
        format!("{class:?} {} {forms} {respondents:?} {items:?}", slot.month)
    });
    sums.chain(counts).collect()
}

#[test]
fn neighbours_merge_into_what_would_have_been_written_at_once() {
    let world = World::new();
    let writer = world.mirror().writer().unwrap();
    let parts = [1..=100, 101..=101, 102..=300].map(|range| world.write(&writer, range).unwrap());
    let merged = writer.merge(&parts, &world.instrument).unwrap();
    let at_once = world.write(&writer, 1..=300).unwrap();
    assert_eq!(merged.listed(), at_once.listed());
    assert_eq!(spelled(&[merged.read().unwrap()]), expected(1..=300));
    let [one, two, three] = parts;
    for wrong in [vec![], vec![one.clone(), three], vec![two, one]] {
        let error = writer.merge(&wrong, &world.instrument).unwrap_err();
        assert!(matches!(error, MirrorError::NotNeighbours), "{error}");
    }
}

#[test]
fn a_segment_stays_readable_after_its_removal() {
    let world = World::new();
    let writer = world.mirror().writer().unwrap();
    let [kept, gone] = [1..=10, 11..=20].map(|range| world.write(&writer, range).unwrap());
    let listed = BTreeSet::from([kept.listed().name.clone()]);
    let removed = writer.remove_unlisted(&listed).unwrap();
    assert_eq!(removed, [gone.listed().name.clone()]);
    assert_eq!(world.folders(), listed);
    assert_eq!(spelled(&[gone.read().unwrap()]), expected(11..=20));
    assert!(matches!(world.open(gone.listed()), Err(MirrorError::Damaged { .. })));
}

#[test]
fn damage_is_found() {
    type Damage = (&'static str, fn(&Path));
    let damages: [Damage; 6] = [
        ("it is missing", |segment| fs::remove_dir_all(segment).unwrap()),
        ("rows.parquet is missing instead of", |segment| {
            fs::remove_file(segment.join("rows.parquet")).unwrap();
        }),
        ("bytes instead of", |segment| {
            let file = fs::File::options().write(true).open(segment.join("rows.parquet")).unwrap();
            file.set_len(file.metadata().unwrap().len() - 1).unwrap();
        }),
        ("keys.parquet is 0 bytes instead of", |segment| {
            fs::write(segment.join("keys.parquet"), []).unwrap();
        }),
        ("its manifest is not the one that was listed", |segment| {
            let path = segment.join("manifest.json");
            let manifest = fs::read_to_string(&path).unwrap();
            fs::write(&path, manifest.replace("\"rows\": 50,", "\"rows\": 51,")).unwrap();
        }),
        ("the content of rows.parquet is not what was written", |segment| {
            let path = segment.join("rows.parquet");
            let mut bytes = fs::read(&path).unwrap();
            bytes[100] ^= 1;
            fs::write(&path, bytes).unwrap();
        }),
    ];
    for (expected, damage) in damages {
        let world = World::new();
        let writer = world.mirror().writer().unwrap();
        let listed = world.write(&writer, 1..=50).unwrap().listed().clone();
        world.open(&listed).and_then(|segment| segment.verify()).unwrap();
        damage(&world.mirror().folder().join(&listed.name));
        let error = world.open(&listed).and_then(|segment| segment.verify()).unwrap_err();
        assert!(matches!(error, MirrorError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error} does not say “{expected}”");
    }
}

#[test]
fn a_segment_of_another_instrument_is_not_used() {
    let world = World::new();
    let segment = world.write(&world.mirror().writer().unwrap(), 1..=5).unwrap();
    let error = world.mirror().open(segment.listed(), &instrument("ward")).unwrap_err();
    assert!(error.to_string().contains("it answers counter v1, not ward v1"), "{error}");
}

#[test]
fn there_is_one_writer_at_a_time() {
    let world = World::new();
    let writer = world.mirror().writer().unwrap();
    assert!(matches!(world.mirror().writer(), Err(MirrorError::Locked(_))));
    drop(writer);
    world.mirror().writer().unwrap();
}

/// Fails at one step, counted from 0 over the life of the mirror, and at all later ones.
#[derive(Debug)]
struct Crash {
    at: usize,
    taken: AtomicUsize,
}

impl Steps for Crash {
    fn before(&self, _: Step) -> io::Result<()> {
        let number = self.taken.fetch_add(1, Ordering::SeqCst);
        if number < self.at { Ok(()) } else { Err(io::Error::other("the power fails")) }
    }
}

/// Writes two segments and merges them, and says what is listed when it ends or fails.
fn life(world: &World, mirror: &Mirror) -> (Vec<Listed>, Result<(), MirrorError>) {
    let mut list: Vec<Listed> = Vec::new();
    let outcome = (|| {
        let writer = mirror.writer()?;
        for range in [1..=40, 41..=90] {
            let segment = world.write(&writer, range)?;
            writer.before(Step::List)?;
            list.push(segment.listed().clone());
        }
        let parts: Vec<Segment> =
            list.iter().map(|one| mirror.open(one, &world.instrument)).collect::<Result<_, _>>()?;
        let merged = writer.merge(&parts, &world.instrument)?;
        writer.before(Step::List)?;
        list = vec![merged.listed().clone()];
        writer.remove_unlisted(&list.iter().map(|one| one.name.clone()).collect())?;
        Ok(())
    })();
    (list, outcome)
}

#[test]
fn a_crash_at_any_step_leaves_what_is_listed_whole_and_nothing_behind_after_the_next_run() {
    let mut at = 0;
    loop {
        let world = World::new();
        let steps = Arc::new(Crash { at, taken: AtomicUsize::new(0) });
        let folder = world.folder.path().join("segments");
        let (list, outcome) = life(&world, &Mirror::watched(folder, steps));
        let segments: Vec<Segment> = list.iter().map(|one| world.open(one).unwrap()).collect();
        for segment in &segments {
            segment.verify().unwrap();
        }
        let read: Vec<Batch> = segments.iter().map(|segment| segment.read().unwrap()).collect();
        let end = list.last().map_or(0, |one| one.last_position);
        assert_eq!(spelled(&read), expected(1..=end), "a crash before step {at}");
        let names: BTreeSet<String> = list.into_iter().map(|one| one.name).collect();
        world.mirror().writer().unwrap().remove_unlisted(&names).unwrap();
        assert_eq!(world.folders(), names, "a crash before step {at}");
        if outcome.is_ok() {
            break;
        }
        at += 1;
    }
    assert_eq!(at, 3 * 10 + 2, "every step of three segments, and the removal of two");
}

#[test]
fn what_a_segment_has_otherwise_than_the_log_is_named() {
    let world = World::new();
    let writer = world.mirror().writer().unwrap();
    let segment = world.write(&writer, 1..=60).unwrap();
    assert_eq!(segment.differences(&forms(1..=60)).unwrap(), []);
    // The same from a segment, and from many parts.
    let mut parts = Forms::new(instrument("counter"));
    parts.attach(&world.write(&writer, 1..=20).unwrap()).unwrap();
    let rest: Vec<Form> = (21..=60).map(|position| form(&world.instrument, position)).collect();
    parts.append(&rest).unwrap();
    assert_eq!(segment.differences(&parts).unwrap(), []);

    let mut other: Vec<Form> = (2..=61).map(|position| form(&world.instrument, position)).collect();
    other[3].cells[0] = Cell::NotApplicable;
    other[3].time = FillingTime::Seconds(7);
    other[5].unit = "00004@2025-07-01".parse().unwrap();
    other.remove(8);
    let mut log = Forms::new(instrument("counter"));
    log.append(&other).unwrap();
    let item = &world.instrument.satisfaction_questions().next().unwrap().id;
    let differs = |position, columns: &[&str]| Difference::Columns {
        position,
        columns: columns.iter().map(|&column| column.to_owned()).collect(),
    };
    let cell = format!("cell of {item}");
    let found = segment.differences(&log).unwrap();
    let expected = [
        Difference::Surplus(1),
        differs(5, &["seconds", &cell]),
        differs(7, &["key"]),
        Difference::Surplus(10),
        Difference::Missing(61),
    ];
    assert_eq!(found, expected);
    let none = Forms::new(instrument("counter"));
    assert_eq!(segment.differences(&none).unwrap().len(), 60);
}
