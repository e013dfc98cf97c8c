//! Counts the five levels. Counts stand beside every score, so that any later formula can be
//! computed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Level;

/// What one respondent's form says about one satisfaction statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    /// The statement was not relevant, so it was not asked. Counts nowhere.
    NotAsked,
    /// Asked and left open.
    NoAnswer,
    /// The explicit choice “no opinion / not applicable”.
    NotApplicable,
    /// A level.
    Level(Level),
}

/// How often each level, “not applicable” and “no answer” occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelCounts {
    /// Levels 1 to 5, lowest first.
    pub levels: [u64; 5],
    /// Explicit “no opinion / not applicable”.
    pub not_applicable: u64,
    /// Asked and left open.
    pub no_answer: u64,
}

impl LevelCounts {
    /// The number of valid answers: those with a level.
    pub fn n(&self) -> u64 {
        self.levels.iter().sum()
    }

    /// Counts one cell.
    pub fn add(&mut self, cell: Cell) {
        match cell {
            Cell::NotAsked => {}
            Cell::NoAnswer => self.no_answer += 1,
            Cell::NotApplicable => self.not_applicable += 1,
            Cell::Level(level) => self.levels[level.index()] += 1,
        }
    }

    /// Adds another count to this one.
    pub fn merge(&mut self, other: &Self) {
        for (mine, others) in self.levels.iter_mut().zip(other.levels) {
            *mine += others;
        }
        self.not_applicable += other.not_applicable;
        self.no_answer += other.no_answer;
    }
}
