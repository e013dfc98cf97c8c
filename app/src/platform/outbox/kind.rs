//! Defines the kinds of record.

use survey_defs::api::paths;

/// What a record is, and so where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A completed form.
    Submission,
    /// That a form was begun and not sent; no answer is in it.
    BreakOff,
}

impl Kind {
    /// Reads the word that a record carries; one without a word is from the time when there were
    /// only completed forms. None for words of later releases.
    pub(super) fn read(word: Option<&str>) -> Option<Self> {
        match word {
            None | Some("submission") => Some(Self::Submission),
            Some("break_off") => Some(Self::BreakOff),
            Some(_) => None,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::BreakOff => "break_off",
        }
    }

    /// Where the server takes it.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Submission => paths::SUBMISSIONS,
            Self::BreakOff => paths::BREAK_OFFS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_were_written() {
        for kind in [Kind::Submission, Kind::BreakOff] {
            assert_eq!(Kind::read(Some(kind.word())), Some(kind));
        }
        assert_eq!(Kind::read(None), Some(Kind::Submission));
        assert_eq!(Kind::read(Some("parcel")), None);
    }
}
