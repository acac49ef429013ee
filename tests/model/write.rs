//! A world as the files that the program ingests.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Value, json};

use super::world::{Account, DAY, Membership, Organization, Ticket, User, World};

impl World {
    /// Writes `accounts.csv` and the folder `zendesk/` into `dir`.
    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        let zendesk = dir.join("zendesk");
        fs::create_dir_all(&zendesk)?;
        write_accounts(&dir.join("accounts.csv"), &self.accounts)?;
        write_lines(
            &zendesk.join("organizations.ndjson"),
            self.organizations.iter().map(organization_record),
        )?;
        write_lines(&zendesk.join("users.ndjson"), self.users.iter().map(user_record))?;
        write_lines(
            &zendesk.join("organization_memberships.ndjson"),
            self.memberships.iter().map(membership_record),
        )?;
        write_lines(&zendesk.join("tickets.ndjson"), self.tickets.iter().map(ticket_record))?;
        if let Some(allowed) = self.multiple_organizations {
            let user = json!({"multiple_organizations": allowed, "language_selection": true});
            let settings = json!({"settings": {"user": user}});
            fs::write(zendesk.join("account_settings.json"), settings.to_string())?;
        }
        let manifest = json!({"subdomain": "model", "account_id": 1, "taken_at": iso8601(self.taken_at)});
        fs::write(zendesk.join("manifest.json"), manifest.to_string())
    }
}

/// A time as ISO-8601 UTC text. The calendar is Howard Hinnant's `civil_from_days`.
pub(crate) fn iso8601(seconds: i64) -> String {
    let (days, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn write_accounts(path: &Path, accounts: &[Account]) -> io::Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record([
        "Id",
        "Name",
        "Domain__c",
        "Zendesk_Organization_Id__c",
        "Owner.Name",
        "ParentId",
    ])?;
    for account in accounts {
        writer.write_record([
            account.id_cell.as_str(),
            account.name.as_str(),
            account.domains.join(account.domain_separator).as_str(),
            account.stored_organization.as_deref().unwrap_or_default(),
            account.owner.as_deref().unwrap_or_default(),
            account.parent.as_deref().unwrap_or_default(),
        ])?;
    }
    writer.flush()
}

fn write_lines(path: &Path, records: impl Iterator<Item = Value>) -> io::Result<()> {
    let mut file = io::BufWriter::new(fs::File::create(path)?);
    for record in records {
        writeln!(file, "{record}")?;
    }
    file.flush()
}

fn organization_record(organization: &Organization) -> Value {
    json!({
        "url": format!("https://model.zendesk.com/api/v2/organizations/{}.json", organization.id),
        "id": organization.id,
        "name": organization.name,
        "shared_tickets": organization.shared_tickets,
        "shared_comments": organization.shared_comments,
        "external_id": organization.external_id,
        "created_at": "2025-01-02T03:04:05Z",
        "updated_at": "2026-10-02T03:04:05Z",
        "domain_names": organization.domain_names,
        "details": "",
        "notes": null,
        "group_id": null,
        "tags": ["model"],
        "organization_fields": {"tier": "gold"},
    })
}

fn user_record(user: &User) -> Value {
    json!({
        "url": format!("https://model.zendesk.com/api/v2/users/{}.json", user.id),
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "created_at": "2025-01-02T03:04:05Z",
        "updated_at": "2026-10-02T03:04:05Z",
        "time_zone": "UTC",
        "phone": null,
        "locale": "en-US",
        "organization_id": user.organization_id,
        "role": user.role,
        "verified": user.verified,
        "external_id": null,
        "tags": [],
        "active": user.active,
        "shared": user.shared,
        "shared_agent": false,
        "suspended": user.suspended,
        "user_fields": {},
    })
}

fn membership_record(membership: &Membership) -> Value {
    json!({
        "url": format!("https://model.zendesk.com/api/v2/organization_memberships/{}.json", membership.id),
        "id": membership.id,
        "user_id": membership.user_id,
        "organization_id": membership.organization_id,
        "default": membership.default,
        "created_at": "2025-01-02T03:04:05Z",
        "updated_at": "2026-10-02T03:04:05Z",
        "view_tickets": null,
    })
}

fn ticket_record(ticket: &Ticket) -> Value {
    json!({
        "url": format!("https://model.zendesk.com/api/v2/tickets/{}.json", ticket.id),
        "id": ticket.id,
        "external_id": null,
        "via": {"channel": "email", "source": {"from": {}, "to": {}, "rel": null}},
        "created_at": iso8601(ticket.created_at),
        "updated_at": "2026-10-02T03:04:05Z",
        "type": "question",
        "subject": "a subject that is not kept",
        "raw_subject": "a subject that is not kept",
        "description": "a body that is never kept",
        "priority": "normal",
        "status": ticket.status,
        "requester_id": ticket.requester_id,
        "submitter_id": ticket.requester_id,
        "assignee_id": null,
        "organization_id": ticket.organization_id,
        "tags": [],
        "custom_fields": [],
        "brand_id": 360_000_000_001_i64,
        "allow_channelback": false,
    })
}
