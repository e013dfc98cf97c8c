//! Every sentence of the console in Vietnamese and English.
//!
//! A household sample may be called SIPAS, transactions never: no sentence that can stand on a
//! page about transactions has that word.

use survey_defs::text::Language;

/// One sentence in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Phrase {
    vi: &'static str,
    en: &'static str,
}

impl Phrase {
    pub(crate) const fn new(vi: &'static str, en: &'static str) -> Self {
        Self { vi, en }
    }

    pub(crate) fn get(self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }
}

/// Names sentences.
macro_rules! phrases {
    ($($name:ident = $vi:literal, $en:literal;)*) => {
        $(pub(crate) const $name: $crate::words::Phrase = $crate::words::Phrase::new($vi, $en);)*
    };
}
pub(crate) use phrases;

phrases! {
    PRODUCT = "Thước Đo", "Thước Đo";
    PAGE_TITLE = "Bảng điểm – Thước Đo", "Scores – Thước Đo";
    DEVICES_TITLE = "Thiết bị – Thước Đo", "Devices – Thước Đo";
    PAGES = "Các trang", "Pages";
    TAGLINE = "Đo lường sự hài lòng về dịch vụ hành chính công của Hà Nội",
        "How satisfied Hanoi is with its public administrative services";
    LANGUAGE = "Ngôn ngữ", "Language";
    SIMULATED = "DỮ LIỆU MÔ PHỎNG – không phải kết quả thật", "SIMULATED DATA – not real results";
    STAFF_NOTE = "Trang dành cho cán bộ. Hiện chỉ mở trong bản dùng thử hoặc ngay trên máy chủ (địa chỉ nội bộ loopback); đăng nhập và phân quyền sẽ có sau.",
        "A page for staff. For now it answers only in the demo or on the server itself (loopback address); sign-in and roles come later.";

    CONTROLS = "Chọn số liệu", "Choose the data";
    WAVE = "Đợt khảo sát", "Survey wave";
    BY = "Cấp đơn vị", "Level of unit";
    METHOD = "Phương pháp tính", "Method";
    PERIOD = "Kỳ báo cáo", "Reporting period";
    PERIOD_HINT = "Ví dụ: 2026-q1, 2026-6m, 2026-03, 2026-01-01..2026-01-31. Để trống: mọi ngày.",
        "For example 2026-q1, 2026-6m, 2026-03, 2026-01-01..2026-01-31. Empty: all days.";
    PERIOD_ALL = "mọi ngày", "all days";
    CHANNEL = "Kênh trả lời", "Channel";
    RESPONDENT_TYPE = "Người trả lời", "Respondents";
    ALL = "Tất cả", "All";
    REFRESH = "Làm mới", "Refresh";
    WAVE_OPEN = "đang mở", "open";
    WAVE_CLOSED = "đã đóng", "closed";
    FORMS = "phiếu", "forms";
    CONFIRMED = "đã xác nhận", "confirmed";
    UNCONFIRMED = "chưa xác nhận", "unconfirmed";
    SOURCE = "Nguồn", "Source";

    POPULATION = "Đối tượng", "Population";
    HOUSEHOLD = "Hộ gia đình (SIPAS)", "Household (SIPAS)";
    TRANSACTION = "Giao dịch", "Transaction";
    HOUSEHOLD_NOTE = "Mẫu điều tra hộ gia đình, chọn nhiều giai đoạn.", "A sample of households, drawn in stages.";
    TRANSACTION_NOTE = "Người vừa làm xong thủ tục; không gộp với mẫu hộ gia đình.",
        "People who have just had a procedure handled; never mixed with the household sample.";
    INSTRUMENT = "Mẫu phiếu", "Instrument";
    DAYS = "Ngày", "Days";
    DATA_POSITION = "Tính đến bản ghi số", "Data up to record";
    MIN_N = "Ngưỡng công bố", "Published from";
    UPDATED_AT = "Cập nhật lúc", "Updated at";
    APPROXIMATE = "Nhóm gần đúng: các đơn vị từ 7/2025 được xếp theo quận, huyện cũ.",
        "Approximate groups: units since July 2025 are placed in their former district.";

    WHOLE_CITY = "Toàn thành phố", "Whole city";
    SCORES = "Bảng điểm", "Scores";
    DEVICES = "Thiết bị", "Devices";
    NAME = "Đơn vị", "Unit";
    MONTH = "Tháng", "Month";
    N = "n", "n";
    N_LONG = "n, số phiếu có câu trả lời hợp lệ", "n, forms with a valid answer";
    DISTRIBUTION = "Phân bố mức độ", "Distribution";
    OVERALL = "Điểm chung", "Overall";
    OVERALL_HOUSEHOLD = "SIPAS", "SIPAS";
    INDEX = "Chỉ số", "Index";
    WHOLE_CONTENT = "Cả nội dung", "Whole content";
    FILTER = "Tìm theo tên", "Find by name";
    FILTER_HINT = "gõ có dấu hoặc không dấu", "with or without diacritics";
    SHOWN = "dòng", "rows";
    OF = "trên", "of";
    CAUTION = "* dưới 100 phiếu: sai số lớn, đọc thận trọng.", "* fewer than 100 forms: large error, read with caution.";
    NO_RANKS = "Không xếp hạng đơn thuần: chênh lệch có thể chỉ do ngẫu nhiên, hãy xem khoảng tin cậy.",
        "No bare ranks: differences may be due to chance, so look at the intervals.";
    WITHHELD = "không công bố vì quá ít phiếu", "not published, too few forms";
    WITHHELD_WITH_ANOTHER = "không công bố, vì từ đó tính ra được một ô quá ít phiếu", "not published: a cell with too few forms could be computed from it";
    INTERVAL = "khoảng tin cậy 95 %:", "95 % interval:";
    QUALITY = "Chất lượng trả lời", "Quality of answers";
    UNFLAGGED = "bỏ các phiếu bị đánh dấu", "without flagged forms";
    WEIGHTING = "Trọng số", "Weights";
    PLAIN = "mỗi phiếu như nhau", "every form the same";
    SAMPLE_WEIGHTS = "theo thiết kế mẫu", "of the sample plan";
    POST_STRATIFIED = "hiệu chỉnh theo số hồ sơ của đơn vị, bản số", "adjusted to the dossiers of each unit, version";
    SAMPLING = "Sai số tính theo", "Errors follow";
    SAMPLING_PLAN = "thiết kế mẫu (tầng, cụm)", "the sample plan (strata, sampling units)";
    AS_COLLECTED = "ngày phục vụ của từng đơn vị; người trả lời không được chọn ngẫu nhiên", "the days of each unit; respondents were not drawn at random";
    NO_SCORE = "chưa có câu trả lời hợp lệ", "no valid answers";
    OPEN_UNIT = "Chọn một dòng để xem phân bố từng câu hỏi.", "Choose a row to see how each question was answered.";

    CLOSE = "Đóng", "Close";
    BARS = "Biểu đồ", "Chart";
    COUNTS = "Bảng số liệu", "Table of counts";
    LEVELS = "Mức độ hài lòng", "Levels of satisfaction";
    PART = "Nội dung, yếu tố, câu hỏi", "Content, factor, question";
    SCORE = "Điểm", "Score";
    NOT_APPLICABLE = "không áp dụng", "not applicable";
    NO_ANSWER = "không trả lời", "no answer";
    UNIT_GONE = "Đơn vị này chưa có phiếu nào với lựa chọn hiện tại.", "This unit has no forms for the present choice.";

    LOADING = "Đang tải…", "Loading…";
    NO_WAVES = "Chưa có đợt khảo sát nào.", "There is no survey wave yet.";
    NO_WAVES_ADVICE = "Chạy “thuocdo demo” để xem dữ liệu mô phỏng, hoặc nhập dữ liệu bằng “thuocdo import”.",
        "Run “thuocdo demo” to see simulated data, or bring data in with “thuocdo import”.";
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
    ADVICE_STAFF = "Mở trang này ngay trên máy chủ, hoặc chạy bản dùng thử “thuocdo demo”.",
        "Open this page on the server itself, or run “thuocdo demo”.";
    ADVICE_WAVE = "Chọn một đợt khảo sát khác.", "Choose another wave.";
    ADVICE_METHOD = "Chọn một phương pháp tính khác.", "Choose another method.";
    ADVICE_PERIOD = "Kiểm tra kỳ báo cáo: 2026-q1, 2026-6m, 2026-year, 2026-03, hoặc để trống.",
        "Check the reporting period: 2026-q1, 2026-6m, 2026-year, 2026-03, or empty.";
    ADVICE_WAIT = "Đợi một lát rồi thử lại.", "Wait a moment and try again.";
}
