//! A disk that is full, and calls that fail: nothing leaves without its intent on the disk.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::company::{large, tiny};
use super::judge::writes;
use super::round::{Round, told};
use crate::common::faults::{Fault, Which};
use crate::common::{is_long_soak, root};

/// A small file system of its own, which goes away with it.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// None, said aloud, where nobody may mount one.
    fn mount(bytes: usize) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        println!("SKIPPED: a file system of its own cannot be mounted here");
        None
    }

    fn resize(&self, bytes: usize) {
        let output = Command::new("mount")
            .args(["-o", &format!("remount,size={bytes}")])
            .arg(self.0.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

/// The apply of a warehouse that lies elsewhere.
fn apply_at(round: &Round, db: &Path) -> Command {
    let mut command = round.apply();
    command.arg("--db").arg(db);
    command
}

#[test]
fn a_full_disk_stops_an_apply_before_its_next_request_and_a_larger_one_finishes_it() {
    let size = large().warehouse.len();
    let mut stopped_by_writes = std::collections::BTreeSet::new();
    let mut lost = 0;
    // Room for the warehouse and a few pages more, up to room for everything.
    for spare in (0..).map(|step| step * 12 * 1024) {
        let Some(disk) = SmallDisk::mount(size.next_multiple_of(4096) + 12 * 1024 + spare) else { return };
        let db = disk.path("orgdrift.db");
        fs::write(&db, &large().warehouse).unwrap();
        let round = Round::new(large());
        let output = apply_at(&round, &db).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.signal(), None, "{text}");
        if output.status.success() {
            assert!(stopped_by_writes.len() > 3, "only {stopped_by_writes:?}");
            assert!(
                stopped_by_writes.contains(&0) && stopped_by_writes.contains(&27),
                "{stopped_by_writes:?}"
            );
            println!("{lost} answers and outcomes could only be printed");
            println!("a disk was full after {stopped_by_writes:?} writes");
            return;
        }
        assert_eq!(output.status.code(), Some(1), "{text}");
        let sent = writes(&round.sandbox.ledger());
        stopped_by_writes.insert(sent);
        lost += usize::from(says_what_happened(&round, &db, sent, &text));
        // What was sent has its intent on this very disk: the judge counts them when all is over.
        disk.resize(size * 4);
        let output = apply_at(&round, &db).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        // Used up, where the disk was too full for the receipt alone.
        assert!(matches!(output.status.code(), Some(0 | 5)), "{text}");
        let judgement = super::judge::judge(round.company, &round.sandbox, &db);
        assert_eq!(judgement.bad, [""; 0], "with {spare} bytes to spare");
        assert_eq!(judgement.outcomes["applied"], 27);
    }
}

/// Checks the words of an apply that a full disk ended, and what its journal holds; says whether something was done that
/// could only be printed.
fn says_what_happened(round: &Round, db: &Path, sent: usize, text: &str) -> bool {
    // What was sent has its intent on the disk, and nothing of the journal is torn.
    let mut verified = round.command(&["receipt", "verify", "--json", "--db", db.to_str().unwrap()]);
    let verified = told(verified.output().unwrap()).expect(0);
    let verified: serde_json::Value = serde_json::from_str(&verified.out).unwrap();
    assert_eq!(verified["is_sound"], true, "{verified:#}");
    let database =
        rusqlite::Connection::open_with_flags(db, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let count = |kind: &str| -> usize {
        let sql = "select count(*) from apply_events where mode = 'live' and kind = ?1";
        usize::try_from(database.query_row(sql, [kind], |row| row.get::<_, i64>(0)).unwrap()).unwrap()
    };
    let (intents, answers, ends) = (count("intent"), count("answer"), count("apply_ended"));
    assert!((sent..=sent + 1).contains(&intents), "{sent} were sent, {intents} are written down");
    if ends > 0 {
        // Only the receipt had no room: the journal can make it at any time.
        assert!(
            text.contains("the apply has ended, and the journal holds all of it: orgdrift receipt show 1"),
            "{text}"
        );
        return false;
    }
    assert!(text.contains("the disk is full"), "{text}");
    assert!(text.contains("free some space, then type the command again"), "{text}");
    if intents > 0 || count("apply_started") > 0 {
        assert!(!text.contains("nothing was changed"), "{text}");
        assert!(text.contains("what the journal holds of it is settled when the apply is resumed"), "{text}");
    }
    if sent > answers {
        assert!(text.contains("not written down: {") && text.contains("\"kind\":\"answer\""), "{text}");
        assert!(text.contains("-SBX"), "with the name of the request: {text}");
    }
    text.contains("not written down: {")
}

/// Compiles the library that makes calls fail; none, said aloud, where there is no compiler.
fn failing_calls() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<(TempDir, PathBuf)>> = OnceLock::new();
    let library = LIBRARY.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let library = folder.path().join("failing_calls.so");
        let output = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(root().join("tests/soak/failing_calls.c"))
            .arg("-ldl")
            .output();
        match output {
            Ok(output) if output.status.success() => Some((folder, library)),
            _ => {
                println!("SKIPPED: no C compiler");
                None
            }
        }
    });
    library.as_ref().map(|(_, library)| library.as_path())
}

#[test]
fn an_apply_survives_each_write_and_each_sync_that_fails() {
    let Some(library) = failing_calls() else { return };
    let (mut failed, mut survived, mut at) = (0, 0, 0);
    loop {
        at += if is_long_soak() { 1 } else { STEP };
        let round = Round::new(tiny());
        round.sandbox.faults.on_writes("/", Which::Nth(2), Fault::ResetAfter);
        let counter = round.bench.path("calls");
        let output = round
            .apply()
            .env("LD_PRELOAD", library)
            .env("FAIL_AT", at.to_string())
            .env("FAIL_COUNT_TO", &counter)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.signal(), None, "call {at}: {text}");
        match output.status.code() {
            Some(0) => survived += 1,
            Some(1) => failed += 1,
            other => panic!("call {at}: exit {other:?}: {text}"),
        }
        let again = round.finish();
        assert!(matches!(again.code, 0 | 5), "call {at}: {}", again.err);
        let judgement = round.judge();
        assert_eq!(judgement.bad, [""; 0], "call {at} failed: {text}");
        assert_eq!(judgement.outcomes["applied"], 4, "call {at}");
        if !counter.exists() {
            break;
        }
    }
    println!("{at} calls: {failed} applies failed and were finished, {survived} went on");
    assert!(failed > 20, "{failed} of {at}");
}

/// Every eleventh of some hundred calls, which come around in all places of an event; a long soak tries all.
const STEP: u32 = 11;
