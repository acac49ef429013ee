//! The records of a company, as Salesforce and Zendesk would export them.

use std::{
    error::Error,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use serde_json::{Value, json};

use super::{Altered, Company, Dice, Standing};

/// Zendesk's ids are wide; these begin at places of their own.
const ORGANIZATIONS: u64 = 21_700_000_000_000;
const USERS: u64 = 31_700_000_000_000;
const MEMBERSHIPS: u64 = 41_700_000_000_000;

impl Company {
    /// Writes the company into a folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        let zendesk = folder.join("zendesk");
        std::fs::create_dir_all(&zendesk)?;
        self.write_accounts(&folder.join("accounts.csv"))?;
        write_lines(&zendesk, "organizations", self.organizations())?;
        write_lines(&zendesk, "users", (0..self.user_count()).map(|user| self.user(user)))?;
        write_lines(&zendesk, "organization_memberships", self.memberships())?;
        let tickets = self.first_ticket_count() + self.new_ticket_count() * self.generation;
        write_lines(&zendesk, "tickets", (0..tickets).map(|ticket| self.ticket(ticket)))?;
        let manifest = json!({
            "subdomain": "generated",
            "account_id": 1,
            "taken_at": format!("{}T06:00:00Z", day(self.generation)),
        });
        std::fs::write(zendesk.join("manifest.json"), format!("{manifest}\n"))?;
        let settings = json!({ "settings": { "user": { "multiple_organizations": true } } });
        std::fs::write(zendesk.join("account_settings.json"), format!("{settings}\n"))?;
        Ok(())
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
        for account in 0..self.accounts {
            let revision = self.revision(Dice::Account, account);
            let altered = self.altered(Dice::Account, account);
            let mut domains = self.domains(account);
            if altered == Altered::Domains {
                if domains.len() > 1 {
                    domains.pop();
                } else {
                    domains.push(format!("second-{account}.com"));
                }
            }
            if self.is_sharing(account) {
                domains.push(Self::first_domain(account ^ 1));
            }
            if self.is(Dice::Account, account, 3, 10) {
                domains.push("gmail.com".to_owned());
            }
            if self.is(Dice::Account, account, 7, 5) {
                domains.push("n/a".to_owned());
            }
            let own = (ORGANIZATIONS + account).to_string();
            let stored = match self.roll(Dice::Account, account, 4) % 1000 {
                // An organization that is gone.
                0..=14 => (ORGANIZATIONS + 999_999_999).to_string(),
                15..=599 if !self.is_homeless(account) => own.clone(),
                _ => String::new(),
            };
            let stored = match altered {
                Altered::Link if stored == own || !self.has_organization(account) => String::new(),
                Altered::Link => own,
                _ => stored,
            };
            out.write_record([
                account_id(account),
                name(account),
                domains.join(";"),
                stored,
                format!("Owner {}", (account + revision) % 40),
                String::new(),
            ])?;
        }
        out.flush()?;
        Ok(())
    }

    fn organizations(&self) -> impl Iterator<Item = Value> {
        let own = (0..self.accounts).filter(|&account| self.has_organization(account)).map(|account| {
            let external_id = match self.roll(Dice::Organization, account, 1) % 1000 {
                _ if self.is_homeless(account) => Value::Null,
                0..=29 => Value::Null,
                30..=34 => json!(""),
                // The id of an account that Salesforce does not have.
                35..=59 => json!(account_id(account + self.accounts)),
                _ => json!(account_id(account)),
            };
            let right = json!(account_id(account));
            let external_id = if external_id == right {
                let is_lost = self.altered(Dice::Organization, account) == Altered::Link;
                if is_lost { Value::Null } else { external_id }
            } else if self.is_odd(Dice::Organization, account) {
                // Whoever touches a wrong one sets it, but takes one wrong account for another.
                let is_foreign = external_id.as_str().is_some_and(|id| !id.is_empty());
                if is_foreign { json!(account_id(account + self.accounts * 2)) } else { right }
            } else {
                external_id
            };
            self.organization(account, account, &external_id, &self.domains_held(account))
        });
        let extra = (0..self.extra_count()).map(|extra| {
            let account = self.account_of_extra(extra);
            let number = self.accounts + extra;
            let is_duplicate =
                Self::is_duplicate_extra(extra) && self.altered(Dice::Organization, number) != Altered::Link;
            // The id in its 15-character form, as a report shows it.
            let external_id = if is_duplicate { json!(&account_id(account)[..15]) } else { Value::Null };
            self.organization(number, account, &external_id, &[])
        });
        own.chain(extra)
    }

    /// The domains on the organization of an account.
    fn domains_held(&self, account: u64) -> Vec<String> {
        let first = self.domains_held_at_first(account);
        let mut expected = self.domains(account);
        if first == expected {
            if self.altered(Dice::Organization, account) == Altered::Domains {
                expected.remove(0);
            }
            expected
        } else if self.is_odd(Dice::Organization, account) && !self.is_homeless(account) {
            // Whoever touches wrong ones puts them right.
            expected
        } else {
            first
        }
    }

    /// The same in the first reading.
    fn domains_held_at_first(&self, account: u64) -> Vec<String> {
        if self.is_homeless(account) {
            return Vec::new();
        }
        let mut domains = match self.roll(Dice::Organization, account, 2) % 1000 {
            0..=24 => Vec::new(),
            roll => {
                let mut domains = self.domains(account);
                if domains.len() > 1 && self.is(Dice::Organization, account, 5, 200) {
                    domains.pop();
                }
                // One that another customer expects.
                if roll < 45 {
                    domains.push(Self::first_domain((account + 2) % self.accounts));
                }
                domains
            }
        };
        if self.is(Dice::Organization, account, 4, 10) {
            domains.push("gmx.de".to_owned());
        }
        domains
    }

    fn organization(&self, number: u64, account: u64, external_id: &Value, domains: &[String]) -> Value {
        let revision = self.revision(Dice::Organization, number);
        json!({
            "url": format!("https://generated.zendesk.com/api/v2/organizations/{}.json", ORGANIZATIONS + number),
            "id": ORGANIZATIONS + number,
            "name": format!("{} r{revision}", name(account)),
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
    }

    fn user(&self, user: u64) -> Value {
        let account = self.account_of_user(user);
        let roll = self.roll(Dice::User, user, 3);
        let domain = match roll % 100 {
            0..=5 => "gmail.com".to_owned(),
            6..=9 => "outlook.com".to_owned(),
            10 => format!("contractor-{}.com", user % 97),
            // Most write from the first domain of their company.
            11..=80 => Self::first_domain(account),
            _ => {
                let mut domains = self.domains(account);
                let at = (roll >> 32) % domains.len() as u64;
                domains.swap_remove(usize::try_from(at).unwrap_or_default())
            }
        };
        let mut record = json!({
            "id": USERS + user,
            "url": format!("https://generated.zendesk.com/api/v2/users/{}.json", USERS + user),
            "name": format!("Person {user} {} r{}", name(user), self.revision(Dice::User, user)),
            "email": format!("person.{user}@{domain}"),
            "created_at": "2024-05-01T08:00:00Z",
            "updated_at": "2025-05-01T08:00:00Z",
            "time_zone": "Berlin",
            "locale_id": 8,
            "locale": "de",
            "organization_id": self.default_of_user(user).map(|number| ORGANIZATIONS + number),
            "role": if self.is(Dice::User, user, 4, 5) { "agent" } else { "end-user" },
            "verified": !self.is(Dice::User, user, 5, 60),
            "external_id": null,
            "tags": [],
            "alias": "",
            "active": !self.is(Dice::User, user, 6, 10),
            "shared": self.is(Dice::User, user, 7, 2),
            "suspended": self.is(Dice::User, user, 8, 10),
        });
        if !self.is_slim {
            extend(&mut record, bulk_of_user(user));
        }
        record
    }

    fn memberships(&self) -> impl Iterator<Item = Value> {
        let member = |user: u64, place: u64, account: u64, is_default: bool| {
            json!({
                "id": MEMBERSHIPS + user * 3 + place,
                "url": "https://generated.zendesk.com/api/v2/organization_memberships/1.json",
                "user_id": USERS + user,
                "organization_id": ORGANIZATIONS + account,
                "default": is_default,
                "created_at": "2024-05-01T08:00:00Z",
                "updated_at": "2025-05-01T08:00:00Z",
            })
        };
        (0..self.user_count()).flat_map(move |user| {
            let account = self.account_of_user(user);
            let home = match self.standing(user) {
                Standing::Home => Some(member(user, 0, account, true)),
                Standing::DefaultElsewhere(_) => Some(member(user, 0, account, false)),
                Standing::Nowhere | Standing::Elsewhere(_) => None,
            };
            let other = match self.standing(user) {
                Standing::Elsewhere(other) | Standing::DefaultElsewhere(other) => {
                    Some(member(user, 1, other, true))
                }
                Standing::Nowhere | Standing::Home => None,
            };
            // One more, or one less, than before the change of the user.
            let second = (self.is(Dice::User, user, 9, 24) != self.is_odd(Dice::User, user))
                .then(|| member(user, 2, self.other_account(account, 3), false));
            [home, other, second].into_iter().flatten()
        })
    }

    fn ticket(&self, ticket: u64) -> Value {
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
        let account = match self.roll(Dice::Ticket, ticket, 3) % 100 {
            0 | 1 => None,
            2 => Some(self.other_account(self.account_of_user(user), 5)),
            _ => self.default_of_user(user),
        };
        let first = self.first_ticket_count();
        let created_on = if ticket < first {
            format!("2025-{:02}-11", 1 + self.roll(Dice::Ticket, ticket, 4) % 12)
        } else {
            day(1 + (ticket - first) / self.new_ticket_count().max(1))
        };
        let mut record = json!({
            "url": format!("https://generated.zendesk.com/api/v2/tickets/{}.json", ticket + 1),
            "id": ticket + 1,
            "via": { "channel": "email", "source": { "from": {}, "to": {}, "rel": null } },
            "created_at": format!("{created_on}T05:00:00Z"),
            "updated_at": "2025-12-30T10:00:00Z",
            "subject": format!("Question {ticket}"),
            "status": status,
            "requester_id": USERS + user,
            "organization_id": account.map(|number| ORGANIZATIONS + number),
            "brand_id": 360_000_000_001_u64,
        });
        if !self.is_slim {
            extend(&mut record, bulk_of_ticket(ticket, USERS + user));
        }
        record
    }
}

/// What else the API's record of a user carries.
fn bulk_of_user(user: u64) -> Value {
    json!({
        "iana_time_zone": "Europe/Berlin",
        "phone": null,
        "shared_phone_number": null,
        "photo": {
            "url": format!("https://generated.zendesk.com/api/v2/attachments/{user}.json"),
            "id": 6_130_900_000_000 + user,
            "file_name": "picture.png",
            "content_type": "image/png",
            "size": 2423,
            "inline": false,
            "deleted": false,
            "thumbnails": [],
        },
        "shared_agent": false,
        "last_login_at": "2025-05-01T08:00:00Z",
        "two_factor_auth_enabled": null,
        "signature": null,
        "details": "",
        "notes": "",
        "role_type": null,
        "custom_role_id": null,
        "moderator": false,
        "ticket_restriction": "requested",
        "only_private_comments": false,
        "restricted_agent": true,
        "default_group_id": null,
        "report_csv": false,
        "user_fields": { "plan": "gold", "region": "emea", "contract_ends": null, "is_admin_contact": false },
    })
}

/// What else the API's record of a ticket carries: the words of the customer and a few custom fields, twice,
/// as the API does.
fn bulk_of_ticket(ticket: u64, requester: u64) -> Value {
    let fields: Vec<Value> = (0..6)
        .map(|number| json!({ "id": 360_000_000_001_u64 + number, "value": (number % 2 == 1).then_some("gold") }))
        .collect();
    json!({
        "external_id": null,
        "type": "question",
        "raw_subject": format!("Question {ticket}"),
        "description": "Hello,\n\nsince this morning the export has stopped working.\n".repeat(8),
        "priority": "normal",
        "recipient": "support@generated.zendesk.com",
        "submitter_id": requester,
        "assignee_id": 31_699_999_999_999_u64,
        "group_id": 360_000_000_777_u64,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": null,
        "problem_id": null,
        "has_incidents": false,
        "is_public": true,
        "due_at": null,
        "tags": ["export", "gold", "emea"],
        "custom_fields": fields,
        "satisfaction_rating": { "score": "unoffered" },
        "sharing_agreement_ids": [],
        "custom_status_id": 6_130_830_355_738_u64,
        "fields": fields,
        "followup_ids": [],
        "ticket_form_id": 6_130_830_344_474_u64,
        "allow_channelback": false,
        "allow_attachments": true,
        "from_messaging_channel": false,
        "generated_timestamp": 1_767_000_000,
    })
}

fn extend(record: &mut Value, bulk: Value) {
    if let (Value::Object(record), Value::Object(bulk)) = (record, bulk) {
        record.extend(bulk);
    }
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

fn name(number: u64) -> String {
    const WORDS: [&str; 8] = ["Nord", "Müller", "株式会社", "Café", "Øster", "Acme", "Łódź", "Straße"];
    format!("{} {number}", WORDS[usize::try_from(number % 8).unwrap_or_default()])
}

/// The date of a generation; months have 28 days here.
fn day(generation: u64) -> String {
    format!("2026-{:02}-{:02}", 1 + generation / 28, 1 + generation % 28)
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
