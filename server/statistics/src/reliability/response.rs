//! Flags unusual patterns in one response.

/// One response as it matters here: the statements in the order in which they were shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Response<'a> {
    /// One code for each statement: 1 and above is the chosen level, 0 and below is no answer (left
    /// out, not applicable).
    pub answers: &'a [i8],
    /// How long it took.
    pub time: Time,
}

/// How long a response took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Time {
    /// Nobody has measured it.
    NotMeasured,
    /// What was measured cannot be: the end is not after the start, or it is too far from it.
    Unusable,
    /// Seconds from the first statement to the last.
    Seconds(f64),
}

bitflags::bitflags! {
    /// What is unusual about a response.
    ///
    /// A flag is no verdict: honest people do answer "satisfied" everywhere, and do tap fast. Flags are
    /// for rates (of a unit, a channel, an interviewer) that differ from their neighbours', and for
    /// showing that a score stays the same without flagged responses; never for dropping one response.
    /// Bits are stored, so their values must never change.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct Flags: u8 {
        /// Almost all answers in a row are the same level.
        const STRAIGHT_LINING = 1;
        /// Answers hardly differ from their mean.
        const LOW_VARIATION = 1 << 1;
        /// Answered faster than one can read.
        const SPEEDING = 1 << 2;
        /// The time was measured, and cannot be. Otherwise whoever writes odd times would never be
        /// speeding.
        const NO_TIME = 1 << 3;
    }
}

/// From where on a response is unusual. Choose them for the form; see [`Limits::USUAL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Answered statements below which the pattern is not judged at all.
    pub least_answered: u32,
    /// Longest run of one level as a share of the answered statements, from 0 to 1: flagged from here
    /// up.
    pub longest_run_share: f64,
    /// Standard deviation of a person's levels: flagged below.
    pub least_sd: f64,
    /// Seconds for each answered statement: flagged below.
    pub least_seconds: f64,
}

/// The pattern of one response, from one pass over it.
struct Pattern {
    answered: u32,
    longest_run: u32,
    sum: i64,
    sum_of_squares: i64,
}

impl Limits {
    /// Limits for agreement or satisfaction statements on five levels, forms of up to about 40.
    ///
    /// * `least_answered` 15, `longest_run_share` 0.9: suppose that an honest, contented person repeats
    ///   the level just given with probability 0.8. A run of 90 % then happens by chance to 20 % of
    ///   them on 9 statements, 7 % on 15, 3 % on 19 and 0.3 % on 33. Short forms can therefore not tell
    ///   care from contentment and are not judged. The 0.8 is an assumption: replace it when the
    ///   distribution of [`longest_run`] in your own data is known, as Johnson 2005 does.
    /// * `least_sd` 0.2: all answers the same, or on a form of 25 and more a single one that is one
    ///   level off, wherever it stands. Dunn and others 2018 give no limit; this one adds to the run
    ///   only what a single stray answer in the middle would hide.
    /// * `least_seconds` 2: Huang and others 2012, nobody reads and answers a statement in less.
    pub const USUAL: Self =
        Self { least_answered: 15, longest_run_share: 0.9, least_sd: 0.2, least_seconds: 2.0 };
}

/// What is unusual about a response.
pub fn flags(response: Response<'_>, limits: Limits) -> Flags {
    let pattern = Pattern::of(response.answers);
    let mut flags = Flags::empty();
    if pattern.answered >= limits.least_answered && pattern.answered > 0 {
        let share = f64::from(pattern.longest_run) / f64::from(pattern.answered);
        flags.set(Flags::STRAIGHT_LINING, share >= limits.longest_run_share);
        let sd = pattern.standard_deviation();
        flags.set(Flags::LOW_VARIATION, sd.is_some_and(|sd| sd < limits.least_sd));
    }
    let seconds = pattern.seconds_per_answer(response.time);
    flags.set(Flags::SPEEDING, seconds.is_some_and(|seconds| seconds < limits.least_seconds));
    flags.set(Flags::NO_TIME, response.time == Time::Unusable);
    flags
}

/// The longest run of one level over consecutive answered statements; unanswered ones are passed over.
///
/// Source: Johnson 2005, "Ascertaining the validity of individual protocols from Web-based personality
/// inventories", Journal of Research in Personality 39.
pub fn longest_run(answers: &[i8]) -> u32 {
    Pattern::of(answers).longest_run
}

/// The standard deviation (divisor n − 1) of one person's levels; none below two answers.
///
/// Source: the intra-individual response variability (IRV) of Dunn, Heggestad, Shanock & Theilgard
/// 2018, "Intra-individual response variability as an indicator of insufficient effort responding",
/// Journal of Business and Psychology 33.
pub fn intra_individual_sd(answers: &[i8]) -> Option<f64> {
    Pattern::of(answers).standard_deviation()
}

/// Answered statements as a share of those shown, from 0 to 1; none where none was shown.
pub fn share_answered(answers: &[i8]) -> Option<f64> {
    let shown = u32::try_from(answers.len()).ok().filter(|shown| *shown > 0)?;
    Some(f64::from(Pattern::of(answers).answered) / f64::from(shown))
}

/// Seconds for each answered statement; none without an answer or without a time of 0 s or more.
///
/// Source: Huang, Curran, Keeney, Poposki & DeShon 2012, "Detecting and deterring insufficient effort
/// responding to surveys", Journal of Business and Psychology 27.
pub fn seconds_per_answer(response: Response<'_>) -> Option<f64> {
    Pattern::of(response.answers).seconds_per_answer(response.time)
}

impl Pattern {
    fn of(answers: &[i8]) -> Self {
        let mut pattern = Self { answered: 0, longest_run: 0, sum: 0, sum_of_squares: 0 };
        let (mut last, mut run) = (0, 0);
        for &level in answers.iter().filter(|level| **level > 0) {
            run = if level == last { run + 1 } else { 1 };
            last = level;
            pattern.longest_run = pattern.longest_run.max(run);
            pattern.answered += 1;
            pattern.sum += i64::from(level);
            pattern.sum_of_squares += i64::from(level) * i64::from(level);
        }
        pattern
    }

    /// Whole numbers up to the root, so that equal answers give exactly 0.
    fn standard_deviation(&self) -> Option<f64> {
        if self.answered < 2 {
            return None;
        }
        let n = i64::from(self.answered);
        let numerator = n * self.sum_of_squares - self.sum * self.sum;
        Some((whole(numerator) / whole(n * (n - 1))).sqrt())
    }

    fn seconds_per_answer(&self, time: Time) -> Option<f64> {
        let Time::Seconds(seconds) = time else {
            return None;
        };
        let known = seconds >= 0.0 && seconds.is_finite() && self.answered > 0;
        known.then(|| seconds / f64::from(self.answered))
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums over one form stay below 2⁵³")]
fn whole(number: i64) -> f64 {
    number as f64
}
