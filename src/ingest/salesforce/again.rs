//! The same bytes again: an export that did not change is no new snapshot.

use super::{SalesforceOptions, judge::Verdict, words};
use crate::{
    ingest::{IngestError, IngestReport, Refusal},
    model::Source,
    warehouse::{
        Session,
        snapshots::{self, SameBytes, SnapshotRow},
        staging::StagedCounts,
    },
};

/// How a file relates to the snapshots that are there.
pub(super) enum Again {
    /// Its bytes are new, or a later time was given for them.
    Other,
    /// An older snapshot has the same bytes.
    Older(SameBytes),
    /// The newest snapshot has them, read with the same options, and nothing is to be done.
    Reused(Box<SnapshotRow>),
    /// The newest snapshot has them and is partial; with what was accepted now it would be complete.
    Replaced(Box<SnapshotRow>),
}

/// Compares the file with the snapshots. `found` is the snapshot that it would become.
pub(super) fn look(
    connection: &Session,
    found: &SnapshotRow,
    verdict: &Verdict,
    options: &SalesforceOptions,
) -> Result<Again, IngestError> {
    let Some(same) = snapshots::of_same_bytes(connection, &found.input_digest)? else {
        return Ok(Again::Other);
    };
    let Some(newest) = snapshots::newest(connection, Source::Salesforce)? else { return Ok(Again::Other) };
    if same.snapshot_id != newest.snapshot_id {
        return Ok(Again::Older(same));
    }
    let is_later = options.origin.taken_at.as_ref().is_some_and(|given| *given > newest.taken_at);
    let is_read_alike = words::reading(&newest.options) == words::reading(&found.options);
    Ok(match (is_read_alike, is_later, newest.is_complete, verdict.is_complete()) {
        (true, _, false, true) => Again::Replaced(Box::new(newest)),
        (true, false, _, _) => Again::Reused(Box::new(newest)),
        _ => Again::Other,
    })
}

/// What is said where an older snapshot has the same bytes.
pub(super) fn older_note(same: &SameBytes) -> String {
    format!(
        "the file has the same bytes as snapshot {} of {}, which is not the newest: is it the right file?",
        same.snapshot_id, same.taken_at
    )
}

/// The refusal of a file that an older snapshot was read from.
pub(super) fn read_before(file: &str, same: SameBytes) -> Refusal {
    Refusal::ReadBefore { file: file.to_owned(), snapshot_id: same.snapshot_id, taken_at: same.taken_at }
}

/// The refusal of a file that is not whole.
pub(super) fn not_whole(file: &str, report: &IngestReport) -> Refusal {
    let row = report.collections.first();
    let reason = row.and_then(|row| row.reason.clone()).unwrap_or_default();
    Refusal::NotWhole { file: file.to_owned(), reason, row_count: row.map_or(0, |row| row.row_count) }
}

/// What is said where a partial snapshot is replaced.
pub(super) fn replaced_note(newest: &SnapshotRow) -> String {
    format!(
        "the file has the same bytes as snapshot {}, which was partial and is replaced",
        newest.snapshot_id
    )
}

/// The newest snapshot once more.
pub(super) fn reuse(
    connection: &Session,
    newest: SnapshotRow,
    mut notes: Vec<String>,
    verdict: &Verdict,
    staged: &StagedCounts,
) -> Result<IngestReport, IngestError> {
    let collections = snapshots::collections(connection, newest.snapshot_id)?;
    let (warning_count, rejection_count) = snapshots::note_counts(connection, newest.snapshot_id)?;
    notes.push(format!(
        "the file has the same bytes as snapshot {}, which is used again with its date; --taken-at TIME makes a new one",
        newest.snapshot_id
    ));
    if !newest.is_complete {
        notes.extend(verdict.notes(staged));
    }
    Ok(IngestReport {
        snapshot: newest,
        collections,
        warning_count,
        rejection_count,
        known_count: 0,
        notes,
        is_new: false,
    })
}
