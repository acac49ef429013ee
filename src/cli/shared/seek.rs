//! From what a person has of a record to the record. Errors never repeat it: it may be a name or an address.

use super::{context::Context, error::CliError, printing::FormatName};
use crate::{
    output::counted,
    trace::{near_names, sought},
    warehouse::{Value, Warehouse, search::Sought, trace::Kind},
};

/// What a text may be.
pub(crate) fn understood(text: &str) -> Result<Sought, CliError> {
    sought(text).ok_or_else(|| {
        CliError::usage("name what to find: an id, a name, a domain, an e-mail address or a URL")
            .hint("`orgdrift find acme.com`")
    })
}

/// The error of a text that names nothing, with the names that are nearly it.
pub(crate) fn nothing(warehouse: &Warehouse, text: &str) -> Result<CliError, CliError> {
    let near = near_names(text, &warehouse.names_of_records()?);
    let error = CliError::failure("nothing was found in the newest snapshots");
    Ok(if near.is_empty() {
        error.hint("try a part of the name, a domain, an e-mail address or an id; `orgdrift list snapshots` shows what was read")
    } else {
        let ids = near.iter().map(|record| format!("`orgdrift trace {} {}`", record.kind.noun(), record.id));
        error.hint(format!("records with a name like that: {}", ids.collect::<Vec<_>>().join(", ")))
    })
}

/// The one record that a text names; of several, they are printed and the error says how to choose.
pub(crate) fn one(
    context: &Context,
    warehouse: &Warehouse,
    kind: Option<Kind>,
    text: &str,
) -> Result<Option<(Kind, String)>, CliError> {
    let Some(mut wanted) = sought(text) else { return Ok(None) };
    if let Some(kind) = kind {
        if wanted.kind.is_some_and(|known| known != kind) {
            return Ok(None);
        }
        wanted.kind = Some(kind);
    }
    let found = warehouse.sought(&wanted, Some(2))?.collect()?;
    match found.as_slice() {
        [] => Ok(None),
        [row] => match row.as_slice() {
            [Value::Text(kind), Value::Text(id), ..] => {
                Ok(Kind::of_noun(kind).map(|kind| (kind, id.clone())))
            }
            _ => Ok(None),
        },
        _ => {
            let read = context.print_rows(warehouse.sought(&wanted, None)?, FormatName::Table)?;
            let text = |column| match read.first(column) {
                Some(Value::Text(text)) => text.as_str(),
                _ => "",
            };
            Err(CliError::usage(format!("{} match", counted(read.count, "record"))).hint(format!(
                "choose one by its id, such as `orgdrift trace {} {}{}`",
                text("kind"),
                text("id"),
                context.db_option()
            )))
        }
    }
}
