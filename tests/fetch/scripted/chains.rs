//! What chains do with what an account answers.

use std::fs;

use orgdrift::fetch::{FetchError, Found, Options, Outcome, Starts, State, Task, TicketListing, inspect};
use orgdrift::model::{ContinueAt, Reading};
use orgdrift::zendesk::api::{Listing, Position};
use orgdrift::zendesk::client::{ErrorKind, GivenAs};
use tokio_util::sync::CancellationToken;

use super::account::{Account, Answer, SERVER_NOW, cursor, record};
use super::{begin, options, run, run_with, text, ticket_ids, user_ids};
use crate::common::is_thorough;
use crate::fetch::names;

/// The server's time in seconds.
const NOW_SECONDS: i64 = 1_793_599_200;

fn users(pages: &[(Position, Answer)]) -> Account {
    let mut account = Account::empty();
    for (position, answer) in pages {
        account.answer(Listing::Users, position.clone(), answer.clone());
    }
    account
}

fn some(ids: &[u64]) -> Vec<String> {
    ids.iter().map(|id| record(Listing::Users, *id)).collect()
}

fn more(ids: &[u64], next: &str) -> Answer {
    Answer::Page(some(ids), Some(cursor(next)))
}

#[test]
fn every_page_is_read_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let account = Account::with_pages(5);
    let manifest = begin(&account, folder.path());
    assert_eq!(manifest.state, State::Complete);
    assert_eq!(manifest.taken_at, SERVER_NOW);
    assert_eq!(user_ids(folder.path()), (2..12).collect::<Vec<_>>());
    assert_eq!(ticket_ids(folder.path()), (2..12).collect::<Vec<_>>());
    assert_eq!(account.asked.lock().unwrap().len(), 20);
    let users = &manifest.collections["users"];
    assert_eq!((users.pages, users.rows, users.outcome), (5, 10, Outcome::Complete));
    assert_eq!(users.first_cursor.as_deref(), Some("Users 1"));
    assert_eq!(users.last_cursor.as_deref(), Some("Users 4"));
    // Two minutes before the walk began.
    assert_eq!(users.continue_at, Some(ContinueAt::Time(NOW_SECONDS - 120)));
    let tickets = &manifest.collections["tickets"];
    assert_eq!(tickets.continue_at, Some(ContinueAt::Cursor("TicketExport 5".to_owned())));
    assert_eq!(manifest.collections["organization_memberships"].continue_at, None);
    assert_eq!(
        names(folder.path()),
        [
            "account_settings.json",
            "manifest.json",
            "organization_memberships.ndjson.gz",
            "organizations.ndjson.gz",
            "tickets.ndjson.gz",
            "users.ndjson.gz"
        ]
    );
}

#[test]
fn cursors_that_lead_nowhere_end_their_collection() {
    for (pages, reason, rows) in [
        (
            vec![
                (Position::Start, more(&[1], "a")),
                (cursor("a"), more(&[2], "b")),
                (cursor("b"), more(&[3], "a")),
            ],
            "cursor_repeated",
            3,
        ),
        (
            vec![
                (Position::Start, more(&[1], "a")),
                (cursor("a"), more(&[2], "b")),
                (cursor("b"), more(&[2], "a")),
            ],
            "page_repeated",
            3,
        ),
        // The rows that should be there are not, although the cursors go on.
        (
            vec![
                (Position::Start, more(&[1], "a")),
                (cursor("a"), more(&[1], "b")),
                (cursor("b"), Answer::End(some(&[3]), None)),
            ],
            "page_repeated",
            2,
        ),
        (
            vec![(Position::Start, more(&[1], "a")), (cursor("a"), Answer::End(some(&[1]), None))],
            "page_repeated",
            2,
        ),
        (vec![(Position::Start, more(&[1], "a")), (cursor("a"), more(&[2], "a"))], "cursor_stands_still", 2),
        (vec![(Position::Start, Answer::Page(some(&[1]), None))], "bad_page", 0),
        (
            vec![
                (Position::Start, more(&[1], "a")),
                (cursor("a"), Answer::Page(vec!["[]".to_owned()], Some(cursor("b")))),
                (cursor("b"), more(&[3], "c")),
            ],
            "bad_page",
            1,
        ),
        (
            vec![(Position::Start, more(&[1], "a")), (cursor("a"), Answer::End(vec!["{}".to_owned()], None))],
            "bad_page",
            1,
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let manifest = begin(&users(&pages), folder.path());
        assert_eq!(manifest.state, State::Partial);
        let users = &manifest.collections["users"];
        assert_eq!((users.outcome, users.reason.as_deref()), (Outcome::Partial, Some(reason)));
        assert_eq!(users.rows, rows, "{reason}");
        assert_eq!(users.continue_at, None);
        assert_eq!(manifest.collections["tickets"].outcome, Outcome::Complete, "the others go on");
    }
}

#[test]
fn an_overlap_and_empty_pages_are_fine() {
    let folder = tempfile::tempdir().unwrap();
    let account = users(&[
        (Position::Start, more(&[1, 2], "a")),
        (cursor("a"), more(&[], "b")),
        (cursor("b"), more(&[1, 2, 3], "c")),
        (cursor("c"), Answer::End(some(&[2, 3]), None)),
    ]);
    let manifest = begin(&account, folder.path());
    assert_eq!(manifest.state, State::Complete);
    assert_eq!(user_ids(folder.path()), [1, 2, 1, 2, 3, 2, 3]);
}

#[test]
fn a_listing_of_empty_pages_ends() {
    let mut pages = vec![(Position::Start, more(&[1], "0"))];
    pages.extend((0..300).map(|at| (cursor(&at.to_string()), more(&[], &(at + 1).to_string()))));
    let folder = tempfile::tempdir().unwrap();
    let manifest = begin(&users(&pages), folder.path());
    assert_eq!(manifest.collections["users"].reason.as_deref(), Some("empty_pages"));
    assert_eq!(manifest.collections["users"].pages, 101);
}

#[test]
fn what_fails_alone_leaves_the_others_alone() {
    for (status, outcome, reason) in
        [(403, Outcome::NotPermitted, "forbidden"), (500, Outcome::Partial, "server_error")]
    {
        let folder = tempfile::tempdir().unwrap();
        let mut account = Account::with_pages(3);
        account.answer(Listing::Users, cursor("Users 2"), Answer::Fails(status));
        account.answer(Listing::Memberships, Position::Start, Answer::Fails(status));
        let manifest = begin(&account, folder.path());
        assert_eq!(manifest.state, State::Partial);
        let users = &manifest.collections["users"];
        assert_eq!((users.outcome, users.reason.as_deref(), users.pages), (outcome, Some(reason), 2));
        assert_eq!(manifest.collections["tickets"].outcome, Outcome::Complete);
        // A file without a page would say that there is no membership.
        assert!(!names(folder.path()).iter().any(|name| name.starts_with("organization_memberships")));

        // What is not done is tried again, from where it stopped, and nothing else.
        let whole = Account::with_pages(3);
        let manifest = run(&whole, folder.path(), &Task::Resume).unwrap().manifest;
        assert_eq!(manifest.state, State::Complete);
        assert_eq!(user_ids(folder.path()), (2..8).collect::<Vec<_>>());
        assert_eq!(whole.asked_of(Listing::Users), [cursor("Users 2")]);
        assert_eq!(whole.asked_of(Listing::Memberships).len(), 3);
        assert_eq!(whole.asked_of(Listing::TicketExport), []);
    }
}

#[test]
fn what_fails_everywhere_ends_the_fetch_and_the_folder_can_be_gone_on_with() {
    let whole = tempfile::tempdir().unwrap();
    begin(&Account::with_pages(6), whole.path());
    for break_after in 0..24 {
        let folder = tempfile::tempdir().unwrap();
        let mut account = Account::with_pages(6);
        account.break_after = break_after;
        let error = run(&account, folder.path(), &Task::Begin(options())).unwrap_err();
        let FetchError::Api(error) = error else { panic!("{error:?}") };
        assert_eq!(error.kind(), ErrorKind::Credentials(GivenAs::OauthToken));
        let Found::Fetch(found) = inspect(folder.path()).unwrap() else { panic!("the folder stays") };
        assert_eq!(found.state, State::Running);

        let manifest = run(&Account::with_pages(6), folder.path(), &Task::Resume).unwrap().manifest;
        assert_eq!(manifest.state, State::Complete);
        for name in ["organizations", "users", "organization_memberships", "tickets"] {
            assert_eq!(text(folder.path(), name), text(whole.path(), name), "{name}");
        }
    }
}

#[test]
fn a_stopped_fetch_keeps_the_pages_that_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let stop = CancellationToken::new();
    let mut account = Account::with_pages(9);
    account.stop_after = Some((10, stop.clone()));
    let fetched = run_with(&account, folder.path(), &Task::Begin(options()), &stop).unwrap();
    assert_eq!(fetched.manifest.state, State::Running);
    let kept = user_ids(folder.path()).len();
    assert!((2..18).contains(&kept), "{kept}");

    let again = Account::with_pages(9);
    let fetched = run(&again, folder.path(), &Task::Resume).unwrap();
    assert_eq!(fetched.manifest.state, State::Complete);
    assert_eq!(user_ids(folder.path()), (2..20).collect::<Vec<_>>());
    assert_eq!(again.asked_of(Listing::Users).len(), 9 - kept / 2, "no page is read again");
}

/// Where an account goes on: users and tickets at cursors, organizations at a time.
fn starts() -> Options {
    let starts = Starts {
        organizations: Some(ContinueAt::Time(NOW_SECONDS - 3600)),
        users: Some(ContinueAt::Time(NOW_SECONDS - 7200)),
        tickets: Some(ContinueAt::Cursor("earlier".to_owned())),
    };
    Options { starts, ..options() }
}

fn continuing() -> Account {
    let mut account = Account::with_pages(2);
    let end = |listing, id, next| Answer::End(vec![record(listing, id)], Some(next));
    let listing = Listing::OrganizationExport;
    account.answer(
        listing,
        Position::Since(NOW_SECONDS - 3600),
        end(listing, 3, Position::Since(NOW_SECONDS - 10)),
    );
    let listing = Listing::UserExport;
    account.answer(listing, Position::Since(NOW_SECONDS - 7200), end(listing, 5, cursor("users on")));
    let listing = Listing::TicketExport;
    account.answer(listing, cursor("earlier"), end(listing, 7, cursor("tickets on")));
    account
}

#[test]
fn a_continued_reading_goes_on_where_the_earlier_one_ended() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = run(&continuing(), folder.path(), &Task::Begin(starts())).unwrap().manifest;
    assert_eq!(manifest.state, State::Complete);
    let [organizations, users, tickets] =
        ["organizations", "users", "tickets"].map(|name| &manifest.collections[name]);
    for entry in [organizations, users, tickets] {
        assert_eq!((entry.reading, entry.rows), (Reading::Continued, 1));
    }
    assert_eq!(users.since, Some(ContinueAt::Time(NOW_SECONDS - 7200)));
    assert_eq!(users.continue_at, Some(ContinueAt::Cursor("users on".to_owned())));
    assert_eq!(tickets.since, Some(ContinueAt::Cursor("earlier".to_owned())));
    assert_eq!(tickets.continue_at, Some(ContinueAt::Cursor("tickets on".to_owned())));
    // The second that a time names may not be over.
    assert_eq!(organizations.continue_at, Some(ContinueAt::Time(NOW_SECONDS - 120)));
    let memberships = &manifest.collections["organization_memberships"];
    assert_eq!((memberships.reading, memberships.rows), (Reading::Walk, 4));
}

#[test]
fn where_an_export_leads_nowhere_everything_is_read() {
    let stands_still =
        Answer::Page(vec![record(Listing::OrganizationExport, 3)], Some(Position::Since(NOW_SECONDS - 3600)));
    for answer in [stands_still, Answer::Fails(422)] {
        let folder = tempfile::tempdir().unwrap();
        let mut account = continuing();
        account.answer(Listing::OrganizationExport, Position::Since(NOW_SECONDS - 3600), answer);
        account.answer(Listing::TicketExport, cursor("earlier"), Answer::Fails(422));
        let manifest = run(&account, folder.path(), &Task::Begin(starts())).unwrap().manifest;
        assert_eq!(manifest.state, State::Complete);
        let organizations = &manifest.collections["organizations"];
        assert_eq!((organizations.reading, organizations.rows), (Reading::Walk, 4));
        assert_eq!((organizations.since.as_ref(), organizations.listing.as_str()), (None, "organizations"));
        assert_eq!(ticket_ids(folder.path()), [2, 3, 4, 5]);
        assert_eq!(manifest.collections["users"].reading, Reading::Continued);
    }
}

#[test]
fn a_window_of_tickets_is_asked_for_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let mut account = Account::empty();
    let end = Answer::End(vec![record(Listing::TicketExport, 3)], Some(cursor("on")));
    account.answer(Listing::TicketExport, Position::Since(1_790_812_800), end);
    let options = Options { since: Some("2026-10-01T00:00:00Z".to_owned()), ..options() };
    let manifest = run(&account, folder.path(), &Task::Begin(options)).unwrap().manifest;
    assert_eq!(ticket_ids(folder.path()), [3]);
    assert_eq!(manifest.collections["tickets"].continue_at, None, "older tickets are not known");
}

#[test]
fn tickets_of_a_list_cannot_be_continued() {
    let folder = tempfile::tempdir().unwrap();
    let mut account = Account::empty();
    account.answer(Listing::Tickets, Position::Start, Answer::End(vec![record(Listing::Tickets, 3)], None));
    let options = Options { tickets: TicketListing::List, ..options() };
    let manifest = run(&account, folder.path(), &Task::Begin(options)).unwrap().manifest;
    let tickets = &manifest.collections["tickets"];
    assert_eq!((tickets.listing.as_str(), tickets.continue_at.as_ref()), ("tickets", None));
}

/// An account whose export of tickets has this many pages, a ticket each.
fn tickets(pages: u64) -> Account {
    let mut account = Account::empty();
    let mut position = Position::Since(0);
    for page in 1..=pages {
        let next = cursor(&format!("tickets {page}"));
        let records = vec![record(Listing::TicketExport, page)];
        let answer = if page == pages { Answer::End } else { Answer::Page };
        account.answer(Listing::TicketExport, position, answer(records, Some(next.clone())));
        position = next;
    }
    account
}

#[test]
fn a_count_ends_no_listing() {
    // More pages than twenty times what the count says. In the long loops, which CI runs right after the others, it is
    // the count at which Zendesk's stand still, with the pages to spare that a limit by the count once had.
    let (count, pages) = if is_thorough() { (100_000, 14_000) } else { (50_000, 1_100) };
    let folder = tempfile::tempdir().unwrap();
    let mut account = tickets(pages);
    account.counted = Some(count);
    let manifest = begin(&account, folder.path());
    let read = &manifest.collections["tickets"];
    assert_eq!((read.outcome, read.pages, read.rows), (Outcome::Complete, pages, pages), "{:?}", read.reason);
}

#[test]
fn a_fetch_that_an_older_version_ended_at_a_count_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let mut account = tickets(6);
    account.answer(Listing::TicketExport, cursor("tickets 3"), Answer::Fails(500));
    assert_eq!(begin(&account, folder.path()).collections["tickets"].reason.as_deref(), Some("server_error"));
    for name in ["manifest.json", "progress.json"] {
        let path = folder.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains("server_error"), "{name}");
        fs::write(&path, text.replace("server_error", "page_limit")).unwrap();
    }
    let whole = tickets(6);
    let manifest = run(&whole, folder.path(), &Task::Resume).unwrap().manifest;
    let read = &manifest.collections["tickets"];
    assert_eq!((read.outcome, read.pages, read.rows), (Outcome::Complete, 6, 6));
    let asked: Vec<_> = [3, 4, 5].iter().map(|page| cursor(&format!("tickets {page}"))).collect();
    assert_eq!(whole.asked_of(Listing::TicketExport), asked, "what is there is not read again");
}
