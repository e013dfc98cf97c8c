//! All texts of the form itself, Vietnamese first.

use survey_defs::answer::Level;
use survey_defs::text::Language;

use crate::words::Label;

const fn label(vi: &'static str, en: &'static str) -> Label {
    Label { vi, en }
}

pub(crate) const BRAND: Label = label("Thước Đo", "Thước Đo");
pub(crate) const MOTTO: Label =
    label("Sự hài lòng của người dân là thước đo", "People’s satisfaction is the measure");
pub(crate) const LANGUAGES: Label = label("Ngôn ngữ", "Language");
pub(crate) const SIMULATED: Label =
    label("Dữ liệu mô phỏng / bản dùng thử", "Simulated data / trial version");

pub(crate) const LOADING: Label = label("Đang mở phiếu…", "Opening the form…");
// On pages in both languages.
pub(crate) const RETRY: Label = label("Thử lại · Try again", "Thử lại · Try again");
pub(crate) const RETRYING: Label = label("Đang thử lại…", "Trying again…");

pub(crate) const PROMISE_UNSEEN: Label = label(
    "Cán bộ, công chức không xem được câu trả lời của Ông/Bà.",
    "Officials cannot see your answers.",
);
pub(crate) const PROMISE_NAMELESS: Label = label(
    "Phiếu không lưu họ tên, số điện thoại, địa chỉ hay mã hồ sơ.",
    "No name, phone number, address or dossier code is stored.",
);
pub(crate) const CONSENT: Label = label(
    "Bấm “Bắt đầu” là Ông/Bà tự nguyện trả lời. Ông/Bà có thể dừng lại bất cứ lúc nào; \
     câu trả lời chỉ được gửi đi khi Ông/Bà bấm “Gửi phiếu”.",
    "By pressing “Start” you agree to answer. You may stop at any time; \
     nothing is sent until you press “Send”.",
);
pub(crate) const START: Label = label("Bắt đầu", "Start");

pub(crate) const PROGRESS: Label = label("Tiến độ", "Progress");
pub(crate) const LAST_STEP: Label = label("Bước cuối: xem lại", "Last step: review");
pub(crate) const BACK: Label = label("Quay lại", "Back");
pub(crate) const NEXT: Label = label("Tiếp tục", "Next");
pub(crate) const TO_REVIEW: Label = label("Xem lại phiếu", "Back to review");
pub(crate) const OPTIONAL: Label = label("(không bắt buộc)", "(optional)");
pub(crate) const CLEAR: Label = label("Bỏ chọn", "Clear choice");
pub(crate) const SEVERAL: Label = label("Ông/Bà có thể chọn nhiều ý.", "You may choose several.");
pub(crate) const NOT_APPLICABLE: Label =
    label("Không có ý kiến / Không áp dụng", "No opinion / not applicable");

pub(crate) const REVIEW: Label = label("Xem lại trước khi gửi", "Review before you send");
pub(crate) const REVIEW_INTRO: Label = label(
    "Xin Ông/Bà xem lại các câu trả lời. Muốn đổi câu nào, xin bấm “Sửa” ở phần đó.",
    "Please check your answers. To change one, press “Edit” in its part.",
);
pub(crate) const EDIT: Label = label("Sửa", "Edit");
pub(crate) const UNANSWERED: Label = label("Chưa trả lời", "Not answered");
pub(crate) const SEND: Label = label("Gửi phiếu", "Send");
pub(crate) const SENDING: Label = label("Đang lưu…", "Saving…");
pub(crate) const NOT_SENT: Label = label(
    "Máy này chưa lưu được phiếu và cũng chưa gửi được. Câu trả lời vẫn còn nguyên: \
     xin kiểm tra mạng rồi bấm “Gửi phiếu” lần nữa.",
    "This device could neither save nor send the form. Your answers are still here: \
     please check the network and press “Send” again.",
);

pub(crate) const THANKS: Label = label("Xin cảm ơn Ông/Bà!", "Thank you!");
pub(crate) const THANKS_TEXT: Label = label(
    "Ý kiến của Ông/Bà giúp cơ quan phục vụ người dân tốt hơn.",
    "Your opinion helps the office to serve people better.",
);
pub(crate) const SENT: Label = label("Đã gửi", "Sent");
pub(crate) const WAITING: Label = label(
    "Đã lưu trên máy, sẽ tự gửi khi có mạng",
    "Saved on this device, will be sent when there is a network",
);
pub(crate) const REFUSED: Label = label(
    "Máy chủ chưa nhận phiếu; phiếu vẫn được giữ trên máy",
    "The server did not take the form; it is kept on this device",
);
pub(crate) const NEW_FORM: Label = label("Điền phiếu mới", "Fill in a new form");

/// What happened and what to do next, as heading and text.
pub(crate) const UNREACHABLE: (Label, Label) = (
    label("Chưa kết nối được máy chủ", "The server cannot be reached"),
    label(
        "Xin kiểm tra mạng rồi bấm “Thử lại”. Nếu vẫn không được, xin báo nhân viên hướng dẫn \
         hoặc dùng phiếu giấy.",
        "Please check the network and try again. If it still fails, please tell the staff or use \
         a paper form.",
    ),
);
pub(crate) const BROKEN: (Label, Label) = (
    label("Máy chủ đang gặp lỗi", "The server has a fault"),
    label(
        "Xin thử lại sau ít phút. Nếu vẫn không được, xin báo nhân viên hướng dẫn hoặc dùng \
         phiếu giấy.",
        "Please try again in a few minutes. If it still fails, please tell the staff or use a \
         paper form.",
    ),
);
pub(crate) const UNKNOWN: (Label, Label) = (
    label("Không tìm thấy phiếu khảo sát", "There is no such form"),
    label(
        "Địa chỉ này không ứng với phiếu nào. Xin quét lại mã QR, hoặc hỏi nhân viên hướng dẫn.",
        "No form belongs to this address. Please scan the QR code again, or ask the staff.",
    ),
);
pub(crate) const CLOSED: (Label, Label) = (
    label("Đợt khảo sát hiện không nhận phiếu", "The survey is not open now"),
    label(
        "Cảm ơn Ông/Bà đã quan tâm. Nếu cần phản ánh ngay, xin gặp nhân viên hướng dẫn.",
        "Thank you for your interest. If you want to report something now, please talk to the \
         staff.",
    ),
);

/// The words of the five levels.
pub(crate) const fn level(level: usize) -> Label {
    const LEVELS: [Label; Level::ALL.len()] = [
        label("Rất không hài lòng", "Very dissatisfied"),
        label("Không hài lòng", "Dissatisfied"),
        label("Bình thường", "Neutral"),
        label("Hài lòng", "Satisfied"),
        label("Rất hài lòng", "Very satisfied"),
    ];
    LEVELS[level]
}

/// How long the form takes.
pub(crate) fn duration(language: Language, seconds: u32) -> String {
    let minutes = seconds.div_ceil(60);
    match (language, seconds) {
        (Language::Vi, ..60) => "Chưa đến 1 phút.".into(),
        (Language::En, ..60) => "Takes less than a minute.".into(),
        (Language::Vi, _) => format!("Mất khoảng {minutes} phút."),
        (Language::En, 60) => "Takes about 1 minute.".into(),
        (Language::En, _) => format!("Takes about {minutes} minutes."),
    }
}

/// The step that is open.
pub(crate) fn step(language: Language, at: usize, of: usize) -> String {
    match language {
        Language::Vi => format!("Bước {at}/{of}"),
        Language::En => format!("Step {at}/{of}"),
    }
}

/// How many questions of the step need another look.
pub(crate) fn violations(language: Language, n: usize) -> String {
    match (language, n) {
        (Language::Vi, _) => format!("Còn {n} câu cần xem lại ở trang này."),
        (Language::En, 1) => "1 question on this page needs your attention.".into(),
        (Language::En, _) => format!("{n} questions on this page need your attention."),
    }
}

/// When a closed wave takes answers.
pub(crate) fn window(language: Language, first_day: &str, last_day: &str) -> String {
    match language {
        Language::Vi => format!("Thời gian nhận phiếu: từ {first_day} đến {last_day}."),
        Language::En => format!("Forms are taken from {first_day} to {last_day}."),
    }
}

/// That a text is near its limit: said once at 20 and once at 10 characters left.
pub(crate) fn characters_left(language: Language, n: usize) -> String {
    match language {
        Language::Vi => format!("Còn không quá {n} ký tự."),
        Language::En => format!("At most {n} characters left."),
    }
}
