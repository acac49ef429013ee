//! The accounts of one file on their way into the warehouse.
//!
//! A file may name one account several times. The rows are collected in temporary tables, so that memory
//! does not grow with the file, and become versions once the whole file was read.

use rusqlite::Statement;

use crate::warehouse::session::Session;

use super::{
    OPEN, WarehouseError,
    domains::KnownDomain,
    hash::{ContentHash, ContentHasher},
    intervals::IntervalWriter,
    kept_columns,
    rejected::RejectedRecord,
    unread::UnreadStaging,
    versions::{Shape, VersionWriter},
};
use crate::identity::name_key;

/// An account row as it is staged.
#[derive(Debug)]
pub struct AccountRecord<'a> {
    /// Line of the file.
    pub line: u64,
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
    /// Its valid domains.
    pub domains: &'a [KnownDomain],
}

/// What became of the rows of a file, once all of them are staged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StagedCounts {
    /// Accounts that are stored.
    pub accounts: u64,
    /// Further rows of them.
    pub repeated: u64,
    /// Rows that are not used, those of unread accounts among them.
    pub rejected: u64,
    /// Accounts whose row was in the file and could not be used.
    pub unread_accounts: u64,
    /// Rejected rows whose id cannot be read.
    pub rows_without_id: u64,
    /// Accounts with a domain that is neither personal nor of a platform.
    pub with_domains: u64,
}

/// Collects accounts and stores them.
pub struct AccountStaging<'c> {
    connection: &'c Session,
    find: Statement<'c>,
    insert: Statement<'c>,
    repeat: Statement<'c>,
    keep: Statement<'c>,
    block: Statement<'c>,
    insert_domain: Statement<'c>,
    insert_merge: Statement<'c>,
    unread: UnreadStaging<'c>,
    hasher: ContentHasher,
    /// Whether rows of an account differ.
    has_differing_rows: bool,
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
        "name_key",
    ],
};

/// The columns of an account that must agree between its rows, and how a difference is told.
const COMPARED: [&str; 4] = ["account_name", "stored_organization_raw", "owner", "parent_account_id"];

impl<'c> AccountStaging<'c> {
    /// Makes the temporary tables, empty.
    pub fn new(connection: &'c Session) -> Result<Self, WarehouseError> {
        connection.execute_batch(
            "drop table if exists temp.staged_account;
             drop table if exists temp.staged_repeat;
             drop table if exists temp.staged_domain;
             drop table if exists temp.staged_merge;
             create table temp.staged_account (
               account_id text primary key, line integer, hash_high integer, hash_low integer,
               -- The rows differ, and in what; or another row was rejected.
               is_unread integer, differs_in text,
               account_name text, stored_organization_raw text, stored_organization_id integer, owner text,
               parent_account_id text, extra text
             );
             create table temp.staged_repeat (account_id text, line integer);
             create table temp.staged_domain (
               account_id text, domain_id integer, is_usable integer, primary key (account_id, domain_id)
             ) without rowid;
             create table temp.staged_merge (merged_account_id text primary key, account_id text);",
        )?;
        Ok(Self {
            connection,
            find: connection.prepare(
                "select hash_high, hash_low, account_name is ?2, stored_organization_raw is ?3, owner is ?4,
                   parent_account_id is ?5, extra
                 from temp.staged_account where account_id = ?1",
            )?,
            insert: connection.prepare(
                "insert into temp.staged_account values (?1, ?2, ?3, ?4, 0, null, ?5, ?6, ?7, ?8, ?9, ?10)
                 on conflict (account_id) do nothing",
            )?,
            repeat: connection.prepare("insert into temp.staged_repeat values (?1, ?2)")?,
            keep: connection.prepare("update temp.staged_account set extra = ?2 where account_id = ?1")?,
            block: connection.prepare(
                "update temp.staged_account set is_unread = 1, differs_in = coalesce(differs_in, ?2)
                 where account_id = ?1",
            )?,
            insert_domain: connection
                .prepare("insert or ignore into temp.staged_domain values (?1, ?2, ?3)")?,
            insert_merge: connection.prepare("insert or replace into temp.staged_merge values (?1, ?2)")?,
            unread: UnreadStaging::new(connection)?,
            hasher: ContentHasher::default(),
            has_differing_rows: false,
        })
    }

    /// Adds one row. A further row of an account adds its domains and kept columns; where it differs in
    /// anything else, none of the account's rows is used.
    pub fn add(&mut self, record: &AccountRecord<'_>) -> Result<(), WarehouseError> {
        let hash = self
            .hasher
            .begin()
            .text(Some(record.name))
            .text(record.stored_organization_raw)
            .text(record.owner)
            .text(record.parent_account_id)
            .finish();
        // Nearly every account has one row, so it is not looked up first.
        if !self.insert(record, hash)? {
            self.repeat(record, hash)?;
        }
        for domain in record.domains {
            self.insert_domain.execute((record.account_id, domain.id, domain.is_usable()))?;
        }
        Ok(())
    }

    /// A further row of an account.
    fn repeat(&mut self, record: &AccountRecord<'_>, hash: ContentHash) -> Result<(), WarehouseError> {
        let (first, same, extra) = self.find.query_row(
            (
                record.account_id,
                record.name,
                record.stored_organization_raw,
                record.owner,
                record.parent_account_id,
            ),
            |row| {
                let same: [bool; COMPARED.len()] = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
                let extra: Option<String> = row.get(6)?;
                Ok((ContentHash { high: row.get(0)?, low: row.get(1)? }, same, extra))
            },
        )?;
        self.repeat.execute((record.account_id, record.line.cast_signed()))?;
        if first != hash {
            let differs_in =
                COMPARED.iter().zip(same).find(|(_, is_same)| !is_same).map(|(column, _)| column);
            self.block.execute((record.account_id, differs_in))?;
            self.has_differing_rows = true;
            self.unread.claim(record.account_id, record.stored_organization_id, record.name)?;
        } else if extra.as_deref() != record.extra {
            let extra = kept_columns::merged(extra.as_deref(), record.extra);
            self.keep.execute((record.account_id, extra))?;
        }
        Ok(())
    }

    /// Whether it is the first row of its account, which is staged then.
    fn insert(&mut self, record: &AccountRecord<'_>, hash: ContentHash) -> Result<bool, WarehouseError> {
        let count = self.insert.execute((
            record.account_id,
            record.line.cast_signed(),
            hash.high,
            hash.low,
            record.name,
            record.stored_organization_raw,
            record.stored_organization_id,
            record.owner,
            record.parent_account_id,
            record.extra,
        ))?;
        Ok(count == 1)
    }

    /// Adds a row that cannot be used.
    pub fn reject(&mut self, record: &RejectedRecord<'_>) -> Result<(), WarehouseError> {
        self.unread.add(record)
    }

    /// Notes that an account was merged into another.
    pub fn add_merge(&mut self, merged_account_id: &str, account_id: &str) -> Result<(), WarehouseError> {
        self.insert_merge.execute((merged_account_id, account_id))?;
        Ok(())
    }

    /// Ends the rows: finds out which accounts are unread, and counts. Columns are named as in the file, see
    /// `name_of`.
    pub fn settle(&mut self, name_of: impl Fn(&str) -> String) -> Result<StagedCounts, WarehouseError> {
        if self.has_differing_rows {
            for column in COMPARED {
                self.connection.execute(
                    "update temp.staged_account set differs_in = ?2 where differs_in = ?1",
                    (column, name_of(column)),
                )?;
            }
        }
        // Every statement about unread accounts reads all accounts, and most files have none.
        if self.has_differing_rows || !self.unread.is_empty()? {
            self.unread.take_accounts()?;
        }
        let count = |sql: &str| -> Result<u64, WarehouseError> {
            Ok(self.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
        };
        Ok(StagedCounts {
            accounts: count("select count(*) from temp.staged_account where is_unread = 0")?,
            repeated: count(
                "select count(*) from temp.staged_repeat as r
                 cross join temp.staged_account as a
                 where a.account_id = r.account_id and a.is_unread = 0",
            )?,
            rejected: count("select count(*) from temp.staged_rejection")?,
            unread_accounts: count("select count(*) from temp.staged_unread where has_id = 1")?,
            rows_without_id: count("select count(*) from temp.staged_rejection where account_id is null")?,
            with_domains: count(
                "select count(distinct s.account_id) from temp.staged_domain as s
                 where s.is_usable = 1 and not exists (
                   select 1 from temp.staged_unread as u where u.account_id = s.account_id)",
            )?,
        })
    }

    /// What was rejected.
    pub fn rejections(&self) -> &UnreadStaging<'c> {
        &self.unread
    }

    /// Stores the accounts as versions of the snapshot, and what was rejected. Accounts that the file does not
    /// have are closed if it was `is_complete`, unless one of them may stand in a row whose id cannot be read.
    /// An account whose row cannot be used keeps its version.
    /// Returns how many rows were rejected.
    pub fn publish(self, snapshot_id: i64, is_complete: bool) -> Result<u64, WarehouseError> {
        let connection = self.connection;
        let mut versions = VersionWriter::new(connection, &SHAPE, snapshot_id)?;
        let mut domains =
            IntervalWriter::new(connection, "_account_domain_versions", "account_id", snapshot_id)?;
        let mut hasher = ContentHasher::default();
        let mut staged_domains = connection
            .prepare("select account_id, domain_id from temp.staged_domain order by account_id, domain_id")?;
        // In the order of the accounts, so that one pass gives each its own.
        let mut account_domains = staged_domains
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?
            .peekable();
        let mut staged = connection.prepare(
            "select account_id, account_name, stored_organization_raw, stored_organization_id, owner,
               parent_account_id, extra
             from temp.staged_account where is_unread = 0 order by account_id",
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
            let mut domain_ids = Vec::new();
            let is_due = |next: &rusqlite::Result<(String, i64)>| {
                next.as_ref().map_or(true, |(owner, _)| *owner <= account_id)
            };
            while let Some(next) = account_domains.next_if(is_due) {
                let (owner, domain_id) = next?;
                // Those of unread accounts are passed over.
                if owner == account_id {
                    domain_ids.push(domain_id);
                }
            }
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
            let key = name_key(&name);
            versions.put(
                &[&account_id],
                hash,
                &[&name, &raw, &organization_id, &owner, &parent, &extra, &key],
            )?;
            domains.set(&account_id, &domain_ids)?;
        }
        drop(rows);
        drop(account_domains);
        versions.flush()?;
        // Before anything is closed: an unread account may claim what its version says.
        let rejected = self.unread.publish(snapshot_id)?;
        let is_absence_known = is_complete && !self.unread.has_row_without_id()?;
        if is_absence_known {
            close_unseen(connection, snapshot_id)?;
        }
        publish_merges(connection, snapshot_id, is_absence_known)?;
        Ok(rejected)
    }
}

fn close_unseen(connection: &Session, snapshot_id: i64) -> Result<(), WarehouseError> {
    for table in ["_account_versions", "_account_domain_versions"] {
        connection.execute(
            &format!(
                "update {table} set valid_to = ?1
                 where valid_to = {OPEN} and not exists (
                   select 1 from temp.staged_account as s where s.account_id = {table}.account_id)
                 and not exists (
                   select 1 from temp.staged_unread as u where u.account_id = {table}.account_id)"
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
