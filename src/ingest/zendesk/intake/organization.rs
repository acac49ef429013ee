//! Organizations and the domains that they hold.

use std::borrow::Cow;

use super::undecided_fields;
use crate::{
    identity::{AccountId, external_id_key, name_key, named_account, plain_host},
    ingest::{
        IngestError, PLATFORM_HOST,
        seen::Seen,
        zendesk::{
            FieldOptions,
            made::{MadeOfOrganization, Store as _},
            record_kind::Intake,
        },
    },
    model::{DomainKind, fields::Absent},
    warehouse::{
        WarehouseError,
        domains::Domains,
        records::{OrganizationWriter, RecordWriter, close_unseen, count_open_without},
        snapshots::{Notes, Warning},
    },
    zendesk::{
        folder::{Organizations, Place},
        wire::{self, ApiRecord as _, FieldValue},
    },
};

/// Stores organizations and the domains that they hold.
pub(in crate::ingest::zendesk) struct OrganizationIntake<'a, 'c> {
    pub(in crate::ingest::zendesk) fields: &'a FieldOptions,
    /// The key `external_id`, as a set.
    pub(in crate::ingest::zendesk) external_id: Absent,
    pub(in crate::ingest::zendesk) writer: OrganizationWriter<'c>,
    pub(in crate::ingest::zendesk) domains: &'a mut Domains<'c>,
    pub(in crate::ingest::zendesk) notes: &'a mut Notes<'c>,
    pub(in crate::ingest::zendesk) is_quiet: bool,
}

impl Intake<Organizations> for OrganizationIntake<'_, '_> {
    type Key = i64;

    fn key(&self, record: &wire::Organization<'_>) -> Option<i64> {
        Some(record.id)
    }

    /// An export lists deleted organizations too.
    fn is_gone(&self, record: &wire::Organization<'_>) -> bool {
        record.is_deleted() || record.is_marked_deleted()
    }

    /// Where a field holds the account id, `external_id` decides nothing.
    fn absent(&self, record: &wire::Organization<'_>) -> Absent {
        let external_id = self.external_id;
        match &self.fields.account_id_field {
            None => record.absent,
            Some(name) if field_value(record, name).is_some() => record.absent.without(external_id),
            Some(_) => record.absent.and(external_id),
        }
    }

    fn field_name<'n>(&'n self, key: &'n str) -> &'n str {
        match &self.fields.account_id_field {
            Some(name) if key == "external_id" => name,
            _ => key,
        }
    }

    fn put(&mut self, place: Place, record: &wire::Organization<'_>) -> Result<bool, IngestError> {
        let mut domain_ids = Vec::new();
        let mut is_doubted = false;
        for name in record.domain_names.iter().flatten() {
            let doubt = match plain_host(name) {
                Ok(host) => {
                    let known = self.domains.get(&host)?;
                    domain_ids.push(known.id);
                    (known.listed_kind == Some(DomainKind::Platform)).then_some(PLATFORM_HOST)
                }
                Err(problem) => Some(problem.as_str()),
            };
            is_doubted |= doubt.is_some();
            if let (Some(reason), false) = (doubt, self.is_quiet) {
                self.notes.warn(&Warning {
                    line: Some(place.line),
                    column: Some("domain_names"),
                    reason,
                    value: Some(name),
                    subject_kind: "organization",
                    subject_id: Some(&record.id.to_string()),
                })?;
            }
        }
        domain_ids.sort_unstable();
        domain_ids.dedup();
        let external_id = external_id_key(record.external_id.as_deref());
        let domain_names =
            record.domain_names.as_ref().map(|names| serde_json::to_string(names).expect("strings are JSON"));
        let accounts = record.organization_fields.as_ref().map(|fields| self.accounts_in(fields));
        let account_fields = accounts.as_ref().map(account_fields_json);
        let key = self.account_key(record);
        let key_account_id = key.as_deref().and_then(named_account);
        let external_account_key = match record.external_id.as_deref() {
            None if !self.is_said(record) => Some(String::new()),
            text => text.and_then(named_account),
        };
        let name_key = name_key(&record.name);
        let undecided = undecided_fields(self, record);
        let made = MadeOfOrganization {
            external_id_key: external_id.text,
            external_account_id: external_id.account_id.as_ref().map(AccountId::as_str),
            domain_names: domain_names.as_deref(),
            account_fields: account_fields.as_deref(),
            key_in_field: self.fields.account_id_field.as_ref().map(|_| key.as_deref().unwrap_or_default()),
            account_key: key.as_deref(),
            key_account_id: key_account_id.as_deref(),
            external_account_key: external_account_key.as_deref(),
            name_key: name_key.as_deref(),
            undecided_fields: undecided.as_deref(),
        };
        self.writer.put(&record.store(&made), &domain_ids, accounts.as_deref().unwrap_or_default())?;
        Ok(!is_doubted)
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.writer.flush()
    }

    fn close(&mut self, key: i64) -> Result<(), WarehouseError> {
        self.writer.close(key)
    }

    fn count_open_without(&self, gone: &[i64]) -> Result<u64, WarehouseError> {
        count_open_without(&self.writer, gone)
    }

    fn close_unseen(&mut self, seen: &Seen<i64>) -> Result<u64, WarehouseError> {
        if self.writer.is_first() { Ok(0) } else { close_unseen(&mut self.writer, seen.keys()) }
    }

    fn be_quiet(&mut self) {
        self.is_quiet = true;
    }
}

impl OrganizationIntake<'_, '_> {
    /// The accounts that fields name, by field.
    fn accounts_in<'r>(&self, fields: &'r [(Cow<'_, str>, FieldValue<'_>)]) -> Vec<(&'r str, String)> {
        let mut accounts: Vec<_> = fields
            .iter()
            .filter(|(name, _)| !self.fields.is_left_out(name))
            .filter_map(|(name, value)| match value {
                FieldValue::Text(text) => Some((name.as_ref(), named_account(text)?)),
                FieldValue::Blank | FieldValue::Other => None,
            })
            .collect();
        accounts.sort_unstable();
        accounts.dedup_by(|one, next| one.0 == next.0);
        accounts
    }

    /// What names the account of an organization; empty where the record does not say.
    fn account_key<'r>(&self, record: &'r wire::Organization<'_>) -> Option<Cow<'r, str>> {
        let Some(name) = &self.fields.account_id_field else {
            return match record.external_id.as_deref() {
                None if !self.is_said(record) => Some(Cow::Borrowed("")),
                text => external_id_key(text).text.map(Cow::Borrowed),
            };
        };
        match field_value(record, name) {
            None => Some(Cow::Borrowed("")),
            Some(FieldValue::Blank) => None,
            Some(FieldValue::Text(text)) => external_id_key(Some(text)).text.map(Cow::Borrowed),
            Some(FieldValue::Other) => Some(Cow::Borrowed("?")),
        }
    }

    fn is_said(&self, record: &wire::Organization<'_>) -> bool {
        record.absent.is_disjoint(self.external_id)
    }
}

/// The value of an organization field; none where the record does not have it.
fn field_value<'r, 't>(record: &'r wire::Organization<'t>, name: &str) -> Option<&'r FieldValue<'t>> {
    record.organization_fields.as_ref()?.iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

/// The accounts as a JSON object.
fn account_fields_json(accounts: &Vec<(&str, String)>) -> String {
    let object: serde_json::Map<String, serde_json::Value> =
        accounts.iter().map(|(field, account)| ((*field).to_owned(), account.as_str().into())).collect();
    serde_json::Value::Object(object).to_string()
}
