//! What may lie in a folder, and what a crash leaves.

use std::fs;
use std::io::Write;
use std::path::Path;

use orgdrift::fetch::{FetchError, Found, Manifest, StagingError, State, Task, inspect, remove};
use orgdrift::zendesk::folder::Folder;
use tokio_util::sync::CancellationToken;

use super::account::Account;
use super::{begin, options, run, run_with, user_ids};
use crate::fetch::names;

fn stopped(folder: &Path, pages: u64, after: u64) {
    let stop = CancellationToken::new();
    let mut account = Account::with_pages(pages);
    account.stop_after = Some((after, stop.clone()));
    run_with(&account, folder, &Task::Begin(options()), &stop).unwrap();
}

fn append(path: &Path, bytes: &[u8]) {
    fs::OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

fn cut(path: &Path, by: u64) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(by)).unwrap();
}

fn go_on(folder: &Path, pages: u64) -> Manifest {
    run(&Account::with_pages(pages), folder, &Task::Resume).unwrap().manifest
}

#[test]
fn half_a_page_behind_the_last_commit_is_cut_off() {
    for junk in [&b"\x1f\x8b\x08half a member"[..], &[0; 4096], b"x"] {
        let folder = tempfile::tempdir().unwrap();
        stopped(folder.path(), 8, 12);
        append(&folder.path().join("users.ndjson.gz"), junk);
        assert_eq!(go_on(folder.path(), 8).state, State::Complete);
        assert_eq!(user_ids(folder.path()), (2..18).collect::<Vec<_>>());
    }
}

/// The journal as it is after a power failure: it names more than the disk got.
fn forget_sync(folder: &Path, collection: &str) {
    let path = folder.join("progress.json");
    let mut journal: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let entry = &mut journal["collections"][collection];
    entry["synced"] =
        serde_json::json!({ "length": 0, "next": null, "pages": 0, "rows": 0, "last_cursor": null });
    fs::write(&path, journal.to_string()).unwrap();
}

#[test]
fn pages_that_a_power_failure_took_are_read_again() {
    let damages: [&dyn Fn(&Path); 2] = [&|path| cut(path, 10), &|path| {
        // The length is there and the content is not.
        let length = fs::metadata(path).unwrap().len();
        cut(path, 10);
        fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
    }];
    for damage in damages {
        let folder = tempfile::tempdir().unwrap();
        stopped(folder.path(), 8, 16);
        forget_sync(folder.path(), "users");
        damage(&folder.path().join("users.ndjson.gz"));
        assert_eq!(go_on(folder.path(), 8).state, State::Complete);
        assert_eq!(user_ids(folder.path()), (2..18).collect::<Vec<_>>());
    }
}

#[test]
fn a_file_that_lost_what_was_synced_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    stopped(folder.path(), 8, 16);
    cut(&folder.path().join("users.ndjson.gz"), 1);
    let error = run(&Account::with_pages(8), folder.path(), &Task::Resume).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::Damaged { .. })), "{error:?}");
}

#[test]
fn a_folder_is_taken_only_if_it_is_empty() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("stranger");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("manifest.json"), r#"{"subdomain":"acme"}"#).unwrap();
    let begin = Task::Begin(options());
    let account = Account::with_pages(3);
    let error = run(&account, &folder, &begin).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::Strangers { .. })), "{error:?}");
    let error = run(&account, &folder, &Task::Resume).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::Strangers { .. })), "{error:?}");
    assert_eq!(names(&folder), ["manifest.json"]);

    let folder = parent.path().join("unfinished");
    stopped(&folder, 8, 10);
    let error = run(&account, &folder, &begin).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::Unfinished { .. })), "{error:?}");

    let folder = parent.path().join("finished");
    run(&account, &folder, &begin).unwrap();
    let before = names(&folder);
    for task in [&begin, &Task::Resume] {
        let error = run(&account, &folder, task).unwrap_err();
        assert!(matches!(error, FetchError::Staging(StagingError::Finished { .. })), "{error:?}");
    }
    assert_eq!(names(&folder), before);

    let error = run(&account, &parent.path().join("no/such"), &begin).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::Io { .. })), "{error:?}");
}

#[test]
fn a_fetch_of_another_account_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    stopped(folder.path(), 8, 10);
    let path = folder.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap().replace("\"acme\"", "\"other\"");
    fs::write(&path, text).unwrap();
    let error = run(&Account::with_pages(8), folder.path(), &Task::Resume).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::OtherAccount { .. })), "{error:?}");
}

#[test]
fn two_fetches_do_not_write_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    stopped(folder.path(), 8, 10);
    let held = fs::File::open(folder.path()).unwrap();
    held.try_lock().unwrap();
    let error = run(&Account::with_pages(8), folder.path(), &Task::Resume).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::InUse { .. })), "{error:?}");
    let error = remove(folder.path()).unwrap_err();
    assert!(matches!(error, StagingError::InUse { .. }), "{error:?}");
}

#[test]
fn only_the_files_of_a_fetch_are_removed() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("fetched");
    stopped(&folder, 8, 10);
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    assert!(remove(&folder).is_err());
    assert_eq!(names(&folder), ["notes.txt"]);
    fs::remove_file(folder.join("notes.txt")).unwrap();

    let folder = parent.path().join("again");
    begin(&Account::with_pages(2), &folder);
    remove(&folder).unwrap();
    assert!(!folder.exists());
    remove(&folder).unwrap();
}

#[test]
fn what_a_command_left_that_was_killed_at_its_beginning_or_its_end_is_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("begun");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("manifest.json.tmp"), "{\"subd").unwrap();
    assert!(matches!(inspect(&folder).unwrap(), Found::Nothing));
    assert_eq!(begin(&Account::with_pages(2), &folder).state, State::Complete);

    // Half of it is gone: it must not pass for a whole one.
    let path = folder.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"state\": \"complete\"", "\"state\": \"dropped\"")).unwrap();
    fs::remove_file(folder.join("users.ndjson.gz")).unwrap();
    assert!(matches!(inspect(&folder).unwrap(), Found::Nothing));
    assert!(Folder::open(&folder).unwrap().manifest().is_err(), "nobody ingests it");
    assert_eq!(begin(&Account::with_pages(3), &folder).collections["users"].rows, 6);
    fs::write(&path, text.replace("\"state\": \"complete\"", "\"state\": \"dropped\"")).unwrap();
    remove(&folder).unwrap();
    assert!(!folder.exists());
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_folder_and_no_link_is_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("private");
    stopped(&folder, 8, 10);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in names(&folder) {
        assert_eq!(mode(&folder.join(&name)), 0o600, "{name}");
    }

    let target = parent.path().join("target");
    fs::write(&target, "mine").unwrap();
    fs::remove_file(folder.join("users.ndjson.gz")).unwrap();
    symlink(&target, folder.join("users.ndjson.gz")).unwrap();
    let error = run(&Account::with_pages(8), &folder, &Task::Resume).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::WrongKind { .. })), "{error:?}");
    assert_eq!(fs::read_to_string(&target).unwrap(), "mine");

    let link = parent.path().join("link");
    fs::create_dir(parent.path().join("elsewhere")).unwrap();
    symlink(parent.path().join("elsewhere"), &link).unwrap();
    let error = run(&Account::with_pages(8), &link, &Task::Begin(options())).unwrap_err();
    assert!(matches!(error, FetchError::Staging(StagingError::WrongKind { .. })), "{error:?}");
    assert_eq!(names(&parent.path().join("elsewhere")), [""; 0]);
}
