//! Where a world's records come from.

use std::marker::PhantomData;
use std::path::Path;

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::{
    account::World,
    error::WorldError,
    record::{Membership, Organization, Read, Record, Ticket, User},
    stored::Stored,
};
use crate::catalog::files;
use crate::model::{UNNAMED, sandbox_name};
use crate::warehouse::Warehouse;
use crate::zendesk::folder::{Collection, Folder, Kind};

impl World {
    /// Reads a folder of API records. What it does not have, the account does not have.
    pub fn from_folder(path: &Path) -> Result<Self, WorldError> {
        let folder = Folder::open(path)?;
        let origin = folder.manifest()?.origin;
        let settings = folder.account_settings()?;
        let mut world = Self {
            subdomain: sandbox_name(origin.subdomain.as_deref().unwrap_or(UNNAMED)),
            multiple_organizations: settings.and_then(|settings| settings.multiple_organizations),
            ..Self::default()
        };
        read::<Organization>(&folder, &mut world)?;
        read::<User>(&folder, &mut world)?;
        read::<Membership>(&folder, &mut world)?;
        read::<Ticket>(&folder, &mut world)?;
        Ok(world)
    }

    /// Rebuilds the records of a Zendesk snapshot, the newest one without an id, as far as they were kept.
    /// Returns its id, too. When records were last changed was not kept: they count as changed when they were
    /// made.
    pub fn from_snapshot(warehouse: &Warehouse, id: Option<i64>) -> Result<(Self, i64), WorldError> {
        let snapshot = warehouse.served_snapshot(id)?.ok_or(WorldError::NoSnapshot { id })?;
        let mut world = Self {
            subdomain: sandbox_name(snapshot.subdomain.as_deref().unwrap_or(UNNAMED)),
            multiple_organizations: snapshot.multiple_organizations,
            ..Self::default()
        };
        for collection in Collection::ALL {
            warehouse.for_each_record(collection.name(), snapshot.snapshot_id, |record| {
                match collection {
                    Collection::Organizations => world.put_organization(record),
                    Collection::Users => world.put_user(record),
                    Collection::Memberships => world.put_membership(record),
                    Collection::Tickets => world.put_ticket(record),
                }
                .map(|_| ())
            })?;
        }
        Ok((world, snapshot.snapshot_id))
    }

    /// The bundled demo.
    pub fn demo() -> Result<Self, WorldError> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files::DEMO {
            if let Some(name) = name.strip_prefix("zendesk/") {
                std::fs::write(folder.path().join(name), text)?;
            }
        }
        Self::from_folder(folder.path())
    }
}

/// Reads one collection, if the folder has it. Of two records with one id the later one stays.
fn read<R: FolderKind>(folder: &Folder, world: &mut World) -> Result<(), WorldError> {
    if folder.files(R::COLLECTION).is_empty() {
        return Ok(());
    }
    folder.read::<Texts<R>, WorldError>(|_, Text { raw, read }| {
        let is_old = R::table(world).get(read.id).is_some_and(|row| row.at > read.at);
        if !is_old {
            world.insert(raw.get(), read);
        }
        Ok(())
    })?;
    Ok(())
}

/// A record of a folder's file.
trait FolderKind: Stored {
    const COLLECTION: Collection;
}

impl FolderKind for Organization {
    const COLLECTION: Collection = Collection::Organizations;
}

impl FolderKind for User {
    const COLLECTION: Collection = Collection::Users;
}

impl FolderKind for Membership {
    const COLLECTION: Collection = Collection::Memberships;
}

impl FolderKind for Ticket {
    const COLLECTION: Collection = Collection::Tickets;
}

/// The texts of a collection's records, as a type.
struct Texts<R>(PhantomData<R>);

impl<R: FolderKind> Kind for Texts<R> {
    type Record<'a> = Text<'a, R>;
    const COLLECTION: Collection = R::COLLECTION;
}

/// A record's text, and what was read of it.
struct Text<'a, R> {
    raw: &'a RawValue,
    read: Read<R>,
}

impl<'de: 'a, 'a, R: Record> Deserialize<'de> for Text<'a, R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let read = R::read(raw.get()).map_err(|error| {
            // The place in the record: whoever shows the error knows the one in the file.
            let text = error.to_string();
            de::Error::custom(text.rsplit_once(" at line ").map_or(&*text, |(text, _)| text))
        })?;
        Ok(Self { raw, read })
    }
}
