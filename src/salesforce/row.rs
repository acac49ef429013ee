//! From cells to a record.

use super::columns::{ChosenColumns, Column};
use super::record::{AccountRow, CellWarning, Record, RejectReason, Rejection, WarnReason, cut_value};
use super::split::RecordBuffer;
use crate::identity::{
    AccountId, AccountIdProblem, ParsedAccountId, domain_key, split_domain_cell, stored_organization_id,
    trim_invisible,
};

/// The most tokens that are read from a record's domain cells.
const MAX_DOMAIN_TOKENS: usize = 1_000;

/// One record's cells with what the columns mean.
pub(super) struct Row<'a> {
    pub(super) cells: &'a RecordBuffer,
    pub(super) columns: &'a ChosenColumns,
    /// The number of cells of the header.
    pub(super) width: usize,
}

impl Row<'_> {
    /// Whether the record may be a line of a report's footer: no Salesforce id where the id
    /// belongs, and fewer cells than the header or only the first one set.
    pub(super) fn is_footer_candidate(&self) -> bool {
        let is_short = self.cells.len() < self.width;
        let is_first_only = || self.cells.cells().skip(1).all(|c| c.trim().is_empty());
        !self.has_salesforce_id() && (is_short || is_first_only())
    }

    fn has_salesforce_id(&self) -> bool {
        let cell = self.cells.cell(self.columns.id.index).unwrap_or_default();
        match AccountId::parse(cell) {
            Ok(_) | Err(AccountIdProblem::ChecksumMismatch) => true,
            Err(AccountIdProblem::Malformed) => false,
            // Of the right shape by chance, as an organization's name can be, unless the prefix
            // is one of a standard object.
            Err(AccountIdProblem::NotAnAccountId) => trim_invisible(cell).starts_with('0'),
        }
    }

    /// Reads the account id, or tells why the record has none.
    pub(super) fn account_id(&self) -> Result<ParsedAccountId, Rejection> {
        if self.cells.len() != self.width {
            return Err(Rejection {
                line: self.cells.line,
                column: self.columns.id.name.clone(),
                reason: RejectReason::WrongCellCount,
                value: cut_value(self.cells.cell(0).unwrap_or_default()),
            });
        }
        if let Some(index) = self.nul_cell() {
            return Err(Rejection {
                line: self.cells.line,
                column: self.column_name(index),
                reason: RejectReason::NulCharacter,
                value: cut_value(self.cells.cell(index).unwrap_or_default()),
            });
        }
        let id = &self.columns.id;
        let cell = trim_invisible(self.cell(id));
        if cell.is_empty() {
            return Err(self.rejection(id, RejectReason::MissingAccountId));
        }
        let parsed =
            AccountId::parse(cell).map_err(|problem| self.rejection(id, RejectReason::AccountId(problem)))?;
        for check in &self.columns.id_checks {
            let cell = trim_invisible(self.cell(check));
            // A blank cell contradicts nothing.
            let agrees = cell.is_empty() || AccountId::parse(cell).is_ok_and(|p| p.id == parsed.id);
            if !agrees {
                return Err(self.rejection(check, RejectReason::IdColumnsDisagree));
            }
        }
        Ok(parsed)
    }

    /// Reads the rest of a record with an account id.
    pub(super) fn record(&self, account_id: AccountId) -> Record {
        let is_deleted = match self.is_deleted() {
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
                .map(|column| trim_invisible(self.cell(column)))
                .filter(|owner| !owner.is_empty())
                .map(str::to_owned),
            parent_account_id: self.other_account(columns.parent.as_ref(), &mut warnings),
            kept: columns
                .kept
                .iter()
                .map(|column| (column.name.clone(), self.cell(column).to_owned()))
                .collect(),
            warnings,
        }
    }

    fn domains(&self, warnings: &mut Vec<CellWarning>) -> Vec<String> {
        let mut domains = Vec::new();
        let mut tokens = 0;
        for column in &self.columns.domains {
            for token in split_domain_cell(self.cell(column)) {
                if tokens == MAX_DOMAIN_TOKENS {
                    warnings.push(warning(column, WarnReason::TooManyDomains, token));
                    return domains;
                }
                tokens += 1;
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
        let Some(column) = &self.columns.organization_id else {
            return (None, None);
        };
        let raw = trim_invisible(self.cell(column));
        match stored_organization_id(raw) {
            Ok(None) => (None, None),
            Ok(id) => (Some(cut_value(raw)), id),
            Err(problem) => {
                warnings.push(warning(column, WarnReason::StoredId(problem), raw));
                (Some(cut_value(raw)), None)
            }
        }
    }

    fn other_account(&self, column: Option<&Column>, warnings: &mut Vec<CellWarning>) -> Option<AccountId> {
        let column = column?;
        let cell = trim_invisible(self.cell(column));
        if cell.is_empty() {
            return None;
        }
        match AccountId::parse(cell) {
            Ok(parsed) => Some(parsed.id),
            Err(problem) => {
                warnings.push(warning(column, WarnReason::AccountId(problem), cell));
                None
            }
        }
    }

    /// Returns what `IsDeleted` says, if it is there and says something.
    fn is_deleted(&self) -> Result<Option<bool>, Rejection> {
        let Some(column) = &self.columns.is_deleted else {
            return Ok(None);
        };
        let cell = trim_invisible(self.cell(column));
        if cell.is_empty() {
            Ok(None)
        } else if cell == "1" || cell.eq_ignore_ascii_case("true") {
            Ok(Some(true))
        } else if cell == "0" || cell.eq_ignore_ascii_case("false") {
            Ok(Some(false))
        } else {
            Err(self.rejection(column, RejectReason::MalformedIsDeleted))
        }
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

    fn cell(&self, column: &Column) -> &str {
        self.cells.cell(column.index).expect("a record with the header's number of cells has every column")
    }

    fn rejection(&self, column: &Column, reason: RejectReason) -> Rejection {
        Rejection {
            line: self.cells.line,
            column: column.name.clone(),
            reason,
            value: cut_value(self.cell(column)),
        }
    }
}

fn warning(column: &Column, reason: WarnReason, value: &str) -> CellWarning {
    CellWarning { column: column.name.clone(), reason, value: cut_value(value) }
}
