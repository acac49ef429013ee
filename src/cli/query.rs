//! `orgdrift query NAME`, `query --sql TEXT`, `query --list`

mod parameters;

use std::time::Duration;

use clap::Args;

use super::shared::{context::Context, error::CliError, exit, printing::FormatName};
use crate::{
    catalog::{SavedQuery, dictionary, saved_queries},
    near::did_you_mean,
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

/// Arguments of `query`.
#[derive(Debug, Args)]
pub struct QueryArgs {
    /// A saved query, as `query --list` names it
    #[arg(conflicts_with_all = ["sql", "list"])]
    name: Option<String>,
    /// Your own select over the tables and views that `data_dictionary` describes
    #[arg(long, value_name = "TEXT", conflicts_with = "list")]
    sql: Option<String>,
    /// List the saved queries with their questions and parameters
    #[arg(long)]
    list: bool,
    /// Print the SQL of the saved query instead of running it
    #[arg(long, requires = "name")]
    show_sql: bool,
    /// Print at most this many rows
    #[arg(long, value_name = "N", default_value_t = ROWS)]
    limit: u64,
    /// Stop the query after this number of seconds
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
            "only the first {} are shown; --limit {} shows more",
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
            "`query` never writes; make a copy with `orgdrift export-db FILE --profile full` and change that"
                .to_owned()
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
    let mut rows = dictionary();
    rows.retain(|row| !row.is_example());
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
    did_you_mean(typed, names).unwrap_or(all)
}

fn unknown(typed: &str, queries: &[SavedQuery]) -> CliError {
    let error = CliError::usage(format!("there is no saved query {typed}"));
    let near = did_you_mean(typed, queries.iter().map(|query| query.name.as_str()));
    error.hint(near.unwrap_or_else(|| "`orgdrift query --list` shows all".to_owned()))
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
        assert!(near_of_the_dictionary("no such table: issue").contains("issues"));
        assert!(near_of_the_dictionary("no such column: i.accounts_id").contains("account_id"));
        assert!(near_of_the_dictionary("near \"from\": syntax error").contains("data_dictionary"));
    }
}
