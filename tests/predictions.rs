//! What was foreseen of a plan is kept with it, and `prove` says what came otherwise.

use std::collections::BTreeSet;
use std::time::Duration;

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::clock::Clock;
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::plan::{PlanOptions, create, predict};
use orgdrift::sandbox::{Options, World as Account};
use orgdrift::warehouse::Warehouse;
use orgdrift::warehouse::foresee::Foreseen;
use serde_json::json;

use crate::common::bench::{Bench, Told};
use crate::common::sandbox::TestSandbox;
use crate::common::{clock, new_warehouse};
use crate::model::generate::generate_whole;
use crate::model::world::World;

const RETAIL: i64 = 21_700_000_001_078;

/// When the account is read again: its first second after the apply.
const AFTERWARDS: &str = "2026-11-02T07:00:05Z";

/// A few with every test run; `ORGDRIFT_WORLDS` says more.
fn some_worlds() -> u64 {
    std::env::var("ORGDRIFT_WORLDS").map_or(12, |text| text.parse().unwrap())
}

/// What became of the prediction of one company.
#[derive(Debug, Default)]
struct Tally {
    plans: usize,
    repairs: usize,
    vanished: usize,
    appeared: usize,
    /// Issues that came otherwise, all of them named by `prove`.
    differing: usize,
    /// Plans of which not every repair was made; then nothing can be compared.
    not_made: usize,
}

/// An account in a sandbox without limits that would slow a test down.
fn serve(bench: &Bench, world: &World) -> TestSandbox {
    world.write(&bench.path("made")).unwrap();
    let options = Options {
        rate_limit: 900_000,
        update_limit: 10_000,
        window: Duration::from_secs(1),
        ..Options::default()
    };
    TestSandbox::start(Account::from_folder(&bench.path("made/zendesk")).unwrap(), options, clock())
}

/// Reads the account as it is now, and audits it.
fn read(bench: &Bench, sandbox: &TestSandbox, world: &World, taken_at: &str) {
    sandbox.write_folder(&bench.path("zendesk"), taken_at);
    let warehouse = Warehouse::open_for_writing(&bench.db()).unwrap();
    ingest_folder(&warehouse, &bench.path("zendesk"), &ZendeskOptions::default(), &clock()).unwrap();
    let options = AuditOptions {
        ticket_window_days: world.ticket_window_days.map(|days| u32::try_from(days).unwrap()),
        allow_shared_tickets: world.allow_shared_tickets,
        ..AuditOptions::default()
    };
    audit(&warehouse, &options, &clock()).unwrap();
}

/// The keys of the twelve codes in the newest run.
fn keys(bench: &Bench) -> BTreeSet<String> {
    bench.rows("select issue_key from latest_issues").into_iter().collect()
}

/// What would be there.
fn predicted(before: &BTreeSet<String>, foreseen: &Foreseen) -> BTreeSet<String> {
    let vanishing: BTreeSet<&String> = foreseen.vanishing.iter().map(|issue| &issue.issue_key).collect();
    let appearing = foreseen.appearing.iter().map(|issue| issue.issue_key.clone());
    before.iter().filter(|key| !vanishing.contains(key)).cloned().chain(appearing).collect()
}

/// Whether an issue is about somebody whose address has a domain in letters of its own: the plan adds the domain in ASCII,
/// and the sandbox does not take the two for one. Whether Zendesk does is not documented.
fn is_of_a_unicode_address(bench: &Bench, key: &str) -> bool {
    let addresses = bench.rows(&format!(
        "select u.email from issues as i cross join zendesk_users as u
         where i.issue_key = '{key}' and u.user_id = i.user_id"
    ));
    addresses.iter().any(|address| !address.is_ascii())
}

/// What differs, what was done, and who was concerned.
fn story(
    bench: &Bench,
    before: &BTreeSet<String>,
    found: &BTreeSet<String>,
    foretold: &BTreeSet<String>,
) -> String {
    let made = bench.rows(
        "select r.action, r.outcome, r.organization_id, r.user_id, r.domain from receipts as r
         where r.mode = 'live' and r.action is not null and r.outcome <> 'blocked'",
    );
    let users = bench.rows(
        "select u.snapshot_id, u.user_id, u.email, u.is_verified, u.is_active, u.is_suspended,
           u.default_organization_id, (
             select group_concat(m.organization_id) from zendesk_organization_memberships as m
             where m.snapshot_id = u.snapshot_id and m.user_id = u.user_id)
         from zendesk_users as u
         where exists (select 1 from issues as i where i.user_id = u.user_id) order by 2, 1",
    );
    let accounts = bench.rows("select account_id, link_state, organization_id, run_id from account_links");
    let settings =
        bench.rows("select snapshot_id, multiple_organizations from snapshots where source = 'zendesk'");
    format!(
        "found {:#?}, foreseen {:#?}, before {before:#?}, made {made:#?}, users {users:#?}, accounts {accounts:#?}, \
         settings {settings:?}",
        found.difference(foretold).collect::<Vec<_>>(),
        foretold.difference(found).collect::<Vec<_>>(),
    )
}

/// Plans, applies and proves a company in its sandbox, and compares.
fn live_through(seed: u64, tally: &mut Tally) {
    let world = generate_whole(seed);
    let bench = Bench::in_memory();
    new_warehouse(&bench.path(""));
    let sandbox = serve(&bench, &world);
    {
        let warehouse = Warehouse::open_for_writing(&bench.db()).unwrap();
        let accounts = bench.path("made/accounts.csv");
        ingest_file(&warehouse, &accounts, &SalesforceOptions::default(), &clock()).unwrap();
    }
    read(&bench, &sandbox, &world, "2026-11-02T07:00:00Z");
    let before = keys(&bench);
    let warehouse = Warehouse::open_for_writing(&bench.db()).unwrap();
    let made = create(&warehouse, None, &PlanOptions::default(), &clock()).unwrap();
    let Some(foreseen) = predict(&warehouse, &made, &clock()).unwrap() else { return };
    assert_eq!(predict(&warehouse, &made, &clock()).unwrap().unwrap().vanishing, foreseen.vanishing);
    drop(warehouse);

    let hash = &made.plan.plan_hash;
    let caps = ["--max-actions", "1000", "--max-per-account", "1000"];
    let mut command = bench.live_command(
        &sandbox,
        &[&["apply", "1", "--apply", "--confirm-plan-hash", hash][..], &caps].concat(),
    );
    command.env("ORGDRIFT_TEST_SETTLE", "1");
    let told = bench.run_command(command);
    let not_made: usize = bench
        .value(
            "select count(*) from plan_actions as a where a.status = 'planned' and not exists (
               select 1 from receipts as r where r.mode = 'live' and r.issue_key = a.issue_key
                 and r.outcome in ('applied', 'already_in_place'))",
        )
        .parse()
        .unwrap();
    tally.plans += 1;
    tally.repairs += made.rows.iter().filter(|row| row.action_id().is_some()).count();
    if not_made > 0 {
        tally.not_made += 1;
        println!("seed {seed}: {not_made} repairs were not made, exit {}", told.code);
        return;
    }
    read(&bench, &sandbox, &world, AFTERWARDS);
    let (found, foretold) = (keys(&bench), predicted(&before, &foreseen));
    let differing: Vec<&String> = found.symmetric_difference(&foretold).collect();
    let is_explained = differing.iter().all(|key| is_of_a_unicode_address(&bench, key));
    assert!(is_explained, "seed {seed}: {}", story(&bench, &before, &found, &foretold));
    let warehouse = Warehouse::open(&bench.db()).unwrap();
    let after = warehouse.provable_after(1).unwrap().unwrap();
    let proof = warehouse.proof(1, &after).unwrap();
    assert!(warehouse.is_prediction_comparable(1).unwrap());
    let named = i64::try_from(differing.len()).unwrap();
    assert_eq!((proof.unpredicted_count, proof.not_observed), (named, 0), "seed {seed}: {proof:?}");
    tally.differing += differing.len();
    if named > 0 {
        println!("seed {seed}: {differing:?}");
        return;
    }
    tally.vanished += foreseen.vanishing.len();
    tally.appeared += foreseen.appearing.len();
}

#[test]
fn what_is_foreseen_of_generated_companies_is_what_their_sandboxes_show_after_the_apply() {
    let mut tally = Tally::default();
    for seed in 0..some_worlds() {
        live_through(seed, &mut tally);
    }
    println!("{} worlds: {tally:?}", some_worlds());
    assert!(tally.plans > 5 && tally.vanished > 10, "{tally:?}");
    assert!(tally.not_made * 10 <= tally.plans, "nearly all is made: {tally:?}");
}

/// The demo, planned and applied in its sandbox.
struct Applied {
    bench: Bench,
    sandbox: TestSandbox,
    plan: &'static str,
}

impl Applied {
    fn new() -> Self {
        Self::of(&["plan"], "1")
    }

    /// With a plan of its own, by its number.
    fn of(arguments: &[&str], plan: &'static str) -> Self {
        let it = Self { bench: Bench::with_demo(), sandbox: TestSandbox::demo(), plan };
        it.bench.run(arguments).expect(0);
        let hash = it.bench.value(&format!("select plan_hash from plans where plan_id = {plan}"));
        let mut command =
            it.bench.live_command(&it.sandbox, &["apply", plan, "--apply", "--confirm-plan-hash", &hash]);
        command.env("ORGDRIFT_TEST_SETTLE", "1");
        it.bench.run_command(command).expect(0);
        it
    }

    fn edit_user(&self, user: i64, edit: impl Fn(&mut serde_json::Value)) {
        self.sandbox.sandbox.change(|world| {
            let mut record = world.user(user).unwrap();
            edit(&mut record);
            world.put_user(&record.to_string()).unwrap();
        });
    }

    fn edit(&self, organization: i64, edit: impl Fn(&mut serde_json::Value)) {
        self.sandbox.sandbox.change(|world| {
            let mut record = world.organization(organization).unwrap();
            edit(&mut record);
            world.put_organization(&record.to_string()).unwrap();
        });
    }

    fn prove(&self) -> Told {
        self.sandbox.sandbox.set_clock(Clock::fixed(AFTERWARDS).unwrap());
        self.sandbox.write_folder(&self.bench.path("zendesk"), AFTERWARDS);
        self.bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
        self.bench.run(&["audit"]).expect(0);
        self.bench.run(&["prove", self.plan])
    }
}

#[test]
fn what_came_as_predicted_is_said_in_one_line() {
    let it = Applied::new();
    assert_eq!(it.bench.value("select count(*) from _predictions"), "1");
    insta::assert_snapshot!(it.prove().expect(0).err, @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    5 of 5 issues resolved
    the other issues on these records vanished, stayed and appeared as predicted
    next: orgdrift diff
    ");
}

#[test]
fn what_nobody_predicted_is_named() {
    let it = Applied::new();
    // Another organization takes the domain and the id of one that was written.
    it.edit(RETAIL, |organization| {
        organization["external_id"] = json!("001ACME00100000YDA");
        organization["domain_names"] = json!([]);
    });
    insta::assert_snapshot!(it.prove().err, @"
    rehearsal: acme-demo.sandbox/20481973 is a sandbox, so nothing reaches Zendesk
    4 of 5 issues resolved
    1 still open
    new issues on the records that were written:
     severity  code                         issue_key                                                                          account_id          prediction     reason
     critical  org_duplicate_external_id    org_duplicate_external_id/001ACME00100000YDA/21700000001013                        001ACME00100000YDA  not predicted  Organization 21700000001013 carries the id of account 001ACME00100000YDA, and so does another organization. A person must decide which organization stays.
     critical  org_duplicate_external_id    org_duplicate_external_id/001ACME00100000YDA/21700000001078                        001ACME00100000YDA  not predicted  Organization 21700000001078 carries the id of account 001ACME00100000YDA, and so does another organization. A person must decide which organization stays.
     high      org_external_id_conflict     org_external_id_conflict/001ACME00500000YDA/21700000001078                         001ACME00500000YDA  not predicted  Account 001ACME00500000YDA points to organization 21700000001078, which carries another external_id. A person must decide whose organization it is.
     medium    org_missing_expected_domain  org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeretail-demo.com  001ACME00500000YDA  not predicted  Account 001ACME00500000YDA expects the domain acmeretail-demo.com on organization 21700000001078, but no organization holds it. A person must decide whose organization it is.
    4 changes not predicted
    next: orgdrift diff
    ");
}

/// A user of Acme Retail without an organization: an issue on an organization that the plan writes, but of no repair of it.
const BESIDE: &str = "user_missing_expected_membership/21700000004231";

#[test]
fn what_stays_or_vanishes_otherwise_on_written_records_is_named() {
    let it = Applied::of(&["plan", "--code", "org_missing_expected_domain"], "2");
    let database = rusqlite::Connection::open(it.bench.db()).unwrap();
    // As if both had been foreseen.
    database
        .execute_batch(&format!(
            "insert into _predicted_changes values (2, '{BESIDE}', 'user_missing_expected_membership', 'vanishes');
             insert into _predicted_changes values (2, 'ticket_org_mismatch/1', 'ticket_org_mismatch', 'appears');"
        ))
        .unwrap();
    let told = it.prove();
    assert!(
        told.err.contains("issues on these records that are not as the plan predicted:\n"),
        "{}",
        told.err
    );
    let line = |key: &str| told.err.lines().find(|line| line.contains(key)).unwrap_or_default().to_owned();
    assert!(line(BESIDE).contains("still there, not predicted"), "{}", told.err);
    assert!(line("ticket_org_mismatch/1").contains("did not appear, not predicted"), "{}", told.err);
    assert!(told.err.contains("2 changes not predicted\n"), "{}", told.err);

    let it = Applied::of(&["plan", "--code", "org_missing_expected_domain"], "2");
    // Somebody suspends the user.
    it.edit_user(21_700_000_004_231, |user| user["suspended"] = json!(true));
    let told = it.prove();
    let line = told.err.lines().find(|line| line.contains(BESIDE)).unwrap_or_default();
    assert!(line.contains("vanished, not predicted"), "{}", told.err);
    assert!(told.err.contains("1 change not predicted\n"), "{}", told.err);
}

#[test]
fn a_plan_without_a_prediction_is_proved_as_ever() {
    let it = Applied::new();
    let database = rusqlite::Connection::open(it.bench.db()).unwrap();
    database.execute_batch("delete from _predicted_changes; delete from _predictions").unwrap();
    drop(database);
    let told = it.prove().expect(0);
    assert!(!told.err.contains("predicted"), "{}", told.err);
    // It is not made up for afterwards: the snapshots of now are others.
    assert_eq!(it.bench.value("select count(*) from _predictions"), "0");
}

#[test]
fn a_prediction_is_outside_of_the_plan_and_its_hash() {
    let bench = Bench::with_demo();
    let plan = bench.rows("select plan_hash, canonical from _plans");
    let database = rusqlite::Connection::open(bench.db()).unwrap();
    database.execute_batch("delete from _predicted_changes; delete from _predictions").unwrap();
    drop(database);
    let first = bench.run(&["plan"]).expect(0).out;
    let stored = bench.rows("select issue_key, change from _predicted_changes order by 1");
    assert!(stored.len() > 3 && first.contains("applying the whole plan would resolve"), "{first}");
    assert_eq!(bench.rows("select plan_hash, canonical from _plans"), plan);
    // Once more, it is read and not worked out.
    let before = bench.dump();
    assert_eq!(bench.run(&["plan"]).expect(0).out, first);
    bench.dump().assert_same(&before);
    let shown = bench.run(&["plan", "show", "1"]).expect(0).out;
    let said = first.split("\napplying the").nth(1).unwrap();
    assert!(shown.ends_with(&format!("\napplying the{said}")), "{shown}");
    bench.run(&["receipt", "verify"]).expect(0);
}
