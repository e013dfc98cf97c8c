//! How levels become scores: conversion, roll-up, missing rule, rounding.
//!
//! The formula text of the official decisions could not be read, so a method is data with a
//! status and a source, and several can be shown side by side. A published version is never
//! changed.

mod embedded;
mod summary;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::embedded::{embedded, embedded_toml};
pub use self::summary::MethodSummary;
use crate::counts::LevelCounts;
use crate::ids::{ContentId, MethodId};
use crate::instrument::Instrument;
use crate::text::Text;

/// A way to compute scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Definition", into = "Definition")]
#[schema(value_type = Definition)]
pub struct Method(Definition);

/// A method as it is written down, not yet checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MethodDefinition)]
pub struct Definition {
    /// Stable id, such as `t2b`.
    pub id: MethodId,
    /// Which version, from 1.
    pub version: u32,
    /// Name.
    pub title: Text,
    /// Whether an official source confirms it.
    pub status: Status,
    /// Where it comes from.
    pub source: Text,
    /// Levels to percent.
    pub conversion: Conversion,
    /// Statements to factor, content and overall.
    pub rollup: Rollup,
    /// What happens to missing answers.
    pub missing: MissingRule,
    /// How many decimals are printed.
    pub rounding: Rounding,
}

/// Whether an official source confirms a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Confirmed by the text of a decision or by the institute.
    Confirmed,
    /// A candidate; printed as unconfirmed beside every score.
    Unconfirmed,
}

/// Levels to percent, over valid answers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Conversion {
    /// The share of levels 4 and 5: (n₄ + n₅) ÷ n × 100.
    T2b,
    /// The mean level as a share of the highest: mean ÷ 5 × 100; from 20 to 100.
    M5,
    /// The mean level on a scale from 0: (mean − 1) ÷ 4 × 100; from 0 to 100.
    M4,
}

/// How scores of statements become scores of factors, contents and the whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rollup {
    /// Every valid answer below a node counts once: the conversion of the summed counts.
    Pooled,
    /// The plain mean of the scores of all statements below a node.
    MeanOfStatements,
    /// A factor is the mean of its statements; a content and the whole are means of factors.
    MeanOfFactors,
    /// Factors and contents are means of statements; the whole is the weighted mean of contents.
    FixedWeights {
        /// A positive weight for each content; they need not sum to 1.
        #[schema(value_type = BTreeMap<String, f64>)]
        contents: BTreeMap<ContentId, f64>,
    },
}

/// What happens to missing answers. “Not applicable” and “no answer” are always outside both
/// numerator and denominator.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissingRule {
    /// The least share, 0 to 1, of the statements asked that a respondent must have answered with
    /// a level; forms below it count nowhere. 0 keeps every form.
    pub min_answered_share: f64,
}

impl MissingRule {
    /// Whether a form counts that has levels for `answered` of `asked` statements.
    pub fn keeps(&self, answered: usize, asked: usize) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "an instrument has few statements")]
        let (answered, asked) = (answered as f64, asked as f64);
        answered >= self.min_answered_share * asked
    }

    /// Whether the rule looks at single respondents, which level counts cannot answer.
    pub fn needs_respondents(&self) -> bool {
        self.min_answered_share > 0.0
    }
}

/// How scores are printed. Rounding happens on output only, never between steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rounding {
    /// Decimals, at most 6; halves are rounded away from zero.
    pub decimals: u8,
}

impl Rounding {
    /// Rounds a score.
    pub fn round(self, score: f64) -> f64 {
        let scale = 10_f64.powi(i32::from(self.decimals));
        // Scores such as 82.125 are not exact in binary; a relative nudge of 1e-12 makes halves
        // round as they do on paper.
        (score * scale * (1.0 + 1e-12)).round() / scale
    }
}

/// Why a method is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MethodError {
    /// The text is not TOML of the documented shape.
    #[error("{file}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// What the parser says.
        message: String,
    },
    /// A method that does not pass its checks, in the file that it came from.
    #[error("{file}: {reason}")]
    InFile {
        /// The file.
        file: String,
        /// What is wrong.
        reason: Box<MethodError>,
    },
    /// A number is outside its range.
    #[error("method “{method}”: {field} must be {range}")]
    OutOfRange {
        /// The method.
        method: MethodId,
        /// The field.
        field: &'static str,
        /// Its range.
        range: &'static str,
    },
    /// Fixed weights that do not name exactly the contents of the instrument.
    #[error("method “{method}” has weights for other contents than the instrument")]
    DoesNotFit {
        /// The method.
        method: MethodId,
    },
    /// A missing rule that looks at respondents, on data that has only counts.
    #[error("method “{method}” looks at single respondents, but the data are level counts")]
    NeedsRespondents {
        /// The method.
        method: MethodId,
    },
}

impl Conversion {
    /// The score of counts in percent; `None` without a valid answer.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2⁵³")]
    pub fn score(self, counts: &LevelCounts) -> Option<f64> {
        let n = counts.n();
        if n == 0 {
            return None;
        }
        let n = n as f64;
        let sum: u64 = (1..=5).zip(counts.levels).map(|(level, count)| level * count).sum();
        Some(match self {
            Self::T2b => (counts.levels[3] + counts.levels[4]) as f64 * 100.0 / n,
            Self::M5 => sum as f64 * 20.0 / n,
            Self::M4 => (sum as f64 - n) * 25.0 / n,
        })
    }
}

impl Method {
    /// Reads TOML and checks it. `file` is named in errors.
    ///
    /// # Errors
    /// [`MethodError::Syntax`], or [`MethodError::InFile`] around [`MethodError::OutOfRange`].
    pub fn from_toml(file: &str, toml: &str) -> Result<Self, MethodError> {
        let definition: Definition = toml::from_str(toml).map_err(|error| MethodError::Syntax {
            file: file.into(),
            message: error.to_string(),
        })?;
        Self::try_from(definition)
            .map_err(|error| MethodError::InFile { file: file.into(), reason: Box::new(error) })
    }

    /// The definition as plain data.
    pub fn definition(&self) -> &Definition {
        &self.0
    }

    /// The id.
    pub fn id(&self) -> &MethodId {
        &self.0.id
    }

    /// Checks that the method can score an instrument.
    ///
    /// # Errors
    /// [`MethodError::DoesNotFit`] for fixed weights that do not name exactly its contents.
    pub fn check_fits(&self, instrument: &Instrument) -> Result<(), MethodError> {
        let Rollup::FixedWeights { contents } = &self.0.rollup else {
            return Ok(());
        };
        let named: Vec<_> = contents.keys().collect();
        let mut wanted: Vec<_> = instrument.contents().iter().map(|content| &content.id).collect();
        wanted.sort();
        if named == wanted {
            Ok(())
        } else {
            Err(MethodError::DoesNotFit { method: self.0.id.clone() })
        }
    }
}

impl TryFrom<Definition> for Method {
    type Error = MethodError;
    fn try_from(definition: Definition) -> Result<Self, MethodError> {
        let out_of_range = |field, range| {
            Err(MethodError::OutOfRange { method: definition.id.clone(), field, range })
        };
        if definition.version == 0 {
            return out_of_range("version", "1 or more");
        }
        if !(0.0..=1.0).contains(&definition.missing.min_answered_share) {
            return out_of_range("missing.min_answered_share", "between 0 and 1");
        }
        if definition.rounding.decimals > 6 {
            return out_of_range("rounding.decimals", "at most 6");
        }
        if let Rollup::FixedWeights { contents } = &definition.rollup {
            let positive = contents.values().all(|weight| weight.is_finite() && *weight > 0.0);
            if contents.is_empty() || !positive {
                return out_of_range("rollup.fixed_weights.contents", "positive numbers");
            }
        }
        Ok(Self(definition))
    }
}

impl From<Method> for Definition {
    fn from(method: Method) -> Definition {
        method.0
    }
}
