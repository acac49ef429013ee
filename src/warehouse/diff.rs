//! Comparing two runs: the issues of the one with those of the other, the records of their snapshots.
//!
//! Only what begins or ends between the two is looked at, so that neighbours are compared in milliseconds
//! however large the warehouse is.

use rusqlite::OptionalExtension;

use super::{
    Filter, Rows, RunRow, Value, Warehouse, WarehouseError,
    closed::closed,
    nouns::{FilterName, Noun, issue_by_account, issue_by_domain, issue_by_organization},
};
use crate::{
    catalog::files,
    model::{Collection, Family},
};

/// The two runs of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPair {
    /// The earlier run.
    pub old: RunRow,
    /// The later run.
    pub new: RunRow,
}

/// One code and whether both runs know its issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePair {
    /// The code.
    pub code: String,
    /// Drift or hygiene.
    pub family: Family,
    /// Why its issues cannot be compared; none if they can.
    pub obstacle: Option<String>,
}

/// One collection and whether both snapshots know its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectionPair {
    /// What one of its records is: `account`, `organization`, `user`, `membership`, `ticket`.
    pub kind: String,
    /// The collection.
    pub collection: Collection,
    /// Both were read to their end, or they are one and the same.
    pub is_comparable: bool,
    /// How far the earlier snapshot read it, and in brackets why not further.
    pub old_outcome: String,
    /// How far the later one did.
    pub new_outcome: String,
}

/// How many differences of one sort there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceCount {
    /// What became of the issue or record.
    pub change: String,
    /// What caused it, for issues; the kind, for records.
    pub of: Option<String>,
    /// How many.
    pub count: i64,
}

/// A condition that holds if a list of one of the two runs would show the issue under it.
macro_rules! in_either_run {
    ($condition:ident) => {
        concat!(
            "exists (
    select 1
    from (
      select e.run_id as run_id, v.account_id as account_id, v.organization_id as organization_id,
        v.domain as domain, v.evidence as evidence
      from runs as e
      cross join _issue_versions as v
      where e.run_id in (d.previous_run_id, d.run_id) and v.issue_key = d.issue_key
        and v.valid_from <= e.run_id and e.run_id < v.valid_to
    ) as d
    where ",
            $condition!(),
            ")"
        )
    };
}

const FILTERS: &[(FilterName, &str)] = &[
    (FilterName::Account, in_either_run!(issue_by_account)),
    (FilterName::OrgId, in_either_run!(issue_by_organization)),
    (FilterName::Domain, in_either_run!(issue_by_domain)),
    (FilterName::Code, "d.code = ?"),
    (FilterName::Severity, "d.severity = ?"),
];

const ORDER: &str = "order by
  case d.change when 'new' then 1 when 'reopened' then 2 when 'changed' then 3 when 'resolved' then 4 else 5 end,
  case d.severity when 'critical' then 1 when 'high' then 2 when 'medium' then 3 else 4 end, d.issue_key";

/// The issues that differ.
pub const ISSUES: Noun = Noun {
    name: "issues",
    select: "select d.previous_run_id, d.run_id, d.change, d.issue_key, d.code, d.family, d.severity, d.account_id,
  d.account_name, d.organization_id, d.domain, d.disposition, d.changed_columns, d.old_values, d.new_values, d.why,
  d.cause, d.is_rule_changed, d.url
from difference as d",
    filters: FILTERS,
    order_by: ORDER,
};

/// The issues that differ, with the columns that fit a terminal.
pub const ISSUES_SHORT: Noun = Noun {
    name: "issues",
    select: "select d.change, d.severity, d.issue_key, d.account_name, coalesce(d.what_changed, d.why) as what, d.cause, d.url
from difference as d",
    filters: FILTERS,
    order_by: ORDER,
};

/// Leaves out hygiene.
pub fn only_drift() -> Filter {
    Filter { condition: "d.family = ?", value: Value::Text("drift".to_owned()) }
}

/// The records that differ.
pub const RECORDS: &str =
    "select d.kind, d.record_id, d.change, d.column_name, d.old_value, d.new_value, d.url
from difference as d";

const RECORD_ORDER: &str = "order by
  case d.kind when 'account_settings' then 0 when 'account' then 1 when 'organization' then 2 when 'user' then 3 when 'membership' then 4 else 5 end,
  case d.change when 'appeared' then 1 when 'changed' then 2 when 'vanished' then 3 else 4 end,
  cast(d.record_id as integer), d.record_id, d.column_name, d.old_value, d.new_value";

/// A collection that cannot be compared has one row: its records are neither there nor gone.
const UNKNOWN_COLLECTIONS: &str =
    "select c.kind, null, 'not_comparable', null, c.old_outcome, c.new_outcome, null
from collection as c
where c.is_comparable = 0";

/// The kind of the settings of the Zendesk account. They are no collection and can always be compared.
pub const ACCOUNT_SETTINGS: &str = "account_settings";

/// The statements that compare the records of each kind.
const KINDS: &[(&str, &[&str])] = &[
    (ACCOUNT_SETTINGS, &["account_settings"]),
    ("account", &["accounts", "account_domains"]),
    ("organization", &["organizations", "organization_domains"]),
    ("user", &["users"]),
    ("membership", &["memberships"]),
    ("ticket", &["tickets"]),
];

/// A statement of `queries/diff/`.
fn text(stem: &str) -> &'static str {
    files::DIFF.iter().find(|file| file.stem == stem).expect("the statements are in the catalog").sql
}

/// The issues that differ, as a table `difference` for what follows.
pub fn issues_sql() -> String {
    format!("with difference as (\n{}\n)\n", text("issues"))
}

/// The records of some kinds that differ, as a table `difference` for what follows.
pub fn records_sql(kinds: &[&str]) -> String {
    let pairs = KINDS
        .iter()
        .filter(|(kind, _)| kinds.contains(kind))
        .flat_map(|&(_, stems)| stems)
        .map(|stem| {
            format!(
                "select p.kind, p.record_id, p.old_label, p.new_label, p.old_record, p.new_record, p.path
from (\n{}\n) as p",
                text(stem)
            )
        })
        .collect::<Vec<_>>()
        .join("\nunion all\n");
    format!(
        "with record_pair as (\n{pairs}\n),\ncollection as (\n{}\n),\ndifference as (\n{}\nunion all\n{}\n)\n",
        text("collections"),
        text("records"),
        UNKNOWN_COLLECTIONS
    )
}

impl RunPair {
    fn parameters(&self) -> [(&'static str, Value); 6] {
        [
            (":old_run_id", self.old.run_id),
            (":new_run_id", self.new.run_id),
            (":old_salesforce", self.old.salesforce_snapshot_id),
            (":new_salesforce", self.new.salesforce_snapshot_id),
            (":old_zendesk", self.old.zendesk_snapshot_id),
            (":new_zendesk", self.new.zendesk_snapshot_id),
        ]
        .map(|(name, value)| (name, Value::Integer(value)))
    }

    /// Whether both runs are of the same snapshots.
    pub fn is_same_records(&self) -> bool {
        self.old.salesforce_snapshot_id == self.new.salesforce_snapshot_id
            && self.old.zendesk_snapshot_id == self.new.zendesk_snapshot_id
    }
}

impl Warehouse {
    /// Returns every code that one of the runs knows.
    pub fn compared_codes(&self, pair: &RunPair) -> Result<Vec<CodePair>, WarehouseError> {
        let mut statement = self.connection.prepare(
            "select c.code, c.family, c.why from _run_pair_codes as c
             where c.old_run_id = ?1 and c.new_run_id = ?2 order by c.family, c.code",
        )?;
        let codes = statement
            .query_map((pair.old.run_id, pair.new.run_id), |row| {
                Ok(CodePair {
                    code: row.get(0)?,
                    family: closed(row, 1, Family::from_text)?,
                    obstacle: row.get(2)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(codes)
    }

    /// Returns every collection.
    pub fn compared_collections(&self, pair: &RunPair) -> Result<Vec<CollectionPair>, WarehouseError> {
        let mut statement = self.connection.prepare(text("collections"))?;
        let collections = statement
            .query_map(&[(":old_run_id", &pair.old.run_id), (":new_run_id", &pair.new.run_id)], |row| {
                Ok(CollectionPair {
                    kind: row.get(0)?,
                    collection: closed(row, 1, Collection::from_text)?,
                    is_comparable: row.get(2)?,
                    old_outcome: row.get(3)?,
                    new_outcome: row.get(4)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(collections)
    }

    /// Returns whether one user may belong to several organizations, as the earlier and the later snapshot of
    /// Zendesk have it (`allowed`, `not_allowed`, `unknown`), if that differs.
    pub fn changed_multiple_organizations(
        &self,
        pair: &RunPair,
    ) -> Result<Option<(String, String)>, WarehouseError> {
        let changed = self.connection.query_row(
            "select o.multiple_organizations, n.multiple_organizations from snapshots as o cross join snapshots as n
             where o.snapshot_id = ?1 and n.snapshot_id = ?2 and o.multiple_organizations <> n.multiple_organizations",
            (pair.old.zendesk_snapshot_id, pair.new.zendesk_snapshot_id),
            |row| Ok((row.get(0)?, row.get(1)?)),
        );
        Ok(changed.optional()?)
    }

    /// Prepares the issues that differ.
    pub fn issue_differences(
        &self,
        pair: &RunPair,
        noun: &Noun,
        filters: &[Filter],
        limit: Option<u64>,
    ) -> Result<Rows<'_>, WarehouseError> {
        let sql = issues_sql() + noun.select;
        self.rows_with(&sql, &pair.parameters(), filters, noun.order_by, limit)
    }

    /// Counts the issues that differ, by what became of them and why.
    pub fn issue_difference_counts(
        &self,
        pair: &RunPair,
        filters: &[Filter],
    ) -> Result<Vec<DifferenceCount>, WarehouseError> {
        let sql = issues_sql() + "select d.change, d.cause, count(*) from difference as d";
        counts(self.rows_with(&sql, &pair.parameters(), filters, "group by d.change, d.cause", None)?)
    }

    /// Prepares the records that differ: of the kinds that can be compared, and of one kind alone if it is
    /// named. A collection that cannot be compared has one row that says so.
    pub fn record_differences(
        &self,
        pair: &RunPair,
        comparable: &[&str],
        only: Option<&str>,
        limit: Option<u64>,
    ) -> Result<Rows<'_>, WarehouseError> {
        let sql = records_sql(comparable) + RECORDS;
        self.rows_with(&sql, &pair.parameters(), &of_kind(only), RECORD_ORDER, limit)
    }

    /// Counts the records that differ: one that changed in three columns counts once.
    pub fn record_difference_counts(
        &self,
        pair: &RunPair,
        comparable: &[&str],
        only: Option<&str>,
    ) -> Result<Vec<DifferenceCount>, WarehouseError> {
        let sql = records_sql(comparable)
            + "select d.change, d.kind, count(distinct coalesce(d.record_id, '')) from difference as d";
        let order = "group by d.change, d.kind";
        counts(self.rows_with(&sql, &pair.parameters(), &of_kind(only), order, None)?)
    }
}

fn of_kind(only: Option<&str>) -> Vec<Filter> {
    only.map(|kind| Filter { condition: "d.kind = ?", value: Value::Text(kind.to_owned()) })
        .into_iter()
        .collect()
}

fn counts(rows: Rows<'_>) -> Result<Vec<DifferenceCount>, WarehouseError> {
    Ok(rows
        .collect()?
        .into_iter()
        .filter_map(|row| match <[Value; 3]>::try_from(row) {
            Ok([Value::Text(change), of, Value::Integer(count)]) => {
                let of = if let Value::Text(of) = of { Some(of) } else { None };
                Some(DifferenceCount { change, of, count })
            }
            _ => None,
        })
        .collect())
}
