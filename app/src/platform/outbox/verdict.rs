//! What an answer of the server means for the record.

use crate::platform::http::PlainAnswer;
use crate::platform::json;

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server has it on disk.
    Recorded,
    /// The server will never take it.
    Refused { status: u16 },
    /// This record failed; the next one may not.
    NotNow,
    /// No record will pass at the moment.
    NoServer { retry_after_s: Option<u32> },
}

/// What the body of an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// A receipt that names the record.
    Receipt,
    /// A problem document.
    Problem,
    /// Something that is not from our server: the login page of a wireless network answers 200
    /// too, and a proxy without a server behind it answers 404.
    Foreign,
}

/// Reads the answer to a record; none if there was no answer.
pub(super) fn verdict(answer: Option<&PlainAnswer>, id: &str) -> Verdict {
    match answer {
        Some(answer) => judge(answer.status, body(&answer.text, id), answer.retry_after_s),
        None => Verdict::NoServer { retry_after_s: None },
    }
}

fn body(text: &str, id: &str) -> Body {
    if json::text_field(text, "id").as_deref() == Some(id) {
        Body::Receipt
    } else if json::text_field(text, "code").is_some() {
        Body::Problem
    } else {
        Body::Foreign
    }
}

fn judge(status: u16, body: Body, retry_after_s: Option<u32>) -> Verdict {
    match (status, body) {
        (200..=299, Body::Receipt) => Verdict::Recorded,
        (409 | 422, _) | (400 | 404, Body::Problem) => Verdict::Refused { status },
        (408 | 429 | 502..=504, _) => Verdict::NoServer { retry_after_s },
        _ => Verdict::NotNow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_one_meaning() {
        let refused = |status| Verdict::Refused { status };
        let no_server = Verdict::NoServer { retry_after_s: Some(9) };
        for (status, body, expected) in [
            (201, Body::Receipt, Verdict::Recorded),
            (200, Body::Receipt, Verdict::Recorded),
            (202, Body::Receipt, Verdict::Recorded),
            (200, Body::Foreign, Verdict::NotNow),
            (409, Body::Problem, refused(409)),
            (422, Body::Foreign, refused(422)),
            (400, Body::Problem, refused(400)),
            (404, Body::Problem, refused(404)),
            (404, Body::Foreign, Verdict::NotNow),
            (400, Body::Foreign, Verdict::NotNow),
            (403, Body::Problem, Verdict::NotNow),
            (413, Body::Problem, Verdict::NotNow),
            (500, Body::Problem, Verdict::NotNow),
            (500, Body::Receipt, Verdict::NotNow),
            (503, Body::Problem, no_server),
            (502, Body::Foreign, no_server),
        ] {
            assert_eq!(judge(status, body, Some(9)), expected, "{status} {body:?}");
        }
        assert_eq!(verdict(None, "an id"), Verdict::NoServer { retry_after_s: None });
    }
}
