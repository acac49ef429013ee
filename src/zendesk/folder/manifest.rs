//! What `manifest.json` says about a folder: whose records they are, when and how far they were read.
//!
//! A manifest may be written by hand; a fetched folder's also says how each collection was read. All of it
//! may be absent.

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

use serde::de;
use serde::{Deserialize, Deserializer};

use super::Collection;
use super::error::FolderError;
use super::small::read_object;
use super::source::prefix;
use crate::model::{ContinueAt, Reading};
use crate::zendesk::{account_name, wire};

/// The reason of tickets that were read from the plain list, which leaves archived ones out.
pub const ARCHIVED_NOT_LISTED: &str = "archived_not_listed";

/// What a folder's manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Whose records they are.
    pub origin: Origin,
    /// The folder was fetched from the API, so that its time is the server's.
    pub is_from_api: bool,
    /// The fetch did not end.
    pub is_running: bool,
    /// Only tickets that changed since then were asked for, ISO-8601 UTC.
    pub since: Option<String>,
    /// In the order of [`Collection::ALL`].
    collections: [CollectionManifest; 4],
}

impl Manifest {
    /// Reads the manifest of a folder that need not hold anything else.
    pub fn of(folder: &Path) -> Result<Self, FolderError> {
        read_manifest(&folder.join("manifest.json"))
    }

    /// What it says about a collection.
    pub fn collection(&self, collection: Collection) -> &CollectionManifest {
        &self.collections[collection as usize]
    }
}

/// Where and when a folder's records were taken, as far as its manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The account's subdomain, in lower case.
    pub subdomain: Option<String>,
    /// The account's id.
    pub account_id: Option<i64>,
    /// When the records were taken: `YYYY-MM-DDTHH:MM:SSZ`.
    pub taken_at: Option<String>,
}

/// How one collection was read, as far as the manifest says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollectionManifest {
    /// How far. What the file itself says counts as well: the worse of the two is true.
    pub outcome: Option<Claim>,
    /// Why not to the end: a code.
    pub reason: Option<String>,
    /// The name of the listing that was read.
    pub listing: Option<String>,
    /// ISO-8601 UTC.
    pub started_at: Option<String>,
    /// ISO-8601 UTC.
    pub finished_at: Option<String>,
    /// Whether the file holds all or what changed; nothing said is all.
    pub reading: Option<Reading>,
    /// Where a continued reading began.
    pub since: Option<ContinueAt>,
    /// Where a later snapshot may continue.
    pub continue_at: Option<ContinueAt>,
}

impl CollectionManifest {
    /// Whether the file holds only what changed.
    pub fn is_continued(&self) -> bool {
        self.reading == Some(Reading::Continued)
    }

    /// Whether it was read from an export, which shows deleted records too.
    pub fn is_export(&self) -> bool {
        self.is_continued() || self.listing.as_ref().is_some_and(|listing| listing.ends_with("_export"))
    }
}

/// How far a manifest says that a collection was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// To its end.
    Complete,
    /// Not to its end.
    Partial,
    /// The credentials do not allow it.
    NotPermitted,
}

/// Reads `manifest.json`. A value at the top level wins over the same one under `origin`.
pub(super) fn read_manifest(path: &Path) -> Result<Manifest, FolderError> {
    let top: Raw = read_object(path, |text| prefix(text))?;
    let nested = top.origin.unwrap_or_default();
    Ok(Manifest {
        origin: Origin {
            subdomain: top.subdomain.or(nested.subdomain).map(|name| name.0),
            account_id: top.account_id.or(nested.account_id).map(|id| id.0),
            taken_at: top.taken_at.or(nested.taken_at).map(|time| time.0),
        },
        is_from_api: top.source.is_some_and(|source| source == "api"),
        is_running: top.state.is_some_and(|state| state.0 == State::Running),
        since: top.options.and_then(|options| options.0.since).map(|time| time.0),
        collections: {
            let found = top.collections.map(|found| found.0).unwrap_or_default();
            [found.organizations, found.users, found.organization_memberships, found.tickets]
                .map(|collection| collection.map(|found| found.0.into()).unwrap_or_default())
        },
    })
}

#[derive(Default, Deserialize)]
struct Raw {
    #[serde(default)]
    subdomain: Option<Subdomain>,
    #[serde(default)]
    account_id: Option<AccountId>,
    #[serde(default)]
    taken_at: Option<Time>,
    #[serde(default)]
    origin: Option<RawOrigin>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    state: Option<Word<State>>,
    #[serde(default)]
    options: Option<Object<RawOptions>>,
    #[serde(default)]
    collections: Option<Object<RawCollections>>,
}

#[derive(Default, Deserialize)]
struct RawOrigin {
    #[serde(default)]
    subdomain: Option<Subdomain>,
    #[serde(default)]
    account_id: Option<AccountId>,
    #[serde(default)]
    taken_at: Option<Time>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Complete,
    Partial,
    Running,
}

#[derive(Deserialize)]
struct RawOptions {
    #[serde(default)]
    since: Option<Time>,
}

#[derive(Default, Deserialize)]
struct RawCollections {
    #[serde(default)]
    organizations: Option<Object<RawCollection>>,
    #[serde(default)]
    users: Option<Object<RawCollection>>,
    #[serde(default)]
    organization_memberships: Option<Object<RawCollection>>,
    #[serde(default)]
    tickets: Option<Object<RawCollection>>,
}

#[derive(Deserialize)]
struct RawCollection {
    #[serde(default)]
    outcome: Option<Word<Claim>>,
    #[serde(default)]
    reason: Option<Code>,
    #[serde(default)]
    listing: Option<String>,
    #[serde(default)]
    started_at: Option<Time>,
    #[serde(default)]
    finished_at: Option<Time>,
    #[serde(default)]
    reading: Option<Word<Reading>>,
    #[serde(default)]
    since: Option<ContinueAt>,
    #[serde(default)]
    continue_at: Option<ContinueAt>,
}

impl From<RawCollection> for CollectionManifest {
    fn from(raw: RawCollection) -> Self {
        Self {
            outcome: raw.outcome.map(|word| word.0),
            reason: raw.reason.map(|code| code.0),
            listing: raw.listing,
            started_at: raw.started_at.map(|time| time.0),
            finished_at: raw.finished_at.map(|time| time.0),
            reading: raw.reading.map(|word| word.0),
            since: raw.since,
            continue_at: raw.continue_at,
        }
    }
}

/// What is written as an object. A derived struct would take a list as its fields in order.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Self)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> de::Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(de::value::MapAccessDeserializer::new(map))
    }
}

/// One of a few words. A derived enum calls anything else than a string broken JSON.
struct Word<T>(T);

/// What the words of a field stand for.
trait Words: Copy + 'static {
    const WORDS: &'static [(&'static str, Self)];
    const EXPECTED: &'static str;
}

impl Words for Claim {
    const WORDS: &'static [(&'static str, Self)] =
        &[("complete", Self::Complete), ("partial", Self::Partial), ("not_permitted", Self::NotPermitted)];
    const EXPECTED: &'static str = "complete, partial or not_permitted";
}

impl Words for State {
    const WORDS: &'static [(&'static str, Self)] =
        &[("complete", Self::Complete), ("partial", Self::Partial), ("running", Self::Running)];
    const EXPECTED: &'static str = "complete, partial or running";
}

impl Words for Reading {
    const WORDS: &'static [(&'static str, Self)] = &[("walk", Self::Walk), ("continued", Self::Continued)];
    const EXPECTED: &'static str = "walk or continued";
}

impl<'de, T: Words> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        match T::WORDS.iter().find(|(text, _)| *text == word) {
            Some((_, meaning)) => Ok(Self(*meaning)),
            None => Err(de::Error::invalid_value(de::Unexpected::Other("text"), &T::EXPECTED)),
        }
    }
}

/// A word of the program's own: what is stored and printed must not be anybody's data.
struct Code(String);

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        let is_code = (1..=40).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if is_code {
            Ok(Self(code))
        } else {
            Err(de::Error::invalid_value(
                de::Unexpected::Other("text"),
                &"a code of lower-case letters, digits and underscores",
            ))
        }
    }
}

struct Subdomain(String);

impl<'de> Deserialize<'de> for Subdomain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(SubdomainVisitor)
    }
}

struct SubdomainVisitor;

impl de::Visitor<'_> for SubdomainVisitor {
    type Value = Subdomain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a subdomain: letters, digits and inner hyphens, 63 at most")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Subdomain, E> {
        account_name(text).map(Subdomain).map_err(|_| E::invalid_value(de::Unexpected::Other("text"), &self))
    }
}

struct AccountId(i64);

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AccountIdVisitor)
    }
}

struct AccountIdVisitor;

impl de::Visitor<'_> for AccountIdVisitor {
    type Value = AccountId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an account id: a positive whole number, or its digits as a string")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<AccountId, E> {
        match i64::try_from(value) {
            Ok(id) if id > 0 => Ok(AccountId(id)),
            _ => Err(E::invalid_value(de::Unexpected::Other("a number"), &self)),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<AccountId, E> {
        // `parse` alone would take a sign.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(id) if digits && id > 0 => Ok(AccountId(id)),
            _ => Err(E::invalid_value(de::Unexpected::Other("text"), &self)),
        }
    }
}

struct Time(String);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::owned_time(deserializer).map(Time)
    }
}
