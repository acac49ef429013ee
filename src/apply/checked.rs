//! What must hold before anything is sent.

use super::{
    ApplyError,
    action::{Action, Blocked, Rows, rows},
};
use crate::{
    clock,
    model::{is_sandbox, journal::ApplyReason},
    plan::{Examined, document},
    warehouse::plans::StoredPlan,
};

/// How much one apply may do.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    /// Repairs altogether.
    pub max_actions: usize,
    /// Repairs of one account.
    pub max_per_account: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { max_actions: 25, max_per_account: 3 }
    }
}

/// Why a plan is not applied. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ApplyRefusal {
    /// The stored bytes are not what the hash says.
    #[error("the plan in the warehouse has the hash {found}, but is stored under {said}: it was changed")]
    Tampered {
        /// Of the bytes.
        found: String,
        /// In the table.
        said: String,
    },
    /// Another hash was confirmed.
    #[error("the plan has the hash {found}, but {confirmed} was confirmed")]
    OtherHash {
        /// Of the plan.
        found: String,
        /// On the command line.
        confirmed: String,
    },
    /// It is not known whose plan it is.
    #[error("the plan names no Zendesk account: its records do not say where they come from")]
    NoIdentity,
    /// The plan is of another account.
    #[error("the plan is for {planned}, but the credentials are for {live}")]
    OtherAccount {
        /// In the plan.
        planned: String,
        /// Live.
        live: String,
    },
    /// There are newer records.
    #[error("plan {plan_id} is outdated: a newer snapshot exists")]
    Outdated {
        /// The plan.
        plan_id: i64,
    },
    /// The records are too old.
    #[error("the Zendesk records of plan {plan_id} were read at {taken_at}, more than {max_hours} hours ago")]
    TooOld {
        /// The plan.
        plan_id: i64,
        /// When they were read.
        taken_at: String,
        /// `--max-plan-age`.
        max_hours: u32,
    },
    /// The accounts are too old.
    #[error("the accounts of plan {plan_id} were read at {taken_at}, more than {max_days} days ago")]
    AccountsTooOld {
        /// The plan.
        plan_id: i64,
        /// When they were read.
        taken_at: String,
        /// `--max-accounts-age`.
        max_days: u32,
        /// How many days it would have to be; none where a real account would be written to.
        rehearsed_days: Option<u32>,
    },
    /// The records are dated in the future.
    #[error("the records of plan {plan_id} are dated after now, {now}")]
    NotYet {
        /// The plan.
        plan_id: i64,
        /// The time.
        now: String,
    },
    /// Somebody has decided otherwise since.
    #[error("rules, personal domains, suppressions or accepted risks changed since plan {plan_id} was made")]
    OtherRules {
        /// The plan.
        plan_id: i64,
    },
    /// A plan is used once.
    #[error("plan {plan_id} was applied already, in apply {attempt_id}")]
    Used {
        /// The plan.
        plan_id: i64,
        /// Its apply.
        attempt_id: i64,
    },
    /// There is nothing to do.
    #[error("plan {plan_id} has nothing to repair")]
    Empty {
        /// The plan.
        plan_id: i64,
    },
    /// A cap: the whole apply is refused, never a part of it taken.
    #[error("plan {plan_id} has {count} repairs{of_account}, but {cap} are allowed")]
    OverCap {
        /// The plan.
        plan_id: i64,
        /// How many.
        count: usize,
        /// Which account has them, if that is the cap.
        of_account: String,
        /// How many may be.
        cap: usize,
        /// The plan that fits.
        fitting: String,
    },
}

impl ApplyRefusal {
    /// What to type next.
    pub fn hint(&self) -> String {
        match self {
            Self::Tampered { .. } => "somebody wrote into the warehouse; audit and plan again".to_owned(),
            Self::OtherHash { .. } => {
                "`orgdrift plan show PLAN` prints the plan and its hash; confirm that one".to_owned()
            }
            Self::NoIdentity => {
                "ingest again from the API, or with --subdomain and --taken-at; then audit and plan"
                    .to_owned()
            }
            Self::OtherAccount { planned, live } if is_sandbox(live) && !is_sandbox(planned) => {
                "a plan for a real account is never tried on a sandbox: `orgdrift sandbox --from-snapshot latest` makes a copy of the warehouse to plan and rehearse on, and a folder of records is ingested into another file with --subdomain NAME.sandbox"
                    .to_owned()
            }
            Self::OtherAccount { planned, live } if is_sandbox(planned) && !is_sandbox(live) => {
                "a plan of a rehearsal is never applied to a real account: name the real warehouse with --db, audit and plan there"
                    .to_owned()
            }
            Self::OtherAccount { .. } => {
                "check ZENDESK_SUBDOMAIN, or name another warehouse with --db".to_owned()
            }
            Self::Outdated { .. } | Self::OtherRules { .. } => {
                "`orgdrift audit` and `orgdrift plan` make a new one".to_owned()
            }
            Self::NotYet { .. } => "check the clock; then ingest and audit again, and plan".to_owned(),
            Self::AccountsTooOld { plan_id, rehearsed_days: Some(days), .. } => format!(
                "a rehearsal may use older accounts: orgdrift apply {plan_id} --max-accounts-age {days}"
            ),
            Self::TooOld { .. } | Self::AccountsTooOld { .. } => {
                "ingest and audit again, then plan".to_owned()
            }
            Self::Used { plan_id, .. } => {
                format!(
                    "`orgdrift receipt show {plan_id}` says what it did; `orgdrift plan` plans what is left"
                )
            }
            Self::Empty { .. } => {
                "`orgdrift list issues --disposition blocked` shows what a person must decide first".to_owned()
            }
            Self::OverCap { fitting, .. } => format!("make a smaller plan: {fitting}"),
        }
    }
}

/// A plan that may be looked at, or applied.
#[derive(Debug)]
pub struct CheckedPlan {
    rows: Rows,
    /// Why an apply that was interrupted only settles what it began.
    pub(super) stop: Option<ApplyReason>,
}

impl CheckedPlan {
    /// The repairs with their positions, in their order.
    pub(super) fn actions(&self) -> impl Iterator<Item = (i64, &Action)> {
        (1..).zip(&self.rows.actions)
    }

    /// The rows without a repair with their positions.
    pub(super) fn blocked(&self) -> impl Iterator<Item = (i64, &Blocked)> {
        (i64::try_from(self.rows.actions.len()).unwrap_or(i64::MAX) + 1..).zip(&self.rows.blocked)
    }

    /// How many repairs it has.
    pub fn action_count(&self) -> usize {
        self.rows.actions.len()
    }
}

/// What is known when a plan is checked.
pub struct Surroundings<'a> {
    /// The subdomain that the credentials are for.
    pub live_subdomain: &'a str,
    /// What the plan is, compared with its rows and its run.
    pub examined: &'a Examined,
    /// When the records of the plan were read.
    pub taken_at: &'a str,
    /// When its accounts were read.
    pub accounts_taken_at: &'a str,
    /// Now, by the server's clock where it is known.
    pub now: &'a str,
    /// Hours.
    pub max_age: u32,
    /// Days.
    pub max_accounts_age: u32,
    /// The ended live apply of the plan, if there was one.
    pub used_by: Option<i64>,
    /// A live apply of the plan was interrupted, and this one finishes it.
    pub is_resumed: bool,
    /// The caps under which it began.
    pub began_under: Option<Caps>,
    /// The hash that a person confirmed; none for a dry run.
    pub confirmed: Option<&'a str>,
}

/// The refusal of a hash that was confirmed, where it is not the one under which the plan is stored.
pub fn other_hash(plan: &StoredPlan, confirmed: Option<&str>) -> Option<ApplyRefusal> {
    let found = document::hash(&plan.canonical);
    let confirmed = confirmed.filter(|confirmed| !confirmed.eq_ignore_ascii_case(&found))?.to_owned();
    // Bytes that are not those of the stored hash are another refusal, which comes first.
    (found == plan.plan_hash).then_some(ApplyRefusal::OtherHash { found, confirmed })
}

/// Checks a plan: the hash of its stored bytes, whose it is, its age, that it was not used, its caps.
pub fn check(
    plan: &StoredPlan,
    caps: Caps,
    around: &Surroundings<'_>,
) -> Result<Result<CheckedPlan, ApplyRefusal>, ApplyError> {
    let found = document::hash(&plan.canonical);
    if found != plan.plan_hash {
        return Ok(Err(ApplyRefusal::Tampered { found, said: plan.plan_hash.clone() }));
    }
    if let Some(refusal) = other_hash(plan, around.confirmed) {
        return Ok(Err(refusal));
    }
    let rows = rows(around.examined.document())?;
    let plan_id = plan.plan_id;
    let Some(planned) = rows.source_identity.clone() else { return Ok(Err(ApplyRefusal::NoIdentity)) };
    if planned.split('/').next() != Some(around.live_subdomain) {
        return Ok(Err(ApplyRefusal::OtherAccount { planned, live: around.live_subdomain.to_owned() }));
    }
    if let Some(attempt_id) = around.used_by {
        return Ok(Err(ApplyRefusal::Used { plan_id, attempt_id }));
    }
    let is_outdated = plan.is_outdated;
    let age = Age::of(around);
    let is_other = !around.examined.is_in_force();
    let stop = (is_outdated || is_other || age != Age::Fit).then_some(ApplyReason::PlanOutdated);
    // What a broken-off apply began is settled even if the plan is of no more use.
    if is_outdated && !around.is_resumed {
        return Ok(Err(ApplyRefusal::Outdated { plan_id }));
    }
    if is_other && !around.is_resumed {
        return Ok(Err(ApplyRefusal::OtherRules { plan_id }));
    }
    if rows.actions.is_empty() {
        return Ok(Err(ApplyRefusal::Empty { plan_id }));
    }
    if let Some(refusal) = age.refusal(plan_id, &planned, around)
        && !around.is_resumed
    {
        return Ok(Err(refusal));
    }
    // Over the whole plan, before its first write and before any other: what was stated then and what is given now.
    for caps in around.began_under.into_iter().chain([caps]) {
        if let Some(refusal) = over_cap(plan_id, &rows, caps) {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(CheckedPlan { rows, stop }))
}

/// Whether the records of a plan are recent enough to be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    Fit,
    /// Zendesk was read too long ago.
    Old,
    /// The accounts were.
    OldAccounts,
    /// One of them is dated in the future.
    Future,
}

impl Age {
    fn of(around: &Surroundings<'_>) -> Self {
        let Surroundings { taken_at, accounts_taken_at, now, .. } = *around;
        if clock::is_in_future(taken_at, now) || clock::is_in_future(accounts_taken_at, now) {
            Self::Future
        } else if clock::is_older(taken_at, now, around.max_age) {
            Self::Old
        } else if clock::is_older(accounts_taken_at, now, around.max_accounts_age.saturating_mul(24)) {
            Self::OldAccounts
        } else {
            Self::Fit
        }
    }

    fn refusal(self, plan_id: i64, planned: &str, around: &Surroundings<'_>) -> Option<ApplyRefusal> {
        let days = || clock::days_between(around.accounts_taken_at, around.now);
        match self {
            Self::Fit => None,
            Self::Old => Some(ApplyRefusal::TooOld {
                plan_id,
                taken_at: around.taken_at.to_owned(),
                max_hours: around.max_age,
            }),
            Self::OldAccounts => Some(ApplyRefusal::AccountsTooOld {
                plan_id,
                taken_at: around.accounts_taken_at.to_owned(),
                max_days: around.max_accounts_age,
                rehearsed_days: if is_sandbox(planned) { days() } else { None },
            }),
            Self::Future => Some(ApplyRefusal::NotYet { plan_id, now: around.now.to_owned() }),
        }
    }
}

fn over_cap(plan_id: i64, rows: &Rows, caps: Caps) -> Option<ApplyRefusal> {
    let fitting =
        format!("orgdrift plan --limit {} --per-account {}", caps.max_actions, caps.max_per_account);
    let mut per_account = std::collections::BTreeMap::new();
    for action in &rows.actions {
        *per_account.entry(action.account_id.as_str()).or_insert(0_usize) += 1;
    }
    if rows.actions.len() > caps.max_actions {
        let count = rows.actions.len();
        return Some(ApplyRefusal::OverCap {
            plan_id,
            count,
            of_account: String::new(),
            cap: caps.max_actions,
            fitting,
        });
    }
    per_account.into_iter().find(|(_, count)| *count > caps.max_per_account).map(|(account, count)| {
        ApplyRefusal::OverCap {
            plan_id,
            count,
            of_account: format!(" of account {account}"),
            cap: caps.max_per_account,
            fitting,
        }
    })
}
