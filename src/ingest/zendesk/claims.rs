//! What a folder's manifest says about its collections, judged.

use std::path::Path;

use crate::{
    ingest::{Refusal, error::Mismatch},
    model::{Collection, Outcome},
    warehouse::Continuation,
    zendesk::folder::{
        ARCHIVED_NOT_LISTED, Claim, Collection as Found, CollectionManifest, Folder, Manifest,
        Outcome as FolderOutcome,
    },
};

use super::model_collection;

/// Checks that readings that hold only what changed continue exactly where the newest snapshot ended: a gap
/// between the two would be a change that nobody ever reads.
pub(super) fn check_continued(
    path: &Path,
    folder: &Folder,
    manifest: &Manifest,
    base: Option<&Continuation>,
    with_subjects: bool,
) -> Result<(), Refusal> {
    for found in Found::ALL {
        let said = manifest.collection(found);
        if !said.is_continued() || folder.files(found).is_empty() {
            continue;
        }
        let collection = model_collection(found);
        if let Some(why) = mismatch(collection, said, base, with_subjects) {
            return Err(Refusal::NotContinued { folder: path.to_owned(), collection, why });
        }
    }
    Ok(())
}

fn mismatch(
    collection: Collection,
    said: &CollectionManifest,
    base: Option<&Continuation>,
    with_subjects: bool,
) -> Option<Mismatch> {
    let Some(base) = base else { return Some(Mismatch::NoSnapshot) };
    let snapshot_id = base.snapshot_id;
    match base.of(collection) {
        Some(_) if base.lacks_fields => Some(Mismatch::Fields { snapshot_id }),
        None => Some(Mismatch::NoPlace { snapshot_id, collection }),
        Some(_) if said.since.is_none() => Some(Mismatch::NoSince),
        place if place != said.since.as_ref() => Some(Mismatch::OtherPlace { snapshot_id }),
        Some(_) if collection == Collection::Tickets && with_subjects != base.with_subjects => {
            Some(Mismatch::Subjects { snapshot_id, is_kept: base.with_subjects })
        }
        Some(_) => None,
    }
}

/// How far a collection was read: the worse of what the manifest and what the file itself say.
pub(super) fn outcome(
    collection: Collection,
    said: &CollectionManifest,
    found: FolderOutcome,
) -> (Outcome, Option<String>) {
    let reason = said.reason.clone();
    let of_file = match found {
        FolderOutcome::Complete => None,
        FolderOutcome::Partial(reason) => Some(reason.code().to_owned()),
    };
    let is_without_archived = collection == Collection::Tickets
        && !said.is_continued()
        && (reason.as_deref() == Some(ARCHIVED_NOT_LISTED)
            || reason.is_none() && said.listing.as_deref() == Some(Found::Tickets.name()));
    match said.outcome {
        Some(Claim::NotPermitted) => not_permitted(reason),
        Some(Claim::Partial) if !is_without_archived => partial(reason, of_file),
        _ => match of_file {
            Some(reason) => (Outcome::Partial, Some(reason)),
            // It ended, and what it leaves out by itself is known.
            None if is_without_archived => (Outcome::Bounded, Some(ARCHIVED_NOT_LISTED.to_owned())),
            None => (Outcome::Complete, None),
        },
    }
}

/// The same for a collection without a file.
pub(super) fn outcome_without_file(said: &CollectionManifest) -> (Outcome, Option<String>) {
    match said.outcome {
        Some(Claim::NotPermitted) => not_permitted(said.reason.clone()),
        Some(Claim::Partial) => partial(said.reason.clone(), None),
        Some(Claim::Complete) | None => (Outcome::Skipped, Some("no_file".to_owned())),
    }
}

fn not_permitted(reason: Option<String>) -> (Outcome, Option<String>) {
    (Outcome::NotPermitted, reason.or_else(|| Some("forbidden".to_owned())))
}

fn partial(reason: Option<String>, of_file: Option<String>) -> (Outcome, Option<String>) {
    (Outcome::Partial, reason.or(of_file).or_else(|| Some("not_finished".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Reading, zendesk::folder::PartialReason};

    #[test]
    fn the_worse_of_two_sayings_is_true() {
        let more = FolderOutcome::Partial(PartialReason::MoreToCome);
        let end = FolderOutcome::Complete;
        let said = |outcome, reason: Option<&str>, listing: Option<&str>| CollectionManifest {
            outcome,
            reason: reason.map(str::to_owned),
            listing: listing.map(str::to_owned),
            ..CollectionManifest::default()
        };
        let judge = |collection, said: &CollectionManifest, found| {
            let (outcome, reason) = outcome(collection, said, found);
            format!("{outcome} {}", reason.unwrap_or_default())
        };
        let (complete, part, forbidden) =
            (Some(Claim::Complete), Some(Claim::Partial), Some(Claim::NotPermitted));
        let archived = Some(ARCHIVED_NOT_LISTED);
        for (claim, reason, listing, found, expected) in [
            (None, None, None, end, "complete "),
            (None, None, None, more, "partial more_to_come"),
            (complete, None, Some("ticket_export"), end, "complete "),
            (complete, None, None, more, "partial more_to_come"),
            (part, Some("page_limit"), None, end, "partial page_limit"),
            (part, None, None, end, "partial not_finished"),
            (part, None, None, more, "partial more_to_come"),
            (forbidden, None, None, end, "not_permitted forbidden"),
            (forbidden, Some("no_admin"), None, more, "not_permitted no_admin"),
            (complete, None, Some("tickets"), end, "bounded archived_not_listed"),
            (complete, archived, Some("tickets"), end, "bounded archived_not_listed"),
            (part, archived, Some("tickets"), end, "bounded archived_not_listed"),
            (part, archived, Some("tickets"), more, "partial more_to_come"),
            (part, Some("page_limit"), Some("tickets"), end, "partial page_limit"),
        ] {
            let said = said(claim, reason, listing);
            assert_eq!(judge(Collection::Tickets, &said, found), expected, "{said:?} {found:?}");
        }
        // Only tickets are archived.
        assert_eq!(judge(Collection::Users, &said(complete, None, Some("users")), end), "complete ");
        assert_eq!(judge(Collection::Users, &said(part, archived, None), end), "partial archived_not_listed");
        let continued =
            CollectionManifest { reading: Some(Reading::Continued), ..said(complete, None, Some("tickets")) };
        assert_eq!(judge(Collection::Tickets, &continued, end), "complete ");
    }

    #[test]
    fn without_a_file_nothing_is_complete() {
        for (claim, expected) in [
            (None, "skipped no_file"),
            (Some(Claim::Complete), "skipped no_file"),
            (Some(Claim::Partial), "partial not_finished"),
            (Some(Claim::NotPermitted), "not_permitted forbidden"),
        ] {
            let said = CollectionManifest { outcome: claim, ..CollectionManifest::default() };
            let (outcome, reason) = outcome_without_file(&said);
            assert_eq!(format!("{outcome} {}", reason.unwrap_or_default()), expected);
        }
    }
}
