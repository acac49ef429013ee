//! Files for others: a copy of the whole, and a new file of plain tables.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, params_from_iter, types::Value as SqlValue};

use super::{Cell, Rows, Value, Warehouse, WarehouseError, connect::common_flags};

/// Says of a file that orgdrift made it for analysts: `odan`.
pub const ANALYST_ID: i32 = 0x6f64_616e;

/// A new file of plain tables, while it is written.
#[derive(Debug)]
pub struct PlainFile(Connection);

/// One column of a plain table.
#[derive(Debug, Clone)]
pub struct PlainColumn {
    /// Its name; any text.
    pub name: String,
    /// A type of SQL.
    pub kind: &'static str,
    /// The table to whose key it refers, and that key.
    pub of: Option<(String, String)>,
}

/// One plain table.
#[derive(Debug, Clone)]
pub struct PlainTable {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub columns: Vec<PlainColumn>,
    /// The columns of its primary key.
    pub key: Vec<String>,
    /// The columns that have an index of their own.
    pub indexes: Vec<String>,
}

impl Warehouse {
    /// Writes a consistent copy, without what was deleted, into an empty file.
    ///
    /// # Errors
    /// The disk.
    pub fn copy_into(&self, path: &Path) -> Result<(), WarehouseError> {
        let path = path.to_str().ok_or(WarehouseError::Io {
            what: "cannot write",
            path: path.to_owned(),
            source: std::io::Error::from(std::io::ErrorKind::InvalidFilename),
        })?;
        // It writes nothing to this file, but SQLite does not tell the two apart.
        self.connection.raw().pragma_update(None, "query_only", false)?;
        let copied = self.connection.execute("vacuum into ?1", [path]);
        self.connection.raw().pragma_update(None, "query_only", true)?;
        copied?;
        Ok(())
    }

    /// Prepares the rows of one of our own texts without parameters.
    ///
    /// # Errors
    /// SQLite.
    pub fn plain_rows(&self, sql: &str) -> Result<Rows<'_>, WarehouseError> {
        Rows::of(&self.connection, sql)
    }

    /// Lets all that is read until the end of it be of one state of the file.
    ///
    /// # Errors
    /// SQLite.
    pub fn read_as_one(&self) -> Result<Reading<'_>, WarehouseError> {
        Ok(Reading { _transaction: self.connection.raw().unchecked_transaction()? })
    }

    /// Returns the layer of every code that the file ever knew.
    ///
    /// # Errors
    /// SQLite.
    pub fn layers_of_codes(&self) -> Result<Vec<(String, String)>, WarehouseError> {
        let mut statement = self.connection.prepare("select distinct code, layer from rule_versions")?;
        let layers =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        Ok(layers)
    }
}

/// While it lives, the file is read as it was at one moment.
#[derive(Debug)]
pub struct Reading<'w> {
    _transaction: rusqlite::Transaction<'w>,
}

impl PlainFile {
    /// Opens an empty file that nobody else knows yet.
    ///
    /// # Errors
    /// The disk.
    pub fn open(path: &Path) -> Result<Self, WarehouseError> {
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | common_flags())?;
        // It has another name until it is complete, so what is half written is never seen.
        connection.pragma_update(None, "journal_mode", "off")?;
        connection.pragma_update(None, "synchronous", "off")?;
        connection.pragma_update(None, "application_id", ANALYST_ID)?;
        connection.pragma_update(None, "user_version", super::SCHEMA_VERSION)?;
        connection.execute_batch("begin")?;
        Ok(Self(connection))
    }

    /// Makes a table.
    ///
    /// # Errors
    /// The disk.
    pub fn create(&self, table: &PlainTable) -> Result<(), WarehouseError> {
        let mut lines: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                // Some readers do not look up a key that is not named.
                let of = column.of.as_ref().map_or_else(String::new, |(table, key)| {
                    format!(" references {} ({})", quoted(table), quoted(key))
                });
                format!("  {} {}{of}", quoted(&column.name), column.kind)
            })
            .collect();
        let key: Vec<String> = table.key.iter().map(|name| quoted(name)).collect();
        lines.push(format!("  primary key ({})", key.join(", ")));
        self.0.execute_batch(&format!("create table {} (\n{}\n)", quoted(&table.name), lines.join(",\n")))?;
        Ok(())
    }

    /// Fills a table. `change` turns the cells of a row into those that are written.
    ///
    /// # Errors
    /// The disk, and rows whose key was there.
    pub fn fill(
        &self,
        table: &PlainTable,
        rows: Rows<'_>,
        mut change: impl FnMut(&[Cell<'_>]) -> Vec<Value>,
    ) -> Result<u64, WarehouseError> {
        let marks = vec!["?"; table.columns.len()].join(", ");
        let sql = format!("insert into {} values ({marks})", quoted(&table.name));
        let mut insert = self.0.prepare(&sql)?;
        let read = rows.for_each(|cells| {
            insert.execute(params_from_iter(change(cells).into_iter().map(bound)))?;
            Ok::<(), WarehouseError>(())
        })?;
        Ok(read.count)
    }

    /// Makes the indexes of a table, once it is filled.
    ///
    /// # Errors
    /// The disk.
    pub fn index(&self, table: &PlainTable) -> Result<(), WarehouseError> {
        let referring = table.columns.iter().filter(|column| column.of.is_some()).map(|column| &column.name);
        let mut names: Vec<&String> = table.indexes.iter().chain(referring).collect();
        // The first column of the key has one.
        names.retain(|name| table.key.first() != Some(*name));
        names.dedup();
        for name in names {
            self.0.execute_batch(&format!(
                "create index {} on {} ({})",
                quoted(&format!("{}_by_{name}", table.name)),
                quoted(&table.name),
                quoted(name)
            ))?;
        }
        Ok(())
    }

    /// Checks what refers to what, and closes the file.
    ///
    /// # Errors
    /// A row that refers to nothing; the disk.
    pub fn finish(self) -> Result<(), WarehouseError> {
        let is_dangling = self.0.prepare("pragma foreign_key_check")?.exists([])?;
        if is_dangling {
            return Err(WarehouseError::NotStored { what: "what the rows of the new file refer to" });
        }
        self.0.execute_batch("analyze; commit")?;
        self.0.close().map_err(|(_, error)| error.into())
    }
}

fn bound(value: Value) -> SqlValue {
    match value {
        Value::Null => SqlValue::Null,
        Value::Integer(integer) => SqlValue::Integer(integer),
        Value::Real(real) => SqlValue::Real(real),
        Value::Text(text) => SqlValue::Text(text),
    }
}

/// A name is data where it comes from an account file: it stands in quotation marks, its own ones doubled.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
