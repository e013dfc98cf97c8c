//! Reads what an answer of the server means for the records that were posted.

use js_sys::{Array, JSON};
use wasm_bindgen::{JsCast as _, JsValue};

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
    /// This record failed; the next one may not.
    NotNow,
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
    /// A problem document.
    Problem,
    /// A problem document that says that the device may not send, and never may again.
    NoDevice,
    /// A problem document of a server that does not know the address: it is older than this app.
    NoAddress,
    /// Something that is not from our server: the login page of a wireless network answers 200
    /// too, and a proxy without a server behind it answers 404.
    Foreign,
}

/// Reads the answer to one record; none if there was no answer.
pub(super) fn of_one(answer: Option<&PlainAnswer>, id: &str) -> Verdict {
    let Some(answer) = answer else { return Verdict::NoServer { retry_after_s: None } };
    let value = JSON::parse(&answer.text).unwrap_or_default();
    judge((answer.status, body(&value, &value, id)), answer.retry_after_s)
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
            (status, body(&receipt, &problem, &record.id))
        };
        results.iter().zip(records).map(one).collect()
    });
    judge_batch(answer.status, results, answer.retry_after_s)
}

fn body(receipt: &JsValue, problem: &JsValue, id: &str) -> Body {
    if field(receipt, "id").as_string().as_deref() == Some(id) {
        return Body::Receipt;
    }
    match field(problem, "code").as_string().as_deref() {
        Some("device_unproven" | "device_revoked") => Body::NoDevice,
        Some("not_found" | "method_not_allowed") => Body::NoAddress,
        Some(_) => Body::Problem,
        None => Body::Foreign,
    }
}

fn judge(result: (u16, Body), retry_after_s: Option<u32>) -> Verdict {
    match result {
        (200..=299, Body::Receipt) => Verdict::Recorded,
        (status @ (400 | 404 | 409 | 413 | 422), Body::Problem) | (status, Body::NoDevice) => {
            Verdict::Refused { status }
        }
        // A stranger who answers a request like this answers all of them so.
        (408 | 429 | 502..=504, _) | (200..=399 | 404 | 511, Body::Foreign) => {
            Verdict::NoServer { retry_after_s }
        }
        _ => Verdict::NotNow,
    }
}

fn judge_batch(
    status: u16,
    results: Option<Vec<(u16, Body)>>,
    retry_after_s: Option<u32>,
) -> Verdicts {
    match (status, results) {
        (200, Some(results)) => {
            Verdicts::Each(results.into_iter().map(|result| judge(result, None)).collect())
        }
        (408 | 429 | 502..=504, _) => Verdicts::NoServer { retry_after_s },
        _ => Verdicts::Alone,
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
            (200, Body::Problem, Verdict::NotNow),
            (409, Body::Problem, refused(409)),
            (422, Body::Problem, refused(422)),
            (400, Body::Problem, refused(400)),
            (404, Body::Problem, refused(404)),
            (404, Body::NoAddress, Verdict::NotNow),
            (405, Body::NoAddress, Verdict::NotNow),
            (400, Body::Foreign, Verdict::NotNow),
            (401, Body::Problem, Verdict::NotNow),
            (403, Body::Problem, Verdict::NotNow),
            // A firewall may stumble over the words of one person and let the next pass.
            (403, Body::Foreign, Verdict::NotNow),
            (409, Body::Foreign, Verdict::NotNow),
            (413, Body::Problem, refused(413)),
            (401, Body::NoDevice, refused(401)),
            (403, Body::NoDevice, refused(403)),
            (413, Body::Foreign, Verdict::NotNow),
            (422, Body::Foreign, Verdict::NotNow),
            (500, Body::Problem, Verdict::NotNow),
            (500, Body::Receipt, Verdict::NotNow),
            (200, Body::Foreign, no_server),
            (302, Body::Foreign, no_server),
            (404, Body::Foreign, no_server),
            (511, Body::Foreign, no_server),
            (408, Body::Foreign, no_server),
            (429, Body::Problem, no_server),
            (503, Body::Problem, no_server),
            (502, Body::Foreign, no_server),
        ] {
            assert_eq!(judge((status, body), Some(9)), expected, "{status} {body:?}");
        }
        assert_eq!(of_one(None, "an id"), Verdict::NoServer { retry_after_s: None });
    }

    #[test]
    fn each_record_of_a_batch_is_judged_alone() {
        let results = vec![
            (201, Body::Receipt),
            (200, Body::Receipt),
            (202, Body::Receipt),
            (422, Body::Problem),
            (201, Body::Foreign),
            (500, Body::Problem),
        ];
        let expected = Verdicts::Each(vec![
            Verdict::Recorded,
            Verdict::Recorded,
            Verdict::Recorded,
            Verdict::Refused { status: 422 },
            Verdict::NoServer { retry_after_s: None },
            Verdict::NotNow,
        ]);
        assert_eq!(judge_batch(200, Some(results), None), expected);
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
            assert_eq!(judge_batch(status, results, Some(7)), expected, "{status}");
        }
        assert_eq!(of_batch(None, &[]), Verdicts::NoServer { retry_after_s: None });
    }
}
