//! The comment at the top of a file: its title, its keys, its prose.
//!
//! ```text
//! -- What a row is, in one sentence.
//! --
//! -- key: value, which may continue
//! --   in the next line
//! -- list:
//! --   one item a line
//! --
//! -- Prose.
//! ```

/// A parsed header.
#[derive(Debug, Clone)]
pub struct Header {
    /// The first paragraph, in one line.
    pub title: String,
    keys: Vec<Key>,
    /// Everything after the keys.
    pub prose: String,
}

#[derive(Debug, Clone)]
struct Key {
    name: &'static str,
    /// Beside the name.
    value: &'static str,
    /// The indented lines below.
    below: Vec<&'static str>,
}

impl Header {
    /// Reads the header of a text. The error says what is wrong with it.
    pub fn parse(sql: &'static str) -> Result<Self, String> {
        let lines: Vec<&'static str> = sql
            .lines()
            .map_while(|line| line.strip_prefix("--"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        let mut paragraphs = lines.splitn(3, |line| line.is_empty());
        let title = paragraphs.next().unwrap_or_default().join(" ");
        if title.is_empty() {
            return Err("it begins without a comment".to_owned());
        }
        let mut keys: Vec<Key> = Vec::new();
        for line in paragraphs.next().unwrap_or_default() {
            match (line.strip_prefix("  "), keys.last_mut()) {
                (Some(more), Some(key)) => key.below.push(more),
                _ => keys.push(
                    key(line).ok_or_else(|| format!("the header has the line `{line}`, which is no key"))?,
                ),
            }
        }
        let prose = paragraphs.next().unwrap_or_default().join("\n");
        Ok(Self { title, keys, prose })
    }

    /// Refuses keys that are not in a list, and keys that are there twice.
    pub fn has_only(&self, known: &[&str]) -> Result<(), String> {
        for (at, key) in self.keys.iter().enumerate() {
            if !known.contains(&key.name) {
                return Err(format!("the header has an unknown key `{}`", key.name));
            }
            if self.keys[..at].iter().any(|other| other.name == key.name) {
                return Err(format!("the header has two lines `{}: …`", key.name));
            }
        }
        Ok(())
    }

    /// The value of a key, in one line.
    pub fn value(&self, name: &str) -> Result<String, String> {
        self.optional(name).ok_or_else(|| format!("the header has no line `{name}: …`"))
    }

    /// The value of a key that may be missing.
    pub fn optional(&self, name: &str) -> Option<String> {
        let key = self.keys.iter().find(|key| key.name == name)?;
        let parts = std::iter::once(key.value).chain(key.below.iter().copied());
        let value = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        (!value.is_empty()).then_some(value)
    }

    /// The words of a value.
    pub fn words(&self, name: &str) -> Result<Vec<String>, String> {
        Ok(self.value(name)?.split(' ').map(str::to_owned).collect())
    }

    /// The lines below a key; none if it is missing.
    pub fn list(&self, name: &str) -> &[&'static str] {
        self.keys.iter().find(|key| key.name == name).map_or(&[], |key| &key.below)
    }
}

/// `name: value`, or `name:` alone.
fn key(line: &'static str) -> Option<Key> {
    let (name, value) = line.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_name.then(|| Key { name, value: value.trim(), below: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_a_title_keys_and_prose() {
        let header = Header::parse(
            "-- One row\n-- per thing.\n--\n-- code: a\n-- reason: It is\n--   so.\n-- list:\n--   x: 1\n--   y: 2\n--\n\
             -- Why: because.\n--\n-- More.\nselect 1\n-- no part of it",
        )
        .unwrap();
        assert_eq!(header.title, "One row per thing.");
        assert_eq!(header.value("code").unwrap(), "a");
        assert_eq!(header.value("reason").unwrap(), "It is so.");
        assert_eq!(header.list("list"), ["x: 1", "y: 2"]);
        assert_eq!(header.prose, "Why: because.\n\nMore.");
        assert!(header.value("other").is_err());
        assert!(header.has_only(&["code", "reason", "list"]).is_ok());
        assert!(header.has_only(&["code", "reason"]).is_err());
    }

    #[test]
    fn a_broken_header_is_refused() {
        assert!(Header::parse("no comment").is_err());
        assert!(Header::parse("-- Title.\n--\n-- no key here\n").is_err());
        let twice = Header::parse("-- Title.\n--\n-- a: 1\n-- a: 2\n").unwrap();
        assert!(twice.has_only(&["a"]).is_err());
    }
}
