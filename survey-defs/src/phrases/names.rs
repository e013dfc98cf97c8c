//! Names of closed sets, and what has to be said beside every number.
//!
//! A household sample may be called SIPAS, transactions never: no phrase that can stand beside
//! transactions has that word but to deny it.

use super::{Phrase, whole};
use crate::analysis::{DossierCells, Grouping, SamplingBasis, Suppression, Weighting};
use crate::method::Status;
use crate::text::Text;
use crate::wave::{Channel, Population, RespondentType};

/// Names phrases.
macro_rules! phrases {
    ($($(#[$doc:meta])* $name:ident = $vi:literal, $en:literal;)*) => {
        $($(#[$doc])* pub const $name: Phrase = Phrase::new($vi, $en);)*
    };
}

phrases! {
    /// Stands over everything that was computed from answers of nobody.
    SIMULATED = "DỮ LIỆU MÔ PHỎNG", "SIMULATED DATA";
    /// Groups of units that are not made of the same residents.
    APPROXIMATE = "Nhóm gần đúng: các đơn vị từ 7/2025 được xếp theo quận, huyện cũ.",
        "Approximate groups: units since July 2025 are placed in their former district.";
    /// A survey wave.
    WAVE = "Đợt khảo sát", "Survey wave";
    /// A scoring method.
    METHOD = "Phương pháp tính", "Method";
    /// A method that an official source confirms.
    CONFIRMED = "đã xác nhận", "confirmed";
    /// A method that none confirms.
    UNCONFIRMED = "chưa xác nhận", "unconfirmed";
    /// How answers reach us.
    CHANNEL = "Kênh trả lời", "Channel";
    /// Who answers.
    RESPONDENT_TYPE = "Người trả lời", "Respondents";
    /// The care with which answers were given.
    QUALITY = "Chất lượng trả lời", "Quality of answers";
    /// Flagged forms do not count.
    UNFLAGGED = "bỏ các phiếu bị đánh dấu", "without flagged forms";
    /// What forms weigh.
    WEIGHTING = "Quyền số", "Weights";
    /// A set of questions.
    INSTRUMENT = "Mẫu phiếu", "Instrument";
    /// Few forms.
    CAUTION = "Cần thận trọng", "Caution";
    /// The standard error of a score.
    SE = "Sai số chuẩn", "Standard error";
    /// It is so.
    YES = "có", "yes";
    /// It is not so.
    NO = "không", "no";
    /// How many forms.
    FORMS = "số phiếu", "forms";
    /// Forms that nearly equal an earlier one.
    NEAR_COPIES = "gần trùng phiếu trước", "near-copies";
    /// Hours with many more forms than usual.
    /// A service point with such an hour.
    POINT_WITH_BURST = "điểm có giờ tăng đột biến", "point with a burst";
    /// The hour in which forms arrived.
    HOUR = "giờ nhận phiếu", "hour of receipt";
    /// The median of the earlier hours of a service point.
    USUAL_HOUR = "số phiếu của giờ thường lệ", "forms in a usual hour";
    /// A unit with more forms than dossiers.
    OVER_DOSSIERS = "đơn vị có phiếu nhiều hơn hồ sơ", "unit with more forms than dossiers";
    /// Applications that a unit has handled.
    DOSSIERS = "số hồ sơ", "dossiers";
    /// Forms ÷ dossiers; nobody was asked, so it is no rate of responses.
    FORMS_PER_DOSSIER = "tỷ lệ phiếu trên hồ sơ", "forms per dossier";
    /// The name of a unit.
    NAME = "Đơn vị", "Unit";
    /// Forms with a valid answer.
    N = "n", "n";
    /// A score in percent.
    SCORE = "Điểm", "Score";
    /// The interval of a score.
    INTERVAL = "khoảng tin cậy 95%:", "95% interval:";
    /// The heading over intervals.
    INTERVALS = "Khoảng tin cậy 95%", "95% interval";
    /// Nobody gave a valid answer.
    NO_SCORE = "chưa có câu trả lời hợp lệ", "no valid answers";
    /// Records that were taken out of every score.
    ANNULLED = "Phiếu đã loại khỏi số liệu", "Annulled";
    /// The answer “not applicable”.
    NOT_APPLICABLE = "không áp dụng", "not applicable";
    /// A question that was left open.
    NO_ANSWER = "không trả lời", "no answer";
}

/// The words of the five levels, lowest first, as the official form has them.
pub const LEVELS: [Phrase; 5] = [
    Phrase::new("Rất không hài lòng", "Very dissatisfied"),
    Phrase::new("Không hài lòng", "Dissatisfied"),
    Phrase::new("Bình thường", "Neutral"),
    Phrase::new("Hài lòng", "Satisfied"),
    Phrase::new("Rất hài lòng", "Very satisfied"),
];

/// Over what answers are grouped.
pub const fn grouping(grouping: Grouping) -> Phrase {
    match grouping {
        Grouping::City => Phrase::new("Toàn thành phố", "Whole city"),
        Grouping::District => Phrase::new("Quận, huyện, thị xã", "District"),
        Grouping::Ward => Phrase::new("Phường, xã", "Ward or commune"),
        Grouping::Agency => Phrase::new("Sở, cơ quan tương đương", "City department"),
        Grouping::Branch => Phrase::new(
            "Chi nhánh Trung tâm Phục vụ hành chính công",
            "Branch of the service centre",
        ),
        Grouping::Month => Phrase::new("Tháng nhận phiếu", "Month of receipt"),
    }
}

/// What a row of a table is.
pub const fn row(by: Grouping) -> Phrase {
    match by {
        Grouping::Month => Phrase::new("Tháng", "Month"),
        Grouping::City
        | Grouping::District
        | Grouping::Ward
        | Grouping::Agency
        | Grouping::Branch => NAME,
    }
}

/// How an answer reached us.
pub const fn channel(channel: Channel) -> Phrase {
    match channel {
        Channel::Kiosk => Phrase::new("Máy tính bảng tại quầy", "Tablet at the counter"),
        Channel::WallQr => {
            Phrase::new("Mã QR dán tại điểm phục vụ hành chính công", "QR code on the wall")
        }
        Channel::ReceiptQr => Phrase::new("Mã QR trên biên nhận", "QR code on the receipt"),
        Channel::Link => Phrase::new("Liên kết gửi sau giao dịch", "Link after the transaction"),
        Channel::Interviewer => Phrase::new("Điều tra viên", "Interviewer"),
        Channel::PaperEntry => Phrase::new("Nhập từ phiếu giấy", "Paper form entered by staff"),
    }
}

/// Who answers.
pub const fn respondent_type(respondent_type: RespondentType) -> Phrase {
    match respondent_type {
        RespondentType::Household => Phrase::new("Hộ gia đình", "Household"),
        RespondentType::Individual => Phrase::new("Cá nhân", "Individual"),
        RespondentType::Organisation => {
            Phrase::new("Tổ chức, doanh nghiệp", "Organisation or enterprise")
        }
    }
}

/// Whom a wave speaks of.
pub const fn population(population: Population) -> Phrase {
    match population {
        Population::Household => Phrase::new("Hộ gia đình (SIPAS)", "Household sample (SIPAS)"),
        Population::Transaction => Phrase::new("Giao dịch", "Transactions"),
    }
}

/// What has to be known of a population.
pub const fn population_note(population: Population) -> Phrase {
    match population {
        Population::Household => Phrase::new(
            "Mẫu điều tra hộ gia đình, chọn nhiều giai đoạn.",
            "A sample of households, drawn in stages.",
        ),
        Population::Transaction => Phrase::new(
            "Người vừa làm xong thủ tục; không gộp với mẫu hộ gia đình.",
            "People who have just had a procedure handled; never mixed with the household sample.",
        ),
    }
}

/// What the whole index is called.
pub const fn index(population: Population) -> Phrase {
    match population {
        Population::Household => Phrase::new("SIPAS", "SIPAS"),
        Population::Transaction => Phrase::new("Điểm chung", "Overall"),
    }
}

/// Whether an official source confirms a method.
pub const fn status(status: Status) -> Phrase {
    match status {
        Status::Confirmed => CONFIRMED,
        Status::Unconfirmed => UNCONFIRMED,
    }
}

/// What each answer weighs.
pub fn weighting(weighting: Weighting) -> Text {
    match weighting {
        Weighting::None => Phrase::new("mỗi phiếu như nhau", "every form the same").text(),
        Weighting::SampleWeights => Phrase::new("theo thiết kế mẫu", "of the sample plan").text(),
        Weighting::PostStratified { version, cells } => {
            let (vi, en) = match cells {
                DossierCells::Units => ("đơn vị", "each unit"),
                DossierCells::ProcedureGroups => {
                    ("đơn vị và nhóm thủ tục", "each unit and procedure group")
                }
            };
            Text {
                vi: format!("hiệu chỉnh theo số hồ sơ của {vi}, bản số {version}"),
                en: format!("adjusted to the dossiers of {en}, version {version}"),
            }
        }
    }
}

/// What standard errors follow.
pub const fn sampling(sampling: SamplingBasis) -> Phrase {
    match sampling {
        SamplingBasis::AsCollected => Phrase::new(
            "ngày phục vụ của từng đơn vị; người trả lời không được chọn ngẫu nhiên",
            "the days of each unit; respondents were not drawn at random",
        ),
        SamplingBasis::Plan => {
            Phrase::new("thiết kế mẫu (tầng, cụm)", "the sample plan (strata, sampling units)")
        }
    }
}

/// Why nothing is shown.
pub const fn suppression(reason: Suppression) -> Phrase {
    match reason {
        Suppression::TooFew => {
            Phrase::new("không công bố vì quá ít phiếu", "not published, too few forms")
        }
        Suppression::Complementary => Phrase::new(
            "không công bố, vì từ đó tính ra được một ô quá ít phiếu",
            "not published: a cell with too few forms could be computed from it",
        ),
    }
}

/// What stands in the place of a number that is not shown.
pub fn withheld(reason: Suppression, min_n: u64) -> Text {
    use crate::text::Language::{En, Vi};
    match reason {
        Suppression::TooFew => Text {
            vi: format!("n < {}", whole(min_n, Vi)),
            en: format!("n < {}", whole(min_n, En)),
        },
        Suppression::Complementary => Phrase::new("…", "…").text(),
    }
}
