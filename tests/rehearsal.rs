//! A rehearsal is never taken for the real thing: the demo and every sandbox are accounts of their own, and their
//! records, plans, receipts and proofs say so.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::common::bench::{Bench, Told};
use crate::common::root;
use crate::common::sandbox::TestSandbox;

const ACCOUNTS: [&str; 5] = ["ingest", "salesforce", "accounts.csv", "--taken-at", "2024-11-02T05:30:00Z"];
const RECORDS: [&str; 4] = ["ingest", "zendesk", "--from", "real"];

/// A folder with the demo's drift in somebody's real account: other account ids, another subdomain.
fn real_company() -> Bench {
    let bench = Bench::empty();
    let renamed = |text: &str| {
        text.replace("001ACME00", "001NRTH00")
            .replace("acme-demo.sandbox", "northshore")
            .replace("2026-11-02T06:00:00Z", "2024-11-02T06:00:00Z")
    };
    bench.copy("fixtures/demo/zendesk", "real");
    for entry in fs::read_dir(bench.path("real")).unwrap() {
        let path = entry.unwrap().path();
        fs::write(&path, renamed(&fs::read_to_string(&path).unwrap())).unwrap();
    }
    let accounts = fs::read_to_string(root().join("fixtures/demo/accounts.csv")).unwrap();
    bench.write("accounts.csv", renamed(&accounts));
    bench
}

/// The same with its warehouse.
fn real_warehouse() -> Bench {
    let bench = real_company();
    bench.run(&ACCOUNTS).expect(0);
    bench.run(&RECORDS).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(bench.value("select subdomain from _zendesk_identity"), "northshore");
    bench
}

/// Runs a command against a sandbox; the warehouse must stay as it was.
fn refused(bench: &Bench, sandbox: &TestSandbox, arguments: &[&str]) -> Told {
    let before = bench.dump();
    let told = bench.run_live(sandbox, arguments).expect(5);
    bench.dump().assert_same(&before);
    told
}

#[test]
fn a_warehouse_of_a_real_account_refuses_the_demo_and_every_sandbox() {
    let bench = real_warehouse();
    let demo = TestSandbox::demo();
    // Before anything is asked for.
    insta::assert_snapshot!(refused(&bench, &demo, &["ingest", "zendesk"]).text(), @"
    exit 5
    error: the records are of Zendesk account acme-demo.sandbox, but the warehouse belongs to northshore/20481973
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    assert!(demo.ledger().is_empty());
    // A sandbox of the very account is another account all the same.
    let world = orgdrift::sandbox::World::from_folder(&bench.path("real")).unwrap();
    let own = TestSandbox::start(world, orgdrift::sandbox::Options::default(), crate::common::clock());
    insta::assert_snapshot!(refused(&bench, &own, &["ingest", "zendesk"]).text(), @"
    exit 5
    error: the records are of Zendesk account northshore.sandbox, but the warehouse belongs to northshore/20481973
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    // A folder that was fetched from it says so, with or without its manifest.
    bench.run_live(&own, &["fetch", "zendesk", "fetched"]).expect(0);
    let manifest: Value =
        serde_json::from_str(&fs::read_to_string(bench.path("fetched/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["subdomain"], "northshore.sandbox");
    insta::assert_snapshot!(bench.unchanged(&["ingest", "zendesk", "--from", "fetched"]).text(), @"
    exit 5
    error: the records are of Zendesk account northshore.sandbox, but the warehouse belongs to northshore/20481973
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    own.write_folder(&bench.path("pages"), "2026-11-02T09:00:00Z");
    fs::remove_file(bench.path("pages/manifest.json")).unwrap();
    let told = bench.unchanged(&["ingest", "zendesk", "--from", "pages"]).expect(5);
    assert!(told.err.contains("northshore.sandbox"), "{}", told.err);
    // The demo, its records and its accounts.
    insta::assert_snapshot!(bench.unchanged(&["demo"]).text(), @"
    exit 5
    error: orgdrift.db holds data that are not the demo's
    hint: name a file of its own: orgdrift demo --db demo.db
    ");
    bench.copy("fixtures/demo/zendesk", "demo");
    bench.copy("fixtures/demo/accounts.csv", "demo.csv");
    bench.unchanged(&["ingest", "zendesk", "--from", "demo"]).expect(5);
    insta::assert_snapshot!(bench.unchanged(&["ingest", "salesforce", "demo.csv"]).text(), @"
    exit 5
    error: the file holds the accounts of the bundled demo, but the warehouse belongs to Zendesk account northshore/20481973
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    // A plan of the account is not tried on its sandbox, dry or not.
    bench.run(&["plan"]).expect(0);
    insta::assert_snapshot!(refused(&bench, &own, &["apply", "latest"]).text(), @"
    exit 5
    error: the plan is for northshore/20481973, but the credentials are for northshore.sandbox
    hint: a plan for a real account is never tried on a sandbox: `orgdrift sandbox --from-snapshot latest` makes a copy of the warehouse to plan and rehearse on, and a folder of records is ingested into another file with --subdomain NAME.sandbox
    ");
    assert!(own.ledger().iter().all(|entry| entry.method == "GET"));
}

#[test]
fn a_warehouse_of_the_demo_refuses_everything_else() {
    let bench = real_company();
    bench.run(&["demo"]).expect(0);
    insta::assert_snapshot!(bench.unchanged(&RECORDS).text(), @"
    exit 5
    error: the records are of Zendesk account northshore/20481973, but the warehouse belongs to acme-demo.sandbox/20481973
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    insta::assert_snapshot!(bench.unchanged(&["ingest", "salesforce", "accounts.csv"]).text(), @"
    exit 5
    error: the file holds no account of the bundled demo, but the warehouse belongs to the demo, acme-demo.sandbox/20481973
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    // Records that do not say whose they are.
    bench.copy_within("real", "nobody's");
    fs::remove_file(bench.path("nobody's/manifest.json")).unwrap();
    for name in ["organizations", "users", "organization_memberships", "tickets"] {
        let path = bench.path(&format!("nobody's/{name}.ndjson"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\"url\"", "\"address\"")).unwrap();
    }
    insta::assert_snapshot!(
        bench.unchanged(&["ingest", "zendesk", "--from", "nobody's", "--taken-at", "2026-11-02T08:00:00Z"]).text(),
        @"
    exit 5
    error: the records do not say that they are of acme-demo.sandbox/20481973, to which the warehouse belongs
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    "
    );
    let own = orgdrift::sandbox::World::from_folder(&bench.path("real")).unwrap();
    let own = TestSandbox::start(own, orgdrift::sandbox::Options::default(), crate::common::clock());
    insta::assert_snapshot!(refused(&bench, &own, &["ingest", "zendesk"]).text(), @"
    exit 5
    error: the records are of Zendesk account northshore.sandbox, but the warehouse belongs to acme-demo.sandbox/20481973
    hint: keep one warehouse for each Zendesk account: name another file with --db
    ");
    // Its plan goes to its own sandbox and nowhere else.
    bench.run(&["plan"]).expect(0);
    refused(&bench, &own, &["apply", "latest"]);
    let mut real = bench.command(&["apply", "latest"]);
    real.envs([("ZENDESK_SUBDOMAIN", "northshore"), ("ZENDESK_OAUTH_TOKEN", "token")]);
    insta::assert_snapshot!(bench.run_command(real).text(), @"
    exit 5
    error: the plan is for acme-demo.sandbox/20481973, but the credentials are for northshore
    hint: a plan of a rehearsal is never applied to a real account: name the real warehouse with --db, audit and plan there
    ");
    let mut lost = bench.command(&["ingest", "zendesk"]);
    lost.envs([("ZENDESK_SUBDOMAIN", "acme-demo.sandbox"), ("ZENDESK_OAUTH_TOKEN", "token")]);
    insta::assert_snapshot!(bench.run_command(lost).text(), @"
    exit 4
    error: the Zendesk subdomain is that of a sandbox, but ORGDRIFT_ZENDESK_URL is not set
    hint: type all the lines that `orgdrift sandbox` printed, or export ZENDESK_SUBDOMAIN of your account
    ");
    // A second account file of the demo, and its sandbox, are its own.
    bench.copy("fixtures/demo/accounts.csv", "demo.csv");
    bench.run(&["ingest", "salesforce", "demo.csv"]).expect(0);
    bench.run_live(&TestSandbox::demo(), &["ingest", "zendesk"]).expect(0);
    assert_eq!(
        bench.rows("select distinct source_identity from snapshots where source = 'zendesk' order by 1"),
        ["acme-demo.sandbox", "acme-demo.sandbox/20481973"]
    );
}

#[test]
fn neither_begins_where_the_other_left_records() {
    // Records of nobody, then a sandbox.
    let bench = real_company();
    fs::remove_file(bench.path("real/manifest.json")).unwrap();
    for name in ["organizations", "users", "organization_memberships", "tickets"] {
        let path = bench.path(&format!("real/{name}.ndjson"));
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\"url\"", "\"address\"")).unwrap();
    }
    bench.run(&["ingest", "zendesk", "--from", "real", "--taken-at", "2024-11-02T06:00:00Z"]).expect(0);
    insta::assert_snapshot!(refused(&bench, &TestSandbox::demo(), &["ingest", "zendesk"]).text(), @"
    exit 5
    error: the records are of the sandbox acme-demo.sandbox, but the warehouse holds records of an account without a name
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
    // The accounts of the demo, then a real account.
    let bench = real_company();
    bench.copy("fixtures/demo/accounts.csv", "demo.csv");
    bench.run(&["ingest", "salesforce", "demo.csv"]).expect(0);
    insta::assert_snapshot!(bench.unchanged(&RECORDS).text(), @"
    exit 5
    error: the records are of Zendesk account northshore/20481973, but the warehouse holds the accounts of the bundled demo
    hint: the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db
    ");
}

/// `orgdrift sandbox --from-snapshot latest` in another terminal, and what it printed.
struct Terminal {
    child: Child,
    exports: Vec<(String, String)>,
}

impl Terminal {
    fn open(bench: &Bench, arguments: &[&str]) -> Self {
        let mut command = bench.command(&[&["sandbox", "--from-snapshot", "latest"], arguments].concat());
        command.env_remove("ORGDRIFT_TEST_NOW").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.as_mut().unwrap());
        let exports = out
            .lines()
            .take(4)
            .map(|line| {
                let line = line.unwrap();
                let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
                (name.to_owned(), value.trim_matches('\'').to_owned())
            })
            .collect();
        Self { child, exports }
    }

    fn value(&self, name: &str) -> &str {
        &self.exports.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// Runs a command where the lines were typed.
    fn run(&self, bench: &Bench, typed: &str) -> Told {
        let arguments: Vec<&str> = typed.split(' ').collect();
        let mut command = bench.command(&arguments);
        command.env_remove("ORGDRIFT_TEST_NOW").env("ORGDRIFT_TEST_SETTLE", "1").envs(self.exports.clone());
        bench.run_command(command)
    }

    fn close(&mut self) -> String {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let mut talk = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut talk).unwrap();
        self.child.wait().unwrap();
        talk
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The same whose accounts were read now: those of more than a week ago are planned with, but not applied.
fn real_warehouse_of_today() -> Bench {
    let bench = real_company();
    let mut command = bench.command(&ACCOUNTS[..3]);
    command.env_remove("ORGDRIFT_TEST_NOW");
    bench.run_command(command).expect(0);
    bench.run(&RECORDS).expect(0);
    bench.run(&["audit"]).expect(0);
    bench
}

/// The commands of the README, as somebody types them: the copy is planned, applied on the sandbox and proved, and all
/// of it says that it is a rehearsal. The warehouse itself stays as it was, byte for byte.
#[test]
fn a_rehearsal_as_the_readme_types_it() {
    let bench = real_warehouse_of_today();
    bench.run(&["plan"]).expect(0);
    let before = fs::read(bench.db()).unwrap();
    // The receipt of an apply to the account, as it lies beside the warehouse.
    let of_account = fs::read_to_string(root().join("fixtures/frozen/apply_receipt.json")).unwrap();
    bench.write("apply_receipt.json", &of_account);
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, section) = readme.split_once("**Rehearse.**").unwrap();
    let (section, _) = section.split_once("**Apply.**").unwrap();
    let commands: Vec<&str> = section
        .lines()
        .filter_map(|line| line.strip_prefix("orgdrift "))
        .map(|line| line.split(" #").next().unwrap().trim())
        .collect();
    assert_eq!(commands.first(), Some(&"sandbox --from-snapshot latest"));
    assert!(commands.len() >= 8, "{commands:?}");

    let mut terminal = Terminal::open(&bench, &[]);
    let copy = bench.path("orgdrift-rehearsal.db");
    assert_eq!(fs::canonicalize(terminal.value("ORGDRIFT_DB")).unwrap(), fs::canonicalize(&copy).unwrap());
    assert_eq!(terminal.value("ZENDESK_SUBDOMAIN"), "northshore.sandbox");
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    let there = rusqlite::Connection::open(&copy).unwrap();
    let rows = |sql: &str| crate::common::dump::rows(&there, sql);
    assert_eq!(
        rows("select distinct source_identity from snapshots where source = 'zendesk'"),
        ["northshore.sandbox/20481973"]
    );
    assert_eq!(rows("select count(*) from plans"), ["0"], "plans of the account stay with it");
    assert_eq!(rows("select count(*) from issues"), bench.rows("select count(*) from issues"));
    drop(there);

    let mut said = String::new();
    let mut hash = String::new();
    let mut is_applied = false;
    for typed in &commands[1..] {
        if typed.starts_with("ingest") && is_applied {
            // A reading proves what was done in an earlier second.
            std::thread::sleep(Duration::from_millis(2100));
        }
        let typed = typed.replace("HASH", &hash);
        let told = terminal.run(&bench, &typed);
        let told = told.expect(0);
        is_applied |= typed.starts_with("apply") && typed.contains("--apply");
        if typed == "plan" {
            hash = told.out.lines().find_map(|line| line.strip_prefix("hash ")).unwrap().to_owned();
        }
        said.push_str(&format!("$ orgdrift {typed}\n{}{}", told.out, told.err));
    }
    assert!(is_applied);
    let rehearsed = "rehearsal: northshore.sandbox is a sandbox, so nothing reaches Zendesk";
    assert!(said.matches(rehearsed).count() >= 4, "{said}");
    assert!(said.contains("5 of 5 issues resolved\n"), "{said}");
    assert_eq!(fs::read_to_string(bench.path("apply_receipt.json")).unwrap(), of_account);
    let receipt = fs::read_to_string(bench.path("rehearsal_receipt.json")).unwrap();
    assert!(receipt.contains("\"source_identity\": \"northshore.sandbox\""), "{receipt}");
    for (command, member) in
        [("prove latest --json", "source_identity"), ("receipt show latest --json", "source_identity")]
    {
        let told = terminal.run(&bench, command).expect(0);
        assert!(
            told.out.contains(&format!("\"{member}\":")) && told.out.contains("northshore.sandbox"),
            "{}",
            told.out
        );
    }
    // The real account cannot be reached from here, nor its readings get into the copy.
    let mut real =
        bench.command(&["ingest", "zendesk", "--from", "real", "--taken-at", "2026-01-01T00:00:00Z"]);
    real.env("ORGDRIFT_DB", &copy);
    let told = bench.run_command(real).expect(5);
    assert!(told.err.contains("northshore.sandbox") && told.err.contains("--db"), "{}", told.err);
    assert_eq!(fs::read(bench.db()).unwrap(), before, "the warehouse itself stays as it was");

    // Never over a file that is there.
    let talk = terminal.close();
    assert!(talk.contains("a copy without plans and receipts"), "{talk}");
    let kept = fs::read(&copy).unwrap();
    let told = bench.run(&["sandbox", "--from-snapshot", "latest"]).expect(5);
    assert!(
        told.err.contains("orgdrift-rehearsal.db is there already") && told.err.contains("--copy"),
        "{}",
        told.err
    );
    assert_eq!(fs::read(&copy).unwrap(), kept);
    let again = Terminal::open(&bench, &["--copy", "second.db"]);
    assert!(again.value("ORGDRIFT_DB").ends_with("/second.db"));
    assert!(bench.path("second.db").exists());
}

/// A folder of the account and a sandbox over it, or over what changed since: the records are ingested as the sandbox's.
#[test]
fn a_folder_is_rehearsed_on_under_the_name_of_the_sandbox() {
    let bench = real_company();
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-11-02T05:30:00Z"]).expect(0);
    let of_sandbox = |name: &str| {
        bench.run(&[
            "ingest",
            "zendesk",
            "--from",
            "real",
            "--subdomain",
            name,
            "--taken-at",
            "2026-11-02T06:30:00Z",
        ])
    };
    of_sandbox("northshore.sandbox").expect(0);
    assert_eq!(
        bench.value("select source_identity from snapshots where source = 'zendesk'"),
        "northshore.sandbox/20481973"
    );
    bench.run(&["audit"]).expect(0);
    bench.run(&["plan"]).expect(0);
    let world = orgdrift::sandbox::World::from_folder(&bench.path("real")).unwrap();
    let sandbox = TestSandbox::start(world, orgdrift::sandbox::Options::default(), crate::common::clock());
    let told = bench.run_live(&sandbox, &["apply", "latest"]).expect(0);
    assert!(told.out.contains("5 would_apply"), "{}", told.out);
    // Under another name it is still refused, and a sandbox never passes for its account.
    let told = of_sandbox("southshore.sandbox").expect(5);
    assert!(told.err.contains("but the manifest of real names northshore"), "{}", told.err);
    bench.run_live(&sandbox, &["fetch", "zendesk", "fetched"]).expect(0);
    let told = bench.run(&["ingest", "zendesk", "--from", "fetched", "--subdomain", "northshore"]).expect(5);
    assert!(told.err.contains("but the manifest of fetched names northshore.sandbox"), "{}", told.err);
}

#[test]
fn an_older_snapshot_is_served_without_a_copy() {
    let bench = real_warehouse();
    bench.run(&["ingest", "zendesk", "--from", "real", "--taken-at", "2024-11-03T06:00:00Z"]).expect(0);
    let told = bench.run(&["sandbox", "--from-snapshot", "2", "--copy", "x.db"]).expect(2);
    assert_eq!(
        told.err,
        "error: --copy is for a rehearsal, and plans are made of the newest snapshot, 3\n\
         hint: orgdrift sandbox --from-snapshot latest\n"
    );
    assert!(!bench.path("x.db").exists());
    bench.run(&["sandbox", "--copy", "x.db"]).expect(2);
}

/// An older version stored the demo under a name that an account could have. Such a warehouse is still the demo's.
#[test]
fn the_demo_of_an_older_version_is_still_the_demo() {
    let bench = Bench::with_demo();
    rusqlite::Connection::open(bench.db())
        .unwrap()
        .execute_batch(
            "update _zendesk_identity set subdomain = 'acme-demo';
             update snapshots set source_identity = 'acme-demo/20481973' where source = 'zendesk';",
        )
        .unwrap();
    bench.run(&["demo"]).expect(0);
    let told = bench.run_live(&TestSandbox::demo(), &["ingest", "zendesk"]);
    told.expect(0);
    assert_eq!(bench.value("select subdomain from _zendesk_identity"), "acme-demo.sandbox");
    bench.run_live(&TestSandbox::demo(), &["audit"]).expect(0);
    // Whoever has an account of that name keeps its warehouse.
    let bench = real_company();
    bench.run(&["ingest", "zendesk", "--from", "real", "--subdomain", "northshore"]).expect(0);
    rusqlite::Connection::open(bench.db())
        .unwrap()
        .execute_batch("update _zendesk_identity set subdomain = 'acme-demo', account_id = 7")
        .unwrap();
    refused(&bench, &TestSandbox::demo(), &["ingest", "zendesk"]);
}
