//! Does the generator reach every row of every table? And does the comparison see a difference?

use std::collections::{BTreeMap, HashSet};

use super::causes::causes;
use super::exceptions::exceptions;
use super::expect::{Expected, expect};
use super::findings::findings;
use super::generate::{generate, personal_domains};
use super::link::Link;
use super::names::SuggestedAction::{
    CheckTicketsThenRetire, CreateMissingOrg, FileTicketByHand, RelinkOrg,
    RepairMembershipThenReplayTicketAudit, RetireOrg, ServedByParent,
};
use super::names::{Action, CauseKind, Code, FindingClass, LinkState, NotEvaluated, Reason};
use super::names::{TriageStatus, Why};
use super::normalize::{canonical_id, with_check};
use super::refusal::TABLE;
use super::sets::Sets;
use super::world::{DAY, World};
use super::write::iso8601;

const WORLDS: u64 = 3_000;

/// How often each thing must happen in these worlds.
const ENOUGH: u64 = 50;

/// Prints its table with `cargo test coverage -- --nocapture`.
#[test]
fn generated_worlds_reach_every_row_of_the_tables() {
    let mut hits = wanted();
    for seed in 0..WORLDS {
        let world = generate(seed);
        for hit in hits_of(&world) {
            *hits.entry(hit).or_default() += 1;
        }
    }
    for (what, count) in &hits {
        println!("{count:>8}  {what}");
    }
    let rare: Vec<_> = wanted().into_keys().filter(|what| u64::from(hits[what]) < ENOUGH).collect();
    assert!(rare.is_empty(), "too rare in {WORLDS} worlds: {rare:#?}");
}

/// Everything that must be hit: every x of the refusal table but one. A user to be moved is an eligible member of o on
/// X(a), so that user corroborates a stored id.
fn wanted() -> BTreeMap<String, u32> {
    let mut wanted = Vec::new();
    wanted.extend(LinkState::ALL.iter().map(|state| format!("link: {}", state.name())));
    wanted.extend((1..=12).map(|row| format!("link table: row {row:02}")));
    for code in Code::ALL {
        match code {
            Code::OrgMissingExternalId | Code::OrgExternalIdConflict => {
                let cases = ["(i)", "(ii)", "(iii)"];
                wanted.extend(cases.map(|case| format!("code: {} {case}", code.name())));
            }
            _ => wanted.push(format!("code: {}", code.name())),
        }
    }
    for row in &TABLE {
        let is_reachable = |action: &&Action| {
            (row.reason, **action) != (Reason::StoredIdUncorroborated, Action::MoveUserToOrg)
        };
        for action in row.columns.iter().filter(is_reachable) {
            wanted.push(format!("refused: {}: {}", action.name(), row.reason.name()));
        }
    }
    wanted.extend(Action::ALL.iter().map(|action| format!("prepared: {}", action.name())));
    for reason in [Reason::DomainSharedByAccounts, Reason::DomainBelongsToOtherOrg] {
        let code = Code::OrgDomainAttachedElsewhere.name();
        wanted.push(format!("blocked: {code}: {}", reason.name()));
    }
    let advice = [
        ("account_missing_zendesk_org", RelinkOrg),
        ("account_missing_zendesk_org", ServedByParent),
        ("account_missing_zendesk_org", CreateMissingOrg),
        ("orphan_org", RelinkOrg),
        ("orphan_org", RetireOrg),
        ("orphan_org", CheckTicketsThenRetire),
        ("ticket_org_mismatch", RepairMembershipThenReplayTicketAudit),
        ("ticket_org_mismatch", FileTicketByHand),
        ("ticket_missing_org", RepairMembershipThenReplayTicketAudit),
        ("ticket_missing_org", FileTicketByHand),
    ];
    wanted.extend(advice.map(|(code, action)| format!("advice: {code}: {}", action.name())));
    // An organization that holds a domain of an account without K serves another account, so it is foreign to it.
    let near = Why::ALL.iter().filter(|why| **why != Why::Domain);
    wanted.extend(near.map(|why| format!("near: by {}", why.name())));
    wanted.extend(NotEvaluated::ALL.iter().map(|reason| format!("not evaluated: {}", reason.name())));
    wanted.extend(CauseKind::ALL.iter().map(|kind| format!("cause: {}", kind.name())));
    for reason in [Reason::UserBelongsToOtherAccount, Reason::UserEmailUnverified] {
        wanted.push(format!("accepted: {}", reason.name()));
    }
    wanted.extend(Code::ALL[10..].iter().map(|code| format!("outside window: {}", code.name())));
    wanted.extend(FindingClass::ALL.iter().map(|class| format!("finding: {}", class.name())));
    wanted.extend(TriageStatus::ALL.iter().map(|status| format!("triage: {}", status.name())));
    wanted.extend(["user", "ticket", "claim"].map(|text| format!("root: of a {text}")));
    wanted.extend(INPUTS.map(|text| format!("input: {text}")));
    wanted.into_iter().map(|what| (what, 0)).collect()
}

/// Awkward inputs that must occur, where they matter.
const INPUTS: [&str; 14] = [
    "K(a) is smaller than D(a)",
    "K(a) is empty, D(a) is not",
    "external id of 15 characters",
    "external id padded",
    "external id in one letter case",
    "external id of white space, linked",
    "stored id as 123.0 or 1.23E2",
    "two ids differ in case only",
    "ticket exactly at the edge of the window",
    "an account without an id that can be read owns the domain of a user of another account",
    "an unread account claims the organization of another",
    "a merged account's id is the key of an organization",
    "names agree though they are spelt differently",
    "a stored id cannot be read",
];

fn inputs_of(world: &World, personal: &HashSet<String>, expected: &Expected) -> Vec<&'static str> {
    let sets = Sets::new(world, personal);
    let mut inputs = Vec::new();
    for link in &expected.links {
        let a = &link.account_id;
        if link.table_row >= 9 && sets.k(a).len() < sets.d(a).len() {
            inputs.push(if sets.k(a).is_empty() { INPUTS[1] } else { INPUTS[0] });
        }
        for o in sets.e(a) {
            let raw = sets.organization(o).external_id.as_deref().unwrap_or_default();
            inputs.extend((raw.trim().len() == 15).then_some(INPUTS[2]));
            inputs.extend((raw.trim() != raw).then_some(INPUTS[3]));
            inputs.extend((raw.len() == 18 && raw != a).then_some(INPUTS[4]));
        }
        let is_text = |o| sets.organization(o).external_id.is_some() && sets.is_blank(o);
        inputs.extend(link.chosen().is_some_and(is_text).then_some(INPUTS[5]));
        let others = sets.others(a);
        let is_twin = |b: &str| b.get(..15).is_some_and(|b| b.eq_ignore_ascii_case(&a[..15]));
        inputs.extend(others.filter(|b| is_twin(b)).map(|_| INPUTS[7]));
    }
    for a in sets.all() {
        let is_claimed = |link: &Link| link.organization_id.is_some_and(|o| sets.stores(a, o));
        let claims_other = expected.links.iter().any(|link| link.account_id != a && is_claimed(link));
        inputs.extend((!sets.is_read(a) && claims_other).then_some(INPUTS[10]));
        inputs.extend((sets.is_read(a) && sets.claim(a).has_unreadable_stored_id).then_some(INPUTS[13]));
        let differs = |o| sets.has_name_of(o, a) && sets.organization(o).name != name_of(world, a);
        inputs.extend(sets.organizations().any(differs).then_some(INPUTS[12]));
    }
    for issue in &expected.issues {
        let domain = issue.email_domain.as_deref();
        let owners = domain.map(|d| sets.owners(d)).unwrap_or_default();
        inputs.extend(owners.iter().any(|b| b.starts_with("row")).then_some(INPUTS[9]));
    }
    let is_old = |raw: &str| world.merged.iter().any(|loser| loser.id == raw);
    let keys = sets.organizations().filter_map(|o| sets.organization(o).external_id.as_deref());
    inputs.extend(keys.filter(|raw| is_old(raw)).map(|_| INPUTS[11]));
    for account in &world.accounts {
        let cell = account.stored_organization.as_deref().unwrap_or_default();
        let is_kept = sets.s(&account.id).is_some();
        inputs.extend((is_kept && cell.contains('.')).then_some(INPUTS[6]));
    }
    let edge = world.ticket_window_days.map(|days| world.taken_at - days * DAY);
    for ticket in &world.tickets {
        let is_edge = ticket.status == "closed" && Some(ticket.created_at) == edge;
        inputs.extend(is_edge.then_some(INPUTS[8]));
    }
    inputs
}

fn name_of<'w>(world: &'w World, a: &str) -> &'w str {
    world.accounts.iter().find(|account| account.id == a).map_or("", |account| &account.name)
}

fn hits_of(world: &World) -> Vec<String> {
    let personal = personal_domains();
    let expected = expect(world, &personal);
    let mut hits = Vec::new();
    for link in &expected.links {
        hits.push(format!("link: {}", link.link_state.name()));
        hits.push(format!("link table: row {:02}", link.table_row));
    }
    for issue in &expected.issues {
        let code = issue.code.name();
        hits.push(format!("code: {code} {}", issue.case).trim_end().to_owned());
        match (issue.action, issue.blocked_reason) {
            (Some(action), Some(reason)) => {
                hits.push(format!("refused: {}: {}", action.name(), reason.name()));
            }
            (Some(action), None) => hits.push(format!("prepared: {}", action.name())),
            (None, Some(reason)) => hits.push(format!("blocked: {code}: {}", reason.name())),
            (None, None) => {}
        }
        hits.push(format!("advice: {code}: {}", issue.suggested_action.name()));
        hits.extend(
            issue.near.iter().flat_map(|(_, whys)| whys).map(|why| format!("near: by {}", why.name())),
        );
        hits.extend(issue.lifted.map(|reason| format!("accepted: {}", reason.name())));
        if issue.root_issue_key.is_some() {
            let kind = match issue.blocked_reason {
                Some(Reason::OrgClaimedByOtherAccount) => "claim",
                _ => issue.subject_kind.name(),
            };
            hits.push(format!("root: of a {kind}"));
        }
    }
    for (code, count) in &expected.outside_window {
        hits.extend((0..*count).map(|_| format!("outside window: {}", code.name())));
    }
    let inputs = inputs_of(world, &personal, &expected);
    hits.extend(inputs.iter().map(|text| format!("input: {text}")));
    for row in exceptions(&expected, world) {
        hits.push(format!("triage: {}", row.triage_status.name()));
    }
    let found = findings(&expected, world, &personal);
    for finding in &found {
        hits.push(format!("finding: {}", finding.class.name()));
        let suggested = finding.suggested_action.filter(|_| finding.class == FindingClass::OrphanOrg);
        hits.extend(suggested.map(|action| format!("advice: orphan_org: {}", action.name())));
    }
    let kinds = causes(&expected, &found, world).into_iter().map(|cause| cause.kind.name());
    hits.extend(kinds.map(|kind| format!("cause: {kind}")));
    let reasons = expected.coverage.values().flatten();
    hits.extend(reasons.map(|reason| format!("not evaluated: {}", reason.name())));
    hits
}

#[test]
fn generated_worlds_are_what_the_ingest_accepts() {
    for seed in 0..300 {
        let world = generate(seed);
        assert!((3..=9).contains(&world.accounts.len()), "seed {seed}");
        assert!((2..=10).contains(&world.organizations.len()), "seed {seed}");
        let ids: HashSet<_> = world.accounts.iter().map(|account| &account.id).collect();
        assert_eq!(ids.len(), world.accounts.len(), "seed {seed}");
        let ids: HashSet<_> = world.organizations.iter().map(|organization| organization.id).collect();
        assert_eq!(ids.len(), world.organizations.len(), "seed {seed}");
        assert!(world.accounts.iter().any(|account| account.trouble.is_none()), "seed {seed}");
        for account in &world.accounts {
            assert!(account.id.starts_with("001"), "seed {seed}");
            assert_eq!(canonical_id(&account.id_cell).as_ref(), Some(&account.id), "seed {seed}");
        }
    }
}

#[test]
fn issue_keys_are_unique_and_counts_add_up() {
    for seed in 0..WORLDS {
        let world = generate(seed);
        let expected = expect(&world, &personal_domains());
        let keys: HashSet<_> = expected.issues.iter().map(|issue| &issue.issue_key).collect();
        assert_eq!(keys.len(), expected.issues.len(), "seed {seed}");
        let rows = exceptions(&expected, &world);
        let total: i64 = rows.iter().map(|row| row.total_issue_count).sum();
        assert_eq!(usize::try_from(total), Ok(expected.issues.len()), "seed {seed}");
        for row in rows {
            let parts = row.prepared_action_count
                + row.blocked_action_count
                + row.review_count
                + row.detect_only_count;
            assert_eq!(parts, row.total_issue_count, "seed {seed}");
        }
        for issue in &expected.issues {
            let root = issue.root_issue_key.as_ref();
            assert!(root.is_none_or(|root| keys.contains(root)), "seed {seed}: {root:?}");
            assert_ne!(root, Some(&issue.issue_key), "seed {seed}");
        }
    }
}

#[test]
fn known_ids_and_times() {
    for (id15, check) in [
        ("0011H000026CXpi", "QAG"),
        ("001C000000o4OOI", "IA2"),
        ("001C000000o4Ooi", "IAE"),
        ("001ACME00100000", "YDA"),
    ] {
        let id = format!("{id15}{check}");
        assert_eq!(with_check(id15), id);
        assert_eq!(canonical_id(&id.to_ascii_lowercase()), Some(id.clone()));
        assert_eq!(canonical_id(&id.to_ascii_uppercase()), Some(id.clone()));
        assert_eq!(canonical_id(&format!("\u{a0}{id15} ")), Some(id));
    }
    assert_eq!(canonical_id("001C000000o4OOIIAE"), None);
    assert_eq!(iso8601(0), "1970-01-01T00:00:00Z");
    assert_eq!(iso8601(951_826_210), "2000-02-29T12:10:10Z");
}
