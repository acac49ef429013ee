//! Organizations that may be one account's, with what tells them apart.

use serde::Serialize;

use super::{Warehouse, WarehouseError, list};

/// An organization as of a snapshot, and how much hangs on it. A count is none where its collection was not read.
#[derive(Debug, Clone, Serialize)]
pub struct CandidateRecord {
    /// Its id.
    pub organization_id: i64,
    /// Its name.
    pub organization_name: String,
    /// As received.
    pub external_id: Option<String>,
    /// The domains that it holds.
    pub domains: Vec<String>,
    /// Members.
    pub member_count: Option<i64>,
    /// Tickets that are not deleted.
    pub ticket_count: Option<i64>,
    /// Those of them that are not closed.
    pub open_ticket_count: Option<i64>,
    /// Whether these are all tickets: older ones may not have been read.
    pub is_ticket_count_known: bool,
    /// When it was made.
    pub created_at: Option<String>,
}

impl Warehouse {
    /// Returns organizations with what hangs on them, by id. Those that are not there are left out.
    pub fn candidates(
        &self,
        organization_ids: &[i64],
        zendesk_snapshot_id: i64,
    ) -> Result<Vec<CandidateRecord>, WarehouseError> {
        if organization_ids.is_empty() {
            return Ok(Vec::new());
        }
        self.traced("candidates", (list(organization_ids), zendesk_snapshot_id), |row| {
            Ok(CandidateRecord {
                organization_id: row.get(0)?,
                organization_name: row.get(1)?,
                external_id: row.get(2)?,
                domains: serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default(),
                member_count: row.get(4)?,
                ticket_count: row.get(5)?,
                open_ticket_count: row.get(6)?,
                is_ticket_count_known: row.get(7)?,
                created_at: row.get(8)?,
            })
        })
    }
}
