//! Records of the API as they are stored: normalized, compared with their users, doubted where need be.

use super::{
    collection::Intake,
    made::{MadeOfOrganization, MadeOfTicket, MadeOfUser, Store as _},
};
use crate::{
    identity::{AccountId, email_domain, external_id_key, plain_host},
    ingest::{IngestError, PLATFORM_HOST, seen::Seen},
    model::DomainKind,
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
        wire,
    },
};

/// Stores organizations and the domains that they hold.
pub(super) struct OrganizationIntake<'a, 'c> {
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
        record.is_deleted()
    }

    fn updated_at<'r>(&self, record: &'r wire::Organization<'_>) -> Option<&'r str> {
        record.updated_at.as_deref()
    }

    fn put(&mut self, place: Place, record: &wire::Organization<'_>) -> Result<(), IngestError> {
        let mut domain_ids = Vec::with_capacity(record.domain_names.len());
        for name in &record.domain_names {
            let doubt = match plain_host(name) {
                Ok(host) => {
                    let known = self.domains.get(&host)?;
                    domain_ids.push(known.id);
                    (known.listed_kind == Some(DomainKind::Platform)).then_some(PLATFORM_HOST)
                }
                Err(problem) => Some(problem.as_str()),
            };
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
        let domain_names = serde_json::to_string(&record.domain_names).expect("strings are JSON");
        let made = MadeOfOrganization {
            external_id_key: external_id.text,
            external_account_id: external_id.account_id.as_ref().map(AccountId::as_str),
            domain_names: &domain_names,
        };
        self.writer.put(&record.store(&made), &domain_ids)?;
        Ok(())
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
        self.is_export && !record.active
    }

    fn updated_at<'r>(&self, record: &'r wire::User<'_>) -> Option<&'r str> {
        record.updated_at.as_deref()
    }

    fn put(&mut self, place: Place, record: &wire::User<'_>) -> Result<(), IngestError> {
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
            self.notes.warn(&Warning {
                line: Some(place.line),
                column: Some("email"),
                reason,
                value: record.email.as_deref(),
                subject_kind: "user",
                subject_id: Some(&record.id.to_string()),
            })?;
        }
        let made = MadeOfUser {
            email_domain_id: domain,
            external_id_key: external_id_key(record.external_id.as_deref()).text,
        };
        let user = record.store(&made);
        self.writer.put(&user)?;
        let domain = if user.is_active_end_user() { domain } else { None };
        self.people.put(record.id, domain, record.organization_id);
        Ok(())
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
        Some((record.id, record.user_id))
    }

    fn updated_at<'r>(&self, record: &'r wire::Membership<'_>) -> Option<&'r str> {
        record.updated_at.as_deref()
    }

    fn put(&mut self, place: Place, record: &wire::Membership<'_>) -> Result<(), IngestError> {
        // A user's default organization is what the user's record says.
        if record.is_default
            && !self.is_quiet
            && let Some(default) = self.people.default_organization_id(record.user_id)
            && default != Some(record.organization_id)
        {
            self.notes.warn(&Warning {
                line: Some(place.line),
                column: Some("default"),
                reason: "default_organization_disagrees",
                value: Some(&record.organization_id.to_string()),
                subject_kind: "organization_membership",
                subject_id: Some(&record.id.to_string()),
            })?;
        }
        self.writer.put(&record.store(&()))?;
        Ok(())
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

    fn updated_at<'r>(&self, record: &'r wire::Ticket<'_>) -> Option<&'r str> {
        record.updated_at.as_deref()
    }

    fn put(&mut self, _place: Place, record: &wire::Ticket<'_>) -> Result<(), IngestError> {
        let made = MadeOfTicket {
            requester_domain_id: record.requester_id.and_then(|requester| self.people.domain_id(requester)),
            subject: if self.with_subjects { record.subject.as_deref() } else { None },
        };
        self.writer.put(&record.store(&made))?;
        Ok(())
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
