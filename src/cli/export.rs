//! `orgdrift export NAME`

mod arguments;
mod workbook;

use std::path::{Path, PathBuf};

pub(super) use arguments::ExportArgs;

use super::shared::{context::Context, error::CliError, exit, global::FormatName, runs};
use crate::{
    output::Format,
    safe_file::{self, Readers},
    warehouse::{
        RunRow,
        nouns::{EXCEPTIONS, ISSUES},
        runs::Gaps,
    },
};
use arguments::ExportName;

pub(super) fn run(context: &Context, arguments: &ExportArgs) -> Result<u8, CliError> {
    let noun = match arguments.name {
        ExportName::Exceptions => &EXCEPTIONS,
        ExportName::Issues => &ISSUES,
        ExportName::Workbook => return workbook::export(context, arguments),
    };
    if arguments.redact || arguments.split_by.is_some() {
        return Err(CliError::usage("--redact and --split-by are of `export workbook`"));
    }
    // Now, and not after the rows were written.
    let coverage = match context.format(FormatName::Csv) {
        Format::Csv(_) => coverage_file(context),
        _ => None,
    };
    if let Some(path) = &coverage {
        safe_file::check(path)?;
    }
    let warehouse = context.open()?;
    let narrowed = arguments.filters.for_noun(noun, &warehouse)?;
    let run = runs::find_run(&warehouse, arguments.filters.run.as_deref())?;
    let kept = match arguments.name {
        ExportName::Exceptions => warehouse.kept_columns(run.salesforce_snapshot_id)?,
        ExportName::Issues | ExportName::Workbook => Vec::new(),
    };
    let select = with_kept(noun.select, &kept);
    let rows = warehouse.rows(&select, &narrowed.filters, noun.order_by, arguments.limit)?;
    if context.print_rows(rows, FormatName::Csv)?.count == 0 {
        narrowed.say_none(context, noun.name);
    }
    let gaps = runs::warn(context, &warehouse, &run)?;
    if let Some(path) = coverage {
        write_coverage(context, &path, &run, &gaps)?;
    }
    context.next("list issues");
    Ok(if runs::is_accepted(&warehouse, &run, &gaps)? { exit::DONE } else { exit::INCOMPLETE })
}

/// The triage rows with the columns of the account file that were kept. One that is called like a column of ours says
/// that it is of Salesforce.
fn with_kept(select: &str, kept: &[String]) -> String {
    let Some((columns, from)) = select.split_once("\nfrom ") else { return select.to_owned() };
    let kept: Vec<String> = kept.iter().map(|name| kept_column(columns, name)).collect();
    format!("{columns}{}\nfrom {from}", kept.concat())
}

/// One kept column, to be appended to others. A name is data: it stands in quotation marks, its own ones doubled.
fn kept_column(columns: &str, name: &str) -> String {
    let is_ours = columns.split([' ', ',', '\n']).any(|ours| ours.eq_ignore_ascii_case(name));
    let shown = if is_ours { format!("{name} (Salesforce)") } else { name.to_owned() };
    format!(
        ",
  (
    select j.value
    from runs as r
    cross join salesforce_accounts as a
    cross join json_each(a.extra) as j
    where r.run_id = e.run_id and a.snapshot_id = r.salesforce_snapshot_id and a.account_id = e.sf_account_id
      and j.key = '{}') as \"{}\"",
        name.replace('\'', "''"),
        shown.replace('"', "\"\"")
    )
}

/// Where it is said beside a file what the run does not know.
fn coverage_file(context: &Context) -> Option<PathBuf> {
    let mut name = context.output()?.as_os_str().to_owned();
    name.push(".coverage.txt");
    Some(name.into())
}

/// Says beside a file what the run does not know. Where all is known, a file of before that says otherwise is renewed.
fn write_coverage(context: &Context, path: &Path, run: &RunRow, gaps: &Gaps) -> Result<(), CliError> {
    let lines = runs::gap_lines(run.run_id, gaps);
    if lines.is_empty() && !path.exists() {
        return Ok(());
    }
    let lines =
        if lines.is_empty() { vec![format!("run {} evaluated every code", run.run_id)] } else { lines };
    safe_file::write_text(path, Readers::Owner, &format!("{}\n", lines.join("\n")))?;
    context.talk(format!("what the run does not know is written to {}", path.display()));
    Ok(())
}
