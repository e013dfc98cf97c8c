//! The waves of the demo and their service points.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use survey_defs::dossiers::DossierCount;
use survey_defs::ids::{InstrumentId, MethodId, PointId, WaveId};
use survey_defs::instrument::InstrumentRef;
use survey_defs::phrases::hanoi_noon;
use survey_defs::text::Text;
use survey_defs::unit::{Gazetteer, Level, Unit, UnitKey};
use survey_defs::wave::{
    Channel, PointFields, Population, ServicePoint, Takes, Telephone, Wave, WaveFields,
};

/// The household sample of 2024, closed.
pub const HOUSEHOLD_WAVE: &str = "sipas-2024";
/// Transactions of 2026 with the counter form, open.
pub const COUNTER_WAVE: &str = "giao-dich-2026";
/// The national form, open and empty, to try it.
pub const NATIONAL_TRIAL: &str = "thu-phieu-toan-quoc";
/// The ward form, open and empty, to try it.
pub const WARD_TRIAL: &str = "thu-phieu-phuong";

/// A kiosk of the counter wave, for those who try one.
pub const KIOSK_POINT: &str = "00004-kiosk";

/// A code on a wall of the counter wave, for those who try its short address.
pub const WALL_POINT: &str = "00004-wall_qr";

/// A telephone number of Hanoi that nobody has.
const NOBODYS_NUMBER: &str = "024 0000 0000";

/// A wave to be filled.
#[derive(Debug)]
pub(super) struct SimulatedWave {
    /// The wave.
    pub wave: Wave,
    /// Its service points.
    pub points: Vec<ServicePoint>,
    /// How many answers to simulate.
    pub responses: usize,
    /// The days of the field work, first and last.
    pub field_work: (Date, Date),
    /// Mixed into the seed, so that each wave is drawn on its own.
    pub seed: u64,
}

impl SimulatedWave {
    /// How many dossiers each unit handled, in a wave of transactions that has answers: some ten
    /// to thirty for each answer.
    pub(super) fn dossiers(&self, rng: &mut ChaCha8Rng) -> Vec<DossierCount> {
        if self.wave.population == Population::Household || self.responses == 0 {
            return Vec::new();
        }
        let units: BTreeSet<&UnitKey> = self.points.iter().map(|point| &point.unit).collect();
        let mut count = |unit: &UnitKey| DossierCount {
            unit: unit.clone(),
            procedure_group: None,
            dossiers: rng.random_range(2_500..9_000),
        };
        units.into_iter().map(&mut count).collect()
    }

    /// Random moments of office hours within the field work, Saturday mornings included.
    pub(super) fn moments(&self, rng: &mut ChaCha8Rng) -> Vec<Timestamp> {
        let (first, last) = self.field_work;
        let days = (last - first).get_days();
        std::iter::repeat_with(|| {
            let day = first.saturating_add(jiff::Span::new().days(rng.random_range(0..=days)));
            let seconds = rng.random_range(-4 * 3600..5 * 3600);
            noon(day) + SignedDuration::from_secs(seconds)
        })
        .take(self.responses)
        .collect()
    }
}

/// All waves of the demo: 60,000 answers.
pub(super) fn all() -> Vec<SimulatedWave> {
    let communes_2024 = Gazetteer::hanoi().units_on(Level::Commune, date(2024, 12, 14));
    let today = date(2026, 1, 1);
    let wards = Gazetteer::hanoi().units_on(Level::Commune, today);
    let agencies = Gazetteer::hanoi().units_on(Level::Agency, today);
    let branches = Gazetteer::hanoi().units_on(Level::Branch, today);

    let household = wave(
        HOUSEHOLD_WAVE,
        ("national", 1),
        Population::Household,
        ("Khảo sát hộ gia đình năm 2024 (mô phỏng)", "Household survey 2024 (simulated)"),
    );
    let household = WaveFields {
        takes: Takes::Sample,
        geography: date(2024, 12, 14),
        opens_at: noon(date(2024, 10, 1)) - SignedDuration::from_hours(12),
        closes_at: noon(date(2024, 12, 14)) + SignedDuration::from_hours(12),
        ..household.into_fields()
    };
    let household = Wave::try_from(household).expect("it ends after it begins");
    let counter = wave(
        COUNTER_WAVE,
        ("counter", 2),
        Population::Transaction,
        ("Đánh giá sau giao dịch năm 2026 (mô phỏng)", "After-transaction survey 2026 (simulated)"),
    );
    let national = wave(
        NATIONAL_TRIAL,
        ("national", 2),
        Population::Household,
        ("Thử phiếu toàn quốc (mô phỏng)", "Trial of the national form (simulated)"),
    );
    let ward = wave(
        WARD_TRIAL,
        ("ward", 2),
        Population::Transaction,
        ("Thử phiếu phường, xã (mô phỏng)", "Trial of the ward form (simulated)"),
    );

    let mut counter_points = points(&counter.id, &wards, &[Channel::Kiosk, Channel::WallQr]);
    let channels = [Channel::Kiosk, Channel::WallQr, Channel::ReceiptQr];
    counter_points.extend(points(&counter.id, &agencies, &channels));
    counter_points.extend(points(&counter.id, &branches, &channels));
    for point in &mut counter_points {
        *point = point.clone().with_telephone(Telephone::try_from(NOBODYS_NUMBER.to_owned()).ok());
    }
    vec![
        SimulatedWave {
            points: points(
                &household.id,
                &communes_2024,
                &[Channel::Interviewer, Channel::PaperEntry],
            ),
            wave: household,
            responses: 24_000,
            field_work: (date(2024, 10, 1), date(2024, 12, 13)),
            seed: 1,
        },
        SimulatedWave {
            points: counter_points,
            wave: counter,
            responses: 36_000,
            field_work: (date(2025, 12, 15), date(2026, 11, 14)),
            seed: 2,
        },
        SimulatedWave {
            points: points(&national.id, &wards, &[Channel::Interviewer]),
            wave: national,
            responses: 0,
            field_work: (today, today),
            seed: 3,
        },
        SimulatedWave {
            points: points(&ward.id, &wards, &[Channel::WallQr]),
            wave: ward,
            responses: 0,
            field_work: (today, today),
            seed: 4,
        },
    ]
}

fn noon(day: Date) -> Timestamp {
    hanoi_noon(day).expect("the demo is of our days")
}

/// A simulated wave on today's geography, open for as long as a demo may run.
fn wave(
    id: &str,
    (instrument, version): (&str, u32),
    population: Population,
    title: (&str, &str),
) -> Wave {
    let fields = WaveFields {
        id: WaveId::new(id).expect("the ids above are words"),
        title: Text { vi: title.0.into(), en: title.1.into() },
        population,
        takes: Takes::Forms,
        instrument: InstrumentRef {
            id: InstrumentId::new(instrument).expect("the ids above are words"),
            version,
        },
        method: MethodId::new("t2b").expect("the id is a word"),
        geography: date(2026, 1, 1),
        opens_at: noon(date(2025, 12, 15)) - SignedDuration::from_hours(12),
        closes_at: noon(date(2036, 1, 1)),
        simulated: true,
    };
    fields.try_into().expect("the titles above are words")
}

fn points(wave: &WaveId, units: &[&Unit], channels: &[Channel]) -> Vec<ServicePoint> {
    let fields = |unit: &Unit, channel: Channel| PointFields {
        id: PointId::new(format!("{}-{channel}", unit.key.code))
            .expect("codes and channels are words"),
        wave: wave.clone(),
        name: Text {
            vi: format!("{}: {}", unit.name, channel_name(channel).0),
            en: format!("{}: {}", unit.name_en(), channel_name(channel).1),
        },
        unit: unit.key.clone(),
        channel,
        telephone: None,
    };
    let point = |unit: &Unit, channel: Channel| {
        ServicePoint::try_from(fields(unit, channel)).expect("units and channels have names")
    };
    units
        .iter()
        .flat_map(|unit| channels.iter().map(move |channel| point(unit, *channel)))
        .collect()
}

fn channel_name(channel: Channel) -> (&'static str, &'static str) {
    match channel {
        Channel::Kiosk => ("máy tại quầy", "kiosk"),
        Channel::WallQr => ("mã QR treo tường", "wall QR code"),
        Channel::ReceiptQr => ("mã QR trên giấy hẹn", "receipt QR code"),
        Channel::Link => ("đường dẫn", "link"),
        Channel::Interviewer => ("điều tra viên", "interviewer"),
        Channel::PaperEntry => ("phiếu giấy", "paper form"),
    }
}
