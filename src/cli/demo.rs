//! `orgdrift demo` and `orgdrift demo --all`

mod all;
mod bundled;

use clap::Args;

use self::all::TypedCommand;
use super::shared::{context::Context, error::CliError};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Also repair: dry run, apply, receipt, second audit and proof, in a sandbox on this machine
    #[arg(long, conflicts_with_all = ["format", "json", "raw"])]
    all: bool,
}

/// Shows the bundled data; `run_typed` is how the whole loop runs its commands.
pub(super) fn run(context: &Context, arguments: &DemoArgs, run_typed: TypedCommand) -> Result<u8, CliError> {
    if arguments.all { all::run(context, run_typed) } else { bundled::show(context) }
}
