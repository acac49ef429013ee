//! One audit: a pair of snapshots under the rules in force becomes a run.

mod coverage;
pub mod prune;
mod report;

pub use report::{
    AuditReport, LAPSING_DAYS, Lapsed, SuppressionReport, as_of, is_accepted, is_without_domains_by_choice,
};

use std::collections::BTreeSet;

use serde_json::json;

use self::coverage::AccountGaps;
use crate::{
    catalog,
    clock::{self, Clock},
    model::{Collection, MultipleOrganizations, Outcome, Repair, Source},
    warehouse::{
        Warehouse, WarehouseError, changes, delta, figures, issues, kept_links, rule_set,
        runs::{self, RunContext, RunRow},
        snapshots::{self, CollectionRow, SnapshotRow},
        unread,
    },
};

/// How an audit is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditOptions {
    /// The number of days after which a closed ticket is ignored; none: no ticket is.
    pub ticket_window_days: Option<u32>,
    /// Repairs may add members to organizations that share their tickets.
    pub allow_shared_tickets: bool,
    /// Codes that are not evaluated.
    pub rules_off: Vec<String>,
    /// Repairs that are not prepared.
    pub repairs_off: Vec<Repair>,
    /// A stored id is believed even where nothing else agrees.
    pub trust_stored_ids: bool,
}

impl AuditOptions {
    /// Which of the options are part of the rule set; in whatever order they were given.
    fn as_json(&self) -> String {
        let rules: BTreeSet<&str> = self.rules_off.iter().map(String::as_str).collect();
        let repairs: BTreeSet<&str> = self.repairs_off.iter().map(|repair| repair.as_str()).collect();
        json!({
            "ticket_window_days": self.ticket_window_days,
            "allow_shared_tickets": self.allow_shared_tickets,
            "rules_off": rules,
            "repairs_off": repairs,
            "trust_stored_ids": self.trust_stored_ids,
        })
        .to_string()
    }
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            ticket_window_days: Some(90),
            allow_shared_tickets: false,
            rules_off: Vec::new(),
            repairs_off: Vec::new(),
            trust_stored_ids: false,
        }
    }
}

/// An error of an audit. Nothing of the run remains then.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The warehouse.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// There is nothing to compare.
    #[error("the warehouse has no {source_name} snapshot")]
    NoSnapshot {
        /// The system.
        source_name: &'static str,
    },
}

impl AuditError {
    /// What to do about it, if there is something to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Warehouse(error) => error.hint(),
            Self::NoSnapshot { source_name: "salesforce" } => {
                Some("run `orgdrift ingest salesforce FILE` first".to_owned())
            }
            Self::NoSnapshot { .. } => Some("run `orgdrift ingest zendesk --from DIR` first".to_owned()),
        }
    }
}

/// Makes a run, or returns the one that was made before from the same snapshots under the same rules.
pub fn audit(
    warehouse: &Warehouse,
    options: &AuditOptions,
    clock: &Clock,
) -> Result<AuditReport, AuditError> {
    make(warehouse, options, clock, false)
}

/// The same, without relying on anything that an earlier run found.
pub fn audit_in_full(
    warehouse: &Warehouse,
    options: &AuditOptions,
    clock: &Clock,
) -> Result<AuditReport, AuditError> {
    make(warehouse, options, clock, true)
}

fn make(
    warehouse: &Warehouse,
    options: &AuditOptions,
    clock: &Clock,
    is_full: bool,
) -> Result<AuditReport, AuditError> {
    let transaction = warehouse.begin()?;
    // Always the newest pair: runs follow each other in the order of their snapshots, or changes between
    // adjacent runs would mean nothing.
    let find = |source: Source| -> Result<SnapshotRow, AuditError> {
        snapshots::newest(&transaction, source)?
            .ok_or(AuditError::NoSnapshot { source_name: source.as_str() })
    };
    let salesforce = find(Source::Salesforce)?;
    let zendesk = find(Source::Zendesk)?;
    let options_json = options.as_json();
    let started_at = clock.now();
    // Suppressions hold by the day of the run, wherever midnight falls.
    let today = started_at.get(..10).unwrap_or_default();
    let rule_set = rule_set::rule_set(&transaction, &options_json, today)?;
    let same = runs::find_same(&transaction, salesforce.snapshot_id, zendesk.snapshot_id, &rule_set.digest)?;
    if let Some(run) = same {
        drop(transaction);
        return Ok(report::build(warehouse, run, &salesforce, &zendesk, false, clock)?);
    }

    if is_full {
        kept_links::forget(&transaction)?;
    }
    let earlier = delta::earlier(&transaction, &rule_set.unsuppressed)?;
    let mut collections = snapshots::collections(&transaction, salesforce.snapshot_id)?;
    collections.extend(snapshots::collections(&transaction, zendesk.snapshot_id)?);
    let run = RunRow {
        run_id: 0,
        salesforce_snapshot_id: salesforce.snapshot_id,
        zendesk_snapshot_id: zendesk.snapshot_id,
        started_at,
        rule_set_digest: rule_set.digest,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        options: options_json,
        rules_digest: Some(rule_set.rules),
        personal_domains_digest: Some(rule_set.personal_domains),
    };
    let run = RunRow { run_id: runs::insert(&transaction, &run)?, ..run };
    runs::set_context(&transaction, &context(&run, options, &salesforce, &zendesk, &collections))?;
    let rules = catalog::rules();
    let gaps = AccountGaps {
        is_without_domains: !runs::has_usable_domain(&transaction, salesforce.snapshot_id)?,
        has_row_without_id: unread::unread(&transaction, salesforce.snapshot_id)?.1,
    };
    let (evaluated, coverage) = coverage::decide(&rules, &collections, gaps, &options.rules_off);
    let is_delta = match &earlier {
        Some(earlier) => delta::is_possible(&transaction, earlier, &evaluated)?,
        None => false,
    };
    let counts = if is_delta {
        delta::detect(&transaction, run.run_id, &evaluated)?
    } else {
        issues::detect(&transaction, run.run_id, &evaluated)?;
        issues::issue_counts(&transaction)?
    };
    for (rule, mut row) in rules.iter().zip(coverage) {
        if row.not_evaluated.is_none() {
            row.issue_count = counts.get(&row.code).copied().unwrap_or(0);
            row.outside_window_count = issues::outside_window_count(&transaction, rule)?;
        }
        runs::insert_coverage(&transaction, run.run_id, &row)?;
    }
    changes::store(&transaction, run.run_id)?;
    let followed = earlier.filter(|_| is_delta).map(|earlier| earlier.run_id());
    figures::store(&transaction, &run, followed)?;
    kept_links::keep(&transaction, run.run_id, &rule_set.unsuppressed)?;
    transaction.commit()?;
    Ok(report::build(warehouse, run, &salesforce, &zendesk, true, clock)?)
}

/// What the views of the run are told.
fn context(
    run: &RunRow,
    options: &AuditOptions,
    salesforce: &SnapshotRow,
    zendesk: &SnapshotRow,
    collections: &[CollectionRow],
) -> RunContext {
    let row = |collection| collections.iter().find(|row| row.collection == collection);
    let is_read = |collection| {
        matches!(row(collection).map(|row| row.outcome), Some(Outcome::Complete | Outcome::Bounded))
    };
    let is_complete = |collection| row(collection).map(|row| row.outcome) == Some(Outcome::Complete);
    let is_people_complete =
        is_complete(Collection::Users) && is_complete(Collection::OrganizationMemberships);
    let zendesk_options: serde_json::Value = serde_json::from_str(&zendesk.options).unwrap_or_default();
    RunContext {
        run_id: run.run_id,
        salesforce_snapshot_id: salesforce.snapshot_id,
        zendesk_snapshot_id: zendesk.snapshot_id,
        is_multiple_allowed: zendesk.multiple_organizations == Some(MultipleOrganizations::Allowed),
        is_sharing_allowed: options.allow_shared_tickets,
        is_stored_id_trusted: options.trust_stored_ids,
        is_key_in_field: zendesk_options["account_id_field"].is_string(),
        repairs_off: options.repairs_off.clone(),
        closed_ticket_cutoff: options
            .ticket_window_days
            .and_then(|days| clock::days_before(&zendesk.taken_at, days)),
        tickets_bound_since: row(Collection::Tickets).and_then(|row| row.bound_since.clone()),
        is_users_known: is_read(Collection::Users),
        is_memberships_known: is_read(Collection::OrganizationMemberships),
        is_absence_proof: is_complete(Collection::Organizations) && is_people_complete,
        is_emptiness_proof: is_people_complete && is_complete(Collection::Tickets),
        is_tickets_known: is_read(Collection::Tickets) && is_read(Collection::Users),
    }
}
