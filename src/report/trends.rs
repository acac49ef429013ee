//! The pictures of the page, each with its numbers.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::{
    chart::{About, Bar, Column, Columns, Series, bars, columns, legend},
    content::Content,
    parts::{Shape, numbers},
    words::{named, plain},
};
use crate::{output::counted, warehouse::report_page::PageEntry};

const SEVERITIES: [Series; 4] = [
    Series { name: "critical", class: "critical" },
    Series { name: "high", class: "high" },
    Series { name: "medium", class: "medium" },
    Series { name: "low", class: "low" },
];

const SEVERITY_COLUMNS: [&str; 4] = ["critical_count", "high_count", "medium_count", "low_count"];

const CHANGES: [Series; 2] =
    [Series { name: "new or reopened", class: "new" }, Series { name: "resolved", class: "resolved" }];

/// States of links, put together for the eye; the table has each of them.
const LINKS: [(Series, &[&str]); 4] = [
    (Series { name: "linked", class: "good" }, &["linked"]),
    (Series { name: "candidate", class: "partly" }, &["candidate"]),
    (
        Series { name: "duplicate, contested, conflict or ambiguous", class: "bad" },
        &["duplicate", "contested", "conflict", "ambiguous"],
    ),
    (Series { name: "missing or unread", class: "none" }, &["missing", "unread"]),
];

/// The four pictures over time.
pub(super) fn trends(content: &Content<'_>) -> Markup {
    html! {
        section id="trend" aria-labelledby="trend-heading" {
            h2 id="trend-heading" { "How it went" }
            (severities(content))
            (changes(content))
            (links(content))
            (tickets(content))
        }
    }
}

/// `run 3, 11-02`.
fn label(content: &Content<'_>, run_id: Option<i64>) -> String {
    let run = content.runs.iter().find(|run| run.integer("run_id") == run_id);
    let day = run.and_then(|run| run.text("day")).and_then(|day| day.get(5..)).unwrap_or_default();
    format!("{} · {day}", run_id.unwrap_or_default())
}

fn severities(content: &Content<'_>) -> Markup {
    let marks = marks(content);
    let drawn: Vec<Column> = content
        .severities
        .iter()
        .map(|row| Column {
            label: label(content, row.integer("run_id")),
            values: SEVERITY_COLUMNS.iter().map(|column| row.integer(column)).collect(),
            is_partly_known: row.integer("not_evaluated_count").unwrap_or(0) > 0,
            mark: row.integer("run_id").and_then(|id| marks.get(&id)).map(|(letter, _)| letter.clone()),
        })
        .collect();
    let has_unknown = drawn.iter().any(|column| column.is_partly_known);
    let description = format!(
        "Columns for {}, the oldest first, each divided by severity. {} open in run {}.",
        counted(drawn.len() as u64, "run"),
        counted(content.open_count(), "issue"),
        content.run_id
    );
    let about =
        About { id: "severities", title: "Open issues by run and severity", description: &description };
    html! {
        h3 { "Open issues by run and severity" }
        (legend(&SEVERITIES, has_unknown))
        (columns(about, &Columns { series: &SEVERITIES, drawn: &drawn, is_stacked: true, percent_up_to: None }))
        @if !marks.is_empty() {
            ul class="legend" { @for (run_id, (letter, said)) in &marks { li { strong { (letter) } " before run " (run_id) ": " (said) } } }
        }
        (numbers(&[
            ("Run", "run_id", Shape::Number), ("Critical", "critical_count", Shape::Number), ("High", "high_count", Shape::Number),
            ("Medium", "medium_count", Shape::Number), ("Low", "low_count", Shape::Number),
            ("Codes not evaluated", "not_evaluated_count", Shape::Number),
        ], content.severities.iter()))
    }
}

/// What made runs differ besides the records: a letter and a sentence for each run that shows something.
fn marks(content: &Content<'_>) -> BTreeMap<i64, (String, String)> {
    let drawn: BTreeSet<i64> = content.runs.iter().filter_map(|run| run.integer("run_id")).collect();
    let mut said: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for mark in content.marks.iter() {
        if let (Some(run_id), Some(text)) = (mark.integer("run_id"), mark.text("said"))
            && drawn.contains(&run_id)
        {
            said.entry(run_id).or_default().push(text);
        }
    }
    let letter = |at: usize| {
        let letter = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
        if at < 26 { letter.to_string() } else { format!("{letter}{}", at / 26) }
    };
    said.into_iter().enumerate().map(|(at, (run_id, said))| (run_id, (letter(at), said.join("; ")))).collect()
}

fn changes(content: &Content<'_>) -> Markup {
    let drawn: Vec<Column> = content
        .run_changes
        .iter()
        .map(|row| Column {
            label: label(content, row.integer("run_id")),
            values: vec![row.integer("new_count"), row.integer("resolved_count")],
            is_partly_known: row.integer("not_comparable_count").unwrap_or(0) > 0,
            mark: None,
        })
        .collect();
    let has_unknown = drawn.iter().any(|column| column.is_partly_known || column.values.contains(&None));
    let about = About {
        id: "changes",
        title: "New against resolved issues by run",
        description: "Two columns for each run: issues that came since the run before, and issues that went. \
                      The first run has nothing to be compared with.",
    };
    html! {
        h3 { "New against resolved" }
        (legend(&CHANGES, has_unknown))
        (columns(about, &Columns { series: &CHANGES, drawn: &drawn, is_stacked: false, percent_up_to: None }))
        (numbers(&[
            ("Run", "run_id", Shape::Number), ("New or reopened", "new_count", Shape::Number),
            ("Resolved", "resolved_count", Shape::Number), ("Not comparable", "not_comparable_count", Shape::Number),
        ], content.run_changes.iter()))
    }
}

fn links(content: &Content<'_>) -> Markup {
    let mut by_run: BTreeMap<i64, BTreeMap<&str, i64>> = BTreeMap::new();
    for row in content.links.iter() {
        if let (Some(run_id), Some(state)) = (row.integer("run_id"), row.text("link_state")) {
            by_run.entry(run_id).or_default().insert(state, row.integer("account_count").unwrap_or(0));
        }
    }
    let drawn: Vec<Column> = by_run
        .iter()
        .map(|(run_id, states)| {
            let of = |wanted: &[&str]| wanted.iter().filter_map(|state| states.get(state)).sum::<i64>();
            Column {
                label: label(content, Some(*run_id)),
                values: LINKS.iter().map(|(_, states)| Some(of(states))).collect(),
                is_partly_known: false,
                mark: None,
            }
        })
        .collect();
    let series = LINKS.map(|(series, _)| series);
    let about = About {
        id: "links",
        title: "Accounts by the state of their link, by run",
        description: "Columns for each run, divided by whether an account resolves to an organization.",
    };
    html! {
        h3 { "Accounts by the state of their link" }
        (legend(&series, false))
        (columns(about, &Columns { series: &series, drawn: &drawn, is_stacked: true, percent_up_to: None }))
        (numbers(&[
            ("Run", "run_id", Shape::Number), ("State", "link_state", Shape::Word), ("Accounts", "account_count", Shape::Number),
        ], content.links.iter()))
    }
}

fn tickets(content: &Content<'_>) -> Markup {
    const SERIES: [Series; 1] = [Series { name: "share of tickets, in per cent", class: "high" }];
    let drawn: Vec<Column> = content
        .tickets
        .iter()
        .map(|row| {
            let (misfiled, all) = (row.integer("misfiled_count"), row.integer("ticket_count"));
            let share = misfiled.zip(all).filter(|(_, all)| *all > 0);
            Column {
                label: row.text("month").unwrap_or_default().to_owned(),
                values: vec![share.map(|(misfiled, all)| (misfiled * 100 + all / 2) / all)],
                is_partly_known: false,
                mark: None,
            }
        })
        .collect();
    let greatest = drawn.iter().filter_map(|column| column.values[0]).max().unwrap_or(0);
    let end = [20, 40, 60, 80, 100].into_iter().find(|end| *end >= greatest).unwrap_or(100);
    let about = About {
        id: "tickets",
        title: "Share of tickets that are misfiled, by the month in which they were created",
        description: "Columns for the last twelve months with tickets: tickets under a wrong organization or none, \
                      of all that were read.",
    };
    html! {
        h3 { "Misfiled tickets by month" }
        @if drawn.is_empty() {
            p class="unknown" { "Not known: no ticket was read, or a code about tickets was not evaluated." }
        } @else {
            (columns(about, &Columns { series: &SERIES, drawn: &drawn, is_stacked: true, percent_up_to: Some(end) }))
            (numbers(&[
                ("Month", "month", Shape::Text), ("Tickets read", "ticket_count", Shape::Number),
                ("Misfiled", "misfiled_count", Shape::Number),
            ], content.tickets.iter()))
        }
    }
}

/// Accounts of owners by their triage status.
pub(super) fn owners(content: &Content<'_>) -> Markup {
    const SERIES: [Series; 4] = [
        Series { name: "blocked", class: "bad" },
        Series { name: "partly ready", class: "partly" },
        Series { name: "ready", class: "good" },
        Series { name: "review or tickets only", class: "other" },
    ];
    let of = |row: PageEntry<'_>| Bar {
        label: named(row.text("owner"), "no owner"),
        values: ["blocked_count", "partly_ready_count", "ready_count", "other_count"]
            .map(|column| row.integer(column))
            .to_vec(),
    };
    let drawn: Vec<Bar> = content.owners.iter().map(of).collect();
    let about = About {
        id: "owners",
        title: "Accounts with open issues by owner and status",
        description: "One bar for each owner of accounts, the one with the most issues first, divided by the status of \
                      the accounts.",
    };
    html! {
        section id="owners" aria-labelledby="owners-heading" {
            h2 id="owners-heading" { "By owner" }
            @if drawn.is_empty() {
                p { "No account has an open issue." }
            } @else {
                (legend(&SERIES, false))
                (bars(about, &SERIES, &drawn))
                (numbers(&[
                    ("Owner", "owner", Shape::Text), ("Accounts", "account_count", Shape::Number),
                    ("Blocked", "blocked_count", Shape::Number), ("Partly ready", "partly_ready_count", Shape::Number),
                    ("Ready", "ready_count", Shape::Number), ("Review or tickets only", "other_count", Shape::Number),
                    ("Issues", "issue_count", Shape::Number), ("Open tickets", "open_ticket_count", Shape::Number),
                ], content.owners.iter()))
            }
        }
    }
}

/// How long issues have been open.
pub(super) fn ages(content: &Content<'_>) -> Markup {
    let of = |row: PageEntry<'_>| Bar {
        label: format!("{} days", row.text("days").unwrap_or_default()),
        values: SEVERITY_COLUMNS.iter().map(|column| row.integer(column)).collect(),
    };
    let drawn: Vec<Bar> = content.ages.iter().map(of).collect();
    let about = About {
        id: "ages",
        title: "Open issues by age and severity",
        description: "One bar for each age, counted from the first run that saw the issue.",
    };
    html! {
        section id="age" aria-labelledby="age-heading" {
            h2 id="age-heading" { "How long it has been so" }
            @if drawn.is_empty() {
                p { "No issue is open." }
            } @else {
                (legend(&SEVERITIES, false))
                (bars(about, &SEVERITIES, &drawn))
                (numbers(&[
                    ("Days", "days", Shape::Text), ("Critical", "critical_count", Shape::Number), ("High", "high_count", Shape::Number),
                    ("Medium", "medium_count", Shape::Number), ("Low", "low_count", Shape::Number),
                ], content.ages.iter()))
            }
        }
    }
}

/// Records by what hangs on them.
pub(super) fn causes(content: &Content<'_>) -> Markup {
    const SERIES: [Series; 1] = [Series { name: "findings", class: "high" }];
    const MOST: usize = 10;
    let of = |row: PageEntry<'_>| Bar {
        label: format!(
            "{} {}",
            plain(row.text("cause_kind").unwrap_or_default()),
            named(row.text("cause_name"), row.text("cause_id").unwrap_or_default())
        ),
        values: vec![row.integer("issue_count")],
    };
    let drawn: Vec<Bar> = content.causes.iter().take(MOST).map(of).collect();
    let about = About {
        id: "causes-chart",
        title: "Findings that hang on one record",
        description: "One bar for each of the ten records on which the most findings hang. The table below has the numbers.",
    };
    bars(about, &SERIES, &drawn)
}

/// What became of repairs.
pub(super) fn repairs(content: &Content<'_>) -> Markup {
    const SERIES: [Series; 4] = [
        Series { name: "held", class: "good" },
        Series { name: "came back", class: "bad" },
        Series { name: "still open or not looked at", class: "partly" },
        Series { name: "failed, unknown or skipped", class: "none" },
    ];
    let of = |row: PageEntry<'_>| {
        let count = |column| row.integer(column).unwrap_or(0);
        Bar {
            label: format!("plan {}, {}", count("plan_id"), row.text("day").unwrap_or_default()),
            values: vec![
                row.integer("held_count"),
                row.integer("returned_count"),
                row.integer("open_count"),
                Some(count("failed_count") + count("skipped_count")),
            ],
        }
    };
    let drawn: Vec<Bar> = content.repairs.iter().map(of).collect();
    let about = About {
        id: "repairs-chart",
        title: "What became of repairs, by plan",
        description: "One bar for each plan that was applied, the newest first. The table below has the numbers.",
    };
    html! {
        (legend(&SERIES, false))
        (bars(about, &SERIES, &drawn))
    }
}
