//! The domain of an e-mail address.

use std::borrow::Cow;

use super::plain_host::{HostProblem, plain_host};
use super::trim::trim_invisible;

/// Returns the domain of an address: the part after the last `@`, trimmed, then treated as
/// [`plain_host`] does. Blank text has no domain (`None`).
///
/// # Errors
///
/// [`HostProblem::NoAtSign`] for text without `@`, otherwise what [`plain_host`] says of the part
/// after it. Copies of `Name <address>` form end in `>`, which is no host.
pub fn email_domain(raw: &str) -> Result<Option<Cow<'_, str>>, HostProblem> {
    let address = trim_invisible(raw);
    if address.is_empty() {
        return Ok(None);
    }
    let (_, domain) = address.rsplit_once('@').ok_or(HostProblem::NoAtSign)?;
    plain_host(trim_invisible(domain)).map(Some)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_part_after_the_last_at_sign_counts() {
        for (raw, domain) in [
            ("bob@acme.com", "acme.com"),
            (" Bob@ACME.com. ", "acme.com"),
            ("\"a@b\"@acme.com", "acme.com"),
            ("bob@ acme.com", "acme.com"),
            ("bob@münchen.de", "xn--mnchen-3ya.de"),
            ("bob@localhost", "localhost"),
            ("=1+1@acme.com", "acme.com"),
        ] {
            assert_eq!(email_domain(raw).unwrap().unwrap(), domain, "{raw}");
        }
        assert_eq!(email_domain(" "), Ok(None));
        assert_eq!(email_domain("bob"), Err(HostProblem::NoAtSign));
        assert_eq!(email_domain("bob@"), Err(HostProblem::NotAHost));
        assert_eq!(email_domain("bob@[1.2.3.4]"), Err(HostProblem::NotAHost));
        assert_eq!(email_domain("Bob <bob@acme.com>"), Err(HostProblem::NotAHost));
        assert_eq!(email_domain("bob@www.acme.com"), Err(HostProblem::WwwForm));
    }

    #[test]
    fn a_plain_domain_is_borrowed() {
        assert!(matches!(email_domain("bob@acme.com"), Ok(Some(Cow::Borrowed(_)))));
    }

    proptest! {
        #[test]
        fn never_panics(raw in ".{0,60}") {
            let _ = email_domain(&raw);
        }
    }
}
