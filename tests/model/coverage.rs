//! Does the generator reach every row of every table? And does the comparison see a difference?

use std::collections::{BTreeMap, HashSet};

use super::exceptions::exceptions;
use super::expect::{Expected, expect};
use super::findings::findings;
use super::generate::{generate, personal_domains};
use super::names::{Action, Code, FindingClass, Layer, LinkState, Reason};
use super::normalize::{canonical_id, with_check};
use super::refusal::TABLE;
use super::sets::Sets;
use super::world::{DAY, World};
use super::write::iso8601;

const WORLDS: u64 = 3_000;

/// How often each thing must happen in 1,000 worlds.
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
        println!("{:>8.1}  {what}", f64::from(*count) * 1_000.0 / 3_000.0);
    }
    let rare: Vec<_> =
        wanted().into_keys().filter(|what| u64::from(hits[what]) * 1_000 < ENOUGH * WORLDS).collect();
    assert!(rare.is_empty(), "too rare in {WORLDS} worlds: {rare:#?}");
}

/// Everything that must be hit. Every x of the refusal table is reachable, so none is left out.
fn wanted() -> BTreeMap<String, u32> {
    let mut wanted = Vec::new();
    wanted.extend(LinkState::ALL.iter().map(|state| format!("link: {}", state.name())));
    wanted.extend((1..=11).map(|row| format!("link table: row {row:02}")));
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
        for action in row.columns {
            wanted.push(format!("refused: {}: {}", action.name(), row.reason.name()));
        }
    }
    wanted.extend(Action::ALL.iter().map(|action| format!("prepared: {}", action.name())));
    for reason in [Reason::DomainSharedByAccounts, Reason::DomainBelongsToOtherOrg] {
        let code = Code::OrgDomainAttachedElsewhere.name();
        wanted.push(format!("blocked: {code}: {}", reason.name()));
    }
    wanted.extend(["relink_org", "create_missing_org"].map(|text| format!("missing: {text}")));
    let of_tickets = Code::ALL.iter().filter(|code| code.layer() == Layer::Ticket);
    wanted.extend(of_tickets.map(|code| format!("outside window: {}", code.name())));
    wanted.extend(FindingClass::ALL.iter().map(|class| format!("finding: {}", class.name())));
    let statuses = ["blocked", "ready", "review", "tickets_only"];
    wanted.extend(statuses.map(|status| format!("triage: {status}")));
    wanted.extend(["user", "ticket", "claim"].map(|text| format!("root: of a {text}")));
    wanted.extend(INPUTS.map(|text| format!("input: {text}")));
    wanted.into_iter().map(|what| (what, 0)).collect()
}

/// Awkward inputs that must occur, where they matter.
const INPUTS: [&str; 9] = [
    "K(a) is smaller than D(a)",
    "K(a) is empty, D(a) is not",
    "external id of 15 characters",
    "external id padded",
    "external id in one letter case",
    "external id of white space, linked",
    "stored id as 123.0 or 1.23E2",
    "two ids differ in case only",
    "ticket exactly at the edge of the window",
];

fn inputs_of(world: &World, personal: &HashSet<String>, expected: &Expected) -> Vec<&'static str> {
    let sets = Sets::new(world, personal);
    let mut inputs = Vec::new();
    for link in &expected.links {
        let a = &link.account_id;
        if link.table_row >= 8 && sets.k(a).len() < sets.d(a).len() {
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
        let is_twin = |b: &str| b[..15].eq_ignore_ascii_case(&a[..15]);
        inputs.extend(others.filter(|b| is_twin(b)).map(|_| INPUTS[7]));
    }
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
        if issue.code == Code::AccountMissingZendeskOrg {
            hits.push(format!("missing: {}", issue.suggested_action.name()));
        }
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
        hits.push(format!("triage: {}", row.triage_status));
    }
    for finding in findings(&expected, world, &personal) {
        hits.push(format!("finding: {}", finding.class.name()));
    }
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
