//! The made-up companies that speed is measured on: the same every time, and with something of every kind.

#[path = "../examples/generate/company/mod.rs"]
pub(crate) mod company;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use company::Company;
use orgdrift::catalog;

use crate::common::bench::Bench;

fn company(seed: u64, generation: u64) -> Company {
    Company { accounts: 400, seed, change: 10, generation, is_slim: true }
}

fn files(company: &Company, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    company.write(folder).unwrap();
    let mut files = BTreeMap::new();
    files.insert("accounts.csv".to_owned(), fs::read(folder.join("accounts.csv")).unwrap());
    for entry in fs::read_dir(folder.join("zendesk")).unwrap() {
        let entry = entry.unwrap();
        files.insert(entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
    }
    files
}

#[test]
fn the_same_arguments_write_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let one = files(&company(1, 2), &folder.path().join("one"));
    assert_eq!(one.len(), 7);
    assert!(one == files(&company(1, 2), &folder.path().join("again")));
    let other = files(&company(2, 2), &folder.path().join("other"));
    for name in ["accounts.csv", "organizations.ndjson", "users.ndjson", "tickets.ndjson"] {
        assert!(one[name] != other[name], "another seed writes another {name}");
    }
}

/// The records of a collection by the column that tells them apart.
fn records(files: &BTreeMap<String, Vec<u8>>, name: &str) -> BTreeMap<String, String> {
    String::from_utf8(files[name].clone())
        .unwrap()
        .lines()
        .map(|line| {
            let id = match serde_json::from_str::<serde_json::Value>(line) {
                Ok(record) => record["id"].to_string(),
                Err(_) => line.split(',').next().unwrap().to_owned(),
            };
            (id, line.to_owned())
        })
        .collect()
}

#[test]
fn so_many_per_mille_change_in_a_generation() {
    let folder = tempfile::tempdir().unwrap();
    let days = [0, 1, 2]
        .map(|day| files(&Company { change: 50, ..company(1, day) }, &folder.path().join(day.to_string())));
    for (name, count) in [
        ("accounts.csv", 400),
        ("organizations.ndjson", 405),
        ("users.ndjson", 4_000),
        ("organization_memberships.ndjson", 3_900),
        ("tickets.ndjson", 20_000),
    ] {
        for day in [1, 2] {
            let (old, new) = (records(&days[day - 1], name), records(&days[day], name));
            let added = new.keys().filter(|id| !old.contains_key(*id)).count();
            let removed = old.keys().filter(|id| !new.contains_key(*id)).count();
            let changed =
                old.iter().filter(|(id, line)| new.get(*id).is_some_and(|new| new != *line)).count();
            let all = match name {
                "tickets.ndjson" => {
                    assert_eq!((added, removed), (1_000, 0), "50 ‰ of the first tickets are new");
                    changed
                }
                "organization_memberships.ndjson" => {
                    assert!(added > 0 && removed > 0, "{added} {removed}");
                    added + removed + changed
                }
                _ => {
                    assert_eq!((added, removed), (0, 0), "{name}");
                    changed
                }
            };
            let expected = count * 50 / 1000;
            assert!(
                (expected / 2..=expected * 3 / 2).contains(&all),
                "{name}: {all} of {count} on day {day}"
            );
        }
    }
}

#[test]
fn drift_of_each_layer_comes_and_goes() {
    let bench = Bench::empty();
    for generation in [0, 2] {
        Company { change: 100, ..company(1, generation) }.write(&bench.path("")).unwrap();
        let taken_at = format!("2026-01-{:02}T05:00:00Z", 1 + generation);
        bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", &taken_at]).expect(0);
        bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
        bench.run(&["audit"]).expect(0);
    }
    let counts = bench.rows(
        "select q.layer, c.change, count(*)
         from issue_changes as c
         cross join rule_versions as q
         where c.run_id = 2 and q.code = substr(c.issue_key, 1, instr(c.issue_key, '/') - 1)
         group by q.layer, c.change
         order by q.layer, c.change",
    );
    for wanted in [
        "organization|changed",
        "organization|new",
        "organization|resolved",
        "user|new",
        "user|resolved",
        "ticket|new",
        "ticket|resolved",
    ] {
        assert!(counts.iter().any(|line| line.starts_with(&format!("{wanted}|"))), "no {wanted}: {counts:?}");
    }
    // Several codes take part, not one alone.
    for change in ["new", "resolved"] {
        let codes: u64 = bench
            .value(&format!(
                "select count(distinct q.code)
                 from issue_changes as c
                 cross join rule_versions as q
                 where c.run_id = 2 and c.change = '{change}' and q.layer = 'organization'
                   and q.code = substr(c.issue_key, 1, instr(c.issue_key, '/') - 1)"
            ))
            .parse()
            .unwrap();
        assert!(codes >= 3, "{change} issues of {codes} codes");
    }
}

#[test]
fn every_code_occurs_but_none_is_everywhere() {
    let bench = Bench::empty();
    company(1, 0).write(&bench.path("")).unwrap();
    bench.run(&["ingest", "salesforce", "accounts.csv", "--taken-at", "2026-01-01T05:00:00Z"]).expect(0);
    bench.run(&["ingest", "zendesk", "--from", "zendesk"]).expect(0);
    bench.run(&["audit"]).expect(0);
    let rows = bench.rows(
        "select c.code, c.issue_count,
           case r.layer when 'organization' then 400 when 'user' then 4000 else 20000 end
         from run_coverage as c
         cross join rule_versions as r
         where r.code = c.code and r.version = c.rule_version
         order by c.code",
    );
    assert_eq!(rows.len(), catalog::rules().len());
    for row in rows {
        let [code, count, of] = row.split('|').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let (count, of): (u64, u64) = (count.parse().unwrap(), of.parse().unwrap());
        assert!(count > 0, "{code} does not occur");
        assert!(count * 100 <= of * 15, "{code} is on {count} of {of}");
    }
    // Heaps: one account has a large part of the users, and some have many domains.
    let heaviest = bench.rows(
        "select count(*) from latest_zendesk_users group by email_domain order by count(*) desc limit 3",
    );
    assert!(heaviest[2].parse::<u64>().unwrap() > 100, "{heaviest:?}");
    let most = bench.rows(
        "select count(*) from latest_salesforce_account_domains group by account_id order by count(*) desc limit 1",
    );
    assert!(most[0].parse::<u64>().unwrap() > 5, "{most:?}");
}
