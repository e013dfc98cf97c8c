//! The pattern of one form.

use statistics::reliability::{
    Flags, Response, Time, flags, intra_individual_sd, longest_run, seconds_per_answer,
    share_answered,
};
use survey_defs::analysis::Flag;
use survey_defs::counts::Cell;

use super::LIMITS;
use crate::data::CellCode;
use crate::{FillingTime, Form};

/// How one form was filled in, without what was answered. Statements are all satisfaction questions
/// of the instrument, in their order; sources of the figures: [`statistics::reliability`].
#[derive(Debug, Clone, PartialEq)]
pub struct FormPattern {
    /// The longest run of one level over consecutive answered statements.
    pub longest_run: u32,
    /// The standard deviation of the levels; none below two answers.
    pub intra_individual_sd: Option<f64>,
    /// Answered statements as a share of those asked, 0 to 1; none where none was asked.
    pub share_answered: Option<f64>,
    /// Seconds for each answered statement; none without an answer or where the time is not known.
    pub seconds_per_answer: Option<f64>,
    /// What is unusual about it.
    pub flags: Vec<Flag>,
}

/// The pattern of one form.
pub fn pattern(form: &Form) -> FormPattern {
    let asked = form.cells.iter().copied().filter(|cell| *cell != Cell::NotAsked);
    let asked: Vec<i8> = asked.map(code).collect();
    FormPattern {
        longest_run: longest_run(&asked),
        intra_individual_sd: intra_individual_sd(&asked),
        share_answered: share_answered(&asked),
        seconds_per_answer: seconds_per_answer(response(form, &asked)),
        flags: words(form_flags(form)),
    }
}

/// What is unusual about a form. A statement that was not asked is passed over, as is one without a
/// valid answer.
pub(crate) fn form_flags(form: &Form) -> Flags {
    let codes: Vec<i8> = form.cells.iter().copied().map(code).collect();
    flags(response(form, &codes), LIMITS)
}

fn response<'a>(form: &Form, answers: &'a [i8]) -> Response<'a> {
    let time = match form.time {
        FillingTime::NotMeasured => Time::NotMeasured,
        FillingTime::Unusable => Time::Unusable,
        FillingTime::Seconds(seconds) => Time::Seconds(f64::from(seconds)),
    };
    Response { answers, time }
}

fn code(cell: Cell) -> i8 {
    CellCode::from(cell).0
}

fn words(flags: Flags) -> Vec<Flag> {
    let bit = |flag: &Flag| match flag {
        Flag::StraightLining => Flags::STRAIGHT_LINING,
        Flag::LowVariation => Flags::LOW_VARIATION,
        Flag::Speeding => Flags::SPEEDING,
        Flag::NoTime => Flags::NO_TIME,
    };
    Flag::ALL.iter().copied().filter(|flag| flags.contains(bit(flag))).collect()
}
