//! What may be said of a score: verdicts, breaks, flags.

use super::Phrase;
use crate::analysis::{
    Break, ChangeVerdict, CountsSuppression, Flag, FunnelVerdict, NoReliability, StatementChange,
    TargetVerdict, TierVerdict,
};

/// A group beside the whole.
pub const fn tier(verdict: TierVerdict) -> Phrase {
    match verdict {
        TierVerdict::Above => Phrase::new("cao hơn", "above"),
        TierVerdict::InLine => Phrase::new("không thấy khác biệt", "in line"),
        TierVerdict::Below => Phrase::new("thấp hơn", "below"),
    }
}

/// A group in the funnel of control limits.
pub const fn funnel(verdict: FunnelVerdict) -> Phrase {
    match verdict {
        FunnelVerdict::HighAlarm => Phrase::new("cao, báo động", "high alarm"),
        FunnelVerdict::HighWarning => Phrase::new("cao, cần chú ý", "high warning"),
        FunnelVerdict::InControl => Phrase::new("trong giới hạn", "in control"),
        FunnelVerdict::LowWarning => Phrase::new("thấp, cần chú ý", "low warning"),
        FunnelVerdict::LowAlarm => Phrase::new("thấp, báo động", "low alarm"),
    }
}

/// A score beside a target.
pub const fn target(verdict: TargetVerdict) -> Phrase {
    match verdict {
        TargetVerdict::Met => Phrase::new("đạt", "met"),
        TargetVerdict::NotMet => Phrase::new("không đạt", "not met"),
        TargetVerdict::CannotTell => Phrase::new("chưa kết luận được", "cannot tell"),
    }
}

/// A score now and before.
pub const fn change(verdict: ChangeVerdict) -> Phrase {
    match verdict {
        ChangeVerdict::Up => Phrase::new("tăng", "up"),
        ChangeVerdict::Down => Phrase::new("giảm", "down"),
        ChangeVerdict::NoChangeSeen => Phrase::new("không thấy thay đổi", "no change seen"),
    }
}

/// What is not the same on both sides of a comparison over time.
pub const fn not_the_same(kind: Break) -> Phrase {
    match kind {
        Break::Instrument => Phrase::new("mẫu phiếu", "instrument"),
        Break::Statements => Phrase::new("câu hỏi", "statements"),
        Break::Method => Phrase::new("phương pháp", "method"),
        Break::Geography => Phrase::new("đơn vị hành chính", "geography"),
        Break::Channels => Phrase::new("kênh trả lời", "channels"),
    }
}

/// What became of a statement between two versions of an instrument.
pub const fn statement_change(change: StatementChange) -> Phrase {
    match change {
        StatementChange::Continues => {
            Phrase::new("có thay đổi, vẫn so sánh được", "changed, and continues")
        }
        StatementChange::Broken => {
            Phrase::new("có thay đổi, không so sánh được", "changed, and does not continue")
        }
        StatementChange::Added => Phrase::new("câu mới", "new"),
        StatementChange::Removed => Phrase::new("không còn hỏi", "no longer asked"),
    }
}

/// What is unusual about a form.
pub const fn flag(flag: Flag) -> Phrase {
    match flag {
        Flag::StraightLining => Phrase::new("một mức cho mọi câu", "straight-lining"),
        Flag::LowVariation => Phrase::new("ít thay đổi mức", "low variation"),
        Flag::Speeding => Phrase::new("trả lời quá nhanh", "speeding"),
        Flag::NoTime => Phrase::new("thời gian không hợp lý", "no time"),
    }
}

/// Why a factor has no coefficients.
pub const fn no_reliability(reason: NoReliability) -> Phrase {
    match reason {
        NoReliability::OneStatement => Phrase::new("chỉ có một câu hỏi", "one statement"),
        NoReliability::TooFew => Phrase::new("quá ít phiếu", "too few"),
        NoReliability::NoVariance => Phrase::new("mọi câu trả lời như nhau", "no variance"),
    }
}

/// Why the counts of a cell are not shown.
pub const fn counts_suppression(reason: CountsSuppression) -> Phrase {
    match reason {
        CountsSuppression::SmallCounts => {
            Phrase::new("không công bố số đếm quá nhỏ", "small counts are not published")
        }
        CountsSuppression::Complementary => Phrase::new(
            "không công bố, vì từ đó tính ra được số đếm quá nhỏ",
            "not published: small counts could be computed from it",
        ),
    }
}
