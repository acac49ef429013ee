//! Records as paragraphs, for narrow screens.

use super::{Table, style, width_of};
use crate::output::wrap::lines;

impl Table {
    /// Each record as a paragraph: what it is, then a line for each thing that is known of it.
    pub(super) fn paragraphs(&self, width: usize, is_colored: bool) -> String {
        let names = self.columns.iter().map(|name| width_of(name)).max().unwrap_or(0);
        let painted = |at: usize, text: &str| {
            let style = style(&self.columns[at], text);
            if is_colored { format!("{style}{text}{style:#}") } else { text.to_owned() }
        };
        let mut shown = String::new();
        for row in &self.rows {
            if !shown.is_empty() {
                shown.push('\n');
            }
            // Words of the beginning speak for themselves; a number does not.
            let is_title = |at: &usize| *at < 2 && !row[*at].is_number && !row[*at].text.is_empty();
            let mut title: Vec<usize> = (0..row.len()).take_while(is_title).collect();
            if title.iter().map(|&at| width_of(&row[at].text) + 2).sum::<usize>() > width + 2 {
                title.truncate(1);
            }
            if !title.is_empty() {
                let words: Vec<String> = title.iter().map(|&at| painted(at, &row[at].text)).collect();
                shown.push_str(&words.join("  "));
                shown.push('\n');
            }
            for (at, cell) in row.iter().enumerate().skip(title.len()) {
                if cell.text.is_empty() {
                    continue;
                }
                let name = format!("  {:names$}  ", self.columns[at]);
                let room = width.saturating_sub(width_of(&name));
                for (number, line) in lines(&cell.text, room).iter().enumerate() {
                    if number == 0 {
                        shown.push_str(&name);
                        shown.push_str(&painted(at, line));
                    } else {
                        shown.push_str(&" ".repeat(width_of(&name)));
                        shown.push_str(line);
                    }
                    shown.push('\n');
                }
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::super::records;
    use crate::output::Screen;

    #[test]
    fn a_record_that_does_not_fit_is_a_paragraph_with_whole_words() {
        let mut table = records(&["severity", "code", "account_name", "reason", "url"]);
        table.add_row([
            "critical",
            "org_duplicate_external_id",
            "Acme Labs",
            "Two organizations carry the id of this account, so nobody can say which is it",
            "https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001052",
        ]);
        table.add_row(["high", "org_missing_external_id", "", "Blank", ""]);
        let shown = table.shown(Screen { width: Some(60), is_colored: false });
        assert_eq!(
            shown.text,
            "critical  org_duplicate_external_id
  account_name  Acme Labs
  reason        Two organizations carry the id of this
                account, so nobody can say which is it
  url           https://acme-demo.sandbox.zendesk.com/agent/organizations/21700000001052

high  org_missing_external_id
  reason        Blank
"
        );
        let colored = table.shown(Screen { width: Some(60), is_colored: true });
        assert!(
            colored.text.starts_with("\u{1b}[1m\u{1b}[31mcritical\u{1b}[0m  org_duplicate"),
            "{:?}",
            colored.text
        );
        let wide = table.shown(Screen { width: Some(200), is_colored: true });
        assert!(wide.text.contains("\u{1b}[31mhigh\u{1b}[0m  "), "{:?}", wide.text);
    }
}
