//! What an audit would find if all repairs of a plan were made.
//!
//! The records are changed as Zendesk would change them, in a snapshot of their own, inside a transaction that is rolled
//! back, and an audit of the changes runs over that, or one of everything where there can be none. So it speaks with the
//! same rules, and nothing of it stays.

use rusqlite::named_params;

use super::{OPEN, RunRow, Session, Warehouse, WarehouseError, delta, issues, rule_set};
use crate::catalog::{self, Rule, files};
use crate::model::plan::{PlannedAction, PlannedRepair};

/// An issue that would come or go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeseenIssue {
    /// Its key.
    pub issue_key: String,
    /// Its code.
    pub code: String,
}

/// What would be different, of the codes that the run evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// Issues that would be gone.
    pub vanishing: Vec<ForeseenIssue>,
    /// Issues that would be there as well.
    pub appearing: Vec<ForeseenIssue>,
}

impl Warehouse {
    /// Returns what would be different if all repairs were made, in their order; none where the run is not the newest
    /// one: the relations behind the rules are about that.
    pub fn foresee(
        &self,
        run: &RunRow,
        actions: &[PlannedAction],
    ) -> Result<Option<Foreseen>, WarehouseError> {
        if self.run(None)?.is_none_or(|newest| newest.run_id != run.run_id) {
            return Ok(None);
        }
        let transaction = self.begin()?;
        let rules = evaluated(&transaction, run.run_id)?;
        let today = run.started_at.get(..10).unwrap_or_default();
        let digest = rule_set::rule_set(&transaction, &run.options, today)?.unsuppressed;
        let earlier = delta::earlier(&transaction, &digest)?;
        let snapshot_id = repaired(&transaction, run.zendesk_snapshot_id, actions)?;
        transaction.prepare(sql("insert_run"))?.execute(named_params! {
            ":run_id": run.run_id,
            ":snapshot_id": snapshot_id,
        })?;
        transaction.execute(
            "update _run_context set run_id = ?1, zendesk_snapshot_id = ?2",
            [run.run_id + 1, snapshot_id],
        )?;
        let is_delta = match &earlier {
            Some(earlier) => delta::is_possible(&transaction, earlier, &rules)?,
            None => false,
        };
        if is_delta {
            delta::detect(&transaction, run.run_id + 1, &rules)?;
        } else {
            issues::detect(&transaction, run.run_id + 1, &rules)?;
        }
        let foreseen = differences(&transaction, run.run_id)?;
        // Dropped without a commit: nothing of it was.
        drop(transaction);
        Ok(Some(foreseen))
    }
}

fn sql(stem: &str) -> &'static str {
    catalog::statement(files::WHAT_IF, stem)
}

/// The rules that the run evaluated.
fn evaluated(connection: &Session, run_id: i64) -> Result<Vec<Rule>, WarehouseError> {
    let mut statement =
        connection.prepare("select code from run_coverage where run_id = ?1 and is_evaluated = 1")?;
    let codes: Vec<String> = statement.query_map([run_id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(catalog::rules().into_iter().filter(|rule| codes.iter().any(|code| code == rule.code)).collect())
}

/// Makes a snapshot of the records as all repairs would leave them, and returns its number.
fn repaired(
    connection: &Session,
    snapshot_id: i64,
    actions: &[PlannedAction],
) -> Result<i64, WarehouseError> {
    let domains: Vec<&str> = actions
        .iter()
        .filter(|action| matches!(action.repair, PlannedRepair::AddOrgDomain(_)))
        .filter_map(|action| action.domain.as_deref())
        .collect();
    connection.execute_batch("drop table if exists temp.domain_user")?;
    connection.execute_batch(sql("create_domain_users"))?;
    connection
        .prepare(sql("fill_domain_users"))?
        .execute(named_params! { ":domains": serde_json::json!(domains).to_string() })?;
    let snapshot_id: i64 = connection.query_row(
        sql("insert_snapshot"),
        named_params! { ":snapshot_id": snapshot_id },
        |row| row.get(0),
    )?;
    let users = Versions::of(connection, "_user_versions", "user_id")?;
    let memberships = Versions::of(connection, "_membership_versions", "user_id")?;
    let organizations = Versions::of(connection, "_organization_versions", "organization_id")?;
    for action in actions {
        match &action.repair {
            PlannedRepair::SetOrgExternalId(_) => {
                organizations.begin(connection, action.organization_id.0, snapshot_id)?;
            }
            PlannedRepair::AddOrgDomain(_) => {
                for user_id in users_of(connection, action.domain.as_deref())? {
                    users.begin(connection, user_id, snapshot_id)?;
                }
            }
            PlannedRepair::AssignUserToOrg(_) | PlannedRepair::MoveUserToOrg(_) => {
                if let Some(user_id) = action.user_id {
                    users.begin(connection, user_id.0, snapshot_id)?;
                    memberships.begin(connection, user_id.0, snapshot_id)?;
                }
            }
        }
        repair(connection, action, snapshot_id)?;
    }
    connection.execute_batch("drop table temp.domain_user")?;
    Ok(snapshot_id)
}

/// Those whom a domain may pull in.
fn users_of(connection: &Session, domain: Option<&str>) -> Result<Vec<i64>, WarehouseError> {
    let mut statement = connection.prepare_cached(
        "select w.user_id from _domains as d cross join temp.domain_user as w
         where d.domain = ?1 and w.domain_id = d.domain_id",
    )?;
    let users = statement.query_map([domain], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(users)
}

/// The statements by which versions of records end with the snapshot before and begin again with this one, so that an
/// audit of the changes sees which may differ.
struct Versions {
    end: String,
    begin: String,
}

impl Versions {
    /// Of a table, by the column that names a record.
    fn of(connection: &Session, table: &str, key: &str) -> Result<Self, WarehouseError> {
        let columns: Vec<String> = connection
            .prepare("select name from pragma_table_info(?1, 'main') order by cid")?
            .query_map([table], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let begun: Vec<String> = columns
            .iter()
            .map(|column| match column.as_str() {
                "valid_from" => "?2".to_owned(),
                "valid_to" => OPEN.to_string(),
                column => column.to_owned(),
            })
            .collect();
        let (columns, begun) = (columns.join(", "), begun.join(", "));
        Ok(Self {
            end: format!(
                "update {table} set valid_to = ?2 where {key} = ?1 and valid_to = {OPEN} and valid_from < ?2"
            ),
            // One that has begun again already stays as it is.
            begin: format!(
                "insert or ignore into {table} ({columns}) select {begun} from {table}
                 where {key} = ?1 and valid_to = ?2"
            ),
        })
    }

    fn begin(&self, connection: &Session, id: i64, snapshot_id: i64) -> Result<(), WarehouseError> {
        for sql in [&self.end, &self.begin] {
            connection.prepare_cached(sql)?.execute([id, snapshot_id])?;
        }
        Ok(())
    }
}

/// Changes the records that are in force as one repair would.
fn repair(connection: &Session, action: &PlannedAction, snapshot_id: i64) -> Result<(), WarehouseError> {
    let user_id = action.user_id.map(|id| id.0);
    let external_id = match &action.repair {
        PlannedRepair::SetOrgExternalId(parts) => Some(parts.new_value.external_id.as_str()),
        _ => None,
    };
    let stems: &[&str] = match &action.repair {
        PlannedRepair::SetOrgExternalId(_) => &["set_external_id"],
        PlannedRepair::AddOrgDomain(_) => &["add_domain", "pull_in_defaults", "pull_in"],
        PlannedRepair::AssignUserToOrg(_) => &["assign_default", "assign"],
        PlannedRepair::MoveUserToOrg(_) => &["move_default", "move_user"],
    };
    for stem in stems {
        let mut statement = connection.prepare_cached(sql(stem))?;
        let values: [(&str, &dyn rusqlite::ToSql); 5] = [
            (":organization_id", &action.organization_id.0),
            (":user_id", &user_id),
            (":domain", &action.domain),
            (":external_id", &external_id),
            (":snapshot_id", &snapshot_id),
        ];
        for (name, value) in values {
            if let Some(at) = statement.parameter_index(name)? {
                statement.raw_bind_parameter(at, value)?;
            }
        }
        statement.raw_execute()?;
    }
    Ok(())
}

fn differences(connection: &Session, run_id: i64) -> Result<Foreseen, WarehouseError> {
    let mut foreseen = Foreseen::default();
    let mut statement = connection.prepare(sql("differences"))?;
    let mut rows = statement.query(named_params! { ":run_id": run_id })?;
    while let Some(row) = rows.next()? {
        let issue = ForeseenIssue { issue_key: row.get(0)?, code: row.get(1)? };
        if row.get(2)? { foreseen.appearing.push(issue) } else { foreseen.vanishing.push(issue) }
    }
    Ok(foreseen)
}
