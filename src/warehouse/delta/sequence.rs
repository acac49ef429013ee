//! How the statements of an audit of the changes are put together: what the steps have in common.

use super::shape::Shape;
use crate::{
    catalog::{self, files},
    warehouse::{issues::Statement, session::Session},
};

/// The statements, as they are put together.
pub(super) struct Steps<'c> {
    pub(super) connection: &'c Session,
    pub(super) all: Vec<Statement>,
}

impl Steps<'_> {
    pub(super) fn sql(&mut self, name: &str, sql: String) {
        self.all.push(Statement::new(name, sql));
    }

    /// Hides a table behind a temporary one with some of its rows. `rows` selects its columns.
    pub(super) fn hide(&mut self, shape: &Shape, rows: &str) {
        let table = &shape.name;
        self.sql(&format!("hide {table}"), shape.create_temporary(table));
        self.sql(&format!("rows of {table}"), format!("insert into temp.{table}\n{rows}"));
    }

    /// Hides a table behind a view of some of its rows, where a text scans it once and looks nothing up in it.
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

    /// Compares the rebuilt rows with those that the relation had, and replaces them. `among` says which of these were
    /// rebuilt, where not all were.
    pub(super) fn compare(&mut self, view: &str, shape: &Shape, among: &str) {
        let (table, columns, key) = (&shape.name, shape.columns("v"), shape.key());
        let same = shape.is_same("w", "v");
        for (what, from, other, among) in [
            ("gone", format!("main.{table}"), format!("temp.fresh_{view}"), among),
            ("come", format!("temp.fresh_{view}"), format!("main.{table}"), ""),
        ] {
            self.sql(
                &format!("{what} {view}"),
                format!(
                    "create temp table {what}_{view} as
select {columns}
from {from} as v
where {among}not exists (
  select 1
  from {other} as w
  where {same}
)"
                ),
            );
        }
        self.sql(&format!("forget fresh {view}"), format!("drop table temp.fresh_{view}"));
        self.sql(
            &format!("take {view} out"),
            format!("delete from main.{table} where ({key}) in (select {key} from temp.gone_{view})"),
        );
        self.sql(
            &format!("put {view} in"),
            format!("insert into main.{table} select {columns} from temp.come_{view} as v"),
        );
        self.sql(
            &format!("changed {view}"),
            format!(
                "create temp view changed_{view} as
select {columns} from temp.gone_{view} as v
union all
select {columns} from temp.come_{view} as v"
            ),
        );
    }
}

/// The text of a view of links.
pub(super) fn text_of(view: &str) -> &'static str {
    catalog::statement(files::LINK, view).trim_end().trim_end_matches(';')
}
