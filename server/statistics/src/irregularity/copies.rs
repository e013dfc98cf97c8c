//! Finds responses that nearly equal an earlier one.

/// A response as it matters here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimedResponse<'a> {
    /// A number of its own, by which another one can name it.
    pub number: u64,
    /// The day on which it arrived. Only responses of one day are compared.
    pub day: i32,
    /// One code for each statement: 1 to 15 is the chosen level, 0 and below is no answer.
    pub answers: &'a [i8],
}

/// From where on a response nearly equals another one. Choose them for the form; see
/// [`CopyLimits::USUAL`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CopyLimits {
    /// Answered statements below which a response is not judged at all.
    pub least_answered: u32,
    /// Answers that are not the level most chosen in the response, as a share of its answers, from 0 to
    /// 1: below, the pattern is trivial, and the response is not judged.
    pub least_varied_share: f64,
    /// Statements with the same level as a share of those that either of the two has answered, from 0
    /// to 1: nearly equal from here up.
    pub least_match_share: f64,
    /// With how many earlier responses of its place each is compared at most.
    pub compared_with: usize,
}

/// What is said of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyJudgement {
    /// It has too few answers, or hardly any that differ from each other.
    NotJudged,
    /// It is unlike those with which it was compared.
    Original,
    /// It nearly equals an earlier one.
    NearCopy {
        /// The number of that one, the latest of several.
        of: u64,
    },
}

/// The responses of one place, as they arrive: the last ones that were judged.
///
/// Each response costs at most [`CopyLimits::compared_with`] comparisons of a few words, however many
/// came before.
#[derive(Debug, Clone)]
pub struct RecentResponses {
    limits: CopyLimits,
    /// Words that hold the levels of one response, four bits each.
    width: usize,
    /// Number and day of those that are kept.
    kept: Vec<(u64, i32)>,
    /// Their levels, `width` words each.
    words: Vec<u64>,
    /// The place of the oldest, where the next one goes when all are taken.
    oldest: usize,
}

const LEVELS_PER_WORD: usize = 16;
/// The lowest bit of each level.
const LOWEST: u64 = 0x1111_1111_1111_1111;

impl CopyLimits {
    /// Limits for satisfaction statements on five levels.
    ///
    /// * `least_match_share` 0.85: the threshold of Kuriakose & Robbins.
    /// * `least_answered` 25: suppose that two honest people whose answers vary choose the same level of
    ///   a statement with probability 0.5. Then 85 % of 25 statements agree in one of 12,800 pairs, so one
    ///   of 250 honest responses nearly equals one of 50 earlier ones; of 15 statements it is one of 6, and
    ///   of 9 two of three. Where people agree more (0.6) it is one of 9 on 25 statements and one of 40 on 33.
    ///   Short forms can therefore not tell copies from people who are alike, and are not judged. The 0.5 is
    ///   an assumption: replace it when the distribution in your own data is known.
    /// * `least_varied_share` 0.25: people who choose "satisfied" almost everywhere are alike by nature.
    ///   Two whose other answers are 7 % each agree in 86 %; at 25 % each, chance makes that rare.
    /// * `compared_with` 50: enough for somebody who repeats some dozens of patterns in turn.
    pub const USUAL: Self = Self {
        least_answered: 25,
        least_varied_share: 0.25,
        least_match_share: 0.85,
        compared_with: 50,
    };
}

impl RecentResponses {
    /// None yet. A response has so many statements.
    pub fn new(statements: usize, limits: CopyLimits) -> Self {
        let width = statements.div_ceil(LEVELS_PER_WORD);
        Self { limits, width, kept: Vec::new(), words: Vec::new(), oldest: 0 }
    }

    /// Judges the next response of the place by those before it, and keeps it if it was judged.
    ///
    /// It nearly equals an earlier one if both arrived on the same day and have the same level in at
    /// least [`CopyLimits::least_match_share`] of the statements that either has answered: the “percent
    /// match” of Kuriakose & Robbins, but within one place and day, and without those who answer nearly
    /// alike everywhere.
    ///
    /// Sources: Kuriakose & Robbins 2016, “Don't get duped: Fraud through duplication in public opinion
    /// surveys”, Statistical Journal of the IAOS 32. Simmons, Mercer, Schwarzer & Kennedy 2016,
    /// “Evaluating a new proposal for detecting data falsification in surveys”, same volume, show that
    /// high matches also come from few statements, few levels, many respondents and people who are
    /// alike. Kuriakose himself (in Bohannon, “Many surveys, about one in five, may contain fraudulent
    /// data”, Science news, February 2016) would not use it for customer satisfaction, where all questions
    /// are about one service. So it says nothing of one response: a share that differs from that of other
    /// places is a reason to look.
    ///
    /// # Panics
    /// If the response has more statements than was said.
    pub fn judge(&mut self, response: TimedResponse<'_>) -> CopyJudgement {
        let TimedResponse { number, day, answers } = response;
        if self.limits.compared_with == 0 || !is_judged(answers, self.limits) {
            return CopyJudgement::NotJudged;
        }
        let words = pack(answers, self.width);
        let found = self.latest_first().find(|place| {
            self.kept[*place].1 == day && {
                let earlier = &self.words[place * self.width..][..self.width];
                match_share(earlier, &words) >= self.limits.least_match_share
            }
        });
        let judgement = match found {
            Some(place) => CopyJudgement::NearCopy { of: self.kept[place].0 },
            None => CopyJudgement::Original,
        };
        self.keep((number, day), &words);
        judgement
    }

    fn latest_first(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.oldest).rev().chain((self.oldest..self.kept.len()).rev())
    }

    fn keep(&mut self, key: (u64, i32), words: &[u64]) {
        if self.kept.len() < self.limits.compared_with {
            self.kept.push(key);
            self.words.extend_from_slice(words);
        } else {
            self.kept[self.oldest] = key;
            self.words[self.oldest * self.width..][..self.width].copy_from_slice(words);
            self.oldest = (self.oldest + 1) % self.kept.len();
        }
    }
}

/// Whether the pattern of a response says enough.
fn is_judged(answers: &[i8], limits: CopyLimits) -> bool {
    let mut counts = [0_u32; LEVELS_PER_WORD];
    for level in answers.iter().filter(|level| **level > 0) {
        counts[usize::from(level.cast_unsigned()) % LEVELS_PER_WORD] += 1;
    }
    let answered: u32 = counts.iter().sum();
    let most = counts.into_iter().max().unwrap_or(0);
    answered >= limits.least_answered.max(1)
        && f64::from(answered - most) >= limits.least_varied_share * f64::from(answered)
}

fn pack(answers: &[i8], width: usize) -> Vec<u64> {
    let mut words = vec![0; width];
    for (place, level) in answers.iter().enumerate().filter(|(_, level)| **level > 0) {
        let level = u64::from(level.cast_unsigned()) % 16;
        words[place / LEVELS_PER_WORD] |= level << (4 * (place % LEVELS_PER_WORD));
    }
    words
}

/// Statements with the same level as a share of those that either has answered; both have answers.
fn match_share(one: &[u64], other: &[u64]) -> f64 {
    let (mut either, mut differing) = (0, 0);
    for (one, other) in one.iter().zip(other) {
        either += occupied(one | other);
        differing += occupied(one ^ other);
    }
    f64::from(either - differing) / f64::from(either.max(1))
}

/// How many of the levels in a word are not 0.
fn occupied(word: u64) -> u32 {
    ((word | word >> 1 | word >> 2 | word >> 3) & LOWEST).count_ones()
}
