//! What the newest snapshot of Zendesk keeps of the lines of its files: a hash of each, and the record that it held.
//!
//! A line that is the same in the next snapshot need not be read again. The lists are of the newest snapshot alone, and
//! hold no text. Whoever changes records or snapshots in place calls [`forget`].

use rusqlite::{OptionalExtension, Statement};
use xxhash_rust::xxh3::Xxh3;

use super::{OPEN, WarehouseError, forgotten, session::Session};
use crate::model::Collection;

/// What is said of the lines of one collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineList {
    /// Under what they were read: whoever reads otherwise knows none of them.
    pub made_of: String,
    /// The newest domain of then, see [`platforms`].
    pub last_domain_id: i64,
    /// The beginning of the records' addresses in the API; none: they have none.
    pub url: Option<String>,
    /// The ids of records that came more than once, in their order: little-endian, 64 bits each.
    pub repeated: Vec<u8>,
}

/// Returns what is known of the lines of a collection, if the newest Zendesk snapshot is the one that noted them.
pub fn find(connection: &Session, collection: Collection) -> Result<Option<LineList>, WarehouseError> {
    Ok(connection
        .query_row(
            "select made_of, last_domain_id, url, repeated
             from _line_lists
             where collection = ?1
               and snapshot_id = (select max(s.snapshot_id) from snapshots as s where s.source = 'zendesk')",
            [collection.as_str()],
            |row| {
                Ok(LineList {
                    made_of: row.get(0)?,
                    last_domain_id: row.get(1)?,
                    url: row.get(2)?,
                    repeated: row.get(3)?,
                })
            },
        )
        .optional()?)
}

/// The lines of one collection in parts, in the order of the files. A part is opaque here.
pub struct LineParts<'c> {
    connection: &'c Session,
    collection: Collection,
    read: Statement<'c>,
    write: Statement<'c>,
}

impl<'c> LineParts<'c> {
    /// Prepares the statements.
    pub fn new(connection: &'c Session, collection: Collection) -> Result<Self, WarehouseError> {
        Ok(Self {
            connection,
            collection,
            read: connection.prepare("select lines from _line_parts where collection = ?1 and part = ?2")?,
            write: connection.prepare(
                "insert into _line_parts (collection, part, lines) values (?1, ?2, ?3)
                 on conflict (collection, part) do update set lines = excluded.lines",
            )?,
        })
    }

    /// Returns a part, counted from 0; none behind the last.
    pub fn read(&mut self, part: i64) -> Result<Option<Vec<u8>>, WarehouseError> {
        Ok(self.read.query_row((self.collection.as_str(), part), |row| row.get(0)).optional()?)
    }

    /// Puts a part in the place of the one that is there.
    pub fn write(&mut self, part: i64, lines: &[u8]) -> Result<(), WarehouseError> {
        self.write.execute((self.collection.as_str(), part, lines))?;
        Ok(())
    }

    /// Ends a list of this number of parts. Without `list` nothing is known of the lines.
    pub fn finish(
        self,
        snapshot_id: i64,
        part_count: i64,
        list: Option<&LineList>,
    ) -> Result<(), WarehouseError> {
        let name = self.collection.as_str();
        let kept = if list.is_some() { part_count } else { 0 };
        self.connection
            .execute("delete from _line_parts where collection = ?1 and part >= ?2", (name, kept))?;
        self.connection.execute("delete from _line_lists where collection = ?1", [name])?;
        if let Some(list) = list {
            self.connection.execute(
                "insert into _line_lists (collection, snapshot_id, made_of, last_domain_id, url, repeated)
                 values (?1, ?2, ?3, ?4, ?5, ?6)",
                (name, snapshot_id, &list.made_of, list.last_domain_id, &list.url, &list.repeated),
            )?;
        }
        Ok(())
    }
}

/// Drops the lists of collections that this snapshot noted no lines of.
pub fn drop_others(connection: &Session, snapshot_id: i64) -> Result<(), WarehouseError> {
    connection.execute("delete from _line_lists where snapshot_id <> ?1", [snapshot_id])?;
    connection.execute(
        "delete from _line_parts where collection not in (select l.collection from _line_lists as l)",
        [],
    )?;
    Ok(())
}

/// Makes the next snapshot read every line.
pub fn forget(connection: &Session) -> Result<(), WarehouseError> {
    connection.execute("delete from _line_lists", [])?;
    connection.execute("delete from _line_parts", [])?;
    Ok(())
}

/// The bytes that lines are hashed with. They are this file's own, so that nobody can make two lines that hash alike, or
/// ask a file whether it has seen a line.
pub fn secret(connection: &Session) -> Result<[u8; 192], WarehouseError> {
    let mut secret = [0; 192];
    let key = forgotten::key(connection)?;
    blake3::Hasher::new_keyed(&key).update(b"lines of files").finalize_xof().fill(&mut secret);
    Ok(secret)
}

/// Which of the domains up to one count as hosts of platforms, as a digest: a line that named one of the others was not
/// doubted for it.
pub fn platforms(connection: &Session, last_domain_id: i64) -> Result<String, WarehouseError> {
    let mut digest = Xxh3::new();
    let mut statement = connection.prepare(
        "select domain_id from _domains where listed_kind = 'platform' and domain_id <= ?1 order by domain_id",
    )?;
    let mut rows = statement.query([last_domain_id])?;
    while let Some(row) = rows.next()? {
        digest.update(&row.get::<_, i64>(0)?.to_le_bytes());
    }
    Ok(format!("{:032x}", digest.digest128()))
}

/// Returns the newest domain.
pub fn last_domain_id(connection: &Session) -> Result<i64, WarehouseError> {
    Ok(connection.query_row("select coalesce(max(domain_id), 0) from _domains", [], |row| row.get(0))?)
}

/// Visits the users that came, went or changed in a snapshot.
pub fn changed_users(
    connection: &Session,
    snapshot_id: i64,
    mut visit: impl FnMut(i64),
) -> Result<(), WarehouseError> {
    // The index over the starts leaves the first two out.
    let in_index = if snapshot_id > 2 { "and valid_from > 2" } else { "" };
    for sql in [
        format!("select user_id from _user_versions where valid_from = ?1 {in_index}"),
        format!("select user_id from _user_versions where valid_to = ?1 and valid_to < {OPEN}"),
    ] {
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([snapshot_id])?;
        while let Some(row) = rows.next()? {
            visit(row.get(0)?);
        }
    }
    Ok(())
}
