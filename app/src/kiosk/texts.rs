//! The texts that only a kiosk shows, Vietnamese first.

use app::form::texts::Phrase;
use app::platform::outbox::{RoundEnd, Sent};
use survey_defs::text::Language;

/// The title of the page while nobody uses it.
pub(crate) const TITLE: Phrase =
    Phrase::new("Phiếu khảo sát mức độ hài lòng – quầy", "Satisfaction survey – counter");

pub(crate) const LOADING: Phrase = Phrase::new("Đang mở phiếu…", "Opening the form…");

pub(crate) const INVITATION: Phrase = Phrase::new(
    "Ông/Bà có hài lòng với việc giải quyết thủ tục hôm nay?",
    "Are you satisfied with today’s service?",
);
/// Whom and how the first screen asks. Draft, to be confirmed by the institute.
pub(crate) const WHO: Phrase = Phrase::new(
    "Dành cho người từ 18 tuổi. Tự nguyện, không ghi tên.",
    "For persons of 18 and over. Voluntary, no name.",
);
/// What touching a face means. Draft, to be confirmed by the institute.
pub(crate) const AGREE: Phrase = Phrase::new(
    "Chạm vào một khuôn mặt là bắt đầu điền phiếu và đồng ý trả lời.",
    "By touching a face you begin the form and agree to answer.",
);
pub(crate) const TOUCH: Phrase = Phrase::new("Chạm để bắt đầu", "Touch to start");
pub(crate) const READ_FIRST: Phrase =
    Phrase::new("Đọc giới thiệu, chọn chữ to", "Read more, choose large type");
pub(crate) const CLOCK: Phrase = Phrase::new(
    "Nhân viên: đồng hồ của máy này sai, xin chỉnh lại ngày giờ.",
    "Staff: this device’s clock is wrong; please set date and time.",
);

pub(crate) const STILL_THERE: Phrase =
    Phrase::new("Ông/Bà còn đang điền phiếu không?", "Are you still there?");
pub(crate) const WILL_DISCARD: Phrase = Phrase::new(
    "Hết giờ, hoặc chạm ra ngoài hai nút này, các câu trả lời sẽ bị xóa, không gửi đi.",
    "When the time is up, or if you touch beside these two buttons, the answers are deleted and not sent.",
);
pub(crate) const STAY: Phrase = Phrase::new("Tiếp tục phiếu này", "Go on with this form");
pub(crate) const ANEW: Phrase = Phrase::new("Điền phiếu mới", "Fill in a new form");

pub(crate) const DONE: Phrase = Phrase::new("Xong", "Done");

pub(crate) const ENROL: Phrase = Phrase::new("Kích hoạt thiết bị", "Enrol this device");
pub(crate) const ENROL_TEXT: Phrase = Phrase::new(
    "Dành cho nhân viên: nhập mã kích hoạt do quản trị viên cấp, ví dụ K7QM-2XR9-4TVB-8HD.",
    "For staff: enter the enrolment code from the administrator, such as K7QM-2XR9-4TVB-8HD.",
);
pub(crate) const CODE: Phrase = Phrase::new("Mã kích hoạt", "Enrolment code");
pub(crate) const ENROL_SEND: Phrase = Phrase::new("Kích hoạt", "Enrol");
pub(crate) const ENROLLING: Phrase = Phrase::new("Đang kích hoạt…", "Enrolling…");
pub(crate) const CODE_SHORT: Phrase = Phrase::new(
    "Mã còn thiếu: mã kích hoạt có 15 chữ và số. Xin nhập tiếp.",
    "The code is too short: an enrolment code has 15 letters and digits. Please go on.",
);
pub(crate) const CODE_REFUSED: Phrase = Phrase::new(
    "Mã không đúng. Xin so lại từng chữ và số rồi sửa; sau năm lần nhập sai, mã không dùng được nữa.",
    "The code is wrong. Compare every letter and digit and correct it; after five wrong entries a code \
     no longer works.",
);
pub(crate) const CODE_ENDED: Phrase = Phrase::new(
    "Mã này đã bị nhập sai năm lần nên không dùng được nữa. Xin quản trị viên cấp mã mới.",
    "This code was entered wrongly five times and no longer works. Please ask the administrator for a \
     new one.",
);
pub(crate) const CODE_EXPIRED: Phrase = Phrase::new(
    "Mã này đã hết hạn sau 24 giờ. Xin quản trị viên cấp mã mới.",
    "This code has expired after 24 hours. Please ask the administrator for a new one.",
);
pub(crate) const CODE_USED: Phrase = Phrase::new(
    "Mã này đã dùng cho một thiết bị khác. Xin quản trị viên cấp mã mới.",
    "This code was used for another device. Please ask the administrator for a new one.",
);
pub(crate) const CODE_REVOKED: Phrase = Phrase::new(
    "Thiết bị của mã này đã bị thu hồi. Xin quản trị viên cấp mã mới.",
    "The device of this code was revoked. Please ask the administrator for a new one.",
);
pub(crate) const ENROL_TOO_OFTEN: Phrase = Phrase::new(
    "Có quá nhiều lần thử từ mạng này. Xin đợi một phút rồi bấm “Kích hoạt” lần nữa; mã vẫn dùng \
     được.",
    "Too many attempts came from this network. Please wait a minute and try again; the code stays \
     valid.",
);
pub(crate) const ENROL_UNREACHABLE: Phrase = Phrase::new(
    "Chưa kết nối được máy chủ. Xin kiểm tra mạng rồi bấm “Kích hoạt” lần nữa; mã vẫn dùng được.",
    "The server cannot be reached. Please check the network and try again; the code stays valid.",
);
pub(crate) const ENROL_BROKEN: Phrase = Phrase::new(
    "Máy chủ chưa trả lời được. Xin thử lại sau ít phút.",
    "The server cannot answer now. Please try again in a few minutes.",
);
pub(crate) const ENROL_STORAGE: Phrase = Phrase::new(
    "Trình duyệt không cho lưu dữ liệu nên máy này không kích hoạt được. Xin tắt chế độ ẩn danh \
     hoặc giải phóng bộ nhớ.",
    "The browser stores nothing, so this device cannot be enrolled. Please leave private browsing \
     or free some space.",
);

pub(crate) const REVOKED: Phrase =
    Phrase::new("Thiết bị này đã bị thu hồi", "This device was revoked");
pub(crate) const REVOKED_TEXT: Phrase = Phrase::new(
    "Xin Ông/Bà dùng phiếu giấy hoặc hỏi nhân viên hướng dẫn. Nhân viên: xin quản trị viên cấp \
     mã kích hoạt mới rồi bấm “Kích hoạt lại”. Các phiếu đã lưu trên máy vẫn được gửi.",
    "Please use a paper form or ask the staff. Staff: ask the administrator for a new enrolment \
     code and press “Enrol again”. Forms saved on this device are still being sent.",
);
pub(crate) const ENROL_AGAIN: Phrase =
    Phrase::new("Kích hoạt lại · Enrol again", "Kích hoạt lại · Enrol again");

pub(crate) const FULL: Phrase =
    Phrase::new("Máy này đã hết chỗ lưu phiếu", "This device has no room left");
pub(crate) const FULL_TEXT: Phrase = Phrase::new(
    "Xin Ông/Bà dùng phiếu giấy hoặc hỏi nhân viên hướng dẫn. Nhân viên: xin kết nối mạng để máy \
     gửi các phiếu đang chờ; không có phiếu nào bị mất.",
    "Please use a paper form or ask the staff. Staff: connect the network so that the forms that \
     wait are sent; none is lost.",
);

pub(crate) const SILENT: Phrase =
    Phrase::new("Bộ nhớ của máy không trả lời", "This device’s storage does not answer");
pub(crate) const SILENT_TEXT: Phrase = Phrase::new(
    "Xin Ông/Bà dùng phiếu giấy hoặc hỏi nhân viên hướng dẫn. Nhân viên: xin đóng các thẻ và cửa \
     sổ khác của trình duyệt; nếu sau một phút vẫn vậy, xin khởi động lại máy. Các phiếu đã lưu \
     trên máy vẫn còn.",
    "Please use a paper form or ask the staff. Staff: close all other tabs and windows of the \
     browser; if nothing has changed after a minute, restart the device. Forms saved on it are \
     still there.",
);

pub(crate) const STAFF: Phrase = Phrase::new("Dành cho nhân viên", "For staff");
pub(crate) const STAFF_NAME: Phrase = Phrase::new("Thiết bị", "Device");
pub(crate) const STAFF_STATE: Phrase = Phrase::new("Tình trạng", "State");
pub(crate) const STAFF_QUEUED: Phrase = Phrase::new("Phiếu chờ gửi", "Forms waiting");
pub(crate) const STAFF_REFUSED: Phrase = Phrase::new("Phiếu bị từ chối", "Forms refused");
pub(crate) const STAFF_EXPIRED: Phrase =
    Phrase::new("Phiếu đã xóa sau 180 ngày", "Forms deleted after 180 days");
pub(crate) const STAFF_SUCCESS: Phrase = Phrase::new("Lần gửi thành công gần nhất", "Last sent");
pub(crate) const STAFF_SKEW: Phrase =
    Phrase::new("Đồng hồ lệch (giây)", "Clock ahead by (seconds)");
pub(crate) const STAFF_VERSION: Phrase = Phrase::new("Phiên bản", "Version");
pub(crate) const STAFF_PERSISTED: Phrase =
    Phrase::new("Trình duyệt giữ dữ liệu lâu dài", "Browser keeps data for good");
pub(crate) const STAFF_SEND: Phrase = Phrase::new("Gửi ngay", "Send now");
pub(crate) const STAFF_EXPORT: Phrase = Phrase::new("Xuất ra tệp", "Export to a file");
pub(crate) const EXPORT_NO_KEY: Phrase = Phrase::new(
    "Chưa xuất được: máy này phải kết nối máy chủ ít nhất một lần",
    "Not exported: this device has to reach its server once first",
);
pub(crate) const EXPORT_NOTHING: Phrase =
    Phrase::new("Không có phiếu nào để xuất", "There is nothing to export");
pub(crate) const EXPORT_FAILED: Phrase = Phrase::new(
    "Chưa xuất được: trình duyệt không đọc được bộ nhớ",
    "Not exported: storage cannot be read",
);
pub(crate) const SENDING: Phrase = Phrase::new("Đang gửi…", "Sending…");
pub(crate) const SENT_NOTHING: Phrase =
    Phrase::new("Không có phiếu nào chờ gửi", "Nothing waits to be sent");
pub(crate) const SEND_SILENT: Phrase =
    Phrase::new("Chưa gửi được: bộ nhớ không trả lời", "Not sent: storage does not answer");
pub(crate) const UPDATE_ASKED: Phrase = Phrase::new(
    "Đang tìm bản mới; nếu có, máy sẽ tự đổi khi không có ai dùng",
    "Looking for a new version; if there is one, the device changes to it while nobody uses it",
);
pub(crate) const STAFF_UPDATE: Phrase = Phrase::new("Kiểm tra bản mới", "Check for an update");
pub(crate) const STAFF_CLOSE: Phrase = Phrase::new("Đóng", "Close");
pub(crate) const YES: Phrase = Phrase::new("có", "yes");
pub(crate) const NO: Phrase = Phrase::new("không", "no");
pub(crate) const NEVER: Phrase = Phrase::new("chưa có", "never");
pub(crate) const STATE_ENROLLED: Phrase = Phrase::new("đang hoạt động", "in use");
pub(crate) const STATE_NOT_ENROLLED: Phrase = Phrase::new("chưa kích hoạt", "not enrolled");
pub(crate) const STATE_REVOKED: Phrase = Phrase::new("đã bị thu hồi", "revoked");
pub(crate) const STATE_NO_FORM: Phrase = Phrase::new("chưa có phiếu", "no form");
pub(crate) const STATE_SILENT: Phrase =
    Phrase::new("bộ nhớ không trả lời", "storage does not answer");
pub(crate) const STATE_FULL: Phrase = Phrase::new("hết chỗ lưu", "no room");

pub(crate) const KEYBOARD: Phrase = Phrase::new("Bàn phím", "Keyboard");
pub(crate) const KEY_SHIFT: Phrase = Phrase::new("Chữ hoa", "Capital letter");
pub(crate) const KEY_DELETE: Phrase = Phrase::new("Xóa", "Delete");
pub(crate) const KEY_SPACE: Phrase = Phrase::new("Dấu cách", "Space");
pub(crate) const KEY_ENTER: Phrase = Phrase::new("Xuống dòng", "New line");
pub(crate) const KEY_METHOD: Phrase = Phrase::new("Kiểu gõ", "Input method");
pub(crate) const METHOD_TELEX: Phrase = Phrase::new("Telex", "Telex");
pub(crate) const METHOD_VNI: Phrase = Phrase::new("VNI", "VNI");
pub(crate) const METHOD_OFF: Phrase = Phrase::new("Tắt dấu", "Off");

/// A text in both languages, on one line.
pub(crate) fn both(phrase: Phrase) -> String {
    [phrase.vi, " · ", phrase.en].concat()
}

/// What became of what was to be sent, in both languages.
pub(crate) fn sent(sent: Sent) -> String {
    let Sent { recorded, refused, left, end } = sent;
    let Some(left) = left else { return both(SEND_SILENT) };
    let (mut vi, mut en) = (Vec::new(), Vec::new());
    if recorded > 0 {
        vi.push(format!("Đã gửi {recorded} phiếu."));
        en.push(format!("Sent: {recorded}."));
    }
    if refused > 0 {
        vi.push(format!("Máy chủ không nhận {refused} phiếu; xin xuất ra tệp."));
        en.push(format!("Refused by the server: {refused}; please export to a file."));
    }
    match end {
        RoundEnd::Silent => {
            vi.push(SEND_SILENT.vi.to_owned());
            en.push(SEND_SILENT.en.to_owned());
        }
        RoundEnd::NoServer if left > 0 => {
            vi.push(format!("Chưa kết nối được máy chủ: {left} phiếu còn chờ, máy sẽ tự gửi lại."));
            en.push(format!("The server cannot be reached: {left} still wait and are sent later."));
        }
        RoundEnd::Done | RoundEnd::NoServer if left > 0 => {
            vi.push(format!("{left} phiếu còn chờ, máy sẽ tự gửi lại."));
            en.push(format!("Still waiting: {left}; they are sent later."));
        }
        RoundEnd::Done | RoundEnd::NoServer if vi.is_empty() => return both(SENT_NOTHING),
        RoundEnd::Done | RoundEnd::NoServer => {}
    }
    [vi.join(" "), en.join(" ")].join(" · ")
}

/// That a file was written, in both languages.
pub(crate) fn exported(records: usize) -> String {
    format!(
        "Đã xuất {records} phiếu ra tệp; chỉ máy chủ đọc được tệp này · \
         Exported to a file: {records}; only the server can read it"
    )
}

/// How long the countdown still runs, for the ear.
pub(crate) fn seconds_left(language: Language, seconds: i64) -> String {
    match language {
        Language::Vi => format!("{} Còn {seconds} giây.", STILL_THERE.vi),
        Language::En => format!("{} {seconds} seconds left.", STILL_THERE.en),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_are_told_what_was_sent() {
        let told = |recorded, refused, left, end| sent(Sent { recorded, refused, left, end });
        assert_eq!(told(0, 0, Some(0), RoundEnd::Done), both(SENT_NOTHING));
        assert_eq!(told(3, 0, Some(0), RoundEnd::Done), "Đã gửi 3 phiếu. · Sent: 3.");
        assert!(
            told(0, 0, Some(2), RoundEnd::NoServer).contains("Chưa kết nối được máy chủ: 2 phiếu")
        );
        let some = told(1, 2, Some(4), RoundEnd::Done);
        for part in ["Đã gửi 1", "không nhận 2", "4 phiếu còn chờ", "Refused by the server: 2"]
        {
            assert!(some.contains(part), "{some}");
        }
        assert_eq!(told(0, 0, None, RoundEnd::Silent), both(SEND_SILENT));
    }
}
