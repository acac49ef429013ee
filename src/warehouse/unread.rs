//! Rows of an account file that could not be used, and the accounts that are unread for them.
//!
//! Such an account exists: nothing is concluded from not having read it, and what its row says of domains and
//! organizations speaks against repairs for others. A row whose id cannot be read is an account of its own, with
//! its line as id, such as `row 12`; that sorts behind the id of every account.

use rusqlite::Statement;

use super::{OPEN, Rows, WarehouseError, names, rejected::RejectedRecord, session::Session};

/// Collects the rejected rows of a file.
pub struct UnreadStaging<'c> {
    connection: &'c Session,
    reject: Statement<'c>,
    unread: Statement<'c>,
    claim_domain: Statement<'c>,
    claim_organization: Statement<'c>,
    claim_name: Statement<'c>,
}

/// One rejected row, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// Line of the file.
    pub line: i64,
    /// Header of the column in question.
    pub column: Option<String>,
    /// A reason code.
    pub reason: String,
    /// The account, if the id can be read.
    pub account_id: Option<String>,
}

/// What was rejected, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectionSummary {
    /// Rows by reason, the most frequent first.
    pub by_reason: Vec<(String, u64)>,
    /// The first rows.
    pub first: Vec<RejectedRow>,
}

impl RejectionSummary {
    /// The reasons with their counts, in one line.
    pub fn reasons(&self) -> String {
        let one = |(reason, count): &(String, u64)| format!("{count} {reason}");
        self.by_reason.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// The first rows, a line each, without their values: these may name people.
    pub fn lines(&self) -> Vec<String> {
        let line = |row: &RejectedRow| {
            let column = row.column.as_ref().map_or_else(String::new, |column| format!(", column {column}"));
            let account = row.account_id.as_ref().map_or_else(String::new, |id| format!(" ({id})"));
            format!("line {}{column}: {}{account}", row.line, row.reason)
        };
        self.first.iter().map(line).collect()
    }

    /// What to type where one option helps.
    pub fn hint(&self) -> Option<&'static str> {
        let has = |reason: &str| self.by_reason.iter().any(|(found, _)| found == reason);
        has("malformed_is_deleted")
            .then_some("--deleted-col none reads the file without the column that says what is deleted")
    }
}

/// How many rejected rows are shown.
const SHOWN: i64 = 10;

impl<'c> UnreadStaging<'c> {
    /// Makes the temporary tables, empty.
    pub(super) fn new(connection: &'c Session) -> Result<Self, WarehouseError> {
        connection.execute_batch(
            "drop table if exists temp.staged_rejection;
             drop table if exists temp.staged_unread;
             drop table if exists temp.staged_claim;
             create table temp.staged_rejection (
               line integer, column_name text, reason text, account_id text, value text
             );
             -- Whether every row of the account shows all its domains, and its stored organization.
             create table temp.staged_unread (
               account_id text primary key, has_id integer, has_all_domains integer, has_organization integer,
               has_name integer
             ) without rowid;
             create table temp.staged_claim (
               account_id text, domain_id integer, organization_id integer, account_name text
             );",
        )?;
        Ok(Self {
            connection,
            reject: connection.prepare("insert into temp.staged_rejection values (?1, ?2, ?3, ?4, ?5)")?,
            unread: connection.prepare(
                "insert into temp.staged_unread values (?1, ?2, ?3, ?4, ?5)
                 on conflict (account_id) do update set
                   has_all_domains = min(has_all_domains, excluded.has_all_domains),
                   has_organization = min(has_organization, excluded.has_organization),
                   has_name = min(has_name, excluded.has_name)",
            )?,
            claim_domain: connection.prepare("insert into temp.staged_claim values (?1, ?2, null, null)")?,
            claim_organization: connection
                .prepare("insert into temp.staged_claim values (?1, null, ?2, null)")?,
            claim_name: connection.prepare("insert into temp.staged_claim values (?1, null, null, ?2)")?,
        })
    }

    /// Adds a row.
    pub(super) fn add(&mut self, record: &RejectedRecord<'_>) -> Result<(), WarehouseError> {
        self.reject.execute((
            record.line.cast_signed(),
            record.column,
            record.reason,
            record.account_id,
            record.value,
        ))?;
        let account_id = record.account_id.map_or_else(|| format!("row {}", record.line), str::to_owned);
        self.unread.execute((
            &account_id,
            record.account_id.is_some(),
            record.has_all_domains,
            record.has_organization,
            record.name.is_some(),
        ))?;
        for domain_id in record.domain_ids {
            self.claim_domain.execute((&account_id, domain_id))?;
        }
        for organization_id in record.organization_ids {
            self.claim_organization.execute((&account_id, organization_id))?;
        }
        if let Some(name) = record.name {
            self.claim_name.execute((&account_id, name))?;
        }
        Ok(())
    }

    /// Notes what a row says that differs from an earlier one of its account.
    pub(super) fn claim(
        &mut self,
        account_id: &str,
        organization_id: Option<i64>,
        name: &str,
    ) -> Result<(), WarehouseError> {
        if let Some(organization_id) = organization_id {
            self.claim_organization.execute((account_id, organization_id))?;
        }
        self.claim_name.execute((account_id, name))?;
        Ok(())
    }

    /// Makes accounts unread whose rows differ, or of which another row was rejected: all their rows are
    /// rejected then, and claim what they say.
    pub(super) fn take_accounts(&self) -> Result<(), WarehouseError> {
        self.connection.execute_batch(
            "update temp.staged_account set is_unread = 1
             where account_id in (select u.account_id from temp.staged_unread as u);
             insert or ignore into temp.staged_unread
             select a.account_id, 1, 1, 1, 1 from temp.staged_account as a where a.is_unread = 1;
             insert into temp.staged_rejection
             select r.line, a.differs_in,
               case when a.differs_in is null then 'other_row_rejected' else 'differing_rows' end, a.account_id, null
             from temp.staged_account as a
             cross join (
               select f.account_id as account_id, f.line as line from temp.staged_account as f
               where f.is_unread = 1
               union all
               select r.account_id, r.line from temp.staged_repeat as r
             ) as r
             where a.is_unread = 1 and r.account_id = a.account_id;
             insert into temp.staged_claim
             select a.account_id, null, a.stored_organization_id, a.account_name from temp.staged_account as a
             where a.is_unread = 1;
             insert into temp.staged_claim
             select a.account_id, s.domain_id, null, null from temp.staged_account as a
             cross join temp.staged_domain as s
             where a.is_unread = 1 and s.account_id = a.account_id;",
        )?;
        Ok(())
    }

    /// Whether no row was rejected.
    pub(super) fn is_empty(&self) -> Result<bool, WarehouseError> {
        Ok(self.connection.query_row(
            "select not exists (select 1 from temp.staged_unread)
               and not exists (select 1 from temp.staged_rejection)",
            [],
            |row| row.get(0),
        )?)
    }

    /// Whether the id of a row cannot be read.
    pub(super) fn has_row_without_id(&self) -> Result<bool, WarehouseError> {
        Ok(self.connection.query_row(
            "select exists (select 1 from temp.staged_unread where has_id = 0)",
            [],
            |row| row.get(0),
        )?)
    }

    /// Counts the rows by reason and returns the first.
    pub fn summary(&self) -> Result<RejectionSummary, WarehouseError> {
        let mut reasons = self.connection.prepare(
            "select reason, count(*) from temp.staged_rejection group by reason order by count(*) desc, reason",
        )?;
        let mut first = self.connection.prepare(
            "select line, column_name, reason, account_id from temp.staged_rejection
             order by line, rowid limit ?1",
        )?;
        Ok(RejectionSummary {
            by_reason: reasons
                .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?
                .collect::<Result<_, _>>()?,
            first: first
                .query_map([SHOWN], |row| {
                    Ok(RejectedRow {
                        line: row.get(0)?,
                        column: row.get(1)?,
                        reason: row.get(2)?,
                        account_id: row.get(3)?,
                    })
                })?
                .collect::<Result<_, _>>()?,
        })
    }

    /// Returns all rejected rows, in the order of the file.
    pub fn rows(&self) -> Result<Rows<'c>, WarehouseError> {
        Rows::of(
            self.connection,
            "select line, column_name, reason, account_id, value from temp.staged_rejection order by line, rowid",
        )
    }

    /// Stores the rows with the snapshot, and what the unread accounts claim: what their rows say, and where
    /// these cannot be read, what the version in force says.
    /// Returns how many rows there are.
    pub(super) fn publish(&self, snapshot_id: i64) -> Result<u64, WarehouseError> {
        let execute = |sql: &str| self.connection.execute(sql, [snapshot_id]);
        let rejected = execute(
            "insert into ingest_rejections (snapshot_id, line, column_name, reason, value, account_id)
             select ?1, r.line, r.column_name, r.reason, r.value, r.account_id
             from temp.staged_rejection as r order by r.line, r.rowid",
        )?;
        execute(
            "insert into _unread_accounts (snapshot_id, account_id, has_id)
             select ?1, u.account_id, u.has_id from temp.staged_unread as u",
        )?;
        execute(&format!(
            "insert into _unread_domains (snapshot_id, account_id, domain_id)
             select ?1, c.account_id, c.domain_id from temp.staged_claim as c where c.domain_id is not null
             union
             select ?1, v.account_id, v.domain_id
             from temp.staged_unread as u
             cross join _account_domain_versions as v
             where u.has_all_domains = 0 and v.account_id = u.account_id and v.valid_to = {OPEN}"
        ))?;
        execute(&format!(
            "insert into _unread_organizations (snapshot_id, account_id, organization_id)
             select ?1, c.account_id, c.organization_id from temp.staged_claim as c
             where c.organization_id is not null
             union
             select ?1, v.account_id, v.stored_organization_id
             from temp.staged_unread as u
             cross join _account_versions as v
             where u.has_organization = 0 and v.account_id = u.account_id and v.valid_to = {OPEN}
               and v.stored_organization_id is not null"
        ))?;
        execute(&format!(
            "insert into _unread_names (snapshot_id, account_id, account_name)
             select ?1, c.account_id, c.account_name from temp.staged_claim as c
             where c.account_name is not null
             union
             select ?1, v.account_id, v.account_name
             from temp.staged_unread as u
             cross join _account_versions as v
             where u.has_name = 0 and v.account_id = u.account_id and v.valid_to = {OPEN}"
        ))?;
        names::fill_names(self.connection.raw(), "_unread_names", "account_name")?;
        Ok(rejected as u64)
    }
}

/// How many accounts are unread in a snapshot, and whether it has rows whose id cannot be read.
pub fn unread(connection: &Session, snapshot_id: i64) -> Result<(u64, bool), WarehouseError> {
    Ok(connection.query_row(
        "select count(case when has_id = 1 then 1 end), count(case when has_id = 0 then 1 end) > 0
         from _unread_accounts where snapshot_id = ?1",
        [snapshot_id],
        |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?)),
    )?)
}
