//! Writes a made-up customer base of any size: `accounts.csv` and a folder `zendesk/`.
//!
//! The same arguments write the same bytes. `--generation G` is the same company G days later: in each
//! generation `--change` per mille of the records change, and as many tickets are new.
//!
//! ```text
//! cargo run --release --example generate -- --accounts 10000 --seed 1 --out /tmp/world
//! ```

#![allow(clippy::print_stderr, reason = "it talks to the person who runs it")]

use std::{
    error::Error,
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Parser;
use serde_json::{Value, json};

/// Writes a made-up customer base
#[derive(Debug, Parser)]
struct Arguments {
    /// How many accounts; there are ten users and fifty tickets for each
    #[arg(long, default_value_t = 1000)]
    accounts: u64,
    /// Other seeds write other companies
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Per mille of the records that change in a generation
    #[arg(long, default_value_t = 10)]
    change: u64,
    /// How many generations after the first
    #[arg(long, default_value_t = 0)]
    generation: u64,
    /// Leave out the bulk that real records carry
    #[arg(long)]
    slim: bool,
    /// Where to write
    #[arg(long)]
    out: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let world = World { arguments: Arguments::parse() };
    let zendesk = world.arguments.out.join("zendesk");
    std::fs::create_dir_all(&zendesk)?;
    world.write_accounts(&world.arguments.out.join("accounts.csv"))?;
    World::write_lines(&zendesk, "organizations", world.organizations())?;
    World::write_lines(&zendesk, "users", world.users())?;
    World::write_lines(&zendesk, "organization_memberships", world.memberships())?;
    World::write_lines(&zendesk, "tickets", world.tickets())?;
    let day = world.arguments.generation;
    let manifest = json!({
        "subdomain": "generated",
        "account_id": 1,
        "taken_at": format!("2026-{:02}-{:02}T06:00:00Z", 1 + day / 28, 1 + day % 28),
    });
    std::fs::write(zendesk.join("manifest.json"), format!("{manifest}\n"))?;
    let settings = json!({ "settings": { "user": { "multiple_organizations": true } } });
    std::fs::write(zendesk.join("account_settings.json"), format!("{settings}\n"))?;
    Ok(())
}

/// Zendesk's ids are wide; these begin at places of their own.
const ORGANIZATIONS: u64 = 21_700_000_000_000;
const USERS: u64 = 31_700_000_000_000;
const MEMBERSHIPS: u64 = 41_700_000_000_000;

/// What is decided about a record; each has dice of its own.
#[derive(Clone, Copy)]
enum Dice {
    Account,
    Organization,
    User,
    Ticket,
    Change,
}

struct World {
    arguments: Arguments,
}

impl World {
    /// A number that only the seed, the dice, the record and the question decide.
    fn roll(&self, dice: Dice, record: u64, question: u64) -> u64 {
        let mut state = self
            .arguments
            .seed
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .wrapping_add((dice as u64) << 56)
            .wrapping_add(record.wrapping_mul(0xBF58_476D_1CE4_E5B9))
            .wrapping_add(question.wrapping_mul(0x94D0_49BB_1331_11EB));
        state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        state ^ (state >> 31)
    }

    /// Whether something holds for so many of a thousand records.
    fn is(&self, dice: Dice, record: u64, question: u64, per_mille: u64) -> bool {
        self.roll(dice, record, question) % 1000 < per_mille
    }

    /// How often a record changed up to this generation.
    fn revision(&self, dice: Dice, record: u64) -> u64 {
        let key = (dice as u64) << 48 | record;
        (1..=self.arguments.generation)
            .filter(|&generation| self.is(Dice::Change, key, generation, self.arguments.change))
            .count() as u64
    }

    fn organization_count(&self) -> u64 {
        self.arguments.accounts * 103 / 100
    }

    fn user_count(&self) -> u64 {
        self.arguments.accounts * 10
    }

    fn ticket_count(&self) -> u64 {
        let first = self.arguments.accounts * 50;
        first + first * self.arguments.change * self.arguments.generation / 1000
    }

    /// A valid 18-character id: a counter in base 62 with the checksum of its letter case.
    fn account_id(number: u64) -> String {
        const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut id = *b"001Hs0000000000";
        let mut rest = number + 1_000_000;
        for place in id[5..].iter_mut().rev() {
            *place = DIGITS[usize::try_from(rest % 62).unwrap_or_default()];
            rest /= 62;
        }
        let mut text = String::from_utf8_lossy(&id).into_owned();
        for block in id.chunks(5) {
            let bits =
                block.iter().rev().fold(0, |bits, byte| bits << 1 | usize::from(byte.is_ascii_uppercase()));
            text.push(char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]));
        }
        text
    }

    fn domain(number: u64) -> String {
        const SUFFIXES: [&str; 5] = ["com", "de", "co.uk", "io", "fr"];
        format!("customer-{number}.{}", SUFFIXES[usize::try_from(number % 5).unwrap_or_default()])
    }

    fn name(number: u64) -> String {
        const WORDS: [&str; 8] = ["Nord", "Müller", "株式会社", "Café", "Øster", "Acme", "Łódź", "Straße"];
        format!("{} {number}", WORDS[usize::try_from(number % 8).unwrap_or_default()])
    }

    fn write_accounts(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let mut out = csv::Writer::from_writer(BufWriter::new(File::create(path)?));
        out.write_record([
            "Id",
            "Name",
            "Email_Domain__c",
            "Zendesk_Organization_Id__c",
            "Owner.Name",
            "ParentId",
        ])?;
        for account in 0..self.arguments.accounts {
            let revision = self.revision(Dice::Account, account);
            let mut domains = Self::domain(account);
            if self.is(Dice::Account, account, 1, 30) {
                // Shared with a neighbour.
                domains = format!("{domains};{}", Self::domain(account ^ 1));
            }
            if self.is(Dice::Account, account, 2, 40) {
                domains = format!("{domains};second-{account}.com");
            }
            if self.is(Dice::Account, account, 3, 10) {
                domains.push_str(";gmail.com");
            }
            let stored = match self.roll(Dice::Account, account, 4) % 1000 {
                0..=9 => (ORGANIZATIONS + 999_999_999).to_string(),
                10..=599 => (ORGANIZATIONS + account).to_string(),
                _ => String::new(),
            };
            out.write_record([
                Self::account_id(account),
                Self::name(account),
                domains,
                stored,
                format!("Owner {}", (account + revision) % 40),
                String::new(),
            ])?;
        }
        out.flush()?;
        Ok(())
    }

    fn organizations(&self) -> impl Iterator<Item = Value> {
        (0..self.organization_count()).map(move |number| {
            let revision = self.revision(Dice::Organization, number);
            let is_extra = number >= self.arguments.accounts;
            let account = if is_extra { number % self.arguments.accounts } else { number };
            let external_id = match self.roll(Dice::Organization, number, 1) % 1000 {
                // A second organization of the account: its id in the 15-character form.
                _ if is_extra && number % 3 == 0 => json!(&Self::account_id(account)[..15]),
                _ if is_extra => Value::Null,
                0..=39 => Value::Null,
                40..=49 => json!(Self::account_id(account + self.arguments.accounts)),
                _ => json!(Self::account_id(account)),
            };
            let domains = match self.roll(Dice::Organization, number, 2) % 1000 {
                _ if is_extra => json!([]),
                0..=29 => json!([]),
                30..=44 => json!([Self::domain(account), Self::domain(account + 2)]),
                _ => json!([Self::domain(account)]),
            };
            json!({
                "url": format!("https://generated.zendesk.com/api/v2/organizations/{}.json", ORGANIZATIONS + number),
                "id": ORGANIZATIONS + number,
                "name": format!("{} r{revision}", Self::name(account)),
                "shared_tickets": self.is(Dice::Organization, number, 3, 20),
                "shared_comments": false,
                "external_id": external_id,
                "created_at": "2024-03-01T08:00:00Z",
                "updated_at": "2025-03-01T08:00:00Z",
                "domain_names": domains,
                "details": "",
                "notes": "",
                "group_id": null,
                "tags": [],
                "organization_fields": {},
            })
        })
    }

    /// The account of a user: a tenth of them has half of all users.
    fn account_of_user(&self, user: u64) -> u64 {
        let roll = self.roll(Dice::User, user, 1);
        let accounts = self.arguments.accounts;
        if user.is_multiple_of(2) { roll % (accounts / 10).max(1) } else { roll % accounts }
    }

    fn organization_of_user(&self, user: u64) -> Option<u64> {
        let account = self.account_of_user(user);
        let revision = self.revision(Dice::User, user);
        match (self.roll(Dice::User, user, 2) + revision) % 100 {
            0..=2 => None,
            3 | 4 => Some((account + 7) % self.organization_count()),
            _ => Some(account),
        }
    }

    fn users(&self) -> impl Iterator<Item = Value> {
        (0..self.user_count()).map(move |user| {
            let account = self.account_of_user(user);
            let domain = match self.roll(Dice::User, user, 3) % 100 {
                0..=9 => "gmail.com".to_owned(),
                _ => Self::domain(account),
            };
            let mut record = json!({
                "id": USERS + user,
                "url": format!("https://generated.zendesk.com/api/v2/users/{}.json", USERS + user),
                "name": format!("Person {user} {} r{}", Self::name(user), self.revision(Dice::User, user)),
                "email": format!("person.{user}@{domain}"),
                "created_at": "2024-05-01T08:00:00Z",
                "updated_at": "2025-05-01T08:00:00Z",
                "time_zone": "Berlin",
                "locale_id": 8,
                "locale": "de",
                "organization_id": self.organization_of_user(user).map(|number| ORGANIZATIONS + number),
                "role": if self.is(Dice::User, user, 4, 5) { "agent" } else { "end-user" },
                "verified": !self.is(Dice::User, user, 5, 60),
                "external_id": null,
                "tags": [],
                "alias": "",
                "active": !self.is(Dice::User, user, 6, 10),
                "shared": self.is(Dice::User, user, 7, 2),
                "suspended": self.is(Dice::User, user, 8, 10),
            });
            if !self.arguments.slim {
                record["photo"] = json!({ "url": "https://generated.zendesk.com/photo.png", "size": 2423, "inline": false });
                record["user_fields"] = json!({ "plan": "gold", "region": "emea", "notes": "x".repeat(120) });
                record["signature"] = Value::Null;
                record["details"] = json!("");
                record["iana_time_zone"] = json!("Europe/Berlin");
            }
            record
        })
    }

    fn memberships(&self) -> impl Iterator<Item = Value> {
        let member = |user: u64, place: u64, organization: u64, is_default: bool| {
            json!({
                "id": MEMBERSHIPS + user * 2 + place,
                "url": "https://generated.zendesk.com/api/v2/organization_memberships/1.json",
                "user_id": USERS + user,
                "organization_id": ORGANIZATIONS + organization,
                "default": is_default,
                "created_at": "2024-05-01T08:00:00Z",
                "updated_at": "2025-05-01T08:00:00Z",
            })
        };
        (0..self.user_count()).flat_map(move |user| {
            let first =
                self.organization_of_user(user).map(|organization| member(user, 0, organization, true));
            let second = self.is(Dice::User, user, 9, 24).then(|| {
                member(user, 1, (self.account_of_user(user) + 3) % self.organization_count(), false)
            });
            first.into_iter().chain(second)
        })
    }

    fn tickets(&self) -> impl Iterator<Item = Value> {
        (0..self.ticket_count()).map(move |ticket| {
            let user = self.roll(Dice::Ticket, ticket, 1) % self.user_count();
            let revision = self.revision(Dice::Ticket, ticket);
            let status = match self.roll(Dice::Ticket, ticket, 2) % 100 {
                // Every revision is a change.
                _ if revision > 0 => ["open", "pending", "hold", "solved"][(revision % 4) as usize],
                0..=2 => "new",
                3..=9 => "open",
                10..=14 => "pending",
                15..=24 => "solved",
                25 => "deleted",
                _ => "closed",
            };
            let organization = match self.roll(Dice::Ticket, ticket, 3) % 100 {
                0 | 1 => None,
                2 => Some((self.account_of_user(user) + 5) % self.organization_count()),
                _ => self.organization_of_user(user),
            };
            let month = 1 + self.roll(Dice::Ticket, ticket, 4) % 12;
            let mut record = json!({
                "url": format!("https://generated.zendesk.com/api/v2/tickets/{}.json", ticket + 1),
                "id": ticket + 1,
                "via": { "channel": "email", "source": { "from": {}, "to": {}, "rel": null } },
                "created_at": format!("2025-{month:02}-11T10:00:00Z"),
                "updated_at": "2025-12-30T10:00:00Z",
                "subject": format!("Question {ticket}"),
                "status": status,
                "requester_id": USERS + user,
                "organization_id": organization.map(|number| ORGANIZATIONS + number),
                "brand_id": 360_000_000_001_u64,
            });
            if !self.arguments.slim {
                record["description"] = json!("Lorem ipsum dolor sit amet. ".repeat(30));
                record["custom_fields"] =
                    json!([{ "id": 360_001, "value": null }, { "id": 360_002, "value": "a" }]);
                record["fields"] = record["custom_fields"].clone();
                record["tags"] = json!(["one", "two", "three"]);
                record["collaborator_ids"] = json!([]);
                record["satisfaction_rating"] = json!({ "score": "unoffered" });
            }
            record
        })
    }

    fn write_lines(
        folder: &Path,
        name: &str,
        records: impl Iterator<Item = Value>,
    ) -> Result<(), Box<dyn Error>> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(folder.join(format!("{name}.ndjson")))?);
        for record in records {
            serde_json::to_writer(&mut out, &record)?;
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(())
    }
}
