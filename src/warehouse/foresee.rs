//! What an audit would find if all repairs of a plan were made.
//!
//! The records are changed as Zendesk would change them, inside a transaction that is rolled back, and the detection of
//! every audit runs over that. So it speaks with the same rules, and nothing of it stays.

use rusqlite::named_params;

use super::{RunRow, Session, Warehouse, WarehouseError, issues};
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
    /// one: the relations behind the rules speak of that.
    pub fn foresee(
        &self,
        run: &RunRow,
        actions: &[PlannedAction],
    ) -> Result<Option<Foreseen>, WarehouseError> {
        if self.run(None)?.is_none_or(|newest| newest.run_id != run.run_id) {
            return Ok(None);
        }
        let transaction = self.begin()?;
        for action in actions {
            repair(&transaction, action, run.zendesk_snapshot_id)?;
        }
        transaction.prepare(sql("insert_run"))?.execute(named_params! { ":run_id": run.run_id })?;
        transaction.execute("update _run_context set run_id = ?1", [run.run_id + 1])?;
        issues::detect(&transaction, run.run_id + 1, &evaluated(&transaction, run.run_id)?)?;
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
        let mut statement = connection.prepare(sql(stem))?;
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
