//! The texts that only the console shows, in Vietnamese and English.
//!
//! A household sample may be called SIPAS, transactions never: no sentence that can stand on a
//! page about transactions has that word.

/// Names sentences.
macro_rules! phrases {
    ($($name:ident = $vi:literal, $en:literal;)*) => {
        $(pub(crate) const $name: survey_defs::phrases::Phrase =
            survey_defs::phrases::Phrase::new($vi, $en);)*
    };
}
pub(crate) use phrases;

phrases! {
    PRODUCT = "Thước Đo", "Thước Đo";
    PAGE_TITLE = "Chỉ số hài lòng – Thước Đo", "Scores – Thước Đo";
    DEVICES_TITLE = "Thiết bị – Thước Đo", "Devices – Thước Đo";
    PAGES = "Các trang", "Pages";
    TAGLINE = "Đo lường sự hài lòng về dịch vụ hành chính công của Hà Nội",
        "How satisfied Hanoi is with its public administrative services";
    LANGUAGE = "Ngôn ngữ", "Language";
    NOT_REAL = "không phải kết quả thật", "not real results";
    LOGIN_TITLE = "Đăng nhập – Thước Đo", "Log in – Thước Đo";
    SESSION_UNTIL = "Đã đăng nhập đến", "Logged in until";
    OPEN_TO_ALL = "Bản dùng thử: ai mở được địa chỉ này cũng xem được.", "A demo: whoever reaches this address can look.";
    LOG_OUT = "Đăng xuất", "Log out";
    NOT_LOGGED_OUT = "Chưa đăng xuất được; xin thử lại.", "You are not logged out yet; try again.";

    CONTROLS = "Chọn số liệu", "Choose the data";
    BY = "Cấp đơn vị", "Level of unit";
    PERIOD = "Kỳ báo cáo", "Reporting period";
    PERIOD_HINT = "Ví dụ: 2026-q1, 2026-6m, 2026-03, 2026-01-01..2026-01-31. Để trống: mọi ngày.",
        "For example 2026-q1, 2026-6m, 2026-03, 2026-01-01..2026-01-31. Empty: all days.";
    PERIOD_ALL = "mọi ngày", "all days";
    ALL = "Tất cả", "All";
    REFRESH = "Làm mới", "Refresh";
    WAVE_OPEN = "đang mở", "open";
    WAVE_CLOSED = "đã đóng", "closed";
    FORMS = "phiếu", "forms";
    SOURCE = "Nguồn", "Source";

    POPULATION = "Đối tượng", "Population";
    DAYS = "Ngày", "Days";
    DATA_POSITION = "Số liệu chốt đến phiếu số", "Data up to form";
    MIN_N = "Ngưỡng công bố", "Published from";
    UPDATED_AT = "Cập nhật lúc", "Updated at";

    WHOLE_CITY = "Toàn thành phố", "Whole city";
    SCORES = "Chỉ số hài lòng", "Scores";
    DEVICES = "Thiết bị", "Devices";
    N_LONG = "n, số phiếu có câu trả lời hợp lệ", "n, forms with a valid answer";
    DISTRIBUTION = "Phân bố mức độ", "Distribution";
    INDEX = "Chỉ số", "Index";
    WHOLE_CONTENT = "Cả nội dung", "Whole content";
    FILTER = "Tìm theo tên", "Find by name";
    FILTER_HINT = "gõ có dấu hoặc không dấu", "with or without diacritics";
    SHOWN = "dòng", "rows";
    OF = "trên", "of";
    CAUTION = "* dưới 100 phiếu: sai số lớn, đọc thận trọng.", "* fewer than 100 forms: large error, read with caution.";
    NO_RANKS = "Không xếp hạng đơn thuần: chênh lệch có thể chỉ do ngẫu nhiên, hãy xem khoảng tin cậy.",
        "No bare ranks: differences may be due to chance, so look at the intervals.";
    SAMPLING = "Sai số tính theo", "Errors follow";
    OPEN_UNIT = "Chọn một dòng để xem phân bố từng câu hỏi.", "Choose a row to see how each question was answered.";

    CLOSE = "Đóng", "Close";
    BARS = "Biểu đồ", "Chart";
    COUNTS = "Bảng số liệu", "Table of counts";
    LEVELS = "Mức độ hài lòng", "Levels of satisfaction";
    PART = "Nội dung, yếu tố, câu hỏi", "Content, factor, question";
    UNIT_GONE = "Đơn vị này chưa có phiếu nào với lựa chọn hiện tại.", "This unit has no forms for the present choice.";

    LOADING = "Đang tải…", "Loading…";
    NO_WAVES = "Chưa có đợt khảo sát nào.", "There is no survey wave yet.";
    NO_WAVES_ADVICE = "Nhờ người quản trị máy chủ thêm đợt khảo sát, nhập dữ liệu, hoặc mở bản dùng thử.",
        "Ask whoever runs the server to add a wave, to bring data in, or to open the demo.";
    NO_GROUPS = "Chưa có phiếu nào với lựa chọn này.", "There are no forms for this choice.";
    NO_GROUPS_ADVICE = "Thử bỏ bớt bộ lọc, hoặc chọn kỳ báo cáo, cấp đơn vị khác.",
        "Remove a filter, or choose another period or level of unit.";
    NO_MATCH = "Không có tên nào khớp.", "No name matches.";
    NO_MATCH_ADVICE = "Xoá ô tìm kiếm để thấy lại tất cả.", "Clear the search box to see all again.";

    ERROR = "Chưa lấy được số liệu", "The data could not be loaded";
    ERROR_STALE = "Chưa cập nhật được; số liệu bên dưới là của lần trước", "Not updated; the data below are from the last time";
    RETRY = "Thử lại", "Try again";
    REQUEST_ID = "Mã yêu cầu", "Request";
    UNREACHABLE = "Máy chủ không trả lời.", "The server does not answer.";
    UNREADABLE = "Không đọc được câu trả lời của máy chủ.", "The server’s answer could not be read.";
    ADVICE_CONNECTION = "Kiểm tra kết nối mạng và máy chủ. Trang tự thử lại sau 30 giây.",
        "Check the network and the server. The page tries again every 30 seconds.";
    ADVICE_RELOAD = "Tải lại trang. Nếu vẫn lỗi, báo cho người quản trị.", "Reload the page. If it happens again, tell the administrator.";
    ADVICE_LOGIN = "Trên máy chủ, chạy “thuocdo login-link” và mở đường dẫn được in ra.",
        "On the server, run “thuocdo login-link” and open the link that it prints.";
    ADVICE_STAFF = "Nhờ người quản trị cấp quyền.", "Ask the administrator for the right.";
    ADVICE_WAVE = "Chọn một đợt khảo sát khác.", "Choose another wave.";
    ADVICE_METHOD = "Chọn một phương pháp tính khác.", "Choose another method.";
    ADVICE_PERIOD = "Kiểm tra kỳ báo cáo: 2026-q1, 2026-6m, 2026-year, 2026-03, hoặc để trống.",
        "Check the reporting period: 2026-q1, 2026-6m, 2026-year, 2026-03, or empty.";
    ADVICE_WAIT = "Đợi một lát rồi thử lại.", "Wait a moment and try again.";
}
