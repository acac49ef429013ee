//! Times as the API writes them.

use std::time::{Duration, UNIX_EPOCH};

use crate::clock::{Clock, unix_seconds};

/// Returns the clock's time in seconds since 1970.
pub(super) fn now(clock: Clock) -> i64 {
    unix_seconds(&clock.now()).unwrap_or_default()
}

/// Returns the form of the header `Date`.
pub(super) fn http_date(seconds: i64) -> String {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}
