//! A world as the files that the program ingests.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Value, json};

use super::world::{Account, Claims, Collection, DAY, Trouble, World};

/// The columns of the account file.
const COLUMNS: [&str; 8] = [
    "Id",
    "Name",
    "Domain__c",
    "Zendesk_Organization_Id__c",
    "Owner.Name",
    "ParentId",
    "IsDeleted",
    "MasterRecordId",
];

impl World {
    /// Writes `accounts.csv` and the folder `zendesk/` into `dir`; `orgdrift.toml`, if a setting is not the default; and
    /// `accounts-before.csv`, to be ingested first, if the earlier version of an unread account matters. Accepted risks
    /// are not written: they are decisions about issues that a run found.
    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        let zendesk = dir.join("zendesk");
        fs::create_dir_all(&zendesk)?;
        self.write_accounts(&dir.join("accounts.csv"))?;
        self.write_earlier_accounts(&dir.join("accounts-before.csv"))?;
        let settings = self.settings_text();
        if !settings.is_empty() {
            fs::write(dir.join("orgdrift.toml"), settings)?;
        }
        self.write_records(&zendesk, Collection::Organizations, &self.organization_records())?;
        self.write_records(&zendesk, Collection::Users, &self.user_records())?;
        self.write_records(&zendesk, Collection::Memberships, &self.membership_records())?;
        self.write_records(&zendesk, Collection::Tickets, &self.ticket_records())?;
        if let Some(allowed) = self.multiple_organizations {
            let user = json!({"multiple_organizations": allowed, "language_selection": true});
            let settings = json!({"settings": {"user": user}});
            fs::write(zendesk.join("account_settings.json"), settings.to_string())?;
        }
        let manifest = json!({"subdomain": "model", "account_id": 1, "taken_at": iso8601(self.taken_at)});
        fs::write(zendesk.join("manifest.json"), manifest.to_string())
    }

    /// Writes one collection: not at all if it is skipped, in two parts that share every id if it is appended.
    fn write_records(&self, zendesk: &Path, collection: Collection, records: &[Value]) -> io::Result<()> {
        let name = file_stem(collection);
        if self.reading.skipped.contains(&collection) {
            Ok(())
        } else if self.reading.appended.contains(&collection) {
            write_lines(&zendesk.join(format!("{name}-1.ndjson")), records)?;
            write_lines(&zendesk.join(format!("{name}-2.ndjson")), records)
        } else {
            write_lines(&zendesk.join(format!("{name}.ndjson")), records)
        }
    }

    fn write_accounts(&self, path: &Path) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path)?;
        writer.write_record(COLUMNS)?;
        for account in &self.accounts {
            match &account.trouble {
                Some(Trouble::Short { .. }) => writer.write_record([account.id_cell.as_str()])?,
                Some(Trouble::BadFlag) => writer.write_record(cells(account, &claims(account), "perhaps"))?,
                Some(Trouble::Differing(other)) => {
                    writer.write_record(cells(account, &claims(account), "false"))?;
                    writer.write_record(cells(account, other, "false"))?;
                }
                None => writer.write_record(cells(account, &claims(account), "false"))?,
            }
        }
        for row in &self.nameless {
            let domains = row.claims.domains.join(" ");
            let stored = row.claims.stored_organization.as_deref().unwrap_or_default();
            writer.write_record([&row.id_cell, &row.claims.name, &domains, stored, "", "", "false", ""])?;
        }
        for loser in &self.merged {
            writer.write_record([&loser.id, "Merged", "", "", "", "", "true", &loser.master])?;
        }
        writer.flush()
    }

    /// The rows that an earlier file had of accounts whose rows now end behind their id.
    fn write_earlier_accounts(&self, path: &Path) -> io::Result<()> {
        let has_earlier =
            |account: &&Account| matches!(account.trouble, Some(Trouble::Short { has_earlier: true }));
        let earlier: Vec<_> = self.accounts.iter().filter(has_earlier).collect();
        if earlier.is_empty() {
            return Ok(());
        }
        let mut writer = csv::Writer::from_path(path)?;
        writer.write_record(COLUMNS)?;
        for account in earlier {
            writer.write_record(cells(account, &claims(account), "false"))?;
        }
        writer.flush()
    }

    /// What stands in `orgdrift.toml`: nothing, if every setting is the default.
    fn settings_text(&self) -> String {
        let settings = &self.settings;
        let repairs: Vec<_> = settings.repairs_off.iter().map(|action| action.name()).collect();
        let mut text = String::new();
        let mut section = |name: &str, lines: &[Option<String>]| {
            let lines: Vec<_> = lines.iter().flatten().map(String::as_str).collect();
            if !lines.is_empty() {
                text += &format!("[{name}]\n{}\n", lines.join("\n"));
            }
        };
        let list = |key: &str, names: &[&str]| (!names.is_empty()).then(|| format!("{key} = {names:?}"));
        let field = settings.account_id_field.map(|field| format!("account_id_field = {field:?}"));
        let trust = settings.trust_stored_ids.then(|| "trust_stored_ids = true".to_owned());
        section("zendesk", &[field, list("ignore_fields", &settings.ignore_fields)]);
        section("rules", &[list("off", &settings.rules_off)]);
        section("repairs", &[list("off", &repairs), trust]);
        text
    }
}

/// The name of a collection's file, without its end.
fn file_stem(collection: Collection) -> &'static str {
    match collection {
        Collection::Organizations => "organizations",
        Collection::Users => "users",
        Collection::Memberships => "organization_memberships",
        Collection::Tickets => "tickets",
    }
}

fn claims(account: &Account) -> Claims {
    Claims {
        name: account.name.clone(),
        domains: account.domains.clone(),
        stored_organization: account.stored_organization.clone(),
    }
}

fn cells(account: &Account, claims: &Claims, is_deleted: &str) -> [String; 8] {
    [
        account.id_cell.clone(),
        claims.name.clone(),
        claims.domains.join(account.domain_separator),
        claims.stored_organization.clone().unwrap_or_default(),
        account.owner.clone().unwrap_or_default(),
        account.parent.clone().unwrap_or_default(),
        is_deleted.to_owned(),
        String::new(),
    ]
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

fn write_lines(path: &Path, records: &[Value]) -> io::Result<()> {
    let mut file = io::BufWriter::new(fs::File::create(path)?);
    for record in records {
        writeln!(file, "{record}")?;
    }
    file.flush()
}
