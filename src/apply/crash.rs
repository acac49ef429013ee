//! Points at which a test may end the process, as a crash would.
//!
//! A point is named by a label; `ORGDRIFT_TEST_CRASH=label:n` ends the process when it is passed for the
//! n-th time, without any cleaning up. A test walks through all of them; a release build has none.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use crate::hooks;

const VARIABLE: &str = "ORGDRIFT_TEST_CRASH";

static WANTED: LazyLock<Option<(String, u32)>> = LazyLock::new(|| {
    let text = hooks::variable(VARIABLE)?;
    let (label, count) = text.rsplit_once(':')?;
    Some((label.to_owned(), count.parse().ok()?))
});

static PASSED: Mutex<Option<HashMap<&'static str, u32>>> = Mutex::new(None);

/// A point with a label.
pub(super) fn point(label: &'static str) {
    let Some((wanted, at)) = &*WANTED else { return };
    if wanted != label {
        return;
    }
    let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
    let count = passed.get_or_insert_default().entry(label).or_default();
    *count += 1;
    if *count == *at {
        std::process::abort();
    }
}
