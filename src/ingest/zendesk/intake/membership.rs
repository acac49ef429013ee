//! Memberships, compared with the default organizations of their users.

use std::marker::PhantomData;

use crate::{
    ingest::{
        IngestError,
        seen::Seen,
        zendesk::{
            made::{MadeOfMembership, Store as _},
            record_kind::Intake,
        },
    },
    warehouse::{
        WarehouseError,
        people::People,
        records::{MembershipWriter, RecordWriter, close_unseen, count_open_without},
        snapshots::{Notes, Warning},
    },
    zendesk::{
        folder::{Memberships, Place},
        wire::{self, ApiRecord as _},
    },
};

/// Stores memberships and compares the default one with its user.
pub(in crate::ingest::zendesk) struct MembershipIntake<'a, 'c> {
    pub(in crate::ingest::zendesk) writer: MembershipWriter<'c>,
    pub(in crate::ingest::zendesk) people: &'a People,
    pub(in crate::ingest::zendesk) notes: &'a mut Notes<'c>,
    pub(in crate::ingest::zendesk) is_quiet: bool,
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
