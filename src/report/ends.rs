//! Decisions that end, have ended, or no longer hold.

use maud::{Markup, html};

use super::{
    content::{Content, MOST_DECISIONS},
    parts::{Shape, table, word},
    words::{number, shown},
};
use crate::output::counted;

/// The section about decisions.
pub(super) fn decisions(content: &Content<'_>) -> Markup {
    html! {
        section id="suppressions" aria-labelledby="suppressions-heading" {
            h2 id="suppressions-heading" { "Decisions that end" }
            p { (counted(i64::try_from(content.in_force_count).unwrap_or(i64::MAX), "suppression")) " in force. What one covered comes back when it ends." }
            @if content.suppressions.is_empty() {
                p { "None has ended, and none ends soon." }
            } @else {
                (suppressions(content))
            }
            @if let Some(first) = content.lapsed.iter().next() {
                p {
                    "The issue of " (counted(first.integer("lapsed_count").unwrap_or_default(), "approval"))
                    " is not what it was when somebody decided: it waits for a new decision."
                }
                (table("Approvals that no longer hold, the newest first", &[
                    ("Decision", "decision", Shape::Word), ("Account", "account_name", Shape::Text),
                    ("Issue", "issue_key", Shape::Text), ("Decided on", "decided_on", Shape::Text),
                ], content.lapsed.iter()))
            }
        }
    }
}

/// Those that ended or end soon.
fn suppressions(content: &Content<'_>) -> Markup {
    let hidden = content.suppressions.len().saturating_sub(MOST_DECISIONS);
    html! {
        div class="scroll" tabindex="0" role="group" aria-label="Suppressions" {
            table {
                caption { "Suppressions that ended or end within two weeks" }
                thead {
                    tr {
                        th scope="col" { "Number" } th scope="col" { "Last day" } th scope="col" { "State" }
                        th scope="col" class="number" { "Issues" } th scope="col" { "Covers" }
                    }
                }
                tbody {
                    @for one in content.suppressions.iter().take(MOST_DECISIONS) {
                        tr {
                            td { (one.suppression_id) } td { (one.expires_on) } td { (word(one.state.as_str())) }
                            @match one.issue_count {
                                Some(count) => { td class="number" { (number(count)) } }
                                None => { td class="number hatched" { span { "not known" } } }
                            }
                            td { (shown(Some(&one.target))) }
                        }
                    }
                }
            }
        }
        p class="quiet" {
            @if hidden > 0 { "And " (counted(i64::try_from(hidden).unwrap_or(i64::MAX), "other")) ". " }
            code { "orgdrift suppression list" } " says why, and who answers for each."
        }
    }
}
