//! Makes submission ids: UUID version 7.

use survey_defs::ids::SubmissionId;
use uuid::Builder;

use super::clock;

/// Makes an id that no other device will make: the time in milliseconds and 74 random bits.
pub fn submission_id() -> SubmissionId {
    let milliseconds = u64::try_from(clock::now().as_millisecond()).unwrap_or_default();
    let mut random = [0; 10];
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut random).ok())
        .expect("every browser that runs WebAssembly has crypto.getRandomValues");
    SubmissionId::new(Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
}
