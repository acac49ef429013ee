//! Where a trace reads otherwise than its run: personal domains are known as they stand now only.

use super::{Details, Ground, history::TracedIssue, place::Place};
use crate::{
    catalog::{self, Rule},
    model::SubjectKind,
    warehouse::WarehouseError,
};

/// What to say if the run had other personal domains. Of a run of an older orgdrift nobody knows.
pub(super) fn of_personal_domains(ground: &Ground<'_>) -> Result<Option<String>, WarehouseError> {
    let Some(then) = &ground.run.personal_domains_digest else { return Ok(None) };
    let remark = format!(
        "The personal domains changed since run {}: links and places are shown as the rules read them with those \
         of today, issues and plan actions as they were found then. The next audit goes by those of today.",
        ground.run.run_id
    );
    Ok((*then != ground.warehouse.personal_domains_digest()?).then_some(remark))
}

/// What to say if the run found another issue of a user or a ticket than its place would raise, or none.
pub(super) fn of_place(
    ground: &Ground<'_>,
    details: &Details,
    issues: &[TracedIssue],
) -> Result<Option<String>, WarehouseError> {
    let (kind, id, place) = match details {
        Details::User { user, place, .. } => (SubjectKind::User, user.record.user_id, place),
        Details::Ticket { ticket, place, .. } => (SubjectKind::Ticket, ticket.record.ticket_id, place),
        Details::Account { .. } | Details::Organization { .. } => return Ok(None),
    };
    let run = ground.run.run_id;
    let not_evaluated = ground.warehouse.gaps(run)?.not_evaluated;
    let raised = code_of(kind, place).filter(|code| !not_evaluated.iter().any(|other| other.code == *code));
    let id = id.to_string();
    let found = issues
        .iter()
        .find(|issue| issue.in_run.is_some() && issue.subject_kind == kind && issue.subject_id == id)
        .map(|issue| issue.code.as_str());
    let by = "the expected place, read with the personal domains of today,";
    Ok(match (found, raised) {
        (Some(found), Some(raised)) if found != raised => {
            Some(format!("Run {run} found {found}, but {by} would raise {raised}."))
        }
        (Some(found), None) => Some(format!("Run {run} found {found}, but {by} would raise no issue.")),
        (None, Some(raised)) => Some(format!("Run {run} found no {raised}, but {by} would raise it.")),
        _ => None,
    })
}

/// The code that a place raises.
fn code_of(kind: SubjectKind, place: &Place) -> Option<&'static str> {
    if place.is_outside_window == Some(true) {
        return None;
    }
    // A ticket whose domain several accounts expect raises nothing: no rule of tickets has that place.
    let rules = catalog::rules();
    let raised_by = |rule: &&Rule| rule.layer.as_str() == kind.as_str() && rule.place == Some(place.verdict);
    rules.iter().find(raised_by).map(|rule| rule.code)
}
