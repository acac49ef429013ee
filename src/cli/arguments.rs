//! The commands.

use clap::{Parser, Subcommand};

use super::{
    apply, audit, completions, decide, demo, diff, doctor, explain, export, export_db, fetch, find, forget,
    ingest, list, man, personal_domain, plan, prove, prune, query, receipt, refresh, report, sandbox,
    shared::{context::Writes, global::Global},
    suppression, trace,
};

/// Finds where Salesforce accounts and Zendesk organizations disagree
///
/// All data stays in one SQLite file on this machine. Nothing is ever written to Salesforce, and no ticket is ever
/// changed. `orgdrift help COMMAND` explains a command.
#[derive(Debug, Parser)]
#[command(name = "orgdrift", version, disable_help_subcommand = true)]
pub struct Arguments {
    /// What every command takes.
    #[command(flatten, next_help_heading = "Common options")]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Try orgdrift on a made-up company; needs no account and no network
    Demo(demo::DemoArgs),
    /// Create or upgrade a warehouse, and write an orgdrift.toml with every setting explained
    Init,
    /// Read a live Zendesk account into a folder
    Fetch(fetch::FetchArgs),
    /// Read Salesforce accounts or Zendesk records into the warehouse
    Ingest(ingest::IngestArgs),
    /// Compare the newest Salesforce and Zendesk snapshots, and store the differences
    Audit(audit::AuditArgs),
    /// Print what the warehouse holds
    List(list::ListArgs),
    /// Compare two runs: which issues are new, resolved or changed, and why
    Diff(diff::DiffArgs),
    /// Find accounts, organizations, users and tickets by an id, a name, a domain, an address or a URL
    Find(find::FindArgs),
    /// Show everything known about one record, and why it is matched as it is
    ///
    /// Records are shown as of the snapshots of the run, personal domains as the list is now.
    Trace(trace::TraceArgs),
    /// Explain a code, a status, a column or another term
    Explain(explain::ExplainArgs),
    /// Write a workbook, a CSV file or a Datasette folder
    Export(export::ExportArgs),
    /// Write a copy of the warehouse, or a file for analysts without personal data of users
    ///
    /// `--profile full` is a consistent copy. `--profile analyst` is a new file with keys and ordinary types for `DuckDB`,
    /// Datasette and BI tools: no names, addresses or external ids of users, no owners, no free text. It says what the
    /// file holds, its size and its SHA-256.
    ExportDb(export_db::ExportDbArgs),
    /// Run a saved query, or your own read-only SQL
    Query(query::QueryArgs),
    /// Import decisions from a workbook
    ///
    /// Reads the columns Decision, Until, Assignee and Note of a workbook of `export workbook`, or of its sheet Issues
    /// saved as CSV. Rows whose issue was resolved or has changed since are listed and skipped. If any row is unclear,
    /// nothing is imported.
    Decide(decide::DecideArgs),
    /// Plan repairs for the newest run; changes nothing in Zendesk
    Plan(plan::PlanArgs),
    /// Check a plan against Zendesk (a dry run); with --apply, carry it out
    Apply(apply::ApplyArgs),
    /// Check whether the repairs of a plan worked
    Prove(prove::ProveArgs),
    /// Show and verify the record of what was changed
    Receipt(receipt::ReceiptArgs),
    /// Write a one-page report, as HTML or Markdown
    ///
    /// Writes an HTML page with charts and tables, which can be printed, or with `--format md` a text for a chat. What the
    /// run did not evaluate is hatched, never zero. The page shows names of accounts, organizations and account owners,
    /// and names and addresses of users only with --with-people.
    Report(report::ReportArgs),
    /// Read both sources, audit, compare and write a dated folder; for a scheduled job
    ///
    /// Reads the account file and Zendesk, audits them, compares the run with the one before, and writes the triage
    /// file, the changes, the workbook and a summary into a new folder of that day inside the one that --output names.
    /// The folder appears when all of it is written. Standard output gets one line. Limits and column names are set in
    /// orgdrift.toml. An account file that is old or incomplete is refused.
    Refresh(refresh::RefreshArgs),
    /// Hide issues until a date, with a reason and an owner
    Suppression(suppression::SuppressionArgs),
    /// Change which e-mail domains never identify a customer
    PersonalDomain(personal_domain::PersonalDomainArgs),
    /// Run a local stand-in for Zendesk to rehearse on
    ///
    /// Prints the address and the token that it accepts, and runs until Ctrl-C. Its changes are lost when it stops.
    /// GET /debug/ledger, which Zendesk does not have, lists every request and what it changed. The token is a new
    /// random one each time, unless `ORGDRIFT_SANDBOX_TOKEN` holds one.
    Sandbox(sandbox::SandboxArgs),
    /// Remove old history, or take back the newest snapshot; without --confirm, only shows what would go
    Prune(prune::PruneArgs),
    /// Erase a user's name and address everywhere in the warehouse; without --confirm, only shows where
    ///
    /// Ids, e-mail domains and receipts stay. The next snapshot does not bring the name back.
    Forget(forget::ForgetArgs),
    /// Check credentials, permissions, limits, the warehouse and the machine; nothing is changed
    Doctor(doctor::DoctorArgs),
    /// Print a script that completes commands in a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual, or write a page of it for each command to a folder
    Man(man::ManArgs),
}

impl Command {
    /// What --output names.
    pub(super) fn writes(&self) -> Writes {
        match self {
            Self::Export(arguments) => Writes::File { endings: arguments.own_endings() },
            Self::Refresh(_) => Writes::Folder,
            Self::Report(_) => Writes::Page,
            _ => Writes::File { endings: &[] },
        }
    }
}
