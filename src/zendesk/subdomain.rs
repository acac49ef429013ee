//! The name of an account: the one rule for it, wherever it comes from.

use crate::model::{SANDBOX_ENDING, sandbox_name};

/// Text that names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write the part before .zendesk.com: letters, digits and hyphens")]
pub struct SubdomainError;

/// Returns the given subdomain in lower case.
///
/// Allows what Zendesk allows, byte by byte: nothing else may reach an address, where `/`, `#`, `@`, a
/// percent sign or a full-width letter would name another host.
pub fn subdomain(text: &str) -> Result<String, SubdomainError> {
    let name = text.to_ascii_lowercase();
    let is_plain =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if (1..=63).contains(&name.len()) && is_plain && !name.starts_with('-') && !name.ends_with('-') {
        Ok(name)
    } else {
        Err(SubdomainError)
    }
}

/// Returns the name of an account, or of a sandbox (`NAME.sandbox`), in lower case.
pub fn account_name(text: &str) -> Result<String, SubdomainError> {
    let name = text.to_ascii_lowercase();
    match name.strip_suffix(SANDBOX_ENDING) {
        Some(account) => subdomain(account).map(|account| sandbox_name(&account)),
        None => subdomain(&name),
    }
}
