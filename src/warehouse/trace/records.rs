//! Users, tickets and what hangs on organizations, as of a snapshot.

use rusqlite::OptionalExtension;
use serde::Serialize;

use super::{Warehouse, WarehouseError, list};
use crate::{
    model::{Collection, Outcome, Said, TicketStatus, UserRole},
    warehouse::closed::{closed, said},
};

/// A user as of a snapshot.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the record's own flags")]
pub struct UserRecord {
    /// Its id.
    pub user_id: i64,
    /// The name.
    pub name: String,
    /// The address.
    pub email: Option<String>,
    /// The number of the address's domain.
    #[serde(skip)]
    pub email_domain_id: Option<i64>,
    /// The domain of the address, if it is a plain host.
    pub email_domain: Option<String>,
    /// Whether that domain is under a listed public suffix.
    pub is_domain_valid: bool,
    /// Whether it never identifies a customer.
    pub is_domain_personal: bool,
    /// The role.
    pub role: Said<UserRole>,
    /// Whether the address is verified.
    pub is_verified: bool,
    /// Whether the user is not deleted.
    pub is_active: bool,
    /// Whether the user is suspended.
    pub is_suspended: bool,
    /// Whether another Zendesk account shares the user.
    pub is_shared: bool,
    /// The default organization.
    pub default_organization_id: Option<i64>,
    /// When it was made.
    pub created_at: Option<String>,
}

/// A membership of a user.
#[derive(Debug, Clone, Serialize)]
pub struct Membership {
    /// Its id.
    pub membership_id: i64,
    /// The organization.
    pub organization_id: i64,
    /// Its name, if it exists.
    pub organization_name: Option<String>,
    /// What the membership says of itself; the user's default organization counts.
    pub is_default: Option<bool>,
}

/// A ticket in the list of its requester.
#[derive(Debug, Clone, Serialize)]
pub struct RecentTicket {
    /// Its id.
    pub ticket_id: i64,
    /// Its status.
    pub status: Said<TicketStatus>,
    /// Where it is filed.
    pub organization_id: Option<i64>,
    /// When it was made.
    pub created_at: String,
    /// Only if subjects are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A ticket as of a snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct TicketRecord {
    /// Its id.
    pub ticket_id: i64,
    /// Who asked.
    pub requester_id: Option<i64>,
    /// The number of the domain that the ticket was stored with.
    #[serde(skip)]
    pub requester_domain_id: Option<i64>,
    /// The requester's e-mail domain, if it was an active, unsuspended end user when the ticket was read.
    pub requester_domain: Option<String>,
    /// Where it is filed.
    pub organization_id: Option<i64>,
    /// Its status.
    pub status: Said<TicketStatus>,
    /// When it was made.
    pub created_at: String,
    /// How it came.
    pub via_channel: Option<String>,
    /// Only if subjects are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A domain that an organization holds.
#[derive(Debug, Clone, Serialize)]
pub struct HeldDomain {
    /// The domain.
    pub domain: String,
    /// Its number in the warehouse.
    #[serde(skip)]
    pub domain_id: i64,
    /// Whether it is under a listed public suffix.
    pub is_valid: bool,
    /// Whether it never identifies a customer.
    pub is_personal: bool,
    /// The accounts that expect it.
    pub owner_account_ids: Vec<String>,
}

/// How much hangs on an organization.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Activity {
    /// Memberships.
    pub member_count: i64,
    /// Tickets that are not deleted.
    pub ticket_count: i64,
    /// Of those the ones that are new, open, pending or on hold: neither solved nor closed.
    pub open_ticket_count: i64,
}

/// When a snapshot was taken, and of whom.
#[derive(Debug, Clone, Serialize)]
pub struct SnapshotTime {
    /// Its id.
    pub snapshot_id: i64,
    /// ISO-8601 UTC.
    pub taken_at: String,
    /// `subdomain/account_id`, where known.
    #[serde(skip)]
    pub source_identity: Option<String>,
}

/// A collection that a snapshot does not know to its end.
#[derive(Debug, Clone, Serialize)]
pub struct CollectionGap {
    /// Its name.
    pub collection: Collection,
    /// How far it was read.
    pub outcome: Outcome,
    /// Why not further.
    pub reason: Option<String>,
    /// Tickets created before it were not read.
    pub bound_since: Option<String>,
}

impl Warehouse {
    /// Returns users as of a snapshot.
    pub fn users(&self, ids: &[i64], snapshot_id: i64) -> Result<Vec<UserRecord>, WarehouseError> {
        self.traced("users", (list(ids), snapshot_id), |row| {
            Ok(UserRecord {
                user_id: row.get(0)?,
                name: row.get(1)?,
                email: row.get(2)?,
                email_domain_id: row.get(3)?,
                email_domain: row.get(4)?,
                is_domain_valid: row.get(5)?,
                is_domain_personal: row.get(6)?,
                role: said(row, 7, UserRole::from_text, row.get(14)?)?,
                is_verified: row.get(8)?,
                is_active: row.get(9)?,
                is_suspended: row.get(10)?,
                is_shared: row.get(11)?,
                default_organization_id: row.get(12)?,
                created_at: row.get(13)?,
            })
        })
    }

    /// Returns the memberships of a user.
    pub fn memberships(&self, user_id: i64, snapshot_id: i64) -> Result<Vec<Membership>, WarehouseError> {
        self.traced("memberships", (user_id, snapshot_id), |row| {
            Ok(Membership {
                membership_id: row.get(0)?,
                organization_id: row.get(1)?,
                organization_name: row.get(2)?,
                is_default: row.get(3)?,
            })
        })
    }

    /// Returns the ten newest tickets of a requester.
    pub fn recent_tickets(
        &self,
        user_id: i64,
        snapshot_id: i64,
    ) -> Result<Vec<RecentTicket>, WarehouseError> {
        self.traced("recent_tickets", (user_id, snapshot_id), |row| {
            Ok(RecentTicket {
                ticket_id: row.get(0)?,
                status: said(row, 1, TicketStatus::from_text, None)?,
                organization_id: row.get(2)?,
                created_at: row.get(3)?,
                subject: row.get(4)?,
            })
        })
    }

    /// Returns a ticket as of a snapshot.
    pub fn ticket(&self, ticket_id: i64, snapshot_id: i64) -> Result<Option<TicketRecord>, WarehouseError> {
        let rows = self.traced("ticket", (ticket_id, snapshot_id), |row| {
            Ok(TicketRecord {
                ticket_id: row.get(0)?,
                requester_id: row.get(1)?,
                requester_domain_id: row.get(2)?,
                requester_domain: row.get(3)?,
                organization_id: row.get(4)?,
                status: said(row, 5, TicketStatus::from_text, None)?,
                created_at: row.get(6)?,
                via_channel: row.get(7)?,
                subject: row.get(8)?,
            })
        })?;
        Ok(rows.into_iter().next())
    }

    /// Returns the domains that an organization holds, without their owners.
    pub fn held_domains(
        &self,
        organization_id: i64,
        snapshot_id: i64,
    ) -> Result<Vec<HeldDomain>, WarehouseError> {
        self.traced("organization_domains", (organization_id, snapshot_id), |row| {
            Ok(HeldDomain {
                domain_id: row.get(0)?,
                domain: row.get(1)?,
                is_valid: row.get(2)?,
                is_personal: row.get(3)?,
                owner_account_ids: Vec::new(),
            })
        })
    }

    /// Counts what hangs on an organization.
    ///
    /// # Panics
    ///
    /// If SQLite counts without an answer, which it never does.
    pub fn activity(&self, organization_id: i64, snapshot_id: i64) -> Result<Activity, WarehouseError> {
        let rows = self.traced("organization_activity", (organization_id, snapshot_id), |row| {
            Ok(Activity {
                member_count: row.get(0)?,
                ticket_count: row.get(1)?,
                open_ticket_count: row.get(2)?,
            })
        })?;
        Ok(rows.into_iter().next().expect("a count is one row"))
    }

    /// Returns when a snapshot was taken.
    pub fn snapshot_time(&self, snapshot_id: i64) -> Result<Option<SnapshotTime>, WarehouseError> {
        Ok(self
            .connection
            .query_row(
                "select snapshot_id, taken_at, source_identity from snapshots where snapshot_id = ?1",
                [snapshot_id],
                |row| {
                    Ok(SnapshotTime {
                        snapshot_id: row.get(0)?,
                        taken_at: row.get(1)?,
                        source_identity: row.get(2)?,
                    })
                },
            )
            .optional()?)
    }

    /// Returns the collections of a pair of snapshots that were not read to their ends.
    pub fn collection_gaps(&self, at: (i64, i64)) -> Result<Vec<CollectionGap>, WarehouseError> {
        self.traced("collections", at, |row| {
            Ok(CollectionGap {
                collection: closed(row, 0, Collection::from_text)?,
                outcome: closed(row, 1, Outcome::from_text)?,
                reason: row.get(2)?,
                bound_since: row.get(3)?,
            })
        })
    }
}
