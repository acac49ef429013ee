//! Lines that are the same as in the newest snapshot.
//!
//! Each line that held a record which nobody doubted is noted with a hash and its record's key. A line with the same hash
//! in the next snapshot holds the same record, which is in force already: it only has to be counted. What else could make
//! something new of the same bytes is either part of [`Under`], or makes a line one that is always read:
//!
//! - a record that was doubted, is deleted, lacks a field or came more than once;
//! - a record of a person who is to be forgotten;
//! - a record that was made with what another one says of a user, if that user changed.
//!
//! The list is compared in the order of the files, with some distance on both sides, so that memory does not grow with
//! it; a line that is not found there is read, and nothing is lost.

use std::ops::Range;

use serde_json::json;
use xxhash_rust::xxh3::xxh3_128_with_secret;

use super::{FieldOptions, ZendeskOptions, origin::beginning_of};
use crate::{
    ingest::seen::Key,
    model::Collection,
    warehouse::{
        Session, WarehouseError,
        lines::{self, LineList, LineParts},
    },
};

/// Lines in a part.
const PART: usize = 4096;

/// How far around the line that is expected next a line is looked for.
const AROUND: usize = 64;

/// From so many lines on that are known and were not met, the rest counts as unknown: the files are others.
const MOST_AHEAD: usize = 1 << 20;

/// From so many records on that came more than once, no line is noted: they would all have to be looked up.
const MOST_REPEATED: usize = 10_000;

/// What must be the same so that a line says the same again.
#[derive(Debug, Clone)]
pub(super) struct Under {
    /// Options, and which orgdrift reads.
    options: String,
    /// Whether every line is read, whatever is known of it.
    is_every_line: bool,
    secret: [u8; 192],
}

impl Under {
    /// What is so in this reading.
    pub(super) fn of(
        connection: &Session,
        options: &ZendeskOptions,
        since: Option<&str>,
    ) -> Result<Self, WarehouseError> {
        let FieldOptions { account_id_field, ignore_fields } = &options.fields;
        let made_of = json!({
            "orgdrift": env!("ORGDRIFT_SOURCES"),
            "since": since,
            "with_subjects": options.with_subjects,
            "account_id_field": account_id_field,
            "ignore_fields": ignore_fields,
        });
        Ok(Self {
            options: made_of.to_string(),
            is_every_line: options.every_line,
            secret: lines::secret(connection)?,
        })
    }

    fn made_of(
        &self,
        connection: &Session,
        is_export: bool,
        last_domain_id: i64,
    ) -> Result<String, WarehouseError> {
        let platforms = lines::platforms(connection, last_domain_id)?;
        let way = if is_export { "export" } else { "list" };
        Ok(format!("{} {way} {platforms}", self.options))
    }
}

/// The users that changed, by some bits of their ids: one that did not may be among them, none is missing.
#[derive(Debug, Default)]
pub(super) struct ChangedUsers(Vec<u64>);

impl ChangedUsers {
    pub(super) fn load(connection: &Session, snapshot_id: i64) -> Result<Self, WarehouseError> {
        let mut changed = Vec::new();
        lines::changed_users(connection, snapshot_id, |user_id| {
            if changed.is_empty() {
                changed.resize(1 << 18, 0);
            }
            let bits = bits_of(user_id);
            changed[(bits >> 6) as usize] |= 1 << (bits & 63);
        })?;
        Ok(Self(changed))
    }

    fn has(&self, bits: u32) -> bool {
        self.0.get((bits >> 6) as usize).is_some_and(|word| word >> (bits & 63) & 1 == 1)
    }
}

/// Twenty-four bits of a user's id.
fn bits_of(user_id: i64) -> u32 {
    (user_id.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u32
}

/// Lines that were noted, one after the other.
#[derive(Debug)]
struct Noted<K> {
    hashes: Vec<u128>,
    keys: Vec<K>,
    /// Of the user whose changes count for the record, see [`bits_of`].
    users: Vec<u32>,
}

impl<K> Default for Noted<K> {
    fn default() -> Self {
        Self { hashes: Vec::new(), keys: Vec::new(), users: Vec::new() }
    }
}

impl<K: Key> Noted<K> {
    fn push(&mut self, hash: u128, key: K, user: u32) {
        self.hashes.push(hash);
        self.keys.push(key);
        self.users.push(user);
    }

    fn len(&self) -> usize {
        self.hashes.len()
    }

    fn drop_first(&mut self, count: usize) {
        self.hashes.drain(..count);
        self.keys.drain(..count);
        self.users.drain(..count);
    }

    /// Hashes, users in three bytes each, keys; before them how many there are.
    fn take_bytes(&mut self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 + self.len() * 24);
        bytes.extend_from_slice(&u32::try_from(self.len()).unwrap_or(0).to_le_bytes());
        self.hashes.iter().for_each(|hash| bytes.extend_from_slice(&hash.to_le_bytes()));
        self.users.iter().for_each(|user| bytes.extend_from_slice(&user.to_le_bytes()[..3]));
        let mut before = K::START;
        for &key in &self.keys {
            key.write(before, &mut bytes);
            before = key;
        }
        self.drop_first(self.len());
        bytes
    }

    /// Adds what [`Self::take_bytes`] wrote; of bytes that it did not write, nothing.
    fn add_bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let (count, rest) = bytes.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        let (hashes, rest) = rest.split_at_checked(count.checked_mul(16)?)?;
        let (users, keys) = rest.split_at_checked(count.checked_mul(3)?)?;
        let mut read = Vec::with_capacity(count);
        let (mut keys, mut before) = (keys.iter(), K::START);
        for _ in 0..count {
            before = K::read(before, &mut keys)?;
            read.push(before);
        }
        self.hashes.extend(hashes.as_chunks().0.iter().map(|hash| u128::from_le_bytes(*hash)));
        self.users.extend(
            users.as_chunks().0.iter().map(|[one, two, three]| u32::from_le_bytes([*one, *two, *three, 0])),
        );
        self.keys.append(&mut read);
        Some(())
    }
}

/// The lines of one collection: which are known, and which are noted for the next snapshot.
pub(super) struct Lines<'c, K> {
    parts: LineParts<'c>,
    /// An export shows deleted records, which a list leaves out.
    is_export: bool,
    under: &'c Under,
    changed: &'c ChangedUsers,
    /// What is known; none: nothing.
    known: Option<Known>,
    /// The known lines from the one on that is expected next.
    ahead: Noted<K>,
    /// How many of them were met.
    at: usize,
    /// How many lines were not known since the last one that was.
    missed: usize,
    /// The parts that were loaded, and those that were written.
    loaded: i64,
    is_all_loaded: bool,
    written: i64,
    noted: Noted<K>,
    /// The beginning of the addresses of the noted records, empty if they have none; none: nothing was noted.
    url: Option<String>,
    /// The hash of the line that is read now.
    line: Option<u128>,
    passed: u64,
}

struct Known {
    list: LineList,
    repeated: Vec<i64>,
}

impl<'c, K: Key> Lines<'c, K> {
    pub(super) fn open(
        connection: &'c Session,
        collection: Collection,
        is_export: bool,
        under: &'c Under,
        changed: &'c ChangedUsers,
    ) -> Result<Self, WarehouseError> {
        let mut known = None;
        if let Some(list) = lines::find(connection, collection)?.filter(|_| !under.is_every_line)
            && list.made_of == under.made_of(connection, is_export, list.last_domain_id)?
        {
            let repeated = list.repeated.as_chunks().0.iter().map(|id| i64::from_le_bytes(*id)).collect();
            known = Some(Known { list, repeated });
        }
        Ok(Self {
            parts: LineParts::new(connection, collection)?,
            is_export,
            under,
            changed,
            url: known.as_ref().map(|known| known.list.url.clone().unwrap_or_default()),
            known,
            ahead: Noted::default(),
            at: 0,
            missed: 0,
            loaded: 0,
            is_all_loaded: false,
            written: 0,
            noted: Noted::default(),
            line: None,
            passed: 0,
        })
    }

    /// The key of the record of a line that need not be read.
    pub(super) fn pass(&mut self, line: &[u8]) -> Result<Option<K>, WarehouseError> {
        let hash = xxh3_128_with_secret(line, &self.under.secret);
        self.line = Some(hash);
        if self.known.is_none() {
            return Ok(None);
        }
        while self.ahead.len() < self.at + self.missed + 2 * AROUND && self.load()? {}
        let Some(found) = self.place_of(hash) else {
            self.missed += 1;
            return Ok(None);
        };
        (self.at, self.missed) = (found + 1, 0);
        let (key, user) = (self.ahead.keys[found], self.ahead.users[found]);
        let is_repeated = |known: &Known| known.repeated.binary_search(&key.id()).is_ok();
        if self.changed.has(user) || self.known.as_ref().is_some_and(is_repeated) {
            return Ok(None);
        }
        self.line = None;
        self.passed += 1;
        self.push(hash, key, user)?;
        Ok(Some(key))
    }

    /// Where the line is among those ahead: the next one, or near it, or near where it would be if each line that was not
    /// known had taken the place of one.
    fn place_of(&self, hash: u128) -> Option<usize> {
        let hashes = &self.ahead.hashes;
        let find = |range: Range<usize>| {
            let range = range.start.min(hashes.len())..range.end.min(hashes.len());
            let at = hashes[range.clone()].iter().position(|known| *known == hash)?;
            Some(range.start + at)
        };
        let expected = self.at + self.missed;
        find(expected..expected + 1)
            .or_else(|| find(self.at..self.at + AROUND))
            .or_else(|| find(expected.saturating_sub(AROUND).max(self.at)..expected + AROUND))
    }

    /// Loads the next part of what is known.
    fn load(&mut self) -> Result<bool, WarehouseError> {
        if self.known.is_none() || self.is_all_loaded {
            return Ok(false);
        }
        if self.at >= PART {
            self.ahead.drop_first(self.at);
            self.at = 0;
        }
        let Some(bytes) = self.parts.read(self.loaded)? else {
            self.is_all_loaded = true;
            return Ok(false);
        };
        self.loaded += 1;
        if self.ahead.add_bytes(&bytes).is_none() || self.ahead.len() - self.at > MOST_AHEAD {
            self.ahead = Noted::default();
            self.at = 0;
            self.known = None;
        }
        Ok(self.known.is_some())
    }

    /// Notes the line that was read last: it holds this record, of which all is well.
    pub(super) fn note(
        &mut self,
        key: K,
        user_id: Option<i64>,
        url: Option<&str>,
    ) -> Result<(), WarehouseError> {
        let Some(hash) = self.line.take() else { return Ok(()) };
        let beginning = match (self.url.take(), url) {
            (Some(beginning), _) => Some(beginning),
            (None, None) => Some(String::new()),
            (None, Some(url)) => beginning_of(url),
        };
        let is_alike = match (&beginning, url) {
            (Some(beginning), Some(url)) => !beginning.is_empty() && url.starts_with(beginning.as_str()),
            (Some(beginning), None) => beginning.is_empty(),
            (None, _) => false,
        };
        self.url = beginning;
        if is_alike { self.push(hash, key, user_id.map_or(0, bits_of)) } else { Ok(()) }
    }

    fn push(&mut self, hash: u128, key: K, user: u32) -> Result<(), WarehouseError> {
        self.noted.push(hash, key, user);
        if self.noted.len() == PART { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), WarehouseError> {
        // What stands there is needed yet.
        while self.loaded <= self.written && self.load()? {}
        self.parts.write(self.written, &self.noted.take_bytes())?;
        self.written += 1;
        Ok(())
    }

    /// How many lines were known.
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    /// The beginning of the addresses of the records that were not read.
    pub(super) fn passed_url(&self) -> Option<&str> {
        self.url.as_deref().filter(|url| self.passed > 0 && !url.is_empty())
    }

    /// Keeps what was noted for the next snapshot. `repeated` are the ids that came more than once, in their order.
    pub(super) fn finish(
        mut self,
        connection: &Session,
        snapshot_id: i64,
        repeated: &[i64],
    ) -> Result<(), WarehouseError> {
        if self.noted.len() > 0 {
            self.write()?;
        }
        let last_domain_id = lines::last_domain_id(connection)?;
        let list = LineList {
            made_of: self.under.made_of(connection, self.is_export, last_domain_id)?,
            last_domain_id,
            url: self.url.filter(|url| !url.is_empty()),
            repeated: repeated.iter().flat_map(|id| id.to_le_bytes()).collect(),
        };
        let is_kept = self.written > 0 && repeated.len() <= MOST_REPEATED;
        self.parts.finish(snapshot_id, self.written, is_kept.then_some(&list))
    }
}
