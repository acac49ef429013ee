//! The commands.

use clap::{Parser, Subcommand};

use super::{
    apply, audit, completions, decide, demo, diff, doctor, explain, export, export_db, fetch, find, forget,
    ingest, list, man, personal_domain, plan, prove, prune, query, receipt, refresh, report, sandbox,
    shared::{context::Writes, global::Global},
    suppression, trace,
};

/// Audits how Salesforce accounts and Zendesk organizations disagree, in one SQLite file
///
/// Nothing is ever written to Salesforce, and no ticket is ever changed.
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
    /// Show the whole way on bundled fictional data: no account, no network
    Demo(demo::DemoArgs),
    /// Create a warehouse, or bring an old one up to date; write a commented orgdrift.toml
    Init,
    /// Read a live account into a folder
    Fetch(fetch::FetchArgs),
    /// Read one system into a snapshot
    Ingest(ingest::IngestArgs),
    /// Compare the two newest snapshots and store what disagrees
    Audit(audit::AuditArgs),
    /// Print what the warehouse holds
    List(list::ListArgs),
    /// Compare two runs: which issues came, went or changed, and why
    Diff(diff::DiffArgs),
    /// Find accounts, organizations, users and tickets by an id, a name, a domain, an address or a URL
    Find(find::FindArgs),
    /// Say everything that is known about one record, and why it is where it is
    ///
    /// Records are shown as of the snapshots of the run, personal domains as the list stands now.
    Trace(trace::TraceArgs),
    /// Explain a code, or any other word that a column holds
    Explain(explain::ExplainArgs),
    /// Write the rows of a run to a file
    Export(export::ExportArgs),
    /// Write a copy of the warehouse, or a file of plain tables without people for analysts
    ///
    /// `--profile full` is a consistent copy. `--profile analyst` is a new file with keys and ordinary types for `DuckDB`,
    /// Datasette and BI tools: no names, addresses or external ids of users, no owners, no free text. It says what the
    /// file holds, its size and its SHA-256.
    ExportDb(export_db::ExportDbArgs),
    /// Answer a saved question, or SQL of your own that only reads
    Query(query::QueryArgs),
    /// Take the decisions that people entered in a workbook
    ///
    /// Reads the columns Decision, Until, Assignee and Note of a workbook of `export workbook`, or of its sheet Issues
    /// saved as CSV. Rows whose issue is resolved or has changed since are listed and passed over. A row that cannot be
    /// taken for sure refuses the whole file.
    Decide(decide::DecideArgs),
    /// Turn the issues of the newest run into repairs and refusals; nothing is applied
    Plan(plan::PlanArgs),
    /// Look at everything that a plan would write, and with --apply write it
    Apply(apply::ApplyArgs),
    /// Say for each repair of an applied plan whether a later reading shows its issue resolved
    Prove(prove::ProveArgs),
    /// Say what applies did, and check that nobody changed what they wrote down
    Receipt(receipt::ReceiptArgs),
    /// Show how bad it is, since when, and what stands behind it, on one page: no network, no script
    ///
    /// Writes an HTML page with charts and tables, which can be printed, or with `--format md` a text for a chat. What the
    /// run did not evaluate is hatched, never zero. The page holds names of accounts, organizations and owners of
    /// accounts; names and addresses of users only with --with-people.
    Report(report::ReportArgs),
    /// Read both sources, audit them and write what people need into a dated folder: the command for cron
    ///
    /// Reads the account file and Zendesk, audits them, compares the run with the one before, and writes the triage
    /// file, the changes, the workbook and a summary into a new folder of that day inside the one that --output names.
    /// The folder appears when all of it is written. Standard output gets one line. What is accepted of both sources
    /// stands in orgdrift.toml. An account file that is old or not complete is refused.
    Refresh(refresh::RefreshArgs),
    /// Decide that issues need nothing until a date, with a reason and an owner
    Suppression(suppression::SuppressionArgs),
    /// Change which e-mail domains never identify a customer
    PersonalDomain(personal_domain::PersonalDomainArgs),
    /// Serve records as Zendesk would, on this machine alone: a place to rehearse without an account
    ///
    /// Prints the address and the token that it accepts, and runs until Ctrl-C. What is changed there is gone
    /// with it. GET /debug/ledger, which is not Zendesk's, lists every request and what it changed. The token
    /// is a random one each time, unless `ORGDRIFT_SANDBOX_TOKEN` holds one.
    Sandbox(sandbox::SandboxArgs),
    /// Remove old history, or take back the newest snapshot; says first what it would do
    Prune(prune::PruneArgs),
    /// Blank a person in every snapshot, note and warning; says first what it would do
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
