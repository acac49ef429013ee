//! The whole content of a warehouse as text, so that `nothing changed` is an equality.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

/// The schema and the rows of every table, in an order of their own.
#[derive(PartialEq, Eq)]
pub(crate) struct Dump(Vec<String>);

impl Dump {
    /// Shows the first difference; the whole dump is too long for a person.
    #[track_caller]
    pub(crate) fn assert_same(&self, before: &Self) {
        if self == before {
            return;
        }
        let at = self.0.iter().zip(&before.0).take_while(|(now, before)| now == before).count();
        panic!(
            "the content changed:\nbefore: {}\nafter:  {}",
            before.0.get(at).map_or("(the end)", String::as_str),
            self.0.get(at).map_or("(the end)", String::as_str)
        );
    }
}

/// Dumps a file and checks its integrity.
pub(crate) fn dump(db: &Path) -> Dump {
    let connection = Connection::open(db).unwrap();
    assert_eq!(rows(&connection, "pragma integrity_check"), ["ok"]);
    let mut lines =
        rows(&connection, "select type, name, tbl_name, sql from sqlite_schema order by type, name");
    let tables = rows(&connection, "select name from sqlite_schema where type = 'table' order by name");
    for table in tables {
        // When a migration was applied is the machine's own time.
        let columns = match table.as_str() {
            "_migrations" => "version, name, checksum",
            // Each file has a name and a key of its own.
            "_warehouse_identity" | "_forgetting" => "only_row",
            _ => "*",
        };
        let mut of_table = rows(&connection, &format!("select {columns} from \"{table}\""));
        of_table.sort();
        lines.extend(of_table.into_iter().map(|row| format!("{table}: {row}")));
    }
    Dump(lines)
}

/// The rows of a query, cells joined by bars; `~` is null.
pub(crate) fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let count = statement.column_count();
    let text = |value: Value| match value {
        Value::Null => "~".to_owned(),
        Value::Integer(integer) => integer.to_string(),
        Value::Real(real) => real.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{bytes:?}"),
    };
    statement
        .query_map([], |row| (0..count).map(|at| row.get(at).map(text)).collect::<Result<Vec<_>, _>>())
        .unwrap()
        .map(|row| row.unwrap().join("|"))
        .collect()
}
