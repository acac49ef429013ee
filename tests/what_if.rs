//! What a plan foresees is what an audit finds when it was carried out.

use std::collections::BTreeSet;
use std::path::Path;

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::model::plan::{PlannedAction, PlannedRepair};
use orgdrift::plan::{PlanOptions, create};
use orgdrift::warehouse::Warehouse;
use orgdrift::warehouse::foresee::Foreseen;
use orgdrift::warehouse::plans::RowOfPlan;

use crate::common::bench::Bench;
use crate::common::dump::{dump, rows};
use crate::common::sandbox::TestSandbox;
use crate::common::{clock, new_warehouse, times};
use crate::model::generate::generate_whole;
use crate::model::normalize::email_domain;
use crate::model::world::{Membership, World};

/// Enough for each repair to come a few times.
fn some_worlds() -> u64 {
    times("ORGDRIFT_WORLDS", 12)
}

/// A warehouse with a run of a world.
fn audited(world: &World, folder: &Path) -> Warehouse {
    world.write(folder).unwrap();
    let warehouse = Warehouse::open_for_writing(&new_warehouse(folder)).unwrap();
    ingest_file(&warehouse, &folder.join("accounts.csv"), &SalesforceOptions::default(), &clock()).unwrap();
    ingest_folder(&warehouse, &folder.join("zendesk"), &ZendeskOptions::default(), &clock()).unwrap();
    let options = AuditOptions {
        ticket_window_days: world.ticket_window_days.map(|days| u32::try_from(days).unwrap()),
        allow_shared_tickets: world.allow_shared_tickets,
        ..AuditOptions::default()
    };
    audit(&warehouse, &options, &clock()).unwrap();
    warehouse
}

/// The keys of the twelve codes in the newest run.
fn keys(path: &Path) -> BTreeSet<String> {
    rows(&rusqlite::Connection::open(path).unwrap(), "select issue_key from latest_issues")
        .into_iter()
        .collect()
}

/// What would be there.
fn predicted(before: &BTreeSet<String>, foreseen: &Foreseen) -> BTreeSet<String> {
    let mut keys = before.clone();
    for issue in &foreseen.vanishing {
        assert!(keys.remove(&issue.issue_key), "{} was not there", issue.issue_key);
    }
    for issue in &foreseen.appearing {
        assert!(keys.insert(issue.issue_key.clone()), "{} was there already", issue.issue_key);
    }
    keys
}

fn planned(rows: &[orgdrift::warehouse::plans::PlanActionRow]) -> Vec<PlannedAction> {
    let actions = rows.iter().filter_map(|row| match &row.plan {
        RowOfPlan::Planned(action) => Some((**action).clone()),
        _ => None,
    });
    actions.collect()
}

/// Does to a company what Zendesk makes of one repair, with what it does by itself.
fn carry_out(world: &mut World, action: &PlannedAction) {
    let organization_id = action.organization_id.0;
    let organization = world.organizations.iter_mut().find(|one| one.id == organization_id).unwrap();
    match &action.repair {
        PlannedRepair::SetOrgExternalId(parts) => {
            organization.external_id = Some(parts.new_value.external_id.clone());
        }
        PlannedRepair::AddOrgDomain(_) => {
            let domain = action.domain.clone().unwrap();
            organization.domain_names.push(domain.clone());
            let users: Vec<i64> = world
                .users
                .iter()
                .filter(|user| user.verified && user.active)
                .filter(|user| {
                    user.email.as_deref().and_then(email_domain).as_deref() == Some(domain.as_str())
                })
                .map(|user| user.id)
                .collect();
            for user in users {
                let present: Vec<i64> = world.memberships_of(user).collect();
                let stays = if world.multiple_organizations == Some(true) {
                    present.contains(&organization_id)
                } else {
                    !present.is_empty()
                };
                if !stays {
                    join(world, user, organization_id);
                }
            }
        }
        PlannedRepair::AssignUserToOrg(_) => {
            let user = action.user_id.unwrap().0;
            if !world.memberships_of(user).any(|id| id == organization_id) {
                join(world, user, organization_id);
            }
        }
        PlannedRepair::MoveUserToOrg(_) => {
            let user = action.user_id.unwrap().0;
            world.users.iter_mut().find(|one| one.id == user).unwrap().organization_id =
                Some(organization_id);
        }
    }
}

fn join(world: &mut World, user_id: i64, organization_id: i64) {
    let is_first = world.memberships_of(user_id).next().is_none();
    if is_first {
        world.users.iter_mut().find(|one| one.id == user_id).unwrap().organization_id = Some(organization_id);
    }
    let id = 900_000 + i64::try_from(world.memberships.len()).unwrap();
    world.memberships.push(Membership { id, user_id, organization_id, default: Some(is_first) });
}

#[test]
fn what_is_foreseen_of_generated_companies_is_what_an_audit_finds_afterwards() {
    let (mut vanished, mut appeared, mut plans) = (0, 0, 0);
    for seed in 0..some_worlds() {
        let world = generate_whole(seed);
        let folder = tempfile::tempdir().unwrap();
        let warehouse = audited(&world, folder.path());
        let made = create(&warehouse, None, &PlanOptions::default(), &clock()).unwrap();
        let actions = planned(&made.rows);
        let run = warehouse.run(None).unwrap().unwrap();
        let path = warehouse.path().to_owned();
        let (before, stored) = (keys(&path), dump(&path));
        let foreseen = warehouse.foresee(&run, &actions).unwrap().unwrap();
        dump(&path).assert_same(&stored);
        assert_eq!(
            warehouse.foresee(&run, &actions).unwrap().unwrap(),
            foreseen,
            "seed {seed}: twice the same"
        );

        let mut after = world.clone();
        for action in &actions {
            carry_out(&mut after, action);
        }
        let elsewhere = tempfile::tempdir().unwrap();
        let found = keys(audited(&after, elsewhere.path()).path());
        assert_eq!(predicted(&before, &foreseen), found, "seed {seed}");
        vanished += foreseen.vanishing.len();
        appeared += foreseen.appearing.len();
        plans += usize::from(!actions.is_empty());
    }
    println!("{plans} plans: {vanished} issues vanish, {appeared} appear");
    assert!(plans > 5 && vanished > 10 && appeared > 0, "{plans} {vanished} {appeared}");
}

#[test]
fn what_is_foreseen_of_the_demo_is_what_the_sandbox_shows_after_the_apply() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run_live(&sandbox, &["ingest", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let before = keys(&bench.db());
    let told = bench.run(&["plan"]).expect(0);
    let warehouse = Warehouse::open_for_writing(&bench.db()).unwrap();
    let made = create(&warehouse, None, &PlanOptions::default(), &clock()).unwrap();
    let run = warehouse.run(None).unwrap().unwrap();
    let foreseen = warehouse.foresee(&run, &planned(&made.rows)).unwrap().unwrap();
    drop(warehouse);
    let said = format!(
        "applying the whole plan would resolve {} issues and create {}\n",
        foreseen.vanishing.len(),
        match foreseen.appearing.len() {
            0 => "none".to_owned(),
            count => count.to_string(),
        }
    );
    assert!(told.out.contains(&said), "{}", told.out);
    let hash = bench.value("select plan_hash from plans");
    bench.run_live(&sandbox, &["apply", "1", "--apply", "--confirm-plan-hash", &hash]).expect(0);
    sandbox.sandbox.settle();
    let later = "2026-11-02T07:30:00Z";
    sandbox.sandbox.set_clock(orgdrift::clock::Clock::fixed(later).unwrap());
    for arguments in [&["ingest", "zendesk"][..], &["audit"]] {
        let mut command = bench.live_command(&sandbox, arguments);
        command.env("ORGDRIFT_TEST_NOW", later);
        bench.run_command(command).expect(0);
    }
    assert_eq!(bench.value("select max(run_id) from runs"), "2");
    assert_eq!(predicted(&before, &foreseen), keys(&bench.db()));
}
