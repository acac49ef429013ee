//! Tickets.

use rusqlite::Connection;

use super::{RecordWriter, open_ids};
use crate::warehouse::{
    OPEN, WarehouseError,
    hash::ContentHasher,
    versions::{Shape, VersionWriter},
};

/// A ticket as it is stored.
#[derive(Debug)]
pub struct TicketRecord<'a> {
    /// Zendesk's id.
    pub ticket_id: i64,
    /// The requester.
    pub requester_id: Option<i64>,
    /// Number of the requester's e-mail domain, if it is an active, unsuspended end user.
    pub requester_domain_id: Option<i64>,
    /// The organization that the ticket is filed under.
    pub organization_id: Option<i64>,
    /// `new`, `open`, `pending`, `hold`, `solved`, `closed` or `deleted`.
    pub status: &'a str,
    /// ISO-8601 UTC.
    pub created_at: &'a str,
    /// The brand.
    pub brand_id: Option<i64>,
    /// How the ticket came in.
    pub via_channel: Option<&'a str>,
    /// Only where it was asked for.
    pub subject: Option<&'a str>,
}

/// Writes tickets.
pub struct TicketWriter<'c> {
    connection: &'c Connection,
    versions: VersionWriter<'c>,
    hasher: ContentHasher,
}

impl<'c> TicketWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Connection, snapshot_id: i64) -> Result<Self, WarehouseError> {
        const SHAPE: Shape = Shape {
            table: "_ticket_versions",
            keys: &["ticket_id"],
            content: &[
                "requester_id",
                "requester_domain_id",
                "organization_id",
                "status",
                "created_at",
                "brand_id",
                "via_channel",
                "subject",
            ],
        };
        Ok(Self {
            connection,
            versions: VersionWriter::new(connection, &SHAPE, snapshot_id)?,
            hasher: ContentHasher::default(),
        })
    }

    /// Stores one ticket.
    pub fn put(&mut self, record: &TicketRecord<'_>) -> Result<(), WarehouseError> {
        let hash = self
            .hasher
            .begin()
            .integer(record.requester_id)
            .integer(record.requester_domain_id)
            .integer(record.organization_id)
            .text(Some(record.status))
            .text(Some(record.created_at))
            .integer(record.brand_id)
            .text(record.via_channel)
            .text(record.subject)
            .finish();
        self.versions.put(
            &[&record.ticket_id],
            hash,
            &[
                &record.requester_id,
                &record.requester_domain_id,
                &record.organization_id,
                &record.status,
                &record.created_at,
                &record.brand_id,
                &record.via_channel,
                &record.subject,
            ],
        )?;
        Ok(())
    }

    /// Counts the open tickets created from then on.
    pub fn count_open_since(&self, since: &str) -> Result<u64, WarehouseError> {
        let count: i64 = self.connection.query_row(
            &format!("select count(*) from _ticket_versions where valid_to = {OPEN} and created_at >= ?1"),
            [since],
            |row| row.get(0),
        )?;
        Ok(count.cast_unsigned())
    }

    /// Gives every open ticket the domain that its requester has now. For readings of changed tickets only: a
    /// ticket does not change when its requester does.
    pub fn follow_requesters(
        &mut self,
        domain_of: impl Fn(i64) -> Option<i64>,
    ) -> Result<(), WarehouseError> {
        let mut behind = Vec::new();
        {
            let mut statement = self.connection.prepare(&format!(
                "select ticket_id, requester_id, requester_domain_id from _ticket_versions
                 where valid_to = {OPEN}"
            ))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let domain = row.get::<_, Option<i64>>(1)?.and_then(&domain_of);
                if domain != row.get::<_, Option<i64>>(2)? {
                    behind.push((row.get::<_, i64>(0)?, domain));
                }
            }
        }
        let mut find = self.connection.prepare(&format!(
            "select requester_id, organization_id, status, created_at, brand_id, via_channel, subject
             from _ticket_versions where ticket_id = ?1 and valid_to = {OPEN}"
        ))?;
        for (ticket_id, requester_domain_id) in behind {
            let mut rows = find.query([ticket_id])?;
            let Some(row) = rows.next()? else { continue };
            let (status, created_at): (String, String) = (row.get(2)?, row.get(3)?);
            let (via_channel, subject): (Option<String>, Option<String>) = (row.get(5)?, row.get(6)?);
            let record = TicketRecord {
                ticket_id,
                requester_id: row.get(0)?,
                requester_domain_id,
                organization_id: row.get(1)?,
                status: &status,
                created_at: &created_at,
                brand_id: row.get(4)?,
                via_channel: via_channel.as_deref(),
                subject: subject.as_deref(),
            };
            drop(rows);
            self.put(&record)?;
        }
        Ok(())
    }
}

impl RecordWriter for TicketWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_ticket_versions", "ticket_id", visit)
    }

    fn close(&mut self, ticket_id: i64) -> Result<(), WarehouseError> {
        self.versions.close(&[&ticket_id])
    }
}
