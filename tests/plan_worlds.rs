//! Plans of generated companies: complete, in an order that can be carried out, and the same wherever they
//! are made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::model::PlanStatus;
use orgdrift::plan::{Made, PlanOptions, create, document};
use orgdrift::warehouse::Warehouse;
use serde_json::Value;

use crate::common::dice::Dice;
use crate::common::{clock, new_warehouse, times};
use crate::model::expect::expect;
use crate::model::generate::{generate_whole, personal_domains};
use crate::model::names::{Disposition, Reason};
use crate::model::normalize::email_domain;
use crate::model::world::{Membership, Ticket, World};

/// Enough for every repair to come a dozen times; as many in a long run at least.
const WORLDS: u64 = 120;

/// Enough for every repair to come, in a run that CI follows with a long one.
const FEW_WORLDS: u64 = 40;

/// How many worlds a test tries that counts nothing; `ORGDRIFT_WORLDS` says more.
fn some_worlds() -> u64 {
    times("ORGDRIFT_WORLDS", 8)
}

/// A plan and its document, once somebody asked for it.
type OnePlan = Arc<OnceLock<(Made, Value)>>;

/// The plan of the generated world of a seed, made once for all tests.
fn planned(seed: u64) -> OnePlan {
    static PLANS: Mutex<BTreeMap<u64, OnePlan>> = Mutex::new(BTreeMap::new());
    let one = Arc::clone(PLANS.lock().unwrap().entry(seed).or_default());
    one.get_or_init(|| plan(&generate_whole(seed)));
    one
}

/// The plan of a world, and its document.
fn plan(world: &World) -> (Made, Value) {
    let folder = tempfile::tempdir().unwrap();
    world.write(folder.path()).unwrap();
    let path = new_warehouse(folder.path());
    let warehouse = Warehouse::open_for_writing(&path).unwrap();
    ingest_file(&warehouse, &folder.path().join("accounts.csv"), &SalesforceOptions::default(), &clock())
        .unwrap();
    ingest_folder(&warehouse, &folder.path().join("zendesk"), &ZendeskOptions::default(), &clock()).unwrap();
    let options = AuditOptions {
        ticket_window_days: world.ticket_window_days.map(|days| u32::try_from(days).unwrap()),
        allow_shared_tickets: world.allow_shared_tickets,
        ..AuditOptions::default()
    };
    audit(&warehouse, &options, &clock()).unwrap();
    let made = create(&warehouse, None, &PlanOptions::default(), &clock()).unwrap();
    // What an honest warehouse plans is never taken for made up.
    let examined = orgdrift::plan::examine(&warehouse, &made.plan, &clock()).unwrap();
    assert_eq!(examined.document().canonical(), made.plan.canonical);
    assert!(examined.is_in_force());
    let document = serde_json::from_str(&made.plan.canonical).unwrap();
    (made, document)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is no text: {value}"))
}

fn id(value: &Value, name: &str) -> i64 {
    text(value, name).parse().unwrap()
}

fn ids(value: &Value) -> Vec<i64> {
    value.as_array().unwrap().iter().map(|id| id.as_str().unwrap().parse().unwrap()).collect()
}

#[test]
fn every_issue_is_in_the_plan_once_with_its_repair_or_its_reason() {
    for seed in 0..some_worlds() {
        let world = generate_whole(seed);
        let planned = planned(seed);
        let (made, document) = planned.get().unwrap();
        let mut wanted: BTreeMap<String, (PlanStatus, Option<&str>)> = BTreeMap::new();
        for issue in expect(&world, &personal_domains()).issues {
            let said = match issue.disposition {
                Disposition::Prepared => (PlanStatus::Planned, None),
                Disposition::Review => (PlanStatus::Refused, Some("no_repair_exists")),
                Disposition::DetectOnly => (PlanStatus::Refused, Some("ticket_is_never_changed")),
                Disposition::Blocked => {
                    (PlanStatus::Refused, Some(issue.blocked_reason.map_or("", Reason::name)))
                }
            };
            wanted.insert(issue.issue_key, said);
        }
        let found: BTreeMap<String, (PlanStatus, Option<&str>)> = made
            .rows
            .iter()
            .map(|row| (row.issue.issue_key.clone(), (row.status(), row.blocked_reason())))
            .collect();
        assert_eq!(found.len(), made.rows.len(), "seed {seed}: an issue is in the plan twice");
        assert_eq!(found, wanted, "seed {seed}");
        let count = |name: &str| document[name].as_array().unwrap().len();
        assert_eq!(count("actions") + count("refusals"), wanted.len(), "seed {seed}");
    }
}

/// Zendesk as the plan's actions leave it, without what happens in the background.
struct Simulated<'w> {
    before: &'w World,
    after: World,
    done: BTreeSet<String>,
    /// How often each repair was carried out.
    counts: BTreeMap<String, u32>,
}

impl Simulated<'_> {
    fn carry_out(&mut self, action: &Value) {
        for dependency in action["depends_on"].as_array().unwrap() {
            assert!(self.done.contains(dependency.as_str().unwrap()), "{action} comes before what it needs");
        }
        let expected = &action["expected"];
        let organization_id = id(action, "organization_id");
        match text(action, "action") {
            "set_org_external_id" => {
                let organization = self.organization(organization_id);
                assert!(organization.external_id.as_deref().unwrap_or_default().trim().is_empty());
                assert_eq!(organization.name, text(expected, "name"));
                assert_eq!(Value::from(organization.domain_names.clone()), expected["domain_names"]);
                assert_eq!(expected["external_id"].as_str(), organization.external_id.as_deref());
                organization.external_id = Some(text(&action["new_value"], "external_id").to_owned());
                self.check_members(action, organization_id);
            }
            "add_org_domain" => {
                let organization = self.organization(organization_id);
                assert_eq!(Value::from(organization.domain_names.clone()), expected["domain_names"]);
                assert_eq!(expected["external_id"].as_str(), organization.external_id.as_deref());
                organization.domain_names.push(text(action, "domain").to_owned());
                assert_eq!(
                    Value::from(organization.domain_names.clone()),
                    action["new_value"]["domain_names"]
                );
                self.check_pulled_in(action, organization_id);
            }
            "assign_user_to_org" => self.assign(action, organization_id),
            "move_user_to_org" => self.move_default(action, organization_id),
            other => panic!("{other} is no repair"),
        }
        self.done.insert(text(action, "action_id").to_owned());
        *self.counts.entry(text(action, "action").to_owned()).or_default() += 1;
    }

    fn organization(&mut self, id: i64) -> &mut crate::model::world::Organization {
        self.after.organizations.iter_mut().find(|organization| organization.id == id).unwrap()
    }

    fn assign(&mut self, action: &Value, organization_id: i64) {
        let user_id = id(action, "user_id");
        let expected = &action["expected"];
        let external_id = self.organization(organization_id).external_id.clone();
        assert_eq!(expected["organization_external_id"].as_str(), external_id.as_deref());
        let user = self.after.users.iter_mut().find(|user| user.id == user_id).unwrap();
        assert!(
            user.active && user.verified && expected["is_active"] == true && expected["is_verified"] == true
        );
        assert_eq!(
            email_domain(user.email.as_deref().unwrap()).as_deref(),
            expected["email_domain"].as_str()
        );
        let mut memberships: Vec<i64> = self.before.memberships_of(user_id).collect();
        memberships.sort_unstable();
        assert_eq!(ids(&expected["organization_ids"]), memberships);
        assert!(!memberships.contains(&organization_id));
        if memberships.is_empty() {
            user.organization_id = Some(organization_id);
        }
        assert_eq!(action["blast_radius"]["becomes_default"], memberships.is_empty());
        self.after.memberships.push(Membership {
            id: 900_000 + user_id,
            user_id,
            organization_id,
            default: Some(memberships.is_empty()),
        });
        self.check_open_tickets(action, &[user_id]);
    }

    fn move_default(&mut self, action: &Value, organization_id: i64) {
        let user_id = id(action, "user_id");
        let membership_id = id(action, "membership_id");
        let membership =
            self.before.memberships.iter().find(|membership| membership.id == membership_id).unwrap();
        assert_eq!((membership.user_id, membership.organization_id), (user_id, organization_id));
        let user = self.after.users.iter_mut().find(|user| user.id == user_id).unwrap();
        let default = user.organization_id.map(|id| id.to_string());
        assert_eq!(action["expected"]["default_organization_id"].as_str(), default.as_deref());
        user.organization_id = Some(organization_id);
        self.check_open_tickets(action, &[user_id]);
    }

    fn check_members(&self, action: &Value, organization_id: i64) {
        let members = self
            .before
            .memberships
            .iter()
            .filter(|membership| membership.organization_id == organization_id)
            .count();
        assert_eq!(action["blast_radius"]["member_count"], members);
    }

    /// Zendesk adds whoever has a verified address on the domain and is no member yet.
    fn check_pulled_in(&self, action: &Value, organization_id: i64) {
        let domain = text(action, "domain");
        let mut users: Vec<i64> = self
            .before
            .users
            .iter()
            .filter(|user| user.verified && user.active)
            .filter(|user| user.email.as_deref().and_then(email_domain).as_deref() == Some(domain))
            .map(|user| user.id)
            .filter(|&user| !self.before.memberships_of(user).any(|id| id == organization_id))
            .collect();
        users.sort_unstable();
        let radius = &action["blast_radius"];
        assert_eq!(ids(&radius["pulled_in_user_ids"]), users);
        assert_eq!(radius["pulled_in_user_count"], users.len());
        let mut present: BTreeMap<i64, u64> = BTreeMap::new();
        for organization in users.iter().flat_map(|&user| self.before.memberships_of(user)) {
            *present.entry(organization).or_default() += 1;
        }
        let said: BTreeMap<i64, u64> = radius["present_organizations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (id(row, "organization_id"), row["user_count"].as_u64().unwrap()))
            .collect();
        assert_eq!(said, present);
        let without = users.iter().filter(|&&user| self.before.memberships_of(user).count() == 0).count();
        assert_eq!(radius["pulled_in_without_organization_count"], without);
        self.check_open_tickets(action, &users);
    }

    fn check_open_tickets(&self, action: &Value, users: &[i64]) {
        let is_open = |ticket: &&Ticket| {
            users.contains(&ticket.requester_id)
                && matches!(ticket.status, "new" | "open" | "pending" | "hold")
        };
        let count = self.before.tickets.iter().filter(is_open).count();
        assert_eq!(action["blast_radius"]["open_ticket_count"], count, "{action}");
    }
}

#[test]
fn a_plan_carried_out_from_top_to_bottom_leaves_none_of_its_issues() {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut dependants = 0;
    let worlds = times("ORGDRIFT_WORLDS", 0);
    let is_long = worlds > 0;
    let worlds = if is_long { worlds.max(WORLDS) } else { FEW_WORLDS };
    for seed in 0..worlds {
        let world = generate_whole(seed);
        let planned = planned(seed);
        let (made, document) = planned.get().unwrap();
        let mut simulated = Simulated {
            before: &world,
            after: world.clone(),
            done: BTreeSet::new(),
            counts: BTreeMap::new(),
        };
        for action in document["actions"].as_array().unwrap() {
            simulated.carry_out(action);
            dependants += u32::from(action["depends_on"] != serde_json::json!([]));
        }
        let planned: BTreeSet<&str> = made
            .rows
            .iter()
            .filter(|row| row.status() == PlanStatus::Planned)
            .map(|row| row.issue.issue_key.as_str())
            .collect();
        let left: Vec<String> = expect(&simulated.after, &personal_domains())
            .issues
            .into_iter()
            .map(|issue| issue.issue_key)
            .filter(|key| planned.contains(key.as_str()))
            .collect();
        assert_eq!(left, [""; 0], "seed {seed}: still there after their repair");
        for (repair, count) in simulated.counts {
            *counts.entry(repair).or_default() += count;
        }
    }
    println!("{counts:?}, {dependants} actions depend on others");
    let (each, dependent) = if is_long { (12, 20) } else { (4, 2) };
    assert!(counts.len() == 4 && counts.values().all(|&count| count >= each), "{counts:?}");
    assert!(dependants >= dependent, "{dependants}");
}

fn shuffled(world: &World, seed: u64) -> World {
    fn shuffle<T>(items: &mut [T], dice: &mut Dice) {
        for at in (1..items.len()).rev() {
            items.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap());
        }
    }
    let mut dice = Dice::new(seed);
    let mut world = world.clone();
    shuffle(&mut world.accounts, &mut dice);
    for account in &mut world.accounts {
        shuffle(&mut account.domains, &mut dice);
    }
    shuffle(&mut world.organizations, &mut dice);
    shuffle(&mut world.users, &mut dice);
    shuffle(&mut world.memberships, &mut dice);
    shuffle(&mut world.tickets, &mut dice);
    world
}

#[test]
fn shuffled_inputs_give_the_same_plan() {
    let (worlds, mut moved) = (times("ORGDRIFT_WORLDS", 20).min(60), 0);
    for seed in 0..worlds {
        let world = generate_whole(seed);
        let other = shuffled(&world, seed);
        moved += u64::from(format!("{:?}", world.users) != format!("{:?}", other.users));
        let (planned, second) = (planned(seed), plan(&other).0.plan);
        let first = &planned.get().unwrap().0.plan;
        assert_eq!(first.canonical, second.canonical, "seed {seed}");
        assert_eq!(first.plan_hash, second.plan_hash, "seed {seed}");
    }
    assert!(moved * 2 > worlds, "{moved} of {worlds} worlds were shuffled");
}

/// One field of one record.
type Change = (&'static str, fn(&mut World));

/// What a plan is made of.
const CHANGES: &[Change] = &[
    ("account name", |world| world.accounts[0].name.push('x')),
    ("account domain", |world| world.accounts[0].domains.push("one-more.example.com".to_owned())),
    ("stored id", |world| world.accounts[0].stored_organization = Some("987654321".to_owned())),
    ("organization name", |world| world.organizations[0].name.push('x')),
    ("external_id", |world| world.organizations[0].external_id = Some("another".to_owned())),
    ("domain_names", |world| world.organizations[0].domain_names.push("one-more.com".to_owned())),
    ("shared_tickets", |world| {
        world.organizations[0].shared_tickets = !world.organizations[0].shared_tickets;
    }),
    ("email domain", |world| world.users[0].email = Some("a@elsewhere-entirely.com".to_owned())),
    ("role", |world| {
        world.users[0].role = if world.users[0].role == "agent" { "admin" } else { "agent" };
    }),
    ("verified", |world| world.users[0].verified = !world.users[0].verified),
    ("active", |world| world.users[0].active = !world.users[0].active),
    ("suspended", |world| world.users[0].suspended = !world.users[0].suspended),
    ("shared", |world| world.users[0].shared = !world.users[0].shared),
    ("default organization", |world| world.users[0].organization_id = Some(77)),
    ("membership", |world| world.memberships[0].organization_id += 1),
    ("membership default", |world| {
        world.memberships[0].default = Some(world.memberships[0].default != Some(true));
    }),
    ("ticket status", |world| {
        world.tickets[0].status = if world.tickets[0].status == "open" { "hold" } else { "open" };
    }),
    ("ticket organization", |world| world.tickets[0].organization_id = Some(77)),
    ("ticket requester", |world| world.tickets[0].requester_id += 1_000_000),
    ("ticket created_at", |world| world.tickets[0].created_at -= 1),
    ("one ticket less", |world| world.tickets.truncate(world.tickets.len() - 1)),
    ("multiple organizations", |world| {
        world.multiple_organizations = Some(world.multiple_organizations != Some(true));
    }),
    ("sharing allowed", |world| world.allow_shared_tickets = !world.allow_shared_tickets),
    ("ticket window", |world| world.ticket_window_days = Some(world.ticket_window_days.unwrap_or(1) + 1)),
];

/// What names people, and nothing else.
const NAMES_OF_PEOPLE: &[Change] = &[
    ("user name", |world| world.users[0].name.push('x')),
    ("owner", |world| world.accounts[0].owner = Some("Somebody Else".to_owned())),
    ("mailbox", |world| {
        for user in &mut world.users {
            user.email = user.email.as_ref().map(|email| format!("x{email}"));
        }
    }),
];

#[test]
fn one_changed_field_gives_another_hash_and_the_name_of_a_person_does_not() {
    let world = (0..100)
        .map(generate_whole)
        .find(|world| {
            !world.accounts.is_empty()
                && world.organizations.len() > 2
                && world.users.len() > 2
                && world.memberships.len() > 2
                && world.tickets.len() > 2
        })
        .unwrap();
    let hash = plan(&world).0.plan.plan_hash;
    let hash_with = |change: fn(&mut World)| {
        let mut changed = world.clone();
        change(&mut changed);
        assert_ne!(format!("{changed:?}"), format!("{world:?}"));
        plan(&changed).0.plan.plan_hash
    };
    let mut seen = BTreeSet::from([hash.clone()]);
    for (name, change) in CHANGES {
        assert!(seen.insert(hash_with(*change)), "{name}");
    }
    for (name, change) in NAMES_OF_PEOPLE {
        assert_eq!(hash_with(*change), hash, "{name}");
    }
}

/// Every place of a document that holds no list and no object, as a changed copy of the document.
fn with_one_leaf_changed(document: &Value) -> Vec<Value> {
    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    pointers(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    pointers(value, &format!("{at}/{index}"), found);
                }
            }
            _ => found.push(at.to_owned()),
        }
    }
    let mut found = Vec::new();
    pointers(document, "", &mut found);
    found
        .iter()
        .filter(|pointer| !matches!(pointer.as_str(), "/plan_hash" | "/schema"))
        .map(|pointer| {
            let mut changed = document.clone();
            let leaf = changed.pointer_mut(pointer).unwrap();
            *leaf = match &*leaf {
                Value::Null => Value::from("x"),
                Value::Bool(is) => Value::from(!is),
                Value::Number(number) => Value::from(number.as_i64().unwrap() + 1),
                other => Value::from(format!("{}x", other.as_str().unwrap())),
            };
            changed
        })
        .collect()
}

#[test]
fn any_changed_field_of_a_plan_file_is_seen() {
    let mut leaves = 0;
    for seed in 0..20 {
        let planned = planned(seed);
        let made = &planned.get().unwrap().0;
        let text = document::file_text(&made.plan.canonical, &made.plan.plan_hash, &BTreeMap::new());
        assert_eq!(document::verified_hash(&text).unwrap(), made.plan.plan_hash);
        for changed in with_one_leaf_changed(&serde_json::from_str(&text).unwrap()) {
            leaves += 1;
            assert!(document::verified_hash(&changed.to_string()).is_err(), "seed {seed}: {changed}");
        }
    }
    assert!(leaves > 1000, "{leaves}");
}
