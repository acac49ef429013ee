//! The audit of what changed: what the previous run found stays, and only what may differ is evaluated again.
//!
//! The texts of links and rules stay the only definition. Relations about accounts, organizations and domains are
//! rebuilt, the most expensive ones only where they may differ, and compared with those of the previous run. What
//! differs there, and the records that began or ended since, decide which users, memberships and tickets are in
//! question. The same texts then run over these alone: a temporary table under the name of the table that a text
//! reads holds the rows in question and hides the other.
//!
//! It may run only where nothing but records and suppressions can have changed since the previous run, and does not
//! where so much changed that looking at everything is done sooner.

mod inputs;
mod partly;
mod recheck;
mod sequence;
mod shape;
mod steps;

use std::collections::{BTreeSet, HashMap};

use rusqlite::{OptionalExtension, named_params};

use self::steps::{By, Part};
use super::{WarehouseError, issues, session::Session};
use crate::catalog::{self, Rule, files};

pub use inputs::{SETS, inputs};
pub use recheck::Recheck;

/// The relations that are sums over records, with what they sum and by what.
const SUMS: [(&str, &[Part], By); 2] = [
    (
        "link_domain_people",
        &[
            Part { table: "_user_versions", scanned: "scanned_user", by: "email_domain_id" },
            Part { table: "_ticket_versions", scanned: "scanned_ticket", by: "requester_domain_id" },
        ],
        By { relation: "link_domain_owner", key: "domain_id", newly: "newly_owned" },
    ),
    (
        "link_orphan_activity",
        &[
            Part { table: "_membership_versions", scanned: "scanned_membership", by: "organization_id" },
            Part { table: "_user_versions", scanned: "scanned_user", by: "default_organization_id" },
            Part { table: "_ticket_versions", scanned: "scanned_ticket", by: "organization_id" },
        ],
        By { relation: "link_orphan", key: "organization_id", newly: "newly_orphan" },
    ),
];

/// What of the context of a run may differ from that of the previous run.
const MAY_DIFFER: [&str; 5] =
    ["only_row", "run_id", "salesforce_snapshot_id", "zendesk_snapshot_id", "closed_ticket_cutoff"];

/// Of how many records one has a new version at most. With one changed record in seventeen, both kinds of audit were
/// measured to take as long, at ten and at a hundred thousand accounts.
const ONE_IN: i64 = 20;

/// So few new versions are followed whatever their share: small companies change by leaps.
const FEW: i64 = 1_000;

/// The previous run, whose links are still kept.
#[derive(Debug)]
pub struct Earlier {
    run_id: i64,
}

impl Earlier {
    /// The run.
    pub fn run_id(&self) -> i64 {
        self.run_id
    }
}

/// Returns the newest run, if its links are those that the warehouse keeps and it was made under the same rules.
/// Call it before the context of the next run is set.
pub fn earlier(connection: &Session, rules: &str) -> Result<Option<Earlier>, WarehouseError> {
    let run_id: Option<i64> = connection
        .query_row(
            "select b.run_id from _delta_base as b cross join _run_context as c
             where b.rules_digest = ?1 and c.run_id = b.run_id
               and b.run_id = (select max(r.run_id) from runs as r)",
            [rules],
            |row| row.get(0),
        )
        .optional()?;
    let Some(run_id) = run_id else { return Ok(None) };
    connection.execute_batch(
        "drop table if exists temp.earlier_context;
         create temp table earlier_context as select * from main._run_context",
    )?;
    Ok(Some(Earlier { run_id }))
}

/// Whether nothing but records and suppressions can differ from the previous run, and not too many of them. The context
/// of the run must be set.
pub fn is_possible(connection: &Session, earlier: &Earlier, rules: &[Rule]) -> Result<bool, WarehouseError> {
    let columns: Vec<String> = connection
        .prepare("select name from pragma_table_info('_run_context', 'main')")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let same = columns
        .iter()
        .filter(|column| !MAY_DIFFER.contains(&column.as_str()))
        .map(|column| format!(" and e.{column} is not distinct from c.{column}"))
        .collect::<Vec<_>>()
        .concat();
    let is_same_context: bool = connection.query_row(
        &format!(
            "select exists (
               select 1 from temp.earlier_context as e cross join main._run_context as c
               cross join snapshots as o cross join snapshots as n
               where e.salesforce_snapshot_id <= c.salesforce_snapshot_id
                 and e.zendesk_snapshot_id <= c.zendesk_snapshot_id
                 and (e.closed_ticket_cutoff is null) = (c.closed_ticket_cutoff is null)
                 and o.snapshot_id = e.zendesk_snapshot_id and n.snapshot_id = c.zendesk_snapshot_id
                 and o.source_identity is not distinct from n.source_identity{same})"
        ),
        [],
        |row| row.get(0),
    )?;
    connection.execute_batch("drop table temp.earlier_context")?;
    if !is_same_context {
        return Ok(false);
    }
    let evaluated: BTreeSet<(String, u32)> = connection
        .prepare("select code, rule_version from run_coverage where run_id = ?1 and is_evaluated = 1")?
        .query_map([earlier.run_id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    Ok(evaluated == rules.iter().map(|rule| (rule.code.to_owned(), rule.version)).collect()
        && is_worth_it(connection, earlier)?)
}

fn is_worth_it(connection: &Session, earlier: &Earlier) -> Result<bool, WarehouseError> {
    let (begun, records): (i64, i64) = connection.query_row(
        catalog::statement(files::DELTA, "changed_share"),
        named_params! { ":earlier_run_id": earlier.run_id },
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(begun <= FEW || begun <= records / ONE_IN)
}

/// Detects and stores what changed since the previous run. Returns how many issues the run has, by code.
pub fn detect(
    connection: &Session,
    run_id: i64,
    rules: &[Rule],
) -> Result<HashMap<String, i64>, WarehouseError> {
    forget_temporary(connection)?;
    connection.execute_batch(catalog::statement(files::DELTA, "create_sets"))?;
    let statements = steps::statements(connection, rules)?;
    issues::execute(connection, run_id, rules, &scopes(rules), statements)?;
    let counts = connection
        .prepare(catalog::statement(files::DELTA, "issue_counts"))?
        .query_map(named_params! { ":run_id": run_id }, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    forget_temporary(connection)?;
    connection.execute("update runs set is_delta = 1 where run_id = ?1", [run_id])?;
    Ok(counts)
}

/// How each code is evaluated again, as a JSON object.
fn scopes(rules: &[Rule]) -> String {
    let scopes = rules.iter().map(|rule| (rule.code.to_owned(), inputs::Scope::of(rule).as_str().into()));
    serde_json::Value::Object(scopes.collect()).to_string()
}

/// Drops the temporary tables of an audit, so that none hides a table of the warehouse.
fn forget_temporary(connection: &Session) -> Result<(), WarehouseError> {
    let all: Vec<(String, String)> = connection
        .prepare(
            "select type, name from sqlite_temp_schema where type in ('view', 'table') order by type desc",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (kind, name) in all {
        connection.execute_batch(&format!("drop {kind} temp.\"{name}\""))?;
    }
    Ok(())
}
