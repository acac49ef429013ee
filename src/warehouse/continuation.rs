//! Where the next snapshot of Zendesk may continue.

use crate::warehouse::session::Session;

use super::{Warehouse, WarehouseError, snapshots};
use crate::model::{
    Collection, ContinueAt, Outcome, Source, TakenAtSource,
    fields::{self, Keep, RecordTable},
};

/// How many of the newest Zendesk snapshots in a row hold a continued reading.
const CONTINUED_IN_A_ROW: &str = "select count(*) from snapshots as s
     where s.source = 'zendesk' and s.snapshot_id > coalesce((
       select max(w.snapshot_id) from snapshots as w
       where w.source = 'zendesk' and not exists (
         select 1 from snapshot_collections as c
         where c.snapshot_id = w.snapshot_id and c.reading = 'continued')), 0)";

/// What a reading that continues builds on: the newest Zendesk snapshot.
///
/// A place is there only where that snapshot read the collection to its end and the source said where to go
/// on; else all of the collection has to be read. There is none of memberships, which have no export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continuation {
    /// The newest Zendesk snapshot.
    pub snapshot_id: i64,
    /// When it was taken, ISO-8601 UTC. A later snapshot must not be older.
    pub taken_at: String,
    /// Who said so.
    pub taken_at_source: TakenAtSource,
    /// `subdomain/account_id` or the subdomain alone; the account of the next snapshot must be the same.
    pub source_identity: Option<String>,
    /// Whether subjects of tickets were kept. A continued reading of tickets has to do the same, or tickets
    /// that did not change would differ from those that did.
    pub with_subjects: bool,
    /// Where organizations continue.
    pub organizations: Option<ContinueAt>,
    /// Where users continue.
    pub users: Option<ContinueAt>,
    /// Where tickets continue.
    pub tickets: Option<ContinueAt>,
    /// Whether an older orgdrift made the snapshot, which did not keep a field that this one keeps: then records that
    /// did not change would lack what the others have.
    pub lacks_fields: bool,
    /// How many of the newest Zendesk snapshots in a row continued any collection; 0 if the newest one read all.
    pub continued_in_a_row: u64,
}

impl Continuation {
    /// Where a collection continues.
    pub fn of(&self, collection: Collection) -> Option<&ContinueAt> {
        match collection {
            Collection::Organizations => self.organizations.as_ref(),
            Collection::Users => self.users.as_ref(),
            Collection::Tickets => self.tickets.as_ref(),
            Collection::Accounts | Collection::OrganizationMemberships => None,
        }
    }
}

impl Warehouse {
    /// Returns where the next snapshot of Zendesk may continue; none without a Zendesk snapshot.
    pub fn continuation(&self) -> Result<Option<Continuation>, WarehouseError> {
        continuation(&self.connection)
    }
}

/// Returns where the next snapshot of Zendesk may continue; none without a Zendesk snapshot.
pub fn continuation(connection: &Session) -> Result<Option<Continuation>, WarehouseError> {
    let Some(newest) = snapshots::newest(connection, Source::Zendesk)? else { return Ok(None) };
    let mut places = snapshots::collections(connection, newest.snapshot_id)?
        .into_iter()
        .filter(|row| row.outcome == Outcome::Complete)
        .filter_map(|row| Some((row.collection, row.continue_at?)))
        .collect::<Vec<_>>();
    let mut place = |collection| {
        let at = places.iter().position(|(of, _)| *of == collection)?;
        Some(places.swap_remove(at).1)
    };
    let options: serde_json::Value = serde_json::from_str(&newest.options).unwrap_or_default();
    let count: i64 = connection.query_row(CONTINUED_IN_A_ROW, [], |row| row.get(0))?;
    Ok(Some(Continuation {
        organizations: place(Collection::Organizations),
        users: place(Collection::Users),
        tickets: place(Collection::Tickets),
        continued_in_a_row: count.cast_unsigned(),
        lacks_fields: options["kept_fields"].as_str() != Some(kept_fields().as_str()),
        with_subjects: options["with_subjects"].as_bool().unwrap_or(false),
        snapshot_id: newest.snapshot_id,
        taken_at: newest.taken_at,
        taken_at_source: newest.taken_at_source,
        source_identity: newest.source_identity,
    }))
}

/// The fields that this orgdrift keeps of records, as they are written down with a snapshot.
pub fn kept_fields() -> String {
    let names =
        |table: &RecordTable| table.keys().filter(|key| key.keep != Keep::Dropped).map(|key| key.name);
    let of_table =
        |table: &RecordTable| format!("{}: {}", table.collection, names(table).collect::<Vec<_>>().join(" "));
    fields::ALL.map(of_table).join("; ")
}
