//! The made-up companies that speed is measured on: the same every time, and with something of every kind.

#[path = "../examples/generate/company/mod.rs"]
mod company;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use company::Company;

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

#[test]
fn so_many_per_mille_change_in_a_generation() {
    let folder = tempfile::tempdir().unwrap();
    let days = [0, 1].map(|day| files(&company(1, day), &folder.path().join(day.to_string())));
    let lines = |day: usize, name: &str| {
        String::from_utf8(days[day][name].clone()).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    // 10 ‰ of 20,000 tickets are new, and about as many changed.
    assert_eq!(lines(0, "tickets.ndjson").len(), 20_000);
    assert_eq!(lines(1, "tickets.ndjson").len(), 20_200);
    for (name, expected) in [("tickets.ndjson", 150..250), ("users.ndjson", 25..60)] {
        let changed = lines(0, name).iter().zip(lines(1, name)).filter(|(one, two)| *one != two).count();
        assert!(expected.contains(&changed), "{name}: {changed}");
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
    assert_eq!(rows.len(), 17);
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
