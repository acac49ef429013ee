//! What decides what a run says, apart from the records: rules, personal domains, suppressions, options.

use std::sync::LazyLock;

use crate::warehouse::session::Session;
use sha2::{Digest, Sha256};

use super::{
    Warehouse, WarehouseError,
    runs::{RunRow, find},
};
use crate::catalog;

/// Changes whenever names are normalized differently, so that runs before and after are told apart.
const NORMALIZERS: &str = "normalizers 2";

/// The domains that identify nobody, by kind, and the exceptions. The parameter is not needed and only makes the two
/// queries alike.
const PERSONAL_DOMAINS: &str = "select domain || '/' || kind
           || case when is_covering_sub_hosts = 1 then '/sub-hosts' else '' end
           || case when is_removed = 1 then '/removed' else '' end
         from _personal_domains where ?1 = ?1 order by domain";

/// One that has lapsed or was removed counts as well: the run before it is not the run after it.
const SUPPRESSIONS: &str = "select suppression_id || '/' || coalesce(issue_key, code || '/' || account_id)
           || case when removed_at is null and expires_on >= ?1 then '' else '/over' end
         from suppressions order by suppression_id";

/// What is suppressed on a day, in an order of its own.
const SUPPRESSED: &str = "select distinct coalesce(issue_key, code || '/' || account_id) as target
         from suppressions
         where is_family = 0 and removed_at is null and expires_on >= ?1 order by target";

/// Which of the suppressions cover a family.
const FAMILIES: &str = "select cast(suppression_id as text)
         from suppressions where is_family = 1 and ?1 = ?1 order by suppression_id";

/// The families that are suppressed on a day, in an order of their own.
const SUPPRESSED_FAMILIES: &str = "select distinct code || '/' || account_id as target
         from suppressions where is_family = 1 and removed_at is null and expires_on >= ?1 order by target";

/// Every risk that somebody accepted, and which of these words still hold: the run before one is not the run after it.
fn accepted_risks(connection: &Session) -> Result<Vec<AcceptedRisk>, WarehouseError> {
    let text = catalog::statement(catalog::files::LINK, "link_accepted_risk");
    let mut statement = connection.prepare(&format!(
        "select d.decision_id, d.issue_key || '/' || d.fingerprint, k.decision_id is not null
         from _decisions as d
         left join (\n{text}) as k
           on k.decision_id = d.decision_id
         where d.decision = 'accept_risk'
         order by d.decision_id"
    ))?;
    let risks = statement
        .query_map([], |row| {
            Ok(AcceptedRisk { decision_id: row.get(0)?, about: row.get(1)?, is_standing: row.get(2)? })
        })?
        .collect::<Result<_, _>>()?;
    Ok(risks)
}

/// A risk that somebody accepted.
struct AcceptedRisk {
    decision_id: i64,
    /// The issue and its fingerprint.
    about: String,
    is_standing: bool,
}

/// What decides what a run says, apart from the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSet {
    /// Over everything: the texts of rules and views, the domains that are personal, the suppressions in
    /// force, the risks that people accepted, the options. The same pair of snapshots under the same digest is the same run.
    pub digest: String,
    /// Over the texts of rules and views and the way names are normalized.
    pub rules: String,
    /// Over the personal domains.
    pub personal_domains: String,
    /// Over everything but suppressions, and the program: an audit of the changes alone may follow a run with the same.
    pub unsuppressed: String,
    /// Over the same as `digest`, but by what suppressions in force are about, not by the numbers that this
    /// warehouse gave them and not by those that are over: equal in another warehouse with the same rules.
    pub portable: String,
}

/// Returns the digests of the rule set in force on `today`.
pub fn rule_set(connection: &Session, options: &str, today: &str) -> Result<RuleSet, WarehouseError> {
    let mut all = texts_of_rules().clone();
    let rules = all.clone().finish();
    let mut unsuppressed = texts_of_audits().clone();
    all.add(options);
    all.add(PERSONAL_DOMAINS);
    let listed = rows(connection, PERSONAL_DOMAINS, today)?;
    all.add_all(&listed);
    let mut personal_domains = Texts::default();
    personal_domains.add_all(&listed);
    let personal_domains = personal_domains.finish();
    all.add(SUPPRESSIONS);
    all.add_all(&rows(connection, SUPPRESSIONS, today)?);
    let accepted = accepted_risks(connection)?;
    let mut portable = Texts::default();
    for text in [&rules, &personal_domains, options] {
        portable.add(text);
        unsuppressed.add(text);
    }
    portable.add_all(&rows(connection, SUPPRESSED, today)?);
    // Where no suppression covers a family, the digests are as if none could.
    for (digest, sql) in [(&mut all, FAMILIES), (&mut portable, SUPPRESSED_FAMILIES)] {
        let families = rows(connection, sql, today)?;
        if !families.is_empty() {
            digest.add("families");
        }
        digest.add_all(&families);
    }
    // Where nobody accepted a risk, the digests are as if nobody could.
    if !accepted.is_empty() {
        all.add("accepted risks");
    }
    for risk in &accepted {
        let over = if risk.is_standing { "" } else { "/over" };
        let risk = format!("{}/{}{over}", risk.decision_id, risk.about);
        all.add(&risk);
        unsuppressed.add(&risk);
    }
    let mut standing: Vec<&str> =
        accepted.iter().filter(|risk| risk.is_standing).map(|risk| risk.about.as_str()).collect();
    standing.sort_unstable();
    if !standing.is_empty() {
        portable.add("accepted risks");
    }
    for risk in standing {
        portable.add(risk);
    }
    Ok(RuleSet {
        digest: all.finish(),
        rules,
        personal_domains,
        unsuppressed: unsuppressed.finish(),
        portable: portable.finish(),
    })
}

/// Returns the newest run of the pair that was made under what is in force on `today`.
pub fn in_force(
    connection: &Session,
    salesforce_snapshot_id: i64,
    zendesk_snapshot_id: i64,
    today: &str,
) -> Result<Option<RunRow>, WarehouseError> {
    let ids: Vec<i64> = connection
        .prepare(
            "select run_id from runs where salesforce_snapshot_id = ?1 and zendesk_snapshot_id = ?2
             order by run_id desc",
        )?
        .query_map((salesforce_snapshot_id, zendesk_snapshot_id), |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in ids {
        if let Some(run) = find(connection, "run_id = ?1", [id])?
            && is_in_force(connection, &run, today)?
        {
            return Ok(Some(run));
        }
    }
    Ok(None)
}

/// Whether an audit with the run's options would be made under the same rules on `today`.
pub fn is_in_force(connection: &Session, run: &RunRow, today: &str) -> Result<bool, WarehouseError> {
    Ok(rule_set(connection, &run.options, today)?.digest == run.rule_set_digest)
}

impl Warehouse {
    /// Whether an audit with the run's options would be made under the same rules on `today`.
    pub fn is_run_in_force(&self, run: &RunRow, today: &str) -> Result<bool, WarehouseError> {
        is_in_force(&self.connection, run, today)
    }

    /// Returns the digest of the personal domains as they stand now, see [`RunRow::personal_domains_digest`].
    pub fn personal_domains_digest(&self) -> Result<String, WarehouseError> {
        let mut texts = Texts::default();
        texts.add_all(&rows(&self.connection, PERSONAL_DOMAINS, "")?);
        Ok(texts.finish())
    }
}

/// The texts of rules and views and the way names are normalized: the same for every run of this binary.
fn texts_of_rules() -> &'static Texts {
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
        let mut texts = Texts::default();
        for file in catalog::files::LINK.iter().chain(catalog::files::DETECT) {
            texts.add(file.stem);
            texts.add(file.sql);
        }
        texts.add(NORMALIZERS);
        texts
    });
    &TEXTS
}

/// The program and the texts by which an audit stores what the rules say.
fn texts_of_audits() -> &'static Texts {
    static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
        let mut texts = Texts::default();
        texts.add(env!("CARGO_PKG_VERSION"));
        for file in catalog::files::ISSUE.iter().chain(catalog::files::AUDIT).chain(catalog::files::DELTA) {
            texts.add(file.sql);
        }
        texts
    });
    &TEXTS
}

/// What a query of one text and one parameter says, as [`Texts`] takes it. The list of domains has fifteen thousand
/// rows, and is part of two digests.
fn rows(connection: &Session, sql: &str, today: &str) -> Result<Vec<u8>, WarehouseError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([today])?;
    let mut bytes = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    Ok(bytes)
}

/// A digest over texts, each with its length, so that none runs into the next.
#[derive(Default, Clone)]
struct Texts(Sha256);

impl Texts {
    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    /// Adds what [`rows`] returned.
    fn add_all(&mut self, rows: &[u8]) {
        self.0.update(rows);
    }

    fn finish(self) -> String {
        catalog::hex(&self.0.finalize())
    }
}
