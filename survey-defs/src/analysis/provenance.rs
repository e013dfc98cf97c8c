//! Defines provenance: where the numbers of a result come from.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::selection::{FlagFilter, Selection};
use crate::ids::{MethodId, WaveId};
use crate::instrument::InstrumentRef;
use crate::method::MethodSummary;
use crate::period::PeriodRef;
use crate::text::Text;
use crate::wave::{Channel, Population, RespondentType};

/// Where the numbers of a result come from: all that is needed to defend them, to ask for them
/// again, and to say whether two results speak of the same data.
///
/// A result over several waves or periods has one for each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Provenance {
    /// The wave.
    pub wave: WaveId,
    /// Its title.
    pub wave_title: Text,
    /// Whom it speaks of.
    pub population: Population,
    /// Whether the answers are simulated.
    pub simulated: bool,
    /// What was asked.
    pub instrument: InstrumentRef,
    /// How the scores were computed.
    pub method: MethodSummary,
    /// The period as it was asked for.
    #[serde(default)]
    pub period: Option<PeriodRef>,
    /// Which answers were asked for, and on which terms.
    #[serde(default)]
    pub selection: Selection,
    /// The filters that came of both.
    pub filters: Filters,
    /// What each answer weighs.
    pub weighting: Weighting,
    /// Where the sample design comes from that standard errors follow.
    pub sampling: SamplingBasis,
    /// Which state of the data, and which program.
    #[serde(flatten)]
    pub versions: Versions,
    /// The confidence level of all intervals, as a fraction.
    pub confidence: f64,
    /// The least n that is published.
    pub min_n: u64,
    /// The least n that is published without a word of caution.
    pub caution_n: u64,
}

/// Which state of the data of a wave, and which program. The same question about the same versions
/// has the same answer.
///
/// Instruments, methods and the targets of plans have versions of their own that are never changed,
/// and come with the program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Versions {
    /// The last log position that is counted.
    pub data_position: u64,
    /// The last entry of the audit log about records of the wave; 0 if there is none.
    #[serde(default)]
    pub audit_number: u64,
    /// How often records of the wave were annulled or such an act was undone; 0 if never.
    #[serde(default)]
    pub annulments: u64,
    /// The version of the dossier counts of the wave, if there are any.
    #[serde(default)]
    pub dossiers_version: Option<u32>,
    /// The version of the program.
    #[serde(default)]
    pub program: String,
}

/// Where numbers come from, as far as it decides them: the same question about the same sources has
/// the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Source<'a> {
    /// The wave.
    pub wave: &'a WaveId,
    /// What was asked.
    pub instrument: &'a InstrumentRef,
    /// How scores are computed: id and version.
    pub method: (&'a MethodId, u32),
    /// Which state of the data, and which program.
    pub versions: &'a Versions,
}

impl Provenance {
    /// What of it decides the numbers beside the question.
    pub fn source(&self) -> Source<'_> {
        Source {
            wave: &self.wave,
            instrument: &self.instrument,
            method: (&self.method.id, self.method.version),
            versions: &self.versions,
        }
    }
}

/// A result that says where its numbers come from.
pub trait Analysed {
    /// Of each wave or period that it speaks of, in the order in which they were asked for.
    fn provenances(&self) -> Vec<&Provenance>;
}

/// The version of the program that this crate is a part of.
pub const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// The filters that a table was computed with, beside the wave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Filters {
    /// First day of the period.
    #[schema(value_type = Option<String>, format = Date)]
    pub first_day: Option<Date>,
    /// Last day of the period.
    #[schema(value_type = Option<String>, format = Date)]
    pub last_day: Option<Date>,
    /// Only this channel.
    pub channel: Option<Channel>,
    /// Only these respondents.
    pub respondent_type: Option<RespondentType>,
    /// Only forms without a flag; absent: all.
    #[serde(default, skip_serializing_if = "FlagFilter::is_all")]
    pub quality: FlagFilter,
}

/// What each answer weighs in scores. Counts of answers are never weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Weighting {
    /// All the same.
    None,
    /// What the sample plan says.
    SampleWeights,
    /// The answers of each cell stand for the dossiers handled there.
    PostStratified {
        /// The version of the dossier counts.
        version: u32,
        /// What the cells are.
        cells: DossierCells,
    },
}

/// What tells the cells apart whose dossiers are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DossierCells {
    /// The unit alone: the instrument does not ask for the procedure group, some form of every unit
    /// lacks it, or the counts are totals.
    Units,
    /// The unit and the procedure group, in at least one unit. A unit of which some form or some
    /// count has no group is one cell.
    ProcedureGroups,
}

/// Where the sample design comes from that standard errors follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SamplingBasis {
    /// There was no draw: answers came in by themselves, and standard errors say how much scores
    /// would differ between days like these, not how respondents differ from others.
    AsCollected,
    /// Strata, sampling units and weights of a sample plan.
    Plan,
}
