//! Runs: their rows, their coverage, the rules they were made with.

use rusqlite::{OptionalExtension, named_params, params};

use crate::warehouse::session::Session;

use super::{Warehouse, WarehouseError};
use crate::{catalog, model::Repair};

/// A run as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Counts up.
    pub run_id: i64,
    /// The accounts.
    pub salesforce_snapshot_id: i64,
    /// The rest.
    pub zendesk_snapshot_id: i64,
    /// ISO-8601 UTC.
    pub started_at: String,
    /// SHA-256 over what was in force.
    pub rule_set_digest: String,
    /// The orgdrift that made it.
    pub tool_version: String,
    /// JSON object.
    pub options: String,
    /// SHA-256 over rules, link views and normalizers; none in a run of an older orgdrift.
    pub rules_digest: Option<String>,
    /// SHA-256 over the personal domains in force; none in a run of an older orgdrift.
    pub personal_domains_digest: Option<String>,
}

/// Coverage of one code as it is stored.
#[derive(Debug, Clone)]
pub struct CoverageRow {
    /// The code.
    pub code: String,
    /// The rule's version.
    pub rule_version: u32,
    /// `drift` or `hygiene`.
    pub family: &'static str,
    /// Why the code was not evaluated; none if it was.
    pub not_evaluated: Option<String>,
    /// How many issues the run has; only asked for where the code was evaluated.
    pub issue_count: i64,
    /// Closed tickets that were too old, for ticket codes.
    pub outside_window_count: Option<i64>,
    /// Only tickets created from then on were read.
    pub bound_since: Option<String>,
}

/// What the detection of a run is told.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each a column")]
pub struct RunContext {
    /// The run.
    pub run_id: i64,
    /// The accounts.
    pub salesforce_snapshot_id: i64,
    /// The rest.
    pub zendesk_snapshot_id: i64,
    /// Several organizations per user are known to be allowed.
    pub is_multiple_allowed: bool,
    /// Repairs on organizations that share tickets are wanted.
    pub is_sharing_allowed: bool,
    /// A stored id is believed even where nothing else agrees.
    pub is_stored_id_trusted: bool,
    /// An organization field holds the account id in place of `external_id`.
    pub is_key_in_field: bool,
    /// Repairs that are switched off.
    pub repairs_off: Vec<Repair>,
    /// Closed tickets created before it raise no issue.
    pub closed_ticket_cutoff: Option<String>,
    /// Tickets created before it were not read.
    pub tickets_bound_since: Option<String>,
    /// Users were read to their end.
    pub is_users_known: bool,
    /// Memberships were read to their end.
    pub is_memberships_known: bool,
    /// Organizations, users and memberships were read to their end, so that what is not there is nowhere.
    pub is_absence_proof: bool,
    /// Users, memberships and all tickets were read to their end.
    pub is_emptiness_proof: bool,
    /// Tickets were read to their end or from a bound on.
    pub is_tickets_known: bool,
}

/// A code that a run did not evaluate.
#[derive(Debug, Clone)]
pub struct NotEvaluated {
    /// The code.
    pub code: String,
    /// Why.
    pub reason: String,
    /// Whether it is one of the twelve.
    pub is_drift: bool,
}

/// What a run does not know.
#[derive(Debug, Clone, Default)]
pub struct Gaps {
    /// Codes that were not evaluated.
    pub not_evaluated: Vec<NotEvaluated>,
    /// Only tickets created from then on were read.
    pub tickets_since: Option<String>,
    /// Archived tickets were not read.
    pub is_without_archived: bool,
    /// Rows of the account file that could not be used.
    pub unread_rows: i64,
    /// Accounts that are unread for that.
    pub unread_accounts: i64,
}

const UNREAD: &str = "select coalesce((
         select c.unread_count from snapshot_collections as c
         where c.snapshot_id = r.salesforce_snapshot_id and c.collection = 'accounts'), 0),
       (select count(*) from _unread_accounts as u
        where u.snapshot_id = r.salesforce_snapshot_id and u.has_id = 1)
     from runs as r where r.run_id = ?1";

/// Whether an account that was read expects a domain that can identify it.
const HAS_USABLE_DOMAIN: &str = "select exists (
       select 1 from _account_domain_versions as v
       cross join _domains as d
       where v.valid_from <= ?1 and ?1 < v.valid_to and d.domain_id = v.domain_id
         and d.is_valid = 1 and d.listed_kind is null
         and not exists (
           select 1 from _unread_accounts as u where u.snapshot_id = ?1 and u.account_id = v.account_id))";

/// Whether an account that was read in a snapshot expects a domain that can identify it.
pub fn has_usable_domain(connection: &Session, snapshot_id: i64) -> Result<bool, WarehouseError> {
    Ok(connection.query_row(HAS_USABLE_DOMAIN, [snapshot_id], |row| row.get(0))?)
}

const IS_WITHOUT_ARCHIVED: &str = "select exists (
       select 1 from runs as r
       cross join snapshot_collections as c
       where r.run_id = ?1 and c.snapshot_id = r.zendesk_snapshot_id and c.collection = 'tickets'
         and c.reason = 'archived_not_listed')";

/// Returns the newest run.
pub fn newest(connection: &Session) -> Result<Option<RunRow>, WarehouseError> {
    find(connection, "run_id = (select max(newest.run_id) from runs as newest)", [])
}

impl Warehouse {
    /// Returns when the Zendesk records of a run were read.
    pub fn taken_at_of_run(&self, run_id: i64) -> Result<String, WarehouseError> {
        Ok(self.connection.query_row(
            "select s.taken_at from runs as r cross join snapshots as s
             where r.run_id = ?1 and s.snapshot_id = r.zendesk_snapshot_id",
            [run_id],
            |row| row.get(0),
        )?)
    }

    /// Returns when the accounts of a run were read.
    pub fn accounts_taken_at_of_run(&self, run_id: i64) -> Result<String, WarehouseError> {
        Ok(self.connection.query_row(
            "select s.taken_at from runs as r cross join snapshots as s
             where r.run_id = ?1 and s.snapshot_id = r.salesforce_snapshot_id",
            [run_id],
            |row| row.get(0),
        )?)
    }

    /// Returns the newest run, or the one with that id.
    pub fn run(&self, run_id: Option<i64>) -> Result<Option<RunRow>, WarehouseError> {
        let id = match run_id {
            Some(id) => Some(id),
            None => self.connection.query_row("select max(run_id) from runs", [], |row| row.get(0))?,
        };
        find(&self.connection, "run_id = ?1", [id])
    }

    /// Returns what a run does not know.
    pub fn gaps(&self, run_id: i64) -> Result<Gaps, WarehouseError> {
        let mut statement = self.connection.prepare(
            "select code, is_evaluated, bound_since, reason, family from run_coverage where run_id = ?1
             order by code",
        )?;
        let mut gaps = Gaps::default();
        let mut rows = statement.query([run_id])?;
        while let Some(row) = rows.next()? {
            if !row.get::<_, bool>(1)? {
                let reason: Option<String> = row.get(3)?;
                gaps.not_evaluated.push(NotEvaluated {
                    code: row.get(0)?,
                    reason: reason.unwrap_or_default(),
                    is_drift: row.get::<_, String>(4)? == "drift",
                });
            }
            gaps.tickets_since = gaps.tickets_since.take().or(row.get(2)?);
        }
        (gaps.unread_rows, gaps.unread_accounts) =
            self.connection.query_row(UNREAD, [run_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        gaps.is_without_archived =
            self.connection.query_row(IS_WITHOUT_ARCHIVED, [run_id], |row| row.get(0))?;
        Ok(gaps)
    }

    /// Returns the run before a given one.
    pub fn run_before(&self, run_id: i64) -> Result<Option<RunRow>, WarehouseError> {
        find(
            &self.connection,
            "run_id = (select max(earlier.run_id) from runs as earlier where earlier.run_id < ?1)",
            [run_id],
        )
    }
}

/// Returns the run of a pair under a rule set, if it was made before.
pub fn find_same(
    connection: &Session,
    salesforce_snapshot_id: i64,
    zendesk_snapshot_id: i64,
    rule_set_digest: &str,
) -> Result<Option<RunRow>, WarehouseError> {
    find(
        connection,
        "salesforce_snapshot_id = ?1 and zendesk_snapshot_id = ?2 and rule_set_digest = ?3",
        (salesforce_snapshot_id, zendesk_snapshot_id, rule_set_digest),
    )
}

pub(super) fn find(
    connection: &Session,
    condition: &'static str,
    parameters: impl rusqlite::Params,
) -> Result<Option<RunRow>, WarehouseError> {
    let run = connection
        .query_row(
            &format!(
                "select run_id, salesforce_snapshot_id, zendesk_snapshot_id, started_at, rule_set_digest,
                   tool_version, options, rules_digest, personal_domains_digest
                 from runs where {condition}"
            ),
            parameters,
            |row| {
                Ok(RunRow {
                    run_id: row.get(0)?,
                    salesforce_snapshot_id: row.get(1)?,
                    zendesk_snapshot_id: row.get(2)?,
                    started_at: row.get(3)?,
                    rule_set_digest: row.get(4)?,
                    tool_version: row.get(5)?,
                    options: row.get(6)?,
                    rules_digest: row.get(7)?,
                    personal_domains_digest: row.get(8)?,
                })
            },
        )
        .optional()?;
    Ok(run)
}

/// Stores a run under the next id and returns that.
pub fn insert(connection: &Session, run: &RunRow) -> Result<i64, WarehouseError> {
    Ok(connection.query_row(
        "insert into runs (run_id, salesforce_snapshot_id, zendesk_snapshot_id, started_at, rule_set_digest,
           tool_version, options, rules_digest, personal_domains_digest, as_of)
         values ((select coalesce(max(run_id), 0) + 1 from runs), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,
           (select max(s.taken_at) from snapshots as s where s.snapshot_id in (?1, ?2)))
         returning run_id",
        (
            run.salesforce_snapshot_id,
            run.zendesk_snapshot_id,
            &run.started_at,
            &run.rule_set_digest,
            &run.tool_version,
            &run.options,
            &run.rules_digest,
            &run.personal_domains_digest,
        ),
        |row| row.get(0),
    )?)
}

/// Tells the detection views which run they speak about.
pub fn set_context(connection: &Session, context: &RunContext) -> Result<(), WarehouseError> {
    let is_off = |repair| context.repairs_off.contains(&repair);
    connection.execute(
        "insert or replace into _run_context (only_row, run_id, salesforce_snapshot_id, zendesk_snapshot_id,
           is_multiple_allowed, is_sharing_allowed, closed_ticket_cutoff, tickets_bound_since, is_users_known,
           is_tickets_known, is_stored_id_trusted, is_key_in_field, is_set_off, is_add_off, is_assign_off,
           is_move_off, is_memberships_known, is_absence_proof, is_emptiness_proof)
         values (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
           ?18 and not exists (
             select 1 from _user_versions as u
             where u.undecided_fields is not null and u.valid_from <= ?3 and ?3 < u.valid_to
               and instr(u.undecided_fields, 'organization_id') > 0)
           and not exists (
             select 1 from _ticket_versions as t
             where t.undecided_fields is not null and t.valid_from <= ?3 and ?3 < t.valid_to
               and instr(t.undecided_fields, 'organization_id') > 0))",
        params![
            context.run_id,
            context.salesforce_snapshot_id,
            context.zendesk_snapshot_id,
            context.is_multiple_allowed,
            context.is_sharing_allowed,
            &context.closed_ticket_cutoff,
            &context.tickets_bound_since,
            context.is_users_known,
            context.is_tickets_known,
            context.is_stored_id_trusted,
            context.is_key_in_field,
            is_off(Repair::SetOrgExternalId),
            is_off(Repair::AddOrgDomain),
            is_off(Repair::AssignUserToOrg),
            is_off(Repair::MoveUserToOrg),
            context.is_memberships_known,
            context.is_absence_proof,
            context.is_emptiness_proof,
        ],
    )?;
    Ok(())
}

/// Stores the coverage of one code, see [`insert_coverage`].
pub(super) const INSERT_COVERAGE: &str =
    "insert into run_coverage (run_id, code, rule_version, family, is_evaluated, reason, issue_count,
       outside_window_count, bound_since, previous_run_id, evaluation_number)
     values (?1, ?2, ?3, ?4, ?5 is null, ?5, case when ?5 is null then ?8 end, ?6, ?7,
       (select max(k.run_id) from run_coverage as k
        where k.code = ?2 and k.is_evaluated = 1 and k.run_id < ?1),
       case when ?5 is null then 1 + (
         select count(*) from run_coverage as k
         where k.code = ?2 and k.is_evaluated = 1 and k.run_id < ?1) end)";

/// Stores the coverage of one code, with its count and its place among the runs that evaluated it.
pub fn insert_coverage(connection: &Session, run_id: i64, row: &CoverageRow) -> Result<(), WarehouseError> {
    connection.execute(
        INSERT_COVERAGE,
        (
            run_id,
            &row.code,
            row.rule_version,
            row.family,
            &row.not_evaluated,
            row.outside_window_count,
            &row.bound_since,
            row.issue_count,
        ),
    )?;
    Ok(())
}

/// Stores every rule of this binary that the file does not know yet.
pub(super) fn store_rules(connection: &rusqlite::Connection) -> Result<(), WarehouseError> {
    let mut insert = connection.prepare(
        "insert into rule_versions (code, version, family, layer, severity, title, action, needs, sql, sql_sha256,
           documentation, class, class_without_membership, reason, reason_of_account, next_step, cause, evidence,
           reads)
         values (:code, :version, :family, :layer, :severity, :title, :action, :needs, :sql, :sql_sha256,
           :documentation, :class, :class_without_membership, :reason, :reason_of_account, :next_step, :cause,
           :evidence, :reads)
         on conflict (code, version) do nothing",
    )?;
    for rule in catalog::rules() {
        let needs = rule.needs.iter().map(|need| need.as_str()).collect::<Vec<_>>().join(" ");
        let evidence = serde_json::to_string(&rule.evidence).expect("keys of evidence are texts");
        insert.execute(named_params! {
            ":code": rule.code,
            ":version": rule.version,
            ":family": rule.family.as_str(),
            ":layer": rule.layer.as_str(),
            ":severity": rule.severity.as_str(),
            ":title": rule.title,
            ":action": rule.action.map(Repair::as_str),
            ":needs": needs,
            ":sql": rule.sql,
            ":sql_sha256": rule.sql_sha256,
            ":documentation": rule.documentation,
            ":class": rule.class,
            ":class_without_membership": rule.class_without_membership,
            ":reason": rule.reason,
            ":reason_of_account": rule.reason_of_account,
            ":next_step": rule.next_step,
            ":cause": rule.cause.as_str(),
            ":evidence": evidence,
            ":reads": rule.reads.join(" "),
        })?;
    }
    Ok(())
}
