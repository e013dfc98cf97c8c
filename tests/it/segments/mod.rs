//! Servers on one database that share the segments of the mirror.

mod bucket;
mod shared_folder;

use survey_defs::submission::Draft;
use tests::app::TestApp;
use tests::drafts::complete;

/// Posts forms of the wave `counter`; each third is dissatisfied.
async fn post(app: &TestApp, numbers: std::ops::RangeInclusive<u128>) {
    let drafts: Vec<Draft> =
        numbers.map(|n| complete("counter", n, if n % 3 == 0 { 2 } else { 5 })).collect();
    app.post_forms(&drafts).await;
}
