//! What is read, and how: arguments of `ingest` that a refresh fills in by itself.

use std::path::PathBuf;

use clap::Args;

use crate::{
    cli::shared::{live::LiveArgs, parts::PartsChoice},
    ingest::Allowance,
};

/// How much may be missing or rejected where nobody says otherwise; the same as the default of the options.
const USUAL_ALLOWANCE: Allowance = Allowance::Percent(10.0);

/// How an account file is read.
#[derive(Debug, Args)]
pub(crate) struct SalesforceArgs {
    /// The CSV file, also compressed with gzip; `-` reads standard input
    pub(crate) file: PathBuf,
    /// Column with the account id
    #[arg(long, value_name = "NAME")]
    pub(crate) id_col: Option<String>,
    /// Column with the account name
    #[arg(long, value_name = "NAME")]
    pub(crate) name_col: Option<String>,
    /// Column with domains; may be repeated; `none` reads a file without domains
    #[arg(long, value_name = "NAME")]
    pub(crate) domain_col: Vec<String>,
    /// Column with the stored Zendesk organization id
    #[arg(long, value_name = "NAME")]
    pub(crate) org_id_col: Option<String>,
    /// Column with the owner
    #[arg(long, value_name = "NAME")]
    pub(crate) owner_col: Option<String>,
    /// Column with the parent account's id
    #[arg(long, value_name = "NAME")]
    pub(crate) parent_col: Option<String>,
    /// Column that says whether the account is deleted, or `none`
    #[arg(long, value_name = "NAME")]
    pub(crate) deleted_col: Option<String>,
    /// Another column to keep for queries; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) keep_col: Vec<String>,
    /// The delimiter, a character or `tab` [default: comma, semicolon or tab, whichever the file uses]
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub(crate) delimiter: Option<u8>,
    /// The encoding, such as windows-1252 [default: UTF-8 or UTF-16, as recognized]
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// Accept ids that lost their letter case
    #[arg(long)]
    pub(crate) accept_folded: bool,
    /// Refuse a file with more rejected rows than this number or share
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    pub(crate) max_rejections: Allowance,
    /// Treat the file as complete with up to N rejected rows; their accounts stay unread
    #[arg(long, value_name = "N")]
    pub(crate) accept_rejections: Option<u64>,
    /// Write all rejected rows to this CSV file
    #[arg(long, value_name = "FILE")]
    pub(crate) rejections: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shrink: ShrinkArgs,
    /// Nobody is there to look, so a file that is incomplete or was read before is refused
    #[arg(skip)]
    pub(crate) is_unattended: bool,
    /// When the file was exported, or `file` for the time at which it was last written [default: now]
    #[arg(long, value_name = "TIME|file")]
    pub(crate) taken_at: Option<String>,
}

/// How Zendesk is read.
#[derive(Debug, Args)]
pub(crate) struct ZendeskArgs {
    /// A folder with organizations, users, `organization_memberships` and tickets as .ndjson or .json, also .gz
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
    /// If the folder holds several exports of one collection: read only the newest, or all of them in turn
    #[arg(long, value_name = "newest|append", requires = "from")]
    pub(crate) parts: Option<PartsChoice>,
    /// Read only tickets created on this date or later
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// Keep the subjects of tickets
    #[arg(long)]
    pub(crate) with_subjects: bool,
    #[command(flatten)]
    pub(crate) shrink: ShrinkArgs,
    /// When the records were exported, if the folder has no manifest.json that says so
    #[arg(long, value_name = "TIME", requires = "from")]
    pub(crate) taken_at: Option<String>,
    /// The Zendesk subdomain, if the folder has no manifest.json that names it; NAME.sandbox to rehearse
    #[arg(long, value_name = "NAME", value_parser = crate::zendesk::account_name, requires = "from")]
    pub(crate) subdomain: Option<String>,
    #[command(flatten)]
    pub(crate) live: LiveArgs,
    /// Keep the folder of a live fetch after it was ingested
    #[arg(long, conflicts_with = "from")]
    pub(crate) keep: bool,
}

/// How much smaller a reading may be.
#[derive(Debug, Args)]
pub(crate) struct ShrinkArgs {
    /// Refuse a file that is smaller than the last complete one by more than this number of rows or this share;
    /// a share applies from 20 rows on
    #[arg(long, value_name = "N|N%", default_value = "10%")]
    pub(crate) max_shrink: Allowance,
    /// Treat a much smaller file as complete
    #[arg(long)]
    pub(crate) accept_shrink: bool,
}

impl SalesforceArgs {
    /// A file that is read as orgdrift.toml says.
    pub(crate) fn unattended(file: PathBuf, taken_at: Option<String>) -> Self {
        Self {
            file,
            id_col: None,
            name_col: None,
            domain_col: Vec::new(),
            org_id_col: None,
            owner_col: None,
            parent_col: None,
            deleted_col: None,
            keep_col: Vec::new(),
            delimiter: None,
            encoding: None,
            accept_folded: false,
            max_rejections: USUAL_ALLOWANCE,
            accept_rejections: None,
            rejections: None,
            shrink: ShrinkArgs::default(),
            is_unattended: true,
            taken_at,
        }
    }
}

impl ZendeskArgs {
    /// A folder, or the live account, read as orgdrift.toml says.
    pub(crate) fn unattended(from: Option<PathBuf>, live: LiveArgs) -> Self {
        Self {
            from,
            parts: None,
            since: None,
            with_subjects: false,
            shrink: ShrinkArgs::default(),
            taken_at: None,
            subdomain: None,
            live,
            keep: false,
        }
    }
}

impl Default for ShrinkArgs {
    fn default() -> Self {
        Self { max_shrink: USUAL_ALLOWANCE, accept_shrink: false }
    }
}

fn delimiter(text: &str) -> Result<u8, &'static str> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        "\"" | "\r" | "\n" | "\0" => Err("a quote or a line end cannot be one"),
        text if text.len() == 1 => Ok(text.as_bytes()[0]),
        _ => Err("write one ASCII character, or tab"),
    }
}
