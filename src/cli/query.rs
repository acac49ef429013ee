//! `orgdrift query NAME`, `query --sql TEXT`, `query --list`

mod parameters;

use std::time::Duration;

use clap::Args;

use super::shared::{context::Context, error::CliError, exit, printing::FormatName};
use crate::{
    catalog::{SavedQuery, dictionary, saved_queries},
    output::counted,
    warehouse::{
        WarehouseError,
        query::{Guarded, Listing},
    },
};
use parameters::Given;

/// Rows that a query gives unless more are asked for.
const ROWS: u64 = 10_000;

/// Seconds that a query may take unless more are granted.
const SECONDS: u64 = 60;

/// The least likeness of a name that may have been meant, from 0 to 1.
const LIKE: f64 = 0.7;

/// Names that are offered for one that nobody has.
const OFFERED: usize = 3;

/// Arguments of `query`.
#[derive(Debug, Args)]
pub struct QueryArgs {
    /// A saved query, as `query --list` names it
    #[arg(conflicts_with_all = ["sql", "list"])]
    name: Option<String>,
    /// One select of your own, over the tables and views that `data_dictionary` describes; it can only read
    #[arg(long, value_name = "TEXT", conflicts_with = "list")]
    sql: Option<String>,
    /// List the saved queries with their questions and parameters
    #[arg(long)]
    list: bool,
    /// Print the SQL of the saved query instead of running it
    #[arg(long, requires = "name")]
    show_sql: bool,
    /// The most rows to print
    #[arg(long, value_name = "N", default_value_t = ROWS)]
    limit: u64,
    /// Seconds after which the query is stopped
    #[arg(long, value_name = "SECONDS", default_value_t = SECONDS)]
    time_limit: u64,
    #[command(flatten)]
    given: Given,
}

pub(super) fn run(context: &Context, arguments: &QueryArgs) -> Result<u8, CliError> {
    if let Some(name) = &arguments.name {
        let queries = saved_queries();
        let query =
            queries.iter().find(|query| query.name == *name).ok_or_else(|| unknown(name, &queries))?;
        arguments.given.are_of(query)?;
        if arguments.show_sql {
            context.print(query.sql)?;
            return Ok(exit::DONE);
        }
        return saved(context, arguments, query);
    }
    arguments.given.are_none()?;
    if let Some(sql) = &arguments.sql {
        let warehouse = context.open()?.guarded(time_limit(arguments))?;
        print(context, arguments, &warehouse, sql, &[])?;
        context.next("query --list");
        return Ok(exit::DONE);
    }
    if !arguments.list {
        return Err(CliError::usage("`query` takes the name of a saved query, or SQL with --sql")
            .hint("`orgdrift query --list` shows the saved queries"));
    }
    list(context)?;
    context.next("query trend");
    Ok(exit::DONE)
}

fn saved(context: &Context, arguments: &QueryArgs, query: &SavedQuery) -> Result<u8, CliError> {
    let warehouse = context.open()?;
    let parameters = arguments.given.values(context, &warehouse, query)?;
    let warehouse = warehouse.guarded(time_limit(arguments))?;
    let parameters: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.clone())).collect();
    print(context, arguments, &warehouse, query.sql, &parameters)?;
    context.next(&format!("query {} --show-sql", query.name));
    Ok(exit::DONE)
}

fn time_limit(arguments: &QueryArgs) -> Duration {
    Duration::from_secs(arguments.time_limit)
}

/// Prints the rows and says what the limits left out.
fn print(
    context: &Context,
    arguments: &QueryArgs,
    warehouse: &Guarded,
    sql: &str,
    parameters: &[(&str, crate::warehouse::Value)],
) -> Result<(), CliError> {
    let rows =
        warehouse.rows(sql, parameters, arguments.limit).map_err(|error| explained(error, arguments))?;
    let read = context.print_rows(rows, FormatName::Table).map_err(|error| {
        let is_late = error.message() == WarehouseError::TookTooLong.to_string();
        if is_late { explained(WarehouseError::TookTooLong, arguments) } else { error }
    })?;
    if read.is_cut {
        context.talk(format!(
            "only the first {} of more; --limit {} gives more",
            counted(read.count, "row"),
            arguments.limit.saturating_mul(10)
        ));
    } else if read.count == 0 {
        context.talk("no rows");
    }
    Ok(())
}

/// What to do about SQL that is not answered.
fn explained(error: WarehouseError, arguments: &QueryArgs) -> CliError {
    let hint = match &error {
        WarehouseError::OnlyReads { .. } => {
            "`query` never writes; make a copy with `orgdrift export-db FILE` and change that".to_owned()
        }
        WarehouseError::NoValue { .. } => "write the value itself into the SQL".to_owned(),
        WarehouseError::TookTooLong => format!(
            "--time-limit {} grants more; a condition on run_id or snapshot_id makes most queries faster",
            arguments.time_limit.saturating_mul(10).max(10)
        ),
        WarehouseError::Sql { message } => near_of_the_dictionary(message),
        _ => return error.into(),
    };
    CliError::from(error).hint(hint)
}

/// Names of the dictionary that are like the one that SQLite does not know.
fn near_of_the_dictionary(message: &str) -> String {
    let all = "the tables, views and columns: orgdrift query --sql \
               'select object_name, column_name, description from data_dictionary'"
        .to_owned();
    let rows = dictionary();
    let (typed, names): (&str, Vec<&str>) = if let Some(table) = message.strip_prefix("no such table: ") {
        (table, rows.iter().map(|row| row.object_name.as_str()).collect())
    } else if let Some(column) = message.strip_prefix("no such column: ") {
        let column = column.split(" - ").next().unwrap_or(column);
        (
            column.rsplit('.').next().unwrap_or(column),
            rows.iter().map(|row| row.column_name.as_str()).collect(),
        )
    } else {
        return all;
    };
    match near(typed, names).as_slice() {
        [] => all,
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

fn unknown(typed: &str, queries: &[SavedQuery]) -> CliError {
    let error = CliError::usage(format!("there is no saved query {typed}"));
    match near(typed, queries.iter().map(|query| query.name.as_str()).collect()).as_slice() {
        [] => error.hint("`orgdrift query --list` shows all"),
        near => error.hint(format!("did you mean {}?", near.join(" or "))),
    }
}

/// The names that are most like a typed one, the likest first.
fn near<'n>(typed: &str, names: Vec<&'n str>) -> Vec<&'n str> {
    let typed = typed.to_lowercase().replace('_', "-");
    let mut near: Vec<(f64, &str)> = names
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| {
            let plain = name.replace('_', "-");
            let is_part = typed.len() >= 3 && (plain.contains(&typed) || typed.contains(&plain));
            (if is_part { 1.0 } else { strsim::jaro_winkler(&typed, &plain) }, name)
        })
        .filter(|(likeness, _)| *likeness >= LIKE)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    near.dedup_by(|one, other| one.1 == other.1);
    // What is much like it makes the rest noise.
    if near.first().is_some_and(|(likeness, _)| *likeness > 0.9) {
        near.retain(|(likeness, _)| *likeness > 0.9);
    }
    near.into_iter().map(|(_, name)| name).take(OFFERED).collect()
}

fn list(context: &Context) -> Result<(), CliError> {
    let rows: Vec<Vec<String>> = saved_queries()
        .into_iter()
        .map(|query| {
            let usage = parameters::usage(&query);
            let usage = if usage.is_empty() { query.name.clone() } else { format!("{} {usage}", query.name) };
            vec![query.name, query.question, usage]
        })
        .collect();
    let listing = Listing::new()?;
    context.print_rows(listing.rows(&["name", "question", "usage"], &rows)?, FormatName::Table)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_offered() {
        let queries = saved_queries();
        let names = || queries.iter().map(|query| query.name.as_str()).collect::<Vec<_>>();
        assert_eq!(near("trnd", names()), ["trend"]);
        assert_eq!(near("root_causes", names()), ["root-causes"]);
        assert_eq!(near("tickets", names()), ["critical-tickets"]);
        assert_eq!(near("qqqq", names()), [""; 0]);
        assert!(near_of_the_dictionary("no such table: issue").contains("issues"));
        assert!(near_of_the_dictionary("no such column: i.accounts_id").contains("account_id"));
        assert!(near_of_the_dictionary("near \"from\": syntax error").contains("data_dictionary"));
    }
}
