//! Reads what is in the database in the end, and what still waits in the browser.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tests::app::TestApp;
use tests::page::Page;
use uuid::Uuid;

/// More rows than any test makes.
const ALL: u32 = 10_000;

/// How many records a store of the browser's database has, counted without the program; -1 while
/// there is no database, which only the program may make.
const COUNT: &str = "const [store, done] = arguments; \
    indexedDB.databases().then((all) => { \
        if (!all.some((one) => one.name === 'thuocdo')) { done(-1); return; } \
        const request = indexedDB.open('thuocdo'); \
        request.onerror = () => done(-1); \
        request.onsuccess = () => { \
            const database = request.result; \
            const count = database.transaction(store).objectStore(store).count(); \
            count.onsuccess = () => { database.close(); done(count.result); }; \
        }; \
    });";

/// Copies the one record in the outbox under other ids, as if as many people had answered the
/// same: what the program wrote says what a record looks like.
const COPY: &str = "const [ids, done] = arguments; \
    const request = indexedDB.open('thuocdo'); \
    request.onsuccess = () => { \
        const database = request.result; \
        const transaction = database.transaction('outbox', 'readwrite'); \
        const outbox = transaction.objectStore('outbox'); \
        outbox.getAll().onsuccess = ({ target: { result: [first] } }) => ids.forEach((id, index) => \
            outbox.add({ ...first, id, order: first.order + 1 + index, \
                body: first.body.replaceAll(first.id, id) })); \
        transaction.oncomplete = () => { database.close(); done('stored'); }; \
        transaction.onabort = () => done(String(transaction.error)); \
    };";

/// Puts copies of the one record that waits beside it, and returns their ids.
pub(super) async fn store_copies(page: &Page, copies: u16) -> Result<BTreeSet<String>> {
    let ids: BTreeSet<String> =
        (1..=copies).map(|number| Uuid::from_u128(number.into()).to_string()).collect();
    let stored: String = page.run_async(COPY, vec![json!(ids)]).await?;
    ensure!(stored == "stored", "the browser did not store the records: {stored}");
    Ok(ids)
}

/// How many records wait in the outbox of a browser.
pub(super) async fn waiting(page: &Page) -> Result<i64> {
    page.run_async(COUNT, vec![json!("outbox")]).await
}

/// Waits until the outbox of a browser is empty, and fails if the server has refused something.
pub(super) async fn drained(page: &Page) -> Result<()> {
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    let deadline = tokio::time::Instant::now() + Duration::from_mins(3);
    loop {
        let left = waiting(page).await?;
        if left == 0 {
            break;
        }
        ensure!(tokio::time::Instant::now() < deadline, "{left} records are still in the outbox");
        ticks.tick().await;
    }
    let refused: i64 = page.run_async(COUNT, vec![json!("refused")]).await?;
    ensure!(refused == 0, "the server has refused {refused} records");
    Ok(())
}

/// The ids of the forms in the database, each of which must be there once.
pub(super) async fn recorded(app: &TestApp, wave: &str) -> Result<BTreeSet<String>> {
    let records = app.state.store.submissions_after(&wave.parse()?, 0, ALL).await?;
    let ids: BTreeSet<String> = records.iter().map(|one| one.draft.id.to_string()).collect();
    ensure!(ids.len() == records.len(), "a form is in the database twice");
    Ok(ids)
}
