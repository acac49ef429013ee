//! The sheet that says what the others are: of which records, how much is affected, what is not known.

use rust_xlsxwriter::{Format, Worksheet};

use super::{
    WorkbookError, WorkbookOptions,
    formats::Formats,
    text::shown,
    words::{DISPOSITIONS, PLAN, TRIAGE, Word},
};
use crate::{
    catalog::{self, Rule},
    clock,
    model::Family,
    output::counted,
    warehouse::{
        RunRow, Warehouse,
        affected::{CauseShare, Share},
        summary::CodeSummary,
        workbook::PlanOfRun,
    },
};

/// How many causes are put together in one sentence.
pub(super) const COUNTED_CAUSES: usize = 5;

/// The sheets in their order, and what each is for.
const SHEETS: [(&str, &str); 5] = [
    (
        "Accounts",
        "One row for each account with an issue, the worst first: what is wrong, how much hangs on it, what comes next.",
    ),
    ("Issues", "One row for each fact that is wrong, with every name, and links to the records in Zendesk."),
    (
        "Causes",
        "The records that most issues hang on. Put these right first: one change removes many issues.",
    ),
    (
        "Plan",
        "The repairs that orgdrift can make: what each changes, whom it affects, how its account was matched.",
    ),
    (
        "Data to fix",
        "Fields and rows that are wrong in themselves, in Salesforce or Zendesk. Nothing else can be concluded from them.",
    ),
];

/// How people work with the file.
const STEPS: [(&str, &str); 4] = [
    ("1. Look", "Begin with Causes and with the first rows of Accounts. Enter who takes care of an account."),
    (
        "2. Decide",
        "On Issues, choose a Decision where you know what is right, and add a Note. Leave the others empty.",
    ),
    (
        "3. Hand in",
        "`orgdrift decide --from FILE.xlsx --by NAME` takes the decisions. Sorting and filtering do no harm.",
    ),
    (
        "4. Repair",
        "`orgdrift plan --approved` plans what was approved. Nothing is written before somebody applies the plan.",
    ),
];

/// What a person may decide.
const DECISIONS: [(&str, &str); 4] = [
    ("fix", "The repair is approved. Only where Status is prepared."),
    ("skip", "In no plan until somebody decides otherwise."),
    ("suppress", "Nothing needs to be done until a day. Needs Until and Note."),
    ("accept_risk", "Somebody answers for an unverified address or a user of another account. Needs Note."),
];

/// What is written, one line after the other.
struct Page<'p> {
    sheet: Worksheet,
    row: u32,
    formats: &'p Formats,
}

impl Page<'_> {
    fn section(&mut self, title: &str) -> Result<(), WorkbookError> {
        self.row += 1;
        self.sheet.write_string_with_format(self.row, 0, title, &self.formats.section)?;
        self.row += 1;
        Ok(())
    }

    fn line(&mut self, label: &str, text: &str) -> Result<(), WorkbookError> {
        let format = &self.formats.label;
        self.labelled(label, format, text)
    }

    fn labelled(&mut self, label: &str, format: &Format, text: &str) -> Result<(), WorkbookError> {
        self.sheet.write_string_with_format(self.row, 0, shown(label), format)?;
        self.sheet.write_string_with_format(self.row, 1, shown(text), &self.formats.wrapped)?;
        self.row += 1;
        Ok(())
    }

    fn word(&mut self, word: &Word) -> Result<(), WorkbookError> {
        let meaning = format!("{} ({})", word.meaning, word.tone.colour_name());
        self.labelled(word.shown, self.formats.tone(word.tone), &meaning)
    }
}

/// Writes the sheet.
pub(super) fn write(
    warehouse: &Warehouse,
    run: &RunRow,
    options: &WorkbookOptions<'_>,
    plan: Option<&PlanOfRun>,
    causes: CauseShare,
    now: &str,
    formats: &Formats,
) -> Result<Worksheet, WorkbookError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("Read me")?;
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 110)?;
    sheet.set_screen_gridlines(false);
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let mut page = Page { sheet, row: 0, formats };
    let of_run = warehouse.of_run(run.run_id)?;
    let company = of_run.source_identity.as_deref().unwrap_or("an unnamed Zendesk account");
    let company = company.split('/').next().unwrap_or(company);
    let title = format!("Customer data drift: {company}");
    page.sheet.write_string_with_format(0, 0, shown(&title), &formats.title)?;
    page.row = 1;
    page.line(
        "Made",
        &format!("by orgdrift {} at {}, from run {}", env!("CARGO_PKG_VERSION"), minute(now), run.run_id),
    )?;
    match options.owner {
        None => {}
        Some("") => page.line("Only", "accounts without an owner")?,
        Some(owner) => page.line("Only", &format!("accounts of {owner}"))?,
    }
    if options.is_redacted {
        page.line("Left out", "names and addresses of users")?;
    }
    page.section("What was compared")?;
    page.line("Salesforce accounts", &age(&of_run.accounts_taken_at, now))?;
    page.line("Zendesk records", &age(&of_run.records_taken_at, now))?;
    let codes = warehouse.code_summaries(run.run_id)?;
    affected(&mut page, warehouse, run, options, &codes, causes)?;
    changes(&mut page, warehouse, run, &codes)?;
    coverage(&mut page, options, &codes)?;
    page.section("The sheets")?;
    for (name, meaning) in SHEETS {
        page.line(name, meaning)?;
    }
    page.section("How to work with this file")?;
    for (step, text) in STEPS {
        page.line(step, text)?;
    }
    page.section("Decisions")?;
    for (word, meaning) in DECISIONS {
        page.line(word, meaning)?;
    }
    page.section("The plan")?;
    page.line("Plan", &plan_line(plan))?;
    page.section("Status of an account")?;
    for word in &TRIAGE {
        page.word(word)?;
    }
    page.section("Status of an issue")?;
    for word in &DISPOSITIONS {
        page.word(word)?;
    }
    page.section("Status of a repair")?;
    for word in &PLAN {
        page.word(word)?;
    }
    problems(&mut page, &codes)?;
    Ok(page.sheet)
}

fn affected(
    page: &mut Page<'_>,
    warehouse: &Warehouse,
    run: &RunRow,
    options: &WorkbookOptions<'_>,
    codes: &[CodeSummary],
    causes: CauseShare,
) -> Result<(), WorkbookError> {
    page.section("How much is affected")?;
    if let Some(owner) = options.owner {
        let (total, affected) = warehouse.owner_totals(run.run_id, owner)?;
        let share = Share { affected: Some(affected), total };
        return page.line("Accounts", &share_line(share, "account", "with an issue"));
    }
    let all = warehouse.affected(run)?;
    page.line("Accounts", &share_line(all.accounts, "account", "with an issue"))?;
    let about = "the subject of an issue; eligible: active end users with an address of a company";
    page.line("Users", &share_line(all.users, "eligible user", about))?;
    page.line("Open tickets", &share_line(all.tickets, "open ticket", "the subject of an issue"))?;
    let sum = |count: fn(&CodeSummary) -> i64| drift(codes).map(count).sum::<i64>();
    let total = drift(codes).filter_map(|code| code.total).sum::<i64>();
    let known = if drift(codes).all(|code| code.total.is_some()) { "" } else { " known" };
    page.line(
        "Issues",
        &format!(
            "{total}{known}: {} prepared, {} blocked, {} review, {} detect only, {} suppressed",
            sum(|code| code.prepared),
            sum(|code| code.blocked),
            sum(|code| code.review),
            sum(|code| code.detect_only),
            sum(|code| code.suppressed)
        ),
    )?;
    if causes.total_finding_count > 0 {
        let (verb, count) = if causes.cause_count == 1 { ("stands", "record") } else { ("stand", "record") };
        page.line(
            "Causes",
            &format!(
                "{} {verb} behind {} of {}; see the sheet Causes",
                counted(causes.cause_count, count),
                causes.finding_count,
                counted(causes.total_finding_count, "finding")
            ),
        )?;
    }
    Ok(())
}

/// The twelve codes.
fn drift(codes: &[CodeSummary]) -> impl Iterator<Item = &CodeSummary> {
    codes.iter().filter(|code| code.family == Family::Drift)
}

fn share_line(share: Share, what: &str, how: &str) -> String {
    let Some(affected) = share.affected else {
        return format!(
            "not known: a code about them was not evaluated ({} read)",
            counted(share.total, what)
        );
    };
    let percent =
        share.per_mille().map_or_else(String::new, |share| format!(" ({}.{} %)", share / 10, share % 10));
    format!("{affected} of {}{percent} {how}", counted(share.total, what))
}

fn changes(
    page: &mut Page<'_>,
    warehouse: &Warehouse,
    run: &RunRow,
    codes: &[CodeSummary],
) -> Result<(), WorkbookError> {
    page.section("What changed since the run before")?;
    match codes.iter().filter_map(|code| code.previous_run_id).max() {
        None => page.line("Changes", "There is no earlier run to compare with."),
        Some(previous) => {
            let of = warehouse.change_counts(run.run_id)?;
            page.line(
                &format!("Since run {previous}"),
                &format!(
                    "{} new, {} changed, {} resolved, {} reopened, {} not comparable",
                    of.new, of.changed, of.resolved, of.reopened, of.not_comparable
                ),
            )
        }
    }
}

/// What is missing here is not known to be fine.
fn coverage(
    page: &mut Page<'_>,
    options: &WorkbookOptions<'_>,
    codes: &[CodeSummary],
) -> Result<(), WorkbookError> {
    page.section("What this file does not know")?;
    if options.gaps.is_empty() && codes.iter().all(|code| code.not_evaluated.is_none()) {
        return page
            .line("Nothing is missing", "Everything was read to its end, and every code was evaluated.");
    }
    for line in options.gaps {
        page.line("Not known", line)?;
    }
    for code in codes {
        if let Some(reason) = &code.not_evaluated {
            page.line("Not evaluated", &format!("{}: {}", code.code, reason.replace('_', " ")))?;
        }
    }
    Ok(())
}

fn plan_line(plan: Option<&PlanOfRun>) -> String {
    match plan {
        None => "There is no plan of this run yet. The sheet Plan shows what `orgdrift plan` would take."
            .to_owned(),
        Some(plan) => format!(
            "Plan {} ({}): {} planned, {} deferred, {} without a repair. Hash {}",
            plan.plan_id,
            plan.state.replace('_', " "),
            counted(plan.planned_count, "repair"),
            plan.deferred_count,
            counted(plan.refused_count, "issue"),
            plan.plan_hash
        ),
    }
}

/// Each code with its count, in words.
fn problems(page: &mut Page<'_>, codes: &[CodeSummary]) -> Result<(), WorkbookError> {
    page.section("What is found")?;
    let rules = catalog::rules();
    for code in codes {
        let Some(rule) = rules.iter().find(|rule| rule.code == code.code) else { continue };
        let count = code.total.map_or_else(|| "not evaluated".to_owned(), |total| total.to_string());
        page.line(&format!("{count} × {}", plain_code(rule)), &rule.title)?;
    }
    Ok(())
}

fn plain_code(rule: &Rule) -> String {
    rule.code.replace('_', " ")
}

/// When something was read, and how long before the file was made.
fn age(taken_at: &str, now: &str) -> String {
    let hours = clock::seconds_between(taken_at, now) / 3600;
    let age = match hours {
        0 => "less than an hour".to_owned(),
        1..48 => counted(i64::try_from(hours).unwrap_or(i64::MAX), "hour"),
        hours => counted(i64::try_from(hours / 24).unwrap_or(i64::MAX), "day"),
    };
    format!("read at {}, {age} before this file was made", minute(taken_at))
}

/// A time of the warehouse as people read it.
fn minute(time: &str) -> String {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute} UTC"),
        _ => time.to_owned(),
    }
}
