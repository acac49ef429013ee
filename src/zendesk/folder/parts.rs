//! Whether several files are the parts of one collection, or exports of it one after the other.
//!
//! The parts of one export hardly share a record, and are made in one go. Exports one after the other, read as one
//! collection, would bring back what was deleted in between.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::FolderError;
use super::find::natural;
use super::source::file_name;
use super::{Kind, read_files};
use crate::zendesk::wire::{StampId, utc_text};

/// What is to be done with exports one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Only the newest is read.
    Newest,
    /// All are read, and the later wins.
    Append,
}

/// Parts of one export are made within this time, in seconds.
const ONE_EXPORT: i64 = 24 * 60 * 60;

/// How many of a hundred ids two parts may share: a page moves while a listing is read.
const SHARED_PER_CENT: u64 = 1;

/// What is asked of a record to tell exports apart.
#[derive(Deserialize)]
pub(super) struct Stamp<'a> {
    id: StampId,
    #[serde(borrow, default, rename = "_airbyte_extracted_at")]
    airbyte_extracted_at: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_airbyte_emitted_at")]
    airbyte_emitted_at: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_sdc_extracted_at")]
    sdc_extracted_at: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "_fivetran_synced")]
    fivetran_synced: Option<&'a RawValue>,
}

impl Stamp<'_> {
    fn extracted_at(&self) -> Option<i64> {
        [self.airbyte_extracted_at, self.airbyte_emitted_at, self.sdc_extracted_at, self.fivetran_synced]
            .into_iter()
            .flatten()
            .find_map(|time| seconds_of(time.get()))
    }
}

/// The second of a time as exporters write it: text, or milliseconds since 1970.
pub(super) fn seconds_of(json: &str) -> Option<i64> {
    if let Ok(number) = json.parse::<i64>() {
        return Some(if number > 100_000_000_000 { number / 1000 } else { number });
    }
    let text = json.strip_prefix('"')?.strip_suffix('"')?;
    let text = utc_text(text)?;
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// A date in a file's name stands for the time of its records, where they do not say.
fn seconds_in(name: &str) -> Option<i64> {
    let digits: Vec<&str> =
        name.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let date = |year: &str, month: &str, day: &str| {
        let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
        (1990..2200)
            .contains(&date.year())
            .then(|| date.to_zoned(jiff::tz::TimeZone::UTC).ok())?
            .map(|zoned| zoned.timestamp().as_second())
    };
    for at in 0..digits.len() {
        let found = match &digits[at..] {
            [whole, ..] if whole.len() >= 8 && whole.len() != 13 => {
                date(&whole[..4], &whole[4..6], &whole[6..8])
            }
            [year, month, day, ..] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
                date(year, month, day)
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

struct Part {
    path: PathBuf,
    name: String,
    ids: u64,
    extracted_at: Option<i64>,
}

/// Decides which files of a collection are read and whether they are exports one after the other.
pub(super) fn settle<K: Kind>(
    files: &[PathBuf],
    parts: Option<Parts>,
) -> Result<(Vec<PathBuf>, bool), FolderError> {
    if files.len() < 2 {
        return Ok((files.to_vec(), false));
    }
    let (mut all, shared) = look_at::<K>(files)?;
    let successive = first_pair(&all, &shared);
    match (parts, successive) {
        (None | Some(Parts::Newest), None) => Ok((files.to_vec(), false)),
        (None, Some((one, next, why))) => Err(FolderError::SuccessiveExports {
            collection: K::COLLECTION,
            first: all[one].name.clone(),
            second: all[next].name.clone(),
            why,
        }),
        (Some(Parts::Append), _) => {
            all.sort_by(|one, next| {
                one.extracted_at.cmp(&next.extracted_at).then_with(|| natural(&one.name, &next.name))
            });
            Ok((all.into_iter().map(|part| part.path).collect(), true))
        }
        (Some(Parts::Newest), Some(_)) => Ok((newest(&all, &shared), false)),
    }
}

/// The files of the newest export: the newest file, and those before it that are parts of the same.
fn newest(all: &[Part], shared: &Shared) -> Vec<PathBuf> {
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&one, &next| {
        all[one]
            .extracted_at
            .cmp(&all[next].extracted_at)
            .then_with(|| natural(&all[one].name, &all[next].name))
    });
    let mut kept: Vec<usize> = Vec::new();
    for &at in order.iter().rev() {
        if kept.iter().any(|&other| why_apart(all, shared, at, other).is_some()) {
            break;
        }
        kept.push(at);
    }
    kept.sort_unstable();
    kept.into_iter().map(|at| all[at].path.clone()).collect()
}

/// How many ids two files share, by their numbers.
type Shared = HashMap<(usize, usize), u64>;

fn look_at<K: Kind>(files: &[PathBuf]) -> Result<(Vec<Part>, Shared), FolderError> {
    let mut ids: Vec<(i64, u32)> = Vec::new();
    let mut parts = Vec::new();
    for (at, path) in (0_u32..).zip(files) {
        let mut part = Part { path: path.clone(), name: file_name(path), ids: 0, extracted_at: None };
        read_files::<Stamped<K>, FolderError>(std::slice::from_ref(path), |place, stamp| {
            ids.push((stamp.id.0, at));
            if let Some(time) = place.extracted_at.or_else(|| stamp.extracted_at()) {
                part.extracted_at = Some(part.extracted_at.map_or(time, |earliest: i64| earliest.min(time)));
            }
            Ok(())
        })?;
        part.extracted_at = part.extracted_at.or_else(|| seconds_in(&file_name(path)));
        parts.push(part);
    }
    ids.sort_unstable();
    ids.dedup();
    let mut shared: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for same in ids.chunk_by(|one, next| one.0 == next.0) {
        for (place, &(_, one)) in same.iter().enumerate() {
            parts[one as usize].ids += 1;
            for &(_, next) in &same[place + 1..] {
                *shared.entry((one as usize, next as usize)).or_default() += 1;
            }
        }
    }
    Ok((parts, shared.into_iter().collect()))
}

fn first_pair(all: &[Part], shared: &Shared) -> Option<(usize, usize, String)> {
    (0..all.len())
        .flat_map(|one| (one + 1..all.len()).map(move |next| (one, next)))
        .find_map(|(one, next)| why_apart(all, shared, one, next).map(|why| (one, next, why)))
}

/// Why two files are no parts of one export.
fn why_apart(all: &[Part], shared: &Shared, one: usize, next: usize) -> Option<String> {
    let count = shared.get(&(one.min(next), one.max(next))).copied().unwrap_or(0);
    let (one, next) = (&all[one], &all[next]);
    let smaller = one.ids.min(next.ids);
    if count * 100 > smaller * SHARED_PER_CENT {
        return Some(format!("{count} of {smaller} ids are in both"));
    }
    match (one.extracted_at, next.extracted_at) {
        (Some(one), Some(next)) if one.abs_diff(next) > ONE_EXPORT.unsigned_abs() => {
            Some(format!("{} hours lie between them", one.abs_diff(next) / 3600))
        }
        _ => None,
    }
}

/// The records of a collection, of which only the stamp is read.
pub(super) struct Stamped<K>(std::marker::PhantomData<K>);

impl<K: Kind> Kind for Stamped<K> {
    type Record<'a> = Stamp<'a>;
    const COLLECTION: super::Collection = K::COLLECTION;
}
