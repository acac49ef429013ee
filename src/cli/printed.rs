//! What each command prints.

use clap::Command;

use super::shared::printing::Printed;

/// What a command prints, by its words; none for one that only has others below it.
fn printed(path: &str) -> Option<Printed> {
    Some(match path {
        "list issues"
        | "list accounts"
        | "list orgs"
        | "list users"
        | "list tickets"
        | "list causes"
        | "list runs"
        | "list snapshots"
        | "list plans"
        | "list rules"
        | "audit orgs"
        | "audit users"
        | "audit tickets"
        | "diff"
        | "find"
        | "query"
        | "export exceptions"
        | "export issues"
        | "plan show"
        | "prove"
        | "receipt show"
        | "receipt undo"
        | "suppression list"
        | "personal-domain list"
        | "prune"
        | "forget user" => Printed::Rows,
        "demo" | "export-db" | "export datasette" => Printed::RowsAbout,
        "audit" | "trace" | "explain" | "decide" | "plan" | "plan create" | "apply" | "receipt verify"
        | "sandbox" | "doctor" => Printed::Text,
        "refresh" => Printed::Folder,
        "fetch zendesk" => Printed::Json,
        "completions" | "man" => Printed::Plain,
        "export workbook" => Printed::File,
        "report" => Printed::Page,
        "init"
        | "ingest salesforce"
        | "ingest zendesk"
        | "suppression add"
        | "suppression remove"
        | "personal-domain add"
        | "personal-domain remove" => Printed::Nothing,
        _ => return None,
    })
}

/// The command whose commands have the options for printing that they obey.
pub(super) fn added_to(command: Command) -> Command {
    added_below(command, "")
}

fn added_below(command: Command, path: &str) -> Command {
    let command = match printed(path) {
        Some(printed) => printed.options(command),
        None => command,
    };
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let below = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command.mut_subcommand(name, |sub| added_below(sub, &below))
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Arguments;

    #[test]
    fn it_is_known_of_every_command() {
        fn walk(command: &Command, path: &str, seen: &mut usize) {
            assert!(
                command.has_subcommands() || printed(path).is_some(),
                "say in printed() what `{path}` prints"
            );
            *seen += usize::from(printed(path).is_some());
            for sub in command.get_subcommands() {
                walk(sub, format!("{path} {}", sub.get_name()).trim(), seen);
            }
        }
        let mut seen = 0;
        walk(&Arguments::command(), "", &mut seen);
        assert_eq!(seen, 52, "a command that is gone, or a new one");
        added_to(Arguments::command()).debug_assert();
    }
}
