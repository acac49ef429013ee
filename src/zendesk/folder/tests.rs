use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// Window sizes that cut values in every place.
const WINDOWS: [usize; 4] = [4, 7, 64, 256 * 1024];

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Reads users from `content` through windows of every size, which must agree; returns ids and lines.
fn users_in(name: &str, content: &[u8]) -> Result<(Vec<(i64, u64)>, CollectionReading), FolderError> {
    let folder = folder(&[(name, content)]);
    let path = folder.path().join(name);
    let results = WINDOWS.map(|window| {
        let mut seen = Vec::new();
        let source = Source::with_window(&path, window)?;
        let mut sink = Every(|place: Place, user: User<'_>| {
            assert_eq!(place.number, seen.len() as u64 + 1);
            seen.push((user.id, place.line));
            Ok(())
        });
        let reading = read_sources::<Users, FolderError>(std::iter::once(Ok(source)), &mut sink)?;
        assert_eq!(reading.row_count, seen.len() as u64);
        Ok((seen, reading))
    });
    let shown = results.each_ref().map(|result: &Result<_, FolderError>| format!("{result:?}"));
    assert!(shown.iter().all(|other| *other == shown[0]), "{shown:#?}");
    let [first, ..] = results;
    first
}

fn users(content: &str) -> (Vec<(i64, u64)>, CollectionReading) {
    users_in("users.json", content.as_bytes()).unwrap()
}

fn refused(content: &[u8]) -> String {
    users_in("users.json", content).unwrap_err().to_string()
}

#[test]
fn one_record_a_line() {
    let (seen, reading) = users("{\"id\":1}\n\n  \r\n {\"id\":2} \r\n{\"id\":3}");
    assert_eq!(seen, [(1, 1), (2, 4), (3, 5)]);
    assert_eq!(reading.outcome, Outcome::Complete);
    assert_eq!((reading.page_count, reading.end_of_stream_seen), (1, false));
}

#[test]
fn records_over_several_lines_and_beside_each_other() {
    let (seen, _) = users("{\n  \"id\": 1\n}\n{\n  \"id\": 2\n}\n");
    assert_eq!(seen, [(1, 1), (2, 4)]);
    let (seen, _) = users("{\"id\":1}{\"id\":2} {\"id\":3}");
    assert_eq!(seen, [(1, 1), (2, 1), (3, 1)]);
    assert_eq!(users(&"{\"id\":1}".repeat(500)).1.row_count, 500);
}

#[test]
fn a_number_may_be_cut_anywhere_by_the_window() {
    let (seen, _) = users(r#"{"users":[{"x":-1,"id":1,"y":[-12.5e-7,1.0E+3,-0.1]}],"count":-12.5e-7}"#);
    assert_eq!(seen, [(1, 1)]);
}

#[test]
fn plain_lists() {
    let (seen, reading) = users("[\n{\"id\":1},\n{\"id\":2}]\n");
    assert_eq!(seen, [(1, 2), (2, 3)]);
    assert_eq!(reading.page_count, 1);
    assert_eq!(users("[]").0, []);
    assert_eq!(users("[{\"id\":1}]\n[{\"id\":2}]").0, [(1, 1), (2, 2)]);
}

#[test]
fn a_cursor_list_ends_by_has_more_alone() {
    // Recorded last pages carry links.next all the same.
    let page = |more: bool| {
        format!(
            r#"{{"users":[{{"id":1}}],"meta":{{"has_more":{more},"after_cursor":"c1","before_cursor":"b"}},
               "links":{{"prev":"p","next":"https://x.test/next"}}}}"#
        )
    };
    let (_, last) = users(&page(false));
    assert_eq!(last.outcome, Outcome::Complete);
    assert!(last.end_of_stream_seen);
    assert_eq!(last.last_cursor.as_deref(), Some("c1"));
    let (_, more) = users(&page(true));
    assert_eq!(more.outcome, Outcome::Partial(PartialReason::MoreToCome));
    assert!(!more.end_of_stream_seen);
}

#[test]
fn an_export_ends_by_end_of_stream() {
    let page = |end: bool| {
        format!(
            r#"{{"users":[{{"id":1}}],"after_url":"u","after_cursor":"c","end_of_stream":{end},
               "next_page":"https://x.test/next","count":1,"end_time":5}}"#
        )
    };
    assert_eq!(users(&page(true)).1.outcome, Outcome::Complete);
    let (_, more) = users(&page(false));
    assert_eq!(more.outcome, Outcome::Partial(PartialReason::MoreToCome));
    let two = format!("{}\n{}", page(false).replace("\"c\"", "\"first\""), page(true));
    let (_, both) = users(&two);
    assert_eq!((both.page_count, both.row_count), (2, 2));
    assert_eq!(both.outcome, Outcome::Complete);
    assert_eq!(both.first_cursor.as_deref(), Some("first"));
    assert_eq!(both.last_cursor.as_deref(), Some("c"));
}

#[test]
fn an_offset_list_ends_by_next_page_and_begins_without_a_previous_one() {
    let page = |previous: &str, next: &str| {
        format!(r#"{{"count":3,"next_page":{next},"previous_page":{previous},"users":[{{"id":1}}]}}"#)
    };
    assert_eq!(users(&page("null", "null")).1.outcome, Outcome::Complete);
    assert_eq!(users(&page("null", "\"u\"")).1.outcome, Outcome::Partial(PartialReason::MoreToCome));
    assert_eq!(users(&page("\"u\"", "null")).1.outcome, Outcome::Partial(PartialReason::StartsMidway));
    let both = page("null", "\"u\"") + &page("\"u\"", "null");
    assert_eq!(users(&both).1.outcome, Outcome::Complete);
}

#[test]
fn a_list_of_pages() {
    let (seen, reading) = users(r#"[{"users":[{"id":1}]},{"users":[{"id":2}],"next_page":"u"}]"#);
    assert_eq!(seen, [(1, 1), (2, 1)]);
    assert_eq!(reading.page_count, 2);
    assert_eq!(reading.outcome, Outcome::Partial(PartialReason::MoreToCome));
}

#[test]
fn sideloaded_lists_are_left_out_wherever_they_stand() {
    let (seen, _) = users(r#"{"organizations":[{"id":9}],"users":[{"id":1}],"groups":[{"id":8}]}"#);
    assert_eq!(seen, [(1, 1)]);
}

#[test]
fn a_file_without_records_is_complete() {
    for content in ["", "\n \n", "\u{feff}", "[]", r#"{"users":[]}"#, r#"{"users":[],"count":0}"#] {
        let (seen, reading) = users(content);
        assert!(seen.is_empty());
        assert_eq!(reading.outcome, Outcome::Complete, "{content}");
    }
    // An empty compressed file is a failed download.
    assert!(users_in("users.json.gz", b"").is_err());
    assert_eq!(users_in("users.json.gz", &gz(b"")).unwrap().0, []);
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    assert_eq!(users("\u{feff}{\"id\":1}\n").0, [(1, 1)]);
    let error = users_in("users.json", b"\xff\xfe{\0").unwrap_err();
    assert!(matches!(error, FolderError::Utf16 { .. }));
    assert!(error.hint().unwrap().contains("iconv"));
}

#[test]
fn the_digest_is_of_the_stored_bytes() {
    let (_, plain) = users("{\"id\":1}\n");
    // printf '{"id":1}\n' | b3sum
    assert_eq!(plain.blake3, "3343d8bbbf571fd6592ec52fa9ac9ed34c0ca29515171530ba0dc5459f4a9404");
    assert_eq!(plain.bytes, 9);
    let mut members = gz(b"{\"id\":1}\n{\"i");
    members.extend(gz(b"d\":2}\n"));
    let (seen, reading) = users_in("users.ndjson.gz", &members).unwrap();
    assert_eq!(seen, [(1, 1), (2, 2)]);
    assert_eq!(reading.bytes, members.len() as u64);
}

#[test]
fn damaged_compression_is_refused() {
    let whole = gz(b"{\"id\":1}\n{\"id\":2}\n");
    for cut in 0..whole.len() {
        let error = users_in("users.ndjson.gz", &whole[..cut]).unwrap_err();
        assert!(matches!(error, FolderError::Gzip { .. }), "{cut}: {error:?}");
    }
    let mut garbage = whole.clone();
    garbage.extend(b"garbage");
    let mut flipped = whole.clone();
    let checksum = flipped.len() - 6;
    flipped[checksum] ^= 1;
    for damaged in [&garbage[..], &flipped, b"{\"id\":1}\n"] {
        let error = users_in("users.ndjson.gz", damaged).unwrap_err();
        assert!(matches!(error, FolderError::Gzip { .. }), "{error:?}");
    }
    let error = users_in("users.ndjson", &whole).unwrap_err();
    assert_eq!(error.hint().unwrap(), "rename it to users.ndjson.gz");
}

#[test]
fn errors_name_the_place_and_the_field() {
    let two = |line: &str| format!("{{\"id\":1}}\n{line}\n");
    for (line, expected) in [
        (r#"{"name":"Ann"}"#, "users.json, line 2, column 1, field id: is missing"),
        (r#"{"id":2,"email":5}"#, "users.json, line 2, column 17, field email: expected a string"),
        (
            r#"{"id":2,"active":"yes","name":"x"}"#,
            "users.json, line 2, column 22, field active: expected a boolean",
        ),
        (
            r#"{"tags":{"id":[1,{}]},"id":"x"}"#,
            "users.json, line 2, column 30, field id: expected an id: a whole number from 1 to 9223372036854775807",
        ),
        (
            r#"{"id":2,"created_at":"soon"}"#,
            "users.json, line 2, column 27, field created_at: expected an ISO-8601 time with an offset, like 2026-01-31T08:00:00Z",
        ),
        (r#"{"id":2,"id":3}"#, "users.json, line 2, column 1, field id: stands twice in one record"),
        (
            r#"{"id":2,"name":"a" "b"}"#,
            "users.json, line 2, column 20, field name: broken JSON: expected `,` or `}`",
        ),
        (
            r#"{"id":2,"name":"#,
            "users.json, line 2, column 15, field name: broken JSON: it ends in the middle",
        ),
        (r#"{"id":2}{"id":3}"#, "users.json, line 2, column 9, field id: broken JSON: trailing characters"),
        ("  5", "users.json, line 2, column 3: broken JSON: expected { or ["),
        (" <p>", "users.json, line 2, column 2: a web page, not JSON"),
        (
            r#"{"error":"RecordNotFound"}"#,
            "users.json, line 2, column 1: an error message of the API, not records",
        ),
        (
            r#"{"users":[]}"#,
            "users.json, line 2, column 1: the file mixes pages, plain lists and single records",
        ),
    ] {
        assert_eq!(refused(two(line).as_bytes()), expected, "{line}");
    }
    assert_eq!(
        refused(b"{\"users\":[{\"id\":1},\n {\"id\":2,\n  \"email\":[]}]}"),
        "users.json, line 3, column 10, field email: expected a string"
    );
    assert_eq!(
        refused(b"{\"users\":[{\"id\":1},\n {\"name\":\"n\",\n  \"email\":\"e\"}]}"),
        "users.json, line 2, column 2, field id: is missing"
    );
    assert_eq!(
        refused(b"{\"users\":[],\"end_of_stream\":\"true\"}"),
        "users.json, line 1, column 34, field end_of_stream: expected a boolean"
    );
}

#[test]
fn errors_never_quote_a_record() {
    for record in [
        r#"{"id":"secret"}"#,
        r#"{"id":1,"verified":"secret, expected secret"}"#,
        r#"{"id":1,"created_at":"secret"}"#,
        r#"{"id":1,"organization_id":"secret at line 1"}"#,
        r#"{"id":1,"organization_id":31337}x"#,
        r#"{"secret":1 2}"#,
        r#"{"a-secret@mail.test":1 2}"#,
        r#"{"id":-31337}"#,
        r#"{"id":1,"email":31337}"#,
        r#"{"id":1,"email":"secret"#,
        r#"{"id":1,"email":"\ud83dsecret"}"#,
    ] {
        for content in [
            record.to_owned(),
            format!("{{\"id\":1}}\n{record}\n"),
            format!("[{record}]"),
            format!("{{\"users\":[{record}]}}"),
        ] {
            if let Err(error) = users_in("users.json", content.as_bytes()) {
                let shown = format!("{error:?} {error}");
                assert!(!shown.contains("secret@"), "{shown}");
                assert!(!shown.contains("31337"), "{shown}");
                if !record.starts_with(r#"{"secret"#) {
                    assert!(!shown.contains("secret"), "{shown}");
                }
            }
        }
    }
}

#[test]
fn what_is_no_collection_is_refused() {
    for (content, expected) in [
        (&b"<!DOCTYPE html><html>"[..], "users.json, line 1, column 1: a web page, not JSON"),
        (b"hello", "users.json, line 1, column 1: broken JSON: expected { or ["),
        (
            br#"{"tickets":[{"id":1}],"count":1}"#,
            "users.json, line 1, column 32: the file holds tickets, where users were expected",
        ),
        (
            br#"{"error":"InvalidEndpoint","description":"Not found"}"#,
            "users.json, line 1, column 53: an error message of the API, not records",
        ),
        (
            br#"{"errors":[{"code":"InvalidPaginationDepth"}]}"#,
            "users.json, line 1, column 46: an error message of the API, not records",
        ),
        (
            br#"{"detail":"Rate limited","status":"429","title":"Automated response"}"#,
            "users.json, line 1, column 69: an error message of the API, not records",
        ),
        (
            br#"{"users":[{"id":1}],"error":"Timeout"}"#,
            "users.json, line 1, column 38: an error message of the API, not records",
        ),
        (
            br#"{"count":0,"next_page":null}"#,
            "users.json, line 1, column 28: a page without a list named users",
        ),
        (br#"{"users":null}"#, "users.json, line 1, column 10, field users: expected a list"),
        (br#"{"users":{"id":1}}"#, "users.json, line 1, column 10, field users: expected a list"),
        (
            br#"{"users":[],"users":[]}"#,
            "users.json, line 1, column 21, field users: stands twice in one page",
        ),
        (br#"{"user":{"id":1}}"#, "users.json, line 1, column 1, field id: is missing"),
        (b"{}", "users.json, line 1, column 1, field id: is missing"),
        (br#"[[1,"x"]]"#, "users.json, line 1, column 2: expected a record: an object"),
        (br#"[{"id":1},]"#, "users.json, line 1, column 11: expected a record: an object"),
        (br#"[{"id":1} {"id":2}]"#, "users.json, line 1, column 11: broken JSON: expected , or ]"),
        (br#"{"users":[],}"#, "users.json, line 1, column 13: broken JSON: expected \""),
        (br#"{"users":[]}x"#, "users.json, line 1, column 13: broken JSON: expected { or ["),
        (
            br#"{"users":[]}[{"id":1}]"#,
            "users.json, line 1, column 13: the file mixes pages, plain lists and single records",
        ),
        (b"{\"id\":1}\0\0", "users.json, line 1, column 9: broken JSON: expected { or ["),
    ] {
        let shown = String::from_utf8_lossy(content);
        assert_eq!(refused(content), expected, "{shown}");
    }
}

#[test]
fn a_file_that_ends_early_is_refused() {
    let whole = br#"{"users":[{"id":12,"name":"a\u00e9"},{"id":3}],"meta":{"has_more":false}}"#;
    for cut in 1..whole.len() {
        let error = users_in("users.json", &whole[..cut]).unwrap_err();
        assert!(matches!(error, FolderError::CutOff { .. }), "{cut}: {error}");
    }
    for whole in [&br#"[{"id":1},{"id":2}]"#[..], b"{\"id\":1,\"name\":\"x\"}"] {
        for cut in 1..whole.len() {
            assert!(users_in("users.json", &whole[..cut]).is_err(), "{cut}");
        }
    }
}

#[test]
fn wrong_utf8_is_refused_in_fields_that_are_not_used_too() {
    for content in [
        &b"{\"id\":1}\n{\"id\":2,\"notes\":\"\xff\"}\n"[..],
        b"[{\"id\":1},\n{\"id\":2,\"notes\":\"\xff\"}]",
        b"{\"id\":1}\n{\"id\":2,\"email\":\"\xff\"}\n",
        b"[{\"id\":1},\n{\"id\":2,\"email\":\"\xff\"}]",
    ] {
        let error = refused(content);
        assert!(error.starts_with("users.json, line 2, column "), "{error}");
        assert!(error.ends_with(": not UTF-8"), "{error}");
    }
}

#[test]
fn a_record_may_not_be_endless() {
    let long = "x".repeat(source::RECORD_LIMIT);
    for content in [
        format!("{{\"id\":1}}\n{{\"id\":2,\"name\":\"{long}\"}}\n"),
        format!("[{{\"id\":1}},\n{{\"id\":2,\"name\":\"{long}\"}}]"),
        format!("{{\"users\":[],\n\"x\":\"{long}\"}}"),
    ] {
        let folder = folder(&[("users.json", content.as_bytes())]);
        let error =
            Folder::open(folder.path()).unwrap().read::<Users, FolderError>(|_, _| Ok(())).unwrap_err();
        assert!(matches!(&error, FolderError::TooLong { at, .. } if at.line == 2), "{error}");
    }
    let name = "x".repeat(source::RECORD_LIMIT / 2);
    let (seen, _) = users(&format!("[{{\"id\":1,\"name\":\"{name}\"}}]"));
    assert_eq!(seen, [(1, 1)]);
}

#[test]
fn the_callback_can_refuse() {
    #[derive(Debug)]
    enum Refusal {
        Folder,
        Mine(Place),
    }
    impl From<FolderError> for Refusal {
        fn from(_: FolderError) -> Self {
            Self::Folder
        }
    }
    let folder = folder(&[("users.ndjson", b"{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n")]);
    let folder = Folder::open(folder.path()).unwrap();
    let refuse = |place: Place, user: User<'_>| match user.id {
        2 => Err(Refusal::Mine(place)),
        _ => Ok(()),
    };
    let error = folder.read::<Users, _>(refuse).unwrap_err();
    assert!(matches!(error, Refusal::Mine(Place { number: 2, line: 2, .. })));
    let error = folder.read::<Tickets, Refusal>(|_, _| Ok(())).unwrap_err();
    assert!(matches!(error, Refusal::Folder));
}

#[test]
fn every_kind_has_its_record() {
    let folder = folder(&[
        ("organizations.ndjson", b"{\"id\":1,\"name\":\"A\",\"deleted_at\":\"2024-01-02T03:04:05Z\"}"),
        ("users.ndjson", b"{\"id\":2,\"active\":false}"),
        ("organization_memberships.json", b"[{\"id\":3,\"user_id\":2,\"organization_id\":1}]"),
        ("tickets.json", b"[{\"id\":4,\"status\":\"deleted\",\"created_at\":\"2024-01-02T03:04:05+01:00\"}]"),
    ]);
    let folder = Folder::open(folder.path()).unwrap();
    let mut seen = Vec::new();
    folder
        .read::<Organizations, FolderError>(|_, record| {
            seen.push(format!("{} {}", record.id, record.is_deleted()));
            Ok(())
        })
        .unwrap();
    folder
        .read::<Users, FolderError>(|_, record| {
            seen.push(format!("{} {}", record.id, record.active == Some(true)));
            Ok(())
        })
        .unwrap();
    folder
        .read::<Memberships, FolderError>(|_, record| {
            seen.push(format!("{} {}", record.id, record.is_default == Some(true)));
            Ok(())
        })
        .unwrap();
    folder
        .read::<Tickets, FolderError>(|_, record| {
            seen.push(format!("{} {} {}", record.id, record.status.unwrap_or_default(), record.created_at));
            Ok(())
        })
        .unwrap();
    assert_eq!(seen, ["1 true", "2 false", "3 false", "4 deleted 2024-01-02T02:04:05Z"]);
}

#[test]
fn a_folder_is_found_or_refused() {
    let empty = folder(&[("manifest.json", b"{}")]);
    let error = Folder::open(empty.path()).unwrap_err();
    assert!(matches!(error, FolderError::NoCollections { .. }));
    assert!(error.hint().is_some());
    let error = Folder::open(&empty.path().join("manifest.json")).unwrap_err();
    assert!(matches!(error, FolderError::NotAFolder { .. }));
    let error = Folder::open(&empty.path().join("none")).unwrap_err();
    assert!(matches!(error, FolderError::Unreadable { .. }));
    for second in ["users.json", "users.json.gz", "users.ndjson.gz"] {
        let two = folder(&[("users.ndjson", b""), (second, b"")]);
        let error = Folder::open(two.path()).unwrap_err().to_string();
        assert_eq!(error, format!("users.ndjson and {second} hold the same collection"));
    }
    let inner = folder(&[]);
    fs::create_dir(inner.path().join("users.json")).unwrap();
    let opened = Folder::open(inner.path()).unwrap();
    let error = opened.read::<Users, FolderError>(|_, _| Ok(())).unwrap_err();
    assert!(matches!(error, FolderError::Unreadable { .. }));
    assert!(opened.files(Collection::Tickets).is_empty());
    assert_eq!(opened.files(Collection::Users).len(), 1);
}

#[test]
fn the_manifest_says_where_and_when() {
    let read = |content: &str| {
        let folder = folder(&[("users.json", b""), ("manifest.json", content.as_bytes())]);
        let origin = Folder::open(folder.path()).unwrap().manifest();
        origin.map(|manifest| manifest.origin).map_err(|error| error.to_string())
    };
    let full = Origin {
        subdomain: Some("acme-1".to_owned()),
        account_id: Some(12),
        taken_at: Some("2026-01-31T07:00:00Z".to_owned()),
    };
    for content in [
        r#"{"subdomain":"ACME-1","account_id":12,"taken_at":"2026-01-31T08:00:00+01:00"}"#,
        r#"{"origin":{"subdomain":"acme-1","account_id":"12","taken_at":"2026-01-31T07:00:00Z"},"x":[]}"#,
        r#"{"subdomain":"acme-1","origin":{"subdomain":"b","account_id":12,"taken_at":"2026-01-31T07:00:00.5Z"}}"#,
    ] {
        assert_eq!(read(content), Ok(full.clone()), "{content}");
    }
    assert_eq!(read("{}"), Ok(Origin::default()));
    assert_eq!(read("\u{feff}{\"subdomain\":null}"), Ok(Origin::default()));
    for (content, expected) in [
        ("", "manifest.json, line 1, column 1: broken JSON: expected {"),
        ("[]", "manifest.json, line 1, column 1: broken JSON: expected {"),
        ("{} {}", "manifest.json, line 1, column 4: broken JSON: something follows the object"),
        ("{\n\"subdomain\" 5}", "manifest.json, line 2, column 13: broken JSON: expected `:`"),
        ("{\n", "manifest.json, line 2, column 1: the file ends in the middle of a record or a page"),
    ] {
        assert_eq!(read(content), Err(expected.to_owned()), "{content}");
    }
    let long = "a".repeat(64);
    for subdomain in ["", "-a", "a-", "a.b", "a b", "https://a", "ä", &long] {
        let error = read(&format!("{{\"subdomain\":\"{subdomain}\"}}")).unwrap_err();
        assert!(error.contains("field subdomain: expected a subdomain"), "{error}");
    }
    for id in ["0", "-1", "1.5", "\"\"", "\"+1\"", "\"x\"", "true", "9223372036854775808"] {
        let error = read(&format!("{{\"account_id\":{id}}}")).unwrap_err();
        assert!(error.contains("field account_id: expected an account id"), "{id}: {error}");
    }
    assert!(read(r#"{"taken_at":"2026-01-31"}"#).unwrap_err().contains("field taken_at"));
    // Without a manifest nothing is known, which is no error.
    let bare = folder(&[("users.json", b"")]);
    assert_eq!(Folder::open(bare.path()).unwrap().manifest().unwrap(), Manifest::default());
}

#[test]
fn account_settings_are_optional() {
    let read = |name: &str, content: &[u8]| {
        let folder = folder(&[("users.json", b""), (name, content)]);
        Folder::open(folder.path()).unwrap().account_settings()
    };
    let text = br#"{"settings":{"user":{"multiple_organizations":true}}}"#;
    let expected = Some(AccountSettings { multiple_organizations: Some(true) });
    assert_eq!(read("account_settings.json", text).unwrap(), expected);
    assert_eq!(read("account_settings.json.gz", &gz(text)).unwrap(), expected);
    assert_eq!(read("other.json", text).unwrap(), None);
    let error = read("account_settings.json", br#"{"error":"Forbidden"}"#).unwrap_err();
    assert!(matches!(error, FolderError::ApiError { .. }));
    let wrong = br#"{"settings":{"user":{"multiple_organizations":"true"}}}"#;
    let error = read("account_settings.json", wrong).unwrap_err().to_string();
    assert!(error.ends_with("field settings: expected a boolean"), "{error}");
}

/// The samples are not part of the repository: recorded replies belong to their projects.
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test must not look like a passed one")]
fn recorded_replies_are_read() {
    let shared = std::env::var_os("ORGDRIFT_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(samples) = fs::read_dir(shared.join("zendesk-samples")) else {
        eprintln!("SKIPPED recorded_replies_are_read: no samples; set ORGDRIFT_SHARED");
        return;
    };
    let mut pages = 0;
    let mut rows = 0;
    for sample in samples {
        let text = fs::read_to_string(sample.unwrap().path()).unwrap();
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) else {
            continue;
        };
        for body in bodies(&value) {
            for collection in Collection::ALL {
                if body.get(collection.name()).is_some_and(serde_json::Value::is_array) {
                    rows += read_recorded(collection, &body);
                    pages += 1;
                }
            }
            if body.get("error").is_some() {
                let folder = folder(&[("users.json", body.to_string().as_bytes())]);
                let folder = Folder::open(folder.path()).unwrap();
                let error = folder.read::<Users, FolderError>(|_, _| Ok(())).unwrap_err();
                assert!(matches!(error, FolderError::ApiError { .. }));
            }
        }
    }
    eprintln!("read {rows} records of {pages} recorded pages");
    assert!(pages >= 8 && rows >= 8);
}

/// Returns every reply's body, wherever a recorder put it.
fn bodies(value: &serde_json::Value) -> Vec<serde_json::Value> {
    use serde_json::Value;
    let mut found = Vec::new();
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("request", _) => {}
                    ("body", Value::Object(_)) => found.push(value.clone()),
                    ("body" | "string", Value::String(text)) => {
                        found.extend(serde_json::from_str::<Value>(text).ok());
                    }
                    _ => found.extend(bodies(value)),
                }
            }
        }
        Value::Array(list) => found.extend(list.iter().flat_map(bodies)),
        _ => {}
    }
    found
}

fn read_recorded(collection: Collection, body: &serde_json::Value) -> u64 {
    let name = format!("{collection}.json");
    let folder = folder(&[(&name, body.to_string().as_bytes())]);
    let folder = Folder::open(folder.path()).unwrap();
    let reading = match collection {
        Collection::Organizations => folder.read::<Organizations, FolderError>(|_, _| Ok(())),
        Collection::Users => folder.read::<Users, FolderError>(|_, _| Ok(())),
        Collection::Memberships => folder.read::<Memberships, FolderError>(|_, _| Ok(())),
        Collection::Tickets => folder.read::<Tickets, FolderError>(|_, _| Ok(())),
    }
    .unwrap();
    let more = body["meta"]["has_more"] == true || body["end_of_stream"] == false;
    assert_eq!(reading.outcome == Outcome::Complete, !more);
    reading.row_count
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}

fn any_value() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_shape_holds_the_same_records(
        records in prop::collection::vec((1..=i64::MAX, ".{0,20}", any_value()), 0..6),
    ) {
        let ids: Vec<_> = records.iter().map(|record| record.0).collect();
        let records: Vec<_> = records
            .into_iter()
            .map(|(id, name, rest)| serde_json::json!({"user_fields": rest, "id": id, "name": name}))
            .collect();
        let lines = joined(records.iter().map(|record| format!("{record}")));
        let pretty = joined(records.iter().map(|record| format!("{record:#}")));
        let list = serde_json::Value::from(records.clone());
        let page = serde_json::json!({"users": records, "links": {"next": "x"}, "meta": {"has_more": false}});
        let contents = [lines, pretty, list.to_string(), format!("{list:#}"), page.to_string(), format!("{page:#}")];
        for content in contents {
            let seen: Vec<_> = users(&content).0.into_iter().map(|user| user.0).collect();
            prop_assert_eq!(&seen, &ids);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(content in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = users_in("users.json", &content);
        let _ = users_in("users.json.gz", &content);
    }

    #[test]
    fn any_json_like_text_is_read_or_refused(content in r#"([{}\[\],:"\\ \n]|"id"|"users"|[0-9]|a|é|true|null){0,40}"#) {
        if let Err(error) = users_in("users.json", content.as_bytes()) {
            let _ = (error.to_string(), error.hint());
        }
    }
}
