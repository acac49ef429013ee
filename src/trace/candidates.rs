//! The organizations that may be an account's own, side by side: what a person compares before choosing one.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Ground, accounts::TracedAccount, history::TracedIssue, link::Considered};
use crate::{
    model::{LinkState, MatchRule, SubjectKind},
    warehouse::{WarehouseError, trace::CandidateRecord, trace::Kind},
};

/// Evidence of issues that names organizations which no link rule need name.
const EVIDENCE: [&str; 2] = ["candidate_organization_ids", "holding_organization_ids"];

/// An organization that may be the account's.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// The record, and how much hangs on it.
    #[serde(flatten)]
    pub record: CandidateRecord,
    /// The link rules that name it; none where an issue does.
    pub rules: Vec<MatchRule>,
    /// Where it is in Zendesk, if the subdomain is known.
    pub url: Option<String>,
}

/// The candidates of an account that is not linked: what a link rule or an issue of the run names.
pub(super) fn of(
    ground: &Ground<'_>,
    account: &TracedAccount,
    issues: &[TracedIssue],
) -> Result<Vec<Candidate>, WarehouseError> {
    if account.link_state() == LinkState::Linked {
        return Ok(Vec::new());
    }
    let organizations = account.explanation.rules.iter().flat_map(|rule| &rule.organizations);
    let mut ids: BTreeSet<i64> = organizations.map(|named| named.organization_id).collect();
    for issue in issues {
        let Some(in_run) = &issue.in_run else { continue };
        if issue.subject_kind == SubjectKind::Organization {
            ids.extend(issue.subject_id.parse::<i64>());
        }
        let listed = EVIDENCE.iter().filter_map(|key| in_run.evidence[key].as_array()).flatten();
        ids.extend(listed.filter_map(serde_json::Value::as_i64));
    }
    let ids: Vec<i64> = ids.into_iter().collect();
    let (_, zendesk) = ground.at();
    let records = ground.warehouse.candidates(&ids, zendesk)?;
    let rules_of = |id| {
        let is_naming =
            |rule: &&Considered| rule.organizations.iter().any(|named| named.organization_id == id);
        account.explanation.rules.iter().filter(is_naming).map(|rule| rule.rule).collect()
    };
    Ok(records
        .into_iter()
        .map(|record| Candidate {
            rules: rules_of(record.organization_id),
            url: ground.url(Kind::Organization, record.organization_id),
            record,
        })
        .collect())
}
