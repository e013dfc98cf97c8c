//! `thuocdo acts`: what people, evidence and time have done to the records of a wave.

use anyhow::Context as _;
use serde::Serialize;
use store::{Act, Deed};
use survey_defs::ids::{QuestionId, WaveId};

use super::output::{self, Format};
use super::storage::{self, Access};

/// Acts that are read at a time.
const PAGE: u32 = 1_000;

/// Of which wave.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// An act as JSON.
#[derive(Serialize)]
struct View<'a> {
    number: u64,
    at: jiff::Timestamp,
    actor: &'static str,
    reason: &'a str,
    #[serde(flatten)]
    deed: &'a Deed,
}

/// Prints the acts of a wave in order.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { wave, format, storage } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        store.wave(&wave).await?.with_context(|| format!("there is no wave {wave}"))?;
        let mut acts: Vec<Act> = Vec::new();
        loop {
            let after = acts.last().map_or(0, |act| act.number);
            let page = store.acts_after(&wave, after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            acts.extend(page);
        }
        let header = ["number", "at", "actor", "deed", "of", "because"];
        match format {
            Format::Json => output::json(&acts.iter().map(view).collect::<Vec<_>>()),
            Format::Csv => output::csv(&header, &acts.iter().map(cells).collect::<Vec<_>>()),
            Format::Table => {
                let rows: Vec<_> = acts.iter().map(cells).collect();
                output::table(&header.map(str::to_owned), &rows);
                Ok(())
            }
        }
    })
    .await
}

fn view(act: &Act) -> View<'_> {
    let Act { number, at, actor, reason, deed } = act;
    View { number: *number, at: *at, actor: actor.as_str(), reason, deed }
}

fn cells(act: &Act) -> Vec<String> {
    let (deed, of) = told(&act.deed);
    vec![
        act.number.to_string(),
        act.at.to_string(),
        act.actor.as_str().to_owned(),
        deed.to_owned(),
        of,
        act.reason.clone(),
    ]
}

fn told(deed: &Deed) -> (&'static str, String) {
    match deed {
        Deed::Released { quarantine, submission, position } => {
            ("released", format!("{submission} (number {quarantine}) to position {position}"))
        }
        Deed::Rejected { quarantine, submission } => {
            ("rejected", format!("{submission} (number {quarantine})"))
        }
        Deed::Redacted { position, submission, questions } => {
            let questions: Vec<_> = questions.iter().map(QuestionId::as_str).collect();
            let questions = questions.join(", ");
            ("redacted", format!("{submission} (position {position}): {questions}"))
        }
        Deed::BodiesDropped { quarantine } => {
            ("texts dropped", format!("{} rejected submissions", quarantine.len()))
        }
    }
}
