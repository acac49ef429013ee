//! One warehouse with the plan, one sandbox, and the binary between them.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use super::company::Company;
use super::judge::{Judgement, judge};
use crate::common::bench::{Bench, Told};
use crate::common::sandbox::TestSandbox;

/// A copy of a company's warehouse, and its account as it was.
pub(crate) struct Round {
    pub(crate) company: &'static Company,
    pub(crate) bench: Bench,
    pub(crate) sandbox: TestSandbox,
}

impl Round {
    pub(crate) fn new(company: &'static Company) -> Self {
        let bench = Bench::in_memory();
        bench.write("orgdrift.db", &company.warehouse);
        Self { company, bench, sandbox: company.sandbox() }
    }

    pub(crate) fn db(&self) -> PathBuf {
        self.bench.db()
    }

    /// Any command, with the sandbox for an account. It waits a few milliseconds where people wait half a minute.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bench.command(arguments);
        command.envs(self.sandbox.environment()).env("ORGDRIFT_TEST_SETTLE", "5").stdin(Stdio::null());
        command
    }

    /// The apply of the whole plan.
    pub(crate) fn apply(&self) -> Command {
        let hash = &self.company.hash;
        self.command(&[
            "apply",
            "1",
            "--apply",
            "--confirm-plan-hash",
            hash,
            "--max-actions",
            "40",
            "--max-per-account",
            "9",
        ])
    }

    pub(crate) fn start(&self) -> Child {
        self.apply().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Ends an apply at a crash point; says whether the point was met.
    pub(crate) fn crash(&self, label: &str, pass: u32) -> bool {
        let output = self.apply().env("ORGDRIFT_TEST_CRASH", format!("{label}:{pass}")).output().unwrap();
        let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
        // SIGABRT
        if signal != Some(6) {
            assert_eq!(signal, None, "{}", told(output).err);
            return false;
        }
        true
    }

    /// Applies to the end.
    pub(crate) fn finish(&self) -> Told {
        told(self.apply().output().unwrap())
    }

    /// Runs a command of people.
    pub(crate) fn run(&self, arguments: &[&str]) -> Told {
        told(self.command(arguments).output().unwrap())
    }

    pub(crate) fn judge(&self) -> Judgement {
        judge(self.company, &self.sandbox, &self.db())
    }
}

pub(crate) fn told(output: Output) -> Told {
    Told {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
