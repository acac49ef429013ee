//! Which issues a plan is made of, and how many of their repairs one batch takes.

use std::collections::HashMap;

use crate::{
    model::{
        Repair,
        plan::{DeferralReason, PlanFilters},
    },
    warehouse::plans::PlanIssue,
};

/// What is asked for. Empty lists ask for everything.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// 18-character ids.
    pub accounts: Vec<String>,
    /// Codes of drift.
    pub codes: Vec<String>,
    /// Repairs.
    pub actions: Vec<Repair>,
    /// At most so many actions; the rest is deferred.
    pub limit: Option<u32>,
    /// At most so many actions of one account; the rest is deferred.
    pub per_account: Option<u32>,
    /// Not these issues, by key.
    pub exclude: Vec<String>,
    /// Only these issues, by key.
    pub keys: Vec<String>,
    /// No issue of an account that has its organization by a domain only.
    pub only_linked: bool,
    /// Only what somebody approved.
    pub approved: bool,
}

impl PlanOptions {
    /// Whether no filter leaves anything out.
    pub(super) fn is_everything(&self) -> bool {
        self.accounts.is_empty()
            && self.codes.is_empty()
            && self.actions.is_empty()
            && self.exclude.is_empty()
            && self.keys.is_empty()
            && !self.only_linked
            && !self.approved
    }

    /// Whether an issue is asked for.
    pub(super) fn wants(&self, issue: &PlanIssue) -> bool {
        (self.accounts.is_empty() || self.accounts.contains(&issue.account_id))
            && (self.codes.is_empty() || self.codes.contains(&issue.code))
            && (self.actions.is_empty() || issue.action.is_some_and(|action| self.actions.contains(&action)))
            && !self.exclude.contains(&issue.issue_key)
            && (self.keys.is_empty() || self.keys.contains(&issue.issue_key))
            && !(self.only_linked && issue.is_matched_by_domain)
    }

    /// The options in the form that the hash is over: sorted, none twice.
    pub(super) fn filters(&self) -> PlanFilters {
        let sorted = |list: &[String]| {
            let mut list = list.to_vec();
            list.sort();
            list.dedup();
            list
        };
        let mut actions = self.actions.clone();
        actions.sort_unstable();
        actions.dedup();
        PlanFilters {
            account_ids: sorted(&self.accounts),
            codes: sorted(&self.codes),
            actions,
            limit: self.limit,
            per_account: self.per_account,
            approved: self.approved,
            exclude: sorted(&self.exclude),
            keys: sorted(&self.keys),
            only_linked: self.only_linked,
            accepted_risks: Vec::new(),
        }
    }

    /// What was asked for when a plan was made.
    pub(super) fn of(filters: &PlanFilters) -> Self {
        Self {
            accounts: filters.account_ids.clone(),
            codes: filters.codes.clone(),
            actions: filters.actions.clone(),
            limit: filters.limit,
            per_account: filters.per_account,
            exclude: filters.exclude.clone(),
            keys: filters.keys.clone(),
            only_linked: filters.only_linked,
            approved: filters.approved,
        }
    }
}

/// Counts what was admitted. Repairs come in the order of the plan, in which each stands after those that
/// it depends on, so what is admitted never waits for what is not.
#[derive(Debug)]
pub(super) struct Batch<'o> {
    options: &'o PlanOptions,
    count: u32,
    by_account: HashMap<String, u32>,
}

impl<'o> Batch<'o> {
    pub(super) fn new(options: &'o PlanOptions) -> Self {
        Self { options, count: 0, by_account: HashMap::new() }
    }

    /// Admits the next repair of an account, or says why not.
    pub(super) fn admit(&mut self, account_id: &str) -> Option<DeferralReason> {
        if self.options.limit.is_some_and(|limit| self.count >= limit) {
            return Some(DeferralReason::OverLimit);
        }
        let of_account = self.by_account.entry(account_id.to_owned()).or_default();
        if self.options.per_account.is_some_and(|limit| *of_account >= limit) {
            return Some(DeferralReason::OverPerAccount);
        }
        *of_account += 1;
        self.count += 1;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_takes_the_first_ones_and_says_why_not_the_others() {
        let options = PlanOptions { limit: Some(3), per_account: Some(2), ..PlanOptions::default() };
        let mut batch = Batch::new(&options);
        let said = ["a", "a", "a", "b", "b"].map(|account| batch.admit(account));
        let (limit, per_account) = (Some(DeferralReason::OverLimit), Some(DeferralReason::OverPerAccount));
        assert_eq!(said, [None, None, per_account, None, limit]);
    }

    #[test]
    fn the_order_in_which_filters_are_typed_does_not_matter() {
        let options = |accounts: &[&str], actions: &[Repair]| PlanOptions {
            accounts: accounts.iter().map(ToString::to_string).collect(),
            actions: actions.to_vec(),
            ..PlanOptions::default()
        };
        let text = |options: PlanOptions| serde_json::to_string(&options.filters()).unwrap();
        assert_eq!(
            text(options(&["b", "a", "b"], &[Repair::MoveUserToOrg, Repair::SetOrgExternalId])),
            text(options(&["a", "b"], &[Repair::SetOrgExternalId, Repair::MoveUserToOrg]))
        );
        assert_ne!(text(options(&["a"], &[])), text(options(&[], &[])));
    }
}
