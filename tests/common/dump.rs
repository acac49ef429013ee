//! The whole content of a warehouse, so that `nothing changed` is an equality.

use std::cell::OnceCell;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

/// The schema and the rows of every table. They are worked out where the bytes of two files differ: a warehouse has
/// thousands of rows, and a command that reads leaves every byte.
pub(crate) struct Dump {
    file: Vec<u8>,
    lines: OnceCell<Vec<String>>,
}

impl PartialEq for Dump {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file || self.lines() == other.lines()
    }
}

impl Dump {
    /// Shows the first difference; the whole dump is too long for a person.
    #[track_caller]
    pub(crate) fn assert_same(&self, before: &Self) {
        if self == before {
            return;
        }
        let (now, before) = (self.lines(), before.lines());
        let at = now.iter().zip(before).take_while(|(now, before)| now == before).count();
        panic!(
            "the content changed:\nbefore: {}\nafter:  {}",
            before.get(at).map_or("(the end)", String::as_str),
            now.get(at).map_or("(the end)", String::as_str)
        );
    }

    /// The content as text, in an order of its own.
    fn lines(&self) -> &[String] {
        self.lines.get_or_init(|| {
            let copy = tempfile::NamedTempFile::new().unwrap();
            fs::write(copy.path(), &self.file).unwrap();
            content(&Connection::open(copy.path()).unwrap())
        })
    }
}

/// Dumps a file and checks its integrity.
pub(crate) fn dump(db: &Path) -> Dump {
    let connection = Connection::open(db).unwrap();
    assert_eq!(rows(&connection, "pragma integrity_check"), ["ok"]);
    drop(connection);
    // Nothing of it stands in a log beside the file.
    assert!(!db.with_extension("db-wal").exists());
    Dump { file: fs::read(db).unwrap(), lines: OnceCell::new() }
}

fn content(connection: &Connection) -> Vec<String> {
    let mut lines =
        rows(connection, "select type, name, tbl_name, sql from sqlite_schema order by type, name");
    let tables = rows(connection, "select name from sqlite_schema where type = 'table' order by name");
    for table in tables {
        // When a migration was applied is the machine's own time.
        let columns = match table.as_str() {
            "_migrations" => "version, name, checksum",
            // Each file has a name and a key of its own.
            "_warehouse_identity" | "_forgetting" => "only_row",
            // The hashes are made with that key.
            "_line_parts" => "collection, part, length(lines)",
            _ => "*",
        };
        let mut of_table = rows(connection, &format!("select {columns} from \"{table}\""));
        of_table.sort();
        lines.extend(of_table.into_iter().map(|row| format!("{table}: {row}")));
    }
    lines
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
