//! `orgdrift export-db FILE`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::shared::{
    context::Context,
    error::CliError,
    exit,
    handover::{AnalystArgs, check_target, say, written},
    runs,
};
use crate::handover;

/// Arguments of `export-db`.
#[derive(Debug, Args)]
pub struct ExportDbArgs {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What it holds
    #[arg(long, value_enum)]
    profile: Profile,
    /// Replace FILE if it is there
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    analyst: AnalystArgs,
}

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// A copy of the whole warehouse, with names and addresses of users
    Full,
    /// Plain tables for analysts, without names and addresses of users
    Analyst,
}

pub(super) fn run(context: &Context, arguments: &ExportDbArgs) -> Result<u8, CliError> {
    let path = &arguments.file;
    check_target(path, context, arguments.replace)?;
    let handed = match arguments.profile {
        Profile::Full => {
            arguments.analyst.are_none()?;
            handover::copy(&context.open()?, path)?
        }
        Profile::Analyst => {
            let key = arguments.analyst.key()?;
            let warehouse = context.open()?;
            arguments.analyst.check(&warehouse)?;
            if let Some(run) = warehouse.run(None)? {
                runs::warn(context, &warehouse, &run)?;
            }
            handover::write_analyst(&warehouse, &arguments.analyst.options(key.as_ref()), path)?
        }
    };
    say(context, &handed)?;
    context.talk(match arguments.profile {
        Profile::Full => "it holds names and addresses of users, so only you can read it".to_owned(),
        Profile::Analyst => arguments.analyst.said(),
    });
    context.talk(written(&handed, path));
    context.next(match arguments.profile {
        Profile::Full => "export-db FILE --profile analyst",
        Profile::Analyst => "query --list",
    });
    Ok(exit::DONE)
}
