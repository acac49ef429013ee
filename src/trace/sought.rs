//! What a text that somebody pasted may be: an id, a name, a domain, an address, a URL.

use crate::{
    identity::{AccountId, plain_host, trim_invisible},
    warehouse::{
        search::{NamedRecord, Sought},
        trace::Kind,
    },
};

/// Names that are less like a text than this are not offered.
const LIKE: f64 = 0.85;

/// How many near names are offered.
const OFFERED: usize = 5;

/// Understands a text; nothing but blanks is nothing.
pub fn sought(text: &str) -> Option<Sought> {
    let text = trim_invisible(text);
    if text.is_empty() {
        return None;
    }
    if let Some(url) = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http")) {
        return Some(of_url(&url));
    }
    if text.contains('@') {
        let address = text.trim_start_matches("mailto:").to_lowercase();
        return Some(Sought { part: Some(address.clone()), address: Some(address), ..Sought::default() });
    }
    Some(Sought {
        id: number(text),
        account_id: account_id(text),
        domain: plain_host(text).ok().map(std::borrow::Cow::into_owned).filter(|host| host.contains('.')),
        part: Some(text.to_lowercase()),
        ..Sought::default()
    })
}

/// An address of a page of Zendesk or Salesforce names one record; any other names a domain.
fn of_url(url: &url::Url) -> Sought {
    // Salesforce's classic and Lightning pages, and links into its console, hold the id as a part of their own.
    let parts: Vec<&str> =
        url.path().split('/').chain(url.fragment().unwrap_or_default().split('/')).collect();
    if let Some(account_id) = parts.iter().find_map(|part| account_id(part)) {
        return Sought { account_id: Some(account_id), kind: Some(Kind::Account), ..Sought::default() };
    }
    for pair in parts.windows(2) {
        let kind = match pair[0] {
            "organizations" => Kind::Organization,
            "users" => Kind::User,
            "tickets" => Kind::Ticket,
            _ => continue,
        };
        if let Some(id) = number(pair[1].trim_end_matches(".json")) {
            return Sought { id: Some(id), kind: Some(kind), ..Sought::default() };
        }
    }
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    Sought { domain: plain_host(host).ok().map(std::borrow::Cow::into_owned), ..Sought::default() }
}

fn number(text: &str) -> Option<i64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&id| is_number && id > 0)
}

fn account_id(text: &str) -> Option<String> {
    AccountId::parse(text).ok().map(|parsed| parsed.id.as_str().to_owned())
}

/// The records whose names are most like a text, the most like first.
pub fn near_names(text: &str, records: &[NamedRecord]) -> Vec<NamedRecord> {
    let wanted = trim_invisible(text).to_lowercase();
    let mut near: Vec<(f64, &NamedRecord)> = records
        .iter()
        .map(|record| (strsim::jaro_winkler(&wanted, &record.name.to_lowercase()), record))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.id.cmp(&other.1.id)));
    near.into_iter().take(OFFERED).map(|(_, record)| record.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_and_id(text: &str) -> (Option<Kind>, Option<i64>, Option<String>) {
        let Sought { kind, id, account_id, .. } = sought(text).unwrap();
        (kind, id, account_id)
    }

    #[test]
    fn pasted_addresses_of_pages_name_one_record() {
        let account = Some("001ACME00300000YDA".to_owned());
        for text in [
            "https://acme.lightning.force.com/lightning/r/Account/001ACME00300000YDA/view",
            "https://acme.my.salesforce.com/001ACME00300000",
            "https://acme.lightning.force.com/one/one.app#/sObject/001ACME00300000YDA/view",
        ] {
            assert_eq!(kind_and_id(text), (Some(Kind::Account), None, account.clone()), "{text}");
        }
        for (text, kind) in [
            ("https://acme.zendesk.com/agent/organizations/217/tickets", Kind::Organization),
            ("https://acme.zendesk.com/agent/users/217/requested_tickets", Kind::User),
            ("https://acme.zendesk.com/api/v2/tickets/217.json", Kind::Ticket),
            ("https://acme.zendesk.com/agent/tickets/217?brand_id=3", Kind::Ticket),
        ] {
            assert_eq!(kind_and_id(text), (Some(kind), Some(217), None), "{text}");
        }
        assert_eq!(sought("https://www.acme.com/about").unwrap().domain.as_deref(), Some("acme.com"));
    }

    #[test]
    fn other_texts_are_what_they_look_like() {
        assert_eq!(sought("217").unwrap().id, Some(217));
        assert_eq!(sought("-7").unwrap().id, None);
        assert_eq!(sought(" 001ACME00300000 ").unwrap().account_id.as_deref(), Some("001ACME00300000YDA"));
        assert_eq!(sought("Acme.COM").unwrap().domain.as_deref(), Some("acme.com"));
        assert_eq!(sought("Ann@Acme.com").unwrap().address.as_deref(), Some("ann@acme.com"));
        assert_eq!(sought("Acme Labs").unwrap().part.as_deref(), Some("acme labs"));
        assert_eq!(sought("  "), None);
    }

    #[test]
    fn names_that_are_nearly_it_are_offered() {
        let record =
            |name: &str| NamedRecord { kind: Kind::Organization, id: name.to_owned(), name: name.to_owned() };
        let records = ["Acme Foods", "Acme Labs", "Zeppelin"].map(record);
        assert_eq!(near_names("acme foots", &records)[0].name, "Acme Foods");
        assert_eq!(near_names("quite another", &records), []);
    }
}
