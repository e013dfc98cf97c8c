//! All texts of the form, Vietnamese first, and the language of the respondent.

use survey_defs::answer::Level;
pub use survey_defs::phrases::Phrase;
use survey_defs::text::{Language, Text};

use leptos::prelude::*;

/// The language of the respondent. Known while drawing; listeners and tasks take it along.
pub fn language() -> RwSignal<Language> {
    expect_context()
}

/// A text of the form itself, in the language of the respondent.
pub fn say(phrase: Phrase) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let language = language();
    move || phrase.get(language.get())
}

/// A text of the instrument, in the language of the respondent.
pub fn words(text: &Text) -> impl Fn() -> String + Clone + Send + Sync + 'static + use<> {
    let language = language();
    let text = text.clone();
    move || text.get(language.get()).to_owned()
}

pub const BRAND: Phrase = Phrase::new("Thước Đo", "Thước Đo");
pub const MOTTO: Phrase =
    Phrase::new("Sự hài lòng của người dân là thước đo", "People’s satisfaction is the measure");
pub const LANGUAGES: Phrase = Phrase::new("Ngôn ngữ", "Language");
pub const SIMULATED: Phrase =
    Phrase::new("Dữ liệu mô phỏng / bản dùng thử", "Simulated data / trial version");

pub const LOADING: Phrase = Phrase::new("Đang mở phiếu…", "Opening the form…");
pub const RETRY: Phrase = Phrase::new("Thử lại", "Try again");
pub const RETRYING: Phrase = Phrase::new("Đang thử lại…", "Trying again…");
pub const UPDATE: Phrase = Phrase::new("Tải bản mới", "Load the new version");

pub const PROMISE_UNSEEN: Phrase = Phrase::new(
    "Cán bộ không xem được phiếu; chỉ nhận số liệu gộp, góp ý không tên.",
    "Officials cannot see your form. They receive totals, and comments without names.",
);
pub const PROMISE_NAMELESS: Phrase = Phrase::new(
    "Không lưu tên, điện thoại, địa chỉ, mã hồ sơ.",
    "No name, phone number, address or dossier code is stored.",
);
/// On somebody's own device, for whose records the server keeps a tag: see ADR 0029.
pub const CONSENT: Phrase = Phrase::new(
    "Bấm “Bắt đầu” là tự nguyện trả lời, dừng lúc nào cũng được; bấm “Gửi phiếu” mới gửi. \
     Mã mạng lưu 30 ngày để chống phiếu giả.",
    "By pressing “Start” you agree to answer; you may stop at any time. \
     Nothing is sent until you press “Send”. \
     A code of your network is kept for 30 days to detect false forms.",
);
pub const CONSENT_AT_COUNTER: Phrase = Phrase::new(
    "Bấm “Bắt đầu” là tự nguyện trả lời, dừng lúc nào cũng được; bấm “Gửi phiếu” mới gửi.",
    "By pressing “Start” you agree to answer; you may stop at any time. \
     Nothing is sent until you press “Send”.",
);
pub const START: Phrase = Phrase::new("Bắt đầu", "Start");
pub const STARTING: Phrase = Phrase::new("Đang bắt đầu…", "Starting…");

pub const PREFERENCES: Phrase = Phrase::new("Cỡ chữ, giọng đọc", "Type size, reading aloud");
pub const MODE: Phrase = Phrase::new("Cách điền phiếu", "How to fill in the form");
pub const STANDARD_MODE: Phrase =
    Phrase::new("Cỡ chữ thường, nhiều câu một trang", "Usual type, several questions per page");
pub const ELDER_MODE: Phrase =
    Phrase::new("Chữ to, từng câu một", "Large type, one question at a time");
pub const TYPE_SIZE: Phrase = Phrase::new("Cỡ chữ", "Type size");
pub const NORMAL_TYPE: Phrase = Phrase::new("Cỡ thường", "Normal size");
pub const LARGE_TYPE: Phrase = Phrase::new("To gấp đôi", "Twice as large");
pub const CONTRAST: Phrase = Phrase::new("Màu sắc", "Colours");
pub const NORMAL_CONTRAST: Phrase = Phrase::new("Màu thường", "Normal colours");
pub const HIGH_CONTRAST: Phrase = Phrase::new("Đậm, dễ nhìn", "High contrast");
pub const VOICE: Phrase = Phrase::new("Giọng đọc", "Reading aloud");
pub const ALOUD: Phrase = Phrase::new("Đọc to từng câu", "Read every question aloud");
pub const ALOUD_ON: Phrase = Phrase::new("Phiếu sẽ được đọc to.", "The form will be read aloud.");
pub const READ: Phrase = Phrase::new("Nghe đọc", "Listen");
pub const STOP_READING: Phrase = Phrase::new("Ngừng đọc", "Stop reading");

pub const RESUME: Phrase =
    Phrase::new("Phiếu của Ông/Bà còn đang điền dở", "Your form is not finished");
pub const RESUME_TEXT: Phrase = Phrase::new(
    "Các câu đã trả lời vẫn còn trên máy này và chưa gửi đi. Ông/Bà muốn điền tiếp hay làm lại?",
    "The answers so far are still on this device and have not been sent. \
     Do you want to go on or begin anew?",
);
pub const RESUME_CONTINUE: Phrase = Phrase::new("Tiếp tục phiếu đang điền", "Go on with the form");
pub const RESUME_RESTART: Phrase = Phrase::new("Làm lại từ đầu", "Begin anew");
pub const CLOCK_WRONG: Phrase = Phrase::new(
    "Ngày giờ của máy này chưa đúng. Ông/Bà vẫn trả lời được; câu trả lời vẫn được nhận.",
    "The date of this device is wrong. You can still answer, and your answers are taken.",
);

pub const CANCEL: Phrase = Phrase::new("Dừng lại, không gửi", "Stop without sending");
pub const CANCEL_TITLE: Phrase = Phrase::new("Ông/Bà muốn dừng lại?", "Do you want to stop?");
pub const CANCEL_TEXT: Phrase = Phrase::new(
    "Nếu dừng, các câu đã trả lời sẽ bị xóa khỏi máy này và không được gửi đi.",
    "If you stop, your answers are deleted from this device and nothing is sent.",
);
pub const CANCEL_STAY: Phrase = Phrase::new("Điền tiếp", "Go on");
pub const CANCEL_CONFIRM: Phrase = Phrase::new("Dừng và xóa", "Stop and delete");
pub const STOPPED: Phrase = Phrase::new("Đã dừng, không gửi gì", "Stopped, nothing was sent");
pub const STOPPED_TEXT: Phrase = Phrase::new(
    "Các câu trả lời đã được xóa khỏi máy này. Cảm ơn Ông/Bà đã dành thời gian.",
    "Your answers have been deleted from this device. Thank you for your time.",
);

pub const PROGRESS: Phrase = Phrase::new("Tiến độ", "Progress");
pub const LAST_STEP: Phrase = Phrase::new("Bước cuối: xem lại", "Last step: review");
pub const BACK: Phrase = Phrase::new("Quay lại", "Back");
pub const NEXT: Phrase = Phrase::new("Tiếp tục", "Next");
pub const TO_REVIEW: Phrase = Phrase::new("Xem lại phiếu", "Back to review");
pub const OPTIONAL: Phrase = Phrase::new("(không bắt buộc)", "(optional)");
pub const REQUIRED: Phrase = Phrase::new("(bắt buộc)", "(required)");
pub const REQUIRED_MARKED: Phrase = Phrase::new(
    "Chỉ cần trả lời câu ghi “(bắt buộc)”.",
    "Only questions with “(required)” must be answered.",
);
pub const OPTIONAL_MARKED: Phrase = Phrase::new(
    "Câu ghi “(không bắt buộc)” bỏ qua được.",
    "You may leave out questions with “(optional)”.",
);
pub const NONE_MARKED: Phrase =
    Phrase::new("Câu nào cũng bỏ qua được.", "You may leave out any question.");
pub const CLEAR: Phrase = Phrase::new("Bỏ chọn", "Clear choice");
pub const SEVERAL: Phrase = Phrase::new("Ông/Bà có thể chọn nhiều ý.", "You may choose several.");
pub const NOT_APPLICABLE: Phrase =
    Phrase::new("Không có ý kiến / Không áp dụng", "No opinion / not applicable");

pub const REVIEW: Phrase = Phrase::new("Xem lại rồi gửi", "Review, then send");
pub const REVIEW_INTRO: Phrase =
    Phrase::new("Muốn đổi, xin bấm “Sửa”.", "To change an answer, press “Edit”.");
pub const EDIT: Phrase = Phrase::new("Sửa", "Edit");
pub const UNANSWERED: Phrase = Phrase::new("Chưa trả lời", "Not answered");
pub const ANSWERED: Phrase = Phrase::new("Đã trả lời", "Answered");
pub const SEND: Phrase = Phrase::new("Gửi phiếu", "Send");
pub const SENDING: Phrase = Phrase::new("Đang lưu…", "Saving…");
pub const NOT_SENT: Phrase = Phrase::new(
    "Máy này chưa lưu được phiếu và cũng chưa gửi được. Câu trả lời vẫn còn nguyên: \
     xin kiểm tra mạng rồi bấm “Gửi phiếu” lần nữa.",
    "This device could neither save nor send the form. Your answers are still here: \
     please check the network and press “Send” again.",
);
pub const NOT_SENT_FULL: Phrase = Phrase::new(
    "Bộ nhớ của máy đã đầy nên chưa lưu được phiếu. Câu trả lời vẫn còn nguyên: \
     xin kết nối mạng rồi bấm “Gửi phiếu” lần nữa, hoặc báo nhân viên hướng dẫn.",
    "This device has no room left, so the form is not saved yet. Your answers are still here: \
     please connect to a network and press “Send” again, or tell the staff.",
);

pub const THANKS: Phrase = Phrase::new("Xin cảm ơn Ông/Bà!", "Thank you!");
pub const THANKS_TEXT: Phrase = Phrase::new(
    "Ý kiến của Ông/Bà giúp cơ quan phục vụ người dân tốt hơn.",
    "Your opinion helps the office to serve people better.",
);
pub const COMPLAINT: Phrase =
    Phrase::new("Ông/Bà có điều chưa hài lòng?", "Is there something you are not satisfied with?");
pub const THANKS_NEXT: Phrase = Phrase::new(
    "Câu trả lời được gộp với các phiếu khác để đo lường sự hài lòng. Phiếu không ghi tên nên không \
     ai trả lời riêng được; việc cụ thể xin hỏi nhân viên hướng dẫn hoặc gửi phản ánh, kiến nghị \
     tới cơ quan.",
    "Your answers are put together with others to measure satisfaction. The form has no name, so \
     nobody can reply to you; for a matter of your own please ask the staff or write to the office.",
);
pub const CALL: Phrase = Phrase::new("Gọi cơ quan:", "Call the office:");
pub const SENT: Phrase = Phrase::new("Đã gửi", "Sent");
pub const WAITING: Phrase = Phrase::new(
    "Đã lưu trên máy, sẽ tự gửi khi có mạng",
    "Saved on this device, will be sent when there is a network",
);
pub const REFUSED: Phrase = Phrase::new(
    "Máy chủ chưa nhận phiếu; phiếu vẫn được giữ trên máy. Xin báo nhân viên hướng dẫn.",
    "The server did not take the form; it is kept on this device. Please tell the staff.",
);
pub const EXPIRED: Phrase = Phrase::new(
    "Có phiếu lưu trên máy này không gửi được trong 180 ngày nên đã bị xóa.",
    "Forms saved on this device could not be sent for 180 days and were deleted.",
);
pub const FIND_OFFICE: Phrase = Phrase::new("Tìm cơ quan", "Find your office");
pub const NEW_FORM: Phrase = Phrase::new("Điền phiếu mới", "Fill in a new form");

/// What happened and what to do next, as heading and text.
pub const UNREACHABLE: (Phrase, Phrase) = (
    Phrase::new("Chưa kết nối được máy chủ", "The server cannot be reached"),
    Phrase::new(
        "Xin kiểm tra mạng rồi bấm “Thử lại”. Nếu vẫn không được, xin báo nhân viên hướng dẫn \
         hoặc dùng phiếu giấy.",
        "Please check the network and try again. If it still fails, please tell the staff or use \
         a paper form.",
    ),
);
pub const BROKEN: (Phrase, Phrase) = (
    Phrase::new("Máy chủ chưa trả lời được", "The server cannot answer now"),
    Phrase::new(
        "Xin thử lại sau ít phút. Nếu vẫn không được, xin báo nhân viên hướng dẫn hoặc dùng \
         phiếu giấy.",
        "Please try again in a few minutes. If it still fails, please tell the staff or use a \
         paper form.",
    ),
);
pub const UNKNOWN: (Phrase, Phrase) = (
    Phrase::new("Không tìm thấy phiếu khảo sát", "There is no such form"),
    Phrase::new(
        "Địa chỉ này không ứng với phiếu nào. Xin quét lại mã QR, hoặc hỏi nhân viên hướng dẫn.",
        "No form belongs to this address. Please scan the QR code again, or ask the staff.",
    ),
);
pub const CLOSED: (Phrase, Phrase) = (
    Phrase::new("Đợt khảo sát hiện không nhận phiếu", "The survey is not open now"),
    Phrase::new(
        "Cảm ơn Ông/Bà đã quan tâm. Nếu cần phản ánh ngay, xin gặp nhân viên hướng dẫn.",
        "Thank you for your interest. If you want to report something now, please talk to the \
         staff.",
    ),
);
pub const OUTDATED: (Phrase, Phrase) = (
    Phrase::new("Phiếu trên máy này là bản cũ", "The form on this device is an old version"),
    Phrase::new(
        "Xin bấm “Tải bản mới” khi có mạng. Phiếu đã gửi trước đây vẫn được giữ. Nếu vẫn không \
         được, xin báo nhân viên hướng dẫn hoặc dùng phiếu giấy.",
        "Please press “Load the new version” when there is a network. Forms sent before are kept. \
         If it still fails, please tell the staff or use a paper form.",
    ),
);
pub const FULL: (Phrase, Phrase) = (
    Phrase::new("Bộ nhớ của máy này đã đầy", "This device has no room left"),
    Phrase::new(
        "Máy tạm ngừng nhận phiếu mới để không mất câu trả lời nào; các phiếu đã gửi vẫn được giữ. \
         Xin kết nối mạng rồi bấm “Thử lại”, báo nhân viên hướng dẫn, hoặc dùng phiếu giấy.",
        "It takes no new forms, so that no answer is lost; forms already sent are kept. Please \
         connect to a network and try again, tell the staff, or use a paper form.",
    ),
);

/// The words of the five levels.
pub const fn level(level: usize) -> Phrase {
    const LEVELS: [Phrase; Level::ALL.len()] = [
        Phrase::new("Rất không hài lòng", "Very dissatisfied"),
        Phrase::new("Không hài lòng", "Dissatisfied"),
        Phrase::new("Bình thường", "Neutral"),
        Phrase::new("Hài lòng", "Satisfied"),
        Phrase::new("Rất hài lòng", "Very satisfied"),
    ];
    LEVELS[level]
}

/// How long the form takes.
pub fn duration(language: Language, seconds: u32) -> String {
    let minutes = seconds.div_ceil(60);
    match (language, seconds) {
        (Language::Vi, ..60) => "Chưa đến 1 phút.".into(),
        (Language::En, ..60) => "Less than a minute.".into(),
        (Language::Vi, _) => format!("Khoảng {minutes} phút."),
        (Language::En, 60) => "About 1 minute.".into(),
        (Language::En, _) => format!("About {minutes} minutes."),
    }
}

/// The step that is open.
pub fn step(language: Language, at: usize, of: usize) -> String {
    match language {
        Language::Vi => format!("Bước {at}/{of}"),
        Language::En => format!("Step {at}/{of}"),
    }
}

/// The question that is open in the elder mode.
pub fn question(language: Language, at: usize, of: usize) -> String {
    match language {
        Language::Vi => format!("Câu {at}/{of}"),
        Language::En => format!("Question {at}/{of}"),
    }
}

/// How many answers are folded away on the review screen.
pub fn answered(language: Language, n: usize) -> String {
    match (language, n) {
        (Language::Vi, _) => format!("Xem {n} câu đã trả lời"),
        (Language::En, 1) => "Show 1 answer".into(),
        (Language::En, _) => format!("Show {n} answers"),
    }
}

/// How many questions of the step need another look.
pub fn violations(language: Language, n: usize) -> String {
    match (language, n) {
        (Language::Vi, _) => format!("Còn {n} câu cần xem lại ở trang này."),
        (Language::En, 1) => "1 question on this page needs your attention.".into(),
        (Language::En, _) => format!("{n} questions on this page need your attention."),
    }
}

/// When a closed wave takes answers.
pub fn window(language: Language, first_day: &str, last_day: &str) -> String {
    match language {
        Language::Vi => format!("Thời gian nhận phiếu: từ {first_day} đến {last_day}."),
        Language::En => format!("Forms are taken from {first_day} to {last_day}."),
    }
}

/// That a text is near its limit: said once at 20 and once at 10 characters left.
pub fn characters_left(language: Language, n: usize) -> String {
    match language {
        Language::Vi => format!("Còn không quá {n} ký tự."),
        Language::En => format!("At most {n} characters left."),
    }
}
