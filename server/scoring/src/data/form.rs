//! One recorded form.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use survey_defs::counts::Cell;
use survey_defs::ids::{PointId, ProcedureGroup};
use survey_defs::unit::UnitKey;
use survey_defs::wave::{Channel, RespondentType};

/// One recorded form, as far as scores need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its position in the append-only log, from 1.
    pub position: u64,
    /// The unit that was served.
    pub unit: UnitKey,
    /// The group of procedures, where it is known.
    pub procedure_group: Option<ProcedureGroup>,
    /// The stratum of the first stage of sampling.
    pub stratum: String,
    /// The primary sampling unit, unique across strata.
    pub psu: String,
    /// How many people of the population it stands for: finite, above 0; 1 without a plan.
    pub weight: f64,
    /// How many PSUs the population of the stratum has, 1 or more; none: unknown.
    pub fpc: Option<f64>,
    /// The calendar day of receipt, in the time of Hanoi.
    pub day: Date,
    /// How it reached us.
    pub channel: Channel,
    /// Who answered.
    pub respondent_type: RespondentType,
    /// How long filling in took.
    pub time: FillingTime,
    /// Where and when it arrived; none if it was imported, because a file gives neither.
    pub arrival: Option<Arrival>,
    /// One cell for each of [`Instrument::satisfaction_questions`], in their order; see
    /// [`survey_defs::score::cells`].
    ///
    /// [`Instrument::satisfaction_questions`]: survey_defs::instrument::Instrument::satisfaction_questions
    pub cells: Vec<Cell>,
}

/// How long filling in took, by the device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillingTime {
    /// Nobody has measured it.
    NotMeasured,
    /// What was measured cannot be: the end is not after the start, or more than a day later.
    Unusable,
    /// Seconds from the first question to the last.
    Seconds(u32),
}

/// Where and when a form arrived.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arrival {
    /// The service point.
    pub point: PointId,
    /// The hour of Hanoi of its receipt, by its beginning.
    pub hour: DateTime,
}

impl FillingTime {
    /// The most hours in which a form is filled in at one go.
    pub(crate) const MOST_HOURS: u32 = 24;

    /// The time from the start of a form to its end, both by the clock of one device. Whether that is
    /// right does not matter; that it was set in between does.
    pub fn between(started_at: Timestamp, finished_at: Timestamp) -> Self {
        let taken = finished_at.duration_since(started_at);
        let longest = SignedDuration::from_hours(i64::from(Self::MOST_HOURS));
        if taken <= SignedDuration::ZERO || taken > longest {
            return Self::Unusable;
        }
        u32::try_from(taken.as_secs()).map_or(Self::Unusable, Self::Seconds)
    }

    /// The seconds, where there are any.
    pub fn seconds(self) -> Option<u32> {
        match self {
            Self::NotMeasured | Self::Unusable => None,
            Self::Seconds(seconds) => Some(seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_that_is_not_after_its_start_or_a_day_later_is_no_time() {
        let start: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        for (milliseconds, expected) in [
            (-3_600_000, FillingTime::Unusable),
            (-1, FillingTime::Unusable),
            (0, FillingTime::Unusable),
            (1, FillingTime::Seconds(0)),
            (61_999, FillingTime::Seconds(61)),
            (86_400_000, FillingTime::Seconds(86_400)),
            (86_400_001, FillingTime::Unusable),
        ] {
            let end = start + SignedDuration::from_millis(milliseconds);
            assert_eq!(FillingTime::between(start, end), expected, "{milliseconds}");
        }
        assert_eq!(FillingTime::between(Timestamp::MIN, Timestamp::MAX), FillingTime::Unusable);
        assert_eq!(FillingTime::between(Timestamp::MAX, Timestamp::MIN), FillingTime::Unusable);
    }
}
