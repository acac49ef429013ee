//! Charts as inline SVG: columns over runs or months, bars for lists. Each has a title, a description and a role, and a
//! table of the same numbers stands beside it.

mod bars;
mod columns;

pub(super) use bars::{Bar, bars};
pub(super) use columns::{Column, Columns, columns};

use maud::{Markup, html};

/// One part of every column or bar: its name, and the class that colours it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Series {
    pub(super) name: &'static str,
    /// A class of the style sheet, such as `critical`.
    pub(super) class: &'static str,
}

/// What a chart says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
}

/// The pattern that means `not known`, once for the page.
pub(super) fn patterns() -> Markup {
    html! {
        svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect class="hatch-ground" width="8" height="8" {}
                    rect class="hatch-line" width="3" height="8" {}
                }
            }
        }
    }
}

/// Names of the parts beside their colours, and what hatching means where there is some.
pub(super) fn legend(series: &[Series], has_unknown: bool) -> Markup {
    html! {
        ul class="legend" {
            @for one in series {
                li { span class={ "swatch " (one.class) } {} (one.name) }
            }
            @if has_unknown {
                li { span class="swatch hatched" {} "not known" }
            }
        }
    }
}

/// The frame of a chart, with what it says for those who do not see it.
fn svg(about: About<'_>, width: i64, height: i64, drawn: &Markup) -> Markup {
    let (title_id, description_id) = (format!("{}-title", about.id), format!("{}-description", about.id));
    html! {
        div class="scroll" tabindex="0" role="group" aria-label=(about.title) {
            svg role="img" viewBox={ "0 0 " (width) " " (height) } style={ "min-width:" (width * 3 / 4) "px;max-width:" (width) "px" }
                aria-labelledby={ (title_id) " " (description_id) } {
                title id=(title_id) { (about.title) }
                desc id=(description_id) { (about.description) }
                (drawn)
            }
        }
    }
}

/// A round number of at least `most`, for the end of an axis, that four parts divide.
fn end_of_axis(most: i64) -> i64 {
    let mut unit = 1;
    loop {
        for step in [1, 2, 5] {
            let end = 4 * step * unit;
            if end >= most {
                return end;
            }
        }
        unit *= 10;
    }
}

/// `part` of `whole` on a way of `length`.
fn scaled(part: i64, whole: i64, length: i64) -> i64 {
    if whole <= 0 { 0 } else { (part * length + whole / 2) / whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (most, end) in [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (812, 2000), (2001, 4000)] {
            assert_eq!(end_of_axis(most), end, "{most}");
        }
        assert_eq!(scaled(1, 4, 100), 25);
        assert_eq!(scaled(3, 0, 100), 0);
    }
}
