//! The command line: arguments and printing, nothing else. One file for each command; what they share is in
//! `shared/`, and none imports another.
//!
//! Data goes to standard output, talk to standard error; the last line of talk is the next command to type.

mod apply;
mod arguments;
mod audit;
mod completions;
mod decide;
mod demo;
mod diff;
mod doctor;
mod examples;
mod explain;
mod export;
mod export_db;
mod fetch;
mod find;
mod forget;
mod ingest;
mod init;
mod list;
mod man;
mod misplaced;
mod personal_domain;
mod plan;
mod printed;
mod prove;
mod prune;
mod query;
mod receipt;
mod refresh;
mod report;
mod sandbox;
mod shared;
mod suppression;
mod trace;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory, FromArgMatches};

pub use arguments::{Arguments, Command};
pub use shared::{error::CliError, exit};

use self::shared::{context::Context, printing::Printing};
use crate::clock::Clock;

/// Parses the arguments, runs the command and returns its exit code.
pub fn main() -> ExitCode {
    let Typed { arguments, printing } = match parsed(std::env::args_os()) {
        Ok(typed) => typed,
        Err(error) => {
            // Help and version are no errors; neither is a closed pipe.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { exit::USAGE } else { exit::DONE });
        }
    };
    let result = Context::new(&arguments.global, printing, arguments.command.writes())
        .and_then(|context| run(&context, arguments.command));
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            error.print();
            ExitCode::from(error.code())
        }
    }
}

/// The commands with all their options and the examples at the end of their help.
fn command() -> clap::Command {
    examples::added_to(printed::added_to(Arguments::command()))
}

/// A command line that was understood.
#[derive(Debug)]
pub struct Typed {
    /// The command with what it takes.
    pub arguments: Arguments,
    printing: Printing,
}

/// Parses the words of a command line, of which the first is the name of the program.
///
/// # Errors
/// The words are not a command of orgdrift, or they ask for help.
pub fn parsed<W: Into<OsString>>(words: impl IntoIterator<Item = W>) -> Result<Typed, clap::Error> {
    let mut command = command();
    let mut words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    // `orgdrift help plan`, as other tools have it.
    if words.get(1).is_some_and(|word| word == "help") {
        words.remove(1);
        words.push("--help".into());
    }
    let matches = command
        .try_get_matches_from_mut(&words)
        .map_err(|error| misplaced::explained(error, &command, &words))?;
    let arguments = Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok(Typed { arguments, printing: Printing::of(&matches) })
}

fn run(context: &Context, command: Command) -> Result<u8, CliError> {
    match command {
        Command::Demo(arguments) => demo::run(context, &arguments, run_typed),
        Command::Init => init::run(context),
        Command::Fetch(arguments) => fetch::run(context, &arguments),
        Command::Ingest(arguments) => ingest::run(context, arguments),
        Command::Audit(arguments) => audit::run(context, &arguments),
        Command::List(arguments) => list::run(context, &arguments),
        Command::Diff(arguments) => diff::run(context, &arguments),
        Command::Find(arguments) => find::run(context, &arguments),
        Command::Trace(arguments) => trace::run(context, &arguments),
        Command::Explain(arguments) => explain::run(context, &arguments),
        Command::Export(arguments) => export::run(context, &arguments),
        Command::ExportDb(arguments) => export_db::run(context, &arguments),
        Command::Query(arguments) => query::run(context, &arguments),
        Command::Decide(arguments) => decide::run(context, &arguments),
        Command::Plan(arguments) => plan::run(context, &arguments),
        Command::Apply(arguments) => apply::run(context, &arguments),
        Command::Prove(arguments) => prove::run(context, &arguments),
        Command::Receipt(arguments) => receipt::run(context, &arguments),
        Command::Report(arguments) => report::run(context, &arguments),
        Command::Refresh(arguments) => refresh::run(context, &arguments),
        Command::Suppression(arguments) => suppression::run(context, arguments),
        Command::Sandbox(arguments) => sandbox::run(context, &arguments),
        Command::PersonalDomain(arguments) => personal_domain::run(context, arguments),
        Command::Prune(arguments) => prune::run(context, &arguments),
        Command::Forget(arguments) => forget::run(context, &arguments),
        Command::Doctor(arguments) => doctor::run(context, &arguments),
        Command::Completions(arguments) => completions::run(context, &arguments, self::command()),
        Command::Man(arguments) => man::run(context, &arguments, self::command()),
    }
}

/// Runs a command of the demo, as its words are typed after `orgdrift`.
fn run_typed(
    context: &Context,
    typed: &[&str],
    clock: Clock,
    variables: Vec<(&'static str, String)>,
) -> Result<u8, CliError> {
    let words = std::iter::once("orgdrift").chain(typed.iter().copied());
    let Typed { arguments, printing } =
        parsed(words).map_err(|error| CliError::failure(error.to_string()))?;
    run(&context.of_demo(printing, clock, variables), arguments.command)
}
