//! Where the records of one file go.

use std::collections::HashMap;

use crate::{
    identity::{AccountId, registrable_part},
    ingest::{IngestError, PLATFORM_HOST},
    model::DomainKind,
    salesforce::{AccountRow, CellWarning, ChosenColumns, Record, Rejection},
    warehouse::{
        Session,
        domains::Domains,
        rejected::RejectedRecord,
        snapshots::{Notes, Warning},
        staging::{AccountRecord, AccountStaging, StagedCounts},
        unread::UnreadStaging,
    },
};

/// Stages the records of one file.
pub(super) struct Intake<'c> {
    snapshot_id: i64,
    staging: AccountStaging<'c>,
    domains: Domains<'c>,
    notes: Notes<'c>,
    /// The header of the domain column, if there is one only.
    domain_column: Option<String>,
    /// Merged accounts and what they were merged into; the final winner is found at the end.
    merged_into: HashMap<AccountId, AccountId>,
}

impl<'c> Intake<'c> {
    /// For the snapshot to come.
    pub(super) fn new(
        connection: &'c Session,
        snapshot_id: i64,
        columns: &ChosenColumns,
    ) -> Result<Self, IngestError> {
        Ok(Self {
            snapshot_id,
            staging: AccountStaging::new(connection)?,
            domains: Domains::new(connection, registrable_part)?,
            notes: Notes::new(connection, snapshot_id)?,
            domain_column: match &columns.domains[..] {
                [column] => Some(column.name.clone()),
                _ => None,
            },
            merged_into: HashMap::new(),
        })
    }

    /// The snapshot to come.
    pub(super) fn snapshot_id(&self) -> i64 {
        self.snapshot_id
    }

    /// What was rejected.
    pub(super) fn rejections(&self) -> &UnreadStaging<'c> {
        self.staging.rejections()
    }

    /// Takes one record.
    pub(super) fn take(&mut self, record: Record) -> Result<(), IngestError> {
        match record {
            Record::Account(row) => self.account(&row),
            Record::Deleted { line, account_id, master_record_id, warnings } => {
                self.warn(line, account_id, &warnings)?;
                if let Some(winner) = master_record_id {
                    self.merged_into.insert(account_id, winner);
                }
                Ok(())
            }
            Record::Rejected(rejection) => self.reject(&rejection),
        }
    }

    fn account(&mut self, row: &AccountRow) -> Result<(), IngestError> {
        let mut domains = Vec::with_capacity(row.domains.len());
        for domain in &row.domains {
            let known = self.domains.get(domain)?;
            domains.push(known);
            if known.listed_kind == Some(DomainKind::Platform) {
                self.notes.warn(&Warning {
                    line: Some(row.line),
                    column: self.domain_column.as_deref(),
                    reason: PLATFORM_HOST,
                    value: Some(domain),
                    subject_kind: "account",
                    subject_id: Some(row.account_id.as_str()),
                })?;
            }
        }
        let extra = (!row.kept.is_empty()).then(|| {
            serde_json::Value::Object(
                row.kept.iter().map(|(name, cell)| (name.clone(), cell.clone().into())).collect(),
            )
            .to_string()
        });
        self.staging.add(&AccountRecord {
            line: row.line,
            account_id: row.account_id.as_str(),
            name: &row.name,
            stored_organization_raw: row.stored_organization_raw.as_deref(),
            stored_organization_id: row.stored_organization_id,
            owner: row.owner.as_deref(),
            parent_account_id: row.parent_account_id.as_ref().map(AccountId::as_str),
            extra: extra.as_deref(),
            domains: &domains,
        })?;
        self.warn(row.line, row.account_id, &row.warnings)
    }

    fn reject(&mut self, rejection: &Rejection) -> Result<(), IngestError> {
        let claims = &rejection.claims;
        let domain_ids = self.domain_ids(&claims.domains)?;
        self.staging.reject(&RejectedRecord {
            line: rejection.line,
            column: &rejection.column,
            reason: rejection.reason.as_str(),
            value: &rejection.value,
            account_id: claims.account_id.as_ref().map(AccountId::as_str),
            domain_ids: &domain_ids,
            has_all_domains: claims.has_all_domains,
            organization_ids: &claims.organization_ids,
            has_organization: claims.has_organization,
            name: claims.name.as_deref(),
        })?;
        Ok(())
    }

    fn domain_ids(&mut self, domains: &[String]) -> Result<Vec<i64>, IngestError> {
        let mut ids = Vec::with_capacity(domains.len());
        for domain in domains {
            ids.push(self.domains.id(domain)?);
        }
        Ok(ids)
    }

    fn warn(
        &mut self,
        line: u64,
        account_id: AccountId,
        warnings: &[CellWarning],
    ) -> Result<(), IngestError> {
        for warning in warnings {
            self.notes.warn(&Warning {
                line: Some(line),
                column: Some(&warning.column),
                reason: warning.reason.as_str(),
                value: Some(&warning.value),
                subject_kind: "account",
                subject_id: Some(account_id.as_str()),
            })?;
        }
        Ok(())
    }

    /// Ends the rows: follows the merges, finds out which accounts are unread, and counts.
    pub(super) fn settle(&mut self, columns: &ChosenColumns) -> Result<StagedCounts, IngestError> {
        self.stage_merges()?;
        let name_of = |compared: &str| {
            let column = match compared {
                "account_name" => Some(&columns.name),
                "stored_organization_raw" => columns.organization_id.as_ref(),
                "owner" => columns.owner.as_ref(),
                _ => columns.parent.as_ref(),
            };
            column.map_or_else(|| compared.to_owned(), |column| column.name.clone())
        };
        Ok(self.staging.settle(name_of)?)
    }

    /// Follows every chain of merges to its end; a circle has none and is left out.
    fn stage_merges(&mut self) -> Result<(), IngestError> {
        for &merged in self.merged_into.keys() {
            let mut winner = merged;
            let mut steps = 0;
            while let Some(&next) = self.merged_into.get(&winner) {
                winner = next;
                steps += 1;
                if steps > self.merged_into.len() {
                    break;
                }
            }
            if steps <= self.merged_into.len() {
                self.staging.add_merge(merged.as_str(), winner.as_str())?;
            }
        }
        Ok(())
    }

    /// Stores everything as the snapshot. Returns how many warnings and how many rejected rows it has.
    pub(super) fn publish(self, is_complete: bool) -> Result<(u64, u64), IngestError> {
        let rejection_count = self.staging.publish(self.snapshot_id, is_complete)?;
        Ok((self.notes.warning_count, rejection_count))
    }
}
