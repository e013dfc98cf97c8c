//! The texts about logging in. They stand in both languages at once: nobody has chosen one yet.

use crate::texts::phrases;

phrases! {
    TITLE = "Đăng nhập", "Log in";
    FOR_STAFF = "Trang này dành cho cán bộ. Muốn vào, cần một đường dẫn do máy chủ cấp; đường dẫn dùng được một lần, trong 15 phút, và cho phép làm việc 12 giờ.",
        "This page is for staff. To get in you need a link from the server; it works once, within 15 minutes, and logs you in for 12 hours.";
    RUN = "Trên máy chủ, người quản trị chạy lệnh:", "On the server, the administrator runs:";
    OPEN = "Mở đường dẫn đó trên trình duyệt này, hoặc dán vào ô dưới đây.",
        "Open that link in this browser, or paste it into the field below.";
    FIELD = "Đường dẫn, hoặc mã sau “login=”", "The link, or the code after “login=”";
    SUBMIT = "Đăng nhập", "Log in";
    EMPTY = "Ô còn trống; xin dán đường dẫn vào.", "The field is empty; paste the link into it.";
    ENTERING = "Đang đăng nhập…", "Logging in…";
    CITIZENS = "Để gửi ý kiến về lần làm thủ tục, xin về trang đầu", "To say how your procedure was handled, go to the front page";

    INSECURE = "Trang này mở không có mã hoá (http) từ máy khác nên không đăng nhập được: trình duyệt không giữ phiên làm việc, và người khác trong mạng đọc được. Đường dẫn chưa bị dùng.",
        "This page was opened without encryption (http) from another machine, so it cannot log in: the browser would not keep the session, and others in the network could read it. The link was not used.";
    SECURE_WAYS = "Xin mở bằng địa chỉ https, hoặc mở http://127.0.0.1 ngay trên máy chủ, hoặc từ máy này chạy “ssh -L 8080:127.0.0.1:8080” tới máy chủ rồi mở http://127.0.0.1:8080/console.",
        "Open the https address, or http://127.0.0.1 on the server itself, or run “ssh -L 8080:127.0.0.1:8080” from here to the server and open http://127.0.0.1:8080/console.";

    ENDED = "Phiên làm việc đã kết thúc; số liệu bên dưới không còn được cập nhật. Xin lấy đường dẫn mới trên máy chủ (thuocdo login-link) và dán vào đây.",
        "The session has ended; the data below are no longer updated. Get a new link on the server (thuocdo login-link) and paste it here.";
}
