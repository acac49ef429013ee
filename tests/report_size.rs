//! The report of a large company is as small as that of a small one: it names the worst, and counts the rest.

use std::fs;

use scraper::{Html, Selector};

use crate::common::bench::Bench;
use crate::generator::company::Company;

/// The promise, in bytes.
const MOST_BYTES: usize = 1_000_000;

/// The report of a made-up company with users in it, and how many accounts have an open issue.
fn report(accounts: u64) -> (String, usize) {
    let bench = Bench::in_memory();
    let company = Company { accounts, seed: 7, change: 10, generation: 0, is_slim: true };
    company.write(&bench.path("")).unwrap();
    bench.run(&["init"]).expect(0);
    bench.run(&["ingest", "salesforce", "accounts.csv"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    bench.run(&["report", "--output", "report.html", "--with-people"]).expect(0);
    let affected = bench.value("select count(distinct account_id) from latest_issues");
    (fs::read_to_string(bench.path("report.html")).unwrap(), affected.parse().unwrap())
}

#[test]
fn the_page_has_a_size_whatever_the_company_has() {
    let (small, few) = report(60);
    let (large, many) = report(500);
    println!("{few} accounts with issues: {} bytes; {many}: {} bytes", small.len(), large.len());
    assert!(many > 100 && many > 5 * few, "{few} {many}");
    assert!(large.len() < MOST_BYTES, "{} bytes", large.len());
    // No list is longer than the page says, so more accounts add nothing.
    let page = Html::parse_document(&large);
    assert_eq!(page.errors, [""; 0]);
    let (bodies, rows) = (Selector::parse("tbody").unwrap(), Selector::parse("tr").unwrap());
    let longest = page.select(&bodies).map(|body| body.select(&rows).count()).max().unwrap();
    assert_eq!(longest, 50);
    assert_eq!(page.select(&Selector::parse("article").unwrap()).count(), 25);
}
