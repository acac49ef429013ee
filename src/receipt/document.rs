//! `apply_receipt.json`: what one apply did, made from the journal; it can be made again at any time.

use crate::{
    model::{
        IdText,
        journal::{EventBody, EventDetails, HeadingBody, IntentBody, OutcomeBody},
        receipt::{
            ApplyReceipt, ChainPart, ReceiptChecks, ReceiptRequest, ReceiptRow, ReceiptSchema, ReceiptState,
            WriteCounts,
        },
    },
    warehouse::{
        Warehouse, WarehouseError,
        journal::{EventRow, UnreadableEvent},
        plans::{PlanKey, ReceiptAction},
    },
};

/// A receipt that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The warehouse.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// A receipt that leaves out an event would not be true.
    #[error(transparent)]
    Journal(#[from] UnreadableEvent),
    /// The first event of an apply says what it applies.
    #[error("the journal of apply {0} lacks its first event")]
    NoBeginning(i64),
}

/// Returns the receipt of an apply, if there is such an apply.
pub fn of_apply(warehouse: &Warehouse, attempt_id: i64) -> Result<Option<ApplyReceipt>, ReceiptError> {
    let events = warehouse.events_of(attempt_id)?;
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(None) };
    let plan = warehouse.plan(PlanKey::Id(first.plan_id))?;
    let rows = warehouse.receipt_actions(first.plan_id)?;
    let bodies = events.iter().map(EventRow::body).collect::<Result<Vec<_>, _>>()?;
    let started = &bodies[0];
    let EventDetails::ApplyStarted(heading) = &started.details else {
        return Err(ReceiptError::NoBeginning(attempt_id));
    };
    let ended = bodies.last().and_then(|body| match &body.details {
        EventDetails::ApplyEnded(end) => Some((body, end)),
        _ => None,
    });
    let HeadingBody { source_identity, tool_version, caps, .. } = heading.clone();
    Ok(Some(ApplyReceipt {
        schema: ReceiptSchema::V1,
        attempt_id,
        plan_id: first.plan_id,
        source_plan_hash: plan.map(|plan| plan.plan_hash),
        source_identity,
        mode: first.mode,
        state: if ended.is_some() { ReceiptState::Ended } else { ReceiptState::BrokenOff },
        started_at: started.at.clone(),
        ended_at: ended.map(|(body, _)| body.at.clone()),
        stopped_by: ended.and_then(|(_, end)| end.stopped_by),
        tool_version,
        caps,
        counts: ended.map(|(_, end)| end.counts.clone()),
        writes: writes(&bodies),
        actions: rows.into_iter().map(|row| receipt_row(row, &bodies)).collect(),
        chain: ChainPart {
            first_event_id: first.event_id,
            last_event_id: last.event_id,
            head: last.hash.clone(),
        },
    }))
}

/// Returns `apply_receipt.json` of an apply, if there is such an apply.
pub fn file_text(warehouse: &Warehouse, attempt_id: i64) -> Result<Option<String>, ReceiptError> {
    Ok(of_apply(warehouse, attempt_id)?.map(|receipt| receipt.file_text()))
}

fn intent(body: &EventBody) -> Option<&IntentBody> {
    match &body.details {
        EventDetails::Intent(intent) => Some(intent),
        _ => None,
    }
}

fn outcome(body: &EventBody) -> Option<&OutcomeBody> {
    match &body.details {
        EventDetails::Outcome(outcome) => Some(outcome),
        _ => None,
    }
}

/// Requests that write, counted from the intents by path.
fn writes(bodies: &[EventBody]) -> WriteCounts {
    let mut counts = WriteCounts::default();
    for intent in bodies.iter().filter_map(intent) {
        let path = &intent.path;
        // What names a ticket is one, whatever else it names.
        let count = if path.starts_with("/services/") {
            &mut counts.salesforce
        } else if path.contains("ticket") {
            &mut counts.zendesk_tickets
        } else if path.contains("organization_memberships") {
            &mut counts.zendesk_organization_memberships
        } else if path.starts_with("/api/v2/organizations/") {
            &mut counts.zendesk_organizations
        } else {
            &mut counts.other
        };
        *count += 1;
    }
    counts
}

fn receipt_row(row: ReceiptAction, bodies: &[EventBody]) -> ReceiptRow {
    let own = || bodies.iter().filter(|body| body.position == Some(row.position));
    let requests = own().filter_map(|body| {
        let IntentBody { method, path, .. } = intent(body)?.clone();
        Some(ReceiptRequest { at: body.at.clone(), method, path })
    });
    let decided = own().find_map(|body| outcome(body).map(|outcome| (body, outcome)));
    let outcome = decided.map(|(_, outcome)| outcome);
    let of_repair = outcome.and_then(|outcome| outcome.of_repair.as_ref());
    // A repair that was begun and not decided yet has no outcome.
    let before = outcome.and_then(|outcome| outcome.before.as_ref());
    let before = before.or_else(|| own().find_map(intent)?.before.as_ref());
    let look = of_repair.and_then(|repair| repair.look.as_ref());
    ReceiptRow {
        position: row.position,
        action_id: row.action_id,
        issue_key: row.issue_key,
        account_id: row.account_id,
        action: row.action,
        organization_id: row.organization_id.map(IdText),
        user_id: row.user_id.map(IdText),
        domain: row.domain,
        accepted_by: row.accepted_by,
        outcome: outcome.map(|outcome| outcome.outcome),
        reason: outcome.and_then(|outcome| outcome.reason),
        before: before.cloned(),
        after: outcome.and_then(|outcome| outcome.after.clone()),
        http_status: outcome.and_then(|outcome| outcome.status),
        request_id: outcome.and_then(|outcome| outcome.request_id.clone()),
        confirmed_by: of_repair.and_then(|repair| repair.confirmed_by),
        // Older journals name what the plan wanted evaluated, which need not have been.
        checked_live: look.and(of_repair).and_then(|repair| repair.checked_live.clone()),
        checked_by_snapshot: of_repair.map(|repair| repair.checked_by_snapshot.clone()),
        checks: of_repair.map(|_| ReceiptChecks {
            is_evaluation_recorded: look.is_some(),
            evaluated: look.map(|look| look.evaluated.clone()),
            needed_no_check: look.map(|look| look.needed_no_check.clone()),
            not_reached: look.map(|look| look.not_reached.clone()),
        }),
        requests: requests.collect(),
        decided_at: decided.map(|(body, _)| body.at.clone()),
    }
}
