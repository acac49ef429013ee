//! The links of some accounts, worked out again by the texts of the audit.
//!
//! The texts of links are the only definition of what an account resolves to, and their tables hold the newest run only.
//! A trace is about any run, so the texts run again, over temporary tables under the names of those that they read:
//! these hold the accounts and organizations that have to do with the accounts in question, and hide the other.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;

use super::{
    Warehouse, WarehouseError, list,
    scratch::{self, make},
    text,
};
use crate::{
    model::{LinkState, MatchRule},
    warehouse::closed::{closed, closed_or_null},
};

/// What the accounts around have to be known for, each worked out from those before it.
const OF_ALL: [&str; 5] =
    ["link_known_account", "link_expected_domain", "link_domain_owner", "link_domain_holder", "link_claim"];

/// What is worked out for the accounts in question alone.
const OF_ASKED: [&str; 2] = ["link_candidate", "link_account"];

/// What the audit's texts say of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedLink {
    /// The state.
    pub link_state: LinkState,
    /// The organization, if there is one.
    pub organization_id: Option<i64>,
    /// The rule that gave it.
    pub match_rule: Option<MatchRule>,
    /// The organizations that remain where domains alone are asked, in the order of their ids.
    pub kept_ids: Vec<i64>,
}

/// The accounts in question, with what has to do with them.
pub(super) struct Near<'n> {
    pub(super) asked: &'n [String],
    pub(super) accounts: BTreeSet<&'n str>,
    pub(super) organizations: &'n [i64],
    /// The snapshots of Salesforce and of Zendesk.
    pub(super) at: (i64, i64),
}

impl Warehouse {
    /// Returns the links of the accounts in question, by account.
    pub(super) fn decided_links(
        &self,
        near: &Near<'_>,
    ) -> Result<HashMap<String, DecidedLink>, WarehouseError> {
        scratch::with_scratch(self, |connection| decide(connection, near))
    }
}

fn decide(connection: &Connection, near: &Near<'_>) -> Result<HashMap<String, DecidedLink>, WarehouseError> {
    connection.execute_batch(
        "create temp table _run_context (
           salesforce_snapshot_id integer not null, zendesk_snapshot_id integer not null) strict;
         create temp table asked_account (account_id text primary key) strict, without rowid;
         create temp table near_account (account_id text primary key) strict, without rowid;
         create temp table near_organization (organization_id integer primary key) strict;",
    )?;
    connection.execute("insert into temp._run_context values (?1, ?2)", near.at)?;
    for (table, ids) in [
        ("asked_account", list(near.asked)),
        ("near_account", list(&near.accounts.iter().collect::<Vec<_>>())),
        ("near_organization", list(near.organizations)),
    ] {
        connection
            .execute(&format!("insert or ignore into temp.{table} select value from json_each(?1)"), [ids])?;
    }
    connection.execute_batch(text("narrow"))?;
    for view in OF_ALL {
        make(connection, view)?;
    }
    connection.execute(
        "delete from temp._link_known_account where account_id not in (select account_id from temp.asked_account)",
        [],
    )?;
    for view in OF_ASKED {
        make(connection, view)?;
    }
    let mut kept: HashMap<String, Vec<i64>> = HashMap::new();
    let mut statement = connection.prepare(
        "select account_id, organization_id from temp._link_candidate where is_kept = 1 order by organization_id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        kept.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    let mut statement = connection
        .prepare("select account_id, link_state, organization_id, match_rule from temp._link_account")?;
    let links = statement
        .query_map([], |row| {
            let account_id: String = row.get(0)?;
            let link = DecidedLink {
                link_state: closed(row, 1, LinkState::from_text)?,
                organization_id: row.get(2)?,
                match_rule: closed_or_null(row, 3, MatchRule::from_text)?,
                kept_ids: kept.remove(&account_id).unwrap_or_default(),
            };
            Ok((account_id, link))
        })?
        .collect::<Result<_, _>>()?;
    Ok(links)
}
