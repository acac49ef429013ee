//! Nobody but the account is asked, whatever replies and the environment say.

use std::io::Read;
use std::net::TcpListener;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orgdrift::sandbox::{Options, World};
use serde_json::Value;

use super::stage::{Mode, command, said};
use crate::common::bench::Bench;
use crate::common::clock;
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;

/// Somebody on this machine who must not be called.
struct Listener {
    address: String,
    calls: Arc<AtomicUsize>,
}

impl Listener {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        std::thread::spawn(move || {
            for call in listener.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
                // A proxy would answer; this one hangs up.
                let _ = call.map(|mut call| call.read(&mut [0; 16]));
            }
        });
        Self { address, calls }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// The demo, whose records and links lead to another address.
fn account_leading_to(address: &str) -> TestSandbox {
    let mut world = World::demo().unwrap();
    let leading = |mut record: Value| {
        record["url"] = format!("http://{address}/{}", record["id"]).into();
        record["photo"] = serde_json::json!({ "content_url": format!("http://{address}/photo") });
        record.to_string()
    };
    for id in 21_700_000_001_000..21_700_000_002_000 {
        if let Some(organization) = world.organization(id) {
            world.put_organization(&leading(organization)).unwrap();
        }
    }
    for id in 21_700_000_004_000..21_700_000_005_000 {
        if let Some(user) = world.user(id) {
            world.put_user(&leading(user)).unwrap();
        }
    }
    let most = 1_000_000;
    let options = Options {
        link_host: Some(address.to_owned()),
        rate_limit: most,
        export_limit: most,
        tickets_limit: most,
        ..Options::default()
    };
    let sandbox = TestSandbox::start(world, options, clock());
    sandbox.faults.page_size(5);
    sandbox
}

/// The environment of a machine behind a proxy.
fn behind_proxy(command: &mut Command, address: &str) {
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        for name in [name.to_owned(), name.to_lowercase()] {
            command.env(name, format!("http://{address}"));
        }
    }
    // Nobody is exempt.
    command.env("NO_PROXY", "").env("no_proxy", "");
}

#[test]
fn another_port_is_never_called() {
    let listener = Listener::new();
    let sandbox = account_leading_to(&listener.address);
    let bench = Bench::empty();
    let run = |arguments: &[&str], code: i32| {
        let mut command = command(&bench, &sandbox, Mode::Walk, arguments);
        command.env("ORGDRIFT_TEST_NOW", crate::common::NOW);
        behind_proxy(&mut command, &listener.address);
        let told = bench.run_command(command);
        assert_eq!(told.code, code, "{}", said(&told));
        assert_eq!(listener.calls(), 0, "{arguments:?} called it");
    };
    // Every page but the last names the next one there.
    run(&["ingest", "zendesk", "--rate-share", "100"], 0);
    run(&["doctor"], 0);
    run(&["fetch", "zendesk", "folder", "--rate-share", "100"], 0);
    let before = sandbox.ledger().len();
    assert!(before > 60, "pages are small: {before}");
    let links = sandbox.get("/api/v2/users?page[size]=5").text;
    assert!(links.contains(&listener.address), "the pages lead there: {links}");
    for path in ["/api/v2/users/me", "/api/v2/users?", "/api/v2/incremental/tickets", "/api/v2/account"] {
        sandbox.faults.clear();
        let to = format!("http://{}/api/v2/users", listener.address);
        sandbox.faults.on(path, Which::From(1), Fault::redirect(&to));
        // The settings alone are not needed.
        run(&["ingest", "zendesk", "--restart"], 1);
        assert!(sandbox.faults.hits()[0] > 0, "{path}");
    }
    // The listener does count.
    std::net::TcpStream::connect(&listener.address).unwrap();
    while listener.calls() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// The ports that a command connects to, by the kernel's word; `None` where it cannot be asked.
fn connections(bench: &Bench, sandbox: &TestSandbox, arguments: &[&str], proxy: &str) -> Option<Vec<String>> {
    let plain = command(bench, sandbox, Mode::Walk, arguments);
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", "trace.txt"]);
    traced.arg(plain.get_program()).args(arguments).current_dir(bench.path("")).env_clear();
    traced.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    traced.env("ORGDRIFT_TEST_NOW", crate::common::NOW);
    behind_proxy(&mut traced, proxy);
    let output = traced.output().ok()?;
    let text = std::fs::read_to_string(bench.path("trace.txt")).ok().filter(|text| !text.is_empty())?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::remove_file(bench.path("trace.txt")).unwrap();
    Some(text.lines().filter(|line| line.contains("sa_family=")).map(ToOwned::to_owned).collect())
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_sees_connections_to_the_account_alone() {
    let listener = Listener::new();
    let sandbox = account_leading_to(&listener.address);
    let bench = Bench::empty();
    for arguments in
        [&["ingest", "zendesk", "--rate-share", "100"][..], &["doctor"], &["fetch", "zendesk", "folder"]]
    {
        let Some(connections) = connections(&bench, &sandbox, arguments, &listener.address) else {
            eprintln!(
                "SKIPPED the_kernel_sees_connections_to_the_account_alone: no strace, or it may not trace"
            );
            return;
        };
        let port = sandbox.url.rsplit_once(':').unwrap().1;
        let account = format!("sin_port=htons({port}), sin_addr=inet_addr(\"127.0.0.1\")");
        assert!(!connections.is_empty(), "{arguments:?} asked nobody");
        for connection in connections {
            assert!(connection.contains(&account), "{arguments:?}: {connection}");
        }
    }
}
