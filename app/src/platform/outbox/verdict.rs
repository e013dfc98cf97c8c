//! Reads what an answer of the server means for the records that were posted.
//!
//! A verdict is final only if no state of the server can change it: see ADR 0026.

use js_sys::{Array, JSON};
use survey_defs::generation::WIRE_GENERATION;
use wasm_bindgen::{JsCast as _, JsValue};

use super::rest::Answered;
use super::store::Record;
use crate::platform::database::{field, whole};
use crate::platform::http::PlainAnswer;

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server has it on disk.
    Recorded,
    /// The server will never take it.
    Refused { status: u16 },
    /// The server does not take this record as it stands now; it may take the next one.
    NotNow(Answered),
    /// No record will pass at the moment.
    NoServer { retry_after_s: Option<u32> },
}

/// What becomes of records that were posted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdicts {
    /// Each has its own verdict.
    Each(Vec<Verdict>),
    /// The server did not take them together; alone they may pass.
    Alone,
    /// No record will pass at the moment.
    NoServer { retry_after_s: Option<u32> },
}

/// What the body of an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// A receipt that names the record.
    Receipt,
    /// A problem document that speaks of the record itself, of a server that knows all that this
    /// program may have written in it.
    Final,
    /// A problem document: there is no room for this record; there may be for others.
    Full { retry_after_s: u64 },
    /// Another problem document.
    Problem,
    /// Something that is not from our server: the login page of a wireless network answers 200
    /// too, and a proxy without a server behind it answers 404.
    Foreign,
}

/// Reads the answer to one record; none if there was no answer.
pub(super) fn of_one(answer: Option<&PlainAnswer>, id: &str) -> Verdict {
    let Some(answer) = answer else { return Verdict::NoServer { retry_after_s: None } };
    let value = JSON::parse(&answer.text).unwrap_or_default();
    let body = body(&value, &value, (id, answer.generation));
    judge((answer.status, body), answer.retry_after_s, answer.server_time)
}

/// Reads the answer to several records; none if there was no answer.
pub(super) fn of_batch(answer: Option<&PlainAnswer>, records: &[Record]) -> Verdicts {
    let Some(answer) = answer else { return Verdicts::NoServer { retry_after_s: None } };
    let results =
        field(&JSON::parse(&answer.text).unwrap_or_default(), "results").dyn_into::<Array>();
    let results = results.ok().filter(|results| results.length() as usize == records.len());
    let results = results.map(|results| {
        let one = |(result, record): (JsValue, &Record)| {
            let status = u16::try_from(whole(&field(&result, "status"))).unwrap_or_default();
            let (receipt, problem) = (field(&result, "receipt"), field(&result, "problem"));
            (status, body(&receipt, &problem, (&record.id, answer.generation)))
        };
        results.iter().zip(records).map(one).collect()
    });
    judge_batch(answer.status, results, answer.retry_after_s, answer.server_time)
}

fn body(receipt: &JsValue, problem: &JsValue, (id, generation): (&str, u32)) -> Body {
    if field(receipt, "id").as_string().as_deref() == Some(id) {
        return Body::Receipt;
    }
    let retry_after_s = whole(&field(problem, "retry_after_s"));
    of_code(field(problem, "code").as_string().as_deref(), generation, retry_after_s)
}

fn of_code(code: Option<&str>, generation: u32, retry_after_s: u64) -> Body {
    match code {
        Some("submission_invalid" | "submission_conflict" | "body_too_large")
            if generation >= WIRE_GENERATION =>
        {
            Body::Final
        }
        Some("quarantine_full" | "place_full") => Body::Full { retry_after_s },
        Some(_) => Body::Problem,
        None => Body::Foreign,
    }
}

/// Whether a status says that the server will never take a record.
pub(super) fn is_final(status: u16) -> bool {
    matches!(status, 409 | 413 | 422)
}

fn judge(result: (u16, Body), retry_after_s: Option<u32>, server_time: u64) -> Verdict {
    let not_now = |retry_after_s| Verdict::NotNow(Answered { server_time, retry_after_s });
    match result {
        (200..=299, Body::Receipt) => Verdict::Recorded,
        (status, Body::Final) if is_final(status) => Verdict::Refused { status },
        (429, Body::Full { retry_after_s }) => not_now(retry_after_s),
        // A stranger who answers a request like this answers all of them so.
        (408 | 429 | 502..=504, _) | (200..=399 | 404 | 511, Body::Foreign) => {
            Verdict::NoServer { retry_after_s }
        }
        _ => not_now(0),
    }
}

fn judge_batch(
    status: u16,
    results: Option<Vec<(u16, Body)>>,
    retry_after_s: Option<u32>,
    server_time: u64,
) -> Verdicts {
    match (status, results) {
        (200, Some(results)) => {
            let one = |result| judge(result, None, server_time);
            Verdicts::Each(results.into_iter().map(one).collect())
        }
        (408 | 429 | 502..=504, _) => Verdicts::NoServer { retry_after_s },
        _ => Verdicts::Alone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOT_NOW: Verdict = Verdict::NotNow(Answered { server_time: 5, retry_after_s: 0 });
    const FULL: Body = Body::Full { retry_after_s: 3_601 };
    const ASIDE_LATER: Verdict = Verdict::NotNow(Answered { server_time: 5, retry_after_s: 3_601 });

    #[test]
    fn every_answer_has_one_meaning() {
        let refused = |status| Verdict::Refused { status };
        let no_server = Verdict::NoServer { retry_after_s: Some(9) };
        for (status, body, expected) in [
            (201, Body::Receipt, Verdict::Recorded),
            (200, Body::Receipt, Verdict::Recorded),
            (202, Body::Receipt, Verdict::Recorded),
            (200, Body::Problem, NOT_NOW),
            (200, Body::Final, NOT_NOW),
            (409, Body::Final, refused(409)),
            (413, Body::Final, refused(413)),
            (422, Body::Final, refused(422)),
            (409, Body::Problem, NOT_NOW),
            (413, Body::Problem, NOT_NOW),
            (422, Body::Problem, NOT_NOW),
            (400, Body::Problem, NOT_NOW),
            (404, Body::Problem, NOT_NOW),
            (405, Body::Problem, NOT_NOW),
            (415, Body::Problem, NOT_NOW),
            (400, Body::Foreign, NOT_NOW),
            (401, Body::Problem, NOT_NOW),
            (403, Body::Problem, NOT_NOW),
            // A firewall may stumble over the words of one person and let the next pass.
            (403, Body::Foreign, NOT_NOW),
            (409, Body::Foreign, NOT_NOW),
            (413, Body::Foreign, NOT_NOW),
            (422, Body::Foreign, NOT_NOW),
            (500, Body::Problem, NOT_NOW),
            (500, Body::Receipt, NOT_NOW),
            (200, Body::Foreign, no_server),
            (302, Body::Foreign, no_server),
            (404, Body::Foreign, no_server),
            (511, Body::Foreign, no_server),
            (408, Body::Foreign, no_server),
            // The sender has sent too much; or this one record finds no room.
            (429, Body::Problem, no_server),
            (429, FULL, ASIDE_LATER),
            (503, Body::Problem, no_server),
            (502, Body::Foreign, no_server),
        ] {
            assert_eq!(judge((status, body), Some(9), 5), expected, "{status} {body:?}");
        }
        assert_eq!(of_one(None, "an id"), Verdict::NoServer { retry_after_s: None });
    }

    #[test]
    fn only_a_server_that_is_no_older_has_the_last_word_on_a_record() {
        for (code, of_older, of_equal) in [
            (Some("submission_invalid"), Body::Problem, Body::Final),
            (Some("submission_conflict"), Body::Problem, Body::Final),
            (Some("body_too_large"), Body::Problem, Body::Final),
            (Some("wave_unknown"), Body::Problem, Body::Problem),
            (Some("wave_takes_other"), Body::Problem, Body::Problem),
            (Some("body_shape"), Body::Problem, Body::Problem),
            (Some("rate_limited"), Body::Problem, Body::Problem),
            (Some("quarantine_full"), FULL, FULL),
            (Some("place_full"), FULL, FULL),
            (Some("device_revoked"), Body::Problem, Body::Problem),
            (None, Body::Foreign, Body::Foreign),
        ] {
            for older in 0..WIRE_GENERATION {
                assert_eq!(of_code(code, older, 3_601), of_older, "{code:?} of {older}");
            }
            for other in [WIRE_GENERATION, WIRE_GENERATION + 1] {
                assert_eq!(of_code(code, other, 3_601), of_equal, "{code:?} of {other}");
            }
        }
    }

    #[test]
    fn each_record_of_a_batch_is_judged_alone() {
        let results = vec![
            (201, Body::Receipt),
            (200, Body::Receipt),
            (202, Body::Receipt),
            (422, Body::Final),
            (201, Body::Foreign),
            (500, Body::Problem),
            (429, FULL),
            (201, Body::Receipt),
        ];
        let expected = Verdicts::Each(vec![
            Verdict::Recorded,
            Verdict::Recorded,
            Verdict::Recorded,
            Verdict::Refused { status: 422 },
            Verdict::NoServer { retry_after_s: None },
            NOT_NOW,
            ASIDE_LATER,
            Verdict::Recorded,
        ]);
        assert_eq!(judge_batch(200, Some(results), None, 5), expected);
    }

    #[test]
    fn a_batch_that_is_not_taken_goes_one_by_one() {
        let one = Some(vec![(201, Body::Receipt)]);
        for (status, results, expected) in [
            (413, None, Verdicts::Alone),
            (400, None, Verdicts::Alone),
            (404, None, Verdicts::Alone),
            (500, None, Verdicts::Alone),
            // Not our server, or not as many results as records.
            (200, None, Verdicts::Alone),
            (201, one.clone(), Verdicts::Alone),
            (503, None, Verdicts::NoServer { retry_after_s: Some(7) }),
            (429, one, Verdicts::NoServer { retry_after_s: Some(7) }),
        ] {
            assert_eq!(judge_batch(status, results, Some(7), 5), expected, "{status}");
        }
        assert_eq!(of_batch(None, &[]), Verdicts::NoServer { retry_after_s: None });
    }
}
