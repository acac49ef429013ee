//! The two examples at the end of each command's help; a test runs them in the folder of the demo.

use clap::Command;

/// The words of a command, and what is typed after `orgdrift`.
const EXAMPLES: [(&str, [&str; 2]); 52] = [
    ("demo", ["demo", "demo --all --db all.db"]),
    ("init", ["init", "init --db other.db"]),
    ("fetch zendesk", ["fetch zendesk export", "fetch zendesk export --restart"]),
    (
        "ingest salesforce",
        ["ingest salesforce accounts.csv", "ingest salesforce accounts.csv --domain-col Zendesk_Domain__c"],
    ),
    ("ingest zendesk", ["ingest zendesk", "ingest zendesk --from export"]),
    (
        "refresh",
        [
            "refresh accounts.csv --continue --output reports",
            "refresh accounts.csv --from export --output reports --fail-on critical",
        ],
    ),
    ("audit", ["audit", "audit users --severity high"]),
    ("audit orgs", ["audit orgs", "audit orgs --include-orphans --output orgs.csv"]),
    ("audit users", ["audit users --severity high", "audit users --domain acmefoods-demo.co.uk"]),
    ("audit tickets", ["audit tickets", "audit tickets --ticket-window 30 --format csv"]),
    (
        "list issues",
        ["list issues --severity critical", "list issues --code org_missing_external_id --format csv"],
    ),
    ("list accounts", ["list accounts --owner dana", "list accounts --disposition blocked"]),
    ("list orgs", ["list orgs", "list orgs --include-orphans --output orgs.csv"]),
    ("list users", ["list users --domain acmefoods-demo.co.uk", "list users --json"]),
    ("list tickets", ["list tickets", "list tickets --account 001ACME00600000YDA"]),
    ("list causes", ["list causes", "list causes --code user_missing_expected_membership"]),
    ("list runs", ["list runs", "list runs --since 2026-11-01"]),
    ("list snapshots", ["list snapshots", "list snapshots --since 2026-11-01"]),
    ("list plans", ["list plans", "list plans --account 001ACME00300000YDA"]),
    ("list rules", ["list rules", "list rules --severity critical"]),
    ("diff", ["diff", "diff previous latest --records --kind membership"]),
    (
        "find",
        ["find acmefoods-demo.co.uk", "find https://acme.zendesk.com/agent/organizations/21700000001039"],
    ),
    ("trace", ["trace account 001ACME00300000YDA", "trace peter.nowak@acmeretail-demo.com"]),
    ("explain", ["explain org_missing_external_id", "explain partly_ready"]),
    (
        "export exceptions",
        [
            "export exceptions --output exceptions_by_account.csv",
            "export exceptions --owner dana --format json",
        ],
    ),
    ("export issues", ["export issues --output issues.csv", "export issues --disposition blocked --json"]),
    (
        "export workbook",
        ["export workbook --output drift.xlsx", "export workbook --split-by owner --output drift.xlsx"],
    ),
    ("export datasette", ["export datasette analysts", "export datasette analysts --keep-owner"]),
    ("decide", ["decide --from drift.xlsx --by Dana", "decide --from issues.csv --by Dana"]),
    ("plan", ["plan", "plan --limit 25 --action set_org_external_id"]),
    ("plan create", ["plan create", "plan create --account 001ACME00300000YDA"]),
    ("plan show", ["plan show latest", "plan show 1 --output fix_plan.json"]),
    ("apply", ["apply latest", "apply latest --apply --confirm-plan-hash HASH"]),
    ("prove", ["prove latest", "prove 1 --json"]),
    ("receipt show", ["receipt show 1 --json", "receipt show --batches"]),
    ("receipt undo", ["receipt undo 1", "receipt undo latest --json"]),
    ("receipt verify", ["receipt verify", "receipt verify --json"]),
    (
        "suppression add",
        [
            "suppression add ticket_org_mismatch/1156 --reason merge --owner Dana --expires 2026-12-31",
            "suppression add --code ticket_org_mismatch --account 001ACME00600000YDA --reason merge --owner Dana --expires 2026-12-31",
        ],
    ),
    ("suppression list", ["suppression list", "suppression list --format csv"]),
    ("suppression remove", ["suppression remove 1", "suppression remove 2"]),
    (
        "personal-domain add",
        ["personal-domain add mailbox-demo.com", "personal-domain add pages-demo.com --kind platform"],
    ),
    (
        "personal-domain remove",
        ["personal-domain remove mailbox-demo.com", "personal-domain remove telstra.com"],
    ),
    (
        "personal-domain list",
        ["personal-domain list --contains gmail", "personal-domain list --kind platform"],
    ),
    ("sandbox", ["sandbox --demo", "sandbox --from-snapshot latest"]),
    ("prune", ["prune --keep-days 90", "prune --snapshot latest"]),
    ("forget user", ["forget user 21700000004231", "forget user 21700000004231 --confirm"]),
    ("doctor", ["doctor", "doctor --json"]),
    ("completions", ["completions bash", "completions zsh --output _orgdrift"]),
    ("man", ["man", "man pages"]),
    ("report", ["report --output report.html", "report --run latest --output report.md"]),
    ("query", ["query --list", "query ageing"]),
    ("export-db", ["export-db analysts.db --profile analyst", "export-db whole.db --profile full"]),
];

/// A line that is longer than the help is wide, as a shell takes it in two.
fn broken(typed: &str) -> String {
    if typed.len() < 80 { typed.to_owned() } else { typed.replacen(" --reason", " \\\n    --reason", 1) }
}

/// The command with examples at the end of the help of each that has any.
pub(super) fn added_to(command: Command) -> Command {
    added_below(command, "")
}

fn added_below(mut command: Command, path: &str) -> Command {
    if let Some((_, examples)) = EXAMPLES.iter().find(|(known, _)| *known == path) {
        let lines: Vec<String> =
            examples.iter().map(|typed| format!("  orgdrift {}", broken(typed))).collect();
        command = command.after_help(format!("Examples:\n{}", lines.join("\n")));
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(name, |sub| added_below(sub, &below));
    }
    command
}
