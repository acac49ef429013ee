//! History that goes: what `prune` removes, and the run that is then the newest takes its place.

use super::{AuditOptions, context};
use crate::{
    model::{Repair, Source},
    warehouse::{
        Session, Warehouse, WarehouseError, issues,
        prune::{self, Pruned, Stays},
        runs::{self, RunRow},
        snapshots,
    },
};

/// Takes back the newest snapshot and its runs; with `is_rehearsal` only says what would go.
///
/// # Errors
/// SQLite.
pub fn take_back_newest(
    warehouse: &Warehouse,
    snapshot_id: i64,
    is_rehearsal: bool,
) -> Result<Result<Pruned, Stays>, WarehouseError> {
    let transaction = warehouse.begin()?;
    if let Some(stays) = prune::why_it_stays(&transaction, snapshot_id)? {
        return Ok(Err(stays));
    }
    let (pruned, newest) = prune::take_back_newest(&transaction, snapshot_id)?;
    if is_rehearsal {
        return Ok(Ok(pruned));
    }
    if !pruned.run_ids.is_empty() {
        match newest {
            Some(run) => take_place(&transaction, &run)?,
            None => prune::empty_links(&transaction)?,
        }
    }
    transaction.commit()?;
    Ok(Ok(pruned))
}

/// Folds what is older than a day, as `2026-08-30`; with `is_rehearsal` only says what would go. None: nothing is.
///
/// # Errors
/// SQLite.
pub fn fold_before(
    warehouse: &Warehouse,
    day: &str,
    is_rehearsal: bool,
) -> Result<Option<Pruned>, WarehouseError> {
    let transaction = warehouse.begin()?;
    let Some(run_id) = prune::first_kept_run(&transaction, day)? else { return Ok(None) };
    let pruned = prune::fold_before(&transaction, run_id)?;
    if pruned.run_ids.is_empty() && pruned.snapshot_ids.is_empty() {
        return Ok(None);
    }
    if !is_rehearsal {
        transaction.commit()?;
    }
    Ok(Some(pruned))
}

/// Makes the views of the newest run show an earlier one again.
fn take_place(connection: &Session, run: &RunRow) -> Result<(), WarehouseError> {
    let found = |source, id| snapshots::by_id(connection, source, id);
    let (Some(salesforce), Some(zendesk)) = (
        found(Source::Salesforce, run.salesforce_snapshot_id)?,
        found(Source::Zendesk, run.zendesk_snapshot_id)?,
    ) else {
        return Err(WarehouseError::NotStored { what: "a snapshot of the run before" });
    };
    let mut collections = snapshots::collections(connection, salesforce.snapshot_id)?;
    collections.extend(snapshots::collections(connection, zendesk.snapshot_id)?);
    let options = options_of(&run.options);
    runs::set_context(connection, &context(run, &options, &salesforce, &zendesk, &collections))?;
    issues::relink(connection)
}

/// The options of a run as they were stored.
fn options_of(json: &str) -> AuditOptions {
    let stored: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let texts = |key: &str| -> Vec<String> {
        let list = stored[key].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    AuditOptions {
        ticket_window_days: stored["ticket_window_days"].as_u64().and_then(|days| u32::try_from(days).ok()),
        allow_shared_tickets: stored["allow_shared_tickets"] == true,
        rules_off: texts("rules_off"),
        repairs_off: texts("repairs_off").iter().filter_map(|text| Repair::from_text(text)).collect(),
        trust_stored_ids: stored["trust_stored_ids"] == true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_they_were_written() {
        for options in [
            AuditOptions::default(),
            AuditOptions {
                ticket_window_days: None,
                allow_shared_tickets: true,
                rules_off: vec!["orphan_org".to_owned()],
                repairs_off: vec![Repair::AddOrgDomain],
                trust_stored_ids: true,
            },
        ] {
            assert_eq!(options_of(&options.as_json()), options);
        }
    }
}
