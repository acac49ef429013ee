//! Where a user or a ticket belongs: what decides it, in the order in which it is asked.

use serde::Serialize;

use super::words;
use crate::{
    model::{LinkState, PlaceVerdict},
    warehouse::trace::{Membership, TicketRecord, UserRecord},
};

/// An account that expects a domain, with its link.
#[derive(Debug, Clone, Serialize)]
pub struct Owner {
    /// The account.
    pub account_id: String,
    /// Its name.
    pub account_name: String,
    /// The state of its link.
    pub link_state: LinkState,
    /// The organization that it resolves to.
    pub organization_id: Option<i64>,
    /// The organizations that carry its id.
    pub carrier_organization_ids: Vec<i64>,
}

impl Owner {
    /// The organizations in which users of its domains are expected.
    fn places(&self) -> Vec<i64> {
        match self.link_state {
            LinkState::Linked | LinkState::Contested | LinkState::Candidate => {
                self.organization_id.into_iter().collect()
            }
            LinkState::Duplicate => self.carrier_organization_ids.clone(),
            LinkState::Conflict | LinkState::Ambiguous | LinkState::Missing | LinkState::Unread => Vec::new(),
        }
    }
}

/// Where a record belongs, and why.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// What was decided.
    pub verdict: PlaceVerdict,
    /// Where it is expected; several where any of them would do.
    pub expected_organization_ids: Vec<i64>,
    /// Whether it is a closed ticket that is too old to raise an issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_outside_window: Option<bool>,
    /// Why, in sentences.
    pub why: Vec<String>,
}

/// Whether a user speaks for a customer, and if not, why.
#[derive(Debug, Clone, Serialize)]
pub struct Eligibility {
    /// Whether it does.
    pub is_eligible: bool,
    /// Why it does not: codes.
    pub obstacles: Vec<&'static str>,
    /// In a sentence.
    pub why: String,
}

/// Says whether a user is eligible.
pub fn eligibility(user: &UserRecord) -> Eligibility {
    let mut obstacles = Vec::new();
    let mut texts = Vec::new();
    let mut no = |code, text: String| {
        obstacles.push(code);
        texts.push(text);
    };
    if user.role != "end-user" {
        no("role", format!("the role is {}, not end-user", user.role));
    }
    if !user.is_active {
        no("inactive", "the user is deleted (not active)".to_owned());
    }
    if user.is_suspended {
        no("suspended", "the user is suspended".to_owned());
    }
    match (&user.email, &user.email_domain) {
        (None, _) => no("no_email", "there is no e-mail address".to_owned()),
        (Some(_), Some(_)) if user.is_domain_personal => {
            no(
                "personal_domain",
                "the e-mail domain is one of personal addresses or of a platform".to_owned(),
            );
        }
        (Some(_), Some(_)) if user.is_domain_valid => {}
        (Some(_), _) => no("invalid_domain", "the e-mail domain is not a valid domain".to_owned()),
    }
    let is_eligible = obstacles.is_empty();
    let why = if is_eligible {
        "Eligible: an active, unsuspended end user whose e-mail domain can name a customer.".to_owned()
    } else {
        format!("Not eligible, so nothing is expected: {}.", texts.join("; "))
    };
    Eligibility { is_eligible, obstacles, why }
}

fn nowhere(verdict: PlaceVerdict, why: String) -> Place {
    Place { verdict, expected_organization_ids: Vec::new(), is_outside_window: None, why: vec![why] }
}

fn owner_sentence(domain: &str, owner: &Owner) -> String {
    format!("Only account {} expects {domain} (link: {}).", owner.account_id, owner.link_state.as_str())
}

/// Says where a user belongs.
pub fn place_of_user(
    user: &UserRecord,
    eligibility: &Eligibility,
    owners: &[Owner],
    memberships: &[Membership],
) -> Place {
    let domain = user.email_domain.as_deref().unwrap_or_default();
    let default = user.default_organization_id;
    if !eligibility.is_eligible {
        return nowhere(PlaceVerdict::NotEligible, eligibility.why.clone());
    }
    let owner = match owners {
        [] => return nowhere(PlaceVerdict::NoOwner, format!("No account expects {domain}.")),
        [owner] => owner,
        several => return place_among(domain, several, default),
    };
    let mut why = vec![owner_sentence(domain, owner)];
    let places = owner.places();
    let verdict = match (owner.link_state, places.as_slice()) {
        (_, []) => {
            why.push(
                "Without an organization to be relied upon nothing is expected of its users.".to_owned(),
            );
            PlaceVerdict::NoOrganization
        }
        (LinkState::Duplicate, _) => {
            why.push(format!("Any of its organizations would do: {}.", words::some(&places)));
            if default.is_some_and(|id| places.contains(&id)) {
                PlaceVerdict::Expected
            } else {
                why.push(default.map_or_else(
                    || "The user has no default organization.".to_owned(),
                    |id| format!("The default organization is {id}."),
                ));
                PlaceVerdict::BlockedDuplicate
            }
        }
        (_, &[place, ..]) if !memberships.iter().any(|row| row.organization_id == place) => {
            why.push(format!("The user belongs to organization {place}, but is not a member of it."));
            PlaceVerdict::MissingMembership
        }
        (_, &[place, ..]) if default != Some(place) => {
            why.push(format!(
                "The user is a member of organization {place}, but {}.",
                default.map_or_else(
                    || "has no default organization".to_owned(),
                    |id| format!("the default organization is {id}"),
                )
            ));
            PlaceVerdict::DefaultNotExpected
        }
        (_, &[place, ..]) => {
            why.push(format!("The user is in organization {place} by default, as expected."));
            PlaceVerdict::Expected
        }
    };
    Place { verdict, expected_organization_ids: places, is_outside_window: None, why }
}

/// The place of a user whose domain several accounts expect.
fn place_among(domain: &str, owners: &[Owner], default: Option<i64>) -> Place {
    let ids: Vec<&str> = owners.iter().map(|owner| owner.account_id.as_str()).collect();
    let mut why = vec![format!("{} accounts expect {domain}: {}.", owners.len(), words::some(&ids))];
    let places: Vec<i64> = owners.iter().flat_map(Owner::places).collect();
    let verdict = if places.is_empty() {
        why.push("None of them has an organization to be relied upon, so nothing is expected.".to_owned());
        PlaceVerdict::NoOrganization
    } else if let Some(id) = default.filter(|id| places.contains(id)) {
        why.push(format!("The default organization {id} is one of theirs."));
        PlaceVerdict::Expected
    } else {
        why.push(default.map_or_else(
            || "The user has no default organization.".to_owned(),
            |id| format!("The default organization is {id}, which is none of theirs."),
        ));
        PlaceVerdict::DomainAmbiguous
    };
    Place { verdict, expected_organization_ids: places, is_outside_window: None, why }
}

/// The limits of what a run says about tickets.
#[derive(Debug, Clone, Copy)]
pub struct TicketLimits<'a> {
    /// Closed tickets created before it raise no issue.
    pub closed_cutoff: Option<&'a str>,
    /// Tickets created before it were not read.
    pub bound_since: Option<&'a str>,
}

/// Says where a ticket belongs.
pub fn place_of_ticket(
    ticket: &TicketRecord,
    requester: Option<&Eligibility>,
    owners: &[Owner],
    limits: TicketLimits<'_>,
) -> Place {
    if ticket.status == "deleted" {
        return nowhere(PlaceVerdict::Deleted, "The ticket is deleted.".to_owned());
    }
    if let Some(since) = limits.bound_since.filter(|since| ticket.created_at.as_str() < *since) {
        return nowhere(
            PlaceVerdict::NotRead,
            format!("Only tickets created since {since} were read; this is how it was read last."),
        );
    }
    let (owner, domain) = match owner_of_ticket(ticket, requester, owners) {
        Ok(found) => found,
        Err(place) => return place,
    };
    let mut why = vec![owner_sentence(domain, owner)];
    let (LinkState::Linked | LinkState::Contested, Some(place)) = (owner.link_state, owner.organization_id)
    else {
        why.push(
            "Only the organization of a linked or contested account is expected of a ticket.".to_owned(),
        );
        return Place { why, ..nowhere(PlaceVerdict::NoOrganization, String::new()) };
    };
    let (verdict, sentence) = match ticket.organization_id {
        Some(id) if id == place => {
            (PlaceVerdict::Expected, format!("The ticket is filed under organization {place}, as expected."))
        }
        Some(id) => (
            PlaceVerdict::OtherOrganization,
            format!("The ticket belongs to organization {place}, but is filed under {id}."),
        ),
        None => (
            PlaceVerdict::WithoutOrganization,
            format!("The ticket belongs to organization {place}, but has no organization."),
        ),
    };
    why.push(sentence);
    let cutoff = limits.closed_cutoff.filter(|cutoff| ticket.created_at.as_str() < *cutoff);
    let cutoff = cutoff.filter(|_| ticket.status == "closed");
    if let Some(cutoff) = cutoff.filter(|_| verdict != PlaceVerdict::Expected) {
        why.push(format!(
            "It is closed and was created before {cutoff}: outside the window, so it is ignored."
        ));
    }
    Place { verdict, expected_organization_ids: vec![place], is_outside_window: Some(cutoff.is_some()), why }
}

/// The one account that expects the requester's domain, and that domain; else where that leaves the ticket.
///
/// The audit goes by the domain that was stored with the ticket, and so does this.
fn owner_of_ticket<'a>(
    ticket: &'a TicketRecord,
    requester: Option<&Eligibility>,
    owners: &'a [Owner],
) -> Result<(&'a Owner, &'a str), Place> {
    let obstacle = requester.filter(|row| !row.is_eligible);
    let of_requester = |row: &Eligibility| {
        nowhere(PlaceVerdict::NotEligible, format!("Of the requester: {}", lower_first(&row.why)))
    };
    let Some(domain) = &ticket.requester_domain else {
        return Err(match (requester, obstacle) {
            (None, _) => nowhere(PlaceVerdict::NotEligible, "The requester is not known.".to_owned()),
            (_, Some(row)) => of_requester(row),
            _ => nowhere(
                PlaceVerdict::NotEligible,
                "When the ticket was read its requester was not an active, unsuspended end user.".to_owned(),
            ),
        });
    };
    match (owners, obstacle) {
        ([owner], _) => Ok((owner, domain)),
        ([], Some(row)) => Err(of_requester(row)),
        ([], None) => {
            let why = format!("No account expects the requester's {domain}.");
            Err(nowhere(PlaceVerdict::NoOwner, why))
        }
        (several, _) => {
            let ids: Vec<&str> = several.iter().map(|owner| owner.account_id.as_str()).collect();
            let why = format!(
                "{} accounts expect the requester's {domain} ({}), so nothing is expected of the ticket.",
                several.len(),
                words::some(&ids)
            );
            Err(nowhere(PlaceVerdict::DomainAmbiguous, why))
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
