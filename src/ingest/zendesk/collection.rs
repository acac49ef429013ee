//! One collection: read, cleared of repetitions, closed where it is complete, and accounted for.

use sha2::{Digest, Sha256};

use super::{ZendeskOptions, model_collection};
use crate::{
    clock::Clock,
    ingest::{
        IngestError, guard,
        seen::{Key, Seen},
    },
    model::{Collection, Outcome, Reading},
    warehouse::{
        Connection, WarehouseError,
        snapshots::{self, CollectionRow},
    },
    zendesk::folder::{CollectionReading, Folder, Kind, Outcome as FolderOutcome, Place},
};

/// Stores the records of one kind.
pub(super) trait Intake<K: Kind> {
    /// Identifies a record.
    type Key: Key;

    /// The key of a record that belongs into the snapshot; none for one that does not.
    fn key(&self, record: &K::Record<'_>) -> Option<Self::Key>;

    /// When the record last changed, ISO-8601 UTC.
    fn updated_at<'r>(&self, record: &'r K::Record<'_>) -> Option<&'r str>;

    /// Stores a record; of several with one key the last one counts.
    fn put(&mut self, place: Place, record: &K::Record<'_>) -> Result<(), IngestError>;

    /// Stores what was put and still waits.
    fn flush(&mut self) -> Result<(), WarehouseError>;

    /// Takes back a record.
    fn close(&mut self, key: Self::Key) -> Result<(), WarehouseError>;

    /// Closes every record that is not among the keys. There is none if no earlier snapshot stored any.
    fn close_unseen(&mut self, seen: &Seen<Self::Key>) -> Result<u64, WarehouseError>;

    /// Closes what an incomplete reading shows under another key: a record is there once.
    fn close_moved(&mut self, _seen: &Seen<Self::Key>) -> Result<(), WarehouseError> {
        Ok(())
    }

    /// From now on records come again, so that doubts about them are stored already.
    fn be_quiet(&mut self);
}

/// Reads the collections of a folder, one after the other.
pub(super) struct Reader<'a> {
    pub(super) connection: &'a Connection,
    pub(super) folder: &'a Folder,
    pub(super) options: &'a ZendeskOptions,
    pub(super) clock: &'a Clock,
    /// Over the digests of the files.
    pub(super) digest: Sha256,
    pub(super) read: Vec<CollectionRow>,
    /// For people.
    pub(super) notes: Vec<String>,
}

impl Reader<'_> {
    /// Reads one collection and notes how far it got.
    pub(super) fn read<K: Kind, I: Intake<K>>(&mut self, intake: &mut I) -> Result<Outcome, IngestError> {
        let collection = model_collection(K::COLLECTION);
        let started_at = self.clock.now();
        if self.folder.file(K::COLLECTION).is_none() {
            self.read.push(skipped(collection, &started_at));
            return Ok(Outcome::Skipped);
        }
        let mut seen = Seen::default();
        let reading: CollectionReading = self.folder.read::<K, IngestError>(|place, record| {
            if let Some(key) = intake.key(&record) {
                intake.put(place, &record)?;
                seen.note(key);
            }
            Ok(())
        })?;
        intake.flush()?;
        let (mut row_count, repeated) = seen.finish();
        if !repeated.is_empty() {
            row_count -= self.resolve_repeated::<K, I>(intake, &mut seen, &repeated)?;
        }

        let (mut outcome, mut reason) = match reading.outcome {
            FolderOutcome::Complete => (Outcome::Complete, None),
            FolderOutcome::Partial(reason) => (Outcome::Partial, Some(reason.code().to_owned())),
        };
        let bound_since = match collection {
            Collection::Tickets => self.options.since.clone(),
            _ => None,
        };
        if outcome == Outcome::Complete && bound_since.is_some() {
            (outcome, reason) = (Outcome::Bounded, Some("since".to_owned()));
        }
        if outcome == Outcome::Complete {
            let last = snapshots::last_complete_count(self.connection, collection)?;
            (outcome, reason) =
                guard::shrink(outcome, row_count, last, self.options.max_shrink, self.options.accept_shrink);
            if let (Outcome::Partial, Some(last)) = (outcome, last) {
                self.notes.push(guard::shrink_note(collection, row_count, last));
            }
        }
        if outcome == Outcome::Complete {
            intake.close_unseen(&seen)?;
        } else {
            intake.close_moved(&seen)?;
        }
        self.digest.update(format!("{} {}\n", collection.as_str(), reading.blake3));
        self.read.push(CollectionRow {
            collection,
            outcome,
            reason,
            row_count,
            page_count: reading.page_count,
            repeated_count: seen.noted() - row_count,
            first_cursor: reading.first_cursor,
            last_cursor: reading.last_cursor,
            is_end_of_stream_seen: reading.end_of_stream_seen,
            started_at,
            finished_at: self.clock.now(),
            bound_since,
            reading: Reading::Walk,
            changed_count: None,
            continue_at: None,
        });
        Ok(outcome)
    }

    /// Of records with one id the one that changed last wins, of equally old ones the last in the file.
    ///
    /// The first pass stored the last one, which mostly is right. The file is read again for the ids in
    /// question, so that memory does not grow with it. Returns how many keys are none of a record any more.
    fn resolve_repeated<K: Kind, I: Intake<K>>(
        &self,
        intake: &mut I,
        seen: &mut Seen<I::Key>,
        repeated: &[i64],
    ) -> Result<u64, IngestError> {
        struct Winner<Key> {
            updated_at: String,
            key: Key,
            number: u64,
            last_number: u64,
            losers: Vec<Key>,
        }
        let mut winners: Vec<Option<Winner<I::Key>>> = repeated.iter().map(|_| None).collect();
        self.folder.read::<K, IngestError>(|place, record| {
            let Some(key) = intake.key(&record) else { return Ok(()) };
            let Ok(at) = repeated.binary_search(&key.id()) else { return Ok(()) };
            let updated_at = intake.updated_at(&record).unwrap_or_default();
            match &mut winners[at] {
                None => {
                    winners[at] = Some(Winner {
                        updated_at: updated_at.to_owned(),
                        key,
                        number: place.number,
                        last_number: place.number,
                        losers: Vec::new(),
                    });
                }
                Some(winner) => {
                    winner.last_number = place.number;
                    let loser = if updated_at >= winner.updated_at.as_str() {
                        updated_at.clone_into(&mut winner.updated_at);
                        winner.number = place.number;
                        std::mem::replace(&mut winner.key, key)
                    } else {
                        key
                    };
                    winner.losers.push(loser);
                }
            }
            Ok(())
        })?;
        let mut removed = 0;
        let mut again = Vec::new();
        for winner in winners.into_iter().flatten() {
            let mut is_moved = false;
            for loser in winner.losers.into_iter().filter(|&loser| loser != winner.key) {
                intake.close(loser)?;
                removed += u64::from(seen.remove(loser));
                is_moved = true;
            }
            if is_moved || winner.number != winner.last_number {
                again.push(winner.number);
            }
        }
        if again.is_empty() {
            return Ok(removed);
        }
        again.sort_unstable();
        intake.be_quiet();
        self.folder.read::<K, IngestError>(|place, record| {
            if again.binary_search(&place.number).is_ok() {
                intake.put(place, &record)?;
            }
            Ok(())
        })?;
        intake.flush()?;
        Ok(removed)
    }
}

/// The row of a collection that the folder does not have.
pub(super) fn skipped(collection: Collection, now: &str) -> CollectionRow {
    CollectionRow {
        collection,
        outcome: Outcome::Skipped,
        reason: Some("no_file".to_owned()),
        row_count: 0,
        page_count: 0,
        repeated_count: 0,
        first_cursor: None,
        last_cursor: None,
        is_end_of_stream_seen: false,
        started_at: now.to_owned(),
        finished_at: now.to_owned(),
        bound_since: None,
        reading: Reading::Walk,
        changed_count: None,
        continue_at: None,
    }
}
