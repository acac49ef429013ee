//! Which Zendesk account a reading comes from.

use std::fmt;

/// A Zendesk account: its subdomain and, where known, its numeric id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZendeskIdentity {
    /// Lower-case subdomain, without `.zendesk.com`.
    pub subdomain: String,
    /// The account's id.
    pub account_id: Option<i64>,
}

impl ZendeskIdentity {
    /// Whether both can be the same account: equal subdomains, and account ids that do not differ.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.subdomain == other.subdomain
            && match (self.account_id, other.account_id) {
                (Some(mine), Some(theirs)) => mine == theirs,
                _ => true,
            }
    }
}

/// `subdomain/account_id`, or the subdomain alone.
impl fmt::Display for ZendeskIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.account_id {
            Some(account_id) => write!(formatter, "{}/{account_id}", self.subdomain),
            None => formatter.write_str(&self.subdomain),
        }
    }
}
