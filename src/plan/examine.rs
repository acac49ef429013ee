//! Whether a stored plan is what it was shown as, and what an honest one says: a file may come from anywhere.
//!
//! [`agrees`] compares the rows, which people are shown, with the bytes, which are applied. [`examine`] composes the plan
//! again from its run and compares byte for byte, then asks of each repair whether it makes sense by itself: a file that
//! agrees with itself may still have been made up.

use std::collections::HashMap;

use super::{Snapshots, compose_of, document};
use crate::{
    catalog,
    clock::Clock,
    identity::{AccountId, is_valid_domain},
    model::{
        Decision, FormError, Source, canonical,
        plan::{DeferralReason, PlanDocument, PlannedAction, PlannedRepair},
    },
    plan::{PlanOptions, progress::Progress, repair::Composer},
    warehouse::{
        Session, Warehouse, WarehouseError,
        decisions::InForce,
        plans::{self, PlanFacts, PlanIssue, Standing, StoredPlan},
        rule_set, snapshots,
    },
};

/// Why a stored plan is not taken for what it says.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// The warehouse.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// The bytes are of another form.
    #[error("plan {plan_id} is {problem}")]
    OtherForm {
        /// The plan.
        plan_id: i64,
        /// Which.
        problem: FormError,
    },
    /// The stored bytes are not what the hash says.
    #[error("the plan in the warehouse has the hash {found}, but is stored under {said}: it was changed")]
    OtherHash {
        /// Of the bytes.
        found: String,
        /// In the table.
        said: String,
    },
    /// People would be shown something other than what is sent.
    #[error("{what} of plan {plan_id} does not match the hash of the plan: it was changed")]
    OtherRows {
        /// The plan.
        plan_id: i64,
        /// Such as `row 3`.
        what: String,
    },
    /// Another plan follows from its run.
    #[error("plan {plan_id} is not what run {run_id} leads to")]
    NotOfItsRun {
        /// The plan.
        plan_id: i64,
        /// Its run.
        run_id: i64,
    },
    /// A repair that no rule proposes.
    #[error("repair {position} of plan {plan_id} is not one that orgdrift proposes: {what}")]
    Nonsense {
        /// The plan.
        plan_id: i64,
        /// The row.
        position: usize,
        /// What is wrong, without values.
        what: &'static str,
    },
}

impl Unsound {
    /// What to do about it, if there is something to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Warehouse(error) => error.hint(),
            Self::OtherHash { .. } | Self::OtherRows { .. } | Self::Nonsense { .. } => {
                Some("somebody wrote into the warehouse; audit and plan again".to_owned())
            }
            Self::OtherForm { .. } | Self::NotOfItsRun { .. } => Some(
                "another orgdrift made it, or somebody wrote into the warehouse; audit and plan again"
                    .to_owned(),
            ),
        }
    }
}

/// A plan that is what an honest warehouse has: only [`examine`] makes one.
#[derive(Debug)]
pub struct Examined {
    document: PlanDocument,
    is_in_force: bool,
}

impl Examined {
    /// What is applied.
    pub fn document(&self) -> &PlanDocument {
        &self.document
    }

    /// Whether rules, personal domains and suppressions are those of its run.
    pub fn is_in_force(&self) -> bool {
        self.is_in_force
    }
}

/// Compares the rows of a plan, which people are shown, with the bytes, which are applied.
///
/// # Errors
/// The first difference.
pub fn agrees(warehouse: &Warehouse, plan: &StoredPlan) -> Result<PlanDocument, Unsound> {
    let plan_id = plan.plan_id;
    let found = document::hash(&plan.canonical);
    if found != plan.plan_hash {
        return Err(Unsound::OtherHash { found, said: plan.plan_hash.clone() });
    }
    let document = PlanDocument::from_canonical(&plan.canonical)
        .map_err(|problem| Unsound::OtherForm { plan_id, problem })?;
    let other = |what: String| Err(Unsound::OtherRows { plan_id, what });
    if let Some(position) = warehouse.changed_plan_rows(plan_id)?.first() {
        return other(format!("row {position}"));
    }
    let count = document.actions.len() + document.deferred.len() + document.refusals.len();
    if usize::try_from(warehouse.plan_row_count(plan_id)?) != Ok(count) {
        return other("the number of rows".to_owned());
    }
    if plan.source_identity != document.source_identity {
        return other("the Zendesk account".to_owned());
    }
    Ok(document)
}

/// Compares a plan with its rows and with what its run leads to, and asks of each repair whether it makes sense.
///
/// # Errors
/// What [`agrees`] says, and what makes the plan another one than orgdrift would make.
pub fn examine(warehouse: &Warehouse, plan: &StoredPlan, clock: &Clock) -> Result<Examined, Unsound> {
    let document = agrees(warehouse, plan)?;
    let not_of_its_run = || Unsound::NotOfItsRun { plan_id: plan.plan_id, run_id: plan.run_id };
    let run = warehouse.run(Some(plan.run_id))?.ok_or_else(not_of_its_run)?;
    // What is composed is composed in temporary tables; nothing of it is kept.
    let transaction = warehouse.begin()?;
    let snapshot = |source, id| snapshots::by_id(&transaction, source, id);
    let salesforce = snapshot(Source::Salesforce, run.salesforce_snapshot_id)?.ok_or_else(not_of_its_run)?;
    let zendesk = snapshot(Source::Zendesk, run.zendesk_snapshot_id)?.ok_or_else(not_of_its_run)?;
    let collections = snapshots::collections(&transaction, zendesk.snapshot_id)?;
    let tickets_since = collections.into_iter().find_map(|row| row.bound_since);
    let rule_set = rule_set::rule_set(&transaction, &run.options, &clock.today())?;
    let is_in_force = rule_set.digest == run.rule_set_digest;
    // Under other rules nobody can say any more what those of the run were.
    let digest = if is_in_force { rule_set.portable } else { document.rule_set_digest.clone() };
    let options = PlanOptions::of(&document.filters);
    let accounts = snapshots::collections(&transaction, salesforce.snapshot_id)?;
    let unread_count: u64 = accounts.iter().map(|row| row.unread_count).sum();
    let snapshots = Snapshots {
        salesforce_id: salesforce.snapshot_id,
        zendesk,
        tickets_since,
        unread_account_rows: Some(unread_count).filter(|count| *count > 0),
    };
    // What was decided when the plan was made is in it; later decisions do not change it.
    let mut facts = PlanFacts { decisions: decided_in(&document), ..plans::facts(&transaction, run.run_id)? };
    // So is how far earlier applies had come; a journal that does not say so is not the one that it was made with.
    let progress = Progress::of(&transaction, run.run_id, document.builds_on.as_deref())?;
    let progress = progress.ok_or_else(not_of_its_run)?;
    progress.put_over(&mut facts);
    let (rows, composed) = compose_of(&transaction, &run, &facts, snapshots, digest, &options, &progress)?;
    if composed.canonical() != plan.canonical || canonical(&composed.filters) != plan.filters {
        return Err(not_of_its_run());
    }
    // What rows without a repair show besides is not in the bytes.
    if let Some(position) = plans::other_rows(&transaction, plan.plan_id, &rows)? {
        return Err(Unsound::OtherRows { plan_id: plan.plan_id, what: format!("row {position}") });
    }
    for (at, action) in document.actions.iter().enumerate() {
        if let Some(what) = nonsense(&transaction, run.run_id, action)? {
            return Err(Unsound::Nonsense { plan_id: plan.plan_id, position: at + 1, what });
        }
    }
    Ok(Examined { document, is_in_force })
}

/// What makes a repair one that no rule proposes; nothing for one that makes sense.
fn nonsense(
    connection: &Session,
    run_id: i64,
    action: &PlannedAction,
) -> Result<Option<&'static str>, WarehouseError> {
    let repair = action.repair.repair();
    let account_id = action.account_id.as_str();
    if !AccountId::parse(account_id).is_ok_and(|parsed| parsed.id.as_str() == account_id) {
        return Ok(Some("its account has no valid id"));
    }
    if !catalog::rules().iter().any(|rule| rule.code == action.code && rule.action == Some(repair)) {
        return Ok(Some("its code has another repair"));
    }
    let organization = action.organization_id.0;
    let user = action.user_id.map(|id| id.0);
    let (key, domain) = match &action.repair {
        PlannedRepair::SetOrgExternalId(parts) => {
            if parts.new_value.external_id != account_id {
                return Ok(Some("the external_id is not the id of its account"));
            }
            (format!("{}/{account_id}/{organization}", action.code), None)
        }
        PlannedRepair::AddOrgDomain(parts) => {
            let Some(domain) = action.domain.as_deref() else {
                return Ok(Some("it adds no domain"));
            };
            let before = parts.expected.domain_names.iter().map(String::as_str);
            if !parts.new_value.domain_names.iter().map(String::as_str).eq(before.chain([domain])) {
                return Ok(Some("it writes other domains than those that are there and the new one"));
            }
            (format!("{}/{account_id}/{organization}/{domain}", action.code), Some(domain))
        }
        PlannedRepair::AssignUserToOrg(parts) => {
            if Some(parts.new_value.user_id.0) != user || parts.new_value.organization_id.0 != organization {
                return Ok(Some("it writes another record than it names"));
            }
            (format!("{}/{}", action.code, user.unwrap_or_default()), parts.expected.email_domain.as_deref())
        }
        PlannedRepair::MoveUserToOrg(parts) => {
            let is_named = parts.new_value.default_organization_id.0 == organization
                && parts.new_value.membership_id == action.membership_id;
            if user.is_none() || !is_named {
                return Ok(Some("it writes another record than it names"));
            }
            (format!("{}/{}", action.code, user.unwrap_or_default()), None)
        }
    };
    if action.issue_key != key {
        return Ok(Some("record, account and code are not those of its issue"));
    }
    let issue = PlanIssue::named(action);
    if Composer::action_id(&issue, repair) != action.action_id {
        return Ok(Some("its id is that of another repair"));
    }
    match domain {
        Some(domain) => unfit(connection, run_id, account_id, domain),
        None => Ok(None),
    }
}

/// Why a domain is none of the account's.
fn unfit(
    connection: &Session,
    run_id: i64,
    account_id: &str,
    domain: &str,
) -> Result<Option<&'static str>, WarehouseError> {
    if !is_valid_domain(domain) {
        return Ok(Some("its domain is not valid"));
    }
    // Whatever the list in the file says: no customer is known by the addresses of everybody.
    if catalog::is_mail_service(domain) {
        return Ok(Some("its domain is a mail service"));
    }
    let Standing { is_listed, is_expected } = plans::standing(connection, run_id, account_id, domain)?;
    Ok(if is_listed {
        Some("its domain is a mail service or a platform")
    } else if is_expected {
        None
    } else {
        Some("its account does not expect the domain")
    })
}

/// What people had decided when a plan was made.
fn decided_in(document: &PlanDocument) -> HashMap<String, InForce> {
    let approved = document
        .included_keys
        .iter()
        .map(|key| (key.clone(), InForce { decision: Some(Decision::Fix), is_approved: true }));
    let skipped = document.deferred.iter().filter(|row| row.reason == DeferralReason::SkippedByDecision);
    let skipped = skipped
        .map(|row| (row.issue_key.clone(), InForce { decision: Some(Decision::Skip), is_approved: false }));
    approved.chain(skipped).collect()
}
