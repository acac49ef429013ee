//! Checks, without a change, whether an audit of the changes kept what an audit of everything would find.

use rusqlite::OptionalExtension;

use super::shape::Shape;
use crate::{
    catalog::files,
    warehouse::{Warehouse, WarehouseError, issues::OnlyStoredIndexes},
};

/// It follows decisions, which may have come since.
const NOT_COMPARED: &str = "link_accepted_risk";

/// The result of building the links of the newest run once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recheck {
    /// The run.
    pub run_id: i64,
    /// How many rows were compared.
    pub row_count: i64,
    /// The relations that differ, such as `link_account`.
    pub differing: Vec<&'static str>,
}

impl Warehouse {
    /// Builds every link of the newest run once more, from the records, and compares. None if that run looked at
    /// everything itself, or if the warehouse was changed since, so that the next audit looks at everything.
    ///
    /// # Errors
    /// The disk.
    pub fn recheck_links(&self) -> Result<Option<Recheck>, WarehouseError> {
        let run_id: Option<i64> = self
            .connection
            .query_row(
                "select r.run_id from _delta_base as b cross join _run_context as c cross join runs as r
                 where c.run_id = b.run_id and r.run_id = b.run_id and r.is_delta = 1
                   and r.run_id = (select max(n.run_id) from runs as n)",
                [],
                |row| row.get(0),
            )
            .optional()?;
        let Some(run_id) = run_id else { return Ok(None) };
        let _indexed = OnlyStoredIndexes::new(&self.connection)?;
        let mut found = Recheck { run_id, row_count: 0, differing: Vec::new() };
        for file in files::LINK.iter().filter(|file| file.stem != NOT_COMPARED) {
            let view = file.stem;
            let shape = Shape::of(&self.connection, &format!("_{view}"))?;
            // No two rows of a relation have one key: if as many are the same as there are on each side, all are.
            let (said, same, kept): (i64, i64, i64) = self.connection.query_row(
                &format!(
                    "select count(*), count(
                       case when exists (select 1 from _{view} as w where {}) then 1 end),
                       (select count(*) from _{view})
                     from {view} as v",
                    shape.is_same("w", "v")
                ),
                [],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )?;
            found.row_count += kept;
            if said != same || same != kept {
                found.differing.push(view);
            }
        }
        Ok(Some(found))
    }
}
