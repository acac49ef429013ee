//! The generator's dice, and the forms in which files write a domain, an id or an address.

use super::generate::{FOREIGN_DOMAIN, PERSONAL_DOMAINS};

/// A splitmix64 generator.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but not including `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("small");
        usize::try_from(self.next() % bound).expect("below a usize")
    }

    pub(crate) fn chance(&mut self, percent: u32) -> bool {
        self.next() % 100 < u64::from(percent)
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    pub(crate) fn pick_text(&mut self, items: &[&'static str]) -> &'static str {
        items[self.below(items.len())]
    }

    /// Letters and digits.
    pub(crate) fn text(&mut self, length: usize) -> String {
        const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        (0..length).map(|_| char::from(*self.pick(ALPHABET))).collect()
    }

    /// A domain as an account's cell may have it.
    pub(crate) fn domain_cell(&mut self, domain: &str) -> String {
        match self.below(12) {
            0 => format!("www.{domain}"),
            1 => format!("https://www.{domain}/about?x=1"),
            2 => format!("http://{domain}:8080"),
            3 => format!("info@{domain}"),
            4 => domain.to_uppercase(),
            5 => format!("{domain}."),
            6 if domain == "bücher.de" => "xn--bcher-kva.de".to_owned(),
            _ => domain.to_owned(),
        }
    }

    /// A domain as an organization's `domain_names` may have it.
    pub(crate) fn held_entry(&mut self, domain: &str) -> String {
        match self.below(12) {
            0 => domain.to_uppercase(),
            1 => format!("{domain}."),
            2 if domain == "bücher.de" => "xn--bcher-kva.de".to_owned(),
            _ => domain.to_owned(),
        }
    }

    /// An organization id as the account file may have it.
    pub(crate) fn stored_cell(&mut self, id: i64) -> String {
        let is_double = (10_000_000..9_007_199_254_740_992).contains(&id);
        match self.below(4) {
            0 if id < 9_007_199_254_740_992 => format!("{id}.0"),
            1 if is_double => {
                let digits = id.to_string();
                let (first, rest) = digits.split_at(1);
                let rest = rest.trim_end_matches('0');
                let rest = if rest.is_empty() { "0" } else { rest };
                format!("{first}.{rest}E{}", digits.len() - 1)
            }
            _ => id.to_string(),
        }
    }

    /// Mostly an address of the domain.
    pub(crate) fn email(&mut self, number: i64, domain: &str) -> Option<String> {
        let local = format!("user{number}");
        match self.below(30) {
            0 => None,
            1 => Some(format!("{local}@northshore-medical")),
            2 => Some(format!("{local}@{FOREIGN_DOMAIN}")),
            3 | 4 => Some(format!("{local}@{}", self.pick(&PERSONAL_DOMAINS))),
            5 => Some(format!("{local}@mail.{domain}")),
            6 => Some(format!("\"a@b\"@{domain}")),
            7 => Some(format!("{local}@{domain}.")),
            8 => Some(format!("{local}@www.{domain}")),
            9 | 10 => Some(format!("{local}@{}", domain.to_uppercase())),
            _ => Some(format!("{local}@{domain}")),
        }
    }
}
