//! The key to which devices seal what they give out as a file.

use store::StoreError;
use survey_defs::outbox_seal::{OutboxKey, OutboxSecret};
use tokio::sync::OnceCell;

use crate::intake::Intake;
use crate::system::randomness::random;

/// The public half, once it was read: every heartbeat is answered with it, and it never changes.
#[derive(Debug, Default)]
pub struct OutboxKeyCache(OnceCell<OutboxKey>);

impl OutboxKeyCache {
    pub(super) async fn get(&self, intake: &Intake) -> Result<OutboxKey, StoreError> {
        let read = async || Ok(made(intake).await?.key());
        self.0.get_or_try_init(read).await.cloned()
    }
}

/// The secret half. None if no device has ever got its public half, so that there is nothing to open.
pub(in crate::intake) async fn secret(intake: &Intake) -> Result<Option<OutboxSecret>, StoreError> {
    Ok(intake.store().known_outbox_secret().await?.map(OutboxSecret::new))
}

/// The secret half, made when it is first needed.
async fn made(intake: &Intake) -> Result<OutboxSecret, StoreError> {
    let fresh = random(&*intake.randomness);
    intake.store().outbox_secret(fresh).await.map(OutboxSecret::new)
}
