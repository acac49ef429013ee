//! What people decide about issues, and how a sheet says which words it showed.

use sha2::{Digest, Sha256};

use super::closed_set::closed_set;

closed_set! {
    /// What a person says of one issue.
    Decision {
        /// Its repair is approved.
        Fix = "fix",
        /// It is in no plan until decided otherwise.
        Skip = "skip",
        /// Nothing needs to be done until a date.
        Suppress = "suppress",
        /// One reason for which its repair is refused does not count.
        AcceptRisk = "accept_risk",
    }
}

/// What stands in the cells of a row that people fill: decision, until, assignee, note. Blank cells are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// One of [`Decision`], or anything that somebody typed.
    pub decision: String,
    /// ISO-8601 date.
    pub until: String,
    /// Who takes care.
    pub assignee: String,
    /// Why, or whatever else is to be known.
    pub note: String,
}

/// Where a row of a sheet comes from. Programs keep it, also where a row is moved to another sheet or saved as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The warehouse, 16 hexadecimal digits.
    pub warehouse_id: String,
    /// The run that the sheet shows.
    pub run_id: i64,
    /// What the cells held when the sheet was made, see [`Words::digest`].
    pub shown: String,
}

impl Words {
    /// Whether nothing was filled in.
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// Eight digits that tell these words from others; one dash for none.
    pub fn digest(&self) -> String {
        if self.is_blank() {
            return "-".to_owned();
        }
        let mut digest = Sha256::new();
        for word in [&self.decision, &self.until, &self.assignee, &self.note] {
            digest.update(squeezed(word).as_bytes());
            digest.update([0]);
        }
        let digest = digest.finalize();
        format!("{:08x}", u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
    }
}

impl std::fmt::Display for Provenance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}/{}", self.warehouse_id, self.run_id, self.shown)
    }
}

impl Provenance {
    /// Reads what a sheet says; none if it is nothing that a sheet says.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('/');
        let (warehouse_id, run_id, shown) = (parts.next()?, parts.next()?, parts.next()?);
        let is_complete = !warehouse_id.is_empty() && !shown.is_empty() && parts.next().is_none();
        let run_id = run_id.parse().ok()?;
        is_complete.then(|| Self { warehouse_id: warehouse_id.to_owned(), run_id, shown: shown.to_owned() })
    }
}

/// A text without what programs change on the way: blanks at its ends, line ends, blanks that follow one another.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_row_comes_from_is_read_as_it_was_written() {
        let words = Words { decision: "skip".to_owned(), note: "a\n b ".to_owned(), ..Words::default() };
        let saved = Words { decision: "skip".to_owned(), note: "a b".to_owned(), ..Words::default() };
        assert_eq!(words.digest(), saved.digest());
        assert_ne!(words.digest(), Words { decision: "fix".to_owned(), ..saved }.digest());
        let provenance =
            Provenance { warehouse_id: "0123456789abcdef".to_owned(), run_id: 7, shown: words.digest() };
        assert_eq!(Provenance::parse(&provenance.to_string()), Some(provenance));
        for text in ["", "a/b", "a/b/c", "a/1/", "/1/x", "a/1/x/y"] {
            assert_eq!(Provenance::parse(text), None, "{text}");
        }
        assert_eq!(Words::default().digest(), "-");
    }
}
