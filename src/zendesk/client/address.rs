//! Where requests go: one host, whatever a name, a variable or a reply says.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use url::{Host, Url};

use super::call::Call;
use crate::model::{is_sandbox, sandbox_name};
use crate::zendesk::{account_name, subdomain};

/// Replaces the host, for the sandbox and for tests.
pub const URL_VARIABLE: &str = "ORGDRIFT_ZENDESK_URL";

/// An account's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    subdomain: String,
    base: Url,
}

/// An address that is refused. Messages do not repeat it: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The subdomain is not valid.
    #[error(
        "the Zendesk subdomain is none: write the part before .zendesk.com, letters, digits and inner hyphens"
    )]
    Subdomain,
    /// The subdomain is that of a sandbox, and nobody says where it listens.
    #[error("the Zendesk subdomain is that of a sandbox, but {URL_VARIABLE} is not set")]
    SandboxWithoutUrl,
    /// The replacement is not an address.
    #[error("{URL_VARIABLE} is not an address: write http://127.0.0.1:8080 and nothing after it")]
    NoUrl,
    /// The replacement leads away from this machine.
    #[error(
        "{URL_VARIABLE} names another machine: it is for servers on this one, at 127.0.0.1, ::1 or localhost"
    )]
    NotLoopback,
}

impl Address {
    /// The address of an account at Zendesk.
    pub fn of_account(name: &str) -> Result<Self, AddressError> {
        if is_sandbox(name) {
            return Err(AddressError::SandboxWithoutUrl);
        }
        let subdomain = subdomain(name).map_err(|_| AddressError::Subdomain)?;
        let host = format!("{subdomain}.zendesk.com");
        let base = Url::parse(&format!("https://{host}/")).map_err(|_| AddressError::Subdomain)?;
        // The rule above leaves no way to another host; this says so once more, after the parser.
        if base.host_str() == Some(host.as_str()) {
            Ok(Self { subdomain, base })
        } else {
            Err(AddressError::Subdomain)
        }
    }

    /// The address of a server on this machine that stands in for an account: a sandbox, named as one.
    pub fn on_loopback(name: &str, url: &str) -> Result<Self, AddressError> {
        let name = account_name(name).map_err(|_| AddressError::Subdomain)?;
        let subdomain = sandbox_name(&name);
        let base = Url::parse(url).map_err(|_| AddressError::NoUrl)?;
        let is_loopback = match base.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            // What the name leads to is set by the client and never looked up.
            Some(Host::Domain(domain)) => domain == "localhost",
            None => return Err(AddressError::NoUrl),
        };
        if !is_loopback {
            return Err(AddressError::NotLoopback);
        }
        let is_bare = base.username().is_empty()
            && base.password().is_none()
            && base.path() == "/"
            && base.query().is_none()
            && base.fragment().is_none();
        if is_bare && ["http", "https"].contains(&base.scheme()) {
            Ok(Self { subdomain, base })
        } else {
            Err(AddressError::NoUrl)
        }
    }

    /// The account's subdomain, in lower case; `NAME.sandbox` where a server on this machine stands in for it.
    pub fn subdomain(&self) -> &str {
        &self.subdomain
    }

    /// The host, with its port where it is not the usual one, for messages.
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether requests stay on this machine.
    pub fn is_loopback(&self) -> bool {
        self.base.host_str().is_some_and(|host| !host.ends_with(".zendesk.com"))
    }

    /// Whether requests go over TLS.
    pub(super) fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// What the name localhost stands for.
    pub(super) fn localhost() -> [SocketAddr; 2] {
        // Port 0: the one of the address.
        [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].map(|ip| SocketAddr::new(ip, 0))
    }

    /// The address of a call with its parameters, of which none can change the host.
    pub(super) fn url(&self, call: Call, query: &[(&str, String)]) -> Url {
        self.url_of(&call.path(), query)
    }

    /// The address of a path of ours.
    pub(super) fn url_of(&self, path: &str, query: &[(&str, String)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        assert!(url.origin() == self.base.origin(), "a request goes to the account's host");
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zendesk::api::Listing;

    #[test]
    fn no_subdomain_names_another_host() {
        let hostile = [
            "",
            ".",
            "-",
            "-acme",
            "acme-",
            "acme.",
            ".acme",
            "acme.evil",
            "acme.evil.com",
            "evil.com/",
            "evil.com/#",
            "evil.com/?",
            "evil.com\\",
            "evil.com#",
            "evil.com?",
            "user@evil.com",
            "user@evil.com/",
            "a:b@evil.com/",
            "acme/",
            "acme//",
            "acme\\",
            "acme#",
            "acme?x",
            "acme@",
            "acme:8080",
            "acme:443/",
            "acme%2eevil",
            "%61cme",
            "acme%00",
            "acme\0",
            "acme\n",
            "acme\r\nHost: evil.com",
            "\tacme",
            " acme",
            "acme ",
            "a cme",
            "ａｃｍｅ",
            "acme。evil",
            "acmé",
            "xn--é",
            "127.0.0.1/",
            "[::1]",
            "169.254.169.254#",
            "localhost/",
            "acme_demo",
            "https://acme",
            "//evil.com",
            "acme\u{200b}",
            "acme\u{ad}",
            "aсme",
            "K-acme\u{212a}",
            &"a".repeat(64),
        ];
        assert!(hostile.len() >= 40);
        for name in hostile {
            assert_eq!(Address::of_account(name), Err(AddressError::Subdomain), "{name:?}");
            assert_eq!(
                Address::on_loopback(name, "http://127.0.0.1:1"),
                Err(AddressError::Subdomain),
                "{name:?}"
            );
        }
        for (name, host) in [
            ("acme", "acme.zendesk.com"),
            ("Acme-Demo", "acme-demo.zendesk.com"),
            ("z3n", "z3n.zendesk.com"),
            ("a", "a.zendesk.com"),
            ("xn--acm-dma", "xn--acm-dma.zendesk.com"),
        ] {
            let address = Address::of_account(name).unwrap();
            assert_eq!(address.host(), host);
            assert!(!address.is_loopback() && address.is_encrypted());
        }
    }

    #[test]
    fn the_replacement_stays_on_this_machine() {
        for url in [
            "http://evil.com",
            "http://127.0.0.1.evil.com",
            "http://127.0.0.1@evil.com/",
            "http://localhost@evil.com",
            "http://localhost.evil.com",
            "http://localhost.",
            "http://evil.localhost",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://169.254.169.254",
            "http://192.168.1.1",
            "http://[::]",
            "http://[::ffff:127.0.0.1]",
            "http://[fe80::1]",
            "http://128.0.0.1",
            "https://acme.zendesk.com",
            "http://①②⑧.0.0.1",
            "http://127.0.0.1#@evil.com",
            "http://127.0.0.1/path",
            "http://127.0.0.1/?q",
            "http://user@127.0.0.1",
            "http://user:pass@127.0.0.1",
            "ftp://127.0.0.1",
            "file:///etc/passwd",
            "unix:/run/x",
            "127.0.0.1:8080",
            "localhost:8080",
            "",
            "http://",
            "http://127.0.0.1:99999",
        ] {
            assert!(Address::on_loopback("acme", url).is_err(), "{url}");
        }
        for url in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9:1/",
            "http://localhost:8080",
            "http://LOCALHOST",
            "http://[::1]:8080",
            "https://127.0.0.1:8443",
        ] {
            let address = Address::on_loopback("acme", url).unwrap();
            assert!(address.is_loopback(), "{url}");
            assert_eq!(address.subdomain(), "acme.sandbox");
            assert_eq!(Address::on_loopback("Acme.sandbox", url), Ok(address));
            assert_eq!(Address::of_account("acme.sandbox"), Err(AddressError::SandboxWithoutUrl));
        }
    }

    #[test]
    fn parameters_do_not_change_where_a_request_goes() {
        let address = Address::of_account("acme").unwrap();
        for cursor in
            ["@evil.com", "//evil.com/#", "\\\\evil.com", "x&start_time=0", "?#", "a b+c=\r\nHost: evil.com"]
        {
            let url = address.url(Call::Page(Listing::Users), &[("page[after]", cursor.to_owned())]);
            assert_eq!(url.host_str(), Some("acme.zendesk.com"));
            assert_eq!(url.path(), "/api/v2/users");
            assert_eq!(url.query_pairs().collect::<Vec<_>>(), [("page[after]".into(), cursor.into())]);
        }
    }
}
