//! What makes units, factors, channels and people differ.
//!
//! A level is drawn from a latent satisfaction: a common mean, effects of unit, factor, channel
//! and respondent, and noise, cut into five. The figures are chosen so that city-wide shares of
//! levels 4 and 5 come out near 85 %, kiosks lie above other channels (most for statements about
//! officials), and most unit scores lie within some fifteen points.

use std::collections::BTreeMap;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::weighted::WeightedIndex;
use rand_distr::{Distribution, Normal};
use survey_defs::answer::Level;
use survey_defs::ids::FactorId;
use survey_defs::instrument::{Instrument, Question};
use survey_defs::sampling::{SampleLabel, Sampling, Weight};
use survey_defs::unit::{Unit, UnitKey};
use survey_defs::wave::{Channel, Population};

use super::chance;
use super::waves::SimulatedWave;

/// The mean of the latent satisfaction, in standard deviations of a respondent's noise.
const MEAN: f64 = 0.45;
const UNIT_SD: f64 = 0.16;
const FACTOR_SD: f64 = 0.12;
/// Neighbours of one *tổ dân phố* answer alike: with 14 forms each, a design effect of about 1.5.
const PSU_SD: f64 = 0.18;
/// The share of respondents who tap “satisfied” everywhere without reading.
const CARELESS: f64 = 0.02;
const RESPONDENT_SD: f64 = 0.65;
const ITEM_SD: f64 = 0.70;

/// Where the latent satisfaction is cut into levels 1 to 5.
const CUTS: [f64; 4] = [-2.0, -1.35, -0.55, 1.05];

/// How many *tổ dân phố* of a commune are in the sample.
pub(super) const PSUS_PER_UNIT: usize = 3;

/// The drawn effects of one wave.
#[derive(Debug)]
pub(super) struct Model {
    units: BTreeMap<UnitKey, f64>,
    factors: BTreeMap<FactorId, f64>,
    points: WeightedIndex<f64>,
    /// Effects of the sampling units of each unit, in a wave that is a sample.
    psus: BTreeMap<UnitKey, [f64; PSUS_PER_UNIT]>,
    /// The weight of a respondent by unit, in a wave that is a sample.
    weights: BTreeMap<UnitKey, f64>,
}

impl Model {
    /// Draws the effects of a wave.
    pub(super) fn draw(
        rng: &mut ChaCha8Rng,
        instrument: &Instrument,
        simulated: &SimulatedWave,
    ) -> Self {
        let mut normal = |sd: f64| normal(rng, sd);
        let mut units = BTreeMap::new();
        let mut sizes: BTreeMap<UnitKey, f64> = BTreeMap::new();
        for point in &simulated.points {
            units.entry(point.unit.clone()).or_insert_with(|| normal(UNIT_SD));
            sizes.entry(point.unit.clone()).or_insert_with(|| normal(0.5).exp());
        }
        let factors = instrument.contents().iter().flat_map(|content| &content.factors);
        let factors = factors.map(|factor| (factor.id.clone(), normal(FACTOR_SD))).collect();
        let weights = simulated.points.iter().map(|point| {
            // Departments and branches see more people than a ward.
            let level =
                if point.unit.code.as_str().starts_with(char::is_alphabetic) { 2.5 } else { 1.0 };
            sizes[&point.unit] * level * share(point.channel)
        });
        let points = WeightedIndex::new(weights).expect("every wave has points of positive weight");
        let mut psus = BTreeMap::new();
        let mut base = BTreeMap::new();
        if simulated.wave.population == Population::Household {
            for unit in units.keys() {
                psus.insert(unit.clone(), std::array::from_fn(|_| normal(PSU_SD)));
                // Around 250 people for each form: six million adults, 24,000 forms.
                base.insert(unit.clone(), (250.0 * normal(0.3).exp()).round());
            }
        }
        Self { units, factors, points, psus, weights: base }
    }

    /// The place of a random service point among those of the wave.
    pub(super) fn point(&self, rng: &mut ChaCha8Rng) -> usize {
        self.points.sample(rng)
    }

    /// A respondent: where in the unit, and how satisfied in general.
    pub(super) fn respondent(rng: &mut ChaCha8Rng) -> Respondent {
        Respondent {
            psu: rng.random_range(0..PSUS_PER_UNIT),
            satisfaction: normal(rng, RESPONDENT_SD),
            careless: chance(rng, CARELESS),
        }
    }

    /// What the sample plan says of a respondent; none in a wave that is no sample.
    pub(super) fn sampling(&self, unit: &Unit, respondent: Respondent) -> Option<Sampling> {
        let weight = *self.weights.get(&unit.key)?;
        let label = |text: &str| SampleLabel::new(text).expect("codes are labels");
        Some(Sampling {
            stratum: unit.parent.as_ref().map(|district| label(district.as_str())),
            psu: label(&format!("{}-{}", unit.key.code, respondent.psu + 1)),
            weight: Weight::new(weight).expect("a rounded number near 250 is positive"),
            fpc: None,
        })
    }

    fn psu_effect(&self, unit: &UnitKey, psu: usize) -> f64 {
        self.psus.get(unit).map_or(0.0, |effects| effects[psu])
    }

    /// A level of one statement.
    pub(super) fn level(
        &self,
        rng: &mut ChaCha8Rng,
        question: &Question,
        place: (&UnitKey, Channel),
        respondent: Respondent,
    ) -> Level {
        if respondent.careless {
            return Level::ALL[3];
        }
        let (unit, channel) = place;
        let factor = question.factor.as_ref();
        let factor_effect = factor.and_then(|factor| self.factors.get(factor)).copied();
        let about_officials = factor.is_some_and(|factor| factor.as_str() == "officials");
        let kiosk_effect = match (channel, about_officials) {
            (Channel::Kiosk, true) => 0.45,
            (Channel::Kiosk, false) => 0.2,
            _ => 0.0,
        };
        let latent = MEAN
            + self.units.get(unit).copied().unwrap_or_default()
            + factor_effect.unwrap_or_default()
            + kiosk_effect
            + respondent.satisfaction
            + self.psu_effect(unit, respondent.psu)
            + normal(rng, ITEM_SD);
        Level::ALL[CUTS.iter().filter(|cut| latent > **cut).count()]
    }
}

/// Somebody who answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Respondent {
    /// Which of the unit's sampling units.
    psu: usize,
    /// How satisfied in general, beside everything else.
    satisfaction: f64,
    /// Whether every statement gets the same level, quickly.
    careless: bool,
}

impl Respondent {
    /// Whether every statement gets the same level, quickly.
    pub(super) fn is_careless(self) -> bool {
        self.careless
    }
}

fn normal(rng: &mut ChaCha8Rng, sd: f64) -> f64 {
    Normal::new(0.0, sd).expect("the deviations above are positive").sample(rng)
}

/// How much of a unit's traffic comes through a channel.
fn share(channel: Channel) -> f64 {
    match channel {
        Channel::Kiosk => 0.5,
        Channel::ReceiptQr => 0.2,
        Channel::Link => 0.1,
        Channel::Interviewer => 0.7,
        Channel::WallQr | Channel::PaperEntry => 0.3,
    }
}
