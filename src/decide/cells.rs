//! From cells with a header to rows: columns are found by their names, wherever they stand.

use super::{
    Fault,
    row::{Named, Place, Row, Table},
};
use crate::{
    clock,
    model::{Provenance, Words},
    output::unneutral,
};

/// A cell, whatever program wrote it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// A text; empty: nothing.
    Text(String),
    /// A date without a time of day, ISO-8601.
    Date(String),
    /// Neither a date nor a text.
    Other(&'static str),
}

impl Content {
    fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// The fields of a sheet, by the names in its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    IssueKey,
    AccountId,
    Fingerprint,
    MadeFrom,
    Decision,
    Until,
    Assignee,
    Note,
}

impl Field {
    const ALL: [Self; 8] = [
        Self::IssueKey,
        Self::AccountId,
        Self::Fingerprint,
        Self::MadeFrom,
        Self::Decision,
        Self::Until,
        Self::Assignee,
        Self::Note,
    ];
    const OF_ISSUES: [Self; 7] = [
        Self::IssueKey,
        Self::Fingerprint,
        Self::MadeFrom,
        Self::Decision,
        Self::Until,
        Self::Assignee,
        Self::Note,
    ];
    const OF_ACCOUNTS: [Self; 4] = [Self::AccountId, Self::MadeFrom, Self::Assignee, Self::Note];

    fn title(self) -> &'static str {
        match self {
            Self::IssueKey => "Issue key",
            Self::AccountId => "Account ID",
            Self::Fingerprint => "Fingerprint",
            Self::MadeFrom => "Made from",
            Self::Decision => "Decision",
            Self::Until => "Until",
            Self::Assignee => "Assignee",
            Self::Note => "Note",
        }
    }
}

/// Which columns a sheet has.
#[derive(Debug)]
pub(super) struct Header {
    columns: Vec<(Field, usize)>,
    is_of_issues: bool,
}

/// What a line is as a header.
pub(super) enum Heading {
    /// Not a header that orgdrift writes.
    None,
    /// One.
    Some(Header),
    /// One that lacks columns, or has a column twice.
    Broken(String),
}

impl Header {
    /// Reads a line. One with the key of issues or with decisions is meant to be a header of issues; one of accounts is
    /// only taken where all is there, because other sheets name accounts as well.
    pub(super) fn read(cells: &[Content]) -> Heading {
        let mut columns = Vec::new();
        for field in Field::ALL {
            let is_it = |cell: &&Content| matches!(cell, Content::Text(text) if text.trim().eq_ignore_ascii_case(field.title()));
            match cells.iter().filter(is_it).count() {
                0 => {}
                1 => columns.extend(cells.iter().position(|cell| is_it(&cell)).map(|at| (field, at))),
                _ => return Heading::Broken(format!("has two columns {}", field.title())),
            }
        }
        let has = |field: Field| columns.iter().any(|(known, _)| *known == field);
        let is_of_issues = has(Field::Decision) || (has(Field::IssueKey) && has(Field::Fingerprint));
        let needed: &[Field] = if is_of_issues { &Field::OF_ISSUES } else { &Field::OF_ACCOUNTS };
        let missing: Vec<&str> =
            needed.iter().filter(|field| !has(**field)).map(|field| field.title()).collect();
        match (missing.is_empty(), is_of_issues) {
            (true, _) => Heading::Some(Self { columns, is_of_issues }),
            (false, true) => Heading::Broken(format!(
                "lacks the {} {}",
                if missing.len() == 1 { "column" } else { "columns" },
                missing.join(", ")
            )),
            (false, false) => Heading::None,
        }
    }

    /// Whether a column is one of those that are read.
    pub(super) fn field_at(&self, column: usize) -> Option<&'static str> {
        self.columns.iter().find(|(_, at)| *at == column).map(|(field, _)| field.title())
    }

    fn cell<'c>(&self, cells: &'c [Content], field: Field) -> &'c Content {
        static BLANK: Content = Content::Text(String::new());
        let at = self.columns.iter().find(|(known, _)| *known == field).map(|(_, at)| *at);
        at.and_then(|at| cells.get(at)).unwrap_or(&BLANK)
    }

    /// Reads a row below the header into a table. A blank row is skipped.
    pub(super) fn row(&self, place: Place, cells: &[Content], table: &mut Table) {
        if cells.iter().all(Content::is_blank) {
            return;
        }
        match self.parse(&place, cells) {
            Ok(row) => table.rows.push(row),
            Err(what) => table.faults.push(Fault { place, what }),
        }
    }

    fn parse(&self, place: &Place, cells: &[Content]) -> Result<Row, String> {
        let words = Words {
            decision: self.text(cells, Field::Decision)?.to_lowercase(),
            until: self.until(cells)?,
            assignee: unneutral(&self.text(cells, Field::Assignee)?).to_owned(),
            note: unneutral(&self.text(cells, Field::Note)?).to_owned(),
        };
        let named = if self.is_of_issues {
            let key = self.text(cells, Field::IssueKey)?;
            let fingerprint = self.text(cells, Field::Fingerprint)?;
            if key.is_empty() {
                return Err("has no issue key".to_owned());
            }
            if fingerprint.is_empty() {
                return Err("has no fingerprint: the column was cleared".to_owned());
            }
            Named::Issue { key, fingerprint }
        } else {
            let id = self.text(cells, Field::AccountId)?;
            if id.is_empty() {
                return Err("has no account id".to_owned());
            }
            Named::Account(id)
        };
        let made_from = Provenance::parse(&self.text(cells, Field::MadeFrom)?)
            .ok_or("does not say which workbook it is of: the column Made from was changed")?;
        Ok(Row { place: place.clone(), named, made_from, words })
    }

    fn text(&self, cells: &[Content], field: Field) -> Result<String, String> {
        match self.cell(cells, field) {
            Content::Text(text) => Ok(text.trim().to_owned()),
            Content::Date(_) => Err(format!("{} holds a date", field.title())),
            Content::Other(what) => Err(format!("{} holds {what}", field.title())),
        }
    }

    fn until(&self, cells: &[Content]) -> Result<String, String> {
        match self.cell(cells, Field::Until) {
            Content::Date(date) => Ok(date.clone()),
            Content::Text(text) if text.trim().is_empty() => Ok(String::new()),
            Content::Text(text) => {
                clock::date(text).map_err(|_| "Until is not a clear date: write it as 2026-12-31".to_owned())
            }
            Content::Other(what) => Err(format!("Until holds {what}: write a date such as 2026-12-31")),
        }
    }
}
