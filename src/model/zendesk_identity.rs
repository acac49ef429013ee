//! Which Zendesk account a reading comes from.

use std::fmt;

/// What the name of a sandbox or of the demo ends with. No account of Zendesk has a dot in its subdomain, so neither
/// is ever taken for an account.
pub const SANDBOX_ENDING: &str = ".sandbox";

/// What records without an account are called in a sandbox.
pub const UNNAMED: &str = "unnamed";

/// The account of the bundled demo.
const DEMO: &str = "acme-demo.sandbox";

/// How the demo was called before it had a name that no account can have.
const DEMO_ONCE: (&str, i64) = ("acme-demo", 20_481_973);

/// A Zendesk account: its subdomain and, where known, its numeric id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZendeskIdentity {
    /// Lower-case subdomain, without `.zendesk.com`; of a sandbox `NAME.sandbox`.
    pub subdomain: String,
    /// The account's id.
    pub account_id: Option<i64>,
}

impl ZendeskIdentity {
    /// The account that a warehouse names. What an older version stored of the demo is the demo.
    pub fn stored(subdomain: String, account_id: Option<i64>) -> Self {
        if subdomain == DEMO_ONCE.0 && account_id == Some(DEMO_ONCE.1) {
            Self { subdomain: DEMO.to_owned(), account_id }
        } else {
            Self { subdomain, account_id }
        }
    }

    /// Whether both can be the same account: equal subdomains, and account ids that do not differ.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.subdomain == other.subdomain
            && match (self.account_id, other.account_id) {
                (Some(mine), Some(theirs)) => mine == theirs,
                _ => true,
            }
    }

    /// Whether it is a sandbox on this machine, or the demo, and no account at Zendesk.
    pub fn is_sandbox(&self) -> bool {
        is_sandbox(&self.subdomain)
    }

    /// Whether it is the bundled demo, or a sandbox that serves it.
    pub fn is_demo(&self) -> bool {
        self.subdomain == DEMO
    }
}

/// Whether a subdomain, alone or with an account id behind a slash, is that of a sandbox.
pub fn is_sandbox(identity: &str) -> bool {
    identity.split('/').next().is_some_and(|subdomain| subdomain.ends_with(SANDBOX_ENDING))
}

/// The name of the sandbox that stands in for an account; of a sandbox its own.
pub fn sandbox_name(subdomain: &str) -> String {
    format!("{}{SANDBOX_ENDING}", subdomain.strip_suffix(SANDBOX_ENDING).unwrap_or(subdomain))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_is_no_account_and_the_old_name_of_the_demo_is_the_demo() {
        let stored = |name: &str, id| ZendeskIdentity::stored(name.to_owned(), id);
        let demo = stored("acme-demo", Some(20_481_973));
        assert_eq!(demo.to_string(), "acme-demo.sandbox/20481973");
        assert!(demo.is_demo() && demo.is_sandbox());
        assert!(demo.agrees_with(&stored("acme-demo.sandbox", None)));
        // Somebody's account of the same name is not.
        for real in
            [stored("acme-demo", None), stored("acme-demo", Some(7)), stored("acme", Some(20_481_973))]
        {
            assert!(!real.is_sandbox() && !real.agrees_with(&demo), "{real}");
        }
        assert_eq!(sandbox_name("acme"), "acme.sandbox");
        assert_eq!(sandbox_name("acme.sandbox"), "acme.sandbox");
        assert!(is_sandbox("acme.sandbox/12") && !is_sandbox("sandbox") && !is_sandbox("acme/12"));
    }
}
