//! Views, dictionary and bundled lists: what the file gets from the binary.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::{WarehouseError, domains, kept_links, names, personal_domains, runs};
use crate::{
    catalog::{self, View},
    identity::registrable_part,
};

/// Whether the views, the dictionary and the lists of the file are those of this binary, as the file says.
pub(super) fn is_of_this_binary(connection: &Connection) -> Result<bool, WarehouseError> {
    let digest: Option<String> = connection
        .query_row("select digest from _derived_state where only_row = 1", [], |row| row.get(0))
        .optional()?;
    Ok(digest.as_deref() == Some(catalog::DERIVED_DIGEST))
}

/// A view as SQLite stores what [`synchronize`] makes.
pub(super) fn text(view: &View) -> String {
    format!("CREATE VIEW {} as\n{}", view.name, view.sql.trim_end().trim_end_matches(';'))
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
    domains::judge_again(&transaction, registrable_part)?;
    names::fill_all(&transaction)?;
    runs::store_rules(&transaction)?;
    // Domains and names may be judged otherwise now.
    transaction.execute(kept_links::FORGET, [])?;
    transaction.execute(
        "insert or replace into _derived_state (only_row, digest) values (1, ?1)",
        [catalog::DERIVED_DIGEST],
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

fn drop_all(transaction: &Transaction<'_>) -> Result<(), WarehouseError> {
    for name in droppable(transaction)? {
        transaction.execute_batch(&format!("drop view if exists \"{}\"", name.replace('"', "\"\"")))?;
    }
    Ok(())
}

/// The names of the views that go before others are made: those of this binary, and those of an older one, which may
/// have had other names.
pub(super) fn droppable(connection: &Connection) -> Result<Vec<String>, WarehouseError> {
    let mut names: Vec<String> = connection
        .prepare(
            "select v.name from sqlite_schema as v where v.type = 'view'
             and (v.name like '\\_%' escape '\\' or v.name like 'link\\_%' escape '\\'
               or v.name like 'detect\\_%' escape '\\' or v.name like 'latest\\_%' escape '\\'
               or exists (select 1 from data_dictionary as d where d.object_name = v.name))",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    names.extend(catalog::views().into_iter().map(|view| view.name));
    Ok(names)
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
