//! Words of the warehouse as the page says them.

use std::collections::HashMap;

use crate::{
    catalog::{blocked_reasons, rules},
    output::printable,
    warehouse::affected::Share,
};

/// What codes and reasons stand for.
pub(super) struct Sayings {
    titles: HashMap<String, String>,
    reasons: HashMap<String, String>,
}

impl Sayings {
    pub(super) fn new() -> Self {
        Self {
            titles: rules().into_iter().map(|rule| (rule.code.to_owned(), rule.title)).collect(),
            reasons: blocked_reasons().into_iter().map(|reason| (reason.reason, reason.meaning)).collect(),
        }
    }

    /// What the codes of one cell say, one after the other.
    pub(super) fn titles(&self, codes: &str) -> Vec<String> {
        said(codes, &self.titles)
    }

    /// What the reasons of one cell say.
    pub(super) fn reasons(&self, reasons: &str) -> Vec<String> {
        said(reasons, &self.reasons)
    }
}

fn said(list: &str, meanings: &HashMap<String, String>) -> Vec<String> {
    list.split(", ")
        .filter(|word| !word.is_empty())
        .map(|word| meanings.get(word).cloned().unwrap_or_else(|| plain(word)))
        .collect()
}

/// A word of the warehouse without underscores.
pub(super) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// Text that anybody may have chosen: what nobody would see is shown as an escape.
pub(super) fn shown(text: Option<&str>) -> String {
    printable(text.unwrap_or_default())
}

/// A name, or what stands in its place where it is blank.
pub(super) fn named(name: Option<&str>, id: &str) -> String {
    let name = shown(name);
    if name.trim().is_empty() { id.to_owned() } else { name }
}

/// `1,571`.
pub(super) fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// A number, or that it is not known.
pub(super) fn known(count: Option<i64>) -> String {
    count.map_or_else(|| "not known".to_owned(), number)
}

/// `6 of 12 (50.0 %)`.
pub(super) fn share(share: Share) -> String {
    let Some(affected) = share.affected else { return format!("not known, of {}", number(share.total)) };
    let percent = share
        .per_mille()
        .map_or_else(String::new, |share| format!(" ({}.{}\u{a0}%)", share / 10, share % 10));
    format!("{} of {}{percent}", number(affected), number(share.total))
}

/// `2 fewer than in run 3`.
pub(super) fn change(now: Share, before: Option<Share>, previous_run_id: Option<i64>) -> Option<String> {
    let (now, before) = (now.affected?, before?.affected?);
    let run = previous_run_id?;
    Some(match now - before {
        0 => format!("as in run {run}"),
        more if more > 0 => format!("{} more than in run {run}", number(more)),
        fewer => format!("{} fewer than in run {run}", number(-fewer)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_marks_of_thousands() {
        for (given, wanted) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")] {
            assert_eq!(number(given), wanted);
        }
    }

    #[test]
    fn what_is_not_known_is_no_number() {
        assert_eq!(share(Share { affected: None, total: 1200 }), "not known, of 1,200");
        assert_eq!(share(Share { affected: Some(6), total: 12 }), "6 of 12 (50.0\u{a0}%)");
        assert_eq!(known(None), "not known");
    }
}
