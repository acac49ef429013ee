//! Tables that are hidden behind temporary ones of their name, so that a text goes through some of the rows.

use super::{shape::Shape, steps::Steps};

impl Steps<'_> {
    /// Hides a table behind a temporary one with some of its rows. `rows` selects its columns.
    pub(super) fn hide(&mut self, shape: &Shape, rows: &str) {
        let table = &shape.name;
        self.sql(&format!("hide {table}"), shape.create_temporary(table));
        self.sql(&format!("rows of {table}"), format!("insert into temp.{table}\n{rows}"));
    }

    /// Hides a table behind a view of some of its rows, where a text passes it once and asks nothing else of it.
    pub(super) fn veil(&mut self, shape: &Shape, rows: &str) {
        let table = &shape.name;
        self.sql(
            &format!("veil {table}"),
            format!("create temp view {table} ({}) as\n{rows}", shape.names()),
        );
    }

    pub(super) fn unveil(&mut self, table: &str) {
        self.sql(&format!("unveil {table}"), format!("drop view temp.{table}"));
    }

    pub(super) fn show(&mut self, table: &str) {
        self.sql(&format!("show {table}"), format!("drop table temp.{table}"));
    }
}
