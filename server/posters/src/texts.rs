//! Every text of a poster in Vietnamese and English: short, for people who seldom read on a
//! telephone.

use survey_defs::text::Language;

/// One sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    vi: String,
    en: String,
}

impl Phrase {
    pub(crate) fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }

    pub(crate) fn get(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

pub(crate) const PRODUCT: &str = "Thước Đo";

pub(crate) fn tagline() -> Phrase {
    Phrase::new("Sự hài lòng của người dân là thước đo", "People’s satisfaction is the measure")
}

pub(crate) fn headline() -> Phrase {
    Phrase::new("Ông/Bà có hài lòng không?", "Are you satisfied with our service?")
}

pub(crate) fn simulated() -> Phrase {
    Phrase::new(
        "DỮ LIỆU MÔ PHỎNG – bản in thử, không treo",
        "SIMULATED DATA – a trial print, not for display",
    )
}

pub(crate) fn steps() -> [Phrase; 3] {
    [
        Phrase::new("Mở máy ảnh trên điện thoại.", "Open the camera of your phone."),
        Phrase::new(
            "Hướng máy ảnh vào ô vuông này, rồi chạm vào dòng chữ hiện ra.",
            "Point it at this square, then tap the line that appears.",
        ),
        Phrase::new(
            "Chạm vào câu trả lời, rồi chạm “Gửi phiếu”.",
            "Tap your answers, then tap “Send”.",
        ),
    ]
}

pub(crate) fn promises(minutes: u32) -> [Phrase; 3] {
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    [
        Phrase::new("Không ghi tên Ông/Bà", "Your name is not recorded"),
        Phrase::new("Cán bộ không xem được phiếu", "Officials cannot see your form"),
        Phrase::new(
            format!("Chỉ mất khoảng {minutes} phút"),
            format!("It takes about {minutes} {unit}"),
        ),
    ]
}

pub(crate) fn typing() -> Phrase {
    Phrase::new(
        "Không quét được? Gõ địa chỉ này vào trình duyệt:",
        "Cannot scan it? Type this address into a browser:",
    )
}

pub(crate) fn help() -> Phrase {
    Phrase::new(
        "Cần giúp đỡ hoặc muốn dùng phiếu giấy? Xin hỏi nhân viên hướng dẫn.",
        "Need help, or a paper form? Please ask the staff.",
    )
}

pub(crate) fn telephone() -> Phrase {
    Phrase::new("Điện thoại", "Telephone")
}
