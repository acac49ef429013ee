//! Issues of a record over the runs: since when, how often, whether still.

use std::collections::HashMap;

use serde::Serialize;

use crate::{
    model::{ActionOutcome, ApplyMode, Family, Layer, Severity, SubjectKind},
    warehouse::{
        OPEN,
        trace::{IssueDetails, IssueVersion, TracedReceipt},
    },
};

/// An issue or a hygiene finding with its history.
#[derive(Debug, Clone, Serialize)]
pub struct TracedIssue {
    /// Names the fact in every run.
    pub issue_key: String,
    /// Its code.
    pub code: String,
    /// The kind of record that it is about.
    pub layer: Layer,
    /// How bad.
    pub severity: Severity,
    /// Whose it is.
    pub account_id: Option<String>,
    /// What it is about.
    pub subject_kind: SubjectKind,
    /// The id of that.
    pub subject_id: String,
    /// The expected organization.
    pub organization_id: Option<i64>,
    /// The domain, of the codes that have one.
    pub domain: Option<String>,
    /// What the run says; none if it does not have the issue.
    pub in_run: Option<IssueDetails>,
    /// The first run that saw it.
    pub first_run_id: i64,
    /// The last run that saw it.
    pub last_run_id: i64,
    /// How many did.
    pub run_count: usize,
    /// How often it came back.
    pub reopened_count: usize,
    /// Whether it is open after the newest run.
    pub is_open: bool,
    /// The plan that had repaired it before it came back.
    pub repaired_by_plan_id: Option<i64>,
    /// The run in which it last came back.
    #[serde(skip)]
    last_reopened_run_id: Option<i64>,
    /// Whether it counts as drift.
    #[serde(skip)]
    pub family: Family,
}

/// Builds the histories: what the run has comes first, worst first; then what it does not have.
///
/// A run that did not evaluate a code neither saw its issues nor their end.
pub(super) fn histories(
    versions: &[IssueVersion],
    evaluations: &HashMap<String, Vec<i64>>,
    mut details: HashMap<String, IssueDetails>,
) -> Vec<TracedIssue> {
    let mut issues: Vec<TracedIssue> = versions
        .chunk_by(|one, other| one.issue_key == other.issue_key)
        .filter_map(|versions| {
            let last = versions.last()?;
            let evaluated = evaluations.get(&last.code).map_or(&[][..], Vec::as_slice);
            let seen: Vec<i64> = evaluated
                .iter()
                .copied()
                .filter(|run| versions.iter().any(|row| row.valid_from <= *run && *run < row.valid_to))
                .collect();
            Some(TracedIssue {
                issue_key: last.issue_key.clone(),
                code: last.code.clone(),
                family: last.family,
                layer: last.layer,
                severity: last.severity,
                account_id: last.account_id.clone(),
                subject_kind: last.subject_kind,
                subject_id: last.subject_id.clone(),
                organization_id: last.organization_id,
                domain: last.domain.clone(),
                in_run: details.remove(&last.issue_key),
                first_run_id: *seen.first()?,
                last_run_id: *seen.last()?,
                run_count: seen.len(),
                reopened_count: reopenings(versions).count(),
                last_reopened_run_id: reopenings(versions).last(),
                repaired_by_plan_id: None,
                is_open: last.valid_to == OPEN,
            })
        })
        .collect();
    issues.sort_by(|one, other| order(one).cmp(&order(other)));
    issues
}

/// The runs in which the issue was there again after it was gone. A ticket that left the window was not gone.
fn reopenings(versions: &[IssueVersion]) -> impl Iterator<Item = i64> {
    versions
        .windows(2)
        .filter(|pair| pair[0].valid_to < pair[1].valid_from && pair[0].close_reason.is_none())
        .map(|pair| pair[1].valid_from)
}

impl TracedIssue {
    /// Finds the plan that repaired the issue, if it came back after that. Receipts come newest first.
    pub(super) fn find_repair(&mut self, receipts: &[TracedReceipt]) {
        let repair = receipts.iter().find(|row| {
            row.mode == ApplyMode::Live
                && row.outcome == ActionOutcome::Applied
                && row.issue_key == self.issue_key
        });
        self.repaired_by_plan_id = repair
            .filter(|row| self.last_reopened_run_id.is_some_and(|run_id| run_id > row.run_id))
            .map(|row| row.plan_id);
    }
}

fn order(issue: &TracedIssue) -> (bool, Severity, Layer, &str) {
    (issue.in_run.is_none(), issue.severity, issue.layer, &issue.issue_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(valid_from: i64, valid_to: i64, close_reason: Option<&str>) -> IssueVersion {
        IssueVersion {
            issue_key: "user_domain_ambiguous/7".to_owned(),
            code: "user_domain_ambiguous".to_owned(),
            family: Family::Drift,
            layer: Layer::User,
            severity: Severity::Medium,
            account_id: None,
            subject_kind: SubjectKind::User,
            subject_id: "7".to_owned(),
            organization_id: None,
            domain: None,
            valid_from,
            valid_to,
            close_reason: close_reason.map(str::to_owned),
        }
    }

    fn history(versions: &[IssueVersion], runs: &[i64]) -> (i64, i64, usize, usize, bool) {
        let evaluations = HashMap::from([("user_domain_ambiguous".to_owned(), runs.to_vec())]);
        let issue = histories(versions, &evaluations, HashMap::new()).remove(0);
        (issue.first_run_id, issue.last_run_id, issue.run_count, issue.reopened_count, issue.is_open)
    }

    #[test]
    fn only_runs_that_looked_count() {
        assert_eq!(history(&[version(1, OPEN, None)], &[1, 2, 4]), (1, 4, 3, 0, true));
        assert_eq!(history(&[version(1, 4, None)], &[1, 3, 4]), (1, 3, 2, 0, false));
    }

    #[test]
    fn a_changed_issue_is_not_reopened_but_one_that_was_gone_is() {
        let changed = [version(1, 2, None), version(2, 3, None)];
        assert_eq!(history(&changed, &[1, 2, 3]), (1, 2, 2, 0, false));
        let returned = [version(1, 2, None), version(3, OPEN, None)];
        assert_eq!(history(&returned, &[1, 2, 3, 4]), (1, 4, 3, 1, true));
        let left_the_window = [version(1, 2, Some("left_window")), version(3, OPEN, None)];
        assert_eq!(history(&left_the_window, &[1, 2, 3, 4]), (1, 4, 3, 0, true));
    }
}
