//! Keys of issues that may have been meant. They hold codes, ids and domains only, so those that exist may be shown.

use super::error::CliError;
use crate::{near::offered, warehouse::Warehouse};

/// How many keys are offered for one that nobody has.
const OFFERED: usize = 3;

/// A key with more wrong letters is another one.
const WRONG_LETTERS: usize = 4;

/// The keys that are most like a typed one, as a question; none: nothing is like it.
pub(crate) fn did_you_mean(warehouse: &Warehouse, typed: &str) -> Result<Option<String>, CliError> {
    let mut near: Vec<(usize, String)> = Vec::new();
    warehouse.for_each_issue_key(|key| {
        if let Some(distance) = distance(typed, key) {
            near.push((distance, key.to_owned()));
            near.sort();
            near.truncate(OFFERED);
        }
    })?;
    let keys: Vec<String> = near.into_iter().map(|(_, key)| key).collect();
    Ok(offered(&keys))
}

/// How far a key is from what was typed: wrong letters, or what is missing at its end.
fn distance(typed: &str, key: &str) -> Option<usize> {
    if typed.contains('/') && !typed.ends_with('/') && key.starts_with(typed) {
        return Some(0);
    }
    if typed.len().abs_diff(key.len()) > WRONG_LETTERS {
        return None;
    }
    Some(strsim::osa_distance(typed, key)).filter(|&distance| distance <= WRONG_LETTERS)
}
