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

/// One `select` of a text, without those inside it.
#[derive(Debug)]
pub(super) struct Select {
    /// The one around it.
    pub(super) parent: Option<usize>,
    /// The word before its bracket, such as `exists`, `from` or `as`; empty for the outermost.
    pub(super) place: String,
    /// Its words; `(select)` stands for one inside it.
    pub(super) words: Vec<String>,
}

/// Every `select` of a text, each after the one around it; the parts of a union stand for themselves.
pub(super) fn selects(words: &[String]) -> Vec<Select> {
    let mut selects = vec![Select { parent: None, place: String::new(), words: Vec::new() }];
    let mut now = 0;
    // What each open bracket belongs to: true for a select.
    let mut brackets = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let is_query = words.get(at + 1).is_some_and(|next| next == "select" || next == "with");
        match word.as_str() {
            "(" if is_query => {
                selects[now].words.push("(select)".to_owned());
                brackets.push(true);
                let place = at.checked_sub(1).map_or("", |before| words[before].as_str()).to_owned();
                selects.push(Select { parent: Some(now), place, words: Vec::new() });
                now = selects.len() - 1;
            }
            "union" | "except" | "intersect" => {
                let Select { parent, place, .. } = &selects[now];
                let next = Select { parent: *parent, place: place.clone(), words: Vec::new() };
                selects.push(next);
                now = selects.len() - 1;
            }
            ")" if brackets.pop() == Some(true) => now = selects[now].parent.unwrap_or_default(),
            _ => {
                if word == "(" {
                    brackets.push(false);
                }
                selects[now].words.push(word.clone());
            }
        }
    }
    selects
}

impl Select {
    /// The names of its tables, as its columns bear them.
    pub(super) fn aliases(&self) -> Vec<&str> {
        let word = |at: usize| self.words.get(at).map_or("", String::as_str);
        (0..self.words.len())
            .filter(|&at| matches!(word(at), "from" | "join"))
            .map(|at| if word(at + 2) == "as" { word(at + 3) } else { word(at + 1) })
            .collect()
    }

    /// What it gives: the words between `select` and `from`.
    pub(super) fn list(&self) -> &[String] {
        let start = self.words.iter().position(|word| word == "select").map_or(0, |at| at + 1);
        let length = self.words[start..].iter().position(|word| word == "from");
        &self.words[start..length.map_or(self.words.len(), |length| start + length)]
    }

    /// What it groups by, if it does.
    pub(super) fn groups(&self) -> Option<&[String]> {
        let start = self.words.iter().position(|word| word == "group")? + 2;
        let rest = &self.words[start..];
        let length = rest.iter().position(|word| matches!(word.as_str(), "having" | "order" | "limit"));
        Some(&rest[..length.unwrap_or(rest.len())])
    }
}

/// The table that a column is said to be of: `a` in `a.b`.
pub(super) fn table_of(word: &str) -> Option<&str> {
    word.split_once('.')
        .map(|(table, _)| table)
        .filter(|table| table.starts_with(|c: char| c.is_alphabetic()))
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

#[test]
fn the_selects_of_a_text_are_told_apart() {
    let text = "with x as (select b.y from b) select max(x.y) as z, (select c.w from c) as w from x cross join d as e \
                where exists (select 1 from f) group by x.y order by 1 union all select 2 from g";
    let words = words(text);
    let selects = selects(&words);
    let of = |at: usize| (selects[at].parent, selects[at].place.as_str(), selects[at].aliases());
    assert_eq!(of(0), (None, "", vec!["x", "e"]));
    assert_eq!(of(1), (Some(0), "as", vec!["b"]));
    assert_eq!(of(2), (Some(0), ",", vec!["c"]));
    assert_eq!(of(3), (Some(0), "exists", vec!["f"]));
    assert_eq!(of(4), (None, "", vec!["g"]));
    assert_eq!(selects[0].list(), ["max", "(", "x.y", ")", "as", "z", ",", "(select)", "as", "w"]);
    assert_eq!(selects[0].groups(), Some(&["x.y".to_owned()][..]));
    assert_eq!(selects[4].groups(), None);
}
