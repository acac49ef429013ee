//! Hosts as Zendesk holds them: lower case, IDN to ASCII, no trailing dot, nothing else removed.

use std::borrow::Cow;

/// The longest host name and the longest label of DNS (RFC 1035, section 2.3.4).
const MAX_HOST: usize = 253;
const MAX_LABEL: usize = 63;

/// Why a text is no plain host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum HostProblem {
    /// An e-mail address where a domain should be; Zendesk's domain field accepts these
    /// (<https://support.zendesk.com/hc/en-us/articles/4408886840986>).
    #[error("an e-mail address, not a host")]
    EmailAddress,
    /// A scheme, a port, a path or a query.
    #[error("a URL, not a host")]
    Url,
    /// `www.` before what would be a host by itself.
    #[error("a host with a leading www.")]
    WwwForm,
    /// Empty, an IP address, a wildcard, illegal characters, or too long.
    #[error("not a host name")]
    NotAHost,
    /// An e-mail address without `@`. Only [`email_domain`](super::email_domain) reports it.
    #[error("an address without an at sign")]
    NoAtSign,
}

impl HostProblem {
    /// Returns the reason code that is stored with a warning.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmailAddress => "email_address",
            Self::Url => "url",
            Self::WwwForm => "www_form",
            Self::NotAHost => "not_a_host",
            Self::NoAtSign => "no_at_sign",
        }
    }
}

/// Returns the host in lower case, IDN as ASCII (UTS 46, non-transitional), one trailing dot
/// removed. Nothing else is repaired, not even surrounding white space.
///
/// A single label and an unlisted suffix are plain hosts. A host that is already in this form is
/// borrowed, because this runs for every e-mail address.
pub fn plain_host(raw: &str) -> Result<Cow<'_, str>, HostProblem> {
    let host = ascii_host(raw).ok_or_else(|| problem_of(raw))?;
    if ends_in_number(&host) {
        Err(HostProblem::NotAHost)
    } else if without_www(&host).is_some() {
        Err(HostProblem::WwwForm)
    } else {
        Ok(host)
    }
}

/// Returns the text as an ASCII host with legal labels, or `None`. An IPv4 address passes.
pub(super) fn ascii_host(text: &str) -> Option<Cow<'_, str>> {
    // The mapping can shorten a name (soft hyphens), but not by thousands of characters.
    if text.len() > 4 * MAX_HOST {
        return None;
    }
    let host = if text.is_ascii() && !has_punycode(text) {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        }
    } else {
        // `domain_to_ascii` also checks that an `xn--` label decodes.
        let host = idna::domain_to_ascii(text).ok()?;
        if host == text { Cow::Borrowed(text) } else { Cow::Owned(host) }
    };
    let host = match host {
        Cow::Borrowed(host) => Cow::Borrowed(host.strip_suffix('.').unwrap_or(host)),
        Cow::Owned(mut host) => {
            if host.ends_with('.') {
                host.pop();
            }
            Cow::Owned(host)
        }
    };
    has_legal_labels(&host).then_some(host)
}

/// Returns the rest after a leading `www.`, if the rest could be a host of its own.
///
/// `www.co.uk` and `www.com` are registrable names, and not `co.uk` with something in front.
pub(super) fn without_www(host: &str) -> Option<&str> {
    host.strip_prefix("www.").filter(|rest| psl::domain(rest.as_bytes()).is_some())
}

/// Whether the last label is a number, which makes the host an IPv4 address
/// (<https://url.spec.whatwg.org/#ends-in-a-number-checker>).
pub(super) fn ends_in_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    last.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the host consists of lower-case letter-digit-hyphen labels of legal length.
pub(super) fn has_legal_labels(host: &str) -> bool {
    host.len() <= MAX_HOST
        && host.split('.').all(|label| {
            let bytes = label.as_bytes();
            (1..=MAX_LABEL).contains(&bytes.len())
                && bytes.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
                && bytes.first() != Some(&b'-')
                && bytes.last() != Some(&b'-')
        })
}

/// Whether a label starts with the IDN prefix, in any case.
pub(super) fn has_punycode(text: &str) -> bool {
    text.as_bytes().windows(4).any(|window| window.eq_ignore_ascii_case(b"xn--"))
}

/// Names what a text is that is no host.
fn problem_of(raw: &str) -> HostProblem {
    let has_port = raw
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.contains(':') && port.bytes().all(|b| b.is_ascii_digit()));
    if raw.contains("://") {
        HostProblem::Url
    } else if raw.contains('@') {
        HostProblem::EmailAddress
    } else if has_port || raw.contains(['/', '\\', '?', '#']) {
        HostProblem::Url
    } else {
        HostProblem::NotAHost
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hosts_are_normalized_and_nothing_more() {
        for (raw, host) in [
            ("acme.com", "acme.com"),
            ("ACME.com.", "acme.com"),
            ("MÜNCHEN.DE", "xn--mnchen-3ya.de"),
            ("faß.de", "xn--fa-hia.de"),
            ("ａｃｍｅ.com", "acme.com"),
            ("acme。com", "acme.com"),
            ("аcme.com", "xn--cme-5cd.com"),
            ("XN--mnchen-3ya.de", "xn--mnchen-3ya.de"),
            ("localhost", "localhost"),
            ("acme.internal-net", "acme.internal-net"),
            ("www.co.uk", "www.co.uk"),
            ("www2.acme.com", "www2.acme.com"),
        ] {
            assert_eq!(plain_host(raw).as_deref(), Ok(host), "{raw}");
        }
    }

    #[test]
    fn what_is_no_plain_host_is_named() {
        let long = format!("{}.com", "a".repeat(64));
        let longer = format!("{}com", "abcdefg.".repeat(32));
        for (raw, problem) in [
            ("bob@acme.com", HostProblem::EmailAddress),
            ("https://acme.com", HostProblem::Url),
            ("https://bob@acme.com", HostProblem::Url),
            ("acme.com/x", HostProblem::Url),
            ("acme.com:8080", HostProblem::Url),
            ("www.acme.com", HostProblem::WwwForm),
            ("WWW.acme.unlisted", HostProblem::WwwForm),
            ("ｗｗｗ.acme.com", HostProblem::WwwForm),
            ("", HostProblem::NotAHost),
            (".", HostProblem::NotAHost),
            (" acme.com", HostProblem::NotAHost),
            ("acme..com", HostProblem::NotAHost),
            ("acme.com..", HostProblem::NotAHost),
            ("-acme.com", HostProblem::NotAHost),
            ("ac_me.com", HostProblem::NotAHost),
            ("*.acme.com", HostProblem::NotAHost),
            ("192.168.0.1", HostProblem::NotAHost),
            ("[::1]", HostProblem::NotAHost),
            ("xn--a.com", HostProblem::NotAHost),
            (&long, HostProblem::NotAHost),
            (&longer, HostProblem::NotAHost),
        ] {
            assert_eq!(plain_host(raw), Err(problem), "{raw}");
        }
    }

    #[test]
    fn a_plain_host_is_borrowed() {
        for raw in ["acme.com", "acme.com.", "xn--mnchen-3ya.de"] {
            assert!(matches!(plain_host(raw), Ok(Cow::Borrowed(_))), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_host_is_a_fixed_point(raw in ".{0,40}|[a-zA-Z0-9.:/@-]{0,30}|[äß。ａ.a-c-]{1,12}") {
            if let Ok(host) = plain_host(&raw) {
                let again = plain_host(&host);
                prop_assert_eq!(again.as_deref(), Ok(&*host));
            }
        }
    }
}
