//! `orgdrift.toml`: defaults for the commands that are run in its folder. Flags win.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{error::CliError, parts::PartsChoice, window::Window};
use crate::{
    audit::AuditOptions,
    catalog::rules,
    ingest::zendesk::FieldOptions,
    model::Repair,
    near::did_you_mean,
    safe_file::{self, Pending, Readers},
};

/// The file, in the folder where a command is run.
pub(crate) const FILE: &str = "orgdrift.toml";

/// No settings file is larger, in bytes.
const LARGEST: u64 = 1 << 20;

/// What `init` writes: every setting, commented out.
pub(crate) const TEMPLATE: &str = include_str!("orgdrift.toml");

/// The settings of a folder. An unknown one is an error, so that a misspelt one is not ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) db: Option<PathBuf>,
    pub(crate) salesforce: SalesforceConfig,
    pub(crate) zendesk: ZendeskConfig,
    pub(crate) audit: AuditConfig,
    pub(crate) rules: RulesConfig,
    pub(crate) repairs: RepairsConfig,
    pub(crate) refresh: RefreshConfig,
}

/// How account files are read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SalesforceConfig {
    pub(crate) id_col: Option<String>,
    pub(crate) name_col: Option<String>,
    pub(crate) domain_col: Vec<String>,
    pub(crate) org_id_col: Option<String>,
    pub(crate) owner_col: Option<String>,
    pub(crate) parent_col: Option<String>,
    pub(crate) deleted_col: Option<String>,
    pub(crate) keep_col: Vec<String>,
    pub(crate) encoding: Option<String>,
    pub(crate) accept_rejections: Option<u64>,
    pub(crate) accept_shrink: bool,
}

/// How an account is read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ZendeskConfig {
    pub(crate) subdomain: Option<String>,
    pub(crate) rate_share: Option<u8>,
    #[serde(rename = "continue")]
    pub(crate) continue_: bool,
    pub(crate) full_every: Option<u64>,
    pub(crate) account_id_field: Option<String>,
    pub(crate) ignore_fields: Vec<String>,
    pub(crate) accept_shrink: bool,
    pub(crate) parts: Option<PartsChoice>,
}

impl ZendeskConfig {
    /// What organization fields mean.
    pub(crate) fn fields(&self) -> FieldOptions {
        FieldOptions {
            account_id_field: self.account_id_field.clone(),
            ignore_fields: self.ignore_fields.clone(),
        }
    }
}

/// How audits are made.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuditConfig {
    pub(crate) ticket_window: Option<Window>,
    pub(crate) allow_shared_tickets: bool,
}

/// Which rules a company has no use for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RulesConfig {
    /// Codes, of drift or hygiene, see [`Self::off`].
    off: Vec<String>,
}

impl RulesConfig {
    /// The codes that are not evaluated.
    pub(crate) fn off(&self) -> Result<Vec<String>, CliError> {
        let known: Vec<&str> = rules().iter().map(|rule| rule.code).collect();
        match self.off.iter().find(|code| !known.contains(&code.as_str())) {
            None => Ok(self.off.clone()),
            Some(code) => {
                let hint = did_you_mean(code, known.iter().copied());
                Err(CliError::usage(format!("{FILE}: [rules] off names `{code}`, which is not a code"))
                    .hint(hint.unwrap_or_else(|| "`orgdrift list rules` prints every code".to_owned())))
            }
        }
    }
}

/// Which repairs are not wanted, and what a stored id is worth.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RepairsConfig {
    /// Names of repairs, see [`Self::off`].
    off: Vec<String>,
    /// A stored id is believed even where nothing else agrees.
    pub(crate) trust_stored_ids: bool,
}

impl RepairsConfig {
    /// The repairs that are not prepared.
    pub(crate) fn off(&self) -> Result<Vec<Repair>, CliError> {
        let repair = |name: &String| {
            Repair::from_text(name).ok_or_else(|| {
                let all: Vec<&str> = Repair::ALL.iter().map(|repair| repair.as_str()).collect();
                let hint = did_you_mean(name, all.iter().copied());
                CliError::usage(format!("{FILE}: [repairs] off names `{name}`, which is not a repair"))
                    .hint(hint.unwrap_or_else(|| format!("the repairs are {}", all.join(", "))))
            })
        };
        self.off.iter().map(repair).collect()
    }
}

/// How `refresh` takes an account file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RefreshConfig {
    pub(crate) accounts_time: AccountsTime,
    /// Days; an older account file is refused.
    pub(crate) max_accounts_age: Option<u32>,
}

/// When an account file was exported.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccountsTime {
    /// When it is read.
    #[default]
    Now,
    /// When it was last written.
    File,
}

impl Config {
    /// Reads the file of this folder, if there is one.
    pub(crate) fn load() -> Result<Self, CliError> {
        let text = match safe_file::read_text(Path::new(FILE), LARGEST) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(CliError::failure(format!("cannot read {FILE}: {error}"))),
        };
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            let explained = "`orgdrift init` in an empty folder writes one with its settings explained";
            CliError::usage(format!("{FILE}, line {line}: {}", error.message()))
                .hint(near_of(error.message()).unwrap_or_else(|| explained.to_owned()))
        })
    }

    /// How audits are made here, where no flag says otherwise.
    pub(crate) fn audit_options(&self) -> Result<AuditOptions, CliError> {
        let usual = AuditOptions::default();
        Ok(AuditOptions {
            ticket_window_days: self.audit.ticket_window.map_or(usual.ticket_window_days, |window| window.0),
            allow_shared_tickets: self.audit.allow_shared_tickets,
            rules_off: self.rules.off()?,
            repairs_off: self.repairs.off()?,
            trust_stored_ids: self.repairs.trust_stored_ids,
        })
    }

    /// Writes the template beside the warehouse, unless there is a file. Says whether it did.
    pub(crate) fn write_template(folder: &Path) -> Result<bool, CliError> {
        let path = folder.join(FILE);
        if fs::symlink_metadata(&path).is_ok() {
            return Ok(false);
        }
        let pending = Pending::beside(&path, Readers::Umask)?;
        pending.file().write_all(TEMPLATE.as_bytes())?;
        Ok(pending.create()?)
    }
}

/// What may have been meant, from what the parser says of a name: the first in backticks is it, the others are known.
fn near_of(message: &str) -> Option<String> {
    let mut names = message.split('`').skip(1).step_by(2);
    let typed = names.next()?;
    did_you_mean(typed, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_or_a_value_that_is_nearly_known_is_offered() {
        for (text, meant) in [
            ("[audit]\nticket_windw = \"90\"", "did you mean ticket_window?"),
            ("[salesfroce]\nid_col = \"Id\"", "did you mean salesforce?"),
            ("[zendesk]\nparts = \"newst\"", "did you mean newest?"),
            ("[refresh]\naccounts_time = \"fil\"", "did you mean file?"),
        ] {
            let error = toml::from_str::<Config>(text).unwrap_err();
            assert_eq!(near_of(error.message()).as_deref(), Some(meant), "{}", error.message());
        }
    }

    #[test]
    fn every_setting_of_the_template_is_known() {
        toml::from_str::<Config>(TEMPLATE).unwrap();
        let active: String = TEMPLATE
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n");
        let config: Config = toml::from_str(&active).unwrap();
        assert!(
            config.db.is_some() && config.salesforce.id_col.is_some() && config.audit.ticket_window.is_some()
        );
    }

    #[test]
    fn a_misspelt_setting_is_an_error() {
        assert!(toml::from_str::<Config>("[audit]\nticket_windw = \"90\"").is_err());
    }
}
