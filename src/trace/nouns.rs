//! The record of a trace and what surrounds it, noun by noun.

use serde::Serialize;

use super::{
    Ground, TraceError,
    accounts::{TracedAccount, accounts},
    candidates::Candidate,
    find::Found,
    place::{Eligibility, Place, TicketLimits, eligibility, place_of_ticket, place_of_user},
};
use crate::{
    model::{LinkState, MatchRule},
    warehouse::{
        Filter, Value, WarehouseError,
        nouns::{EXCEPTIONS, FilterName},
        trace::{
            Activity, DecidedPlace, HeldDomain, Kind, Membership, OrganizationRecord, PlaceContext, Placed,
            RecentTicket, Subject, TicketRecord, UserRecord,
        },
    },
};

/// A record with its address in Zendesk.
#[derive(Debug, Clone, Serialize)]
pub struct RecordOf<T> {
    /// The record.
    #[serde(flatten)]
    pub record: T,
    /// Where it is in Zendesk, if the subdomain is known.
    pub url: Option<String>,
}

/// An account that points to an organization.
#[derive(Debug, Clone, Serialize)]
pub struct Pointer {
    /// The account.
    pub account_id: String,
    /// Its name.
    pub account_name: String,
    /// The rules by which it does.
    pub rules: Vec<MatchRule>,
    /// The state of its link.
    pub link_state: LinkState,
    /// Whether it resolves to this organization.
    pub is_linked_here: bool,
}

/// What there is besides the accounts, the issues and the plans.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Details {
    /// Of an account, which is the one of [`super::Trace::accounts`].
    Account {
        /// Its id.
        account_id: String,
        /// Its row in the triage file: columns and values.
        triage: Option<serde_json::Map<String, serde_json::Value>>,
        /// The organizations that may be its own, unless it is linked.
        candidates: Vec<Candidate>,
    },
    /// Of an organization.
    Organization {
        /// The record.
        organization: RecordOf<OrganizationRecord>,
        /// Its domains.
        domains: Vec<HeldDomain>,
        /// The accounts that point to it.
        pointers: Vec<Pointer>,
        /// How much hangs on it.
        #[serde(flatten)]
        activity: Activity,
    },
    /// Of a user.
    User {
        /// The record.
        user: RecordOf<UserRecord>,
        /// Whether it says anything about a customer.
        eligibility: Eligibility,
        /// Where it belongs.
        place: Place,
        /// Where it is.
        memberships: Vec<Membership>,
        /// What it asked last.
        recent_tickets: Vec<RecentTicket>,
    },
    /// Of a ticket.
    Ticket {
        /// The record.
        ticket: RecordOf<TicketRecord>,
        /// Who asked.
        requester: Option<RecordOf<UserRecord>>,
        /// Whether the requester says anything about a customer.
        eligibility: Option<Eligibility>,
        /// Where the ticket belongs.
        place: Place,
    },
}

pub(super) fn details(
    ground: &Ground<'_>,
    found: &Found,
) -> Result<(Details, Vec<TracedAccount>), TraceError> {
    let as_of = found.presence.shown_as_of_snapshot_id;
    Ok(match &found.subject {
        Subject::Account(id) => account(ground, id, as_of)?,
        Subject::Organization(id) => organization(ground, *id, as_of)?,
        Subject::User(id) => user(ground, *id, as_of)?,
        Subject::Ticket(id) => ticket(ground, *id, as_of)?,
    })
}

fn account(
    ground: &Ground<'_>,
    id: &str,
    as_of: i64,
) -> Result<(Details, Vec<TracedAccount>), WarehouseError> {
    let accounts = accounts(ground, &[id.to_owned()], Some(as_of))?;
    let filter = |name, value| EXCEPTIONS.condition(name).map(|condition| Filter { condition, value });
    let filters: Vec<Filter> = [
        filter(FilterName::Run, Value::Integer(ground.run.run_id)),
        filter(FilterName::Account, Value::Text(id.to_owned())),
    ]
    .into_iter()
    .flatten()
    .collect();
    let rows = ground.warehouse.rows(EXCEPTIONS.select, &filters, EXCEPTIONS.order_by, None)?;
    let columns = rows.columns().to_vec();
    let triage = rows.collect()?.into_iter().next().map(|row| {
        let values = row.into_iter().map(|value| match value {
            Value::Null => serde_json::Value::Null,
            Value::Integer(integer) => integer.into(),
            Value::Real(real) => real.into(),
            Value::Text(text) => text.into(),
        });
        columns.into_iter().zip(values).collect()
    });
    Ok((Details::Account { account_id: id.to_owned(), triage, candidates: Vec::new() }, accounts))
}

fn organization(
    ground: &Ground<'_>,
    id: i64,
    as_of: i64,
) -> Result<(Details, Vec<TracedAccount>), WarehouseError> {
    let warehouse = ground.warehouse;
    let (salesforce, _) = ground.at();
    let mut domains = warehouse.held_domains(id, as_of)?;
    let usable: Vec<i64> =
        domains.iter().filter(|domain| !domain.is_personal).map(|domain| domain.domain_id).collect();
    let mut owners = warehouse.domain_owners(&usable, salesforce)?;
    for domain in &mut domains {
        domain.owner_account_ids = owners.remove(&domain.domain_id).unwrap_or_default();
    }
    let related = warehouse.related_accounts(id, (salesforce, as_of), ground.run.run_id)?;
    let accounts = accounts(ground, &related, None)?;
    let pointers = accounts
        .iter()
        .map(|account| Pointer {
            account_id: account.record.account_id.clone(),
            account_name: account.record.account_name.clone(),
            rules: account
                .explanation
                .rules
                .iter()
                .filter(|rule| rule.organizations.iter().any(|named| named.organization_id == id))
                .map(|rule| rule.rule)
                .collect(),
            link_state: account.link_state(),
            is_linked_here: account.organization_id() == Some(id),
        })
        .collect();
    let record = warehouse
        .organizations(&[id], as_of)?
        .remove(&id)
        .expect("an organization with a version has a record then");
    let organization = RecordOf { record, url: ground.url(Kind::Organization, id) };
    let activity = warehouse.activity(id, as_of)?;
    Ok((Details::Organization { organization, domains, pointers, activity }, accounts))
}

/// The accounts that expect a record's domain, and where the record belongs by what the audit's texts say.
fn placed(
    ground: &Ground<'_>,
    record: Placed,
    domain_id: Option<i64>,
    as_of: i64,
) -> Result<(Vec<TracedAccount>, DecidedPlace), WarehouseError> {
    let (salesforce, _) = ground.at();
    let mut owners = match domain_id {
        Some(domain_id) => {
            let ids = ground.warehouse.domain_owners(&[domain_id], salesforce)?.remove(&domain_id);
            accounts(ground, &ids.unwrap_or_default(), None)?
        }
        None => Vec::new(),
    };
    let links: Vec<_> = owners.iter().map(TracedAccount::counted_link).collect();
    let context = PlaceContext {
        salesforce_snapshot_id: salesforce,
        zendesk_snapshot_id: as_of,
        domain_id,
        closed_cutoff: ground.closed_cutoff.as_deref(),
        bound_since: ground.tickets_since(),
    };
    let decided = ground.warehouse.decided_place(record, &links, context)?;
    owners.retain(|account| domain_id.is_some_and(|domain_id| account.expects(domain_id)));
    Ok((owners, decided))
}

fn user(ground: &Ground<'_>, id: i64, as_of: i64) -> Result<(Details, Vec<TracedAccount>), WarehouseError> {
    let warehouse = ground.warehouse;
    let record = warehouse.users(&[id], as_of)?.pop().expect("a user with a version has a record then");
    let (accounts, decided) = placed(ground, Placed::User(id), record.email_domain_id, as_of)?;
    let eligibility = eligibility(&record, decided.is_eligible);
    let details = Details::User {
        place: place_of_user(&record, &eligibility, &decided),
        eligibility,
        memberships: warehouse.memberships(id, as_of)?,
        recent_tickets: warehouse.recent_tickets(id, as_of)?,
        user: RecordOf { record, url: ground.url(Kind::User, id) },
    };
    Ok((details, accounts))
}

fn ticket(ground: &Ground<'_>, id: i64, as_of: i64) -> Result<(Details, Vec<TracedAccount>), WarehouseError> {
    let warehouse = ground.warehouse;
    let record = warehouse.ticket(id, as_of)?.expect("a ticket with a version has a record then");
    let requester = match record.requester_id {
        Some(requester) => warehouse.users(&[requester], as_of)?.pop(),
        None => None,
    };
    let domain_id = record.requester_domain_id.or(requester.as_ref().and_then(|user| user.email_domain_id));
    let (accounts, decided) = placed(ground, Placed::Ticket(id, record.requester_id), domain_id, as_of)?;
    let eligibility = requester.as_ref().map(|user| eligibility(user, decided.is_eligible));
    let limits =
        TicketLimits { closed_cutoff: ground.closed_cutoff.as_deref(), bound_since: ground.tickets_since() };
    let place = place_of_ticket(&record, eligibility.as_ref(), &decided, limits);
    let requester = requester.map(|record| RecordOf { url: ground.url(Kind::User, record.user_id), record });
    let ticket = RecordOf { record, url: ground.url(Kind::Ticket, id) };
    Ok((Details::Ticket { ticket, requester, eligibility, place }, accounts))
}
