//! What is left of people in a row: nothing that names them, and with a key no id of theirs either.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::{PseudonymKey, Subject};
use crate::{
    catalog::{ColumnKind, rules},
    identity::AccountId,
    warehouse::{Cell, Value},
};

/// Evidence that holds text as somebody typed it.
const TYPED: &str = "external_id";

/// Words that stand in its place in evidence of `orphan_org`.
const CLOSED_WORDS: [&str; 2] = ["blank", "names_no_account"];

/// Stands in place of text that is not an account id.
const OTHER_TEXT: &str = "other text";

/// Keys of evidence that hold ids of people's records, with what they are.
const IDS: [(&str, &str); 2] = [("requester_id", "user"), ("membership_id", "membership")];

/// Decides what of a cell is written.
pub(super) struct Veil<'k> {
    key: Option<&'k PseudonymKey>,
    /// The layer of each code: what the ids in its keys are of.
    layers: BTreeMap<String, String>,
    /// The keys of evidence that the rules of this version describe.
    known: BTreeSet<&'static str>,
}

impl<'k> Veil<'k> {
    pub(super) fn new(key: Option<&'k PseudonymKey>, layers: Vec<(String, String)>) -> Self {
        let known = rules().iter().flat_map(|rule| rule.evidence.iter().map(|one| one.key)).collect();
        Self { key, layers: layers.into_iter().collect(), known }
    }

    pub(super) fn value(&self, kind: ColumnKind, cell: &Cell<'_>, subject: &Subject<'_>) -> Value {
        let Cell::Text(text) = *cell else { return cell.to_value() };
        Value::Text(match kind {
            ColumnKind::User => self.id("user", text),
            ColumnKind::Ticket => self.id("ticket", text),
            ColumnKind::Subject => self.id(subject.kind, text),
            ColumnKind::Key => self.issue_key(text),
            ColumnKind::Sentence => self.sentence(text, subject),
            ColumnKind::Url => self.url(text, subject),
            ColumnKind::Evidence => self.evidence(text),
            _ => text.to_owned(),
        })
    }

    /// An id, or its pseudonym where it is one of a person's record.
    fn id(&self, kind: &str, id: &str) -> String {
        match self.key {
            Some(key) if matches!(kind, "user" | "ticket" | "membership") => key.pseudonym(kind, id),
            _ => id.to_owned(),
        }
    }

    /// `code/id`, or `code/id/domain`.
    fn issue_key(&self, issue_key: &str) -> String {
        let Some((code, rest)) = issue_key.split_once('/') else { return issue_key.to_owned() };
        let kind = match self.layers.get(code).map(String::as_str) {
            Some("organization") => return issue_key.to_owned(),
            // A code that the file does not know may be about anybody.
            Some("ticket") => "ticket",
            _ => "user",
        };
        let (id, domain) = rest.split_once('/').map_or((rest, None), |(id, domain)| (id, Some(domain)));
        let domain = domain.map_or_else(String::new, |domain| format!("/{domain}"));
        format!("{code}/{}{domain}", self.id(kind, id))
    }

    /// The sentence names its subject first, and no other user or ticket.
    fn sentence(&self, sentence: &str, subject: &Subject<'_>) -> String {
        match self.id(subject.kind, subject.id) {
            id if id == subject.id => sentence.to_owned(),
            id => sentence.replacen(subject.id, &id, 1),
        }
    }

    fn url(&self, url: &str, subject: &Subject<'_>) -> String {
        match url.strip_suffix(subject.id) {
            Some(before) => format!("{before}{}", self.id(subject.kind, subject.id)),
            None => url.to_owned(),
        }
    }

    /// Only keys that are described, only values that nobody typed.
    fn evidence(&self, json: &str) -> String {
        let Ok(Json::Object(found)) = serde_json::from_str::<Json>(json) else { return "{}".to_owned() };
        let mut kept = Map::new();
        for (key, value) in found.into_iter().filter(|(key, _)| self.known.contains(key.as_str())) {
            let value = match IDS.iter().find(|(known, _)| *known == key) {
                Some((_, kind)) if self.key.is_some() && !value.is_null() => {
                    let id = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    Json::String(self.id(kind, &id))
                }
                None if key == TYPED => typed(value),
                _ => value,
            };
            kept.insert(key, value);
        }
        Json::Object(kept).to_string()
    }
}

/// An `external_id` as somebody typed it: an account id stays, because it is what the issue is about.
fn typed(value: Json) -> Json {
    match value.as_str() {
        Some(text) if !CLOSED_WORDS.contains(&text) && AccountId::parse(text).is_err() => OTHER_TEXT.into(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn layers() -> Vec<(String, String)> {
        rules().iter().map(|rule| (rule.code.to_owned(), rule.layer.as_str().to_owned())).collect()
    }

    #[test]
    fn a_sentence_about_a_user_or_a_ticket_names_it_first_and_once() {
        for rule in rules().iter().filter(|rule| rule.layer.as_str() != "organization") {
            let at = rule.reason.find('{').unwrap();
            assert!(rule.reason[at..].starts_with("{subject_id}"), "{}", rule.reason);
            assert_eq!(rule.reason.matches("{subject_id}").count(), 1, "{}", rule.reason);
        }
    }

    #[test]
    fn ids_are_replaced_wherever_they_stand_and_alike() {
        let key = PseudonymKey::of(KEY).unwrap();
        let veil = Veil::new(Some(&key), layers());
        let user = veil.id("user", "71");
        assert!(user.starts_with("user-") && user.len() == 25, "{user}");
        assert_ne!(user[5..], veil.id("ticket", "71")[7..], "a ticket of the same number is another one");
        assert_eq!(veil.issue_key("user_domain_ambiguous/71"), format!("user_domain_ambiguous/{user}"));
        assert_eq!(veil.issue_key("org_missing_external_id/001/71"), "org_missing_external_id/001/71");
        assert_eq!(veil.issue_key("gone_code/71"), format!("gone_code/{user}"));
        let subject = Subject { kind: "user", id: "71" };
        assert_eq!(veil.sentence("User 71 is in 71.", &subject), format!("User {user} is in 71."));
        assert_eq!(
            veil.url("https://a.zendesk.com/agent/users/71", &subject),
            format!("https://a.zendesk.com/agent/users/{user}")
        );
        let evidence =
            veil.evidence(r#"{"requester_id":71,"membership_id":null,"status":"open","note":"Jane"}"#);
        assert_eq!(evidence, format!(r#"{{"membership_id":null,"requester_id":"{user}","status":"open"}}"#));
        let other = PseudonymKey::of(&KEY.replace('0', "1")).unwrap();
        assert_ne!(user, Veil::new(Some(&other), layers()).id("user", "71"));
    }

    #[test]
    fn without_a_key_ids_stay_and_typed_text_goes_all_the_same() {
        let veil = Veil::new(None, layers());
        assert_eq!(veil.issue_key("user_domain_ambiguous/71"), "user_domain_ambiguous/71");
        let evidence = |text: &str| veil.evidence(&format!(r#"{{"external_id":"{text}"}}"#));
        assert_eq!(evidence("jane@acme.com"), r#"{"external_id":"other text"}"#);
        assert_eq!(evidence("blank"), r#"{"external_id":"blank"}"#);
        assert_eq!(evidence("001ACME00100000YDA"), r#"{"external_id":"001ACME00100000YDA"}"#);
        assert_eq!(veil.evidence("no object"), "{}");
    }

    #[test]
    fn a_key_that_could_be_guessed_is_refused() {
        assert!(matches!(PseudonymKey::of("secret\n"), Err(super::super::KeyError::Short)));
    }
}
