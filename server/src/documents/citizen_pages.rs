//! The pages for people who come without the address of a form: the front page, and those for an
//! address or a short code that leads nowhere, or to no open wave. They need no scripts.

use maud::{DOCTYPE, Markup, html};
use survey_defs::api::paths::CONSOLE_PAGE;
use survey_defs::text::Text;
use survey_defs::wave::Telephone;

use crate::catalogue::offices::Office;
use crate::catalogue::short_codes::ClosedPlace;

/// What the front page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Home {
    /// What was searched for; none if nothing was.
    pub(crate) query: Option<String>,
    /// What was found.
    pub(crate) offices: Vec<Office>,
    /// Whether everything here is simulated.
    pub(crate) is_trial: bool,
}

/// The front page: what this is, and the way to the form of an office.
pub(crate) fn home(home: &Home) -> String {
    let Home { query, offices, is_trial } = home;
    let title = "Ý kiến của người dân về dịch vụ hành chính công";
    let content = html! {
        @if *is_trial { (simulated()) }
        section lang="vi" aria-labelledby="title-vi" {
            h1 id="title-vi" { (title) }
            p { "Phiếu khảo sát hỏi Ông/Bà có hài lòng về lần làm thủ tục hay không. Trả lời là tự \
                 nguyện và không ghi tên. Cán bộ không xem được phiếu, chỉ nhận số liệu tổng hợp và góp \
                 ý không kèm tên." }
            p { "Cách nhanh nhất: quét mã QR tại nơi làm thủ tục hoặc trên giấy hẹn, hoặc dùng máy \
                 tính bảng đặt ở đó." }
            (search(query.as_deref()))
        }
        @if query.is_some() {
            (found(offices, *is_trial))
        }
        section lang="en" aria-labelledby="title-en" {
            h2 id="title-en" { "What people think of public administrative services" }
            p { "The survey asks how satisfied you are with the way your procedure was handled. \
                 Answering is voluntary and no name is recorded. Officials cannot see your form. They \
                 receive totals, and comments without names." }
            p { "The quickest way: scan the QR code at the office or on your receipt, or use the \
                 tablet there. You can also search for your office above." }
        }
        p.staff {
            a href=(CONSOLE_PAGE) {
                "Dành cho cán bộ" span lang="en" { " · For staff" }
            }
        }
    };
    page(title, &content)
}

/// What stands above everything that is simulated.
fn simulated() -> Markup {
    html! { p.simulated { "Dữ liệu mô phỏng / bản dùng thử · Simulated data / trial version" } }
}

/// The way to an office.
fn search(query: Option<&str>) -> Markup {
    html! {
        // To the results, which stand below the fold of a phone.
        form action="/#found" method="get" role="search" {
            label for="q" { "Tìm cơ quan: tên phường, xã, sở hoặc chi nhánh" }
            input id="q" name="q" type="search" maxlength="80" autocomplete="off" value=[query];
            button type="submit" { "Tìm" span lang="en" { " · Search" } }
        }
    }
}

/// What was found. Each trial says that it is one, unless the page has said so of everything.
fn found(offices: &[Office], is_trial: bool) -> Markup {
    html! {
        section aria-labelledby="found" {
            h2 id="found" tabindex="-1" {
                "Kết quả tìm kiếm" span lang="en" { " · Search results" }
            }
            @if offices.is_empty() {
                p { "Không có cơ quan nào tên như vậy đang khảo sát. Xin thử tên khác, ví dụ “Ba Đình”, \
                     hoặc hỏi nhân viên tại nơi làm thủ tục." }
                p lang="en" { "No office with such a name has a survey now. Please try another name, \
                               such as “Ba Đình”, or ask the staff at the office." }
            }
            @if !offices.is_empty() {
                ul.offices {
                    @for office in offices {
                        li {
                            (entry(office))
                            @if office.is_simulated && !is_trial { (simulated()) }
                        }
                    }
                }
            }
        }
    }
}

fn entry(office: &Office) -> Markup {
    let Office { name, telephone, form, is_asked_there, is_simulated: _ } = office;
    let Text { vi, en } = name;
    html! {
        strong { (vi) }
        @if vi != en { span lang="en" { " · " (en) } }
        @if let Some(form) = form {
            p { a href=(form) { "Mở phiếu" span lang="en" { " · Open the form" } } }
        } @else if *is_asked_there {
            p { "Xin quét mã QR hoặc dùng máy tính bảng tại cơ quan."
                span lang="en" { " · Please scan the QR code or use the tablet at the office." } }
        }
        @if let Some(telephone) = telephone {
            p { "Điện thoại" span lang="en" { " · Telephone" } ": "
                a href={ "tel:" (telephone.dialled()) } { (telephone.as_str()) } }
        }
    }
}

/// What a link to a form shows of itself in a chat: whose form it is, and what it asks.
pub(crate) fn card(unit: &Text, image: Option<&str>) -> String {
    let title = format!("{}: phiếu khảo sát mức độ hài lòng", unit.vi);
    let content = html! {
        meta property="og:type" content="website";
        meta property="og:locale" content="vi_VN";
        meta property="og:title" content=(title);
        meta property="og:description"
            content="Ông/Bà có hài lòng về lần làm thủ tục này không? Ẩn danh, tự nguyện, vài phút.";
        @if let Some(image) = image {
            meta property="og:image" content=(image);
        }
    };
    content.into_string()
}

/// What an address that leads nowhere shows.
pub(crate) fn missing() -> String {
    let title = "Không có trang này";
    let content = html! {
        section lang="vi" aria-labelledby="title-vi" {
            h1 id="title-vi" { (title) }
            p { "Địa chỉ có thể bị gõ sai một chữ hoặc một số. Xin so lại với địa chỉ in trên tờ giấy, \
                 quét mã QR, hoặc tìm cơ quan." }
            (search(None))
            p { a.way href="/" { "Về trang đầu, tìm cơ quan" } }
        }
        section lang="en" aria-labelledby="title-en" {
            h2 id="title-en" { "There is no such page" }
            p { "A letter or digit of the address may be wrong. Please compare it with the printed \
                 one, scan the QR code, or search for your office." }
            p { a.way href="/" { "To the front page, find an office" } }
        }
    };
    page(title, &content)
}

/// What a phone shows at the address of a device at a counter.
pub(crate) fn of_a_device() -> String {
    let title = "Địa chỉ này dành cho máy tính bảng tại quầy";
    let content = html! {
        section lang="vi" aria-labelledby="title-vi" {
            h1 id="title-vi" { (title) }
            p { "Phiếu gửi từ điện thoại không được nhận ở địa chỉ này. Xin dùng máy tính bảng tại quầy, quét \
                 mã QR, hoặc tìm cơ quan." }
            (search(None))
        }
        section lang="en" aria-labelledby="title-en" {
            h2 id="title-en" { "This address is for the tablet at the counter" }
            p { "Forms from phones are not taken here. Please use the tablet at the counter, scan the \
                 QR code, or search for your office." }
            p { a.way href="/" { "To the front page, find an office" } }
        }
    };
    page(title, &content)
}

/// What strangers see of a page for staff: where staff log in, and where citizens are meant to go.
pub(crate) fn staff_only() -> String {
    let title = "Trang này dành cho cán bộ";
    let content = html! {
        section lang="vi" aria-labelledby="title-vi" {
            h1 id="title-vi" { (title) }
            p { "Cán bộ cần đăng nhập trước: xin mở " a href=(CONSOLE_PAGE) { "trang quản trị" } ". Nếu công \
                 việc của Ông/Bà cần đến trang này, xin hỏi người quản trị hệ thống." }
            p { "Để gửi ý kiến về lần làm thủ tục, xin tìm cơ quan ở trang đầu." }
            p { a.way href="/" { "Về trang đầu, tìm cơ quan" } }
        }
        section lang="en" aria-labelledby="title-en" {
            h2 id="title-en" { "This page is for staff" }
            p { "Staff need to log in first: please open the " a href=(CONSOLE_PAGE) { "console" } ". If \
                 you need it for your work, please ask the administrator of the system." }
            p { "To say how your procedure was handled, please search for your office on the front \
                 page." }
            p { a.way href="/" { "To the front page, find an office" } }
        }
    };
    page(title, &content)
}

/// What a short address shows while no wave is open there: that it is right, and whom to call.
pub(crate) fn closed(place: &ClosedPlace) -> String {
    let ClosedPlace { unit, place, telephone, simulated: is_simulated } = place;
    let title = "Hiện chưa có đợt khảo sát tại đây";
    let dialled = |telephone: &Telephone| {
        html! { a href={ "tel:" (telephone.dialled()) } { (telephone.as_str()) } }
    };
    let content = html! {
        @if *is_simulated { (simulated()) }
        section lang="vi" aria-labelledby="title-vi" {
            h1 id="title-vi" { (title) }
            p { strong { (unit.vi) } br; (place.vi) }
            p { "Mã Ông/Bà nhập là đúng, nhưng đợt khảo sát tại đây đã kết thúc hoặc chưa bắt đầu." }
            @if let Some(telephone) = telephone {
                p { "Nếu cần phản ánh, kiến nghị ngay, xin gọi " (dialled(telephone)) "." }
            } @else {
                p { "Nếu cần phản ánh, kiến nghị ngay, xin gặp nhân viên hướng dẫn tại cơ quan." }
            }
            p { a.way href="/" { "Về trang đầu, tìm cơ quan khác" } }
        }
        section lang="en" aria-labelledby="title-en" {
            h2 id="title-en" { "No survey is open here at present" }
            p { strong { (unit.en) } br; (place.en) }
            p { "The code is right, but the survey here has ended or has not begun." }
            @if let Some(telephone) = telephone {
                p { "If you have feedback or a complaint now, please call " (dialled(telephone)) "." }
            } @else {
                p { "If you have feedback or a complaint now, please ask the staff at the office." }
            }
            p { a.way href="/" { "To the front page, find another office" } }
        }
    };
    page(title, &content)
}

/// What a short address with a wrong code shows.
pub(crate) fn unknown_code() -> String {
    let title = "Không có mã này";
    let content = html! {
        section lang="vi" aria-labelledby="title-vi" {
            h1 id="title-vi" { (title) }
            p { "Xin so lại năm chữ và số của mã với tờ giấy. Mã không có số 0, số 1, chữ I, chữ L và \
                 chữ O; chữ hoa hay chữ thường đều được. Nếu bộ gõ tiếng Việt tự thêm dấu, xin \
                 tắt bộ gõ." }
            p { "Ông/Bà cũng có thể quét mã QR, hoặc tìm cơ quan ở trang đầu." }
            p { a.way href="/" { "Về trang đầu, tìm cơ quan" } }
        }
        section lang="en" aria-labelledby="title-en" {
            h2 id="title-en" { "There is no such code" }
            p { "Please compare the five letters and digits with the printed ones. A code has no \
                 digit 0 or 1 and no letter I, L or O; capital and small letters are the same. If your \
                 Vietnamese keyboard adds accents, please turn it off." }
            p { "You can also scan the QR code, or search for your office on the front page." }
            p { a.way href="/" { "To the front page, find an office" } }
        }
    };
    page(title, &content)
}

fn page(title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) " – Thước Đo" }
                link rel="icon" type="image/svg+xml" href="/favicon.svg";
                link rel="stylesheet" href="/help.css";
            }
            body { main { (content) } }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(name: &str) -> Office {
        Office {
            name: Text { vi: name.into(), en: name.into() },
            telephone: Some("024 3825 3536".to_owned().try_into().unwrap()),
            form: Some("/p/AB3K7".into()),
            is_asked_there: true,
            is_simulated: false,
        }
    }

    #[test]
    fn what_people_write_and_names_are_escaped() {
        let nasty = "\"><script>1</script>&'";
        let page = home(&Home {
            query: Some(nasty.into()),
            offices: vec![office(nasty)],
            is_trial: false,
        });
        assert!(!page.contains("<script"));
        assert!(page.contains("&lt;script&gt;1&lt;/script&gt;&amp;"), "{page}");
    }

    #[test]
    fn a_simulated_wave_says_so() {
        let of = |offices: Vec<Office>, is_trial| {
            home(&Home { query: Some("a".into()), offices, is_trial })
        };
        let trial = Office { is_simulated: true, ..office("a") };
        let marks = |page: String| page.matches("mô phỏng").count();
        assert_eq!(marks(of(vec![office("a")], false)), 0);
        assert_eq!(marks(of(vec![trial.clone(), trial.clone()], true)), 1, "once for the page");
        // Beside a real office, each trial says so of itself.
        let both = of(vec![trial, office("z")], false);
        assert!(
            both.find("mô phỏng") > both.find("<strong>a")
                && both.find("mô phỏng") < both.find("<strong>z")
        );
        assert_eq!(marks(both), 1);
        assert_eq!(marks(home(&Home { is_trial: true, ..Home::default() })), 1, "before a search");
    }

    #[test]
    fn only_links_are_given_out() {
        let at_the_office = Office { form: None, ..office("a") };
        let page =
            home(&Home { query: Some("a".into()), offices: vec![at_the_office], is_trial: false });
        assert!(!page.contains("/p/") && page.contains("quét mã QR"), "{page}");
        assert!(page.contains("href=\"tel:02438253536\""), "{page}");
    }

    #[test]
    fn a_closed_place_says_whom_to_call_if_that_is_known() {
        let text = |text: &str| Text { vi: text.into(), en: text.into() };
        let place = ClosedPlace {
            unit: text("<b>"),
            place: text("Quầy"),
            telephone: Some("024 3825 3536".to_owned().try_into().unwrap()),
            simulated: false,
        };
        let page = closed(&place);
        assert_eq!(page.matches("href=\"tel:02438253536\"").count(), 2, "{page}");
        assert!(page.contains("&lt;b&gt;") && !page.contains("mô phỏng"), "{page}");
        let page = closed(&ClosedPlace { telephone: None, simulated: true, ..place });
        assert!(!page.contains("tel:") && page.contains("nhân viên hướng dẫn"), "{page}");
        assert!(page.contains("mô phỏng"), "{page}");
    }
}
