//! The file of one collection: pages are appended and committed one by one.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use flate2::{Compression, bufread::MultiGzDecoder, write::GzEncoder};

use super::{
    commits::Commits,
    error::StagingError,
    files,
    manifest::{Entry, Mark, Options, mark_of},
    slim::{Malformed, page_line},
};
use crate::{
    model::{ContinueAt, GivenUp, Outcome},
    zendesk::{api::Page, folder::Collection},
};

/// How much a power failure may cost: pages of so long are read again.
const SYNC_EVERY: Duration = Duration::from_secs(5);

/// Why a page was not committed.
#[derive(Debug)]
pub(super) enum PageError {
    /// What was sent is not a page.
    Malformed,
    /// The disk.
    Staging(StagingError),
}

impl From<StagingError> for PageError {
    fn from(error: StagingError) -> Self {
        Self::Staging(error)
    }
}

impl From<Malformed> for PageError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// The end of a collection.
#[derive(Debug)]
pub(super) struct End {
    pub(super) finished_at: String,
    /// Where a later snapshot may continue.
    pub(super) continue_at: Option<ContinueAt>,
}

/// What a committed page was like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) row_count: u64,
    /// A page with the same ids was there before.
    pub(super) is_repeated: bool,
    /// It was, and nothing explains it: the rows are missing that should be on this one.
    pub(super) lacks_rows: bool,
    /// The number of pages in a row that hold the same ids, this one included.
    pub(super) same_run: u32,
}

/// Appends pages to a collection's file.
#[derive(Debug)]
pub(super) struct CollectionWriter {
    commits: Arc<Commits>,
    collection: Collection,
    file: File,
    with_subjects: bool,
    pub(super) entry: Entry,
    synced_at: Instant,
    /// Hashes of the pages of this command: a fetch that is resumed meets a repetition one round later.
    pages: HashSet<u64>,
    last_page: Option<u64>,
    same_run: u32,
}

impl CollectionWriter {
    pub(super) fn open(
        commits: Arc<Commits>,
        collection: Collection,
        mut entry: Entry,
        options: &Options,
    ) -> Result<Self, StagingError> {
        let path = commits.folder().join(files::file_name(collection));
        files::check_file(&path)?;
        let io = |error| StagingError::io("cannot write", &path)(error);
        let mut file =
            files::private_file().read(true).create(true).truncate(false).open(&path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        if length < entry.written.length || !unpacks(&mut file, &entry.synced, &entry.written).map_err(io)? {
            if length < entry.synced.length {
                return Err(StagingError::Damaged { path, what: "the file is shorter than it was" });
            }
            entry.written = entry.synced.clone();
        }
        file.set_len(entry.written.length).map_err(io)?;
        file.seek(SeekFrom::End(0)).map_err(io)?;
        Ok(Self {
            commits,
            collection,
            file,
            with_subjects: options.with_subjects,
            entry,
            synced_at: Instant::now(),
            pages: HashSet::new(),
            last_page: None,
            same_run: 0,
        })
    }

    /// Appends a page and commits it: from now on resuming begins behind it. The last page is committed
    /// together with the end of its collection.
    pub(super) fn write(&mut self, page: &Page, end: Option<End>) -> Result<Written, PageError> {
        let line = page_line(self.entry.listing, page, self.with_subjects)?;
        let member = pack(&line.text).map_err(|error| self.error(error))?;
        self.file.write_all(&member).map_err(|error| self.error(error))?;
        let next = page.next.as_ref().and_then(mark_of);
        let judged = self.judge(line.row_count, line.ids_hash, next.as_ref());
        let end = end.filter(|_| !judged.lacks_rows);
        let written = &mut self.entry.written;
        written.length += member.len() as u64;
        written.pages += 1;
        written.rows += line.row_count;
        if let Some(ContinueAt::Cursor(cursor)) = &next {
            written.last_cursor = Some(cursor.clone());
            self.entry.first_cursor.get_or_insert_with(|| cursor.clone());
        }
        written.next = next;
        let is_last = end.is_some();
        if let Some(end) = end {
            self.entry.outcome = Some(Outcome::Complete);
            self.entry.finished_at = Some(end.finished_at);
            self.entry.continue_at = end.continue_at;
        }
        self.commit(is_last)?;
        Ok(judged)
    }

    fn judge(&mut self, row_count: u64, ids_hash: u64, next: Option<&ContinueAt>) -> Written {
        let is_filled = row_count > 0;
        let is_repeated = !self.pages.insert(ids_hash) && is_filled;
        self.same_run = match self.last_page {
            Some(last) if last == ids_hash && is_filled => self.same_run + 1,
            _ => 1,
        };
        self.last_page = Some(ids_hash);
        // The export by time brings a page of one second again on the way to the next second.
        let is_of_one_second = match (&self.entry.written.next, next) {
            (Some(ContinueAt::Time(asked)), Some(ContinueAt::Time(next))) => *next <= asked + 1,
            _ => false,
        };
        let lacks_rows = is_repeated && !is_of_one_second;
        Written { row_count, is_repeated, lacks_rows, same_run: self.same_run }
    }

    /// Notes when the first page was asked for.
    pub(super) fn start(&mut self, now: String) {
        self.entry.started_at.get_or_insert(now);
    }

    /// Drops what was read and begins again with another entry.
    pub(super) fn begin_again(&mut self, entry: Entry) -> Result<(), StagingError> {
        self.entry = entry;
        // The length first: a journal that names more than is there is damaged.
        self.commit(true)?;
        self.file.set_len(0).and_then(|()| self.file.rewind()).map_err(|error| self.error(error))?;
        self.pages.clear();
        self.last_page = None;
        Ok(())
    }

    /// Gives the collection up before its end.
    pub(super) fn give_up(
        mut self,
        outcome: Outcome,
        reason: GivenUp,
        now: String,
    ) -> Result<(), StagingError> {
        self.entry.outcome = Some(outcome);
        self.entry.reason = Some(reason.as_str().to_owned());
        self.entry.finished_at = Some(now);
        self.commit(true)?;
        if self.entry.written.pages == 0 {
            // A file without a page would say that the collection is empty.
            let path = self.commits.folder().join(files::file_name(self.collection));
            std::fs::remove_file(&path).map_err(StagingError::io("cannot remove", path))?;
        }
        Ok(())
    }

    /// Commits what was reached when a fetch is interrupted.
    pub(super) fn pause(mut self) -> Result<(), StagingError> {
        self.commit(true)
    }

    fn commit(&mut self, is_last: bool) -> Result<(), StagingError> {
        let is_synced = is_last || self.synced_at.elapsed() >= SYNC_EVERY;
        if is_synced {
            self.file.sync_data().map_err(|error| self.error(error))?;
            self.entry.synced = self.entry.written.clone();
            self.synced_at = Instant::now();
        }
        self.commits.commit(self.collection, &self.entry, is_synced)
    }

    fn error(&self, error: io::Error) -> StagingError {
        StagingError::io("cannot write", self.commits.folder().join(files::file_name(self.collection)))(error)
    }
}

/// Packs a page as a gzip member of its own: members in a row are one gzip file.
fn pack(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
    encoder.write_all(text)?;
    encoder.finish()
}

/// Whether what was written after the last sync is there: a few seconds' worth of pages.
fn unpacks(file: &mut File, synced: &Mark, written: &Mark) -> io::Result<bool> {
    if written.length <= synced.length {
        return Ok(true);
    }
    file.seek(SeekFrom::Start(synced.length))?;
    let tail = io::BufReader::new(file.take(written.length - synced.length));
    match io::copy(&mut MultiGzDecoder::new(tail), &mut io::sink()) {
        Ok(_) => Ok(true),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            ) =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
