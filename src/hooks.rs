//! What tests set from outside: the clock, waits, points at which the process ends. A release build has none of it.

/// The value of a variable of the environment that only tests set.
#[cfg(debug_assertions)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Nothing: whoever sets a variable of a test changes nothing here.
#[cfg(not(debug_assertions))]
pub(crate) fn variable(_: &str) -> Option<String> {
    None
}
