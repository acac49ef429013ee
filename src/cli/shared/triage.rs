//! The triage file, and what is said beside it of what the run does not know.

use std::path::{Path, PathBuf};

use super::{error::CliError, runs};
use crate::{
    safe_file::{self, Readers},
    warehouse::{RunRow, runs::Gaps},
};

/// The triage rows with the columns of the account file that were kept. One that is called like a column of ours says
/// that it is of Salesforce.
pub(crate) fn with_kept(select: &str, kept: &[String]) -> String {
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
pub(crate) fn coverage_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".coverage.txt");
    name.into()
}

/// Says beside a file what the run does not know. Where all is known, a file of before that says otherwise is renewed.
/// Says whether there is one now.
pub(crate) fn write_coverage(path: &Path, run: &RunRow, gaps: &Gaps) -> Result<bool, CliError> {
    let lines = runs::gap_lines(run.run_id, gaps);
    if lines.is_empty() && !path.exists() {
        return Ok(false);
    }
    let lines =
        if lines.is_empty() { vec![format!("run {} evaluated every code", run.run_id)] } else { lines };
    safe_file::write_text(path, Readers::Owner, &format!("{}\n", lines.join("\n")))?;
    Ok(true)
}
