//! What every test needs: a folder of its own, a warehouse, the binary.

pub(crate) mod bench;
pub(crate) mod demo;
pub(crate) mod dice;
pub(crate) mod dump;
mod echo;
pub(crate) mod faults;
pub(crate) mod sandbox;
pub(crate) mod whole;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use orgdrift::clock::Clock;
use orgdrift::warehouse::Warehouse;
use tempfile::TempDir;

/// The moment at which tests run, unless they say otherwise.
pub(crate) const NOW: &str = "2026-11-02T07:00:00Z";

/// The clock of the tests.
pub(crate) fn clock() -> Clock {
    Clock::fixed(NOW).unwrap()
}

/// A clock at another time.
pub(crate) fn clock_at(time: &str) -> Clock {
    Clock::fixed(time).unwrap()
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A new warehouse in a folder. A copy of one that was made once: creating one syncs often.
pub(crate) fn new_warehouse(folder: &Path) -> PathBuf {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("template.db");
        drop(Warehouse::create(&path).unwrap());
        std::fs::read(&path).unwrap()
    });
    let path = folder.join("orgdrift.db");
    std::fs::write(&path, template).unwrap();
    path
}

/// How many rounds whoever soaks asked for, in `ORGDRIFT_SOAK_ROUNDS`.
pub(crate) fn soak_rounds() -> Option<u64> {
    std::env::var("ORGDRIFT_SOAK_ROUNDS").ok().map(|text| text.parse().unwrap())
}

/// Whether the long loops take every case that they have, as CI and whoever soaks asks for, or a choice of them.
pub(crate) fn is_thorough() -> bool {
    soak_rounds().is_some()
}

/// How often a loop runs: as the variable says, else as often as a test run has time for.
pub(crate) fn times(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// Whether there is time for every case instead of a choice of them.
pub(crate) fn is_long_soak() -> bool {
    soak_rounds().is_some_and(|rounds| rounds >= 500)
}
