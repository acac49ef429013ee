//! What can go wrong with an ingest. Nothing of the snapshot remains then.

use std::path::PathBuf;

use crate::{
    model::{Collection, ZendeskIdentity},
    output::{OutputError, counted},
    salesforce::SalesforceError,
    warehouse::{WarehouseError, unread::RejectionSummary},
    zendesk::folder::FolderError,
};

/// An error of an ingest.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The warehouse.
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    /// The account file.
    #[error("{file}: {source}")]
    Salesforce {
        /// The file as it was named.
        file: String,
        /// What is wrong with it.
        #[source]
        source: SalesforceError,
    },
    /// The account file cannot be opened or read.
    #[error("cannot read {file}")]
    Unreadable {
        /// The file as it was named.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The folder of Zendesk records.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// An account file without accounts.
    #[error("{file} has a header, but no account")]
    NoAccounts {
        /// The file as it was named.
        file: String,
    },
    /// Too many rows of an account file were refused.
    #[error(
        "{file}: {rejected} of {} cannot be used, more than {allowed}: {}", counted(*rows, "row"), summary.reasons()
    )]
    TooManyRejections {
        /// The file as it was named.
        file: String,
        /// Rejected rows.
        rejected: u64,
        /// Rows that count: deleted, footer and header lines do not.
        rows: u64,
        /// The limit as it was given.
        allowed: String,
        /// What was rejected.
        summary: RejectionSummary,
    },
    /// The list of the rejected rows cannot be written.
    #[error("cannot write {file}")]
    Rejections {
        /// The file as it was named.
        file: String,
        /// Why.
        #[source]
        source: OutputError,
    },
    /// The ids of an account file have lost their letter case.
    #[error(
        "{file}: ids_look_case_folded: none of its {ids} account ids with letters has both upper and lower case"
    )]
    CaseFolded {
        /// The file as it was named.
        file: String,
        /// Ids with letters.
        ids: u64,
    },
    /// A fetch that did not end; it can be resumed.
    #[error("the fetch into {} has not finished", folder.display())]
    Unfinished {
        /// The folder.
        folder: PathBuf,
    },
    /// The reading does not belong into this warehouse, or not now.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// A reading that is fine by itself and refused all the same.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Another Zendesk account.
    #[error("the records are of Zendesk account {found}, but the warehouse belongs to {expected}")]
    OtherAccount {
        /// The account of the warehouse.
        expected: ZendeskIdentity,
        /// The account of the reading.
        found: ZendeskIdentity,
    },
    /// Records of nobody in the warehouse of a sandbox or of the demo.
    #[error("the records do not say that they are of {expected}, to which the warehouse belongs")]
    NotSandbox {
        /// The account of the warehouse.
        expected: ZendeskIdentity,
    },
    /// Records of a sandbox in a warehouse whose records do not say whose they are.
    #[error(
        "the records are of the sandbox {found}, but the warehouse holds records of an account without a name"
    )]
    SandboxBesideOthers {
        /// The sandbox.
        found: ZendeskIdentity,
    },
    /// Records of a real account beside the accounts of the demo.
    #[error(
        "the records are of Zendesk account {found}, but the warehouse holds the accounts of the bundled demo"
    )]
    BesideDemo {
        /// The account of the reading.
        found: ZendeskIdentity,
    },
    /// The accounts of the demo in the warehouse of a real account.
    #[error(
        "the file holds the accounts of the bundled demo, but the warehouse belongs to Zendesk account {expected}"
    )]
    DemoAccounts {
        /// The account of the warehouse.
        expected: ZendeskIdentity,
    },
    /// Other accounts in the warehouse of the demo.
    #[error(
        "the file holds no account of the bundled demo, but the warehouse belongs to the demo, {expected}"
    )]
    NotDemoAccounts {
        /// The demo.
        expected: ZendeskIdentity,
    },
    /// The options name another account than the folder.
    #[error("--subdomain names {given}, but the manifest of {} names {found}", folder.display())]
    OriginDiffers {
        /// The folder.
        folder: PathBuf,
        /// The option.
        given: String,
        /// The manifest.
        found: String,
    },
    /// A reading that was not taken yet.
    #[error("the snapshot is dated {taken_at}, but it is only {now}")]
    NotYet {
        /// When the snapshot was taken.
        taken_at: String,
        /// The time of the ingest.
        now: String,
    },
    /// A window that begins after the reading.
    #[error("--since {since} is later than the snapshot itself ({taken_at}): no ticket would be left")]
    SinceAfter {
        /// The option.
        since: String,
        /// When the snapshot was taken.
        taken_at: String,
    },
    /// An older snapshot.
    #[error("the snapshot was taken at {taken_at}, before the latest {source_name} snapshot ({latest})")]
    Older {
        /// The system.
        source_name: &'static str,
        /// When the snapshot was taken.
        taken_at: String,
        /// The latest snapshot's time.
        latest: String,
    },
    /// An account file that an older snapshot was read from, where nobody can say whether that is meant.
    #[error("{file} is the file of snapshot {snapshot_id} of {taken_at}, which is not the newest")]
    ReadBefore {
        /// The file as it was named.
        file: String,
        /// The snapshot.
        snapshot_id: i64,
        /// When it was taken.
        taken_at: String,
    },
    /// An account file that is not whole, where nobody can say whether it will do.
    #[error("{file} is not complete ({reason}, {} read)", counted(*row_count, "row"))]
    NotWhole {
        /// The file as it was named.
        file: String,
        /// Why not.
        reason: String,
        /// Accounts that could be read.
        row_count: u64,
    },
    /// A reading of what changed that does not continue where the newest snapshot ended.
    #[error("{collection} of {} hold only what changed since an earlier snapshot, {why}", folder.display())]
    NotContinued {
        /// The folder.
        folder: PathBuf,
        /// The collection.
        collection: Collection,
        /// What does not fit.
        why: Mismatch,
    },
}

/// Why a reading of what changed cannot be added to the newest snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// There is none.
    #[error("and the warehouse has no zendesk snapshot")]
    NoSnapshot,
    /// It names no place: the collection was not read to its end, or not by an export.
    #[error("but snapshot {snapshot_id}, the newest, does not say where {collection} continue")]
    NoPlace {
        /// The newest snapshot.
        snapshot_id: i64,
        /// The collection.
        collection: Collection,
    },
    /// The manifest is silent.
    #[error("but the manifest does not say since when")]
    NoSince,
    /// It ended elsewhere.
    #[error("but not since snapshot {snapshot_id}, the newest")]
    OtherPlace {
        /// The newest snapshot.
        snapshot_id: i64,
    },
    /// Records that did not change would lack a field that the others have.
    #[error("but snapshot {snapshot_id}, the newest, was made without fields that are kept now")]
    Fields {
        /// The newest snapshot.
        snapshot_id: i64,
    },
    /// Tickets that did not change would differ from those that did.
    #[error(
        "but snapshot {snapshot_id}, the newest, {} the subjects of tickets",
        if *is_kept { "kept" } else { "did not keep" }
    )]
    Subjects {
        /// The newest snapshot.
        snapshot_id: i64,
        /// Whether it kept them.
        is_kept: bool,
    },
}

/// What to do where a rehearsal and real records would meet.
const OF_ITS_OWN: &str = "the demo and every sandbox have a warehouse of their own: work in another folder, or name another file with --db";

/// What to do about an account file that is not whole, by the reason.
fn not_whole_hint(reason: &str) -> String {
    match reason {
        "shrunk" => {
            "export the accounts again; if they are that few, ingest the file by hand: \
                     orgdrift ingest salesforce FILE --accept-shrink"
        }
        "rows_rejected" => {
            "correct the export; if these rows may stay unread, set accept_rejections in \
                            [salesforce] of orgdrift.toml"
        }
        _ => "export or download the accounts again",
    }
    .to_owned()
}

impl IngestError {
    /// What to do about it, if there is something to type.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Warehouse(error) => error.hint(),
            Self::Salesforce { source, .. } => source.hint(),
            Self::Folder(error) => error.hint(),
            Self::Unreadable { .. } => Some("check the path; `-` reads standard input".to_owned()),
            Self::NoAccounts { .. } => Some(
                "export the accounts again; an empty file would make every organization an orphan".to_owned(),
            ),
            Self::TooManyRejections { summary, .. } => Some(format!(
                "correct the export; {}--rejections FILE writes all rejected rows; --max-rejections allows more, \
                 as a number or in per cent",
                summary.hint().map_or_else(String::new, |hint| format!("{hint}; "))
            )),
            Self::Rejections { .. } => Some("name another file with --rejections".to_owned()),
            Self::CaseFolded { .. } => Some(
                "export again without a spreadsheet in between; if the ids are right, say --accept-folded"
                    .to_owned(),
            ),
            Self::Refused(Refusal::OtherAccount { expected, found })
                if expected.is_sandbox() != found.is_sandbox() =>
            {
                Some(OF_ITS_OWN.to_owned())
            }
            Self::Refused(
                Refusal::NotSandbox { .. }
                | Refusal::SandboxBesideOthers { .. }
                | Refusal::BesideDemo { .. }
                | Refusal::DemoAccounts { .. }
                | Refusal::NotDemoAccounts { .. },
            ) => Some(OF_ITS_OWN.to_owned()),
            Self::Refused(Refusal::OtherAccount { .. }) => {
                Some("keep one warehouse for each Zendesk account: name another file with --db".to_owned())
            }
            Self::Refused(Refusal::OriginDiffers { .. }) => {
                Some("omit --subdomain, or name the right folder".to_owned())
            }
            Self::Refused(Refusal::NotYet { .. }) => Some(
                "check --taken-at, the manifest and the clock; all later snapshots would be refused"
                    .to_owned(),
            ),
            Self::Refused(Refusal::SinceAfter { .. }) => Some("name an earlier date".to_owned()),
            Self::Refused(Refusal::NotContinued { why: Mismatch::Subjects { is_kept, .. }, .. }) => Some(
                if *is_kept { "say --with-subjects as before" } else { "omit --with-subjects" }.to_owned(),
            ),
            Self::Refused(Refusal::ReadBefore { .. }) => {
                Some("export the accounts again, and check which file the export writes".to_owned())
            }
            Self::Refused(Refusal::NotWhole { reason, .. }) => Some(not_whole_hint(reason)),
            // These name a folder, which the command line quotes.
            Self::Unfinished { .. } | Self::Refused(Refusal::NotContinued { .. }) => None,
            Self::Refused(Refusal::Older { .. }) => {
                Some("ingest snapshots in the order in which they were taken; check --taken-at".to_owned())
            }
        }
    }
}
