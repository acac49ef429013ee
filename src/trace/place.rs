//! Where a user or a ticket belongs: what the audit's texts decided, in words.
//!
//! Nothing here decides. Where nothing is expected of a record, the first reason that the record itself gives is told.

use serde::Serialize;

use super::words;
use crate::{
    model::{LinkState, PlaceVerdict, TicketStatus, UserRole},
    warehouse::trace::{DecidedOwner, DecidedPlace, TicketRecord, UserRecord},
};

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

/// Says why a user is eligible or not.
pub fn eligibility(user: &UserRecord, is_eligible: bool) -> Eligibility {
    let mut obstacles = Vec::new();
    let mut texts = Vec::new();
    let mut no = |code, text: String| {
        obstacles.push(code);
        texts.push(text);
    };
    if !user.role.is(UserRole::EndUser) {
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

fn owner_sentence(domain: &str, owner: &DecidedOwner) -> String {
    format!("Only account {} expects {domain} (link: {}).", owner.account_id, owner.link_state.as_str())
}

/// Says where a user belongs.
pub fn place_of_user(user: &UserRecord, eligibility: &Eligibility, decided: &DecidedPlace) -> Place {
    let domain = user.email_domain.as_deref().unwrap_or_default();
    if !eligibility.is_eligible {
        return nowhere(PlaceVerdict::NotEligible, eligibility.why.clone());
    }
    let (mut why, places) = match decided.owners.as_slice() {
        [] => return nowhere(PlaceVerdict::NoOwner, format!("No account expects {domain}.")),
        [owner] => (vec![owner_sentence(domain, owner)], owner.organization_ids.clone()),
        several => {
            let places = several.iter().flat_map(|owner| owner.organization_ids.iter().copied()).collect();
            (vec![owners_sentence(domain, several)], places)
        }
    };
    let verdict = decided.verdict.unwrap_or(PlaceVerdict::NoOrganization);
    why.extend(match decided.owners.as_slice() {
        [owner] => user_sentences(verdict, owner, user.default_organization_id),
        _ => vec![shared_sentence(verdict, user.default_organization_id)],
    });
    Place { verdict, expected_organization_ids: places, is_outside_window: None, why }
}

fn owners_sentence(domain: &str, owners: &[DecidedOwner]) -> String {
    let ids: Vec<&str> = owners.iter().map(|owner| owner.account_id.as_str()).collect();
    format!("{} accounts expect {domain}: {}.", owners.len(), words::some(&ids))
}

/// Why a user of one account stands where it does.
fn user_sentences(verdict: PlaceVerdict, owner: &DecidedOwner, default: Option<i64>) -> Vec<String> {
    let Some(place) = owner.organization_ids.first().filter(|_| verdict != PlaceVerdict::NoOrganization)
    else {
        let why = "Without an organization to be relied upon nothing is expected of its users.";
        return vec![why.to_owned()];
    };
    if owner.link_state == LinkState::Duplicate {
        let mut why =
            vec![format!("Any of its organizations would do: {}.", words::some(&owner.organization_ids))];
        if verdict != PlaceVerdict::Expected {
            why.push(default.map_or_else(
                || "The user has no default organization.".to_owned(),
                |id| format!("The default organization is {id}."),
            ));
        }
        return why;
    }
    vec![match verdict {
        PlaceVerdict::MissingMembership => {
            format!("The user belongs to organization {place}, but is not a member of it.")
        }
        PlaceVerdict::DefaultNotExpected => format!(
            "The user is a member of organization {place}, but {}.",
            default.map_or_else(
                || "has no default organization".to_owned(),
                |id| format!("the default organization is {id}"),
            )
        ),
        _ => format!("The user is in organization {place} by default, as expected."),
    }]
}

/// Why a user whose domain several accounts expect stands where it does.
fn shared_sentence(verdict: PlaceVerdict, default: Option<i64>) -> String {
    match (verdict, default) {
        (PlaceVerdict::NoOrganization, _) => {
            "None of them has an organization to be relied upon, so nothing is expected.".to_owned()
        }
        (PlaceVerdict::Expected, Some(id)) => format!("The default organization {id} is one of theirs."),
        (_, Some(id)) => format!("The default organization is {id}, which is none of theirs."),
        (_, None) => "The user has no default organization.".to_owned(),
    }
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
    decided: &DecidedPlace,
    limits: TicketLimits<'_>,
) -> Place {
    let (Some(verdict), [owner]) = (decided.verdict, decided.owners.as_slice()) else {
        return nothing_expected(ticket, requester, &decided.owners, limits);
    };
    let domain = ticket.requester_domain.as_deref().unwrap_or_default();
    let place = owner.organization_ids.first().map(ToString::to_string).unwrap_or_default();
    let mut why = vec![owner_sentence(domain, owner)];
    why.push(match ticket.organization_id {
        Some(id) if verdict == PlaceVerdict::OtherOrganization => {
            format!("The ticket belongs to organization {place}, but is filed under {id}.")
        }
        None => format!("The ticket belongs to organization {place}, but has no organization."),
        Some(_) => format!("The ticket is filed under organization {place}, as expected."),
    });
    let cutoff = limits.closed_cutoff.filter(|_| decided.is_outside_window == Some(true));
    if let Some(cutoff) = cutoff.filter(|_| verdict != PlaceVerdict::Expected) {
        why.push(format!(
            "It is closed and was created before {cutoff}: outside the window, so it is ignored."
        ));
    }
    Place {
        verdict,
        expected_organization_ids: owner.organization_ids.clone(),
        is_outside_window: decided.is_outside_window,
        why,
    }
}

/// Why nothing is expected of a ticket: the first reason that holds.
///
/// The audit goes by the domain that was stored with the ticket, and so does this.
fn nothing_expected(
    ticket: &TicketRecord,
    requester: Option<&Eligibility>,
    owners: &[DecidedOwner],
    limits: TicketLimits<'_>,
) -> Place {
    if ticket.status.is(TicketStatus::Deleted) {
        return nowhere(PlaceVerdict::Deleted, "The ticket is deleted.".to_owned());
    }
    if let Some(since) = limits.bound_since.filter(|since| ticket.created_at.as_str() < *since) {
        return nowhere(
            PlaceVerdict::NotRead,
            format!("Only tickets created since {since} were read; this is how it was read last."),
        );
    }
    let obstacle = requester.filter(|row| !row.is_eligible);
    let of_requester = |row: &Eligibility| {
        nowhere(PlaceVerdict::NotEligible, format!("Of the requester: {}", lower_first(&row.why)))
    };
    let Some(domain) = &ticket.requester_domain else {
        return match (requester, obstacle) {
            (None, _) => nowhere(PlaceVerdict::NotEligible, "The requester is not known.".to_owned()),
            (_, Some(row)) => of_requester(row),
            _ => nowhere(
                PlaceVerdict::NotEligible,
                "When the ticket was read its requester was not an active, unsuspended end user.".to_owned(),
            ),
        };
    };
    match (owners, obstacle) {
        ([owner], _) => {
            let why = vec![
                owner_sentence(domain, owner),
                "Only the organization of a linked or contested account is expected of a ticket.".to_owned(),
            ];
            Place { why, ..nowhere(PlaceVerdict::NoOrganization, String::new()) }
        }
        ([], Some(row)) => of_requester(row),
        ([], None) => nowhere(PlaceVerdict::NoOwner, format!("No account expects the requester's {domain}.")),
        (several, _) => {
            let ids: Vec<&str> = several.iter().map(|owner| owner.account_id.as_str()).collect();
            let why = format!(
                "{} accounts expect the requester's {domain} ({}), so nothing is expected of the ticket.",
                several.len(),
                words::some(&ids)
            );
            nowhere(PlaceVerdict::DomainAmbiguous, why)
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
