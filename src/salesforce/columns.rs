//! Which column is what.

use super::error::{ColumnProblem, Headers, SalesforceError};
use super::names::{Role, fold, is_known, says_long_id};
use super::options::{ReadOptions, is_none};
use crate::identity::{AccountId, trim_invisible};
use crate::near::near;

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
    /// The domains: one column unless several were named, or none where that was asked for.
    pub domains: Vec<Column>,
    /// Further columns that could hold the domains, where one was chosen by its name.
    pub other_domains: Vec<Column>,
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
    /// Returns the headers that nothing is read from, in their order; those without a name are left out.
    pub fn unused<'h>(&self, headers: &'h [String]) -> Vec<&'h str> {
        let is_used = |index| self.all().any(|column| column.index == index);
        let unused = headers.iter().enumerate().filter(|&(index, _)| !is_used(index));
        unused.map(|(_, name)| trim_invisible(name)).filter(|name| !name.is_empty()).collect()
    }

    /// The cells up to this one must be there in every row: id, name and domains.
    pub(super) fn needed_width(&self) -> usize {
        let needed = [&self.id, &self.name].into_iter().chain(&self.domains);
        needed.map(|column| column.index + 1).max().unwrap_or(0)
    }

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

/// Chooses the columns, or tells all that is missing or open at once. `sample` returns cells of a column from
/// the first rows; it is asked only when headers alone leave the id column open.
pub(super) fn choose(
    names: &[String],
    options: &ReadOptions,
    sample: &dyn Fn(usize) -> Vec<String>,
) -> Result<ChosenColumns, SalesforceError> {
    let header = Header { names, folded: names.iter().map(|name| fold(name)).collect() };
    if header.is_account() {
        return Err(SalesforceError::NoHeader);
    }
    let mut problems = Vec::new();
    let mut or_note = |found: Result<Option<Column>, ColumnProblem>| {
        found.unwrap_or_else(|problem| {
            problems.push(problem);
            None
        })
    };
    let ids = header.id_columns(options.id_col.as_deref(), sample);
    let (id, id_checks) = match ids {
        Ok((id, checks)) => (Some(id), checks),
        Err(problem) => (or_note(Err(problem)), Vec::new()),
    };
    let name = or_note(header.needed(Role::Name, options.name_col.as_deref()));
    let optional = [
        (Role::OrganizationId, &options.org_id_col),
        (Role::Owner, &options.owner_col),
        (Role::Parent, &options.parent_col),
        (Role::IsDeleted, &options.deleted_col),
        (Role::MasterRecordId, &None),
    ];
    let [organization_id, owner, parent, is_deleted, master_record_id] =
        optional.map(|(role, flag)| or_note(header.optional(role, flag.as_deref())));
    let domains = header.domains(&options.domain_cols, &mut problems);
    let other_domains =
        if options.domain_cols.is_empty() { header.other_domains(&domains) } else { Vec::new() };
    let kept = header.all_named(Role::Kept, &options.keep_cols, &mut problems);
    match (id, name) {
        (Some(id), Some(name)) if problems.is_empty() => Ok(ChosenColumns {
            id,
            id_checks,
            name,
            domains,
            other_domains,
            organization_id,
            owner,
            parent,
            is_deleted,
            master_record_id,
            kept,
        }),
        _ => {
            // In the order in which people think of them.
            problems.sort_by_key(|problem| problem.role() as u8);
            Err(SalesforceError::Columns { problems, headers: Headers::new(names) })
        }
    }
}

/// How many of the names are known for a role or were given: the line that has most of them is meant as header.
pub(super) fn known_names(names: &[String], options: &ReadOptions) -> usize {
    const ROLES: [Role; 8] = [
        Role::AccountId,
        Role::Name,
        Role::Domain,
        Role::OrganizationId,
        Role::Owner,
        Role::Parent,
        Role::IsDeleted,
        Role::MasterRecordId,
    ];
    let flags =
        [&options.id_col, &options.name_col, &options.org_id_col, &options.owner_col, &options.parent_col];
    let given: Vec<_> =
        flags.into_iter().flatten().chain(&options.domain_cols).map(|name| fold(name)).collect();
    let is_known_name = |folded: &String| {
        given.contains(folded)
            || ROLES.iter().any(|role| role.known_names().iter().any(|group| is_known(folded, group)))
    };
    names.iter().map(|name| fold(name)).filter(is_known_name).count()
}

struct Header<'a> {
    names: &'a [String],
    folded: Vec<String>,
}

impl Header<'_> {
    fn column(&self, index: usize) -> Column {
        Column { name: trim_invisible(&self.names[index]).to_owned(), index }
    }

    /// Whether this is an account, whose cells are nobody's column names.
    fn is_account(&self) -> bool {
        self.names.iter().any(|cell| AccountId::parse(cell).is_ok())
    }

    /// Finds a column by the name a flag gave. An exact match goes before a folded one, so that
    /// of `Account ID` and `AccountId` either can be named.
    fn named(&self, role: Role, name: &str) -> Result<Column, ColumnProblem> {
        let exact: Vec<_> = self.positions(|i| trim_invisible(&self.names[i]) == name.trim());
        let folded_name = fold(name);
        let found = if exact.is_empty() { self.positions(|i| self.folded[i] == folded_name) } else { exact };
        match *found {
            [index] => Ok(self.column(index)),
            [] => {
                let near = near(name, self.names.iter().map(|header| trim_invisible(header)));
                Err(ColumnProblem::NamedMissing { role, name: name.to_owned(), near: Headers::new(near) })
            }
            _ => Err(ColumnProblem::NamedRepeated { role, name: name.to_owned() }),
        }
    }

    fn all_named(&self, role: Role, names: &[String], problems: &mut Vec<ColumnProblem>) -> Vec<Column> {
        let mut columns = Vec::new();
        for name in names {
            match self.named(role, name) {
                Ok(column) if columns.contains(&column) => {}
                Ok(column) => columns.push(column),
                Err(problem) => problems.push(problem),
            }
        }
        columns
    }

    fn optional(&self, role: Role, name: Option<&str>) -> Result<Option<Column>, ColumnProblem> {
        match name {
            Some(name) if is_none(name) => return Ok(None),
            Some(name) => return self.named(role, name).map(Some),
            None => {}
        }
        match *self.candidates(role) {
            [] => Ok(None),
            [index] => Ok(Some(self.column(index))),
            ref several => Err(self.ambiguous(role, several)),
        }
    }

    fn needed(&self, role: Role, name: Option<&str>) -> Result<Option<Column>, ColumnProblem> {
        match name {
            Some(name) => self.named(role, name).map(Some),
            None => self.optional(role, None)?.map(Some).ok_or(ColumnProblem::Missing { role }),
        }
    }

    /// The columns of domains: those named, else one.
    fn domains(&self, named: &[String], problems: &mut Vec<ColumnProblem>) -> Vec<Column> {
        match named {
            [] => match self.needed(Role::Domain, None) {
                Ok(column) => column.into_iter().collect(),
                Err(problem) => {
                    problems.push(problem);
                    Vec::new()
                }
            },
            [only] if is_none(only) => Vec::new(),
            several => self.all_named(Role::Domain, several, problems),
        }
    }

    /// Every other column with a name that is known for domains, however little it is preferred.
    fn other_domains(&self, chosen: &[Column]) -> Vec<Column> {
        let names = Role::Domain.known_names();
        let found = self.positions(|i| names.iter().any(|group| is_known(&self.folded[i], group)));
        let others = found.into_iter().filter(|i| chosen.iter().all(|column| column.index != *i));
        others.map(|i| self.column(i)).collect()
    }

    /// Chooses the id column and the columns that must agree with it.
    fn id_columns(
        &self,
        name: Option<&str>,
        sample: &dyn Fn(usize) -> Vec<String>,
    ) -> Result<(Column, Vec<Column>), ColumnProblem> {
        if let Some(name) = name {
            return Ok((self.named(Role::AccountId, name)?, Vec::new()));
        }
        let candidates = self.candidates(Role::AccountId);
        let chosen = match *candidates {
            [] => return Err(ColumnProblem::Missing { role: Role::AccountId }),
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

    fn ambiguous(&self, role: Role, candidates: &[usize]) -> ColumnProblem {
        ColumnProblem::Ambiguous {
            role,
            candidates: Headers::new(candidates.iter().map(|&i| &self.names[i])),
        }
    }
}
