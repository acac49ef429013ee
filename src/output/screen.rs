//! What people read on: how wide it is, and whether it shows colours.

use anstyle::{AnsiColor, Style};

/// Under this number of columns a record that does not fit is a paragraph.
pub(crate) const NARROW: usize = 100;

/// What a text is shown on. Without a width it is a file or a pipe, which nothing is too wide for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Screen {
    /// How many columns fit.
    pub width: Option<usize>,
    /// Whether it shows colours.
    pub is_colored: bool,
}

impl Screen {
    /// The same with a margin of this number of columns.
    pub(crate) fn narrower(self, margin: usize) -> Self {
        Self { width: self.width.map(|width| width.saturating_sub(margin)), ..self }
    }

    /// The same, and no wider than this number of columns.
    pub(crate) fn at_most(self, width: usize) -> Self {
        Self { width: Some(self.width.map_or(width, |own| own.min(width))), ..self }
    }
}

/// Columns whose values have a colour. The word stands there as well: colour alone says nothing.
const COLORED: [&str; 11] = [
    "severity",
    "max_severity",
    "disposition",
    "triage_status",
    "status",
    "state",
    "outcome",
    "verdict",
    "change",
    "not planned",
    "decision",
];

/// The style of a value in a column; plain for most.
pub(super) fn style(column: &str, value: &str) -> Style {
    if !COLORED.contains(&column) {
        return Style::new();
    }
    let of = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
    match value {
        "critical" => of(AnsiColor::Red).bold(),
        "high" | "blocked" | "failed" | "still_open" | "failure" | "refused" => of(AnsiColor::Red),
        "medium" | "partly_ready" | "tickets_only" | "review" | "skipped_stale" | "unknown" | "returned"
        | "not_yet_observed" | "not_attempted" | "deferred" | "outdated" | "broken_off" | "warning"
        | "partial" | "reopened" | "changed" | "new" | "not_permitted" => of(AnsiColor::Yellow),
        "ready" | "prepared" | "applied" | "already_in_place" | "would_apply" | "resolved" | "ok"
        | "complete" => of(AnsiColor::Green),
        _ => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_a_closed_set_have_a_colour() {
        assert_ne!(style("severity", "critical"), style("severity", "high"));
        assert_eq!(style("account_name", "critical"), Style::new());
        assert_eq!(style("severity", "low"), Style::new());
    }
}
