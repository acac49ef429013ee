//! `orgdrift personal-domain add|list|remove`

use clap::{Args, Subcommand, ValueEnum};

use super::shared::{context::Context, error::CliError, exit, printing::FormatName};
use crate::{
    identity::{is_valid_domain, plain_host},
    model::DomainKind,
    near::offered,
    warehouse::{
        Filter, Value, Warehouse,
        nouns::{FilterName, PERSONAL_DOMAINS},
        personal_domains::Change,
    },
};

/// A domain with more wrong letters is another one.
const WRONG_LETTERS: usize = 2;

/// Domains that are offered for one that is not on the list.
const OFFERED: usize = 3;

/// Arguments of `personal-domain`.
#[derive(Debug, Args)]
pub struct PersonalDomainArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add a domain to the list: it no longer identifies a customer
    Add {
        /// Such as gmail.com
        domain: String,
        /// What it is; a disposable service or a platform stands for its sub-hosts too
        #[arg(long, value_enum, default_value_t = KindName::Personal)]
        kind: KindName,
    },
    /// Remove a domain from the list: it may identify a customer again
    Remove {
        /// Such as telstra.com
        domain: String,
    },
    /// Print the list
    List {
        /// Only domains that contain this text
        #[arg(long, value_name = "TEXT")]
        contains: Option<String>,
        /// Only domains of this kind
        #[arg(long, value_enum)]
        kind: Option<KindName>,
    },
}

/// A kind by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindName {
    /// Addresses of private people
    Personal,
    /// A disposable mail service
    Disposable,
    /// Many customers have a page or a link there
    Platform,
}

impl From<KindName> for DomainKind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Personal => Self::Personal,
            KindName::Disposable => Self::Disposable,
            KindName::Platform => Self::Platform,
        }
    }
}

pub(super) fn run(context: &Context, arguments: PersonalDomainArgs) -> Result<u8, CliError> {
    match arguments.what {
        What::Add { domain, kind } => {
            let domain = host(&domain)?;
            let change = context.open_for_writing()?.add_personal_domain(
                &domain,
                kind.into(),
                &context.clock.now(),
            )?;
            context.talk(match change {
                Change::Done => format!("{domain} no longer identifies a customer, from the next audit on"),
                Change::AlreadySo(Some(found)) if found != kind.into() => {
                    format!("{domain} was on the list already, as {found}")
                }
                Change::AlreadySo(_) => format!("{domain} was on the list already"),
            });
            context.next("audit");
        }
        What::Remove { domain } => {
            let domain = host(&domain)?;
            let warehouse = context.open_for_writing()?;
            let change = warehouse.remove_personal_domain(&domain, &context.clock.now())?;
            context.talk(match &change {
                Change::Done => format!("{domain} may identify a customer from the next audit on"),
                Change::AlreadySo(_) => format!("{domain} is not on the list"),
            });
            if let (Change::AlreadySo(_), Some(near)) = (&change, near_on_list(&warehouse, &domain)?) {
                context.talk(near);
            }
            context.next("audit");
        }
        What::List { contains, kind } => {
            let noun = &PERSONAL_DOMAINS;
            let contains = contains.map(|text| (FilterName::Domain, text.to_lowercase()));
            let kind = kind.map(|kind| (FilterName::Kind, DomainKind::from(kind).to_string()));
            let filters: Vec<Filter> = contains
                .into_iter()
                .chain(kind)
                .filter_map(|(name, text)| {
                    Some(Filter { condition: noun.condition(name)?, value: Value::Text(text) })
                })
                .collect();
            let warehouse = context.open()?;
            let rows = warehouse.rows(noun.select, &filters, noun.order_by, None)?;
            context.print_rows(rows, FormatName::Table)?;
        }
    }
    Ok(exit::DONE)
}

/// The domains of the list that are like one that is not on it.
fn near_on_list(warehouse: &Warehouse, domain: &str) -> Result<Option<String>, CliError> {
    let noun = &PERSONAL_DOMAINS;
    let mut near: Vec<(usize, String)> = warehouse
        .rows(noun.select, &[], noun.order_by, None)?
        .collect()?
        .into_iter()
        .filter_map(|row| match row.into_iter().next() {
            Some(Value::Text(listed)) => Some((strsim::osa_distance(domain, &listed), listed)),
            _ => None,
        })
        .filter(|(distance, _)| *distance <= WRONG_LETTERS)
        .collect();
    near.sort();
    near.truncate(OFFERED);
    let near: Vec<String> = near.into_iter().map(|(_, domain)| domain).collect();
    Ok(offered(&near))
}

fn host(domain: &str) -> Result<String, CliError> {
    match plain_host(domain.trim()) {
        Ok(host) if is_valid_domain(&host) => Ok(host.into_owned()),
        Ok(_) => Err(CliError::usage(
            "not a domain with a known ending, such as .com or .co.uk; write it like gmail.com",
        )),
        Err(problem) => {
            Err(CliError::usage(format!("not a domain ({}); write it like gmail.com", problem.as_str())))
        }
    }
}
