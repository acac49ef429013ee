//! Mistakes of whoever types the command: each has a message of its own, and leaves nothing behind.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use insta::assert_snapshot;
use orgdrift::model::UserRole;
use orgdrift::sandbox::{Options, World};

use crate::common::bench::Bench;
use crate::common::clock;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;

const SECRET: &str = "c4n4ry-0f-a-s3cr3t";

/// Runs a live ingest with some variables besides the address, beside a warehouse that must stay as it is.
fn ingest(sandbox: &TestSandbox, variables: &[(&str, &str)], prepare: impl Fn(&Bench)) -> String {
    let bench = Bench::with_demo();
    prepare(&bench);
    let before = bench.dump();
    let asked = |bench: &Bench, name: &str| {
        let mut command = bench.command(&[&["ingest", "zendesk"], arguments(bench)].concat());
        command.env("ORGDRIFT_ZENDESK_URL", &sandbox.url).env("ORGDRIFT_TEST_HURRY", "1000 1");
        command.envs(variables.iter().copied());
        let told = bench.run_command(command).silent_about(&[SECRET, "ann@", &sandbox.token]);
        assert_eq!(told.out, "", "{name}");
        assert!(!bench.path("orgdrift.db.staging").exists(), "{}", told.err);
        let text = told.text().replace(sandbox.url.trim_start_matches("http://"), "[host]");
        // The number is of the system.
        text.replace(" (os error 111)", "").replace(" (os error 61)", "")
    };
    let told = asked(&bench, "with a warehouse");
    bench.dump().assert_same(&before);
    // Where there is none, none is made.
    fs::remove_file(bench.db()).unwrap();
    assert_eq!(asked(&bench, "without a warehouse"), told);
    assert!(!bench.db().exists());
    told
}

fn arguments(bench: &Bench) -> &'static [&'static str] {
    if bench.path("zendesk.toml").symlink_metadata().is_ok() {
        &["--credentials", "zendesk.toml"]
    } else {
        &[]
    }
}

fn nothing(_: &Bench) {}

fn account(options: Options) -> TestSandbox {
    TestSandbox::start(World::demo().unwrap(), options, clock())
}

#[test]
fn accounts_and_logins_that_are_wrong() {
    let sandbox = TestSandbox::demo();
    let acme = ("ZENDESK_SUBDOMAIN", "acme-demo");
    let token = ("ZENDESK_OAUTH_TOKEN", sandbox.token.as_str());
    let mut told = String::new();
    let mut case = |name: &str, sandbox: &TestSandbox, variables: &[(&str, &str)]| {
        told += &format!("{name}: {}", ingest(sandbox, variables, nothing));
    };
    case("no subdomain", &sandbox, &[token]);
    case("an address for a subdomain", &sandbox, &[("ZENDESK_SUBDOMAIN", "acme-demo.zendesk.com"), token]);
    sandbox.faults.on("/", Which::From(1), Fault::status(404, None));
    case("no such account", &sandbox, &[acme, token]);
    sandbox.faults.clear();
    case("a wrong token", &sandbox, &[acme, ("ZENDESK_OAUTH_TOKEN", SECRET)]);
    case(
        "a wrong API token",
        &sandbox,
        &[acme, ("ZENDESK_EMAIL", "ann@example.com"), ("ZENDESK_API_TOKEN", SECRET)],
    );
    case(
        "a wrong secret",
        &sandbox,
        &[acme, ("ZENDESK_OAUTH_CLIENT_ID", "id"), ("ZENDESK_OAUTH_CLIENT_SECRET", SECRET)],
    );
    case("half of a login", &sandbox, &[acme, ("ZENDESK_EMAIL", "ann@example.com")]);
    case("two logins", &sandbox, &[acme, token, ("ZENDESK_API_TOKEN", SECRET)]);
    case("no login", &sandbox, &[acme]);
    case("a line end", &sandbox, &[acme, ("ZENDESK_OAUTH_TOKEN", "c4n4ry-0f-a-s3cr3t\n")]);
    sandbox.faults.on("/", Which::From(1), Fault::saying(200, r#"{"user":{"id":null,"role":"end-user"}}"#));
    case("nobody", &sandbox, &[acme, token]);
    assert_snapshot!(told, @"
    no subdomain: exit 4
    error: the Zendesk account is not named: ZENDESK_SUBDOMAIN is not set
    hint: export ZENDESK_SUBDOMAIN=acme, the part before .zendesk.com in the address of your account
    an address for a subdomain: exit 4
    error: the Zendesk subdomain is none: write the part before .zendesk.com, letters, digits and inner hyphens
    hint: export ZENDESK_SUBDOMAIN=acme, the part before .zendesk.com in the address of your account
    no such account: exit 4
    error: there is no Zendesk account at [host]
    hint: ZENDESK_SUBDOMAIN is the part before .zendesk.com in the address of your account
    a wrong token: exit 4
    error: [host] does not take the OAuth token: it is wrong, has ended or was revoked: invalid_token, The access token provided is expired, revoked, malformed or invalid for other reasons.
    hint: set a new ZENDESK_OAUTH_TOKEN, or an OAuth client, whose tokens orgdrift renews itself
    a wrong API token: exit 4
    Zendesk takes API tokens until 2027-04-30: an OAuth client takes their place
    error: [host] does not take the e-mail address and the API token: Couldn't authenticate you
    hint: check ZENDESK_EMAIL and ZENDESK_API_TOKEN: tokens that nobody used for 30 days were switched off, and none can be made any more; an OAuth client takes their place
    a wrong secret: exit 4
    error: [host] does not take the OAuth client or its secret: invalid_client, Client authentication failed
    hint: check ZENDESK_OAUTH_CLIENT_ID and ZENDESK_OAUTH_CLIENT_SECRET: Admin Center, Apps and integrations, OAuth clients
    half of a login: exit 4
    error: ZENDESK_EMAIL is set and ZENDESK_API_TOKEN is not: they belong together
    hint: export ZENDESK_API_TOKEN=…
    two logins: exit 4
    error: both ZENDESK_OAUTH_TOKEN and ZENDESK_API_TOKEN are set, and only one of them can be used
    hint: unset ZENDESK_OAUTH_TOKEN
    no login: exit 4
    error: there are no Zendesk credentials: no variable and no file holds them
    hint: export ZENDESK_SUBDOMAIN=… ZENDESK_OAUTH_CLIENT_ID=… ZENDESK_OAUTH_CLIENT_SECRET=…, or name a file with --credentials; docs/zendesk-login.md shows each click
    a line end: exit 4
    error: ZENDESK_OAUTH_TOKEN holds a line end, a space or another character that cannot be part of it
    hint: set ZENDESK_OAUTH_TOKEN again, without quotes and line ends
    nobody: exit 4
    error: [host] does not take the OAuth token: it is wrong, has ended or was revoked: it answers as to an anonymous user
    hint: set a new ZENDESK_OAUTH_TOKEN, or an OAuth client, whose tokens orgdrift renews itself
    ");
}

#[test]
fn people_and_tokens_that_may_not() {
    let mut told = String::new();
    for (name, options) in [
        ("an agent", Options { role: UserRole::Agent, ..Options::default() }),
        ("an end user", Options { role: UserRole::EndUser, ..Options::default() }),
        ("a missing scope", Options { scopes: vec!["tickets:read".to_owned()], ..Options::default() }),
        ("no scope", Options { scopes: Vec::new(), ..Options::default() }),
    ] {
        let sandbox = account(options);
        let variables = [("ZENDESK_SUBDOMAIN", "acme-demo"), ("ZENDESK_OAUTH_TOKEN", sandbox.token.as_str())];
        told += &format!("{name}: {}", ingest(&sandbox, &variables, nothing));
    }
    assert_snapshot!(told, @"
    an agent: exit 4
    error: the user who logs in has the role agent, but reading an account needs an admin
    hint: make the token or OAuth client as an admin: exports are for admins only
    an end user: exit 4
    error: the user who logs in has the role end-user, but reading an account needs an admin
    hint: make the token or OAuth client as an admin: exports are for admins only
    a missing scope: exit 4
    the account's settings cannot be read: whether a user may belong to several organizations is not known
    organizations: not_permitted (missing_scope), 0 rows in 0 pages
    users: not_permitted (missing_scope), 0 rows in 0 pages
    organization_memberships: not_permitted (missing_scope), 0 rows in 0 pages
    tickets: not_permitted (missing_scope), 0 rows in 0 pages
    error: the token lacks the scope to read any of the collections
    hint: make a token with the scope `read`
    no scope: exit 4
    the account's settings cannot be read: whether a user may belong to several organizations is not known
    organizations: not_permitted (missing_scope), 0 rows in 0 pages
    users: not_permitted (missing_scope), 0 rows in 0 pages
    organization_memberships: not_permitted (missing_scope), 0 rows in 0 pages
    tickets: not_permitted (missing_scope), 0 rows in 0 pages
    error: the token lacks the scope to read any of the collections
    hint: make a token with the scope `read`
    ");
}

#[test]
fn networks_that_do_not_lead_there() {
    let sandbox = TestSandbox::demo();
    let variables = [("ZENDESK_SUBDOMAIN", "acme-demo"), ("ZENDESK_OAUTH_TOKEN", sandbox.token.as_str())];
    let mut told = String::new();
    for (name, fault) in [
        ("a page of a proxy", Fault::html()),
        ("a redirect", Fault::redirect("https://login.example.com/?for=ann@example.com")),
        ("a reset", Fault::ResetBefore),
        ("a server that fails", Fault::status(503, None)),
        ("a limit that is used up", Fault::too_many(None)),
        ("half a reply", Fault::Truncated),
        ("another API", Fault::wrong_page()),
    ] {
        sandbox.faults.clear();
        sandbox.faults.on("/", Which::From(1), fault);
        told += &format!("{name}: {}", ingest(&sandbox, &variables, nothing));
    }
    // A port that nobody listens at: the one of a listener that is gone.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let url = format!("http://{closed}");
    let offline = [variables[0], variables[1], ("ORGDRIFT_ZENDESK_URL", url.as_str())];
    told += &format!("no network: {}", ingest(&sandbox, &offline, nothing).replace(&closed, "[host]"));
    for (name, url) in
        [("another machine", "http://10.0.0.1"), ("a path", "http://127.0.0.1/x"), ("nonsense", "acme")]
    {
        let elsewhere = [variables[0], variables[1], ("ORGDRIFT_ZENDESK_URL", url)];
        told += &format!("{name}: {}", ingest(&sandbox, &elsewhere, nothing));
    }
    assert_snapshot!(told, @"
    a page of a proxy: exit 1
    error: [host] answers /api/v2/users/me with something else than JSON
    hint: something between this machine and Zendesk may have answered: a proxy, a login page of a network
    a redirect: exit 1
    error: [host] sends /api/v2/users/me elsewhere (status 302), where credentials do not go
    hint: ZENDESK_SUBDOMAIN is the part before .zendesk.com, also where the account has a host name of its own
    a reset: exit 1
    error: [host] cannot be reached for /api/v2/users/me: connection closed before message completed
    hint: the sandbox does not answer: start it again, or leave the terminal that has its settings
    a server that fails: exit 1
    error: [host] fails at /api/v2/users/me with status 503
    hint: try again later
    a limit that is used up: exit 1
    error: [host] holds back requests to /api/v2/users/me for too long: APIRateLimitExceeded, Number of allowed API requests per minute exceeded
    hint: try again later, or with a smaller --rate-share: other programs use up the account's limit
    half a reply: exit 1
    error: a reply of [host] to /api/v2/users/me is cut off or no JSON
    hint: try again later
    another API: exit 1
    error: a reply of [host] to /api/v2/users/me is no page: it has no user
    no network: exit 1
    error: [host] cannot be reached for /api/v2/users/me: Connection refused
    hint: the sandbox does not answer: start it again, or leave the terminal that has its settings
    another machine: exit 4
    error: ORGDRIFT_ZENDESK_URL names another machine: it is for servers on this one, at 127.0.0.1, ::1 or localhost
    hint: unset ORGDRIFT_ZENDESK_URL
    a path: exit 4
    error: ORGDRIFT_ZENDESK_URL is not an address: write http://127.0.0.1:8080 and nothing after it
    hint: unset ORGDRIFT_ZENDESK_URL
    nonsense: exit 4
    error: ORGDRIFT_ZENDESK_URL is not an address: write http://127.0.0.1:8080 and nothing after it
    hint: unset ORGDRIFT_ZENDESK_URL
    ");
}

#[test]
fn files_of_credentials_that_are_refused() {
    let sandbox = TestSandbox::demo();
    let subdomain = [("ZENDESK_SUBDOMAIN", "acme-demo")];
    let write = |bench: &Bench, text: &str, mode: u32| {
        bench.write("zendesk.toml", text);
        fs::set_permissions(bench.path("zendesk.toml"), fs::Permissions::from_mode(mode)).unwrap();
    };
    let good = format!("oauth_token = \"{}\"\n", sandbox.token);
    let bad = |line: &str| format!("subdomain = \"acme-demo\"\n{line}\n");
    let mut told = String::new();
    let mut case = |name: &str, prepare: &dyn Fn(&Bench)| {
        told += &format!("{name}: {}", ingest(&sandbox, &subdomain, prepare));
    };
    case("others may read it", &|bench| write(bench, &good, 0o644));
    case("a link", &|bench| {
        write(bench, &good, 0o600);
        fs::rename(bench.path("zendesk.toml"), bench.path("real.toml")).unwrap();
        symlink("real.toml", bench.path("zendesk.toml")).unwrap();
    });
    case("a folder", &|bench| fs::create_dir(bench.path("zendesk.toml")).unwrap());
    case("broken", &|bench| write(bench, &bad(&format!("oauth_token = \"{SECRET}")), 0o600));
    case("an unknown key", &|bench| write(bench, &bad(&format!("oauth_tokn = \"{SECRET}\"")), 0o600));
    case("a number", &|bench| write(bench, &bad("oauth_token = 12345678"), 0o600));
    case("half", &|bench| write(bench, &bad(&format!("api_token = \"{SECRET}\"")), 0o600));
    case("empty", &|bench| write(bench, "", 0o600));
    assert_snapshot!(told, @r#"
    others may read it: exit 4
    error: the credentials at zendesk.toml can be read by others: its mode is 0644
    hint: chmod 600 zendesk.toml
    a link: exit 4
    error: the credentials at zendesk.toml are a symbolic link
    hint: name a regular file of your own
    a folder: exit 4
    error: the credentials at zendesk.toml are no regular file
    hint: name a regular file of your own
    broken: exit 4
    error: zendesk.toml, line 2: not in the form NAME = "VALUE", such as subdomain = "acme"
    an unknown key: exit 4
    error: zendesk.toml, line 2: a key that is not known
    hint: did you mean oauth_token?
    a number: exit 4
    error: zendesk.toml, line 2: oauth_token is not text in quotes
    half: exit 4
    error: ZENDESK_API_TOKEN is set and ZENDESK_EMAIL is not: they belong together
    hint: export ZENDESK_EMAIL=…
    empty: exit 4
    error: there are no Zendesk credentials: no variable and no file holds them
    hint: export ZENDESK_SUBDOMAIN=… ZENDESK_OAUTH_CLIENT_ID=… ZENDESK_OAUTH_CLIENT_SECRET=…, or name a file with --credentials; docs/zendesk-login.md shows each click
    "#);
    assert_eq!(sandbox.ledger().len(), 0, "nobody was asked");
}

#[test]
fn a_file_that_is_not_there() {
    let sandbox = TestSandbox::demo();
    let bench = Bench::empty();
    let told = bench.run_live(&sandbox, &["ingest", "zendesk", "--credentials", "nowhere.toml"]);
    assert_snapshot!(told.text(), @"
    exit 4
    error: the credentials at nowhere.toml cannot be read: no such file or folder
    hint: write it as docs/zendesk-login.md shows, or name another one with --credentials
    ");
}
