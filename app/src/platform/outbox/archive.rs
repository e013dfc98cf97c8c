//! Writes all records as a file: the last resort of a device that cannot send.
//!
//! The file is sealed, so that only the server of the device can read it, whoever finds it. `thuocdo
//! outbox import` takes the file on the server. A device takes none: what it posts carries
//! its signature, which must not be lent to the records of others. Only staff of a kiosk come here,
//! so no phone downloads this.

use js_sys::Array;
use survey_defs::api::{
    OUTBOX_VERSION, OutboxFile, OutboxFormat, OutboxKind, OutboxRecord, SEALED_OUTBOX_VERSION,
    SealedOutbox, SealedOutboxFormat,
};
use survey_defs::outbox_seal::OutboxKey;
use wasm_bindgen::JsCast as _;

use super::kind::Kind;
use super::store::{Record, read};
use crate::platform::database::{DEADLINE_MS, Error, OUTBOX, REFUSED, in_time, open, settled};
use crate::platform::{clock, crypto, json};

/// What goes into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The text of the file.
    pub text: String,
    /// How many records are in it.
    pub n_records: usize,
}

/// All records on this device, those that wait and those that were refused. They stay where they
/// are.
///
/// # Errors
/// [`Error`] if the browser keeps nothing, or has no randomness to seal with.
pub async fn export(key: &OutboxKey) -> Result<Export, Error> {
    let stored = in_time(DEADLINE_MS, async {
        let connection = open().await?;
        let reading = connection.read(&[OUTBOX, REFUSED])?;
        let waiting = reading.store(OUTBOX)?.get_all()?;
        let refused = reading.store(REFUSED)?.get_all()?;
        let refused = settled(&refused).await?;
        Ok::<_, Error>([waiting.result()?, refused])
    });
    let mut records: Vec<Record> = stored
        .await?
        .iter()
        .flat_map(|values| values.unchecked_ref::<Array>().iter())
        .filter_map(|value| read(&value))
        .collect();
    records.sort_by(|a, b| a.order.total_cmp(&b.order));
    let file = OutboxFile {
        format: OutboxFormat::Outbox,
        version: OUTBOX_VERSION,
        exported_at: clock::now(),
        records: records.into_iter().filter_map(given_out).collect(),
    };
    let text = json::to_text(&file).map_err(|_| Error::Broken)?;
    let sealed = sealed(key, &text).ok_or(Error::Broken)?;
    let text = json::to_text(&sealed).map_err(|_| Error::Broken)?;
    Ok(Export { text, n_records: file.records.len() })
}

fn sealed(key: &OutboxKey, text: &str) -> Option<SealedOutbox> {
    let mut is_random = true;
    let sealed = key.seal(text, |bytes| is_random &= crypto::fill(bytes))?;
    is_random.then(|| SealedOutbox {
        format: SealedOutboxFormat::SealedOutbox,
        version: SEALED_OUTBOX_VERSION,
        key: key.clone(),
        sealed,
    })
}

/// None for an id that no form ever had, so that one odd record does not spoil the file.
fn given_out(Record { id, kind, body, order: _, rest: _ }: Record) -> Option<OutboxRecord> {
    let kind = match kind {
        Kind::Submission => OutboxKind::Submission,
        Kind::BreakOff => OutboxKind::BreakOff,
    };
    Some(OutboxRecord { id: id.parse().ok()?, kind, body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::outbox::rest::Rest;

    #[test]
    fn records_are_given_out_as_they_would_be_posted() {
        let id = "0193b1c0-0000-7000-8000-000000000001";
        let record = |id: &str| Record {
            id: id.into(),
            kind: Kind::BreakOff,
            order: 7.0,
            body: "{\"ế\":\"\\\"\"}".into(),
            rest: Rest::default(),
        };
        let given = given_out(record(id)).unwrap();
        assert_eq!((given.id.to_string().as_str(), given.kind), (id, OutboxKind::BreakOff));
        assert_eq!(given.body, record(id).body);
        assert_eq!(given_out(record("x")), None);
    }
}
