//! The bundled lists of domains that never identify a customer.

use std::{collections::HashSet, sync::LazyLock};

use super::files;
use crate::model::DomainKind;

/// One line of a bundled list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundledDomain {
    /// Lower-case host.
    pub domain: &'static str,
    /// Why it identifies nobody.
    pub kind: DomainKind,
    /// Whether the hosts below it are covered as well.
    pub is_covering_sub_hosts: bool,
}

/// Returns the three bundled lists, one after the other. Personal providers are named exactly, disposable services hand
/// out sub-hosts, and the list of platforms says for each whether its sub-hosts are tenants.
///
/// # Panics
///
/// If a line of the platforms has no second cell, which a test excludes.
pub fn bundled_domains() -> impl Iterator<Item = BundledDomain> {
    let list = |text: &'static str, kind, is_covering_sub_hosts| {
        lines(text).map(move |domain| BundledDomain { domain, kind, is_covering_sub_hosts })
    };
    let platforms = lines(files::PLATFORM_HOSTS).map(|line| {
        let mut cells = line.split('\t');
        let (Some(domain), Some(scope)) = (cells.next(), cells.next()) else {
            panic!("a platform without a scope: {line}");
        };
        BundledDomain { domain, kind: DomainKind::Platform, is_covering_sub_hosts: scope == "all" }
    });
    list(files::PERSONAL_DOMAINS, DomainKind::Personal, false)
        .chain(list(files::DISPOSABLE_DOMAINS, DomainKind::Disposable, true))
        .chain(platforms)
}

/// Whether a domain is a bundled provider of personal addresses.
pub fn is_mail_service(domain: &str) -> bool {
    static PERSONAL: LazyLock<HashSet<&str>> = LazyLock::new(|| lines(files::PERSONAL_DOMAINS).collect());
    PERSONAL.contains(domain)
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{domain_key, hosts_above, is_valid_domain};

    #[test]
    fn every_entry_is_a_key_and_in_one_list_alone() {
        let mut seen = HashSet::new();
        let unfit: Vec<&str> = bundled_domains()
            .map(|entry| entry.domain)
            .filter(|&domain| {
                domain_key(domain).as_deref() != Ok(domain)
                    || !is_valid_domain(domain)
                    || !seen.insert(domain)
            })
            .collect();
        assert_eq!(unfit, [""; 0]);
    }

    #[test]
    fn the_headers_say_how_many_there_are_and_where_each_is_from() {
        for text in [files::PERSONAL_DOMAINS, files::DISPOSABLE_DOMAINS, files::PLATFORM_HOSTS] {
            let header = text.lines().find_map(|line| line.strip_prefix("# count: ")).unwrap();
            assert_eq!(lines(text).count().to_string(), header);
        }
        assert!(lines(files::PLATFORM_HOSTS).count() >= 150);
        for line in lines(files::PLATFORM_HOSTS) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(
                matches!(cells[..], [_, "all" | "self", source] if ["P", "S", "W"].contains(&source)),
                "{line}"
            );
        }
    }

    #[test]
    fn a_platform_covers_its_own_hosts_and_no_tenant() {
        let platforms: Vec<_> =
            bundled_domains().filter(|entry| entry.kind == DomainKind::Platform).collect();
        let is_platform = |host: &str| {
            hosts_above(host)
                .find_map(|above| platforms.iter().find(|entry| entry.domain == above))
                .is_some_and(|entry| entry.domain == host || entry.is_covering_sub_hosts)
        };
        for host in [
            "facebook.com",
            "m.facebook.com",
            "de-de.facebook.com",
            "linkedin.com",
            "de.linkedin.com",
            "google.com",
            "google.co.uk",
            "maps.google.com",
            "sites.google.com",
            "instagram.com",
            "bit.ly",
            "maps.app.goo.gl",
            "gcc02.safelinks.protection.outlook.com",
            "urldefense.proofpoint.com",
            "url.uk.m.mimecastprotect.com",
            "wix.com",
            "squarespace.com",
            "linktr.ee",
            "amazon.de",
            "ebay.co.uk",
            "stores.ebay.com",
            "etsy.com",
            "vk.com",
            "yelp.com",
            "tripadvisor.fr",
            "apps.apple.com",
            "play.google.com",
            "crunchbase.com",
            "us02web.zoom.us",
        ] {
            assert!(is_platform(host), "{host}");
        }
        for host in [
            "a.myshopify.com",
            "acme.github.io",
            "acme.wixsite.com",
            "acme.sharepoint.com",
            "acme.zoom.us",
            "acme.tumblr.com",
            "acme.etsy.com",
            "acme.business.site",
            "acme.com",
            "notfacebook.com",
            "protection.outlook.com",
            "outlook.com",
            "apple.com",
            "microsoft.com",
            "health.nsw.gov.au",
        ] {
            assert!(!is_platform(host), "{host}");
        }
    }
}
