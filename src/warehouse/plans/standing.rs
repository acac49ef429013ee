//! What the warehouse says against a stored plan: rows that are not those of the composed one, domains that are not an
//! account's.

use super::{PlanActionRow, PlanIssue, WarehouseError};
use crate::{
    model::{Disposition, Repair, plan::PlannedAction},
    warehouse::{domain_list, session::Session},
};

/// How a domain stands to an account.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The list of mail services and platforms covers it, as it stands now.
    pub is_listed: bool,
    /// Salesforce expected it of the account, as of the run.
    pub is_expected: bool,
}

/// Returns how a domain stands to an account, as of a run.
pub fn standing(
    connection: &Session,
    run_id: i64,
    account_id: &str,
    domain: &str,
) -> Result<Standing, WarehouseError> {
    let is_expected = connection.query_row(
        "select exists (
           select 1
           from runs as r
           cross join _domains as d
           cross join _account_domain_versions as v
           where r.run_id = ?1
             and d.domain = ?3
             and v.account_id = ?2
             and v.domain_id = d.domain_id
             and v.valid_from <= r.salesforce_snapshot_id
             and r.salesforce_snapshot_id < v.valid_to)",
        (run_id, account_id, domain),
        |row| row.get(0),
    )?;
    let is_listed = domain_list::kind_of(connection.raw(), domain)?.is_some();
    Ok(Standing { is_listed, is_expected })
}

/// Returns the position of the first stored row that does not have the issue, the record and the reason of the composed
/// one.
pub fn other_rows(
    connection: &Session,
    plan_id: i64,
    rows: &[PlanActionRow],
) -> Result<Option<i64>, WarehouseError> {
    let mut statement = connection.prepare(
        "select issue_key, code, account_id, action, status, blocked_reason, organization_id, user_id, domain
         from plan_actions where plan_id = ?1 order by position",
    )?;
    let stored = statement
        .query_map([plan_id], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, Option<String>>(3)?,
                row.get::<_, String>(4)?,
                row.get::<_, Option<String>>(5)?,
                row.get::<_, Option<i64>>(6)?,
                row.get::<_, Option<i64>>(7)?,
                row.get::<_, Option<String>>(8)?,
            ))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let composed = rows.iter().map(|row| {
        let issue = &row.issue;
        (
            issue.issue_key.clone(),
            issue.code.clone(),
            issue.account_id.clone(),
            issue.action.map(|action| action.as_str().to_owned()),
            row.status().as_str().to_owned(),
            row.blocked_reason().map(str::to_owned),
            issue.organization_id,
            issue.user_id,
            issue.domain.clone(),
        )
    });
    let differing =
        (1..).zip(stored.iter().zip(composed)).find(|(_, (stored, composed))| *stored != composed);
    Ok(differing.map(|(position, _)| position).or((stored.len() != rows.len()).then_some(0)))
}

impl PlanIssue {
    /// The issue of a planned action, as far as the action names it.
    pub fn named(action: &PlannedAction) -> Self {
        let repair: Repair = action.repair.repair();
        Self {
            issue_key: action.issue_key.clone(),
            code: action.code.clone(),
            account_id: action.account_id.clone(),
            organization_id: Some(action.organization_id.0),
            user_id: action.user_id.map(|id| id.0),
            domain: action.domain.clone(),
            disposition: Disposition::Prepared,
            action: Some(repair),
            blocked_reason: None,
            eligible_user_count: None,
            open_ticket_count: None,
            is_matched_by_domain: false,
            accepted_risk: action.accepted_risk,
        }
    }
}
