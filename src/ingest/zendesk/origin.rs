//! Whose records they are, as far as their own addresses say.

use crate::zendesk::account_name;

/// The account that the addresses of records name.
#[derive(Default)]
pub(super) struct SeenUrls {
    /// `https://SUBDOMAIN.zendesk.com/` of the first address.
    first: Option<String>,
    /// Another account, or no account of Zendesk's: then nothing is known.
    is_unclear: bool,
}

impl SeenUrls {
    /// Notes the address of a record.
    pub(super) fn note(&mut self, url: Option<&str>) {
        let Some(url) = url else { return };
        match &self.first {
            Some(first) if url.starts_with(first.as_str()) => {}
            Some(_) => self.is_unclear = true,
            None => match beginning_of(url) {
                Some(beginning) => self.first = Some(beginning),
                None => self.is_unclear = true,
            },
        }
    }

    /// The subdomain that all addresses name.
    pub(super) fn subdomain(&self) -> Option<&str> {
        if self.is_unclear {
            return None;
        }
        subdomain_of(self.first.as_deref()?)
    }
}

/// `https://SUBDOMAIN.zendesk.com/` of an address that is an account's.
pub(super) fn beginning_of(url: &str) -> Option<String> {
    Some(format!("https://{}.zendesk.com/", subdomain_of(url)?))
}

fn subdomain_of(url: &str) -> Option<&str> {
    let (host, _) = url.strip_prefix("https://")?.split_once('/')?;
    let name = host.strip_suffix(".zendesk.com")?;
    account_name(name).is_ok_and(|plain| plain == name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subdomain(urls: &[&str]) -> Option<String> {
        let mut seen = SeenUrls::default();
        for url in urls {
            seen.note(Some(url));
        }
        seen.note(None);
        seen.subdomain().map(str::to_owned)
    }

    #[test]
    fn an_account_is_known_where_all_addresses_agree() {
        let (one, two) =
            ("https://t.zendesk.com/api/v2/users/1.json", "https://t.zendesk.com/api/v2/tickets/2.json");
        assert_eq!(subdomain(&[one, two]).as_deref(), Some("t"));
        assert_eq!(subdomain(&[one, "https://t-2.zendesk.com/api/v2/users/1.json"]), None);
        let rehearsed = "https://t.sandbox.zendesk.com/api/v2/users/1.json";
        assert_eq!(subdomain(&[rehearsed]).as_deref(), Some("t.sandbox"));
        assert_eq!(subdomain(&[one, rehearsed]), None);
        assert_eq!(subdomain(&["https://t.evil.zendesk.com/api/v2/users/1.json"]), None);
        assert_eq!(subdomain(&["http://127.0.0.1:8080/api/v2/users/1.json"]), None);
        assert_eq!(subdomain(&[one, "https://support.acme.test/api/v2/users/1.json"]), None);
        assert_eq!(subdomain(&["https://t.zendesk.com.evil.test/"]), None);
        assert_eq!(subdomain(&[]), None);
    }
}
