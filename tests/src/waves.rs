//! Makes waves and service points.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use store::CodeSource;
use survey_defs::instrument::InstrumentRef;
use survey_defs::short_code::ShortCode;
use survey_defs::text::Text;
use survey_defs::wave::{Channel, PointFields, Population, ServicePoint, Takes, Wave, WaveFields};

/// The moment at which the tests' clock stands: 10 o'clock in Hanoi on a Monday.
pub fn now() -> Timestamp {
    "2026-03-02T03:00:00Z".parse().expect("a fixed moment")
}

/// A wave that is open now, of version 1 of an instrument. Its id is the instrument's.
pub fn wave(instrument: &str, population: Population) -> Wave {
    Wave::try_from(WaveFields {
        id: instrument.parse().expect("an id"),
        title: Text { vi: format!("Đợt {instrument}"), en: format!("Wave {instrument}") },
        population,
        takes: Takes::Forms,
        instrument: InstrumentRef { id: instrument.parse().expect("an id"), version: 1 },
        method: "t2b".parse().expect("an id"),
        geography: jiff::civil::date(2026, 1, 1),
        opens_at: "2026-01-01T00:00:00Z".parse().expect("a fixed moment"),
        closes_at: "2026-12-31T00:00:00Z".parse().expect("a fixed moment"),
        simulated: false,
    })
    .expect("it closes after it opens")
}

/// The same of another version. Its id names the version too: `counter-2`.
pub fn wave_of_version(instrument: &str, version: u32, population: Population) -> Wave {
    changed(wave(instrument, population), |wave| {
        wave.id = format!("{instrument}-{version}").parse().expect("an id");
        wave.instrument.version = version;
    })
}

/// The same by its id, in the population that its instrument is for.
pub fn wave_of_id(id: &str) -> Wave {
    let (instrument, version) = id.rsplit_once('-').expect("it names a version");
    let population = match instrument {
        "national" => Population::Household,
        _ => Population::Transaction,
    };
    wave_of_version(instrument, version.parse().expect("a number"), population)
}

/// A service point of Phường Ba Đình.
pub fn point(wave: &Wave, id: &str, channel: Channel) -> ServicePoint {
    ServicePoint::try_from(PointFields {
        id: id.parse().expect("an id"),
        wave: wave.id.clone(),
        name: Text { vi: "Quầy một cửa số 1".into(), en: "One-stop counter 1".into() },
        unit: "00004@2025-07-01".parse().expect("a unit key"),
        channel,
        telephone: None,
    })
    .expect("it has a name")
}

/// Codes from numbers, which go on as long as the tests run.
#[derive(Debug)]
pub struct NumberedCodes;

/// Codes for service points.
pub fn codes() -> NumberedCodes {
    NumberedCodes
}

impl CodeSource for NumberedCodes {
    fn draw(&self) -> ShortCode {
        static NUMBER: AtomicU64 = AtomicU64::new(31_u64.pow(4));
        ShortCode::from_random(NUMBER.fetch_add(1, Ordering::Relaxed).to_le_bytes())
    }

    fn made_at(&self) -> Timestamp {
        now()
    }
}

/// A wave that differs from another one in some fields.
pub fn changed(wave: Wave, change: impl FnOnce(&mut WaveFields)) -> Wave {
    wave.changed(change).expect("the change leaves a wave")
}
