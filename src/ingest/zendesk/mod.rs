//! A folder of Zendesk records becomes a snapshot.
//!
//! The order is organizations, users, memberships, tickets: a membership is compared with its user, and a
//! ticket carries its requester's e-mail domain.
//!
//! # Readings of what changed
//!
//! A file may hold only what changed since the newest snapshot. Its records are put over those in force, what it
//! shows as deleted is closed, and nothing else is: afterwards the snapshot is as if all had been read. What
//! tickets and memberships need of users is then taken from the users in force, and tickets that did not change
//! follow their requesters.

mod claims;
mod collection;
mod field_tally;
mod intake;
mod lines;
mod made;
mod origin;
mod record_kind;

use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Allowance, GivenOrigin, IngestError, IngestReport, Refusal, guard};
use crate::{
    catalog::hex,
    clock::Clock,
    identity::registrable_part,
    model::{
        Collection, MultipleOrganizations, Outcome, Reading, Source, TakenAtSource, ZendeskIdentity, fields,
        sandbox_name,
    },
    warehouse::{
        Session, Warehouse, continuation, demo,
        domains::Domains,
        lines as known_lines,
        people::PeopleReading,
        records::{MembershipWriter, OrganizationWriter, TicketWriter, UserWriter},
        snapshots::{self, CollectionRow, Notes, SnapshotRow},
    },
    zendesk::folder::{
        ARCHIVED_NOT_LISTED, Folder, FolderError, Kind as _, Manifest, Memberships, Organizations, Origin,
        Parts, Tickets, Users,
    },
};

use self::{
    collection::{FieldWarning, Reader},
    intake::{MembershipIntake, OrganizationIntake, TicketIntake, UserIntake},
    lines::{ChangedUsers, Under},
    origin::SeenUrls,
};

/// How a folder is read.
#[derive(Debug, Clone)]
pub struct ZendeskOptions {
    /// How much smaller than the last complete snapshot a collection may be.
    pub max_shrink: Allowance,
    /// Takes smaller collections as complete.
    pub accept_shrink: bool,
    /// Reads only tickets created from then on, ISO-8601 UTC.
    pub since: Option<String>,
    /// Keeps the subjects of tickets.
    pub with_subjects: bool,
    /// Whose records they are and when they were read, where the manifest does not say.
    pub origin: GivenOrigin,
    /// What is done with exports one after the other.
    pub parts: Option<Parts>,
    /// What organization fields mean.
    pub fields: FieldOptions,
    /// Reads every line of the files, also those that are the same as in the newest snapshot.
    pub every_line: bool,
}

/// What organization fields mean in this company.
#[derive(Debug, Clone, Default)]
pub struct FieldOptions {
    /// The field that holds the account id in place of `external_id`.
    pub account_id_field: Option<String>,
    /// Fields that hold account ids for another purpose.
    pub ignore_fields: Vec<String>,
}

impl FieldOptions {
    /// Whether an account id in a field is no further key: the field is the key, or of no interest.
    fn is_left_out(&self, field: &str) -> bool {
        self.account_id_field.as_deref() == Some(field) || self.ignore_fields.iter().any(|name| name == field)
    }
}

impl Default for ZendeskOptions {
    fn default() -> Self {
        Self {
            max_shrink: Allowance::Percent(10.0),
            accept_shrink: false,
            since: None,
            with_subjects: false,
            origin: GivenOrigin::default(),
            parts: None,
            fields: FieldOptions::default(),
            every_line: false,
        }
    }
}

/// Ingests a folder.
pub fn ingest_folder(
    warehouse: &Warehouse,
    path: &Path,
    options: &ZendeskOptions,
    clock: &Clock,
) -> Result<IngestReport, IngestError> {
    let (mut folder, manifest) = open(path)?;
    folder.settle_parts(options.parts)?;
    let identity = identity_of(path, &manifest.origin, options)?;
    // Neither bound was to be passed.
    let since = options.since.as_deref().max(manifest.since.as_deref());
    let multiple_organizations =
        match folder.account_settings()?.and_then(|settings| settings.multiple_organizations) {
            Some(true) => MultipleOrganizations::Allowed,
            Some(false) => MultipleOrganizations::NotAllowed,
            None => MultipleOrganizations::Unknown,
        };

    let transaction = warehouse.begin()?;
    if let Some(identity) = &identity {
        guard::may_belong(&demo::belonging(&transaction)?, identity)?;
    }
    let (taken_at, taken_at_source) = guard::taken_at(
        &transaction,
        Source::Zendesk,
        options.origin.taken_at.as_deref(),
        manifest.origin.taken_at.as_deref().map(|taken_at| (taken_at, said_by(&manifest))),
        clock,
    )?;
    if let Some(since) = since.filter(|since| *since > taken_at.as_str()) {
        return Err(Refusal::SinceAfter { since: since.to_owned(), taken_at }.into());
    }
    let base = continuation::continuation(&transaction)?;
    claims::check_continued(path, &folder, &manifest, base.as_ref(), options.with_subjects)?;
    let snapshot_id = snapshots::next_id(&transaction)?;
    let mut notes = Notes::new(&transaction, snapshot_id)?;
    let under = Under::of(&transaction, options, since)?;
    let mut reader = Reader {
        connection: &transaction,
        snapshot_id,
        folder: &folder,
        manifest: &manifest,
        since,
        taken_at: &taken_at,
        options,
        clock,
        digest: Sha256::new(),
        read: Vec::new(),
        notes: Vec::new(),
        field_warnings: Vec::new(),
        urls: SeenUrls::default(),
        under: &under,
        changed_users: ChangedUsers::default(),
        known_count: 0,
    };
    read_collections(&transaction, snapshot_id, &mut reader, &mut notes)?;
    let Reader { digest, read: collections, notes: doubts, urls, known_count, .. } = reader;
    let identity = identity
        .or_else(|| Some(ZendeskIdentity { subdomain: urls.subdomain()?.to_owned(), account_id: None }));
    guard::identity(&transaction, identity.as_ref())?;
    let mut for_people = notes_for_people(identity.as_ref(), taken_at_source, multiple_organizations);
    for_people.extend(doubts);
    if !folder.unread().is_empty() {
        for_people.push(format!("not read: {}", folder.unread().join(", ")));
    }
    if collections.iter().any(|row| row.reason.as_deref() == Some(ARCHIVED_NOT_LISTED)) {
        for_people.push(
            "archived tickets are not in a list: those that were read before stay as they were".to_owned(),
        );
    }

    let snapshot = SnapshotRow {
        snapshot_id,
        source: Source::Zendesk,
        taken_at,
        taken_at_source,
        ingested_at: clock.now(),
        source_identity: identity.as_ref().map(ToString::to_string),
        input_digest: hex(&digest.finalize()),
        is_complete: collections.iter().all(|row| row.outcome == Outcome::Complete),
        multiple_organizations: Some(multiple_organizations),
        options: options_of_snapshot(options, since),
    };
    snapshots::insert(&transaction, &snapshot)?;
    for collection in &collections {
        snapshots::insert_collection(&transaction, snapshot_id, collection)?;
    }
    known_lines::drop_others(&transaction, snapshot_id)?;
    let report = IngestReport {
        notes: for_people,
        snapshot,
        collections,
        warning_count: notes.warning_count,
        rejection_count: 0,
        known_count,
        is_new: true,
    };
    drop(notes);
    transaction.commit()?;
    Ok(report)
}

/// How a snapshot was read, JSON.
fn options_of_snapshot(options: &ZendeskOptions, since: Option<&str>) -> String {
    json!({
        "since": since,
        "with_subjects": options.with_subjects,
        "accept_shrink": options.accept_shrink,
        "account_id_field": options.fields.account_id_field,
        "ignore_fields": options.fields.ignore_fields,
        "parts": options.parts.map(|parts| match parts {
            Parts::Newest => "newest",
            Parts::Append => "append",
        }),
        "kept_fields": continuation::kept_fields(),
    })
    .to_string()
}

/// Opens a folder that is ready to be read.
fn open(path: &Path) -> Result<(Folder, Manifest), IngestError> {
    let unfinished = || IngestError::Unfinished { folder: path.to_owned() };
    let folder = match Folder::open(path) {
        // A fetch that has just begun.
        Err(FolderError::NoCollections { .. })
            if Manifest::of(path).is_ok_and(|manifest| manifest.is_running) =>
        {
            return Err(unfinished());
        }
        opened => opened?,
    };
    let manifest = folder.manifest()?;
    if manifest.is_running { Err(unfinished()) } else { Ok((folder, manifest)) }
}

/// Who says when the folder was read, if it does say so.
fn said_by(manifest: &Manifest) -> TakenAtSource {
    if manifest.is_from_api { TakenAtSource::Api } else { TakenAtSource::Manifest }
}

/// Reads what the folder has, in the order in which the collections need each other.
fn read_collections<'c>(
    connection: &'c Session,
    snapshot_id: i64,
    reader: &mut Reader<'_>,
    notes: &mut Notes<'c>,
) -> Result<(), IngestError> {
    let mut domains = Domains::new(connection, registrable_part)?;
    let mut people = PeopleReading::default();
    reader.read::<Organizations, _>(&mut OrganizationIntake {
        fields: &reader.options.fields,
        external_id: fields::ORGANIZATIONS.set(|key| key.name == "external_id"),
        writer: OrganizationWriter::new(connection, snapshot_id)?,
        domains: &mut domains,
        notes,
        is_quiet: false,
    })?;
    let is_all_given = reader.read::<Users, _>(&mut UserIntake {
        writer: UserWriter::new(connection, snapshot_id)?,
        domains: &mut domains,
        people: &mut people,
        notes,
        is_quiet: false,
        is_export: reader.manifest.collection(Users::COLLECTION).is_export(),
    })?;
    if !is_all_given {
        // Tickets and memberships are compared with the users as far as they are known: the file does not hold
        // all of them, or also such as are deleted, or some were not read again.
        people.load(connection)?;
    }
    let people = people.finish();
    reader.changed_users = ChangedUsers::load(connection, snapshot_id)?;
    reader.read::<Memberships, _>(&mut MembershipIntake {
        writer: MembershipWriter::new(connection, snapshot_id)?,
        people: &people,
        notes,
        is_quiet: false,
    })?;
    reader.read::<Tickets, _>(&mut TicketIntake {
        writer: TicketWriter::new(connection, snapshot_id)?,
        people: &people,
        since: reader.since,
        with_subjects: reader.options.with_subjects,
    })?;
    for FieldWarning { collection, key, value } in &reader.field_warnings {
        notes.warn(&snapshots::Warning {
            line: None,
            column: Some(key),
            reason: "field_absent",
            value: Some(value),
            subject_kind: "collection",
            subject_id: Some(collection.as_str()),
        })?;
    }
    let is_empty = |row: &&CollectionRow| {
        row.row_count == 0 && row.outcome == Outcome::Complete && row.reading == Reading::Walk
    };
    for collection in reader.read.iter().filter(is_empty) {
        notes.warn(&snapshots::Warning {
            line: None,
            column: None,
            reason: "empty_collection",
            value: None,
            subject_kind: "collection",
            subject_id: Some(collection.collection.as_str()),
        })?;
    }
    Ok(())
}

/// The account of the folder: the manifest and the option must not contradict each other.
fn identity_of(
    path: &Path,
    manifest: &Origin,
    options: &ZendeskOptions,
) -> Result<Option<ZendeskIdentity>, IngestError> {
    let subdomain = match (&options.origin.subdomain, &manifest.subdomain) {
        // The records of an account may be those of its sandbox, to rehearse on; never the other way round.
        (Some(given), Some(found)) if given != found && *given != sandbox_name(found) => {
            return Err(Refusal::OriginDiffers {
                folder: path.to_owned(),
                given: given.clone(),
                found: found.clone(),
            }
            .into());
        }
        (Some(given), _) => given,
        (None, Some(found)) => found,
        (None, None) => return Ok(None),
    };
    Ok(Some(ZendeskIdentity { subdomain: subdomain.clone(), account_id: manifest.account_id }))
}

fn notes_for_people(
    identity: Option<&ZendeskIdentity>,
    taken_at_source: TakenAtSource,
    multiple_organizations: MultipleOrganizations,
) -> Vec<String> {
    let mut notes = Vec::new();
    if identity.is_none() {
        notes.push(
            "no origin: the snapshot can be audited, but its plans cannot be applied; see --subdomain and --taken-at"
                .to_owned(),
        );
    }
    if taken_at_source == TakenAtSource::Ingest && identity.is_some() {
        notes.push("nobody says when the records were read: now is assumed; see --taken-at".to_owned());
    }
    notes.push(
        match multiple_organizations {
            MultipleOrganizations::Allowed => "Zendesk lets a user belong to several organizations",
            MultipleOrganizations::NotAllowed => "a user may belong to one organization only",
            MultipleOrganizations::Unknown => {
                "account_settings.json does not say whether a user may belong to several organizations: counts as no"
            }
        }
        .to_owned(),
    );
    notes
}

/// The collection that a file of the folder holds.
fn model_collection(collection: crate::zendesk::folder::Collection) -> Collection {
    use crate::zendesk::folder::Collection as Found;
    match collection {
        Found::Organizations => Collection::Organizations,
        Found::Users => Collection::Users,
        Found::Memberships => Collection::OrganizationMemberships,
        Found::Tickets => Collection::Tickets,
    }
}
