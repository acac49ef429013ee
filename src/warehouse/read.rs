//! Reading rows for lists and exports.

use rusqlite::{Statement, ToSql, types::ValueRef};

use super::{Warehouse, WarehouseError, session::Session};

/// A value of a row, borrowed from SQLite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing known.
    Null,
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text.
    Text(&'a str),
}

impl Cell<'_> {
    /// Owns the value.
    pub fn to_value(&self) -> Value {
        match *self {
            Self::Null => Value::Null,
            Self::Integer(integer) => Value::Integer(integer),
            Self::Real(real) => Value::Real(real),
            Self::Text(text) => Value::Text(text.to_owned()),
        }
    }
}

/// A value of a row, owned.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing known.
    Null,
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text.
    Text(String),
}

impl Value {
    /// Borrows the value.
    pub fn as_cell(&self) -> Cell<'_> {
        match self {
            Self::Null => Cell::Null,
            Self::Integer(integer) => Cell::Integer(*integer),
            Self::Real(real) => Cell::Real(*real),
            Self::Text(text) => Cell::Text(text),
        }
    }
}

/// One condition on a column: `column = value`, or `column >= value`.
#[derive(Debug, Clone)]
pub struct Filter {
    /// A column, or an expression of several, from a constant list; `?` stands for the value.
    pub condition: &'static str,
    /// What to compare with.
    pub value: Value,
}

/// A query that is ready to be run.
pub struct Rows<'w> {
    statement: Statement<'w>,
    columns: Vec<String>,
    parameters: Vec<Value>,
    /// Rows that are visited at most; none: all.
    most: Option<u64>,
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// How many rows there were.
    pub count: u64,
    /// The first of them, with its columns.
    first: Vec<(String, Value)>,
    /// Whether there were more rows than were to be read.
    pub is_cut: bool,
}

impl Read {
    /// A column of the first row, if there is one and it has the column.
    pub fn first(&self, column: &str) -> Option<&Value> {
        self.first.iter().find(|(name, _)| name == column).map(|(_, value)| value)
    }
}

impl<'w> Rows<'w> {
    /// Prepares a query without parameters.
    pub(super) fn of(connection: &'w Session, sql: &str) -> Result<Self, WarehouseError> {
        Ok(Self::new(connection.prepare(sql)?, Vec::new()))
    }

    /// A statement with the values of its parameters, in their order.
    pub(super) fn new(statement: Statement<'w>, parameters: Vec<Value>) -> Self {
        let columns = statement.column_names().map(str::to_owned).collect();
        Self { statement, columns, parameters, most: None }
    }

    /// Leaves out what comes after a number of rows, and says so.
    pub(super) fn at_most(self, most: u64) -> Self {
        Self { most: Some(most), ..self }
    }
}

impl Rows<'_> {
    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Calls `visit` with every row. Errors of the visitor end the reading.
    pub fn for_each<E: From<WarehouseError>>(
        mut self,
        mut visit: impl FnMut(&[Cell<'_>]) -> Result<(), E>,
    ) -> Result<Read, E> {
        let width = self.columns.len();
        let parameters: Vec<&dyn ToSql> = self
            .parameters
            .iter()
            .map(|value| match value {
                Value::Null => &rusqlite::types::Null as &dyn ToSql,
                Value::Integer(integer) => integer,
                Value::Real(real) => real,
                Value::Text(text) => text,
            })
            .collect();
        let mut rows = self.statement.query(parameters.as_slice()).map_err(WarehouseError::from)?;
        let mut done = Read::default();
        while let Some(row) = rows.next().map_err(WarehouseError::from)? {
            if self.most.is_some_and(|most| done.count >= most) {
                done.is_cut = true;
                break;
            }
            let mut cells = Vec::with_capacity(width);
            for at in 0..width {
                cells.push(match row.get_ref(at).map_err(WarehouseError::from)? {
                    ValueRef::Null | ValueRef::Blob(_) => Cell::Null,
                    ValueRef::Integer(integer) => Cell::Integer(integer),
                    ValueRef::Real(real) => Cell::Real(real),
                    ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text).unwrap_or("")),
                });
            }
            visit(&cells)?;
            if done.count == 0 {
                done.first = self.columns.iter().cloned().zip(cells.iter().map(Cell::to_value)).collect();
            }
            done.count += 1;
        }
        Ok(done)
    }

    /// Collects all rows.
    pub fn collect(self) -> Result<Vec<Vec<Value>>, WarehouseError> {
        let mut collected = Vec::new();
        self.for_each(|cells| {
            collected.push(cells.iter().map(Cell::to_value).collect());
            Ok::<(), WarehouseError>(())
        })?;
        Ok(collected)
    }
}

impl Warehouse {
    /// Prepares a query of one of our own texts: `select … from …` without conditions of its own, the
    /// filters, then the rest such as `order by …`.
    pub fn rows(
        &self,
        select: &str,
        filters: &[Filter],
        order_by: &str,
        limit: Option<u64>,
    ) -> Result<Rows<'_>, WarehouseError> {
        self.rows_with(select, &[], filters, order_by, limit)
    }

    /// The same for a text that has parameters of its own, such as `:run_id`; it need not have all of them.
    pub(super) fn rows_with(
        &self,
        select: &str,
        own: &[(&str, Value)],
        filters: &[Filter],
        order_by: &str,
        limit: Option<u64>,
    ) -> Result<Rows<'_>, WarehouseError> {
        let mut sql = String::from(select);
        let mut named: Vec<(String, Value)> =
            own.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        for (at, filter) in filters.iter().enumerate() {
            sql.push_str(if at == 0 { "\nwhere " } else { "\n  and " });
            let name = format!(":filter_{at}");
            // One value may stand at several places of one condition.
            sql.push_str(&filter.condition.replace('?', &name));
            named.push((name, filter.value.clone()));
        }
        sql.push('\n');
        sql.push_str(order_by);
        if let Some(limit) = limit {
            sql.push_str("\nlimit :limit");
            named.push((":limit".to_owned(), Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX))));
        }
        let statement = self.connection.prepare(&sql)?;
        let mut parameters = vec![Value::Null; statement.parameter_count()];
        for (name, value) in named {
            if let Some(at) = statement.parameter_index(&name)? {
                parameters[at - 1] = value;
            }
        }
        Ok(Rows::new(statement, parameters))
    }
}
