//! Accounts that wait for a person, with the organizations that may be theirs.

use maud::{Markup, html};

use super::{
    content::Content,
    parts::at_least,
    words::{Sayings, named, shown},
};
use crate::{output::counted, warehouse::report_page::PageEntry};

/// How many organizations of an account are shown.
const MOST_CANDIDATES: usize = 12;

/// How many domains of an organization.
const MOST_DOMAINS: usize = 12;

/// The accounts, the worst first.
pub(super) fn accounts(content: &Content<'_>, sayings: &Sayings) -> Markup {
    let rows: Vec<_> = content.candidates.iter().collect();
    let accounts: Vec<_> =
        rows.chunk_by(|one, other| one.text("account_id") == other.text("account_id")).collect();
    html! {
        section id="blocked" aria-labelledby="blocked-heading" {
            h2 id="blocked-heading" { "Accounts that wait for a decision" }
            @if accounts.is_empty() {
                p { "Nothing is blocked." }
            } @else {
                p { "Each with the organizations that may be its own, side by side. The worst accounts come first." }
                @for rows in &accounts {
                    @let first = rows[0];
                    @let id = first.text("account_id").unwrap_or_default();
                    article class="candidates" {
                        h3 { (named(first.text("account_name"), id)) " " span class="quiet" { (id) } }
                        p { (sayings.reasons(first.text("reasons").unwrap_or_default()).join(" ")) }
                        @if first.integer("organization_id").is_some() {
                            (candidates(rows))
                        } @else {
                            p class="quiet" { "No organization is a candidate." }
                        }
                    }
                }
            }
        }
    }
}

/// The organizations of an account side by side.
fn candidates(rows: &[PageEntry<'_>]) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="group" aria-label="Organizations" {
            table {
                thead {
                    tr {
                        th scope="col" { "Organization" } th scope="col" { "Domains" } th scope="col" { "external_id" }
                        th scope="col" class="number" { "Members" } th scope="col" class="number" { "Tickets" }
                        th scope="col" class="number" { "Open" } th scope="col" { "Created" }
                    }
                }
                tbody {
                    @for row in rows.iter().take(MOST_CANDIDATES) {
                        @let id = row.integer("organization_id").unwrap_or_default().to_string();
                        @let is_all_known = row.integer("is_ticket_count_known") == Some(1);
                        tr {
                            td { (named(row.text("organization_name"), &id)) br; span class="quiet" { (id) } }
                            td { (some_of(row.text("domains").unwrap_or_default())) }
                            td { (shown(row.text("external_id"))) }
                            td class="number" { (at_least(row.integer("member_count"), true)) }
                            td class="number" { (at_least(row.integer("ticket_count"), is_all_known)) }
                            td class="number" { (at_least(row.integer("open_ticket_count"), true)) }
                            td { (shown(row.text("created_on"))) }
                        }
                    }
                }
            }
        }
        @if rows.len() > MOST_CANDIDATES {
            p class="quiet" { "And " (counted((rows.len() - MOST_CANDIDATES) as u64, "other organization")) "." }
        }
    }
}

/// The first domains of a list, and how many others there are.
fn some_of(domains: &str) -> String {
    let all: Vec<&str> = domains.split(", ").collect();
    let text = shown(Some(&all[..all.len().min(MOST_DOMAINS)].join(", ")));
    match all.len().saturating_sub(MOST_DOMAINS) {
        0 => text,
        more => format!("{text} and {}", counted(more as u64, "other")),
    }
}
