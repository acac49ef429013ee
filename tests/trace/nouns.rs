//! One trace of each noun, as text and as JSON.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::common::bench::{Bench, Told};

/// Columns that a terminal has; titles and tables stay within them.
const WIDTH: usize = 100;

fn traced(bench: &Bench, arguments: &[&str]) -> Told {
    let told = bench.unchanged(arguments).expect(0);
    for line in told.out.lines() {
        assert!(line.chars().count() <= WIDTH, "too long: {line}");
        assert_eq!(line.trim_end(), line, "ends in blanks");
    }
    // Names and addresses are data, never talk.
    told.silent_about(&["@", "Jonas", "Keller", "Acme"])
}

fn json(bench: &Bench, arguments: &[&str]) -> Value {
    let told = bench.unchanged(&[arguments, &["--json"]].concat()).expect(0);
    serde_json::from_str(&told.out).unwrap()
}

#[test]
fn a_user() {
    let bench = Bench::with_demo();
    let told = traced(&bench, &["trace", "user", "21700000004187"]);
    assert_snapshot!(told.out, @"
    user 21700000004187 in run 1
    salesforce snapshot 1 (2026-11-02T05:30:00Z), zendesk snapshot 2 (2026-11-02T06:00:00Z)

    user
      id                    21700000004187
      name                  Jonas Keller
      email                 jonas.keller@acmelabs-demo.io
      role                  end-user
      state                 active, verified
      default organization  none
      created               2026-08-03T15:06:05Z
      url                   https://acme-demo.sandbox.zendesk.com/agent/users/21700000004187

    expected place
      Only account 001ACME00400000YDA expects acmelabs-demo.io (link: duplicate).
      Any of its organizations would do: 21700000001052 and 21700000001065.
      The user has no default organization.

    memberships
      The user is a member of no organization.

    recent tickets
      ticket  status  organization  created
      1174    new     none          2026-10-31T16:33:04Z

    link of account 001ACME00400000YDA (Acme Labs): duplicate
      Several organizations carry the account's id: a person must decide which one stays.
      rule         verdict    organizations   why
      stored_id    silent                     Salesforce stores no organization id for the account.
      external_id  undecided  21700000001052  Organizations 21700000001052 and 21700000001065 carry the
                              21700000001065  account's id, so no rule can choose between them.
      domain       overruled  21700000001039  Organization 21700000001039 holds
                              21700000001052  acmetestkitchen-demo.com. Organization 21700000001052
                                              holds acmelabs-demo.io. Domains are asked only if neither
                                              a stored id nor an external_id names an organization.

    issues
      user_resolution_blocked_duplicate_external_id: review, high
        user_resolution_blocked_duplicate_external_id/21700000004187
        User 21700000004187 has a domain of account 001ACME00400000YDA, which has several
        organizations, and belongs to none of them by default.
        Seen in run 1; open now.
        waits for org_duplicate_external_id/001ACME00400000YDA/21700000001052

    plan actions
      plan 1, ready: refused (no_repair_exists)
        user_resolution_blocked_duplicate_external_id/21700000004187

    likely fix
      org_duplicate_external_id: merge_review
        to be fixed first: org_duplicate_external_id/001ACME00400000YDA/21700000001052
        Organization 21700000001052 carries the id of account 001ACME00400000YDA, and so does another
        organization. A person must decide which organization stays.
        Decide which of the organizations stays and merge the others into it in Zendesk.
        Blocked (duplicate_external_id): Decide which organization stays and merge the others into it
        in Zendesk; then audit again.
    ");
    assert_snapshot!(told.err, @"next: orgdrift explain org_duplicate_external_id");
    let by_address = traced(&bench, &["trace", "user", " Jonas.KELLER@acmelabs-demo.io"]);
    assert_eq!(by_address.out, told.out);
}

#[test]
fn a_ticket() {
    let bench = Bench::with_demo();
    assert_snapshot!(traced(&bench, &["trace", "ticket", "1156"]).out, @"
    ticket 1156 in run 1
    salesforce snapshot 1 (2026-11-02T05:30:00Z), zendesk snapshot 2 (2026-11-02T06:00:00Z)

    ticket
      status        open
      organization  21700000001078
      created       2026-10-28T15:27:04Z
      channel       email
      url           https://acme-demo.sandbox.zendesk.com/agent/tickets/1156

    requester
      id                    21700000004242
      name                  Isla Fraser
      email                 isla.fraser@acmestudios-demo.com
      role                  end-user
      state                 active, verified
      default organization  21700000001091
      created               2024-02-11T09:52:39Z
      url                   https://acme-demo.sandbox.zendesk.com/agent/users/21700000004242

    expected place
      Only account 001ACME00600000YDA expects acmestudios-demo.com (link: linked).
      The ticket belongs to organization 21700000001091, but is filed under 21700000001078.

    link of account 001ACME00600000YDA (Acme Studios): linked
      The account is linked to organization 21700000001091 by the stored id.
      rule         verdict  organizations   why
      stored_id    won      21700000001091  Salesforce stores 21700000001091, and that organization
                                            exists. It carries the account's id in external_id, which
                                            confirms it.
      external_id  agrees   21700000001091  The stored organization, and no other, carries the
                                            account's id.
      domain       agrees   21700000001091  Organization 21700000001091 holds acmestudios-demo.com.
                                            Domains are asked only if neither a stored id nor an
                                            external_id names an organization.

    issues
      ticket_org_mismatch: detect_only, medium
        ticket_org_mismatch/1156
        Ticket 1156 is not filed under organization 21700000001091 of its requester's account, but
        under another.
        Seen in run 1; open now.

    plan actions
      plan 1, ready: refused (ticket_is_never_changed)
        ticket_org_mismatch/1156

    likely fix
      ticket_org_mismatch
        The requester and its account have no issue of their own, so nothing is to be repaired first:
        an agent can file the ticket in Zendesk. orgdrift never changes a ticket.
    ");
    let of = |id: &str| {
        let trace = json(&bench, &["trace", "ticket", id]);
        (trace["place"]["verdict"].as_str().unwrap().to_owned(), trace["place"]["is_outside_window"].clone())
    };
    // Closed in February, filed under another organization; deleted; of an agent; of a personal address.
    assert_eq!(of("1044"), ("other_organization".to_owned(), json!(true)));
    assert_eq!(of("1110"), ("deleted".to_owned(), Value::Null));
    assert_eq!(of("1138"), ("not_eligible".to_owned(), Value::Null));
    assert_eq!(of("1140"), ("not_eligible".to_owned(), Value::Null));
    // An account with several organizations; a domain of two accounts; all is well.
    assert_eq!(of("1174"), ("no_organization".to_owned(), Value::Null));
    assert_eq!(of("1144"), ("domain_ambiguous".to_owned(), Value::Null));
    assert_eq!(of("1158"), ("expected".to_owned(), json!(false)));
}

#[test]
fn an_organization() {
    let bench = Bench::with_demo();
    assert_snapshot!(traced(&bench, &["trace", "org", "21700000001065"]).out, @"
    org 21700000001065 in run 1
    salesforce snapshot 1 (2026-11-02T05:30:00Z), zendesk snapshot 2 (2026-11-02T06:00:00Z)

    organization
      name           Acme Laboratories
      external_id    001ACME00400000
      members share  nothing
      members        1
      tickets        1, 1 of them new, open, pending or on hold
      created        2024-06-25T15:11:36Z
      url            https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001065

    domains
      domain                 usable  expected by
      acmebioassay-demo.com  yes     001ACME00200000YDA

    accounts that point to it
      account             name          by           link       linked here
      001ACME00200000YDA  Acme Biotech  domain       linked     no
      001ACME00400000YDA  Acme Labs     external_id  duplicate  no

    link of account 001ACME00200000YDA (Acme Biotech): linked
      The account is linked to organization 21700000001026 by the stored id.
      rule         verdict    organizations   why
      stored_id    won        21700000001026  Salesforce stores 21700000001026, and that organization
                                              exists. It carries the account's id in external_id, which
                                              confirms it.
      external_id  agrees     21700000001026  The stored organization, and no other, carries the
                                              account's id.
      domain       overruled  21700000001026  Organization 21700000001026 holds acmebiotech-demo.com.
                              21700000001065  Organization 21700000001065 holds acmebioassay-demo.com.
                                              Domains are asked only if neither a stored id nor an
                                              external_id names an organization.

    link of account 001ACME00400000YDA (Acme Labs): duplicate
      Several organizations carry the account's id: a person must decide which one stays.
      rule         verdict    organizations   why
      stored_id    silent                     Salesforce stores no organization id for the account.
      external_id  undecided  21700000001052  Organizations 21700000001052 and 21700000001065 carry the
                              21700000001065  account's id, so no rule can choose between them.
      domain       overruled  21700000001039  Organization 21700000001039 holds
                              21700000001052  acmetestkitchen-demo.com. Organization 21700000001052
                                              holds acmelabs-demo.io. Domains are asked only if neither
                                              a stored id nor an external_id names an organization.

    cause
      1 finding hangs on this record.

    issues
      org_duplicate_external_id: blocked (duplicate_external_id), critical
        org_duplicate_external_id/001ACME00400000YDA/21700000001065
        Organization 21700000001065 carries the id of account 001ACME00400000YDA, and so does another
        organization. A person must decide which organization stays.
        Seen in run 1; open now.

    hygiene findings
      external_id_not_canonical: review, low
        external_id_not_canonical/21700000001065
        Organization 21700000001065 carries the id of account 001ACME00400000YDA, but not in its
        18-character form.
        Seen in run 1; open now.

    plan actions
      plan 1, ready: refused (duplicate_external_id)
        org_duplicate_external_id/001ACME00400000YDA/21700000001065

    likely fix
      org_duplicate_external_id: merge_review
        Decide which of the organizations stays and merge the others into it in Zendesk.
        Blocked (duplicate_external_id): Decide which organization stays and merge the others into it
        in Zendesk; then audit again.
    ");
}

#[test]
fn an_account() {
    let bench = Bench::with_demo();
    let told = traced(&bench, &["trace", "account", "001ACME00200000YDA"]);
    assert_snapshot!(told.out, @"
    account 001ACME00200000YDA in run 1
    salesforce snapshot 1 (2026-11-02T05:30:00Z), zendesk snapshot 2 (2026-11-02T06:00:00Z)

    account
      name       Acme Biotech
      owner      Priya Raman
      stored id  21700000001026
      url        https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001026

    domains
      domain                 usable  expected by         held by
      acmebioassay-demo.com  yes     001ACME00200000YDA  21700000001065
      acmebiotech-demo.com   yes     001ACME00200000YDA  21700000001026

    triage
      triage_status          blocked
      total_issue_count      1
      prepared_action_count  0
      blocked_action_count   1
      top_issue_codes        org_domain_attached_elsewhere
      top_blocked_reasons    domain_belongs_to_other_org
      suggested_next_step    Decide which organization the domain belongs to

    link of account 001ACME00200000YDA (Acme Biotech): linked
      The account is linked to organization 21700000001026 by the stored id.
      rule         verdict    organizations   why
      stored_id    won        21700000001026  Salesforce stores 21700000001026, and that organization
                                              exists. It carries the account's id in external_id, which
                                              confirms it.
      external_id  agrees     21700000001026  The stored organization, and no other, carries the
                                              account's id.
      domain       overruled  21700000001026  Organization 21700000001026 holds acmebiotech-demo.com.
                              21700000001065  Organization 21700000001065 holds acmebioassay-demo.com.
                                              Domains are asked only if neither a stored id nor an
                                              external_id names an organization.

    issues
      org_domain_attached_elsewhere: blocked (domain_belongs_to_other_org), medium
        org_domain_attached_elsewhere/001ACME00200000YDA/21700000001026/acmebioassay-demo.com
        Account 001ACME00200000YDA expects the domain acmebioassay-demo.com on organization
        21700000001026, but another organization holds it. A person must decide which organization the
        domain belongs to.
        Seen in run 1; open now.

    plan actions
      plan 1, ready: refused (domain_belongs_to_other_org)
        org_domain_attached_elsewhere/001ACME00200000YDA/21700000001026/acmebioassay-demo.com

    likely fix
      org_domain_attached_elsewhere: repair_domain_mapping
        Put the domain on the organization whose users have it, and on no other.
        Blocked (domain_belongs_to_other_org): Decide which organization the domain belongs to. Taking
        it off one throws out the users whom it pulled in.
    ");
    assert_eq!(traced(&bench, &["trace", "account", "001ACME00200000"]).out, told.out);
}

#[test]
fn a_record_that_issues_hang_on_says_how_many() {
    let bench = Bench::with_demo();
    let of_causes = bench.rows(
        "select cause_kind, cause_id, issue_count, account_count, user_count, open_ticket_count
                    from causes where run_id = 1 and cause_kind <> 'domain' order by cause_kind, cause_id",
    );
    assert!(of_causes.len() > 5, "{of_causes:#?}");
    let mut most = (0, String::new());
    for row in of_causes {
        let cells: Vec<&str> = row.split('|').collect();
        let noun = if cells[0] == "organization" { "org" } else { "account" };
        let count = |at: usize| cells[at].parse::<i64>().unwrap();
        let expected = json!({
            "issue_count": count(2), "account_count": count(3), "user_count": count(4), "open_ticket_count": count(5)
        });
        assert_eq!(json(&bench, &["trace", noun, cells[1]])["cause_of"], expected, "{row}");
        if count(2) > most.0 {
            most = (count(2), format!("{noun} {}", cells[1]));
        }
    }
    let (count, record) = most;
    let told = traced(&bench, &[&["trace"][..], &record.split(' ').collect::<Vec<_>>()].concat());
    let hanging: Vec<_> = told.out.lines().filter(|line| line.contains("on this record")).collect();
    assert_eq!(hanging.len(), 1, "{}", told.out);
    assert!(
        hanging[0].trim_start().starts_with(&format!("{count} findings hang on this record: ")),
        "{hanging:?}"
    );
    // Nothing hangs on a user or a ticket.
    assert_eq!(json(&bench, &["trace", "user", "21700000004187"])["cause_of"], Value::Null);
}

#[test]
fn who_says_nothing_about_a_customer() {
    let bench = Bench::with_demo();
    for (id, obstacles) in [
        ("21700000004011", json!(["role"])),
        ("21700000004286", json!(["inactive"])),
        ("21700000004418", json!(["suspended"])),
        ("21700000004407", json!(["personal_domain"])),
        ("21700000004429", json!(["no_email"])),
        ("21700000004187", json!([])),
    ] {
        let trace = json(&bench, &["trace", "user", id]);
        assert_eq!(trace["eligibility"]["obstacles"], obstacles, "{id}");
        assert_eq!(trace["eligibility"]["is_eligible"], json!(obstacles == json!([])), "{id}");
    }
}

#[test]
fn json_holds_ids_of_zendesk_as_numbers_and_everything_under_stable_names() {
    let bench = Bench::with_demo();
    let trace = json(&bench, &["trace", "user", "21700000004187"]);
    let keys: Vec<&str> = trace.as_object().unwrap().keys().map(String::as_str).collect();
    let mut expected = [
        "accounts",
        "cause_of",
        "eligibility",
        "hygiene_findings",
        "issues",
        "kind",
        "likely_fix",
        "memberships",
        "place",
        "plan_actions",
        "presence",
        "receipts",
        "recent_tickets",
        "remarks",
        "run_id",
        "salesforce_snapshot",
        "user",
        "zendesk_snapshot",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(trace["user"]["user_id"], json!(21_700_000_004_187_i64));
    assert_eq!(trace["user"]["url"], "https://acme-demo.sandbox.zendesk.com/agent/users/21700000004187");
    assert_eq!(trace["presence"]["state"], "present");
    let account = &trace["accounts"][0];
    assert_eq!(account["account_id"], "001ACME00400000YDA");
    assert_eq!(
        account["run_link"],
        json!({"account_id": "001ACME00400000YDA", "link_state": "duplicate", "organization_id": null, "match_rule": null})
    );
    let rules = account["explanation"]["rules"].as_array().unwrap();
    let of = |name: &str| rules.iter().map(|rule| rule[name].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("rule"), ["stored_id", "external_id", "domain"]);
    assert_eq!(of("verdict"), ["silent", "undecided", "overruled"]);
    assert_eq!(rules[1]["organizations"][0]["organization_id"], json!(21_700_000_001_052_i64));
    assert_eq!(trace["issues"][0]["in_run"]["evidence"]["email_domain"], "acmelabs-demo.io");
    assert_eq!(trace["likely_fix"]["code"], "org_duplicate_external_id");
    assert_eq!(trace["likely_fix"]["command"], "orgdrift explain org_duplicate_external_id");
    let account = json(&bench, &["trace", "account", "001ACME00400000YDA"]);
    assert_eq!(account["triage"]["triage_status"], "blocked");
    let organization = json(&bench, &["trace", "org", "21700000001182"]);
    assert_eq!(organization["hygiene_findings"][0]["code"], "orphan_org");
    assert_eq!(organization["pointers"], json!([]));
}

#[test]
fn rows_of_plans_that_touched_the_record_are_shown() {
    // The demo makes a plan of everything, in which the domain comes before the user.
    let bench = Bench::with_demo();
    let row = |position: i64, key: &str, action: &str, user: Value, domain: Value| {
        json!({
            "plan_id": 1, "run_id": 1, "plan_state": "ready", "position": position, "issue_key": key,
            "action": action, "status": "planned", "blocked_reason": null,
            "organization_id": 21_700_000_001_078_i64, "user_id": user, "domain": domain,
        })
    };
    let added = row(
        4,
        "org_missing_expected_domain/001ACME00500000YDA/21700000001078/acmeoutlet-demo.com",
        "add_org_domain",
        json!(null),
        json!("acmeoutlet-demo.com"),
    );
    let assigned = row(
        5,
        "user_missing_expected_membership/21700000004231",
        "assign_user_to_org",
        json!(21_700_000_004_231_i64),
        json!(null),
    );
    for (noun, id, rows) in [
        ("user", "21700000004231", json!([assigned])),
        ("account", "001ACME00500000YDA", json!([added, assigned])),
        ("org", "21700000001078", json!([added, assigned])),
        ("user", "21700000004044", json!([])),
    ] {
        assert_eq!(json(&bench, &["trace", noun, id])["plan_actions"], rows, "{noun}");
    }
    let refused = traced(&bench, &["trace", "user", "21700000004143"]).out;
    let section = refused.split("\nplan actions\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_snapshot!(section, @"
    plan 1, ready: refused (user_domain_ambiguous)
      user_domain_ambiguous/21700000004143
    ");
}

#[test]
fn every_key_stands_whole_on_a_line_so_that_it_can_be_pasted() {
    let bench = Bench::with_demo();
    // A name of 60 letters makes a key that no table of a hundred columns takes.
    let domain = format!("{}.acmeoutlet-demo.com", "a".repeat(60));
    let told = bench.run(&["export", "issues", "--format", "json"]).expect(0);
    let issues: Vec<Value> = serde_json::from_str(&told.out).unwrap();
    for issue in &issues {
        let key = issue["issue_key"].as_str().unwrap();
        let account = issue["account_id"].as_str().unwrap();
        let text = bench.run(&["trace", "account", account]).expect(0).out;
        // Once among the issues, once among the actions of the demo's plan.
        let lines = text.lines().filter(|line| line.trim() == key).count();
        assert_eq!(lines, 2, "{key}\n{text}");
    }
    let key = issues[0]["issue_key"].as_str().unwrap();
    let until = ["--reason", "known", "--owner", "ops", "--expires", "2027-01-01"];
    bench.run(&[&["suppression", "add", key][..], &until].concat()).expect(0);

    bench.write(
        "accounts.csv",
        format!(
            "Id,Name,Zendesk_Organization_Id__c,Website\n001ACME00500000YDA,Outlet,21700000001078,{domain}\n"
        ),
    );
    bench.run(&["ingest", "salesforce", "accounts.csv", "--accept-shrink"]).expect(0);
    bench.run(&["audit"]).expect(0);
    bench.run(&["plan"]).expect(0);
    let key = format!("org_missing_expected_domain/001ACME00500000YDA/21700000001078/{domain}");
    let text = bench.run(&["trace", "account", "001ACME00500000YDA"]).expect(0).out;
    assert_eq!(text.lines().filter(|line| line.trim() == key).count(), 2, "{text}");
}

#[test]
fn tickets_that_wait_for_nothing_and_their_account_get_the_same_advice() {
    let bench = Bench::with_demo();
    let step = || {
        bench.value("select suggested_next_step from latest_exceptions_by_account where sf_account_id = '001ACME00600000YDA'")
    };
    assert_eq!(step(), "File the tickets under the expected organization by hand");
    let text = traced(&bench, &["trace", "ticket", "1116"]).out;
    let fix = text.split("\nlikely fix\n").nth(1).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(fix.contains("nothing is to be repaired first: an agent can file the ticket"), "{fix}");
    assert!(!fix.contains("repair_membership"), "{fix}");
    // Where a decision covers one of the account's issues, it may be what the others wait for.
    let until = ["--reason", "known", "--owner", "ops", "--expires", "2027-01-01"];
    bench.run(&[&["suppression", "add", "ticket_org_mismatch/1156"][..], &until].concat()).expect(0);
    bench.run(&["audit"]).expect(0);
    assert_eq!(step(), "Repair the requesters' memberships or file the tickets by hand, then audit again");
}

#[test]
fn names_of_any_length_leave_a_terminal_readable() {
    let bench = Bench::empty();
    let long = |letter: &str| letter.repeat(200_000);
    bench.write(
        "accounts.csv",
        format!(
            "Id,Name,Owner Name,Zendesk_Organization_Id__c,Website\n001Hs00003WqA01IAF,{},{},{},long-demo.com\n",
            long("n"),
            long("o"),
            long("7")
        ),
    );
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.write("zendesk/manifest.json", "{\"subdomain\":\"long\",\"taken_at\":\"2026-11-01T00:00:00Z\"}");
    let organization = json!({"id": 1, "name": long("z"), "external_id": null, "shared_tickets": false, "shared_comments": false, "domain_names": ["long-demo.com"]});
    bench.write("zendesk/organizations.ndjson", organization.to_string());
    let user = json!({"id": 7, "name": long("u"), "email": "u@long-demo.com", "role": "end-user", "verified": false, "active": true, "suspended": false, "organization_id": 1});
    bench.write("zendesk/users.ndjson", user.to_string());
    let membership = json!({"id": 70, "user_id": 7, "organization_id": 1, "default": true});
    bench.write("zendesk/organization_memberships.ndjson", membership.to_string());
    let ticket = json!({"id": 5, "requester_id": 7, "organization_id": 1, "status": "open", "subject": long("s"), "created_at": "2026-10-01T00:00:00Z"});
    bench.write("zendesk/tickets.ndjson", ticket.to_string());
    bench.run(&["ingest", "zendesk", "--from", "zendesk", "--with-subjects"]).expect(0);
    bench.run(&["audit"]).expect(0);
    bench.run(&["plan"]).expect(0);
    let plan = ["plan", "show", "latest"];
    let commands: [&[&str]; 9] = [
        &["list", "accounts"],
        &["list", "issues"],
        &["audit", "orgs"],
        &plan,
        &["explain", "org_missing_external_id"],
        &["trace", "account", "001Hs00003WqA01IAF"],
        &["trace", "org", "1"],
        &["trace", "user", "7"],
        &["trace", "ticket", "5"],
    ];
    for command in commands {
        let told = bench.run(command).expect(0);
        assert!(told.out.len() < 8_000, "{command:?}: {} bytes", told.out.len());
        assert!(told.err.len() < 1_000, "{command:?}: {} bytes", told.err.len());
    }
    let told = bench.run(&["list", "accounts"]);
    assert!(told.out.contains(&format!(" {}… ", "n".repeat(99))), "{}", told.out);
    // The rest is for programs.
    for format in ["csv", "json"] {
        assert!(bench.run(&["list", "accounts", "--format", format]).expect(0).out.contains(&long("n")));
    }
    let account = json(&bench, &["trace", "account", "001Hs00003WqA01IAF"]);
    assert_eq!(account["accounts"][0]["account_name"], long("n"));
}

#[test]
fn candidates_stand_side_by_side_as_the_warehouse_counts_them() {
    let bench = Bench::with_demo();
    let of = |account: &str| json(&bench, &["trace", "account", account])["candidates"].clone();
    assert_eq!(of("001ACME00200000YDA"), json!([]), "a linked account has nothing to choose");
    let candidates = of("001ACME00400000YDA");
    let candidates = candidates.as_array().unwrap();
    let ids: Vec<i64> = candidates.iter().map(|one| one["organization_id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [21_700_000_001_039, 21_700_000_001_052, 21_700_000_001_065]);
    assert_eq!(candidates[0]["rules"], json!(["domain"]));
    assert_eq!(candidates[1]["rules"], json!(["external_id", "domain"]));
    assert_eq!(candidates[2]["domains"], json!(["acmebioassay-demo.com"]));
    for one in candidates {
        let counts = format!(
            "{}|{}|{}|{}",
            one["member_count"], one["ticket_count"], one["open_ticket_count"], one["is_ticket_count_known"]
        );
        let counted = bench.value(&format!(
            "select a.member_count || '|' || a.ticket_count || '|' || a.open_ticket_count || '|'
               || case a.is_ticket_count_known when 1 then 'true' else 'false' end
             from organization_activity as a where a.run_id = 1 and a.organization_id = {}",
            one["organization_id"]
        ));
        assert_eq!(counts, counted);
    }
    let told = traced(&bench, &["trace", "account", "001ACME00400000YDA"]);
    assert!(told.out.contains("\ncandidate organizations\n  organization"), "{}", told.out);
    for id in ids {
        let name = told.out.find("\ncandidate organizations").unwrap();
        assert!(told.out[name..].contains(&format!("\n  {id}")), "{}", told.out);
    }
}
