//! The command for cron: a whole way by itself, and what it leaves where something fails.

mod documents;
mod month;

use insta::assert_snapshot;

use crate::common::bench::{Bench, Told};

/// A folder with the files of the demo.
fn bench() -> Bench {
    let bench = Bench::empty();
    bench.copy("fixtures/demo", ".");
    bench
}

const REFRESH: &[&str] = &["refresh", "accounts.csv", "--from", "zendesk", "--output", "reports"];

fn refresh(bench: &Bench, more: &[&str]) -> Told {
    let arguments: Vec<&str> = REFRESH.iter().chain(more).copied().collect();
    bench.run(&arguments)
}

/// The names in a folder, sorted.
fn names(bench: &Bench, folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(bench.path(folder)) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn one_command_goes_the_whole_way_and_says_one_line() {
    let bench = bench();
    let told = refresh(&bench, &[]).expect(0);
    assert_snapshot!(told.out, @"run 1: 12 open issues: reports/2026-11-02");
    assert_snapshot!(told.err, @"
    created orgdrift.db
    columns: id `Id`, name `Name`, domain `Zendesk_Domain__c` (100 % filled), Zendesk organization `Zendesk_Organization_Id__c`, owner `Owner.Name`, parent `ParentId`
    12 records read: 12 accounts
    12 of 12 accounts with a usable domain
    accounts: complete, 12 rows
    snapshot 1 of salesforce taken at 2026-11-02T07:00:00Z
    Zendesk lets a user belong to several organizations
    organizations: complete, 14 rows
    users: complete, 39 rows
    organization_memberships: complete, 32 rows
    tickets: complete, 48 rows
    snapshot 2 of zendesk taken at 2026-11-02T06:00:00Z
    run 1: salesforce snapshot 1 (2026-11-02T07:00:00Z), zendesk snapshot 2 (2026-11-02T06:00:00Z)
    12 open issues
    no earlier run to compare with
    the first 5 records stand behind 12 of 16 findings, hygiene included: `orgdrift list causes`
    affected: 6 of 12 accounts (50.0 %); 5 of 32 eligible users (15.6 %); 2 of 33 unclosed tickets (6.1 %)
    next: orgdrift list accounts --run 1
    ");
    assert_eq!(names(&bench, "reports"), ["2026-11-02"]);
    assert_eq!(
        names(&bench, "reports/2026-11-02"),
        ["drift_workbook.xlsx", "exceptions_by_account.csv", "report.html", "summary.md"]
    );
    assert_snapshot!(std::fs::read_to_string(bench.path("reports/2026-11-02/summary.md")).unwrap(), @r#"
    # Customer data drift: acme-demo.sandbox

    Run 1. Salesforce accounts read at 2026-11-02 07:00 UTC, less than an hour before this page was made; Zendesk records read at 2026-11-02 06:00 UTC, 1 hour before this page was made.

    Every collection was read to its end, and every code was evaluated.

    | | affected | |
    |---|---|---|
    | accounts | 6 of 12 (50.0 %) |  |
    | eligible users | 5 of 32 (15.6 %) |  |
    | tickets not closed | 2 of 33 (6.1 %) |  |

    12 open issues. There is no earlier run to compare with.

    ## By code

    | code | severity | open |
    |---|---|---|
    | `org_duplicate_external_id` | critical | 2 |
    | `org_external_id_conflict` | high | 0 |
    | `org_missing_external_id` | high | 1 |
    | `user_resolution_blocked_duplicate_external_id` | high | 1 |
    | `account_missing_zendesk_org` | medium | 0 |
    | `org_domain_attached_elsewhere` | medium | 1 |
    | `org_missing_expected_domain` | medium | 1 |
    | `ticket_missing_org` | medium | 0 |
    | `ticket_org_mismatch` | medium | 2 |
    | `user_default_org_not_expected` | medium | 2 |
    | `user_domain_ambiguous` | medium | 1 |
    | `user_missing_expected_membership` | medium | 1 |

    ## What stands behind it

    | record | findings | users | open tickets | what vanishes |
    |---|---|---|---|---|
    | organization Legacy Portal Import 2021 | 6 | 2 | 1 | A member's e-mail domain belongs neither to the organization nor to its account. A user is a member of the expected organization, but another one, or none, is the default. No account of the file points to an organization: by stored id, external\_id or domain. A ticket is filed under an organization that is not the one of its requester's account. |
    | account Acme Labs | 3 | 1 | 0 | Two or more organizations carry the id of the same account. A user belongs to an account that has two organizations, and the default is neither. |
    | account Acme Retail | 1 | 1 | 0 | A user's e-mail domain belongs to one account, but the user is no member of its organization. |
    | domain acmetestkitchen-demo.com | 1 | 1 | 0 | A user's e-mail domain is expected by several accounts, and the default organization is none of theirs. |
    | organization Acme Retail | 1 | 0 | 1 | A ticket is filed under an organization that is not the one of its requester's account. |
    | account Acme Healthcare | 1 | 0 | 0 | The organization of an account does not carry the account's id. |
    | domain acmebioassay-demo.com | 1 | 0 | 0 | A domain that Salesforce expects of an account is on an organization that is not the account's. |
    | domain acmeoutlet-demo.com | 1 | 0 | 0 | A domain that Salesforce expects of an account is on no organization at all. |
    | organization Acme Laboratories | 1 | 0 | 0 | An organization carries an account's id, but not in its 18-character form. |

    ## The worst accounts

    | account | owner | status | issues | open tickets | next step |
    |---|---|---|---|---|---|
    | Acme Labs | Priya Raman | blocked | 3 | 0 | Decide which organization stays and merge the others into it |
    | Acme Healthcare | Priya Raman | ready | 1 | 0 | Review the prepared repairs |
    | Acme Studios | Ingrid Solheim | tickets only | 2 | 2 | File the tickets under the expected organization by hand |
    | Acme Foods | Tom Ferreira | partly ready | 3 | 0 | Review the prepared repairs, then decide what is blocked |
    | Acme Retail | Tom Ferreira | ready | 2 | 0 | Review the prepared repairs |
    | Acme Biotech | Priya Raman | blocked | 1 | 0 | Decide which organization the domain belongs to |

    Made by orgdrift 0.1.0 at 2026-11-02 07:00 UTC.
    "#);
    // What export writes, byte for byte.
    bench.run(&["export", "exceptions", "--output", "exported.csv"]).expect(0);
    assert_eq!(
        std::fs::read(bench.path("exported.csv")).unwrap(),
        std::fs::read(bench.path("reports/2026-11-02/exceptions_by_account.csv")).unwrap()
    );
}

#[test]
fn the_second_one_compares_and_a_day_has_as_many_folders_as_refreshes() {
    let bench = bench();
    refresh(&bench, &[]).expect(0);
    // One organization has its key now, another has lost it.
    let path = bench.path("zendesk/organizations.ndjson");
    let text = std::fs::read_to_string(&path).unwrap();
    let changed = text.replace("001ACME00900000YDA", "");
    assert_ne!(text, changed);
    std::fs::write(&path, changed).unwrap();
    let manifest = bench.path("zendesk/manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("06:00:00Z", "06:30:00Z")).unwrap();
    let told = refresh(&bench, &["--json", "--fail-on-new", "high"]).expect(3);
    assert_snapshot!(told.out, @r#"{"changed":0,"exit_code":3,"files":["summary.md","report.html","exceptions_by_account.csv","drift_workbook.xlsx","changes.csv"],"folder":"reports/2026-11-02-2","new":1,"not_comparable":0,"not_evaluated_code_count":0,"open_issue_count":13,"previous_run_id":1,"reopened":0,"resolved":0,"run_id":2}"#);
    assert_eq!(
        names(&bench, "reports/2026-11-02-2"),
        ["changes.csv", "drift_workbook.xlsx", "exceptions_by_account.csv", "report.html", "summary.md"]
    );
    let rows = std::fs::read_to_string(bench.path("reports/2026-11-02-2/changes.csv")).unwrap();
    assert_eq!(rows.lines().filter(|line| line.contains(",\"new\",")).count(), 1, "{rows}");
    refresh(&bench, &["--fail-on-new", "critical"]).expect(0);
    refresh(&bench, &["--fail-on", "critical"]).expect(3);
}

#[test]
fn the_log_has_times_and_levels_and_no_names() {
    let bench = bench();
    refresh(&bench, &["--log", "refresh.log"]).expect(0);
    std::fs::remove_file(bench.path("accounts.csv")).unwrap();
    refresh(&bench, &["--log", "refresh.log"]).expect(1);
    let log = std::fs::read_to_string(bench.path("refresh.log")).unwrap();
    for line in log.lines() {
        assert!(
            line.starts_with("2026-11-02T07:00:00Z  INFO ")
                || line.starts_with("2026-11-02T07:00:00Z ERROR "),
            "{line}"
        );
    }
    assert_eq!(log.matches("refresh begins").count(), 2, "it is appended to: {log}");
    assert!(log.contains("ERROR refresh ends with exit code 1"), "{log}");
    // Names and addresses of users, owners and accounts of the demo.
    let users = std::fs::read_to_string(bench.path("zendesk/users.ndjson")).unwrap();
    let mut words: Vec<String> = users
        .lines()
        .flat_map(|line| {
            let user: serde_json::Value = serde_json::from_str(line).unwrap();
            ["name", "email"].map(|key| user[key].as_str().unwrap_or("-- none").to_owned())
        })
        .collect();
    words.extend(["Priya Raman", "Tom Ferreira", "Acme Retail"].map(str::to_owned));
    assert!(words.len() > 20);
    for word in words {
        assert!(!log.contains(&word), "the log holds {word}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        let mode = std::fs::metadata(bench.path("refresh.log")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_read() {
    let bench = bench();
    for (arguments, code) in [
        (&["refresh", "accounts.csv", "--from", "zendesk"][..], 2),
        (&["refresh", "-", "--from", "zendesk", "--output", "reports"], 2),
        (&["refresh", "accounts.csv", "--from", "zendesk", "--continue", "--output", "reports"], 2),
        (&["refresh", "accounts.csv", "--from", "zendesk", "--output", "reports", "--format", "csv"], 2),
        (&["refresh", "none.csv", "--from", "zendesk", "--output", "reports"], 1),
        (&["refresh", "accounts.csv", "--from", "zendesk", "--output", "reports", "--log", "no/such.log"], 1),
    ] {
        let told = bench.run(arguments).expect(code);
        assert!(told.out.is_empty(), "{}", told.out);
        assert!(!bench.db().exists() && names(&bench, "reports").is_empty(), "{}", told.err);
    }
}

#[test]
fn acceptances_stand_in_the_settings() {
    let bench = bench();
    let accounts = std::fs::read_to_string(bench.path("accounts.csv")).unwrap();
    bench.write(
        "accounts.csv",
        format!("{accounts}\"001ACME009\",\"Broken\",\"broken-demo.com\",\"\",\"\",\"\"\n"),
    );
    let refused = refresh(&bench, &[]).expect(6);
    assert_snapshot!(refused.err, @"
    error: accounts.csv is not complete (rows_rejected, 12 rows read)
    hint: correct the export; if these rows may stay unread, set accept_rejections in [salesforce] of orgdrift.toml
    ");
    assert!(names(&bench, "reports").is_empty());
    bench
        .write("orgdrift.toml", "[salesforce]\naccept_rejections = 1\n[refresh]\naccounts_time = \"file\"\n");
    let file = std::fs::File::options().write(true).open(bench.path("accounts.csv")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_hours(498_221)).unwrap();
    refresh(&bench, &[]).expect(0);
    assert_eq!(
        bench.value("select taken_at from snapshots where source = 'salesforce'"),
        "2026-11-02T05:00:00Z"
    );
    assert_eq!(
        names(&bench, "reports/2026-11-02"),
        [
            "drift_workbook.xlsx",
            "exceptions_by_account.csv",
            "exceptions_by_account.csv.coverage.txt",
            "report.html",
            "summary.md"
        ]
    );
}
