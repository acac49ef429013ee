//! The parameters of saved queries as options of the command line: each that any of them takes is an option, so that
//! the help names it and a misspelt one is noticed.

use std::collections::BTreeMap;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::{
    catalog::{Fallback, Parameter, ParameterKind, SavedQuery, saved_queries},
    cli::shared::{context::Context, error::CliError, filters::account_id, runs},
    clock,
    warehouse::{Value, Warehouse},
};

/// What was typed, by the name of the parameter.
#[derive(Debug, Clone, Default)]
pub(super) struct Given(BTreeMap<&'static str, String>);

/// Every parameter of any saved query, with the queries that take it.
fn all() -> Vec<(Parameter, Vec<String>)> {
    let mut all: Vec<(Parameter, Vec<String>)> = Vec::new();
    for query in saved_queries() {
        for parameter in &query.parameters {
            match all.iter_mut().find(|(known, _)| known.name == parameter.name) {
                Some((_, takers)) => takers.push(query.name.clone()),
                None => all.push((parameter.clone(), vec![query.name.clone()])),
            }
        }
    }
    all
}

impl Args for Given {
    fn augment_args(command: Command) -> Command {
        all().into_iter().fold(command, |command, (parameter, takers)| {
            command.arg(
                Arg::new(parameter.name)
                    .long(parameter.name)
                    .value_name(parameter.kind.placeholder())
                    .action(ArgAction::Set)
                    .help(format!("Of {}: {}", takers.join(", "), parameter.meaning))
                    .help_heading("Parameters of saved queries"),
            )
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let typed = |name| matches.get_one::<String>(name).cloned();
        Ok(Self(all().iter().filter_map(|(one, _)| Some((one.name, typed(one.name)?))).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Given {
    /// Refuses parameters that a query does not take.
    pub(super) fn are_of(&self, query: &SavedQuery) -> Result<(), CliError> {
        let Some(name) = self.0.keys().find(|name| query.parameters.iter().all(|one| one.name != **name))
        else {
            return Ok(());
        };
        let error = CliError::usage(format!("`query {}` does not take --{name}", query.name));
        Err(match usage(query).as_str() {
            "" => error.hint("it takes no parameters"),
            usage => error.hint(format!("it takes {usage}")),
        })
    }

    /// Refuses parameters where no saved query is run.
    pub(super) fn are_none(&self) -> Result<(), CliError> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(CliError::usage(format!("--{name} is a parameter of a saved query"))
                .hint("name one: orgdrift query --list")),
        }
    }

    /// The values of all parameters of a query.
    pub(super) fn values(
        &self,
        context: &Context,
        warehouse: &Warehouse,
        query: &SavedQuery,
    ) -> Result<Vec<(&'static str, Value)>, CliError> {
        query
            .parameters
            .iter()
            .map(|parameter| {
                let typed = match (self.0.get(parameter.name), parameter.fallback) {
                    (Some(typed), _) => typed.as_str(),
                    (None, Fallback::Word(word)) => word,
                    (None, Fallback::Null) => return Ok((parameter.name, Value::Null)),
                    (None, Fallback::None) => return Err(missing(query, parameter)),
                };
                Ok((parameter.name, value(context, warehouse, parameter, typed)?))
            })
            .collect()
    }
}

/// How a query is typed after its name: `--org ID [--on DAY]`.
pub(super) fn usage(query: &SavedQuery) -> String {
    let options = query.parameters.iter().map(|one| {
        let option = format!("--{} {}", one.name, one.kind.placeholder());
        if one.fallback == Fallback::None { option } else { format!("[{option}]") }
    });
    options.collect::<Vec<_>>().join(" ")
}

fn missing(query: &SavedQuery, parameter: &Parameter) -> CliError {
    CliError::usage(format!("`query {}` needs --{}: {}", query.name, parameter.name, parameter.meaning))
        .hint(format!("orgdrift query {} {}", query.name, usage(query)))
}

fn value(
    context: &Context,
    warehouse: &Warehouse,
    parameter: &Parameter,
    typed: &str,
) -> Result<Value, CliError> {
    let name = parameter.name;
    Ok(match parameter.kind {
        ParameterKind::Run => {
            // The error is about --run, whatever the parameter is called.
            if !matches!(typed, "latest" | "previous") && typed.parse::<i64>().is_err() {
                return Err(CliError::usage(format!("--{name} takes the id of a run, latest or previous")));
            }
            Value::Integer(runs::find_run(warehouse, Some(typed))?.run_id)
        }
        ParameterKind::Date if typed == "today" => Value::Text(context.clock.today()),
        ParameterKind::Date => {
            Value::Text(clock::date(typed).map_err(|error| CliError::usage(format!("--{name}: {error}")))?)
        }
        ParameterKind::Integer => Value::Integer(
            typed.parse().map_err(|_| CliError::usage(format!("--{name} takes a whole number")))?,
        ),
        ParameterKind::Account => Value::Text(account_id(typed)?),
        ParameterKind::Text => Value::Text(typed.to_owned()),
    })
}
