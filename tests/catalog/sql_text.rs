//! SQL as a list of words, for the lints: comments and strings are left out.

/// Returns names, numbers and signs in lower case. A string becomes `''`; `->`, `->>` and `||` stay whole.
pub(super) fn words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("--") {
            rest = after.find('\n').map_or("", |end| &after[end..]);
        } else if first == '\'' {
            let mut end = 1;
            while let Some(quote) = rest[end..].find('\'') {
                end += quote + 1;
                if !rest[end..].starts_with('\'') {
                    break;
                }
                end += 1;
            }
            words.push("''".to_owned());
            rest = &rest[end..];
        } else if first.is_alphanumeric() || matches!(first, '_' | ':' | '"') {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '"')))
                .unwrap_or(rest.len());
            words.push(rest[..end].to_lowercase());
            rest = &rest[end..];
        } else {
            let sign = ["->>", "->", "||", "<>", "<=", ">="].into_iter().find(|sign| rest.starts_with(sign));
            let length = sign.map_or(first.len_utf8(), str::len);
            if !first.is_whitespace() {
                words.push(rest[..length].to_owned());
            }
            rest = &rest[length..];
        }
    }
    words
}

/// The functions that are called, each with the number of its arguments.
pub(super) fn calls(words: &[String]) -> Vec<(String, usize)> {
    /// Words before a bracket that are no functions.
    const KEYWORDS: [&str; 20] = [
        "select", "from", "join", "in", "exists", "as", "and", "or", "not", "on", "when", "then", "else",
        "case", "where", "over", "values", "union", "all", "is",
    ];
    let mut calls = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let name = &pair[0];
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if pair[1] != "(" || !is_name || KEYWORDS.contains(&name.as_str()) {
            continue;
        }
        let (mut depth, mut commas, mut is_empty) = (0, 0, true);
        for word in &words[at + 1..] {
            match word.as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                "," if depth == 1 => commas += 1,
                _ => is_empty = false,
            }
            if depth == 0 {
                break;
            }
        }
        calls.push((name.clone(), if is_empty { 0 } else { commas + 1 }));
    }
    calls
}

#[test]
fn comments_and_strings_are_left_out() {
    assert_eq!(
        words("select a.b -- is '\nfrom t where c = 'it''s -- not' || x->>'y'"),
        ["select", "a.b", "from", "t", "where", "c", "=", "''", "||", "x", "->>", "''"]
    );
    assert_eq!(
        calls(&words("select max(a, min(b)), count(*), f() from (select 1) where x in (1)")),
        [("max".to_owned(), 2), ("min".to_owned(), 1), ("count".to_owned(), 1), ("f".to_owned(), 0)]
    );
}
