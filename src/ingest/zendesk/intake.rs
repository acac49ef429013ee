//! Records of the API as they are stored: normalized, compared with their users, doubted where need be.

use std::{borrow::Cow, marker::PhantomData};

use super::{
    FieldOptions,
    made::{MadeOfMembership, MadeOfOrganization, MadeOfTicket, MadeOfUser, Store as _},
    record_kind::{Intake, RecordKind},
};
use crate::{
    identity::{AccountId, email_domain, external_id_key, name_key, named_account, plain_host},
    ingest::{IngestError, PLATFORM_HOST, seen::Seen},
    model::{DomainKind, fields::Absent},
    warehouse::{
        WarehouseError,
        domains::Domains,
        people::{People, PeopleReading},
        records::{
            MembershipWriter, OrganizationWriter, RecordWriter, TicketWriter, UserWriter, close_unseen,
            count_open_without,
        },
        snapshots::{Notes, Warning},
    },
    zendesk::{
        folder::{Memberships, Organizations, Place, Tickets, Users},
        wire::{self, ApiRecord as _, FieldValue},
    },
};

/// Stores organizations and the domains that they hold.
pub(super) struct OrganizationIntake<'a, 'c> {
    pub(super) fields: &'a FieldOptions,
    /// The key `external_id`, as a set.
    pub(super) external_id: Absent,
    pub(super) writer: OrganizationWriter<'c>,
    pub(super) domains: &'a mut Domains<'c>,
    pub(super) notes: &'a mut Notes<'c>,
    pub(super) is_quiet: bool,
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

/// The fields that decide and that a record lacks, with commas between.
fn undecided_fields<K: RecordKind, I: Intake<K>>(intake: &I, record: &K::Record<'_>) -> Option<String> {
    let table = K::COLLECTION.fields();
    let absent = intake.absent(record).among(const { K::COLLECTION.fields().deciding() });
    let mut names = absent.names(table).map(|key| intake.field_name(key)).peekable();
    names.peek()?;
    Some(names.collect::<Vec<_>>().join(", "))
}

/// Stores users and remembers what memberships and tickets need of them.
pub(super) struct UserIntake<'a, 'c> {
    pub(super) writer: UserWriter<'c>,
    pub(super) domains: &'a mut Domains<'c>,
    pub(super) people: &'a mut PeopleReading,
    pub(super) notes: &'a mut Notes<'c>,
    pub(super) is_quiet: bool,
    /// Whether the users come from an export.
    pub(super) is_export: bool,
}

impl Intake<Users> for UserIntake<'_, '_> {
    type Key = i64;

    fn key(&self, record: &wire::User<'_>) -> Option<i64> {
        Some(record.id)
    }

    /// An export lists deleted users, which a list leaves out: the same company must look the same.
    fn is_gone(&self, record: &wire::User<'_>) -> bool {
        self.is_export && record.active == Some(false) || record.is_marked_deleted()
    }

    fn put(&mut self, place: Place, record: &wire::User<'_>) -> Result<bool, IngestError> {
        let (domain, doubt) = match record.email.as_deref().map(email_domain) {
            None | Some(Ok(None)) => (None, None),
            Some(Ok(Some(host))) => {
                let known = self.domains.get(&host)?;
                let is_platform = known.listed_kind == Some(DomainKind::Platform);
                (Some(known.id), is_platform.then_some(PLATFORM_HOST))
            }
            Some(Err(problem)) => (None, Some(problem.as_str())),
        };
        if let (Some(reason), false) = (doubt, self.is_quiet) {
            let is_forgotten = self.writer.is_forgotten(record.id, record.email.as_deref());
            self.notes.warn(&Warning {
                line: Some(place.line),
                column: Some("email"),
                reason,
                value: record.email.as_deref().filter(|_| !is_forgotten),
                subject_kind: "user",
                subject_id: Some(&record.id.to_string()),
            })?;
        }
        let undecided = undecided_fields(self, record);
        let made = MadeOfUser {
            email_domain_id: domain,
            external_id_key: external_id_key(record.external_id.as_deref()).text,
            undecided_fields: undecided.as_deref(),
        };
        let user = record.store(&made);
        let domain = if user.is_active_end_user() { domain } else { None };
        let is_forgotten = self.writer.put(user)?;
        self.people.put(record.id, domain, record.organization_id);
        Ok(doubt.is_none() && !is_forgotten)
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

/// Stores memberships and compares the default one with its user.
pub(super) struct MembershipIntake<'a, 'c> {
    pub(super) writer: MembershipWriter<'c>,
    pub(super) people: &'a People,
    pub(super) notes: &'a mut Notes<'c>,
    pub(super) is_quiet: bool,
}

impl Intake<Memberships> for MembershipIntake<'_, '_> {
    /// Membership and user.
    type Key = (i64, i64);

    fn key(&self, record: &wire::Membership<'_>) -> Option<(i64, i64)> {
        // Without its user and its organization it says nothing that could be stored.
        record.organization_id.and(record.user_id).map(|user_id| (record.id, user_id))
    }

    fn is_gone(&self, record: &wire::Membership<'_>) -> bool {
        record.is_marked_deleted()
    }

    fn user_id(&self, record: &wire::Membership<'_>) -> Option<i64> {
        record.user_id
    }

    fn put(&mut self, place: Place, record: &wire::Membership<'_>) -> Result<bool, IngestError> {
        let (Some(user_id), Some(organization_id)) = (record.user_id, record.organization_id) else {
            return Ok(false);
        };
        // A user's default organization is what the user's record says.
        let is_doubted = record.is_default == Some(true)
            && self
                .people
                .default_organization_id(user_id)
                .is_some_and(|default| default != Some(organization_id));
        if is_doubted && !self.is_quiet {
            self.notes.warn(&Warning {
                line: Some(place.line),
                column: Some("default"),
                reason: "default_organization_disagrees",
                value: Some(&organization_id.to_string()),
                subject_kind: "organization_membership",
                subject_id: Some(&record.id.to_string()),
            })?;
        }
        let made = MadeOfMembership { user_id, organization_id, lifetime: PhantomData };
        self.writer.put(&record.store(&made))?;
        Ok(!is_doubted)
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.writer.flush()
    }

    fn close(&mut self, (membership_id, user_id): (i64, i64)) -> Result<(), WarehouseError> {
        self.writer.close((user_id, membership_id))
    }

    fn count_open_without(&self, gone: &[(i64, i64)]) -> Result<u64, WarehouseError> {
        let mut by_user: Vec<_> =
            gone.iter().map(|&(membership_id, user_id)| (user_id, membership_id)).collect();
        by_user.sort_unstable();
        count_open_without(&self.writer, &by_user)
    }

    fn close_unseen(&mut self, seen: &Seen<(i64, i64)>) -> Result<u64, WarehouseError> {
        if self.writer.is_first() {
            return Ok(0);
        }
        // The table has them by user.
        let mut by_user = Seen::default();
        seen.keys().for_each(|(membership_id, user_id)| by_user.note((user_id, membership_id)));
        by_user.finish();
        close_unseen(&mut self.writer, by_user.keys())
    }

    fn close_moved(&mut self, seen: &Seen<(i64, i64)>) -> Result<(), WarehouseError> {
        let mut open = Seen::default();
        self.writer.open_keys(|(user_id, membership_id)| open.note((membership_id, user_id)))?;
        open.finish();
        let mut seen = seen.keys().peekable();
        for (membership_id, user_id) in open.keys() {
            while seen.next_if(|seen| seen.0 < membership_id).is_some() {}
            if seen.peek().is_some_and(|seen| seen.0 == membership_id && seen.1 != user_id) {
                self.writer.close((user_id, membership_id))?;
            }
        }
        Ok(())
    }

    fn be_quiet(&mut self) {
        self.is_quiet = true;
    }
}

/// Stores tickets with their requesters' domains.
pub(super) struct TicketIntake<'a, 'c> {
    pub(super) writer: TicketWriter<'c>,
    pub(super) people: &'a People,
    pub(super) since: Option<&'a str>,
    pub(super) with_subjects: bool,
}

impl Intake<Tickets> for TicketIntake<'_, '_> {
    type Key = i64;

    fn key(&self, record: &wire::Ticket<'_>) -> Option<i64> {
        match self.since {
            Some(since) if record.created_at.as_ref() < since => None,
            _ => Some(record.id),
        }
    }

    fn is_gone(&self, record: &wire::Ticket<'_>) -> bool {
        record.is_marked_deleted()
    }

    fn user_id(&self, record: &wire::Ticket<'_>) -> Option<i64> {
        record.requester_id
    }

    fn put(&mut self, _place: Place, record: &wire::Ticket<'_>) -> Result<bool, IngestError> {
        let undecided = undecided_fields(self, record);
        let made = MadeOfTicket {
            // An undecided ticket raises nothing: as if nobody eligible had asked.
            requester_domain_id: match undecided {
                None => record.requester_id.and_then(|requester| self.people.domain_id(requester)),
                Some(_) => None,
            },
            subject: if self.with_subjects { record.subject.as_deref() } else { None },
            undecided_fields: undecided.as_deref(),
        };
        self.writer.put(&record.store(&made))?;
        Ok(true)
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.writer.flush()
    }

    fn close(&mut self, key: i64) -> Result<(), WarehouseError> {
        self.writer.close(key)
    }

    fn count_open_without(&self, gone: &[i64]) -> Result<u64, WarehouseError> {
        match self.since {
            Some(since) => self.writer.count_open_since(since),
            None => count_open_without(&self.writer, gone),
        }
    }

    fn close_unseen(&mut self, seen: &Seen<i64>) -> Result<u64, WarehouseError> {
        if self.writer.is_first() { Ok(0) } else { close_unseen(&mut self.writer, seen.keys()) }
    }

    /// A requester may have changed and the ticket not.
    fn follow(&mut self) -> Result<(), WarehouseError> {
        let people = self.people;
        self.writer.follow_requesters(|requester| people.domain_id(requester))
    }

    fn be_quiet(&mut self) {}
}
