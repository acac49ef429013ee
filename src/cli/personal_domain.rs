//! `orgdrift personal-domain add|list|remove`

use clap::{Args, Subcommand};

use super::shared::{context::Context, error::CliError, exit, global::FormatName};
use crate::{
    identity::{is_valid_domain, plain_host},
    warehouse::{
        Filter, Value,
        nouns::{FilterName, PERSONAL_DOMAINS},
        personal_domains::Change,
    },
};

/// Arguments of `personal-domain`.
#[derive(Debug, Args)]
pub struct PersonalDomainArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Treat a domain as personal: it identifies no customer any more
    Add {
        /// Such as gmail.com
        domain: String,
    },
    /// Treat a domain as a customer's again
    Remove {
        /// Such as telstra.com
        domain: String,
    },
    /// Print the domains
    List {
        /// Only those that contain this text
        #[arg(long, value_name = "TEXT")]
        contains: Option<String>,
    },
}

pub(super) fn run(context: &Context, arguments: PersonalDomainArgs) -> Result<u8, CliError> {
    match arguments.what {
        What::Add { domain } => {
            let domain = host(&domain)?;
            let change = context.open_for_writing()?.add_personal_domain(&domain, &context.clock.now())?;
            context.talk(match change {
                Change::Done => format!("{domain} identifies no customer from the next audit on"),
                Change::AlreadySo => format!("{domain} was on the list already"),
            });
            context.next("audit");
        }
        What::Remove { domain } => {
            let domain = host(&domain)?;
            let change = context.open_for_writing()?.remove_personal_domain(&domain, &context.clock.now())?;
            context.talk(match change {
                Change::Done => format!("{domain} may identify a customer from the next audit on"),
                Change::AlreadySo => format!("{domain} was not on the list"),
            });
            context.next("audit");
        }
        What::List { contains } => {
            let noun = &PERSONAL_DOMAINS;
            let filters: Vec<Filter> = contains
                .into_iter()
                .filter_map(|text| {
                    let condition = noun.condition(FilterName::Domain)?;
                    Some(Filter { condition, value: Value::Text(text.to_lowercase()) })
                })
                .collect();
            let warehouse = context.open()?;
            let rows = warehouse.rows(noun.select, &filters, noun.order_by, None)?;
            context.print_rows(rows, FormatName::Table)?;
        }
    }
    Ok(exit::DONE)
}

fn host(domain: &str) -> Result<String, CliError> {
    match plain_host(domain.trim()) {
        Ok(host) if is_valid_domain(&host) => Ok(host.into_owned()),
        Ok(_) => {
            Err(CliError::usage("no domain under a known ending, such as .com or .co.uk: write gmail.com"))
        }
        Err(problem) => Err(CliError::usage(format!("not a domain ({}): write gmail.com", problem.as_str()))),
    }
}
