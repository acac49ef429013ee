//! What goes wrong in generated worlds beside the drift: rows and keys that are not read, accounts that were merged,
//! collections that are not whole; and the settings that people make.

use super::expect::expect;
use super::generate::personal_domains;
use super::names::{Action, Code, FindingClass, Reason};
use super::normalize::with_check;
use super::random::Random;
use super::world::{Account, Claims, Collection, Merged, Nameless, Trouble, World};

/// Keys that single records may lack.
const ORGANIZATION_KEYS: [&str; 8] = [
    "external_id",
    "domain_names",
    "shared_tickets",
    "shared_comments",
    "shared_comments",
    "organization_fields",
    "organization_fields",
    "organization_fields",
];
const USER_KEYS: [&str; 15] = [
    "email",
    "role",
    "verified",
    "active",
    "suspended",
    "organization_id",
    "shared",
    "shared",
    "shared",
    "shared",
    "ticket_restriction",
    "ticket_restriction",
    "ticket_restriction",
    "shared",
    "shared",
];
const TICKET_KEYS: [&str; 3] = ["requester_id", "organization_id", "status"];

/// Keys that a whole collection may lack.
const ABSENT_EVERYWHERE: [(Collection, &str); 7] = [
    (Collection::Organizations, "shared_comments"),
    (Collection::Users, "role"),
    (Collection::Users, "verified"),
    (Collection::Users, "ticket_restriction"),
    (Collection::Memberships, "default"),
    (Collection::Tickets, "organization_id"),
    (Collection::Organizations, "external_id"),
];

/// Lets some of it happen to the world.
pub(crate) fn mishaps(world: &mut World, random: &mut Random) {
    if random.chance(12) {
        merge_accounts(world, random);
    }
    if random.chance(15) {
        lose_rows(world, random);
    }
    if random.chance(8) {
        lose_ids(world, random);
    }
    if random.chance(8) {
        keep_keys_in_a_field(world, random);
    }
    if random.chance(4) {
        world.accounts.iter_mut().for_each(|account| account.domains.clear());
    }
    if random.chance(52) {
        lose_keys(world, random);
    }
    if random.chance(12) {
        break_collections(world, random);
    }
    change_settings(world, random);
}

/// A person accepts the risk of some issues.
pub(crate) fn accept_risks(world: &mut World, random: &mut Random) {
    if !random.chance(50) {
        return;
    }
    for issue in expect(world, &personal_domains()).issues {
        let is_risk = matches!(
            issue.blocked_reason,
            Some(Reason::UserBelongsToOtherAccount | Reason::UserEmailUnverified)
        );
        if is_risk && random.chance(70) {
            world.settings.accepted_risks.insert(issue.issue_key);
        }
    }
}

/// One account or two were merged into others; organizations carry the old ids, in the key or in a field.
fn merge_accounts(world: &mut World, random: &mut Random) {
    for _ in 0..=random.below(2) {
        let loser = with_check(&("001".to_owned() + &random.text(12)));
        let master = match world.merged.last() {
            Some(earlier) if random.chance(30) => earlier.id.clone(),
            _ => random.pick(&world.accounts).id.clone(),
        };
        let place = random.below(world.organizations.len());
        let organization = &mut world.organizations[place];
        if random.chance(60) {
            organization.external_id = Some(loser.clone());
        } else {
            organization.fields = vec![("salesforce_id", Some(loser.clone()))];
        }
        world.merged.push(Merged { id: loser, master });
    }
}

/// The rows of some accounts cannot be used; the first one can.
fn lose_rows(world: &mut World, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let other = claims_of(random.pick(&world.accounts), random);
        let place = 1 + random.below(world.accounts.len() - 1);
        let account = &mut world.accounts[place];
        account.trouble = Some(match random.below(5) {
            0 | 1 => Trouble::BadFlag,
            2 => Trouble::Short { has_earlier: true },
            3 => Trouble::Short { has_earlier: false },
            _ => Trouble::Differing(Claims { name: format!("{} Ltd", account.name), ..other }),
        });
    }
}

/// The ids of some rows cannot be read.
fn lose_ids(world: &mut World, random: &mut Random) {
    for number in 0..=random.below(2) {
        let claims = claims_of(random.pick(&world.accounts), random);
        world.nameless.push(Nameless { id_cell: format!("acct-{number}"), claims });
    }
}

/// Some of what an account claims, for somebody else.
fn claims_of(account: &Account, random: &mut Random) -> Claims {
    let mut domains = account.domains.clone();
    domains.retain(|_| random.chance(70));
    let stored = account.stored_organization.clone();
    Claims { name: account.name.clone(), domains, stored_organization: stored.filter(|_| random.chance(40)) }
}

/// The account ids stand in a field; `external_id` holds what another system says.
fn keep_keys_in_a_field(world: &mut World, random: &mut Random) {
    world.settings.account_id_field = Some("crm_id");
    for organization in &mut world.organizations {
        let key = organization.external_id.take();
        if random.chance(95) {
            organization.fields.push(("crm_id", key));
        }
        organization.external_id = match random.below(10) {
            0 => Some(random.pick(&world.accounts).id.clone()),
            1..=4 => Some(format!("ERP-{}", organization.id)),
            _ => None,
        };
    }
    // No two organizations have one raw external id.
    for place in 1..world.organizations.len() {
        let (before, rest) = world.organizations.split_at_mut(place);
        if before.iter().any(|other| other.external_id == rest[0].external_id) {
            rest[0].external_id = None;
        }
    }
}

fn lose_keys(world: &mut World, random: &mut Random) {
    let often = *random.pick(&[15, 40, 60]);
    for organization in &mut world.organizations {
        if random.chance(often) {
            organization.absent = vec![random.pick_text(&ORGANIZATION_KEYS)];
        }
    }
    for user in &mut world.users {
        if random.chance(often) {
            user.absent = vec![random.pick_text(&USER_KEYS)];
        }
    }
    for ticket in &mut world.tickets {
        if random.chance(often) {
            ticket.absent = vec![random.pick_text(&TICKET_KEYS)];
        }
    }
}

fn break_collections(world: &mut World, random: &mut Random) {
    use Collection::{Memberships, Organizations, Tickets, Users};
    let what = random.below(3);
    if what == 0 {
        world.reading.absent.push(*random.pick(&ABSENT_EVERYWHERE));
    } else if what == 1 {
        world.reading.skipped.insert(*random.pick(&[Users, Memberships, Tickets]));
    } else {
        let appended = *random.pick(&[Organizations, Users, Memberships, Tickets]);
        world.reading.appended.insert(appended);
    }
}

fn change_settings(world: &mut World, random: &mut Random) {
    if random.chance(8) {
        let code = random.pick(Code::ALL).name();
        let hygiene: Vec<_> = FindingClass::ALL.iter().filter(|class| class.is_hygiene()).collect();
        let class = random.pick(&hygiene).name();
        world.settings.rules_off = if random.chance(70) { vec![code] } else { vec![code, class] };
    }
    if random.chance(25) {
        let actions: Vec<_> = Action::ALL.iter().filter(|_| random.chance(70)).copied().collect();
        world.settings.repairs_off = actions;
    }
    world.settings.trust_stored_ids = random.chance(12);
    if random.chance(15) {
        world.settings.ignore_fields = vec!["reseller_id"];
    }
}
