//! Secrets stay where they were given: no output, no file and no database has them, whatever a server says.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use orgdrift::sandbox::{Options, World};

use super::kinds::KINDS;
use super::stage::{Mode, command};
use crate::common::bench::{Bench, Told};
use crate::common::faults::{Fault, Which};
use crate::common::sandbox::TestSandbox;
use crate::common::{clock, is_thorough};

/// A person's address, which is a secret as well.
const EMAIL: &str = "ann.canary@alder-demo.com";

/// The ways to log in: the variables, with the sandbox's secret where the value is empty.
const LOGINS: [&[(&str, &str)]; 3] = [
    &[("ZENDESK_OAUTH_TOKEN", "")],
    &[("ZENDESK_EMAIL", EMAIL), ("ZENDESK_API_TOKEN", "")],
    &[("ZENDESK_OAUTH_CLIENT_ID", "orgdrift"), ("ZENDESK_OAUTH_CLIENT_SECRET", "")],
];

/// Statuses of a server that repeats what it was sent.
const STATUSES: [u16; 11] = [200, 302, 400, 401, 403, 404, 418, 422, 429, 500, 503];

/// An account, a folder, a login, and what must not be found.
struct Watch {
    bench: Bench,
    sandbox: TestSandbox,
    login: &'static [(&'static str, &'static str)],
}

impl Watch {
    fn new(login: &'static [(&'static str, &'static str)]) -> Self {
        let most = 1_000_000;
        let options =
            Options { rate_limit: most, export_limit: most, tickets_limit: most, ..Options::default() };
        // The secret is another one each time.
        let sandbox = TestSandbox::start(World::demo().unwrap(), options, clock());
        Self { bench: Bench::empty(), sandbox, login }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.bench, &self.sandbox, Mode::Walk, arguments);
        command.env("ORGDRIFT_TEST_HURRY", "4000 150").env("ORGDRIFT_TEST_NOW", crate::common::NOW);
        command.env_remove("ZENDESK_OAUTH_TOKEN");
        for (name, value) in self.login {
            command.env(name, if value.is_empty() { &self.sandbox.token } else { *value });
        }
        command
    }

    /// Runs a command, and searches what it said.
    fn run(&self, arguments: &[&str]) -> Told {
        let told = self.bench.run_command(self.command(arguments));
        for needle in self.needles() {
            let said = format!("{}{}", told.out, told.err);
            assert!(!said.contains(&needle), "`{needle}` is in what {arguments:?} says: {said}");
        }
        told
    }

    /// The secrets as they are, and as they are encoded.
    fn needles(&self) -> Vec<String> {
        let mut secrets: Vec<String> = self.sandbox.faults.authorizations().into_iter().collect();
        secrets.push(self.sandbox.token.clone());
        if self.login[0].1 == EMAIL {
            secrets.push(EMAIL.to_owned());
        }
        let mut needles = Vec::new();
        for secret in secrets {
            needles.push(url::form_urlencoded::byte_serialize(secret.as_bytes()).collect());
            // Whatever stands before it, one of three encodings of its middle is there.
            for before in ["", "x", "xx"] {
                let encoded = STANDARD_NO_PAD.encode(format!("{before}{secret}"));
                needles.push(encoded[4..encoded.len() - 4].to_owned());
            }
            needles.push(secret);
        }
        needles
    }

    /// Searches all files, packed ones too.
    fn search(&self) {
        let mut count = 0;
        self.search_folder(&self.bench.path(""), &mut count);
        assert!(
            count > 0
                || !self.bench.path("").exists()
                || fs::read_dir(self.bench.path("")).unwrap().next().is_none()
        );
    }

    fn search_folder(&self, folder: &Path, count: &mut usize) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.search_folder(&path, count);
                continue;
            }
            let mut bytes = fs::read(&path).unwrap();
            if path.extension().is_some_and(|extension| extension == "gz") {
                let mut unpacked = Vec::new();
                // One that was cut off has what came before.
                let _ = flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked);
                bytes.extend(unpacked);
            }
            for needle in self.needles() {
                assert!(
                    memchr::memmem::find(&bytes, needle.as_bytes()).is_none(),
                    "`{needle}` is in {}",
                    path.display()
                );
            }
            *count += 1;
        }
    }
}

#[test]
fn a_server_that_repeats_secrets_has_nobody_who_repeats_them() {
    for (turn, login) in LOGINS.into_iter().enumerate() {
        let watch = Watch::new(login);
        for (at, status) in STATUSES.into_iter().enumerate() {
            // Each status with one of the logins, unless there is time for all.
            if !is_thorough() && at % LOGINS.len() != turn {
                continue;
            }
            for (path, which) in
                [("/", Which::From(1)), ("/api/v2/", Which::From(6)), ("/oauth", Which::From(1))]
            {
                let is_client = login[0].0.contains("CLIENT");
                if path == "/oauth" && !is_client {
                    continue;
                }
                watch.sandbox.faults.clear();
                watch.sandbox.faults.on(path, which, Fault::Echo(status));
                watch.run(&["ingest", "zendesk", "--restart", "--keep", "--rate-share", "100"]);
                assert!(watch.sandbox.faults.hits()[0] > 0, "{status} at {path}");
                if path == "/" {
                    watch.run(&["doctor", "--json"]);
                }
            }
            watch.search();
        }
        // Somebody with another role, which is the secret.
        watch.sandbox.faults.clear();
        let body = format!(r#"{{"user":{{"id":1,"role":"{}"}}}}"#, watch.sandbox.token);
        watch.sandbox.faults.on("/api/v2/users/me", Which::From(1), Fault::saying(200, &body));
        watch.run(&["fetch", "zendesk", "folder"]).expect(4);
        watch.run(&["doctor"]).expect(4);
    }
}

#[test]
fn no_fault_brings_a_secret_to_light() {
    for (at, kind) in KINDS.iter().enumerate() {
        let watch = Watch::new(LOGINS[at % LOGINS.len()]);
        watch.sandbox.faults.on("/api/v2/users?", Which::From(1), (kind.fault)());
        watch.run(&["fetch", "zendesk", "folder", "--rate-share", "100"]);
        assert!(watch.sandbox.faults.hits()[0] > 0, "{}", kind.name);
        watch.search();
    }
}

#[test]
fn no_command_leaves_a_secret_behind() {
    for login in LOGINS {
        let watch = Watch::new(login);
        let accounts = "fixtures/demo/accounts.csv";
        watch.bench.copy(accounts, "accounts.csv");
        for arguments in [
            &["ingest", "zendesk", "--keep", "--with-subjects"][..],
            &["ingest", "salesforce", "accounts.csv"],
            &["doctor"],
            &["fetch", "zendesk", "folder"],
            &["audit"],
            &["audit", "users", "--json"],
            &["list", "issues", "--json"],
            &["list", "snapshots", "--json"],
            &["trace", "user", "21700000004187", "--json"],
            &["plan"],
            &["plan", "show", "latest"],
            &["export", "exceptions", "--output", "exceptions.csv"],
            &["init"],
        ] {
            watch.run(arguments).expect(0);
        }
        watch.sandbox.sandbox.set_clock(crate::common::clock_at("2026-11-03T07:00:00Z"));
        let mut later = watch.command(&["ingest", "zendesk", "--continue", "--restart", "--keep"]);
        later.env("ORGDRIFT_TEST_NOW", "2026-11-03T07:00:00Z");
        watch.bench.run_command(later).expect(0);
        watch.search();
        let names: Vec<_> = fs::read_dir(watch.bench.path("")).unwrap().collect();
        assert!(names.len() > 5, "there is something to search: {names:?}");
    }
}

/// A command that is stopped by a slow account.
fn slow(watch: &Watch) -> std::process::Child {
    watch.sandbox.faults.on("/api/v2/", Which::From(4), Fault::Latency(Duration::from_secs(20)));
    let mut shell = watch.command(&[]);
    let program = shell.get_program().to_owned();
    let environment: Vec<_> =
        shell.get_envs().map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned))).collect();
    shell = Command::new("sh");
    shell.arg("-c").arg("ulimit -c unlimited; exec \"$0\" \"$@\"").arg(program).args(["ingest", "zendesk"]);
    shell.env_clear().current_dir(watch.bench.path(""));
    for (name, value) in environment {
        shell.envs(value.map(|value| (name, value)));
    }
    shell.env("ORGDRIFT_TEST_HURRY", "1 1");
    let child = shell.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while watch.sandbox.faults.hits()[0] == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

#[cfg(target_os = "linux")]
#[test]
fn neither_the_command_line_nor_a_crash_shows_a_secret() {
    use std::os::unix::process::ExitStatusExt;

    use rustix::process::{Pid, Signal, kill_process};

    for login in LOGINS {
        let watch = Watch::new(login);
        let mut child = slow(&watch);
        let line = fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap();
        assert!(line.contains("ingest"), "{line}");
        for needle in watch.needles() {
            assert!(!line.contains(&needle), "{line}");
        }
        kill_process(Pid::from_child(&child), Signal::ABORT).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(Signal::ABORT.as_raw()));
        assert!(!status.core_dumped(), "its memory is in a file");
        watch.search();
        let names: Vec<String> = fs::read_dir(watch.bench.path(""))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, ["orgdrift.db.staging"]);
    }
    // Where no program leaves one, the above says little.
    let folder = tempfile::tempdir().unwrap();
    let mut control = Command::new("sh");
    control.current_dir(folder.path()).args(["-c", "ulimit -c unlimited; kill -ABRT $$"]);
    let status = control.status().unwrap();
    if !status.core_dumped() {
        eprintln!("SKIPPED in part: this machine writes no core files at all");
    }
}
