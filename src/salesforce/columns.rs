//! Which column is what.

use super::error::{Headers, SalesforceError};
use super::names::{Role, fold, is_known, says_long_id};
use super::options::ReadOptions;
use crate::identity::{AccountId, trim_invisible};

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The header, without surrounding white space.
    pub name: String,
    /// The position, from 0.
    pub index: usize,
}

/// The columns an export is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenColumns {
    /// The account id.
    pub id: Column,
    /// Further account id columns, which must agree with `id` in every row.
    pub id_checks: Vec<Column>,
    /// The account name.
    pub name: Column,
    /// The domains: one column unless several were named.
    pub domains: Vec<Column>,
    /// The stored Zendesk organization id.
    pub organization_id: Option<Column>,
    /// The owner.
    pub owner: Option<Column>,
    /// The parent account id.
    pub parent: Option<Column>,
    /// `IsDeleted`.
    pub is_deleted: Option<Column>,
    /// `MasterRecordId`.
    pub master_record_id: Option<Column>,
    /// The columns to keep.
    pub kept: Vec<Column>,
}

impl ChosenColumns {
    /// Returns every chosen column, by role.
    pub(super) fn all(&self) -> impl Iterator<Item = &Column> {
        let optional =
            [&self.organization_id, &self.owner, &self.parent, &self.is_deleted, &self.master_record_id];
        [&self.id, &self.name]
            .into_iter()
            .chain(&self.id_checks)
            .chain(&self.domains)
            .chain(optional.into_iter().flatten())
            .chain(&self.kept)
    }
}

/// Chooses the columns. `sample` returns cells of a column from the first rows; it is asked only
/// when headers alone leave the id column open.
pub(super) fn choose(
    names: &[String],
    options: &ReadOptions,
    sample: &dyn Fn(usize) -> Vec<String>,
) -> Result<ChosenColumns, SalesforceError> {
    let header = Header { names, folded: names.iter().map(|name| fold(name)).collect() };
    let (id, id_checks) = header.id_columns(options.id_col.as_deref(), sample)?;
    let name = header.needed(Role::Name, options.name_col.as_deref())?;
    let domains = if options.domain_cols.is_empty() {
        vec![header.needed(Role::Domain, None)?]
    } else {
        header.all_named(Role::Domain, &options.domain_cols)?
    };
    Ok(ChosenColumns {
        id,
        id_checks,
        name,
        domains,
        organization_id: header.optional(Role::OrganizationId, options.org_id_col.as_deref())?,
        owner: header.optional(Role::Owner, options.owner_col.as_deref())?,
        parent: header.optional(Role::Parent, options.parent_col.as_deref())?,
        is_deleted: header.optional(Role::IsDeleted, None)?,
        master_record_id: header.optional(Role::MasterRecordId, None)?,
        kept: header.all_named(Role::Kept, &options.keep_cols)?,
    })
}

struct Header<'a> {
    names: &'a [String],
    folded: Vec<String>,
}

impl Header<'_> {
    fn column(&self, index: usize) -> Column {
        Column { name: trim_invisible(&self.names[index]).to_owned(), index }
    }

    fn headers(&self) -> Headers {
        Headers::new(self.names)
    }

    /// Finds a column by the name a flag gave. An exact match goes before a folded one, so that
    /// of `Account ID` and `AccountId` either can be named.
    fn named(&self, role: Role, name: &str) -> Result<Column, SalesforceError> {
        let exact: Vec<_> = self.positions(|i| trim_invisible(&self.names[i]) == name.trim());
        let folded_name = fold(name);
        let found = if exact.is_empty() { self.positions(|i| self.folded[i] == folded_name) } else { exact };
        match *found {
            [index] => Ok(self.column(index)),
            [] => Err(SalesforceError::NamedColumnMissing {
                role,
                name: name.to_owned(),
                headers: self.headers(),
            }),
            _ => Err(SalesforceError::NamedColumnRepeated {
                role,
                name: name.to_owned(),
                headers: self.headers(),
            }),
        }
    }

    fn all_named(&self, role: Role, names: &[String]) -> Result<Vec<Column>, SalesforceError> {
        let mut columns = Vec::new();
        for name in names {
            let column = self.named(role, name)?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        Ok(columns)
    }

    fn optional(&self, role: Role, name: Option<&str>) -> Result<Option<Column>, SalesforceError> {
        if let Some(name) = name {
            return self.named(role, name).map(Some);
        }
        match *self.candidates(role) {
            [] => Ok(None),
            [index] => Ok(Some(self.column(index))),
            ref several => Err(self.ambiguous(role, several)),
        }
    }

    fn needed(&self, role: Role, name: Option<&str>) -> Result<Column, SalesforceError> {
        self.optional(role, name)?.ok_or_else(|| self.missing(role))
    }

    /// Chooses the id column and the columns that must agree with it.
    fn id_columns(
        &self,
        name: Option<&str>,
        sample: &dyn Fn(usize) -> Vec<String>,
    ) -> Result<(Column, Vec<Column>), SalesforceError> {
        if let Some(name) = name {
            return Ok((self.named(Role::AccountId, name)?, Vec::new()));
        }
        let candidates = self.candidates(Role::AccountId);
        if candidates.is_empty() {
            let is_account = self.names.iter().any(|cell| AccountId::parse(cell).is_ok());
            return Err(if is_account { SalesforceError::NoHeader } else { self.missing(Role::AccountId) });
        }
        let chosen = match *candidates {
            [index] => Some(index),
            _ => self
                .only(&candidates, |i| says_long_id(&self.folded[i]))
                .or_else(|| self.long_by_sample(&candidates, sample)),
        };
        let Some(chosen) = chosen.filter(|_| !self.has_repeated_name(&candidates)) else {
            return Err(self.ambiguous(Role::AccountId, &candidates));
        };
        let checks = candidates.iter().filter(|&&i| i != chosen);
        Ok((self.column(chosen), checks.map(|&i| self.column(i)).collect()))
    }

    /// Returns the one column of which the first rows hold 18 characters where the others hold 15.
    fn long_by_sample(&self, candidates: &[usize], sample: &dyn Fn(usize) -> Vec<String>) -> Option<usize> {
        let has_length = |index, length| {
            let cells = sample(index);
            let mut cells =
                cells.iter().map(|cell| trim_invisible(cell).len()).filter(|&length| length > 0).peekable();
            cells.peek().is_some() && cells.all(|found| found == length)
        };
        let long = self.only(candidates, |i| has_length(i, 18))?;
        candidates.iter().all(|&i| i == long || has_length(i, 15)).then_some(long)
    }

    fn only(&self, candidates: &[usize], wanted: impl Fn(usize) -> bool) -> Option<usize> {
        debug_assert!(candidates.iter().all(|&i| i < self.names.len()));
        let mut found = candidates.iter().copied().filter(|&i| wanted(i));
        found.next().filter(|_| found.next().is_none())
    }

    fn has_repeated_name(&self, candidates: &[usize]) -> bool {
        candidates.iter().enumerate().any(|(nth, &i)| {
            let later = &candidates[nth + 1..];
            later.iter().any(|&j| self.folded[i] == self.folded[j])
        })
    }

    /// Returns the columns of the most preferred group of names that occurs.
    fn candidates(&self, role: Role) -> Vec<usize> {
        role.known_names()
            .iter()
            .map(|names| self.positions(|i| is_known(&self.folded[i], names)))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    fn positions(&self, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.names.len()).filter(|&i| wanted(i)).collect()
    }

    fn missing(&self, role: Role) -> SalesforceError {
        SalesforceError::MissingColumn { role, headers: self.headers() }
    }

    fn ambiguous(&self, role: Role, candidates: &[usize]) -> SalesforceError {
        SalesforceError::AmbiguousColumn {
            role,
            candidates: Headers::new(candidates.iter().map(|&i| &self.names[i])),
            headers: self.headers(),
        }
    }
}
