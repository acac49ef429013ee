//! Tables as statements are made of them: columns, key, and what makes a temporary one alike.

use crate::warehouse::{WarehouseError, session::Session};

/// A table of the warehouse.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// Such as `_user_versions`.
    pub(super) name: String,
    /// In their order.
    columns: Vec<String>,
    /// Those of the primary key.
    key: Vec<String>,
    /// The text of its statement behind the name: columns, key and options.
    body: String,
}

impl Shape {
    /// Reads it from the schema.
    pub(super) fn of(connection: &Session, name: &str) -> Result<Self, WarehouseError> {
        let mut columns = Vec::new();
        let mut key = Vec::new();
        let mut statement =
            connection.prepare("select name, pk from pragma_table_info(?1, 'main') order by cid")?;
        let mut rows = statement.query([name])?;
        while let Some(row) = rows.next()? {
            let (column, place): (String, i64) = (row.get(0)?, row.get(1)?);
            if place > 0 {
                key.push(column.clone());
            }
            columns.push(column);
        }
        let sql: String = connection.query_row(
            "select sql from main.sqlite_schema where type = 'table' and name = ?1",
            [name],
            |row| row.get(0),
        )?;
        let body = sql.find('(').map_or("", |at| &sql[at..]).to_owned();
        Ok(Self { name: name.to_owned(), columns, key, body })
    }

    /// The name without its underscore.
    pub(super) fn short(&self) -> &str {
        self.name.trim_start_matches('_')
    }

    /// The columns, each with an alias before it.
    pub(super) fn columns(&self, alias: &str) -> String {
        list(&self.columns, alias)
    }

    /// The columns, bare.
    pub(super) fn names(&self) -> String {
        self.columns.join(", ")
    }

    /// The columns of the key, bare.
    pub(super) fn key(&self) -> String {
        self.key.join(", ")
    }

    /// The columns that are not of the key, bare.
    pub(super) fn beside_key(&self) -> Vec<&str> {
        self.columns
            .iter()
            .map(String::as_str)
            .filter(|column| !self.key.iter().any(|key| key == column))
            .collect()
    }

    /// What says that two rows are the same in every column. The key leads through the index.
    pub(super) fn is_same(&self, one: &str, other: &str) -> String {
        let terms: Vec<String> = self
            .columns
            .iter()
            .map(|column| {
                let by = if self.key.contains(column) { "=" } else { "is not distinct from" };
                format!("{one}.{column} {by} {other}.{column}")
            })
            .collect();
        terms.join("\n    and ")
    }

    /// What says that a version is in force at the snapshot of a run; none for a table without versions.
    pub(super) fn in_force(&self, alias: &str, context: &str) -> Option<String> {
        let snapshot = self.snapshot();
        self.name.ends_with("_versions").then(|| {
            format!(
                "{alias}.valid_from <= {context}.{snapshot}\n  and {context}.{snapshot} < {alias}.valid_to"
            )
        })
    }

    /// The column with the snapshot that decides which versions are in force.
    pub(super) fn snapshot(&self) -> &'static str {
        if self.name.starts_with("_account") { "salesforce_snapshot_id" } else { "zendesk_snapshot_id" }
    }

    /// The columns of a version, as if it were in force now.
    pub(super) fn columns_in_force(&self, alias: &str, since: &str) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|column| match column.as_str() {
                "valid_from" => since.to_owned(),
                "valid_to" => super::super::OPEN.to_string(),
                _ => format!("{alias}.{column}"),
            })
            .collect();
        columns.join(", ")
    }

    /// What makes an empty temporary table that is alike.
    pub(super) fn create_temporary(&self, name: &str) -> String {
        format!("create temp table {name} {}", self.body)
    }
}

fn list(columns: &[String], alias: &str) -> String {
    columns.iter().map(|column| format!("{alias}.{column}")).collect::<Vec<_>>().join(", ")
}
