//! The rows of a workbook: what its sheets show of one run.

use rusqlite::{Connection, OpenFlags, OptionalExtension, named_params};

use super::{
    Rows, Value, Warehouse, WarehouseError,
    connect::{common_flags, harden},
    session::Session,
};
use crate::catalog::{self, files};

/// A sheet that is a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetRows {
    /// The triage rows.
    Accounts,
    /// One row per issue.
    Issues,
    /// The records that issues hang on.
    Causes,
    /// The repairs of a plan.
    Plan {
        /// Which one.
        plan_id: i64,
    },
    /// The repairs that a plan could take.
    Prepared,
    /// What is wrong in itself.
    DataToFix,
}

/// Page cache of a connection that reads sheets, in KiB (negative: SQLite's way to say KiB). There are two of them, and
/// what is sorted comes on top.
const SHEET_CACHE_SIZE: i64 = -16_000;

/// Which rows of a run are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'s> {
    /// The run.
    pub run_id: i64,
    /// Only accounts of this owner, by the whole name; empty: those without one.
    pub owner: Option<&'s str>,
    /// Names and addresses of users are left out.
    pub is_redacted: bool,
}

/// The newest plan of a run, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanOfRun {
    /// Its number.
    pub plan_id: i64,
    /// 64 hexadecimal digits.
    pub plan_hash: String,
    /// What a view says of it: ready, applied and so on.
    pub state: String,
    /// Repairs that it makes.
    pub planned_count: i64,
    /// Repairs that are left for another batch.
    pub deferred_count: i64,
    /// Issues without a repair.
    pub refused_count: i64,
}

/// What a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfRun {
    /// When the accounts were read, ISO-8601 UTC.
    pub accounts_taken_at: String,
    /// When the records of Zendesk were read, ISO-8601 UTC.
    pub records_taken_at: String,
    /// The Zendesk account, as `subdomain/account_id`; none: it is not known.
    pub source_identity: Option<String>,
}

const OF_RUN: &str = "select x.taken_at, z.taken_at, z.source_identity
     from runs as r
     cross join snapshots as x
     cross join snapshots as z
     where r.run_id = :run_id and x.snapshot_id = r.salesforce_snapshot_id and z.snapshot_id = r.zendesk_snapshot_id";

const NEWEST_PLAN: &str = "select p.plan_id, p.plan_hash, p.state,
       (select count(*) from plan_actions as a where a.plan_id = p.plan_id and a.status = 'planned'),
       (select count(*) from plan_actions as a where a.plan_id = p.plan_id and a.status = 'deferred'),
       (select count(*) from plan_actions as a where a.plan_id = p.plan_id and a.status = 'refused')
     from plans as p
     where p.plan_id = (select max(m.plan_id) from _plans as m where m.run_id = :run_id)";

fn sql(stem: &str) -> &'static str {
    catalog::statement(files::WORKBOOK, stem)
}

impl Warehouse {
    /// Opens the file once more, for another thread that reads sheets. This one has checked it already, and has rolled
    /// back what a killed command left.
    pub fn sheet_reader(&self) -> Result<Self, WarehouseError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | common_flags();
        let connection = Connection::open_with_flags(&self.path, flags)?;
        harden(&connection)?;
        connection.pragma_update(None, "cache_size", SHEET_CACHE_SIZE)?;
        Ok(Self {
            connection: Session::new(connection),
            path: self.path.clone(),
            copy: None,
            added: Vec::new(),
            _lock: None,
        })
    }

    /// Prepares the rows of a sheet, in their order.
    pub fn sheet_rows(&self, sheet: SheetRows, scope: &Scope<'_>) -> Result<Rows<'_>, WarehouseError> {
        let (stem, plan_id) = match sheet {
            SheetRows::Accounts => ("accounts", None),
            SheetRows::Issues => ("issues", None),
            SheetRows::Causes => ("causes", None),
            SheetRows::Plan { plan_id } => ("plan", Some(plan_id)),
            SheetRows::Prepared => ("prepared", None),
            SheetRows::DataToFix => ("data_to_fix", None),
        };
        let own = [
            (":run_id", Value::Integer(scope.run_id)),
            (":plan_id", plan_id.map_or(Value::Null, Value::Integer)),
            (":owner", scope.owner.map_or(Value::Null, |owner| Value::Text(owner.to_owned()))),
            (":is_redacted", Value::Integer(scope.is_redacted.into())),
        ];
        self.rows_with(sql(stem), &own, &[], "", None)
    }

    /// Returns the owners of accounts with issues in a run, by name; empty: accounts without one.
    pub fn owners_with_issues(&self, run_id: i64) -> Result<Vec<String>, WarehouseError> {
        let mut statement = self.connection.prepare(sql("owners"))?;
        let owners = statement
            .query_map(named_params! { ":run_id": run_id }, |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(owners)
    }

    /// Counts the accounts of an owner: all that were read, and those with an unsuppressed issue.
    pub fn owner_totals(&self, run_id: i64, owner: &str) -> Result<(i64, i64), WarehouseError> {
        Ok(self.connection.query_row(
            sql("owner_totals"),
            named_params! { ":run_id": run_id, ":owner": owner },
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
    }

    /// Returns of which account and which times the snapshots of a run are.
    pub fn of_run(&self, run_id: i64) -> Result<OfRun, WarehouseError> {
        Ok(self.connection.query_row(OF_RUN, named_params! { ":run_id": run_id }, |row| {
            Ok(OfRun {
                accounts_taken_at: row.get(0)?,
                records_taken_at: row.get(1)?,
                source_identity: row.get(2)?,
            })
        })?)
    }

    /// Returns the newest plan of a run.
    pub fn plan_of_run(&self, run_id: i64) -> Result<Option<PlanOfRun>, WarehouseError> {
        Ok(self
            .connection
            .query_row(NEWEST_PLAN, named_params! { ":run_id": run_id }, |row| {
                Ok(PlanOfRun {
                    plan_id: row.get(0)?,
                    plan_hash: row.get(1)?,
                    state: row.get(2)?,
                    planned_count: row.get(3)?,
                    deferred_count: row.get(4)?,
                    refused_count: row.get(5)?,
                })
            })
            .optional()?)
    }
}
