//! Exit codes. Scripts rely on them; none is ever used for something else.

/// Done.
pub const DONE: u8 = 0;
/// It failed: a file that cannot be read, a disk that is full.
pub const FAILURE: u8 = 1;
/// The command line makes no sense.
pub const USAGE: u8 = 2;
/// There are issues at or above the severity of `--fail-on`, or repaired ones that are still there.
pub const ISSUES: u8 = 3;
/// The credentials are wrong, or do not allow it.
pub const CREDENTIALS: u8 = 4;
/// Refused: a reading of another account or older than the latest, a plan of an outdated run, a changed plan
/// file, a used plan, another hash, a cap, a second suppression of the same.
pub const REFUSED: u8 = 5;
/// A snapshot is incomplete, or nothing can be proved yet.
pub const INCOMPLETE: u8 = 6;
/// Applied, but some repairs failed, are unknown, or were not tried.
pub const NOT_ALL_APPLIED: u8 = 7;
/// Another command is using the warehouse.
pub const IN_USE: u8 = 8;
