//! Counts the answers of the server.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use uuid::Uuid;

use crate::connection::Answer;

/// What one client was told.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// The times of requests that had an answer, in microseconds.
    pub(crate) latencies_us: Vec<u32>,
    /// Records that are new in the log.
    pub(crate) created: u64,
    /// Their positions, as far as they were told: phones are not.
    pub(crate) positions: Vec<u64>,
    /// Records that were in the log already.
    pub(crate) same: u64,
    /// Requests that were to come again later.
    pub(crate) turned_away: u64,
    /// Connections that broke, or could not be opened.
    pub(crate) broken: u64,
    /// What must not be, by kind, in records.
    pub(crate) failures: BTreeMap<String, u64>,
}

/// The part of a receipt that is looked at.
#[derive(Deserialize)]
struct Receipt<'a> {
    id: Uuid,
    #[serde(borrow)]
    status: Status<'a>,
    position: Option<u64>,
}

#[derive(Deserialize)]
struct Status<'a> {
    result: &'a str,
}

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    results: Vec<OfBatch<'a>>,
}

#[derive(Deserialize)]
struct OfBatch<'a> {
    status: u16,
    #[serde(borrow)]
    receipt: Option<Receipt<'a>>,
}

impl Tally {
    pub(crate) fn latency(&mut self, elapsed: Duration) {
        self.latencies_us.push(u32::try_from(elapsed.as_micros()).unwrap_or(u32::MAX));
    }

    /// Counts the answer to one record, which was not to come again later.
    pub(crate) fn single(&mut self, id: Uuid, answer: &Answer) {
        match serde_json::from_slice::<Receipt<'_>>(&answer.body) {
            Ok(receipt) => self.receipt(id, answer.status, Some(&receipt)),
            Err(_) => self.receipt(id, answer.status, None),
        }
    }

    /// Counts the answer to several records, which were not to come again later.
    pub(crate) fn batch(&mut self, ids: &[Uuid], answer: &Answer) {
        let n_records = ids.len() as u64;
        if answer.status != 200 {
            return self.fail(&format!("status {}", answer.status), n_records);
        }
        match serde_json::from_slice::<Batch<'_>>(&answer.body) {
            Ok(batch) if batch.results.len() == ids.len() => {
                for (id, result) in ids.iter().zip(&batch.results) {
                    self.receipt(*id, result.status, result.receipt.as_ref());
                }
            }
            Ok(_) => self.fail("another number of results", n_records),
            Err(_) => self.fail("unreadable results", n_records),
        }
    }

    pub(crate) fn fail(&mut self, kind: &str, records: u64) {
        *self.failures.entry(kind.to_owned()).or_default() += records;
    }

    fn receipt(&mut self, id: Uuid, status: u16, receipt: Option<&Receipt<'_>>) {
        let recorded =
            receipt.filter(|receipt| receipt.id == id && receipt.status.result == "recorded");
        match (status, recorded) {
            (201, Some(receipt)) => {
                self.created += 1;
                self.positions.extend(receipt.position);
            }
            (200, Some(_)) => self.same += 1,
            (200 | 201, None) => self.fail("not a receipt of the record", 1),
            _ => self.fail(&format!("status {status}"), 1),
        }
    }

    /// Adds what another client was told.
    pub(crate) fn add(&mut self, other: Self) {
        let Self { latencies_us, created, positions, same, turned_away, broken, failures } = other;
        self.latencies_us.extend(latencies_us);
        self.created += created;
        self.positions.extend(positions);
        self.same += same;
        self.turned_away += turned_away;
        self.broken += broken;
        for (kind, records) in failures {
            self.fail(&kind, records);
        }
    }
}
