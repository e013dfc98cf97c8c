//! Describes how a respondent came into a sample: stratum, primary sampling unit, weight.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::nfc;

/// What a sample plan says of one respondent. Only imported forms carry it; answers that came in by
/// themselves have no plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// The stratum of the first stage; absent: one stratum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratum: Option<SampleLabel>,
    /// The primary sampling unit, such as a *thôn* or *tổ dân phố*, unique across strata.
    pub psu: SampleLabel,
    /// How many people of the population the respondent stands for.
    pub weight: Weight,
    /// How many primary sampling units the population of the stratum has; absent: unknown, and
    /// the draw counts as one with replacement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fpc: Option<PopulationSize>,
}

/// The name of a stratum or sampling unit: 1 to 64 characters without control characters, in NFC.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String)]
pub struct SampleLabel(String);

/// A weight: from 10⁻⁹ to 10⁹, so that the sum and the squares of a million of them are exact enough.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64)]
pub struct Weight(f64);

/// A number of sampling units in a population: finite, 1 or more.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64)]
pub struct PopulationSize(f64);

/// Why a value of a sample plan is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSampling {
    /// A name that is empty, too long, or has control characters.
    #[error("a stratum or sampling unit has 1 to 64 characters and no control characters")]
    Label,
    /// A weight that is zero, negative, not a number, or far from what a person can stand for.
    #[error("a weight is a number from 0.000000001 to 1000000000")]
    Weight,
    /// A population size below 1 or not a number.
    #[error("a population size is a number of at least 1")]
    PopulationSize,
}

impl SampleLabel {
    /// Checks and normalises a name.
    ///
    /// # Errors
    /// [`InvalidSampling::Label`].
    pub fn new(text: &str) -> Result<Self, InvalidSampling> {
        let text = nfc(text.trim()).into_owned();
        let fits = (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text)) } else { Err(InvalidSampling::Label) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Weight {
    /// Checks a weight.
    ///
    /// # Errors
    /// [`InvalidSampling::Weight`].
    pub fn new(value: f64) -> Result<Self, InvalidSampling> {
        if (1e-9..=1e9).contains(&value) { Ok(Self(value)) } else { Err(InvalidSampling::Weight) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl PopulationSize {
    /// Checks a size.
    ///
    /// # Errors
    /// [`InvalidSampling::PopulationSize`].
    pub fn new(value: f64) -> Result<Self, InvalidSampling> {
        let fits = value.is_finite() && value >= 1.0;
        if fits { Ok(Self(value)) } else { Err(InvalidSampling::PopulationSize) }
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl TryFrom<String> for SampleLabel {
    type Error = InvalidSampling;
    fn try_from(text: String) -> Result<Self, InvalidSampling> {
        Self::new(&text)
    }
}

impl From<SampleLabel> for String {
    fn from(label: SampleLabel) -> String {
        label.0
    }
}

impl TryFrom<f64> for Weight {
    type Error = InvalidSampling;
    fn try_from(value: f64) -> Result<Self, InvalidSampling> {
        Self::new(value)
    }
}

impl From<Weight> for f64 {
    fn from(weight: Weight) -> f64 {
        weight.0
    }
}

impl TryFrom<f64> for PopulationSize {
    type Error = InvalidSampling;
    fn try_from(value: f64) -> Result<Self, InvalidSampling> {
        Self::new(value)
    }
}

impl From<PopulationSize> for f64 {
    fn from(size: PopulationSize) -> f64 {
        size.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_sizes_outside_their_range_are_refused() {
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Weight::new(wrong), Err(InvalidSampling::Weight), "{wrong}");
            assert_eq!(PopulationSize::new(wrong), Err(InvalidSampling::PopulationSize), "{wrong}");
        }
        assert_eq!(PopulationSize::new(0.5), Err(InvalidSampling::PopulationSize));
        assert_eq!(Weight::new(0.5).map(Weight::get), Ok(0.5));
    }

    #[test]
    fn labels_are_trimmed_and_composed() {
        let decomposed = " Tô\u{309} 5 ";
        assert_eq!(SampleLabel::new(decomposed).unwrap().as_str(), "Tổ 5");
        assert_eq!(SampleLabel::new("  "), Err(InvalidSampling::Label));
        assert_eq!(SampleLabel::new("a\u{7}"), Err(InvalidSampling::Label));
        assert_eq!(SampleLabel::new(&"x".repeat(65)), Err(InvalidSampling::Label));
    }
}
