//! What a trace says of generated companies is what the audit stored: link by link, user by user, ticket by
//! ticket.

use std::collections::{BTreeMap, BTreeSet};

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::model::PlaceVerdict;
use orgdrift::trace::place::Place;
use orgdrift::trace::{Details, Trace, trace};
use orgdrift::warehouse::trace::Kind;
use orgdrift::warehouse::{RunRow, Warehouse};
use rusqlite::Connection;

use crate::common::dump::rows;
use crate::common::{clock, new_warehouse, times};
use crate::model::expect::expect;
use crate::model::generate::{generate_whole, personal_domains};
use crate::model::names::{LinkState, MatchRule};
use crate::model::world::World;

/// Enough for every way in which a link is decided; a long run, as CI makes it after the other tests, tries as many at
/// least.
const WORLDS: u64 = 80;

/// As many as a test run has time for.
const FEW_WORLDS: u64 = 24;

/// A world that was ingested and audited.
struct Audited {
    _folder: tempfile::TempDir,
    warehouse: Warehouse,
    /// Reads the same file under its public names.
    database: Connection,
    run: RunRow,
}

impl Audited {
    fn new(world: &World) -> Self {
        let folder = tempfile::tempdir().unwrap();
        world.write(folder.path()).unwrap();
        let path = new_warehouse(folder.path());
        let warehouse = Warehouse::open_for_writing(&path).unwrap();
        let accounts = folder.path().join("accounts.csv");
        ingest_file(&warehouse, &accounts, &SalesforceOptions::default(), &clock()).unwrap();
        let zendesk = folder.path().join("zendesk");
        ingest_folder(&warehouse, &zendesk, &ZendeskOptions::default(), &clock()).unwrap();
        let options = AuditOptions {
            ticket_window_days: world.ticket_window_days.map(|days| u32::try_from(days).unwrap()),
            allow_shared_tickets: world.allow_shared_tickets,
            ..AuditOptions::default()
        };
        let run = audit(&warehouse, &options, &clock()).unwrap().run;
        let database = Connection::open(&path).unwrap();
        Self { _folder: folder, warehouse, database, run }
    }

    fn trace(&self, kind: Kind, key: &impl ToString) -> Trace {
        trace(&self.warehouse, self.run.clone(), kind, &key.to_string()).unwrap()
    }

    fn rows(&self, sql: &str) -> BTreeSet<String> {
        rows(&self.database, sql).into_iter().collect()
    }
}

#[test]
fn a_trace_never_contradicts_the_run() {
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut steps = 0;
    let worlds = times("ORGDRIFT_WORLDS", 0);
    let worlds = if worlds > 0 { worlds.clamp(WORLDS, 5 * WORLDS) } else { FEW_WORLDS };
    for seed in 0..worlds {
        let world = generate_whole(seed);
        let audited = Audited::new(&world);
        check_accounts(&audited, &world, &mut states);
        // Half of them are enough for every verdict about users and tickets.
        if seed >= worlds / 2 {
            continue;
        }
        check_users(&audited, &world, &mut places);
        check_tickets(&audited, &world, &mut places);
        check_organizations(&audited, &world);
        check_ticket_accounts(&audited, &mut steps);
    }
    assert_eq!(states.len(), 7, "every state of a link came: {states:?}");
    assert!(places.len() >= 10, "nearly every verdict came: {places:?}");
    assert!(steps > 0, "accounts with nothing but tickets came");
}

fn check_accounts(audited: &Audited, world: &World, states: &mut BTreeMap<&str, usize>) {
    let stored =
        audited.rows("select account_id, link_state, organization_id, match_rule from account_links");
    assert_eq!(stored.len(), world.accounts.len());
    let mut explained = BTreeSet::new();
    for account in &world.accounts {
        let trace = audited.trace(Kind::Account, &account.id_cell);
        assert_eq!(trace.remarks, [""; 0], "{}", account.id);
        let [traced] = trace.accounts.as_slice() else { panic!("one account") };
        assert_eq!(traced.is_confirmed_by_run(), Some(true), "{}", account.id);
        // Not the link as the run stored it: the reasoning of the trace itself.
        let said = &traced.explanation;
        *states.entry(said.link_state.as_str()).or_default() += 1;
        explained.insert(format!(
            "{}|{}|{}|{}",
            account.id,
            said.link_state.as_str(),
            said.organization_id.map_or("~".to_owned(), |id| id.to_string()),
            said.match_rule.map_or("~", |rule| rule.as_str())
        ));
        check_verdicts(traced);
        check_issues(audited, &trace, &format!("account_id = '{}'", account.id));
    }
    assert_eq!(explained, stored);
    // The model was written from the decision table alone.
    let model: BTreeSet<String> = expect(world, &personal_domains())
        .links
        .iter()
        .map(|link| {
            let state = LinkState::name(link.link_state);
            let organization = link.organization_id.map_or("~".to_owned(), |id| id.to_string());
            let rule = link.match_rule.map_or("~", MatchRule::name);
            format!("{}|{state}|{organization}|{rule}", link.account_id)
        })
        .collect();
    assert_eq!(explained, model);
}

/// The verdicts of the three rules fit the link, and each says why.
fn check_verdicts(account: &orgdrift::trace::TracedAccount) {
    let said = &account.explanation;
    let won: Vec<_> = said.rules.iter().filter(|rule| rule.verdict.as_str() == "won").collect();
    assert_eq!(won.len(), usize::from(said.match_rule.is_some()), "{said:?}");
    for rule in &said.rules {
        let names = |id| rule.organizations.iter().any(|named| Some(named.organization_id) == id);
        assert!(!rule.why.is_empty(), "{said:?}");
        match rule.verdict.as_str() {
            "won" => assert!(Some(rule.rule) == said.match_rule && names(said.organization_id), "{said:?}"),
            "agrees" => assert!(names(said.organization_id), "{said:?}"),
            "silent" => assert!(rule.organizations.is_empty(), "{said:?}"),
            "undecided" => assert!(rule.organizations.len() >= 2 && said.organization_id.is_none()),
            _ => assert!(!rule.organizations.is_empty(), "{said:?}"),
        }
    }
}

/// The issues of a record with their histories are those of the public views.
fn check_issues(audited: &Audited, trace: &Trace, condition: &str) {
    let traced: BTreeSet<String> = trace
        .issues
        .iter()
        .map(|issue| {
            format!(
                "{}|{}|{}|{}|{}|{}",
                issue.issue_key,
                issue.first_run_id,
                issue.last_run_id,
                issue.run_count,
                issue.reopened_count,
                i64::from(issue.is_open)
            )
        })
        .collect();
    let stored = audited.rows(&format!(
        "select h.issue_key, h.first_run_id, h.last_run_id, h.run_count, h.reopened_count, h.is_open
         from issue_history as h
         where h.issue_key in (select issue_key from issues where {condition})"
    ));
    assert_eq!(traced, stored);
    assert_eq!(trace.likely_fix.is_some(), !(trace.issues.is_empty() && trace.hygiene_findings.is_empty()));
}

/// The drift codes of a record in the run.
fn codes(audited: &Audited, kind: &str, id: i64) -> Vec<String> {
    let sql = format!("select code from issues where subject_kind = '{kind}' and subject_id = '{id}'");
    rows(&audited.database, &sql)
}

fn count(places: &mut BTreeMap<String, usize>, place: &Place) {
    *places.entry(format!("{:?}", place.verdict)).or_default() += 1;
}

fn check_users(audited: &Audited, world: &World, places: &mut BTreeMap<String, usize>) {
    for user in &world.users {
        let trace = audited.trace(Kind::User, &user.id);
        assert_eq!(trace.remarks, [""; 0], "{user:?}");
        let Details::User { place, memberships, .. } = &trace.details else { panic!("a user") };
        count(places, place);
        let code: &[&str] = match place.verdict {
            PlaceVerdict::MissingMembership => &["user_missing_expected_membership"],
            PlaceVerdict::DefaultNotExpected => &["user_default_org_not_expected"],
            PlaceVerdict::BlockedDuplicate => &["user_resolution_blocked_duplicate_external_id"],
            PlaceVerdict::DomainAmbiguous => &["user_domain_ambiguous"],
            _ => &[],
        };
        assert_eq!(codes(audited, "user", user.id), code, "{user:?} {place:?}");
        let mut held: Vec<i64> = memberships.iter().map(|row| row.organization_id).collect();
        let mut expected: Vec<i64> = world.memberships_of(user.id).collect();
        held.sort_unstable();
        expected.sort_unstable();
        assert_eq!(held, expected);
        check_issues(audited, &trace, &format!("user_id = {}", user.id));
    }
}

fn check_tickets(audited: &Audited, world: &World, places: &mut BTreeMap<String, usize>) {
    for ticket in &world.tickets {
        let trace = audited.trace(Kind::Ticket, &ticket.id);
        assert_eq!(trace.remarks, [""; 0], "{ticket:?}");
        let Details::Ticket { place, .. } = &trace.details else { panic!("a ticket") };
        count(places, place);
        let code: &[&str] = match (place.verdict, place.is_outside_window) {
            (PlaceVerdict::OtherOrganization, Some(false)) => &["ticket_org_mismatch"],
            (PlaceVerdict::WithoutOrganization, Some(false)) => &["ticket_missing_org"],
            _ => &[],
        };
        assert_eq!(codes(audited, "ticket", ticket.id), code, "{ticket:?} {place:?}");
        check_issues(audited, &trace, &format!("ticket_id = {}", ticket.id));
    }
}

/// What the triage file says of an account with nothing but tickets is what a trace says of each of them.
fn check_ticket_accounts(audited: &Audited, steps: &mut usize) {
    let rows = audited.rows(
        "select i.ticket_id, i.root_issue_key, e.suggested_next_step
         from issues as i
         join exceptions_by_account as e on e.run_id = i.run_id and e.sf_account_id = i.account_id
         where e.triage_status = 'tickets_only'",
    );
    for row in rows {
        let [ticket, root, step] = row.split('|').collect::<Vec<_>>().try_into().unwrap();
        let fix = audited.trace(Kind::Ticket, &ticket).likely_fix.unwrap();
        assert_eq!(root, "~", "{row}");
        assert!(step.starts_with("File the tickets under the expected organization by hand"), "{step}");
        assert!(fix.text[0].contains("an agent can file the ticket"), "{:?}", fix.text);
        *steps += 1;
    }
}

fn check_organizations(audited: &Audited, world: &World) {
    for organization in &world.organizations {
        let id = organization.id;
        let trace = audited.trace(Kind::Organization, &id);
        let Details::Organization { pointers, activity, .. } = &trace.details else {
            panic!("an organization")
        };
        let linked: BTreeSet<String> =
            pointers.iter().filter(|row| row.is_linked_here).map(|row| row.account_id.clone()).collect();
        assert_eq!(
            linked,
            audited.rows(&format!("select account_id from account_links where organization_id = {id}"))
        );
        // Whoever is linked here points here by some rule, and an orphan has no pointer at all.
        assert!(pointers.iter().all(|row| !row.rules.is_empty()), "{pointers:?}");
        let is_orphan = trace.hygiene_findings.iter().any(|row| row.code == "orphan_org");
        assert_eq!(is_orphan, pointers.is_empty(), "{pointers:?}");
        let members = world.memberships.iter().filter(|row| row.organization_id == id).count();
        assert_eq!(activity.member_count, i64::try_from(members).unwrap());
        check_issues(
            audited,
            &trace,
            &format!("organization_id = {id} or (subject_kind = 'organization' and subject_id = '{id}')"),
        );
    }
}
