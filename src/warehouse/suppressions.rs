//! Suppressions: dated, reasoned decisions about issues. They are added and ended, never deleted.
//!
//! What one covers is decided by the audit (`queries/issue/issue_suppressed.sql`). Here they are kept and counted:
//! a state belongs to a day, so the day is an argument and no view shows it.

use rusqlite::OptionalExtension;

use crate::warehouse::session::{Session, Transaction};

use super::{Filter, Rows, Value, Warehouse, WarehouseError, closed::closed};
use crate::{catalog::files, model::SuppressionState};

/// What a suppression covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One issue, by its key.
    Issue(String),
    /// Every issue of a code on an account.
    CodeOnAccount {
        /// The code.
        code: String,
        /// The account, 18 characters.
        account_id: String,
    },
    /// Every issue of a code on an account and on those below it.
    CodeOnFamily {
        /// The code.
        code: String,
        /// The account above all, 18 characters.
        account_id: String,
    },
}

impl Target {
    /// The columns of the table that say what is covered.
    fn columns(&self) -> Columns<'_> {
        match self {
            Self::Issue(key) => Columns { key: Some(key), ..Columns::default() },
            Self::CodeOnAccount { code, account_id } => {
                Columns { code: Some(code), account: Some(account_id), ..Columns::default() }
            }
            Self::CodeOnFamily { code, account_id } => {
                Columns { code: Some(code), account: Some(account_id), is_family: true, ..Columns::default() }
            }
        }
    }
}

/// What a suppression covers, as it is stored.
#[derive(Debug, Clone, Copy, Default)]
struct Columns<'t> {
    key: Option<&'t str>,
    code: Option<&'t str>,
    account: Option<&'t str>,
    is_family: bool,
}

impl std::fmt::Display for Target {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Issue(key) => formatter.write_str(key),
            Self::CodeOnAccount { code, account_id } => write!(formatter, "{code} on {account_id}"),
            Self::CodeOnFamily { code, account_id } => {
                write!(formatter, "{code} on the family of {account_id}")
            }
        }
    }
}

/// A decision that is to be stored.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What it covers.
    pub target: Target,
    /// Why, in the words of who decided.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds, ISO-8601.
    pub expires_on: String,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is stored.
    Stored {
        /// Its number.
        suppression_id: i64,
        /// Another one in force that covers the same issue by its code and account.
        also: Option<i64>,
    },
    /// One in force has the same target already.
    Covered {
        /// Its number.
        suppression_id: i64,
        /// Its last day.
        expires_on: String,
    },
    /// No run has an issue with that key.
    UnknownKey,
    /// No snapshot has that account.
    UnknownAccount,
}

/// What became of a request to end a suppression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// It covers nothing any more.
    Now,
    /// It had been ended before.
    Before {
        /// When, ISO-8601 UTC.
        removed_at: String,
    },
    /// There is none with that number.
    Unknown,
}

/// The day on which states are asked for, ISO-8601 dates in UTC, and the run whose issues are counted.
#[derive(Debug, Clone)]
pub struct AsOf {
    /// The day.
    pub today: String,
    /// What ends until then is about to lapse.
    pub soon: String,
    /// The run; none: there is none.
    pub run_id: Option<i64>,
}

/// A suppression as of a day, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub suppression_id: i64,
    /// When it was made, ISO-8601 UTC.
    pub created_at: String,
    /// What it covers, in a few words.
    pub target: String,
    /// The last day on which it holds.
    pub expires_on: String,
    /// What it does on the day.
    pub state: SuppressionState,
    /// How many issues of the run it is about; none: not known.
    pub issue_count: Option<i64>,
}

impl Standing {
    /// Whether it is in force.
    pub fn is_in_force(&self) -> bool {
        self.state.is_in_force()
    }
}

/// The columns for a terminal.
const SHORT_COLUMNS: &str = "select suppression_id as id, target, state, expires_on, issue_count as issues,
  case when state in ('active', 'lapsing') and issue_count = 0 then 'unused'
    when state <> 'removed' and issue_count is null then 'not evaluated' end as remark,
  reason, owner, created_at";

/// The columns for programs.
const COLUMNS: &str =
    "select suppression_id, issue_key, code, account_id, is_family, target, reason, owner, created_at,
  expires_on, removed_at, state, issue_count";

/// About to lapse first: somebody has to decide again.
const ORDER_BY: &str = "order by
  case state when 'lapsing' then 1 when 'active' then 2 when 'lapsed' then 3 else 4 end,
  expires_on, suppression_id";

/// Leaves out those that were ended.
pub const NOT_REMOVED: &str = "state <> ?";

/// Only those in force that end on that day or before.
pub const ENDING_UNTIL: &str = "state in ('active', 'lapsing') and expires_on <= ?";

const IN_FORCE_WITH_TARGET: &str = "select suppression_id, expires_on from suppressions
  where removed_at is null and expires_on >= ?1
    and issue_key is not distinct from ?2 and code is not distinct from ?3
    and account_id is not distinct from ?4 and is_family = ?5
  order by expires_on desc, suppression_id limit 1";

/// The family is that of the newest run.
const IN_FORCE_OVER_ISSUE: &str = "with recursive above as (
    select v.code, v.account_id, 0 as is_above from _issue_versions as v where v.issue_key = ?1
    union
    select b.code, a.parent_account_id, 1
    from above as b
    cross join _link_known_account as a
    where a.account_id = b.account_id and a.parent_account_id is not null
  )
  select min(s.suppression_id)
  from above as b
  cross join suppressions as s
  where s.code = b.code and s.account_id = b.account_id and (s.is_family = 1 or b.is_above = 0)
    and s.removed_at is null and s.expires_on >= ?2";

const IS_AN_ACCOUNT: &str = "select exists (select 1 from _account_versions where account_id = ?1)";

/// An account that no file has may still be the parent of some.
const IS_IN_A_FAMILY: &str =
    "select exists (select 1 from _account_versions where account_id = ?1 or parent_account_id = ?1)";

/// A version that a suppression made ends where the suppression does, so the index over the ends finds it.
const OPEN_AGAIN: &str = "select count(*)
  from _issue_versions as o
  cross join _issue_versions as n
  where o.valid_to > ?2 and o.valid_to <= ?3 and o.valid_to < 9223372036854775807
    and o.valid_from <= ?2 and o.suppressed_by = ?1
    and n.issue_key = o.issue_key and n.valid_from <= ?3 and ?3 < n.valid_to and n.suppressed_by is null";

const INSERT: &str =
    "insert into suppressions (issue_key, code, account_id, is_family, reason, owner, created_at, expires_on)
     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning suppression_id";

/// The statement behind every list of suppressions.
pub(super) fn standing() -> &'static str {
    files::SUPPRESSION[0].sql
}

impl Warehouse {
    /// Stores a decision, unless what it is about is unknown or one in force says the same.
    pub fn add_suppression(
        &self,
        decision: &Decision,
        today: &str,
        now: &str,
    ) -> Result<Added, WarehouseError> {
        let transaction = self.begin()?;
        if let Some(refusal) = refusal(&transaction, &decision.target, today)? {
            return Ok(refusal);
        }
        let also = match &decision.target {
            Target::Issue(key) => {
                transaction.query_row(IN_FORCE_OVER_ISSUE, [key.as_str(), today], |row| row.get(0))?
            }
            Target::CodeOnAccount { .. } | Target::CodeOnFamily { .. } => None,
        };
        let suppression_id = insert(&transaction, decision, now)?;
        transaction.commit()?;
        Ok(Added::Stored { suppression_id, also })
    }

    /// Ends a suppression. It stays stored, because runs refer to it.
    pub fn remove_suppression(&self, suppression_id: i64, now: &str) -> Result<Removed, WarehouseError> {
        let transaction = self.begin()?;
        let removed_at: Option<Option<String>> = transaction
            .query_row(
                "select removed_at from suppressions where suppression_id = ?1",
                [suppression_id],
                |row| row.get(0),
            )
            .optional()?;
        match removed_at {
            None => return Ok(Removed::Unknown),
            Some(Some(removed_at)) => return Ok(Removed::Before { removed_at }),
            Some(None) => {}
        }
        transaction.execute(
            "update suppressions set removed_at = ?2 where suppression_id = ?1",
            (suppression_id, now),
        )?;
        transaction.commit()?;
        Ok(Removed::Now)
    }

    /// Prepares the list of suppressions, those about to lapse first.
    pub fn suppressions(
        &self,
        as_of: &AsOf,
        is_for_terminal: bool,
        filters: &[Filter],
    ) -> Result<Rows<'_>, WarehouseError> {
        let columns = if is_for_terminal { SHORT_COLUMNS } else { COLUMNS };
        let given = [
            (":today", Value::Text(as_of.today.clone())),
            (":soon", Value::Text(as_of.soon.clone())),
            (":run_id", as_of.run_id.map_or(Value::Null, Value::Integer)),
        ];
        self.rows_with(&format!("{columns}\nfrom (\n{})", standing()), &given, filters, ORDER_BY, None)
    }

    /// Returns every suppression as of a day, in the order of their numbers.
    pub fn standing_suppressions(&self, as_of: &AsOf) -> Result<Vec<Standing>, WarehouseError> {
        let mut statement = self.connection.prepare(standing())?;
        let mut all: Vec<Standing> = statement
            .query_map(
                rusqlite::named_params! {
                    ":today": as_of.today,
                    ":soon": as_of.soon,
                    ":run_id": as_of.run_id,
                },
                |row| {
                    Ok(Standing {
                        suppression_id: row.get("suppression_id")?,
                        created_at: row.get("created_at")?,
                        target: row.get("target")?,
                        expires_on: row.get("expires_on")?,
                        state: closed(row, row.as_ref().column_index("state")?, SuppressionState::from_text)?,
                        issue_count: row.get("issue_count")?,
                    })
                },
            )?
            .collect::<Result<_, _>>()?;
        all.sort_by_key(|standing| standing.suppression_id);
        Ok(all)
    }

    /// Counts the issues that a suppression covered in one run and that nothing covers in a later one.
    pub fn open_again_count(
        &self,
        suppression_id: i64,
        old_run_id: i64,
        new_run_id: i64,
    ) -> Result<i64, WarehouseError> {
        Ok(self
            .connection
            .query_row(OPEN_AGAIN, (suppression_id, old_run_id, new_run_id), |row| row.get(0))?)
    }

    /// Calls `visit` with the key of every issue and finding that a run ever had.
    pub fn for_each_issue_key(&self, mut visit: impl FnMut(&str)) -> Result<(), WarehouseError> {
        let mut statement = self.connection.prepare("select distinct issue_key from _issue_versions")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(row.get_ref(0)?.as_str().unwrap_or_default());
        }
        Ok(())
    }
}

/// Stores a suppression and returns its number.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    decision: &Decision,
    now: &str,
) -> Result<i64, WarehouseError> {
    let Columns { key, code, account, is_family } = decision.target.columns();
    Ok(transaction.query_row(
        INSERT,
        (key, code, account, is_family, &decision.reason, &decision.owner, now, &decision.expires_on),
        |row| row.get(0),
    )?)
}

/// Why a decision is not stored, if it is not.
fn refusal(
    transaction: &Transaction<'_>,
    target: &Target,
    today: &str,
) -> Result<Option<Added>, WarehouseError> {
    let Columns { key, code, account, is_family } = target.columns();
    if let Some(key) = key
        && !exists(transaction, "select exists (select 1 from _issue_versions where issue_key = ?1)", key)?
    {
        return Ok(Some(Added::UnknownKey));
    }
    if let Some(account) = account
        && !exists(transaction, if is_family { IS_IN_A_FAMILY } else { IS_AN_ACCOUNT }, account)?
    {
        return Ok(Some(Added::UnknownAccount));
    }
    let covered = transaction
        .query_row(IN_FORCE_WITH_TARGET, (today, key, code, account, is_family), |row| {
            Ok(Added::Covered { suppression_id: row.get(0)?, expires_on: row.get(1)? })
        })
        .optional()?;
    Ok(covered)
}

fn exists(connection: &Session, sql: &str, value: &str) -> Result<bool, WarehouseError> {
    Ok(connection.query_row(sql, [value], |row| row.get(0))?)
}
