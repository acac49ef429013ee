//! The two small files of a folder: the manifest and the account's settings.

use std::fmt;
use std::path::Path;

use serde::de;
use serde::{Deserialize, Deserializer};

use super::error::{FolderError, Spot};
use super::shape::ErrorKeys;
use super::source::{Fault, Source, file_name, prefix};
use crate::zendesk::{
    subdomain,
    wire::{self, AccountSettings},
};

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

/// Reads `manifest.json`. A value at the top level wins over the same one under `origin`.
pub(super) fn read_manifest(path: &Path) -> Result<Origin, FolderError> {
    #[derive(Deserialize)]
    struct Manifest {
        #[serde(default)]
        subdomain: Option<Subdomain>,
        #[serde(default)]
        account_id: Option<AccountId>,
        #[serde(default)]
        taken_at: Option<TakenAt>,
        #[serde(default)]
        origin: Option<Box<Manifest>>,
    }

    let top: Manifest = read_object(path, |text| prefix(text))?;
    let nested = top.origin.unwrap_or(Box::new(Manifest {
        subdomain: None,
        account_id: None,
        taken_at: None,
        origin: None,
    }));
    Ok(Origin {
        subdomain: top.subdomain.or(nested.subdomain).map(|name| name.0),
        account_id: top.account_id.or(nested.account_id).map(|id| id.0),
        taken_at: top.taken_at.or(nested.taken_at).map(|time| time.0),
    })
}

/// Reads `account_settings.json`.
pub(super) fn read_settings(path: &Path) -> Result<AccountSettings, FolderError> {
    let settings = read_object(path, |text| {
        let (keys, _) = prefix::<ErrorKeys>(text)?;
        let (settings, used) = prefix::<AccountSettings>(text)?;
        Ok(((!keys.is_error()).then_some(settings), used))
    })?;
    settings.ok_or_else(|| FolderError::ApiError { at: Spot { file: file_name(path), line: 1, column: 0 } })
}

/// Reads a file that holds one object and nothing else.
fn read_object<T>(
    path: &Path,
    mut parse: impl FnMut(&[u8]) -> Result<(T, usize), Fault>,
) -> Result<T, FolderError> {
    let mut source = Source::open(path)?;
    match source.peek()? {
        Some(b'<') => return Err(FolderError::Html { at: source.spot() }),
        // A derived struct would take a list as its fields in order.
        Some(b'{') => {}
        _ => {
            return Err(FolderError::Syntax {
                at: source.spot(),
                field: None,
                problem: "expected {".to_owned(),
            });
        }
    }
    let value = source.parse(None, |window, _| parse(window))?;
    if source.peek()?.is_some() {
        return Err(FolderError::Syntax {
            at: source.spot(),
            field: None,
            problem: "something follows the object".to_owned(),
        });
    }
    Ok(value)
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
        subdomain(text).map(Subdomain).map_err(|_| E::invalid_value(de::Unexpected::Other("text"), &self))
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

struct TakenAt(String);

impl<'de> Deserialize<'de> for TakenAt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::owned_time(deserializer).map(TakenAt)
    }
}
