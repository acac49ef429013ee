//! Snapshots: the row of a reading, its collections, what it rejected and doubted.

use rusqlite::{OptionalExtension, Statement, named_params};

use crate::warehouse::session::Session;

use super::{Warehouse, WarehouseError};
use crate::model::{
    Collection, ContinueAt, MultipleOrganizations, Outcome, Reading, Source, TakenAtSource, ZendeskIdentity,
};

/// A snapshot as it is stored.
#[derive(Debug, Clone)]
pub struct SnapshotRow {
    /// Counts up over both sources.
    pub snapshot_id: i64,
    /// The system.
    pub source: Source,
    /// ISO-8601 UTC.
    pub taken_at: String,
    /// Who said so.
    pub taken_at_source: TakenAtSource,
    /// ISO-8601 UTC.
    pub ingested_at: String,
    /// `subdomain/account_id`, if known.
    pub source_identity: Option<String>,
    /// SHA-256, see the dictionary for what it is over.
    pub input_digest: String,
    /// Whether every collection was read to its end.
    pub is_complete: bool,
    /// The account setting, Zendesk only.
    pub multiple_organizations: Option<MultipleOrganizations>,
    /// JSON object.
    pub options: String,
}

/// A collection of a snapshot as it is stored.
#[derive(Debug, Clone)]
pub struct CollectionRow {
    /// Which one.
    pub collection: Collection,
    /// How far it was read.
    pub outcome: Outcome,
    /// Why not to the end.
    pub reason: Option<String>,
    /// Distinct records; after a continued reading, those in force.
    pub row_count: u64,
    /// Envelopes, or files.
    pub page_count: u64,
    /// Records that came again.
    pub repeated_count: u64,
    /// The first cursor named.
    pub first_cursor: Option<String>,
    /// The last cursor named.
    pub last_cursor: Option<String>,
    /// The input said that it ends.
    pub is_end_of_stream_seen: bool,
    /// ISO-8601 UTC.
    pub started_at: String,
    /// ISO-8601 UTC.
    pub finished_at: String,
    /// Only records created from then on.
    pub bound_since: Option<String>,
    /// What was asked for.
    pub reading: Reading,
    /// Different records that a continued reading held, deleted ones among them; none for a walk.
    pub changed_count: Option<u64>,
    /// Where a later snapshot may continue.
    pub continue_at: Option<ContinueAt>,
    /// Rows that were not used, of accounts.
    pub unread_count: u64,
}

/// Returns the id of the snapshot to come.
pub fn next_id(connection: &Session) -> Result<i64, WarehouseError> {
    Ok(connection
        .query_row("select coalesce(max(snapshot_id), 0) + 1 from snapshots", [], |row| row.get(0))?)
}

/// Returns the `taken_at` of the newest snapshot of a source.
pub fn latest_taken_at(connection: &Session, source: Source) -> Result<Option<String>, WarehouseError> {
    Ok(connection.query_row(
        "select max(taken_at) from snapshots where source = ?1",
        [source.as_str()],
        |row| row.get(0),
    )?)
}

/// A snapshot of accounts made from the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameBytes {
    /// The snapshot.
    pub snapshot_id: i64,
    /// When it was taken, ISO-8601 UTC.
    pub taken_at: String,
}

/// Returns the newest snapshot of accounts that was made from these bytes.
pub fn of_same_bytes(connection: &Session, input_digest: &str) -> Result<Option<SameBytes>, WarehouseError> {
    Ok(connection
        .query_row(
            "select snapshot_id, taken_at from snapshots
             where input_digest = ?1 and source = 'salesforce' order by snapshot_id desc limit 1",
            [input_digest],
            |row| Ok(SameBytes { snapshot_id: row.get(0)?, taken_at: row.get(1)? }),
        )
        .optional()?)
}

/// Counts the warnings and the rejected rows of a snapshot.
pub fn note_counts(connection: &Session, snapshot_id: i64) -> Result<(u64, u64), WarehouseError> {
    Ok(connection.query_row(
        "select (select count(*) from ingest_warnings where snapshot_id = ?1),
           (select count(*) from ingest_rejections where snapshot_id = ?1)",
        [snapshot_id],
        |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned())),
    )?)
}

/// Returns the newest snapshot of a source.
pub fn newest(connection: &Session, source: Source) -> Result<Option<SnapshotRow>, WarehouseError> {
    find(connection, source, None)
}

/// Returns a snapshot of a source.
pub fn by_id(
    connection: &Session,
    source: Source,
    snapshot_id: i64,
) -> Result<Option<SnapshotRow>, WarehouseError> {
    find(connection, source, Some(snapshot_id))
}

fn find(
    connection: &Session,
    source: Source,
    snapshot_id: Option<i64>,
) -> Result<Option<SnapshotRow>, WarehouseError> {
    let row = connection
        .query_row(
            "select snapshot_id, taken_at, taken_at_source, ingested_at, source_identity, input_digest, state,
               multiple_organizations, options
             from snapshots
             where source = ?1 and (?2 is null or snapshot_id = ?2)
             order by snapshot_id desc limit 1",
            (source.as_str(), snapshot_id),
            |row| {
                Ok(SnapshotRow {
                    snapshot_id: row.get(0)?,
                    source,
                    taken_at: row.get(1)?,
                    taken_at_source: TakenAtSource::from_text(&row.get::<_, String>(2)?)
                        .unwrap_or(TakenAtSource::Ingest),
                    ingested_at: row.get(3)?,
                    source_identity: row.get(4)?,
                    input_digest: row.get(5)?,
                    is_complete: row.get::<_, String>(6)? == "complete",
                    multiple_organizations: row
                        .get::<_, Option<String>>(7)?
                        .and_then(|text| MultipleOrganizations::from_text(&text)),
                    options: row.get(8)?,
                })
            },
        )
        .optional()?;
    Ok(row)
}

impl Warehouse {
    /// Returns the options, JSON, with which a snapshot was read.
    pub fn snapshot_options(&self, snapshot_id: i64) -> Result<String, WarehouseError> {
        let sql = "select options from snapshots where snapshot_id = ?1";
        Ok(self.connection.query_row(sql, [snapshot_id], |row| row.get(0))?)
    }

    /// Whether there is a snapshot of the source.
    pub fn has_snapshot(&self, source: Source) -> Result<bool, WarehouseError> {
        Ok(latest_taken_at(&self.connection, source)?.is_some())
    }
}

/// Stores the row of a snapshot.
pub fn insert(connection: &Session, row: &SnapshotRow) -> Result<(), WarehouseError> {
    connection.execute(
        "insert into snapshots (snapshot_id, source, taken_at, taken_at_source, ingested_at, source_identity,
           input_digest, state, multiple_organizations, options)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            row.snapshot_id,
            row.source.as_str(),
            &row.taken_at,
            row.taken_at_source.as_str(),
            &row.ingested_at,
            &row.source_identity,
            &row.input_digest,
            if row.is_complete { "complete" } else { "partial" },
            row.multiple_organizations.map(MultipleOrganizations::as_str),
            &row.options,
        ),
    )?;
    Ok(())
}

/// Stores the row of a collection.
pub fn insert_collection(
    connection: &Session,
    snapshot_id: i64,
    row: &CollectionRow,
) -> Result<(), WarehouseError> {
    connection.execute(
        "insert into snapshot_collections (snapshot_id, collection, outcome, reason, row_count, page_count,
           repeated_count, first_cursor, last_cursor, is_end_of_stream_seen, started_at, finished_at, bound_since,
           reading, changed_count, continue_at, unread_count)
         values (:snapshot_id, :collection, :outcome, :reason, :row_count, :page_count, :repeated_count,
           :first_cursor, :last_cursor, :is_end_of_stream_seen, :started_at, :finished_at, :bound_since, :reading,
           :changed_count, :continue_at, :unread_count)",
        named_params! {
            ":snapshot_id": snapshot_id,
            ":collection": row.collection.as_str(),
            ":outcome": row.outcome.as_str(),
            ":reason": row.reason,
            ":row_count": row.row_count.cast_signed(),
            ":page_count": row.page_count.cast_signed(),
            ":repeated_count": row.repeated_count.cast_signed(),
            ":first_cursor": row.first_cursor,
            ":last_cursor": row.last_cursor,
            ":is_end_of_stream_seen": row.is_end_of_stream_seen,
            ":started_at": row.started_at,
            ":finished_at": row.finished_at,
            ":bound_since": row.bound_since,
            ":reading": row.reading.as_str(),
            ":changed_count": row.changed_count.map(u64::cast_signed),
            ":continue_at": row.continue_at.as_ref().map(ContinueAt::to_json),
            ":unread_count": row.unread_count.cast_signed(),
        },
    )?;
    Ok(())
}

/// Returns the collections of a snapshot.
pub fn collections(connection: &Session, snapshot_id: i64) -> Result<Vec<CollectionRow>, WarehouseError> {
    let mut statement = connection.prepare(
        "select collection, outcome, reason, row_count, page_count, repeated_count, first_cursor, last_cursor,
           is_end_of_stream_seen, started_at, finished_at, bound_since, reading, changed_count, continue_at,
           unread_count
         from snapshot_collections where snapshot_id = ?1",
    )?;
    let rows = statement
        .query_map([snapshot_id], |row| {
            Ok(CollectionRow {
                collection: Collection::from_text(&row.get::<_, String>(0)?).unwrap_or(Collection::Accounts),
                outcome: Outcome::from_text(&row.get::<_, String>(1)?).unwrap_or(Outcome::Partial),
                reason: row.get(2)?,
                row_count: row.get::<_, i64>(3)?.cast_unsigned(),
                page_count: row.get::<_, i64>(4)?.cast_unsigned(),
                repeated_count: row.get::<_, i64>(5)?.cast_unsigned(),
                first_cursor: row.get(6)?,
                last_cursor: row.get(7)?,
                is_end_of_stream_seen: row.get(8)?,
                started_at: row.get(9)?,
                finished_at: row.get(10)?,
                bound_since: row.get(11)?,
                reading: Reading::from_text(&row.get::<_, String>(12)?).unwrap_or(Reading::Walk),
                changed_count: row.get::<_, Option<i64>>(13)?.map(i64::cast_unsigned),
                continue_at: row.get::<_, Option<String>>(14)?.and_then(|text| ContinueAt::from_json(&text)),
                unread_count: row.get::<_, i64>(15)?.cast_unsigned(),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// Returns the row count of the last complete snapshot of a collection.
pub fn last_complete_count(
    connection: &Session,
    collection: Collection,
) -> Result<Option<u64>, WarehouseError> {
    let count: Option<i64> = connection
        .query_row(
            "select row_count from snapshot_collections
             where collection = ?1 and outcome = 'complete' order by snapshot_id desc limit 1",
            [collection.as_str()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(count.map(i64::cast_unsigned))
}

/// Returns the row count of the last bounded snapshot of a collection for the same reason; where its bound is a time,
/// with a window of the same length.
pub fn last_bounded_count(
    connection: &Session,
    collection: Collection,
    reason: &str,
    window: Option<(&str, &str)>,
) -> Result<Option<u64>, WarehouseError> {
    let (since, taken_at) = window.unzip();
    let count: Option<i64> = connection
        .query_row(
            "select c.row_count
             from snapshot_collections as c
             cross join snapshots as s
             where s.snapshot_id = c.snapshot_id and c.collection = ?1 and c.outcome = 'bounded' and c.reason = ?2
               and (?3 is null
                 or abs(julianday(s.taken_at) - julianday(c.bound_since) - julianday(?4) + julianday(?3)) < 1.5)
             order by c.snapshot_id desc limit 1",
            (collection.as_str(), reason, since, taken_at),
            |row| row.get(0),
        )
        .optional()?;
    Ok(count.map(i64::cast_unsigned))
}

impl Warehouse {
    /// Returns the Zendesk account that the warehouse belongs to, if a reading has named one.
    pub fn zendesk_identity(&self) -> Result<Option<ZendeskIdentity>, WarehouseError> {
        identity(&self.connection)
    }
}

/// Returns the Zendesk account that the warehouse belongs to, if a reading has named one.
pub fn identity(connection: &Session) -> Result<Option<ZendeskIdentity>, WarehouseError> {
    Ok(connection
        .query_row("select subdomain, account_id from _zendesk_identity", [], |row| {
            Ok(ZendeskIdentity::stored(row.get(0)?, row.get(1)?))
        })
        .optional()?)
}

/// Stores the Zendesk account that the warehouse belongs to; a known account id stays, and an older name of the demo
/// becomes the one of now.
pub fn set_identity(connection: &Session, identity: &ZendeskIdentity) -> Result<(), WarehouseError> {
    connection.execute(
        "insert into _zendesk_identity (only_row, subdomain, account_id) values (1, ?1, ?2)
         on conflict (only_row) do update
           set subdomain = excluded.subdomain, account_id = coalesce(account_id, excluded.account_id)",
        (&identity.subdomain, identity.account_id),
    )?;
    Ok(())
}

/// Stores what an ingest doubted.
pub struct Notes<'c> {
    snapshot_id: i64,
    warning: Statement<'c>,
    /// How many warnings were stored.
    pub warning_count: u64,
}

/// One doubtful value.
#[derive(Debug)]
pub struct Warning<'a> {
    /// Line of the file, from 1.
    pub line: Option<u64>,
    /// Column or field.
    pub column: Option<&'a str>,
    /// A reason code.
    pub reason: &'a str,
    /// The value, cut to 200 characters.
    pub value: Option<&'a str>,
    /// `account`, `organization`, `user`, `organization_membership`, `ticket` or `collection`.
    pub subject_kind: &'static str,
    /// The id of the record.
    pub subject_id: Option<&'a str>,
}

impl<'c> Notes<'c> {
    /// For one snapshot.
    pub fn new(connection: &'c Session, snapshot_id: i64) -> Result<Self, WarehouseError> {
        Ok(Self {
            snapshot_id,
            warning: connection.prepare(
                "insert into ingest_warnings (snapshot_id, line, column_name, reason, value, subject_kind, subject_id)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?,
            warning_count: 0,
        })
    }

    /// Stores a doubtful value.
    pub fn warn(&mut self, warning: &Warning<'_>) -> Result<(), WarehouseError> {
        self.warning.execute((
            self.snapshot_id,
            warning.line.map(u64::cast_signed),
            warning.column,
            warning.reason,
            warning.value.map(cut),
            warning.subject_kind,
            warning.subject_id,
        ))?;
        self.warning_count += 1;
        Ok(())
    }
}

/// The first 200 characters.
fn cut(value: &str) -> &str {
    value.char_indices().nth(200).map_or(value, |(at, _)| &value[..at])
}
