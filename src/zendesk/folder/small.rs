//! The account's settings, and how a file of one object is read.

use std::path::Path;

use super::error::{FolderError, Spot};
use super::shape::ErrorKeys;
use super::source::{Fault, Source, file_name, prefix};
use crate::zendesk::wire::AccountSettings;

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
pub(super) fn read_object<T>(
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
