//! Account files as exporters, databases, spreadsheets and people leave them: what is stored of each.
//!
//! A kind of fault has a file that was found and further ones that were not.

use std::fs;

use rusqlite::Connection;

use crate::common::bench::{Bench, Told};
use crate::common::dump::rows;
use crate::common::root;

const IDS: [&str; 10] = [
    "001Hs00003Ab000IAB",
    "001Hs00004bI001IAC",
    "001Hs00005Cp002IAB",
    "001Hs00006dW003IAC",
    "001Hs00007Ed004IAB",
    "001Hs00008fK005IAC",
    "001Hs00003Gr006IAB",
    "001Hs00004hY007IAC",
    "001Hs00005If008IAB",
    "001Hs00006jM009IAC",
];

/// What is stored of a file.
#[derive(Debug, PartialEq, Eq)]
struct Stored {
    code: i32,
    /// `outcome (reason)`, or what was said instead.
    outcome: String,
    /// `name: domains`, then the owner in brackets.
    accounts: Vec<String>,
    /// `deleted D, rejected R, footer F, header H, preamble P`, those that are not 0.
    counts: String,
    /// The reasons of warnings, in the order of the file.
    warnings: Vec<String>,
}

fn ingest(content: impl AsRef<[u8]>, options: &[&str]) -> (Bench, Told, Stored) {
    let bench = Bench::with_warehouse();
    bench.write("accounts.csv", content);
    let mut arguments = vec!["ingest", "salesforce", "accounts.csv"];
    arguments.extend(options);
    let told = bench.run(&arguments);
    // One connection: each reads the whole schema first.
    let database = Connection::open(bench.db()).unwrap();
    let value = |sql: &str| {
        let found = rows(&database, sql);
        assert_eq!(found.len(), 1, "{sql}: {found:?}");
        found.concat()
    };
    if value("select count(*) from snapshots") == "0" {
        let stored = Stored {
            code: told.code,
            outcome: told.err.lines().next().unwrap_or_default().to_owned(),
            accounts: Vec::new(),
            counts: String::new(),
            warnings: Vec::new(),
        };
        return (bench, told, stored);
    }
    let accounts = rows(
        &database,
        "select a.account_name || ': ' || coalesce((
           select group_concat(d.domain, ' ') from (
             select domain from latest_salesforce_account_domains where account_id = a.account_id order by domain
           ) as d), '') || case when a.owner is null then '' else ' (' || a.owner || ')' end
         from latest_salesforce_accounts as a order by a.account_id",
    );
    let count = |name: &str| -> i64 {
        value(&format!("select json_extract(options, '$.counts.{name}') from snapshots")).parse().unwrap()
    };
    let parts = ["accepted", "repeated", "deleted", "rejected", "footer", "repeated_header", "preamble"];
    assert_eq!(
        count("read"),
        parts.iter().map(|part| count(part)).sum::<i64>(),
        "every record is accounted for"
    );
    assert_eq!(count("accepted"), i64::try_from(accounts.len()).unwrap());
    assert_eq!(count("rejected").to_string(), value("select count(*) from ingest_rejections"));
    assert_eq!(count("rejected").to_string(), value("select unread_count from snapshot_collections"));
    let counts: Vec<_> = parts[2..]
        .iter()
        .filter(|part| count(part) > 0)
        .map(|part| format!("{} {part}", count(part)))
        .collect();
    let stored = Stored {
        code: told.code,
        outcome: value("select outcome || coalesce(' (' || reason || ')', '') from snapshot_collections"),
        accounts,
        counts: counts.join(", "),
        warnings: rows(&database, "select reason from ingest_warnings order by line, rowid"),
    };
    (bench, told, stored)
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(root().join("fixtures/salesforce").join(name)).unwrap()
}

/// A file whose accounts are called `C 0`, `C 1`, …, with a domain each.
fn numbered(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("{},C {at},c{at}-demo.com", IDS[at])).collect()
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("C {at}: c{at}-demo.com")).collect()
}

#[track_caller]
fn assert_complete(what: &str, stored: &Stored, accounts: &[&str], counts: &str) {
    assert_eq!((stored.code, stored.outcome.as_str()), (0, "complete"), "{what}: {stored:?}");
    assert_eq!(stored.accounts, accounts, "{what}");
    assert_eq!(stored.counts, counts, "{what}");
}

const CUSTOMERS: [&str; 4] =
    ["Cust 0: cust0-demo.com", "Cust 1: cust1-demo.com", "Cust 2: cust2-demo.com", "Cust 3: cust3-demo.com"];
const OWNED: [&str; 4] = [
    "Cust 0: cust0-demo.com (Rep 0)",
    "Cust 1: cust1-demo.com (Rep 1)",
    "Cust 2: cust2-demo.com (Rep 2)",
    "Cust 3: cust3-demo.com (Rep 3)",
];
const FIVE: [&str; 5] = [
    "C 0: cust0-demo.com",
    "C 1: cust1-demo.com",
    "C 2: cust2-demo.com",
    "C 4: cust4-demo.com",
    "C 5: cust5-demo.com",
];

#[test]
fn files_that_were_found_are_read() {
    let cases: [(&str, &[&str], &str, usize); 17] = [
        (
            "trailing_cells_missing.csv",
            &["Cust 0: cust0-demo.com", "Cust 1: cust1-demo.com", "Cust 2: cust2-demo.com", "Cust 3: "],
            "",
            0,
        ),
        ("deleted_german.csv", &FIVE, "1 deleted", 0),
        ("deleted_null.csv", &FIVE, "1 deleted", 0),
        ("deleted_postgres.csv", &FIVE, "1 deleted", 0),
        ("preamble_progress.csv", &CUSTOMERS, "1 preamble", 0),
        ("preamble_title.csv", &CUSTOMERS, "3 preamble", 0),
        ("preamble_type.csv", &CUSTOMERS, "1 preamble", 0),
        ("preamble_warning.csv", &CUSTOMERS, "1 preamble", 0),
        ("footer_of_a_command.csv", &CUSTOMERS, "1 footer", 0),
        ("inspector.csv", &OWNED, "", 0),
        ("owner_as_object.csv", &OWNED, "", 0),
        ("ids_in_text.csv", &CUSTOMERS[..2], "", 0),
        ("null_words.csv", &["Cust 0: ", CUSTOMERS[1], CUSTOMERS[2], CUSTOMERS[3]], "", 0),
        ("commas_in_paths.csv", &["Story: story-demo.com", "Two: a-demo.com b-demo.com"], "", 1),
        ("repeated_header_with_bom.csv", &CUSTOMERS[..2], "1 repeated_header", 0),
        ("crcrlf.csv", &CUSTOMERS, "", 0),
        (
            "cjk_separators.csv",
            &[
                "Elm: elm-demo.com elm-demo.jp",
                "Hop: hop-demo.com hop-demo.jp",
                "Fir: fir-demo.cn fir-demo.com",
                "IDN: xn---demo-653dw88r.jp",
            ],
            "",
            0,
        ),
    ];
    for (file, accounts, counts, warnings) in cases {
        let (bench, _, stored) = ingest(fixture(file), &[]);
        assert_complete(file, &stored, accounts, counts);
        assert_eq!(stored.warnings.len(), warnings, "{file}: {:?}", stored.warnings);
        assert_eq!(
            bench.value("select count(*) from salesforce_accounts where parent_account_id is not null"),
            if file == "trailing_cells_missing.csv" { "1" } else { "0" },
            "{file}"
        );
    }
    let (_, told, stored) = ingest(fixture("cut_off.csv"), &[]);
    assert_eq!((stored.code, stored.outcome.as_str()), (6, "partial (cut_off)"));
    assert_eq!(stored.accounts.len(), 10);
    assert_eq!(stored.counts, "1 rejected");
    assert!(told.err.contains("cut_off, the file ends inside the record of line 12"), "{}", told.err);
}

#[test]
fn domains_that_were_found_are_keys_or_warnings() {
    let cases: [(&str, &[&str], &[&str]); 4] = [
        ("word_processor_dashes.csv", &["west-demo.com"], &["not_a_host_name"; 3]),
        ("quotes_and_bullets.csv", &["acme-demo.com", "acme-demo.de"], &["not_a_host_name"; 3]),
        ("platform_hosts.csv", &[], &["platform_host"; 6]),
        ("public_suffix_behind_www.csv", &["health.nsw.gov.au"], &["public_suffix"; 5]),
    ];
    for (file, usable, warnings) in cases {
        let (bench, told, stored) = ingest(fixture(file), &[]);
        assert_eq!((stored.code, stored.outcome.as_str()), (0, "complete"), "{file}");
        assert_eq!(stored.warnings, warnings, "{file}");
        let found = bench.rows(
            "select domain from latest_salesforce_account_domains where is_usable = 1 order by account_id, domain",
        );
        assert_eq!(found, usable, "{file}");
        if file == "platform_hosts.csv" {
            assert!(told.err.contains("0 of 6 accounts with a usable domain"), "{}", told.err);
        }
    }
}

#[test]
fn lines_before_the_header_are_no_accounts() {
    let rows = numbered(3).join("\n");
    for (what, before, count) in [
        (
            "a node warning",
            "(node:4711) Warning: Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections insecure.\n(Use `node --trace-warnings ...` to show where the warning was created)\n",
            2,
        ),
        (
            "an update notice",
            " \u{203a}   Warning: @salesforce/cli update available from 2.10.2 to 2.61.8, run sf update\n",
            1,
        ),
        ("a spinner", "Querying Data... \u{28fe}\rQuerying Data... done\n", 1),
        ("a list schema", "ListSchema={\"schemaXmlList\":[\"<Field DisplayName=\\\"Id\\\" />\"]}\n", 1),
        ("a title in quotes", "\"Accounts, all\"\n\"Generated by Ann; 2026-11-01\"\n\n", 2),
        ("a title and filters", "Report,,\nFilters:,Active = TRUE,\nUnits,EUR,\n,,\n", 4),
        ("twenty lines", &"note\n".repeat(20), 20),
        ("twenty notes with blank lines", &"note\n\n".repeat(20), 20),
        ("colours", "\u{1b}[1mAccounts\u{1b}[22m\n", 1),
    ] {
        let (_, _, stored) = ingest(format!("{before}Id,Name,Website\n{rows}\n"), &[]);
        assert_eq!(stored.accounts, names(3), "{what}: {stored:?}");
        assert_eq!(stored.counts, format!("{count} preamble"), "{what}");
    }
    let (_, _, stored) = ingest(format!("\u{1b}[1mId,Name,Website\u{1b}[22m\n{rows}\n"), &[]);
    assert_eq!(stored.accounts, names(3), "{stored:?}");
    // Too many, or an account among them: then something else is wrong.
    let (_, _, stored) = ingest(format!("{}Id,Name,Website\n{rows}\n", "note\n".repeat(21)), &[]);
    assert!(stored.outcome.contains("no account id column"), "{stored:?}");
    let (_, _, stored) = ingest(format!("{rows}\nId,Name,Website\n{rows}\n"), &[]);
    assert!(stored.outcome.contains("the file has no header"), "{stored:?}");
    // The line that is meant is reported on.
    let (_, _, stored) = ingest(format!("Querying Data... done\nId,Name,Phone\n{rows}\n"), &[]);
    assert!(
        stored.outcome.contains("no domain column; the headers are \"Id\", \"Name\", \"Phone\""),
        "{stored:?}"
    );
}

#[test]
fn a_footer_swallows_no_row() {
    let rows = numbered(3).join("\n");
    for (what, after, count) in [
        ("a total", "Total number of records retrieved: 3.\n", 1),
        (
            "a copyright line with a comma",
            "\nAccounts\nCopyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\n",
            2,
        ),
        ("a confidential line", "\"Confidential Information - Do Not Distribute\"\n\"Orbit Relay\"\n", 2),
        ("padded", "Grand Totals (3 records),,\n,,Orbit Relay\n", 2),
        (
            "a warning with commas",
            " \u{203a}   Warning: update available, from 2.1 to 2.2, run sf update\n",
            1,
        ),
        ("one number", "3\n", 1),
    ] {
        let (_, _, stored) = ingest(format!("Id,Name,Website\n{rows}\n{after}"), &[]);
        assert_complete(
            what,
            &stored,
            &["C 0: c0-demo.com", "C 1: c1-demo.com", "C 2: c2-demo.com"],
            &format!("{count} footer"),
        );
    }
    for (what, after) in [
        ("two filled cells", "Total,3\n"),
        ("an account without its id", ",C 9,c9-demo.com\n"),
        ("an id alone", &*format!("{}\n", IDS[9])),
        ("the beginning of an id", "001Hs0000\n"),
        ("a footer that an account follows", &format!("Accounts\n{},C 9,c9-demo.com\n", IDS[9])),
        ("a name and a domain", "x,C 9\n"),
    ] {
        let (_, _, stored) =
            ingest(format!("Id,Name,Website\n{rows}\n{after}"), &["--max-rejections", "100%"]);
        assert_eq!(
            (stored.code, stored.outcome.as_str()),
            (6, "partial (rows_rejected)"),
            "{what}: {stored:?}"
        );
        assert_eq!(stored.counts, "1 rejected", "{what}");
    }
}

#[test]
fn a_file_that_ends_too_early_is_cut_off() {
    let rows = numbered(3).join("\n");
    let quoted =
        rows.lines().map(|row| format!("\"{}\"", row.replace(',', "\",\""))).collect::<Vec<_>>().join("\n");
    for (what, text) in [
        ("in the id", format!("Id,Name,Website\n{rows}\n001Hs")),
        ("in its first characters", format!("Id,Name,Website\n{rows}\n0")),
        ("behind 15 of 18 characters", format!("Id,Name,Website\n{rows}\n{}", &IDS[9][..15])),
        ("behind the id", format!("Id,Name,Website\n{rows}\n{}", IDS[9])),
        ("in a quoted id", format!("Id,Name,Website\n{quoted}\n\"001Hs")),
        ("in a quoted name", format!("Id,Name,Website\n{quoted}\n\"{}\",\"C", IDS[9])),
        (
            "in an id behind other columns",
            format!("Name,Website,Id\nC 0,c0-demo.com,{}\nC 1,c1-demo.com,001Hs", IDS[0]),
        ),
        (
            "in a text of several lines",
            format!("Id,Name,Website,Notes\n{},C 0,c0-demo.com,\"called\nagain", IDS[0]),
        ),
    ] {
        let (_, told, stored) = ingest(&text, &["--max-rejections", "100%"]);
        if stored.code == 1 {
            assert!(what == "in a text of several lines", "{what}: {stored:?}");
            continue;
        }
        assert_eq!((stored.code, stored.outcome.as_str()), (6, "partial (cut_off)"), "{what}: {stored:?}");
        assert!(told.err.contains("cut_off"), "{what}: {}", told.err);
        // Nobody can accept what is not there.
        let (_, _, stored) = ingest(&text, &["--max-rejections", "100%", "--accept-rejections", "9"]);
        assert_eq!((stored.code, stored.outcome.as_str()), (6, "partial (cut_off)"), "{what}");
    }
    for text in [
        format!("Id,Name,Website\n{rows}"),
        format!("Name,Website,Id\nC 0,c0-demo.com,{}", IDS[0]),
        format!("Name,Website,Id\nC 0,c0-demo.com,{}", &IDS[0][..15]),
    ] {
        let (_, _, stored) = ingest(&text, &[]);
        assert_eq!((stored.code, stored.outcome.as_str()), (0, "complete"), "{text}");
    }
}

#[test]
fn trailing_cells_that_are_missing_are_blank() {
    let head = "Id,Name,Website,Owner,ParentId";
    let (_, _, stored) = ingest(
        format!(
            "{head}\n{},C 0,c0-demo.com\n{},C 1,c1-demo.com,Ann\n{},C 2,c2-demo.com,Ann,{}\n",
            IDS[0], IDS[1], IDS[2], IDS[0]
        ),
        &[],
    );
    assert_complete(
        "an owner is missing",
        &stored,
        &["C 0: c0-demo.com", "C 1: c1-demo.com (Ann)", "C 2: c2-demo.com (Ann)"],
        "",
    );
    // Where the file writes blank cells, missing ones are lost.
    let (bench, _, stored) = ingest(
        format!("{head}\n{},C 0,c0-demo.com,,\n{},C 1,c1-demo.com,Ann\n{},C 2\n", IDS[0], IDS[1], IDS[2]),
        &["--max-rejections", "50%"],
    );
    assert_eq!(stored.outcome, "partial (rows_rejected)");
    assert_eq!(
        bench.rows("select line, reason, account_id from ingest_rejections"),
        [format!("4|wrong_cell_count|{}", IDS[2])]
    );
    let (bench, _, _) = ingest(
        format!("Id,Name,Website\n{},C, 0,c0-demo.com\n{},C 1,c1-demo.com\n", IDS[0], IDS[1]),
        &["--max-rejections", "50%"],
    );
    assert_eq!(
        bench.rows("select line, reason, account_id from ingest_rejections"),
        [format!("2|wrong_cell_count|{}", IDS[0])]
    );
}

#[test]
fn is_deleted_has_many_words() {
    for (yes, no) in [
        ("true", "false"),
        ("TRUE", "FALSE"),
        ("t", "f"),
        ("Y", "N"),
        ("yes", "No"),
        ("1", "0"),
        ("1.0", "0.0"),
        ("WAHR", "FALSCH"),
        ("wahr", "falsch"),
        ("VRAI", "FAUX"),
        ("True", ""),
        ("true", "NULL"),
        ("true", "\\N"),
        ("1", "null"),
        ("1", "#N/A"),
    ] {
        let (_, _, stored) = ingest(
            format!(
                "Id,Name,Website,IsDeleted\n{},C 0,c0-demo.com,{no}\n{},C 1,c1-demo.com,{yes}\n",
                IDS[0], IDS[1]
            ),
            &[],
        );
        assert_complete(yes, &stored, &["C 0: c0-demo.com"], "1 deleted");
    }
    let text = format!(
        "Id,Name,Website,IsDeleted\n{},C 0,c0-demo.com,closed\n{},C 1,c1-demo.com,open\n",
        IDS[0], IDS[1]
    );
    let (_, told, stored) = ingest(&text, &[]);
    assert!(
        stored.outcome.contains("2 of 2 rows cannot be used, more than 10 %: 2 malformed_is_deleted"),
        "{stored:?}"
    );
    assert!(told.err.contains("--deleted-col none"), "{}", told.err);
    let (_, _, stored) = ingest(&text, &["--deleted-col", "none"]);
    assert_complete("not read", &stored, &["C 0: c0-demo.com", "C 1: c1-demo.com"], "");
    let named = text.replace("IsDeleted", "Gone").replace("closed", "no").replace("open", "yes");
    let (_, _, stored) = ingest(named, &["--deleted-col", "gone"]);
    assert_complete("named", &stored, &["C 0: c0-demo.com"], "1 deleted");
}

#[test]
fn optional_cells_say_nothing_in_many_words() {
    for null in ["", "\\N", "NULL", "null", "#N/A", "(null)", "NaN", "None", " "] {
        let (bench, _, stored) = ingest(
            format!(
                "Id,Name,Website,Owner,ParentId,Zendesk_Org_Id__c\n{},C 0,{null},{null},{null},{null}\n",
                IDS[0]
            ),
            &[],
        );
        assert_complete(null, &stored, &["C 0: "], "");
        assert_eq!(stored.warnings, [""; 0], "{null}");
        assert_eq!(bench.value("select stored_organization_raw from _account_versions"), "~");
    }
    for object in [
        "\"{\"\"attributes\"\":{\"\"type\"\":\"\"User\"\"},\"\"Name\"\":\"\"Rep 1\"\"}\"",
        "\"{'attributes': {'type': 'User'}, 'Name': 'Rep 1'}\"",
        "\"OrderedDict([('attributes', OrderedDict([('type', 'User')])), ('Name', 'Rep 1')])\"",
        "@{attributes=; Name=Rep 1}",
    ] {
        let (_, _, stored) =
            ingest(format!("Id,Name,Website,Owner\n{},C 0,c0-demo.com,{object}\n", IDS[0]), &[]);
        assert_complete(object, &stored, &["C 0: c0-demo.com (Rep 1)"], "");
    }
    for object in [
        "[User]",
        "[object Object]",
        "\"{\"\"Id\"\":\"\"005\"\"}\"",
        "\"OrderedDict([('Id', '005')])\"",
        "{}",
    ] {
        let (_, _, stored) =
            ingest(format!("Id,Name,Website,Owner\n{},C 0,c0-demo.com,{object}\n", IDS[0]), &[]);
        assert_complete(object, &stored, &["C 0: c0-demo.com"], "");
    }
}

#[test]
fn a_domain_column_that_is_blank_beside_a_filled_one_is_refused() {
    let (_, told, stored) = ingest(fixture("blank_domain_column.csv"), &[]);
    assert_eq!(stored.code, 1);
    assert_eq!(
        stored.outcome,
        "error: accounts.csv: the domain column \"Zendesk__Domain_Mapping__c\" is filled in 0 % of 4 accounts, \
         but \"Website\" in 100 %"
    );
    assert!(told.err.contains("hint: use --domain-col Website; "), "{}", told.err);
    let (bench, _, stored) = ingest(fixture("blank_domain_column.csv"), &["--domain-col", "Website"]);
    assert_complete("website", &stored, &CUSTOMERS, "");
    assert_eq!(
        bench.value("select json_extract(options, '$.columns.unused') from snapshots"),
        "[\"Zendesk__Domain_Mapping__c\"]"
    );
    let (_, _, stored) =
        ingest(fixture("blank_domain_column.csv"), &["--domain-col", "Zendesk__Domain_Mapping__c"]);
    assert_eq!(stored.code, 0, "what was named is meant");
    // One in twenty is as good as none; two are a choice. Words for null fill nothing.
    for (filled, is_refused) in [(0, true), (1, true), (2, false)] {
        let rows: String = (0..20)
            .map(|at| {
                let domain = if at < filled { "a-demo.com" } else { "NULL" };
                format!("00100000000000{}AAA,C {at},{domain},c{at}-demo.com\n", char::from(b'a' + at))
            })
            .collect();
        let (_, _, stored) = ingest(format!("Id,Name,Email_Domain__c,Website\n{rows}"), &["--accept-folded"]);
        assert_eq!(stored.code == 1, is_refused, "{filled}: {stored:?}");
    }
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let (_, told, stored) = ingest("Key,Title,Owner Name,Owner.Name\nx,y,z,z\n", &[]);
    assert_eq!(stored.code, 1);
    assert_eq!(
        told.text().trim_end(),
        "exit 1\nerror: accounts.csv: no account id column; no account name column; no domain column; several \
         columns could be the owner: \"Owner Name\", \"Owner.Name\"; the headers are \"Key\", \"Title\", \
         \"Owner Name\", \"Owner.Name\"\nhint: use --id-col NAME --name-col NAME --domain-col NAME --owner-col \
         NAME; --domain-col none reads a file without domains; if all headers are one, use --delimiter"
    );
    let (_, told, stored) = ingest(format!("Id,Name\n{},C 0\n", IDS[0]), &["--domain-col", "none"]);
    assert_complete("no domains", &stored, &["C 0: "], "");
    assert!(told.err.contains("domains are not read"), "{}", told.err);
}

#[test]
fn organization_ids_are_found_by_every_spelling() {
    for header in [
        "Zendesk Org ID",
        "Zendesk_Org_Id__c",
        "ZENDESK_ORG_ID",
        "Zendesk Organization Id",
        "Zendesk Organisation ID",
        "zendesk__zendesk_organization_id__c",
        "Zendesk.Org.Id",
        "Account.Zendesk_Organization_Id__c",
        "ZD Org ID",
    ] {
        let (bench, _, _) =
            ingest(format!("Id,Name,Website,{header}\n{},C 0,c0-demo.com,36000001\n", IDS[0]), &[]);
        assert_eq!(
            bench.value("select stored_organization_id from latest_salesforce_accounts"),
            "36000001",
            "{header}"
        );
    }
}

#[test]
fn of_two_id_columns_the_other_serves_where_one_is_blank() {
    let text = format!(
        "Account ID,Account ID (18),Name,Website\n{},{},C 0,c0-demo.com\n{},,C 1,c1-demo.com\n,{},C 2,c2-demo.com\n",
        &IDS[0][..15],
        IDS[0],
        &IDS[1][..15],
        IDS[2]
    );
    let (_, _, stored) = ingest(text, &[]);
    assert_complete("two", &stored, &["C 0: c0-demo.com", "C 1: c1-demo.com", "C 2: c2-demo.com"], "");
}

#[test]
fn exactly_two_thousand_rows_are_doubted() {
    for (count, is_said) in [(1_999, false), (2_000, true), (2_001, false)] {
        let rows: String = (0..count).map(|at| format!("0010000000{at:05},C,c{at}-demo.com\n")).collect();
        let (_, told, _) = ingest(format!("Id,Name,Website\n{rows}"), &[]);
        assert_eq!(told.expect(0).err.contains("exactly 2,000 rows"), is_said, "{count}");
    }
}

#[test]
fn domains_of_one_cell_are_told_apart_by_every_separator() {
    for cell in [
        "a-demo.com b-demo.com",
        "a-demo.com;b-demo.com",
        "a-demo.com|b-demo.com",
        "\"a-demo.com,b-demo.com\"",
        "a-demo.com、b-demo.com",
        "a-demo.com，b-demo.com",
        "a-demo.com；b-demo.com",
        "a-demo.com・b-demo.com",
        "\"a-demo.com\nb-demo.com\"",
        "“a-demo.com” “b-demo.com”",
        "„a-demo.com“、„b-demo.com“",
        "\"\"\"a-demo.com\"\", \"\"b-demo.com\"\"\"",
        "https://a-demo.com/x;https://b-demo.com/y",
        "\"https://a-demo.com/,b-demo.com\"",
        "\"https://a-demo.com/x,b-demo.com\"",
        "https://a-demo.com/?x=1;b-demo.com",
        "\"https://a-demo.com/x, www.b-demo.com/y\"",
        "\"ann@a-demo.com, ben@b-demo.com\"",
    ] {
        let (_, _, stored) = ingest(format!("Id,Name,Website\n{},C,{cell}\n", IDS[0]), &[]);
        assert_complete(cell, &stored, &["C: a-demo.com b-demo.com"], "");
        assert_eq!(stored.warnings, [""; 0], "{cell}");
    }
    let (_, _, stored) =
        ingest(format!("Id,Name,Website\n{},C,\"https://a-demo.com/x,b-demo.info\"\n", IDS[0]), &[]);
    assert_eq!(stored.accounts, ["C: a-demo.com"]);
    assert_eq!(stored.warnings, ["host_in_path"]);
}
