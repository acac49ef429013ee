//! Records that a filter names and no snapshot has, with those that may be meant. Ids and domains name nobody.

use super::error::CliError;
use crate::{
    near::offered,
    trace::near_ids,
    warehouse::{Value, Warehouse, nouns::FilterName, trace::Kind},
};

/// How many domains are offered.
const OFFERED: usize = 3;

/// A domain with more wrong letters is another one.
const WRONG_LETTERS: usize = 2;

/// Says that no snapshot has what a filter asks for; none where one has it, or where it is no record.
pub(crate) fn unknown(
    warehouse: &Warehouse,
    filter: FilterName,
    value: &Value,
) -> Result<Option<String>, CliError> {
    match (filter, value) {
        (FilterName::Account, Value::Text(id)) => unknown_id(warehouse, Kind::Account, id),
        (FilterName::OrgId, Value::Integer(id)) => unknown_id(warehouse, Kind::Organization, &id.to_string()),
        (FilterName::Domain, Value::Text(domain)) => unknown_domain(warehouse, domain),
        _ => Ok(None),
    }
}

/// The same for the id of an account alone.
pub(crate) fn unknown_account(warehouse: &Warehouse, id: &str) -> Result<Option<String>, CliError> {
    unknown_id(warehouse, Kind::Account, id)
}

fn unknown_id(warehouse: &Warehouse, kind: Kind, id: &str) -> Result<Option<String>, CliError> {
    if !warehouse.known_ids(kind, &[id.to_owned()])?.is_empty() {
        return Ok(None);
    }
    let what = if kind == Kind::Account { "account" } else { "organization" };
    Ok(Some(said(what, id, &near_ids(warehouse, kind, id)?)))
}

fn unknown_domain(warehouse: &Warehouse, domain: &str) -> Result<Option<String>, CliError> {
    let mut near: Vec<(usize, String)> = Vec::new();
    warehouse.for_each_domain(|known| {
        if domain.len().abs_diff(known.len()) > WRONG_LETTERS {
            return;
        }
        let distance = strsim::osa_distance(domain, known);
        if distance <= WRONG_LETTERS {
            near.push((distance, known.to_owned()));
        }
    })?;
    near.sort();
    if near.first().is_some_and(|(distance, _)| *distance == 0) {
        return Ok(None);
    }
    let near: Vec<String> = near.into_iter().map(|(_, known)| known).take(OFFERED).collect();
    Ok(Some(said("domain", domain, &near)))
}

fn said(what: &str, value: &str, near: &[String]) -> String {
    let question = offered(near).map(|question| format!("; {question}")).unwrap_or_default();
    format!("no snapshot has {what} {value}{question}")
}
