//! Which files of a folder hold which collection.
//!
//! A collection is one file, or parts of one, or a sub-folder of its name whose files are all parts:
//!
//! ```text
//! users.ndjson   users-2.ndjson   users_0001.json.gz   users.2026-01-31.jsonl   users/anything.jsonl
//! ```

use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};

use super::Collection;
use super::error::FolderError;
use super::source::{Source, file_name};

/// The endings of a collection's files.
const ENDINGS: [&str; 6] = [".ndjson", ".jsonl", ".json", ".ndjson.gz", ".jsonl.gz", ".json.gz"];

/// What else belongs in a folder.
const OTHERS: [&str; 5] = [
    "manifest.json",
    "progress.json",
    "account_settings.json",
    "account_settings.json.gz",
    "account_settings",
];

/// The files of a folder.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// In the order of [`Collection::ALL`], each in the order in which its files are read.
    pub(super) files: [Vec<PathBuf>; 4],
    /// The names of what is not read.
    pub(super) unread: Vec<String>,
}

/// Finds the files of a folder. Only a file that might be one of a collection's is opened.
pub(super) fn find(folder: &Path) -> Result<Found, FolderError> {
    let mut found = Found::default();
    let mut unknown = Vec::new();
    for path in entries(folder)? {
        let name = file_name(&path);
        let holds = Collection::ALL.into_iter().find_map(|collection| {
            name.strip_prefix(collection.name()).map(|rest| (collection, rest.to_owned()))
        });
        match holds {
            Some((collection, rest)) if rest.is_empty() && path.is_dir() => {
                for part in entries(&path)? {
                    if is_collection_file(&file_name(&part)) && !part.is_dir() {
                        found.files[collection as usize].push(part);
                    } else {
                        found.unread.push(format!("{name}/{}", file_name(&part)));
                    }
                }
            }
            Some((collection, rest)) if without_ending(&rest).is_some_and(is_part) => {
                found.files[collection as usize].push(path);
            }
            Some((collection, _)) if !path.is_dir() => unknown.push((collection, path)),
            _ if OTHERS.contains(&name.as_str()) => {}
            _ => found.unread.push(name),
        }
    }
    for (collection, path) in unknown {
        if looks_like(&path, collection) {
            return Err(FolderError::UnknownPart { file: file_name(&path), collection });
        }
        found.unread.push(file_name(&path));
    }
    for files in &mut found.files {
        files.sort_by(|one, next| natural(&part_name(one), &part_name(next)));
        for pair in files.windows(2) {
            if part_name(&pair[0]) == part_name(&pair[1]) || pair[0].parent() != pair[1].parent() {
                return Err(FolderError::TwoCandidates {
                    first: shown(folder, &pair[0]),
                    second: shown(folder, &pair[1]),
                });
            }
        }
    }
    found.unread.sort();
    Ok(found)
}

/// A path below a folder, for people.
fn shown(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}

/// What is in a folder, in the order of names; hidden files are left out.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let unreadable = |source| FolderError::Unreadable { file: folder.display().to_string(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if !file_name(&path).starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort_by_key(|path| ending_rank(path));
    Ok(paths)
}

/// Files of one name with other endings are found in this order.
fn ending_rank(path: &Path) -> (String, usize) {
    let name = file_name(path);
    let rank = ENDINGS.iter().position(|ending| name.ends_with(ending)).unwrap_or(ENDINGS.len());
    (part_name(path), rank)
}

fn is_collection_file(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn without_ending(name: &str) -> Option<&str> {
    ENDINGS.iter().rev().find_map(|ending| name.strip_suffix(ending))
}

fn part_name(path: &Path) -> String {
    let name = file_name(path);
    without_ending(&name).unwrap_or(&name).to_owned()
}

/// Whether what follows a collection's name makes it the name of a part: nothing, or a number or a date.
fn is_part(rest: &str) -> bool {
    let Some(number) = rest.strip_prefix(['-', '_', '.']) else { return rest.is_empty() };
    number.starts_with(|first: char| first.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | ':' | 'T' | 'Z'))
}

/// Compares names so that 2 stands before 10.
pub(super) fn natural(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one, other);
    loop {
        let (digits, others) = (leading_digits(one), leading_digits(other));
        let order = if digits.is_empty() || others.is_empty() {
            match (one.chars().next(), other.chars().next()) {
                (None, None) => return Ordering::Equal,
                (first, next) => first.cmp(&next),
            }
        } else {
            let plain = |digits: &str| digits.trim_start_matches('0').to_owned();
            let (digits, others) = (plain(digits), plain(others));
            digits.len().cmp(&others.len()).then_with(|| digits.cmp(&others))
        };
        if order != Ordering::Equal {
            return order;
        }
        let step = |text: &str| match leading_digits(text).len() {
            0 => text.chars().next().map_or(0, char::len_utf8),
            digits => digits,
        };
        (one, other) = (&one[step(one)..], &other[step(other)..]);
    }
}

fn leading_digits(text: &str) -> &str {
    &text[..text.bytes().take_while(u8::is_ascii_digit).count()]
}

/// Whether a file begins like data of a collection. One that cannot be read does not.
fn looks_like(path: &Path, collection: Collection) -> bool {
    let Ok(source) = Source::open(path) else { return false };
    let window = source.window();
    let begins = window.iter().find(|byte| !byte.is_ascii_whitespace());
    let has = |key: &str| {
        let key = format!("\"{key}\"");
        memchr::memmem::find_iter(window, key.as_bytes())
            .any(|at| window[at + key.len()..].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':'))
    };
    matches!(begins, Some(b'{' | b'['))
        && has("id")
        && match collection {
            Collection::Organizations => has("domain_names") || has("shared_tickets"),
            Collection::Users => has("role") || has("email"),
            Collection::Memberships => has("user_id") && has("organization_id"),
            Collection::Tickets => has("requester_id"),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbers_and_dates() {
        for (rest, expected) in [
            ("", true),
            ("-2", true),
            ("_0001", true),
            (".2026-01-31", true),
            ("_2026_01_31_1769817600000_0", true),
            ("-2026-01-31T06:00:00Z", true),
            ("_page2", false),
            ("-old", false),
            ("2", false),
            ("-", false),
            (" (1)", false),
        ] {
            assert_eq!(is_part(rest), expected, "{rest}");
        }
    }

    #[test]
    fn parts_stand_in_natural_order() {
        let mut names = ["users-10", "users-2", "users", "users-1", "users-02b", "users-2.5"];
        names.sort_by(|one, next| natural(one, next));
        assert_eq!(names, ["users", "users-1", "users-2", "users-2.5", "users-02b", "users-10"]);
    }
}
