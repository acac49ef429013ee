//! Tables and figures of the page.

use maud::{Markup, html};

use super::{
    content::Content,
    words::{change, known, number, plain, share, shown},
};
use crate::warehouse::{affected::Share, report_page::PageEntry};

/// How a cell is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text.
    Text,
    /// A whole number; null is not known.
    Number,
    /// A word of the warehouse, with the colour of its class.
    Word,
}

/// One column of a table: its heading, the column of the rows, how it is shown.
pub(super) type TableColumn = (&'static str, &'static str, Shape);

/// A table of rows as they are.
pub(super) fn table<'r>(
    caption: &str,
    columns: &[TableColumn],
    rows: impl Iterator<Item = PageEntry<'r>>,
) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr { @for (heading, _, shape) in columns { (head(heading, *shape)) } } }
                tbody {
                    @for row in rows {
                        tr { @for (_, column, shape) in columns { (cell(row, column, *shape)) } }
                    }
                }
            }
        }
    }
}

/// The same behind a line that opens it: the numbers of a chart.
pub(super) fn numbers<'r>(columns: &[TableColumn], rows: impl Iterator<Item = PageEntry<'r>>) -> Markup {
    html! {
        details {
            summary { "The numbers" }
            (table("The numbers of the chart", columns, rows))
        }
    }
}

fn head(heading: &str, shape: Shape) -> Markup {
    match shape {
        Shape::Number => html! { th scope="col" class="number" { (heading) } },
        Shape::Text | Shape::Word => html! { th scope="col" { (heading) } },
    }
}

fn cell(row: PageEntry<'_>, column: &str, shape: Shape) -> Markup {
    match shape {
        Shape::Number => row.integer(column).map_or_else(
            || html! { td class="number hatched" { span { "not known" } } },
            |count| html! { td class="number" { (number(count)) } },
        ),
        Shape::Text => html! { td { (shown(row.text(column))) } },
        Shape::Word => html! { td { (word(row.text(column).unwrap_or_default())) } },
    }
}

/// A word of the warehouse, with the colour of its class.
pub(super) fn word(word: &str) -> Markup {
    html! { span class={ "word " (word) } { (plain(word)) } }
}

/// The figures at the head.
pub(super) fn figures(content: &Content<'_>) -> Markup {
    let (now, before) = (content.affected, content.affected_before);
    let gaps = content.not_evaluated_count();
    html! {
        ul class="figures" {
            (figure(content, "accounts with an open issue", now.accounts, before.map(|before| before.accounts)))
            (figure(content, "eligible users who are the subject of one", now.users, before.map(|before| before.users)))
            (figure(content, "tickets not closed that are the subject of one", now.tickets, before.map(|before| before.tickets)))
            li class=[(gaps > 0).then_some("unknown")] {
                strong { (number(content.open_count())) @if gaps > 0 { " known" } }
                span { "open issues of the twelve codes" }
                @if gaps > 0 { " " span { "(" (gaps) " of them not evaluated)" } }
            }
        }
    }
}

fn figure(content: &Content<'_>, what: &str, now: Share, before: Option<Share>) -> Markup {
    html! {
        li class=[now.affected.is_none().then_some("unknown")] {
            strong { (share(now)) }
            span { (what) }
            @if let Some(change) = change(now, before, content.previous_run_id) {
                " " span class="quiet" { "(" (change) ")" }
            }
        }
    }
}

/// A link to a record in Zendesk, or its text where there is no address.
pub(super) fn link(url: Option<&str>, text: &str) -> Markup {
    url.filter(|url| url.starts_with("https://"))
        .map_or_else(|| html! { (text) }, |url| html! { a href=(url) rel="noreferrer" { (text) } })
}

/// A count of organizations' activity: null is not known, and of some only a least number is.
pub(super) fn at_least(count: Option<i64>, is_all_known: bool) -> String {
    match count {
        Some(count) if !is_all_known => format!("{} or more", number(count)),
        count => known(count),
    }
}
