//! The command line as a whole: which command goes where, and how the program ends.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use survey_defs::caller::ActorName;

use crate::cli::{self, operator, output};
use crate::http::router;
use crate::serve;
use crate::system::logging;

/// Thước Đo: citizen-satisfaction surveys and defensible scores.
///
/// The program keeps answers in SQLite in the data folder, or in PostgreSQL (--database). Staff use
/// this command line, and the console with a link that `serve` and `login-link` print.
#[derive(Debug, Parser)]
#[command(name = "thuocdo", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Your name, for the audit log. It is recorded beside the user of the operating system, and not
    /// checked.
    #[arg(long = "as", value_name = "NAME", global = true)]
    claimed_name: Option<ActorName>,
    /// The format of log lines on standard error.
    #[arg(long, global = true, value_enum, default_value = "text")]
    log_format: logging::Format,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server; the binary contains the app.
    Serve(serve::Arguments),
    /// Run the server on simulated waves, which every page marks as simulated.
    Demo(serve::demo::Arguments),
    #[command(flatten)]
    Other(cli::Command),
    /// Print the description of the HTTP interface (OpenAPI, JSON).
    Openapi,
}

/// Says that the system has no threads or memory for the program.
pub fn cannot_start(error: &std::io::Error) -> ExitCode {
    output::failure(&format!("the program cannot start: {error}"));
    ExitCode::FAILURE
}

/// Runs the command line and says in a sentence what went wrong, if anything did.
pub async fn run(cli: Cli) -> ExitCode {
    let is_server = matches!(cli.command, Command::Serve(_) | Command::Demo(_));
    // A command may look through everything; that this takes its time is no news.
    let levels = if is_server { "info" } else { "warn,sqlx::query=error" };
    logging::start(cli.log_format, levels);
    let outcome = match cli.command {
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Demo(arguments) => serve::demo::run(arguments).await,
        Command::Other(command) => command.run(&operator::caller(cli.claimed_name)).await,
        Command::Openapi => {
            output::raw(&String::from_utf8_lossy(router::document()));
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
