//! The report: one page that needs nothing, whose numbers are those of the views, and that calls unknown what is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use insta::assert_snapshot;
use scraper::{ElementRef, Html, Selector};

use crate::common::bench::Bench;
use crate::common::root;

fn all<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes the report of the newest run and parses it.
fn report(bench: &Bench, more: &[&str], code: i32) -> Html {
    let mut arguments = vec!["report", "--output", "report.html"];
    arguments.extend(more);
    bench.run(&arguments).expect(code);
    Html::parse_document(&fs::read_to_string(bench.path("report.html")).unwrap())
}

/// Two runs of the demo with a live apply between them.
fn looped() -> Bench {
    let bench = Bench::empty();
    bench.run(&["demo", "--all"]).expect(0);
    bench
}

/// The rows of the table with that caption or, for a chart, of the table below its heading; numbers without marks.
fn table(page: &Html, caption: &str) -> Vec<Vec<String>> {
    let of_caption = all(page, "table").into_iter().find(|table| {
        table.select(&Selector::parse("caption").unwrap()).next().is_some_and(|found| text(found) == caption)
    });
    let of_heading = || {
        let heading = all(page, "h2, h3").into_iter().find(|heading| text(*heading) == caption)?;
        let details = heading
            .next_siblings()
            .filter_map(ElementRef::wrap)
            .find(|one| one.value().name() == "details")?;
        details.select(&Selector::parse("table").unwrap()).next()
    };
    let table = of_caption.or_else(of_heading).unwrap_or_else(|| panic!("no table `{caption}`"));
    let cells = Selector::parse("td").unwrap();
    table
        .select(&Selector::parse("tbody tr").unwrap())
        .map(|row| row.select(&cells).map(|cell| text(cell).replace(',', "")).collect())
        .collect()
}

/// Chosen columns of a table, joined by bars.
fn columns(page: &Html, caption: &str, wanted: &[usize]) -> Vec<String> {
    table(page, caption)
        .into_iter()
        .map(|row| wanted.iter().map(|at| row[*at].clone()).collect::<Vec<_>>().join("|"))
        .collect()
}

#[test]
fn the_page_asks_for_nothing_and_runs_nothing() {
    let bench = looped();
    let page = report(&bench, &["--with-people"], 0);
    assert_eq!(page.errors, [""; 0], "it is well-formed HTML");
    let forbidden = "script, link, img, iframe, object, embed, video, audio, source, base, form, input, image, use, foreignObject";
    assert!(all(&page, forbidden).is_empty());
    for element in all(&page, "*") {
        for (name, value) in element.value().attrs() {
            assert!(
                !name.starts_with("on") && !matches!(name, "src" | "srcset" | "action" | "ping"),
                "{name}={value}"
            );
            if name.ends_with("href") {
                assert!(
                    element.value().name() == "a"
                        && value.starts_with("https://acme-demo.sandbox.zendesk.com/agent/"),
                    "{value}"
                );
            }
            if name == "style" {
                assert!(!value.contains("url("), "{value}");
            }
        }
    }
    let style: String =
        all(&page, "style").into_iter().map(|style| style.text().collect::<String>()).collect();
    assert!(!style.contains("@import") && !style.contains("http") && style.matches("url(").count() == 1);
    assert!(style.contains("url(#hatch)"));
    let policy = &all(&page, "meta[http-equiv=Content-Security-Policy]")[0];
    assert!(policy.attr("content").unwrap().contains("default-src 'none'"));
}

#[test]
fn every_picture_says_what_it_shows_and_has_its_numbers_beside_it() {
    let bench = looped();
    let page = report(&bench, &[], 0);
    let mut ids = BTreeSet::new();
    for element in all(&page, "[id]") {
        assert!(ids.insert(element.attr("id").unwrap().to_owned()), "{:?} twice", element.attr("id"));
    }
    let pictures = all(&page, "svg[role=img]");
    assert_eq!(pictures.len(), 8);
    for picture in pictures {
        for id in picture.attr("aria-labelledby").unwrap().split(' ') {
            assert!(ids.contains(id), "{id}");
        }
        for part in ["title", "desc"] {
            let part = picture.select(&Selector::parse(part).unwrap()).next().unwrap();
            assert!(text(part).len() > 10);
        }
    }
    for section in all(&page, "section") {
        assert!(ids.contains(section.attr("aria-labelledby").unwrap()));
    }
    assert_eq!(all(&page, "html[lang=en]").len(), 1);
    assert_eq!(all(&page, "h1").len(), 1);
    for head in all(&page, "th") {
        assert_eq!(head.attr("scope"), Some("col"));
    }
}

#[test]
fn the_numbers_are_those_of_the_views() {
    let bench = looped();
    let page = report(&bench, &[], 0);
    let rows = |sql: &str| bench.rows(sql);
    // By code: title and code share a cell.
    let by_code: BTreeMap<String, String> = table(&page, "Open issues by code")
        .into_iter()
        .map(|row| (row[0].rsplit(['.', ' ']).next().unwrap().to_owned(), row[2].clone()))
        .collect();
    let expected: BTreeMap<String, String> = rows(
        "select k.code, (select count(*) from latest_issues as i where i.code = k.code and i.disposition <> 'suppressed')
         from run_coverage as k where k.run_id = 2 and k.family = 'drift'",
    )
    .iter()
    .map(|row| row.split_once('|').unwrap())
    .map(|(code, count)| (code.to_owned(), count.to_owned()))
    .collect();
    assert_eq!(by_code, expected);
    for (caption, wanted, sql) in [
        (
            "Open issues by run and severity",
            &[0, 1, 2, 3, 4, 5][..],
            "select r.run_id, sum(i.severity = 'critical'), sum(i.severity = 'high'), sum(i.severity = 'medium'),
               sum(i.severity = 'low'), 0
             from runs as r join issues as i on i.run_id = r.run_id group by r.run_id order by r.run_id",
        ),
        (
            "New against resolved",
            &[0, 1, 2],
            "select 1, 'not known', 'not known' union all
             select 2, sum(change = 'new'), sum(change = 'resolved') from issue_changes where run_id = 2",
        ),
        (
            "Accounts by the state of their link",
            &[0, 1, 2],
            "select run_id, link_state, count(*) from account_links group by run_id, link_state order by 1, 2",
        ),
        (
            "Misfiled tickets by month",
            &[0, 1, 2],
            "select substr(t.created_at, 1, 7), count(*), count(i.ticket_id)
             from latest_zendesk_tickets as t
             left join latest_issues as i on i.ticket_id = t.ticket_id and i.layer = 'ticket'
             where t.status <> 'deleted' and t.created_at >= '2025-12-01' group by 1 order by 1",
        ),
        (
            "Causes, the greatest first",
            &[1, 2, 3, 4, 5],
            "select cause_id, issue_count, account_count, user_count, open_ticket_count from causes where run_id = 2
             order by issue_count desc, user_count desc, open_ticket_count desc, cause_kind, cause_id",
        ),
        (
            "Plans that were applied, the newest first",
            &[0, 2, 3, 4, 5, 6, 8],
            "select 1, sum(status = 'planned'), (select count(*) from receipts where mode = 'live' and outcome = 'applied'),
               (select count(*) from receipts as c join issue_history as h on h.issue_key = c.issue_key
                where c.mode = 'live' and c.outcome = 'applied' and h.is_open = 0), 0, 0,
               (select count(*) from receipts where mode = 'live' and outcome = 'skipped_stale')
             from plan_actions where plan_id = 1",
        ),
    ] {
        assert_eq!(columns(&page, caption, wanted), rows(sql), "{caption}");
    }
    assert_eq!(
        columns(&page, "By owner", &[0, 1, 2, 3, 4, 5, 6]),
        rows(
            "select owner, count(*), sum(triage_status = 'blocked'), sum(triage_status = 'partly_ready'),
               sum(triage_status = 'ready'), sum(triage_status in ('review', 'tickets_only')), sum(total_issue_count)
             from latest_exceptions_by_account group by owner order by sum(total_issue_count) desc, owner"
        )
    );
    let ages = table(&page, "How long it has been so");
    let total: i64 =
        ages.iter().flat_map(|row| row[1..].iter().map(|count| count.parse::<i64>().unwrap())).sum();
    assert_eq!(total.to_string(), bench.value("select count(*) from latest_issues"));
}

#[test]
fn the_figures_are_those_of_the_audit() {
    let bench = looped();
    let page = report(&bench, &[], 0);
    let audited: serde_json::Value =
        serde_json::from_str(&bench.run(&["audit", "--json"]).expect(0).out).unwrap();
    let figures: Vec<String> = all(&page, ".figures strong").into_iter().map(text).collect();
    let of = |what: &str| {
        let share = &audited["affected"][what];
        format!("{} of {} (", share["affected"], share["total"])
    };
    for (figure, expected) in figures.iter().zip([of("accounts"), of("users"), of("tickets")]) {
        assert!(figure.starts_with(&expected), "{figure} {expected}");
    }
    assert_eq!(figures[3], audited["open_issue_count"].to_string());
    let marks: Vec<String> = all(&page, "section#trend .legend li").into_iter().map(text).collect();
    assert!(marks.contains(&"A before run 2: plan 1 repaired 4".to_owned()), "{marks:?}");
}

#[test]
fn what_was_not_evaluated_is_hatched_and_never_zero() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo", ".");
    fs::remove_file(bench.path("zendesk/tickets.ndjson")).unwrap();
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(6);
    bench.run(&["audit"]).expect(6);
    let page = report(&bench, &[], 6);
    let rows = table(&page, "Open issues by code");
    for code in ["ticket_missing_org", "ticket_org_mismatch"] {
        let row = rows.iter().find(|row| row[0].ends_with(code)).unwrap();
        assert!(row[2].starts_with("not evaluated: "), "{row:?}");
    }
    assert_eq!(all(&page, "#codes td.hatched").len(), 2);
    assert!(
        text(all(&page, ".warning")[0]).contains("did not evaluate ticket_missing_org, ticket_org_mismatch")
    );
    assert!(text(all(&page, ".figures li.unknown strong")[0]).starts_with("not known, of "));
    assert_eq!(all(&page, "#trend svg rect.hatched").len(), 2, "the run is hatched in both charts of issues");
    let told = bench.run(&["report", "--format", "md"]).expect(6);
    assert!(told.out.contains("| `ticket_org_mismatch` | medium | not evaluated: "), "{}", told.out);
}

#[test]
fn users_are_named_only_where_they_are_wanted() {
    let bench = looped();
    let people: Vec<String> = bench
        .rows("select name from latest_zendesk_users union select email from latest_zendesk_users where email is not null")
        .into_iter()
        .filter(|word| word.len() > 3)
        .collect();
    assert!(people.len() > 40);
    report(&bench, &[], 0);
    let text = fs::read_to_string(bench.path("report.html")).unwrap()
        + &bench.run(&["report", "--format", "md"]).expect(0).out;
    for word in &people {
        assert!(!text.contains(word.as_str()), "{word}");
    }
    let page = report(&bench, &["--with-people"], 0);
    let rows = table(&page, "At most 50, the worst first");
    let expected = bench
        .value("select count(*) from latest_issues where layer = 'user' and disposition <> 'suppressed'");
    assert_eq!(rows.len().to_string(), expected);
    assert!(rows.iter().all(|row| people.contains(&row[0]) && people.contains(&row[1])), "{rows:?}");
}

#[test]
fn names_are_text_and_nothing_else() {
    let bench = Bench::empty();
    bench.copy("fixtures/demo", ".");
    let accounts = fs::read_to_string(bench.path("accounts.csv")).unwrap();
    let name = "<script>alert(1)</script>|*x*\u{202e}";
    bench.write("accounts.csv", accounts.replace("\"Acme Labs\"", &format!("\"{name}\"")));
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let page = report(&bench, &[], 0);
    assert!(all(&page, "script").is_empty());
    let html = fs::read_to_string(bench.path("report.html")).unwrap();
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;|*x*\\u{202e}"), "it is shown");
    assert!(!html.contains('\u{202e}'));
    let told = bench.run(&["report", "--format", "md"]).expect(0);
    assert!(told.out.contains("&lt;script&gt;alert(1)&lt;/script&gt;\\|\\*x\\*"), "{}", told.out);
}

#[test]
fn the_text_for_a_chat() {
    let told = looped().run(&["report", "--format", "md"]).expect(0);
    assert_snapshot!(told.out, @r#"
    # Customer data drift: acme-demo.sandbox

    Run 2. Salesforce accounts read at 2026-11-02 05:30 UTC, 1 hour before this page was made; Zendesk records read at 2026-11-02 07:30 UTC, less than an hour before this page was made.

    Every collection was read to its end, and every code was evaluated.

    | | affected | |
    |---|---|---|
    | accounts | 5 of 12 (41.7 %) | 1 fewer than in run 1 |
    | eligible users | 2 of 32 (6.3 %) | 3 fewer than in run 1 |
    | tickets not closed | 2 of 33 (6.1 %) | as in run 1 |

    8 open issues. Since run 1: 0 new, 0 reopened, 0 changed, 4 resolved.

    ## By code

    | code | severity | open |
    |---|---|---|
    | `org_duplicate_external_id` | critical | 2 |
    | `org_external_id_conflict` | high | 0 |
    | `org_missing_external_id` | high | 0 |
    | `user_resolution_blocked_duplicate_external_id` | high | 1 |
    | `account_missing_zendesk_org` | medium | 0 |
    | `org_domain_attached_elsewhere` | medium | 1 |
    | `org_missing_expected_domain` | medium | 1 |
    | `ticket_missing_org` | medium | 0 |
    | `ticket_org_mismatch` | medium | 2 |
    | `user_default_org_not_expected` | medium | 0 |
    | `user_domain_ambiguous` | medium | 1 |
    | `user_missing_expected_membership` | medium | 0 |

    ## What stands behind it

    | record | findings | users | open tickets | what vanishes |
    |---|---|---|---|---|
    | organization Legacy Portal Import 2021 | 4 | 2 | 1 | A member's e-mail domain belongs neither to the organization nor to its account. No account of the file points to an organization: by stored id, external\_id or domain. A ticket is filed under an organization that is not the one of its requester's account. |
    | account Acme Labs | 3 | 1 | 0 | Two or more organizations carry the id of the same account. A user belongs to an account that has two organizations, and the default is neither. |
    | domain acmetestkitchen-demo.com | 1 | 1 | 0 | A user's e-mail domain is expected by several accounts, and the default organization is none of theirs. |
    | organization Acme Retail | 1 | 0 | 1 | A ticket is filed under an organization that is not the one of its requester's account. |
    | domain acmebioassay-demo.com | 1 | 0 | 0 | A domain that Salesforce expects of an account is on an organization that is not the account's. |
    | domain acmeoutlet-demo.com | 1 | 0 | 0 | A domain that Salesforce expects of an account is on no organization at all. |
    | organization Acme Laboratories | 1 | 0 | 0 | An organization carries an account's id, but not in its 18-character form. |

    ## What the repairs did

    | plan | applied on | made | held | came back | still open |
    |---|---|---|---|---|---|
    | 1 | 2026-11-02 | 4 | 4 | 0 | 0 |

    ## The worst accounts

    | account | owner | status | issues | open tickets | next step |
    |---|---|---|---|---|---|
    | Acme Labs | Priya Raman | blocked | 3 | 0 | Decide which organization stays and merge the others into it |
    | Acme Studios | Ingrid Solheim | tickets only | 2 | 2 | File the tickets under the expected organization by hand |
    | Acme Foods | Tom Ferreira | blocked | 1 | 0 | Decide which account owns the domain |
    | Acme Biotech | Priya Raman | blocked | 1 | 0 | Decide which organization the domain belongs to |
    | Acme Retail | Tom Ferreira | ready | 1 | 0 | Review the prepared repairs |

    Made by orgdrift 0.1.0 at 2026-11-02 07:00 UTC.
    "#);
}

#[test]
fn forms_that_make_no_sense_are_refused() {
    let bench = Bench::with_demo();
    for arguments in [
        &["report"][..],
        &["report", "--output", "report.csv"],
        &["report", "--output", "report.html", "--json"],
        &["report", "--output", "report.html", "--format", "md"],
        &["list", "issues", "--format", "md"],
        &["list", "issues", "--output", "issues.html"],
    ] {
        let told = bench.run(arguments).expect(2);
        assert!(
            told.out.is_empty()
                && ["hint: ", "tip: ", "possible values"].iter().any(|way| told.err.contains(way)),
            "{}",
            told.err
        );
    }
    assert!(!bench.path("report.html").exists());
}

/// Red, green and blue of a colour such as `#1c2127`, as light.
fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let share = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn colours_can_be_told_from_the_ground_in_light_dark_and_print() {
    let style = fs::read_to_string(root().join("src/report/style.css")).unwrap();
    let mut palettes = 0;
    for block in style.split(":root {").skip(1) {
        let block = block.split('}').next().unwrap();
        let colours: BTreeMap<&str, &str> = block
            .split(';')
            .filter_map(|rule| rule.split_once(':'))
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(name, _)| name.starts_with("--"))
            .collect();
        for ground in ["--ground", "--panel"] {
            for word in ["--text", "--quiet", "--link"] {
                let found = contrast(colours[word], colours[ground]);
                assert!(found >= 4.5, "{word} on {ground}: {found:.2}");
            }
        }
        for (name, colour) in &colours {
            if !["--ground", "--panel", "--line"].contains(name) {
                let found = contrast(colour, colours["--ground"]);
                assert!(found >= 3.0, "{name}: {found:.2}");
            }
        }
        assert_eq!(colours.len(), 18);
        palettes += 1;
    }
    assert_eq!(palettes, 3);
}
