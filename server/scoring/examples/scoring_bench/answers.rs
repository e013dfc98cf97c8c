//! Made-up answers.

use jiff::ToSpan as _;
use jiff::civil::date;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use scoring::{FillingTime, Form};
use survey_defs::answer::Level as Answer;
use survey_defs::counts::Cell;
use survey_defs::unit::{Gazetteer, Level, UnitKey};
use survey_defs::wave::{Channel, RespondentType};

const UNITS: usize = 126;
const PSUS_PER_UNIT: usize = 20;
/// Sampling units in the population of each unit.
const PSUS_IN_UNIT: f64 = 60.0;
const DAYS: u64 = 92;
/// In a thousand: left open, and not applicable.
const MISSING: (u32, u32) = (20, 10);
/// Where the latent satisfaction passes from one level to the next.
const THRESHOLDS: [f64; 4] = [-1.9, -1.3, -0.5, 0.7];

/// Answers of a household sample: strata are wards, and 20 sampling units are drawn in each. Wards,
/// sampling units, people and statements differ, so answers of one person, and of one place, are
/// alike.
pub(crate) struct Answers {
    rows: u64,
    units: Vec<UnitKey>,
    of_unit: Vec<f64>,
    of_psu: Vec<f64>,
    psu_weights: Vec<f64>,
    of_item: Vec<f64>,
    random: ChaCha8Rng,
}

impl Answers {
    pub(crate) fn new(rows: u64, items: usize) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(20_261_122);
        let communes = Gazetteer::hanoi().units_on(Level::Commune, date(2026, 7, 1));
        let units: Vec<UnitKey> =
            communes.into_iter().take(UNITS).map(|unit| unit.key.clone()).collect();
        let psus = units.len() * PSUS_PER_UNIT;
        let of_unit = (0..units.len()).map(|_| 0.4 * bell(&mut random)).collect();
        let of_psu = (0..psus).map(|_| 0.3 * bell(&mut random)).collect();
        let psu_weights = (0..psus).map(|_| 10.0 + 40.0 * random.random::<f64>()).collect();
        let of_item = (0..items).map(|_| 0.5 * bell(&mut random)).collect();
        Self { rows, units, of_unit, of_psu, psu_weights, of_item, random }
    }

    /// The form at a position, in ascending order.
    pub(crate) fn form(&mut self, position: u64) -> Form {
        let random = &mut self.random;
        let unit = random.random_range(0..self.units.len());
        let psu = unit * PSUS_PER_UNIT + random.random_range(0..PSUS_PER_UNIT);
        let person = self.of_unit[unit] + self.of_psu[psu] + 0.7 * bell(random);
        let adults = f64::from(random.random_range(1..=5_u32));
        let mut cell = |of_item: &f64| {
            let draw = random.random_range(0..1000_u32);
            if draw < MISSING.0 {
                return Cell::NoAnswer;
            }
            if draw < MISSING.0 + MISSING.1 {
                return Cell::NotApplicable;
            }
            let latent = person + of_item + 0.8 * bell(random);
            Cell::Level(Answer::ALL[THRESHOLDS.iter().filter(|one| latent > **one).count()])
        };
        let cells = self.of_item.iter().map(&mut cell).collect();
        let day = i64::try_from((position - 1) * DAYS / self.rows).expect("a day of the quarter");
        Form {
            position,
            unit: self.units[unit].clone(),
            procedure_group: None,
            stratum: self.units[unit].to_string(),
            psu: format!("{} {}", self.units[unit], psu % PSUS_PER_UNIT),
            weight: adults * self.psu_weights[psu],
            fpc: Some(PSUS_IN_UNIT),
            day: date(2026, 7, 1) + day.days(),
            channel: Channel::Interviewer,
            respondent_type: RespondentType::Individual,
            time: FillingTime::Seconds(600),
            arrival: None,
            cells,
        }
    }
}

/// A number with mean 0 and variance 1, about normal: the sum of three uniform ones.
fn bell(random: &mut ChaCha8Rng) -> f64 {
    2.0 * (random.random::<f64>() + random.random::<f64>() + random.random::<f64>() - 1.5)
}
