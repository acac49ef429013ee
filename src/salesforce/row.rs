//! From cells to a record.

use std::borrow::Cow;

use super::columns::{ChosenColumns, Column};
use super::hosts::{Entry, entries};
use super::literal;
use super::record::{
    AccountRow, CellWarning, Claims, Record, RejectReason, Rejection, WarnReason, cut_value,
};
use super::split::RecordBuffer;
use crate::identity::{AccountId, ParsedAccountId, domain_key, stored_organization_id, trim_invisible};

/// The most entries that are read from a record's domain cells.
const MAX_DOMAIN_ENTRIES: usize = 1_000;

/// One record's cells with what the columns mean.
pub(super) struct Row<'a> {
    pub(super) cells: &'a RecordBuffer,
    pub(super) columns: &'a ChosenColumns,
    /// The number of cells of the header.
    pub(super) width: usize,
}

/// How a record's number of cells relates to the header's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// As many.
    Whole,
    /// Trailing cells are missing, none of them needed: they are blank.
    Padded,
    /// Id and name are there, domains are not: blank if the file leaves trailing blanks out, else lost.
    WithoutDomains,
    /// Cells are missing that every row has, or there are too many.
    Wrong,
}

impl Row<'_> {
    /// Compares the number of cells with the header's.
    pub(super) fn fit(&self) -> Fit {
        let found = self.cells.len();
        if found == self.width {
            Fit::Whole
        } else if found > self.width {
            Fit::Wrong
        } else if found >= self.columns.needed_width() {
            Fit::Padded
        } else if found > self.columns.id.index.max(self.columns.name.index) {
            Fit::WithoutDomains
        } else {
            Fit::Wrong
        }
    }

    /// The rejection of the whole record.
    pub(super) fn reject_whole(&self, reason: RejectReason) -> Rejection {
        Rejection {
            line: self.cells.line,
            column: self.columns.id.name.clone(),
            reason,
            value: cut_value(self.cells.cell(0).unwrap_or_default()),
            claims: Box::new(self.claims(self.id_at_risk())),
        }
    }

    /// Reads the account id, or tells why the record has none.
    pub(super) fn account_id(&self) -> Result<ParsedAccountId, Rejection> {
        if let Some(index) = self.nul_cell() {
            return Err(Rejection {
                line: self.cells.line,
                column: self.column_name(index),
                reason: RejectReason::NulCharacter,
                value: cut_value(self.cells.cell(index).unwrap_or_default()),
                claims: Box::new(self.claims(self.id_at_risk())),
            });
        }
        self.parsed_id()
    }

    /// Reads the id columns, of which a blank one contradicts nothing.
    fn parsed_id(&self) -> Result<ParsedAccountId, Rejection> {
        let mut found: Option<ParsedAccountId> = None;
        for column in std::iter::once(&self.columns.id).chain(&self.columns.id_checks) {
            let cell = trim_invisible(self.cell(column));
            if cell.is_empty() {
                continue;
            }
            match (AccountId::parse(cell), found) {
                (Ok(parsed), None) => found = Some(parsed),
                (Ok(parsed), Some(first)) if parsed.id == first.id => {}
                (_, Some(_)) => return Err(self.rejection(column, RejectReason::IdColumnsDisagree, None)),
                (Err(problem), None) => {
                    return Err(self.rejection(column, RejectReason::AccountId(problem), None));
                }
            }
        }
        found.ok_or_else(|| self.rejection(&self.columns.id, RejectReason::MissingAccountId, None))
    }

    /// Reads the id of a record whose cells may be misplaced: where there are too many, the id may stand further
    /// behind, and another account's in its place.
    fn id_at_risk(&self) -> Option<AccountId> {
        if self.cells.len() <= self.width || self.columns.id.index == 0 {
            return self.parsed_id().ok().map(|parsed| parsed.id);
        }
        let mut ids: Vec<_> = self
            .window(&self.columns.id)
            .filter_map(|cell| AccountId::parse(cell).ok())
            .map(|parsed| parsed.id)
            .collect();
        ids.dedup();
        if let [only] = *ids { Some(only) } else { None }
    }

    /// The cells in which a column's value may stand.
    fn window(&self, column: &Column) -> impl Iterator<Item = &str> {
        let extra = self.cells.len().saturating_sub(self.width);
        (column.index..=column.index + extra).filter_map(|index| self.cells.cell(index))
    }

    /// Reads what a rejected record says nevertheless.
    fn claims(&self, account_id: Option<AccountId>) -> Claims {
        let columns = self.columns;
        let is_placed = self.cells.len() <= self.width;
        let is_sound = |column: &Column| {
            is_placed && self.cells.cell(column.index).is_some_and(|cell| !cell.contains('\0'))
        };
        let mut domains = Vec::new();
        for cell in columns.domains.iter().flat_map(|column| self.window(column)) {
            for entry in entries(cell).take(MAX_DOMAIN_ENTRIES) {
                let (Entry::Host(token) | Entry::InPath(token)) = entry;
                if let Ok(key) = domain_key(token)
                    && !domains.contains(&key)
                {
                    domains.push(key);
                }
            }
        }
        let stored = columns.organization_id.as_ref();
        let organization_ids = stored
            .into_iter()
            .flat_map(|column| self.window(column))
            .filter_map(literal::optional)
            .filter_map(|cell| stored_organization_id(&cell).ok().flatten())
            .collect();
        Claims {
            account_id,
            domains,
            has_all_domains: columns.domains.iter().all(is_sound),
            organization_ids,
            has_organization: stored.is_none_or(is_sound),
            name: Some(trim_invisible(self.cell(&columns.name)))
                .filter(|name| is_sound(&columns.name) && !name.is_empty())
                .map(str::to_owned),
        }
    }

    /// Reads the rest of a record with an account id.
    pub(super) fn record(&self, account_id: AccountId) -> Record {
        let is_deleted = match self.is_deleted(account_id) {
            Ok(is_deleted) => is_deleted,
            Err(rejection) => return Record::Rejected(rejection),
        };
        let mut warnings = Vec::new();
        let master = self.columns.master_record_id.as_ref();
        let master_record_id = self.other_account(master, &mut warnings);
        // Only a record that lost a merge, and so is deleted, has a master record.
        if is_deleted.unwrap_or(master_record_id.is_some()) {
            return Record::Deleted { line: self.cells.line, account_id, master_record_id, warnings };
        }
        Record::Account(self.account(account_id, warnings))
    }

    fn account(&self, account_id: AccountId, mut warnings: Vec<CellWarning>) -> AccountRow {
        let columns = self.columns;
        let name = trim_invisible(self.cell(&columns.name));
        if name.is_empty() {
            warnings.push(warning(&columns.name, WarnReason::EmptyName, name));
        }
        let domains = self.domains(&mut warnings);
        let (stored_organization_raw, stored_organization_id) = self.stored_organization(&mut warnings);
        AccountRow {
            line: self.cells.line,
            account_id,
            name: name.to_owned(),
            domains,
            stored_organization_raw,
            stored_organization_id,
            owner: columns
                .owner
                .as_ref()
                .and_then(|column| literal::optional(self.cell(column)))
                .map(Cow::into_owned),
            parent_account_id: self.other_account(columns.parent.as_ref(), &mut warnings),
            kept: columns
                .kept
                .iter()
                .map(|column| (column.name.clone(), self.cell(column)))
                .map(|(name, cell)| (name, if literal::is_blank(cell) { "" } else { cell }.to_owned()))
                .collect(),
            warnings,
        }
    }

    fn domains(&self, warnings: &mut Vec<CellWarning>) -> Vec<String> {
        let mut domains = Vec::new();
        let mut count = 0;
        for column in &self.columns.domains {
            let Some(cell) = literal::optional(self.cell(column)) else { continue };
            for entry in entries(&cell) {
                let (Entry::Host(token) | Entry::InPath(token)) = entry;
                if count == MAX_DOMAIN_ENTRIES {
                    warnings.push(warning(column, WarnReason::TooManyDomains, token));
                    return domains;
                }
                count += 1;
                if let Entry::InPath(host) = entry {
                    warnings.push(warning(column, WarnReason::HostInPath, host));
                    continue;
                }
                match domain_key(token) {
                    Ok(key) if domains.contains(&key) => {}
                    Ok(key) => domains.push(key),
                    Err(problem) => {
                        warnings.push(warning(column, WarnReason::Domain(problem), token));
                    }
                }
            }
        }
        domains
    }

    fn stored_organization(&self, warnings: &mut Vec<CellWarning>) -> (Option<String>, Option<i64>) {
        let cell = self
            .columns
            .organization_id
            .as_ref()
            .and_then(|column| literal::optional(self.cell(column)).map(|cell| (column, cell)));
        let Some((column, raw)) = cell else {
            return (None, None);
        };
        match stored_organization_id(&raw) {
            Ok(None) => (None, None),
            Ok(id) => (Some(cut_value(&raw)), id),
            Err(problem) => {
                warnings.push(warning(column, WarnReason::StoredId(problem), &raw));
                (Some(cut_value(&raw)), None)
            }
        }
    }

    fn other_account(&self, column: Option<&Column>, warnings: &mut Vec<CellWarning>) -> Option<AccountId> {
        let column = column?;
        let cell = literal::optional(self.cell(column))?;
        match AccountId::parse(&cell) {
            Ok(parsed) => Some(parsed.id),
            Err(problem) => {
                warnings.push(warning(column, WarnReason::AccountId(problem), &cell));
                None
            }
        }
    }

    /// Returns what `IsDeleted` says, if it is there and says something.
    fn is_deleted(&self, account_id: AccountId) -> Result<Option<bool>, Rejection> {
        let Some(column) = &self.columns.is_deleted else {
            return Ok(None);
        };
        literal::boolean(self.cell(column))
            .map_err(|_| self.rejection(column, RejectReason::MalformedIsDeleted, Some(account_id)))
    }

    fn nul_cell(&self) -> Option<usize> {
        memchr::memchr(0, self.cells.text().as_bytes())?;
        self.cells.cells().position(|cell| cell.contains('\0'))
    }

    fn column_name(&self, index: usize) -> String {
        self.columns
            .all()
            .find(|column| column.index == index)
            .map_or_else(|| format!("column {}", index + 1), |c| c.name.clone())
    }

    /// A column's cell; blank where the row ends before it.
    pub(super) fn cell(&self, column: &Column) -> &str {
        self.cells.cell(column.index).unwrap_or_default()
    }

    fn rejection(&self, column: &Column, reason: RejectReason, account_id: Option<AccountId>) -> Rejection {
        Rejection {
            line: self.cells.line,
            column: column.name.clone(),
            reason,
            value: cut_value(self.cell(column)),
            claims: Box::new(self.claims(account_id)),
        }
    }
}

fn warning(column: &Column, reason: WarnReason, value: &str) -> CellWarning {
    CellWarning { column: column.name.clone(), reason, value: cut_value(value) }
}
