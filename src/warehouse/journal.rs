//! The journal of applies: events that are only ever added, each naming the hash of the one before.
//!
//! Every event is a transaction of its own with synchronous=FULL: an intent is on the disk before its request
//! leaves, so that no write of Zendesk is without a trace.

use rusqlite::{OptionalExtension, Row, ToSql};

use crate::warehouse::session::Session;

use super::{Filter, Rows, Value as SqlValue, Warehouse, WarehouseError, closed::closed};
use crate::{
    catalog::{self, files},
    model::{
        ApplyMode, EventKind, FormError, ProofVerdict,
        journal::{EventBody, EventDetails},
    },
};

/// The hash that the first event refers to.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Counts up without gaps.
    pub event_id: i64,
    /// The apply.
    pub attempt_id: i64,
    /// The plan.
    pub plan_id: i64,
    /// Whether it writes.
    pub mode: ApplyMode,
    /// What happened.
    pub kind: EventKind,
    /// The row of the plan.
    pub position: Option<i64>,
    /// What the hash is over.
    pub text: String,
    /// SHA-256 over the text, 64 hexadecimal digits.
    pub hash: String,
}

/// An event whose body this orgdrift does not understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("event {event_id} of the journal is {source}")]
pub struct UnreadableEvent {
    /// The event.
    pub event_id: i64,
    /// Why.
    pub source: FormError,
}

impl EventRow {
    /// What the event says.
    pub fn body(&self) -> Result<EventBody, UnreadableEvent> {
        EventBody::from_canonical(&self.text)
            .map_err(|source| UnreadableEvent { event_id: self.event_id, source })
    }
}

/// An event as a check reads it, whatever was done to it. What is no text in it stands as replacement characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEvent {
    /// Counts up without gaps.
    pub event_id: i64,
    /// The apply.
    pub attempt_id: i64,
    /// The plan.
    pub plan_id: i64,
    /// Whether it writes; none if that is not a word of the journal.
    pub mode: Option<ApplyMode>,
    /// What happened; none if that is not a word of the journal.
    pub kind: Option<EventKind>,
    /// The row of the plan.
    pub position: Option<i64>,
    /// What the hash is over.
    pub text: String,
    /// Of the event before.
    pub previous_hash: String,
    /// Of the text.
    pub hash: String,
    /// Whether the body is a text at all.
    pub is_text: bool,
    /// Whether every column says what the body says.
    pub is_consistent: bool,
}

/// An event to be.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The apply.
    pub attempt_id: i64,
    /// The plan.
    pub plan_id: i64,
    /// Whether it writes.
    pub mode: ApplyMode,
    /// The row of the plan.
    pub position: Option<i64>,
    /// ISO-8601 UTC, of this machine.
    pub at: String,
    /// What happened: no names, no addresses.
    pub details: EventDetails,
}

impl Proof {
    /// Adds what is counted of another plan.
    pub fn add(&mut self, other: Self) {
        self.total += other.total;
        self.resolved += other.resolved;
        self.still_open += other.still_open;
        self.returned += other.returned;
        self.not_observed += other.not_observed;
        self.new_issue_count += other.new_issue_count;
        self.unpredicted_count += other.unpredicted_count;
    }
}

/// What later runs say about the repairs of a plan, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proof {
    /// Repairs of the plan.
    pub total: i64,
    /// Their issue is gone.
    pub resolved: i64,
    /// Their issue is still there.
    pub still_open: i64,
    /// Their issue was gone in a run after the apply, and is back.
    pub returned: i64,
    /// No run that could tell.
    pub not_observed: i64,
    /// Issues on the records that were written, which were not there before.
    pub new_issue_count: i64,
    /// Those of them that nobody foresaw, and other issues that vanished, stayed or did not come otherwise than foreseen.
    pub unpredicted_count: i64,
}

const COLUMNS: &str = "event_id, attempt_id, plan_id, mode, kind, position, body, hash";

fn event(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        event_id: row.get(0)?,
        attempt_id: row.get(1)?,
        plan_id: row.get(2)?,
        mode: closed(row, 3, ApplyMode::from_text)?,
        kind: closed(row, 4, EventKind::from_text)?,
        position: row.get(5)?,
        text: row.get(6)?,
        hash: row.get(7)?,
    })
}

/// As [`event`], but of rows that somebody may have spoiled.
fn found_event(row: &Row<'_>) -> rusqlite::Result<FoundEvent> {
    let text = |at| -> rusqlite::Result<String> {
        Ok(String::from_utf8_lossy(row.get_ref(at)?.as_bytes()?).into_owned())
    };
    Ok(FoundEvent {
        event_id: row.get(0)?,
        attempt_id: row.get(1)?,
        plan_id: row.get(2)?,
        mode: ApplyMode::from_text(&text(3)?),
        kind: EventKind::from_text(&text(4)?),
        position: row.get(5)?,
        text: text(6)?,
        previous_hash: text(7)?,
        hash: text(8)?,
        is_text: row.get_ref(6)?.as_str().is_ok(),
        is_consistent: row.get(9)?,
    })
}

/// Returns the last event, which names the head of the chain.
fn last(connection: &Session) -> Result<Option<EventRow>, WarehouseError> {
    let sql = format!("select {COLUMNS} from apply_events order by event_id desc limit 1");
    Ok(connection.query_row(&sql, [], event).optional()?)
}

fn append(connection: &Session, new: &NewEvent) -> Result<EventRow, WarehouseError> {
    let (event_id, previous_hash) = match last(connection)? {
        Some(last) => (last.event_id + 1, last.hash),
        None => (1, GENESIS.to_owned()),
    };
    let body = EventBody {
        event_id,
        attempt_id: new.attempt_id,
        plan_id: new.plan_id,
        mode: new.mode,
        position: new.position,
        at: new.at.clone(),
        previous_hash,
        details: new.details.clone(),
    }
    .canonical();
    let hash = catalog::sha256(&body);
    connection.execute(
        catalog::statement(files::RECEIPT, "insert_event"),
        &[(":body", &body as &dyn ToSql), (":hash", &hash)],
    )?;
    // Read back before the commit: what is not there as it was written must stop the apply.
    last(connection)?
        .filter(|stored| stored.text == body && stored.hash == hash)
        .ok_or(WarehouseError::NotStored { what: "an event of the journal" })
}

impl Warehouse {
    /// Adds events, all or none, and returns them as they were read back: when this returns, they are on the
    /// disk.
    pub fn append_events(&self, new: &[NewEvent]) -> Result<Vec<EventRow>, WarehouseError> {
        let transaction = self.begin()?;
        let stored = new.iter().map(|event| append(&transaction, event)).collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(stored)
    }

    /// Returns the head of the chain: the hash of its last event.
    pub fn journal_head(&self) -> Result<Option<String>, WarehouseError> {
        Ok(last(&self.connection)?.map(|event| event.hash))
    }

    /// Returns the number of the apply to come.
    pub fn next_attempt_id(&self) -> Result<i64, WarehouseError> {
        Ok(self.connection.query_row(
            "select coalesce(max(attempt_id), 0) + 1 from apply_events",
            [],
            |row| row.get(0),
        )?)
    }

    /// Returns the live apply of a plan, if there was one.
    pub fn live_attempt(&self, plan_id: i64) -> Result<Option<i64>, WarehouseError> {
        let attempt = self
            .connection
            .query_row(
                "select attempt_id from apply_events
                 where plan_id = ?1 and mode = 'live' and kind = 'apply_started'",
                [plan_id],
                |row| row.get(0),
            )
            .optional()?;
        Ok(attempt)
    }

    /// Returns the newest apply of a plan, or of any, live ones before dry runs.
    pub fn newest_attempt(&self, plan_id: Option<i64>) -> Result<Option<(i64, i64)>, WarehouseError> {
        let attempt = self
            .connection
            .query_row(
                "select attempt_id, plan_id from apply_events
                 where kind = 'apply_started' and (?1 is null or plan_id = ?1)
                 order by (?1 is not null and mode = 'live') desc, event_id desc limit 1",
                [plan_id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        Ok(attempt)
    }

    /// Returns the events of an apply in their order.
    pub fn events_of(&self, attempt_id: i64) -> Result<Vec<EventRow>, WarehouseError> {
        let mut statement = self.connection.prepare(&format!(
            "select {COLUMNS} from apply_events where attempt_id = ?1 order by event_id"
        ))?;
        let events = statement.query_map([attempt_id], event)?.collect::<Result<_, _>>()?;
        Ok(events)
    }

    /// Returns what became of the rows of an apply: all columns, or those that fit a terminal.
    pub fn receipt_rows(&self, attempt_id: i64, is_short: bool) -> Result<Rows<'_>, WarehouseError> {
        let filters = [Filter { condition: "r.attempt_id = ?", value: SqlValue::Integer(attempt_id) }];
        let stem = if is_short { "show_receipt_short" } else { "show_receipt" };
        self.rows(catalog::statement(files::RECEIPT, stem), &filters, "order by r.position", None)
    }

    /// Returns the second after which a reading must have begun to show what came of a plan, by the server's
    /// clock; none if the plan was never applied live.
    pub fn provable_after(&self, plan_id: i64) -> Result<Option<String>, WarehouseError> {
        Ok(self.connection.query_row(
            catalog::statement(files::RECEIPT, "prove_after"),
            &[(":plan_id", &plan_id)],
            |row| row.get(0),
        )?)
    }

    /// Whether a reading of Zendesk began after a second, by the server's clock.
    pub fn is_read_after(&self, after: &str) -> Result<bool, WarehouseError> {
        Ok(self.connection.query_row(
            "select exists (select 1 from snapshots where source = 'zendesk' and taken_at > ?1)",
            [after],
            |row| row.get(0),
        )?)
    }

    /// Returns, for each repair of a plan, what runs of readings that began after a second say about its issue.
    pub fn prove(&self, plan_id: i64, after: &str) -> Result<Rows<'_>, WarehouseError> {
        self.about_proof("prove", plan_id, after)
    }

    /// Returns what was before each repair that the live apply of a plan wrote, and how it would be restored by hand.
    pub fn undo_rows(&self, plan_id: i64) -> Result<Rows<'_>, WarehouseError> {
        let parameters = [(":plan_id", SqlValue::Integer(plan_id))];
        self.rows_with(catalog::statement(files::RECEIPT, "undo"), &parameters, &[], "", None)
    }

    /// The same for several plans, with the plan of each repair.
    pub fn prove_all(&self, plan_ids: &[i64], after: &str) -> Result<Rows<'_>, WarehouseError> {
        let text = catalog::statement(files::RECEIPT, "prove");
        let parts: Vec<String> = plan_ids
            .iter()
            .map(|id| {
                let of_plan = text.replace(":plan_id", &id.to_string());
                format!("select {id} as plan_id, p.* from (\n{of_plan}\n) as p")
            })
            .collect();
        let select = format!("select b.* from (\n{}\n) as b", parts.join("\nunion all\n"));
        let parameters = [(":after", SqlValue::Text(after.to_owned()))];
        self.rows_with(&select, &parameters, &[], "order by b.plan_id, b.no", None)
    }

    /// Returns the issues on records that a plan wrote, which were not there before.
    pub fn new_issues_after(&self, plan_id: i64, after: &str) -> Result<Rows<'_>, WarehouseError> {
        self.about_proof("prove_new_issues", plan_id, after)
    }

    fn about_proof(&self, stem: &str, plan_id: i64, after: &str) -> Result<Rows<'_>, WarehouseError> {
        let parameters =
            [(":plan_id", SqlValue::Integer(plan_id)), (":after", SqlValue::Text(after.to_owned()))];
        self.rows_with(catalog::statement(files::RECEIPT, stem), &parameters, &[], "", None)
    }

    /// Counts what [`Self::prove`] and [`Self::new_issues_after`] say.
    pub fn proof(&self, plan_id: i64, after: &str) -> Result<Proof, WarehouseError> {
        let parameters: &[(&str, &dyn ToSql)] = &[(":plan_id", &plan_id), (":after", &after)];
        let mut proof = Proof::default();
        let mut statement = self.connection.prepare(catalog::statement(files::RECEIPT, "prove"))?;
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            proof.total += 1;
            let verdict = row.get_ref("verdict")?.as_str().unwrap_or_default();
            match ProofVerdict::from_text(verdict) {
                Some(ProofVerdict::Resolved) => proof.resolved += 1,
                Some(ProofVerdict::StillOpen) => proof.still_open += 1,
                Some(ProofVerdict::Returned) => proof.returned += 1,
                Some(ProofVerdict::NotYetObserved) | None => proof.not_observed += 1,
            }
        }
        let mut statement =
            self.connection.prepare(catalog::statement(files::RECEIPT, "prove_new_issues"))?;
        let mut rows = statement.query(parameters)?;
        while let Some(row) = rows.next()? {
            proof.new_issue_count += 1;
            let prediction: Option<String> = row.get("prediction")?;
            proof.unpredicted_count += i64::from(prediction.as_deref() == Some("not predicted"));
        }
        let mut statement =
            self.connection.prepare(catalog::statement(files::RECEIPT, "prove_differences"))?;
        let mut rows = statement.query(parameters)?;
        while rows.next()?.is_some() {
            proof.unpredicted_count += 1;
        }
        Ok(proof)
    }

    /// Returns the rows of a plan that are not what the text says which its hash is over. The text must be sound.
    pub fn changed_plan_rows(&self, plan_id: i64) -> Result<Vec<i64>, WarehouseError> {
        let mut statement =
            self.connection.prepare(catalog::statement(files::RECEIPT, "verify_plan_rows"))?;
        let rows =
            statement.query_map(&[(":plan_id", &plan_id)], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(rows)
    }

    /// Hands over every event in its order, sound or not.
    pub fn each_event(&self, mut take: impl FnMut(&FoundEvent)) -> Result<(), WarehouseError> {
        let mut statement = self.connection.prepare(catalog::statement(files::RECEIPT, "verify_events"))?;
        for found in statement.query_map([], found_event)? {
            take(&found?);
        }
        Ok(())
    }
}
