//! A company whose plan has all four repairs in chains, several times over, in a sandbox and in a warehouse.

use std::fmt::Write as _;
use std::fs;
use std::sync::OnceLock;
use std::time::Duration;

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::plan::{PlanOptions, create};
use orgdrift::sandbox::{Options, World};
use orgdrift::warehouse::Warehouse;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::bench::Bench;
use crate::common::sandbox::TestSandbox;
use crate::common::{clock, new_warehouse};

/// Repairs of each account.
pub(crate) const CHAIN: usize = 5;

/// An organization that nobody asks for; users come from it.
pub(crate) const LEGACY: i64 = 21_000_000_900;

/// A company with its plan, made once and copied for each round.
pub(crate) struct Company {
    folder: TempDir,
    /// The warehouse with the plan.
    pub(crate) warehouse: Vec<u8>,
    /// The plan's document.
    pub(crate) plan: Value,
    pub(crate) hash: String,
}

/// Six accounts, thirty repairs.
pub(crate) fn large() -> &'static Company {
    static COMPANY: OnceLock<Company> = OnceLock::new();
    COMPANY.get_or_init(|| Company::new(6))
}

/// Two accounts, ten repairs.
pub(crate) fn small() -> &'static Company {
    static COMPANY: OnceLock<Company> = OnceLock::new();
    COMPANY.get_or_init(|| Company::new(2))
}

/// As many accounts as a test wants, five repairs each.
pub(crate) fn of_accounts(accounts: usize) -> &'static Company {
    Box::leak(Box::new(Company::new(accounts)))
}

/// One account, five repairs.
pub(crate) fn tiny() -> &'static Company {
    static COMPANY: OnceLock<Company> = OnceLock::new();
    COMPANY.get_or_init(|| Company::new(1))
}

impl Company {
    fn new(accounts: usize) -> Self {
        let folder = TempDir::new().unwrap();
        write(&folder, accounts);
        let path = new_warehouse(folder.path());
        let warehouse = Warehouse::open_for_writing(&path).unwrap();
        let file = folder.path().join("accounts.csv");
        ingest_file(&warehouse, &file, &SalesforceOptions::default(), &clock()).unwrap();
        let records = folder.path().join("zendesk");
        ingest_folder(&warehouse, &records, &ZendeskOptions::default(), &clock()).unwrap();
        audit(&warehouse, &AuditOptions::default(), &clock()).unwrap();
        let made = create(&warehouse, None, &PlanOptions::default(), &clock()).unwrap();
        drop(warehouse);
        let plan: Value = serde_json::from_str(&made.plan.canonical).unwrap();
        let actions = plan["actions"].as_array().unwrap();
        assert_eq!(actions.len(), accounts * CHAIN, "{plan:#}");
        for repair in ["set_org_external_id", "add_org_domain", "assign_user_to_org", "move_user_to_org"] {
            let count = actions.iter().filter(|action| action["action"] == repair).count();
            assert!(count >= accounts, "{count} {repair}");
        }
        assert_eq!(plan["refusals"].as_array().unwrap().len(), 1, "{plan:#}");
        Self { warehouse: fs::read(&path).unwrap(), hash: made.plan.plan_hash, folder, plan }
    }

    /// The repairs of the plan.
    pub(crate) fn actions(&self) -> &[Value] {
        self.plan["actions"].as_array().unwrap()
    }

    /// Writes the same records into a folder of their own, as read at another time.
    pub(crate) fn write_folder(&self, bench: &Bench, taken_at: &str) {
        for entry in fs::read_dir(self.folder.path().join("zendesk")).unwrap() {
            let entry = entry.unwrap();
            let name = format!("zendesk/{}", entry.file_name().to_str().unwrap());
            bench.write(&name, fs::read(entry.path()).unwrap());
        }
        let manifest = json!({"subdomain": "soak.sandbox", "account_id": 9, "taken_at": taken_at});
        bench.write("zendesk/manifest.json", manifest.to_string());
    }

    /// How many rows a receipt must have.
    pub(crate) fn row_count(&self) -> usize {
        ["actions", "deferred", "refusals"].map(|name| self.plan[name].as_array().unwrap().len()).iter().sum()
    }

    /// The account as it was when it was read, without limits that would slow a test down.
    pub(crate) fn sandbox(&self) -> TestSandbox {
        let world = World::from_folder(&self.folder.path().join("zendesk")).unwrap();
        let options = Options {
            rate_limit: 900_000,
            update_limit: 10_000,
            window: Duration::from_secs(1),
            ..Options::default()
        };
        TestSandbox::start(world, options, clock())
    }
}

/// The id of an account: `Ab` has one capital letter in the first five characters, which the last three say.
fn account_id(at: usize) -> String {
    format!("001Ab0000000{at:03}IAA")
}

fn write(folder: &TempDir, accounts: usize) {
    let mut csv = "Id,Name,Domain__c,Zendesk_Organization_Id__c\n".to_owned();
    let (mut organizations, mut users, mut memberships) = (String::new(), String::new(), String::new());
    organization(&mut organizations, LEGACY, "Legacy Import", &[], Some("legacy-import"));
    for at in 0..accounts {
        let number = i64::try_from(at).unwrap();
        let id = 21_000_000_000 + number;
        writeln!(csv, "{},Soak {at},s{at}-demo.com;s{at}-more-demo.com,{id}", account_id(at)).unwrap();
        organization(&mut organizations, id, &format!("Soak {at}"), &[format!("s{at}-demo.com")], None);
        let first = 22_000_000_000 + number * 10;
        // Without an organization.
        user(&mut users, first, &format!("a@s{at}-demo.com"), None, true);
        // Every second one will be there already: the new domain brings the user in.
        if at % 2 == 0 {
            user(&mut users, first + 1, &format!("b@s{at}-more-demo.com"), None, true);
        } else {
            user(&mut users, first + 1, &format!("b@s{at}-demo.com"), Some(LEGACY), true);
            membership(&mut memberships, first + 1, first + 1, LEGACY, true);
        }
        // A member, but the default is elsewhere.
        user(&mut users, first + 2, &format!("c@s{at}-demo.com"), Some(LEGACY), true);
        membership(&mut memberships, first + 2, first + 2, LEGACY, true);
        membership(&mut memberships, first + 3, first + 2, id, false);
    }
    // A row without a repair.
    user(&mut users, 22_000_000_999, "z@s0-demo.com", None, false);
    let records = folder.path().join("zendesk");
    fs::create_dir_all(&records).unwrap();
    fs::write(folder.path().join("accounts.csv"), csv).unwrap();
    fs::write(records.join("organizations.ndjson"), organizations).unwrap();
    fs::write(records.join("users.ndjson"), users).unwrap();
    fs::write(records.join("organization_memberships.ndjson"), memberships).unwrap();
    fs::write(records.join("tickets.ndjson"), "").unwrap();
    let settings = json!({"settings": {"user": {"multiple_organizations": true}}});
    fs::write(records.join("account_settings.json"), settings.to_string()).unwrap();
    let manifest = json!({"subdomain": "soak.sandbox", "account_id": 9, "taken_at": "2026-11-02T06:00:00Z"});
    fs::write(records.join("manifest.json"), manifest.to_string()).unwrap();
}

fn organization(to: &mut String, id: i64, name: &str, domains: &[String], external_id: Option<&str>) {
    let record = json!({
        "id": id, "name": name, "domain_names": domains, "external_id": external_id,
        "shared_tickets": false, "shared_comments": false, "organization_fields": {},
        "created_at": "2025-01-02T03:04:05Z", "updated_at": "2026-10-02T03:04:05Z",
    });
    writeln!(to, "{record}").unwrap();
}

fn user(to: &mut String, id: i64, email: &str, organization_id: Option<i64>, is_verified: bool) {
    let record = json!({
        "id": id, "name": format!("User {id}"), "email": email, "role": "end-user", "active": true,
        "verified": is_verified, "suspended": false, "shared": false, "organization_id": organization_id,
        "ticket_restriction": "requested",
        "created_at": "2025-01-02T03:04:05Z", "updated_at": "2026-10-02T03:04:05Z",
    });
    writeln!(to, "{record}").unwrap();
}

fn membership(to: &mut String, id: i64, user_id: i64, organization_id: i64, is_default: bool) {
    let record = json!({
        "id": id, "user_id": user_id, "organization_id": organization_id, "default": is_default,
        "created_at": "2025-01-02T03:04:05Z", "updated_at": "2026-10-02T03:04:05Z",
    });
    writeln!(to, "{record}").unwrap();
}
