//! The command line: parse, call a use-case, print.

mod audit;
mod analyse;
mod backup;
mod break_offs;
mod case;
mod compare;
mod device;
mod import;
mod login_link;
mod migrate;
mod mirror;
mod moment;
pub(crate) mod operator;
mod outbox;
pub(crate) mod output;
mod poster;
mod quality;
mod quarantine;
mod redact;
mod retention;
mod restore;
mod same_sender;
mod score;
mod series;
pub(crate) mod storage;
mod tables;
mod token;
mod verify;
mod wave;

use clap::Subcommand;
use survey_defs::caller::Caller;

/// The commands that work on the database and end.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a wave with its service points, show these with their short codes, or list the waves.
    Wave(wave::Arguments),
    /// Add, list and revoke devices at counters.
    Device(device::Arguments),
    /// Print a link that logs a browser into the console: once, within 15 minutes.
    LoginLink(login_link::Arguments),
    /// Add, list and revoke tokens with which scripts call the HTTP interface.
    Token(token::Arguments),
    /// Import microdata or level counts (CSV) into a wave: all rows or none.
    Import(import::Arguments),
    /// Import a file that a device exported because it could not send.
    Outbox(outbox::Arguments),
    /// List the records in quarantine, and decide whether they count.
    Quarantine(quarantine::Arguments),
    /// Count the records that came from the same sender as one of them on its day.
    SameSender(same_sender::Arguments),
    /// Open and decide cases: whether records of a service point and time count.
    Case(case::Arguments),
    /// Remove free text from a recorded submission, because it identifies somebody.
    Redact(redact::Arguments),
    /// Drop what has expired: used codes, texts of rejected records. The server does so daily.
    Retention(retention::Arguments),
    /// Print the audit log of a wave: what was done to its records, by whom and why.
    Audit(audit::Arguments),
    /// Bring the tables of a database of an older version up to date, as `serve` does when it starts.
    Migrate(migrate::Arguments),
    /// Print the scores of a wave.
    Score(score::Arguments),
    /// List, check or rebuild the columnar mirror, from which scores are computed.
    Mirror(mirror::Arguments),
    /// Back up everything that must survive into one file, while the server works.
    Backup(backup::Arguments),
    /// Restore a backup into an empty database, SQLite or PostgreSQL.
    Restore(restore::Arguments),
    /// Check that every answer is stored as it was received, in the database and the columnar mirror
    /// or in a backup, and say what is wrong where.
    Verify(verify::Arguments),
    /// Estimate means, totals, ratios, shares and quantiles from any file of microdata, with the
    /// standard errors of its sampling design.
    Analyse(Box<analyse::Arguments>),
    /// Compare the units of a wave: tiers, ranks, control limits, targets, changes.
    Compare(compare::Arguments),
    /// Write the posters of service points, with their QR codes.
    Poster(poster::Arguments),
    /// Report how carefully the forms of a wave were filled in, and how flagged ones affect the
    /// scores.
    Quality(quality::Arguments),
    /// Report where people stopped who did not finish the form.
    BreakOffs(break_offs::Arguments),
    /// Print the scores of waves or periods side by side, on the units of one day.
    Series(series::Arguments),
}

impl Command {
    /// Runs the command for whoever has typed it.
    pub(crate) async fn run(self, caller: &Caller) -> anyhow::Result<()> {
        match self {
            Self::Wave(arguments) => wave::run(arguments, caller).await,
            Self::Device(arguments) => device::run(arguments, caller).await,
            Self::LoginLink(arguments) => login_link::run(arguments).await,
            Self::Token(arguments) => token::run(arguments).await,
            Self::Import(arguments) => import::run(arguments, caller).await,
            Self::Outbox(arguments) => outbox::run(arguments, caller).await,
            Self::Quarantine(arguments) => quarantine::run(arguments, caller).await,
            Self::SameSender(arguments) => same_sender::run(arguments).await,
            Self::Case(arguments) => case::run(arguments, caller).await,
            Self::Redact(arguments) => redact::run(arguments, caller).await,
            Self::Retention(arguments) => retention::run(arguments, caller).await,
            Self::Audit(arguments) => audit::run(arguments).await,
            Self::Migrate(arguments) => migrate::run(arguments).await,
            Self::Score(arguments) => score::run(arguments).await,
            Self::Mirror(arguments) => mirror::run(arguments).await,
            Self::Backup(arguments) => backup::run(arguments).await,
            Self::Restore(arguments) => restore::run(arguments).await,
            Self::Verify(arguments) => verify::run(arguments).await,
            Self::Analyse(arguments) => analyse::run(*arguments).await,
            Self::Compare(arguments) => compare::run(arguments).await,
            Self::Poster(arguments) => poster::run(arguments).await,
            Self::Quality(arguments) => quality::run(arguments).await,
            Self::BreakOffs(arguments) => break_offs::run(arguments).await,
            Self::Series(arguments) => series::run(arguments).await,
        }
    }
}
