//! The reader against the shapes of real exports, and against hostile ones.

use std::io::{Cursor, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::*;

const A: &str = "001C000000o4OoiIAE";
const B: &str = "001C000000o4OOIIA2";
const HEAD: &str = "Id,Name,Website\n";

fn open(bytes: impl Into<Vec<u8>>) -> Result<AccountFile, SalesforceError> {
    open_with(bytes, &ReadOptions::default())
}

fn open_with(bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> Result<AccountFile, SalesforceError> {
    AccountFile::open(Cursor::new(bytes.into()), options)
}

fn drain(mut file: AccountFile) -> Result<(Vec<Record>, Counts), SalesforceError> {
    let mut records = Vec::new();
    while let Some(record) = file.next_record()? {
        records.push(record);
    }
    assert!(file.counts().is_balanced(), "{:?}", file.counts());
    Ok((records, file.counts()))
}

fn read(bytes: impl Into<Vec<u8>>) -> (Vec<Record>, Counts) {
    drain(open(bytes).unwrap()).unwrap()
}

fn accounts(bytes: impl Into<Vec<u8>>) -> Vec<AccountRow> {
    read(bytes)
        .0
        .into_iter()
        .map(|record| match record {
            Record::Account(row) => row,
            other => panic!("not an account: {other:?}"),
        })
        .collect()
}

/// The error of opening or of reading.
fn fail(bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> SalesforceError {
    open_with(bytes, options).and_then(drain).map(drop).unwrap_err()
}

fn fail_text(bytes: impl Into<Vec<u8>>) -> String {
    fail(bytes, &ReadOptions::default()).to_string()
}

/// One line per record: what it is, its line and its reason.
fn outline(records: &[Record]) -> Vec<String> {
    records
        .iter()
        .map(|record| match record {
            Record::Account(row) => format!("account {}", row.line),
            Record::Deleted { line, .. } => format!("deleted {line}"),
            Record::Rejected(r) => format!("{} {} {}", r.reason.as_str(), r.line, r.column),
        })
        .collect()
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    format!("{mark}{text}")
        .encode_utf16()
        .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Repeats a pattern up to a length, and counts what was asked for.
struct Endless {
    head: Cursor<Vec<u8>>,
    pattern: Vec<u8>,
    next: usize,
    left: u64,
    read: Arc<AtomicU64>,
}

impl Read for Endless {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let head = self.head.read(buf)?;
        if head > 0 {
            return Ok(head);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        for byte in &mut buf[..most] {
            *byte = self.pattern[self.next];
            self.next = (self.next + 1) % self.pattern.len();
        }
        self.left -= most as u64;
        self.read.fetch_add(most as u64, Ordering::Relaxed);
        Ok(most)
    }
}

/// Reads an endless input to its error. Returns it with the bytes that were read.
fn endless(head: &str, pattern: &str) -> (SalesforceError, u64) {
    let read = Arc::new(AtomicU64::new(0));
    let input = Endless {
        head: Cursor::new(head.as_bytes().to_vec()),
        pattern: pattern.as_bytes().to_vec(),
        next: 0,
        left: 100 << 20,
        read: Arc::clone(&read),
    };
    let error = AccountFile::open(input, &ReadOptions::default()).and_then(drain).map(drop).unwrap_err();
    (error, read.load(Ordering::Relaxed))
}

#[test]
fn an_account_is_read_with_all_its_columns() {
    let text = format!(
        "Id,Name,Website,Zendesk_Organization_Id__c,OwnerId,Owner.Name,ParentId,Region\n\
         {A}, Acme ,\"https://www.acme.com; bob@acme.de,acme.com n/a\",3.6109234952E11,005,Ann,{B}, x \n\
         {B},,,3.6E+11,,,003C000000o4Ooi,\n"
    );
    let options =
        ReadOptions { keep_cols: vec!["region".to_owned(), "OwnerId".to_owned()], ..ReadOptions::default() };
    let file = open_with(text, &options).unwrap();
    assert_eq!(file.delimiter(), ',');
    assert_eq!(file.encoding_name(), "UTF-8");
    assert_eq!(file.columns().owner.as_ref().unwrap().name, "Owner.Name");
    let (records, counts) = drain(file).unwrap();
    let [Record::Account(first), Record::Account(second)] = &records[..] else {
        panic!("{records:?}");
    };
    assert_eq!((first.line, first.account_id.as_str()), (2, A));
    assert_eq!(first.name, "Acme");
    assert_eq!(first.domains, ["acme.com", "acme.de"]);
    assert_eq!(first.stored_organization_id, Some(361_092_349_520));
    assert_eq!(first.stored_organization_raw.as_deref(), Some("3.6109234952E11"));
    assert_eq!(first.owner.as_deref(), Some("Ann"));
    assert_eq!(first.parent_account_id.unwrap().as_str(), B);
    let kept = [("Region", " x "), ("OwnerId", "005")];
    assert_eq!(first.kept, kept.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let reasons = |row: &AccountRow| {
        row.warnings
            .iter()
            .map(|w| format!("{} {} {}", w.column, w.reason.as_str(), w.value))
            .collect::<Vec<_>>()
    };
    assert_eq!(reasons(first), ["Website not_a_domain n/a"]);
    assert_eq!(
        reasons(second),
        [
            "Name empty_name ",
            "Zendesk_Organization_Id__c spreadsheet_damaged 3.6E+11",
            "ParentId not_an_account_id 003C000000o4Ooi",
        ]
    );
    assert_eq!(second.stored_organization_raw.as_deref(), Some("3.6E+11"));
    assert_eq!((second.stored_organization_id, second.parent_account_id), (None, None));
    assert_eq!((counts.read, counts.accepted, counts.ids_18), (2, 2, 2));
    assert_eq!((counts.ids_with_letters, counts.ids_mixed_case), (2, 2));
}

#[test]
fn folded_and_short_ids_are_counted() {
    let lower = A.to_lowercase();
    let (_, counts) = read(format!("{HEAD}{lower},a,\n001C000000o4OOI,b,\n001000000000001AAA,c,\n"));
    assert_eq!((counts.ids_15, counts.ids_18), (1, 2));
    assert_eq!((counts.ids_with_letters, counts.ids_mixed_case), (2, 1));
    assert_eq!(counts.ids_restored, 1);
}

#[test]
fn every_way_to_write_a_line_end_is_read() {
    for end in ["\n", "\r\n", "\r"] {
        for last in [end, ""] {
            let rows =
                accounts(format!("Id,Name,Website{end}{A},a,acme.com{end}{end}{B},\"b\",\"acme.de\"{last}"));
            assert_eq!(rows.len(), 2, "{end:?}");
            assert_eq!((rows[1].line, &*rows[1].name), (4, "b"), "{end:?}");
            assert_eq!(rows[1].domains, ["acme.de"]);
        }
    }
}

#[test]
fn a_bare_return_and_quoted_line_breaks_stay_in_the_cell() {
    let rows =
        accounts(format!("{HEAD}{A},a\rb,acme.com\r\n{B},\"c\r\nd\n001 Street\",\"acme.de\nacme.fr\"\n"));
    assert_eq!((&*rows[0].name, &*rows[1].name), ("a\rb", "c\r\nd\n001 Street"));
    assert_eq!(rows[1].domains, ["acme.de", "acme.fr"]);
}

#[test]
fn encodings_with_a_mark_are_read() {
    let text = format!("{HEAD}{A},Müller,münchen.de\n");
    let mut inputs = vec![
        (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
        (format!("\u{feff}\u{feff}{text}").into_bytes(), "UTF-8"),
        (utf16(&text, false, true), "UTF-16LE"),
        (utf16(&text, true, true), "UTF-16BE"),
        (utf16(&format!("\u{feff}{text}"), true, true), "UTF-16BE"),
    ];
    for (plain, name) in inputs.clone() {
        inputs.push((gzip(&plain), name));
    }
    for (bytes, name) in inputs {
        let file = open(bytes).unwrap();
        assert_eq!(file.encoding_name(), name);
        let (records, _) = drain(file).unwrap();
        let [Record::Account(row)] = &records[..] else {
            panic!("{records:?}");
        };
        assert_eq!(row.name, "Müller");
        assert_eq!(row.domains, ["xn--mnchen-3ya.de"]);
    }
}

#[test]
fn utf16_without_a_mark_needs_its_label() {
    let text = format!("{HEAD}{A},a,acme.com\n");
    for big in [false, true] {
        let bytes = utf16(&text, big, false);
        let error = fail(bytes.clone(), &ReadOptions::default());
        assert!(matches!(error, SalesforceError::LooksLikeUtf16));
        let label = if big { "utf-16be" } else { "utf-16le" };
        let options = ReadOptions { encoding: Some(label.to_owned()), ..ReadOptions::default() };
        let (records, _) = drain(open_with(bytes, &options).unwrap()).unwrap();
        assert_eq!(outline(&records), ["account 2"]);
    }
    let mut odd = utf16(&text, false, true);
    odd.pop();
    assert!(fail_text(odd).contains("not valid UTF-16LE"));
}

#[test]
fn windows_1252_is_never_guessed() {
    let mut bytes = format!("{HEAD}{B},b,acme.de\n{A},M").into_bytes();
    let bad = bytes.len();
    bytes.extend(b"\xfcller,acme.com\n");
    let mut file = open(bytes.clone()).unwrap();
    assert!(matches!(file.next_record(), Ok(Some(Record::Account(_)))));
    let error = file.next_record().unwrap_err();
    assert_eq!(error.to_string(), format!("line 3, byte {bad}: not valid UTF-8"));
    assert!(error.hint().unwrap().contains("--encoding windows-1252"));
    assert!(matches!(file.next_record(), Ok(None)));

    let options = ReadOptions { encoding: Some("Windows-1252".to_owned()), ..ReadOptions::default() };
    let (records, _) = drain(open_with(bytes, &options).unwrap()).unwrap();
    assert!(matches!(&records[1], Record::Account(row) if row.name == "Müller"));
    let options = ReadOptions { encoding: Some("ebcdic".to_owned()), ..ReadOptions::default() };
    assert!(matches!(fail(HEAD, &options), SalesforceError::UnknownEncoding { .. }));
}

#[test]
fn a_bad_byte_far_into_the_file_is_located() {
    let mut bytes = HEAD.as_bytes().to_vec();
    for _ in 0..9_999 {
        bytes.extend(format!("{A},\"a\nb\",é.com\n").bytes());
    }
    let at = bytes.len() + 2;
    bytes.extend(b"00\xff,x,y\n");
    let message = fail_text(bytes);
    assert_eq!(message, format!("line 20000, byte {at}: not valid UTF-8"));
}

#[test]
fn gzip_is_read_and_must_be_whole() {
    let text = format!("{HEAD}{A},a,acme.com\n");
    let whole = gzip(text.as_bytes());
    assert_eq!(accounts(whole.clone()).len(), 1);
    let mut two = whole.clone();
    two.extend(gzip(format!("{B},b,acme.de\n").as_bytes()));
    assert_eq!(accounts(two).len(), 2);
    for length in [2, 5, 12, whole.len() / 2, whole.len() - 1] {
        let error = fail(&whole[..length], &ReadOptions::default());
        assert!(matches!(error, SalesforceError::TruncatedGzip), "{length}: {error:?}");
    }
    let mut damaged = whole;
    let end = damaged.len() - 6;
    damaged[end] ^= 0xff;
    let error = fail(damaged, &ReadOptions::default());
    assert!(matches!(error, SalesforceError::CorruptGzip(_)), "{error:?}");
}

#[test]
fn what_is_no_csv_is_named() {
    for (bytes, message) in [
        (&b"PK\x03\x04rest"[..], "the input is a zip or XLSX file, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "the input is an old Excel file, not CSV"),
        (b"\n <!DOCTYPE html><p>", "the input is an HTML page (expired login?), not CSV"),
        (b"\xef\xbb\xbf<HTML>\xff", "the input is an HTML page (expired login?), not CSV"),
        (b"<table><tr>", "the input is an HTML page (expired login?), not CSV"),
        (b"\xff\xfe\0\0I\0\0\0", "the input is UTF-32 text, not CSV"),
        (b"", "the input is empty"),
        (b"\xef\xbb\xbf", "the input is empty"),
        (b" \r\n\t\n", "the input is empty"),
    ] {
        assert_eq!(fail_text(bytes), message);
        assert_eq!(fail_text(gzip(bytes)), message);
    }
    assert_eq!(read(HEAD), (Vec::new(), Counts::default()));
    assert_eq!(read(HEAD.trim_end()).1, Counts::default());
}

#[test]
fn delimiters_are_found_or_given() {
    for (delimiter, named) in [(',', false), (';', false), ('\t', false), ('|', true)] {
        let d = delimiter.to_string();
        let text = format!("\"Id\",Name,\"Website\"\n{A},a,\"x,y;z\"\n").replace("\",", &format!("\"{d}"));
        let text =
            text.replace("Name,", &format!("Name{d}")).replace(&format!("{A},a,"), &format!("{A}{d}a{d}"));
        for sep in ["", "sep=", "SEP="] {
            let text = if sep.is_empty() { text.clone() } else { format!("\u{feff}{sep}{d}\r\n{text}") };
            let options = ReadOptions { delimiter: named.then_some(b'|'), ..ReadOptions::default() };
            let file = open_with(text, &options).unwrap();
            assert_eq!(file.delimiter(), delimiter);
            let line = if sep.is_empty() { 2 } else { 3 };
            assert_eq!(outline(&drain(file).unwrap().0), [format!("account {line}")]);
        }
    }
    let options = ReadOptions { delimiter: Some(b';'), ..ReadOptions::default() };
    let error = fail(HEAD, &options);
    assert_eq!(
        error.to_string(),
        "no account id column; no account name column; no domain column; the headers are \"Id,Name,Website\""
    );
    assert!(error.hint().unwrap().contains("--delimiter"));
    for bad in [b'"', b'\n', 0, 200] {
        let options = ReadOptions { delimiter: Some(bad), ..ReadOptions::default() };
        assert!(matches!(fail(HEAD, &options), SalesforceError::BadDelimiter));
    }
}

#[test]
fn headers_of_all_producers_are_known() {
    for (header, id, name, domain) in [
        ("Id,Name,Website", "Id", "Name", "Website"),
        ("ID,NAME,WEBSITE", "ID", "NAME", "WEBSITE"),
        ("Account ID,Account Name,Website", "Account ID", "Account Name", "Website"),
        ("Account.Id,Account.Name,Account.Website", "Account.Id", "Account.Name", "Account.Website"),
        ("Case Safe ID,Name,Website,Zendesk_Domain__c", "Case Safe ID", "Name", "Zendesk_Domain__c"),
        ("Id,Name,Website,Zendesk__Domain_Mapping__c", "Id", "Name", "Zendesk__Domain_Mapping__c"),
        ("Id,Name,Website,Domain__c", "Id", "Name", "Domain__c"),
        ("Id,Name,Domain__c,Email_Domain__c", "Id", "Name", "Email_Domain__c"),
        ("Id,Name,Website,LeanData__LD_EmailDomains__c", "Id", "Name", "LeanData__LD_EmailDomains__c"),
    ] {
        let file = open(header).unwrap();
        let columns = file.columns();
        assert_eq!((&*columns.id.name, &*columns.name.name), (id, name), "{header}");
        let domains: Vec<_> = columns.domains.iter().map(|c| &*c.name).collect();
        assert_eq!(domains, [domain], "{header}");
    }
    let file = open("Id,Name,Website,IsDeleted,MasterRecordId,Parent Account ID,Zendesk__Zendesk_Organization_Id__c,Account Owner").unwrap();
    let columns = file.columns();
    assert_eq!(columns.is_deleted.as_ref().unwrap().index, 3);
    assert_eq!(columns.master_record_id.as_ref().unwrap().index, 4);
    assert_eq!(columns.parent.as_ref().unwrap().index, 5);
    assert_eq!(columns.organization_id.as_ref().unwrap().index, 6);
    assert_eq!(columns.owner.as_ref().unwrap().index, 7);
}

#[test]
fn missing_and_ambiguous_columns_name_their_flag() {
    for (header, message, flag) in [
        (
            "Key,Name,Website",
            "no account id column; the headers are \"Key\", \"Name\", \"Website\"",
            "--id-col",
        ),
        ("Id,Label,Website", "no account name column", "--name-col"),
        ("Id,Name,Site", "no domain column", "--domain-col"),
        (
            "Id,Name,Website,Website",
            "several columns could be the domain: \"Website\", \"Website\"",
            "--domain-col",
        ),
        ("Id,Name,Zendesk_Domain__c,Email_Domain__c", "several columns could be the domain", "--domain-col"),
        ("Id,Name,Account Name,Website", "several columns could be the account name", "--name-col"),
        ("Id,Id,Name,Website", "several columns could be the account id: \"Id\", \"Id\"", "--id-col"),
        ("Id,AccountId,Name,Website", "several columns could be the account id", "--id-col"),
        ("Id,Name,Website,ParentId,Parent.Id", "several columns could be the parent", "--parent-col"),
        ("Id,Name,Website,IsDeleted,IsDeleted", "several columns could be the IsDeleted", "--deleted-col"),
        ("Id,Name,Website,MasterRecordId,MasterRecordId", "several columns could be the MasterR", "remove"),
    ] {
        let error = fail(header, &ReadOptions::default());
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(error.hint().unwrap().contains(flag), "{header}: {:?}", error.hint());
    }
}

#[test]
fn named_columns_are_found_once_or_refused() {
    let header = "Key,Account ID,AccountId,Title,Site,Mail.Domain,Mail_Domain";
    let options = |id: &str, domains: &[&str]| ReadOptions {
        id_col: Some(id.to_owned()),
        name_col: Some("TITLE".to_owned()),
        domain_cols: domains.iter().map(|&d| d.to_owned()).collect(),
        ..ReadOptions::default()
    };
    let file = open_with(header, &options("AccountId", &["site", "Mail_Domain", "Site"])).unwrap();
    let columns = file.columns();
    assert_eq!((columns.id.index, columns.name.index), (2, 3));
    assert!(columns.id_checks.is_empty());
    let domains: Vec<_> = columns.domains.iter().map(|c| c.index).collect();
    assert_eq!(domains, [4, 6]);
    let error = fail(header, &options("account_id", &["site"]));
    assert!(error.to_string().starts_with("several columns \"account_id\" (--id-col); the headers are"));
    let error = fail(header, &options("Key", &["maildomain"]));
    assert!(matches!(
        error,
        SalesforceError::Columns { problems, .. }
            if matches!(problems[..], [ColumnProblem::NamedRepeated { role: Role::Domain, .. }])
    ));
    let error = fail(header, &options("Nope", &["site"]));
    assert!(error.to_string().starts_with("no column \"Nope\" (--id-col); the headers are \"Key\""));
}

#[test]
fn two_id_columns_must_agree() {
    let short = &A[..15];
    // By header.
    let text = format!(
        "Account ID,Account ID (18),Name,Website\n{short},{A},a,\n{short},{B},b,\n,{B},c,\n{short},,d,\n"
    );
    let file = open(text).unwrap();
    assert_eq!(file.columns().id.name, "Account ID (18)");
    assert_eq!(file.columns().id_checks[0].name, "Account ID");
    assert_eq!(
        outline(&drain(file).unwrap().0),
        ["account 2", "id_columns_disagree 3 Account ID", "account 4", "account 5",]
    );
    // By the first rows.
    let text = format!("Account ID,SFDC ID,Name,Website\n{short},{A},a,\n\n{},{B},b,", &B[..15]);
    let file = open(text).unwrap();
    assert_eq!(file.columns().id.name, "SFDC ID");
    assert_eq!(drain(file).unwrap().1.accepted, 2);
    // Neither tells.
    let text = format!("Account ID,SFDC ID,Name,Website\n{A},{A},a,\n");
    assert!(fail_text(text).starts_with("several columns could be the account id"));
}

#[test]
fn deleted_and_merged_rows_are_told_apart() {
    let head = "Id,Name,Website,IsDeleted,MasterRecordId\n";
    let (records, counts) = read(format!(
        "{head}{A},a,,TRUE,{B}\n{A},a,,1,\n{B},b,,False,\n{B},b,,0,\n{B},b,,,\n{A},c,,maybe,\n{A},d,,true,oops\n"
    ));
    assert_eq!(
        outline(&records),
        [
            "deleted 2",
            "deleted 3",
            "account 4",
            "account 5",
            "account 6",
            "malformed_is_deleted 7 IsDeleted",
            "deleted 8",
        ]
    );
    assert!(matches!(&records[0], Record::Deleted { master_record_id: Some(id), .. } if id.as_str() == B));
    assert!(matches!(
        &records[6],
        Record::Deleted { master_record_id: None, warnings, .. }
            if warnings[0].reason.as_str() == "malformed_account_id"
    ));
    assert_eq!((counts.accepted, counts.deleted, counts.rejected), (3, 3, 1));
    let (records, _) = read(format!("Id,Name,Website,MasterRecordId\n{A},a,,{B}\n{B},b,,\n"));
    assert_eq!(outline(&records), ["deleted 2", "account 3"]);
}

#[test]
fn bad_rows_are_rejected_with_a_reason() {
    let long = "é".repeat(300);
    let (records, counts) = read(format!(
        "{HEAD},a,b\nfoo,a,b\n{}X9,a,b\n003C000000o4Ooi,a,b\n{A},a\n{A},a,b,c\n{long},a,b\n{A},a\0b,c\n{A},ok,\n",
        &A[..16]
    ));
    assert_eq!(
        outline(&records),
        [
            "missing_account_id 2 Id",
            "malformed_account_id 3 Id",
            "checksum_mismatch 4 Id",
            "not_an_account_id 5 Id",
            "wrong_cell_count 7 Id",
            "malformed_account_id 8 Id",
            "nul_character 9 Name",
            "account 10",
            // Whether its domains are lost or blank is known at the end.
            "wrong_cell_count 6 Id",
        ]
    );
    let Record::Rejected(rejection) = &records[5] else {
        panic!("{records:?}");
    };
    assert_eq!(rejection.value, "é".repeat(200));
    assert_eq!((counts.read, counts.rejected, counts.accepted), (9, 8, 1));
}

#[test]
fn a_report_footer_is_counted_and_only_at_the_end() {
    let footer = "\n\n\"Grand Totals (2 records)\"\n\"Accounts,\nby region\"\n\"Copyright (c) 2000-2026 salesforce.com, inc.\"\nConfidential,,\nacmecorporation\n";
    let (records, counts) = read(format!("{HEAD}{A},a,\n{B},b,\n{footer}"));
    assert_eq!(outline(&records), ["account 2", "account 3"]);
    assert_eq!((counts.read, counts.footer, counts.rejected), (7, 5, 0));

    let (records, counts) = read(format!("{HEAD}{A},a,\n{footer}\n{HEAD}{B},b,\nTotal\n"));
    assert_eq!(
        outline(&records),
        [
            "account 2",
            "wrong_cell_count 5 Id",
            "wrong_cell_count 6 Id",
            "wrong_cell_count 8 Id",
            "malformed_account_id 9 Id",
            "wrong_cell_count 10 Id",
            "account 13",
        ]
    );
    assert_eq!((counts.read, counts.repeated_header, counts.footer), (9, 1, 1));
}

#[test]
fn a_footer_without_end_is_no_footer() {
    let (records, counts) = read(format!("{HEAD}{A},a,\n{}", "what is this\n".repeat(5_000)));
    assert_eq!(records.len(), 5_001);
    assert_eq!((counts.footer, counts.rejected), (0, 5_000));
}

#[test]
fn blank_lines_and_empty_rows_are_skipped() {
    let (records, counts) = read(format!("\n{HEAD}\n  \n{A},a,\n,,\n\r\n , ,\n"));
    assert_eq!(outline(&records), ["account 5"]);
    assert_eq!((counts.read, counts.blank), (1, 2));
}

#[test]
fn a_repeated_header_is_counted_whatever_its_marks() {
    let (records, counts) = read(format!(
        "\"Id\",\"Name\",\"Website\"\n{A},a,\n\u{feff}\"Id\",\"Name\",\"Website\"\nID,Name,Website\n{B},b,\n"
    ));
    assert_eq!(outline(&records), ["account 2", "account 5"]);
    assert_eq!(counts.repeated_header, 2);
}

#[test]
fn an_unclosed_quote_is_found_at_its_line() {
    // Nothing closes it.
    let text = format!("{HEAD}{A},a,x\n{B},\"b,x\n{A},a,x\n");
    let at = text.find('"').unwrap();
    assert_eq!(fail_text(text), format!("unclosed quote opened at line 3, byte {at}"));
    // A later quote closes it, after a row was swallowed.
    for rest in [format!("{A},a,\"x\"\n"), format!("\"{A}\",\"a\",\"x\"\n")] {
        let text = format!("{HEAD}{B},\"b,x\n{rest}");
        assert!(fail_text(text).starts_with("unclosed quote opened at line 2"), "{rest}");
    }
    // Nothing closes it for a long time.
    let (error, read) = endless(&format!("{HEAD}{A},\"b,x\n"), "003,a,b\n");
    assert!(error.to_string().starts_with("unclosed quote opened at line 2"), "{error}");
    assert!(read < 1 << 20, "{read}");
    // In the header.
    assert!(fail_text("Id,\"Name,Website\n").starts_with("unclosed quote opened at line 1, byte 3"));
    // Ids in a text are no rows.
    let rows = accounts(format!("{HEAD}{A},\"see\n{B}\n{A} and\n{B}\",\n"));
    assert_eq!(rows.len(), 1);
}

#[test]
fn limits_stop_an_endless_input_early() {
    let head = format!("{HEAD}{A},a,");
    for (head, pattern, message) in [
        (&*head, "x", "column 3 is over 262144 bytes"),
        (&head, "\"", "column 3 is over 262144 bytes"),
        (&head, ",", "the record has over 1000 columns"),
        ("Id,Name,Website", ",", "line 1, byte 1013: the record has over 1000 columns"),
        ("", ",", "the record has over 1000 columns"),
        ("", "x", "column 1 is over 262144 bytes"),
        (&head, &format!("{},", "x".repeat(200_000)), "the record is over 4194304 bytes"),
    ] {
        let pattern_text = &pattern[..1];
        let (error, read) = endless(head, pattern);
        let text = error.to_string();
        // An opening quote makes a cell quoted, and pairs of quotes never close it.
        let is_quote = pattern == "\"" && text.starts_with("unclosed quote opened at line 2");
        assert!(text.ends_with(message) || is_quote, "{pattern_text}: {text}");
        assert!(text.contains("line ") && text.contains("byte "), "{text}");
        assert!(read < 6 << 20, "{pattern_text}: {read}");
    }
    // Exactly at the limits.
    let names: Vec<_> = (3..1_000).map(|n| format!("c{n}")).collect();
    let cells = ",".repeat(names.len());
    let name = "x".repeat(256 * 1024);
    let rows = accounts(format!("Id,Name,Website,{}\n{A},{name},{cells}\n", names.join(",")));
    assert_eq!(rows[0].name.len(), name.len());
}

#[test]
fn blank_input_is_not_kept() {
    for pattern in ["\n", " ", "\u{feff}"] {
        assert!(matches!(open(pattern.repeat(1 << 19)), Err(SalesforceError::Empty)));
    }
    let blank = "\r\n".repeat(100_000);
    let rows = accounts(format!("{blank}{HEAD}{A},a,\n"));
    assert_eq!(rows[0].line, 100_002);
}

#[test]
fn a_cell_full_of_domains_is_bounded() {
    let cell = (0..20_000).fold(String::new(), |cell, n| cell + &format!("a{n}.com "));
    let rows = accounts(format!("{HEAD}{A},a,{cell}\n"));
    assert_eq!(rows[0].domains.len(), 1_000);
    assert_eq!(rows[0].warnings[0].reason.as_str(), "too_many_domains");
}

#[test]
fn messages_never_hold_cells_and_headers_are_made_safe() {
    let text = format!("{HEAD}{A},\"secret name,acme.com\n{B},b,\n");
    assert!(!fail_text(text).contains("secret"));
    let message = fail_text("\u{1b}[31mKey,Name");
    assert!(message.contains("\u{fffd}[31mKey") && !message.contains('\u{1b}'));
    let wide = (0..900).map(|n| format!("h{n}")).collect::<Vec<_>>().join(",");
    assert!(fail_text(wide).ends_with("and 840 more"));
}

#[test]
fn a_failing_device_is_an_io_error() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("unplugged"))
        }
    }
    let input = Cursor::new(HEAD.as_bytes().to_vec()).chain(Failing);
    let error = AccountFile::open(input, &ReadOptions::default()).unwrap_err();
    assert!(matches!(error, SalesforceError::Io(_)));
}

/// Hands out one byte at a time, as a slow pipe does.
struct Slow(Cursor<Vec<u8>>);

impl Read for Slow {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let most = buf.len().min(1);
        self.0.read(&mut buf[..most])
    }
}

proptest! {
    #[test]
    fn any_bytes_end_without_panic_and_balanced(
        with_head in any::<bool>(),
        bytes in prop::collection::vec(any::<u8>(), 0..300)
    ) {
        let mut input = if with_head { HEAD.as_bytes().to_vec() } else { Vec::new() };
        input.extend(bytes);
        let _ = open(input).and_then(drain);
    }

    #[test]
    fn any_csv_like_text_is_balanced_and_chunks_do_not_matter(
        text in "([,;\"\r\n\u{0}é]|a|acme.com|001C000000o4OoiIAE|Id,Name,Website|\n){0,30}"
    ) {
        let input = format!("{HEAD}{text}").into_bytes();
        let whole = open(input.clone()).and_then(drain).map_err(|e| e.to_string());
        let slow = AccountFile::open(Slow(Cursor::new(input)), &ReadOptions::default())
            .and_then(drain)
            .map_err(|e| e.to_string());
        prop_assert_eq!(slow, whole);
    }
}
