//! Bars of a list, one below the other, with their names and numbers.

use maud::{Markup, html};

use super::{About, Series, end_of_axis, scaled, svg};
use crate::report::words::number;

const WIDTH: i64 = 760;
const LEFT: i64 = 250;
const RIGHT: i64 = 70;
const ROW: i64 = 26;

/// Characters of a name that fit.
const LONGEST: usize = 34;

/// One bar.
pub(in crate::report) struct Bar {
    /// Beside it.
    pub(in crate::report) label: String,
    /// One number for each series; all none: not known.
    pub(in crate::report) values: Vec<Option<i64>>,
}

/// Draws bars, their parts one behind the other.
pub(in crate::report) fn bars(about: About<'_>, series: &[Series], of: &[Bar]) -> Markup {
    let sum = |bar: &Bar| bar.values.iter().flatten().sum::<i64>();
    let end = end_of_axis(of.iter().map(sum).max().unwrap_or(0));
    let room = WIDTH - LEFT - RIGHT;
    let height = ROW * i64::try_from(of.len()).unwrap_or(0) + 6;
    let drawn = html! {
        @for (at, bar) in of.iter().enumerate() {
            @let y = ROW * i64::try_from(at).unwrap_or(0) + 4;
            text class="name" x=(LEFT - 10) y=(y + 14) text-anchor="end" { (shortened(&bar.label)) }
            @if bar.values.iter().all(Option::is_none) {
                rect class="hatched" x=(LEFT) y=(y) width=(room / 4) height=(ROW - 8) {
                    title { (bar.label) ": not known" }
                }
                text class="tick" x=(LEFT + room / 4 + 8) y=(y + 14) { "not known" }
            } @else {
                (parts(series, bar, y, end, room))
                text class="tick" x=(LEFT + scaled(sum(bar), end, room) + 8) y=(y + 14) { (number(sum(bar))) }
            }
        }
        line class="axis" x1=(LEFT) y1="0" x2=(LEFT) y2=(height) {}
    };
    svg(about, WIDTH, height, &drawn)
}

fn parts(series: &[Series], bar: &Bar, y: i64, end: i64, room: i64) -> Markup {
    let mut before = 0;
    let mut drawn = Vec::new();
    for (series, value) in series.iter().zip(&bar.values) {
        let value = value.unwrap_or(0);
        let x = scaled(before, end, room);
        before += value;
        if value > 0 {
            drawn.push((series, value, LEFT + x, (scaled(before, end, room) - x).max(1)));
        }
    }
    html! {
        @for (series, value, x, width) in drawn {
            rect class={ "part " (series.class) } x=(x) y=(y) height=(ROW - 8) width=(width) {
                title { (bar.label) ", " (series.name) ": " (number(value)) }
            }
        }
    }
}

fn shortened(label: &str) -> String {
    if label.chars().count() <= LONGEST {
        return label.to_owned();
    }
    let mut text: String = label.chars().take(LONGEST - 1).collect();
    text.push('…');
    text
}
