//! Tickets, with the domains of their requesters.

use super::undecided_fields;
use crate::{
    ingest::{
        IngestError,
        seen::Seen,
        zendesk::{
            made::{MadeOfTicket, Store as _},
            record_kind::Intake,
        },
    },
    warehouse::{
        WarehouseError,
        people::People,
        records::{RecordWriter, TicketWriter, close_unseen, count_open_without},
    },
    zendesk::{
        folder::{Place, Tickets},
        wire::{self, ApiRecord as _},
    },
};

/// Stores tickets with their requesters' domains.
pub(in crate::ingest::zendesk) struct TicketIntake<'a, 'c> {
    pub(in crate::ingest::zendesk) writer: TicketWriter<'c>,
    pub(in crate::ingest::zendesk) people: &'a People,
    pub(in crate::ingest::zendesk) since: Option<&'a str>,
    pub(in crate::ingest::zendesk) with_subjects: bool,
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
