//! The machine: room on the disk.

use std::path::{Path, PathBuf};

use super::check::{Check, Verdict};
use crate::cli::shared::{context::Context, exit};

/// With less, not even a small account is sure to fit.
const LITTLE: u64 = 100 << 20;

/// How much a reading takes beside the warehouse, as a multiple of it: the folder that it is fetched into, and
/// the journal of the transaction.
const TIMES: u64 = 2;

pub(super) fn check(context: &Context, checks: &mut Vec<Check>) {
    let folder = folder_of(context.db());
    let Some(free) = free_bytes(&folder) else { return };
    let size = context.db().metadata().map_or(0, |metadata| metadata.len());
    let needed = (size * TIMES).max(LITTLE);
    let found = format!("{} free; the warehouse has {}", amount(free), amount(size));
    checks.push(if free < LITTLE {
        Check {
            name: "disk space",
            verdict: Verdict::Failure(exit::FAILURE),
            found,
            hint: Some("free some space, or name a file on another disk with --db".to_owned()),
        }
    } else if free < needed {
        Check::warning("disk space", found, format!("an ingest can take {}: free some space", amount(needed)))
    } else {
        Check::ok("disk space", found)
    });
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
    let space = rustix::fs::statvfs(folder).ok()?;
    Some(space.f_bavail.saturating_mul(space.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> Option<u64> {
    None
}

fn amount(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes.div_ceil(1024)),
        1_048_576..10_737_418_240 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
