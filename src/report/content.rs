//! Everything that the page says, read at once.

use super::ReportOptions;
use crate::{
    audit,
    clock::{self, Clock},
    model::SuppressionState,
    output::counted,
    warehouse::{
        RunRow, Warehouse, WarehouseError,
        affected::{Affected, CauseShare},
        report_page::PageRows,
        summary::ChangeCounts,
        suppressions::Standing,
        workbook::OfRun,
    },
};

/// Runs that a trend is drawn over.
const MOST_RUNS: u32 = 30;

/// Owners and causes that are shown.
const MOST_OWNERS: u32 = 20;

/// Plans whose repairs are shown.
const MOST_PLANS: u32 = 20;

/// Blocked accounts whose candidates are shown.
const MOST_BLOCKED: u32 = 25;

/// Accounts, and users where they are wanted, in the lists.
const MOST_ACCOUNTS: u32 = 50;

/// How many suppressions that end are shown.
pub(super) const MOST_DECISIONS: usize = 50;

/// How many approvals that no longer hold.
const MOST_LAPSED: u32 = 50;

/// How many causes are counted together.
const COUNTED_CAUSES: usize = 5;

/// What the page says.
pub(super) struct Content<'o> {
    pub(super) run_id: i64,
    /// Now, ISO-8601 UTC.
    pub(super) made_at: String,
    pub(super) of_run: OfRun,
    /// What the run does not know.
    pub(super) gaps: &'o [String],
    pub(super) affected: Affected,
    pub(super) affected_before: Option<Affected>,
    pub(super) previous_run_id: Option<i64>,
    pub(super) changes: ChangeCounts,
    pub(super) causes_share: CauseShare,
    pub(super) runs: PageRows,
    pub(super) severities: PageRows,
    pub(super) marks: PageRows,
    pub(super) run_changes: PageRows,
    pub(super) links: PageRows,
    pub(super) tickets: PageRows,
    pub(super) collections: PageRows,
    pub(super) codes: PageRows,
    pub(super) owners: PageRows,
    pub(super) ages: PageRows,
    pub(super) causes: PageRows,
    pub(super) repairs: PageRows,
    pub(super) candidates: PageRows,
    pub(super) accounts: PageRows,
    /// None: they are not wanted.
    pub(super) people: Option<PageRows>,
    /// Suppressions that end soon or ended, those that end first before.
    pub(super) suppressions: Vec<Standing>,
    /// Approvals that no longer hold.
    pub(super) lapsed: PageRows,
    /// How many are in force.
    pub(super) in_force_count: usize,
}

impl<'o> Content<'o> {
    /// Reads all of it.
    pub(super) fn read(
        warehouse: &Warehouse,
        run: &RunRow,
        options: &ReportOptions<'o>,
        clock: &Clock,
    ) -> Result<Self, WarehouseError> {
        let id = run.run_id;
        let rows = |stem, most| warehouse.page_rows(stem, id, most);
        let codes = warehouse.code_summaries(id)?;
        let previous_run_id = codes.iter().filter_map(|code| code.previous_run_id).max();
        let previous = previous_run_id.map(|id| warehouse.run(Some(id))).transpose()?.flatten();
        let standing = warehouse.standing_suppressions(&audit::as_of(clock, Some(id)))?;
        let in_force_count = standing.iter().filter(|one| one.is_in_force()).count();
        let mut suppressions: Vec<Standing> = standing
            .into_iter()
            .filter(|one| matches!(one.state, SuppressionState::Lapsing | SuppressionState::Lapsed))
            .collect();
        suppressions.sort_by(|one, other| one.expires_on.cmp(&other.expires_on));
        Ok(Self {
            run_id: id,
            made_at: clock.now(),
            of_run: warehouse.of_run(id)?,
            gaps: options.gaps,
            affected: warehouse.affected(run)?,
            affected_before: previous.map(|run| warehouse.affected(&run)).transpose()?,
            previous_run_id,
            changes: warehouse.change_counts(id)?,
            causes_share: warehouse.cause_share(id, COUNTED_CAUSES)?,
            runs: rows("runs", MOST_RUNS)?,
            severities: rows("severities", MOST_RUNS)?,
            marks: rows("marks", MOST_RUNS)?,
            run_changes: rows("changes", MOST_RUNS)?,
            links: rows("links", MOST_RUNS)?,
            tickets: rows("tickets", MOST_RUNS)?,
            collections: rows("collections", MOST_RUNS)?,
            codes: rows("codes", MOST_RUNS)?,
            owners: rows("owners", MOST_OWNERS)?,
            ages: rows("ages", MOST_OWNERS)?,
            causes: rows("causes", MOST_OWNERS)?,
            repairs: rows("repairs", MOST_PLANS)?,
            candidates: rows("candidates", MOST_BLOCKED)?,
            accounts: rows("accounts", MOST_ACCOUNTS)?,
            people: options.with_people.then(|| rows("people", MOST_ACCOUNTS)).transpose()?,
            suppressions,
            lapsed: rows("lapsed", MOST_LAPSED)?,
            in_force_count,
        })
    }

    /// The company, as its Zendesk account is called.
    pub(super) fn company(&self) -> &str {
        let identity = self.of_run.source_identity.as_deref().unwrap_or("an unnamed Zendesk account");
        identity.split('/').next().unwrap_or(identity)
    }

    /// Open issues of the twelve codes that were evaluated.
    pub(super) fn open_count(&self) -> i64 {
        self.codes
            .iter()
            .filter(|code| code.text("family") == Some("drift"))
            .filter_map(|code| code.integer("issue_count"))
            .sum()
    }

    /// How many of the twelve codes were not evaluated.
    pub(super) fn not_evaluated_count(&self) -> usize {
        let is_gap = |code: &crate::warehouse::report_page::PageEntry<'_>| {
            code.text("family") == Some("drift") && code.integer("is_evaluated") == Some(0)
        };
        self.codes.iter().filter(is_gap).count()
    }

    /// `read at 2026-11-02 06:00 UTC, 3 hours before this page was made`.
    pub(super) fn age(&self, taken_at: &str) -> String {
        let hours = clock::seconds_between(taken_at, &self.made_at) / 3600;
        let age = match hours {
            0 => "less than an hour".to_owned(),
            1..48 => counted(i64::try_from(hours).unwrap_or(i64::MAX), "hour"),
            hours => counted(i64::try_from(hours / 24).unwrap_or(i64::MAX), "day"),
        };
        format!("read at {}, {age} before this page was made", minute(taken_at))
    }

    /// What is different from the run before, in a sentence.
    pub(super) fn since(&self) -> String {
        let of = &self.changes;
        match self.previous_run_id {
            None => "There is no earlier run to compare with.".to_owned(),
            Some(previous) => {
                let compared = format!(
                    "Since run {previous}: {} new, {} reopened, {} changed, {} resolved",
                    of.new, of.reopened, of.changed, of.resolved
                );
                match of.not_comparable {
                    0 => format!("{compared}."),
                    count => format!("{compared}; {count} cannot be compared."),
                }
            }
        }
    }
}

/// A time of the warehouse as people read it.
pub(super) fn minute(time: &str) -> String {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute} UTC"),
        _ => time.to_owned(),
    }
}
