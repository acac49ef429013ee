//! Domain keys from the free text of a Salesforce field.
//!
//! People type hosts, URLs and e-mail addresses, several in one cell. A key is a host with a
//! registrable part under a suffix of the Public Suffix List (<https://publicsuffix.org>), private
//! section included, so that tenants of one hosting service stay apart.
//!
//! # Why no URL parser
//!
//! A URL parser reads `acme.com:8080/x` as the scheme `acme.com`, `https://https://acme.com` as the
//! host `https`, and `http//acme.com` as no URL at all. All three occur in real fields, and only
//! the host is wanted, so the host is cut out here.

use super::plain_host::{
    ascii_host, ends_in_number, has_legal_labels, has_punycode, is_public_suffix, without_www,
};
use super::trim::is_invisible;

/// How often a scheme is removed from one token (`https://https://acme.com`).
const MAX_SCHEMES: usize = 4;

/// Why a token of a domain field is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DomainProblem {
    /// Free text, a single label, illegal characters, or a word for "no value".
    #[error("not a domain")]
    NotADomain,
    /// Characters beyond ASCII that no host name has: typographic dashes and quotation marks, bullets, symbols, text of
    /// a wrong encoding, an `xn--` label that stands for such.
    #[error("not a host name: a character that none has")]
    NotAHostName,
    /// An IP address.
    #[error("an IP address")]
    IpAddress,
    /// No suffix of the Public Suffix List ends this host.
    #[error("not under a listed public suffix")]
    UnlistedSuffix,
    /// A public suffix by itself or behind `www.` (`co.uk`, `github.io`, `www.gov.uk`).
    #[error("a public suffix, under which anyone can register")]
    PublicSuffix,
}

impl DomainProblem {
    /// Returns the reason code that is stored with a warning.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotADomain => "not_a_domain",
            Self::NotAHostName => "not_a_host_name",
            Self::IpAddress => "ip_address",
            Self::UnlistedSuffix => "unlisted_suffix",
            Self::PublicSuffix => "public_suffix",
        }
    }
}

/// Returns the key of one token: a host, a URL or an e-mail address.
///
/// Scheme, user information, port, path, one leading `www.` and a trailing dot are removed; the
/// host is in lower case and ASCII (UTS 46), its labels valid under IDNA2008. A second `www.` stays, as part of the name.
pub fn domain_key(token: &str) -> Result<String, DomainProblem> {
    let token = token.trim_matches(|c| is_invisible(c) || is_wrapping(c));
    let authority = without_schemes(token).split(['/', '\\', '?', '#']).next().unwrap_or_default();
    // After the last `@`: the host of an e-mail address and of a URL with user information.
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.starts_with('[') || host.matches(':').count() > 1 {
        return Err(ipv6_problem(host));
    }
    let host = match host.split_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        Some(_) => return Err(DomainProblem::NotADomain),
        None => host,
    };
    let host = ascii_host(host).ok_or_else(|| {
        let is_international = !host.is_ascii() || has_punycode(host);
        if is_international { DomainProblem::NotAHostName } else { DomainProblem::NotADomain }
    })?;
    let key = without_www(&host).unwrap_or(&host);
    check_key(key)?;
    Ok(key.to_owned())
}

/// Whether a host is a domain key as it stands: lower-case ASCII, legal labels, and a registrable
/// part under a listed public suffix.
pub fn is_valid_domain(host: &str) -> bool {
    has_legal_labels(host)
        && check_key(host).is_ok()
        && (!has_punycode(host) || ascii_host(host).is_some_and(|ascii| ascii == host))
}

/// Returns the registrable part of a host that is a domain key as it stands, see [`is_valid_domain`]: the public suffix
/// with one label more, `acme.com` of `eu.acme.com`. None: it is not a key.
pub fn registrable_part(host: &str) -> Option<&str> {
    if is_valid_domain(host) { psl::domain_str(host) } else { None }
}

/// Returns the host and those above it, up to the registrable one, nearest first. A tenant of a private suffix is
/// registrable itself, so what is said of a platform's host does not reach it.
pub fn hosts_above(host: &str) -> impl Iterator<Item = &str> {
    let shortest = psl::domain_str(host).map_or(host.len(), str::len);
    std::iter::successors(Some(host), |host| host.split_once('.').map(|(_, above)| above))
        .take_while(move |above| above.len() >= shortest)
}

/// Quotation marks and brackets around a token. None is part of a host.
fn is_wrapping(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '<' | '>' | '(' | ')' | '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}' | '\u{2018}'
            ..='\u{201f}'
    ) || matches!(c, '\u{3008}'..='\u{3011}' | '\u{ff02}' | '\u{ff08}' | '\u{ff09}')
}

/// Checks a host with legal labels against the Public Suffix List.
fn check_key(host: &str) -> Result<(), DomainProblem> {
    // First, because the list's default rule finds a "registrable" part in 192.168.0.1.
    if ends_in_number(host) {
        return Err(DomainProblem::IpAddress);
    }
    if is_public_suffix(host.trim_start_matches("www.")) {
        return Err(DomainProblem::PublicSuffix);
    }
    let suffix = psl::suffix(host.as_bytes()).ok_or(DomainProblem::NotADomain)?;
    match (suffix.is_known(), suffix.as_bytes().len() < host.len()) {
        (true, _) => Ok(()),
        (false, true) => Err(DomainProblem::UnlistedSuffix),
        (false, false) => Err(DomainProblem::NotADomain),
    }
}

fn ipv6_problem(host: &str) -> DomainProblem {
    let inner = host.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(host, |(inner, _)| inner);
    if inner.parse::<std::net::IpAddr>().is_ok() {
        DomainProblem::IpAddress
    } else {
        DomainProblem::NotADomain
    }
}

/// Removes schemes from the front, also broken and repeated ones.
fn without_schemes(token: &str) -> &str {
    let mut rest = token;
    for _ in 0..MAX_SCHEMES {
        let Some(shorter) = without_scheme(rest) else {
            break;
        };
        rest = shorter;
    }
    rest
}

fn without_scheme(token: &str) -> Option<&str> {
    let slashes = |text: &str| text.starts_with("//") || text.starts_with("\\\\");
    let name_end =
        token.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-'))).unwrap_or(token.len());
    let (name, after) = token.split_at(name_end);
    let is_web = ["http", "https", "hhttp", "hhttps", "ftp", "mailto"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    let rest = match after.strip_prefix(':') {
        // `http:acme.com` and `http:/acme.com` only for a known name: `acme:8080` has a port.
        Some(rest) if is_web || (!name.is_empty() && slashes(rest)) => rest,
        // `http//acme.com` and `//acme.com`.
        None if slashes(after) && (is_web || name.is_empty()) => after,
        _ => return None,
    };
    Some(rest.trim_start_matches(['/', '\\']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hosts_urls_and_addresses_become_one_key() {
        for raw in [
            "acme.com",
            "ACME.com.",
            "www.acme.com",
            "http://acme.com",
            "HTTPS://WWW.Acme.Com/",
            "https://user:pw@acme.com:8443/x?y#z",
            "acme.com:8080/x",
            "acme.com:",
            "acme.com/path",
            "//acme.com/x",
            "http//acme.com",
            "http:/acme.com",
            "http:acme.com",
            "hhttp://acme.com",
            "https://https://acme.com",
            "https:///acme.com",
            "http:\\\\acme.com",
            "bob@acme.com",
            "@acme.com",
            "mailto:bob@acme.com?subject=x",
            "<bob@acme.com>",
            "\"acme.com\"",
            "ftp://acme.com",
            "crm+x://acme.com",
            "ａｃｍｅ.com",
            "acme。com",
            "ac\u{ad}me.com",
            "\u{feff}acme.com",
            "acme.com?x=1",
            "a@b@acme.com",
            "www.acme.com.",
        ] {
            assert_eq!(domain_key(raw).as_deref(), Ok("acme.com"), "{raw}");
        }
    }

    #[test]
    fn names_keep_what_tells_them_apart() {
        for (raw, key) in [
            ("MÜNCHEN.DE", "xn--mnchen-3ya.de"),
            ("faß.de", "xn--fa-hia.de"),
            ("аcme.com", "xn--cme-5cd.com"),
            ("www.health.nsw.gov.au", "health.nsw.gov.au"),
            ("a.myshopify.com", "a.myshopify.com"),
            ("例え-demo.jp", "xn---demo-653dw88r.jp"),
            ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
            ("“acme-demo.com", "acme-demo.com"),
            ("\u{ab}acme-demo.de\u{bb}", "acme-demo.de"),
            ("www.www.acme.com", "www.acme.com"),
            ("www2.acme.com", "www2.acme.com"),
            ("eu.acme.co.uk", "eu.acme.co.uk"),
            ("foo.github.io", "foo.github.io"),
            ("trust.nhs.uk", "trust.nhs.uk"),
            ("http.com", "http.com"),
            ("https-acme.com", "https-acme.com"),
        ] {
            assert_eq!(domain_key(raw).as_deref(), Ok(key), "{raw}");
        }
    }

    #[test]
    fn what_is_no_key_is_named() {
        use DomainProblem::{IpAddress, NotADomain, NotAHostName, PublicSuffix, UnlistedSuffix};
        let long = format!("{}.com", "a".repeat(64));
        for (raw, problem) in [
            ("", NotADomain),
            ("n/a", NotADomain),
            ("none", NotADomain),
            ("-", NotADomain),
            ("tbd", NotADomain),
            ("www.", NotADomain),
            ("https://", NotADomain),
            ("northshore-medical", NotADomain),
            ("acme..com", NotADomain),
            ("acme.com..", NotADomain),
            ("-acme.com", NotADomain),
            ("ac_me.com", NotADomain),
            ("*.acme.com", NotADomain),
            ("acme.com:80a", NotADomain),
            ("xn--a.com", NotAHostName),
            ("http://www.north–gate-demo.com", NotAHostName),
            ("www.south‐gate-demo.com", NotAHostName),
            ("www.east‑gate-demo.com", NotAHostName),
            ("https://www.mcdougal’s-demo.com", NotAHostName),
            ("•birch-demo.com", NotAHostName),
            ("www.acme®-demo.com", NotAHostName),
            ("acme™.com", NotAHostName),
            ("I❤.com", NotAHostName),
            ("xn--i-7iq.ws", NotAHostName),
            ("m\u{fffd}nchen.de", NotAHostName),
            ("mÃ¼nchen.de", NotAHostName),
            ("canciÃ³n.com", NotAHostName),
            ("a·b.com", NotAHostName),
            (&long, NotADomain),
            ("192.168.0.1", IpAddress),
            ("http://192.168.0.1:80/x", IpAddress),
            ("１.２.３.４", IpAddress),
            ("bob@[1.2.3.4]", IpAddress),
            ("http://[::1]:80/", IpAddress),
            ("::1", IpAddress),
            ("foo.unknowntld", UnlistedSuffix),
            ("www.foo.unknowntld", UnlistedSuffix),
            ("co.uk", PublicSuffix),
            ("com", PublicSuffix),
            ("github.io", PublicSuffix),
            ("www.co.uk", PublicSuffix),
            ("www.github.io", PublicSuffix),
            ("https://www.gov.uk/government/organisations/hm-treasury", PublicSuffix),
            ("https://www.nhs.uk", PublicSuffix),
            ("https://www.vic.gov.au/department", PublicSuffix),
            ("https://www.gov.br/fazenda/pt-br", PublicSuffix),
        ] {
            assert_eq!(domain_key(raw), Err(problem), "{raw}");
            assert!(!is_valid_domain(raw), "{raw}");
        }
    }

    #[test]
    fn only_a_key_as_it_stands_is_valid() {
        assert!(is_valid_domain("acme.co.uk"));
        assert!(is_valid_domain("xn--mnchen-3ya.de"));
        for host in ["ACME.com", "acme.com.", "https://acme.com", "münchen.de"] {
            assert!(!is_valid_domain(host), "{host}");
        }
    }

    #[test]
    fn the_hosts_above_end_at_the_registrable_one() {
        for (host, above) in [
            ("acme.com", vec!["acme.com"]),
            ("de.linkedin.com", vec!["de.linkedin.com", "linkedin.com"]),
            ("a.b.acme.co.uk", vec!["a.b.acme.co.uk", "b.acme.co.uk", "acme.co.uk"]),
            ("a.myshopify.com", vec!["a.myshopify.com"]),
            ("www.a.myshopify.com", vec!["www.a.myshopify.com", "a.myshopify.com"]),
            ("co.uk", vec!["co.uk"]),
        ] {
            assert_eq!(hosts_above(host).collect::<Vec<_>>(), above, "{host}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_valid_and_a_fixed_point(
            raw in ".{0,60}|(https?://)?(www\\.)?[a-zA-Z0-9.:/@-]{0,20}(\\.com|\\.co\\.uk|\\.DE\\.)?(/x)?"
        ) {
            if let Ok(key) = domain_key(&raw) {
                prop_assert!(is_valid_domain(&key));
                // A second `www.` is part of the name, and only one is removed.
                if !key.starts_with("www.") {
                    prop_assert_eq!(domain_key(&key), Ok(key));
                }
            }
        }
    }
}
