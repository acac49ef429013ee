//! What replies are read as. How a client behaves over a network, `tests/client.rs` asks.

use std::path::{Path, PathBuf};

use super::envelope::{self, BodyFault};
use crate::model::UserRole;
use crate::zendesk::api::{Listing, Position};

const ALL: [Listing; 7] = [
    Listing::Organizations,
    Listing::Users,
    Listing::Memberships,
    Listing::Tickets,
    Listing::OrganizationExport,
    Listing::UserExport,
    Listing::TicketExport,
];

fn read(listing: Listing, body: &str) -> Result<(usize, Option<Position>, bool), BodyFault> {
    envelope::page(listing, 1000, body.as_bytes()).map(|page| (page.records.len(), page.next, page.is_end))
}

#[expect(clippy::unnecessary_wraps, reason = "every use compares with an option")]
fn cursor(text: &str) -> Option<Position> {
    Some(Position::Cursor(text.to_owned()))
}

#[test]
fn lists_end_by_has_more_alone() {
    let page = |rest: &str| read(Listing::Users, &format!(r#"{{"users":[{{"id":1}},{{"id":2}}],{rest}}}"#));
    assert_eq!(page(r#""meta":{"has_more":true,"after_cursor":"abc"}"#), Ok((2, cursor("abc"), false)));
    // Links are never looked at, and on last pages they are often there.
    assert_eq!(
        page(r#""meta":{"has_more":false,"after_cursor":"abc"},"links":{"next":"https://evil.com"}"#),
        Ok((2, None, true))
    );
    assert_eq!(
        page(r#""meta":{"has_more":true,"after_cursor":"abc"},"links":{"next":null}"#),
        Ok((2, cursor("abc"), false))
    );
    for rest in [
        r#""meta":{"has_more":true}"#,
        r#""meta":{"has_more":true,"after_cursor":null}"#,
        r#""meta":{"has_more":true,"after_cursor":""}"#,
        r#""meta":{"after_cursor":"abc"}"#,
        r#""meta":{"has_more":"no"}"#,
        r#""meta":{"has_more":true,"after_cursor":7}"#,
        r#""meta":null"#,
        r#""next_page":null,"count":2"#,
    ] {
        assert!(matches!(page(rest), Err(BodyFault::Shape(_))), "{rest}");
    }
}

#[test]
fn exports_by_cursor_end_by_end_of_stream() {
    let page = |rest: &str| read(Listing::TicketExport, &format!(r#"{{"tickets":[{{"id":1}}],{rest}}}"#));
    assert_eq!(page(r#""after_cursor":"abc","end_of_stream":false"#), Ok((1, cursor("abc"), false)));
    assert_eq!(
        page(
            r#""after_cursor":"abc","end_of_stream":true,"after_url":"https://evil.com"#.to_owned().as_str()
        ),
        Err(BodyFault::Json)
    );
    assert_eq!(page(r#""after_cursor":"abc","end_of_stream":true"#), Ok((1, cursor("abc"), true)));
    assert_eq!(page(r#""after_cursor":null,"end_of_stream":true"#), Ok((1, None, true)));
    for rest in
        [r#""after_cursor":null,"end_of_stream":false"#, r#""after_cursor":"abc""#, r#""end_of_stream":1"#]
    {
        assert!(matches!(page(rest), Err(BodyFault::Shape(_))), "{rest}");
    }
}

#[test]
fn the_export_by_time_ends_by_end_of_stream_or_by_a_page_that_is_not_full() {
    let page = |size: u32, rest: &str| {
        let body = format!(r#"{{"organizations":[{{"id":1}},{{"id":2}}]{rest}}}"#);
        envelope::page(Listing::OrganizationExport, size, body.as_bytes())
            .map(|page| (page.next, page.is_end))
    };
    let since = Some(Position::Since(1_383_685_952));
    assert_eq!(page(2, r#","end_time":1383685952,"end_of_stream":false"#), Ok((since.clone(), false)));
    assert_eq!(page(2, r#","end_time":1383685952,"end_of_stream":true"#), Ok((since.clone(), true)));
    assert_eq!(page(2, r#","end_time":1383685952"#), Ok((since.clone(), false)));
    assert_eq!(page(3, r#","end_time":1383685952"#), Ok((since, true)));
    assert_eq!(page(3, r#","end_time":null"#), Ok((None, true)));
    for rest in ["", r#","end_time":"1383685952""#, r#","end_time":1.5"#] {
        assert!(matches!(page(2, rest), Err(BodyFault::Shape(_))), "{rest}");
    }
}

#[test]
fn what_is_no_page_is_none() {
    for listing in ALL {
        let name = listing.collection().name();
        for body in [
            "{}".to_owned(),
            "[]".to_owned(),
            "null".to_owned(),
            r#""text""#.to_owned(),
            r#"{"error":"RecordNotFound"}"#.to_owned(),
            format!(r#"{{"{name}":null,"meta":{{"has_more":false}},"end_of_stream":true}}"#),
            format!(r#"{{"{name}":{{}},"meta":{{"has_more":false}},"end_of_stream":true}}"#),
            r#"{"others":[],"meta":{"has_more":false},"end_of_stream":true}"#.to_owned(),
        ] {
            assert!(matches!(read(listing, &body), Err(BodyFault::Shape(_))), "{body}");
        }
        let whole = format!(r#"{{"{name}":[{{"id":1}}],"meta":{{"has_more":false}},"end_of_stream":true}}"#);
        assert_eq!(read(listing, &whole), Ok((1, None, true)));
        // However a body is cut off, another try is worth it.
        for end in 0..whole.len() {
            assert_eq!(read(listing, &whole[..end]), Err(BodyFault::Json), "{}", &whole[..end]);
        }
    }
}

#[test]
fn a_login_without_an_id_is_none() {
    let me = |body: &str| envelope::me(body.as_bytes());
    let known = me(r#"{"user":{"id":6130869168922,"role":"admin","name":"x"}}"#).unwrap();
    assert_eq!((known.id, known.role), (6_130_869_168_922, Some(UserRole::Admin)));
    assert_eq!(
        me(r#"{"user":{"id":null,"name":"Anonymous user","role":"end-user"}}"#),
        Err(BodyFault::Anonymous)
    );
    assert_eq!(me(r#"{"user":{"name":"Anonymous user"}}"#), Err(BodyFault::Anonymous));
    assert!(matches!(me(r#"{"user":{"id":1}}"#), Err(BodyFault::Shape(_))));
    assert!(matches!(me(r#"{"user":{"id":"1","role":"admin"}}"#), Err(BodyFault::Shape(_))));
    assert!(matches!(me("{}"), Err(BodyFault::Shape(_))));
}

#[test]
fn settings_and_counts_are_read() {
    let settings =
        envelope::settings(br#"{"settings":{"user":{"multiple_organizations":true},"brands":{}}}"#).unwrap();
    assert_eq!(settings.multiple_organizations, Some(true));
    assert!(matches!(envelope::settings(b"{}"), Err(BodyFault::Shape(_))));
    let count = |body: &str| envelope::count(body.as_bytes());
    assert_eq!(count(r#"{"count":{"value":102,"refreshed_at":"2026-11-02T07:00:00Z"}}"#), Ok(Some(102)));
    assert_eq!(count(r#"{"count":{"value":null,"refreshed_at":null}}"#), Ok(None));
    assert_eq!(count("{}"), Ok(None));
    assert!(count(r#"{"count":"many"}"#).is_err());
}

#[test]
#[expect(clippy::print_stderr, reason = "says what it skips")]
fn recorded_pages_are_read() {
    let shared = std::env::var_os("ORGDRIFT_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(samples) = std::fs::read_dir(shared.join("zendesk-samples")) else {
        eprintln!("SKIPPED recorded_pages_are_read: no samples; set ORGDRIFT_SHARED");
        return;
    };
    let mut pages = 0;
    for sample in samples {
        let path = sample.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(sample) = serde_json::from_str::<serde_json::Value>(&text) else { continue };
        let request = sample["request"]["uri"].as_str().unwrap_or_default();
        // Pages by cursor, which are the ones that are asked for.
        let asks_by_cursor = request.contains("page%5Bsize%5D") || request.contains("/cursor.json");
        let is_page = |listing: &&Listing| {
            let path = super::Call::Page(**listing).path();
            request.contains(&format!("{path}.json?")) || request.contains(&format!("{path}?"))
        };
        let Some(listing) = ALL.iter().find(is_page).filter(|_| asks_by_cursor) else { continue };
        let body = sample["response"]["body"].to_string();
        let page = envelope::page(*listing, 1, body.as_bytes())
            .unwrap_or_else(|fault| panic!("{path:?}: {fault:?}"));
        assert!(page.records.len() == 1 && !page.is_end && page.next.is_some(), "{path:?}");
        pages += 1;
    }
    assert!(pages >= 10, "{pages} recorded pages");
}
