//! The page: what is said in which order.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    blocked, chart,
    content::{Content, minute},
    ends,
    parts::{Shape, figures, link, table, word},
    trends,
    words::{Sayings, named, number, plain, shown},
};
use crate::output::counted;

/// The look of it. What it draws is drawn by the browser: nothing is fetched.
const STYLE: &str = include_str!("style.css");

/// What the browser is told to refuse: everything but the style inside.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The whole page.
pub(super) fn page(content: &Content<'_>) -> String {
    let sayings = Sayings::new();
    let title = format!("Customer data drift: {}", shown(Some(content.company())));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                title { (title) ", run " (content.run_id) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (chart::patterns())
                header {
                    h1 { (title) }
                    p class="quiet" {
                        "Run " (content.run_id) ". Salesforce accounts " (content.age(&content.of_run.accounts_taken_at))
                        "; Zendesk records " (content.age(&content.of_run.records_taken_at)) "."
                    }
                }
                main {
                    (coverage(content))
                    (figures(content))
                    p { (content.since()) " " (stands_behind(content)) }
                    (trends::trends(content))
                    (codes(content))
                    (trends::owners(content))
                    (trends::ages(content))
                    (causes(content, &sayings))
                    (repairs(content))
                    (blocked::accounts(content, &sayings))
                    (ends::decisions(content))
                    (accounts(content, &sayings))
                    @if let Some(people) = &content.people { (users(people, &sayings)) }
                    (meanings(content))
                }
                footer {
                    "Made by orgdrift " (env!("CARGO_PKG_VERSION")) " at " (minute(&content.made_at))
                    ". This page needs neither network nor script."
                    @if content.people.is_none() { " It holds no names or addresses of users." }
                }
            }
        }
    };
    page.into_string()
}

fn stands_behind(content: &Content<'_>) -> String {
    let share = content.causes_share;
    if share.total_finding_count == 0 {
        return String::new();
    }
    format!(
        "{} {} behind {} of {}.",
        counted(share.cause_count, "record"),
        if share.cause_count == 1 { "stands" } else { "stand" },
        number(share.finding_count),
        counted(share.total_finding_count, "finding"),
    )
}

/// What was read and evaluated: before any figure.
fn coverage(content: &Content<'_>) -> Markup {
    html! {
        section id="coverage" aria-labelledby="coverage-heading" {
            h2 id="coverage-heading" { "What this page knows" }
            @if content.gaps.is_empty() && content.not_evaluated_count() == 0 {
                p { "Every collection was read to its end, and every code was evaluated." }
            } @else {
                div class="warning" {
                    strong { "Not everything is known. What is missing below is not known to be fine." }
                    ul { @for gap in content.gaps { li { (shown(Some(gap))) } } }
                }
            }
            div class="scroll" tabindex="0" role="group" aria-label="What was read" {
                table {
                    caption { "What was read" }
                    thead {
                        tr {
                            th scope="col" { "Source" } th scope="col" { "Collection" } th scope="col" { "Outcome" }
                            th scope="col" class="number" { "Rows" } th scope="col" { "Remark" }
                        }
                    }
                    tbody {
                        @for row in content.collections.iter() {
                            @let is_known = matches!(row.text("outcome"), Some("complete" | "bounded"));
                            tr {
                                td { (plain(row.text("source").unwrap_or_default())) }
                                td { (plain(row.text("collection").unwrap_or_default())) }
                                td class=[(!is_known).then_some("hatched")] { span { (plain(row.text("outcome").unwrap_or_default())) } }
                                td class="number" { (number(row.integer("row_count").unwrap_or(0))) }
                                td { (remark(&row)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn remark(row: &crate::warehouse::report_page::PageEntry<'_>) -> String {
    let reason = row.text("reason").map(plain);
    let since = row.text("bound_since").map(|since| format!("only since {}", minute(since)));
    let unread = row
        .integer("unread_count")
        .filter(|&count| count > 0)
        .map(|count| format!("{} not used", counted(count, "row")));
    [reason, since, unread].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn codes(content: &Content<'_>) -> Markup {
    html! {
        section id="codes" aria-labelledby="codes-heading" {
            h2 id="codes-heading" { "By code" }
            @for (family, caption) in [("drift", "Open issues by code"), ("hygiene", "Hygiene findings, which are never counted among the issues")] {
                div class="scroll" tabindex="0" role="group" aria-label=(caption) {
                    table {
                        caption { (caption) }
                        thead {
                            tr {
                                th scope="col" { "What is found" } th scope="col" { "Severity" }
                                th scope="col" class="number" { "Open" } th scope="col" class="number" { "Suppressed" }
                            }
                        }
                        tbody {
                            @for row in content.codes.iter().filter(|row| row.text("family") == Some(family)) {
                                tr {
                                    td { (shown(row.text("title"))) br; code class="quiet" { (row.text("code").unwrap_or_default()) } }
                                    td { (word(row.text("severity").unwrap_or_default())) }
                                    @match row.integer("issue_count") {
                                        Some(count) => { td class="number" { (number(count)) } }
                                        None => { td class="number hatched" {
                                            span { "not evaluated: " (plain(row.text("reason").unwrap_or_default())) }
                                        } }
                                    }
                                    td class="number" { (number(row.integer("suppressed_count").unwrap_or(0))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn causes(content: &Content<'_>, sayings: &Sayings) -> Markup {
    html! {
        section id="causes" aria-labelledby="causes-heading" {
            h2 id="causes-heading" { "What stands behind it" }
            @if content.causes.is_empty() {
                p { "No finding hangs on a record." }
            } @else {
                p { "Put one of these records right, and all that hangs on it vanishes. Hygiene findings count here as well." }
                (trends::causes(content))
                div class="scroll" tabindex="0" role="group" aria-label="Causes" {
                    table {
                        caption { "Causes, the greatest first" }
                        thead {
                            tr {
                                th scope="col" { "Record" } th scope="col" { "Id" }
                                th scope="col" class="number" { "Findings" } th scope="col" class="number" { "Accounts" }
                                th scope="col" class="number" { "Users" } th scope="col" class="number" { "Open tickets" }
                                th scope="col" { "What vanishes" }
                            }
                        }
                        tbody {
                            @for row in content.causes.iter() {
                                @let id = row.text("cause_id").unwrap_or_default();
                                tr {
                                    td { (plain(row.text("cause_kind").unwrap_or_default())) " " strong { (named(row.text("cause_name"), id)) } }
                                    td { (id) }
                                    @for column in ["issue_count", "account_count", "user_count", "open_ticket_count"] {
                                        td class="number" { (number(row.integer(column).unwrap_or(0))) }
                                    }
                                    td { (sayings.titles(row.text("codes").unwrap_or_default()).join(" ")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn repairs(content: &Content<'_>) -> Markup {
    html! {
        section id="repairs" aria-labelledby="repairs-heading" {
            h2 id="repairs-heading" { "What the repairs did" }
            @if content.repairs.is_empty() {
                p { "No plan was applied." }
            } @else {
                p { "A repair holds if the newest run that looked finds its issue gone. It came back if the issue was gone and is there again." }
                (trends::repairs(content))
                (table("Plans that were applied, the newest first", &[
                    ("Plan", "plan_id", Shape::Number), ("Applied on", "day", Shape::Text),
                    ("Planned", "planned_count", Shape::Number), ("Made", "made_count", Shape::Number),
                    ("Held", "held_count", Shape::Number), ("Came back", "returned_count", Shape::Number),
                    ("Still open or not looked at", "open_count", Shape::Number),
                    ("Failed or unknown", "failed_count", Shape::Number), ("Skipped", "skipped_count", Shape::Number),
                ], content.repairs.iter()))
            }
        }
    }
}

fn accounts(content: &Content<'_>, sayings: &Sayings) -> Markup {
    html! {
        section id="accounts" aria-labelledby="accounts-heading" {
            h2 id="accounts-heading" { "The worst accounts" }
            @if content.accounts.is_empty() {
                p { "No account has an open issue." }
            } @else {
                div class="scroll" tabindex="0" role="group" aria-label="Accounts" {
                    table {
                        caption { "At most 50; the triage file has all of them" }
                        thead {
                            tr {
                                th scope="col" { "Account" } th scope="col" { "Owner" } th scope="col" { "Status" } th scope="col" { "Severity" }
                                th scope="col" class="number" { "Issues" } th scope="col" class="number" { "Users" } th scope="col" class="number" { "Open tickets" }
                                th scope="col" { "What is wrong" } th scope="col" { "Next step" }
                            }
                        }
                        tbody {
                            @for row in content.accounts.iter() {
                                @let id = row.text("account_id").unwrap_or_default();
                                tr {
                                    td { (link(row.text("url"), &named(row.text("account_name"), id))) br; span class="quiet" { (id) } }
                                    td { (shown(row.text("owner"))) }
                                    td { (word(row.text("triage_status").unwrap_or_default())) }
                                    td { (word(row.text("max_severity").unwrap_or_default())) }
                                    @for column in ["issue_count", "user_count", "open_ticket_count"] {
                                        td class="number" { (number(row.integer(column).unwrap_or(0))) }
                                    }
                                    td { (sayings.titles(row.text("codes").unwrap_or_default()).join(" ")) }
                                    td { (shown(row.text("next_step"))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Names and addresses, only where they are wanted.
fn users(people: &crate::warehouse::report_page::PageRows, sayings: &Sayings) -> Markup {
    html! {
        section id="people" aria-labelledby="people-heading" {
            h2 id="people-heading" { "Users in the wrong place" }
            @if people.is_empty() {
                p { "No open issue is about a user." }
            } @else {
                div class="scroll" tabindex="0" role="group" aria-label="Users" {
                    table {
                        caption { "At most 50, the worst first" }
                        thead {
                            tr {
                                th scope="col" { "User" } th scope="col" { "Address" } th scope="col" { "Account" }
                                th scope="col" { "Is in" } th scope="col" { "Belongs into" } th scope="col" { "What is wrong" }
                            }
                        }
                        tbody {
                            @for row in people.iter() {
                                @let id = row.integer("user_id").unwrap_or_default().to_string();
                                tr {
                                    td { (link(row.text("url"), &named(row.text("name"), &id))) }
                                    td { (shown(row.text("email"))) }
                                    td { (shown(row.text("account_name"))) }
                                    td { (shown(row.text("actual_organization"))) }
                                    td { (shown(row.text("expected_organization"))) }
                                    td { (sayings.titles(row.text("code").unwrap_or_default()).join(" ")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What the codes mean, for whoever got the page alone.
fn meanings(content: &Content<'_>) -> Markup {
    html! {
        section id="meanings" aria-labelledby="meanings-heading" {
            h2 id="meanings-heading" { "What the words mean" }
            dl {
                dt { strong { "eligible user" } } dd { "an active end user with a valid address of a company, not of a mail service" }
                dt { strong { "prepared" } } dd { "a repair is ready; it is made only after somebody applies a plan" }
                dt { strong { "blocked" } } dd { "a person must decide first; the reason is named" }
                dt { strong { "not evaluated" } } dd { "a collection that the code needs was not read to its end, or the code is switched off" }
                @for row in content.codes.iter() {
                    dt { code { (row.text("code").unwrap_or_default()) } } dd { (shown(row.text("title"))) }
                }
            }
        }
    }
}
