//! A small company over several days: who belongs where changes by chance, and some readings are not whole.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use orgdrift::ingest::GivenOrigin;
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::warehouse::Warehouse;
use serde_json::json;

use crate::common::clock;
use crate::common::dice::Dice;
use crate::common::whole::whole;

const DAYS: u64 = 7;
const DOMAINS: [&str; 3] = ["alder-demo.com", "birch-demo.com", "cedar-demo.org"];
const IDS: [&str; 2] = ["001Hs00003WqA01IAF", "001Hs00003WqA02IAF"];

/// Ingests the days, and does something after each.
pub(super) fn company(folder: &Path, db: &Path, seed: u64, mut then: impl FnMut(&Warehouse, &mut Dice)) {
    let warehouse = Warehouse::open_for_writing(db).unwrap();
    let mut dice = Dice::new(seed + 1000);
    for day in 1..=DAYS {
        let taken_at = format!("2026-10-{day:02}T06:00:00Z");
        let origin = || GivenOrigin { taken_at: Some(taken_at.clone()), subdomain: None };
        // Now and then the first two snapshots are of one system.
        let readings = if day == 1 { 1 + seed % 2 } else { dice.below(2) };
        for _ in 0..readings {
            let file = folder.join("accounts.csv");
            fs::write(&file, accounts(&mut dice)).unwrap();
            let options =
                SalesforceOptions { accept_shrink: true, origin: origin(), ..SalesforceOptions::default() };
            ingest_file(&warehouse, &file, &options, &clock()).unwrap();
        }
        let zendesk = folder.join(format!("zendesk-{day}"));
        fs::create_dir(&zendesk).unwrap();
        write_zendesk(&mut dice, &zendesk);
        let options = ZendeskOptions {
            accept_shrink: true,
            since: dice.chance(30).then(|| "2026-09-15T00:00:00Z".to_owned()),
            origin: origin(),
            ..ZendeskOptions::default()
        };
        ingest_folder(&warehouse, &zendesk, &options, &clock()).unwrap();
        then(&warehouse, &mut dice);
    }
}

fn accounts(dice: &mut Dice) -> String {
    let mut text = "Id,Name,Domain__c,Owner\n".to_owned();
    for (id, own) in IDS.into_iter().zip(DOMAINS) {
        let domain = if dice.chance(85) { own } else { "cedar-demo.org" };
        writeln!(text, "{id},Account,{domain},{}", dice.pick(&["Ann", "Ben"])).unwrap();
    }
    text
}

fn write_zendesk(dice: &mut Dice, folder: &Path) {
    let mut organizations = Vec::new();
    for (id, account, domain) in
        [(21, IDS[0], DOMAINS[0]), (22, IDS[1], DOMAINS[1]), (23, IDS[0], DOMAINS[2])]
    {
        // The third is a second one of the first account, now and then.
        if id == 23 && dice.chance(75) {
            continue;
        }
        let external_id = if dice.chance(85) { Some(account) } else { None };
        let domains = if dice.chance(80) { vec![domain] } else { vec![] };
        organizations.push(json!({
            "id": id, "name": "Organization", "external_id": external_id, "domain_names": domains,
        }));
    }
    let (mut users, mut memberships, mut tickets) = (Vec::new(), Vec::new(), Vec::new());
    for id in 1..=6_usize {
        let home = if id % 2 == 0 { 21 } else { 22 };
        let is_member = dice.chance(80);
        users.push(json!({
            "id": id, "name": "Person", "role": "end-user", "active": true, "verified": dice.chance(80),
            "email": format!("p{id}@{}", DOMAINS[id % 2]),
            "organization_id": (is_member && dice.chance(80)).then_some(home),
        }));
        if is_member {
            memberships.push(json!({"id": 30 + id, "user_id": id, "organization_id": home, "default": true}));
        }
        for number in 0..2 {
            if dice.chance(90) {
                tickets.push(json!({
                    "id": 40 + id * 2 + number, "requester_id": id,
                    "organization_id": dice.pick(&[Some(21), Some(22), Some(home), Some(home), None]),
                    "status": dice.pick(&["open", "solved", "closed"]),
                    "created_at": if number == 0 { "2026-09-01T00:00:00Z" } else { "2026-09-20T00:00:00Z" },
                }));
            }
        }
    }
    let missing = dice.below(12);
    for (at, (name, records)) in [
        ("organizations", organizations),
        ("users", users),
        ("organization_memberships", memberships),
        ("tickets", tickets),
    ]
    .into_iter()
    .enumerate()
    {
        if at == 0 || at as u64 != missing {
            fs::write(
                folder.join(format!("{name}.json")),
                json!({name: whole(name, records.into())}).to_string(),
            )
            .unwrap();
        }
    }
}
