//! Whoever slips is told what may have been meant, wherever a name is typed.

use orgdrift::catalog::files;

use crate::common::bench::Bench;

/// What is typed with a slip, and what the answer offers.
const SLIPS: [(&str, &str); 76] = [
    ("adit", "audit"),
    ("list isues", "a similar subcommand exists: 'issues'"),
    ("ingst", "a similar subcommand exists: 'ingest'"),
    ("status", "did you mean `orgdrift list runs`?"),
    ("export excel", "did you mean `orgdrift export workbook`?"),
    ("audit usres", "users"),
    ("export workbok", "workbook"),
    ("receipt verfy", "verify"),
    ("list issues --severty high", "--severity"),
    ("list issues --severity hihg", "'high'"),
    ("list issues --disposition blokced", "'blocked'"),
    ("list issues --format jsn", "'json'"),
    ("audit --fail-on critcal", "'critical'"),
    ("list issues --code org_missing_extrnal_id", "org_missing_external_id"),
    ("list orgs --code orphan-orgs", "orphan_org"),
    ("list rules --code ticket_org_mismtch", "ticket_org_mismatch"),
    ("explain user_domain_ambigous", "user_domain_ambiguous"),
    ("explain partly_redy", "partly_ready"),
    ("explain suppresed", "suppressed"),
    ("plan --code ticket_org_mismtch", "ticket_org_mismatch"),
    ("plan --action set_org_externl_id", "'set_org_external_id'"),
    ("plan --exclude ticket_org_mismatch/1157", "ticket_org_mismatch/1156"),
    (
        "suppression add ticket_org_mismatch/1157 --reason r --owner o --expires 2026-12-31",
        "ticket_org_mismatch/1156",
    ),
    ("query trnd", "trend"),
    ("query worse --sinse 1", "--since"),
    ("query --sql select*from+isues", "issues"),
    ("diff --records --kind membrship", "'membership'"),
    ("personal-domain list --kind platfrm", "'platform'"),
    ("trace org 21700000001038", "21700000001039"),
    ("trace Acme_Foodz", "001ACME00300000YDA"),
    ("export-db x.db --profile anlyst", "'analyst'"),
    ("completions zsch", "'zsh'"),
    ("ingest salesforce accounts.csv --domain-col Zendesk_Domian__c", "\"Zendesk_Domain__c\""),
    ("help adit", "audit"),
    ("list runs --run lates", "did you mean latest?"),
    ("diff lates", "did you mean latest?"),
    ("trace ticket 1116 --run previuos", "did you mean previous?"),
    ("plan show lates", "did you mean latest?"),
    ("apply fix_plna.json", "did you mean fix_plan.json?"),
    ("prove previuos", "did you mean previous?"),
    ("ingest salesforce acounts.csv", "did you mean accounts.csv?"),
    ("decide --from drfit.xlsx --by Dana", "did you mean drift.xlsx?"),
    ("plan --keys key.txt", "did you mean keys.txt?"),
    ("plan --keys keys.txt", "keys.txt, line 2: run 1 has no issue"),
    ("list issues --db orgdift.db", "did you mean orgdrift.db?"),
    ("trace acount 001ACME00400000YDA", "did you mean `orgdrift trace account …`?"),
    ("list issues --output issues.cvs", "did you mean issues.csv?"),
    ("list issues --account 001ACME00400000YDB", "did you mean 001ACME00400000YDA?"),
    ("list issues --account Acme", "`orgdrift find` searches by name"),
    ("list issues --code org_missing_externalid", "did you mean org_missing_external_id?"),
    ("list issues --limit ten", "write a whole number"),
    // Ids that are well formed and that nobody has.
    (
        "suppression add --account 001ACME00300001 --code ticket_org_mismatch --reason r --owner o --expires 2026-12-31",
        "did you mean 001ACME00300000YDA",
    ),
    ("plan --account 001ACME00300001", "did you mean 001ACME00300000YDA"),
    // Options by the names that they have elsewhere.
    ("export issues --out x.csv", "did you mean --output?"),
    ("export issues --file x.csv", "did you mean --output?"),
    ("export workbook -o drift.xlsx", "did you mean --output?"),
    ("list issues --database orgdrift.db", "did you mean --db?"),
    ("list issues --org 21700000001039", "did you mean --org-id?"),
    ("list issues --organization 21700000001039", "did you mean --org-id?"),
    ("list issues --org_id 21700000001039", "did you mean --org-id?"),
    ("list issues --no_pager", "did you mean --no-pager?"),
    ("list issues --run-id 1", "did you mean --run?"),
    ("list issues --top 5", "did you mean --limit?"),
    ("list issues --csv", "did you mean --format csv?"),
    ("list issues --code=…", "`orgdrift list rules` shows all codes"),
    ("list issues --code=orphan-org", "did you mean orphan_org?"),
    ("apply 1 --dry_run", "`orgdrift apply` is a dry run: without --apply it changes nothing"),
    ("apply 1 --dry-run", "`orgdrift apply` is a dry run: without --apply it changes nothing"),
    ("apply 1 --yes", "did you mean --confirm-plan-hash?"),
    ("prove --plan 1", "write it without an option: `orgdrift prove PLAN`"),
    ("query --name trend", "write it without an option: `orgdrift query NAME`"),
    (
        "ingest salesforce --file accounts.csv",
        "write it without an option: `orgdrift ingest salesforce FILE`",
    ),
    ("ingest zendesk --folder zendesk", "did you mean --from?"),
    ("decide --file drift.xlsx --by Dana", "did you mean --from?"),
    ("suppression add --until 2026-12-31", "did you mean --expires?"),
    ("suppression add --expiry 2026-12-31", "did you mean --expires?"),
];

/// Options that nobody knows are not answered with ones that are hardly like them.
const NONSENSE: [&str; 4] =
    ["list issues --sort severity", "list issues --verbose", "list issues --user 5", "list issues --quiet"];

#[test]
fn an_option_that_nobody_knows_is_answered_with_none() {
    let bench = Bench::with_demo();
    for typed in NONSENSE {
        let told = bench.run(&typed.split(' ').collect::<Vec<_>>()).expect(2);
        assert!(!told.err.contains("similar") && !told.err.contains("did you mean"), "{typed}: {}", told.err);
    }
}

#[test]
fn a_record_that_no_snapshot_has_is_answered_with_one_that_it_may_be() {
    let bench = Bench::with_demo();
    for (typed, said) in [
        (
            "list issues --account 001ACME00300001",
            "no snapshot has account 001ACME00300001YDA; did you mean 001ACME00300000YDA",
        ),
        (
            "list users --org-id 21700000001038",
            "no snapshot has organization 21700000001038; did you mean 21700000001039",
        ),
        (
            "list issues --domain acmefods-demo.co.uk",
            "no snapshot has domain acmefods-demo.co.uk; did you mean acmefoods-demo.co.uk?",
        ),
        ("export issues --domain acmefods-demo.co.uk", "did you mean acmefoods-demo.co.uk?"),
        ("audit users --domain acmefods-demo.co.uk", "did you mean acmefoods-demo.co.uk?"),
        ("list issues --domain nobody-has-it.example", "no snapshot has domain nobody-has-it.example\n"),
    ] {
        let told = bench.run(&typed.split(' ').collect::<Vec<_>>());
        assert!(told.err.contains(said), "{typed}: {}", told.text());
    }
    // One that is there and has no issue is no slip.
    let told = bench.run(&["list", "issues", "--domain", "gmail.com"]).expect(0);
    assert!(!told.err.contains("no snapshot has"), "{}", told.err);
}

#[test]
fn a_slip_is_answered_with_what_was_meant() {
    let bench = Bench::with_demo();
    let accounts = files::DEMO.iter().find(|(name, _)| *name == "accounts.csv").unwrap().1;
    bench.write("accounts.csv", accounts);
    bench.write("fix_plan.json", "{}");
    bench.write("drift.xlsx", "");
    bench.write("keys.txt", "ticket_org_mismatch/1156\nticket_org_mismatch/1157\n");
    for (typed, meant) in SLIPS {
        let words: Vec<String> =
            typed.split(' ').map(|word| word.replace('+', " ").replace("Acme_", "Acme ")).collect();
        let told = bench.unchanged(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(matches!(told.code, 1 | 2), "{typed}: {}", told.text());
        assert!(told.err.contains(meant), "{typed} is not answered with {meant}: {}", told.text());
    }
}

#[test]
fn a_name_that_nobody_has_is_answered_without_repeating_names() {
    let bench = Bench::with_demo();
    // Owners are people, so where they are listed is said, and no name.
    let told = bench.run(&["list", "accounts", "--owner", "Nobody at all"]).expect(0);
    assert!(told.err.contains("`orgdrift query owners` lists the owners"), "{}", told.text());
    let told = bench.run(&["personal-domain", "remove", "gmali.com"]).expect(0);
    assert!(told.err.contains("did you mean") && told.err.contains("gmail.com"), "{}", told.text());
}

#[test]
fn a_slip_in_a_file_is_answered_with_what_was_meant() {
    for (text, meant) in [
        ("[audit]\nticket_windw = 90\n", "did you mean ticket_window?"),
        ("[salesfroce]\n", "did you mean salesforce?"),
        ("[rules]\noff = [\"ticket_org_mismtch\"]\n", "did you mean ticket_org_mismatch?"),
        ("[repairs]\noff = [\"add_org_domian\"]\n", "did you mean add_org_domain?"),
        ("[zendesk]\nparts = \"newst\"\n", "did you mean newest?"),
    ] {
        let bench = Bench::with_demo();
        bench.write("orgdrift.toml", text);
        let told = bench.unchanged(&["audit"]).expect(2);
        assert!(told.err.contains(meant), "{text}: {}", told.text());
    }
    let bench = Bench::with_demo();
    bench.write("zendesk.toml", "subdomian = \"acme\"\n");
    std::process::Command::new("chmod")
        .args(["600", "zendesk.toml"])
        .current_dir(bench.path(""))
        .status()
        .unwrap();
    let told = bench.run(&["doctor", "--credentials", "zendesk.toml"]).expect(4);
    assert!(told.out.contains("did you mean subdomain?"), "{}", told.text());
}
