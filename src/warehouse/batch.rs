//! Rows inserted several at a time.
//!
//! SQLite opens the table and each of its indexes once for a statement. For rows as narrow as these that is
//! dearer than the rows themselves, so that a first snapshot puts many of them into one statement.

use rusqlite::{
    Statement, ToSql,
    types::{Null, ToSqlOutput, Value, ValueRef},
};

use crate::warehouse::session::Session;

use super::WarehouseError;

/// Rows in one statement: SQLite copies the pages that a statement changes, so a few are not enough; the gain
/// of more was not measurable.
const ROWS: usize = 64;

/// Inserts into one table. Of several rows with one key the last one counts.
pub(super) struct BatchInsert<'c> {
    /// Rows with larger numbers than any before: none of them can be there. A statement that cannot meet a row
    /// keeps no copies of the pages that it changes, which is a tenth of an ingest.
    rising: Many<'c>,
    /// All others.
    any: Many<'c>,
    /// The largest number so far, if the rows are known by one.
    largest: Option<i64>,
}

/// One statement and the rows that are bound to it.
struct Many<'c> {
    insert: Statement<'c>,
    /// How many values a row has.
    width: usize,
    /// How many rows are bound and not inserted yet.
    waiting: usize,
}

impl<'c> BatchInsert<'c> {
    /// Prepares the statement. `fixed` are columns with the same number in every row; a row's values are those
    /// of `columns`. `keys`, some of both, is the primary key; the first of `columns` is one of them.
    pub(super) fn new(
        connection: &'c Session,
        table: &str,
        keys: &[&str],
        columns: &[&str],
        fixed: &[(&str, i64)],
    ) -> Result<Self, WarehouseError> {
        let width = columns.len();
        let numbers: Vec<String> = fixed.iter().map(|(_, number)| number.to_string()).collect();
        let rows: Vec<String> = (0..ROWS)
            .map(|row| {
                let values = (1..=width).map(|at| format!("?{}", row * width + at));
                format!("({})", numbers.iter().cloned().chain(values).collect::<Vec<_>>().join(", "))
            })
            .collect();
        let updates: Vec<String> = columns.iter().map(|name| format!("{name} = excluded.{name}")).collect();
        let names: Vec<&str> = fixed.iter().map(|(name, _)| *name).chain(columns.iter().copied()).collect();
        let (names, rows) = (names.join(", "), rows.join(", "));
        // A row without a key is ignored.
        let any = connection.prepare(&format!(
            "insert or ignore into {table} ({names}) values {rows} on conflict ({}) do update set {}",
            keys.join(", "),
            updates.join(", "),
        ))?;
        let rising = connection.prepare(&format!("insert or ignore into {table} ({names}) values {rows}"))?;
        let is_one_number = keys.iter().filter(|key| fixed.iter().all(|(name, _)| name != *key)).count() == 1;
        Ok(Self {
            rising: Many { insert: rising, width, waiting: 0 },
            any: Many { insert: any, width, waiting: 0 },
            largest: is_one_number.then_some(i64::MIN),
        })
    }

    /// Takes a row, which is stored by [`Self::flush`] at the latest.
    pub(super) fn put<'v>(
        &mut self,
        values: impl Iterator<Item = &'v dyn ToSql>,
    ) -> Result<(), WarehouseError> {
        let mut values = values.peekable();
        let number = match (self.largest, values.peek()) {
            (Some(_), Some(key)) => match key.to_sql()? {
                ToSqlOutput::Borrowed(ValueRef::Integer(number))
                | ToSqlOutput::Owned(Value::Integer(number)) => Some(number),
                _ => None,
            },
            _ => None,
        };
        if number > self.largest {
            self.largest = number;
            return self.rising.put(values);
        }
        // What it may meet has to be there first.
        if self.rising.waiting > 0 && self.any.waiting + 1 == ROWS {
            self.rising.execute()?;
        }
        self.any.put(values)
    }

    /// Stores what was taken.
    pub(super) fn flush(&mut self) -> Result<(), WarehouseError> {
        self.rising.execute()?;
        self.any.execute()
    }
}

impl Many<'_> {
    fn put<'v>(&mut self, values: impl Iterator<Item = &'v dyn ToSql>) -> Result<(), WarehouseError> {
        let first = self.waiting * self.width + 1;
        for (at, value) in values.enumerate() {
            debug_assert!(at < self.width, "a row has the values of its columns");
            self.insert.raw_bind_parameter(first + at, value)?;
        }
        self.waiting += 1;
        if self.waiting == ROWS { self.execute() } else { Ok(()) }
    }

    fn execute(&mut self) -> Result<(), WarehouseError> {
        if self.waiting == 0 {
            return Ok(());
        }
        // The rest still has the rows of the statement before, unless it loses its keys.
        for row in self.waiting..ROWS {
            self.insert.raw_bind_parameter(row * self.width + 1, Null)?;
        }
        let stored = self.insert.raw_execute()?;
        if stored != self.waiting {
            // A constraint was broken, which `or ignore` passes over.
            return Err(rusqlite::Error::StatementChangedRows(stored).into());
        }
        self.waiting = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts pairs and returns what the table has.
    fn stored(pairs: &[(i64, Option<&str>)]) -> Result<Vec<(i64, String)>, WarehouseError> {
        let connection = Session::new(rusqlite::Connection::open_in_memory().unwrap());
        connection
            .execute_batch(
                "create table t (id integer not null, born integer not null, name text not null,
                   primary key (id, born)) strict, without rowid;",
            )
            .unwrap();
        {
            let mut batch =
                BatchInsert::new(&connection, "t", &["id", "born"], &["id", "name"], &[("born", 7)])?;
            for (id, name) in pairs {
                let values: [&dyn ToSql; 2] = [id, name];
                batch.put(values.into_iter())?;
            }
            batch.flush()?;
            batch.flush()?;
        }
        let mut rows = connection.prepare("select id, name from t where born = 7 order by id").unwrap();
        Ok(rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect())
    }

    #[test]
    fn every_row_is_stored_however_many_there_are() {
        let length = |count: usize| i64::try_from(count).unwrap();
        for count in [0, 1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS - 1] {
            let pairs: Vec<_> = (0..length(count)).map(|id| (id, Some("a"))).collect();
            let expected: Vec<_> = (0..length(count)).map(|id| (id, "a".to_owned())).collect();
            assert_eq!(stored(&pairs).unwrap(), expected);
        }
    }

    #[test]
    fn of_rows_with_one_key_the_last_counts() {
        // In one statement, and in one far behind.
        let mut pairs = vec![(5, Some("old")), (5, Some("new")), (6, Some("old"))];
        pairs.extend((100..).map(|id| (id, Some("a"))).take(2 * ROWS));
        pairs.push((6, Some("new")));
        let stored = stored(&pairs).unwrap();
        assert_eq!(stored.len(), 2 + 2 * ROWS);
        assert_eq!(stored[..2], [(5, "new".to_owned()), (6, "new".to_owned())]);
    }

    #[test]
    fn rows_may_come_in_any_order() {
        // Steps through all numbers below a prime, rising and falling, and goes round more than once.
        let names = ["a", "b", "c"];
        let (mut at, mut pairs, mut expected) = (1_i64, Vec::new(), std::collections::BTreeMap::new());
        for round in 0..3 * 257 {
            at = at * 3 % 257;
            let name = names[round / 257];
            pairs.push((at, Some(name)));
            expected.insert(at, name.to_owned());
        }
        assert_eq!(stored(&pairs).unwrap(), expected.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_row_that_breaks_a_constraint_is_not_passed_over() {
        assert!(stored(&[(1, Some("a")), (2, None)]).is_err());
    }
}
