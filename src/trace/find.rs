//! From a key to a record. A key may be an address, so no error repeats one.

use super::{Ground, Presence, PresenceState, TraceError, near};
use crate::{
    identity::{AccountId, email_domain, trim_invisible},
    warehouse::{
        Warehouse, WarehouseError,
        trace::{Address, Kind, Subject},
    },
};

/// How many near matches are offered.
const OFFERED: usize = 5;

/// A key that names no record, or several. Messages hold ids and never an address.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not what a key of that kind looks like.
    #[error("{expected}")]
    Malformed {
        /// What a key looks like.
        expected: String,
        /// Ids that may be meant.
        near: Vec<String>,
    },
    /// No snapshot has it.
    #[error("no snapshot has {what}")]
    Unknown {
        /// What was looked for.
        what: String,
        /// Ids that may be meant.
        near: Vec<String>,
    },
    /// No snapshot has a user with the address.
    #[error("no snapshot has a user with that address")]
    UnknownAddress {
        /// Users of the same e-mail domain.
        same_domain: Vec<String>,
    },
    /// Several users have the address.
    #[error("{count} users have that address: {}", ids.join(", "))]
    Several {
        /// How many.
        count: usize,
        /// Their ids.
        ids: Vec<String>,
    },
    /// The account's row in the file could not be used, and none before it was.
    #[error("the row of account {account_id} in snapshot {snapshot_id} could not be used ({reason})")]
    Unread {
        /// The account.
        account_id: String,
        /// The snapshot.
        snapshot_id: i64,
        /// Line and reason.
        reason: String,
    },
}

/// A record that a key names.
pub(super) struct Found {
    pub(super) subject: Subject,
    pub(super) presence: Presence,
    /// What is to be said about the way from the key to it.
    pub(super) remark: Option<String>,
}

pub(super) fn find(ground: &Ground<'_>, kind: Kind, key: &str) -> Result<Found, TraceError> {
    let key = trim_invisible(key);
    match kind {
        Kind::Account => account(ground, key),
        Kind::User if key.contains('@') => by_address(ground, key),
        _ => by_number(ground, kind, key),
    }
}

/// Where the record is in time.
fn presence(ground: &Ground<'_>, kind: Kind, id: &str) -> Result<Option<Presence>, TraceError> {
    let at = ground.snapshot_of(kind).snapshot_id;
    let versions = ground.warehouse.record_versions(kind, id)?;
    let time = |id| ground.warehouse.snapshot_time(id);
    if versions.iter().any(|&(from, to)| from <= at && at < to) {
        return Ok(Some(Presence {
            state: PresenceState::Present,
            since_snapshot: None,
            shown_as_of_snapshot_id: at,
        }));
    }
    if let Some(end) = versions.iter().map(|&(_, to)| to).filter(|&to| to <= at).max() {
        return Ok(Some(Presence {
            state: PresenceState::Gone,
            since_snapshot: time(end)?,
            shown_as_of_snapshot_id: end - 1,
        }));
    }
    let Some(start) = versions.iter().map(|&(from, _)| from).min() else { return Ok(None) };
    Ok(Some(Presence {
        state: PresenceState::NotYet,
        since_snapshot: time(start)?,
        shown_as_of_snapshot_id: start,
    }))
}

fn by_number(ground: &Ground<'_>, kind: Kind, key: &str) -> Result<Found, TraceError> {
    let what = match kind {
        Kind::Organization => "organization",
        Kind::Ticket => "ticket",
        _ => "user",
    };
    let id = key.parse::<i64>().ok().filter(|&id| id > 0 && key.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(id) = id else {
        return Err(KeyError::Malformed {
            expected: match kind {
                Kind::User => "no user has that name, and it is neither an e-mail address nor a Zendesk id, a whole number".to_owned(),
                Kind::Ticket => "a ticket is named by its id, a whole number".to_owned(),
                _ => "no organization has that name, and it is not a Zendesk id, a whole number".to_owned(),
            },
            near: Vec::new(),
        }
        .into());
    };
    let subject = match kind {
        Kind::Organization => Subject::Organization(id),
        Kind::Ticket => Subject::Ticket(id),
        _ => Subject::User(id),
    };
    match presence(ground, kind, &id.to_string())? {
        Some(presence) => Ok(Found { subject, presence, remark: None }),
        None => Err(KeyError::Unknown {
            what: format!("{what} {id}"),
            near: near_ids(ground.warehouse, kind, &id.to_string())?,
        }
        .into()),
    }
}

fn offered(mut ids: Vec<String>) -> Vec<String> {
    ids.truncate(OFFERED);
    ids
}

fn account(ground: &Ground<'_>, key: &str) -> Result<Found, TraceError> {
    let warehouse = ground.warehouse;
    let parsed = match AccountId::parse(key) {
        Ok(parsed) => parsed.id,
        Err(problem) => {
            return Err(KeyError::Malformed {
                expected: format!(
                    "no account has that name, and it is not an account id such as 001ACME00400000YDA ({problem})"
                ),
                near: near_accounts(warehouse, key)?,
            }
            .into());
        }
    };
    let id = parsed.as_str();
    let snapshot_id = ground.salesforce.snapshot_id;
    if let Some(presence) = presence(ground, Kind::Account, id)? {
        let reason = warehouse.unread_reason(id, snapshot_id)?;
        let remark = reason.map(|reason| {
            format!("The row of the account could not be used ({reason}); what is shown is an earlier one.")
        });
        return Ok(Found { subject: Subject::Account(id.to_owned()), presence, remark });
    }
    if let Some(winner) = warehouse.merged_into(id, snapshot_id)?
        && let Some(presence) = presence(ground, Kind::Account, &winner)?
    {
        let remark = Some(format!("Account {id} was merged into {winner}, which is shown."));
        return Ok(Found { subject: Subject::Account(winner), presence, remark });
    }
    if let Some(reason) = warehouse.unread_reason(id, snapshot_id)? {
        return Err(KeyError::Unread { account_id: id.to_owned(), snapshot_id, reason }.into());
    }
    Err(KeyError::Unknown { what: format!("account {id}"), near: near_accounts(warehouse, id)? }.into())
}

/// The ids of records of a kind that are one slip away from an id that no snapshot has.
pub fn near_ids(warehouse: &Warehouse, kind: Kind, id: &str) -> Result<Vec<String>, WarehouseError> {
    match kind {
        Kind::Account => near_accounts(warehouse, id),
        _ => Ok(offered(warehouse.known_ids(kind, &near::numbers(id))?)),
    }
}

/// Accounts with the same 15 characters in another letter case, then those one slip away.
fn near_accounts(warehouse: &Warehouse, typed: &str) -> Result<Vec<String>, WarehouseError> {
    let is_like_an_id =
        matches!(typed.len(), 15 | 18) && typed.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_like_an_id {
        return Ok(Vec::new());
    }
    let mut ids = warehouse.accounts_like(&typed[..15])?;
    for id in warehouse.known_ids(Kind::Account, &near::accounts(typed))? {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(offered(ids))
}

/// Addresses are compared without case. Those of the run's snapshot come before those that users had.
fn by_address(ground: &Ground<'_>, key: &str) -> Result<Found, TraceError> {
    let domain = email_domain(key).ok().flatten();
    let addresses = ground.warehouse.addresses(domain.as_deref())?;
    let at = ground.zendesk.snapshot_id;
    let wanted = key.to_lowercase();
    let is_same = |row: &&Address| trim_invisible(&row.email).to_lowercase() == wanted;
    let is_now = |row: &&Address| row.valid_from <= at && at < row.valid_to;
    let ids = |rows: Vec<&Address>| {
        let mut ids: Vec<i64> = rows.into_iter().map(|row| row.user_id).collect();
        ids.dedup();
        ids
    };
    let now = ids(addresses.iter().filter(is_same).filter(is_now).collect());
    let ever = ids(addresses.iter().filter(is_same).collect());
    let (is_former, found) = if now.is_empty() { (true, ever) } else { (false, now) };
    match found.as_slice() {
        &[user_id] => {
            let presence = presence(ground, Kind::User, &user_id.to_string())?
                .expect("a user with an address has a version");
            let remark = (is_former && presence.is_present()).then(|| {
                format!(
                    "User {user_id} has that address in other snapshots, and another one in snapshot {at}."
                )
            });
            Ok(Found { subject: Subject::User(user_id), presence, remark })
        }
        [] => {
            // Without a domain nobody is near.
            let same_domain =
                domain.map(|_| ids(addresses.iter().filter(is_now).collect())).unwrap_or_default();
            Err(KeyError::UnknownAddress {
                same_domain: offered(same_domain.iter().map(ToString::to_string).collect()),
            }
            .into())
        }
        several => Err(KeyError::Several {
            count: several.len(),
            ids: several.iter().map(ToString::to_string).collect(),
        }
        .into()),
    }
}
