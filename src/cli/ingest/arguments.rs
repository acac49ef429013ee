//! Arguments of `ingest`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::{cli::shared::live::LiveArgs, ingest::Allowance, zendesk::folder::Parts};

/// Arguments of `ingest`.
#[derive(Debug, Args)]
pub struct IngestArgs {
    #[command(subcommand)]
    pub(super) source: IngestSource,
}

#[derive(Debug, Subcommand)]
pub(super) enum IngestSource {
    /// Read accounts from a CSV file
    ///
    /// The columns are found by their usual names; name them where they are called otherwise.
    Salesforce(SalesforceArgs),
    /// Read organizations, users, memberships and tickets of the live account, or from a folder
    ///
    /// A live account is fetched into a folder beside the warehouse first. A fetch that stops can be resumed;
    /// the warehouse is neither touched nor locked meanwhile.
    Zendesk(ZendeskArgs),
}

#[derive(Debug, Args)]
pub(super) struct SalesforceArgs {
    /// The CSV, also compressed with gzip; - is standard input
    pub(super) file: PathBuf,
    /// Column with the account id
    #[arg(long, value_name = "NAME")]
    pub(super) id_col: Option<String>,
    /// Column with the account name
    #[arg(long, value_name = "NAME")]
    pub(super) name_col: Option<String>,
    /// Column with domains; may be given several times; `none` reads a file without domains
    #[arg(long, value_name = "NAME")]
    pub(super) domain_col: Vec<String>,
    /// Column with the stored Zendesk organization id
    #[arg(long, value_name = "NAME")]
    pub(super) org_id_col: Option<String>,
    /// Column with the owner
    #[arg(long, value_name = "NAME")]
    pub(super) owner_col: Option<String>,
    /// Column with the parent account's id
    #[arg(long, value_name = "NAME")]
    pub(super) parent_col: Option<String>,
    /// Column that says whether the account is deleted, or `none`
    #[arg(long, value_name = "NAME")]
    pub(super) deleted_col: Option<String>,
    /// Further column to keep for queries; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) keep_col: Vec<String>,
    /// The delimiter, a character or `tab`; found by itself among comma, semicolon and tab
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub(super) delimiter: Option<u8>,
    /// The encoding, such as windows-1252; UTF-8 and UTF-16 are recognized
    #[arg(long, value_name = "NAME")]
    pub(super) encoding: Option<String>,
    /// Take account ids although none of them has both upper and lower case
    #[arg(long)]
    pub(super) accept_folded: bool,
    /// How many rows may be rejected, as a number or a share
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    pub(super) max_rejections: Allowance,
    /// Take the file as complete with at most this many rejected rows; their accounts stay unread
    #[arg(long, value_name = "N")]
    pub(super) accept_rejections: Option<u64>,
    /// Write all rejected rows to this CSV file
    #[arg(long, value_name = "FILE")]
    pub(super) rejections: Option<PathBuf>,
    #[command(flatten)]
    pub(super) shrink: ShrinkArgs,
    /// When the file was exported, or `file` for the time at which it was last written [default: now]
    #[arg(long, value_name = "TIME|file")]
    pub(super) taken_at: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ZendeskArgs {
    /// A folder with organizations, users, `organization_memberships` and tickets as .ndjson or .json, also .gz
    #[arg(long, value_name = "DIR")]
    pub(super) from: Option<PathBuf>,
    /// Several exports of one collection in the folder: read the newest alone, or all, and the later wins
    #[arg(long, value_name = "newest|append", requires = "from")]
    pub(super) parts: Option<PartsChoice>,
    /// Read only tickets created from then on
    #[arg(long, value_name = "DATE")]
    pub(super) since: Option<String>,
    /// Keep the subjects of tickets
    #[arg(long)]
    pub(super) with_subjects: bool,
    #[command(flatten)]
    pub(super) shrink: ShrinkArgs,
    /// When the records were read, where the folder's manifest does not say
    #[arg(long, value_name = "TIME", requires = "from")]
    pub(super) taken_at: Option<String>,
    /// The Zendesk subdomain, where the folder's manifest does not say; NAME.sandbox to rehearse on the records
    #[arg(long, value_name = "NAME", value_parser = crate::zendesk::account_name, requires = "from")]
    pub(super) subdomain: Option<String>,
    #[command(flatten)]
    pub(super) live: LiveArgs,
    /// Keep the folder of a live reading after it was ingested
    #[arg(long, conflicts_with = "from")]
    pub(super) keep: bool,
}

/// What is done with exports one after the other.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum PartsChoice {
    /// The newest export alone
    Newest,
    /// All of them; the later wins, and nothing is taken as gone
    Append,
}

impl From<PartsChoice> for Parts {
    fn from(choice: PartsChoice) -> Self {
        match choice {
            PartsChoice::Newest => Self::Newest,
            PartsChoice::Append => Self::Append,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct ShrinkArgs {
    /// How much smaller than the last complete reading it may be; a share counts from 20 rows on
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    pub(super) max_shrink: Allowance,
    /// Take a much smaller reading as complete
    #[arg(long)]
    pub(super) accept_shrink: bool,
}

fn delimiter(text: &str) -> Result<u8, &'static str> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        "\"" | "\r" | "\n" | "\0" => Err("a quote or a line end cannot be one"),
        text if text.len() == 1 => Ok(text.as_bytes()[0]),
        _ => Err("write one ASCII character, or tab"),
    }
}
