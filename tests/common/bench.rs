//! Whole commands in a folder of their own: what they said, and what they left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;

use super::NOW;
use super::dump::dump;

/// The binary.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_orgdrift");

/// A folder with a warehouse. Commands run in it, so that messages hold no path of the machine.
pub(crate) struct Bench {
    folder: TempDir,
}

/// What one command did.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Told {
    /// Exit code and talk, for snapshots.
    pub(crate) fn text(&self) -> String {
        format!("exit {}\n{}", self.code, self.err)
    }

    /// Exit code and what the error says, without its hint.
    pub(crate) fn code_and_first_line(&self) -> String {
        format!("exit {}: {}", self.code, self.err.lines().next().unwrap_or_default())
    }

    /// Checks the exit code and shows what was said if it is another one.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    /// Customer data must not reach the talk, which ends up in logs.
    #[track_caller]
    pub(crate) fn silent_about(self, words: &[&str]) -> Self {
        for word in words {
            assert!(!self.err.contains(word), "the talk holds `{word}`: {}", self.err);
        }
        self
    }
}

impl Bench {
    /// A folder without a warehouse.
    pub(crate) fn empty() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A folder in memory where the machine has one, for tests that sync a thousand times and end no machine.
    pub(crate) fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self { folder: TempDir::new_in(memory).unwrap() } } else { Self::empty() }
    }

    /// A folder with a new warehouse, made once and copied.
    pub(crate) fn with_warehouse() -> Self {
        let bench = Self::empty();
        super::new_warehouse(&bench.path(""));
        bench
    }

    /// A folder with the warehouse of the demo, made once and copied.
    pub(crate) fn with_demo() -> Self {
        static DEMO: OnceLock<Vec<u8>> = OnceLock::new();
        let demo = DEMO.get_or_init(|| {
            let bench = Self::empty();
            bench.run(&["demo"]).expect(0);
            fs::read(bench.db()).unwrap()
        });
        let bench = Self::empty();
        fs::write(bench.db(), demo).unwrap();
        bench
    }

    /// The folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The warehouse.
    pub(crate) fn db(&self) -> PathBuf {
        self.path("orgdrift.db")
    }

    /// Writes a file, with its folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Copies a file or a folder of the repository.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        copy(&super::root().join(from), &self.path(to));
    }

    /// Copies a file or a folder of this one.
    pub(crate) fn copy_within(&self, from: &str, to: &str) {
        copy(&self.path(from), &self.path(to));
    }

    /// The command, ready to be given more.
    pub(crate) fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(BINARY);
        command.env_clear().env("ORGDRIFT_TEST_NOW", NOW).current_dir(self.folder.path()).args(arguments);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }

    /// Runs a command to its end, without input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Told {
        self.tell(assert_cmd::Command::from_std(self.command(arguments)))
    }

    /// The command, ready to ask a sandbox.
    pub(crate) fn live_command(
        &self,
        sandbox: &super::sandbox::TestSandbox,
        arguments: &[&str],
    ) -> std::process::Command {
        let mut command = self.command(arguments);
        command.envs(sandbox.environment());
        command
    }

    /// Runs a command that asks a sandbox.
    pub(crate) fn run_live(&self, sandbox: &super::sandbox::TestSandbox, arguments: &[&str]) -> Told {
        let mut told = self.tell(assert_cmd::Command::from_std(self.live_command(sandbox, arguments)));
        let host = sandbox.url.trim_start_matches("http://");
        told.err = told.err.replace(host, "[host]");
        told
    }

    /// Runs a command with bytes on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: impl Into<Vec<u8>>) -> Told {
        let mut command = assert_cmd::Command::from_std(self.command(arguments));
        command.write_stdin(input);
        self.tell(command)
    }

    /// Runs a command that must leave the warehouse as it was, and returns exit code and talk.
    #[track_caller]
    pub(crate) fn unchanged(&self, arguments: &[&str]) -> Told {
        let before = self.dump();
        let told = self.run(arguments);
        self.dump().assert_same(&before);
        told
    }

    /// The content of the warehouse.
    pub(crate) fn dump(&self) -> super::dump::Dump {
        dump(&self.db())
    }

    /// One value of the warehouse, as text; `~` is null.
    #[track_caller]
    pub(crate) fn value(&self, sql: &str) -> String {
        let rows = self.rows(sql);
        assert_eq!(rows.len(), 1, "{sql}: {rows:?}");
        rows.into_iter().next().unwrap()
    }

    /// The rows of a query, cells joined by bars; `~` is null.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        super::dump::rows(&rusqlite::Connection::open(self.db()).unwrap(), sql)
    }

    /// Runs a command that was given more, to its end within a minute or two.
    pub(crate) fn run_command(&self, command: std::process::Command) -> Told {
        let mut command = assert_cmd::Command::from_std(command);
        command.timeout(Duration::from_mins(2));
        self.tell(command)
    }

    fn tell(&self, mut command: assert_cmd::Command) -> Told {
        let output = command.output().unwrap();
        let folder = self.folder.path().to_str().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace(folder, "[folder]");
        Told {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}
