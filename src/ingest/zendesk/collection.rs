//! One collection: read, cleared of repetitions, closed where it is complete, and accounted for.

use sha2::{Digest, Sha256};

use super::{
    ZendeskOptions, claims,
    field_tally::FieldTally,
    lines::{ChangedUsers, Lines, Under},
    model_collection,
    origin::SeenUrls,
    record_kind::{Intake, RecordKind},
};
use crate::{
    clock::Clock,
    ingest::{
        IngestError, guard,
        seen::{Key as _, Seen},
    },
    model::{Collection, Outcome, Reading, fields::Absent},
    warehouse::{
        Session, WarehouseError,
        snapshots::{self, CollectionRow},
    },
    zendesk::{
        folder::{ARCHIVED_NOT_LISTED, CollectionManifest, CollectionReading, Folder, Manifest, Place, Sink},
        wire::ApiRecord as _,
    },
};

/// The reason of a collection that is put together from exports one after the other.
pub(super) const APPEND: &str = "append";

/// What a file delivered.
struct Delivered<K> {
    seen: Seen<K>,
    /// Records that say of themselves that they are deleted; not among the seen.
    gone: Vec<K>,
    /// How many different records came, those that are gone among them.
    different: u64,
    /// Whether the warehouse knew some of them by their lines.
    has_passed: bool,
}

/// Stores the records of a file, and counts those that are known by their lines.
struct Delivery<'d, 'c, K: RecordKind, I: Intake<K>> {
    intake: &'d mut I,
    urls: &'d mut SeenUrls,
    delivered: Delivered<I::Key>,
    fields: FieldTally,
    /// None where only changes are read.
    lines: Option<Lines<'c, I::Key>>,
}

impl<K: RecordKind, I: Intake<K>> Sink<K, IngestError> for Delivery<'_, '_, K, I> {
    fn passes(&mut self, line: &[u8]) -> Result<bool, IngestError> {
        let Some(lines) = &mut self.lines else { return Ok(false) };
        let Some(key) = lines.pass(line)? else { return Ok(false) };
        self.fields.note(Absent::default());
        self.delivered.seen.note(key);
        Ok(true)
    }

    fn take(&mut self, place: Place, record: K::Record<'_>) -> Result<(), IngestError> {
        self.urls.note(record.url());
        let absent = self.intake.absent(&record).among(const { K::COLLECTION.fields().deciding() });
        if !record.is_marked_deleted() {
            self.fields.note(absent);
        }
        let Some(key) = self.intake.key(&record) else { return Ok(()) };
        self.delivered.seen.note(key);
        if self.intake.is_gone(&record) {
            self.delivered.gone.push(key);
            return Ok(());
        }
        let is_plain = self.intake.put(place, &record)?;
        match &mut self.lines {
            Some(lines) if is_plain && absent == Absent::default() => {
                Ok(lines.note(key, self.intake.user_id(&record), record.url())?)
            }
            _ => Ok(()),
        }
    }
}

/// Reads the collections of a folder, one after the other.
pub(super) struct Reader<'a> {
    pub(super) connection: &'a Session,
    pub(super) snapshot_id: i64,
    pub(super) folder: &'a Folder,
    pub(super) manifest: &'a Manifest,
    /// Only tickets created from then on.
    pub(super) since: Option<&'a str>,
    /// When the records were read, ISO-8601 UTC.
    pub(super) taken_at: &'a str,
    pub(super) options: &'a ZendeskOptions,
    pub(super) clock: &'a Clock,
    /// Over the digests of the files.
    pub(super) digest: Sha256,
    pub(super) read: Vec<CollectionRow>,
    /// For people.
    pub(super) notes: Vec<String>,
    /// Fields that only some records have.
    pub(super) field_warnings: Vec<FieldWarning>,
    /// The account that the addresses of the records name.
    pub(super) urls: SeenUrls,
    /// What lines depend on that are not read again.
    pub(super) under: &'a Under,
    /// Whose memberships and tickets are.
    pub(super) changed_users: ChangedUsers,
    /// How many records were known by their lines.
    pub(super) known_count: u64,
}

/// A field that only some records of a collection have.
pub(super) struct FieldWarning {
    pub(super) collection: Collection,
    pub(super) key: String,
    /// How many lack it.
    pub(super) value: String,
}

impl Reader<'_> {
    /// Reads one collection and notes how far it got. Returns whether the intake was given just the records that are in
    /// force now.
    pub(super) fn read<K: RecordKind, I: Intake<K>>(&mut self, intake: &mut I) -> Result<bool, IngestError> {
        let collection = model_collection(K::COLLECTION);
        let said = self.manifest.collection(K::COLLECTION);
        let asked_for = said.reading.unwrap_or(Reading::Walk);
        let started_at = said.started_at.clone().unwrap_or_else(|| self.clock.now());
        if self.folder.files(K::COLLECTION).is_empty() {
            let row = without_file(collection, said, started_at);
            self.read.push(row);
            return Ok(false);
        }
        let (found, delivered, fields) = self.deliver::<K, I>(intake, said)?;
        let row_count = match asked_for {
            Reading::Walk => delivered.different - delivered.gone.len() as u64,
            Reading::Continued => intake.count_open_without(&delivered.gone)?,
        };
        let bound_since = self.since.filter(|_| collection == Collection::Tickets);
        let (mut outcome, mut reason) = claims::outcome(collection, said, found.outcome);
        if outcome == Outcome::Complete && bound_since.is_some() {
            (outcome, reason) = (Outcome::Bounded, Some("since".to_owned()));
        }
        if outcome == Outcome::Complete && self.folder.is_appended(K::COLLECTION) {
            (outcome, reason) = (Outcome::Bounded, Some(APPEND.to_owned()));
        }
        if matches!(outcome, Outcome::Complete | Outcome::Bounded) {
            let absent = fields.in_every_record::<K, I>(intake);
            (outcome, reason) = if absent.is_empty() {
                self.doubt_shrinking(collection, asked_for, (outcome, reason), row_count, bound_since)?
            } else {
                (Outcome::Partial, Some(format!("field_absent {}", absent.join(", "))))
            };
        }
        self.field_warnings.extend(fields.in_some_records::<K, I>(intake).map(|(key, value)| FieldWarning {
            collection,
            key,
            value,
        }));
        // The export of tickets holds back those that changed in the last minute, and shows deleted ones with that
        // status: what a walk of it did not bring is not gone.
        let is_all = asked_for == Reading::Walk && !(collection == Collection::Tickets && said.is_export());
        settle(intake, is_all, outcome, reason.as_deref(), &delivered)?;
        self.digest.update(format!("{} {}\n", collection.as_str(), found.blake3));
        self.read.push(CollectionRow {
            collection,
            outcome,
            reason,
            row_count,
            page_count: found.page_count,
            repeated_count: delivered.seen.noted() - delivered.different,
            first_cursor: found.first_cursor,
            last_cursor: found.last_cursor,
            is_end_of_stream_seen: found.end_of_stream_seen,
            started_at,
            finished_at: said.finished_at.clone().unwrap_or_else(|| self.clock.now()),
            bound_since: bound_since.map(str::to_owned),
            reading: asked_for,
            changed_count: (asked_for == Reading::Continued).then_some(delivered.different),
            // After what was left out a later snapshot would have a gap before it.
            continue_at: said.continue_at.clone().filter(|_| outcome == Outcome::Complete),
            unread_count: 0,
        });
        let is_given = !delivered.has_passed && delivered.gone.is_empty() && !said.is_export();
        Ok(outcome == Outcome::Complete && is_given)
    }

    /// Reads a file and stores its records. Which of them are deleted is only known afterwards.
    fn deliver<K: RecordKind, I: Intake<K>>(
        &mut self,
        intake: &mut I,
        said: &CollectionManifest,
    ) -> Result<(CollectionReading, Delivered<I::Key>, FieldTally), IngestError> {
        let collection = model_collection(K::COLLECTION);
        let lines = match said.reading.unwrap_or(Reading::Walk) {
            Reading::Walk => Some(Lines::open(
                self.connection,
                collection,
                said.is_export(),
                self.under,
                &self.changed_users,
            )?),
            Reading::Continued => None,
        };
        let delivered =
            Delivered { seen: Seen::default(), gone: Vec::new(), different: 0, has_passed: false };
        let urls = &mut self.urls;
        let mut delivery =
            Delivery { intake: &mut *intake, urls, delivered, fields: FieldTally::default(), lines };
        let found = self.folder.read_into::<K, IngestError>(&mut delivery)?;
        let Delivery { mut delivered, fields, lines, .. } = delivery;
        intake.flush()?;
        let (different, repeated) = delivered.seen.finish();
        delivered.different = different;
        if let Some(lines) = lines {
            delivered.has_passed = lines.passed() > 0;
            self.known_count += lines.passed();
            self.urls.note(lines.passed_url());
            lines.finish(self.connection, self.snapshot_id, &repeated)?;
        }
        if !repeated.is_empty() {
            delivered.different -= self.resolve_repeated::<K, I>(intake, &mut delivered, &repeated)?;
        }
        delivered.gone.sort_unstable();
        for &key in &delivered.gone {
            delivered.seen.remove(key);
        }
        Ok((found, delivered, fields))
    }

    /// A collection that lost many records since it was last read as far as now is not taken as such.
    fn doubt_shrinking(
        &mut self,
        collection: Collection,
        asked_for: Reading,
        (outcome, reason): (Outcome, Option<String>),
        row_count: u64,
        bound_since: Option<&str>,
    ) -> Result<(Outcome, Option<String>), IngestError> {
        let (max_shrink, is_accepted) = (self.options.max_shrink, self.options.accept_shrink);
        let base = match outcome {
            Outcome::Bounded => snapshots::last_bounded_count(
                self.connection,
                collection,
                reason.as_deref().unwrap_or_default(),
                bound_since.map(|since| (since, self.taken_at)),
            )?,
            _ => snapshots::last_complete_count(self.connection, collection)?,
        };
        match base.filter(|&last| !is_accepted && guard::is_shrunk(row_count, last, max_shrink)) {
            Some(last) => {
                self.notes.push(guard::shrink_note(collection, asked_for, row_count, last));
                Ok((Outcome::Partial, Some("shrunk".to_owned())))
            }
            None => Ok((outcome, reason)),
        }
    }

    /// Of records with one id the one that changed last wins, of equally old ones the last in the file.
    ///
    /// The first pass stored the last one, which mostly is right, unless it was known by its line. The file is read again
    /// for the ids in question, so that memory does not grow with it. Returns how many keys no longer belong to a record.
    fn resolve_repeated<K: RecordKind, I: Intake<K>>(
        &self,
        intake: &mut I,
        delivered: &mut Delivered<I::Key>,
        repeated: &[i64],
    ) -> Result<u64, IngestError> {
        struct Winner<Key> {
            updated_at: String,
            key: Key,
            number: u64,
            last_number: u64,
            is_gone: bool,
            losers: Vec<Key>,
        }
        let mut winners: Vec<Option<Winner<I::Key>>> = repeated.iter().map(|_| None).collect();
        self.folder.read::<K, IngestError>(|place, record| {
            let Some(key) = intake.key(&record) else { return Ok(()) };
            let Ok(at) = repeated.binary_search(&key.id()) else { return Ok(()) };
            let updated_at = record.updated_at().unwrap_or_default();
            let is_gone = intake.is_gone(&record);
            match &mut winners[at] {
                None => {
                    winners[at] = Some(Winner {
                        updated_at: updated_at.to_owned(),
                        key,
                        number: place.number,
                        last_number: place.number,
                        is_gone,
                        losers: Vec::new(),
                    });
                }
                Some(winner) => {
                    winner.last_number = place.number;
                    let loser = if updated_at >= winner.updated_at.as_str() {
                        updated_at.clone_into(&mut winner.updated_at);
                        winner.number = place.number;
                        winner.is_gone = is_gone;
                        std::mem::replace(&mut winner.key, key)
                    } else {
                        key
                    };
                    winner.losers.push(loser);
                }
            }
            Ok(())
        })?;
        delivered.gone.retain(|key| repeated.binary_search(&key.id()).is_err());
        let mut removed = 0;
        let mut again = Vec::new();
        for winner in winners.into_iter().flatten() {
            let mut is_moved = false;
            for loser in winner.losers.into_iter().filter(|&loser| loser != winner.key) {
                intake.close(loser)?;
                removed += u64::from(delivered.seen.remove(loser));
                is_moved = true;
            }
            if winner.is_gone {
                delivered.gone.push(winner.key);
            } else if is_moved || winner.number != winner.last_number || delivered.has_passed {
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

/// Ends the versions of what is gone, and brings up to date what did not come although it is there.
fn settle<K: RecordKind, I: Intake<K>>(
    intake: &mut I,
    is_all: bool,
    outcome: Outcome,
    reason: Option<&str>,
    delivered: &Delivered<I::Key>,
) -> Result<(), WarehouseError> {
    if outcome == Outcome::Complete || reason == Some(APPEND) {
        // An earlier line of the file may have shown it as there.
        delivered.gone.iter().try_for_each(|&key| intake.close(key))?;
    }
    match (is_all, outcome) {
        (true, Outcome::Complete) => {
            intake.close_unseen(&delivered.seen)?;
        }
        (false, Outcome::Complete | Outcome::Bounded) => intake.follow()?,
        _ => {
            intake.close_moved(&delivered.seen)?;
            if matches!(reason, Some(ARCHIVED_NOT_LISTED | APPEND)) {
                intake.follow()?;
            }
        }
    }
    Ok(())
}

/// The row of a collection that the folder does not have.
fn without_file(collection: Collection, said: &CollectionManifest, started_at: String) -> CollectionRow {
    let (outcome, reason) = claims::outcome_without_file(said);
    CollectionRow {
        collection,
        outcome,
        reason,
        row_count: 0,
        page_count: 0,
        repeated_count: 0,
        first_cursor: None,
        last_cursor: None,
        is_end_of_stream_seen: false,
        finished_at: said.finished_at.clone().unwrap_or_else(|| started_at.clone()),
        started_at,
        bound_since: None,
        reading: Reading::Walk,
        changed_count: None,
        continue_at: None,
        unread_count: 0,
    }
}
