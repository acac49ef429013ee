//! How SQLite answers analysts: no table of versions is passed once for every row of another.
//!
//! Times say little on a machine that others use. The plan says how a question grows with the customer base.

use std::collections::{BTreeMap, BTreeSet};

use orgdrift::catalog::saved_queries;
use rusqlite::Connection;

use super::plans::{Line, plan, sources};
use crate::stock_readers::rich_warehouse;

/// Questions that people typed: tickets of accounts by way of domains, an anti-join, a month's share, one record's past.
const TYPED: [(&str, &str); 7] = [
    (
        "open tickets of critical accounts",
        "select t.ticket_id, t.status, e.account_name from latest_exceptions_by_account e
         join latest_salesforce_account_domains d on d.account_id = e.sf_account_id and d.is_usable = 1
         join latest_zendesk_users u on u.email_domain = d.domain
         join latest_zendesk_tickets t on t.requester_id = u.user_id
         where e.max_severity = 'critical' and t.status in ('new', 'open', 'pending', 'hold')",
    ),
    (
        "users of unknown domains",
        "select u.email_domain, count(*) from latest_zendesk_users u
         where u.default_organization_id is null and u.role = 'end-user'
           and not exists (select 1 from latest_salesforce_account_domains d where d.domain = u.email_domain)
           and not exists (select 1 from personal_domains p where p.domain = u.email_domain)
         group by 1",
    ),
    (
        "misfiled tickets by month",
        "select substr(t.created_at, 1, 7) m, count(*) tickets, count(f.ticket_id) misfiled
         from latest_zendesk_tickets t
         left join (select ticket_id from ticket_findings where run_id = :run) f using (ticket_id) group by 1",
    ),
    ("one account in every run", "select run_id, issue_key, disposition from issues where account_id = :account"),
    ("one user over all snapshots", "select snapshot_id, default_organization_id from zendesk_users where user_id = :user"),
    ("one issue", "select * from latest_issues where issue_key = :key"),
    (
        "new issues with owner and address",
        "select c.issue_key, a.owner, i.reason, i.url from issue_changes c
         join issues i on i.run_id = c.run_id and i.issue_key = c.issue_key
         left join latest_salesforce_accounts a using (account_id) where c.run_id = :run and c.change = 'new'",
    ),
];

/// Terms that find one row at most, or the few snapshots there are.
const FEW: [&str; 3] = ["(rowid=?)", "_snapshots_by_source", "_rule_versions_1 (code=? AND version=?)"];

/// Relations of a handful of rows: contexts, runs, days.
const SMALL: [&str; 8] =
    ["_run_context", "runs", "run_coverage", "snapshots", "day", "pair", "side", "outcome"];

/// The passes over a table of versions that another table of many rows, or a correlated subquery, repeats.
fn repeated_passes(database: &Connection, sql: &str) -> Vec<String> {
    let sources = sources(sql);
    let is_large = |alias: &str| {
        sources.get(alias).is_some_and(|names| names.iter().any(|name| name.ends_with("_versions")))
    };
    let lines: Vec<(i64, Line)> = plan(database, sql)
        .iter()
        .map(|line| (line.split(' ').next().unwrap().parse().unwrap(), Line::parse(line)))
        .collect();
    let mut correlated = BTreeSet::new();
    let mut has_many: BTreeMap<i64, bool> = BTreeMap::new();
    let mut passes = Vec::new();
    for (id, line) in lines {
        if line.detail.starts_with("CORRELATED") || correlated.contains(&line.parent) {
            correlated.insert(id);
        }
        let is_scan = line.detail.starts_with("SCAN ");
        if !is_scan && !line.detail.starts_with("SEARCH ") {
            continue;
        }
        let alias = line.detail.split(' ').nth(1).unwrap();
        let has_many = has_many.entry(line.parent).or_default();
        if is_scan && is_large(alias) && (*has_many || correlated.contains(&line.parent)) {
            passes.push(line.detail.clone());
        }
        let is_small =
            sources.get(alias).is_some_and(|names| names.iter().any(|name| SMALL.contains(&name.as_str())));
        *has_many |= !is_small && !FEW.iter().any(|few| line.detail.contains(few));
    }
    passes
}

#[test]
fn no_question_passes_a_table_of_versions_again_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(rich_warehouse(folder.path())).unwrap();
    let saved = saved_queries();
    let saved = saved.iter().map(|query| (query.name.as_str(), query.sql));
    let mut faults = String::new();
    for (name, sql) in TYPED.into_iter().chain(saved) {
        for pass in repeated_passes(&database, sql) {
            faults += &format!("\n{name}: {pass}");
        }
    }
    assert_eq!(faults, "");
}

#[test]
fn the_way_from_a_domain_to_open_tickets_needs_its_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let database = Connection::open(rich_warehouse(folder.path())).unwrap();
    database.pragma_update(None, "automatic_index", false).unwrap();
    let of = |name: &str| TYPED.iter().find(|(known, _)| *known == name).unwrap().1;
    for (index, question) in [
        ("_ticket_versions_open", "open tickets of critical accounts"),
        ("_user_versions_by_domain", "open tickets of critical accounts"),
        ("_account_domain_versions_by_domain", "users of unknown domains"),
    ] {
        let lines = plan(&database, of(question)).join("\n");
        assert!(lines.contains(index), "{index}:\n{lines}");
        assert_eq!(repeated_passes(&database, of(question)), [""; 0]);
        database.execute_batch(&format!("begin; drop index {index}")).unwrap();
        assert_ne!(repeated_passes(&database, of(question)), [""; 0], "without {index}");
        database.execute_batch("rollback").unwrap();
    }
}
