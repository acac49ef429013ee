//! `orgdrift forget user WHO`

use clap::{Args, Subcommand};

use super::shared::{context::Context, error::CliError, exit, printing::FormatName};
use crate::{
    output::counted,
    warehouse::{
        forget::{Traces, Whom},
        query::Listing,
    },
};

/// Arguments of `forget`.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    #[command(subcommand)]
    noun: Noun,
}

/// Whom to forget.
#[derive(Debug, Subcommand)]
enum Noun {
    /// Erase a user's name and address in every snapshot, note and warning
    User(UserArgs),
}

/// Arguments of `forget user`.
#[derive(Debug, Args)]
struct UserArgs {
    /// Zendesk id or e-mail address of the user
    #[arg(value_name = "ID|ADDRESS")]
    whom: String,
    /// Do it; without this option, nothing is changed
    #[arg(long)]
    confirm: bool,
}

pub(super) fn run(context: &Context, arguments: &ForgetArgs) -> Result<u8, CliError> {
    let Noun::User(arguments) = &arguments.noun;
    let whom = whom(&arguments.whom)?;
    let traces = if arguments.confirm {
        let warehouse = context.open_for_writing()?;
        known(warehouse.traces_of(&whom)?)?;
        let traces = warehouse.forget(&whom, &context.clock.now())?;
        say(context, &traces)?;
        context.talk(format!(
            "blanked: {} no longer names a user with that id or address, and the next snapshot does not bring the name back",
            context.db().display()
        ));
        traces
    } else {
        let traces = known(context.open()?.traces_of(&whom)?)?;
        say(context, &traces)?;
        context.talk(format!(
            "nothing was changed; --confirm blanks name, address and external_id of {} in every version, and what is \
             marked above",
            counted(traces.user_ids.len(), "user")
        ));
        context.talk("ids, e-mail domains and receipts stay; plans that are not applied must be made again");
        traces
    };
    if traces.places.iter().any(|place| !place.is_blanked) {
        context.talk("what is left belongs to another record: change it in Zendesk or Salesforce");
    }
    context.talk("copies of the warehouse, exports, workbooks and fetched folders are not changed: delete or clean them yourself");
    // Ids name nobody; an address would end up in logs.
    let id = traces.user_ids.first().copied().unwrap_or_default();
    context.next(&if arguments.confirm {
        "receipt verify".to_owned()
    } else {
        format!("forget user {id} --confirm")
    });
    Ok(exit::DONE)
}

fn whom(typed: &str) -> Result<Whom, CliError> {
    if typed.contains('@') {
        return Ok(Whom::Address(typed.trim().to_owned()));
    }
    typed.parse().map(Whom::Id).map_err(|_| {
        CliError::usage("`forget user` takes the Zendesk id or the e-mail address of a user")
            .hint("`orgdrift trace user` finds users")
    })
}

fn known(traces: Traces) -> Result<Traces, CliError> {
    if traces.user_ids.is_empty() {
        return Err(CliError::failure("no snapshot holds a user of that id or address")
            .hint("look in Zendesk for the id, or for another address of the user"));
    }
    Ok(traces)
}

fn say(context: &Context, traces: &Traces) -> Result<(), CliError> {
    let rows: Vec<Vec<String>> = traces
        .places
        .iter()
        .map(|place| {
            let effect = if place.is_blanked { "blanked" } else { "left" };
            vec![
                place.name.trim_start_matches('_').to_owned(),
                place.row_count.to_string(),
                effect.to_owned(),
            ]
        })
        .collect();
    context.print_rows(Listing::new()?.rows(&["place", "rows", "effect"], &rows)?, FormatName::Table)?;
    Ok(())
}
