//! The accounts and organizations of a generated world, one by one, in all the forms that files have them.

use super::generate::{Builder, Current, FOREIGN_DOMAIN, PERSONAL_DOMAINS};
use super::normalize::{Key, key, with_check};
use super::world::{Account, Organization};

/// Values of a domain cell that are never a key.
const INVALID_DOMAINS: [&str; 5] = ["northshore-medical", "n/a", "10.0.0.1", "foo.unlistedtld", "co.uk"];

/// Names of accounts. Two of them have letters that fold and that can be written in two ways.
const NAMES: [&str; 4] = ["Acme, \"North\"", "=Globex", "Müller Straße", "Söhne GmbH"];

/// External ids that are blank, though two of them are not empty.
const BLANK_EXTERNAL_IDS: [&str; 3] = ["", "  ", "\u{a0}\u{3000}\t"];

/// What stands between the values of a domain cell.
const SEPARATORS: [&str; 5] = [", ", ";", " ", "|", "\n"];

impl Builder {
    /// The organizations where a domain's users are likely to be lose their own domains.
    pub(crate) fn clear_homes_of(&mut self, domains: &[&'static str]) {
        for organization in &mut self.organizations {
            let mut homes = self.homes.iter();
            if homes.any(|(domain, id)| *id == organization.id && domains.contains(domain)) {
                organization.domain_names.clear();
            }
        }
    }

    pub(crate) fn account(
        &mut self,
        number: usize,
        domains: &[&'static str],
        stored_organization: Option<i64>,
    ) -> Account {
        let Current { id, name } = self.current.clone();
        let random = &mut self.random;
        let mut cell: Vec<String> = Vec::new();
        for domain in domains {
            cell.push(random.domain_cell(domain));
        }
        if random.chance(self.accident) {
            cell.push((*random.pick(&INVALID_DOMAINS)).to_owned());
        }
        if random.chance(self.accident) {
            let personal = *random.pick(&PERSONAL_DOMAINS);
            cell.push(random.domain_cell(personal));
        }
        if random.chance(if self.is_orderly { 6 } else { 14 }) {
            cell.push(format!("shop.{}", random.pick(&self.pool)));
        }
        let id_cell = match random.below(8) {
            0 => id[..15].to_owned(),
            1 => id.to_ascii_uppercase(),
            2 => id.to_ascii_lowercase(),
            _ => id.clone(),
        };
        let stored_organization = if random.chance(2) {
            Some("3.61E+11".to_owned())
        } else {
            stored_organization.map(|stored| random.stored_cell(stored))
        };
        Account {
            id_cell,
            name,
            domains: cell,
            domain_separator: random.pick_text(&SEPARATORS),
            stored_organization,
            owner: random.chance(70).then(|| format!("Owner {}", number % 3)),
            parent: (random.chance(20) && !self.accounts.is_empty())
                .then(|| random.pick(&self.accounts).id.clone()),
            trouble: None,
            id,
        }
    }

    /// A name; now and then that of an earlier account, or none.
    pub(crate) fn account_name(&mut self, number: usize) -> String {
        let random = &mut self.random;
        if !self.accounts.is_empty() && random.chance(8) {
            return random.pick(&self.accounts).name.clone();
        }
        format!("{} {number}", random.pick(&NAMES))
    }

    /// The name of an organization: in every second case that of its account, spelt in some way; or another's.
    fn organization_name(&mut self, number: i64) -> String {
        let random = &mut self.random;
        let name = match random.below(20) {
            0..=8 => self.current.name.clone(),
            9..=12 if !self.accounts.is_empty() => random.pick(&self.accounts).name.clone(),
            _ => format!("Organization {number}"),
        };
        match random.below(6) {
            0 => name.to_uppercase(),
            1 => format!(" {name}\u{a0}"),
            2 => name.replace('ü', "u\u{308}").replace('ö', "o\u{308}"),
            _ => name,
        }
    }

    /// The fields of an organization that hold ids: its account's, or another's.
    fn organization_fields(&mut self) -> Vec<(&'static str, Option<String>)> {
        if !self.random.chance(30) {
            return Vec::new();
        }
        let own = self.current.id.clone();
        let value = match self.random.below(10) {
            0..=4 => self.external_form(&own),
            5 | 6 if !self.accounts.is_empty() => {
                let account = self.random.pick(&self.accounts);
                account.parent.clone().unwrap_or_else(|| account.id.clone())
            }
            _ => self.other_external_id(),
        };
        let is_broken = key(Some(&value)) == Key::UnknownAccount(value.trim().to_owned());
        let field = self.random.pick_text(&["salesforce_id", "salesforce_id", "reseller_id"]);
        vec![(field, Some(value).filter(|_| !is_broken)), ("erp_id", None)]
    }

    /// A new id; sometimes it differs from an earlier one in one letter's case only.
    pub(crate) fn account_id(&mut self) -> String {
        loop {
            let id15 = match self.accounts.last() {
                Some(last) if self.random.chance(12) => {
                    let place = 3 + self.random.below(12);
                    let mut bytes = last.id.as_bytes()[..15].to_vec();
                    bytes[place] ^= if bytes[place].is_ascii_alphabetic() { 0x20 } else { 1 };
                    String::from_utf8(bytes).expect("the id is ASCII")
                }
                _ => "001".to_owned() + &self.random.text(12),
            };
            let id = with_check(&id15);
            if self.accounts.iter().all(|account| account.id != id) {
                return id;
            }
        }
    }

    /// Makes an organization that holds most of an account's domains, unless there are ten; returns its id, or the id
    /// of one that was there.
    pub(crate) fn organization(&mut self, external_id: Option<String>, domains: &[&'static str]) -> i64 {
        if self.organizations.len() >= 10 {
            return self.random.pick(&self.organizations).id;
        }
        let is_tidy = self.is_tidy();
        let number = i64::try_from(self.organizations.len()).expect("at most ten");
        let (name, fields) = (self.organization_name(number), self.organization_fields());
        let random = &mut self.random;
        let id = self.organization_ids + number * 10 + 3 * i64::from(random.chance(50));
        let mut held: Vec<&str> = Vec::new();
        let (nothing, foreign) = match (is_tidy, self.is_orderly) {
            (true, _) => (2, 2),
            (false, true) => (28, 4),
            (false, false) => (22, 16),
        };
        if random.chance(foreign) {
            held.push(FOREIGN_DOMAIN);
        } else if !random.chance(nothing) {
            let likely = if !is_tidy && random.chance(30) { 50 } else { 93 };
            held.extend(domains.iter().filter(|_| random.chance(likely)));
        }
        for domain in domains {
            self.homes.push((domain, id));
        }
        let mut domain_names = Vec::new();
        for domain in held {
            domain_names.push(random.held_entry(domain));
        }
        // The same raw text twice is what Zendesk refuses; then the second one stays blank.
        let external_id = external_id.filter(|text| {
            text.trim().is_empty()
                || self.organizations.iter().all(|other| {
                    let taken = other.external_id.as_deref().unwrap_or_default();
                    !taken.eq_ignore_ascii_case(text)
                })
        });
        self.organizations.push(Organization {
            id,
            name,
            external_id,
            domain_names,
            shared_tickets: random.chance(10),
            shared_comments: random.chance(6),
            fields,
            absent: Vec::new(),
        });
        id
    }

    /// An account's id as an organization may carry it.
    pub(crate) fn external_form(&mut self, id: &str) -> String {
        match self.random.below(8) {
            0 | 1 => id[..15].to_owned(),
            2 => format!(" {id}\u{a0}"),
            3 => format!("\t{}", &id[..15]),
            4 => id.to_ascii_uppercase(),
            5 => id.to_ascii_lowercase(),
            _ => id.to_owned(),
        }
    }

    pub(crate) fn blank(&mut self) -> Option<String> {
        let is_text = self.random.chance(30);
        is_text.then(|| (*self.random.pick(&BLANK_EXTERNAL_IDS)).to_owned())
    }

    /// An external id that is not the account's: another system's, an unknown account's, or a broken one.
    pub(crate) fn other_external_id(&mut self) -> String {
        match self.random.below(4) {
            0 => with_check(&("001".to_owned() + &self.random.text(12))),
            1 if !self.accounts.is_empty() => {
                let id = self.random.pick(&self.accounts).id.clone();
                if self.random.chance(40) { broken_check(&id) } else { self.external_form(&id) }
            }
            2 => with_check(&("003".to_owned() + &self.random.text(12))),
            _ => format!("CRM-{}", self.random.below(1_000)),
        }
    }
}

/// An id whose check characters do not match, in mixed case.
fn broken_check(id: &str) -> String {
    let check = if id.ends_with('A') { "AAB" } else { "AAA" };
    let broken = format!("{}{check}", &id[..15]);
    if id[3..15].bytes().any(|byte| byte.is_ascii_lowercase()) { broken } else { format!("x{broken}") }
}
