//! Columns over time, their parts one on the other or side by side.

use maud::{Markup, html};

use super::{About, Series, end_of_axis, scaled, svg};
use crate::report::words::number;

const WIDTH: i64 = 760;
const HEIGHT: i64 = 260;
const LEFT: i64 = 56;
const RIGHT: i64 = 8;
const TOP: i64 = 28;
const BOTTOM: i64 = 44;

/// Columns that have a label of their own; of more only some do.
const MOST_LABELS: usize = 12;

/// One column.
pub(in crate::report) struct Column {
    /// Below it.
    pub(in crate::report) label: String,
    /// One number for each series; none is not known.
    pub(in crate::report) values: Vec<Option<i64>>,
    /// Something is not known although there are numbers: hatched behind them.
    pub(in crate::report) is_partly_known: bool,
    /// Above it, such as `A`: explained below the chart.
    pub(in crate::report) mark: Option<String>,
}

/// How columns are drawn.
pub(in crate::report) struct Columns<'c> {
    pub(in crate::report) series: &'c [Series],
    pub(in crate::report) drawn: &'c [Column],
    /// Parts one on the other, else side by side.
    pub(in crate::report) is_stacked: bool,
    /// In per cent, up to this number; else numbers, up to the greatest.
    pub(in crate::report) percent_up_to: Option<i64>,
}

/// Draws columns.
pub(in crate::report) fn columns(about: About<'_>, of: &Columns<'_>) -> Markup {
    let count = i64::try_from(of.drawn.len().max(1)).unwrap_or(1);
    let room = WIDTH - LEFT - RIGHT;
    let step = room / count;
    let width = (step * 7 / 10).clamp(4, 56);
    let plot = HEIGHT - TOP - BOTTOM;
    let end = of.percent_up_to.unwrap_or_else(|| end_of_axis(greatest(of)));
    let base = HEIGHT - BOTTOM;
    let drawn = html! {
        @for part in 0..=4 {
            @let y = base - plot * part / 4;
            line class="grid" x1=(LEFT) y1=(y) x2=(WIDTH - RIGHT) y2=(y) {}
            text class="tick" x=(LEFT - 8) y=(y + 4) text-anchor="end" {
                (number(end * part / 4)) @if of.percent_up_to.is_some() { " %" }
            }
        }
        @for (at, column) in of.drawn.iter().enumerate() {
            @let x = LEFT + step * i64::try_from(at).unwrap_or(0) + (step - width) / 2;
            @let is_unknown = column.values.iter().all(Option::is_none);
            @if is_unknown || column.is_partly_known {
                rect class="hatched" x=(x - 2) y=(TOP) width=(width + 4) height=(plot) {
                    title { (column.label) ": not everything is known" }
                }
            }
            @if let Some(mark) = &column.mark {
                line class="mark" x1=(x - 3) y1=(TOP - 8) x2=(x - 3) y2=(base) {}
                text class="mark-label" x=(x - 3) y=(TOP - 12) text-anchor="middle" { (mark) }
            }
            (parts(of, column, x, width, (base, plot, end)))
            @if is_labelled(at, of.drawn.len()) {
                text class="tick" x=(x + width / 2) y=(base + 18) text-anchor="middle" { (column.label) }
            }
        }
        line class="axis" x1=(LEFT) y1=(base) x2=(WIDTH - RIGHT) y2=(base) {}
    };
    svg(about, WIDTH, HEIGHT, &drawn)
}

/// The parts of one column.
fn parts(
    of: &Columns<'_>,
    column: &Column,
    x: i64,
    width: i64,
    (base, plot, end): (i64, i64, i64),
) -> Markup {
    let each = if of.is_stacked { width } else { width / i64::try_from(of.series.len().max(1)).unwrap_or(1) };
    let mut below = 0;
    let mut drawn = Vec::new();
    for (at, (series, value)) in (0..).zip(of.series.iter().zip(&column.values)) {
        let value = value.unwrap_or(0);
        let (from, left) = if of.is_stacked { (below, x) } else { (0, x + each * at) };
        below += value;
        let height = (scaled(from + value, end, plot) - scaled(from, end, plot)).max(1);
        if value > 0 {
            drawn.push((series, value, left, base - scaled(from, end, plot) - height, height));
        }
    }
    html! {
        @for (series, value, x, y, height) in drawn {
            rect class={ "part " (series.class) } x=(x) y=(y) width=(each) height=(height) {
                title {
                    (column.label) ", " (series.name) ": " (number(value))
                    @if of.percent_up_to.is_some() { " %" }
                }
            }
        }
    }
}

fn greatest(of: &Columns<'_>) -> i64 {
    let of_column = |column: &Column| -> i64 {
        let known = column.values.iter().flatten();
        if of.is_stacked { known.sum() } else { known.max().copied().unwrap_or(0) }
    };
    of.drawn.iter().map(of_column).max().unwrap_or(0)
}

/// Whether a column is one of those that have a label.
fn is_labelled(at: usize, count: usize) -> bool {
    let every = count.div_ceil(MOST_LABELS).max(1);
    (count - 1 - at).is_multiple_of(every)
}
