//! A file that may have been meant by a name that no file has.

use std::path::Path;

use super::shell::quoted;
use crate::near::{near, offered};

/// Names of a folder that are compared: more than that are not looked through for a hint.
const LOOKED_AT: usize = 10_000;

/// `did you mean accounts.csv?`, where the folder of the path has a file with a name like that.
pub(crate) fn did_you_mean(path: &Path) -> Option<String> {
    // What is there was meant, and something else is wrong with it.
    if path.symlink_metadata().is_ok() {
        return None;
    }
    let typed = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let names: Vec<String> = std::fs::read_dir(folder.unwrap_or(Path::new(".")))
        .ok()?
        .take(LOOKED_AT)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .filter(|name| Path::new(name).extension() == path.extension())
        .collect();
    let near: Vec<String> = near(typed, names.iter().map(String::as_str))
        .into_iter()
        .map(|name| quoted(&folder.map_or_else(|| name.into(), |folder| folder.join(name))))
        .collect();
    offered(&near)
}
