//! SQL that people type: a connection that only reads, for a limited time.
//!
//! The file is opened with `query_only`, which the same SQL could switch off, and which does not stop `attach`. So
//! SQLite asks about each step of a statement while it prepares it, and everything but reading is refused.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::{
    Connection,
    hooks::{AuthAction, AuthContext, Authorization},
    limits::Limit,
};

use super::{Rows, Value, Warehouse, WarehouseError, session::Session};

/// Steps of SQLite's machine between two looks at the clock: about a tenth of a millisecond.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// The longest text or JSON that a query may build, in bytes: `zeroblob(1000000000)` asks for memory in one step, which
/// no clock interrupts.
const LONGEST_VALUE: i32 = 64 << 20;

/// Pragmas that only tell something, whatever they are given.
const TELLING: [&str; 8] = [
    "foreign_key_list",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "table_info",
    "table_list",
    "table_xinfo",
];

/// Pragmas that only tell something as long as they are given no value.
const TELLING_ALONE: [&str; 5] =
    ["application_id", "compile_options", "encoding", "page_count", "user_version"];

/// Functions that reach beyond the file.
const REACHING: [&str; 2] = ["fts3_tokenizer", "load_extension"];

/// A warehouse that answers SQL of people.
#[derive(Debug)]
pub struct Guarded {
    warehouse: Warehouse,
    /// The last refusal, in words.
    refused: Arc<Mutex<Option<String>>>,
    /// When the time of the statement that runs is up.
    deadline: Arc<Mutex<Option<Instant>>>,
    time_limit: Duration,
}

impl Warehouse {
    /// Lets the warehouse do nothing but answer SQL, each statement for at most `time_limit`.
    ///
    /// # Errors
    /// SQLite, which has no reason to refuse.
    pub fn guarded(mut self, time_limit: Duration) -> Result<Guarded, WarehouseError> {
        let refused = Arc::new(Mutex::new(None));
        let deadline = Arc::new(Mutex::new(None));
        let connection = self.connection.raw_mut();
        limit(connection)?;
        watch(connection, Arc::clone(&deadline))?;
        let said = Arc::clone(&refused);
        connection.authorizer(Some(move |context: AuthContext<'_>| match refusal(&context.action) {
            None => Authorization::Allow,
            Some(what) => {
                *said.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
                Authorization::Deny
            }
        }))?;
        Ok(Guarded { warehouse: self, refused, deadline, time_limit })
    }
}

fn limit(connection: &Connection) -> Result<(), WarehouseError> {
    for (limit, value) in [
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
    ] {
        connection.set_limit(limit, value)?;
    }
    Ok(())
}

fn watch(connection: &mut Connection, deadline: Arc<Mutex<Option<Instant>>>) -> Result<(), WarehouseError> {
    let is_over = move || {
        let deadline = *deadline.lock().unwrap_or_else(PoisonError::into_inner);
        deadline.is_some_and(|deadline| Instant::now() >= deadline)
    };
    Ok(connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(is_over))?)
}

/// Says why a step is refused, continuing `the SQL may only read: it would `.
fn refusal(action: &AuthAction<'_>) -> Option<String> {
    let lower = str::to_ascii_lowercase;
    match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => None,
        AuthAction::Function { function_name } => {
            REACHING.contains(&lower(function_name).as_str()).then(|| format!("call {function_name}()"))
        }
        AuthAction::Pragma { pragma_name, pragma_value } => {
            let name = lower(pragma_name);
            let is_telling =
                TELLING.contains(&&*name) || (pragma_value.is_none() && TELLING_ALONE.contains(&&*name));
            (!is_telling).then(|| format!("use the pragma {pragma_name}"))
        }
        AuthAction::Insert { table_name } => Some(format!("insert into {table_name}")),
        AuthAction::Update { table_name, .. } => Some(format!("update {table_name}")),
        AuthAction::Delete { table_name } => Some(format!("delete from {table_name}")),
        AuthAction::Attach { .. } => Some("attach another file".to_owned()),
        AuthAction::Transaction { .. } | AuthAction::Savepoint { .. } => {
            Some("begin or end a transaction".to_owned())
        }
        _ => Some("change the schema".to_owned()),
    }
}

impl Guarded {
    /// Prepares one statement. Parameters that it does not name are ignored; one that nobody gives is an error. Its
    /// time begins now.
    ///
    /// # Errors
    /// [`WarehouseError::OnlyReads`], [`WarehouseError::Sql`], [`WarehouseError::NoValue`].
    pub fn rows(
        &self,
        sql: &str,
        parameters: &[(&str, Value)],
        limit: u64,
    ) -> Result<Rows<'_>, WarehouseError> {
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let statement = self.warehouse.connection.prepare(sql).map_err(|error| self.explain(error))?;
        if !statement.readonly() {
            return Err(WarehouseError::OnlyReads { what: "write".to_owned() });
        }
        if statement.column_count() == 0 {
            return Err(WarehouseError::Sql { message: "it is not a query: it has no columns".to_owned() });
        }
        let mut values = vec![None; statement.parameter_count()];
        for (name, value) in parameters {
            if let Some(at) = statement.parameter_index(&format!(":{name}"))? {
                values[at - 1] = Some(value.clone());
            }
        }
        let mut bound = Vec::with_capacity(values.len());
        for (at, value) in values.into_iter().enumerate() {
            let name = statement.parameter_name(at + 1).unwrap_or("?").to_owned();
            bound.push(value.ok_or(WarehouseError::NoValue { name })?);
        }
        let until = Instant::now() + self.time_limit;
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        Ok(Rows::new(statement, bound).at_most(limit))
    }

    /// What SQLite says of a text, in words that a person can act on.
    fn explain(&self, error: rusqlite::Error) -> WarehouseError {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (refused, error) {
            (Some(what), _) => WarehouseError::OnlyReads { what },
            // The text is the person's own: nothing of the file is in what is said about it.
            (None, rusqlite::Error::SqlInputError { msg, .. }) => misread(msg),
            (None, rusqlite::Error::SqliteFailure(failure, Some(message)))
                if failure.code == rusqlite::ErrorCode::Unknown =>
            {
                misread(message)
            }
            (None, rusqlite::Error::MultipleStatement) => {
                WarehouseError::Sql { message: "it is more than one statement".to_owned() }
            }
            (None, error) => error.into(),
        }
    }
}

/// What SQLite refuses in its own words. That a view cannot be written, it says before anybody is asked.
fn misread(message: String) -> WarehouseError {
    if message.starts_with("cannot modify ") {
        WarehouseError::OnlyReads { what: "write".to_owned() }
    } else {
        WarehouseError::Sql { message }
    }
}

/// A list of our own, as rows: it needs no warehouse.
#[derive(Debug)]
pub struct Listing(Session);

impl Listing {
    /// An empty database in memory.
    ///
    /// # Errors
    /// SQLite, which has no reason to refuse.
    pub fn new() -> Result<Self, WarehouseError> {
        Ok(Self(Session::new(Connection::open_in_memory()?)))
    }

    /// Rows of texts, under the names of columns.
    ///
    /// # Errors
    /// SQLite, if a row has other columns.
    pub fn rows(&self, columns: &[&str], rows: &[Vec<String>]) -> Result<Rows<'_>, WarehouseError> {
        let names: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(at, name)| format!("json_extract(r.value, '$[{at}]') as \"{name}\""))
            .collect();
        let sql = format!("select {} from json_each(?1) as r order by r.key", names.join(", "));
        let json = serde_json::to_string(rows).unwrap_or_default();
        Ok(Rows::new(self.0.prepare(&sql)?, vec![Value::Text(json)]))
    }
}
