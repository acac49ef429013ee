//! The rows of the report: what its tables and charts show of one run.

use super::{Value, Warehouse, WarehouseError};
use crate::catalog::{self, files};

/// The rows of one table of the report.
#[derive(Debug, Clone, Default)]
pub struct PageRows {
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub struct PageEntry<'r> {
    columns: &'r [String],
    cells: &'r [Value],
}

impl PageRows {
    /// All rows, in their order.
    pub fn iter(&self) -> impl Iterator<Item = PageEntry<'_>> {
        self.rows.iter().map(|cells| PageEntry { columns: &self.columns, cells })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl<'r> PageEntry<'r> {
    fn cell(&self, column: &str) -> Option<&'r Value> {
        self.cells.get(self.columns.iter().position(|name| name == column)?)
    }

    /// A text; none where it is null or another kind of value.
    pub fn text(&self, column: &str) -> Option<&'r str> {
        match self.cell(column) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A whole number; none where it is not known.
    pub fn integer(&self, column: &str) -> Option<i64> {
        match self.cell(column) {
            Some(Value::Integer(integer)) => Some(*integer),
            _ => None,
        }
    }
}

impl Warehouse {
    /// Returns the rows of one file of `queries/report_page/`. `most` is how many are wanted of a list.
    pub fn page_rows(&self, stem: &str, run_id: i64, most: u32) -> Result<PageRows, WarehouseError> {
        let own = [(":run_id", Value::Integer(run_id)), (":most", Value::Integer(most.into()))];
        let rows = self.rows_with(catalog::statement(files::REPORT_PAGE, stem), &own, &[], "", None)?;
        let columns = rows.columns().to_vec();
        Ok(PageRows { columns, rows: rows.collect()? })
    }
}
