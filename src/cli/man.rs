//! `orgdrift man [DIR]`

use std::path::PathBuf;

use clap::{Args, Command};

use super::shared::{context::Context, error::CliError, exit};
use crate::safe_file::{self, Readers};

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder for a page of each command; omit it to write the first page to standard output
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &ManArgs, mut command: Command) -> Result<u8, CliError> {
    command.build();
    let Some(folder) = &arguments.folder else {
        context.print(&page(&command)?)?;
        return Ok(exit::DONE);
    };
    std::fs::create_dir_all(folder)?;
    let mut count = 0_u64;
    let mut waiting = vec![(String::from("orgdrift"), command)];
    while let Some((name, command)) = waiting.pop() {
        let text = page(&command.clone().name(name.clone()))?;
        safe_file::write_text(&folder.join(format!("{name}.1")), Readers::Umask, &text)?;
        count += 1;
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            waiting.push((format!("{name}-{}", sub.get_name()), sub.clone()));
        }
    }
    context.talk(format!("{count} pages written to {}", folder.display()));
    Ok(exit::DONE)
}

fn page(command: &Command) -> Result<String, CliError> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
