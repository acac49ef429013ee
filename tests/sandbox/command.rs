//! `orgdrift sandbox` as it is typed.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Stdio};

use orgdrift::sandbox::World;
use orgdrift::warehouse::Warehouse;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::common::bench::Bench;
use crate::common::demo;
use crate::common::sandbox::{TestSandbox, client};

/// How a record of a collection is found.
type Look = fn(&World, i64) -> Option<Value>;

/// A sandbox as a command of its own.
struct Running {
    child: Child,
    lines: Vec<String>,
}

fn start(bench: &Bench, arguments: &[&str], lines: usize, token: Option<&str>) -> Running {
    let mut command = bench.command(&[&["sandbox"], arguments].concat());
    if let Some(token) = token {
        command.env("ORGDRIFT_SANDBOX_TOKEN", token);
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let out = BufReader::new(child.stdout.as_mut().unwrap());
    let lines = out.lines().take(lines).map(Result::unwrap).collect();
    Running { child, lines }
}

impl Running {
    fn value(&self, name: &str) -> String {
        let start = format!("export {name}=");
        let line = self.lines.iter().find_map(|line| line.strip_prefix(&start));
        line.unwrap_or_else(|| panic!("no {name} in {:?}", self.lines)).to_owned()
    }

    /// Sends a signal and returns the exit code and the talk.
    fn stop(mut self, signal: Signal) -> (Option<i32>, String) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let mut talk = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut talk).unwrap();
        (self.child.wait().unwrap().code(), talk)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It is gone already, unless the test failed before it stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks a sandbox that is not the test's own.
fn get(url: &str, token: &str, path: &str) -> Value {
    let asking = TestSandbox::demo();
    asking.send(client().get(format!("{url}{path}")).bearer_auth(token)).expect(200).json
}

#[test]
fn it_prints_what_to_set_and_stops_on_ctrl_c() {
    let bench = Bench::empty();
    for signal in [Signal::INT, Signal::TERM] {
        let running = start(&bench, &[], 3, None);
        let (url, token) = (running.value("ORGDRIFT_ZENDESK_URL"), running.value("ZENDESK_OAUTH_TOKEN"));
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        assert_eq!(running.value("ZENDESK_SUBDOMAIN"), "acme-demo.sandbox");
        for (name, _) in TestSandbox::demo().environment() {
            running.value(name);
        }
        assert_eq!(get(&url, &token, "/api/v2/users/me")["user"]["role"], "admin");
        let (code, talk) = running.stop(signal);
        assert_eq!(code, Some(0), "{talk}");
        assert_eq!(
            talk.replace(&url, "[url]"),
            "serving the bundled demo: 14 organizations, 39 users, 32 memberships, 48 tickets\n\
             log of all requests: [url]/debug/ledger\n\
             listening until Ctrl-C; type the lines above in another terminal, and there:\n\
             next: orgdrift ingest zendesk\n\
             stopped\n"
        );
        assert!(!talk.contains(&token));
    }
}

#[test]
fn json_and_a_token_of_ones_own_are_for_scripts() {
    let bench = Bench::empty();
    let running = start(&bench, &["--json", "--role", "agent"], 1, Some("rehearsal-1"));
    let told: Value = serde_json::from_str(&running.lines[0]).unwrap();
    assert_eq!((&told["token"], &told["subdomain"]), (&"rehearsal-1".into(), &"acme-demo.sandbox".into()));
    let me = get(told["url"].as_str().unwrap(), "rehearsal-1", "/api/v2/users/me");
    assert_eq!(me["user"]["role"], "agent");
    running.stop(Signal::INT);
    let mut command = bench.command(&["sandbox"]);
    let output = command.env("ORGDRIFT_SANDBOX_TOKEN", "with space").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(
        talk.starts_with("error: ORGDRIFT_SANDBOX_TOKEN holds no token\n") && !talk.contains("with space")
    );
}

#[test]
fn every_command_has_a_token_of_its_own() {
    let bench = Bench::empty();
    let tokens: Vec<String> = (0..2)
        .map(|_| {
            let running = start(&bench, &[], 3, None);
            let token = running.value("ZENDESK_OAUTH_TOKEN");
            running.stop(Signal::INT);
            token
        })
        .collect();
    assert_ne!(tokens[0], tokens[1]);
    assert!(tokens.iter().all(|token| token.len() == 32));
}

#[test]
fn what_cannot_be_served_is_an_error() {
    let bench = Bench::with_demo();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let told = bench.run(&["sandbox", "--port", &port]).expect(1);
    assert_eq!(
        told.err.lines().skip(1).collect::<Vec<_>>().join("\n").replace(&port, "PORT"),
        "error: port PORT is in use by another program\nhint: omit --port to use any free one"
    );
    insta::assert_snapshot!(bench.run(&["sandbox", "--from", "nowhere"]).text(), @"
    exit 1
    error: nowhere cannot be read
    hint: check the path and who may read it
    ");
    insta::assert_snapshot!(bench.run(&["sandbox", "--from-snapshot", "1"]).text(), @"
    exit 1
    error: the warehouse has no Zendesk snapshot 1
    hint: see `orgdrift list snapshots`
    ");
    insta::assert_snapshot!(bench.run(&["sandbox", "--from-snapshot", "soon"]).code_and_first_line(), @"exit 2: error: invalid value 'soon' for '--from-snapshot <ID>': write the id of a snapshot, or latest");
    bench.run(&["sandbox", "--demo", "--from", "x"]).expect(2);
    bench.run(&["sandbox", "--format", "csv"]).expect(2);
    for (name, record) in [
        ("wrong type", r#"{"id":7,"name":"N","email":"ann@alder-demo.com","verified":"ann@alder-demo.com"}"#),
        ("no record", r#"{"id":"ann@alder-demo.com"}"#),
        ("cut off", r#"{"id":7,"email":"ann@alder-demo.com"#),
    ] {
        bench.write("bad/users.ndjson", format!("{{\"id\":6,\"name\":\"M\"}}\n{record}\n"));
        let told = bench.run(&["sandbox", "--from", "bad"]).expect(1).silent_about(&["ann@"]);
        assert!(told.err.contains("users.ndjson, line 2"), "{name}: {}", told.err);
    }
}

#[test]
fn a_snapshot_is_served_as_it_was_kept() {
    let bench = Bench::empty();
    demo::demo_warehouse(&bench.path(""));
    let folder = World::from_folder(&bench.path("zendesk")).unwrap();
    let warehouse = Warehouse::open(&bench.db()).unwrap();
    let (snapshot, id) = World::from_snapshot(&warehouse, None).unwrap();
    assert_eq!(id, 2);
    assert_eq!(snapshot.counts(), folder.counts());
    assert_eq!(snapshot.subdomain(), "acme-demo.sandbox");
    let ids = |file: &str| -> Vec<i64> {
        let text = std::fs::read_to_string(bench.path(&format!("zendesk/{file}.ndjson"))).unwrap();
        text.lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_i64().unwrap())
            .collect()
    };
    let collections: [(&str, Look, &[&str]); 4] = [
        (
            "organizations",
            World::organization,
            &["id", "name", "external_id", "domain_names", "shared_tickets", "shared_comments", "created_at"],
        ),
        (
            "users",
            World::user,
            &[
                "id",
                "name",
                "email",
                "external_id",
                "role",
                "verified",
                "active",
                "suspended",
                "shared",
                "organization_id",
                "created_at",
            ],
        ),
        ("organization_memberships", World::membership, &["id", "user_id", "organization_id", "created_at"]),
        (
            "tickets",
            World::ticket,
            &["id", "requester_id", "organization_id", "status", "created_at", "brand_id"],
        ),
    ];
    for (file, look, members) in collections {
        let ids = ids(file);
        assert!(!ids.is_empty());
        for id in ids {
            let (kept, received) = (look(&snapshot, id).unwrap(), look(&folder, id).unwrap());
            for member in members {
                assert_eq!(kept[member], received[member], "{member} of {file} {id}");
            }
        }
    }
}
