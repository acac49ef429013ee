//! Which codes are evaluated, and why not.
//!
//! Decisions that the text leaves open:
//!
//! - Which collections a code needs: those of the records that its condition names. Account and organization codes, and
//!   hygiene of organizations, need the organizations; the user codes also users, and memberships where the condition
//!   speaks of a membership; the ticket codes organizations, users and tickets. What a refusal or an advice looks at
//!   besides does not decide whether the code is evaluated.
//! - "The domain codes" of `no_domains` are the two organization codes; hygiene stays evaluated. An unread account's
//!   domains do not count there: without a domain of an account that was read, nothing could be raised.
//! - `orphan_org` is not evaluated if any of the four collections was read by `--parts append`.
//! - A code may have several reasons; whichever of them is shown is right.

use std::collections::BTreeSet;

use super::names::{Code, FindingClass, NotEvaluated};
use super::sets::Sets;
use super::world::{Collection, World};

use Collection::{Memberships, Organizations, Tickets, Users};

/// Why a code is not evaluated, all reasons that hold; none: it is evaluated.
pub(crate) fn reasons(sets: &Sets, code: &str) -> BTreeSet<NotEvaluated> {
    let world = sets.world;
    let mut reasons = BTreeSet::new();
    if world.settings.rules_off.contains(&code) {
        reasons.insert(NotEvaluated::SwitchedOff);
    }
    for collection in needs(code) {
        if world.reading.skipped.contains(collection) {
            reasons.insert(NotEvaluated::Skipped);
        } else if is_key_absent(world, *collection) {
            reasons.insert(NotEvaluated::FieldAbsent);
        }
    }
    let has_domains = sets.accounts().any(|a| sets.is_read(a) && !sets.x(a).is_empty());
    if needs_domains(code) && !has_domains {
        reasons.insert(NotEvaluated::NoDomains);
    }
    if code == FindingClass::OrphanOrg.name() {
        if !world.nameless.is_empty() {
            reasons.insert(NotEvaluated::RowsUnread);
        }
        if !world.reading.appended.is_empty() {
            reasons.insert(NotEvaluated::Append);
        }
    }
    reasons
}

/// Was the collection read to its end, and does it hold all that it has?
pub(crate) fn is_complete(world: &World, collection: Collection) -> bool {
    !world.reading.skipped.contains(&collection)
        && !world.reading.appended.contains(&collection)
        && !is_key_absent(world, collection)
}

/// The codes of the model: the twelve, and the five of hygiene.
pub(crate) fn all_codes() -> impl Iterator<Item = &'static str> {
    let hygiene = FindingClass::ALL.iter().filter(|class| class.is_hygiene());
    Code::ALL.iter().map(|code| code.name()).chain(hygiene.map(|class| class.name()))
}

fn needs(code: &str) -> &'static [Collection] {
    match code {
        "user_missing_expected_membership" | "user_default_org_not_expected" | "email_domain_outside_org" => {
            &[Organizations, Users, Memberships]
        }
        "user_resolution_blocked_duplicate_external_id" | "user_domain_ambiguous" => &[Organizations, Users],
        "ticket_org_mismatch" | "ticket_missing_org" => &[Organizations, Users, Tickets],
        _ => &[Organizations],
    }
}

fn needs_domains(code: &str) -> bool {
    matches!(code, "org_missing_expected_domain" | "org_domain_attached_elsewhere")
        || code.starts_with("user_")
        || code.starts_with("ticket_")
}

/// Does no record of the collection have one of its deciding keys, though there are records?
fn is_key_absent(world: &World, collection: Collection) -> bool {
    let is_missing = |key: &'static str, records: &[&Vec<&'static str>]| {
        !records.is_empty() && records.iter().all(|absent| !world.has(collection, absent, key))
    };
    let any = |keys: &[&'static str], records: &[&Vec<&'static str>]| {
        keys.iter().any(|key| is_missing(key, records))
    };
    match collection {
        Organizations => {
            let records: Vec<_> = world.organizations.iter().map(|record| &record.absent).collect();
            any(&["domain_names", "shared_tickets", "shared_comments"], &records)
                || is_organization_key_absent(world, &records)
        }
        Users => {
            let records: Vec<_> = world.users.iter().map(|record| &record.absent).collect();
            any(&["email", "role", "verified", "active", "suspended", "organization_id"], &records)
        }
        Memberships => {
            let lacks_nothing = Vec::new();
            let records = vec![&lacks_nothing; world.memberships.len()];
            any(&["user_id", "organization_id", "default"], &records)
        }
        Tickets => {
            let records: Vec<_> = world.tickets.iter().map(|record| &record.absent).collect();
            any(&["requester_id", "organization_id", "status"], &records)
        }
    }
}

/// The same of `external_id`, or of the field that stands for it.
fn is_organization_key_absent(world: &World, records: &[&Vec<&'static str>]) -> bool {
    let Some(field) = world.settings.account_id_field else {
        let has = |absent: &&Vec<_>| world.has(Organizations, absent, "external_id");
        return !records.is_empty() && !records.iter().any(has);
    };
    let has_field = |organization: &super::world::Organization| {
        world.has(Organizations, &organization.absent, "organization_fields")
            && organization.fields.iter().any(|(name, _)| *name == field)
    };
    !records.is_empty() && !world.organizations.iter().any(has_field)
}
