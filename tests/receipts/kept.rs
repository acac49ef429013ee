//! Replies that are kept for a minute: settings, and keys of organizations that are only compared.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use orgdrift::apply::{
    self, Caps, CheckedPlan, Earlier, Moment, Run, Summary, Surroundings, WarehouseJournal, Watch,
};
use orgdrift::clock::seconds_after;
use orgdrift::model::journal::{HeadingBody, StatedCaps};
use orgdrift::model::{ActionOutcome, ApplyMode};
use orgdrift::plan::examine;
use orgdrift::warehouse::Warehouse;
use orgdrift::warehouse::plans::{PlanKey, StoredPlan};
use orgdrift::zendesk::client::{ClientOptions, Credentials, RateShare, WritingClient, ZendeskClient};
use serde_json::{Value, json};

use crate::common::clock;
use crate::common::sandbox::TestSandbox;
use crate::soak::company::{LEGACY, large};
use crate::soak::planted::open;
use crate::soak::round::Round;

const BEGINNING: &str = "2026-11-02T07:00:00Z";

/// A clock that moves on whenever it is looked at, by so many seconds.
struct Stepping {
    step: u64,
    looks: AtomicU64,
}

impl Stepping {
    fn by(step: u64) -> Self {
        Self { step, looks: AtomicU64::new(0) }
    }
}

impl Watch for Stepping {
    fn now(&self) -> Moment {
        let seconds = self.step * self.looks.fetch_add(1, Ordering::Relaxed);
        Moment {
            at: seconds_after(BEGINNING, i64::try_from(seconds).unwrap()),
            since: Duration::from_secs(seconds),
        }
    }
}

fn client(sandbox: &TestSandbox) -> ZendeskClient {
    let environment = sandbox.environment();
    let find =
        |wanted: &str| environment.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.into());
    let options = ClientOptions { rate_share: RateShare::percent(100).unwrap(), ..ClientOptions::default() };
    ZendeskClient::new(Credentials::find(None, find).unwrap(), options).unwrap()
}

fn checked(warehouse: &Warehouse, plan: &StoredPlan) -> CheckedPlan {
    let examined = examine(warehouse, plan, &clock()).unwrap();
    let around = Surroundings {
        live_subdomain: "soak.sandbox",
        examined: &examined,
        taken_at: "2026-11-02T06:00:00Z",
        accounts_taken_at: "2026-11-02T06:00:00Z",
        max_accounts_age: 7,
        began_under: None,
        now: BEGINNING,
        max_age: 24,
        used_by: None,
        is_resumed: false,
        confirmed: None,
    };
    let caps = Caps { max_actions: 100, max_per_account: 9 };
    apply::check(plan, caps, &around).unwrap().unwrap()
}

/// Runs an apply of plan 1 by a clock of the test.
fn run(db: &Path, sandbox: &TestSandbox, mode: ApplyMode, watch: &dyn Watch) -> Summary {
    let warehouse = open(db);
    let plan = warehouse.plan(PlanKey::Id(1)).unwrap().unwrap();
    let checked = checked(&warehouse, &plan);
    let clock = clock();
    let journal = WarehouseJournal {
        warehouse: &warehouse,
        attempt_id: warehouse.next_attempt_id().unwrap(),
        plan_id: 1,
        mode,
        clock: &clock,
    };
    let run = Run {
        journal: &journal,
        earlier: Earlier::default(),
        heading: HeadingBody {
            plan_hash: plan.plan_hash.clone(),
            source_identity: plan.source_identity.clone(),
            caps: StatedCaps { max_actions: 100, max_per_account: 9, max_plan_age: 24 },
            user_id: "1".to_owned(),
            asked_at: BEGINNING.to_owned(),
            server_time: None,
            tool_version: "kept".to_owned(),
        },
        stop: &|| None,
        tell: &|_, _, _, _| {},
        settle: Duration::ZERO,
        watch,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = client(sandbox);
    runtime
        .block_on(async {
            match mode {
                ApplyMode::DryRun => apply::dry_run(&checked, &client, &run).await,
                ApplyMode::Live => apply::live(&checked, &WritingClient::new(client), &run).await,
            }
        })
        .unwrap()
}

/// How often a path was read.
fn reads(sandbox: &TestSandbox, path: &str) -> usize {
    sandbox.ledger().iter().filter(|entry| entry.method == "GET" && entry.path == path).count()
}

/// Each check of the receipt that was made on kept replies: the row, the check, the replies.
fn kept_checks(round: &Round) -> Vec<(i64, String, Value)> {
    let told = round.run(&["receipt", "show", "1", "--json"]).expect(0);
    let receipt: Value = serde_json::from_str(&told.out).unwrap();
    let mut kept = Vec::new();
    for row in receipt["actions"].as_array().unwrap() {
        for one in row["evaluated"].as_array().into_iter().flatten() {
            if let Some(replies) = one.get("kept_replies") {
                assert_ne!(replies, &json!([]), "absent where there are none");
                let check = one["check"].as_str().unwrap().to_owned();
                kept.push((row["position"].as_i64().unwrap(), check, replies.clone()));
            }
        }
    }
    kept
}

fn legacy() -> String {
    format!("/api/v2/organizations/{LEGACY}")
}

const SETTINGS: &str = "/api/v2/account/settings";

#[test]
fn what_is_only_compared_is_read_once_and_named_after_that() {
    let round = Round::new(large());
    let summary = run(&round.db(), &round.sandbox, ApplyMode::DryRun, &Stepping::by(0));
    assert_eq!(summary.count(ActionOutcome::WouldApply), 30);
    assert_eq!((reads(&round.sandbox, &legacy()), reads(&round.sandbox, SETTINGS)), (1, 1));
    let kept = kept_checks(&round);
    let named = |check: &str, path: &str| {
        let reply = json!({"path": path, "read_at": BEGINNING});
        let is_it = |(_, name, replies): &&(i64, String, Value)| {
            name == check && replies.as_array().unwrap().contains(&reply)
        };
        kept.iter().filter(is_it).count()
    };
    // Three accounts have one user who comes from there, three have two; the first of the nine was asked for.
    assert_eq!(named("keys_of_organizations_are_expected", &legacy()), 8);
    assert_eq!(named("several_organizations_are_allowed", SETTINGS), 8);
    // Nothing else is ever said by a kept reply.
    let checks: std::collections::BTreeSet<&str> = kept.iter().map(|(_, check, _)| check.as_str()).collect();
    assert_eq!(
        checks.into_iter().collect::<Vec<_>>(),
        ["keys_of_organizations_are_expected", "several_organizations_are_allowed"]
    );
}

#[test]
fn what_is_over_a_minute_old_is_read_again() {
    let round = Round::new(large());
    let summary = run(&round.db(), &round.sandbox, ApplyMode::DryRun, &Stepping::by(61));
    assert_eq!(summary.count(ActionOutcome::WouldApply), 30);
    assert_eq!((reads(&round.sandbox, &legacy()), reads(&round.sandbox, SETTINGS)), (9, 9));
    assert_eq!(kept_checks(&round), []);
}

#[test]
fn an_old_reply_does_not_hide_a_change() {
    // Somebody takes the organization over between two looks at it; only the first one is recent.
    for (step, stale) in [(0, 0), (61, 8)] {
        let round = Round::new(large());
        let watch = Taking { inner: Stepping::by(step), sandbox: &round.sandbox };
        let summary = run(&round.db(), &round.sandbox, ApplyMode::DryRun, &watch);
        assert_eq!(summary.count(ActionOutcome::SkippedStale), stale, "{step}");
    }
}

/// Gives the organization another key once it was read.
struct Taking<'a> {
    inner: Stepping,
    sandbox: &'a TestSandbox,
}

impl Watch for Taking<'_> {
    fn now(&self) -> Moment {
        if reads(self.sandbox, &legacy()) == 1 {
            self.sandbox.sandbox.change(|world| {
                let mut organization = world.organization(LEGACY).unwrap();
                organization["external_id"] = "001Ab0000000000IAA".into();
                world.put_organization(&organization.to_string()).unwrap();
            });
        }
        self.inner.now()
    }
}

#[test]
fn the_record_that_is_written_is_read_before_each_write_whatever_is_kept() {
    let round = Round::new(large());
    let summary = run(&round.db(), &round.sandbox, ApplyMode::Live, &Stepping::by(0));
    assert_eq!(summary.count(ActionOutcome::Applied), 27);
    let ledger = round.sandbox.ledger();
    let mut writes = 0;
    for (at, entry) in ledger.iter().enumerate().filter(|(_, entry)| entry.method != "GET") {
        writes += 1;
        // Since the write before.
        let before = ledger[..at].iter().rev().take_while(|entry| entry.method == "GET");
        let before: Vec<&str> = before.map(|entry| entry.path.split('?').next().unwrap()).collect();
        let of_path = || entry.path.strip_prefix("/api/v2/users/")?.split('/').next()?.parse().ok();
        let of_body = || entry.changes.iter().find_map(|change| change.after["user_id"].as_i64());
        let user: Option<i64> = if entry.method == "POST" { of_body() } else { of_path() };
        assert_eq!(user.is_none(), entry.path.starts_with("/api/v2/organizations/"), "{entry:?}");
        let wanted = match user {
            Some(user) => {
                let user = format!("/api/v2/users/{user}");
                vec![user.clone(), format!("{user}/organization_memberships")]
            }
            None => vec![entry.path.clone()],
        };
        for path in &wanted {
            assert!(before.contains(&path.as_str()), "{path} before {}", entry.path);
        }
        if entry.method == "POST" {
            assert!(before.iter().any(|path| path.ends_with("/identities")), "{}", entry.path);
        }
    }
    assert_eq!(writes, 27);
    // The keys of organizations that this very apply wrote are those of after it.
    assert_eq!((reads(&round.sandbox, &legacy()), reads(&round.sandbox, SETTINGS)), (1, 1));
}
