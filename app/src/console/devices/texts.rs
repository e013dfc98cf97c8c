//! The texts of the devices page.

use crate::texts::phrases;

phrases! {
    DEVICES = "Thiết bị tại quầy", "Devices at counters";
    NO_DEVICES = "Chưa có thiết bị nào.", "There are no devices yet.";
    NAME = "Tên", "Name";
    PLACE = "Điểm khảo sát", "Service point";
    STATE = "Trạng thái", "State";
    LAST = "Báo cáo gần nhất", "Last report";
    QUEUED = "Phiếu chờ gửi", "Waiting";
    REFUSED = "Phiếu bị từ chối", "Refused";
    CLOCK = "Đồng hồ", "Clock";
    VERSION = "Phiên bản", "Version";
    STORAGE = "Giữ dữ liệu", "Storage kept";
    ACTION = "Thao tác", "Action";
    YES = "có", "yes";
    NO = "không", "no";
    NEVER = "chưa có", "none yet";
    WARNING = "Chú ý", "Warning";

    WAITING = "chờ nhập mã", "waits for its code";
    EXPIRED = "mã hết hạn", "code expired";
    CODE_ENDED = "mã bị khóa vì nhập sai năm lần", "code ended by five wrong entries";
    ENROLLED = "đang dùng", "in use";
    REVOKED = "đã thu hồi", "revoked";

    JUST_NOW = "vừa xong", "just now";
    SECONDS = "giây", "s";
    MINUTES = "phút", "min";
    HOURS = "giờ", "h";
    DAYS = "ngày", "days";
    AGO = "trước", "ago";
    EXACT = "đúng", "right";
    AHEAD = "nhanh", "ahead";
    BEHIND = "chậm", "behind";

    REVOKE = "Thu hồi", "Revoke";
    REVOKE_ASK = "Thu hồi vĩnh viễn?", "Revoke for ever?";
    REVOKE_YES = "Thu hồi", "Revoke";
    REVOKE_NO = "Thôi", "Keep";

    ADD = "Thêm thiết bị", "Add a device";
    ADD_HINT = "Máy tính bảng mở trang /kiosk và nhập mã một lần; sau đó nó thuộc về điểm khảo sát này.",
        "The tablet opens the page /kiosk and takes the code once; from then on it belongs to this service point.";
    NAME_HINT = "ví dụ: Máy quầy số 2", "for example: tablet of counter 2";
    SETTINGS = "Cài đặt", "Settings";
    IDLE = "Giây không chạm trước khi đếm ngược (10–600)", "Seconds without a touch before the countdown (10–600)";
    COUNTDOWN = "Giây đếm ngược (5–120)", "Seconds of the countdown (5–120)";
    THANKS = "Giây hiện lời cảm ơn (3–60)", "Seconds of thanks (3–60)";
    PIXELS = "Điểm ảnh CSS trên 1 mm (1–40)", "CSS pixels per mm (1–40)";
    KEYBOARD = "Hiện bàn phím của phiếu (khi máy không có bàn phím riêng)",
        "Show the form’s own keyboard (where the device has none)";
    SUBMIT = "Thêm và lấy mã", "Add and get the code";
    NOT_ADDED = "Chưa thêm được", "Not added";
    NOT_REVOKED = "Chưa thu hồi được", "Not revoked";
    NAME_MISSING = "Xin đặt tên, từ 1 đến 100 ký tự.", "Please give a name of 1 to 100 characters.";
    NUMBER_WRONG = "Xin nhập số trong khoảng đã ghi.", "Please type numbers within the ranges given.";
    POINT_MISSING = "Xin chọn điểm khảo sát.", "Please choose a service point.";

    CODE = "Mã của thiết bị", "Code of the device";
    CODE_ONCE = "Mã chỉ hiện lần này. Mở /kiosk trên máy và nhập mã trước",
        "The code is shown only now. Open /kiosk on the device and type it before";
    CODE_CLOSE = "Đã ghi lại, đóng", "Noted, close";

    POINTS = "Áp phích và địa chỉ phiếu", "Posters and form addresses";
    POINTS_HINT = "PDF để in, SVG để dàn trang lại. Áp phích mang địa chỉ công khai của máy chủ; nếu máy chủ chưa được cho biết, mang địa chỉ đang mở trang này.",
        "PDF to print, SVG for further layout. Posters carry the public address of the server; if it was not told one, the address under which this page is open.";
    CHANNEL = "Kênh", "Channel";
    ADDRESS = "Địa chỉ phiếu", "Form address";
    POSTERS = "Áp phích", "Posters";
    POSTER = "Áp phích", "Poster";
    LARGE_VI = "tiếng Việt", "Vietnamese";
    LARGE_EN = "tiếng Anh", "English";
    NO_POINTS = "Đợt này chưa có điểm khảo sát nào.", "This wave has no service points yet.";
}
