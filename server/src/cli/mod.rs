//! The command line: the composition root that builds clock, store and state.

/// `thuocdo acts`.
mod acts;
/// `thuocdo analyse`.
mod analyse;
/// `thuocdo backup`.
mod backup;
/// `thuocdo break-offs`.
mod break_offs;
/// `thuocdo compare`.
mod compare;
/// `thuocdo demo`.
mod demo;
/// `thuocdo device`.
mod device;
/// `thuocdo import`.
mod import;
/// `thuocdo mirror`.
mod mirror;
/// `thuocdo outbox`.
mod outbox;
/// Tables, JSON and CSV on standard output.
mod output;
/// `thuocdo poster`.
mod poster;
/// `thuocdo quality`.
mod quality;
/// `thuocdo quarantine`.
mod quarantine;
/// `thuocdo redact`.
mod redact;
/// `thuocdo retention`.
mod retention;
/// `thuocdo restore`.
mod restore;
/// `thuocdo score`.
mod score;
/// `thuocdo series`.
mod series;
/// `thuocdo serve`.
mod serve;
/// Opening the store.
mod storage;
/// `thuocdo verify`.
mod verify;
/// `thuocdo wave`.
mod wave;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::http::error::ApiError;
use crate::system::logging;

/// Thước Đo: citizen-satisfaction surveys and defensible scores.
///
/// Answers are kept in SQLite in the data folder, or in PostgreSQL (--database). Staff functions
/// (console, scores, imports) are on this command line and, until there are accounts, on the
/// loopback address only.
#[derive(Debug, Parser)]
#[command(name = "thuocdo", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// How log lines on standard error are written.
    #[arg(long, global = true, value_enum, default_value = "text")]
    log_format: logging::Format,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server, with the app inside the binary.
    Serve(serve::Arguments),
    /// Run the server on simulated waves, marked as simulated everywhere.
    Demo(demo::Arguments),
    /// Create a wave with its service points, or list the waves.
    Wave(wave::Arguments),
    /// Add, list and revoke the devices at counters.
    Device(device::Arguments),
    /// Import microdata or level counts (CSV) into a wave: all rows or none.
    Import(import::Arguments),
    /// Take what a device could not send from a file that it gave out.
    Outbox(outbox::Arguments),
    /// List what was kept aside, and decide whether it counts.
    Quarantine(quarantine::Arguments),
    /// Take free text out of a recorded submission, because somebody is recognised by it.
    Redact(redact::Arguments),
    /// Drop what is kept no longer: used codes, texts of rejected records. The server does so daily.
    Retention(retention::Arguments),
    /// Print what people, evidence and time have done to the records of a wave.
    Acts(acts::Arguments),
    /// Print the scores of a wave.
    Score(score::Arguments),
    /// List, check or rebuild the columns on disk from which scores are read.
    Mirror(mirror::Arguments),
    /// Write everything that must survive into one file, while the server works.
    Backup(backup::Arguments),
    /// Load a backup into an empty database, of the same kind or the other one.
    Restore(restore::Arguments),
    /// Check that every answer is there as it was received, in the database, the columns on disk, or
    /// a backup, and say what is wrong where.
    Verify(verify::Arguments),
    /// Estimate means, totals, ratios, shares and quantiles from any file of microdata, with the
    /// standard errors of its sampling design.
    Analyse(Box<analyse::Arguments>),
    /// Compare the units of a wave: tiers, ranks, control limits, targets, changes.
    Compare(compare::Arguments),
    /// Write the posters of service points, with their QR codes.
    Poster(poster::Arguments),
    /// Say how carefully the forms of a wave were filled in, and what flagged ones do to scores.
    Quality(quality::Arguments),
    /// Say where people stopped who did not finish the form.
    BreakOffs(break_offs::Arguments),
    /// Print the scores of waves or periods side by side, on the units of one day.
    Series(series::Arguments),
    /// Print the description of the HTTP interface (OpenAPI, JSON).
    Openapi,
}

/// Runs the command line and says in a sentence what went wrong, if anything did.
pub async fn run(cli: Cli) -> ExitCode {
    let is_server = matches!(cli.command, Command::Serve(_) | Command::Demo(_));
    // A command may look through everything; that this takes its time is no news.
    let levels = if is_server { "info" } else { "warn,sqlx::query=error" };
    logging::start(cli.log_format, levels);
    let outcome = match cli.command {
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Wave(arguments) => wave::run(arguments).await,
        Command::Device(arguments) => device::run(arguments).await,
        Command::Import(arguments) => import::run(arguments).await,
        Command::Outbox(arguments) => outbox::run(arguments).await,
        Command::Quarantine(arguments) => quarantine::run(arguments).await,
        Command::Redact(arguments) => redact::run(arguments).await,
        Command::Retention(arguments) => retention::run(arguments).await,
        Command::Acts(arguments) => acts::run(arguments).await,
        Command::Score(arguments) => score::run(arguments).await,
        Command::Mirror(arguments) => mirror::run(arguments).await,
        Command::Backup(arguments) => backup::run(arguments).await,
        Command::Restore(arguments) => restore::run(arguments).await,
        Command::Verify(arguments) => verify::run(arguments).await,
        Command::Analyse(arguments) => analyse::run(*arguments).await,
        Command::Compare(arguments) => compare::run(arguments).await,
        Command::Poster(arguments) => poster::run(arguments).await,
        Command::Quality(arguments) => quality::run(arguments).await,
        Command::BreakOffs(arguments) => break_offs::run(arguments).await,
        Command::Series(arguments) => series::run(arguments).await,
        Command::Openapi => {
            output::raw(&crate::http::openapi::document());
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::failure(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// A reason that says something: whoever reads the acts later has nothing else.
fn reason(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("say why".to_owned()) } else { Ok(text.to_owned()) }
}

/// A problem as an error of the command line: the sentence, the detail, the rows.
fn explain(error: ApiError) -> anyhow::Error {
    let problem = error.into_problem();
    let mut lines = vec![format!("{} ({})", problem.title_en, problem.code.as_str())];
    lines.extend(problem.detail.map(|detail| format!("  {detail}")));
    lines.extend(problem.rows.iter().map(|row| match &row.column {
        Some(column) => format!("  line {}, column {column}: {}", row.line, row.reason),
        None => format!("  line {}: {}", row.line, row.reason),
    }));
    anyhow::anyhow!(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
