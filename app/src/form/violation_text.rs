//! Turns violations into text: the engine gives a code and parameters, never prose.

use survey_defs::engine::ViolationKind;
use survey_defs::text::Language;

use crate::form::answer_text;

/// A sentence that says what to do.
pub fn violation_text(violation: &ViolationKind, language: Language) -> String {
    let say = |vi: String, en: String| match language {
        Language::Vi => vi,
        Language::En => en,
    };
    let fixed = |vi: &str, en: &str| say(vi.into(), en.into());
    match violation {
        ViolationKind::Required => {
            fixed("Xin Ông/Bà trả lời câu này.", "Please answer this question.")
        }
        ViolationKind::UnknownQuestion => {
            fixed("Phiếu không có câu hỏi này.", "The form has no such question.")
        }
        ViolationKind::WrongKind => fixed(
            "Chưa đọc được câu trả lời. Nếu là số, xin chỉ ghi chữ số, ví dụ 15.",
            "This could not be read. For a number, please use digits only, such as 15.",
        ),
        ViolationKind::NotApplicableNotOffered => {
            fixed("Xin chọn một trong năm mức.", "Please choose one of the five levels.")
        }
        ViolationKind::UnknownOption => {
            fixed("Xin chọn trong các ý đã cho.", "Please choose from what is offered.")
        }
        ViolationKind::ExclusiveOption => fixed(
            "Ý này không thể chọn cùng ý khác.",
            "This choice cannot be combined with others.",
        ),
        ViolationKind::TooFew { min } => {
            say(format!("Xin chọn ít nhất {min} ý."), format!("Please choose at least {min}."))
        }
        ViolationKind::TooMany { max } => {
            say(format!("Xin chọn không quá {max} ý."), format!("Please choose at most {max}."))
        }
        ViolationKind::NotInteger => {
            fixed("Xin nhập số nguyên, không có phần lẻ.", "Please give a whole number.")
        }
        ViolationKind::BelowMin { min } => {
            let min = answer_text::number_text(*min, language);
            say(format!("Số này phải từ {min} trở lên."), format!("This must be {min} or more."))
        }
        ViolationKind::AboveMax { max } => {
            let max = answer_text::number_text(*max, language);
            say(format!("Số này không được quá {max}."), format!("This must be {max} or less."))
        }
        ViolationKind::BeforeMin { min } => {
            let min = answer_text::date_text(*min);
            say(format!("Xin chọn từ ngày {min} trở đi."), format!("Please choose {min} or later."))
        }
        ViolationKind::AfterMax { max } => {
            let max = answer_text::date_text(*max);
            say(
                format!("Xin chọn ngày không muộn hơn {max}."),
                format!("Please choose {max} or earlier."),
            )
        }
        ViolationKind::TooLong { max, length } => {
            let over = length.saturating_sub(*max);
            say(
                format!("Dài quá {over} ký tự: tối đa {max} ký tự."),
                format!("{over} characters too long: at most {max}."),
            )
        }
        ViolationKind::LineBreak => {
            fixed("Xin viết trên một dòng.", "Please write on a single line.")
        }
    }
}
