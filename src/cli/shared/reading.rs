//! The rows of a noun, as `list` and `audit` print them.

use super::{context::Context, error::CliError, filters::FilterArgs, printing::FormatName, runs};
use crate::{
    output::{Format, counted},
    warehouse::{
        Filter, Read, Value, Warehouse,
        nouns::{NOT_OF_CLASS, Noun, OF_CLASS, ORPHAN_CLASS, ORPHANS},
    },
};

/// The most rows that are shown to a person; a file gets all.
pub(crate) const TERMINAL_LIMIT: u64 = 1000;

/// What of a noun is printed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    pub(crate) filters: FilterArgs,
    /// The most rows.
    pub(crate) limit: Option<u64>,
    /// Organizations that no account points to are among the findings of orgs.
    pub(crate) include_orphans: bool,
}

/// Prints the rows of a noun, says what is not among them, and returns what was printed.
pub(crate) fn print(
    context: &Context,
    warehouse: &Warehouse,
    name: &str,
    reading: &Reading,
) -> Result<Read, CliError> {
    let is_table = context.format(FormatName::Table) == Format::Table;
    let noun = Noun::find(name, is_table).expect("every noun of the command line is one of ours");
    let mut narrowed = reading.filters.for_noun(noun, warehouse)?;
    let hidden = if name == "orgs" && reading.hides_orphans() {
        hide_orphans(warehouse, &mut narrowed.filters)?
    } else {
        0
    };
    let is_for_eyes = is_table && context.output().is_none();
    let limit = reading.limit.or(is_for_eyes.then_some(TERMINAL_LIMIT));
    let rows = warehouse.rows(noun.select, &narrowed.filters, noun.order_by, limit)?;
    let read = context.print_rows(rows, FormatName::Table)?;
    if read.count == 0 {
        narrowed.say_none(context, warehouse, name)?;
    }
    if hidden > 0 {
        context.talk(format!(
            "{} hidden, about organizations without an account; --include-orphans shows them",
            counted(hidden, &format!("{ORPHAN_CLASS} finding"))
        ));
    }
    if noun.is_of_run() {
        runs::warn(context, warehouse, &runs::find_run(warehouse, reading.filters.run.as_deref())?)?;
    }
    if reading.limit.is_none() && is_for_eyes && read.count == TERMINAL_LIMIT {
        context.talk(format!(
            "only the first {} are shown; --limit shows more, --output FILE.csv writes all",
            read.count
        ));
    }
    Ok(read)
}

/// Refuses what makes no sense, before anything is done for it.
pub(crate) fn check(name: &str, reading: &Reading) -> Result<(), CliError> {
    let noun = Noun::find(name, true).expect("every noun of the command line is one of ours");
    reading.filters.without_run(noun)?;
    Ok(())
}

/// Leaves out the organizations that no account points to, and returns how many that are.
fn hide_orphans(warehouse: &Warehouse, filters: &mut Vec<Filter>) -> Result<i64, CliError> {
    let of = |condition| Filter { condition, value: Value::Text(ORPHAN_CLASS.to_owned()) };
    let mut only: Vec<Filter> = filters.clone();
    only.push(of(OF_CLASS));
    filters.push(of(NOT_OF_CLASS));
    let rows = warehouse.rows(ORPHANS.select, &only, ORPHANS.order_by, None)?.collect()?;
    Ok(match rows.first().and_then(|row| row.first()) {
        Some(&Value::Integer(count)) => count,
        _ => 0,
    })
}

impl Reading {
    /// Whoever names the class wants to see it.
    fn hides_orphans(&self) -> bool {
        !self.include_orphans && self.filters.code.as_deref() != Some(ORPHAN_CLASS)
    }

    /// Whether anything but the run narrows the rows.
    pub(crate) fn narrows(&self) -> bool {
        FilterArgs { run: None, ..self.filters.clone() }.is_given()
    }
}
