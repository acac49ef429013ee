//! The demo company in a warehouse, as `orgdrift demo` makes it.

use std::fs;
use std::path::{Path, PathBuf};

use orgdrift::audit::{AuditOptions, audit};
use orgdrift::catalog::files;
use orgdrift::ingest::GivenOrigin;
use orgdrift::ingest::salesforce::{SalesforceOptions, ingest_file};
use orgdrift::ingest::zendesk::{ZendeskOptions, ingest_folder};
use orgdrift::warehouse::Warehouse;

use super::{clock_at, new_warehouse};

/// When the account file was exported.
const ACCOUNTS_TAKEN_AT: &str = "2026-11-02T05:30:00Z";

/// Writes the demo's files and returns a warehouse that ingested and audited them.
pub(crate) fn demo_warehouse(folder: &Path) -> PathBuf {
    let path = new_warehouse(folder);
    write_files(folder);
    ingest_and_audit(folder, &path, ACCOUNTS_TAKEN_AT, None, "2026-11-02T07:00:00Z");
    path
}

/// Writes the files of the demo: `accounts.csv` and the folder `zendesk`.
pub(crate) fn write_files(folder: &Path) {
    for (name, text) in files::DEMO {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

/// Ingests both sources as they lie in the folder, then audits them.
pub(crate) fn ingest_and_audit(
    folder: &Path,
    warehouse: &Path,
    accounts_taken_at: &str,
    zendesk_taken_at: Option<&str>,
    now: &str,
) {
    let warehouse = Warehouse::open_for_writing(warehouse).unwrap();
    let clock = clock_at(now);
    let accounts = SalesforceOptions {
        origin: GivenOrigin { taken_at: Some(accounts_taken_at.to_owned()), subdomain: None },
        ..SalesforceOptions::default()
    };
    let zendesk = ZendeskOptions {
        origin: GivenOrigin { taken_at: zendesk_taken_at.map(str::to_owned), subdomain: None },
        ..ZendeskOptions::default()
    };
    ingest_file(&warehouse, &folder.join("accounts.csv"), &accounts, &clock).unwrap();
    ingest_folder(&warehouse, &folder.join("zendesk"), &zendesk, &clock).unwrap();
    audit(&warehouse, &AuditOptions::default(), &clock).unwrap();
}
