//! The accounts of one file on their way into the warehouse.
//!
//! A file may name one account several times. The rows are collected in temporary tables, so that memory
//! does not grow with the file, and become versions once the whole file was read.

use rusqlite::{OptionalExtension, Statement};

use crate::warehouse::session::Session;

use super::{
    OPEN, WarehouseError,
    hash::{ContentHash, ContentHasher},
    intervals::IntervalWriter,
    versions::{Shape, VersionWriter},
};

/// An account row as it is staged.
#[derive(Debug)]
pub struct AccountRecord<'a> {
    /// 18 characters.
    pub account_id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The cell as it was read; none if it was blank.
    pub stored_organization_raw: Option<&'a str>,
    /// The organization id that it stands for.
    pub stored_organization_id: Option<i64>,
    /// The owner's name.
    pub owner: Option<&'a str>,
    /// 18 characters.
    pub parent_account_id: Option<&'a str>,
    /// JSON object of further columns.
    pub extra: Option<&'a str>,
    /// Numbers of its valid domains.
    pub domain_ids: &'a [i64],
}

/// What staging a row found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Staged {
    /// The first row of the account.
    New,
    /// The account again, the same but perhaps for its domains: merged.
    Repeated,
    /// The account again, with other values: it is out of the audit from now on.
    Contradicted,
    /// A further row of an account that is out already.
    AlreadyOut,
}

/// Collects accounts and stores them.
pub struct AccountStaging<'c> {
    connection: &'c Session,
    find: Statement<'c>,
    insert: Statement<'c>,
    block: Statement<'c>,
    insert_domain: Statement<'c>,
    insert_merge: Statement<'c>,
    hasher: ContentHasher,
}

const SHAPE: Shape<'static> = Shape {
    table: "_account_versions",
    keys: &["account_id"],
    content: &[
        "account_name",
        "stored_organization_raw",
        "stored_organization_id",
        "owner",
        "parent_account_id",
        "extra",
    ],
};

impl<'c> AccountStaging<'c> {
    /// Makes the temporary tables, empty.
    pub fn new(connection: &'c Session) -> Result<Self, WarehouseError> {
        connection.execute_batch(
            "drop table if exists temp.staged_account;
             drop table if exists temp.staged_domain;
             drop table if exists temp.staged_merge;
             create table temp.staged_account (
               account_id text primary key, hash_high integer, hash_low integer, is_blocked integer,
               account_name text, stored_organization_raw text, stored_organization_id integer, owner text,
               parent_account_id text, extra text
             );
             create table temp.staged_domain (
               account_id text, domain_id integer, primary key (account_id, domain_id)
             ) without rowid;
             create table temp.staged_merge (merged_account_id text primary key, account_id text);",
        )?;
        Ok(Self {
            connection,
            find: connection.prepare(
                "select hash_high, hash_low, is_blocked from temp.staged_account where account_id = ?1",
            )?,
            insert: connection
                .prepare("insert into temp.staged_account values (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9)")?,
            block: connection
                .prepare("update temp.staged_account set is_blocked = 1 where account_id = ?1")?,
            insert_domain: connection.prepare("insert or ignore into temp.staged_domain values (?1, ?2)")?,
            insert_merge: connection.prepare("insert or replace into temp.staged_merge values (?1, ?2)")?,
            hasher: ContentHasher::default(),
        })
    }

    /// Adds one row.
    pub fn add(&mut self, record: &AccountRecord<'_>) -> Result<Staged, WarehouseError> {
        let hash = self
            .hasher
            .begin()
            .text(Some(record.name))
            .text(record.stored_organization_raw)
            .text(record.owner)
            .text(record.parent_account_id)
            .text(record.extra)
            .finish();
        let staged: Option<(ContentHash, bool)> = self
            .find
            .query_row([record.account_id], |row| {
                Ok((ContentHash { high: row.get(0)?, low: row.get(1)? }, row.get(2)?))
            })
            .optional()?;
        let result = match staged {
            None => {
                self.insert.execute((
                    record.account_id,
                    hash.high,
                    hash.low,
                    record.name,
                    record.stored_organization_raw,
                    record.stored_organization_id,
                    record.owner,
                    record.parent_account_id,
                    record.extra,
                ))?;
                Staged::New
            }
            Some((_, true)) => return Ok(Staged::AlreadyOut),
            Some((first, false)) if first == hash => Staged::Repeated,
            Some(_) => {
                self.block.execute([record.account_id])?;
                return Ok(Staged::Contradicted);
            }
        };
        for domain_id in record.domain_ids {
            self.insert_domain.execute((record.account_id, domain_id))?;
        }
        Ok(result)
    }

    /// Notes that an account was merged into another.
    pub fn add_merge(&mut self, merged_account_id: &str, account_id: &str) -> Result<(), WarehouseError> {
        self.insert_merge.execute((merged_account_id, account_id))?;
        Ok(())
    }

    /// How many accounts would be stored, and how many contradicted themselves.
    pub fn counts(&self) -> Result<(u64, u64), WarehouseError> {
        let (all, blocked): (i64, i64) = self.connection.query_row(
            "select count(*), coalesce(sum(is_blocked), 0) from temp.staged_account",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(((all - blocked).cast_unsigned(), blocked.cast_unsigned()))
    }

    /// Stores the accounts as versions of the snapshot. Accounts that the file does not have are closed if
    /// it was `is_complete`.
    pub fn publish(self, snapshot_id: i64, is_complete: bool) -> Result<(), WarehouseError> {
        let connection = self.connection;
        let mut versions = VersionWriter::new(connection, &SHAPE, snapshot_id)?;
        let mut domains =
            IntervalWriter::new(connection, "_account_domain_versions", "account_id", snapshot_id)?;
        let mut hasher = ContentHasher::default();
        let mut find_domains = connection
            .prepare("select domain_id from temp.staged_domain where account_id = ?1 order by domain_id")?;
        let mut staged = connection.prepare(
            "select account_id, account_name, stored_organization_raw, stored_organization_id, owner,
               parent_account_id, extra
             from temp.staged_account where is_blocked = 0 order by account_id",
        )?;
        let mut rows = staged.query([])?;
        while let Some(row) = rows.next()? {
            let account_id: String = row.get(0)?;
            let name: String = row.get(1)?;
            let raw: Option<String> = row.get(2)?;
            let organization_id: Option<i64> = row.get(3)?;
            let owner: Option<String> = row.get(4)?;
            let parent: Option<String> = row.get(5)?;
            let extra: Option<String> = row.get(6)?;
            let domain_ids: Vec<i64> =
                find_domains.query_map([&account_id], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let content = hasher
                .begin()
                .text(Some(&name))
                .text(raw.as_deref())
                .integer(organization_id)
                .text(owner.as_deref())
                .text(parent.as_deref())
                .text(extra.as_deref());
            for &domain_id in &domain_ids {
                content.integer(Some(domain_id));
            }
            let hash = content.finish();
            versions.put(&[&account_id], hash, &[&name, &raw, &organization_id, &owner, &parent, &extra])?;
            domains.set(&account_id, &domain_ids)?;
        }
        drop(rows);
        versions.flush()?;
        if is_complete {
            close_unseen(connection, snapshot_id)?;
        }
        publish_merges(connection, snapshot_id, is_complete)
    }
}

/// An account that is out of the audit is closed as well: its versions are not to be trusted.
fn close_unseen(connection: &Session, snapshot_id: i64) -> Result<(), WarehouseError> {
    for table in ["_account_versions", "_account_domain_versions"] {
        connection.execute(
            &format!(
                "update {table} set valid_to = ?1
                 where valid_to = {OPEN} and not exists (
                   select 1 from temp.staged_account as s
                   where s.account_id = {table}.account_id and s.is_blocked = 0)"
            ),
            [snapshot_id],
        )?;
    }
    Ok(())
}

fn publish_merges(connection: &Session, snapshot_id: i64, is_complete: bool) -> Result<(), WarehouseError> {
    connection.execute(
        &format!(
            "update _account_merge_versions set valid_to = ?1
             where valid_to = {OPEN} and (
               exists (
                 select 1 from temp.staged_merge as s
                 where s.merged_account_id = _account_merge_versions.merged_account_id
                   and s.account_id <> _account_merge_versions.account_id)
               or (?2 and not exists (
                 select 1 from temp.staged_merge as s
                 where s.merged_account_id = _account_merge_versions.merged_account_id)))"
        ),
        (snapshot_id, is_complete),
    )?;
    connection.execute(
        &format!(
            "insert into _account_merge_versions (merged_account_id, account_id, valid_from, valid_to)
             select s.merged_account_id, s.account_id, ?1, {OPEN} from temp.staged_merge as s
             where not exists (
               select 1 from _account_merge_versions as m
               where m.merged_account_id = s.merged_account_id and m.valid_to = {OPEN})"
        ),
        [snapshot_id],
    )?;
    Ok(())
}
