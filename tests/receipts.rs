//! What is kept of applies: a journal to which rows are only ever added, receipts made from it, and what
//! later runs say about them.

mod append_only;
mod commands;
mod estimated;
mod kept;
mod ledger;
mod looked;
pub(crate) mod made_up;
mod prove;
mod traced;
mod undo;
mod verified;

use serde_json::Value;

use orgdrift::clock::Clock;

use crate::common::NOW;
use crate::common::bench::{Bench, Told};
use crate::common::sandbox::TestSandbox;

/// A folder with a warehouse and a plan, and the account that the plan is for.
struct Rehearsal {
    bench: Bench,
    sandbox: TestSandbox,
}

impl Rehearsal {
    /// The demo company with its plan.
    fn demo() -> Self {
        Self { bench: Bench::with_demo(), sandbox: TestSandbox::demo() }
    }

    /// Runs a command that may ask the sandbox.
    fn run(&self, arguments: &[&str]) -> Told {
        self.run_at(NOW, arguments)
    }

    /// Runs a command at a moment of this machine.
    fn run_at(&self, now: &str, arguments: &[&str]) -> Told {
        let mut command = self.bench.command(arguments);
        command
            .envs(self.sandbox.environment())
            .env("ORGDRIFT_TEST_NOW", now)
            .env("ORGDRIFT_TEST_SETTLE", "1");
        let output = command.output().unwrap();
        let folder = self.bench.path("").to_str().unwrap().trim_end_matches('/').to_owned();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&folder, "[folder]");
        Told { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    fn hash(&self) -> String {
        self.bench.value("select plan_hash from plans where plan_id = 1")
    }

    /// Applies plan 1.
    fn apply(&self) -> Told {
        self.run(&["apply", "1", "--apply", "--confirm-plan-hash", &self.hash()])
    }

    /// Reads the account again and audits it.
    fn read(&self, taken_at: &str) {
        self.ingest(taken_at);
        self.bench.run(&["audit"]).expect(0);
    }

    /// Reads the account again.
    fn ingest(&self, taken_at: &str) {
        self.sandbox.write_folder(&self.bench.path("zendesk"), taken_at);
        self.bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    }

    /// The receipt of plan 1 as a document.
    fn receipt(&self) -> Value {
        serde_json::from_str(&self.bench.run(&["receipt", "show", "1", "--json"]).expect(0).out).unwrap()
    }

    /// Changes an organization behind the API's back.
    fn edit_organization(&self, id: i64, edit: impl Fn(&mut Value)) {
        self.sandbox.sandbox.change(|world| {
            let mut organization = world.organization(id).unwrap();
            edit(&mut organization);
            world.put_organization(&organization.to_string()).unwrap();
        });
    }

    /// Sets the server's time.
    fn set_server_clock(&self, now: &str) {
        self.sandbox.sandbox.set_clock(Clock::fixed(now).unwrap());
    }
}

impl std::ops::Deref for Rehearsal {
    type Target = Bench;

    fn deref(&self) -> &Bench {
        &self.bench
    }
}
