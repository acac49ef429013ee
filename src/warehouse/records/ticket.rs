//! Tickets.

use crate::warehouse::session::Session;

use super::{
    RecordWriter, TicketRecord, open_ids,
    stored::{RecordVersions, Stored as _},
};
use crate::{
    model::fields,
    warehouse::{OPEN, WarehouseError},
};

/// Writes tickets.
pub struct TicketWriter<'c> {
    connection: &'c Session,
    records: RecordVersions<'c>,
}

impl<'c> TicketWriter<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Session, snapshot_id: i64) -> Result<Self, WarehouseError> {
        Ok(Self { connection, records: RecordVersions::new(connection, &fields::TICKETS, snapshot_id)? })
    }

    /// Stores one ticket.
    pub fn put(&mut self, record: &TicketRecord<'_>) -> Result<(), WarehouseError> {
        self.records.put(record, &[])?;
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
                "select ticket_id, case when undecided_fields is null then requester_id end, requester_domain_id
                 from _ticket_versions
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
        let columns: Vec<&str> = fields::TICKETS.columns().map(|column| column.name).collect();
        let mut find = self.connection.prepare(&format!(
            "select {} from _ticket_versions where ticket_id = ?1 and valid_to = {OPEN}",
            columns.join(", ")
        ))?;
        for (ticket_id, requester_domain_id) in behind {
            let mut rows = find.query([ticket_id])?;
            let Some(row) = rows.next()? else { continue };
            self.put(&TicketRecord { requester_domain_id, ..TicketRecord::from_row(row)? })?;
        }
        Ok(())
    }
}

impl RecordWriter for TicketWriter<'_> {
    type Key = i64;

    fn is_first(&self) -> bool {
        self.records.versions.is_first()
    }

    fn flush(&mut self) -> Result<(), WarehouseError> {
        self.records.versions.flush()
    }

    fn open_keys(&self, visit: impl FnMut(i64)) -> Result<(), WarehouseError> {
        open_ids(self.connection, "_ticket_versions", "ticket_id", visit)
    }

    fn close(&mut self, ticket_id: i64) -> Result<(), WarehouseError> {
        self.records.versions.close(&[&ticket_id])
    }
}
