//! What the snapshots of a run say about the records that its repairs touch.

use std::collections::{BTreeMap, HashMap};

use rusqlite::Row;

use crate::warehouse::session::Session;

use super::sql;
use crate::{
    model::{Disposition, Repair, plan::RefusalReason},
    warehouse::{
        WarehouseError,
        closed::{closed, closed_or_null},
        decisions::{InForce, in_force},
    },
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
    pub blocked_reason: Option<RefusalReason>,
    /// Eligible users of the account, where the issue touches them all.
    pub eligible_user_count: Option<i64>,
    /// Open tickets of the account, where the issue touches them all.
    pub open_ticket_count: Option<i64>,
    /// The account has its organization by a domain only.
    pub is_matched_by_domain: bool,
    /// The reason for a refusal that somebody lifted.
    pub accepted_risk: Option<RefusalReason>,
}

/// An organization that a repair is about, as of the run's snapshot.
#[derive(Debug, Clone)]
pub struct PlanOrganization {
    /// Its name.
    pub name: String,
    /// As received.
    pub external_id: Option<String>,
    /// As received and in its order.
    pub domain_names: Vec<String>,
    /// The account ids in its fields, by field.
    pub account_fields: BTreeMap<String, String>,
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
    /// Whose tickets the user may see; empty: not restricted; none: it was not read.
    pub ticket_restriction: Option<String>,
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
    /// Organization fields whose account ids do not count.
    pub ignored_fields: Vec<String>,
    /// By user, in the order of organizations.
    pub memberships: HashMap<i64, Vec<PlanMembership>>,
    /// By domain to be added: users whom Zendesk will pull in, in the order of their ids.
    pub pulled_in: HashMap<String, Vec<i64>>,
    /// By user: tickets that are new, open, pending or on hold.
    pub open_tickets: HashMap<i64, i64>,
    /// By issue key: what people decided and still holds.
    pub decisions: HashMap<String, InForce>,
}

impl PlanFacts {
    /// What people decided about an issue.
    pub fn standing(&self, issue_key: &str) -> InForce {
        self.decisions.get(issue_key).copied().unwrap_or_default()
    }
}

/// Reads what the plan of a run is made of.
pub fn facts(connection: &Session, run_id: i64) -> Result<PlanFacts, WarehouseError> {
    for table in ["planned", "planned_organization", "planned_domain", "affected_user"] {
        connection.execute(&format!("drop table if exists temp.{table}"), [])?;
        connection.execute(sql(&format!("create_{table}")), [])?;
        let mut fill = connection.prepare(sql(&format!("fill_{table}")))?;
        if let Some(at) = fill.parameter_index(":run_id")? {
            fill.raw_bind_parameter(at, run_id)?;
        }
        fill.raw_execute()?;
    }
    let mut facts = PlanFacts { decisions: in_force(connection)?, ..PlanFacts::default() };
    each(connection, "plan_issues", run_id, |row| {
        facts.issues.push(issue(row)?);
        Ok(())
    })?;
    each(connection, "plan_ignored_fields", run_id, |row| {
        facts.ignored_fields.push(row.get(0)?);
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
            ticket_restriction: row.get(5)?,
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
    connection: &Session,
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
        action: closed_or_null(row, 7, Repair::from_text)?,
        blocked_reason: closed_or_null(row, 8, RefusalReason::from_text)?,
        eligible_user_count: row.get(9)?,
        open_ticket_count: row.get(10)?,
        is_matched_by_domain: row.get(11)?,
        accepted_risk: closed_or_null(row, 12, RefusalReason::from_text)?,
    })
}

/// The JSON of a column.
fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(at)?.as_str()?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn organization(row: &Row<'_>) -> rusqlite::Result<(i64, PlanOrganization)> {
    let domain_names = json(row, 3)?;
    Ok((
        row.get(0)?,
        PlanOrganization {
            name: row.get(1)?,
            external_id: row.get(2)?,
            domain_names,
            is_shared_tickets: row.get(4)?,
            is_shared_comments: row.get(5)?,
            account_fields: json(row, 6)?,
            member_count: 0,
        },
    ))
}
