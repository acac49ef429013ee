//! Account files that people really have, and what the command says of them.
//!
//! A refused file leaves the warehouse as it was; every message says what, where, why, and what to type.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::Stdio;

use insta::assert_snapshot;

use crate::common::bench::{Bench, Told};

/// A header, then the rows.
const HEADER: &str = "Id,Name,Website\n";
const ALDER: &str = "001Hs00003WqA01IAF,Alder Works,alder-demo.com\n";
const BIRCH: &str = "001Hs00003WqB02IAF,Birch Supply,birch-demo.com\n";
/// What must not be repeated in the talk.
const CUSTOMERS: [&str; 6] = ["Alder", "Birch", "alder-demo", "birch-demo", "Cedar", "cedar-demo"];

/// Ingests bytes beside the demo's data: they are refused, and nothing changes.
fn refuse(content: impl AsRef<[u8]>, options: &[&str]) -> String {
    let bench = Bench::with_demo();
    bench.write("accounts.csv", content);
    let mut arguments = vec!["ingest", "salesforce", "accounts.csv"];
    arguments.extend(options);
    let told = bench.unchanged(&arguments);
    assert_ne!(told.code, 0, "{}", told.err);
    assert_eq!(told.out, "", "nothing is data");
    told.silent_about(&CUSTOMERS).text()
}

/// Ingests bytes into a new warehouse.
fn take(content: impl AsRef<[u8]>, options: &[&str]) -> (Bench, Told) {
    let bench = Bench::with_warehouse();
    bench.write("accounts.csv", content);
    let mut arguments = vec!["ingest", "salesforce", "accounts.csv"];
    arguments.extend(options);
    let told = bench.run(&arguments).silent_about(&CUSTOMERS);
    (bench, told)
}

fn names(bench: &Bench) -> Vec<String> {
    bench.rows("select account_name from latest_salesforce_accounts order by account_name")
}

fn utf16(text: &str, is_little: bool, has_mark: bool) -> Vec<u8> {
    let mark = has_mark.then_some(0xfeff).into_iter();
    mark.chain(text.encode_utf16())
        .flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::default());
    let mut packed = Vec::new();
    encoder.read_to_end(&mut packed).unwrap();
    packed
}

#[test]
fn a_file_of_nothing_is_refused() {
    assert_snapshot!(refuse("", &[]), @r"
    exit 1
    error: accounts.csv: the input is empty
    hint: export the accounts again
    ");
    assert_snapshot!(refuse(" \r\n\t\n\n  ", &[]), @r"
    exit 1
    error: accounts.csv: the input is empty
    hint: export the accounts again
    ");
    assert_snapshot!(refuse(HEADER, &[]), @r"
    exit 1
    error: accounts.csv has a header, but no account
    hint: export the accounts again; an empty file would make every organization an orphan
    ");
    assert_snapshot!(refuse("Id,Name,Website", &[]), @r"
    exit 1
    error: accounts.csv has a header, but no account
    hint: export the accounts again; an empty file would make every organization an orphan
    ");
}

#[test]
fn a_needed_column_that_is_missing_is_named_with_its_flag() {
    assert_snapshot!(refuse("Account,Name,Website\nx,Alder Works,alder-demo.com\n", &[]), @r#"
    exit 1
    error: accounts.csv: no account id column; the headers are "Account", "Name", "Website"
    hint: use --id-col NAME; if all headers are one, use --delimiter
    "#);
    assert_snapshot!(refuse("Id,Title,Website\n001Hs00003WqA01IAF,Alder Works,alder-demo.com\n", &[]), @r#"
    exit 1
    error: accounts.csv: no account name column; the headers are "Id", "Title", "Website"
    hint: use --name-col NAME; if all headers are one, use --delimiter
    "#);
    assert_snapshot!(refuse("Id,Name,Phone\n001Hs00003WqA01IAF,Alder Works,+49 30 1234\n", &[]), @r#"
    exit 1
    error: accounts.csv: no domain column; the headers are "Id", "Name", "Phone"
    hint: use --domain-col NAME; --domain-col none reads a file without domains; if all headers are one, use --delimiter
    "#);
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}"), &["--owner-col", "Boss"]), @r#"
    exit 1
    error: accounts.csv: no column "Boss" (--owner-col); the headers are "Id", "Name", "Website"
    hint: use --owner-col NAME; NAME is one of the headers
    "#);
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}"), &["--keep-col", "Boss"]), @r#"
    exit 1
    error: accounts.csv: no column "Boss" (--keep-col); the headers are "Id", "Name", "Website"
    hint: use --keep-col NAME; NAME is one of the headers
    "#);
}

#[test]
fn columns_that_could_both_be_meant_are_listed() {
    assert_snapshot!(
        refuse("Account ID,SFDC ID,Name,Website\n001Hs00003WqA01IAF,001Hs00003WqA01IAF,Alder Works,alder-demo.com\n", &[]),
        @r#"
    exit 1
    error: accounts.csv: several columns could be the account id: "Account ID", "SFDC ID"; the headers are "Account ID", "SFDC ID", "Name", "Website"
    hint: use --id-col NAME
    "#
    );
    assert_snapshot!(
        refuse("Id,Id,Name,Website\n001Hs00003WqA01IAF,001Hs00003WqA01IAF,Alder Works,alder-demo.com\n", &[]),
        @r#"
    exit 1
    error: accounts.csv: several columns could be the account id: "Id", "Id"; the headers are "Id", "Id", "Name", "Website"
    hint: use --id-col NAME
    "#
    );
    assert_snapshot!(
        refuse("Id,Name,Email_Domain__c,Zendesk_Domain__c\n001Hs00003WqA01IAF,Alder Works,alder-demo.com,alder-demo.com\n", &[]),
        @r#"
    exit 1
    error: accounts.csv: several columns could be the domain: "Email_Domain__c", "Zendesk_Domain__c"; the headers are "Id", "Name", "Email_Domain__c", "Zendesk_Domain__c"
    hint: use --domain-col NAME
    "#
    );
}

#[test]
fn two_domain_columns_are_read_when_both_are_named() {
    let (bench, told) = take(
        "Id,Name,Email_Domain__c,Zendesk_Domain__c\n001Hs00003WqA01IAF,Alder Works,alder-demo.com,alder-demo.org\n",
        &["--domain-col", "Email_Domain__c", "--domain-col", "zendesk domain c"],
    );
    assert_snapshot!(told.text(), @"
    exit 0
    columns: id `Id`, name `Name`, domain `Email_Domain__c` (100 % filled), domain `Zendesk_Domain__c` (100 % filled)
    1 record read: 1 account
    1 of 1 account with a usable domain
    accounts: complete, 1 row
    snapshot 1 of salesforce taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest zendesk --from DIR
    ");
    assert_eq!(
        bench.rows("select domain from latest_salesforce_account_domains order by domain"),
        ["alder-demo.com", "alder-demo.org"]
    );
}

#[test]
fn a_wrong_delimiter_is_found_out() {
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}"), &["--delimiter", ";"]), @r#"
    exit 1
    error: accounts.csv: no account id column; no account name column; no domain column; the headers are "Id,Name,Website"
    hint: use --id-col NAME --name-col NAME --domain-col NAME; --domain-col none reads a file without domains; if all headers are one, use --delimiter
    "#);
    assert_snapshot!(refuse("Id|Name|Website\n001Hs00003WqA01IAF|Alder Works|alder-demo.com\n", &[]), @r#"
    exit 1
    error: accounts.csv: no account id column; no account name column; no domain column; the headers are "Id|Name|Website"
    hint: use --id-col NAME --name-col NAME --domain-col NAME; --domain-col none reads a file without domains; if all headers are one, use --delimiter
    "#);
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}"), &["--delimiter", "::"]), @r"
    exit 2
    error: invalid value '::' for '--delimiter <CHAR>': write one ASCII character, or tab

    For more information, try '--help'.
    ");
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}"), &["--delimiter", "\""]), @r#"
    exit 2
    error: invalid value '"' for '--delimiter <CHAR>': a quote or a line end cannot be one

    For more information, try '--help'.
    "#);
    let (bench, told) =
        take("Id|Name|Website\n001Hs00003WqA01IAF|Alder Works|alder-demo.com\n", &["--delimiter", "|"]);
    told.expect(0);
    assert_eq!(names(&bench), ["Alder Works"]);
}

#[test]
fn a_file_without_a_header_does_not_show_its_first_account() {
    assert_snapshot!(refuse(format!("{ALDER}{BIRCH}"), &[]), @r"
    exit 1
    error: accounts.csv: the file has no header: its first record holds an account id
    hint: put the column names into the first line, or export again with them
    ");
}

#[test]
fn a_footer_is_no_account() {
    let footer = "\n\nAccounts with domains\nCopyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\nConfidential Information - Do Not Distribute\nGenerated By: Ann Example 02/11/2026\nOrbit Relay\n";
    let (bench, told) = take(format!("{HEADER}{ALDER}{BIRCH}{footer}"), &[]);
    assert_snapshot!(told.text(), @"
    exit 0
    columns: id `Id`, name `Name`, domain `Website` (100 % filled)
    7 records read: 2 accounts, 5 footer
    2 of 2 accounts with a usable domain
    accounts: complete, 2 rows
    snapshot 1 of salesforce taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest zendesk --from DIR
    ");
    assert_eq!(names(&bench), ["Alder Works", "Birch Supply"]);
    assert_eq!(bench.value("select count(*) from ingest_rejections"), "0");
}

#[test]
fn other_formats_are_named() {
    assert_snapshot!(refuse("<!DOCTYPE html>\n<html><head><title>Login | Salesforce</title></head>\n", &[]), @r"
    exit 1
    error: accounts.csv: the input is an HTML page (expired login?), not CSV
    hint: log in again, or export the report as CSV
    ");
    assert_snapshot!(refuse("\n\n  <html><body><table><tr><td>Alder Works</td></tr></table>", &[]), @r"
    exit 1
    error: accounts.csv: the input is an HTML page (expired login?), not CSV
    hint: log in again, or export the report as CSV
    ");
    assert_snapshot!(refuse(b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00xl/workbook.xml", &[]), @r"
    exit 1
    error: accounts.csv: the input is a zip or XLSX file, not CSV
    hint: unzip it, or export as CSV
    ");
    assert_snapshot!(refuse(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00\x00\x00", &[]), @r"
    exit 1
    error: accounts.csv: the input is an old Excel file, not CSV
    hint: export as CSV
    ");
}

#[test]
fn an_unclosed_quote_is_found_where_it_opens() {
    let open = "001Hs00003WqB02IAF,\"Birch Supply,birch-demo.com\n";
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}{open}{ALDER}{ALDER}"), &[]), @r"
    exit 1
    error: accounts.csv: unclosed quote opened at line 3, byte 81
    hint: close the quote at line 3, or export again
    ");
    // The quote of a later row closes it, so that the file is well-formed.
    let quoted = "001Hs00003WqC03IAF,\"Cedar Foods\",cedar-demo.com\n";
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}{open}{ALDER}{quoted}"), &[]), @r"
    exit 1
    error: accounts.csv: unclosed quote opened at line 3, byte 81
    hint: close the quote at line 3, or export again
    ");
}

#[test]
fn nul_bytes_are_rejected_with_their_line() {
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}001Hs00003WqB02IAF,Birch\0Supply,birch-demo.com\n"), &[]), @"
    exit 1
    error: accounts.csv: 1 of 2 rows cannot be used, more than 10 %: 1 nul_character
      line 3, column Name: nul_character (001Hs00003WqB02IAF)
    hint: correct the export; --rejections FILE writes all rejected rows; --max-rejections allows more, as a number or in per cent
    ");
    let (bench, told) = take(
        format!("{HEADER}{ALDER}001Hs00003WqB02IAF,Birch\0Supply,birch-demo.com\n"),
        &["--max-rejections", "1"],
    );
    told.expect(6);
    assert_eq!(
        bench.rows("select line, column_name, reason, value from ingest_rejections"),
        ["3|Name|nul_character|Birch\u{fffd}Supply"]
    );
}

#[test]
fn utf16_needs_its_mark_or_its_name() {
    let text = format!("{HEADER}{ALDER}{BIRCH}");
    for is_little in [true, false] {
        let (bench, told) = take(utf16(&text, is_little, true), &[]);
        told.expect(0);
        assert_eq!(names(&bench), ["Alder Works", "Birch Supply"]);
    }
    assert_snapshot!(refuse(utf16(&text, true, false), &[]), @r"
    exit 1
    error: accounts.csv: the input has NUL bytes and looks like UTF-16 without a byte order mark
    hint: use --encoding utf-16le, or utf-16be where that fails
    ");
    assert_snapshot!(refuse(utf16(&text, false, false), &[]), @r"
    exit 1
    error: accounts.csv: the input has NUL bytes and looks like UTF-16 without a byte order mark
    hint: use --encoding utf-16le, or utf-16be where that fails
    ");
    for (is_little, encoding) in [(true, "utf-16le"), (false, "utf-16be")] {
        let (bench, told) = take(utf16(&text, is_little, false), &["--encoding", encoding]);
        told.expect(0);
        assert_eq!(names(&bench), ["Alder Works", "Birch Supply"]);
    }
}

#[test]
fn other_encodings_are_never_guessed() {
    let mut bytes = format!("{HEADER}{ALDER}").into_bytes();
    bytes.extend(b"001Hs00003WqB02IAF,Birch M\xfcller,birch-demo.com\n");
    assert_snapshot!(refuse(&bytes, &[]), @r"
    exit 1
    error: accounts.csv: line 3, byte 88: not valid UTF-8
    hint: use --encoding windows-1252, or export again as UTF-8
    ");
    assert_snapshot!(refuse(&bytes, &["--encoding", "shift_jis"]), @r"
    exit 1
    error: accounts.csv: line 3, byte 88: not valid Shift_JIS
    hint: use --encoding with the encoding of the export
    ");
    assert_snapshot!(refuse(&bytes, &["--encoding", "latin-nine"]), @r#"
    exit 1
    error: accounts.csv: unknown encoding "latin-nine"
    hint: use a label such as utf-8, windows-1252, iso-8859-15 or shift_jis
    "#);
    let (bench, told) = take(&bytes, &["--encoding", "windows-1252"]);
    told.expect(0);
    assert_eq!(names(&bench), ["Alder Works", "Birch Müller"]);
}

#[test]
fn a_record_that_is_too_large_is_refused() {
    let long = "x".repeat(300 * 1024);
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}001Hs00003WqB02IAF,{long},birch-demo.com\n"), &[]), @r"
    exit 1
    error: accounts.csv: line 3, byte 262225: column 2 is over 262144 bytes
    hint: look at that line; an export of id, name and domains alone is enough
    ");
    let wide = ",".repeat(1_200);
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}001Hs00003WqB02IAF{wide}\n"), &[]), @r"
    exit 1
    error: accounts.csv: line 3, byte 1080: the record has over 1000 columns
    hint: look at that line; an export of id, name and domains alone is enough
    ");
    assert_snapshot!(refuse(format!("Id,Name,Website{wide}\n{ALDER}"), &[]), @r"
    exit 1
    error: accounts.csv: line 1, byte 1013: the record has over 1000 columns
    hint: look at that line; an export of id, name and domains alone is enough
    ");
    let cells = format!(",{}", "y".repeat(200 * 1024)).repeat(30);
    assert_snapshot!(refuse(format!("{HEADER}{ALDER}001Hs00003WqB02IAF{cells}\n"), &[]), @r"
    exit 1
    error: accounts.csv: line 3, byte 4194387: the record is over 4194304 bytes
    hint: look at that line; an export of id, name and domains alone is enough
    ");
}

/// Feeds a command until it stops reading, and returns what it said and the most memory that it had in KiB.
fn feed(bench: &Bench, head: &str, piece: &[u8], pieces: usize) -> (String, u64) {
    let mut child = bench
        .command(&["ingest", "salesforce", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut peak = 0;
    let mut is_open = input.write_all(head.as_bytes()).is_ok();
    for at in 0..pieces {
        if !is_open {
            break;
        }
        is_open = input.write_all(piece).is_ok();
        if at % 8 == 0 {
            peak = peak.max(peak_of(child.id()).unwrap_or(0));
        }
    }
    peak = peak.max(peak_of(child.id()).unwrap_or(0));
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = format!("exit {}\n{}", output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr));
    (text, peak)
}

/// `VmHWM` of a process, where the system has /proc.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn endless_cells_and_rows_are_refused_without_being_kept() {
    let bench = Bench::with_demo();
    let before = bench.dump();
    let head = format!("{HEADER}{ALDER}001Hs00003WqB02IAF,");
    let mut said = Vec::new();
    for (head, piece) in [
        (head.clone(), vec![b'x'; 1 << 20]),
        (format!("{head}\""), vec![b'\n'; 1 << 20]),
        (head, vec![b','; 1 << 20]),
        // No header at all.
        (String::new(), vec![b' '; 1 << 20]),
        (String::new(), vec![b','; 1 << 20]),
    ] {
        let (text, peak) = feed(&bench, &head, &piece, 100);
        assert!(peak < 100 * 1024, "{peak} KiB for {text}");
        said.push(text);
    }
    assert_snapshot!(said.join("\n"), @r"
    exit 1
    error: standard input: line 3, byte 262225: column 2 is over 262144 bytes
    hint: look at that line; an export of id, name and domains alone is enough

    exit 1
    error: standard input: unclosed quote opened at line 3, byte 81
    hint: close the quote at line 3, or export again

    exit 1
    error: standard input: line 3, byte 1080: the record has over 1000 columns
    hint: look at that line; an export of id, name and domains alone is enough

    exit 1
    error: standard input: the input is empty
    hint: export the accounts again

    exit 1
    error: standard input: line 1, byte 1000: the record has over 1000 columns
    hint: look at that line; an export of id, name and domains alone is enough
    ");
    bench.dump().assert_same(&before);
}

#[test]
fn an_account_that_contradicts_itself_is_unread() {
    let bench = Bench::empty();
    bench.copy("fixtures/clean/zendesk", "zendesk");
    bench.write(
        "accounts.csv",
        "Id,Name,Website,Owner\n001Hs00003WqA01IAF,Alder Works,alder-demo.com,Ann\n\
         001Hs00003WqB02IAF,Birch Supply,birch-demo.com,Ann\n001Hs00003WqA01IAF,Alder Works,alder-demo.com,Ben\n\
         001Hs00003WqA01IAF,Alder Works,alder-demo.com,Ann\n",
    );
    let arguments =
        ["ingest", "salesforce", "accounts.csv", "--max-rejections", "3", "--accept-rejections", "3"];
    let told = bench.run(&arguments).silent_about(&CUSTOMERS);
    assert_snapshot!(told.text(), @"
    exit 0
    created orgdrift.db
    columns: id `Id`, name `Name`, domain `Website` (100 % filled), owner `Owner`
    4 records read: 1 account, 3 rejected
    1 of 1 account with a usable domain
    3 rejected: 3 differing_rows
      line 2, column Owner: differing_rows (001Hs00003WqA01IAF)
      line 4, column Owner: differing_rows (001Hs00003WqA01IAF)
      line 5, column Owner: differing_rows (001Hs00003WqA01IAF)
    accounts: 3 rejected rows accepted: 1 account unread
    accounts: complete, 1 row, 3 unread
    3 rejected rows, see ingest_rejections for snapshot 1
    snapshot 1 of salesforce taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest zendesk --from DIR
    ");
    assert_eq!(
        bench.rows("select line, column_name, reason, account_id from ingest_rejections order by line"),
        [2, 4, 5].map(|line| format!("{line}|Owner|differing_rows|001Hs00003WqA01IAF"))
    );
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench.rows("select account_id, link_state from account_links order by account_id"),
        ["001Hs00003WqA01IAF|unread", "001Hs00003WqB02IAF|missing"]
    );
    assert_eq!(bench.value("select count(*) from issues where account_id = '001Hs00003WqA01IAF'"), "0");
}

#[test]
fn one_row_for_each_domain_is_one_account() {
    let (bench, told) =
        take(format!("{HEADER}{ALDER}001Hs00003WqA01IAF,Alder Works,alder-demo.org\n{ALDER}{BIRCH}"), &[]);
    assert_snapshot!(told.text(), @"
    exit 0
    columns: id `Id`, name `Name`, domain `Website` (100 % filled)
    4 records read: 2 accounts, 2 repeated
    2 of 2 accounts with a usable domain
    accounts: complete, 2 rows, 2 repeated
    snapshot 1 of salesforce taken at 2026-11-02T07:00:00Z
    next: orgdrift ingest zendesk --from DIR
    ");
    assert_eq!(
        bench.rows("select account_id, domain from latest_salesforce_account_domains order by 1, 2"),
        [
            "001Hs00003WqA01IAF|alder-demo.com",
            "001Hs00003WqA01IAF|alder-demo.org",
            "001Hs00003WqB02IAF|birch-demo.com"
        ]
    );
}

#[test]
fn the_organization_of_a_merged_account_belongs_to_the_winner() {
    let bench = Bench::empty();
    bench.copy("fixtures/salesforce/deleted_and_merged.csv", "accounts.csv");
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.write(
        "zendesk/organizations.ndjson",
        "{\"id\":7,\"name\":\"Alder\",\"external_id\":\"001Hs00003WqB02IAF\",\"domain_names\":[],\
         \"shared_tickets\":false,\"shared_comments\":false}\n\
         {\"id\":8,\"name\":\"Elm\",\"external_id\":\"001Hs00003WqE05IAF\",\"domain_names\":[],\
         \"shared_tickets\":false,\"shared_comments\":false}\n",
    );
    for name in ["users", "organization_memberships", "tickets"] {
        bench.write(&format!("zendesk/{name}.ndjson"), "");
    }
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(
        bench
            .rows("select account_id, link_state, organization_id, match_rule from account_links order by 1"),
        ["001Hs00003WqA01IAF|linked|7|external_id", "001Hs00003WqE05IAF|linked|8|external_id"]
    );
}

#[test]
fn gzip_is_read_to_its_end_or_not_at_all() {
    let rows: String = (0..400)
        .map(|at| format!("001Hs00003Wq{at:03}IAF,Alder Works {at},a{at}.alder-demo.com\n"))
        .collect();
    let packed = gzip(format!("{HEADER}{rows}").as_bytes());
    assert_snapshot!(refuse(&packed[..packed.len() / 2], &[]), @r"
    exit 1
    error: accounts.csv: the gzip data ends too early
    hint: download or compress the file again
    ");
    assert_snapshot!(refuse(&packed[..packed.len() - 4], &[]), @r"
    exit 1
    error: accounts.csv: the gzip data ends too early
    hint: download or compress the file again
    ");
    let mut damaged = packed.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 20].fill(0x55);
    assert_snapshot!(refuse(&damaged, &[]), @r"
    exit 1
    error: accounts.csv: the gzip data is damaged: corrupt deflate stream
    hint: download or compress the file again
    ");
    let (_, told) = take(gzip(format!("{HEADER}{ALDER}").as_bytes()), &[]);
    told.expect(0);
}

/// The warehouse of the demo as somebody's own, since the demo's takes no other accounts.
fn of_an_account() -> Bench {
    let bench = Bench::with_demo();
    rusqlite::Connection::open(bench.db())
        .unwrap()
        .execute_batch("update _zendesk_identity set subdomain = 'northshore'")
        .unwrap();
    bench
}

#[test]
fn ids_that_lost_their_letter_case_are_refused() {
    let bench = of_an_account();
    bench.copy("fixtures/salesforce/folded_ids.csv", "accounts.csv");
    assert_snapshot!(bench.unchanged(&["ingest", "salesforce", "accounts.csv"]).text(), @r"
    exit 1
    error: accounts.csv: ids_look_case_folded: none of its 22 account ids with letters has both upper and lower case
    hint: export again without a spreadsheet in between; if the ids are right, say --accept-folded
    ");
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-folded"]).expect(0);
    assert_eq!(bench.value("select count(*) from latest_salesforce_accounts"), "22");
}

#[test]
fn too_many_rejections_refuse_the_file() {
    let mut text = format!("{HEADER}{ALDER}{BIRCH}");
    for _ in 0..2 {
        text.push_str("003Hs00003WqG07IAF,Cedar Contact,cedar-demo.com\n");
    }
    for at in 0..8 {
        text.push_str(&format!("00100000000000{at},Account {at},a{at}.example-demo.com\n"));
    }
    assert_snapshot!(refuse(&text, &[]), @"
    exit 1
    error: accounts.csv: 2 of 12 rows cannot be used, more than 10 %: 2 not_an_account_id
      line 4, column Id: not_an_account_id
      line 5, column Id: not_an_account_id
    hint: correct the export; --rejections FILE writes all rejected rows; --max-rejections allows more, as a number or in per cent
    ");
    assert_snapshot!(refuse(&text, &["--max-rejections", "1"]), @"
    exit 1
    error: accounts.csv: 2 of 12 rows cannot be used, more than 1: 2 not_an_account_id
      line 4, column Id: not_an_account_id
      line 5, column Id: not_an_account_id
    hint: correct the export; --rejections FILE writes all rejected rows; --max-rejections allows more, as a number or in per cent
    ");
    assert_snapshot!(refuse(&text, &["--max-rejections", "16%"]), @"
    exit 1
    error: accounts.csv: 2 of 12 rows cannot be used, more than 16 %: 2 not_an_account_id
      line 4, column Id: not_an_account_id
      line 5, column Id: not_an_account_id
    hint: correct the export; --rejections FILE writes all rejected rows; --max-rejections allows more, as a number or in per cent
    ");
    assert_snapshot!(refuse(&text, &["--max-rejections", "0"]), @"
    exit 1
    error: accounts.csv: 2 of 12 rows cannot be used, more than 0: 2 not_an_account_id
      line 4, column Id: not_an_account_id
      line 5, column Id: not_an_account_id
    hint: correct the export; --rejections FILE writes all rejected rows; --max-rejections allows more, as a number or in per cent
    ");
    for allowed in ["2", "17%", "100%"] {
        let (bench, told) = take(&text, &["--max-rejections", allowed]);
        let told = told.expect(6);
        assert_eq!(names(&bench).len(), 10);
        if allowed == "2" {
            assert_snapshot!(told.text(), @"
            exit 6
            columns: id `Id`, name `Name`, domain `Website` (100 % filled)
            12 records read: 10 accounts, 2 rejected
            10 of 10 accounts with a usable domain
            2 rejected: 2 not_an_account_id
              line 4, column Id: not_an_account_id
              line 5, column Id: not_an_account_id
            accounts: if these rows may stay unread, ingest the file again with --accept-rejections 2
            accounts: partial (rows_rejected), 10 rows, 2 unread
            2 rejected rows, see ingest_rejections for snapshot 1
            snapshot 1 of salesforce taken at 2026-11-02T07:00:00Z
            next: orgdrift ingest zendesk --from DIR
            ");
        }
    }
    for bad in ["ten", "-1", "101%", "", "%"] {
        let said = refuse(&text, &["--max-rejections", bad]);
        assert!(said.starts_with("exit 2\n"), "{said}");
    }
    assert_snapshot!(refuse(&text, &["--max-rejections", "ten"]), @r"
    exit 2
    error: invalid value 'ten' for '--max-rejections <N|N%>': write a whole number, or a share such as 10%

    For more information, try '--help'.
    ");
}

#[test]
fn every_record_of_every_fixture_is_accounted_for() {
    let mut outcomes = Vec::new();
    let mut files: Vec<_> = fs::read_dir(crate::common::root().join("fixtures/salesforce"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    files.sort();
    for file in files {
        let bench = Bench::empty();
        bench.copy(&format!("fixtures/salesforce/{file}"), &file);
        let options: &[&str] = match file.as_str() {
            "windows1252.csv" => &["--encoding", "windows-1252"],
            "two_domain_columns.csv" => &["--domain-col", "Email_Domain__c"],
            _ => &[],
        };
        let mut arguments =
            vec!["ingest", "salesforce", &file, "--max-rejections", "100%", "--accept-folded"];
        arguments.extend(options);
        let told = bench.run(&arguments);
        if told.code == 1 {
            outcomes.push(format!("{file}: exit {}", told.code));
            assert!(!bench.db().exists(), "{file}: a first ingest that failed left a warehouse");
            continue;
        }
        // In one query: each reads the whole schema first.
        let parts = ["accepted", "repeated", "deleted", "rejected", "footer", "repeated_header", "preamble"];
        let counts = parts.map(|name| format!(", json_extract(options, '$.counts.{name}')"));
        let counts: Vec<i64> = bench
            .value(&format!(
                "select (select count(*) from latest_salesforce_accounts), (select count(*) from ingest_rejections),
                   json_extract(options, '$.counts.read'){}
                 from snapshots",
                counts.concat()
            ))
            .split('|')
            .map(|count| count.parse().unwrap())
            .collect();
        let [accounts, rejections, read, parts @ ..] = &counts[..] else { panic!("{file}: {counts:?}") };
        assert_eq!(*read, parts.iter().sum::<i64>(), "{file}");
        assert_eq!((parts[0], parts[3]), (*accounts, *rejections), "{file}");
        outcomes.push(format!(
            "{file}: {} read = {}",
            read,
            parts.iter().map(i64::to_string).collect::<Vec<_>>().join(" + ")
        ));
    }
    assert_snapshot!(outcomes.join("\n"), @"
    accounts.csv.gz: 3 read = 3 + 0 + 0 + 0 + 0 + 0 + 0
    bad_rows.csv: 7 read = 1 + 0 + 0 + 6 + 0 + 0 + 0
    blank_domain_column.csv: exit 1
    bom.csv: 3 read = 3 + 0 + 0 + 0 + 0 + 0 + 0
    cjk_separators.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    commas_in_paths.csv: 2 read = 2 + 0 + 0 + 0 + 0 + 0 + 0
    crcrlf.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    crlf.csv: 3 read = 3 + 0 + 0 + 0 + 0 + 0 + 0
    cut_off.csv: 11 read = 10 + 0 + 0 + 1 + 0 + 0 + 0
    deleted_and_merged.csv: 5 read = 2 + 0 + 3 + 0 + 0 + 0 + 0
    deleted_german.csv: 6 read = 5 + 0 + 1 + 0 + 0 + 0 + 0
    deleted_null.csv: 6 read = 5 + 0 + 1 + 0 + 0 + 0 + 0
    deleted_postgres.csv: 6 read = 5 + 0 + 1 + 0 + 0 + 0 + 0
    domain_values.csv: 5 read = 5 + 0 + 0 + 0 + 0 + 0 + 0
    duplicate_ids_that_differ.csv: 3 read = 1 + 0 + 0 + 2 + 0 + 0 + 0
    folded_ids.csv: 22 read = 22 + 0 + 0 + 0 + 0 + 0 + 0
    footer_of_a_command.csv: 5 read = 4 + 0 + 0 + 0 + 1 + 0 + 0
    html_login_page.csv: exit 1
    ids_in_text.csv: 2 read = 2 + 0 + 0 + 0 + 0 + 0 + 0
    inspector.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    no_id_column.csv: exit 1
    null_words.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    one_row_per_domain.csv: 5 read = 2 + 3 + 0 + 0 + 0 + 0 + 0
    only_header.csv: exit 1
    owner_as_object.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    platform_hosts.csv: 6 read = 6 + 0 + 0 + 0 + 0 + 0 + 0
    preamble_progress.csv: 5 read = 4 + 0 + 0 + 0 + 0 + 0 + 1
    preamble_title.csv: 7 read = 4 + 0 + 0 + 0 + 0 + 0 + 3
    preamble_type.csv: 5 read = 4 + 0 + 0 + 0 + 0 + 0 + 1
    preamble_warning.csv: 5 read = 4 + 0 + 0 + 0 + 0 + 0 + 1
    public_suffix_behind_www.csv: 6 read = 6 + 0 + 0 + 0 + 0 + 0 + 0
    quoted_newlines.csv: 3 read = 3 + 0 + 0 + 0 + 0 + 0 + 0
    quotes_and_bullets.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    repeated_header.csv: 3 read = 2 + 0 + 0 + 0 + 0 + 1 + 0
    repeated_header_with_bom.csv: 3 read = 2 + 0 + 0 + 0 + 0 + 1 + 0
    report_with_footer.csv: 8 read = 3 + 0 + 0 + 0 + 5 + 0 + 0
    semicolon_sep_line.csv: 2 read = 2 + 0 + 0 + 0 + 0 + 0 + 0
    spreadsheet_damaged_org_id.csv: 6 read = 6 + 0 + 0 + 0 + 0 + 0 + 0
    trailing_cells_missing.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    two_domain_columns.csv: 1 read = 1 + 0 + 0 + 0 + 0 + 0 + 0
    two_id_columns.csv: 3 read = 3 + 0 + 0 + 0 + 0 + 0 + 0
    two_id_columns_that_disagree.csv: 2 read = 1 + 0 + 0 + 1 + 0 + 0 + 0
    unclosed_quote.csv: exit 1
    utf16le.csv: 3 read = 3 + 0 + 0 + 0 + 0 + 0 + 0
    website_beside_domain_column.csv: 1 read = 1 + 0 + 0 + 0 + 0 + 0 + 0
    windows1252.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    word_processor_dashes.csv: 4 read = 4 + 0 + 0 + 0 + 0 + 0 + 0
    ");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let bench = Bench::with_demo();
    bench.write("folder/inner.txt", "");
    assert_snapshot!(bench.unchanged(&["ingest", "salesforce", "missing.csv"]).text(), @r"
    exit 1
    error: cannot read missing.csv: no such file or folder
    hint: check the path; `-` reads standard input
    ");
    assert_snapshot!(bench.unchanged(&["ingest", "salesforce", "folder"]).text(), @r"
    exit 1
    error: cannot read folder: is a directory
    hint: check the path; `-` reads standard input
    ");
    assert_snapshot!(bench.unchanged(&["ingest", "salesforce"]).text(), @r"
    exit 2
    error: the following required arguments were not provided:
      <FILE>

    Usage: orgdrift ingest salesforce <FILE>

    For more information, try '--help'.
    ");
}

#[test]
fn standard_input_is_a_file_too() {
    let bench = Bench::empty();
    let told = bench.run_with_input(&["ingest", "salesforce", "-"], format!("{HEADER}{ALDER}"));
    told.expect(0);
    assert_eq!(names(&bench), ["Alder Works"]);
    let before = bench.dump();
    let told =
        bench.run_with_input(&["ingest", "salesforce", "-"], "Name;Website\nAlder Works;alder-demo.com\n");
    assert_snapshot!(told.silent_about(&CUSTOMERS).text(), @r#"
    exit 1
    error: standard input: no account id column; the headers are "Name", "Website"
    hint: use --id-col NAME; if all headers are one, use --delimiter
    "#);
    let told = bench.run_with_input(&["ingest", "salesforce", "-"], "");
    assert_snapshot!(told.text(), @r"
    exit 1
    error: standard input: the input is empty
    hint: export the accounts again
    ");
    bench.dump().assert_same(&before);
}

#[test]
fn further_columns_are_kept_for_analysts() {
    let (bench, told) = take(
        "Id,Name,Website,Segment,Region\n001Hs00003WqA01IAF,Alder Works,alder-demo.com,\"mid; \"\"A\"\"\",EU\n",
        &["--keep-col", "segment", "--keep-col", "Region"],
    );
    told.expect(0);
    assert_eq!(
        bench.value("select json_extract(extra, '$.Segment'), json_extract(extra, '$.Region') from latest_salesforce_accounts"),
        "mid; \"A\"|EU"
    );
}

#[test]
fn readings_come_in_the_order_of_their_time() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    let early = ["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-11-01"];
    assert_snapshot!(bench.unchanged(&early).text(), @r"
    exit 5
    error: the snapshot was taken at 2026-11-01T00:00:00Z, before the latest salesforce snapshot (2026-11-02T05:30:00Z)
    hint: ingest snapshots in the order in which they were taken; check --taken-at
    ");
    let bad = ["ingest", "salesforce", "accounts.csv", "--taken-at", "yesterday"];
    assert_snapshot!(bench.unchanged(&bad).text(), @r"
    exit 2
    error: --taken-at: not an ISO-8601 date or time: write 2026-11-02 or 2026-11-02T06:00:00Z
    ");
    // The same moment again is no step back.
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-11-02T06:30:00+01:00"]).expect(0);
}

#[test]
fn a_much_smaller_file_closes_nothing_until_it_is_accepted() {
    let bench = of_an_account();
    let accounts = "select count(*) from latest_salesforce_accounts";
    assert_eq!(bench.value(accounts), "12");
    bench.write("accounts.csv", format!("{HEADER}{ALDER}"));
    assert_snapshot!(bench.run(&["ingest", "salesforce", "accounts.csv", "--max-shrink", "3"]).text(), @"
    exit 6
    columns: id `Id`, name `Name`, domain `Website` (100 % filled)
    1 record read: 1 account
    1 of 1 account with a usable domain
    accounts: 1 row after 12 in the last complete snapshot; if that is right, ingest again with --accept-shrink
    accounts: partial (shrunk), 1 row
    snapshot 3 of salesforce taken at 2026-11-02T07:00:00Z
    next: orgdrift audit
    ");
    assert_eq!(bench.value(accounts), "13");
    assert_eq!(
        bench.rows(
            "select outcome, reason, row_count from snapshot_collections where collection = 'accounts'"
        ),
        ["complete|~|12", "partial|shrunk|1"]
    );
    // The doubted reading is no measure for the next one.
    bench.run(&["ingest", "salesforce", "accounts.csv", "--max-shrink", "3"]).expect(6);
    assert_snapshot!(bench.run(&["ingest", "salesforce", "accounts.csv", "--max-shrink", "3", "--accept-shrink"]).text(), @"
    exit 0
    columns: id `Id`, name `Name`, domain `Website` (100 % filled)
    1 record read: 1 account
    1 of 1 account with a usable domain
    the file has the same bytes as snapshot 3, which was partial and is replaced
    accounts: complete, 1 row
    snapshot 4 of salesforce taken at 2026-11-02T07:00:00Z
    next: orgdrift audit
    ");
    assert_eq!(bench.value(accounts), "1");
    bench.run(&["ingest", "salesforce", "accounts.csv", "--max-shrink", "3"]).expect(0);
}

#[test]
fn a_file_of_the_future_is_refused() {
    let bench = Bench::with_demo();
    bench.copy("fixtures/demo/accounts.csv", "accounts.csv");
    let told = bench.unchanged(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2062-11-02"]);
    assert_snapshot!(told.text(), @"
    exit 5
    error: the snapshot is dated 2062-11-02T00:00:00Z, but it is only 2026-11-02T07:00:00Z
    hint: check --taken-at, the manifest and the clock; all later snapshots would be refused
    ");
}
