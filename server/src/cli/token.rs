//! `thuocdo token`: add, list and revoke the tokens with which scripts call the interface.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::StaffToken;

use super::moment::shown;
use super::output::{self, Format};
use super::storage::{self, Access};
use crate::auth::sessions;
use crate::system::clock::{Clock as _, SystemClock};
use crate::system::randomness::SystemRandomness;

/// What to do with tokens.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Add a token and print it; it is shown only now. Send it as `Authorization: Bearer TOKEN`.
    Add {
        /// What it is for, such as `prometheus`.
        name: String,
        /// After how many days it expires.
        #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(i64).range(1..=730))]
        days: i64,
    },
    /// List the tokens, without the secrets.
    List {
        /// The output format.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Revoke a token at once.
    Revoke {
        /// Its name, from `thuocdo token list`.
        name: String,
    },
}

/// A token as it is printed.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    state: &'static str,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// Adds, lists or revokes tokens.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { action, storage } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        let now = SystemClock.now();
        match action {
            Action::Add { name, days } => {
                let lasts = SignedDuration::from_hours(24 * days);
                let token =
                    sessions::new_token(&*store, &SystemRandomness, now, (&name, lasts)).await?;
                output::line(&token);
                output::progress(&format!(
                    "The token {name} works for {days} days and is not shown again."
                ));
            }
            Action::List { format } => {
                let tokens = store.staff_tokens().await?;
                let rows: Vec<Row> = tokens.into_iter().map(|token| row(token, now)).collect();
                let header = ["name", "state", "created_at", "expires_at"];
                output::rows(format, header, &rows, cells)?;
            }
            Action::Revoke { name } => {
                let is_revoked = store.revoke_staff_token(&name, now).await?;
                anyhow::ensure!(is_revoked, "no token with the name {name} can be revoked");
                output::line(&format!("the token {name} is revoked"));
            }
        }
        Ok(())
    })
    .await
}

fn row(token: StaffToken, now: Timestamp) -> Row {
    let StaffToken { name, created_at, expires_at, revoked_at } = token;
    let state = match revoked_at {
        Some(_) => "revoked",
        None if expires_at <= now => "expired",
        None => "good",
    };
    Row { name, state, created_at, expires_at }
}

fn cells(Row { name, state, created_at, expires_at }: &Row) -> Vec<String> {
    vec![name.clone(), (*state).to_owned(), shown(*created_at), shown(*expires_at)]
}
