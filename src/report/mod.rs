//! The report: how bad it is, since when, and what stands behind it, on one page that needs neither network nor script.
//!
//! Its numbers are rows of `queries/report_page/`, over the public views; here they are only laid out. What a run did not
//! evaluate is hatched and called not known, and never drawn as zero.

mod blocked;
mod chart;
mod content;
mod ends;
mod markdown;
mod page;
mod parts;
mod trends;
mod words;

use self::content::Content;
use crate::{
    clock::Clock,
    warehouse::{RunRow, Warehouse, WarehouseError},
};

/// Which parts of a run are wanted.
#[derive(Debug, Clone, Copy)]
pub struct ReportOptions<'o> {
    /// Names and addresses of users as well.
    pub with_people: bool,
    /// What the run does not know, a sentence each.
    pub gaps: &'o [String],
}

/// Returns the report as one HTML page.
///
/// # Errors
/// The warehouse.
pub fn html(
    warehouse: &Warehouse,
    run: &RunRow,
    options: &ReportOptions<'_>,
    clock: &Clock,
) -> Result<String, WarehouseError> {
    Ok(page::page(&Content::read(warehouse, run, options, clock)?))
}

/// Returns the report as Markdown, for a chat or a mail.
///
/// # Errors
/// The warehouse.
pub fn markdown(
    warehouse: &Warehouse,
    run: &RunRow,
    options: &ReportOptions<'_>,
    clock: &Clock,
) -> Result<String, WarehouseError> {
    Ok(markdown::text(&Content::read(warehouse, run, options, clock)?))
}
