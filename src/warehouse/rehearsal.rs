//! A copy of a warehouse to rehearse on: the same records under the name of a sandbox.

use std::path::Path;

use rusqlite::Connection;

use super::{Warehouse, WarehouseError, create};
use crate::model::{SANDBOX_ENDING, UNNAMED};

impl Warehouse {
    /// Writes a consistent copy to a new file, which belongs to the sandbox of the account. Plans, applies and
    /// receipts stay behind: they are about the account itself. False if the file is there already.
    pub fn copy_for_rehearsal(&self, target: &Path) -> Result<bool, WarehouseError> {
        let connection = self.connection.raw();
        // The warehouse is only read, but SQLite writes the copy by the same connection.
        connection.pragma_update(None, "query_only", false)?;
        let pending = create::copy_to(connection, target);
        connection.pragma_update(None, "query_only", true)?;
        let pending = pending?;
        let mut copy = Connection::open(pending.path())?;
        rename(&mut copy)?;
        copy.close().map_err(|(_, error)| error)?;
        pending.create().map_err(|error| create::not_written(target, error))
    }
}

fn rename(copy: &mut Connection) -> Result<(), WarehouseError> {
    let transaction = copy.transaction()?;
    // Whoever wrote them protected them; here they are left out as a whole.
    let guards: Vec<(String, String)> = transaction
        .prepare(
            "select name, sql from sqlite_schema
             where type = 'trigger' and tbl_name in ('_plans', 'plan_actions', 'apply_events')",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (name, _) in &guards {
        transaction.execute_batch(&format!("drop trigger \"{name}\""))?;
    }
    transaction.execute_batch(
        "delete from apply_events; delete from plan_actions; delete from _predicted_changes;
         delete from _predictions; delete from _plans;",
    )?;
    for (_, sql) in &guards {
        transaction.execute_batch(sql)?;
    }
    // Of `name/account id`, the name alone is another one.
    let renamed = |column: &str| {
        format!(
            "case
               when {column} is null then '{UNNAMED}{SANDBOX_ENDING}'
               when substr({column}, 1, instr({column} || '/', '/') - 1) like '%{SANDBOX_ENDING}' then {column}
               else substr({column}, 1, instr({column} || '/', '/') - 1) || '{SANDBOX_ENDING}'
                 || substr({column}, instr({column} || '/', '/'))
             end"
        )
    };
    transaction.execute_batch(&format!(
        "update snapshots set source_identity = {} where source = 'zendesk';
         update _zendesk_identity set subdomain = {};
         insert into _zendesk_identity (only_row, subdomain)
         select 1, '{UNNAMED}{SANDBOX_ENDING}'
         where not exists (select 1 from _zendesk_identity);",
        renamed("source_identity"),
        renamed("subdomain"),
    ))?;
    transaction.commit()?;
    Ok(())
}
