//! `apply_receipt.json`: what one apply did, made from the journal; it can be made again at any time.

use serde_json::{Value, json};

use crate::{
    model::EventKind,
    warehouse::{
        Warehouse, WarehouseError,
        journal::EventRow,
        plans::{PlanKey, ReceiptAction},
    },
};

/// The form of the document. It changes with any change of what the members mean.
pub const SCHEMA: &str = "orgdrift.apply_receipt/1";

/// Returns `apply_receipt.json` of an apply.
pub fn file_text(warehouse: &Warehouse, attempt_id: i64) -> Result<Option<String>, WarehouseError> {
    let events = warehouse.events_of(attempt_id)?;
    let Some(first) = events.first() else { return Ok(None) };
    let plan = warehouse.plan(PlanKey::Id(first.plan_id))?;
    let rows = warehouse.receipt_actions(first.plan_id)?;
    let bodies: Vec<Value> =
        events.iter().map(|event| serde_json::from_str(&event.body).unwrap_or_default()).collect();
    let started = &bodies[0];
    let ended = bodies.last().filter(|_| is(events.last(), EventKind::ApplyEnded));
    let actions: Vec<Value> = rows.iter().map(|row| action(row, &events, &bodies)).collect();
    let document = json!({
        "schema": SCHEMA,
        "attempt_id": attempt_id,
        "plan_id": first.plan_id,
        "source_plan_hash": plan.map(|plan| plan.plan_hash),
        "source_identity": started["source_identity"],
        "mode": first.mode,
        "state": if ended.is_some() { "ended" } else { "broken_off" },
        "started_at": started["at"],
        "ended_at": ended.map(|body| &body["at"]),
        "stopped_by": ended.map(|body| &body["stopped_by"]),
        "tool_version": started["tool_version"],
        "caps": started["caps"],
        "counts": ended.map(|body| &body["counts"]),
        "writes": writes(&events, &bodies),
        "actions": actions,
        "chain": {
            "first_event_id": first.event_id,
            "last_event_id": events.last().map(|event| event.event_id),
            "head": events.last().map(|event| &event.hash),
        },
    });
    Ok(Some(format!("{document:#}\n")))
}

fn is(event: Option<&EventRow>, kind: EventKind) -> bool {
    event.is_some_and(|event| event.kind == kind.as_str())
}

/// Requests that write, counted from the intents by path.
fn writes(events: &[EventRow], bodies: &[Value]) -> Value {
    let (mut salesforce, mut organizations, mut memberships, mut tickets, mut others) = (0, 0, 0, 0, 0);
    for (event, body) in events.iter().zip(bodies) {
        if event.kind != EventKind::Intent.as_str() {
            continue;
        }
        let path = body["path"].as_str().unwrap_or_default();
        // What names a ticket is one, whatever else it names.
        if path.starts_with("/services/") {
            salesforce += 1;
        } else if path.contains("ticket") {
            tickets += 1;
        } else if path.contains("organization_memberships") {
            memberships += 1;
        } else if path.starts_with("/api/v2/organizations/") {
            organizations += 1;
        } else {
            others += 1;
        }
    }
    json!({
        "salesforce": salesforce,
        "zendesk_tickets": tickets,
        "zendesk_organizations": organizations,
        "zendesk_organization_memberships": memberships,
        "other": others,
    })
}

fn action(row: &ReceiptAction, events: &[EventRow], bodies: &[Value]) -> Value {
    let own = || events.iter().zip(bodies).filter(|(event, _)| event.position == Some(row.position));
    let of_kind =
        |kind: EventKind| own().filter(move |(event, _)| event.kind == kind.as_str()).map(|(_, body)| body);
    let outcome = of_kind(EventKind::Outcome).next().unwrap_or(&Value::Null);
    let requests: Vec<Value> = of_kind(EventKind::Intent)
        .map(|body| json!({ "at": body["at"], "method": body["method"], "path": body["path"] }))
        .collect();
    // A repair that was begun and not decided yet has no outcome.
    let before = match &outcome["before"] {
        Value::Null => of_kind(EventKind::Intent).next().map_or(&Value::Null, |body| &body["before"]),
        before => before,
    };
    json!({
        "position": row.position,
        "action_id": row.action_id,
        "issue_key": row.issue_key,
        "account_id": row.account_id,
        "action": row.action,
        "organization_id": row.organization_id.map(|id| id.to_string()),
        "user_id": row.user_id.map(|id| id.to_string()),
        "domain": row.domain,
        "outcome": outcome["outcome"],
        "reason": outcome["reason"],
        "before": before,
        "after": outcome["after"],
        "http_status": outcome["status"],
        "request_id": outcome["request_id"],
        "confirmed_by": outcome["confirmed_by"],
        "checked_live": outcome["checked_live"],
        "checked_by_snapshot": outcome["checked_by_snapshot"],
        "requests": requests,
        "decided_at": outcome["at"],
    })
}
