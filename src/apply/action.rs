//! The rows of a plan as an apply reads them: from the canonical text that the hash is over.

use serde_json::Value;

use super::ApplyError;
use crate::model::Repair;

/// A row of the plan that has no repair: it is in the receipt, and nothing is sent for it.
#[derive(Debug, Clone)]
pub(super) struct Blocked {
    pub(super) issue_key: String,
    pub(super) reason: String,
    /// Possible, but outside of the batch.
    pub(super) is_deferred: bool,
}

/// What one repair does.
#[derive(Debug, Clone)]
pub(super) enum Task {
    SetExternalId {
        organization_id: i64,
        external_id: String,
        /// The id in its forms, which no other organization may carry.
        forms: Vec<String>,
        name: String,
        domain_names: Vec<String>,
    },
    AddDomain {
        organization_id: i64,
        domain: String,
        domain_names: Vec<String>,
        external_id: Option<String>,
    },
    Assign {
        user_id: i64,
        organization_id: i64,
        email_domain: Option<String>,
        external_id: Option<String>,
        /// Several organizations were known to be allowed; else the user must have none.
        is_multiple_allowed: bool,
        /// The organization must share nothing.
        must_share_nothing: bool,
    },
    Move {
        user_id: i64,
        organization_id: i64,
        membership_id: i64,
        default_organization_id: Option<i64>,
    },
}

impl Task {
    pub(super) fn repair(&self) -> Repair {
        match self {
            Self::SetExternalId { .. } => Repair::SetOrgExternalId,
            Self::AddDomain { .. } => Repair::AddOrgDomain,
            Self::Assign { .. } => Repair::AssignUserToOrg,
            Self::Move { .. } => Repair::MoveUserToOrg,
        }
    }
}

/// One repair of a plan.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "it is the name that plan_actions has for it")]
pub(super) struct Action {
    pub(super) action_id: String,
    pub(super) issue_key: String,
    pub(super) account_id: String,
    pub(super) depends_on: Vec<String>,
    pub(super) task: Task,
    /// As the plan names them, with whether each is read live.
    pub(super) preconditions: Vec<(String, bool)>,
}

/// What is used of a plan's canonical text.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) source_identity: Option<String>,
    pub(super) actions: Vec<Action>,
    /// Deferred, then refused: the order of `plan_actions`.
    pub(super) blocked: Vec<Blocked>,
}

/// Reads a plan. Its hash was compared before, so only a program that wrote another form gets an error here.
pub(super) fn rows(canonical: &str) -> Result<Rows, ApplyError> {
    let document: Value = serde_json::from_str(canonical).map_err(|_| ApplyError::NotAPlan("no JSON"))?;
    let list = |name: &'static str| document[name].as_array().ok_or(ApplyError::NotAPlan(name));
    let actions = list("actions")?.iter().map(action).collect::<Result<_, _>>()?;
    let mut blocked = Vec::new();
    for (name, is_deferred) in [("deferred", true), ("refusals", false)] {
        for entry in list(name)? {
            blocked.push(Blocked {
                issue_key: text(entry, "issue_key")?,
                reason: text(entry, "reason")?,
                is_deferred,
            });
        }
    }
    Ok(Rows { source_identity: document["source_identity"].as_str().map(str::to_owned), actions, blocked })
}

fn action(entry: &Value) -> Result<Action, ApplyError> {
    let repair = Repair::from_text(&text(entry, "action")?).ok_or(ApplyError::NotAPlan("action"))?;
    let preconditions = preconditions(entry)?;
    let has = |check: &str| preconditions.iter().any(|(name, _)| name == check);
    let expected = &entry["expected"];
    let task = match repair {
        Repair::SetOrgExternalId => Task::SetExternalId {
            organization_id: id(entry, "organization_id")?,
            external_id: text(&entry["new_value"], "external_id")?,
            forms: forms(entry)?,
            name: text(expected, "name")?,
            domain_names: texts(expected, "domain_names")?,
        },
        Repair::AddOrgDomain => Task::AddDomain {
            organization_id: id(entry, "organization_id")?,
            domain: text(entry, "domain")?,
            domain_names: texts(expected, "domain_names")?,
            external_id: optional_text(expected, "external_id"),
        },
        Repair::AssignUserToOrg => Task::Assign {
            user_id: id(entry, "user_id")?,
            organization_id: id(entry, "organization_id")?,
            email_domain: optional_text(expected, "email_domain"),
            external_id: optional_text(expected, "organization_external_id"),
            is_multiple_allowed: has("several_organizations_are_allowed"),
            must_share_nothing: has("organization_shares_nothing"),
        },
        Repair::MoveUserToOrg => Task::Move {
            user_id: id(entry, "user_id")?,
            organization_id: id(entry, "organization_id")?,
            membership_id: id(entry, "membership_id")?,
            default_organization_id: match &expected["default_organization_id"] {
                Value::Null => None,
                _ => Some(id(expected, "default_organization_id")?),
            },
        },
    };
    Ok(Action {
        action_id: text(entry, "action_id")?,
        issue_key: text(entry, "issue_key")?,
        account_id: text(entry, "account_id")?,
        depends_on: texts(entry, "depends_on")?,
        task,
        preconditions,
    })
}

fn preconditions(entry: &Value) -> Result<Vec<(String, bool)>, ApplyError> {
    let list = entry["preconditions"].as_array().ok_or(ApplyError::NotAPlan("preconditions"))?;
    list.iter()
        .map(|one| {
            let is_live = one["is_live"].as_bool().ok_or(ApplyError::NotAPlan("is_live"))?;
            Ok((text(one, "check")?, is_live))
        })
        .collect()
}

/// The forms of the account id that `external_id_is_unused` names.
fn forms(entry: &Value) -> Result<Vec<String>, ApplyError> {
    let list = entry["preconditions"].as_array().ok_or(ApplyError::NotAPlan("preconditions"))?;
    let unused = list.iter().find(|one| one["check"] == "external_id_is_unused");
    texts(unused.ok_or(ApplyError::NotAPlan("external_id_is_unused"))?, "external_ids")
}

fn text(value: &Value, name: &'static str) -> Result<String, ApplyError> {
    value[name].as_str().map(str::to_owned).ok_or(ApplyError::NotAPlan(name))
}

fn optional_text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

fn texts(value: &Value, name: &'static str) -> Result<Vec<String>, ApplyError> {
    let list = value[name].as_array().ok_or(ApplyError::NotAPlan(name))?;
    list.iter().map(|one| one.as_str().map(str::to_owned).ok_or(ApplyError::NotAPlan(name))).collect()
}

fn id(value: &Value, name: &'static str) -> Result<i64, ApplyError> {
    value[name].as_str().and_then(|text| text.parse().ok()).ok_or(ApplyError::NotAPlan(name))
}
