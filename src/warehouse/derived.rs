//! Views, dictionary and bundled lists: what the file gets from the binary.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{WarehouseError, domains, personal_domains, runs};
use crate::{catalog, identity::is_valid_domain};

/// Whether the file has exactly what this binary would give it.
pub(super) fn is_current(connection: &Connection) -> Result<bool, WarehouseError> {
    let digest: Option<String> = connection
        .query_row("select digest from _derived_state where only_row = 1", [], |row| row.get(0))
        .map(Some)
        .or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok(None),
            error => Err(error),
        })?;
    if digest.as_deref() != Some(&catalog::derived_digest()) {
        return Ok(false);
    }
    // The digest says what was put in; somebody may have changed or dropped a view since.
    let stored: HashMap<String, String> = connection
        .prepare("select name, sql from sqlite_schema where type = 'view'")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(catalog::views()
        .iter()
        .all(|view| stored.get(&view.name).is_some_and(|sql| sql.ends_with(view.sql.trim_end()))))
}

/// Gives the file the views, the dictionary and the lists of this binary, in one transaction.
pub(super) fn synchronize(connection: &Connection) -> Result<(), WarehouseError> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    drop_all(&transaction)?;
    for view in catalog::views() {
        // The name comes from the list of files, never from data.
        transaction.execute_batch(&format!("create view {} as\n{}", view.name, view.sql))?;
    }
    transaction.execute("delete from data_dictionary", [])?;
    {
        let mut insert = transaction.prepare(
            "insert into data_dictionary (object_name, column_name, description, \"references\")
             values (?1, ?2, ?3, ?4)",
        )?;
        for row in catalog::dictionary() {
            insert.execute((&row.object_name, &row.column_name, &row.description, row.references))?;
        }
    }
    synchronize_blocked_reasons(&transaction)?;
    personal_domains::synchronize(&transaction)?;
    domains::judge_again(&transaction, is_valid_domain)?;
    runs::store_rules(&transaction)?;
    transaction.execute(
        "insert or replace into _derived_state (only_row, digest) values (1, ?1)",
        [catalog::derived_digest()],
    )?;
    transaction.commit()?;
    Ok(())
}

/// Drops every view of ours, because a migration cannot rebuild a table that a view names.
pub(super) fn drop_views(connection: &Connection) -> Result<(), WarehouseError> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    drop_all(&transaction)?;
    transaction.execute("delete from _derived_state", [])?;
    transaction.commit()?;
    Ok(())
}

/// Views of an older binary may have other names, so all go but those that a person added.
fn drop_all(transaction: &Transaction<'_>) -> Result<(), WarehouseError> {
    let ours: Vec<String> = transaction
        .prepare(
            "select v.name from sqlite_schema as v where v.type = 'view'
             and (v.name like '\\_%' escape '\\' or v.name like 'link\\_%' escape '\\'
               or v.name like 'detect\\_%' escape '\\' or v.name like 'latest\\_%' escape '\\'
               or exists (select 1 from data_dictionary as d where d.object_name = v.name))",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let current = catalog::views().into_iter().map(|view| view.name);
    for name in ours.into_iter().chain(current) {
        transaction.execute_batch(&format!("drop view if exists \"{}\"", name.replace('"', "\"\"")))?;
    }
    Ok(())
}

/// Stores the words for the reasons of this binary.
fn synchronize_blocked_reasons(transaction: &Transaction<'_>) -> Result<(), WarehouseError> {
    transaction.execute("delete from _blocked_reasons", [])?;
    let mut insert = transaction.prepare(
        "insert into _blocked_reasons (reason, decision, next_step, meaning, what_to_do)
         values (?1, ?2, ?3, ?4, ?5)",
    )?;
    for row in catalog::blocked_reasons() {
        insert.execute((&row.reason, &row.decision, &row.next_step, &row.meaning, &row.what_to_do))?;
    }
    Ok(())
}
