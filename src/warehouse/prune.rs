//! History that goes: the newest snapshot, as if it had never been read, or what is older than anybody needs.
//!
//! Versions say from which snapshot (or run) on they hold and with which one they end. Where snapshots go at one end of
//! history, versions that no kept one lies in go with them, and those that reach beyond begin, or end, there.

use rusqlite::OptionalExtension;

use super::{
    OPEN, Warehouse, WarehouseError, changes, figures, kept_links, lines, predictions,
    runs::{self, RunRow},
    session::Session,
};
use crate::catalog::files;

/// Row versions by snapshot of the accounts, and of Zendesk's records.
const OF_ACCOUNTS: [&str; 3] = ["_account_versions", "_account_domain_versions", "_account_merge_versions"];
const OF_RECORDS: [&str; 6] = [
    "_organization_versions",
    "_organization_domain_versions",
    "_organization_key_versions",
    "_user_versions",
    "_membership_versions",
    "_ticket_versions",
];

/// Row versions by run, without those of issues.
const OF_RUNS: [&str; 2] = ["_link_versions", "_triage_versions"];

/// What a snapshot stores besides; itself last.
const OF_SNAPSHOTS: [&str; 8] = [
    "_unread_domains",
    "_unread_organizations",
    "_unread_names",
    "_unread_accounts",
    "ingest_rejections",
    "ingest_warnings",
    "snapshot_collections",
    "snapshots",
];

/// Why a snapshot stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// The journal has an apply of a plan on one of its runs: receipts stay.
    Applied {
        /// The plan.
        plan_id: i64,
    },
    /// People decided on it, and there is no earlier run that their words could be about.
    Decided,
}

/// What goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Snapshots.
    pub snapshot_ids: Vec<i64>,
    /// Runs.
    pub run_ids: Vec<i64>,
    /// Plans that nobody applied.
    pub plan_ids: Vec<i64>,
    /// Row versions.
    pub version_count: u64,
}

impl Warehouse {
    /// Returns the newest snapshot and when it was taken.
    ///
    /// # Errors
    /// SQLite.
    pub fn newest_snapshot(&self) -> Result<Option<(i64, String)>, WarehouseError> {
        let newest = "select snapshot_id, taken_at from snapshots order by snapshot_id desc limit 1";
        Ok(self.connection.query_row(newest, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Rewrites the file, so that it is as small as what it holds.
    ///
    /// # Errors
    /// The disk, which needs room for a second copy of the file.
    pub fn shrink(&self) -> Result<(), WarehouseError> {
        Ok(self.connection.execute_batch("vacuum")?)
    }
}

/// Why the newest snapshot may not go; none: it may.
///
/// # Errors
/// SQLite.
pub fn why_it_stays(connection: &Session, snapshot_id: i64) -> Result<Option<Stays>, WarehouseError> {
    let applied = connection.query_row(
        "select min(e.plan_id)
             from apply_events as e
             cross join _plans as p
             cross join runs as r
             where p.plan_id = e.plan_id and r.run_id = p.run_id
               and ?1 in (r.salesforce_snapshot_id, r.zendesk_snapshot_id)",
        [snapshot_id],
        |row| row.get::<_, Option<i64>>(0),
    )?;
    if let Some(plan_id) = applied {
        return Ok(Some(Stays::Applied { plan_id }));
    }
    let runs = runs_of(connection, snapshot_id)?;
    let is_decided = runs.iter().try_fold(false, |is_decided, run_id| {
        let here = connection.prepare("select 1 from _decisions where run_id = ?1")?.exists([run_id])?;
        Ok::<bool, WarehouseError>(is_decided || here)
    })?;
    let has_earlier = connection
        .prepare("select 1 from runs where ?1 not in (salesforce_snapshot_id, zendesk_snapshot_id)")?
        .exists([snapshot_id])?;
    Ok((is_decided && !has_earlier).then_some(Stays::Decided))
}

/// The runs of a snapshot, the newest first.
fn runs_of(connection: &Session, snapshot_id: i64) -> Result<Vec<i64>, WarehouseError> {
    Ok(connection
        .prepare(
            "select run_id from runs where ?1 in (salesforce_snapshot_id, zendesk_snapshot_id) order by run_id desc",
        )?
        .query_map([snapshot_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Takes back the newest snapshot of all and its runs. Versions that they began go, versions that they ended hold again.
/// Returns what went, and the run that is now the newest.
///
/// # Errors
/// SQLite.
pub fn take_back_newest(
    connection: &Session,
    snapshot_id: i64,
) -> Result<(Pruned, Option<RunRow>), WarehouseError> {
    let mut pruned = Pruned { snapshot_ids: vec![snapshot_id], ..Pruned::default() };
    kept_links::forget(connection)?;
    lines::forget(connection)?;
    for run_id in runs_of(connection, snapshot_id)? {
        // Nothing comes after it: later runs went before.
        changes::forget_from(connection, run_id)?;
        pruned.plan_ids.extend(drop_plans(connection, run_id)?);
        connection.execute(
            "update _decisions set run_id = (select max(r.run_id) from runs as r where r.run_id < ?1) where run_id = ?1",
            [run_id],
        )?;
        for table in OF_RUNS {
            pruned.version_count += take_back(connection, table, run_id)?;
        }
        pruned.version_count += take_back(connection, "_issue_versions", run_id)?;
        connection.execute(
            &format!("update _issue_versions set close_reason = null where valid_to = {OPEN}"),
            [],
        )?;
        connection.execute("delete from run_coverage where run_id = ?1", [run_id])?;
        figures::forget(connection, run_id, run_id)?;
        connection.execute("delete from runs where run_id = ?1", [run_id])?;
        pruned.run_ids.push(run_id);
    }
    for table in OF_ACCOUNTS.into_iter().chain(OF_RECORDS) {
        pruned.version_count += take_back(connection, table, snapshot_id)?;
    }
    for table in OF_SNAPSHOTS {
        connection.execute(&format!("delete from {table} where snapshot_id = ?1"), [snapshot_id])?;
    }
    Ok((pruned, runs::newest(connection)?))
}

fn take_back(connection: &Session, table: &str, place: i64) -> Result<u64, WarehouseError> {
    let gone = connection.execute(&format!("delete from {table} where valid_from = ?1"), [place])?;
    connection.execute(&format!("update {table} set valid_to = {OPEN} where valid_to = ?1"), [place])?;
    Ok(gone as u64)
}

/// Removes the plans of a run, which no journal names. Triggers keep plans as they are; they stand aside for this alone,
/// inside the transaction.
fn drop_plans(connection: &Session, run_id: i64) -> Result<Vec<i64>, WarehouseError> {
    let plans: Vec<i64> = connection
        .prepare("select plan_id from _plans where run_id = ?1 order by plan_id")?
        .query_map([run_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if plans.is_empty() {
        return Ok(plans);
    }
    let mut texts = Vec::new();
    for name in ["_plans_delete", "_plan_actions_delete"] {
        let text: String = connection.query_row(
            "select sql from sqlite_schema where type = 'trigger' and name = ?1",
            [name],
            |row| row.get(0),
        )?;
        connection.execute_batch(&format!("drop trigger {name}"))?;
        texts.push(text);
    }
    for plan_id in &plans {
        predictions::forget(connection, *plan_id)?;
        connection.execute("delete from plan_actions where plan_id = ?1", [plan_id])?;
        connection.execute("delete from _plans where plan_id = ?1", [plan_id])?;
    }
    for text in texts {
        connection.execute_batch(&text)?;
    }
    Ok(plans)
}

/// Makes the views of the newest run show none.
///
/// # Errors
/// SQLite.
pub fn empty_links(connection: &Session) -> Result<(), WarehouseError> {
    connection.execute("delete from _run_context", [])?;
    for file in files::LINK {
        connection.execute(&format!("delete from _{}", file.stem), [])?;
    }
    Ok(())
}

/// The first run that stays where what is older than a day goes: the first one from that day on, and never one after a
/// run that a plan, a receipt or a decision names. None: nothing goes.
///
/// # Errors
/// SQLite.
pub fn first_kept_run(connection: &Session, since: &str) -> Result<Option<i64>, WarehouseError> {
    Ok(connection.query_row(
        "select min(k.run_id)
         from (
           select r.run_id from runs as r where r.as_of >= ?1
           union all select max(r.run_id) from runs as r
           union all select p.run_id from _plans as p
           union all select d.run_id from _decisions as d
         ) as k",
        [since],
        |row| row.get(0),
    )?)
}

/// Folds everything before a run: earlier runs and snapshots go, and what reached into the kept ones begins there.
///
/// # Errors
/// SQLite.
pub fn fold_before(connection: &Session, run_id: i64) -> Result<Pruned, WarehouseError> {
    let (accounts, records): (i64, i64) = connection.query_row(
        "select min(salesforce_snapshot_id), min(zendesk_snapshot_id) from runs where run_id >= ?1",
        [run_id],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let ids = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| -> Result<Vec<i64>, WarehouseError> {
        Ok(connection.prepare(sql)?.query_map(parameters, |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    let mut pruned = Pruned {
        run_ids: ids("select run_id from runs where run_id < ?1 order by run_id", &[&run_id])?,
        snapshot_ids: ids(
            "select snapshot_id from snapshots
             where snapshot_id < case source when 'salesforce' then ?1 else ?2 end order by snapshot_id",
            &[&accounts, &records],
        )?,
        ..Pruned::default()
    };
    for (tables, first) in [(&OF_ACCOUNTS[..], accounts), (&OF_RECORDS[..], records), (&OF_RUNS[..], run_id)]
    {
        for table in tables {
            pruned.version_count += fold(connection, table, first)?;
        }
    }
    connection
        .execute("update _triage_versions set first_seen_run = ?1 where first_seen_run < ?1", [run_id])?;
    pruned.version_count += fold_issues(connection, run_id)?;
    kept_links::forget(connection)?;
    // What stays said before what it says now, so it is kept as it is.
    connection.execute("delete from _issue_changes where run_id < ?1 or previous_run_id < ?1", [run_id])?;
    connection.execute("delete from run_coverage where run_id < ?1", [run_id])?;
    figures::forget(connection, 0, run_id - 1)?;
    connection
        .execute("update run_coverage set previous_run_id = null where previous_run_id < ?1", [run_id])?;
    // They count from the first run that is left.
    connection.execute(
        "update run_coverage set evaluation_number = (
           select count(*) from run_coverage as k
           where k.code = run_coverage.code and k.is_evaluated = 1 and k.run_id <= run_coverage.run_id)
         where is_evaluated = 1",
        [],
    )?;
    connection.execute("delete from runs where run_id < ?1", [run_id])?;
    for snapshot_id in &pruned.snapshot_ids {
        for table in OF_SNAPSHOTS {
            connection.execute(&format!("delete from {table} where snapshot_id = ?1"), [snapshot_id])?;
        }
    }
    Ok(pruned)
}

fn fold(connection: &Session, table: &str, first: i64) -> Result<u64, WarehouseError> {
    let gone = connection.execute(&format!("delete from {table} where valid_to <= ?1"), [first])?;
    connection.execute(&format!("update {table} set valid_from = ?1 where valid_from < ?1"), [first])?;
    Ok(gone as u64)
}

/// Versions of issues begin and end at runs that evaluated their code, so each code has a first kept run of its own.
fn fold_issues(connection: &Session, run_id: i64) -> Result<u64, WarehouseError> {
    let first = "select min(k.run_id) from run_coverage as k
       where k.code = _issue_versions.code and k.is_evaluated = 1 and k.run_id >= ?1";
    let gone = connection.execute(
        &format!("delete from _issue_versions where valid_to <= coalesce(({first}), {OPEN})"),
        [run_id],
    )?;
    connection.execute(
        &format!(
            "update _issue_versions set valid_from = ({first}), is_same = 0 where valid_from < ({first})"
        ),
        [run_id],
    )?;
    Ok(gone as u64)
}
