//! `orgdrift doctor`: what is well, what is not, and what to type about it.

use std::fs;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};

use insta::assert_snapshot;
use orgdrift::model::UserRole;
use orgdrift::sandbox::{Options, World};
use orgdrift::warehouse::SCHEMA_VERSION;
use serde_json::Value;

use crate::common::bench::{Bench, Told};
use crate::common::clock;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;

/// Runs the command with variables of the environment.
fn doctor(bench: &Bench, arguments: &[&str], variables: &[(&str, String)]) -> Told {
    let mut command = bench.command(&["doctor"]);
    command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Told { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// What was found, with what differs between machines taken out.
fn shown(told: &Told, sandbox: Option<&TestSandbox>) -> String {
    let mut text = format!("exit {}\n{}{}", told.code, told.out, told.err);
    text = text.replace(&format!("(schema {SCHEMA_VERSION})"), "(schema [newest])");
    if let Some(sandbox) = sandbox {
        let host = sandbox.url.trim_start_matches("http://");
        text = text.replace(host, "[host]");
        assert!(!text.contains(&sandbox.token), "{text}");
    }
    text.lines()
        .map(|line| match line.find(" free; ") {
            Some(_) => " ok       disk space              [free]\n".to_owned(),
            None => format!("{line}\n"),
        })
        .collect()
}

/// The verdict of each check, by its name.
fn verdicts(told: &Told) -> Vec<(String, String)> {
    let checks: Vec<Value> = serde_json::from_str(&told.out).unwrap();
    let text = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
    checks.iter().map(|check| (text(check, "check"), text(check, "verdict"))).collect()
}

fn failures(told: &Told) -> Vec<String> {
    verdicts(told).into_iter().filter(|(_, verdict)| verdict == "failure").map(|(name, _)| name).collect()
}

#[test]
fn all_is_well() {
    let bench = Bench::with_demo();
    fs::set_permissions(bench.db(), fs::Permissions::from_mode(0o600)).unwrap();
    let before = bench.dump();
    let sandbox = TestSandbox::limited_demo();
    let told = doctor(&bench, &[], &sandbox.environment());
    assert_snapshot!(shown(&told, Some(&sandbox)), @"
    exit 0
     verdict  check                    found
     ok       credentials              logged in to [host] with an OAuth token as user 21700000004011
     ok       role                     admin
     ok       read access              all 7 lists and exports can be read
     ok       organizations of a user  a user can belong to several
     ok       rate limits              400 requests a minute for all programs of the account, 200 of them for orgdrift; 10 exports, 5 of them
     ok       clock                    agrees with the server's
     ok       disk space              [free]
     ok       warehouse                orgdrift.db is sound (schema [newest])
     ok       suppressions             none in force
     ok       permissions              the warehouse has mode 0600
    next: orgdrift ingest zendesk
    ");
    bench.dump().assert_same(&before);
    let ledger = sandbox.ledger();
    assert_eq!(ledger.len(), 9, "a cheap look");
    assert!(ledger.iter().all(|entry| entry.method == "GET" && entry.status == 200));
}

#[test]
fn without_credentials_and_warehouse_it_says_what_is_missing() {
    let bench = Bench::empty();
    assert_snapshot!(shown(&doctor(&bench, &[], &[]), None), @"
    exit 0
     verdict  check        found
     warning  credentials  there are no Zendesk credentials: no variable and no file holds them
                           -> export ZENDESK_SUBDOMAIN=… ZENDESK_OAUTH_CLIENT_ID=… ZENDESK_OAUTH_CLIENT_SECRET=…, or name a file with --credentials; docs/zendesk-login.md shows each click
     ok       disk space              [free]
     ok       warehouse    there is no warehouse at orgdrift.db yet: the first ingest makes it
    next: orgdrift ingest salesforce FILE
    ");
    assert!(!bench.db().exists());
}

#[test]
fn wrong_credentials_are_told_apart() {
    let bench = Bench::with_demo();
    let sandbox = TestSandbox::demo();
    let mut variables = sandbox.environment().to_vec();
    variables[2].1 = "wr0ng-canary".to_owned();
    let told = doctor(&bench, &[], &variables);
    assert_snapshot!(shown(&told, Some(&sandbox)).lines().take(4).collect::<Vec<_>>().join("\n"), @"
    exit 4
     verdict  check         found
     failure  credentials   [host] does not take the OAuth token: it is wrong, has ended or was revoked: invalid_token, The access token provided is expired, revoked, malformed or invalid for other reasons.
                            -> set a new ZENDESK_OAUTH_TOKEN, or an OAuth client, whose tokens orgdrift renews itself
    ");
    assert!(!told.out.contains("wr0ng-canary") && !told.err.contains("wr0ng-canary"));

    // Half of them, two kinds of them, another host: nothing is asked.
    for (name, value) in [
        ("ZENDESK_API_TOKEN", "c4n4ry-secret"),
        ("ZENDESK_OAUTH_CLIENT_ID", "c4n4ry-secret"),
        ("ORGDRIFT_ZENDESK_URL", "https://c4n4ry-secret.com"),
        ("ZENDESK_SUBDOMAIN", "c4n4ry-secret.com/#"),
    ] {
        let asked = sandbox.ledger().len();
        let mut variables = sandbox.environment().to_vec();
        variables.retain(|(set, _)| *set != name);
        variables.push((name, value.to_owned()));
        let told = doctor(&bench, &["--json"], &variables);
        assert_eq!((told.code, failures(&told)), (4, vec!["credentials".to_owned()]), "{name}");
        assert!(!told.out.contains("c4n4ry") && !told.err.contains("c4n4ry"), "{}", told.out);
        assert_eq!(sandbox.ledger().len(), asked);
    }
}

#[test]
fn an_agent_and_a_narrow_token_fail_with_4() {
    let bench = Bench::with_demo();
    let start = |options| TestSandbox::start(World::demo().unwrap(), options, clock());
    let agent = start(Options { role: UserRole::Agent, ..Options::default() });
    assert_snapshot!(shown(&doctor(&bench, &[], &agent.environment()), Some(&agent)), @"
    exit 4
     verdict  check                    found
     ok       credentials              logged in to [host] with an OAuth token as user 21700000004022
     failure  role                     agent: exports are for admins only
                                       -> log in as an admin
     failure  read access              the export of organizations, the export of users, the export of tickets: [host] does not allow /api/v2/incremental/organizations to whoever is logged in: Forbidden, You do not have access to this page. Please contact the account owner of this help desk for further help.
                                       -> log in as an admin: exports are for admins only
     ok       organizations of a user  a user can belong to several
     ok       rate limits              400 requests a minute for all programs of the account, 200 of them for orgdrift; 10 exports, 5 of them
     ok       clock                    agrees with the server's
     ok       disk space              [free]
     ok       warehouse                orgdrift.db is sound (schema [newest])
     ok       suppressions             none in force
     warning  permissions              the warehouse has mode 0644: other users of this machine can read it
                                       -> chmod 600 orgdrift.db
    next: orgdrift doctor
    ");
    let narrow = start(Options { scopes: vec!["users:read".to_owned()], ..Options::default() });
    let told = doctor(&bench, &["--json"], &narrow.environment());
    assert_eq!(told.code, 4);
    assert!(told.out.contains("the token lacks a scope"), "{}", told.out);
}

#[test]
fn an_api_token_is_warned_of_and_clocks_are_compared() {
    let bench = Bench::with_demo();
    let sandbox = TestSandbox::demo();
    let mut variables = sandbox.environment()[..2].to_vec();
    variables.push(("ZENDESK_EMAIL", "ann@example.com".to_owned()));
    variables.push(("ZENDESK_API_TOKEN", sandbox.token.clone()));
    variables.push(("ORGDRIFT_TEST_NOW", "2026-11-02T07:02:30Z".to_owned()));
    let told = doctor(&bench, &[], &variables);
    assert!(told.out.contains("Zendesk takes API tokens until 2027-04-30"), "{}", told.out);
    assert!(told.out.contains("this machine is 150 seconds ahead of the server"), "{}", told.out);
    assert!(!told.out.contains("ann@") && !told.err.contains("ann@"));
    assert_eq!(told.code, 0);
}

#[test]
fn the_settings_of_the_folder_count_as_in_a_reading() {
    let bench = Bench::empty();
    bench.write("orgdrift.toml", "[zendesk]\nsubdomain = \"acme-demo\"\nrate_share = 20\n");
    // A fifth of ten exports a minute would be waited for.
    let options = Options { export_limit: 1_000, ..Options::default() };
    let sandbox = TestSandbox::start(World::demo().unwrap(), options, clock());
    let mut variables = sandbox.environment().to_vec();
    variables.retain(|(name, _)| *name != "ZENDESK_SUBDOMAIN");
    let told = doctor(&bench, &["--json"], &variables);
    assert_eq!((told.code, failures(&told)), (0, vec![]), "{}", told.out);
    assert!(
        told.out.contains("400 requests a minute for all programs of the account, 80 of them"),
        "{}",
        told.out
    );
}

#[test]
fn a_server_that_fails_is_a_failure_of_its_own() {
    let bench = Bench::with_demo();
    let sandbox = TestSandbox::demo();
    sandbox.faults.on("/api/v2/users/me", Which::From(1), Fault::html());
    let told = doctor(&bench, &["--json"], &sandbox.environment());
    assert_eq!((told.code, failures(&told)), (1, vec!["connection".to_owned()]));
    sandbox.faults.clear();
    sandbox.faults.on("/api/v2/users/me", Which::From(1), Fault::status(404, None));
    let told = doctor(&bench, &["--json"], &sandbox.environment());
    assert_eq!((told.code, failures(&told)), (4, vec!["credentials".to_owned()]));
    assert!(told.out.contains("there is no Zendesk account at"), "{}", told.out);
}

#[test]
fn a_file_of_credentials_is_for_its_owner_alone() {
    let bench = Bench::empty();
    let sandbox = TestSandbox::demo();
    let variables = [sandbox.environment()[0].clone()];
    let path = bench.path("zendesk.toml");
    let text = format!("subdomain = \"acme-demo\"\noauth_token = \"{}\"\n", sandbox.token);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    let told = doctor(&bench, &["--json", "--credentials", "zendesk.toml"], &variables);
    assert_eq!((told.code, failures(&told)), (0, vec![]), "{}", told.out);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let told = doctor(&bench, &["--json", "--credentials", "zendesk.toml"], &variables);
    assert_eq!(told.code, 4);
    assert!(told.out.contains("chmod 600 zendesk.toml"), "{}", told.out);
}

#[test]
fn the_warehouse_is_looked_at_and_left_alone() {
    let bench = Bench::with_demo();
    fs::set_permissions(bench.db(), fs::Permissions::from_mode(0o644)).unwrap();
    let told = doctor(&bench, &["--json"], &[]);
    let warehouse = |told: &Told| {
        verdicts(told)
            .into_iter()
            .filter(|(name, _)| ["warehouse", "permissions", "suppressions"].contains(&name.as_str()))
            .map(|(name, verdict)| format!("{name}: {verdict}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(warehouse(&told), ["warehouse: ok", "suppressions: ok", "permissions: warning"]);
    assert!(told.out.contains("chmod 600 orgdrift.db"));

    bench
        .run(&[
            "suppression",
            "add",
            "--code",
            "org_missing_external_id",
            "--account",
            "001ACME00100000YDA",
            "--reason",
            "known",
            "--owner",
            "ops",
            "--expires",
            "2026-11-05",
        ])
        .expect(0);
    let told = doctor(&bench, &[], &[]);
    assert!(told.out.contains("1 in force, 1 of them about to end"), "{}", told.out);
    let told = doctor(&bench, &[], &[("ORGDRIFT_TEST_NOW", "2026-12-01T00:00:00Z".to_owned())]);
    assert!(told.out.contains("none in force, 1 ended"), "{}", told.out);

    // Pages in the middle that are none; one alone might be free.
    let mut bytes = fs::read(bench.db()).unwrap();
    let middle = 4096 * (bytes.len() / 4096 / 2);
    bytes[middle..middle + 32 * 4096].fill(0xa5);
    fs::write(bench.db(), &bytes).unwrap();
    let told = doctor(&bench, &["--json"], &[]);
    assert_eq!(
        (told.code, failures(&told).first().map(String::as_str)),
        (1, Some("warehouse")),
        "{}",
        told.out
    );
    assert_eq!(fs::read(bench.db()).unwrap(), bytes);

    fs::write(bench.db(), "something else").unwrap();
    let told = doctor(&bench, &["--json"], &[]);
    assert_eq!((told.code, failures(&told)), (1, vec!["warehouse".to_owned()]));
}
