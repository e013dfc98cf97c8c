//! Names of closed sets.

use survey_defs::analysis::Grouping;
use survey_defs::method::Status;
use survey_defs::wave::{Channel, Population, RespondentType};

use crate::words::{self, Phrase};

/// The words of the five levels, lowest first, as the official form has them.
pub(crate) const LEVELS: [Phrase; 5] = [
    Phrase::new("Rất không hài lòng", "Very dissatisfied"),
    Phrase::new("Không hài lòng", "Dissatisfied"),
    Phrase::new("Bình thường", "Neutral"),
    Phrase::new("Hài lòng", "Satisfied"),
    Phrase::new("Rất hài lòng", "Very satisfied"),
];

pub(crate) fn grouping(grouping: Grouping) -> Phrase {
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

pub(crate) fn channel(channel: Channel) -> Phrase {
    match channel {
        Channel::Kiosk => Phrase::new("Máy tính bảng tại quầy", "Tablet at the counter"),
        Channel::WallQr => Phrase::new("Mã QR dán tại nơi tiếp dân", "QR code on the wall"),
        Channel::ReceiptQr => Phrase::new("Mã QR trên biên nhận", "QR code on the receipt"),
        Channel::Link => Phrase::new("Liên kết gửi sau giao dịch", "Link after the transaction"),
        Channel::Interviewer => Phrase::new("Điều tra viên", "Interviewer"),
        Channel::PaperEntry => Phrase::new("Nhập từ phiếu giấy", "Paper form entered by staff"),
    }
}

pub(crate) fn respondent_type(respondent_type: RespondentType) -> Phrase {
    match respondent_type {
        RespondentType::Household => Phrase::new("Hộ gia đình", "Household"),
        RespondentType::Individual => Phrase::new("Cá nhân", "Individual"),
        RespondentType::Organisation => {
            Phrase::new("Tổ chức, doanh nghiệp", "Organisation or enterprise")
        }
    }
}

pub(crate) fn population(population: Population) -> Phrase {
    match population {
        Population::Household => words::HOUSEHOLD,
        Population::Transaction => words::TRANSACTION,
    }
}

pub(crate) fn population_note(population: Population) -> Phrase {
    match population {
        Population::Household => words::HOUSEHOLD_NOTE,
        Population::Transaction => words::TRANSACTION_NOTE,
    }
}

/// What the whole index is called.
pub(crate) fn index(population: Population) -> Phrase {
    match population {
        Population::Household => words::OVERALL_HOUSEHOLD,
        Population::Transaction => words::OVERALL,
    }
}

pub(crate) fn status(status: Status) -> Phrase {
    match status {
        Status::Confirmed => words::CONFIRMED,
        Status::Unconfirmed => words::UNCONFIRMED,
    }
}

/// What a row of a table is.
pub(crate) fn row(by: Grouping) -> Phrase {
    match by {
        Grouping::Month => words::MONTH,
        Grouping::City
        | Grouping::District
        | Grouping::Ward
        | Grouping::Agency
        | Grouping::Branch => words::NAME,
    }
}
