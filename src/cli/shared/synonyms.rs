//! Commands and options by the names that they have in other tools.

use clap::Command;

/// What people type, and the options that they may mean; of these, the first that the command has.
const SYNONYMS: &[(&[&str], &[&str])] = &[
    (&["out", "out-file", "output-file", "o", "to", "save"], &["output"]),
    (&["database", "db-file", "warehouse", "sqlite"], &["db"]),
    (&["file", "input", "in", "path"], &["from", "output", "keys"]),
    (&["folder", "dir", "directory", "input-dir"], &["from"]),
    (&["org", "organization", "organization-id", "org-ids"], &["org-id", "org"]),
    (&["account-id", "acct", "accounts"], &["account"]),
    (&["rule", "type", "issue-code", "codes"], &["code"]),
    (&["until", "expiry", "end", "expires-on", "expire"], &["expires"]),
    (&["because", "comment", "note"], &["reason"]),
    (&["max", "top", "head", "count", "n", "rows"], &["limit"]),
    (&["days"], &["keep-days", "ticket-window"]),
    (&["run-id"], &["run"]),
    (&["confirm", "hash", "plan-hash", "yes", "force", "execute"], &["confirm-plan-hash"]),
    (&["nopager"], &["no-pager"]),
];

/// What people type, and the command that does it.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["status", "history"], "list runs"),
    (&["show", "ls"], "list issues"),
    (&["xlsx", "excel", "spreadsheet"], "export workbook"),
    (&["import", "load", "sync"], "ingest"),
    (&["check", "detect", "scan"], "audit"),
    (&["fix", "repair"], "plan"),
    (&["compare"], "diff"),
    (&["search"], "find"),
    (&["sql"], "query"),
    (&["rollback", "revert"], "receipt undo"),
];

/// The command that does what a word says that is not a command; `None`: nobody knows. Below another command, which
/// `path` names, only one of its own.
pub(crate) fn command(path: &str, typed: &str) -> Option<&'static str> {
    let typed = typed.to_lowercase();
    COMMANDS
        .iter()
        .find(|(words, meant)| words.contains(&typed.as_str()) && meant.starts_with(path))
        .map(|&(_, meant)| meant)
}

/// Formats that people type as options.
const FORMATS: [&str; 3] = ["csv", "table", "markdown"];

/// What may be meant by an option that a command does not have, in a sentence; `None`: nobody knows.
pub(crate) fn tip(command: &Command, path: &str, typed: &str) -> Option<String> {
    let typed = typed.to_lowercase().replace('_', "-");
    let has = |name: &str| command.get_arguments().any(|argument| argument.get_long() == Some(name));
    let whole = if path.is_empty() { "orgdrift".to_owned() } else { format!("orgdrift {path}") };
    if has(&typed) {
        return Some(format!("did you mean --{typed}?"));
    }
    if typed == "dry-run" {
        return has("apply").then(|| format!("`{whole}` is a dry run: without --apply it changes nothing"));
    }
    if has("format") && FORMATS.contains(&typed.as_str()) {
        return Some(format!("did you mean --format {typed}?"));
    }
    let is_named = |argument: &&clap::Arg| {
        let names = argument.get_value_names().unwrap_or_default();
        names.iter().any(|name| name.eq_ignore_ascii_case(&typed))
    };
    if let Some(place) = command.get_positionals().find(is_named) {
        let name = place.get_value_names()?.first()?;
        return Some(format!("write it without an option: `{whole} {name}`"));
    }
    let (_, meant) = SYNONYMS.iter().find(|(synonyms, _)| synonyms.contains(&typed.as_str()))?;
    meant.iter().find(|name| has(name)).map(|name| format!("did you mean --{name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_a_command_only_its_own_are_meant() {
        for (path, typed, meant) in [
            ("", "ls", Some("list issues")),
            ("list", "status", Some("list runs")),
            ("export", "Excel", Some("export workbook")),
            ("suppression", "ls", None),
            ("plan", "check", None),
            ("", "qqqq", None),
        ] {
            assert_eq!(command(path, typed), meant, "{path} {typed}");
        }
    }
}
