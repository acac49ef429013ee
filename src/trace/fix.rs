//! What to do first: the root issue, in words, and the command that says more.

use serde::Serialize;

use super::{history::TracedIssue, words};
use crate::{
    catalog::blocked_reasons,
    model::{Disposition, SubjectKind},
    warehouse::{Warehouse, WarehouseError, trace::IssueDetails},
};

/// What to do first.
#[derive(Debug, Clone, Serialize)]
pub struct LikelyFix {
    /// The issue to fix first.
    pub issue_key: String,
    /// Its code.
    pub code: String,
    /// Whether it is another issue that the record's own one waits for.
    pub is_root_of_another: bool,
    /// What a person would do.
    pub suggested_action: Option<String>,
    /// The same in sentences.
    pub text: Vec<String>,
    /// The command to type next.
    pub command: String,
}

/// An issue waits for at most so many others in a row: ticket, user, organization, claimant.
const MAX_DEPTH: usize = 4;

/// Finds what to do first about the issues of a run, which come worst first. What a decision covers comes last.
pub(super) fn likely<'a>(
    warehouse: &Warehouse,
    run_id: i64,
    issues: impl Iterator<Item = &'a TracedIssue>,
) -> Result<Option<LikelyFix>, WarehouseError> {
    let mut in_run: Vec<&IssueDetails> = issues.filter_map(|issue| issue.in_run.as_ref()).collect();
    in_run.sort_by_key(|issue| issue.disposition == Disposition::Suppressed);
    let Some(first) = in_run.first() else { return Ok(None) };
    let mut root: IssueDetails = (*first).clone();
    for _ in 0..MAX_DEPTH {
        let Some(key) = root.root_issue_key.clone() else { break };
        let Some(next) = warehouse.issue_details(run_id, std::slice::from_ref(&key))?.remove(&key) else {
            break;
        };
        root = next;
    }
    Ok(Some(LikelyFix {
        is_root_of_another: root.issue_key != first.issue_key,
        text: sentences(&root, root.issue_key != first.issue_key),
        command: format!("orgdrift explain {}", root.code),
        issue_key: root.issue_key,
        code: root.code,
        suggested_action: root.suggested_action,
    }))
}

fn sentences(issue: &IssueDetails, is_root_of_another: bool) -> Vec<String> {
    let mut text = Vec::new();
    if is_root_of_another {
        text.push(issue.reason.clone());
    }
    if issue.subject_kind == SubjectKind::Ticket {
        // Whoever it waits for would be the root.
        text.push(
            "The requester and its account have no issue of their own, so nothing is to be repaired first: an \
             agent can file the ticket in Zendesk. orgdrift never changes a ticket."
                .to_owned(),
        );
    } else if let Some(action) = &issue.suggested_action {
        text.push(words::suggestion(action).to_owned());
    }
    match (issue.disposition, &issue.blocked_reason) {
        (Disposition::Prepared, _) => text.push("A repair is prepared.".to_owned()),
        (Disposition::Suppressed, _) => {
            text.push("A dated decision covers it, so nothing is repaired.".to_owned());
        }
        (Disposition::Blocked, Some(blocked)) => {
            if let Some(reason) = blocked_reasons().into_iter().find(|row| row.reason == *blocked) {
                text.push(format!("Blocked ({blocked}): {}", reason.what_to_do));
            }
        }
        _ => {}
    }
    text
}
