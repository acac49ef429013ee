//! People who asked to be forgotten: who they are is blanked in every version, and stays so.
//!
//! Ids, `email_domain` and receipts stay, because they name nobody by themselves. A tombstone keeps the id, and the
//! address as a hash under a key of this file, so that the next snapshot does not bring names back.

use std::collections::BTreeSet;

use rusqlite::params;
use serde_json::Value as Json;

use super::{
    Warehouse, WarehouseError,
    forgotten::{address_hash, key},
    kept_links, lines, records,
    session::Session,
};

/// Stands where a text was that may not be missing.
const BLANKED: &str = "(blanked)";

/// The fewest characters of an `external_id` that is looked for in texts: shorter ones stand everywhere by chance.
const SHORTEST_ID: usize = 6;

/// Texts that people typed, and what becomes of one that names the person; none: it may not be missing.
const TYPED: [(&str, &str, Option<&str>); 9] = [
    ("ingest_warnings", "value", None),
    ("ingest_rejections", "value", None),
    ("_decisions", "note", None),
    ("_decisions", "assignee", None),
    ("_decisions", "decided_by", Some(BLANKED)),
    ("suppressions", "reason", Some(BLANKED)),
    ("suppressions", "owner", Some(BLANKED)),
    ("_ticket_versions", "subject", None),
    ("_account_versions", "extra", None),
];

/// Texts of records that are no person's, where the same words may stand: they are named and left alone.
const LEFT: [(&str, &str); 6] = [
    ("_user_versions", "name"),
    ("_account_versions", "account_name"),
    ("_account_versions", "owner"),
    ("_organization_versions", "name"),
    ("_organization_versions", "external_id"),
    ("_issue_versions", "evidence"),
];

/// Whom to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// By Zendesk id.
    Id(i64),
    /// By address, in any case.
    Address(String),
}

/// Where a person is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Table and column, such as `ingest_warnings.value`.
    pub name: String,
    /// Rows.
    pub row_count: u64,
    /// Whether they are blanked.
    pub is_blanked: bool,
}

/// What is known of the people who are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traces {
    /// Their Zendesk ids.
    pub user_ids: Vec<i64>,
    /// Where they are named; their own records first.
    pub places: Vec<Place>,
}

impl Warehouse {
    /// Says where people are named. Nobody has that id or address: no ids.
    ///
    /// # Errors
    /// SQLite.
    pub fn traces_of(&self, whom: &Whom) -> Result<Traces, WarehouseError> {
        traces(&self.connection, whom)
    }

    /// Blanks people everywhere, remembers that without naming them, and rewrites the file so that nothing is left in
    /// its free pages. Returns where they were named.
    ///
    /// # Errors
    /// SQLite; the disk, which needs room for a second copy of the file.
    pub fn forget(&self, whom: &Whom, now: &str) -> Result<Traces, WarehouseError> {
        // What is overwritten is zeroed at once, whatever happens before the file is written again.
        self.connection.raw().pragma_update(None, "secure_delete", true)?;
        let transaction = self.begin()?;
        let found = traces(&transaction, whom)?;
        let words = words(&transaction, &found.user_ids)?;
        for &user_id in &found.user_ids {
            remember(&transaction, user_id, now)?;
        }
        for (table, column, instead) in TYPED {
            blank_typed(&transaction, (table, column), instead, &words)?;
        }
        for &user_id in &found.user_ids {
            records::blank_user(&transaction, user_id)?;
        }
        kept_links::forget(&transaction)?;
        // A hash of a line that named them would tell whoever has that line that it is theirs.
        lines::forget(&transaction)?;
        transaction.commit()?;
        self.connection.execute_batch("vacuum")?;
        Ok(found)
    }
}

fn traces(connection: &Session, whom: &Whom) -> Result<Traces, WarehouseError> {
    let user_ids = ids(connection, whom)?;
    let mut places = Vec::new();
    let mut own: i64 = 0;
    for user_id in &user_ids {
        own += connection.query_row(
            "select count(*) from _user_versions where user_id = ?1
               and (name <> '' or email is not null or external_id is not null)",
            [user_id],
            |row| row.get::<_, i64>(0),
        )?;
    }
    places.push(Place { name: "_user_versions".to_owned(), row_count: own.unsigned_abs(), is_blanked: true });
    let words = words(connection, &user_ids)?;
    let typed = TYPED.iter().map(|(table, column, _)| (*table, *column, true));
    for (table, column, is_blanked) in
        typed.chain(LEFT.iter().map(|(table, column)| (*table, *column, false)))
    {
        let others = if table == "_user_versions" {
            format!("user_id not in ({})", list(&user_ids))
        } else {
            "1".to_owned()
        };
        let mut row_count = 0;
        let mut statement = connection
            .prepare(&format!("select {column} from {table} where {column} is not null and {others}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            row_count += u64::from(names(row.get_ref(0)?.as_str().unwrap_or_default(), &words));
        }
        if row_count > 0 {
            places.push(Place { name: format!("{table}.{column}"), row_count, is_blanked });
        }
    }
    Ok(Traces { user_ids, places })
}

fn list(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

fn ids(connection: &Session, whom: &Whom) -> Result<Vec<i64>, WarehouseError> {
    let found = match whom {
        Whom::Id(id) => {
            let is_there =
                connection.prepare("select 1 from _user_versions where user_id = ?1")?.exists([id])?;
            if is_there { vec![*id] } else { Vec::new() }
        }
        Whom::Address(address) => connection
            .prepare(
                "select distinct user_id from _user_versions where lower(email) = lower(?1) order by user_id",
            )?
            .query_map([address], |row| row.get(0))?
            .collect::<Result<_, _>>()?,
    };
    Ok(found)
}

/// What the people are called, in lower case: addresses, and names of two or more words, for one word stands everywhere.
fn words(connection: &Session, ids: &[i64]) -> Result<BTreeSet<String>, WarehouseError> {
    let mut words = BTreeSet::new();
    let mut statement =
        connection.prepare("select name, email, external_id from _user_versions where user_id = ?1")?;
    for id in ids {
        let mut rows = statement.query([id])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            words.extend(Some(name).filter(|name| name.split_whitespace().count() > 1));
            words.extend(row.get::<_, Option<String>>(1)?.filter(|email| email.contains('@')));
            words.extend(row.get::<_, Option<String>>(2)?.filter(|id| id.chars().count() >= SHORTEST_ID));
        }
    }
    Ok(words.into_iter().map(|word| word.to_lowercase()).collect())
}

/// Whether a text holds one of the words.
fn names(text: &str, words: &BTreeSet<String>) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word.as_str()))
}

fn blank_typed(
    connection: &Session,
    (table, column): (&str, &str),
    instead: Option<&str>,
    words: &BTreeSet<String>,
) -> Result<(), WarehouseError> {
    let texts: Vec<String> = connection
        .prepare(&format!("select distinct {column} from {table} where {column} is not null"))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut update = connection.prepare(&format!("update {table} set {column} = ?2 where {column} = ?1"))?;
    for text in texts.iter().filter(|text| names(text, words)) {
        match (column, instead) {
            ("extra", _) => update.execute((text, without(text, words)))?,
            (_, instead) => update.execute((text, instead))?,
        };
    }
    Ok(())
}

/// A JSON object of kept columns without the values that name somebody.
fn without(json: &str, words: &BTreeSet<String>) -> Option<String> {
    let mut kept = serde_json::from_str::<Json>(json).ok()?;
    for value in kept.as_object_mut()?.values_mut() {
        if names(&value.to_string(), words) {
            *value = Json::Null;
        }
    }
    Some(kept.to_string())
}

/// Keeps the id, and the hash of each address that the person had.
fn remember(connection: &Session, user_id: i64, now: &str) -> Result<(), WarehouseError> {
    let key = key(connection)?;
    connection.execute(
        "insert into _forgotten_users (user_id, forgotten_at) values (?1, ?2) on conflict (user_id) do nothing",
        params![user_id, now],
    )?;
    let addresses: Vec<String> = connection
        .prepare("select distinct email from _user_versions where user_id = ?1 and email is not null")?
        .query_map([user_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for address in addresses {
        connection.execute(
            "insert into _forgotten_addresses (address_hash, user_id) values (?1, ?2) on conflict do nothing",
            params![address_hash(&key, &address), user_id],
        )?;
    }
    Ok(())
}
