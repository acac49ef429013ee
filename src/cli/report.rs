//! `orgdrift report --output FILE.html`

use clap::Args;

use super::shared::{context::Context, error::CliError, exit, printing::FormatName, runs};
use crate::{
    output::counted,
    report::{self, ReportOptions},
    safe_file::{self, Readers},
};

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A run: its id, latest or previous [default: latest]
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Also show names and addresses of users
    #[arg(long)]
    with_people: bool,
}

pub(super) fn run(context: &Context, arguments: &ReportArgs) -> Result<u8, CliError> {
    let is_page = is_page(context)?;
    let warehouse = context.open()?;
    let run = runs::find_run(&warehouse, arguments.run.as_deref())?;
    let gaps = warehouse.gaps(run.run_id)?;
    let lines = runs::gap_lines(run.run_id, &gaps);
    let options = ReportOptions { with_people: arguments.with_people, gaps: &lines };
    let write = if is_page { report::html } else { report::markdown };
    let text = write(&warehouse, &run, &options, &context.clock)?;
    match context.output() {
        Some(path) => {
            safe_file::write_text(path, Readers::Owner, &text)?;
            let kilobytes = text.len().div_ceil(1000);
            context.talk(format!("{} written to {}", counted(kilobytes as u64, "kilobyte"), path.display()));
        }
        None => context.print(&text)?,
    }
    runs::warn(context, &warehouse, &run)?;
    context.next("plan");
    Ok(if runs::is_accepted(&warehouse, &run, &gaps)? { exit::DONE } else { exit::INCOMPLETE })
}

/// Whether the page is wanted, and not the text for a chat.
fn is_page(context: &Context) -> Result<bool, CliError> {
    let example = "write a page: orgdrift report --output report.html";
    let ending = context.output().and_then(|path| path.extension()).and_then(|ending| ending.to_str());
    match (context.given_format(), ending) {
        (Some(FormatName::Md), Some("html" | "htm")) => {
            Err(CliError::usage("--format md writes no page: name a file that ends in .md").hint(example))
        }
        (Some(FormatName::Md), _) | (None, Some("md")) => Ok(false),
        (None, Some("html" | "htm")) => Ok(true),
        (None, None) if context.output().is_none() => {
            Err(CliError::usage("the page is written to a file; --format md prints a text").hint(example))
        }
        (None, _) => Err(CliError::usage("the report is a .html or .md file").hint(example)),
        (Some(_), _) => {
            Err(CliError::usage("the report is a page, or a text with --format md").hint(example))
        }
    }
}
