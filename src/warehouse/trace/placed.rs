//! Where a user or a ticket belongs, worked out again by the texts of the audit.
//!
//! As with links, the texts run over temporary tables that hold the record, what it goes by, and the accounts that expect
//! its domain. The links of these are those of the run, which the caller gives. The record stands there once more
//! without any organization: what the audit would miss there is what is expected of it.

use rusqlite::{Connection, OptionalExtension, named_params};
use serde::Serialize;

use super::{
    Warehouse, WarehouseError, list,
    scratch::{self, make},
    text,
};
use crate::{
    model::{LinkState, PlaceVerdict},
    warehouse::closed::closed,
};

/// What is worked out of both kinds, each from those before it.
const OF_BOTH: [&str; 5] = [
    "link_known_account",
    "link_expected_domain",
    "link_domain_owner",
    "link_domain_expectation",
    "link_member",
];

/// The record whose place is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Placed {
    /// A user.
    User(i64),
    /// A ticket, with its requester.
    Ticket(i64, Option<i64>),
}

/// The link of an account that expects the record's domain, as it counts for the run.
#[derive(Debug, Clone, Serialize)]
pub struct CountedLink<'l> {
    /// The account.
    pub account_id: &'l str,
    /// The state.
    pub link_state: LinkState,
    /// The organization, if there is one.
    pub organization_id: Option<i64>,
    /// The organizations that carry its id.
    pub carrier_ids: &'l [i64],
}

/// As of what a place is asked for.
#[derive(Debug, Clone, Copy)]
pub struct PlaceContext<'c> {
    /// The run's snapshot of Salesforce.
    pub salesforce_snapshot_id: i64,
    /// The snapshot of Zendesk as of which the record is shown.
    pub zendesk_snapshot_id: i64,
    /// The number of the domain by which the record belongs to an account.
    pub domain_id: Option<i64>,
    /// Closed tickets created before it raise no issue.
    pub closed_cutoff: Option<&'c str>,
    /// Tickets created before it were not read.
    pub bound_since: Option<&'c str>,
}

/// An account that expects the record's domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedOwner {
    /// The account; one without a readable id is called as its line.
    pub account_id: String,
    /// The state of its link.
    pub link_state: LinkState,
    /// Where users of its domains are expected; several where any of them would do.
    pub organization_ids: Vec<i64>,
}

/// What the audit's texts say of a user or a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedPlace {
    /// Whether the user, or the requester, is eligible.
    pub is_eligible: bool,
    /// The accounts that expect its domain, in the order of their ids.
    pub owners: Vec<DecidedOwner>,
    /// Where it stands; none if nothing is expected of it.
    pub verdict: Option<PlaceVerdict>,
    /// Of a ticket: whether it is closed and too old to raise an issue.
    pub is_outside_window: Option<bool>,
}

impl Warehouse {
    /// Returns where a record belongs. The links are those of all accounts that expect its domain.
    pub fn decided_place(
        &self,
        placed: Placed,
        links: &[CountedLink<'_>],
        context: PlaceContext<'_>,
    ) -> Result<DecidedPlace, WarehouseError> {
        scratch::with_scratch(self, |connection| {
            prepare(connection, placed, links, context)?;
            decide(connection, placed)
        })
    }
}

fn prepare(
    connection: &Connection,
    placed: Placed,
    links: &[CountedLink<'_>],
    context: PlaceContext<'_>,
) -> Result<(), WarehouseError> {
    connection.execute_batch(
        "create temp table _run_context (
           salesforce_snapshot_id integer not null, zendesk_snapshot_id integer not null, closed_ticket_cutoff text,
           tickets_bound_since text) strict;
         create temp table asked (user_id integer, ticket_id integer, domain_id integer) strict;
         create temp table _link_account (
           account_id text primary key, link_state text not null, organization_id integer) strict, without rowid;
         create temp table _link_claim (
           account_id text not null, match_rule text not null, organization_id integer not null) strict;",
    )?;
    connection.execute(
        "insert into temp._run_context values (:salesforce, :zendesk, :cutoff, :since)",
        named_params! {
            ":salesforce": context.salesforce_snapshot_id,
            ":zendesk": context.zendesk_snapshot_id,
            ":cutoff": context.closed_cutoff,
            ":since": context.bound_since,
        },
    )?;
    let (user_id, ticket_id) = match placed {
        Placed::User(id) => (Some(id), None),
        Placed::Ticket(id, requester_id) => (requester_id, Some(id)),
    };
    connection.execute(
        "insert into temp.asked values (:user, :ticket, :domain)",
        named_params! { ":user": user_id, ":ticket": ticket_id, ":domain": context.domain_id },
    )?;
    let links = list(links);
    connection.execute(
        "insert into temp._link_account
         select value ->> 'account_id', value ->> 'link_state', value ->> 'organization_id' from json_each(?1)",
        [&links],
    )?;
    connection.execute(
        "insert into temp._link_claim
         select l.value ->> 'account_id', 'external_id', k.value
         from json_each(?1) as l cross join json_each(l.value, '$.carrier_ids') as k",
        [&links],
    )?;
    connection.execute_batch(text("narrow_place"))?;
    Ok(())
}

fn decide(connection: &Connection, placed: Placed) -> Result<DecidedPlace, WarehouseError> {
    for view in OF_BOTH {
        make(connection, view)?;
    }
    let (view, place) = match placed {
        Placed::User(_) => ("link_user_drift", "place_of_user"),
        Placed::Ticket(..) => ("link_ticket_drift", "place_of_ticket"),
    };
    make(connection, view)?;
    let mut owners: Vec<DecidedOwner> = Vec::new();
    let mut statement = connection.prepare(text("place_owners"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let account_id: String = row.get(0)?;
        if owners.last().is_none_or(|owner| owner.account_id != account_id) {
            let link_state = closed(row, 1, LinkState::from_text)?;
            owners.push(DecidedOwner { account_id, link_state, organization_ids: Vec::new() });
        }
        if let (Some(owner), Some(id)) = (owners.last_mut(), row.get(2)?) {
            owner.organization_ids.push(id);
        }
    }
    let place = connection
        .query_row(text(place), [], |row| Ok((closed(row, 0, PlaceVerdict::from_text)?, row.get(1)?)))
        .optional()?;
    let is_eligible = connection.query_row(
        "select coalesce(max(eligible_count), 0) > 0 from temp._link_member",
        [],
        |row| row.get(0),
    )?;
    Ok(DecidedPlace {
        is_eligible,
        owners,
        verdict: place.map(|(verdict, _)| verdict),
        is_outside_window: place.and_then(|(_, is_outside_window)| is_outside_window),
    })
}
