//! Plans: the facts that they are made of, and the rows that they leave.
//!
//! A plan never changes: triggers refuse every update, delete and later insert.

use std::collections::HashMap;

use rusqlite::{Connection, Row, types::ValueRef};
use sha2::{Digest, Sha256};

use super::{Filter, Rows, Value, Warehouse, WarehouseError};
use crate::{
    catalog::{self, files},
    model::{Disposition, PlanStatus, Repair, Source},
};

/// One drift issue of the run.
#[derive(Debug, Clone)]
pub struct PlanIssue {
    /// As in `issues`.
    pub issue_key: String,
    /// The code.
    pub code: String,
    /// The account.
    pub account_id: String,
    /// The expected organization.
    pub organization_id: Option<i64>,
    /// The user, or the requester of the ticket.
    pub user_id: Option<i64>,
    /// Of the two domain codes.
    pub domain: Option<String>,
    /// What can be done.
    pub disposition: Disposition,
    /// The repair of the code.
    pub action: Option<Repair>,
    /// Why it is refused.
    pub blocked_reason: Option<String>,
    /// Eligible users of the account, where the issue touches them all.
    pub eligible_user_count: Option<i64>,
    /// Open tickets of the account, where the issue touches them all.
    pub open_ticket_count: Option<i64>,
}

/// An organization that a repair speaks of, as of the run's snapshot.
#[derive(Debug, Clone)]
pub struct PlanOrganization {
    /// Its name.
    pub name: String,
    /// As received.
    pub external_id: Option<String>,
    /// As received and in its order.
    pub domain_names: Vec<String>,
    /// Members see each other's tickets.
    pub is_shared_tickets: bool,
    /// Members comment on each other's tickets.
    pub is_shared_comments: bool,
    /// Memberships.
    pub member_count: i64,
}

/// A user whom a repair writes, as of the run's snapshot.
#[derive(Debug, Clone)]
pub struct PlanUser {
    /// The part after the last @, normalized.
    pub email_domain: Option<String>,
    /// The address was verified.
    pub is_verified: bool,
    /// Not deleted.
    pub is_active: bool,
    /// The default organization.
    pub default_organization_id: Option<i64>,
}

/// A membership of a user.
#[derive(Debug, Clone, Copy)]
pub struct PlanMembership {
    /// Zendesk's id.
    pub membership_id: i64,
    /// The organization.
    pub organization_id: i64,
}

/// What the snapshots of a run say about the records that its repairs touch.
#[derive(Debug, Default)]
pub struct PlanFacts {
    /// Every drift issue, in the order of the plan.
    pub issues: Vec<PlanIssue>,
    /// By id.
    pub organizations: HashMap<i64, PlanOrganization>,
    /// By id.
    pub users: HashMap<i64, PlanUser>,
    /// By user, in the order of organizations.
    pub memberships: HashMap<i64, Vec<PlanMembership>>,
    /// By domain to be added: users whom Zendesk will pull in, in the order of their ids.
    pub pulled_in: HashMap<String, Vec<i64>>,
    /// By user: tickets that are new, open, pending or on hold.
    pub open_tickets: HashMap<i64, i64>,
}

/// A row of `_plans` to be.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// 64 hexadecimal digits.
    pub plan_hash: String,
    /// The run.
    pub run_id: i64,
    /// ISO-8601 UTC.
    pub created_at: String,
    /// The Zendesk account that it may be applied to.
    pub source_identity: Option<String>,
    /// JSON object.
    pub filters: String,
    /// What the hash is over.
    pub canonical: String,
}

/// A row of `plan_actions` to be; its position is its place in the list.
#[derive(Debug, Clone)]
pub struct PlanActionRow {
    /// 16 hexadecimal digits.
    pub action_id: Option<String>,
    /// The issue.
    pub issue: PlanIssue,
    /// What the plan says about it.
    pub status: PlanStatus,
    /// Why it is not planned.
    pub blocked_reason: Option<String>,
    /// JSON array of action ids.
    pub depends_on: String,
    /// The membership that becomes the default one.
    pub membership_id: Option<i64>,
    /// The four JSON texts of a planned row.
    pub details: Option<PlanDetails>,
}

/// What a planned row says in JSON.
#[derive(Debug, Clone)]
pub struct PlanDetails {
    /// What is written.
    pub new_value: String,
    /// What is expected before it.
    pub expected: String,
    /// What must hold.
    pub preconditions: String,
    /// Who is affected.
    pub blast_radius: String,
}

/// A plan as it is stored.
#[derive(Debug, Clone)]
pub struct StoredPlan {
    /// Counts up.
    pub plan_id: i64,
    /// 64 hexadecimal digits.
    pub plan_hash: String,
    /// The run.
    pub run_id: i64,
    /// `ready`, `empty` or `outdated`.
    pub state: String,
    /// The Zendesk account.
    pub source_identity: Option<String>,
    /// What the hash is over.
    pub canonical: String,
}

fn sql(stem: &str) -> &'static str {
    catalog::statement(files::PLAN, stem)
}

/// Reads what the plan of a run is made of.
pub fn facts(connection: &Connection, run_id: i64) -> Result<PlanFacts, WarehouseError> {
    for table in ["planned", "planned_organization", "planned_domain", "affected_user"] {
        connection.execute(&format!("drop table if exists temp.{table}"), [])?;
        connection.execute(sql(&format!("create_{table}")), [])?;
        let mut fill = connection.prepare(sql(&format!("fill_{table}")))?;
        if let Some(at) = fill.parameter_index(":run_id")? {
            fill.raw_bind_parameter(at, run_id)?;
        }
        fill.raw_execute()?;
    }
    let mut facts = PlanFacts::default();
    each(connection, "plan_issues", run_id, |row| {
        facts.issues.push(issue(row)?);
        Ok(())
    })?;
    each(connection, "plan_organizations", run_id, |row| {
        let (id, organization) = organization(row)?;
        facts.organizations.insert(id, organization);
        Ok(())
    })?;
    each(connection, "plan_organization_members", run_id, |row| {
        if let Some(organization) = facts.organizations.get_mut(&row.get(0)?) {
            organization.member_count = row.get(1)?;
        }
        Ok(())
    })?;
    each(connection, "plan_users", run_id, |row| {
        let user = PlanUser {
            email_domain: row.get(1)?,
            is_verified: row.get(2)?,
            is_active: row.get(3)?,
            default_organization_id: row.get(4)?,
        };
        facts.users.insert(row.get(0)?, user);
        Ok(())
    })?;
    each(connection, "plan_memberships", run_id, |row| {
        let membership = PlanMembership { membership_id: row.get(1)?, organization_id: row.get(2)? };
        facts.memberships.entry(row.get(0)?).or_default().push(membership);
        Ok(())
    })?;
    each(connection, "plan_pulled_in", run_id, |row| {
        facts.pulled_in.entry(row.get(0)?).or_default().push(row.get(1)?);
        Ok(())
    })?;
    each(connection, "plan_open_tickets", run_id, |row| {
        facts.open_tickets.insert(row.get(0)?, row.get(1)?);
        Ok(())
    })?;
    Ok(facts)
}

fn each(
    connection: &Connection,
    stem: &str,
    run_id: i64,
    mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), WarehouseError> {
    let mut statement = connection.prepare(sql(stem))?;
    let mut rows = statement.query(&[(":run_id", &run_id)])?;
    while let Some(row) = rows.next()? {
        visit(row)?;
    }
    Ok(())
}

fn issue(row: &Row<'_>) -> rusqlite::Result<PlanIssue> {
    Ok(PlanIssue {
        issue_key: row.get(0)?,
        code: row.get(1)?,
        account_id: row.get(2)?,
        organization_id: row.get(3)?,
        user_id: row.get(4)?,
        domain: row.get(5)?,
        disposition: closed(row, 6, Disposition::from_text)?,
        action: match row.get_ref(7)? {
            ValueRef::Null => None,
            _ => Some(closed(row, 7, Repair::from_text)?),
        },
        blocked_reason: row.get(8)?,
        eligible_user_count: row.get(9)?,
        open_ticket_count: row.get(10)?,
    })
}

/// A text of a closed set. The table checks it, so another one means that somebody wrote into the file.
fn closed<T>(row: &Row<'_>, at: usize, parse: fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text = row.get_ref(at)?.as_str()?;
    parse(text).ok_or(rusqlite::Error::InvalidColumnType(at, text.to_owned(), rusqlite::types::Type::Text))
}

fn organization(row: &Row<'_>) -> rusqlite::Result<(i64, PlanOrganization)> {
    let domain_names = serde_json::from_str(row.get_ref(3)?.as_str()?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok((
        row.get(0)?,
        PlanOrganization {
            name: row.get(1)?,
            external_id: row.get(2)?,
            domain_names,
            is_shared_tickets: row.get(4)?,
            is_shared_comments: row.get(5)?,
            member_count: 0,
        },
    ))
}

/// Returns the SHA-256 of what a snapshot holds, whatever the order in which it was read and whatever
/// numbers this warehouse gave to domains. Names and addresses of people are outside.
pub fn content_digest(
    connection: &Connection,
    source: Source,
    snapshot_id: i64,
) -> Result<String, WarehouseError> {
    let parts: &[&str] = match source {
        Source::Salesforce => &["digest_accounts", "digest_account_domains", "digest_account_merges"],
        Source::Zendesk => &["digest_organizations", "digest_users", "digest_memberships", "digest_tickets"],
    };
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        let mut statement = connection.prepare(sql(part))?;
        let width = statement.column_count();
        let mut rows = statement.query(&[(":snapshot_id", &snapshot_id)])?;
        while let Some(row) = rows.next()? {
            // Every value begins with its kind, every text with its length: no two rows look the same.
            digest.update(b"R");
            for at in 0..width {
                match row.get_ref(at)? {
                    ValueRef::Integer(integer) => {
                        digest.update(b"I");
                        digest.update(integer.to_le_bytes());
                    }
                    ValueRef::Text(text) => {
                        digest.update(b"T");
                        digest.update((text.len() as u64).to_le_bytes());
                        digest.update(text);
                    }
                    _ => digest.update(b"N"),
                }
            }
        }
    }
    Ok(catalog::hex(&digest.finalize()))
}

/// Stores a plan with its rows and returns it.
pub fn insert(
    connection: &Connection,
    plan: &PlanRow,
    actions: &[PlanActionRow],
) -> Result<StoredPlan, WarehouseError> {
    let plan_id: i64 = connection.query_row(
        "insert into _plans (plan_id, plan_hash, run_id, created_at, tool_version, source_identity, filters,
           canonical, row_count)
         values ((select coalesce(max(plan_id), 0) + 1 from _plans), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         returning plan_id",
        (
            &plan.plan_hash,
            plan.run_id,
            &plan.created_at,
            env!("CARGO_PKG_VERSION"),
            &plan.source_identity,
            &plan.filters,
            &plan.canonical,
            count(actions.len()),
        ),
        |row| row.get(0),
    )?;
    let mut statement = connection.prepare(
        "insert into plan_actions (plan_id, position, action_id, issue_key, code, account_id, action, status,
           blocked_reason, depends_on, organization_id, user_id, membership_id, domain, new_value, expected,
           preconditions, blast_radius)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
    )?;
    for (at, row) in actions.iter().enumerate() {
        let issue = &row.issue;
        let details = row.details.as_ref();
        statement.execute(rusqlite::params![
            plan_id,
            count(at + 1),
            row.action_id,
            issue.issue_key,
            issue.code,
            issue.account_id,
            issue.action.map(Repair::as_str),
            row.status.as_str(),
            row.blocked_reason,
            row.depends_on,
            issue.organization_id,
            issue.user_id,
            row.membership_id,
            issue.domain,
            details.map(|details| &details.new_value),
            details.map(|details| &details.expected),
            details.map(|details| &details.preconditions),
            details.map(|details| &details.blast_radius),
        ])?;
    }
    Ok(one(connection, PlanKey::Id(plan_id))?)
}

/// Nothing that fits into memory has more rows than an integer of SQLite counts.
fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Which plan is meant.
#[derive(Debug, Clone, Copy)]
pub enum PlanKey<'a> {
    /// By its number.
    Id(i64),
    /// By its hash: the newest that has it.
    Hash(&'a str),
    /// The one of a run with that hash.
    OfRun(i64, &'a str),
    /// The newest, or with 1 the one before it, and so on.
    Newest(i64),
}

/// Returns a stored plan, if there is one.
pub fn find(connection: &Connection, key: PlanKey<'_>) -> Result<Option<StoredPlan>, WarehouseError> {
    match one(connection, key) {
        Ok(plan) => Ok(Some(plan)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn one(connection: &Connection, key: PlanKey<'_>) -> rusqlite::Result<StoredPlan> {
    let (id, hash, run, skip) = match key {
        PlanKey::Id(id) => (Some(id), None, None, 0),
        PlanKey::Hash(hash) => (None, Some(hash), None, 0),
        PlanKey::OfRun(run, hash) => (None, Some(hash), Some(run), 0),
        PlanKey::Newest(skip) => (None, None, None, skip),
    };
    connection.query_row(
        "select p.plan_id, p.plan_hash, p.run_id, v.state, p.source_identity, p.canonical
             from _plans as p
             cross join plans as v
             where (?1 is null or p.plan_id = ?1)
               and (?2 is null or p.plan_hash = ?2)
               and (?4 is null or p.run_id = ?4)
               and v.plan_id = p.plan_id
             order by p.plan_id desc limit 1 offset ?3",
        (id, hash, skip, run),
        |row| {
            Ok(StoredPlan {
                plan_id: row.get(0)?,
                plan_hash: row.get(1)?,
                run_id: row.get(2)?,
                state: row.get(3)?,
                source_identity: row.get(4)?,
                canonical: row.get(5)?,
            })
        },
    )
}

/// How many rows of a plan say the same.
#[derive(Debug, Clone)]
pub struct PlanCount {
    /// What the plan says.
    pub status: PlanStatus,
    /// The repair of the code, if it has one.
    pub action: Option<String>,
    /// The code.
    pub code: String,
    /// Why the rows are not planned.
    pub blocked_reason: Option<String>,
    /// How many.
    pub count: i64,
}

impl Warehouse {
    /// Returns the runs of the plans that are ready, in their order.
    pub fn runs_of_ready_plans(&self) -> Result<Vec<i64>, WarehouseError> {
        let mut statement = self
            .connection
            .prepare("select distinct run_id from plans where state = 'ready' order by run_id")?;
        let runs = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(runs)
    }

    /// Counts the rows of a plan by status, repair, code and reason.
    pub fn plan_counts(&self, plan_id: i64) -> Result<Vec<PlanCount>, WarehouseError> {
        let mut statement = self.connection.prepare(sql("plan_counts"))?;
        let counts = statement
            .query_map(&[(":plan_id", &plan_id)], |row| {
                Ok(PlanCount {
                    status: closed(row, 0, PlanStatus::from_text)?,
                    action: row.get(1)?,
                    code: row.get(2)?,
                    blocked_reason: row.get(3)?,
                    count: row.get(4)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(counts)
    }

    /// Returns the rows of a plan in their order: all columns, or those that fit a terminal.
    pub fn plan_rows(
        &self,
        plan_id: i64,
        status: Option<PlanStatus>,
        is_short: bool,
    ) -> Result<Rows<'_>, WarehouseError> {
        let mut filters = vec![Filter { condition: "a.plan_id = ?", value: Value::Integer(plan_id) }];
        if let Some(status) = status {
            filters
                .push(Filter { condition: "a.status = ?", value: Value::Text(status.as_str().to_owned()) });
        }
        let select = sql(if is_short { "show_plan_short" } else { "show_plan" });
        self.rows(select, &filters, "order by a.position", None)
    }

    /// Returns a stored plan.
    pub fn plan(&self, key: PlanKey<'_>) -> Result<Option<StoredPlan>, WarehouseError> {
        find(&self.connection, key)
    }
}
