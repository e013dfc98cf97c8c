//! Problem documents (RFC 9457) and the catalogue of their codes.
//!
//! A code is stable and never reused. Programs decide by the code; titles and details are for
//! people and may change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::RowFinding;
use crate::device::Freshness;
use crate::engine::Violation;
use crate::text::Text;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong, for programs and for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:thuocdo:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code, for programs.
    pub code: ProblemCode,
    /// A sentence for this code, in Vietnamese.
    pub title: String,
    /// A sentence for this code, in English.
    pub title_en: String,
    /// The HTTP status.
    pub status: u16,
    /// What exactly went wrong, in English, for the sender of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The id under which the log has the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The seconds after which the same may be sent again; a whole answer also says them in `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u32>,
    /// With `submission_invalid`: every violation, in the order of the questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// With `heartbeat_stale`: by what the next heartbeat is known as such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freshness: Option<Freshness>,
    /// With `import_rejected`: every invalid row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowFinding>,
}

/// Defines the catalogue: code, HTTP status, and the sentence in both languages.
macro_rules! problem_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $vi:literal, $en:literal;)*) => {
        /// The catalogue of problem codes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The code as it stands on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// The sentence for people: what happened and what to do.
            pub fn title(self) -> Text {
                let (vi, en) = match self { $(Self::$name => ($vi, $en)),* };
                Text { vi: vi.into(), en: en.into() }
            }
        }
    };
}

problem_codes! {
    /// The body is not JSON, or not UTF-8.
    BodyMalformed = "body_malformed", 400,
        "Nội dung gửi lên không phải JSON hợp lệ.", "The body is not valid JSON in UTF-8.";
    /// The body is JSON of another shape: an unknown field, a missing field or a wrong type.
    BodyShape = "body_shape", 400,
        "Nội dung gửi lên sai cấu trúc.", "The body has an unknown field, a missing field or a wrong type.";
    /// The address does not accept this content type: it accepts JSON, or CSV for imports.
    ContentType = "content_type", 415,
        "Kiểu nội dung của yêu cầu không đúng.", "This address does not accept this content type.";
    /// The body is larger than the limit.
    BodyTooLarge = "body_too_large", 413,
        "Nội dung gửi lên quá lớn.", "The body is too large; send fewer records at a time.";
    /// A body that was announced did not come: nothing of it for some seconds. Nothing was stored.
    BodySilent = "body_silent", 408,
        "Nội dung gửi lên bị ngắt quãng quá lâu, xin gửi lại.", "The body stopped coming for too long; send it again.";
    /// A batch has no record or too many.
    BatchSize = "batch_size", 400,
        "Số phiếu trong một lần gửi không hợp lệ.", "A batch must have at least one record and at most as many as the limit allows.";
    /// A query parameter is missing, unknown or malformed.
    QueryInvalid = "query_invalid", 400,
        "Tham số truy vấn không hợp lệ.", "A query parameter is missing, unknown or malformed.";
    /// The engine found violations; `violations` lists them.
    SubmissionInvalid = "submission_invalid", 422,
        "Phiếu có câu trả lời chưa hợp lệ.", "Some answers are not valid.";
    /// The id was recorded before with other content. The first content stands.
    SubmissionConflict = "submission_conflict", 409,
        "Mã phiếu này đã được ghi nhận với nội dung khác.", "This submission id is already recorded with other content.";
    /// No such wave.
    WaveUnknown = "wave_unknown", 404,
        "Không có đợt khảo sát này.", "There is no such wave.";
    /// The wave takes something else: forms, a drawn sample, or level counts.
    WaveTakesOther = "wave_takes_other", 409,
        "Đợt khảo sát này không nhận loại số liệu này.", "The wave does not take data of this kind.";
    /// The wave takes nothing at this time. Submissions are kept aside instead; break-offs are not.
    WaveNotOpen = "wave_not_open", 422,
        "Đợt khảo sát hiện không mở.", "The wave is not open at this time.";
    /// No such service point in the wave.
    PointUnknown = "point_unknown", 404,
        "Đợt khảo sát không có điểm khảo sát này.", "The wave has no such service point.";
    /// People do not come to this service point by themselves, so it has no poster.
    PointWithoutPoster = "point_without_poster", 422,
        "Điểm khảo sát này dành cho điều tra viên hoặc nhập phiếu giấy nên không có áp phích.", "This service point is for interviewers or for entering paper forms, so it has no poster.";
    /// No such instrument or version.
    InstrumentUnknown = "instrument_unknown", 404,
        "Không có mẫu phiếu hoặc phiên bản này.", "There is no such instrument or version.";
    /// No such method.
    MethodUnknown = "method_unknown", 404,
        "Không có phương pháp tính này.", "There is no such method.";
    /// Level counts have no channels, respondent types or flags, and some have no month, so this filter does not apply.
    FilterDoesNotFit = "filter_does_not_fit", 422,
        "Dữ liệu tổng hợp của đợt này không lọc được theo tiêu chí đã chọn.", "The level counts of this wave cannot be filtered this way; remove the filter.";
    /// The wave holds level counts, which say nothing about single forms, so the quality of answers is unknown.
    QualityNeedsForms = "quality_needs_forms", 422,
        "Đợt khảo sát này chỉ có số liệu tổng hợp nên không đánh giá được chất lượng trả lời.", "The wave holds only level counts, which say nothing about the quality of answers.";
    /// The method cannot score this wave: weights for other contents, or a rule over respondents on counts.
    MethodDoesNotFit = "method_does_not_fit", 422,
        "Phương pháp tính không áp dụng được cho đợt khảo sát này.", "The method cannot score this wave.";
    /// Forms came in for a unit or procedure group that the dossier counts do not have.
    DossiersDoNotFit = "dossiers_do_not_fit", 422,
        "Số liệu hồ sơ thiếu đơn vị hoặc nhóm thủ tục đã có phiếu.", "The dossier counts lack a unit or procedure group that has forms; import complete counts, or ask for unweighted scores.";
    /// The instrument of the wave has no such content, factor or question.
    NodeUnknown = "node_unknown", 404,
        "Mẫu phiếu của đợt khảo sát không có phần này.", "The instrument of the wave has no such part of the index.";
    /// The wave holds level counts, which have no precision, so nothing can be compared.
    NoStandardErrors = "no_standard_errors", 422,
        "Dữ liệu tổng hợp của đợt này không có sai số chuẩn nên không so sánh được.", "The level counts of this wave have no standard errors, so they cannot be compared.";
    /// Waves of different populations are never compared.
    PopulationsDiffer = "populations_differ", 422,
        "Hai đợt khảo sát có đối tượng khác nhau nên không so sánh được.", "The two waves have different populations and cannot be compared.";
    /// No such reporting period.
    PeriodUnknown = "period_unknown", 404,
        "Không có kỳ báo cáo này.", "There is no such reporting period.";
    /// An import has invalid rows; nothing was imported; `rows` lists them.
    ImportRejected = "import_rejected", 422,
        "Tệp có dòng lỗi nên chưa nhập dòng nào.", "The file has invalid rows; nothing was imported.";
    /// The same file was imported into this wave before.
    ImportRepeated = "import_repeated", 409,
        "Tệp này đã được nhập vào đợt khảo sát.", "This file was already imported into this wave.";
    /// The import contradicts what the wave holds: the other kind of data, or counts for the same cell.
    ImportConflict = "import_conflict", 409,
        "Dữ liệu trong tệp mâu thuẫn với dữ liệu đã có của đợt khảo sát.", "The file contradicts what the wave already holds; nothing was imported.";
    /// The enrolment code is wrong.
    EnrolmentRefused = "enrolment_refused", 403,
        "Mã kích hoạt không đúng. Xin kiểm tra lại từng chữ và số; sau năm lần nhập sai, mã không dùng được nữa.", "The enrolment code is wrong. Check every letter and digit; after five wrong entries a code no longer works.";
    /// The enrolment code is right, but wrong secrets have ended it.
    EnrolmentCodeEnded = "enrolment_code_ended", 403,
        "Mã kích hoạt này đã bị nhập sai năm lần nên không dùng được nữa. Xin hỏi quản trị viên mã mới.", "This enrolment code was entered wrongly five times, so it no longer works; ask the administrator for a new one.";
    /// The enrolment code is right, but has expired.
    EnrolmentCodeExpired = "enrolment_code_expired", 403,
        "Mã kích hoạt này đã hết hạn (24 giờ). Xin hỏi quản trị viên mã mới.", "This enrolment code has expired (24 hours); ask the administrator for a new one.";
    /// The enrolment code is right, but another device was enrolled with it.
    EnrolmentCodeUsed = "enrolment_code_used", 403,
        "Mã kích hoạt này đã dùng cho một thiết bị. Xin hỏi quản trị viên mã mới.", "This enrolment code was already used for a device; ask the administrator for a new one.";
    /// A setting of the device is out of its range, or its name is empty or too long.
    DeviceInvalid = "device_invalid", 422,
        "Thông tin thiết bị không hợp lệ.", "The name or a setting of the device is not valid.";
    /// No such device.
    DeviceUnknown = "device_unknown", 404,
        "Không có thiết bị này.", "There is no such device.";
    /// Staff have revoked the device.
    DeviceRevoked = "device_revoked", 403,
        "Thiết bị này đã bị thu hồi.", "This device was revoked; add it again and enrol it with the new code.";
    /// The device did not prove its identity.
    DeviceUnproven = "device_unproven", 401,
        "Thiết bị chưa chứng minh được danh tính.", "The device did not prove its identity.";
    /// A heartbeat is not the next one of its device; `freshness` says what that must carry.
    HeartbeatStale = "heartbeat_stale", 409,
        "Tín hiệu này của thiết bị đã cũ; máy sẽ tự gửi tín hiệu mới.", "This heartbeat is old or was taken before; send a new one with the nonce and a higher counter.";
    /// For staff: the request has no session, nor a token that is good.
    LoginRequired = "login_required", 401,
        "Phần này dành cho cán bộ; xin đăng nhập bằng đường dẫn mà máy chủ cấp.", "This is for staff; log in with a link that the server has printed.";
    /// The link is wrong, was used already, or is older than 15 minutes.
    LoginRefused = "login_refused", 403,
        "Đường dẫn đăng nhập không đúng, đã dùng rồi hoặc đã quá 15 phút. Xin lấy đường dẫn mới trên máy chủ.", "The login link is wrong, was used already, or is older than 15 minutes; get a new one on the server.";
    /// A page without encryption, on another machine than the server, wants to log in.
    LoginInsecure = "login_insecure", 403,
        "Trang này mở không có mã hoá (http) nên không đăng nhập được; xin dùng địa chỉ https, hoặc mở ngay trên máy chủ.", "This page was opened without encryption (http), so it cannot log in; use the https address, or open it on the server itself.";
    /// The caller has logged in and lacks the right.
    StaffOnly = "staff_only", 403,
        "Người dùng này không có quyền làm việc đó.", "This caller does not have the right to do that.";
    /// A page of another site has sent a request that changes something.
    OtherSite = "other_site", 403,
        "Yêu cầu này do một trang web khác gửi nên bị từ chối; hãy mở trang quản trị và làm lại ở đó.", "A page of another site has sent this request; open the console and do it there.";
    /// Nothing at this address.
    NotFound = "not_found", 404,
        "Không có gì ở địa chỉ này.", "There is nothing at this address.";
    /// The address accepts other methods.
    MethodNotAllowed = "method_not_allowed", 405,
        "Địa chỉ này không nhận phương thức đó.", "This address does not accept that HTTP method.";
    /// The request took too long.
    Timeout = "timeout", 503,
        "Máy chủ xử lý quá lâu, xin thử lại.", "The server took too long; try again.";
    /// So many rows wait to be stored that another one would wait too long. Nothing was stored.
    Busy = "busy", 503,
        "Hệ thống đang quá tải; thiết bị sẽ tự gửi lại sau vài giây.", "The server is overloaded; send again after the seconds in Retry-After.";
    /// Too many requests came from one address or device. Nothing was stored.
    RateLimited = "rate_limited", 429,
        "Có quá nhiều yêu cầu từ cùng một nơi; xin đợi vài giây rồi gửi lại.", "Too many requests came from one address or device; send again after the seconds in Retry-After.";
    /// The service point or the wave of this record has taken too many lately. It was not stored; other records
    /// may pass.
    PlaceFull = "place_full", 429,
        "Điểm khảo sát này đang nhận quá nhiều phiếu nên phiếu này chưa được nhận; thiết bị sẽ tự gửi lại sau.", "This service point or wave has taken too many records lately; send this one again after the seconds in retry_after_s.";
    /// Too much is kept aside already, in all or of one address, so there is no room for this record. It was not
    /// stored; other records may pass.
    QuarantineFull = "quarantine_full", 429,
        "Phần lưu phiếu chờ xác minh đã đầy nên phiếu này chưa được nhận; thiết bị sẽ tự gửi lại sau.", "Too much is kept aside, so this record was not taken; send it again after the seconds in retry_after_s.";
    /// The database does not answer; the same request may be sent again.
    Unavailable = "unavailable", 503,
        "Máy chủ tạm thời chưa ghi được, xin gửi lại sau.", "The server cannot record at the moment; send again later.";
    /// An internal error of the server; the log has the cause under the request id.
    Internal = "internal", 500,
        "Máy chủ gặp lỗi.", "The server has an internal error.";
}

impl Problem {
    /// A problem with its code, title and status.
    pub fn new(code: ProblemCode) -> Self {
        let title = code.title();
        Self {
            kind: format!("urn:thuocdo:problem:{}", code.as_str()),
            code,
            title: title.vi,
            title_en: title.en,
            status: code.status(),
            detail: None,
            request_id: None,
            retry_after_s: None,
            violations: Vec::new(),
            freshness: None,
            rows: Vec::new(),
        }
    }

    /// With a detail for the sender of the request.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_round_trip() {
        let words: BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), ProblemCode::ALL.len());
        for code in ProblemCode::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
            assert!((400..600).contains(&code.status()));
        }
    }
}
