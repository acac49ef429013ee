//! Where an apply writes down what it is about to do and what became of it.

use super::ApplyError;
use crate::{
    clock::Clock,
    model::{ApplyMode, canonical, journal::EventDetails},
    warehouse::{
        Warehouse, WarehouseError,
        journal::{EventRow, NewEvent},
    },
};

/// One entry of the journal.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The row of the plan.
    pub position: Option<i64>,
    /// What happened.
    pub details: EventDetails,
}

/// Takes entries; when a call returns, they are on the disk.
pub trait Journal {
    /// Adds entries in their order, all or none.
    fn add(&self, entries: &[Entry]) -> Result<(), WarehouseError>;
}

/// Adds an entry about what is done already. Where that fails, the error holds what would have been written down.
pub(super) fn keep(journal: &dyn Journal, entry: Entry) -> Result<(), ApplyError> {
    let event = canonical(&entry.details);
    journal.add(&[entry]).map_err(|error| ApplyError::NotWrittenDown { error, event })
}

/// The journal of one apply in the warehouse.
#[derive(Debug)]
pub struct WarehouseJournal<'w> {
    /// Where.
    pub warehouse: &'w Warehouse,
    /// The apply.
    pub attempt_id: i64,
    /// The plan.
    pub plan_id: i64,
    /// Whether it writes.
    pub mode: ApplyMode,
    /// For the time of each event.
    pub clock: &'w Clock,
}

impl Journal for WarehouseJournal<'_> {
    fn add(&self, entries: &[Entry]) -> Result<(), WarehouseError> {
        let events: Vec<NewEvent> = entries
            .iter()
            .map(|entry| NewEvent {
                attempt_id: self.attempt_id,
                plan_id: self.plan_id,
                mode: self.mode,
                position: entry.position,
                at: self.clock.now(),
                details: entry.details.clone(),
            })
            .collect();
        self.warehouse.append_events(&events).map(|_: Vec<EventRow>| ())
    }
}
