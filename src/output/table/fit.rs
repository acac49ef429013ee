//! Which columns fit, and how wide each is.

use super::width_of;

/// What a column looks like where there is room for all of it, and where there is hardly any.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    /// The width of its longest line.
    pub(super) natural: usize,
    /// The width under which a word would break, or a sentence become a pillar.
    pub(super) least: usize,
}

/// A column is no narrower than this where its text is longer.
const PILLAR: usize = 14;

/// A word of a name may be broken after this number of columns; names are no ids.
const LONGEST_NAME: usize = 24;

/// Blanks around a cell.
const PADDING: usize = 2;

/// The columns that fall away, the first first. What is not here never does.
const FALLS: [&str; 51] = [
    "input_digest",
    "tool_version",
    "taken_at_source",
    "source_identity",
    "rule_version",
    "requester_default_organization_id",
    "is_requester_member",
    "requester_id",
    "suggested_action",
    "url",
    "zendesk_org_url",
    "reason",
    "suggested_next_step",
    "age_days",
    "first_seen",
    "matched_by",
    "top_blocked_reasons",
    "candidates",
    "version",
    "domain",
    "owner",
    "top_issue_codes",
    "blocked_reason",
    "action_or_reason",
    "open_tickets",
    "users",
    "accounts",
    "detect_only",
    "suppressed",
    "review",
    "what",
    "codes_not_evaluated",
    "codes",
    "status",
    "run_id",
    "affects",
    "account_id",
    "organization_id",
    "user_id",
    "organization",
    "max_severity",
    "blocked",
    "prepared",
    "changed_at",
    "origin",
    "ticket_id",
    "cause",
    "record_id",
    "user",
    "disposition",
    "no",
];

impl<'a> Column<'a> {
    pub(super) fn measure(name: &'a str, is_name: bool, texts: impl Iterator<Item = &'a str>) -> Self {
        let (mut natural, mut word) = (0, 0);
        for text in texts {
            natural = natural.max(width_of(text));
            for part in text.split_whitespace() {
                let may_break = is_name && !part.contains('@');
                word = word.max(if may_break { width_of(part).min(LONGEST_NAME) } else { width_of(part) });
            }
        }
        Self { name, natural, least: word.max(natural.min(PILLAR)) }
    }
}

/// The width of a table with room for everything. The blanks at its right are not written.
pub(super) fn natural(columns: &[Column<'_>]) -> usize {
    let cells: usize = columns.iter().map(|column| column.natural + PADDING).sum();
    cells.saturating_sub(1)
}

/// The width of each column, none for one that falls away; none at all if what never falls away does not fit.
pub(super) fn widths(columns: &[Column<'_>], width: usize) -> Option<Vec<Option<usize>>> {
    let mut widths: Vec<Option<usize>> = columns.iter().map(|column| Some(column.least)).collect();
    let total =
        |widths: &[Option<usize>]| widths.iter().flatten().map(|width| width + PADDING).sum::<usize>() - 1;
    let mut falls = FALLS.iter();
    let mut fallen = Vec::new();
    while total(&widths) > width {
        let name = falls.next()?;
        if let Some(at) = columns.iter().position(|column| column.name == *name) {
            widths[at] = None;
            fallen.push(at);
        }
    }
    // The last one made room that a narrower one may take.
    for at in fallen.into_iter().rev() {
        widths[at] = Some(columns[at].least);
        if total(&widths) > width {
            widths[at] = None;
        }
    }
    // What is left over goes to whoever has the least of what it needs.
    for _ in total(&widths)..width {
        let neediest = (0..columns.len())
            .filter(|&at| widths[at].is_some_and(|width| width < columns[at].natural))
            .max_by_key(|&at| columns[at].natural * 1000 / widths[at].unwrap_or(1).max(1));
        let Some(at) = neediest else { break };
        widths[at] = widths[at].map(|width| width + 1);
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &'static str, texts: &[&'static str]) -> Column<'static> {
        Column::measure(name, name == "name", texts.iter().copied())
    }

    #[test]
    fn columns_fall_by_priority_and_words_stay_whole() {
        let columns = [
            column("code", &["org_duplicate_external_id"]),
            column(
                "reason",
                &["Two organizations carry the id of one account, so nobody can say which is it"],
            ),
            column("url", &["https://acme.zendesk.com/agent/organizations/21700000001052"]),
        ];
        assert_eq!(natural(&columns), 25 + 2 + 76 + 2 + 59 + 1);
        assert_eq!(widths(&columns, 200).unwrap(), [Some(25), Some(76), Some(59)]);
        // The sentence wraps before the address falls away.
        assert_eq!(widths(&columns, 120).unwrap(), [Some(25), Some(31), Some(59)]);
        assert_eq!(widths(&columns, 100).unwrap(), [Some(25), Some(72), None]);
        assert_eq!(widths(&columns, 40).unwrap(), [Some(25), None, None]);
        assert_eq!(widths(&columns, 20), None);
    }

    #[test]
    fn a_long_word_of_a_name_may_break() {
        let name = "n".repeat(80);
        let texts = [name.as_str()];
        assert_eq!(Column::measure("name", true, texts.into_iter()).least, LONGEST_NAME);
        assert_eq!(Column::measure("issue_key", false, texts.into_iter()).least, 80);
    }
}
