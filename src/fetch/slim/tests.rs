//! What is kept of records.

use serde_json::value::RawValue;

use super::{Malformed, page_line};
use crate::{
    catalog::files,
    model::fields::Absent,
    zendesk::{
        api::{Listing, Page, Position},
        folder::Collection,
        wire::{Membership, Organization, Ticket, User},
    },
};

/// A record as the API sends it, with what must not be kept.
fn record(listing: Listing, id: u64) -> String {
    let private = r#""notes":"private notes","details":"private","phone":"+44 private","tags":["private"]"#;
    match listing.collection() {
        Collection::Organizations => {
            format!(r#"{{"id":{id},"name":"Org {id}","domain_names":["d{id}.com"],{private}}}"#)
        }
        Collection::Users => {
            format!(
                r#"{{"id":{id},"name":"User {id}","email":"u{id}@d{id}.com","role":"end-user",{private}}}"#
            )
        }
        Collection::Memberships => {
            format!(r#"{{"id":{id},"user_id":{id},"organization_id":{id},"default":true,{private}}}"#)
        }
        Collection::Tickets => format!(
            r#"{{"id":{id},"requester_id":{id},"status":"open","created_at":"2026-10-01T00:00:00Z",
            "via":{{"channel":"email","source":{{"from":{{"address":"private@d.com"}}}}}},
            "subject":"private subject","raw_subject":"private subject","description":"private",{private}}}"#
        ),
    }
}

fn page(records: &[&str]) -> Page {
    let records = records.iter().map(|text| RawValue::from_string((*text).to_owned()).unwrap()).collect();
    Page { records, next: None, is_end: true, server_time: None }
}

fn line(listing: Listing, records: &[&str], with_subjects: bool) -> String {
    String::from_utf8(page_line(listing, &page(records), with_subjects).unwrap().text).unwrap()
}

#[test]
fn nothing_private_survives() {
    for listing in [
        Listing::Organizations,
        Listing::Users,
        Listing::Memberships,
        Listing::Tickets,
        Listing::TicketExport,
    ] {
        let full = record(listing, 7);
        assert!(full.contains("private"));
        let kept = line(listing, &[&full], false);
        assert!(!kept.contains("private"), "{kept}");
        assert_eq!(kept.matches('\n').count(), 1, "a page is a line: {kept}");
    }
}

#[test]
fn a_subject_is_kept_only_where_it_is_wanted() {
    let full = record(Listing::TicketExport, 7);
    let kept = line(Listing::TicketExport, &[&full], true);
    assert_eq!(kept.matches("private").count(), 1, "{kept}");
    assert!(kept.contains(r#""subject":"private subject""#), "{kept}");
}

/// A record without its address, which a fetch does not need.
macro_rules! without_url {
    ($record:ident, $text:expr) => {{
        let mut record = serde_json::from_str::<$record>($text).unwrap();
        record.url = None;
        record.absent = Absent::default();
        record
    }};
}

/// Of everything that the program reads nothing is lost, whatever keys it learns to read.
#[test]
fn what_the_program_reads_of_the_demo_is_what_was_there() {
    let mut count = 0;
    for (name, text) in files::DEMO {
        for full in text.lines() {
            let mut check = |listing: Listing, same: &dyn Fn(&str, &str) -> bool| {
                let kept = line(listing, &[full], true);
                let list = format!("{{\"{}\":[", listing.collection().name());
                let record = kept.strip_prefix(list.as_str()).unwrap();
                let record = &record[..record.rfind("],").unwrap()];
                assert!(same(full, record), "{full}\n{record}");
                count += 1;
            };
            match *name {
                "zendesk/organizations.ndjson" => check(Listing::Organizations, &|full, kept| {
                    without_url!(Organization, full) == without_url!(Organization, kept)
                }),
                "zendesk/users.ndjson" => {
                    check(Listing::Users, &|full, kept| without_url!(User, full) == without_url!(User, kept));
                }
                "zendesk/organization_memberships.ndjson" => check(Listing::Memberships, &|full, kept| {
                    without_url!(Membership, full) == without_url!(Membership, kept)
                }),
                "zendesk/tickets.ndjson" => check(Listing::TicketExport, &|full, kept| {
                    without_url!(Ticket, full) == without_url!(Ticket, kept)
                }),
                _ => {}
            }
        }
    }
    assert_eq!(count, 14 + 39 + 32 + 48);
}

#[test]
fn values_are_copied_as_they_came() {
    let odd = r#"{ "id" : 5, "name": "a\u0062\ud800 \"q\"", "external_id": 1e3, "domain_names": [ "A.com" ,
        null ], "shared_tickets": "yes" }"#;
    assert_eq!(
        line(Listing::Organizations, &[odd], false),
        concat!(
            r#"{"organizations":[{"id":5,"name":"a\u0062\ud800 \"q\"","external_id":1e3,"#,
            r#""domain_names":[ "A.com" ,         null ],"shared_tickets":"yes"}],"#,
            r#""meta":{"after_cursor":null,"has_more":false}}"#,
            "\n"
        )
    );
}

#[test]
fn of_a_ticket_s_way_only_the_channel_is_kept() {
    for (via, kept) in [
        (r#"{"channel":"web","source":{"to":{}}}"#, r#"{"channel":"web"}"#),
        (r#"{"channel":4}"#, r#"{"channel":4}"#),
        (r#"{"channel":{"deep":"private"}}"#, "null"),
        (r#"["private"]"#, "null"),
        (r#""private""#, "null"),
        ("null", "null"),
    ] {
        let line = line(Listing::Tickets, &[&format!(r#"{{"id":1,"via":{via}}}"#)], false);
        assert!(line.contains(&format!(r#"{{"id":1,"via":{kept}}}"#)), "{line}");
    }
}

#[test]
fn of_organization_fields_only_account_ids_are_kept() {
    for (fields, kept) in [
        (r#"{"crm":"001C000000o4OoiIAE","note":"private"}"#, r#"{"crm":"001C000000o4OoiIAE","note":0}"#),
        (r#"{"a":null,"b":" ","c":5,"d":["private"],"e":true}"#, r#"{"a":null,"b":null,"c":0,"d":0,"e":0}"#),
        ("{}", "{}"),
        ("null", "null"),
        ("\"private\"", "null"),
    ] {
        let line =
            line(Listing::Organizations, &[&format!(r#"{{"id":1,"organization_fields":{fields}}}"#)], false);
        assert!(line.contains(&format!(r#"{{"id":1,"organization_fields":{kept}}}"#)), "{line}");
    }
}

#[test]
fn a_record_without_an_id_is_none() {
    for bad in [
        "{}",
        "[1]",
        "5",
        "null",
        r#"{"id":"5"}"#,
        r#"{"id":0}"#,
        r#"{"id":-1}"#,
        r#"{"id":1.5}"#,
        r#"{"id":9223372036854775808}"#,
    ] {
        let page = page(&[bad]);
        assert_eq!(page_line(Listing::Users, &page, false).unwrap_err(), Malformed, "{bad}");
    }
}

#[test]
fn pages_say_what_follows_in_the_words_of_their_listing() {
    let cursor = || Some(Position::Cursor("c\"1".to_owned()));
    for (listing, next, is_end, expected) in [
        (Listing::Users, cursor(), false, r#"{"users":[],"meta":{"after_cursor":"c\"1","has_more":true}}"#),
        (Listing::UserExport, cursor(), false, r#"{"users":[],"after_cursor":"c\"1","end_of_stream":false}"#),
        (
            Listing::TicketExport,
            cursor(),
            true,
            r#"{"tickets":[],"after_cursor":"c\"1","end_of_stream":true}"#,
        ),
        (
            Listing::OrganizationExport,
            Some(Position::Since(1_793_599_200)),
            false,
            r#"{"organizations":[],"end_of_stream":false,"end_time":1793599200}"#,
        ),
        (
            Listing::Memberships,
            None,
            true,
            r#"{"organization_memberships":[],"meta":{"after_cursor":null,"has_more":false}}"#,
        ),
    ] {
        let line = page_line(listing, &Page { records: Vec::new(), next, is_end, server_time: None }, false)
            .unwrap();
        assert_eq!(String::from_utf8(line.text).unwrap(), format!("{expected}\n"));
    }
}
