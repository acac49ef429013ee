//! Users, and what memberships and tickets need of them.

use super::undecided_fields;
use crate::{
    identity::{email_domain, external_id_key},
    ingest::{
        IngestError, PLATFORM_HOST,
        seen::Seen,
        zendesk::{
            made::{MadeOfUser, Store as _},
            record_kind::Intake,
        },
    },
    model::DomainKind,
    warehouse::{
        WarehouseError,
        domains::Domains,
        people::PeopleReading,
        records::{RecordWriter, UserWriter, close_unseen, count_open_without},
        snapshots::{Notes, Warning},
    },
    zendesk::{
        folder::{Place, Users},
        wire::{self, ApiRecord as _},
    },
};

/// Stores users and remembers what memberships and tickets need of them.
pub(in crate::ingest::zendesk) struct UserIntake<'a, 'c> {
    pub(in crate::ingest::zendesk) writer: UserWriter<'c>,
    pub(in crate::ingest::zendesk) domains: &'a mut Domains<'c>,
    pub(in crate::ingest::zendesk) people: &'a mut PeopleReading,
    pub(in crate::ingest::zendesk) notes: &'a mut Notes<'c>,
    pub(in crate::ingest::zendesk) is_quiet: bool,
    /// Whether the users come from an export.
    pub(in crate::ingest::zendesk) is_export: bool,
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
