//! Splits a domain cell into the hosts that it lists.
//!
//! People list several hosts in one cell, and each system has its own separator. A comma or semicolon is also
//! an ordinary character of a URL's path, so it separates there only where another URL begins.

use crate::identity::{domain_key, trim_invisible};

/// One entry of a domain cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry<'a> {
    /// A host, URL or e-mail address.
    Host(&'a str),
    /// What looks like a host behind a comma in a URL's path: part of the path, or another customer's domain.
    /// Nobody can tell, so it is none.
    InPath(&'a str),
}

/// Returns the entries of a cell.
pub(super) fn entries(cell: &str) -> impl Iterator<Item = Entry<'_>> {
    cell.split(is_separator).flat_map(Chunk::new)
}

/// What separates everywhere: nothing of it stands in a URL.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '｜' | '、' | '､' | '・' | '･')
}

/// What separates outside a URL's path: commas and semicolons, also those of Chinese and Arabic.
fn is_list_mark(c: char) -> bool {
    matches!(c, ',' | ';' | '，' | '；' | '،' | '؛')
}

/// Quotation marks around an entry.
fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '`'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '‘'
            | '’'
            | '‚'
            | '‛'
            | '\u{ab}'
            | '\u{bb}'
            | '‹'
            | '›'
            | '「'
            | '」'
            | '『'
            | '』'
            | '＂'
            | '＇'
    )
}

/// A part of a cell that holds no certain separator.
struct Chunk<'a> {
    rest: Option<&'a str>,
    /// A host that was found in the path of the entry before.
    in_path: Vec<&'a str>,
}

impl<'a> Chunk<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: Some(text), in_path: Vec::new() }
    }
}

impl<'a> Iterator for Chunk<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        loop {
            if let Some(host) = self.in_path.pop() {
                return Some(Entry::InPath(host));
            }
            let text = self.rest?;
            let end = self.end_of_entry(text);
            self.rest = text[end..].chars().next().map(|mark| &text[end + mark.len_utf8()..]);
            let entry = trimmed(&text[..end]);
            if !entry.is_empty() {
                return Some(Entry::Host(entry));
            }
        }
    }
}

impl<'a> Chunk<'a> {
    /// Returns where the first entry of the text ends.
    fn end_of_entry(&mut self, text: &'a str) -> usize {
        for (at, mark) in text.match_indices(is_list_mark) {
            let Some(path) = path_of(&text[..at]) else { return at };
            let after = &text[at + mark.len()..];
            let next = trimmed(&after[..after.find(is_list_mark).unwrap_or(after.len())]);
            if begins_url(next) {
                return at;
            }
            if is_host(next) {
                // A comma may stand in a path, and what follows it may look like a file.
                if path.ends_with('/') || !mark.starts_with([',', '，']) || !ends_like_file(next) {
                    return at;
                }
                self.in_path.push(next);
            }
        }
        text.len()
    }
}

fn trimmed(text: &str) -> &str {
    let is_around = |c: char| is_quote(c) || is_list_mark(c);
    trim_invisible(trim_invisible(text).trim_matches(is_around))
}

/// Returns what follows the host of a URL, from its slash, question mark or hash sign on.
fn path_of(entry: &str) -> Option<&str> {
    let entry = trimmed(entry);
    let host = entry.find("://").map_or(0, |at| at + 3);
    entry[host..].find(['/', '?', '#', '\\']).map(|at| &entry[host + at..])
}

/// Whether a URL or an e-mail address begins here, which no path does.
fn begins_url(text: &str) -> bool {
    let starts_with =
        |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let scheme = text.find("://").is_some_and(|at| text[..at].bytes().all(|b| b.is_ascii_alphanumeric()));
    let is_address = || {
        let name = text.split(['/', '?', '#']).next().unwrap_or_default();
        name.split_once('@').is_some_and(|(user, _)| !user.is_empty()) && domain_key(name).is_ok()
    };
    scheme || starts_with("www.") || starts_with("mailto:") || is_address()
}

/// Whether a host ends like a file or the action of a web server: these endings are top-level domains as well.
fn ends_like_file(host: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "ai", "app", "cab", "cc", "do", "info", "md", "mov", "page", "pl", "ps", "pub", "py", "rs", "sh",
        "zip",
    ];
    let ending = host.rsplit('.').next().unwrap_or_default();
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

fn is_host(text: &str) -> bool {
    domain_key(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(cell: &str) -> Vec<&str> {
        entries(cell)
            .filter_map(|entry| match entry {
                Entry::Host(host) => Some(host),
                Entry::InPath(_) => None,
            })
            .collect()
    }

    #[test]
    fn every_usual_separator_splits() {
        let cell = " a.com,a.de;a.fr | a.it\r\na.es\u{feff}  ,, \u{200b}、a.jp・a.cn，a.tw；a.kr､a.hk･a.sg،a.ae؛a.sa｜a.nl";
        assert_eq!(
            hosts(cell),
            [
                "a.com", "a.de", "a.fr", "a.it", "a.es", "a.jp", "a.cn", "a.tw", "a.kr", "a.hk", "a.sg",
                "a.ae", "a.sa", "a.nl"
            ]
        );
        assert_eq!(hosts(" \n").len(), 0);
        assert_eq!(hosts("例え-demo.jp"), ["例え-demo.jp"]);
    }

    #[test]
    fn quotation_marks_around_entries_go_and_inner_ones_stay() {
        for cell in [
            "“acme-demo.com, acme-demo.de”",
            "\"acme-demo.com\";\"acme-demo.de\"",
            "\u{ab}acme-demo.com\u{bb}, \u{ab}acme-demo.de\u{bb}",
            "'acme-demo.com','acme-demo.de'",
            "「acme-demo.com」、「acme-demo.de」",
            "„acme-demo.com“ „acme-demo.de“",
        ] {
            assert_eq!(hosts(cell), ["acme-demo.com", "acme-demo.de"], "{cell}");
        }
        assert_eq!(hosts("www.mcdougal’s-demo.com"), ["www.mcdougal’s-demo.com"]);
    }

    #[test]
    fn inside_a_path_only_another_url_begins_an_entry() {
        for (cell, expected) in [
            ("https://a.com/en/story,detail.info", &["https://a.com/en/story,detail.info"][..]),
            ("a.com/x;jsessionid=1.2", &["a.com/x;jsessionid=1.2"]),
            ("https://a.com/@48.13,11.57,17z", &["https://a.com/@48.13,11.57,17z"]),
            ("https://a.com/?q=a,b;c", &["https://a.com/?q=a,b;c"]),
            ("https://a.com/#x,y", &["https://a.com/#x,y"]),
            ("https://a.com/en,https://b.com/de", &["https://a.com/en", "https://b.com/de"]),
            ("https://a.com/en;www.b.com", &["https://a.com/en", "www.b.com"]),
            ("https://a.com/en,ann@b.com", &["https://a.com/en", "ann@b.com"]),
            ("https://a.com/,b.com", &["https://a.com/", "b.com"]),
            ("https://a.com/，b.com；c.com", &["https://a.com/", "b.com", "c.com"]),
            ("a.com,b.com", &["a.com", "b.com"]),
            ("https://a.com,b.com", &["https://a.com", "b.com"]),
            ("https://a.com/x,y,https://b.com/z,c.de", &["https://a.com/x,y", "https://b.com/z", "c.de"]),
            ("https://a.com/about?x=1;b.de", &["https://a.com/about?x=1", "b.de"]),
            ("https://a.com/en,b.com", &["https://a.com/en", "b.com"]),
            ("https://a.com/list,action.do", &["https://a.com/list,action.do"]),
            ("https://a.com/en, b.com", &["https://a.com/en", "b.com"]),
            ("ann@a.com,ben@b.com", &["ann@a.com", "ben@b.com"]),
        ] {
            assert_eq!(hosts(cell), expected, "{cell}");
        }
    }

    #[test]
    fn a_host_in_a_path_is_told_and_is_none() {
        let all: Vec<_> = entries("https://a.com/en,b.info,c").collect();
        assert_eq!(all, [Entry::Host("https://a.com/en,b.info,c"), Entry::InPath("b.info")]);
    }

    proptest::proptest! {
        #[test]
        fn splitting_never_panics(cell in ".{0,80}|[a-c./:;,，@?#、“” htps]{0,60}") {
            for entry in entries(&cell) {
                let (Entry::Host(text) | Entry::InPath(text)) = entry;
                proptest::prop_assert!(!text.is_empty());
                proptest::prop_assert_eq!(trim_invisible(text), text);
            }
        }
    }
}
