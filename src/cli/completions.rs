//! `orgdrift completions SHELL`

use clap::{Args, Command};
use clap_complete::Shell;

use super::shared::{context::Context, error::CliError, exit};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(
    context: &Context,
    arguments: &CompletionsArgs,
    mut command: Command,
) -> Result<u8, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "orgdrift", &mut script);
    context.print(&String::from_utf8_lossy(&script))?;
    Ok(exit::DONE)
}
